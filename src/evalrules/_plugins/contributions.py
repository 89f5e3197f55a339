"""Contributions joined to their edition, department by department; one that is wrong counts for nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, partial

from attrs import evolve, frozen

from evalrules._catalogue.check import check
from evalrules._catalogue.contributions import merge, read_contribution
from evalrules._catalogue.model import Catalogue, Contribution
from evalrules._formula.scope import Function, Functions
from evalrules._once import once_for_each
from evalrules._plugins.absent import outline_of, read_with_stand_ins, stand_in, without_scoring
from evalrules._plugins.values import ContributionFile, Plugin, Plugins, named
from evalrules._problems import Problem, problem
from evalrules._ruleset import Ruleset, compile_ruleset


@frozen(eq=False)
class Brought:
    """A contribution that was read, and where it comes from."""

    contribution: Contribution
    source: ContributionFile
    functions: Functions
    readable: bool = True

    @property
    def plugin(self) -> Plugin:
        """The plug-in that brings it."""
        return self.source.plugin

    @property
    def department(self) -> str:
        """Whose indicators they are."""
        return self.contribution.department.strip()


@frozen
class Contributions:
    """All contributions, those that could not be read in outline, and what is wrong with these."""

    all: tuple[Brought, ...]
    problems: tuple[Problem, ...]

    @property
    def read(self) -> tuple[Brought, ...]:
        """The contributions that could be read."""
        return tuple(brought for brought in self.all if brought.readable)


@once_for_each
def contributions_of(plugins: Plugins) -> Contributions:
    """Read the contributions of all plug-ins, once for each set of plug-ins."""
    read, problems = [], list[Problem]()
    for source in plugins.contribution_files:
        reading = partial(_read, source)
        contribution, found, functions = read_with_stand_ins(reading, plugins)
        problems += found
        if contribution is None:
            problems.append(problem("contribution-unread", plugin=source.plugin, file=source.path))
            read.append(Brought(outline_of(source.path, source.plugin.name), source, functions, readable=False))
        else:
            read.append(Brought(contribution, source, functions))
    return Contributions(tuple(read), tuple(problems))


def _read(source: ContributionFile, functions: Functions) -> tuple[Contribution | None, tuple[Problem, ...]]:
    return read_contribution(source.path, functions=functions, origin=source.plugin.name)


@frozen
class Department:
    """An edition with one department's own indicators, what its formulas may call, and what was refused of it."""

    catalogue: Catalogue
    functions: Functions
    problems: tuple[Problem, ...] = ()

    @cached_property
    def ruleset(self) -> Ruleset:
        """The joined edition, compiled when the department is first evaluated."""
        return compile_ruleset(self.catalogue, self.functions)


def departments_of(catalogue: Catalogue, functions: Functions, plugins: Plugins) -> Mapping[str, Department]:
    """Join to a checked edition what plug-ins contribute to it, by the names of the departments.

    An indicator or a name that two plug-ins give the same department counts for neither. Indicators that were refused
    keep their place and points in the form, unscored, so that the rest of it can still be scored.
    """
    by_department: dict[str, list[Brought]] = {}
    for brought in contributions_of(plugins).all:
        if brought.contribution.contributes_to == catalogue.name:
            by_department.setdefault(brought.department, []).append(brought)
    known = frozenset(check(catalogue, functions=functions)) if by_department else frozenset()
    return {
        name: _Joining(catalogue, functions, known).department(brought)
        for name, brought in sorted(by_department.items())
    }


