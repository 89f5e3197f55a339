"""The cases of an edition: examples beside indicators and methods, and whole forms in ``<edition>.cases/``.

A whole form is a submission with what is expected of it::

    expect:
      score: 95.0             # or unscored
      grade: 优秀
      sections: {产出指标: 49}              # by title or path; a number or unscored
      indicators: {预算执行率: 10}           # by title or path; a number, unscored or not_applicable
      findings: [deviation-reason-missing]  # the codes of all findings, in any order; [] is none
      problems: [cell-number]               # the codes of what is wrong with the form itself; without it there is none

What is not named is not looked at. Numbers are compared exactly.
"""

from __future__ import annotations

from collections import abc
from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from evalrules._audit import audit
from evalrules._documents import (
    Fields,
    Mapping,
    Node,
    Problems,
    Scalar,
    as_texts,
    fields,
    read_document,
    read_file,
    walk_named,
)
from evalrules._edition.find import files_beside, strays_beside
from evalrules._edition.forms import TIER, item_name
from evalrules._edition.keys import KINDS
from evalrules._edition.model import Case, Catalogue
from evalrules._evaluation import Evaluation, IndicatorResult, indicator_results
from evalrules._formula.program import ACTUAL, EVIDENCE, JUDGED, POINTS, TARGET, dependencies
from evalrules._formula.scope import Functions
from evalrules._formula.tree import Name
from evalrules._laws.subjects import Subject, bench_of, indicator_subjects, own_methods, setting_of
from evalrules._laws.trials import Value, scored_alone
from evalrules._nearest import nearest
from evalrules._numbers import decimal_text
from evalrules._problems import Location, Problem, listed, phrase, problem
from evalrules._quantities import Quantity, yes_or_no
from evalrules._score.compiling import compile_ruleset
from evalrules._score.form import ScoredForm
from evalrules._score.ruleset import Row, Ruleset
from evalrules._score.score import score_form
from evalrules._submission_reading import submission_from
from evalrules._values import frozen

Scores = abc.Mapping[tuple[str, ...], Decimal | str | None]
UNSCORED, NOT_APPLICABLE = "unscored", "not_applicable"


@frozen
class Unexpected:
    """A score or grade that is not what a case expects: where that stands, and what comes out by the rules."""

    title: str
    location: Location | None
    expected: str
    found: str


@frozen
class CaseResult:
    """One case that was run: what it is called, and what did not come out as it says; empty where all did."""

    name: str
    problems: tuple[Problem, ...] = ()
    location: Location | None = None
    outcomes: tuple[Unexpected, ...] = ()


def case_problems(catalogue: Catalogue, functions: Functions | None = None, *, forms: bool = True) -> Iterator[Problem]:
    """Go through what the cases of a sound edition get otherwise than they say; for the checker's ``run_cases``."""
    for result in case_results(compile_ruleset(catalogue, functions), forms=forms):
        yield from result.problems


def case_results(ruleset: Ruleset, *, forms: bool = True) -> Iterator[CaseResult]:
    """Run every case of an edition: of its methods, of its indicators, and, with ``forms``, its whole forms.

    Whole forms are left out while the edition's points do not add up: none of them has a total then.
    """
    yield from _of_methods(ruleset)
    named = {subject.name: subject for subject in indicator_subjects(ruleset) if subject.indicator.cases}
    for row in ruleset.rows:
        yield from _of_indicator(ruleset, row, named.get("/".join(row.indicator.path)))
    for file in case_files(ruleset.catalogue) if forms else ():
        yield whole_form_result(ruleset, file)
    for entry in strays_beside(ruleset.catalogue.location, ruleset.catalogue.edition, "cases"):
        unread = problem("case-file-not-read", Location(str(entry)), folder=f"{ruleset.catalogue.edition}.cases")
        yield CaseResult(entry.name, (unread,), unread.location)


# ---- cases beside rules --------------------------------------------------------------------------------------------


def _of_methods(ruleset: Ruleset) -> Iterator[CaseResult]:
    methods = [method for method in own_methods(ruleset.catalogue) if method.cases]
    if not methods:
        return
    bench = bench_of(ruleset.catalogue, ruleset.functions)
    for method in methods:
        for number, case in enumerate(method.cases):
            yield _ran(
                bench.ruleset,
                bench.rows[setting_of(method, case)],
                case,
                phrase("subject-method", method=method.title),
                number,
            )


def _of_indicator(ruleset: Ruleset, row: Row, subject: Subject | None) -> Iterator[CaseResult]:
    for number, case in enumerate(row.indicator.cases):
        title = "/".join(row.indicator.path)
        wrong = () if subject is None else tuple(_inputs_wrong(subject, case))
        if wrong:
            yield CaseResult(f"{title}[{number}]", wrong, case.location)
        else:
            yield _ran(ruleset, row, case, title, number)


