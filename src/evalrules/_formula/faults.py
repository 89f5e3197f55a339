"""What can happen to a formula on data that its check could not exclude: a typed outcome, never a bare Python error."""

from __future__ import annotations

from typing import Literal

from evalrules._formula.tree import Formula, Span

FaultKind = Literal[
    "blank",  # a blank figure was reached; detail: its name
    "zero-division",  # detail: "" ; span: the divisor
    "digits",  # an intermediate result outgrew the digit budget; span: the operation
    "points-out-of-bounds",  # a rule deducts less than 0 or awards outside 0…分值; detail: the rule's label
    "outside-range",  # a declared range (`Requirement`) does not hold; detail: the name
    "not-judged",  # a range of points without an assessor's score
    "judged-outside",  # the assessor's score lies outside the range; detail: the rule's label
    "undecided",  # no row of an award holds
    "domain",  # a function was called outside its domain (mean of nothing, anchors out of order); detail: the function
    "function",  # a plug-in's function failed or gave what it must not; detail: the function and its fault
]


class Fault(Exception):
    """Raised by both running readings; caught by the evaluator, which leaves the indicator unscored.

    ``span`` are characters of ``formula``, where the fault arose in one.
    """

    def __init__(self, kind: FaultKind, detail: str = "", span: Span = (0, 0), formula: Formula | None = None) -> None:
        super().__init__(kind, detail, span, formula)
        self.kind: FaultKind = kind
        self.detail = detail
        self.span = span
        self.formula = formula

    @property
    def placed(self) -> bool:
        """Whether it is known where the fault arose."""
        return self.formula is not None or self.span != (0, 0)
