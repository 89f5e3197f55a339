"""``sections`` and ``defaults``: the tree of the form and what its indicators get when they say nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from functools import partial
from typing import Literal, get_args

from attrs import frozen

from evalrules._catalogue.inherit import bare_target_of
from evalrules._catalogue.model import (
    Cap,
    Catalogue,
    Defaults,
    Indicator,
    Method,
    MethodCall,
    Otherwise,
    Path,
    Scoring,
    Section,
    SectionDefault,
    Target,
    TargetKind,
)
from evalrules._catalogue.read_scoring import read_case, read_scoring
from evalrules._catalogue.read_targets import COMPARATORS, read_target
from evalrules._catalogue.reading import (
    entries,
    formula,
    opened,
    path_text,
    ranges_of,
    sentence,
    title_of,
    waivers_of,
)
from evalrules._documents import Fields, Node, Problems, Scalar, as_choice, as_mapping
from evalrules._keys import KINDS

TARGET_KINDS: tuple[TargetKind, ...] = get_args(TargetKind)
_OF_SECTIONS = KINDS["section"].names - KINDS["indicator"].names
_POLICIES: tuple[Literal["full_marks", "rescale", "rescale_total"], ...] = ("full_marks", "rescale", "rescale_total")


@frozen
class Form:
    """What reading the form needs of the rest: the edition as far as it is read, and the names of its figures."""

    frame: Catalogue
    names: frozenset[str]
    origin: str = "catalogue"

    def scoring(self, node: Node, problems: Problems) -> Scoring | MethodCall | None:
        """Read a scoring by the edition's methods."""
        return read_scoring(node, problems, self.frame.methods)


def read_parts(node: Node | None, form: Form, problems: Problems, above: Path = ()) -> tuple[Section | Indicator, ...]:
    """Read ``sections``: each part is a section or, where it has no key that only sections have, an indicator."""
    return tuple(_read_parts(node, form, problems, above))


def _read_parts(node: Node | None, form: Form, problems: Problems, above: Path) -> Iterator[Section | Indicator]:
    for key, value in entries(node, problems):
        if is_section(value):
            yield _section(key, value, form, problems, above)
        else:
            found = read_indicator(key, value, form, problems, above)
            if found is not None:
                yield found


def is_section(node: Node) -> bool:
    """Tell a section from an indicator: it has a key that only sections have, such as ``sections`` or ``open``."""
    mapping = as_mapping(node, Problems())
    return mapping is not None and any(key.text in _OF_SECTIONS for key, _ in mapping.pairs)


def _section(key: Scalar, node: Node, form: Form, problems: Problems, above: Path) -> Section:
    fields, path = opened(node, "section", problems), (*above, title_of(key, problems))
    return Section(
        path,
        points=fields.decimal("points"),
        parts=tuple(_parts(fields, form, path)),
        open=fields.boolean("open") or False,
        one_of=fields.boolean("one_of") or False,
        bonus=fields.boolean("bonus") or False,
        penalty=fields.boolean("penalty") or False,
        at_most=fields.decimal("at_most"),
        cap=fields.read("cap", _cap),
        explain_when=fields.read("explain_when", formula),
        ranges=ranges_of(fields),
        location=key.location,
    )


def _parts(fields: Fields, form: Form, path: Path) -> Iterator[Section | Indicator]:
    problems = fields.problems
    for key, value in fields.nodes.items():
        if key == "sections":
            yield from read_parts(value, form, problems, path)
        elif key == "indicators":
            for title, indicator in entries(value, problems):
                found = read_indicator(title, indicator, form, problems, path)
                if found is not None:
                    yield found


def _cap(node: Node, problems: Problems) -> Cap | None:
    fields = opened(node, "cap", problems)
    at_most, because = fields.decimal("at_most"), fields.read("because", sentence)
    when = fields.read("when", formula)
    return None if at_most is None or because is None else Cap(at_most, because, when, fields.location)


# ---- indicators ----------------------------------------------------------------------------------------------------


def read_indicator(key: Scalar, node: Node, form: Form, problems: Problems, above: Path) -> Indicator | None:
    """Read one indicator of the section with the path ``above``; without readable points there is none."""
    fields, title = opened(node, "indicator", problems), title_of(key, problems)
    points = fields.decimal("points")
    indicator = Indicator(
        (*above, title),
        points or Fraction(0),
        scoring=fields.read("scoring", form.scoring),
        value=fields.read("value", formula),
        unit=fields.text("unit") or "",
        integer=fields.boolean("integer") or False,
        target=_target(fields, form, above),
        applies=fields.read("applies", formula),
        otherwise=fields.read("otherwise", _otherwise),
        ranges=ranges_of(fields),
        explain_when=fields.read("explain_when", formula),
        reference=fields.texts("reference"),
        evidence=fields.texts("evidence"),
        cases=fields.each("cases", read_case),
        waive=waivers_of(fields),
        status=fields.text("status"),
        origin=form.origin,
        location=key.location,
    )
    return None if points is None else indicator


def _target(fields: Fields, form: Form, above: Path) -> Target | None:
    scalar = fields.scalar("target")
    if scalar is None:
        return None
    return read_target(scalar, form.names, bare_target_of(form.frame, above), fields.problems)


def _otherwise(node: Node, problems: Problems) -> Otherwise | None:
    if isinstance(node, Scalar):
        word = as_choice(node, problems, _POLICIES)
        return next((Otherwise(policy, location=node.location) for policy in _POLICIES if policy == word), None)
    fields = opened(node, "otherwise", problems)
    points, because = fields.read("points", formula), fields.read("because", sentence)
    to = fields.text("move_to")
    if to is not None and "points" not in fields.nodes:
        return Otherwise("move_to", because=because, move_to=path_text(to), location=fields.location)
    if to is not None or "points" not in fields.nodes or "because" not in fields.nodes:
        problems.report("otherwise-incomplete", fields.location)
        return None
    return Otherwise("points", points, because, location=fields.location)


# ---- defaults ------------------------------------------------------------------------------------------------------


def read_defaults(node: Node | None, problems: Problems, methods: Mapping[str, Method]) -> Defaults:
    """Read ``defaults``; without any, a bare number as a target means at least that."""
    if node is None:
        return Defaults()
    fields = opened(node, "defaults", problems)
    scoring = partial(read_scoring, methods=methods)
    return Defaults(
        _comparator(fields) or "≥",
        tuple(_by_kind(fields, scoring)),
        tuple(
            _section_default(path_text(key.text), opened(value, "section_default", problems), scoring)
            for key, value in entries(fields.get("sections"), problems)
        ),
        fields.read("explain_when", formula),
    )


_ReadScoring = Callable[[Node, Problems], Scoring | MethodCall | None]


def _by_kind(fields: Fields, read: _ReadScoring) -> Iterator[tuple[TargetKind, Scoring | MethodCall]]:
    if not fields.has("scoring"):
        return
    scorings = opened(fields.get("scoring"), "default_scoring", fields.problems)
    for kind in TARGET_KINDS:
        scoring = scorings.read(kind, read)
        if scoring is not None:
            yield kind, scoring


def _section_default(section: str, fields: Fields, read: _ReadScoring) -> SectionDefault:
    scoring, explain_when = fields.read("scoring", read), fields.read("explain_when", formula)
    return SectionDefault(section, scoring, _comparator(fields), explain_when, fields.location)


def _comparator(fields: Fields) -> TargetKind | None:
    word = fields.choice("bare_target", COMPARATORS)
    return None if word is None else COMPARATORS[word]
