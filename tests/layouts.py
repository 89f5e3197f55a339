"""Draws forms from pages of text: a line that begins with ``|`` is a row of a table, ``<`` and ``^`` merge cells."""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml
from attrs import evolve, frozen

from paper import Tab, Td, column_name, docx, table, xlsx

FIELDS = ("section", "indicator", "target", "actual", "points", "claimed_score", "deviation")
_BLANK = {"-", "—", "/"}
_NUMBERING = re.compile(r"^指标\d*[:：]")


@frozen
class Box:
    """A cell of a drawing: its text, and how many rows and columns it covers."""

    text: str
    row: int
    column: int
    rows: int = 1
    columns: int = 1


@frozen
class Drawing:
    """A page of lines and rows; ``parts`` are texts, and tables as rows of cells as they are drawn."""

    parts: tuple[str | list[list[str]], ...]

    @classmethod
    def of(cls, page: str) -> Drawing:
        """Read a page."""
        parts: list[str | list[list[str]]] = []
        for is_table, lines in groupby(page.splitlines(), lambda line: line.startswith("|")):
            if is_table:
                parts.append([[cell.strip(" ") for cell in line.strip().strip("|").split("|")] for line in lines])
            else:
                parts += lines
        return cls(tuple(parts))

    def docx(self) -> bytes:
        """Write a Word document."""
        return docx(*(part if isinstance(part, str) else _word_table(part) for part in self.parts))

    def xlsx(self) -> bytes:
        """Write a workbook of one sheet: a line is a cell across the sheet."""
        cells, merged, top = {}, [], 0
        width = max((len(row) for part in self.parts if not isinstance(part, str) for row in part), default=1)
        for part in self.parts:
            rows = [[part, *["<"] * (width - 1)]] if isinstance(part, str) else part
            for box in boxes(rows):
                first = f"{column_name(box.column)}{top + box.row + 1}"
                cells[first] = _number(box.text)
                if box.rows > 1 or box.columns > 1:
                    last = f"{column_name(box.column + box.columns - 1)}{top + box.row + box.rows}"
                    merged.append(f"{first}:{last}")
            top += len(rows)
        return xlsx({"Sheet1": Tab({name: text for name, text in cells.items() if text}, merged=merged)})

    def csv(self) -> bytes:
        """Write separated values, in which merged cells are blank but for the first."""
        out = io.StringIO()
        writer = csv.writer(out)
        for part in self.parts:
            for row in [[part]] if isinstance(part, str) else part:
                writer.writerow("" if cell in ("<", "^") else cell.replace("⏎", "\n") for cell in row)
        return out.getvalue().encode("gb18030")


def boxes(rows: list[list[str]]) -> Iterator[Box]:
    """Give the cells of a table with the places that they cover."""
    for at, row in enumerate(rows):
        for column, text in enumerate(row):
            if text in ("<", "^"):
                continue
            columns = 1 + len(list(_while(row[column + 1 :], "<")))
            below = [line[column] if column < len(line) else "" for line in rows[at + 1 :]]
            yield Box(text.replace("⏎", "\n"), at, column, 1 + len(list(_while(below, "^"))), columns)


def _while(cells: list[str], sign: str) -> Iterator[str]:
    for cell in cells:
        if cell != sign:
            return
        yield cell


def _word_table(rows: list[list[str]]) -> str:
    return table(_word_rows(rows), [900] * max(map(len, rows)))


def _word_rows(rows: list[list[str]]) -> list[list[Td]]:
    lines: list[list[tuple[int, Td]]] = [[] for _ in rows]
    for box in boxes(rows):
        first = Td(box.text, box.columns, "restart" if box.rows > 1 else None)
        lines[box.row].append((box.column, first))
        for further in range(1, box.rows):
            lines[box.row + further].append((box.column, evolve(first, text="", down="continue")))
    return [[cell for _, cell in sorted(line, key=lambda placed: placed[0])] for line in lines]


def _number(text: str) -> str:
    """Give what a sheet keeps: a number as a number."""
    plain = text.replace(".", "", 1)
    return f"|<v>{text}</v>" if plain.isascii() and plain.isdigit() and not text.startswith("0") else text


# ---- readings ------------------------------------------------------------------------------------------------------


def layouts() -> dict[str, dict[str, Any]]:
    """Give the layouts of the table beside, by name; each with a list of forms that its page holds."""
    known: dict[str, dict[str, Any]] = yaml.safe_load((Path(__file__).parent / "layouts.yaml").read_text("utf-8"))
    for one in known.values():
        one.setdefault("forms", [{key: one.get(key) for key in ("head", "goals", "data", "read") if key in one}])
    return known


def expected(read: str) -> list[tuple[str, ...]]:
    """Give the rows of a reading by hand, as `rows_of` gives those of a form."""
    lines = ([plain(cell) for cell in line.split("|")] for line in read.splitlines() if line.strip())
    return [tuple((cells + [""] * len(FIELDS))[: len(FIELDS)]) for cells in lines]


def rows_of(content: dict[str, Any]) -> list[tuple[str, ...]]:
    """Give the rows of a submission; of a target in parts all of them, of deviations reason and improvement."""
    rows = []
    for entry in content.get("entries", []):
        target, reasons = entry.get("target"), ("deviation", "deviation_reason", "improvement")
        whole = {
            **entry,
            "indicator": _NUMBERING.sub("", entry.get("indicator") or ""),
            "target": "".join(target.values()) if isinstance(target, dict) else target,
            "deviation": "".join(entry.get(key) or "" for key in reasons),
        }
        rows.append(tuple(plain(whole.get(key) or "") for key in FIELDS))
    return rows


def head_of(content: dict[str, Any]) -> dict[str, Any]:
    """Give the head of a submission under the short words of the table."""
    claims, project = content.get("claimed", {}), content.get("project")
    name = project["name"] if isinstance(project, dict) else project
    return {
        **content,
        "project": name,
        "year": content.get("fiscal_year"),
        "total": claims.get("score"),
        "grade": claims.get("grade"),
    }


def plain(text: object) -> str:
    """Give a text as two are compared: one width, no blanks, dashes blank."""
    word = "".join(unicodedata.normalize("NFKC", str(text)).split()).replace(",", "")
    return "" if word in _BLANK else word
