"""A whole form: entries to rows, rows to sections, sections to the total and the grade, and what they can still be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import partial
from itertools import product
from typing import Any, Literal

from attrs import evolve, field, frozen, mutable

from independent.cells import MONEY, Cell, in_unit, read_cell
from independent.data import Data
from independent.editions import Document, Edition, Indicator, Path_, Section, bare_kind, number, read_target
from independent.formulas import BlankError, NoValueError, Value, read, value_of
from independent.rows import (
    JudgedOutsideError,
    NotScoredError,
    Outcome,
    Rule,
    Scope,
    Thunk,
    UnjudgedError,
    bound_score,
    checked,
    chosen,
    differences,
    formula,
    judged,
    period_score,
    rounded,
    rule_of,
    run,
    tiers,
)

Status = Literal["scored", "not_applicable", "unscored", "unweighted"]
ZERO = Fraction(0)
MOST_UNKNOWN = 4
"""How many rows that may or may not apply are taken either way."""


@frozen
class Row:
    """A row of the form, of the edition or of the submission, with its entry."""

    path: Path_
    keys: Document
    entry: Document
    stated: Fraction
    open: bool = False


@frozen
class RowResult:
    """A row scored: its points, with those moved to it.

    ``counts`` tells whether its section adds it up, ``rescales`` whether the others of its section stand for it,
    ``blank`` whether it has no score for a blank alone.
    """

    path: Path_
    points: Fraction
    status: Status
    score: Fraction | None = None
    lost: tuple[Fraction, ...] = ()
    low: Fraction = ZERO
    high: Fraction = ZERO
    counts: bool = True
    rescales: bool = False
    blank: bool = False


@frozen
class Level:
    """A section or the form summed: ``exact`` is what a conversion above takes, ``score`` what is shown."""

    path: Path_
    points: Fraction
    exact: Fraction | None
    score: Fraction | None
    low: Fraction
    high: Fraction
    lost: tuple[Fraction, ...] = ()
    """What the level itself took: a conversion, then a cap."""
    ends: tuple[Fraction, Fraction] | None = None
    """The ends of its range as a conversion above takes them, where they are not those that are shown."""

    @property
    def exact_ends(self) -> tuple[Fraction, Fraction]:
        """Give the ends that a conversion above takes."""
        return self.ends or (self.low, self.high)


@frozen
class Result:
    """A form scored."""

    rows: tuple[RowResult, ...]
    sections: tuple[Level, ...]
    score: Fraction | None
    possible: tuple[Fraction, Fraction]
    grade: str | None
    lost: Fraction | None
    """What the form itself took, beyond its rows and sections: a conversion, a limit on the total.

    What the floor 0 could not collect is taken off.
    """
    grades: tuple[str, ...] = ()
    """The grades that the total can have, the best first; none where conditions beside it decide."""
    unknown: int = 0
    asks: bool = False
    """Whether something asks if a figure is filled, or a sum may rise: what the total can be is a wider range then."""
    """Of how many rows it is not known whether they apply."""


def evaluate(edition: Document, submission: Document) -> Result:
    """Score a submission by an edition.

    The range of a total takes rows that may or may not apply either way.
    """
    form = Form(Edition(edition), submission)
    rises = any(form.may_rise(row) for row in form.rows)
    found = evolve(form.result(), asks="填(" in str(edition) or rises)
    unknown = [row.path for row in form.rows if form.state(row) is None]
    if not unknown or len(unknown) > MOST_UNKNOWN:
        return evolve(found, unknown=len(unknown))
    ways = [dict(zip(unknown, way, strict=True)) for way in product((True, False), repeat=len(unknown))]
    results = [Form(form.edition, submission, assumed).result() for assumed in ways]
    # A bonus left blank may still be earned where something else is to be filled in, so that not the score counts here.
    ends = [each.possible for each in results]
    possible = min(low for low, _ in ends), max(high for _, high in ends)
    return evolve(found, possible=possible, unknown=len(unknown), grades=form.grades_between(*possible))


@mutable(eq=False)
class Form:
    """One submission put to one edition."""

    edition: Edition
    submission: Document
    assumed: Mapping[Path_, bool] = field(factory=dict)
    """Whether rows apply of which that is not known."""
    rows: list[Row] = field(init=False)
    data: Data = field(init=False)
    results: dict[int, RowResult] = field(init=False, factory=dict)
    levels: dict[Path_, Level] = field(init=False, factory=dict)

    def __attrs_post_init__(self) -> None:
        """Put entries to rows, and figures to names."""
        self.rows = list(self.bound())
        filled: dict[str, bool] = {}
        for part in self.edition.sections:
            inside = [row for row in self.rows if row.path[: len(part.path)] == part.path]
            filled[part.path[-1]] = any(read_cell(row.entry.get("actual")).kind != "blank" for row in inside)
        self.data = Data(self.edition, self.submission.get("data") or {}, filled)

    # ---- entries -----------------------------------------------------------------------------------------------------

    def bound(self) -> Iterator[Row]:
        """Give the rows in the form's order: those of the edition, and in open sections those of the submission."""
        entries = list(self.submission.get("entries") or ())
        taken = {number: self.place_of(entry) for number, entry in enumerate(entries)}
        for part in (self.edition.form, *self.edition.form.walk()):
            if isinstance(part, Indicator):
                own = [entries[each] for each, path in taken.items() if path == part.path]
                yield Row(part.path, part.keys, own[0] if own else {}, part.points)
        for each, path in taken.items():
            if path not in {part.path for part in self.edition.indicators}:
                entry = entries[each]
                keys = self.keys_of_open(path, entry)
                yield Row(path, keys, entry, number(entry["points"]), open=True)

    def place_of(self, entry: Document) -> Path_:
        """Give the path of the row that an entry fills."""
        title = str(entry["indicator"])
        if entry.get("section") is None:
            return next(part.path for part in self.edition.indicators if part.path[-1] == title)
        return (*self.section_named(str(entry["section"])), title)

    def section_named(self, named: str) -> Path_:
        """Give the section that an entry names: the ending of a path, with or without 指标, or another word."""
        wanted = tuple(segment.removesuffix("指标") for segment in named.split("/"))
        for part in self.edition.sections:
            words = [part.path[-1], *listed(part.keys.get("also"))]
            ends = tuple(segment.removesuffix("指标") for segment in part.path)
            for word in words:
                if (*ends[:-1], word.removesuffix("指标"))[-len(wanted) :] == wanted:
                    return part.path
        raise AssertionError(named)

    def keys_of_open(self, path: Path_, entry: Document) -> Document:
        """Give what holds for an open row: the scoring of its section or of the kind of its target, and its unit."""
        target, actual = self.cells(path, entry)
        kind = self.kind_of(path, target)
        unit = target.unit or actual.unit
        kinds = ("money", kind) if kind == "=" and target.unit in MONEY else (kind,)
        own = self.edition.default_for(path[:-1], "scoring")
        by_kind = self.edition.keys.get("defaults", {}).get("scoring", {})
        if isinstance(own, Mapping) and not {"method", "award", "deduct", "checklist", "judged"} & own.keys():
            money = {"money": own["="]} if "=" in own else {}  # which a section that says nothing of it scores alike
            by_kind, own = {**by_kind, **money, **own}, None
        scoring = own or next((by_kind[each] for each in kinds if each in by_kind), None)
        return {"scoring": scoring, "unit": unit, "between": own is None}

    def cells(self, path: Path_, entry: Document) -> tuple[Cell, Cell]:
        """Read target and actual, months alone as dates where the row is about a deadline."""
        written = (entry.get("target"), entry.get("actual"))
        plain = (read_target(written[0]), read_cell(written[1]))
        named = any(word in path[-1] for word in ("时间", "时限", "日期")) or any(
            "时效" in title for title in path[:-1]
        )
        if not named and all(each.kind != "date" for each in plain):
            return plain
        year = int(self.submission["fiscal_year"])
        return read_target(written[0], year), read_cell(written[1], year)

    def kind_of(self, path: Path_, target: Cell) -> str:
        """Give the kind of a target."""
        if target.kind == "number":
            return bare_kind(self.edition, path[:-1], path[-1], target)
        return {"bound": target.sign, "interval": "interval", "date": "date"}.get(target.kind, "text")

    # ---- rows --------------------------------------------------------------------------------------------------------

    def result(self) -> Result:
        """Score rows, sections, the total and the grade."""
        choices = self.chosen_rows()
        moved = self.moved_in()
        for each, row in enumerate(self.rows):
            self.results[each] = self.scored(row, self.state(row), moved.get(row.path, ZERO), choices.get(each))
        return self.summed(moved)

    def state(self, row: Row) -> bool | None:
        """Tell whether a row applies; None where that is not known."""
        if row.path in self.assumed:
            return self.assumed[row.path]
        if "applies" in row.keys:
            try:
                return bool(value_of(read(str(row.keys["applies"])), self.data))
            except NoValueError:
                return None
        return "otherwise" not in row.keys or read_cell(row.entry.get("not_applicable")).kind == "blank"

    def may_rise(self, row: Row) -> bool:
        """Tell whether a row may move its points to an open section, whose own rows then have another sum to meet."""
        otherwise = row.keys.get("otherwise")
        if self.state(row) is not None or not isinstance(otherwise, Mapping) or "move_to" not in otherwise:
            return False
        goal = self.named(str(otherwise["move_to"]))
        return any(part.path == goal and part.on("open") for part in self.edition.sections)

    def moved_in(self) -> dict[Path_, Fraction]:
        """Give the points that rows that do not apply move to other rows and to sections, on and on."""
        leaving = {}
        for row in self.rows:
            otherwise = row.keys.get("otherwise")
            if isinstance(otherwise, Mapping) and "move_to" in otherwise and self.state(row) is False:
                leaving[row.path] = (self.named(str(otherwise["move_to"])), row.stated)
        found: dict[Path_, Fraction] = {}
        for goal, points in leaving.values():
            while goal in leaving:
                goal = leaving[goal][0]  # noqa: PLW2901 - follows the way that the points go
            found[goal] = found.get(goal, ZERO) + points
        return found

    def named(self, title: str) -> Path_:
        """Give the path of the indicator or section that is named."""
        wanted = tuple(title.split("/"))
        return next(part.path for part in self.edition.form.walk() if part.path[-len(wanted) :] == wanted)

    def chosen_rows(self) -> dict[int, str]:
        """Tell of each row of sections of which one is answered whether it is chosen, left, or part of a problem."""
        found = {}
        for part in self.edition.sections:
            if not part.on("one_of"):
                continue
            inside = [each for each, row in enumerate(self.rows) if row.path[:-1] == part.path]
            answered = [each for each in inside if self.answered(self.rows[each])]
            answered = answered or [each for each in inside if self.computed(self.rows[each])]
            for each in inside:
                found[each] = "problem" if len(answered) != 1 else "chosen" if each == answered[0] else "left"
        return found

    def answered(self, row: Row) -> bool:
        """Tell whether an entry has an actual, a judgement, answers or a claim."""
        cells = (row.entry.get("actual"), row.entry.get("claimed_score"), *row.entry.get("answers", {}).values())
        return any(read_cell(cell).kind != "blank" for cell in cells) or bool(row.entry.get("judged"))

    def computed(self, row: Row) -> bool:
        """Tell whether the figures are filled from which a row's actual, or else its rule, is worked out."""
        if "value" in row.keys:
            text = str(row.keys["value"])
            return self.data.has_value(text) or self.data.all_filled([text])
        scoring = row.keys.get("scoring")
        if not isinstance(scoring, Mapping) or "method" in scoring:
            return False
        rules = [*scoring.get("award", ()), *scoring.get("deduct", ())]
        texts = [rule[key] for rule in rules for key in ("when", "unless", "points") if key in rule]
        texts = [str(each) for text in texts for each in (text if isinstance(text, list) else [text])]
        texts += map(str, scoring.get("let", {}).values())
        return not any("完成值" in text for text in texts) and self.data.all_filled(texts)

    def scored(self, row: Row, applies: bool | None, moved: Fraction, choice: str | None) -> RowResult:  # noqa: FBT001
        """Score a row."""
        points = row.stated + moved
        if choice == "left":
            return RowResult(row.path, points, "not_applicable", counts=False)
        if choice == "problem" or applies is None:
            return self.adjusted(row, RowResult(row.path, points, "unscored", high=points))
        if not applies:
            return self.adjusted(row, self.not_applicable(row, points))
        try:
            found = self.outcome(row, points)
        except (NotScoredError, NoValueError) as why:
            low, high = self.known_range(row, points)
            if isinstance(why, UnjudgedError | JudgedOutsideError):
                low, high = map(self.rounded, why.args)
            blank = isinstance(why, BlankError)
            return self.adjusted(row, RowResult(row.path, points, "unscored", low=low, high=high, blank=blank))
        return self.adjusted(
            row, RowResult(row.path, points, "scored", found.score, found.lost, found.score, found.score)
        )

    def not_applicable(self, row: Row, points: Fraction) -> RowResult:
        """Give what becomes of a row that does not apply."""
        otherwise = row.keys["otherwise"]
        if otherwise == "full_marks":
            return RowResult(row.path, points, "not_applicable", points, (), points, points)
        if isinstance(otherwise, Mapping) and "points" in otherwise:
            try:
                amount = value_of(read(str(otherwise["points"])), Scope({"分值": chosen(points)}, self.data))
            except NoValueError:
                return RowResult(row.path, points, "unscored", high=points)
            if not 0 <= amount <= points:
                return RowResult(row.path, points, "unscored", high=points)
            score = self.rounded(amount)
            return RowResult(row.path, points, "not_applicable", score, differences((points, score)), score, score)
        left = otherwise in ("rescale", "rescale_total")
        return RowResult(
            row.path, points if left else ZERO, "not_applicable", counts=False, rescales=otherwise == "rescale"
        )

    def adjusted(self, row: Row, found: RowResult) -> RowResult:
        """Put in what a reviewer changed."""
        change = row.entry.get("adjust")
        if not change or not found.counts:
            return found
        if "score" in change:
            score = number(change["score"])
            return evolve(
                found, status="scored", score=score, lost=differences((found.points, score)), low=score, high=score
            )

        def changed(amount: Fraction) -> Fraction:
            return min(max(amount + number(change["points"]), ZERO), found.points)

        if found.score is None:
            return evolve(found, low=changed(found.low), high=changed(found.high))
        score = changed(found.score)
        return evolve(found, score=score, lost=(*found.lost, *differences((found.score, score))), low=score, high=score)

    def rule(self, row: Row) -> Rule:
        """Give what scores a row."""
        return rule_of(self.edition, row.path, row.keys, row.keys["scoring"])

    def known_range(self, row: Row, points: Fraction) -> tuple[Fraction, Fraction]:
        """Give between what an unscored row lies: a known tier is known."""
        rule = self.rule(row)
        tier = (row.entry.get("judged") or {}).get("tier")
        if rule.form == "judged" and tier in tiers(rule):
            low, high = (end * points for end in tiers(rule)[tier])
            below = self.edition.mode == "down" and high < points and self.rounded(high) == high
            return self.rounded(low), self.rounded(high) - Fraction(below, 10**self.edition.places)
        return ZERO, points

    def outcome(self, row: Row, points: Fraction) -> Outcome:
        """Score a row that applies by its rule."""
        rule = self.rule(row)
        if rule.form == "checklist":
            return checked(rule, points, row.entry.get("answers") or {})
        if rule.form == "judged":
            return judged(rule, points, row.entry, by_review=self.by_review(row, rule))
        unit = str(row.keys.get("unit", ""))
        words: dict[str, Thunk] = {"分值": chosen(points), "指标值": self.target(row, unit)}
        words["完成值"] = self.actual(row, unit)
        cell = self.cells(row.path, row.entry)[1]
        if "value" not in row.keys and rule.reads_actual():
            if cell.kind in ("bound", "interval"):
                ends = [in_unit(end, cell.unit, unit) for end in (cell.low, cell.high) if end is not None]
                low, high = ends
                if low is not None and high is not None:
                    places = (low, high, *(self.between(row, unit) or ()))
                    return bound_score(rule, partial(self.words_at, row, words, unit), self.data, cell, places, unit)
            if cell.kind == "date" and cell.first != cell.last:
                return period_score(rule, words, self.data, cell, unit)
        judgement = self.judgement(row, rule)
        return run(rule, words, self.data, unit, judgement)

    def by_review(self, row: Row, rule: Rule) -> bool:
        """Tell whether only a review may judge."""
        said = rule.keys.get("judged_by") or self.edition.default_for(row.path[:-1], "judged_by")
        return bool((said or self.edition.keys.get("defaults", {}).get("judged_by")) == "review")

    def judgement(self, row: Row, rule: Rule) -> Fraction | None:
        """Give the score of an assessor for a row with a range of points: the judgement, else the claim."""
        judgement = row.entry.get("judged")
        if judgement and judgement.get("score") is not None:
            return number(judgement["score"])
        if not judgement and self.by_review(row, rule):
            return None
        claim = row.entry.get("claimed_score")
        return None if claim is None else number(claim)

    def target(self, row: Row, unit: str) -> Thunk:
        """Give 指标值: what the edition fixes, else what the entry says."""
        if "target" in row.keys:
            written = self.target_formula(row)
            if written is not None:
                return formula(written, self.data)
            cell = read_cell(without_sign(row.keys["target"]))
        else:
            cell = self.cells(row.path, row.entry)[0]
        if cell.kind == "date":
            return chosen(cell.last)
        if self.between(row, unit) is not None:
            return lambda: self.nearest(row, unit, self.actual(row, unit)())
        return self.as_number(cell, unit)

    def words_at(self, row: Row, words: Mapping[str, Thunk], unit: str, actual: Fraction) -> Mapping[str, Thunk]:
        """Give the words of a rule were its actual this one."""
        aim = {} if self.between(row, unit) is None else {"指标值": chosen(self.nearest(row, unit, actual))}
        return {**words, **aim, "完成值": chosen(actual)}

    def nearest(self, row: Row, unit: str, actual: Value) -> Value:
        """Give the end of an interval that an actual lies beyond, the actual itself where it lies inside."""
        low, high = self.between(row, unit) or (actual, actual)
        return min(max(actual, low), high)

    def between(self, row: Row, unit: str) -> tuple[Fraction, Fraction] | None:
        """Give the ends of a target that is an interval, for a row that is best inside of one."""
        cell = self.cells(row.path, row.entry)[0]
        if "target" in row.keys or cell.kind != "interval" or not row.keys.get("between"):
            return None
        low, high = (in_unit(end, cell.unit, unit) for end in (cell.low, cell.high) if end is not None)
        return None if low is None or high is None else (low, high)

    def target_formula(self, row: Row) -> str | None:
        """Give the formula of a target that the edition computes."""
        text = without_sign(row.keys.get("target", ""))
        return text if read_cell(text).kind == "words" else None

    def actual(self, row: Row, unit: str) -> Thunk:
        """Give 完成值: what the edition computes, else what the entry says."""
        if "value" in row.keys:
            return formula(str(row.keys["value"]), self.data)
        cell = self.cells(row.path, row.entry)[1]
        if cell.kind == "date" and cell.first == cell.last:
            return chosen(cell.first)
        return self.as_number(cell if cell.kind in ("number", "blank") else Cell("words"), unit)

    def as_number(self, cell: Cell, unit: str) -> Thunk:
        """Give the number of a cell in the unit of its row."""

        def value() -> Value:
            if cell.kind == "blank":
                raise BlankError
            found = None if cell.low is None or cell.kind == "interval" else in_unit(cell.low, cell.unit, unit)
            if found is None:
                raise NoValueError(cell.text)
            return found

        return value

    # ---- sections and the total --------------------------------------------------------------------------------------

    def rounded(self, amount: Fraction) -> Fraction:
        """Round a score as the edition says."""
        return rounded(amount, self.edition.places, self.edition.mode)

    def summed(self, moved: Mapping[Path_, Fraction]) -> Result:
        """Sum the form up and find its grade."""
        main = self.level(self.edition.form, moved)
        outside = [part for part in self.edition.form.parts if isinstance(part, Section) and part.outside]
        added = [self.levels[part.path] for part in outside]
        points = self.edition.form.points
        assert points is not None
        most = points + sum((number(part.keys["at_most"]) for part in outside if part.on("bonus")), ZERO)

        def total(amounts: Iterable[Fraction]) -> Fraction:
            return min(max(sum(amounts, ZERO), ZERO), most)

        every = (main, *added)
        low, high = total(each.low for each in every), total(each.high for each in every)
        before = None if any(each.score is None for each in every) else total(each.score or ZERO for each in every)
        score, possible = self.limited(before, (low, high))
        lost = sum(main.lost, ZERO) + sum((each.score or ZERO for each in every), ZERO) - (score or ZERO)
        return Result(
            tuple(self.shown(each) for each in self.results.values()),
            tuple(self.levels[part.path] for part in self.edition.sections),
            score,
            possible,
            self.grade(score),
            None if score is None else lost,
            self.grades_between(*possible),
        )

    def grades_between(self, low: Fraction, high: Fraction) -> tuple[str, ...]:
        """Give the grades of the totals between two, where nothing but the total decides."""
        names = [str(name) for name in self.edition.keys.get("grades", {})]
        best, worst = self.grade(high), self.grade(low)
        if "grade_caps" in self.edition.keys or best is None or worst is None:
            return ()
        return tuple(names[names.index(best) : names.index(worst) + 1])

    def limited(
        self, score: Fraction | None, possible: tuple[Fraction, Fraction]
    ) -> tuple[Fraction | None, tuple[Fraction, Fraction]]:
        """Hold the total to the lowest of its limits that holds; one whose condition is blank leaves only the range."""
        low, high = possible
        for limit in self.edition.keys.get("score_caps", ()):
            most = number(limit["at_most"])
            holds = self.holds(limit["when"])
            if holds is not False:
                low = min(low, most)
            if holds is True:
                high = min(high, most)
                score = None if score is None else min(score, most)
            if holds is None:
                score = None
        return score, (low, high)

    def holds(self, condition: Any, total: Fraction | None = None) -> bool | None:
        """Tell whether a condition over the scored form holds; None where it reads a blank."""
        names = evolve(self.data, others=self.outer_names(total), known=self.data.known)
        try:
            return bool(value_of(read(str(condition)), names))
        except NoValueError:
            return None

    def outer_names(self, total: Fraction | None) -> dict[str, Thunk]:
        """Give the names of scores, targets and actuals, by title."""
        found: dict[str, Thunk] = {}
        if total is not None:
            found["总分"] = chosen(total)
        for part in self.edition.sections:
            found[f"{part.path[-1]}_得分"] = self.score_of(part.path)
        for each, row in enumerate(self.rows):
            if not row.open:
                unit = str(row.keys.get("unit", ""))
                found[f"{row.path[-1]}_得分"] = self.row_score(each)
                found[f"{row.path[-1]}_指标值"] = self.target(row, unit)
                found[f"{row.path[-1]}_完成值"] = self.actual(row, unit)
        return found

    def row_score(self, each: int) -> Thunk:
        """Give the score of a row."""

        def value() -> Value:
            score = self.results[each].score
            if score is None:
                raise NoValueError
            return score

        return value

    def score_of(self, path: Path_) -> Thunk:
        """Give the score of a section."""

        def value() -> Value:
            if path not in self.levels:
                self.level(next(part for part in self.edition.sections if part.path == path), self.received)
            score = self.levels[path].score
            if score is None:
                raise NoValueError
            return score

        return value

    received: Mapping[Path_, Fraction] = field(init=False, factory=dict)

    def level(self, part: Section, moved: Mapping[Path_, Fraction]) -> Level:
        """Sum a section, or the form, up."""
        self.received = moved
        if part.path in self.levels:
            return self.levels[part.path]
        rows = [found for each, found in self.results.items() if self.rows[each].path[:-1] == part.path]
        inside = [each for each in part.parts if isinstance(each, Section)]
        for each in inside:
            self.level(each, moved)
        inner = [self.levels[each.path] for each in inside if not each.outside]
        found = self.outside_level(part, rows) if part.outside else self.inside_level(part, rows, inner, moved)
        self.levels[part.path] = found
        return found

    def outside_level(self, part: Section, rows: Sequence[RowResult]) -> Level:
        """Sum up a section outside the points: a bonus from 0 upwards, a penalty, as it is shown, from 0 downwards.

        What of a bonus is left blank is not earned, though it may be.
        """
        most = number(part.keys["at_most"])
        bonus = part.on("bonus")
        shown = [self.shown(each) for each in rows]

        def held(amounts: Iterable[Fraction]) -> Fraction:
            return min(sum(amounts, ZERO), most) if bonus else max(sum(amounts, ZERO), -most)

        points, low, high = most if bonus else ZERO, held(each.low for each in shown), held(each.high for each in shown)
        if any(each.score is None and not (bonus and each.blank) for each in shown):
            return Level(part.path, points, None, None, low, high)
        earned = [each.score or ZERO for each in shown]
        score = held(earned)
        excess = sum(earned, ZERO) - score
        return Level(part.path, points, score, score, low, high, (excess,) if excess and not bonus else ())

    def shown(self, found: RowResult) -> RowResult:
        """Give a row as it is shown: what a bonus did not earn is no deduction, and a penalty has no points to lose."""
        part = next((each for each in self.edition.sections if each.path == found.path[:-1]), None)
        if part is None or not part.outside:
            return found
        if part.on("bonus"):
            return evolve(found, lost=())
        score = None if found.score is None else found.score - found.points
        return evolve(found, points=ZERO, score=score, low=found.low - found.points, high=found.high - found.points)

    def inside_level(
        self, part: Section, rows: Sequence[RowResult], inner: Sequence[Level], moved: Mapping[Path_, Fraction]
    ) -> Level:
        """Sum up a section within the points, with what it converts and what caps it.

        What is left of its parts stands for its points: those of rows that leave them to the others and, but in an
        open section, those that move in. What leaves a section for the whole form is no longer among its points.
        """
        counted: list[RowResult | Level] = [*(each for each in rows if each.counts), *inner]
        base = sum((each.points for each in counted), ZERO)
        points = base + sum((each.points for each in rows if each.rescales), ZERO)
        if not part.on("open"):
            points += moved.get(part.path, ZERO)
        if not part.path and part.points is not None:
            points = part.points
        if part.on("one_of"):
            points = rows[0].points
        within = [each.exact_ends if isinstance(each, Level) else (each.low, each.high) for each in counted]
        ends = (sum((low for low, _ in within), ZERO), sum((high for _, high in within), ZERO))
        if part.on("one_of") and len(counted) > 1:  # which of them counts is not known
            base, ends = points, (min(each.low for each in counted), max(each.high for each in counted))
        if base != points and not base:
            return self.capped(part, Level(part.path, points, None, None, ZERO, points))
        share = points / base if base else Fraction(1)
        exact_ends = (ends[0] * share, ends[1] * share)
        low, high = sum((each.low for each in counted), ZERO), sum((each.high for each in counted), ZERO)
        if base != points or part.on("one_of"):
            low, high = map(self.rounded, exact_ends)
        if any(each.score is None for each in counted):
            return self.capped(part, Level(part.path, points, None, None, low, high, ends=exact_ends))
        shown = sum((each.score or ZERO for each in counted), ZERO)
        exact = sum(((each.exact if isinstance(each, Level) else each.score) or ZERO for each in counted), ZERO) * share
        score = self.rounded(exact) if base != points else shown
        lost = points - score - sum((each.points - (each.score or ZERO) for each in counted), ZERO)
        taken = (lost,) if lost else ()
        return self.capped(part, Level(part.path, points, exact, score, low, high, taken, exact_ends))

    def capped(self, part: Section, level: Level) -> Level:
        """Hold a section to its cap where that holds; where that is not known, only the range is."""
        cap = part.keys.get("cap")
        if not cap:
            return level
        most = number(cap["at_most"])
        holds = self.holds(cap["when"]) if "when" in cap else True
        below, above = level.exact_ends
        if holds is None:
            ends = (min(below, most), above)
            return evolve(level, exact=None, score=None, low=min(level.low, most), lost=(), ends=ends)
        if not holds:
            return level
        ends = (min(below, most), min(above, most))
        held = evolve(level, low=min(level.low, most), high=min(level.high, most), ends=ends)
        if level.score is None or level.exact is None or level.score <= most:
            return held
        return evolve(held, exact=min(level.exact, most), score=most, lost=(*level.lost, level.score - most))

    def grade(self, total: Fraction | None) -> str | None:
        """Find the grade of a total, not above what a condition allows."""
        grades = self.edition.keys.get("grades", {})
        if total is None or not grades:
            return None
        names = [str(name) for name in grades]
        conditions = [
            keys["when"] if isinstance(keys, Mapping) and "when" in keys else keys for keys in grades.values()
        ]
        found = None
        for rank, condition in enumerate(conditions):
            holds = True if condition == "otherwise" or isinstance(condition, Mapping) else self.holds(condition, total)
            if holds is None:
                return None
            if holds:
                found = rank
                break
        assert found is not None
        for cap in self.edition.keys.get("grade_caps", ()):
            holds = self.holds(cap["when"], total)
            if holds is None:
                return None
            if holds:
                found = max(found, names.index(cap["at_most"]))
        return names[found]


def without_sign(target: Any) -> str:
    """Leave out the comparator of a target."""
    return str(target).strip().lstrip("≥>≤<=").strip()


def listed(written: Any) -> Sequence[str]:
    """Give a text or a list of texts as a list."""
    if written is None:
        return ()
    return [written] if isinstance(written, str) else list(written)
