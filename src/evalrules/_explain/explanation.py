"""Everything that is told of one rule, of what a name means in an edition, and of the whole of it as a standard."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Literal

from attrs import asdict, evolve, field

from evalrules._documents import closest
from evalrules._edition.model import (
    Cap,
    Catalogue,
    Check,
    Clause,
    Figure,
    Grade,
    GradeCap,
    Indicator,
    Path,
    ScoringKind,
    Section,
)
from evalrules._explain.examples import (
    Abscissa,
    Example,
    Examples,
    Point,
    base_values,
    curve,
    edges,
    example,
    examples,
    others_text,
)
from evalrules._explain.lookup import (
    GivenInputs,
    looked_up,
    paths_named,
    values_asked,
    with_free_actual,
    with_free_target,
)
from evalrules._explain.words import (
    Fact,
    FactWriter,
    RuleWords,
    RuleWriter,
    bounds_words,
    declared,
    place_text,
    standard_in_words,
)
from evalrules._formula.program import TARGET, dependencies
from evalrules._formula.scope import ANY
from evalrules._formula.words import formula_words
from evalrules._laws.subjects import Subject, open_rows, subjects
from evalrules._laws.trials import Value, attempt
from evalrules._numbers import decimal_text
from evalrules._problems import CatalogueError, Language, Phrases, listed, problem
from evalrules._reasons.sentences import Deduction
from evalrules._score.ruleset import Ruleset
from evalrules._values import frozen


@frozen
class WhatIf:
    """What was asked for, what it scored and why; ``given`` tells all inputs, those taken for granted too."""

    given: str
    outcome: Example
    deductions: tuple[Deduction, ...]


@frozen
class RuleExplanation:
    """One rule: what is known of it, its lines, the figures it reads, its examples, and what was asked."""

    title: str
    facts: tuple[Fact, ...]
    rule: RuleWords
    figures: tuple[Fact, ...]
    examples: tuple[Examples, ...]
    tried: WhatIf | None = None
    subject: Subject | None = field(default=None, eq=False, repr=False)
    given: Mapping[str, Value] = field(factory=dict, eq=False, repr=False)

    def curve(self) -> tuple[Point, ...]:
        """Give the scores at and between all edges of 完成值, lowest value first, all else as it usually is."""
        return () if self.subject is None else curve(self.subject, self.given)

    def edges(self) -> tuple[Abscissa, ...]:
        """Give the 完成值 at which the rule itself turns, lowest first; none where 完成值 cannot be set by itself."""
        return () if self.subject is None else edges(self.subject, self.given)

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain values."""
        tried = self.tried
        found = asdict(self, filter=lambda part, _: part.name not in ("tried", "subject", "given"))
        if tried is not None:
            lost = [deduction.to_dict() for deduction in tried.deductions]
            found["tried"] = {"given": tried.given, **asdict(tried.outcome), "deductions": lost}
        return found


def explain_rules(
    ruleset: Ruleset, name: str, question: GivenInputs | None = None, language: Language = "zh"
) -> tuple[RuleExplanation, ...]:
    """Explain what a path or title names: one rule, or in an open section each that its rows can have.

    Raises `CatalogueError` where the name or the question does not fit the edition.
    """
    question, said = question or GivenInputs(), Phrases(language, "explain")
    groups = looked_up(ruleset, name, question.target_cell())
    return tuple(_explained(subject, kinds, question, said) for subject, kinds in groups)


def _explained(
    subject: Subject, kinds: tuple[ScoringKind | None, ...], question: GivenInputs, said: Phrases
) -> RuleExplanation:
    facts = FactWriter(subject, said)
    if question.target is not None:
        subject = with_free_target(subject)
    asked = values_asked(subject, question)
    free = with_free_actual(subject)
    target = {name: value for name, value in asked.items() if name == TARGET}
    return RuleExplanation(
        title=_title(subject, kinds, said),
        facts=facts.facts(),
        rule=RuleWriter(subject, said).words(),
        figures=facts.figures(),
        examples=examples(free, said, target),
        subject=free,
        given=asked,
        tried=None if question.is_empty else _tried(free if question.actual is not None else subject, asked, said),
    )


def _tried(subject: Subject, asked: Mapping[str, Value], said: Phrases) -> WhatIf:
    trial = attempt(subject, base_values(subject, asked))
    return WhatIf(others_text(trial), example(trial, said), trial.result.deductions)