def _inputs_wrong(subject: Subject, case: Case) -> Iterator[Problem]:
    """Tell what a case gives that its rule does not take: what nothing reads, what is fixed, what is computed."""
    given, read = dict(case.inputs), _read_by(subject)
    data, computed = subject.ruleset.catalogue.data, subject.reading.trees
    for name in given:
        texts = {"name": name, "title": subject.name}
        if name == ACTUAL and subject.reads_value:
            yield problem("case-input-computed", case.location, **texts)
        elif name in (POINTS, TARGET) and name not in subject.free:
            yield problem("case-input-fixed", case.location, **texts)
        elif name not in read:
            yield problem("case-input-unread", case.location, known=listed(dict.fromkeys(read)), **texts)
        elif name in data and not given.keys().isdisjoint(dependencies(Name(name), computed) - {name}):
            yield problem("case-input-computed", case.location, **texts)


def _read_by(subject: Subject) -> tuple[str, ...]:
    """Give what a case of a rule may name: what its formulas and reasons read, and the items of a checklist."""
    trees = [*subject.nodes, *(each.tree for each in subject.program.said)]
    names = dict.fromkeys(name for tree in trees for name in sorted(dependencies(tree, subject.reading.trees)))
    known = subject.ruleset.catalogue.data
    is_own = {ACTUAL: not subject.reads_value, TARGET: TARGET in subject.free, EVIDENCE: True}
    own = [word for word in is_own if is_own[word] and word in names]
    return (*own, *(name for name in names if name in known), *(item.title for item in subject.plan.scoring.checklist))


def _ran(ruleset: Ruleset, row: Row, case: Case, title: str, number: int) -> CaseResult:
    name = f"{title}[{number}]"
    form = scored_alone(ruleset, row, _values(row, case))
    score = form.rows[0].score
    found = None if score is None else form.ruleset.points(score)
    if found == case.score:
        return CaseResult(name, (), case.location)
    outcome = Unexpected(name, case.location, _score_text(case.score), _score_text(found))
    return CaseResult(name, (_failed(outcome, reason=_because(form)),), case.location, (outcome,))


def _values(row: Row, case: Case) -> dict[str, Value]:
    """Give the inputs of a case by the names that the rules have for them."""
    items = {item.title: number for number, item in enumerate(row.plan.scoring.checklist)} if row.plan else {}
    values: dict[str, Value] = {}
    for name, cell in case.inputs:
        if name in items and row.plan is not None:
            full = row.plan.scoring.checklist[items[name]].points
            values[item_name(items[name])] = cell.number if isinstance(cell, Quantity) else _answered(cell.text, full)
        elif name != POINTS:
            values[name] = cell
    if case.judged is not None:
        tier, score = case.judged
        values |= {TIER: tier, JUDGED: score}
    return values


def _answered(text: str, full: Fraction) -> Fraction | None:
    answer = yes_or_no(text)
    return None if answer is None else full * answer


def _because(form: ScoredForm) -> str | None:
    """Tell why there is no score, or the first reason for which points were lost."""
    result = indicator_results(form)[0]
    told = [found.message for found in result.problems] or [lost.because for lost in result.deductions]
    return told[0] if told else None


# ---- whole forms ---------------------------------------------------------------------------------------------------


def case_files(catalogue: Catalogue) -> tuple[Path, ...]:
    """Give the whole-form cases that lie beside the edition's file, by name; none for an edition that is no file."""
    return files_beside(catalogue.location, catalogue.edition, "cases")


def whole_form_result(ruleset: Ruleset, file: Path) -> CaseResult:
    """Evaluate a whole form and hold the result to what the file expects."""
    problems = Problems()
    name = file.stem
    document = read_file(file, problems, lenient=True)
    submission = submission_from(document, problems)
    expected = None if document is None else document.get("expect")
    if isinstance(expected, Mapping) and all(
        isinstance(each, Mapping) and not each.pairs for _, each in expected.pairs
    ):
        expected = None  # nothing is expected
    if document is not None and not isinstance(expected, Mapping):
        problems.report("case-without-expect", document)
    if submission is None or not isinstance(expected, Mapping):
        return CaseResult(name, tuple(problems), None if document is None else document.location)
    problems.clear()  # those of the submission are held to what is expected of them
    evaluation = Evaluation(form := score_form(ruleset, submission), audit=audit)
    found = tuple(_differences(evaluation, expected, problems))
    told = (each if isinstance(each, Problem) else _failed(each) for each in found)
    outcomes = tuple(each for each in found if isinstance(each, Unexpected))
    return CaseResult(name, (*problems, *_defects_differ(form, expected), *told), submission.location, outcomes)


def _defects_differ(form: ScoredForm, expected: Mapping) -> Iterator[Problem]:
    """Tell the defects of a case that expects none; one that expects some names their codes, in any order."""
    wanted = expected.get("problems")
    if wanted is None:
        yield from form.defects
        return
    codes, found = sorted(set(as_texts(wanted, Problems()))), sorted({defect.code for defect in form.defects})
    if codes != found:
        yield problem("case-problems-fail", wanted.location, expected=_listed(codes), found=_listed(found))


