"""The contributions of plug-ins, read from their files."""

from __future__ import annotations

from functools import partial

from attrs import frozen

from evalrules._catalogue.contributions import read_contribution
from evalrules._catalogue.model import Contribution
from evalrules._formula.scope import Functions
from evalrules._once import once_for_each
from evalrules._plugins.absent import outline_of, read_with_stand_ins
from evalrules._plugins.values import ContributionFile, Plugin, Plugins
from evalrules._problems import Problem, problem


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
