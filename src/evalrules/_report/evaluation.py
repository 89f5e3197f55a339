"""What is told of one evaluation, part by part: outcome, form, what was lost and why, findings, what it rests on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import cached_property, partial
from itertools import groupby
from pathlib import PurePath

from attrs import define

from evalrules._edition.keys import SCORING_FORMS
from evalrules._evaluation import Evaluation, IndicatorResult
from evalrules._patterns import regex
from evalrules._problems import Finding, Language, Phrases, Problem, Severity
from evalrules._reasons.levels import SectionResult
from evalrules._reasons.sentences import Deduction
from evalrules._report.blocks import (
    Bar,
    BarKind,
    Bars,
    Block,
    Cell,
    Column,
    Facts,
    Heading,
    Item,
    Items,
    Line,
    Paragraph,
    Row,
    RowKind,
    Table,
    Text,
    line,
)
from evalrules._values import frozen
from evalrules._version import __version__

# Points and scores as reports write them.


SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")


def number_text(number: Decimal | None) -> str:
    """Show points or a claim without trailing zeros; nothing for None.

    >>> number_text(Decimal("10.00")), number_text(Decimal("0.50")), number_text(None)
    ('10', '0.5', '')
    """
    if number is None:
        return ""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def signed(number: Decimal) -> str:
    """Write a change with its sign; nothing for no change.

    >>> signed(Decimal("-0.50")), signed(Decimal(2)), signed(Decimal(0))
    ('−0.5', '+2', '')
    """
    sign = "+" if number > 0 else "−"
    return f"{sign}{number_text(abs(number))}" if number else ""


def score_text(result: IndicatorResult | SectionResult, said: Phrases) -> str:
    """Show a score, or why there is none."""
    if result.score is not None:
        return f"{result.score:f}"
    status = result.status if isinstance(result, IndicatorResult) else "unscored"
    return said(status.replace("_", "-"))


def total_text(evaluation: Evaluation, said: Phrases) -> str:
    """Show the total, or what it can be: ``78.5～88.5``."""
    if evaluation.score is not None:
        return f"{evaluation.score:f}"
    least, most = evaluation.possible
    return said("between", least=f"{least:f}", most=f"{most:f}")


def range_sentence(evaluation: Evaluation, said: Phrases) -> str:
    """Say what was scored, what was not, and between what the total lies; with the grades that it can have."""
    least, most = (number_text(end) for end in evaluation.possible)
    rest = evaluation.points - evaluation.scored_points
    values = {"earned": number_text(evaluation.earned), "scored": number_text(evaluation.scored_points)}
    if rest > 0:
        told = said("range", **values, rest=number_text(rest), least=least, most=most)
    else:  # every row has its score, and yet no sum of them is the form's
        told = said("range-of-rows", **values, least=least, most=most)
    grades = evaluation.possible_grades
    return told + (said("range-grades", grades=said.joined(grades)) if grades else "") + said.sign("end")


@frozen
class PlaceLoss:
    """Everything lost in one place: an indicator, a section's cap, or the total."""

    name: str
    anchor: str
    deductions: tuple[Deduction, ...]

    @property
    def points(self) -> Decimal:
        """What was lost here together."""
        return sum((lost.points for lost in self.deductions), Decimal(0))


