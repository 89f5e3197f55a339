"""The form of one submission with its scores: for each row its points and score, or why it has none."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, cast

from attrs import define, field

from evalrules._catalogue.model import GradeCap, Path
from evalrules._formula.faults import Fault
from evalrules._numbers import plain_decimal, units_text
from evalrules._problems import Problem
from evalrules._ruleset import Row, Ruleset
from evalrules._scoring.aggregate import ELSEWHERE, Outcome
from evalrules._scoring.entries import Filled
from evalrules._submission import Submission

State = Literal["scored", "full_marks", "points", "rescale", "rescale_total", "move_to", "not_chosen"]


@define(eq=False)
class ScoredForm:
    """The form with its scores; filled by `score_form` and never changed afterwards.

    Lists run along ``filled.rows``. ``units`` are the points that a row carries here, ``computed`` the score by the
    rules and ``scores`` that after a reviewer's change, all in units of the last place; None while unscored.
    """

    ruleset: Ruleset
    submission: Submission
    values: list[Any]
    filled: Filled
    figure_faults: dict[str, Fault]
    units: list[int]
    states: list[State]
    rows: tuple[Row, ...] = field(init=False)
    targets: list[Any] = field(init=False)
    actuals: list[Any] = field(init=False)
    judged: list[Any] = field(init=False)
    computed: list[int | None] = field(init=False)
    scores: list[int | None] = field(init=False)
    problems: dict[int, Problem] = field(factory=dict)
    moved: dict[Path, int] = field(factory=dict)
    total: Outcome = ELSEWHERE
    grade: str | None = None
    grade_caps: tuple[GradeCap, ...] = ()
    level_problems: tuple[Problem, ...] = ()
    grade_problems: tuple[Problem, ...] = ()

    def __attrs_post_init__(self) -> None:
        self.rows, count = self.filled.rows, len(self.states)
        self.targets, self.actuals, self.judged = [None] * count, [None] * count, [None] * count
        self.computed, self.scores = [None] * count, [None] * count

    @property
    def is_plain(self) -> bool:
        """Whether every row has a score and the total is their sum; known once the rows are scored."""
        return self.ruleset.plain and not self.problems

    @property
    def place(self) -> int:
        """How many units one point has."""
        return self.ruleset.place

    def points(self, units: int) -> Fraction:
        """Give units of the last place as points."""
        return Fraction(units, self.ruleset.place)

    def decimal(self, units: int) -> Decimal:
        """Give units of the last place as a Decimal with the edition's places."""
        return self.ruleset.decimals[units]

    def text(self, units: int) -> str:
        """Write units of the last place as points."""
        return units_text(units, self.ruleset.catalogue.rounding.places)

    @property
    def total_score(self) -> Decimal | None:
        """The total with the edition's places."""
        score = self.total.score
        return None if score is None else self.ruleset.decimals[score]

    def points_of(self, index: int) -> Decimal:
        """Give the points that a row carries; a row of a penalty section carries none."""
        away = self.ruleset.penalties and self.ruleset.takes_away(self.rows[index])
        units = 0 if away else self.units[index]
        return plain_decimal(units, self.ruleset.catalogue.rounding.places)

    def decimals(self) -> Iterable[Decimal | None]:
        """Give the scores of the rows; in a penalty section what a row takes away, as a number below 0."""
        known, scores = self.ruleset.decimals, self.scores
        if self.ruleset.penalties:
            taken = (
                units if self.ruleset.takes_away(row) else 0 for row, units in zip(self.rows, self.units, strict=True)
            )
            scores = [None if score is None else score - away for score, away in zip(scores, taken, strict=True)]
        if self.is_plain:
            return map(known.__getitem__, cast("list[int]", scores))
        return [None if score is None else known[score] for score in scores]

    def index_of(self, path: Path) -> int:
        """Give the index of the row with this path."""
        return next(index for index, row in enumerate(self.rows) if row.indicator.path == path)
