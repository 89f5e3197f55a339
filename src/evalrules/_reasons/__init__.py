"""Why points were lost: deductions with sentence, rule, steps and what would have been enough, worked out when read."""
