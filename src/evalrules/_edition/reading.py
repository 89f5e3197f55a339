"""What all readers of an edition share: objects by the table of keys, titles, names, formulas, sentences and ranges."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from functools import cache
from typing import TypeVar

from attrs import evolve

from evalrules._documents import (
    Fields,
    Mapping,
    Node,
    Problems,
    Scalar,
    as_mapping,
    as_scalar,
    as_text,
    closest,
    is_blank,
    read_number,
    shown,
)
from evalrules._edition.keys import EDITION_KINDS, KINDS, RESULT_KINDS, SUBMISSION_KINDS, Kind
from evalrules._formula.functions.row import Signature
from evalrules._formula.parser import read_formula, read_sentence
from evalrules._formula.scope import ANY, Bounds
from evalrules._formula.tokens import RESERVED, FormulaSyntaxError, is_name, normal_name
from evalrules._formula.tree import Formula, Sentence
from evalrules._patterns import regex
from evalrules._problems import Location, Problem, codes_of, listed
from evalrules._quantities import BLANK, Cell, CellError, Quantity, convert, read_cell
from evalrules._quantities.units import WORDS_FOR_RATES
from evalrules._values import frozen

T = TypeVar("T")
_RANGE_KEYS = frozenset({"min", "max", "above", "below"})
_LAW = "about-"
_CUT = regex(r"\s*[,#}]")


class Reading(Problems):
    """The problems of one edition, and the functions of plug-ins that its formulas may call.

    ``following`` are those among them that follow from another, which is told instead: a key that is missing because
    it is misspelt. They tell all the same that something was lost.
    """

    def __init__(self, functions: frozenset[Signature] = frozenset()) -> None:
        super().__init__()
        self.functions = functions
        self.following: list[Problem] = []

    def told(self) -> list[Problem]:
        """Give the problems that are told, by their places."""
        told = [found for found in self if not any(found is other for other in self.following)]
        return sorted(told, key=lambda found: (found.location or Location(""), found.code))


# ---- objects -------------------------------------------------------------------------------------------------------


def opened(node: Node | None, name: str, problems: Problems, *, also: frozenset[str] = frozenset()) -> Fields:
    """Open an object of this kind: unknown, misplaced, missing and empty keys are reported at once.

    ``also`` are further keys that the caller has dealt with.
    """
    kind = KINDS[name]
    mapping = as_mapping(node, problems, kind.example)
    if mapping is None:
        return Fields(node, problems, {})
    nodes = {key.text: value for key, value in mapping.pairs}
    missing = [required for required in kind.required if required not in nodes]
    meant: set[str | None] = set()
    for key, value in mapping.pairs:
        if key.text not in kind.names and key.text not in also and not kind.takes_any:
            meant.add(_refused(key, kind, missing, problems))
        elif is_blank(value):
            problems.report("key-blank", key, key=shown(key.text))
    for required in missing:
        problems.report("missing-key", mapping.location, key=required)
        if required in meant and isinstance(problems, Reading):
            problems.following.append(problems[-1])
    return Fields(mapping, problems, nodes)


def _refused(key: Scalar, kind: Kind, missing: list[str], problems: Problems) -> str | None:
    """Tell a key that does not belong here, and give the one that it was probably meant to be."""
    homes = [other.called for other in EDITION_KINDS if key.text in other.names]
    if kind.name == "award_row" and key.text == "otherwise":  # grades end with it, rows with one that has no condition
        problems.report("row-last-word", key, text=key.text)
        return "points"
    if homes and len(missing) != 1:
        home = listed(dict.fromkeys(homes[:4]))
        problems.report("key-misplaced", key, key=key.text, here=kind.called, home=home)
        return None
    meant = missing[0] if homes else closest(key.text.lower(), kind.names) or kind.meant(key.text)
    problems.report("unknown-key", key, key=shown(key.text), suggestion=meant)
    return meant


def entries(node: Node | None, problems: Problems) -> Iterator[tuple[Scalar, Node]]:
    """Go through a mapping whose keys are the editor's own; one without a value is reported and left out."""
    mapping = as_mapping(node, problems)
    for key, value in mapping.pairs if mapping else ():
        if is_blank(value):
            problems.report("key-blank", key, key=shown(key.text))
        else:
            yield key, value


