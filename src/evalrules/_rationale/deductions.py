"""What was lost and why: the values that an explanation is made of."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from attrs import field, frozen

from evalrules._problems import Location


@frozen
class Deduction:
    """Points lost and why.

    ``points`` has the edition's places; it is above 0, except where a reviewer gave points back. ``rule`` names the
    rule by edition, method and row, ``formula`` is its text as an official writes it, ``steps`` the arithmetic with
    the values put in, ``enough`` what would have avoided this deduction.
    """

    points: Decimal
    because: str
    rule: str = ""
    formula: str = ""
    steps: tuple[str, ...] = ()
    reference: tuple[str, ...] = ()
    enough: str | None = None
    location: Location | None = field(default=None, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Give the deduction in the shape of the result JSON."""
        return {
            "points": self.points,
            "because": self.because,
            "rule": self.rule,
            "formula": self.formula,
            "steps": list(self.steps),
            "reference": list(self.reference),
            "enough": self.enough,
        }


@frozen
class Rationale:
    """Why a score is what it is: the deductions, and what cost nothing but should be known (未扣, 换算, 扣完为止)."""

    deductions: tuple[Deduction, ...] = ()
    notes: tuple[str, ...] = ()


NO_REASONS = Rationale()
"""Of a row that lost nothing."""