def _title(subject: Subject, kinds: tuple[ScoringKind | None, ...], said: Phrases) -> str:
    if subject.is_method:
        return subject.name
    if not kinds:
        return subject.name
    named = [kind if kind in "≥>≤<=" else said(f"kind-{kind}") for kind in kinds if kind is not None]
    if None in kinds or len(named) > _MOST_KINDS:
        return said("rows-any", path=subject.name)
    return said("rows-of", path=subject.name, kinds=listed(named))


_MOST_KINDS = 5


# An edition and its parts: what a name means there, and the whole of it as the scoring standard that it is.


Kind = Literal["edition", "indicator", "section", "method", "figure", "grade", "cap"]


@frozen
class Standard:
    """A row of the scoring standard: an indicator, or the rows of one kind that an open section takes."""

    section: Path
    name: str
    points: str
    target: str
    rule: tuple[str, ...]
    reference: tuple[str, ...]


@frozen
class Explanation:
    """What an edition says of one thing, or of all.

    ``facts`` is what is known of it. ``rules`` are how it scores: one rule, or in an open section each that its rows
    can have. ``standards`` are the rows of the scoring standard that belong to it, ``parts`` the figures, grades, caps,
    checks and sections of a whole edition.
    """

    kind: Kind | Literal["check", "clause"]
    title: str
    facts: tuple[Fact, ...] = ()
    rules: tuple[RuleExplanation, ...] = ()
    standards: tuple[Standard, ...] = ()
    parts: tuple[Explanation, ...] = ()

    def curve(self) -> tuple[Point, ...]:
        """Give (完成值, score) at and between all edges of the first rule, for plots; the score is None where unscored.

        Values are exact where a `Decimal` can hold them, else of 12 decimals; days are dates; a rate is the number
        itself. Of a computed 完成值 they are its values. Empty for what reads no 完成值: a checklist, a judgement, a
        grade.
        """
        return self.rules[0].curve() if self.rules else ()

    def to_dict(self) -> dict[str, Any]:
        """Give everything as plain values."""
        return {
            "kind": self.kind,
            "title": self.title,
            "facts": [{"name": fact.name, "text": fact.text} for fact in self.facts],
            "rules": [rule.to_dict() for rule in self.rules],
            "standards": [{name: _plain(getattr(row, name)) for name in _OF_STANDARD} for row in self.standards],
            "parts": [part.to_dict() for part in self.parts],
        }


_OF_STANDARD = ("section", "name", "points", "target", "rule", "reference")


def _plain(value: str | tuple[str, ...]) -> str | list[str]:
    return value if isinstance(value, str) else list(value)


def explain(
    ruleset: Ruleset,
    name: str | None = None,
    question: GivenInputs | None = None,
    language: Language = "zh",
    kind: Kind | None = None,
) -> Explanation:
    """Explain what is called so: an indicator, section, method, figure, grade or cap, or with no name the edition.

    Where things of several kinds are called alike, the first of that order is meant, or that of ``kind``. Raises
    `CatalogueError` where nothing is called so, several parts are, or the question does not fit.
    """
    writer = _Explainer(ruleset, question or GivenInputs(), language)
    if name is None:
        return writer.edition()
    kinds = KINDS if kind is None else (kind,)
    for each in kinds:
        found = writer.of_kind(each, name)
        if found is not None:
            return found
    raise CatalogueError([writer.not_found(name)])


KINDS: tuple[Kind, ...] = ("indicator", "section", "method", "figure", "grade", "cap")


def _changed(catalogue: Catalogue) -> dict[str, list[str]]:
    """Give what an edition added to the one that it extends, replaced and left out."""
    found: dict[str, list[str]] = {}
    for kind, name in catalogue.changed:
        found.setdefault(kind, []).append(name)
    return found


