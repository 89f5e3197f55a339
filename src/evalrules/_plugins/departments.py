"""Contributions joined to their edition, department by department; one that is wrong counts for nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

from attrs import define, evolve, field, frozen

from evalrules._catalogue.check import check
from evalrules._catalogue.contributions import merge
from evalrules._catalogue.model import Catalogue, Contribution
from evalrules._formula.scope import Functions
from evalrules._plugins.absent import stand_in, without_scoring
from evalrules._plugins.contributions import Brought, contributions_of
from evalrules._plugins.values import Plugins, named
from evalrules._problems import Problem, problem
from evalrules._ruleset import Ruleset, compile_ruleset


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


class Departments(Mapping[str, Department]):
    """An edition as each department has it that contributes to it, by the department's name.

    A department is joined and checked when it is first asked for: an edition may have hundreds. Two threads that ask
    at once at worst join it twice.
    """

    def __init__(self, catalogue: Catalogue, functions: Functions, plugins: Plugins) -> None:
        self._base = _Base(catalogue, functions)
        self._brought: dict[str, list[Brought]] = {}
        self._joined: dict[str, Department] = {}
        for brought in contributions_of(plugins).all if plugins.contribution_files else ():
            if brought.contribution.contributes_to == catalogue.name:
                self._brought.setdefault(brought.department, []).append(brought)

    def __getitem__(self, name: str) -> Department:
        if name not in self._joined:
            self._joined[name] = _Joining(self._base, self._brought[name]).department()
        return self._joined[name]

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._brought))

    def __len__(self) -> int:
        return len(self._brought)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was refused of all departments."""
        return tuple(found for department in self.values() for found in department.problems)


@frozen
class _Base:
    """A checked edition, what its formulas may call, and what its own check says."""

    catalogue: Catalogue
    functions: Functions

    @cached_property
    def known(self) -> frozenset[Problem]:
        """The problems that no contribution is to blame for."""
        return frozenset(check(self.catalogue, functions=self.functions))

    def errors(self, joined: Catalogue, functions: Functions) -> tuple[Problem, ...]:
        """Give the errors that the edition has when something is joined to it."""
        found = check(joined, functions=functions)
        return tuple(one for one in found if one.severity == "error" and one not in self.known)


@define(eq=False)
class _Joining:
    """One department's contributions on the way into the edition: what is refused of them, on whose account, and why.

    An indicator or a name that two contributions give counts for neither. Indicators that were refused keep their
    place and points in the form, unscored, so that the rest of it can still be scored.
    """

    base: _Base
    brought: list[Brought]
    problems: list[Problem] = field(factory=list)
    refused: dict[Brought, str] = field(factory=dict)

    def department(self) -> Department:
        """Join what is sound, and give the department."""
        self._refuse_each()
        self._refuse_clashes()
        self._refuse_together()
        joined, _ = self._merged(self.sound)
        return self._with_stand_ins(joined or self.base.catalogue)

    @property
    def sound(self) -> list[Brought]:
        """The contributions of which nothing is known to be wrong."""
        return [one for one in self.brought if one not in self.refused]

    def _refuse(self, involved: Iterable[Brought], code: str, *also: Problem, **arguments: object) -> None:
        ours = list(involved)
        plugins = named({one.plugin for one in ours})
        self.problems += [problem(code, plugins=plugins, department=ours[0].department, **arguments), *also]
        self.refused.update(dict.fromkeys(ours, plugins))

    def _refuse_each(self) -> None:
        self.refused.update((one, str(one.plugin)) for one in self.brought if not one.readable)
        for one in self.sound:
            wrong = self._wrong([one])
            if wrong:
                self._refuse([one], "contribution-refused", *wrong, plugin=one.plugin, file=one.source.path)

    def _refuse_clashes(self) -> None:
        sound = self.sound
        for path, involved in _given_twice(sound, _paths):
            self._refuse(involved, "contribution-twice", indicator=path)
        for name, involved in _given_twice(sound, _names):
            self._refuse(involved, "contribution-name-twice", name=name)

    def _refuse_together(self) -> None:
        sound = self.sound
        wrong = self._wrong(sound) if len(sound) > 1 else ()
        if wrong:
            self._refuse(sound, "contributions-together", *wrong)

    def _wrong(self, brought: list[Brought]) -> tuple[Problem, ...]:
        joined, misfits = self._merged(brought)
        if joined is None:
            return misfits
        return self.base.errors(with_own_methods(joined, self.base.catalogue), self._functions())

    def _merged(self, brought: Iterable[Brought]) -> tuple[Catalogue | None, tuple[Problem, ...]]:
        joined = self.base.catalogue
        for one in brought:
            merged, misfits = merge(joined, one.contribution)
            if merged is None:
                return None, misfits
            joined = merged
        return joined, ()

    def _functions(self) -> Functions:
        functions = dict(self.base.functions)
        for one in self.brought:
            functions.update(one.functions)
        return functions

    def _with_stand_ins(self, joined: Catalogue) -> Department:
        functions = dict(self._functions())
        for number, (one, plugins) in enumerate(self.refused.items()):
            name = f"未启用_{number}"
            functions[name] = stand_in(name, f"{plugins} 未采用")
            wanting = _with_rows(joined, one.contribution, name)
            if not self.base.errors(wanting, functions):
                joined = wanting
        return Department(joined, functions, tuple(self.problems))


def _with_rows(joined: Catalogue, contribution: Contribution, function: str) -> Catalogue:
    """Add the rows of a contribution that find a place, without what scores them."""
    for added in contribution.indicators:
        empty = evolve(added, indicator=without_scoring(added.indicator, function))
        alone = Contribution(contribution.contributes_to, contribution.department, (empty,))
        joined = merge(joined, alone)[0] or joined
    return joined


def with_own_methods(joined: Catalogue, catalogue: Catalogue) -> Catalogue:
    """Give a joined edition as if the contributed methods were its own: no other edition has them checked."""
    added = {title: method for title, method in joined.methods.items() if title not in catalogue.methods}
    own = {title: evolve(method, edition="") for title, method in added.items()}
    return evolve(joined, methods={**joined.methods, **own})


# ---- what two contributions give -----------------------------------------------------------------------------------


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