def _differences(evaluation: Evaluation, expected: Mapping, problems: Problems) -> Iterator[Problem | Unexpected]:
    stated = fields(expected, problems, KINDS["expected"].names, KINDS["expected"].required)
    if stated.has("score"):
        yield from _differs(phrase("total"), stated.get("score"), evaluation.score)
    grade = stated.text("grade")
    if grade is not None and grade != evaluation.grade:
        yield Unexpected("", stated.place("grade"), grade, evaluation.grade or "")
    sections = {section.path: section.score for section in evaluation.sections}
    yield from _parts_differ(stated, "sections", sections)
    indicators = {result.path: _outcome(result) for result in evaluation.indicators}
    yield from _parts_differ(stated, "indicators", indicators)
    yield from _findings_differ(evaluation, stated)


def _outcome(result: IndicatorResult) -> Decimal | str | None:
    """Give the score, or that the indicator does not apply."""
    return NOT_APPLICABLE if result.status == NOT_APPLICABLE else result.score


def _parts_differ(
    stated: Fields, key: str, scores: abc.Mapping[tuple[str, ...], Decimal | str | None]
) -> Iterator[Problem | Unexpected]:
    parts = stated.mapping(key)
    names = {name: path for path in scores for name in ("/".join(path), path[-1])}
    for name, wanted in parts.pairs if parts is not None else ():
        path = names.get("".join(name.text.split()))
        if path is None:
            near = nearest(name.text, names)
            yield problem("case-part-unknown", name.location, name=name.text, suggestion=near[0] if near else None)
        else:
            yield from _differs(name.text, wanted, scores[path])


def _differs(title: str, wanted: Node | None, found: Decimal | str | None) -> Iterator[Unexpected]:
    if not isinstance(wanted, Scalar):
        return
    text = wanted.text.strip()
    same = text == (found or UNSCORED) if not isinstance(found, Decimal) else _is_number(text, found)
    if not same:
        yield Unexpected(title, wanted.location, text, UNSCORED if found is None else str(found))


def _failed(outcome: Unexpected, reason: str | None = None) -> Problem:
    """Word what was expected and what was found: a grade, a number of points, or that there is none."""
    if not outcome.title:
        found = outcome.found or phrase("case-none")
        return problem("case-grade-fails", outcome.location, expected=outcome.expected, found=found)
    told = {
        name: phrase(f"case-{name}-{text}") if text in _OUTCOMES else phrase("case-points", points=text)
        for name, text in (("expected", outcome.expected), ("found", outcome.found))
    }
    return problem("case-fails", outcome.location, title=outcome.title, reason=reason, **told)


_OUTCOMES = (UNSCORED, NOT_APPLICABLE)
"""What a case can expect beside a score."""


def _is_number(text: str, found: Decimal) -> bool:
    try:
        return Fraction(text.replace("−", "-")) == Fraction(found)
    except (ValueError, ZeroDivisionError):
        return False


def _findings_differ(evaluation: Evaluation, stated: Fields) -> Iterator[Problem]:
    if stated.nodes.get("findings") is None:
        return
    wanted = sorted(set(stated.texts("findings")))
    found = sorted({finding.code for finding in evaluation.findings})
    if wanted != found:
        place = stated.place("findings")
        yield problem("case-findings-fail", place, expected=_listed(wanted), found=_listed(found))


def _listed(codes: Iterable[str]) -> str:
    return listed(codes) or phrase("case-none")


def _score_text(score: Fraction | None) -> str:
    return UNSCORED if score is None else decimal_text(score)


# ---- what a case expects, written anew ------------------------------------------------------------------------------


def with_outcomes(text: str, name: str, outcomes: Iterable[Unexpected]) -> str:
    """Write into a file what its cases come to, each in the place of what they expected; all else stays as it is."""
    document = read_document(text, name, Problems(), lenient=True)
    places = {} if document is None else {(node.line, node.column): node for node in _from_within(document)}
    written = {node.start: (node, each.found) for each in outcomes if (node := _expected(places, each))}
    for start, (node, found) in sorted(written.items(), reverse=True):
        quote = "" if node.plain else text[start]
        text = f"{text[:start]}{quote}{found}{quote}{text[node.end :]}"
    return text


def _from_within(document: Mapping) -> Iterable[Node]:
    """Go through a document so that of what begins in one place the outermost comes last."""
    return reversed(tuple(walk_named(document)))


def _expected(places: abc.Mapping[tuple[int, int], Node], outcome: Unexpected) -> Scalar | None:
    """Give what a case expects: the place is its own, or that of the case of which it is the score."""
    place = outcome.location
    node = None if place is None or not outcome.found else places.get((place.line or 0, place.column or 0))
    node = node.get("score") if isinstance(node, Mapping) else node
    return node if isinstance(node, Scalar) else None
