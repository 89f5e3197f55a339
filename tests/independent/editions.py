"""An edition's mapping with its parts at hand: figures, methods, the tree of sections and what open rows get."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import yaml
from attrs import field, frozen

from independent.cells import Cell, read_cell

Document = Mapping[str, Any]
Path_ = tuple[str, ...]
COUNTED = frozenset({"投诉", "事故", "超支"})
"""Words that tell the direction of counts, not of rates."""
SECTION_KEYS = frozenset({"sections", "indicators", "open", "one_of", "bonus", "penalty", "at_most", "cap"})
LIBRARY = Path(__file__).parent.parent.parent / "catalogue"


def is_true(written: Any) -> bool:
    """Tell whether a key is set."""
    return str(written).lower() == "true"


def number(written: Any) -> Fraction:
    """Read a number of the edition."""
    return Fraction(str(written))


@frozen
class Indicator:
    """An indicator with its own keys."""

    path: Path_
    keys: Document

    @property
    def points(self) -> Fraction:
        """Give the points that the edition states."""
        return number(self.keys["points"])


@frozen
class Section:
    """A section with its own keys and its parts in order: the form itself has no title."""

    path: Path_
    keys: Document
    parts: tuple[Section | Indicator, ...]

    @property
    def points(self) -> Fraction | None:
        """Give the points that the edition states."""
        return number(self.keys["points"]) if "points" in self.keys else None

    def walk(self) -> Iterator[Section | Indicator]:
        """Go through everything below."""
        for part in self.parts:
            yield part
            if isinstance(part, Section):
                yield from part.walk()

    def on(self, key: str) -> bool:
        """Tell whether a key is set."""
        return is_true(self.keys.get(key, False))

    @property
    def outside(self) -> bool:
        """Tell whether the section stands outside the points of the form."""
        return self.on("bonus") or self.on("penalty")


def section(path: Path_, keys: Document) -> Section:
    """Read a section and everything below it."""
    inside = {**keys.get("sections", {}), **keys.get("indicators", {})}
    return Section(
        path,
        keys,
        tuple(
            section((*path, title), inner) if SECTION_KEYS & inner.keys() else Indicator((*path, title), inner)
            for title, inner in inside.items()
        ),
    )


@frozen
class Edition:
    """An edition."""

    keys: Document
    form: Section = field(init=False)

    @form.default
    def _form(self) -> Section:
        return section((), {"sections": self.keys["sections"], "points": self.keys.get("points", 100)})

    @property
    def places(self) -> int:
        """Give the places of a score."""
        return int(self.keys.get("rounding", {}).get("places", 2))

    @property
    def mode(self) -> str:
        """Give the way of rounding."""
        return str(self.keys.get("rounding", {}).get("mode", "half_up"))

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """Give all sections."""
        return tuple(part for part in self.form.walk() if isinstance(part, Section))

    @cached_property
    def indicators(self) -> tuple[Indicator, ...]:
        """Give all indicators of the edition itself."""
        return tuple(part for part in self.form.walk() if isinstance(part, Indicator))

    @cached_property
    def figures(self) -> Mapping[str, Document]:
        """Give the figures by name, each cell of a grid among them."""
        found: dict[str, Document] = {}
        for name, keys in self.keys.get("data", {}).items():
            if keys.get("type") == "grid":
                required = keys.get("required", True)
                for row in keys["rows"]:
                    asked = row in required if isinstance(required, list) else required
                    for column in keys["columns"]:
                        found[f"{row}_{column}"] = {**keys, "type": "number", "required": asked}
            elif keys.get("type") != "table":
                found[name] = keys
        return found

    @cached_property
    def tables(self) -> Mapping[str, Mapping[str, Document]]:
        """Give the columns of each table."""
        tables = self.keys.get("data", {}).items()
        return {name: keys["columns"] for name, keys in tables if keys.get("type") == "table"}

    @cached_property
    def choices(self) -> frozenset[str]:
        """Give every value of a choice, of figures and of columns."""
        columns = (column for table in self.tables.values() for column in table.values())
        return frozenset(value for keys in (*self.figures.values(), *columns) for value in keys.get("choices", ()))

    @cached_property
    def methods(self) -> Mapping[str, Document]:
        """Give the methods, those of the editions in use among them."""
        found: dict[str, Document] = {}
        for used in self.keys.get("uses", ()):
            found.update(library_methods(used))
        return {**found, **self.keys.get("methods", {})}

    def default_for(self, path: Path_, key: str) -> Any:
        """Give what the innermost section says by default."""
        sections = self.keys.get("defaults", {}).get("sections", {})
        for length in range(len(path), 0, -1):
            for named, keys in sections.items():
                wanted = tuple(named.split("/"))
                if key in keys and wanted in (path[:length], path[length - 1 : length]):
                    return keys[key]
        return None

    def ranges_for(self, path: Path_, keys: Document) -> dict[str, list[Document]]:
        """Give the ranges that hold for a row: those of its sections and its own."""
        found: dict[str, list[Document]] = {}
        inside = [part.keys for part in self.sections if part.path == path[: len(part.path)]]
        for name in ("完成值", "指标值"):
            found[name] = [each["ranges"][name] for each in (*inside, keys) if name in each.get("ranges", {})]
        return found


LOADED: dict[str, Mapping[str, Document]] = {}


def library_methods(name: str) -> Mapping[str, Document]:
    """Read the methods of an edition of the library, every text as it is written."""
    if name not in LOADED:
        folder, edition = name.split("@")
        text = (LIBRARY / folder / f"{edition}.yaml").read_text("utf-8")
        LOADED[name] = yaml.load(text, yaml.BaseLoader)["methods"]
    return LOADED[name]


def bare_kind(edition: Edition, path: Path_, name: str, cell: Cell) -> str:
    """Give what a bare number means as a target: a 0 is the most; then words of the name, the section, the edition."""
    if cell.low == 0:
        return "≤"
    defaults = edition.keys.get("defaults", {})
    words = [(sign, word) for sign, all_words in defaults.get("bare_target_words", {}).items() for word in all_words]
    plain = without_brackets(name)
    found = [
        (plain.rfind(word) + len(word), len(word), sign)
        for sign, word in words
        if word in plain and not (word in COUNTED and cell.unit == "%")
    ]
    if found:
        return str(max(found)[2])
    return str(edition.default_for(path, "bare_target") or defaults.get("bare_target", "≥"))


def without_brackets(name: str) -> str:
    """Leave out what stands in brackets."""
    kept, depth = "", 0
    for character in name:
        depth += character in "(（"
        kept += character if not depth else ""
        depth -= character in ")）"
    return kept


def read_target(written: Any, year: int | None = None) -> Cell:
    """Read a target, which may be split as forms split it."""
    if isinstance(written, Mapping):
        return read_cell(f"{written.get('operator', '')}{written['value']}{written.get('unit', '')}")
    return read_cell(written, year)
