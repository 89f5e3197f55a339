"""Edition files as tests: one for the check, one for each case, one for each law of each rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import pytest
from attrs import define

from evalrules._cases import CaseResult, case_results
from evalrules._engine import LoadedCatalogue, load_catalogue
from evalrules._laws.law import Verdict, families, family_verdicts, form_verdicts, laws_of, waiver_of
from evalrules._laws.subjects import Subject
from evalrules._problems import CatalogueError, Location, Problem, chosen_language, render_problem
from evalrules.testing.laws import broken_form, random_search


class FailedError(Exception):
    """What an edition gets wrong; shown in the bureau's words, without a traceback."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(problems)
        self.problems = tuple(problems)


class EditionFile(pytest.File):
    """An edition; ``note`` is the property under which a test tells what should be known besides its outcome."""

    def __init__(self, *, note: str, **options: Any) -> None:
        super().__init__(**options)
        self.note = note

    def collect(self) -> Iterator[pytest.Item]:
        """Give the tests of the edition; one that has errors has a single test, which tells them."""
        try:
            catalogue = load_catalogue(self.path)
        except CatalogueError as refused:
            yield EditionCheck.from_parent(self, name="check", problems=refused.problems)
            return
        yield EditionCheck.from_parent(self, name="check")
        for result in case_results(catalogue.ruleset):
            yield EditionCase.from_parent(self, name=f"case: {result.name}", result=result)
        for family in families(catalogue.ruleset):
            held = _Held(family)
            for law in laws_of(family[0]):
                name = f"law: {family[0].family}: {law.name}"
                yield EditionLaw.from_parent(self, name=name, law=law.name, held=held)
        if catalogue.grades:
            yield EditionGrades.from_parent(self, name="law: graded", catalogue=catalogue)
        if catalogue.parts:
            yield EditionForms.from_parent(self, name="law: whole forms", catalogue=catalogue)


@define(slots=False, eq=False)
class _Held:
    """A rule held to its laws once, when the first of their tests runs."""

    family: tuple[Subject, ...]

    @cached_property
    def verdicts(self) -> dict[str, Verdict]:
        return {verdict.law: verdict for verdict in family_verdicts(self.family, random_search())}


class EditionItem(pytest.Item):
    """One test of an edition."""

    place: Location | None = None

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Show what is wrong as the command does: place, line, caret. Another fault is ours and has its trace."""
        if not isinstance(excinfo.value, FailedError):
            return super().repr_failure(excinfo, style)
        return "\n".join(render_problem(found, chosen_language()) for found in excinfo.value.problems)

    def reportinfo(self) -> tuple[Any, int | None, str]:
        """Give the place of the rule or case."""
        line = None if self.place is None or not self.place.line else self.place.line - 1
        return self.path, line, self.name

    def judge(self, verdict: Verdict) -> None:
        """Pass, fail or excuse a law, and tell its waiver."""
        told = verdict.problem if verdict.waived is None else waiver_of(verdict)
        self.place = None if told is None else told.location
        if not verdict.stands and told is not None:
            raise FailedError([told])
        assert isinstance(self.parent, EditionFile)
        message = verdict.law if told is None else told.in_language(chosen_language()).message
        self.user_properties += [] if told is None else [(self.parent.note, message)]
        if verdict.outcome == "vacuous":
            pytest.skip(message)
        if verdict.outcome == "refuted":
            pytest.xfail(verdict.waived or "")


class EditionCheck(EditionItem):
    """The edition can be used at all."""

    def __init__(self, *, problems: tuple[Problem, ...] = (), **options: Any) -> None:
        super().__init__(**options)
        self.problems = problems

    def runtest(self) -> None:
        """Fail with everything that is wrong."""
        if self.problems:
            raise FailedError(self.problems)


class EditionCase(EditionItem):
    """A case comes out as it says."""

    def __init__(self, *, result: CaseResult, **options: Any) -> None:
        super().__init__(**options)
        self.result, self.place = result, result.location

    def runtest(self) -> None:
        """Fail with what came out otherwise."""
        if self.result.problems:
            raise FailedError(self.result.problems)


class EditionLaw(EditionItem):
    """A law holds for a rule."""

    def __init__(self, *, law: str, held: _Held, **options: Any) -> None:
        super().__init__(**options)
        self.law, self.held = law, held

    def runtest(self) -> None:
        """Hold the rule to its laws, and tell what became of this one."""
        self.judge(self.held.verdicts[self.law])


class EditionGrades(EditionItem):
    """The grades of an edition keep their law."""

    def __init__(self, *, catalogue: LoadedCatalogue, **options: Any) -> None:
        super().__init__(**options)
        self.catalogue = catalogue

    def runtest(self) -> None:
        """Try every total."""
        for verdict in form_verdicts(self.catalogue.ruleset):
            self.judge(verdict)


class EditionForms(EditionItem):
    """Deductions add up on whole forms, and caps hold."""

    def __init__(self, *, catalogue: LoadedCatalogue, **options: Any) -> None:
        super().__init__(**options)
        self.catalogue = catalogue

    def runtest(self) -> None:
        """Try random submissions."""
        breach = broken_form(self.catalogue)
        if breach is not None:
            raise FailedError([breach.problem])
