"""One formula, several readings: syntax reads the text once; exact, steps, words, units and solver read the tree."""