@frozen
class _Joining:
    """The edition that contributions are joined to, and what its own check says."""

    catalogue: Catalogue
    functions: Functions
    known: frozenset[Problem]

    def department(self, brought: list[Brought]) -> Department:
        problems, refused = list[Problem](), dict[Brought, str]()
        refused.update((one, str(one.plugin)) for one in brought if not one.readable)
        for one in brought:
            wrong = self._wrong([one]) if one.readable else ()
            if wrong:
                place = {"department": one.department, "file": one.source.path}
                problems += [problem("contribution-refused", plugin=one.plugin, **place), *wrong]
                refused[one] = str(one.plugin)
        sound = [one for one in brought if one not in refused]
        for clash, involved in _clashes(sound):
            problems.append(clash)
            refused.update((one, named({each.plugin for each in involved})) for one in involved)
        sound = [one for one in sound if one not in refused]
        together = self._wrong(sound) if len(sound) > 1 else ()
        if together:
            plugins = named({one.plugin for one in sound})
            department = sound[0].department
            problems += [problem("contributions-together", department=department, plugins=plugins), *together]
            refused.update((one, plugins) for one in sound)
            sound = []
        joined, _ = self._joined(sound)
        return self._with_stand_ins(joined or self.catalogue, brought, refused, tuple(problems))

    def _wrong(self, brought: list[Brought]) -> tuple[Problem, ...]:
        joined, misfits = self._joined(brought)
        if joined is None:
            return misfits
        return self._errors(with_own_methods(joined, self.catalogue), self._functions(brought))

    def _joined(self, brought: Iterable[Brought]) -> tuple[Catalogue | None, tuple[Problem, ...]]:
        joined = self.catalogue
        for one in brought:
            merged, misfits = merge(joined, one.contribution)
            if merged is None:
                return None, misfits
            joined = merged
        return joined, ()

    def _functions(self, brought: Iterable[Brought]) -> dict[str, Function]:
        functions = dict(self.functions)
        for one in brought:
            functions.update(one.functions)
        return functions

    def _with_stand_ins(
        self, joined: Catalogue, brought: list[Brought], refused: dict[Brought, str], problems: tuple[Problem, ...]
    ) -> Department:
        functions = self._functions(brought)
        for number, one in enumerate(one for one in brought if one in refused):
            name = f"未启用_{number}"
            functions[name] = stand_in(name, f"{refused[one]} 未采用")
            wanting = joined
            for added in one.contribution.indicators:
                empty = evolve(added, indicator=without_scoring(added.indicator, name))
                alone = Contribution(self.catalogue.name, one.contribution.department, (empty,))
                wanting = merge(wanting, alone)[0] or wanting
            if not self._errors(wanting, functions):
                joined = wanting
        return Department(joined, functions, problems)

    def _errors(self, joined: Catalogue, functions: Functions) -> tuple[Problem, ...]:
        found = check(joined, functions=functions)
        return tuple(one for one in found if one.severity == "error" and one not in self.known)


def with_own_methods(joined: Catalogue, catalogue: Catalogue) -> Catalogue:
    """Give a joined edition as if the contributed methods were its own: no other edition has them checked."""
    added = {title: method for title, method in joined.methods.items() if title not in catalogue.methods}
    own = {title: evolve(method, edition="") for title, method in added.items()}
    return evolve(joined, methods={**joined.methods, **own})


def _clashes(brought: list[Brought]) -> Iterator[tuple[Problem, list[Brought]]]:
    """Go through what several contributions give the same department: indicators by path, and names of their own."""
    department = brought[0].department if brought else ""
    for path, involved in _given_twice(brought, _paths):
        plugins = named({one.plugin for one in involved})
        yield problem("contribution-twice", department=department, indicator=path, plugins=plugins), involved
    for name, involved in _given_twice(brought, _names):
        plugins = named({one.plugin for one in involved})
        yield problem("contribution-name-twice", department=department, name=name, plugins=plugins), involved


def _given_twice(
    brought: list[Brought], given: Callable[[Contribution], Iterable[str]]
) -> Iterator[tuple[str, list[Brought]]]:
    by_name: dict[str, list[Brought]] = {}
    for one in brought:
        for name in dict.fromkeys(given(one.contribution)):
            by_name.setdefault(name, []).append(one)
    return ((name, involved) for name, involved in sorted(by_name.items()) if len(involved) > 1)


def _paths(contribution: Contribution) -> Iterator[str]:
    return ("/".join(added.indicator.path) for added in contribution.indicators)


def _names(contribution: Contribution) -> Iterator[str]:
    yield from contribution.data
    yield from contribution.tables
    yield from contribution.methods