class _Explainer:
    def __init__(self, ruleset: Ruleset, question: GivenInputs, language: Language) -> None:
        self.ruleset, self.question, self.language = ruleset, question, language
        self.catalogue: Catalogue = ruleset.catalogue
        self.said = Phrases(language, "explain")

    def of_kind(self, kind: Kind, name: str) -> Explanation | None:
        """Explain what of this kind is called so; None where nothing is."""
        writers: Mapping[str, Callable[[str], Explanation | None]] = {
            "indicator": self._indicator,
            "section": self._section,
            "method": self._method,
            "figure": self._figure,
            "grade": self._grade,
            "cap": self._cap,
        }
        found = writers[kind](name)
        if found is not None and not found.rules and not self.question.is_empty:
            raise CatalogueError([problem("explain-nothing-to-try", None, name=name)])
        return found

    def not_found(self, name: str) -> Any:
        """Tell that nothing is called so, and what comes near it."""
        catalogue = self.catalogue
        paths = ["/".join(part.path) for part in catalogue.walk()]
        titles = [path.rpartition("/")[2] for path in paths]
        known = {*paths, *titles, *catalogue.methods, *catalogue.data, *catalogue.grids, *catalogue.tables}
        known |= {grade.title for grade in catalogue.grades}
        suggestion = closest(name, sorted(known))
        return problem("explain-unknown", None, edition=catalogue.name, name=name, suggestion=suggestion)

    # ---- what scores ----

    def _part(self, name: str, kind: type[Section | Indicator]) -> Section | Indicator | None:
        parts = {part.path: part for part in self.catalogue.walk() if isinstance(part, kind)}
        found = paths_named(name, parts)
        if len(found) > 1:
            paths = ["/".join(each) for each in found]
            raise CatalogueError([problem("explain-several", None, name=name, paths=listed(paths), first=paths[0])])
        return parts[found[0]] if found else None

    def _rules(self, name: str) -> tuple[RuleExplanation, ...]:
        return explain_rules(self.ruleset, name, self.question, self.language)

    def _indicator(self, name: str) -> Explanation | None:
        part = self._part(name, Indicator)
        if part is None:
            return None
        rules = self._rules("/".join(part.path))
        return Explanation("indicator", "/".join(part.path), rules[0].facts, rules)

    def _section(self, name: str) -> Explanation | None:
        part = self._part(name, Section)
        if not isinstance(part, Section):
            return None
        path = "/".join(part.path)
        rules = self._rules(path) if part.path in self.ruleset.open_sections else ()
        below = [row for row in self._standards() if row.section[: len(part.path)] == part.path]
        return Explanation("section", path, self._facts(self._of_section(part)), rules, () if rules else tuple(below))

    def _method(self, name: str) -> Explanation | None:
        if name.strip() not in self.catalogue.methods:
            return None
        rules = self._rules(name)
        return Explanation("method", name.strip(), rules[0].facts, rules)

    # ---- what does not score by itself ----

    def _figure(self, name: str) -> Explanation | None:
        name = "".join(name.split())
        catalogue = self.catalogue
        if name in catalogue.data:
            return self._of_figure(catalogue.data[name])
        if name in catalogue.tables:
            columns = tuple(Fact(column.name, declared(column, self.said)) for column in catalogue.tables[name].columns)
            return Explanation("figure", name, (*columns, *self._read_by({name, *self._columns_of(name)})))
        if name in catalogue.grids:
            grid = catalogue.grids[name]
            cells = [figure for figure in catalogue.data.values() if figure.grid is not None and figure.grid[0] == name]
            facts = [("rows", self.said.joined(grid.rows)), ("columns", self.said.joined(grid.columns))]
            facts += [("declared", said) for said in dict.fromkeys(declared(each, self.said) for each in cells)]
            facts += [("place", place_text(grid.location))]
            return Explanation("figure", name, (*self._facts(facts), *self._read_by({each.name for each in cells})))
        return None

    def _columns_of(self, table: str) -> Iterator[str]:
        return (column for column, home in self.catalogue.columns.items() if home == table)

    def _of_figure(self, figure: Figure) -> Explanation:
        facts = [
            ("declared", declared(figure, self.said)),
            ("place", place_text(figure.location)),
        ]
        return Explanation("figure", figure.name, (*self._facts(facts), *self._read_by({figure.name})))

    def _read_by(self, names: set[str]) -> tuple[Fact, ...]:
        readers = self.ruleset.once(("readers",), self._readers)
        found = {number: title for name in names for number, title in readers.get(name, {}).items()}
        return self._facts([("read-by", self.said.joined(found[number] for number in sorted(found)))])

    def _readers(self) -> dict[str, dict[int, str]]:
        """Give by each name what reads it, by its place among all."""
        readers: dict[str, dict[int, str]] = {}
        for number, subject in enumerate(self._subjects()):
            for node in subject.nodes:
                for name in dependencies(node, subject.reading.trees):
                    readers.setdefault(name, {})[number] = subject.name
        return readers

    def _grade(self, name: str) -> Explanation | None:
        grades = {word: grade for grade in self.catalogue.grades for word in (grade.title, *grade.also)}
        grade = grades.get(name.strip())
        return None if grade is None else self._of_grade(grade)

    def _of_grade(self, grade: Grade) -> Explanation:
        when = self.said("otherwise-row") if grade.when is None else formula_words(grade.when.tree)
        caps = [self._limit(cap) for cap in self.catalogue.grade_caps if cap.at_most == grade.title]
        facts = [("condition", when), ("also", self.said.joined(grade.also)), *(("cap", cap) for cap in caps)]
        return Explanation("grade", grade.title, self._facts([*facts, ("place", place_text(grade.location))]))

    def _cap(self, name: str) -> Explanation | None:
        part = self._part(name, Section)
        caps: dict[str, Iterable[Cap | GradeCap]] = {
            self.said("score-caps"): self.catalogue.score_caps,
            self.said("grade-caps"): self.catalogue.grade_caps,
        }
        if isinstance(part, Section) and part.cap is not None:
            return Explanation("cap", "/".join(part.path), self._of_cap(part.cap))
        found = tuple(caps.get(name.strip(), ()))
        return self._caps(name.strip(), found) if found else None

    def _caps(self, title: str, caps: Iterable[Cap | GradeCap]) -> Explanation:
        return Explanation("cap", title, tuple(fact for cap in caps for fact in self._of_cap(cap)))

    def _of_cap(self, cap: Cap | GradeCap) -> tuple[Fact, ...]:
        facts = [
            ("condition", self.said("always") if cap.when is None else formula_words(cap.when.tree)),
            ("most", cap.at_most if isinstance(cap.at_most, str) else decimal_text(cap.at_most)),
            ("why", cap.because.text),
            *(("reference", clause) for clause in cap.reference),
            ("place", place_text(cap.location)),
        ]
        return self._facts(facts)

    def _limit(self, cap: Cap | GradeCap) -> str:
        when = self.said("always") if cap.when is None else self.said("when", condition=formula_words(cap.when.tree))
        most = cap.at_most if isinstance(cap.at_most, str) else decimal_text(cap.at_most)
        return self.said("line", when=when, what=self.said("limited", most=most))

    def _of_check(self, check: Check) -> Explanation:
        facts = [
            ("each", check.each or ""),
            ("condition", "" if check.when is None else formula_words(check.when.tree)),
            ("expect", formula_words(check.expect.tree)),
            ("within", "" if check.within is None else check.within.text),
            *(("reference", clause) for clause in check.reference),
            ("place", place_text(check.location)),
        ]
        return Explanation("check", check.name, self._facts(facts))

    def _of_clause(self, clause: Clause) -> Explanation:
        cuts = self.said.joined(f"{decimal_text(100 * cut)}%" for cut in clause.cuts)
        facts = [
            ("cut", cuts),
            ("why", clause.because),
            *(("reference", text) for text in clause.reference),
            ("place", place_text(clause.location)),
        ]
        return Explanation("clause", clause.title, self._facts(facts))

    # ---- sections and the whole ----

    def _of_section(self, section: Section) -> list[tuple[str, str]]:
        flags = [flag for flag in ("open", "one_of", "bonus", "penalty") if getattr(section, flag)]
        ranges = (bounds_words(name, bounds, None, self.said) for name, bounds in section.ranges if bounds != ANY)
        return [
            ("points", "" if section.points is None else decimal_text(section.points)),
            ("sort", self.said.joined(self.said(f"section-{flag.replace('_', '-')}") for flag in flags)),
            ("most", "" if section.at_most is None else decimal_text(section.at_most)),
            ("cap", "" if section.cap is None else self._limit(section.cap)),
            ("ranges", self.said.joined(ranges)),
            ("explain-when", "" if section.explain_when is None else formula_words(section.explain_when.tree)),
            ("also", self.said.joined(section.also)),
            ("place", place_text(section.location)),
        ]

    def edition(self) -> Explanation:
        """Explain the whole edition: its head, its scoring standard, and every other thing that it holds."""
        catalogue = self.catalogue
        if not self.question.is_empty:
            raise CatalogueError([problem("explain-nothing-to-try", None, name=catalogue.name)])
        figures = (self._of_figure(figure) for figure in catalogue.data.values() if figure.grid is None)
        tables = (found for name in (*catalogue.grids, *catalogue.tables) if (found := self._figure(name)) is not None)
        sections = (self._special(section) for section in catalogue.sections)
        caps: tuple[tuple[str, tuple[Cap | GradeCap, ...]], ...] = (
            ("score-caps", catalogue.score_caps),
            ("grade-caps", catalogue.grade_caps),
        )
        parts = (
            *figures,
            *tables,
            *(found for found in sections if found is not None),
            *map(self._of_grade, catalogue.grades),
            *(self._caps(self.said(name), found) for name, found in caps if found),
            *map(self._of_check, catalogue.checks),
            *map(self._of_clause, catalogue.review),
        )
        place = self.said("place")
        told = (evolve(part, facts=tuple(fact for fact in part.facts if fact.name != place)) for part in parts)
        return Explanation("edition", catalogue.title, self._head(), (), tuple(self._standards()), tuple(told))

    def _special(self, section: Section) -> Explanation | None:
        """Explain a section of which there is more to say than its points and its place."""
        facts = [(name, text) for name, text in self._of_section(section) if name not in ("points", "place", "also")]
        found = self._facts(facts)
        return Explanation("section", "/".join(section.path), found) if found else None

    def _head(self) -> tuple[Fact, ...]:
        catalogue = self.catalogue
        rounding = catalogue.rounding
        return self._facts(
            [
                ("name", catalogue.name),
                ("issuer", catalogue.issuer),
                ("years", self.said.joined(map(str, catalogue.fiscal_years))),
                ("supersedes", catalogue.supersedes or ""),
                ("extends", catalogue.extends),
                *((f"extended-{kind}", self.said.joined(names)) for kind, names in _changed(catalogue).items()),
                *(("reference", clause) for clause in catalogue.reference),
                ("uses", self.said.joined(catalogue.uses)),
                ("total", decimal_text(catalogue.points)),
                ("rounding", self.said(f"rounding-{rounding.mode.replace('_', '-')}", places=rounding.places)),
                ("tolerance", decimal_text(catalogue.tolerance)),
                ("digest", catalogue.digest),
            ]
        )

    def _standards(self) -> Iterator[Standard]:
        """Give the rows of the scoring standard, in the order of the form."""
        of_path: dict[Path, list[Subject]] = {}
        self._told: dict[object, Path] = {}
        for subject in self._subjects():
            if not subject.is_method and subject.indicator.origin == "catalogue":
                of_path.setdefault(subject.indicator.path, []).append(subject)
        for part in self.catalogue.walk():
            if isinstance(part, Indicator):
                yield from (
                    self._standard(part.path[:-1], subject, part.title) for subject in of_path.get(part.path, ())
                )
            elif part.path in self.ruleset.open_sections:
                yield from self._open(part.path)

    def _open(self, path: Path) -> Iterator[Standard]:
        """Give a row for each rule of an open section, named by the kinds of target that it scores."""
        known: dict[object, list[str]] = {}
        rows = open_rows(self.ruleset, path)
        alike = tuple((kind, subject.plan.called) for kind, subject in rows.items())
        first = self._told.setdefault(alike, path)
        if first != path:
            yield Standard(path, self.said("own"), "", "", (self.said("as-there", there="/".join(first)),), ())
            return
        for kind, subject in rows.items():
            named = "" if kind is None else kind if kind in "≥>≤<=" else self.said(f"kind-{kind}")
            known.setdefault(subject.plan.called, []).append(named)
        for called, kinds in known.items():
            subject = next(each for each in rows.values() if each.plan.called == called)
            told = all(kinds) and len(known) > 1
            name = self.said("own-of", kinds=listed(kinds)) if told else self.said("own")
            yield evolve(self._standard(path, subject, name), points="", target="")

    def _standard(self, section: Path, subject: Subject, name: str) -> Standard:
        target = dict(FactWriter(subject, self.said).parts())["target"]
        points = decimal_text(subject.indicator.points)
        return Standard(
            section, name, points, target, standard_in_words(subject, self.said), subject.indicator.reference
        )

    def _subjects(self) -> tuple[Subject, ...]:
        return self.ruleset.once(("subjects",), lambda: subjects(self.ruleset))

    def _facts(self, pairs: Iterable[tuple[str, str]]) -> tuple[Fact, ...]:
        return tuple(Fact(self.said(name), text) for name, text in pairs if text)
