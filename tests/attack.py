"""What is told as proved, attacked: whole forms at every edge of every rule, and drawn ones, held to the laws anew.

A form is a document that goes the way of every form: it is read, scored and explained. What a law says is said here by
itself, of the document and its result, so that no slip of what the laws try or prove is a slip of the attack.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import partial
from itertools import count, groupby, islice, pairwise
from random import Random
from typing import Any

import attrs
from attrs import define, field, frozen

from evalrules._edition.digest import meaning_text
from evalrules._edition.model import Catalogue, Path, Scoring, Target
from evalrules._engine import LoadedCatalogue, evaluate, load_submission
from evalrules._evaluation import Evaluation, IndicatorResult
from evalrules._formula.functions import ASKING
from evalrules._formula.tree import Call, Name
from evalrules._laws.fillings import holds, native
from evalrules._laws.law import Verdict
from evalrules._laws.proof.prover import Task
from evalrules._laws.subjects import Subject, subjects
from evalrules._laws.trials import cell_of, profiles, trials_of
from evalrules._problems import phrase
from evalrules._quantities import dump
from evalrules._reasons.account import RowAccount
from evalrules._score.form import ScoredForm, ScoredRow
from evalrules._score.ruleset import Ruleset
from evalrules.testing.strategies import Chosen, Document, _ForGrade, _Form, _Part, any_kind, at_best, at_worst
from evalrules.testing.worth_drawing import open_rules, rules_of

_DEADLINE = Target("date", day=datetime.date(2024, 6, 30), text="2024年6月30日")
STARTS, MOST_TRIED, MOST_AGAIN, DRAWN = 3, 72, 32, 12
MOST_MIXED = 200
ON_BENCH = "·"
ENTERED = frozenset({"judgement-outside"})
"""What an assessor may get wrong in a row that is filled in."""
DAY_OR_NUMBER = re.compile(r"\D*(?:0?[1-9]|1[0-2])\.(?:0?[1-9]|[12]\d|3[01])")
"""What may be a day without its year in a deadline, and is no number there: 1.01, ≥12.31."""
ROW_WORDS = frozenset({"分值", "指标值", "完成值", "评判得分"})
Cell = tuple[Any, ...]


Break = tuple[str, str, str]
"""The title of a rule, a law that is told as proved of it, and what breaks it."""


def broken_by_forms(told: Iterable[tuple[Task, Verdict]]) -> list[Break]:
    """Give what breaks a law that a task told as proved, of each edition once."""
    proved: dict[int, tuple[LoadedCatalogue, set[tuple[str, str]]]] = {}
    for task, verdict in told:
        if verdict.outcome == "proved" and isinstance(task.settle, partial) and verdict.waived is None:
            of = task.settle.args[1]  # a rule in its settings, or the edition
            ruleset = of if isinstance(of, Ruleset) else of[0].ruleset
            is_method = not isinstance(of, Ruleset) and of[0].is_method
            _, laws = proved.setdefault(id(ruleset), (on_bench(ruleset) if is_method else _whole(ruleset), set()))
            laws.add((verdict.title, verdict.law))
    found: list[Break] = []
    for catalogue, laws in proved.values():
        key = (catalogue.digest, meaning_text(catalogue.parts), frozenset(laws))
        if key not in _ATTACKED:
            _ATTACKED[key] = Attack(catalogue, laws).pressed()
        found += _ATTACKED[key]
    return found


def _whole(ruleset: Ruleset) -> LoadedCatalogue:
    return loaded(ruleset.catalogue, ruleset.functions)


_ATTACKED: dict[Any, list[Break]] = {}


def on_bench(ruleset: Ruleset) -> LoadedCatalogue:
    """Give the form that puts an edition's own methods to use; a deadline is fixed, other targets are the entries'."""
    bench = ruleset.catalogue
    parts = (attrs.evolve(part, target=_DEADLINE if part.target else None) for part in bench.indicators)
    return loaded(attrs.evolve(bench, parts=tuple(parts)), ruleset.functions)


def loaded(catalogue: Catalogue, functions: Mapping[str, Any]) -> LoadedCatalogue:
    """Give an edition as callers have it."""
    values = {each.name: getattr(catalogue, each.name) for each in attrs.fields(Catalogue)}
    return LoadedCatalogue(**values, functions=functions)


@frozen(eq=False, repr=False)
class _Benched(_Part):
    """A row of which the entry states the target, whatever its kind."""

    def entry(self, values: Mapping[str, Any]) -> Document:
        """Write the row with its target."""
        written = super().entry(values)
        target = values.get("指标值")
        if target is None or written.get("target") is not None:
            return written
        return {**written, "target": dump(cell_of(target, self.subject.indicator.unit))}


# ---- what a row reads ------------------------------------------------------------------------------------------------


def parts_of(value: Any) -> Iterator[Any]:
    """Go through everything inside a value of the edition."""
    yield value
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, tuple | list):
        for each in value:
            yield from parts_of(each)
    elif attrs.has(type(value)) and not isinstance(value, type):
        for each in attrs.fields(type(value)):
            if each.name not in ("location", "cases", "span"):
                yield from parts_of(getattr(value, each.name))


@frozen(eq=False)
class Reads:
    """The names that a rule leads to; ``asked`` are those of which something asks whether they are filled."""

    names: frozenset[str]
    asked: frozenset[str]

    @classmethod
    def of(cls, ruleset: Ruleset, row: ScoredRow) -> Reads:
        """Go through the rule, what applies it, its target, and the figures that these are computed from."""
        plan, indicator = row.row.plan, row.indicator
        program = None if plan is None else plan.program
        waiting = [program, indicator.value, indicator.applies, indicator.otherwise, indicator.target]
        names: set[str] = set()
        asked: set[str] = set()
        while waiting:
            for part in parts_of(waiting.pop()):
                if isinstance(part, Name) and part.name not in names:
                    names.add(part.name)
                    figure = ruleset.catalogue.data.get(part.name)
                    waiting += [figure.formula] if figure is not None and figure.formula is not None else []
                elif isinstance(part, Call) and part.function in ASKING:
                    asked |= {each.name for each in parts_of(part) if isinstance(each, Name)}
        for name in [*asked]:
            figure = ruleset.catalogue.data.get(name)
            if figure is not None and figure.formula is not None:
                asked |= _behind(ruleset, name)
        return cls(frozenset(names), frozenset(asked))


def _behind(ruleset: Ruleset, name: str) -> set[str]:
    figure = ruleset.catalogue.data.get(name)
    if figure is None or figure.formula is None:
        return {name}
    read = {each.name for each in parts_of(figure.formula) if isinstance(each, Name)}
    return {name}.union(*(_behind(ruleset, each) for each in read))


# ---- what is seen of a row -------------------------------------------------------------------------------------------


@frozen(eq=False)
class Seen:
    """One row of one form: the cells that its rule reads, as they are written, and what came of it."""

    cells: Mapping[Cell, str]
    row: ScoredRow
    reads: Reads
    points: Decimal
    score: Decimal | None
    told: Sequence[tuple[Decimal, str, str]]
    applied: Sequence[str]
    actual: Any
    target: Any

    @property
    def is_scored(self) -> bool:
        """Whether the rules scored it."""
        return self.row.state == "scored" and self.row.problem is None and self.score is not None


@define(eq=False)
class Attack:
    """The forms of one edition against what is proved of it, by titles of rules and names of laws."""

    catalogue: LoadedCatalogue
    proved: set[tuple[str, str]]
    found: list[str] = field(factory=list)
    seen: dict[str, dict[Cell, Seen]] = field(factory=dict)
    subjects_of: dict[str, list[Subject]] = field(factory=dict)
    totals: dict[Cell, dict[int, int]] = field(factory=dict)
    caps: set[str] = field(init=False)
    """The conditions of caps that held on no form yet."""
    forms: int = 0
    _inputs: dict[Subject, list[Mapping[str, Any]]] = field(factory=dict)
    _plans: dict[Cell, tuple[str, Reads, frozenset[str]] | None] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        """Wait for every cap to hold."""
        conditions = [cap.when for cap in self.catalogue.caps] + [cap.when for cap in self.catalogue.grade_caps]
        self.caps = {each.text for each in conditions if each is not None}

    def pressed(self) -> list[Break]:
        """Fill in forms, then hold everything seen to the laws that are proved; give what breaks one."""
        for subject in subjects(self.catalogue.ruleset):
            if not subject.is_method:
                self.subjects_of.setdefault(self._named(subject), []).append(subject)
        for document in self.documents():
            self._note(document)
        for document in islice(self._mixed(), MOST_MIXED):
            if not self.caps:
                break
            self._note(document)
        return [*self._broken()]

    def _named(self, subject: Subject) -> str:
        """Give the title by which proofs name a rule; a row of the bench stands for its method."""
        method = subject.indicator.title.partition(ON_BENCH)[0]
        return phrase("subject-method", method=method) if ON_BENCH in subject.indicator.title else subject.family

    def _broken(self) -> Iterator[Break]:
        form = self.catalogue.title
        for title, rows in self.seen.items():
            for law in sorted(law for name, law in self.proved if name == title):
                wrong = LAWS[law](self, title, [*rows.values()])
                if wrong is not None:
                    yield title, law, wrong
        if (form, "graded") in self.proved:
            yield from ((form, "graded", wrong) for wrong in self._grades())
        if (form, "reachable") in self.proved:
            yield from ((form, "reachable", cap) for cap in sorted(self.caps))

    # ---- forms -------------------------------------------------------------------------------------------------------

    def documents(self) -> Iterator[Document]:
        """Give forms with every rule at its edges and beside them, then drawn ones."""
        rules = rules_of(self.catalogue.ruleset)
        kinds = [len(found) for found in (*rules.values(), *open_rules(self.catalogue.ruleset).values())]
        for number in range(max([1, *kinds])):
            yield from self._at_edges(number)
        for seed in range(DRAWN):
            form = _Form(self.catalogue, Random(seed))  # noqa: S311 - no secret
            yield form.document(form.choices(any_kind), form.shuffled())
        for grade in self.catalogue.grades:
            found = _ForGrade(self.catalogue, grade.title, _Form(self.catalogue, Random(0))).document()  # noqa: S311
            yield from [] if found is None else [found]

    def _mixed(self) -> Iterator[Document]:
        """Give forms in which some rules come out at their best and others at their worst, for caps that wait."""
        for seed in count(DRAWN):
            form = _Form(self.catalogue, Random(seed))  # noqa: S311 - no secret
            picks = [form.choices(pick) for pick in (at_best, at_worst, any_kind)]
            share = [form.chance.random(), form.chance.random()]
            chosen = [form.chance.choices(range(3), [share[0], share[1], 0.2])[0] for _ in form.parts]
            yield form.document([picks[pick][place] for place, pick in enumerate(chosen)], form.shuffled())

    def _at_edges(self, number: int) -> Iterator[Document]:
        """Go through the inputs worth trying of the rules that read different figures at once, of each in its order."""
        form = _Form(self.catalogue, Random(number))  # noqa: S311 - no secret
        form.parts = [self._turned(part, number + place) for place, part in enumerate(form.parts)]
        most = MOST_AGAIN if number else MOST_TRIED
        tried = [self._tried(part.subject)[:most] for part in form.parts]
        usual = [Chosen(part.subject.trying.usual()) for part in form.parts]
        for batch in self._apart(tried):
            rest = [place for place in range(len(tried)) if place not in batch]
            for step in range(max(len(tried[place]) for place in batch)):
                choices = [*usual]
                for place in batch:
                    choices[place] = Chosen(tried[place][step % len(tried[place])])
                yield form.document(choices, [*batch, *rest])

    def _tried(self, subject: Subject) -> list[Mapping[str, Any]]:
        """Give the inputs worth trying of a rule; of those that follow one another most differ in one alone."""
        if subject not in self._inputs:
            known = {str(trial.values): trial.values for trial in trials_of(profiles(subject, STARTS))}
            found: list[Mapping[str, Any]] = list(known.values())
            self._inputs[subject] = found[:MOST_TRIED] or [{}]
        return self._inputs[subject]

    def _apart(self, tried: Sequence[Sequence[Mapping[str, Any]]]) -> list[list[int]]:
        """Put rules together that read no figure alike."""
        batches: list[tuple[set[str], list[int]]] = []
        for place, inputs in enumerate(tried):
            read = {name for name in inputs[0] if name in self.catalogue.data or name in self.catalogue.tables}
            names, batch = next((each for each in batches if not each[0] & read), (set[str](), list[int]()))
            batches += [] if batch else [(names, batch)]
            names |= read
            batch.append(place)
        return [batch for _, batch in batches]

    def _turned(self, part: _Part, number: int) -> _Part:
        """Let each kind of target, and each of several rows of which one is answered, have its turn."""
        path = part.subject.indicator.path
        found = (
            open_rules(self.catalogue.ruleset).get(path[:-1]) if part.title else rules_of(self.catalogue.ruleset)[path]
        )
        assert found is not None
        return _Benched(found[number % len(found)], part.points, part.title, chosen=part.chosen)

    # ---- results -----------------------------------------------------------------------------------------------------

    def _note(self, document: Document) -> None:
        """Score a form and keep what is seen of its rows and of its total."""
        self.forms += 1
        evaluation = evaluate(self.catalogue, load_submission(document))
        form = evaluation._form
        written = dict(_flat(document["data"]))
        for row, result in zip(form.rows, evaluation.indicators, strict=True):
            known = self._known(row)
            if known is None:
                continue
            title, reads, tables = known
            entry: Document = next((each for each in document["entries"] if _fills(each, row.indicator.path)), {})
            cells = {key: text for key, text in written.items() if key[0] in reads.names or key[0] in tables}
            cells |= {("entry", *key): text for key, text in _flat(entry) if key[0] not in ("indicator", "section")}
            seen = self.seen.setdefault(title, {})
            mark = (tuple(cells.items()), row.units, row.state)
            if mark not in seen:
                seen[mark] = _seen(cells, row, reads, result)
        self._note_total(evaluation, written)
        self.caps -= {*_held(form)}

    def _known(self, row: ScoredRow) -> tuple[str, Reads, frozenset[str]] | None:
        """Give what a row's rule is called in proofs, what it reads, and the tables among that; found once a rule."""
        target = None if row.row.target is None else row.row.target.kind
        key = (
            id(row.row.plan),
            row.indicator.path[:-1],
            row.indicator.title * (row.indicator.origin == "catalogue"),
            target,
        )
        if key not in self._plans:
            title, reads = self._title(row), Reads.of(self.catalogue.ruleset, row)
            tables = (
                each for each in self.catalogue.tables if any(name.startswith(f"{each}_") for name in reads.names)
            )
            self._plans[key] = None if title is None else (title, reads, frozenset(tables))
        return self._plans[key]

    def _title(self, row: ScoredRow) -> str | None:
        """Give the title by which a proof names the rule of a row."""
        kind = None if row.row.target is None else row.row.target.kind
        for title, found in self.subjects_of.items():
            for subject in found:
                same = subject.plan.called == row.row.plan.called if row.row.plan is not None else False
                if subject.indicator.origin == "catalogue":
                    same = same and subject.indicator.path == row.indicator.path
                elif row.indicator.origin == "catalogue":
                    same = False
                own = None if subject.row.target is None else subject.row.target.kind
                if same and (own == kind or subject.direction is None):
                    return title
        return None

    def _note_total(self, evaluation: Evaluation, written: Mapping[Cell, str]) -> None:
        """Keep the grade of a total, by everything else that grades and their limits read."""
        form = evaluation._form
        if form.total.score is None or not self.catalogue.grades:
            return
        conditions = [each.when for each in self.catalogue.grades] + [each.when for each in self.catalogue.grade_caps]
        read = {each.name for each in parts_of(conditions) if isinstance(each, Name)}
        read |= {each for name in read for each in _behind(self.catalogue.ruleset, name)}
        figures = sorted((key, text) for key, text in written.items() if key[0] in read)
        if any(text == "" for _, text in figures):  # a condition that is blank leaves no grade
            return
        scores = [(part.path, str(part.score)) for part in evaluation.indicators]
        scores += [(part.path, str(part.score)) for part in evaluation.sections]
        key = (*figures, *(each for each in scores if any(name.startswith(each[0][-1] + "_") for name in read)))
        titles = [grade.title for grade in self.catalogue.grades]
        rank = len(titles) if evaluation.grade is None else titles.index(evaluation.grade)
        self.totals.setdefault(key, {})[form.total.score] = rank

    def _grades(self) -> Iterator[str]:
        """Give totals without a grade, and such as have a lower one than a lower total, all else alike."""
        for known in self.totals.values():
            ranked = sorted(known.items())
            yield from (f"{total}: none" for total, rank in ranked if rank == len(self.catalogue.grades))
            for (total, rank), (higher, other) in pairwise(ranked):
                if other > rank:
                    yield f"{total}: {rank}, {higher}: {other}"


