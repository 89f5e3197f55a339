"""The form of one submission with its scores, and from the scores of rows to those of sections and the total."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any, Literal, NamedTuple

from attrs import define, field

from evalrules._edition.model import GradeCap, Indicator, Path, Section
from evalrules._edition.scopes import target_scope
from evalrules._form_words import said
from evalrules._formula.compile.programs import Job, compile_jobs
from evalrules._formula.functions import asked_names
from evalrules._formula.program import ACTUAL, MOST_EVIDENCE, NO_RULES, TARGET
from evalrules._formula.tree import Fault, Formula
from evalrules._formula.typing import resolved
from evalrules._numbers import RoundingMode, rounded_units
from evalrules._problems import Problem
from evalrules._quantities import BLANK, Bound, Cell, Interval, Period
from evalrules._score.bind import Balance, Filled
from evalrules._score.cells import Misfit, actual_value, target_value
from evalrules._score.figures import NOTHING, refuse_asking
from evalrules._score.ruleset import Row, Ruleset, lies_in
from evalrules._submission import Entry, Judgement, Pair, Submission
from evalrules._values import frozen

# From the scores of the rows to those of the sections and the total: sums, conversions, caps, bonus and penalty.
#
# Everything counts in units of the last place, so nothing is rounded but what a conversion rounds, and each level's
# ``points − score`` is what its parts lost plus what it lost itself.


LossKind = Literal["cap", "conversion", "moved", "limit"]
Units = int | Fraction
"""A score in units of the last place; a fraction where a conversion is not rounded yet."""


@frozen
class Loss:
    """What a level loses by itself, in units; of a conversion ``basis`` holds what it is made of.

    These are the score and the points that stand for the whole, the points of the whole, and the score it comes to.
    """

    kind: LossKind
    units: int
    basis: tuple[Units, int, int, int] = (0, 0, 0, 0)


class Outcome(NamedTuple):
    """Points and score of a row or level, in units of the last place.

    ``score`` is None where something that counts is unscored; ``exact`` is what a conversion gave before it was
    rounded, None where nothing was converted. ``absent`` are points that stay with the section while its other parts
    stand for them, ``absent_total`` points for which the rest of the whole form stands. ``outside`` is what bonus and
    penalty sections below add to the total, past the points of the form.
    """

    points: int
    score: int | None
    exact: Fraction | None = None
    absent: int = 0
    absent_total: int = 0
    outside: int = 0
    losses: tuple[Loss, ...] = ()
    counts: bool = True


NOT_CHOSEN = Outcome(0, 0, counts=False)
"""A row that is not the one of several that is answered."""


@frozen(eq=False)
class Aggregation:
    """Sums rows by section; the form itself is the section without a path.

    ``moved`` are the points that a section gains from indicators that do not apply. ``own`` gives the outcomes of the
    rows that a submission added to an open section. ``capped`` gives what a section's cap leaves of its score; it may
    ask for the outcome of other sections. ``undecided`` gathers the sections whose cap reads a blank: they have no
    score, nor have those of ``wrong``, whose points do not add up, nor bonus and penalty sections that are ``unsure``:
    the points of some entry in them are not known.
    """

    mode: RoundingMode
    fixed: Mapping[Path, Outcome]
    own: Mapping[Path, Sequence[Outcome]]
    moved: Mapping[Path, int]
    at_most: Callable[[Section], int]
    capped: Callable[[Aggregation, Path, int], int]
    wrong: Mapping[Path, Balance] = field(factory=dict)
    unsure: frozenset[Path] = frozenset()
    undecided: dict[Path, Fault] = field(factory=dict, init=False)
    _known: dict[Path, Outcome] = field(factory=dict, init=False)

    def outcome(self, part: Section | Indicator) -> Outcome:
        """Give the outcome of a section, of the form, or of an indicator of the edition."""
        if isinstance(part, Indicator):
            return self.fixed[part.path]
        if part.path not in self._known:
            self._known[part.path] = self._section(part)
        return self._known[part.path]

    def _section(self, section: Section) -> Outcome:
        parts = [self.outcome(part) for part in section.parts]
        parts += self.own.get(section.path, ())
        total = self._summed(section, parts)
        if section.bonus or section.penalty:
            return self._outside(section, total)
        if not section.path:  # nothing lies further out: what the whole form stands for, the form stands for
            absent = total.absent + total.absent_total
            total = total._replace(points=total.points + total.absent_total, absent=absent, absent_total=0)
        if section.one_of:
            total = self._chosen(total, parts)
        return self._cap(section, self._converted(section, total))

    def _summed(self, section: Section, parts: Sequence[Outcome]) -> Outcome:
        """Add up the parts of a section."""
        total, balance = sum_of(parts), self.wrong.get(section.path)
        if balance is not None:
            return total._replace(points=balance.expected, score=None)
        return total._replace(score=None) if section.path in self.unsure else total

    def _chosen(self, total: Outcome, parts: Sequence[Outcome]) -> Outcome:
        """Give the one part that counts; none was chosen where none does."""
        if total.score is not None and any(part.counts for part in parts):
            return total
        points = max((part.points for part in parts), default=0)
        return total._replace(points=points, score=None)

    def _outside(self, section: Section, total: Outcome) -> Outcome:
        """Add what a bonus earns or take what a penalty lost, neither more than ``at_most``; what is absent is neither.

        A cap limits what a bonus adds.
        """
        if total.score is None:
            return Outcome(0, None)
        limit = self.at_most(section)
        amount = total.score if section.bonus else total.points - total.absent - total.score
        taken = min(amount, limit)
        losses = (Loss("limit", amount - taken),) if taken < amount else ()
        if section.penalty:
            return Outcome(0, 0, outside=-taken, losses=losses)
        capped = self._cap(section, Outcome(limit, taken, losses=losses))
        return Outcome(0, None if capped.score is None else 0, outside=capped.score or 0, losses=capped.losses)

    def _converted(self, section: Section, total: Outcome) -> Outcome:
        """Let the parts that apply stand for the points of those that do not, and for what moves in from elsewhere.

        Unscored where none applies. An open section took what moves in into its own sum already. What was converted
        further in is taken as it was before it was rounded.
        """
        gained = 0 if section.open else self.moved.get(section.path, 0)
        share, points = total.points - total.absent, total.points + gained
        if share == points:
            return total
        if total.score is None or not share:
            return total._replace(points=points, score=None, absent=0)
        basis = total.score if total.exact is None else total.exact
        exact = Fraction(basis * points, share)
        score = rounded_units(exact.numerator, exact.denominator, 0, self.mode)
        lost = (points - score) - (share - total.score)
        loss = Loss("conversion" if total.absent else "moved", lost, (basis, share, points, score))
        return total._replace(points=points, score=score, exact=exact, absent=0, losses=(loss,))

    def _cap(self, section: Section, outcome: Outcome) -> Outcome:
        if outcome.score is None:
            return outcome
        try:
            left = self.capped(self, section.path, outcome.score)
        except Fault as fault:
            self.undecided[section.path] = fault
            return outcome._replace(score=None)
        if left == outcome.score:
            return outcome
        loss = Loss("cap", outcome.score - left)
        return outcome._replace(score=left, exact=None, losses=(*outcome.losses, loss))


def sum_of(parts: Sequence[Outcome]) -> Outcome:
    """Add up parts; there is no score where one that counts has none."""
    scores = [part.score for part in parts if part.counts]
    score = None if None in scores else sum(score for score in scores if score is not None)
    exact = None
    if score is not None and any(part.exact is not None for part in parts):
        exact = sum((part.exact or Fraction(part.score or 0) for part in parts if part.counts), Fraction(0))
    return Outcome(
        sum(part.points for part in parts),
        score,
        exact,
        sum(part.absent for part in parts),
        sum(part.absent_total for part in parts),
        sum(part.outside for part in parts),
    )


def total_outcome(whole: Outcome, bonus_limit: int) -> Outcome:
    """Give the total of the form, kept within 0 and the points plus what bonus sections may add."""
    if whole.score is None:
        return whole
    reached = whole.score + whole.outside
    score = min(max(reached, 0), whole.points + bonus_limit)
    losses = (*whole.losses, Loss("limit", reached - score)) if score != reached else whole.losses
    return whole._replace(score=score, losses=losses)


# The form of one submission with its scores: for each row its points and score, or why it has none.


State = Literal[
    "scored", "full_marks", "points", "rescale", "rescale_total", "move_to", "not_chosen", "unweighted", "nowhere"
]


ScoredBy = Literal["rule", "claim", "review"]


@define(eq=False)
class Submitted:
    """A submission as formulas read it: its figures in their slots, and why some have no value.

    ``figure_faults`` tell it of computed ones, ``unread`` of those whose cells cannot be used.
    """

    ruleset: Ruleset
    submission: Submission
    values: list[Any]
    figure_faults: dict[str, Fault]
    unread: Mapping[str, Problem] = NOTHING

    def refuse_asking(self, formula: Formula) -> None:
        """Raise the fault of a blank where a formula asks of a figure that could not be read whether it is filled."""
        if self.unread:
            refuse_asking(self.unread, asked_names([formula]))


@define(eq=False)
class ScoredRow:
    """One row of the form and what came of it; filled while it is scored and never changed afterwards.

    ``units`` are the points that it carries here, ``computed`` the score by the rules and ``score`` that after a
    reviewer's change, all in units of the last place; None while unscored, and then ``problem`` says why. ``target``,
    ``actual`` and ``judged`` are its cells as compiled rules take them. It knows nothing of the form around it, so
    that neither waits for the garbage collector.
    """

    submitted: Submitted
    row: Row
    entry: Entry | None
    units: int
    state: State = "scored"
    target: Any = None
    actual: Any = None
    judged: Any = None
    judgement: Judgement | None = None
    """By what an assessor's score is known, where the rule that held leaves the score to one."""
    computed: int | None = None
    score: int | None = None
    problem: Problem | None = None
    doubt: Problem | None = None
    """What else is wrong with its entry, though it can be scored."""
    is_undecided: bool = False
    """Whether it cannot be told if it applies."""

    @property
    def ruleset(self) -> Ruleset:
        """The edition, compiled."""
        return self.submitted.ruleset

    @property
    def indicator(self) -> Indicator:
        """The indicator."""
        return self.row.indicator

    @property
    def path(self) -> Path:
        """The titles from the top of the form to the row."""
        return self.row.indicator.path

    @property
    def points(self) -> Pair:
        """The points that it carries here, as rules take them."""
        return self.row.points if self.units == self.row.units else (self.units, self.submitted.ruleset.place)

    @property
    def is_scored(self) -> bool:
        """Whether its rules scored it: it applies, and nothing stood in the way."""
        return self.state == "scored" and self.problem is None and self.computed is not None

    @property
    def rests_on_direction(self) -> bool:
        """Whether its score could be another if the bare target, whose direction was assumed, were meant otherwise."""
        apart = self.target is not None and self.actual is not None and self.target != self.actual
        return apart and self.row.assumed and self.is_scored

    @property
    def shown_score(self) -> int | None:
        """The score as it is shown: of a row of a penalty section what it takes away, as a number below 0."""
        away = self.score is not None and self.submitted.ruleset.takes_away(self.row)
        return self.score - self.units if away and self.score is not None else self.score

    @property
    def scored_by(self) -> ScoredBy | None:
        """By what it has its score: the rules, the claimed score that stands for a judgement, or a reviewer."""
        if self.score is None:
            return None
        entry = self.entry
        if self.score != self.computed:
            return "review"
        if self.judgement is None or entry is None:
            return "rule"
        return "claim" if entry.judged is None or entry.judged.score is None else "review"

    @property
    def is_outside(self) -> bool:
        """Whether it stands in a bonus or penalty section, outside the points of the form."""
        aside = self.submitted.ruleset.aside
        return bool(aside) and lies_in(aside, self.row.indicator.path)

    @property
    def in_bonus(self) -> bool:
        """Whether it stands in a bonus section, where points not earned are no deduction."""
        bonuses = self.submitted.ruleset.bonuses
        return bool(bonuses) and lies_in(bonuses, self.row.indicator.path)


