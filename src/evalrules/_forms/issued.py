"""A blank form of ours that comes back filled in: each cell says itself what it is for, so that nothing is guessed.

What a cell is for is its mark: in Word the tag of a content control, in Excel a hidden name of the cell. A mark holds
numbers of what the edition has, in its order: it is read by that edition alone, which the file names with its digest.
A row that somebody put in has no marks; it is read like the row above it, where that is one that may be repeated.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator
from typing import Any, Final

from attrs import define, field

from evalrules._edition.find import is_edition_name
from evalrules._edition.model import Catalogue, ChecklistItem, Figure, MethodCall
from evalrules._edition.read_paper import HEAD
from evalrules._forms.cells import Cell, Grid, in_one_line
from evalrules._forms.drafts import Draft, Page, Row, Value
from evalrules._forms.mapping import FilledForm, Paths, entry_of, told_faults
from evalrules._forms.words import Words
from evalrules._numbers import decimal_text
from evalrules._patterns import regex
from evalrules._problems import Location, Problem, problem
from evalrules._values import frozen

PRINTED: Final = "printed"
"""The mark of a row in which nothing is filled in, so that it is not taken for one that somebody put in."""
REPEATED: Final = ("open.", "table.", "judge.")
"""How the marks of rows begin that may be repeated."""
OWN_LEVELS: Final = ("first", "second", "third")
"""The keys of the levels that a row names itself, where a form admits sections that the edition does not list."""
YES_NO: Final = ("是", "否")
"""The answers to an item of a checklist, and what figures of that kind hold."""
_LONG: Final = frozenset({"goals", "because", "reason"})


@frozen
class Issued:
    """What a blank form says of itself: the edition with its digest, and the fiscal year where it was issued for one.

    >>> Issued.read(Issued("a@1", "sha256:0", 2024).text)
    Issued(name='a@1', digest='sha256:0', year=2024)
    """

    name: str
    digest: str = ""
    year: int | None = None

    @property
    def text(self) -> str:
        """Give it as the file keeps it."""
        return " ".join(filter(None, (self.name, self.digest, str(self.year or ""))))

    @classmethod
    def read(cls, text: str) -> Issued | None:
        """Read what a file keeps; a name alone is an edition of whatever digest, and what is no name is nothing."""
        name, digest, year, *_ = [*text.split(" "), "", ""]
        known = int(year) if re.fullmatch(r"(?:19|20|21)[0-9]{2}", year) else None
        return cls(name, digest, known) if is_edition_name(name) else None


_MARK: Final = regex(
    r"(?P<kind>row|open|declined|judged|data|signature|table|answer)\.(?P<number>[0-9]{1,5})"
    r"(?:\.(?P<second>[0-9]{1,3}))?(?:\.(?P<key>[a-z_]+))?|judge\.[a-z]+|head\.(?P<head>[a-z_]+)|goals\.[a-z]+|claimed\.[a-z]+"
)
_OF_ROW: Final = regex(r"(?:row|open)\.[0-9]+\.|table\.[0-9]+\.[0-9]+\Z|judge\.")
_NEVER_PRINTED: Final = frozenset({"claimed_score", "deviation", "deviation_reason", "improvement"})
_OPEN: Final = regex(r"\Aopen\.[0-9]+\.")
_WITH_KEY: Final = frozenset({"row", "open", "judged", "answer"})
_WITH_SECOND: Final = frozenset({"table", "answer"})


def is_mark(mark: str, catalogue: Catalogue) -> bool:
    """Tell whether a cell can be for this: a file may come from anybody, and say what no form of ours says."""
    found = _MARK.fullmatch(mark)
    if found is None or not found["kind"]:
        return mark == PRINTED or (found is not None and (found["head"] or HEAD[0]) in HEAD)
    kind, number = found["kind"], int(found["number"])
    shape = (found["second"] is not None, found["key"] is not None)
    if shape != (kind in _WITH_SECOND, kind in _WITH_KEY):
        return False
    paper = catalogue.paper
    counts = {
        "data": len(catalogue.data),
        "table": len(catalogue.tables),
        "open": len(catalogue.sections) + catalogue.open,
        "signature": len(paper.signatures) if paper else 0,
    }
    if number >= counts.get(kind, len(catalogue.indicators)):
        return False
    if kind == "table":
        return int(found["second"]) < len(tuple(catalogue.tables.values())[number].columns)
    return kind != "answer" or int(found["second"]) < len(checklist_of(catalogue, number))


def checklist_of(catalogue: Catalogue, number: int) -> tuple[ChecklistItem, ...]:
    """Give the items of a fixed indicator's checklist, by its number; none where it is scored otherwise."""
    scoring = catalogue.indicators[number].scoring
    if isinstance(scoring, MethodCall):
        scoring = catalogue.methods[scoring.method].scoring
    return () if scoring is None else scoring.checklist