@define(slots=False, eq=False)
class Told:
    """An evaluation being told."""

    evaluation: Evaluation
    said: Phrases
    codes: bool = False

    @property
    def language(self) -> Language:
        """The language that it is told in."""
        return self.said.language

    def named(self, name: str, *rest: str | Text) -> Line:
        """Begin a line with what it is about."""
        return line(f"{name}{self.said.sign('colon')}" if name else "", *rest)

    def head(self, key: str) -> str:
        """Give what the form says of itself under this key: ``organisation``, ``project``, ``date`` and the like."""
        submission = self.evaluation.submission
        if key == "project" and submission.project is not None:
            code = submission.project.code
            return submission.project.name + (self.said.bracketed(code) if code else "")
        found = getattr(submission, key, None)
        return found if isinstance(found, str) else ""

    def coded(self, code: str) -> Text:
        """Give a code for those who asked for codes, else nothing."""
        return Text(f" [{code}]" if self.codes else "", "code")

    # ---- what stands behind a row ----

    def losses(self) -> tuple[PlaceLoss, ...]:
        """List what was lost, each place once: indicators in the form's order, then sections, then the total."""
        return tuple(loss for loss in self._places() if loss.deductions)

    def _places(self) -> Iterator[PlaceLoss]:
        tops = {title: f"section-{number}" for number, title in enumerate(self.tops)}
        for number, result in enumerate(self.evaluation.indicators):
            yield PlaceLoss(result.name, f"indicator-{number}", result.deductions)
        for section in self.evaluation.sections:
            yield PlaceLoss("/".join(section.path), tops[section.path[0]], section.deductions)
        yield PlaceLoss(self.said("total"), "total", self.evaluation.deductions)

    @cached_property
    def tops(self) -> tuple[str, ...]:
        """The titles at the top of the form: of 一级指标, and of indicators that stand there by themselves."""
        rows = (result.path[0] for result in self.evaluation.indicators)
        return tuple(dict.fromkeys([*rows, *(section.path[0] for section in self.evaluation.sections)]))

    @cached_property
    def below(self) -> dict[str, list[tuple[int, IndicatorResult]]]:
        """The indicators below each title at the top, each with its place in the form."""
        found: dict[str, list[tuple[int, IndicatorResult]]] = {}
        for place, result in enumerate(self.evaluation.indicators):
            found.setdefault(result.path[0], []).append((place, result))
        return found

    @cached_property
    def sections(self) -> dict[str, list[SectionResult]]:
        """The sections below each title at the top, itself among them."""
        found: dict[str, list[SectionResult]] = {}
        for section in self.evaluation.sections:
            found.setdefault(section.path[0], []).append(section)
        return found

    @cached_property
    def heads(self) -> dict[str, SectionResult]:
        """The 一级指标 by title."""
        return {section.path[0]: section for section in self.evaluation.sections if len(section.path) == 1}

    def deductions(self, lost: Iterable[Deduction], place: str = "", *, counted: bool = True) -> tuple[Item, ...]:
        """Tell deductions, each with what stands behind it; ``counted`` with its points."""
        return tuple(self._deduction(each, place, counted=counted) for each in lost)

    def _deduction(self, lost: Deduction, place: str, *, counted: bool) -> Item:
        points = (Text(signed(-lost.points), "lost"), " ") if counted else ()
        told = line(*points, *self.named(place, self.said.text(lost.because)))
        return Item(told, (Facts(details(lost, self.said, codes=self.codes)),), is_folded=True)

    def remarks(self, result: IndicatorResult) -> Iterator[Item]:
        """Tell everything that is to be said of a row: what it lost, why it is unscored, what else should be known."""
        yield from self.deductions(result.deductions)
        yield from (Item(line(Text(self.worded(found), "lost"), self.coded(found.code))) for found in result.problems)
        yield from (Item(line(Text(self.said.text(note), "quiet"))) for note in result.notes)

    def worded(self, found: Problem) -> str:
        """Give the message of a problem in the language asked for."""
        return found.in_language(self.language).message

    # ---- findings ----

    @cached_property
    def findings(self) -> tuple[tuple[Severity, tuple[Finding, ...]], ...]:
        """The findings in the language asked for, the gravest first; empty groups are left out."""
        found = tuple(each.in_language(self.language) for each in self.evaluation.findings)
        groups = ((severity, tuple(one for one in found if one.severity == severity)) for severity in SEVERITIES)
        return tuple((severity, group) for severity, group in groups if group)

    def where(self, found: Finding) -> str:
        """Name what a finding is about: a row or figure, or a claim of the form as a whole."""
        known = _CLAIMS.get(found.where)
        return found.where if known is None else self.said(known)

    @cached_property
    def _anchors(self) -> dict[str, str]:
        rows = enumerate(result.where for result in self.evaluation.indicators)
        return {where: f"indicator-{number}" for number, where in reversed([*rows]) if where}

    def anchor_of(self, found: Finding) -> str:
        """Give the anchor of the row that a finding is about; nothing where it is about no row."""
        where, anchor = found.where, self._anchors.get(found.where)
        while anchor is None and " " in where:  # a check put to a row names itself before the row
            where = where.partition(" ")[2]
            anchor = self._anchors.get(where)
        return anchor or ""

    @cached_property
    def flags(self) -> dict[str, list[tuple[Severity, int]]]:
        """The findings about each row by its anchor, each as its severity and its number among those."""
        flags: dict[str, list[tuple[Severity, int]]] = {}
        for severity, group in self.findings:
            for number, found in enumerate(group):
                flags.setdefault(self.anchor_of(found), []).append((severity, number))
        return flags