@define(eq=False)
class ScoredForm:
    """The form with its scores; filled by `score_form` and never changed afterwards.

    ``defects`` are what could not be read of the submission, and what of it does not fit the form. ``wrong`` are the
    sections whose points do not add up. ``direct`` are the scores along the rows where compiled rules alone gave them:
    then the rows are made when they are first read.
    """

    submitted: Submitted
    filled: Filled
    defects: tuple[Problem, ...] = ()
    wrong: Mapping[Path, Balance] = field(factory=dict)
    direct: list[int] | None = None
    moved: dict[Path, int] = field(factory=dict)
    total: Outcome = NOT_CHOSEN
    score_cap: int | None = None
    """Which of the edition's caps holds the total down, counted from 0."""
    grade: str | None = None
    grade_caps: tuple[GradeCap, ...] = ()
    level_problems: tuple[Problem, ...] = ()
    grade_problems: tuple[Problem, ...] = ()
    _rows: tuple[ScoredRow, ...] | None = field(default=None, init=False)
    _row_at: dict[Path, ScoredRow] | None = field(default=None, init=False)

    @property
    def ruleset(self) -> Ruleset:
        """The edition, compiled."""
        return self.submitted.ruleset

    @property
    def submission(self) -> Submission:
        """What is scored."""
        return self.submitted.submission

    @property
    def values(self) -> list[Any]:
        """The figures by slot, as formulas read them."""
        return self.submitted.values

    @property
    def rows(self) -> tuple[ScoredRow, ...]:
        """All rows, in the form's order."""
        rows = self._rows
        if rows is None:
            submitted = self.submitted
            made = [
                ScoredRow(submitted, row, entry, row.units, state, problem=refused, doubt=doubted)
                for row, entry, refused, doubted, state in self.filled.rows
            ]
            rows = self._rows = tuple(made)
            if self.direct is not None:
                self.take(self.direct)
        return rows

    def take(self, scores: list[int]) -> None:
        """Take the scores that compiled rules alone gave, for the rows too where these are made already."""
        self.direct = scores
        for row, score in zip(self._rows or (), scores, strict=False):
            row.computed = row.score = score

    @property
    def scores(self) -> Sequence[int | None]:
        """The scores of the rows, in units of the last place; None while unscored."""
        return self.direct if self.direct is not None else [row.score for row in self.rows]

    @property
    def problems(self) -> list[Problem]:
        """Why rows have no score, in the form's order."""
        return [] if self.direct is not None else [row.problem for row in self.rows if row.problem is not None]

    @property
    def place(self) -> int:
        """How many units one point has."""
        return self.submitted.ruleset.place

    @property
    def total_score(self) -> Decimal | None:
        """The total with the edition's places."""
        score = self.total.score
        return None if score is None else self.ruleset.decimals[score]

    def decimals(self) -> Iterable[Decimal | None]:
        """Give the scores of the rows; in a penalty section what a row takes away, as a number below 0."""
        ruleset, scores = self.ruleset, self.scores
        if ruleset.penalties:
            scores = [row.shown_score for row in self.rows]
        known = ruleset.decimals
        return [None if score is None else known[score] for score in scores]

    def row_at(self, path: Path) -> ScoredRow:
        """Give the row with this path."""
        if self._row_at is None:
            self._row_at = {row.path: row for row in reversed(self.rows)}
        return self._row_at[path]


