"""An edition under check: what several rules ask of it, worked out once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import NamedTuple

from attrs import define

from evalrules._edition.model import Catalogue, Indicator, Method, MethodCall, Path, Scoring, ScoringKind, Section
from evalrules._edition.scopes import indicator_scopes, method_scope, row_scope, scoring_of
from evalrules._formula.scope import Functions, Scope
from evalrules._formula.tree import Formula
from evalrules._problems import Location


class Scored(NamedTuple):
    """A scoring where it is put to use: for an indicator, or as a default for the rows of open sections."""

    scoring: Scoring | MethodCall
    scope: Scope
    indicator: Indicator | None
    section: Path = ()
    location: Location | None = None


@define(slots=False, eq=False)
class Edition:
    """An edition and its own methods, scopes and scorings; rules only read it."""

    catalogue: Catalogue
    functions: Functions

    @cached_property
    def methods(self) -> tuple[Method, ...]:
        """The methods that this edition wrote itself; those it uses were checked with their own edition."""
        own = ("", self.catalogue.name)
        return tuple(method for method in self.catalogue.methods.values() if method.edition in own)

    @cached_property
    def method_scopes(self) -> dict[str, Scope]:
        """The scope of each own method, by title."""
        return {method.title: method_scope(method, self.catalogue) for method in self.methods}

    @property
    def scopes(self) -> Mapping[Path, Scope]:
        """The scope of each indicator, by path."""
        return indicator_scopes(self.catalogue)

    @cached_property
    def scored(self) -> tuple[Scored, ...]:
        """Every scoring that is put to use, with the scope of the row it scores."""
        return (*self._of_indicators(), *self._defaults())

    @cached_property
    def computed(self) -> dict[str, Formula]:
        """The formulas of computed figures, by name."""
        figures = self.catalogue.data.values()
        return {figure.name: figure.formula for figure in figures if figure.formula is not None}

    @cached_property
    def parts(self) -> tuple[Section | Indicator, ...]:
        """All sections and indicators, in the form's order."""
        return tuple(self.catalogue.walk())

    @cached_property
    def named(self) -> Mapping[str, tuple[Section | Indicator, ...]]:
        """The parts by their titles and paths, as other parts of an edition name them."""
        found: dict[str, tuple[Section | Indicator, ...]] = {}
        for part in self.parts:
            for name in {part.title, shown(part.path)}:
                found[name] = (*found.get(name, ()), part)
        return found

    def _of_indicators(self) -> Iterator[Scored]:
        for indicator in self.catalogue.indicators:
            scoring = scoring_of(self.catalogue, indicator)
            if scoring is not None:
                yield Scored(scoring, self.scopes[indicator.path], indicator, (), scoring.location)

    def _defaults(self) -> Iterator[Scored]:
        defaults = self.catalogue.defaults
        for kind, scoring in defaults.scoring:
            yield self._default(scoring, (), kind)
        for default in defaults.sections:
            section = next((part.path for part in self.catalogue.sections if names_section(default.section, part)), ())
            if default.scoring is not None:
                yield self._default(default.scoring, section, None)
            for kind, scoring in default.by_kind:
                yield self._default(scoring, section, kind)

    def _default(self, scoring: Scoring | MethodCall, section: Path, kind: ScoringKind | None) -> Scored:
        return Scored(scoring, row_scope(self.catalogue, section, kind), None, section, scoring.location)


def names_section(name: str, part: Section | Indicator) -> bool:
    """Tell whether this title or path names the part."""
    return name in (part.title, "/".join(part.path))


def shown(path: Path) -> str:
    """Write a path as editions do."""
    return "/".join(path)
