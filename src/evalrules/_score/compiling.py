"""An edition compiled: everything that is to be compiled is gathered, compiled in one go, and put together."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, get_args

from attrs import evolve

from evalrules._edition.forms import TIER, answer_scope, item_name
from evalrules._edition.levels import (
    cap_programs,
    grade_cap_programs,
    grade_program,
    level_scope,
    otherwise_program,
    score_cap_programs,
)
from evalrules._edition.lower import lower, programs, written_out
from evalrules._edition.model import Catalogue, Figure, Indicator, MethodCall, Path, Scoring, ScoringKind, Section
from evalrules._edition.scopes import (
    bare_target_of,
    cap_scope,
    data_scope,
    default_scoring,
    grade_scope,
    indicator_scopes,
    is_scored_between,
    program_scope,
    ranges_of,
    row_scope,
    scoring_of,
    target_scope,
)
from evalrules._formula.compile.programs import Job, ProgramJob, compile_jobs
from evalrules._formula.program import ACTUAL, EVIDENCE, NO_RULES, TARGET, TOTAL, Program, Requirement
from evalrules._formula.scope import Functions, Scope, layered
from evalrules._formula.tree import names
from evalrules._formula.typing import check_node, resolved
from evalrules._score.ruleset import (
    NO_WORDS,
    Compiled,
    GivenFigure,
    OpenSection,
    Plan,
    Row,
    Ruleset,
    TitleWord,
    title_word,
)

SCORING_KINDS: tuple[ScoringKind, ...] = get_args(ScoringKind)


def compile_ruleset(catalogue: Catalogue, functions: Functions | None = None) -> Ruleset:
    """Compile a catalogue that `check` found no error in."""
    return _Compiling(catalogue, functions or {}).ruleset()


class _Compiling:
    """Gathers everything that is to be compiled, compiles it in one go, and puts the ruleset together."""

    def __init__(self, catalogue: Catalogue, functions: Functions) -> None:
        self.catalogue = catalogue
        self.functions = functions
        self.formulas: dict[object, Job] = {}
        self.programs: dict[object, ProgramJob] = {}
        self.called: dict[object, Scoring | MethodCall] = {}
        self.compiled: dict[object, Any] = {}
        self.plans: dict[object, Plan] = {}
        self.shared: dict[object, tuple[Path, ScoringKind | None]] = {}
        self.alike: dict[object, object] = {}

    def ruleset(self) -> Ruleset:
        catalogue = self.catalogue
        self._gather_figures()
        self._gather_rows()
        self._gather_levels()
        title_words = _title_words(catalogue)
        slots = {name: slot for slot, name in enumerate(dict.fromkeys(self._slot_names(title_words)))}
        self._compile(slots)
        return Ruleset(
            catalogue=catalogue,
            functions=self.functions,
            slots=slots,
            given=tuple(
                GivenFigure(slots[name], figure) for name, figure in catalogue.data.items() if figure.formula is None
            ),
            computed=tuple((slots[figure.name], figure, self.compiled[figure.name]) for figure in self._computed()),
            rows=tuple(self._row(indicator) for indicator in catalogue.indicators),
            takers={section.path: self._open(section) for section in _takers(catalogue)},
            caps={path: self._made(("cap", path), title_words) for path in cap_programs(catalogue)},
            score_caps=tuple(
                self._made(("score cap", number), title_words) for number in range(len(catalogue.score_caps))
            ),
            grading=self._made("grades", title_words) if catalogue.grades else None,
            grade_caps=tuple(
                self._made(("grade cap", number), title_words) for number in range(len(catalogue.grade_caps))
            ),
            title_words=title_words,
        )

    def _compile(self, slots: Mapping[str, int]) -> None:
        rounding = self.catalogue.rounding
        jobs: dict[object, Job | ProgramJob] = {**self.formulas, **self.programs}
        made = compile_jobs(list(jobs.values()), slots, self.functions, places=rounding.places, mode=rounding.mode)
        self.compiled = dict(zip(jobs, made, strict=True))

    # ---- what is to be compiled

    def _computed(self) -> Iterator[Figure]:
        """Go through the computed figures so that each comes after those it reads."""
        done: set[str] = set()

        def visit(figure: Figure) -> Iterator[Figure]:
            if figure.name in done or figure.formula is None:
                return
            done.add(figure.name)
            for name in names(figure.formula.tree):
                if name in self.catalogue.data:
                    yield from visit(self.catalogue.data[name])
            yield figure

        for figure in self.catalogue.data.values():
            yield from visit(figure)

    def _gather_figures(self) -> None:
        scope = data_scope(self.catalogue)
        for figure in self._computed():
            if figure.formula is not None:
                self.formulas[figure.name] = Job(resolved(figure.formula, scope), scope, name=figure.name)

    def _gather_rows(self) -> None:
        catalogue = self.catalogue
        for indicator in catalogue.indicators:
            self._gather_row(indicator)
            scope, instead = target_scope(catalogue, indicator), otherwise_program(catalogue, indicator)
            if indicator.applies is not None:
                self.formulas["applies", indicator.path] = Job(resolved(indicator.applies, scope), scope, NO_RULES)
            if instead is not None:
                self.programs["otherwise", indicator.path] = ProgramJob(instead, scope)
        for section in _takers(catalogue):
            for kind in (*SCORING_KINDS, None):
                self._gather_open(section, kind)

    def _gather_row(self, indicator: Indicator) -> None:
        """Gather the scoring of an indicator; one that leaves it to the entry's target has one for each kind."""
        scope = indicator_scopes(self.catalogue)[indicator.path]
        scoring = scoring_of(self.catalogue, indicator)
        if scoring is not None:
            program = programs(self.catalogue)[indicator.path]
            self._gather(indicator.path, scoring, program, scope)
            if indicator.target is None and indicator.value is None:
                self._gather_for_days(indicator, scoring, program)
        elif indicator.target is None:
            for kind in SCORING_KINDS:
                given = default_scoring(self.catalogue, indicator.path[:-1], kind)
                if given is not None:
                    self._gather((indicator.path, kind), given, lower(self.catalogue, indicator, given), scope)

    def _gather_for_days(self, indicator: Indicator, scoring: Scoring | MethodCall, program: Program) -> None:
        """Gather the same rules for an entry whose target is a day, where they can be read of days."""
        scope = row_scope(self.catalogue, indicator.path[:-1], "date")
        if self._fits(program, scope):
            self._gather((indicator.path, "date"), scoring, program, scope)

    def _fits(self, program: Program, scope: Scope) -> bool:
        """Tell whether rules can be read of what a row holds."""
        whole = program_scope(scope, program, self.functions)
        return not any(check_node(formula.tree, whole, self.functions).faults for formula in program.formulas)

    def _gather_open(self, section: Section, kind: ScoringKind | None) -> None:
        """Gather what scores a row of an open section; sections that give their rows the same share one program."""
        scoring = default_scoring(self.catalogue, section.path, kind)
        if scoring is None:
            return
        label = section.path if isinstance(scoring, Scoring) else ()
        same = (
            id(scoring),
            "=" if kind == "money" else kind,
            label,
            tuple(ranges_of(self.catalogue, section.path).items()),
        )
        known = self.shared.setdefault(same, (section.path, kind))
        self.alike[section.path, kind] = known
        if known not in self.programs:
            program = lower(self.catalogue, None, scoring, section=section.path)
            scope = row_scope(self.catalogue, section.path, kind)
            if kind != "date" or self._fits(program, scope):  # a section's own scoring may not be one of days
                self._gather(known, scoring, program, scope)

    def _gather(self, key: object, scoring: Scoring | MethodCall, program: Program, scope: Scope) -> None:
        self.called[key] = scoring
        inputs = layered(answer_scope(written_out(self.catalogue, scoring)), scope)
        if program.requirements:
            program = evolve(program, requirements=tuple(_of_numbers(program.requirements, scope)))
        self.programs[key] = ProgramJob(program, program_scope(inputs, program, self.functions))

    def _gather_levels(self) -> None:
        catalogue = self.catalogue
        of_caps, of_grades = level_scope(cap_scope(catalogue)), level_scope(grade_scope(catalogue))
        for path, program in cap_programs(catalogue).items():
            self.programs["cap", path] = ProgramJob(program, of_caps)
        for number, program in enumerate(score_cap_programs(catalogue)):
            self.programs["score cap", number] = ProgramJob(program, of_caps)
        if catalogue.grades:
            self.programs["grades"] = ProgramJob(grade_program(catalogue), of_grades)
        for number, program in enumerate(grade_cap_programs(catalogue)):
            self.programs["grade cap", number] = ProgramJob(program, of_grades)

    # ---- slots

    def _slot_names(self, title_words: Mapping[str, TitleWord]) -> Iterator[str]:
        yield from (name for name, figure in self.catalogue.data.items() if figure.formula is None)
        yield from self.catalogue.data
        yield from self.catalogue.tables
        yield from (TIER, EVIDENCE, TOTAL)
        items = [len(written_out(self.catalogue, scoring).items) for scoring in self.called.values()]
        yield from (item_name(number) for number in range(max(items, default=0)))
        yield from title_words

    def _made(self, key: object, title_words: Mapping[str, TitleWord] = NO_WORDS) -> Compiled:
        """Give a program that was compiled, with the names that it reads of the form."""
        job = self.programs[key]
        formulas = (*job.program.formulas, *job.program.said)
        read = dict.fromkeys(name for formula in formulas for name in names(formula.tree))
        return Compiled(job.program, job.scope, self.compiled[key], tuple(name for name in read if name in title_words))

    # ---- rows

    def _row(self, indicator: Indicator) -> Row:
        points, path = indicator.points, indicator.path
        plan = self._plan(path)
        return Row(
            indicator=indicator,
            plan=plan,
            points=(points.numerator, points.denominator),
            units=int(points * 10**self.catalogue.rounding.places),
            target=indicator.target,
            plans={} if indicator.target else {kind: self._plan_for(path, plan, kind) for kind in SCORING_KINDS},
            bare_target=bare_target_of(self.catalogue, path[:-1]),
            between=plan is None and is_scored_between(self.catalogue, path[:-1]),
            applies=self.compiled.get(("applies", path)),
            otherwise=self._made(("otherwise", path)) if ("otherwise", path) in self.programs else None,
        )

    def _plan_for(self, path: Path, plan: Plan | None, kind: ScoringKind) -> Plan | None:
        """Give the plan for an entry's target of this kind: the row's own, unless that reads other values."""
        if plan is None or (kind == "date" and plan.reads_actual and plan.scope[ACTUAL].kind != "date"):
            return self._plan((path, kind))
        numbers = kind not in ("date", "text")
        return None if numbers and plan.reads_actual and plan.scope[ACTUAL].kind == "date" else plan

    def _plan(self, key: object) -> Plan | None:
        key = self.alike.get(key, key)
        if key not in self.programs:
            return None
        if key not in self.plans:
            job, called = self.programs[key], self.called[key]
            self.plans[key] = Plan(
                job.program, job.scope, self.compiled[key], called=called, scoring=written_out(self.catalogue, called)
            )
        return self.plans[key]

    def _open(self, section: Section) -> OpenSection:
        plans = {kind: self._plan((section.path, kind)) for kind in (*SCORING_KINDS, None)}
        bare, between = bare_target_of(self.catalogue, section.path), is_scored_between(self.catalogue, section.path)
        return OpenSection(section, plans, bare, between)


