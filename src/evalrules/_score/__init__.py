"""A ruleset and a submission make a scored form: cells bound, rows scored, sections summed, grade found."""