def share(node: Node, problems: Problems) -> Fraction | None:
    """Read a share of 分值 as it is written: 30%, at most all of it."""
    text = as_text(node, problems) or ""
    try:
        cell = read_cell(text)
    except CellError:
        cell = BLANK
    if isinstance(cell, Quantity) and cell.unit == "%" and 0 <= cell.number <= 1:
        return cell.number
    problems.report("adjustment-cut", node, text=shown(text))
    return None


# ---- titles and names ----------------------------------------------------------------------------------------------


def title_of(key: Scalar, problems: Problems) -> str:
    """Read a title: blanks inside are dropped (``数量   指标``); a ``/`` would make it a path."""
    title = "".join(key.text.split())
    if "/" in title:
        problems.report("title-slash", key, title=shown(title))
    return title


def path_text(text: str) -> str:
    """Bring a title or a path to its one spelling, without blanks."""
    return "".join(text.split())


def name_of(key: Scalar, problems: Problems) -> str:
    """Read a name for formulas, NFKC-normalised: letters, digits and ``_``, not beginning with a digit."""
    name = normal_name(key.text.strip())
    if name in RESERVED:
        problems.report("name-reserved", key, name=name)
    elif not is_name(name):
        problems.report("name-not-identifier", key, name=shown(name), suggestion=_as_identifier(name))
    return name


def _as_identifier(text: str) -> str | None:
    kept = re.sub(r"\W+", "_", text).strip("_")
    kept = kept if is_name(kept) or not kept else f"_{kept}"
    return kept or None


def names_of(fields: Fields, key: str) -> tuple[str, ...]:
    """Read a list of names; one that stands twice is reported."""
    scalars = [scalar for scalar in (as_scalar(item, fields.problems) for item in fields.items(key)) if scalar]
    found: dict[str, None] = {}
    for scalar in scalars:
        name = name_of(scalar, fields.problems)
        if name in found:
            fields.problems.report("name-twice", scalar, name=name)
        found[name] = None
    return tuple(found)


# ---- formulas and sentences ----------------------------------------------------------------------------------------


def formula(node: Node | None, problems: Problems, about: str = "…") -> Formula | None:
    """Read a formula; its places are those of the file. ``about`` is what a bound without a name is probably about."""
    return _parsed(as_scalar(node, problems), problems, read_formula, about)


def sentence(node: Node | None, problems: Problems) -> Sentence | None:
    """Read a sentence with placeholders."""
    return _parsed(as_scalar(node, problems), problems, read_sentence)


def _parsed(scalar: Scalar | None, problems: Problems, read: Callable[..., T], about: str = "…") -> T | None:
    if scalar is None:
        return None
    text = scalar.text.strip()
    skipped = scalar.text.index(text[0])
    functions = problems.functions if isinstance(problems, Reading) else frozenset()
    try:
        return read(text, _place(scalar, skipped), functions)
    except FormulaSyntaxError as error:
        if not _is_cut(scalar):
            problems.append(error.problem(lambda offset: scalar.locate(offset + skipped), about))
        elif not _told(scalar, problems):
            problems.report("formula-cut", scalar.locate(len(scalar.text) - 1), text=shown(text))
        return None


@frozen
class _Onward:
    """Finds the characters of a text that is written in other characters than it holds."""

    scalar: Scalar
    offset: int

    def __call__(self, characters: int) -> Location:
        return _place(self.scalar, self.offset + characters)


def _place(scalar: Scalar, offset: int) -> Location:
    written = scalar.end - scalar.start
    if not scalar.line or written == len(scalar.text) + (0 if scalar.plain else 2):
        return scalar.further(offset if scalar.plain else offset + 1) if scalar.line else scalar.location
    return evolve(scalar.locate(offset), onward=_Onward(scalar, offset))


