"""The exact reading: formulas and programs as generated Python over pairs of integers."""
