"""Contributions read and joined to their edition, department by department; stand-ins for what was refused."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, partial
from pathlib import Path
from typing import NoReturn, TypeVar

from attrs import define, evolve, field

from evalrules._check import check
from evalrules._documents import Mapping as Document
from evalrules._documents import Node, Problems, Scalar, as_decimal, as_mapping, as_text, read_file
from evalrules._edition.contributions import merge, read_contribution
from evalrules._edition.digest import meaning_text
from evalrules._edition.find import files_beside
from evalrules._edition.model import AwardRow, Catalogue, Contributed, Contribution, Indicator, Scoring
from evalrules._edition.reading import path_text
from evalrules._form_words import plain_word
from evalrules._formula.parser import read_sentence
from evalrules._formula.scope import Function, Functions
from evalrules._formula.tree import Call, Fault, Formula
from evalrules._plugins import ContributionFile, Plugin, Plugins, named
from evalrules._problems import Problem, listed, phrase, problem
from evalrules._score.compiling import compile_ruleset
from evalrules._score.ruleset import Ruleset
from evalrules._values import frozen, once_for_each

# Stand-ins for what a refused plug-in would have brought: what needs it is unscored, and everything else is scored.


T = TypeVar("T")
Read = Callable[[Functions], tuple[T | None, tuple[Problem, ...]]]


@frozen
class _Absent:
    """What a stand-in does when it is called: it has no value, and says why."""

    reason: str

    def __call__(self, *_: object) -> NoReturn:
        raise Fault("function", self.reason)


def read_with_stand_ins(read: Read[T], plugins: Plugins) -> tuple[T | None, tuple[Problem, ...], Functions]:
    """Read a document that may call functions of plug-ins that are not in use.

    Where some plug-in was refused or blocked, a function that nobody brings gets a stand-in, which is told as a
    warning; where none was, it is the error that it always is.
    """
    functions = dict(plugins.functions)
    told: list[Problem] = []
    document, problems = read(functions)
    while plugins.absent and (missing := _missing(problems) - functions.keys()):
        labels = listed(plugins.absent)
        for name in sorted(missing):
            functions[name] = stand_in(name, phrase("sign-named", name=name, text=labels))
            told.append(problem("function-absent", name=name, plugins=labels))
        document, problems = read(functions)
    return document, (*problems, *told), functions


def _missing(problems: tuple[Problem, ...]) -> set[str]:
    return {dict(found.arguments)["name"] for found in problems if found.code == "unknown-function"}


def stand_in(name: str, reason: str) -> Function:
    """Make a function that takes whatever it is given and never has a value."""
    return Function(name, (), None, _Absent(reason), "（未启用）", repeating=1)


def without_scoring(indicator: Indicator, function: str) -> Indicator:
    """Give an indicator with its points and its place in the form, which can only be unscored."""
    never = Formula(f"{function}()", Call(function, ()), indicator.location)
    row = AwardRow(never, because=read_sentence("未启用", indicator.location))
    return evolve(
        indicator,
        scoring=Scoring("award", (row,)),
        value=None,
        target=None,
        applies=None,
        otherwise=None,
        explain_when=None,
        ranges=(),
        cases=(),
        waive=(),
    )


def outline_of(path: Path, origin: str) -> Contribution:
    """Read of a contribution with errors what the form needs: for whom it is, and titles and points of indicators."""
    ignored = Problems()
    document = read_file(path, ignored)
    indicators = as_mapping(document.get("indicators"), ignored) if document else None
    rows = [row for pair in (indicators.pairs if indicators else ()) for row in _outlined(*pair, origin)]
    to, department = (
        as_text(document.get(key), ignored) if document else None for key in ("contributes_to", "department")
    )
    return Contribution(to or "", department or "", tuple(Contributed(row) for row in rows))


def _outlined(section: Scalar, indicators: Node, origin: str) -> Iterator[Indicator]:
    ignored = Problems()
    mapping = as_mapping(indicators, ignored)
    for title, node in mapping.pairs if mapping else ():
        points = as_decimal(node.get("points"), ignored) if isinstance(node, Document) else None
        if points is not None and points > 0:
            path = (*path_text(section.text).split("/"), path_text(title.text))
            yield Indicator(path, points, origin=origin, location=title.location)


# The contributions of plug-ins, read from their files.


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

    @property
    def editions(self) -> tuple[str, ...]:
        """The editions that they are for, each once."""
        return tuple(dict.fromkeys(brought.contribution.contributes_to for brought in self.read))


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


def with_plain_files(plugins: Plugins, catalogue: Catalogue, given: Iterable[str | Path] = ()) -> Plugins:
    """Add the contributions that lie beside the edition's file, ``<edition>.contributions/``, and those ``given``."""
    beside = files_beside(catalogue.location, catalogue.edition, "contributions")
    paths = dict.fromkeys(map(Path, (*beside, *given)))
    plain = tuple(ContributionFile(path, Plugin(path.name), plain=True) for path in paths)
    return evolve(plugins, contribution_files=(*plugins.contribution_files, *plain)) if plain else plugins


def plain_contributions(plugins: Plugins, catalogue: Catalogue, organisation: str) -> Iterator[tuple[str, str]]:
    """Give name and digest of each plain file that contributes to the edition as this organisation has it."""
    for brought in contributions_of(plugins).all if plugins.contribution_files else ():
        is_own = plain_word(brought.department) == plain_word(organisation)
        fits = is_own and brought.contribution.contributes_to == catalogue.name
        if brought.source.plain and fits:
            digest = hashlib.sha256(meaning_text(brought.contribution).encode("utf-8", "surrogatepass"))
            yield str(brought.plugin), f"sha256:{digest.hexdigest()}"


def _read(source: ContributionFile, functions: Functions) -> tuple[Contribution | None, tuple[Problem, ...]]:
    return read_contribution(source.path, functions=functions, origin=source.plugin.name)


# Contributions joined to their edition, department by department; one that is wrong counts for nobody else.


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
    """An edition as each department has it that contributes to it, by the department's name in any width.

    A department is joined and checked when it is first asked for: an edition may have hundreds. Two threads that ask
    at once at worst join it twice.
    """

    def __init__(self, catalogue: Catalogue, functions: Functions, plugins: Plugins) -> None:
        self._base = _Base(catalogue, functions)
        self._brought: dict[str, list[Brought]] = {}
        self._astray: dict[str, list[Brought]] = {}
        self._joined: dict[str, Department] = {}
        for brought in contributions_of(plugins).all if plugins.contribution_files else ():
            if brought.contribution.contributes_to == catalogue.name:
                self._brought.setdefault(plain_word(brought.department), []).append(brought)
            elif brought.source.plain:
                self._astray.setdefault(plain_word(brought.department), []).append(brought)

    def __getitem__(self, name: str) -> Department:
        plain = plain_word(name)
        if plain not in self._joined:
            self._joined[plain] = _Joining(self._base, self._brought[plain]).department()
        return self._joined[plain]

    def astray(self, name: str) -> tuple[Problem, ...]:
        """Tell the files of a department that lie with this edition and contribute to another."""
        found = self._astray.get(plain_word(name), ())
        return tuple(wrong for one in found for wrong in merge(self._base.catalogue, one.contribution)[1])

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
            functions[name] = stand_in(name, phrase("plugin-not-used", plugins=plugins))
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