Part = Callable[[Told], Iterator[Block]]
"""A part of the report of one evaluation."""


# ---- what stands behind a deduction --------------------------------------------------------------------------------


_CLAIMS = {"claimed.score": "claimed-score", "claimed.grade": "claimed-grade", "fiscal_year": "fiscal-year"}
_LABEL = regex(rf"\A(?P<rule>.*) (?P<form>{'|'.join(SCORING_FORMS)})\[(?P<number>[0-9]+)\]")
"""How a rule is called in a result: ``standard-methods@1 比例得分 award[2]``, counted from 0."""


def details(lost: Deduction, said: Phrases, *, codes: bool = False) -> tuple[tuple[str, Line], ...]:
    """Tell rule, formula, steps and references of a deduction, and what would have been enough to avoid it."""
    listed = (
        ("rule", rule_text(lost, said, codes=codes)),
        ("formula", lost.formula),
        *(("steps", step) for step in lost.steps),
        *(("reference", clause) for clause in lost.reference),
    )
    basis = tuple((said(name), line(said.text(value))) for name, value in listed if value)
    return (*basis, _enough(lost.enough, said)) if lost.enough else basis


def _enough(text: str, said: Phrases) -> tuple[str, Line]:
    """Take the sentence apart at its colon: it says itself what it would be enough for."""
    lead, _, condition = said.text(text).partition(said.sign("colon"))
    name, value = (lead, condition) if condition else (said("enough"), said.text(text))
    return name, line(Text(value, "good"))


def rule_text(lost: Deduction, said: Phrases, *, codes: bool) -> str:
    """Name the rule: in people's words, or as it is called in its file, with the place there."""
    if not codes:
        return _LABEL.sub(partial(_counted, said), said.text(lost.rule))
    place = lost.location
    if place is None or not place.line:
        return lost.rule
    return f"{lost.rule} ({'/'.join(PurePath(place.file).parts[-2:])}:{place.line})"


def section_of(result: IndicatorResult) -> tuple[str, str]:
    """Give the title of the 一级指标 around a row, and those below it as one."""
    return (result.section[0] if result.section else "", "/".join(result.section[1:]))


def _counted(said: Phrases, found: re.Match[str]) -> str:
    return said(f"rule-{found['form']}", rule=found["rule"], number=int(found["number"]) + 1)


# ---- the outcome, and what it rests on -----------------------------------------------------------------------------


def _outcome(told: Told) -> Iterator[Block]:
    evaluation, said = told.evaluation, told.said
    yield Facts(tuple((name, line(value)) for name, value in outcome(evaluation, said)), "outcome", leading=2)
    if evaluation.score is None:
        yield Paragraph(line(Text(range_sentence(evaluation, said), "lost")))
    yield from (Paragraph(line(said.text(note))) for note in evaluation.notes)


def outcome(evaluation: Evaluation, said: Phrases) -> tuple[tuple[str, str], ...]:
    """List score, grade and what was claimed of them, as pairs of name and value."""
    change = difference(evaluation)
    is_stated = evaluation.submission.claimed.score is not None or evaluation.claimed_score is None
    shown = f"{total_text(evaluation, said)} / {number_text(evaluation.points)}"
    return (
        (said("score"), shown),
        (said("grade"), evaluation.grade or said("no-grade")),
        (said("claimed-score" if is_stated else "claims-sum"), number_text(evaluation.claimed_score) or said("none")),
        (said("claimed-grade"), evaluation.claimed_grade or said("none")),
        *(((said("difference"), signed(change)),) if change else ()),
    )