@define
class _Exact(Paths):
    """Keeps longer texts with the lines that they were written in."""

    def text(self, path: str, value: Value, *, long: bool = False) -> str | None:
        self.keep(path, value)
        text = "\n".join(line.strip() for line in value.text.strip().splitlines()) if long else value.line
        return None if value.fault or not text else text


def _filled_in(found: dict[str, Any]) -> dict[str, Any]:
    return {key: text for key, text in found.items() if text is not None}


Marks = dict[str, Cell]


@define
class IssuedForm:
    """Reads one form: its cells by their marks, row by row."""

    file: str
    issued: Issued
    catalogue: Catalogue
    words: Words
    draft: Draft = field(init=False)
    paths: _Exact = field(factory=_Exact)
    head: dict[str, Any] = field(factory=dict)
    goals: dict[str, Any] = field(factory=dict)
    claimed: dict[str, Any] = field(factory=dict)
    signatures: dict[str, Any] = field(factory=dict)
    data: dict[str, Any] = field(factory=dict)
    entries: list[dict[str, Any]] = field(factory=list)
    fixed: dict[int, dict[str, Any]] = field(factory=dict)
    values: list[Value] = field(factory=list)
    strange: int = 0
    """How many rows nothing is known of, though something stands in them."""

    def __attrs_post_init__(self) -> None:
        self.draft = Draft(self.file)

    def filled(self, grids: Iterable[Grid], told: Iterable[Problem] = ()) -> FilledForm:
        """Give the submission; ``told`` is what was found already in reading the file."""
        self.draft.told += told
        judged: list[tuple[Page, Marks]] = []
        for number, grid in enumerate(grids, 1):
            page = Page(self.file, grid, number)
            for marks in self._rows(page):
                if any(mark.startswith("judge.") for mark in marks):
                    judged.append((page, marks))
                else:
                    self._row(page, marks)
        for page, marks in judged:
            self._judged(page, marks)
        content = {
            "catalogue": self.issued.name,
            **self._head(),
            "goals": self.goals,
            "data": self.data,
            "entries": self.entries,
            "claimed": _filled_in(self.claimed),
            "signatures": _filled_in(self.signatures),
        }
        kept = {key: value for key, value in content.items() if value not in (None, {}, [])}
        self.draft.head = {str(place): value for place, value in enumerate(self.values)}
        return FilledForm(
            self.file, kept, self.paths.places, (*self.draft.told, *told_faults(self.draft)), self.paths.spots
        )

    # ---- rows

    def _rows(self, page: Page) -> Iterator[Marks]:
        """Give the cells of each row by their marks; a row that was put in has those of the row that it repeats."""
        grid = page.grid
        rows = [self._marked(grid, row) for row in range(grid.height)]
        width = max((cell.column + cell.columns for marks in rows for cell in marks.values()), default=grid.width)
        for row, marks in enumerate(rows):
            if marks:
                yield {**self._lost_in(grid, rows, row), **marks}
                for cell in grid.own(row):
                    if grid.sheet and cell.column >= width:  # beside the form, where nothing of it is
                        self._tell_unread(page.value([cell]))
                continue
            pattern = self._pattern(grid, rows, row)
            filled = list(grid.own(row))
            if pattern and filled:
                yield self._like(pattern, filled)
            elif filled and any(rows):
                self.strange += 1
                self._tell_unread(page.value([filled[0]]))

    def _lost_in(self, grid: Grid, rows: list[Marks], row: int) -> Marks:
        """Give the cells of a row that lost their marks while others of it kept theirs, by those of rows like it.

        What is printed in the row of a fixed indicator is nobody's: there only what can but be filled in
        is looked for.
        """
        found: Marks = {}
        for begin in dict.fromkeys(mark.rpartition(".")[0] for mark in rows[row] if _OF_ROW.match(mark)):
            kind, number = begin.split(".")[0], begin.split(".")[-1]
            for cell in grid.own(row):
                keys = (_key_at(marks, kind, cell.column) for marks in rows)
                key = "" if cell.mark else next(filter(None, keys), "")
                if key and (kind != "row" or self._is_filled_in(int(number), key)):
                    found.setdefault(f"{begin}.{key}", cell)
        return found

    def _is_filled_in(self, number: int, key: str) -> bool:
        return key in _NEVER_PRINTED or (key == "actual" and self.catalogue.indicators[number].value is None)

    @property
    def is_whole(self) -> bool:
        """Whether every figure that is filled in had its cell, and no row was strange."""
        figures = [one for one in self.catalogue.data.values() if one.formula is None]
        held = all(one.name in self.data if one.grid is None else self._holds(*one.grid) for one in figures)
        return not self.strange and held

    def _holds(self, grid: str, row: str, column: str) -> bool:
        return column in self.data.get(grid, {}).get(row, {})

    def _marked(self, grid: Grid, row: int) -> Marks:
        own = (cell for cell in grid.lines[row] if cell.mark and cell.row == row)
        return {cell.mark: cell for cell in own if is_mark(cell.mark, self.catalogue)}

    def _pattern(self, grid: Grid, rows: list[Marks], row: int) -> Marks:
        """Give the marks that a row without any is read by: those of a neighbour, but of the section that it is in."""
        above = next((marks for marks in reversed(rows[:row]) if marks), {})
        below = next((marks for marks in rows[row:] if marks), {})
        near = next((one for one in (above, below) if any(mark.startswith(REPEATED) for mark in one)), {})
        open_rows = [marks for marks in rows if any(mark.startswith("open.") for mark in marks)]
        like = near if near in open_rows else next(iter(open_rows), {})
        number = self._section_of(grid, row, like)
        if number is None:
            return near
        return {_OPEN.sub(f"open.{number}.", mark): cell for mark, cell in like.items() if mark.startswith("open.")}

    def _section_of(self, grid: Grid, row: int, like: Marks) -> int | None:
        """Give the number of the section whose names stand before what is filled in, where the edition lists it."""
        first = min((cell.column for cell in like.values()), default=0)
        before = (grid.at(row, column) for column in range(first))
        names = tuple(dict.fromkeys(cell.words for cell in before if cell is not None and cell.words))
        sections = [tuple(in_one_line(name) for name in section.path) for section in self.catalogue.sections]
        return sections.index(names) if names in sections else None

    @staticmethod
    def _like(pattern: Marks, filled: Iterable[Cell]) -> Marks:
        found: Marks = {}
        for cell in filled:
            for mark, known in pattern.items():
                if known.column <= cell.column < known.column + known.columns:
                    found.setdefault(mark, cell)
        return found

    def _row(self, page: Page, marks: Marks) -> None:
        """Read a row, part by part: figures and head cell by cell, rows of indicators and tables together."""
        groups: dict[tuple[str, str], dict[str, Value]] = {}
        for mark, cell in marks.items():
            kind, *rest = mark.split(".")
            if kind == PRINTED:
                continue
            value = page.value([cell], self._word(page, cell))
            self.values.append(value)
            if kind in ("row", "open", "table", "answer"):
                groups.setdefault((kind, ".".join(rest[:-1])), {})[rest[-1]] = value
            else:
                self._single(kind, rest, value)
        for (kind, place), cells in groups.items():
            self._together(kind, place, cells, f"{self.file} {page.grid.row_place(next(iter(marks.values())).row)}")

    def _single(self, kind: str, rest: list[str], value: Value) -> None:
        match kind:
            case "head":
                self._of_head(rest[0], value)
            case "goals":
                self._keep(self.goals, rest[0], f"goals.{rest[0]}", value, long=True)
            case "claimed":
                self._keep(self.claimed, rest[0], f"claimed.{rest[0]}", value)
            case "signature":
                self._of_signatures(int(rest[0]), value)
            case "data":
                self._of_data(int(rest[0]), value)
            case "declined":
                self._of_declined(int(rest[0]), value)
            case "judged":
                self._judge(*self._fixed(int(rest[0]), value.place), rest[1], value)

    def _together(self, kind: str, place: str, cells: dict[str, Value], where: str) -> None:
        match kind:
            case "row":
                self._of_row(int(place), cells, where)
            case "open":
                self._of_open(int(place), cells, where)
            case "table":
                self._of_table(int(place), cells, where)
            case "answer":
                number, item = map(int, place.split("."))
                self._of_answer(number, item, cells, where)

    def _word(self, page: Page, cell: Cell) -> str:
        """Give the words by which a person finds a cell of a Word table: those above it that are printed."""
        if page.grid.sheet:
            return ""
        above = (page.grid.at(row, cell.column) for row in range(cell.row - 1, -1, -1))
        return next((one.words for one in above if one is not None and not one.mark and one.key), "")

    # ---- cells that stand for themselves

    def _head(self) -> dict[str, Any]:
        found = dict(self.head)
        if self.issued.year is not None:
            found.setdefault("fiscal_year", self.issued.year)
        if found.get("implementing_unit") and "organisation" not in found:
            found["organisation"] = found["implementing_unit"]
        code = found.pop("project_code", None)
        if code is not None:
            found["project"] = {"name": found.get("project"), "code": code}
        return {key: value for key, value in found.items() if value is not None}

    def _of_head(self, key: str, value: Value) -> None:
        self._keep(self.head, key, "project.code" if key == "project_code" else key, value)

    def _keep(self, into: dict[str, Any], key: str, path: str, value: Value, *, long: bool = False) -> None:
        """Keep what stands in a cell; where another one says something else already, it is told, and not kept."""
        if into.get(key) is None:
            into[key] = self.paths.text(path, value, long=long)
        elif value.line and value.text.strip() != into[key]:
            self._tell_unread(value)

    def _tell_unread(self, value: Value) -> None:
        self.draft.tell("form-cell-unread", value.place.removeprefix(self.file).strip(), text=value.line[:20])

    def _of_signatures(self, number: int, value: Value) -> None:
        paper = self.catalogue.paper
        name = paper.signatures[number] if paper else ""
        self._keep(self.signatures, name, f"signatures.{name}", value)

    def _of_data(self, number: int, value: Value) -> None:
        figure = tuple(self.catalogue.data.values())[number]
        is_text = figure.type == "text"
        if figure.grid is None:
            self._keep(self.data, figure.name, f"data.{figure.name}", value, long=is_text)
            return
        grid, row, column = figure.grid
        into = self.data.setdefault(grid, {}).setdefault(row, {})
        self._keep(into, column, f"data.{grid}.{figure.name}", value, long=is_text)

    def _of_declined(self, number: int, value: Value) -> None:
        entry, path = self._fixed(number, value.place)
        reason = self.paths.text(f"{path}.not_applicable", value, long=True)
        if reason is not None:
            entry["not_applicable"] = reason

    def _judge(self, entry: dict[str, Any], path: str, key: str, value: Value) -> None:
        text = self.paths.text(f"{path}.judged.{key}", value, long=key == "because")
        if text is not None:
            entry.setdefault("judged", {})[key] = text

    # ---- rows of indicators and tables

    def _fixed(self, number: int, place: str) -> tuple[dict[str, Any], str]:
        """Give the entry of an indicator that the edition fixes, and its path."""
        if number not in self.fixed:
            self.fixed[number] = self._named(self.catalogue.indicators[number].path)
            self.paths.places[f"entries[{len(self.entries)}]"] = place
            self.entries.append(self.fixed[number])
        place_of = next(at for at, one in enumerate(self.entries) if one is self.fixed[number])
        return self.fixed[number], f"entries[{place_of}]"

    @staticmethod
    def _named(path: tuple[str, ...]) -> dict[str, Any]:
        section = {"section": "/".join(path[:-1])} if path[:-1] else {}
        return {**section, "indicator": path[-1]}

    def _of_row(self, number: int, cells: dict[str, Value], where: str) -> None:
        entry, path = self._fixed(number, where)
        self.paths.places[path] = where
        read = entry_of(Row((), cells, {}, where), self.words, path, self.paths)
        for key, text in read.items():
            if key != "indicator" and entry.get(key) is None:
                entry[key] = text
            elif key in cells and text is not None and text != entry[key]:
                self._tell_unread(cells[key])

    def _of_open(self, number: int, cells: dict[str, Value], where: str) -> None:
        """Keep a row of the unit's own; one in which nothing was filled in is none."""
        if not any(value.line for value in cells.values()):
            return
        levels = [cells.pop(key).line for key in OWN_LEVELS if key in cells]
        is_listed = number < len(self.catalogue.sections)
        section = self.catalogue.sections[number].path if is_listed else tuple(filter(None, levels))
        path = f"entries[{len(self.entries)}]"
        self.entries.append(entry_of(Row(section, cells, {}, where), self.words, path, self.paths))

    def _of_table(self, number: int, cells: dict[str, Value], where: str) -> None:
        if not any(value.line for value in cells.values()):
            return
        table = tuple(self.catalogue.tables.values())[number]
        rows = self.data.setdefault(table.name, [])
        path = f"data.{table.name}[{len(rows)}]"
        self.paths.places[path] = where
        columns = {str(at): column.name for at, column in enumerate(table.columns)}
        rows.append({columns[at]: self.paths.text(f"{path}.{columns[at]}", value) for at, value in cells.items()})

    def _of_answer(self, number: int, item: int, cells: dict[str, Value], where: str) -> None:
        """Read the answer to an item: 是, 否, or points with a reason; a reason makes points of a 是 or 否."""
        found = checklist_of(self.catalogue, number)[item]
        entry, path = self._fixed(number, where)
        path = f"{path}.answers.{found.title}"
        given = self.paths.text(path, cells["given"]) if "given" in cells else None
        because = self.paths.text(f"{path}.because", cells["because"], long=True) if "because" in cells else None
        if given is None and because is None:
            return
        points = dict(zip(YES_NO, (decimal_text(found.points), "0"), strict=True)).get(given or "", given)
        told = {"points": points, "because": because}
        answer: Any = {key: value for key, value in told.items() if value is not None}
        entry.setdefault("answers", {})[found.title] = given if given in YES_NO and because is None else answer

    def _judged(self, page: Page, marks: Marks) -> None:
        """Give a judgement to the row of the unit's own that it names."""
        cells = {mark.rpartition(".")[2]: page.value([cell], self._word(page, cell)) for mark, cell in marks.items()}
        self.values += cells.values()
        name, section = (cells[key].line if key in cells else "" for key in ("indicator", "section"))
        if not any(value.line for value in cells.values()):
            return
        fitting = [
            (entry, f"entries[{place}]")
            for place, entry in enumerate(self.entries)
            if entry.get("indicator") == name and (not section or entry.get("section", "").endswith(section))
        ]
        fitting = [(entry, path) for entry, path in fitting if "judged" not in entry]
        if not fitting:
            place = next(iter(cells.values())).place.removeprefix(self.file).strip()
            self.draft.tell("form-judged-unknown", place, name=name)
            return
        for key in ("tier", "score", "because"):
            if key in cells:
                self._judge(*fitting[0], key, cells[key])