# What a row states, whatever its rules read of it: for grades, caps, checks and the audit.


LEFT_BLANK = frozenset({"figure-blank", "actual-blank", "answers-missing", "judgement-missing", "one-of-none"})
"""What is told of a row for which nothing was filled in."""


def evidence_of(entry: Entry | None) -> Pair:
    """Give how many pieces of evidence a row lists, as formulas read it; 无 is none."""
    listed = () if entry is None else entry.evidence
    return min(sum(said(text) is not None for text in listed), MOST_EVIDENCE), 1


def stated_target(row: ScoredRow) -> Any:
    """Give the target of a row: a pair, a day's ordinal, or None (words, an interval, a blank, without a value)."""
    target = row.row.target
    if target is not None and target.formula is not None:
        return _computed(row, TARGET, target.formula)
    try:
        return target_value(row.row, _own_cell(row))
    except Misfit:
        return None


def stated_actual(row: ScoredRow) -> Any:
    """Give the actual of a row: a pair, a day's ordinal, or None where it has no one value."""
    if row.indicator.value is not None:
        return _computed(row, ACTUAL, row.indicator.value)
    try:
        value = actual_value(row.row, _own_cell(row))
    except Misfit:
        return None
    if isinstance(value, Period):
        return value.last.toordinal()
    return None if isinstance(value, Bound | Interval) else value


def _own_cell(row: ScoredRow) -> Cell:
    """Give the actual as the entry has it; blank where figures give it."""
    return BLANK if row.entry is None or row.indicator.value is not None else row.entry.actual


def _computed(row: ScoredRow, word: str, formula: Formula) -> Any:
    """Give what the edition computes a target or an actual as; compiled when it is first asked for."""
    ruleset = row.ruleset

    def compute() -> Callable[..., Any]:
        scope = target_scope(ruleset.catalogue, row.indicator)
        return compile_jobs([Job(resolved(formula, scope), scope, NO_RULES)], ruleset.slots, ruleset.functions)[0]

    reading = ruleset.once((word, row.path), compute)
    try:
        row.submitted.refuse_asking(formula)
        return reading(row.submitted.values, row.points, None, None, None)
    except Fault:
        return None
