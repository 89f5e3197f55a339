"""A reviewer's sheet that comes back: of which form it is, by whom and when, and a change for each row filled in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from evalrules._documents import Problems, read_bytes
from evalrules._forms.cells import Cell, Grid, Line, compact
from evalrules._forms.filled import pages_of
from evalrules._forms.package import MARK, MAX_FILE, Package, Unreadable, kind_of_content
from evalrules._problems import Language, Location, Phrases
from evalrules._values import frozen

_MARK: Final = "review "
_CELLS: Final = {"score": "score", "cut": "cut", "clause": "clause", "opinion": "because"}
"""What a cell that a reviewer fills is for, and the key that a review has for it."""
_LANGUAGES: Final[tuple[Language, ...]] = ("zh", "en")


def sheet_words(language: Language) -> Phrases:
    """Give the words that the sheet is written with."""
    return Phrases(language, "sheet")


def mark_of(digest: str, cuts: Mapping[str, str]) -> str:
    """Give what a sheet says inside that it is: of which form, and what each clause cuts that cuts but one share."""
    return f"{_MARK}{digest} {json.dumps(cuts, ensure_ascii=False)}"


Placed = tuple[dict[str, Any], dict[str, str]]
"""A review as a mapping, and where a person finds what stands at its paths."""


def read_review_sheet(path: Path, problems: Problems) -> Placed | None:
    """Read a sheet; None where the file cannot be read or is none, and then ``problems`` tell why."""
    content = read_bytes(path, path.name, problems, most=MAX_FILE)
    if content is None:
        return None
    try:
        grids, lines = _pages(content, path.name)
        sheet = _Sheet(path.name, grids, lines, *_marked(content))
    except Unreadable as refused:
        problems.report(refused.code, Location(path.name), **refused.arguments)
        return None
    found = sheet.read()
    if found is None:
        problems.report("review-sheet-not-found", Location(path.name))
    return found


def _pages(content: bytes, name: str) -> tuple[list[Grid], list[str]]:
    blocks = pages_of(content, name).blocks
    grids = [block for block in blocks if isinstance(block, Grid)]
    lines = [block.text for block in blocks if isinstance(block, Line)]
    return grids, [*lines, *(cell.text for grid in grids for cell in grid.cells)]


def _marked(content: bytes) -> tuple[str, Mapping[str, str]]:
    """Give the digest of the form that the sheet is of, and what clauses cut; nothing where no mark is left."""
    mark = Package(content).marks.get(MARK, "") if kind_of_content(content) in ("word", "sheets") else ""
    digest, _, cuts = mark.removeprefix(_MARK).partition(" ") if mark.startswith(_MARK) else ("", "", "")
    try:
        known = json.loads(cuts or "{}")
    except ValueError:
        known = {}
    return digest, known if isinstance(known, dict) else {}


@frozen
class _Sheet:
    name: str
    grids: list[Grid]
    lines: list[str]
    digest: str
    cuts: Mapping[str, str]

    def read(self) -> Placed | None:
        """Give the review and its places; None where no table has the columns of one."""
        tables = [(grid, row, known) for grid in self.grids for row, known in _heads(grid)]
        if not tables:
            return None
        entries: list[dict[str, Any]] = []
        places: dict[str, str] = {}
        for grid, row, known in tables:
            for below in range(row + 1, grid.height):
                entry, cells = self._entry(grid, below, known)
                if entry:
                    path = f"entries[{len(entries)}]"
                    places |= {f"{path}{key}": f"{self.name} {place}" for key, place in cells.items()}
                    entries.append(entry)
        review: dict[str, Any] = {"review_of": self.digest or self._of(), "entries": entries}
        return {**review, **{key: text for key in ("by", "date") if (text := self._beside(key))}}, places

    def _entry(self, grid: Grid, row: int, known: Mapping[str, int]) -> tuple[dict[str, Any], dict[str, str]]:
        """Give the change of a row, with the places of its cells; nothing where the reviewer wrote nothing."""
        found = {name: grid.at(row, column) for name, column in known.items()}
        cells = {name: cell for name, cell in found.items() if cell is not None and not cell.is_blank}
        change = {key: cells[name].words for name, key in _CELLS.items() if name in cells}
        if "indicator" not in cells or not change or cells["indicator"].key in _words("indicator"):
            return {}, {}
        if not {"score", "cut"} & change.keys():
            only = self.cuts.get(change.get("clause", ""), "")
            change |= {"cut": only} if only else {} if "clause" in change else {"points": "0"}
        places = {f".adjust.{key}": _place(grid, cells[name], name) for name, key in _CELLS.items() if name in cells}
        at = _place(grid, cells["indicator"], "indicator")
        entry: dict[str, Any] = {"indicator": cells["indicator"].words, "adjust": change}
        if "section" in cells:
            entry["section"] = cells["section"].words
        return entry, {"": at, ".adjust": at, **places}

    def _of(self) -> dict[str, str]:
        """Give whose form it is, by the lines above the table."""
        return {key: text for key in ("organisation", "project") if (text := self._said(key))}

    def _said(self, name: str) -> str:
        for text in self.lines:
            head, sign, rest = text.replace(":", "：").partition("：")
            if sign and compact(head) in _words(name):
                return rest.strip()
        return ""

    def _beside(self, name: str) -> str:
        """Give what is written in the cell to the right of a word."""
        for grid in self.grids:
            for cell in grid.cells:
                right = grid.at(cell.row, cell.column + cell.columns)
                if cell.key in _words(name) and right is not None and not right.is_blank:
                    return right.words
        return self._said(name)


def _heads(grid: Grid) -> Iterator[tuple[int, dict[str, int]]]:
    """Go through the rows that name the columns of a review, each with the columns by what they are for."""
    for row in range(grid.height):
        known: dict[str, int] = {}
        for cell in grid.lines[row]:
            for name in ("section", "indicator", *_CELLS):
                if cell.key in _words(name):
                    known.setdefault(name, cell.column)
        if "indicator" in known and known.keys() & _CELLS.keys():
            yield row, known


def _words(name: str) -> frozenset[str]:
    """Give what a word of the sheet is in each language, as words are compared."""
    return frozenset(compact(sheet_words(language)(name)) for language in _LANGUAGES)


def _place(grid: Grid, cell: Cell, name: str) -> str:
    return grid.place(cell, sheet_words("zh")(name))