def difference(evaluation: Evaluation) -> Decimal | None:
    """Give score − claimed score; None where either is missing."""
    if evaluation.score is None or evaluation.claimed_score is None:
        return None
    return evaluation.score - evaluation.claimed_score


def _basis(told: Told) -> Iterator[Block]:
    evaluation, said = told.evaluation, told.said
    catalogue = evaluation.catalogue
    plugins = said.joined(f"{name} {version}" for name, version in evaluation.plugins)
    titled = catalogue.title + said.bracketed(catalogue.name) if catalogue.title else catalogue.name
    facts = (
        ("edition", titled),
        ("edition-digest", catalogue.digest),
        ("submission-digest", evaluation.submission.digest),
        ("engine", f"evalrules {__version__}"),
        ("plugins", plugins),
    )
    yield Facts(tuple((said(name), line(text)) for name, text in facts if text), "foot")


# ---- the form: 一级 blocks, 二级 parts, 三级 rows -------------------------------------------------------------------


@frozen
class FormColumn:
    """A column of the form beside the indicators' names: its head, its width, and what stands in a row."""

    name: str
    width: int
    shown: Callable[[Told, IndicatorResult], Line]
    is_number: bool = False


def _text_of(text: str | None) -> Line:
    return line(text or "")


def _score(told: Told, result: IndicatorResult | SectionResult) -> Line:
    is_lost = bool(result.deductions) or result.score is None
    return line(Text(score_text(result, told.said), "lost" if is_lost else ""))


def _deviation(told: Told, result: IndicatorResult) -> Line:
    texts = dict.fromkeys(text for text in (result.deviation_reason, result.improvement) if text)
    return line(told.said.joined(texts, "stop"))


def _lost_points(_told: Told, result: IndicatorResult) -> Line:
    return line(number_text(sum((lost.points for lost in result.deductions), Decimal(0)) or None))


def lost_because(told: Told, result: IndicatorResult) -> Line:
    """Say in one line why a row lost points, or why it is unscored."""
    reasons = [lost.because for lost in result.deductions] or [told.worded(found) for found in result.problems]
    return line(told.said.joined(reasons, "stop"))


TARGET = FormColumn("target", 4, lambda _, result: _text_of(result.target))
ACTUAL = FormColumn("actual", 4, lambda _, result: _text_of(result.actual))
POINTS = FormColumn("points", 2, lambda _, result: line(number_text(result.points)), is_number=True)
SCORE = FormColumn("score", 2, _score, is_number=True)
CLAIM = FormColumn("claimed-score", 2, lambda _, result: line(number_text(result.claimed_score)), is_number=True)
DEVIATION = FormColumn("deviation", 5, _deviation)
LOST = FormColumn("deduction", 2, _lost_points, is_number=True)
BECAUSE = FormColumn("because", 8, lost_because)


def _form(columns: Sequence[FormColumn], *, flagged: bool = False) -> Part:
    """Give the part that shows the form with these columns; ``flagged`` rows lead to the findings about them."""

    def part(told: Told) -> Iterator[Block]:
        yield Heading(line(told.said("form")), anchor="form")
        yield form_table(told, columns, flagged=flagged)

    return part


def form_table(told: Told, columns: Sequence[FormColumn], *, flagged: bool = False) -> Table:
    """Give the table of the form with these columns."""
    return _FormTable(told, columns, flagged=flagged).table()


LEVELS = 3
_LEVELS = {"first-level": 3, "second-level": 3, "indicator": 6}