def _held(form: ScoredForm) -> Iterator[str]:
    """Give the conditions of the caps that hold on a form."""
    ruleset = form.ruleset
    catalogue = ruleset.catalogue
    caps = [(part.cap.when, ruleset.caps[part.path]) for part in catalogue.sections if part.cap is not None]
    caps += [(cap.when, made) for cap, made in zip(catalogue.grade_caps, ruleset.grade_caps, strict=True)]
    caps += [(cap.when, made) for cap, made in zip(catalogue.score_caps, ruleset.score_caps, strict=True)]
    yield from (when.text for when, made in caps if when is not None and holds(form, made))


def _seen(cells: Mapping[Cell, str], row: ScoredRow, reads: Reads, result: IndicatorResult) -> Seen:
    account = RowAccount(row) if row.row.plan is not None and row.problem is None else None
    applied = () if account is None else account.told
    return Seen(
        cells,
        row,
        reads,
        result.points,
        result.score,
        [(lost.points, str(lost.because), lost.rule) for lost in result.deductions],
        [] if account is None else [account.ready.rules[number].rule.label for number, *_ in applied],
        None if account is None else _measure(account.value_of("完成值")),
        None if account is None else _measure(account.value_of("指标值")),
    )


def _flat(value: Any, key: Cell = ()) -> Iterator[tuple[Cell, str]]:
    """Give every cell of a document by its place; of a list also how many there are."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _flat(inner, (*key, name))
    elif isinstance(value, list):
        yield (*key, "rows"), str(len(value))
        for number, inner in enumerate(value):
            yield from _flat(inner, (*key, number))
    else:
        yield key, "" if value is None else str(value)


def _fills(entry: Document, path: Path) -> bool:
    named = (*(entry["section"].split("/") if entry.get("section") else ()), entry["indicator"])
    return named == path


def _measure(stored: Any) -> Fraction | None:
    value = native(stored)
    if isinstance(value, datetime.date):
        return Fraction(value.toordinal())
    return value if isinstance(value, Fraction) else None


# ---- the laws --------------------------------------------------------------------------------------------------------


def bounded(_: Attack, __: str, rows: Sequence[Seen]) -> str | None:
    """Hold that no rule takes less than nothing or gives what the points do not hold."""
    for seen in rows:
        problem = seen.row.problem
        outside = seen.row.score is not None and not 0 <= seen.row.score <= seen.row.units
        if outside or (problem is not None and problem.code == "unscored-points-out-of-bounds"):
            return _words(seen)
    return None


def decided(_: Attack, __: str, rows: Sequence[Seen]) -> str | None:
    """Hold that every complete form is scored, but for what people write in a cell of the row beyond its range."""
    for seen in rows:
        problem = seen.row.problem
        if problem is None or problem.code in ENTERED or problem.code == "unscored-points-out-of-bounds":
            continue
        if problem.code == "cell-month-or-number" and any(map(DAY_OR_NUMBER.fullmatch, seen.cells.values())):
            continue
        if any(_is_left_blank(seen, key) for key, text in seen.cells.items() if text == "") or (
            problem.code == "unscored-outside-range" and _is_typed(seen, dict(problem.arguments)["detail"])
        ):
            continue
        return _words(seen)
    return None


def _is_left_blank(seen: Seen, key: Cell) -> bool:
    """Tell whether a cell without anything in it stands in the way of a score: the rule reads it, and does not ask."""
    word = {("entry", "actual"): "完成值", ("entry", "target"): "指标值"}.get(key[:2])
    return word in seen.reads.names if key[0] == "entry" else key[0] not in seen.reads.asked


def _is_typed(seen: Seen, name: str) -> bool:
    """Tell whether only cells of the row decide a name: 完成值 or 指标值 of an entry, or what stands for them alone."""
    plan = seen.row.row.plan
    assert plan is not None
    behind = {each.name: each.formula for each in plan.program.bindings}
    read, waiting = set[str](), [name]
    while waiting:
        each = waiting.pop()
        if each in behind:
            waiting += [part.name for part in parts_of(behind.pop(each)) if isinstance(part, Name)]
        else:
            read.add(each)
    cells = {"完成值": ("entry", "actual"), "指标值": ("entry", "target")}
    return bool(read) and all(each in cells and cells[each] in seen.cells for each in read)


def full_marks_at_target(attack: Attack, title: str, rows: Sequence[Seen]) -> str | None:
    """Hold that what just meets its target, or lies within it, has all its points."""
    direction = attack.subjects_of[title][0].direction
    for seen in rows:
        if seen.is_scored and seen.actual is not None and _meets(seen, direction) and seen.score != seen.points:
            return _words(seen)
    return None


def _meets(seen: Seen, direction: str | None) -> bool:
    target = seen.row.row.target
    if direction == "interval":
        assert target is not None
        assert target.low is not None
        assert target.high is not None
        return bool(target.low <= seen.actual <= target.high)
    if direction in (">", "<") or seen.target is None:  # nothing but a whole number just meets these
        return False
    return bool(seen.actual == seen.target)


def monotone(attack: Attack, title: str, rows: Sequence[Seen]) -> str | None:
    """Hold that of two forms that differ in one cell the one with the better actual scores no less."""
    direction = attack.subjects_of[title][0].direction
    alike: dict[Any, list[Seen]] = {}
    for seen in rows:
        if not seen.is_scored or seen.actual is None:
            continue
        cells = sorted(seen.cells.items(), key=str)
        for place, (key, _) in enumerate(cells):
            if key[:2] != ("entry", "target"):
                rest = (key, seen.target, seen.points, *cells[:place], *cells[place + 1 :])
                alike.setdefault(rest, []).append(seen)
    for found in alike.values():
        for worse, better in _better(found, direction):
            if _score(worse) > _score(better):
                return f"{_words(worse)} ≻ {_words(better)}"
    return None


def _better(found: Sequence[Seen], direction: str | None) -> Iterator[tuple[Seen, Seen]]:
    """Pair what scored most with one actual and what scored least with the next better one."""
    rising = sorted(found, key=lambda seen: seen.actual)
    match direction:
        case "≥" | ">":
            yield from _next(rising)
        case "≤" | "<" | "date":
            yield from _next(rising[::-1])
        case "=" | "interval":
            target = rising[0].row.row.target
            low, high = rising[0].target, rising[0].target
            if direction == "interval" and target is not None:
                low, high = target.low, target.high
            if low is not None and high is not None:
                yield from _next([seen for seen in rising if seen.actual <= low])
                yield from _next([seen for seen in rising if seen.actual >= high][::-1])
                inside = [seen for seen in rising if low < seen.actual < high]
                outside = [seen for seen in rising if not low <= seen.actual <= high]
                yield from ((max(outside, key=_score), least) for least in sorted(inside, key=_score)[:1] if outside)


def _next(rising: Sequence[Seen]) -> Iterator[tuple[Seen, Seen]]:
    groups = [list(group) for _, group in groupby(rising, key=lambda seen: seen.actual)]
    for worse, better in pairwise(groups):
        yield max(worse, key=_score), min(better, key=_score)


def _score(seen: Seen) -> Decimal:
    return Decimal(0) if seen.score is None else seen.score


def reachable(attack: Attack, title: str, rows: Sequence[Seen]) -> str | None:
    """Hold that every rule that the edition writes here applied on some form, and full marks were had on some."""
    own = [each for each in attack.subjects_of[title] if isinstance(each.plan.called, Scoring)]
    waiting = {rule.label for subject in own for rule in subject.program.rules}
    waiting -= {label for seen in rows for label in seen.applied}
    if waiting:
        return f"{sorted(waiting)} of {len(rows)}"
    return None if any(seen.is_scored and seen.row.score == seen.row.units for seen in rows) else "full marks"


def reasoned(_: Attack, __: str, rows: Sequence[Seen]) -> str | None:
    """Hold that what a row lost is told, each part of it with a reason that says something."""
    for seen in rows:
        if seen.score is None or seen.row.row.plan is None:
            continue
        outside = any(seen.row.indicator.path[:-1] == path for path in seen.row.ruleset.bonuses)
        lost = sum((points for points, _, _ in seen.told), Decimal(0))
        unsaid = {rule.label for rule in seen.row.row.plan.program.rules if rule.because is None}
        silent = any(not because.strip() or "（未填）" in because or rule in unsaid for _, because, rule in seen.told)
        if silent or (lost != seen.points - seen.score and not outside):
            return _words(seen)
    return None


LAWS = {law.__name__: law for law in (bounded, decided, full_marks_at_target, monotone, reachable, reasoned)}


def _words(seen: Seen) -> str:
    problem = "" if seen.row.problem is None else seen.row.problem.code
    return f"{dict(seen.cells)} → {seen.score} of {seen.points} {problem} {list(seen.told)}"