def _is_cut(scalar: Scalar) -> bool:
    """Tell whether YAML ended a text early, at a comma, brace or ``#`` inside brackets that are still open."""
    opened_brackets = sum(scalar.text.count(sign) for sign in "(（{")
    closed_brackets = sum(scalar.text.count(sign) for sign in ")）}")
    rest = scalar.source.text[scalar.end : scalar.end + 40]
    return scalar.plain and opened_brackets > closed_brackets and _CUT.match(rest) is not None


def _told(scalar: Scalar, problems: Problems) -> bool:
    """Tell whether what was cut off has been reported as a key without a value."""
    lines = {found.location.line for found in problems if found.code == "key-without-value" and found.location}
    return scalar.line in lines


# ---- numbers -------------------------------------------------------------------------------------------------------


def unit_of(fields: Fields) -> str:
    """Read a unit; a word for rates is no unit, and stands for the one that rates have."""
    unit = fields.text("unit") or ""
    if unit.strip() in WORDS_FOR_RATES:
        fields.problems.report("unit-of-rates", fields.get("unit"), unit=unit)
        return "%"
    return unit


def bounds_of(fields: Fields, unit: str = "") -> Bounds:
    """Read ``min``, ``max``, ``above`` and ``below``, in the declared unit; at most one on each side."""
    if _RANGE_KEYS.isdisjoint(fields.nodes):
        return ANY
    low, low_open = _side(fields, "min", "above", unit)
    high, high_open = _side(fields, "max", "below", unit)
    if low is not None and high is not None and (low > high or (low == high and (low_open or high_open))):
        fields.problems.report("range-empty", fields.place("max" if fields.has("max") else "below"))
    return Bounds(low, high, low_open=low_open, high_open=high_open)


def _side(fields: Fields, included: str, excluded: str, unit: str) -> tuple[Fraction | None, bool]:
    has_included, has_excluded = fields.has(included), fields.has(excluded)
    if not (has_included or has_excluded):
        return None, False
    if has_included and has_excluded:
        fields.problems.report("range-both", fields.place(excluded), first=included, second=excluded)
    key = included if has_included else excluded
    return quantity_in(fields.get(key), unit, fields.problems), not has_included


def quantity_in(node: Node | None, unit: str, problems: Problems) -> Fraction | None:
    """Read a number, bare or with a unit, as a number of ``unit`` (``1`` and ``100%`` are the same rate)."""
    scalar = as_scalar(node, problems)
    if scalar is None:
        return None
    number = read_number(scalar.text.strip(), percent=unit in ("", "%"))
    if number is not None:
        return number
    quantity = quantity_of(scalar, problems)
    converted = convert(quantity, unit) if quantity else None
    if quantity and converted is None:
        problems.report("unit-does-not-convert", scalar, text=shown(scalar.text), unit=unit)
    return converted


def quantity_of(node: Node | None, problems: Problems) -> Quantity | None:
    """Read a number with or without a unit."""
    scalar = as_scalar(node, problems)
    cell = None if scalar is None else cell_of(scalar, problems)
    if scalar is None or cell is None or isinstance(cell, Quantity):
        return cell if isinstance(cell, Quantity) else None
    problems.report("expected-quantity", scalar, text=shown(scalar.text))
    return None


def cell_of(scalar: Scalar, problems: Problems) -> Cell | None:
    """Read what stands in a cell; what is not understood is reported."""
    if scalar.is_blank:
        return BLANK
    try:
        return read_cell(scalar.text)
    except CellError as error:
        problems.report(error.code, scalar, **error.arguments)
        return None


def ranges_of(fields: Fields) -> tuple[tuple[str, Bounds], ...]:
    """Read ``ranges``: what open rows may hold, by name."""
    read: list[tuple[str, Bounds]] = []
    for key, value in entries(fields.get("ranges"), fields.problems):
        read.append((name_of(key, fields.problems), bounds_of(opened(value, "range", fields.problems))))
    return tuple(read)