@define(slots=False, eq=False)
class _FormTable:
    told: Told
    columns: Sequence[FormColumn]
    flagged: bool

    def table(self) -> Table:
        said = self.told.said
        levels = [Column(said(name), width=width) for name, width in _LEVELS.items()]
        others = [Column(said(column.name), column.is_number, column.width) for column in self.columns]
        rows = (row for number, top in enumerate(self.told.tops) for row in self._top(number, top))
        return Table((*levels, *others), (*rows, self._total()), said("form"), LEVELS)

    def _top(self, number: int, top: str) -> Iterator[Row]:
        results = self.told.below.get(top, [])
        first: Cell | None = Cell(line(top), rows=len(results), is_head=True)
        for title, group in groupby(results, key=lambda pair: "/".join(pair[1].section[1:])):
            rows = list(group)
            second: Cell | None = Cell(line(title), rows=len(rows))
            for place, result in rows:
                yield self._row(place, result, (first, second))
                first = second = None
        section = self.told.heads.get(top)
        if section is not None:
            yield self._subtotal(section, f"section-{number}")

    def _row(self, place: int, result: IndicatorResult, titles: tuple[Cell | None, Cell | None]) -> Row:
        name = line(result.name, *self._flags(f"indicator-{place}"))
        own = Cell(name, columns=1 if result.section else LEVELS, is_head=True)
        heads = (*titles, own) if result.section else (own, None, None)
        others = (Cell(column.shown(self.told, result)) for column in self.columns)
        items = tuple(self.told.remarks(result))
        return Row((*heads, *others), anchor=f"indicator-{place}", below=(Items(items),) if items else ())

    def _flags(self, anchor: str) -> Iterator[Text]:
        for severity, number in self.told.flags.get(anchor, ()) if self.flagged else ():
            yield Text(self.told.said(severity), severity, f"#{severity}-{number}")

    def _subtotal(self, section: SectionResult, anchor: str) -> Row:
        own = self.told.sections[section.path[0]]
        items = [item for each in own for item in self.told.deductions(each.deductions, "/".join(each.path))]
        items += [Item(line(Text(self.told.said.text(note), "quiet"))) for each in own for note in each.notes]
        shown = {POINTS: line(number_text(section.points)), SCORE: _score(self.told, section)}
        return self._sum(
            self.told.said("subtotal"),
            {**shown, CLAIM: line(number_text(section.claimed_score))},
            "subtotal",
            anchor,
            items,
        )

    def _total(self) -> Row:
        evaluation, said = self.told.evaluation, self.told.said
        score = total_text(evaluation, said)
        shown = {POINTS: line(number_text(evaluation.points)), SCORE: line(score)}
        shown[CLAIM] = line(number_text(evaluation.claimed_score))
        return self._sum(said("total"), shown, "total", "total", self.told.deductions(evaluation.deductions))

    def _sum(self, name: str, shown: dict[FormColumn, Line], kind: RowKind, anchor: str, items: Sequence[Item]) -> Row:
        before = LEVELS + next(place for place, column in enumerate(self.columns) if column in shown)
        head = Cell(line(name), columns=before, is_head=True)
        others = (Cell(shown.get(column, ())) for column in self.columns[before - LEVELS :])
        below = (Items(tuple(items)),) if items else ()
        return Row((head, *[None] * (before - 1), *others), kind, anchor, below)


# ---- what was lost, as sentences and as bars -----------------------------------------------------------------------


def _reasons(told: Told) -> Iterator[Block]:
    said, evaluation = told.said, told.evaluation
    yield Heading(line(said("lost")), anchor="lost")
    lost = told.losses()
    if not lost and evaluation.score is not None:
        yield Paragraph(line(said("lost-none")))
    for loss in lost:
        yield Heading(line(loss.name, " ", Text(signed(-loss.points), "lost")), 3)
        yield Items(told.deductions(loss.deductions, counted=len(loss.deductions) > 1))  # else it stands in the head
    rows = [(result.name, note) for result in evaluation.indicators for note in result.notes]
    rows += [("/".join(section.path), note) for section in evaluation.sections for note in section.notes]
    yield from (Paragraph(told.named(name, said.text(note))) for name, note in rows)


_NARROWEST = Decimal("0.8")  # a bar of a hundredth of a point would not be seen


@frozen
class Step:
    """A change from ``before`` to ``after``; a step that stays is full marks or the score itself."""

    name: str
    anchor: str
    before: Decimal
    after: Decimal