def _takers(catalogue: Catalogue) -> Iterator[Section]:
    """Go through the sections that take rows of a submission, or parts with such rows; a form that is open is one."""
    if catalogue.open:
        yield catalogue.form
    for section in catalogue.sections:
        if section.open or any(isinstance(part, Section) and part.open for part in section.walk()):
            yield section


def _title_words(catalogue: Catalogue) -> dict[str, TitleWord]:
    """Give every name by which grades, caps and checks speak of a part of the form."""
    programs = [*cap_programs(catalogue).values(), *score_cap_programs(catalogue), *grade_cap_programs(catalogue)]
    programs += [grade_program(catalogue)] if catalogue.grades else []
    formulas = [formula for program in programs for formula in (*program.formulas, *program.said)]
    formulas += [formula for check in catalogue.checks for formula in check.formulas]
    read = dict.fromkeys(name for formula in formulas for name in names(formula.tree))
    words = {name: title_word(catalogue, name) for name in read if name not in catalogue.data}
    return {name: word for name, word in words.items() if word is not None}


def _of_numbers(requirements: Iterable[Requirement], scope: Scope) -> Iterator[Requirement]:
    """Leave out what a section demands of numbers where the rows are about days or texts."""
    for requirement in requirements:
        variable = scope.get(requirement.name)
        if requirement.name not in (TARGET, ACTUAL) or variable is None or variable.kind == "number":
            yield requirement
