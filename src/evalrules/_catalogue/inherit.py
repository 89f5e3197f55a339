"""What an indicator gets from its sections and from ``defaults`` when it says nothing itself; the innermost wins."""

from __future__ import annotations

from collections.abc import Iterator

from evalrules._catalogue.model import (
    Catalogue,
    Indicator,
    MethodCall,
    Path,
    Scoring,
    Section,
    SectionDefault,
    TargetKind,
)
from evalrules._formula.scope import Bounds
from evalrules._formula.tree import Formula


def sections_around(catalogue: Catalogue, path: Path) -> tuple[Section, ...]:
    """Give the sections that lie on this path, the outermost first; the last may be the path's own."""
    found: list[Section] = []
    parts = catalogue.parts
    for depth in range(1, len(path) + 1):
        here = next((part for part in parts if isinstance(part, Section) and part.path == path[:depth]), None)
        if here is None:
            break
        found.append(here)
        parts = here.parts
    return tuple(found)


def section_defaults(catalogue: Catalogue, section: Path) -> Iterator[SectionDefault]:
    """Go through the section defaults that reach a row of this section, the innermost first."""
    for depth in range(len(section), 0, -1):
        names = (section[depth - 1], "/".join(section[:depth]))
        yield from (default for default in catalogue.defaults.sections if default.section in names)


def default_scoring(catalogue: Catalogue, section: Path, kind: TargetKind | None) -> Scoring | MethodCall | None:
    """Give the scoring of a row of this section whose target has this kind; a section's own default comes first."""
    for default in section_defaults(catalogue, section):
        if default.scoring is not None:
            return default.scoring
    return dict(catalogue.defaults.scoring).get(kind) if kind is not None else None


def scoring_of(catalogue: Catalogue, indicator: Indicator) -> Scoring | MethodCall | None:
    """Give the scoring of an indicator: its own, else what the defaults give it."""
    kind = indicator.target.kind if indicator.target is not None else None
    return indicator.scoring or default_scoring(catalogue, indicator.path[:-1], kind)


def bare_target_of(catalogue: Catalogue, section: Path) -> TargetKind:
    """Give the comparator that a bare number has as the target of a row of this section."""
    for default in section_defaults(catalogue, section):
        if default.bare_target is not None:
            return default.bare_target
    return catalogue.defaults.bare_target


def explain_when_of(catalogue: Catalogue, section: Path, indicator: Indicator | None = None) -> Formula | None:
    """Give the condition that demands a deviation reason of a row of this section."""
    if indicator is not None and indicator.explain_when is not None:
        return indicator.explain_when
    for around in reversed(sections_around(catalogue, section)):
        if around.explain_when is not None:
            return around.explain_when
    for default in section_defaults(catalogue, section):
        if default.explain_when is not None:
            return default.explain_when
    return catalogue.defaults.explain_when


def ranges_of(catalogue: Catalogue, section: Path, indicator: Indicator | None = None) -> dict[str, Bounds]:
    """Give the declared ranges of a row of this section by name, the innermost declaration of each name."""
    ranges: dict[str, Bounds] = {}
    for around in sections_around(catalogue, section):
        ranges.update(around.ranges)
    if indicator is not None:
        ranges.update(indicator.ranges)
    return ranges
