"""Edition files as tests: one for the check, one for each case, one for each law of each rule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, partial
from typing import Any

import pytest
from attrs import define

from evalrules._cases import case_results
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


class EditionTests(pytest.File):
    """An edition; ``note`` is the property under which a test tells what should be known besides its outcome."""

    def __init__(self, *, note: str, **options: Any) -> None:
        super().__init__(**options)
        self.note = note

    def collect(self) -> Iterator[pytest.Item]:
        """Give the tests of the edition; one that has errors has a single test, which tells them."""
        test = partial(EditionItem.from_parent, self)
        try:
            catalogue = load_catalogue(self.path)
        except CatalogueError as refused:
            yield test(name="check", find=partial(tuple, refused.problems))
            return
        yield test(name="check", find=tuple)
        for result in case_results(catalogue.ruleset):
            yield test(name=f"case: {result.name}", find=partial(tuple, result.problems), place=result.location)
        for family in families(catalogue.ruleset):
            held = _Held(family)
            for law in laws_of(family[0]):
                yield test(name=f"law: {family[0].family}: {law.name}", find=partial(held.verdict, law.name))
        if catalogue.grades:
            yield test(name="law: graded", find=partial(form_verdicts, catalogue.ruleset))
        if catalogue.parts:
            yield test(name="law: whole forms", find=partial(_wrong_forms, catalogue))


@define(slots=False, eq=False)
class _Held:
    """A rule held to its laws once, when the first of their tests runs."""

    family: tuple[Subject, ...]

    @cached_property
    def verdicts(self) -> dict[str, Verdict]:
        return {verdict.law: verdict for verdict in family_verdicts(self.family, random_search())}

    def verdict(self, law: str) -> tuple[Verdict, ...]:
        """Tell what became of a law."""
        return (self.verdicts[law],)


def _wrong_forms(catalogue: LoadedCatalogue) -> Iterator[Problem]:
    """Try random submissions: deductions add up on whole forms, and caps hold."""
    breach = broken_form(catalogue)
    if breach is not None:
        yield breach.problem


class EditionItem(pytest.Item):
    """One test of an edition: ``find`` gives what is wrong, or what became of laws, when the test runs."""

    def __init__(
        self, *, find: Callable[[], Iterable[Problem | Verdict]], place: Location | None = None, **options: Any
    ) -> None:
        super().__init__(**options)
        self.find, self.place = find, place

    def runtest(self) -> None:
        """Fail with everything that is wrong; hold to laws one after the other."""
        found = tuple(self.find())
        problems = [each for each in found if isinstance(each, Problem)]
        if problems:
            raise FailedError(problems)
        for each in found:
            if isinstance(each, Verdict):
                self.judge(each)

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
        assert isinstance(self.parent, EditionTests)
        message = verdict.law if told is None else told.in_language(chosen_language()).message
        self.user_properties += [] if told is None else [(self.parent.note, message)]
        if verdict.outcome == "vacuous":
            pytest.skip(message)
        if verdict.outcome == "refuted":
            pytest.xfail(verdict.waived or "")
