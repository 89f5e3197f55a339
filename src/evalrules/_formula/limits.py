"""What a formula may not exceed. Held before anything is built or run, and the same wherever it is called from.

The limits keep the cost of every reading small and known: no formula can hang or exhaust its host.
"""

from __future__ import annotations

MAX_CHARACTERS = 2_000
MAX_NODES = 400
MAX_DEPTH = 50
MAX_NAMES = 60
MAX_BUDGET_DIGITS = 1_000

# A numerator or denominator in lowest terms must stay below this; `Fault` of kind ``digits`` otherwise.
NUMBER_BUDGET: int = 10**MAX_BUDGET_DIGITS
# Numbers with fewer bits than this are certainly below the budget.
BUDGET_BITS: int = NUMBER_BUDGET.bit_length() - 1