def steps(told: Told) -> tuple[Step, ...]:
    """Give the way from full marks down to the score, one step for each place where points were lost; none for none."""
    falls = tuple(_falls(told))
    if not falls:
        return ()
    full, score = told.evaluation.points, told.evaluation.score
    end = () if score is None else (Step(told.said("score"), "total", score, score),)
    return (Step(told.said("start"), "", full, full), *falls, *end)


def _falls(told: Told) -> Iterator[Step]:
    left, score = told.evaluation.points, told.evaluation.score
    for loss in told.losses():
        yield Step(loss.name, loss.anchor, left, left - loss.points)
        left -= loss.points
    if score is not None and score != left:  # sections beside the 100 points
        yield Step(told.said("other"), "total", left, score)


def _waterfall(told: Told) -> Iterator[Block]:
    way, said = steps(told), told.said
    if not way:
        return
    heights = [step.after for step in way]
    # The axis begins at a round number, so that the falls take about half of the width.
    lowest = max(Decimal(0), (2 * min(heights) - max(heights)) // 5 * 5)
    bars = tuple(_bar(step, lowest, max(heights)) for step in way)
    note = said("axis", points=number_text(lowest)) if lowest else ""
    yield Heading(line(said("waterfall")), anchor="waterfall")
    yield Bars((said("indicator"), said("deduction"), said("remaining")), bars, said("waterfall"), note)


def _bar(step: Step, lowest: Decimal, highest: Decimal) -> Bar:
    stays = step.before == step.after
    low, high = (lowest, step.after) if stays else sorted((step.before, step.after))
    scale = 100 / (highest - lowest)
    width = max(_NARROWEST, (high - low) * scale)
    edge = min((low - lowest) * scale, 100 - width)
    name = line(Text(step.name, link=f"#{step.anchor}" if step.anchor else ""))
    kind: BarKind = "whole" if stays else "down" if step.after < step.before else "up"
    drawn = round(edge, 2), round(edge + width, 2)
    return Bar(name, *drawn, kind, signed(step.after - step.before), number_text(step.after))


# ---- what is unscored, and what does not agree ---------------------------------------------------------------------


def _problems(told: Told) -> Iterator[Block]:
    items = tuple(
        Item(line(Text(_placed(told, found), "lost"), told.coded(found.code))) for found in told.evaluation.problems
    )
    if items:
        yield Heading(line(told.said("problems")), anchor="problems")
        yield Items(items)


def _placed(told: Told, found: Problem) -> str:
    worded = found.in_language(told.language)
    place = "" if worded.location is None else f"{worded.location}{told.said.sign('colon')}"
    hint = "" if worded.hint is None else told.said.bracketed(worded.hint)
    return f"{place}{worded.message}{hint}"


def _findings(told: Told) -> Iterator[Block]:
    said = told.said
    yield Heading(line(said("findings")), anchor="findings")
    if not told.findings:
        yield Paragraph(line(said("findings-none")))
    for severity, group in told.findings:
        yield Heading(line(Text(said("counted", name=said(severity), count=len(group)), severity)), 3)
        yield Items(tuple(_finding(told, found, f"{severity}-{place}") for place, found in enumerate(group)))


def _finding(told: Told, found: Finding, anchor: str) -> Item:
    row = told.anchor_of(found)
    called = told.where(found)
    where = Text(called, link=f"#{row}" if row else "")
    colon = told.said.sign("colon") if called else ""
    return Item(line(where, colon, found.message, told.coded(found.code)), anchor=anchor)


PARTS: dict[str, Part] = {
    "outcome": _outcome,
    "waterfall": _waterfall,
    "form": _form((TARGET, ACTUAL, POINTS, SCORE, CLAIM)),
    "form-flagged": _form((TARGET, ACTUAL, POINTS, SCORE, CLAIM, DEVIATION), flagged=True),
    "form-reasoned": _form((TARGET, ACTUAL, POINTS, CLAIM, SCORE, LOST, BECAUSE, DEVIATION)),
    "reasons": _reasons,
    "problems": _problems,
    "findings": _findings,
    "basis": _basis,
}
"""The parts that tell scores, reasons and findings, by name."""