@cache
def law_names() -> tuple[str, ...]:
    """Give the names of the laws that every edition is held to, in the order in which their sentences are written."""
    return tuple(code.removeprefix(_LAW) for code in codes_of("laws") if code.startswith(_LAW))


def waivers_of(fields: Fields) -> tuple[tuple[str, str], ...]:
    """Read ``waive``: a law and the reason for which it does not hold here."""
    problems = fields.problems
    read: list[tuple[str, str]] = []
    for key, value in entries(fields.get("waive"), problems):
        reason = as_text(value, problems)
        if key.text not in law_names():
            known = listed(sorted(law_names()))
            suggestion = closest(key.text, law_names())
            problems.report("law-unknown", key, law=shown(key.text), known=known, suggestion=suggestion)
        elif reason is not None:
            read.append((key.text, reason))
    return tuple(read)


# Keys of a submission that stand where they do not belong, or under the name that an official gives them.


_MOST_HOMES = 2


def strange_keys(node: Node | None, kind: Kind, problems: Problems) -> frozenset[str]:
    """Report the keys that belong elsewhere (``tier`` beside ``judged``) or are meant otherwise (分值); give them."""
    pairs = node.pairs if isinstance(node, Mapping) else ()
    strange = [key for key, _ in pairs if key.text not in kind.names]
    return frozenset(key.text for key in strange if _is_told(key, kind, problems))


def _is_told(key: Scalar, kind: Kind, problems: Problems) -> bool:
    home, meant = _homes().get(key.text), kind.meant(key.text)
    if home is not None:
        problems.report("key-misplaced", key, key=key.text, here=kind.called, home=home)
    elif meant is not None:
        problems.report("unknown-key", key, key=shown(key.text), suggestion=meant)
    return home is not None or meant is not None


@cache
def _homes() -> dict[str, str]:
    """Give where each key belongs: under which key, or in what document."""
    (edition,) = (kind for kind in EDITION_KINDS if kind.name == "edition")
    found: dict[str, list[str]] = {name: [edition.called] for name in edition.names}
    for kind in (one for one in SUBMISSION_KINDS if one.name != "expected"):
        for name in kind.names:
            found.setdefault(name, []).append(_home(kind, name))
    return {name: listed(homes[-_MOST_HOMES:], "stop") for name, homes in found.items()}


def _home(kind: Kind, name: str) -> str:
    """Say where a key of this kind stands: ``judged: {tier: …}``."""
    for other in SUBMISSION_KINDS:
        for key in other.keys:
            if re.search(rf"\b{kind.name}\b", key.shape):
                inside = f"{{{name}: …}}"
                if key.shape == kind.name:
                    return f"`{key.name}: {inside}`"
                return listed((f"`{key.name}`", kind.called), "comma")
    return kind.called


# What tells a document of each kind, and the command that takes it.


_DOCUMENTS = (
    ("contribution", frozenset({"contributes_to"}), "evalrules plugins"),
    ("edition", frozenset({"evalrules", "id"}), "evalrules check"),
    ("result", frozenset({"engine", "indicators"}), "evalrules replay"),
    ("submission", frozenset({"organisation", "fiscal_year"}), "evalrules evaluate"),
)


def is_another_document(document: Mapping, kind: Kind, problems: Problems) -> bool:
    """Report a document that is of another kind than asked for as a whole, and tell whether it is one."""
    keys = {key.text for key, _ in document.pairs}
    name, _, command = next((known for known in _DOCUMENTS if known[1] <= keys), (kind.name, keys, ""))
    if name == kind.name:
        return False
    found = next(other for other in (*EDITION_KINDS, *SUBMISSION_KINDS, *RESULT_KINDS) if other.name == name)
    problems.report("document-of-another-kind", document, found=found.called, here=kind.called, command=command)
    return True