def _key_at(marks: Marks, kind: str, column: int) -> str:
    """Give the key of what a row of this kind has at a column."""
    for mark, cell in marks.items():
        if mark.split(".")[0] == kind and cell.column <= column < cell.column + cell.columns:
            return mark.rpartition(".")[2]
    return ""


# A form of which some cells lost their marks: what they say is had by words, as from any form.


def completed(form: FilledForm, other: FilledForm, catalogue: Catalogue) -> FilledForm:
    """Give a form with what another reading of it has and it lacks; of a cell that has its mark nothing is taken.

    Nor is what the form computes itself.
    """
    content, taken = dict(form.content), list[str]()
    printed = {_path_of(one) for one in catalogue.data.values() if one.formula is not None} | {"claimed.points"}
    for key, value in other.content.items():
        if key in _PARTED:
            content[key] = _joined(content.get(key, {}), value, f"{key}.", taken, printed)
        elif key not in content and key != "entries":
            content[key] = value
            taken.append(key)
    entries = [len(_with_content(each.content)) for each in (form, other)]
    if entries[0] < entries[1]:
        content["entries"] = other.content["entries"]
        taken.append("entries")
    if not taken:
        return form

    def joined(own: dict[str, str], others: dict[str, str]) -> dict[str, str]:
        kept = {path: place for path, place in own.items() if "entries" not in taken or not path.startswith("entries[")}
        return {**{path: at for path, at in others.items() if path.startswith(tuple(taken))}, **kept}

    places = joined(form.places, other.places)
    unread = {(found.code, str(found.location)) for found in other.problems}
    told = [
        found
        for found in form.problems
        if found.code != "form-cell-unread" or (found.code, str(found.location)) in unread
    ]
    problems = (*told, problem("form-marks-lost", Location(form.file)))
    return FilledForm(form.file, content, places, problems, joined(form.spots, other.spots))


_PARTED: Final = ("data", "goals", "claimed", "signatures")


def _path_of(figure: Figure) -> str:
    return "data." + (figure.name if figure.grid is None else ".".join(figure.grid))


def _joined(own: Any, others: Any, path: str, taken: list[str], printed: Container[str]) -> Any:
    """Put the keys that are only in the other one to a mapping and those within it."""
    if not (isinstance(own, dict) and isinstance(others, dict)):
        return own
    found = dict(own)
    for key, value in others.items():
        if isinstance(value, dict):
            found[key] = _joined(found.get(key, {}), value, f"{path}{key}.", taken, printed)
        elif key not in found and f"{path}{key}" not in printed:
            found[key] = value
            taken.append(f"{path}{key}")
    return found


def _with_content(content: dict[str, Any]) -> list[Any]:
    """Give the entries of which more is said than which they are."""
    said = ("actual", "claimed_score", "target")
    return [one for one in content.get("entries", ()) if any(one.get(key) is not None for key in said)]
