"""Fills in blank forms of ours as people do: what a submission says, each thing in the cell that asks for it."""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from random import Random
from typing import Any

from attrs import define, field
from lxml import etree
from openpyxl import load_workbook

from evalrules._edition.model import Catalogue
from evalrules._report.blank import PrintableForm
from evalrules._submission import Answer, Entry, Submission
from paper import W

_TEXTS = (
    "因财政资金困难，未能全部完成",
    "已整改；下一步加强调度",
    "办公室 张三",
    "完成甲项工作。\n完成乙项工作。",
    "0731-5555",
)
_BOTH = ("雨季影响施工。改进措施：加强调度", "资金到位晚，拟采取提前申请的改进措施")
_LONG = ("goals", "because", "deviation", "deviation_reason", "improvement", "note")
Slots = list[tuple[str, str]]


def marks_of(blank: PrintableForm) -> list[str]:
    """Give the marks of all cells to fill in, in the order of the form."""
    boxes = (box for leaf in blank.leaves for part in leaf.parts for strip in part.strips for box in strip.boxes)
    return [box.slot.mark for box in boxes if box is not None and box.slot is not None]


@define(slots=False)
class Filling:
    """Fills one form with a drawn submission, and everything that it does not say with texts and claims by chance.

    ``said`` grows to the document that says the same.
    """

    catalogue: Catalogue
    submission: Submission
    chance: Random
    said: dict[str, Any] = field(factory=dict)
    entries: dict[tuple[str, str], dict[str, Any]] = field(factory=dict)
    waiting: dict[str, list[dict[str, str]]] = field(factory=dict)
    row: dict[str, str] = field(factory=dict)

    def __attrs_post_init__(self) -> None:
        self.said = {"catalogue": self.catalogue.name, "data": {}, "claimed": {}, "signatures": {}, "goals": {}}
        self.figures, self.tables = list(self.catalogue.data), list(self.catalogue.tables)
        for entry in self.submission.entries:
            self.entries[(entry.section or "", entry.indicator)] = {}
        self.judged = [each for each in self.submission.entries if each.judged and not self._fixed(each)]
        self.taken: dict[str, int] = defaultdict(int)

    def _fixed(self, entry: Entry) -> bool:
        return any("/".join(one.path) == self._path(entry) for one in self.catalogue.indicators)

    @staticmethod
    def _path(entry: Entry) -> str:
        return "/".join(filter(None, (entry.section, entry.indicator)))

    def texts(self, marks: Iterable[str]) -> Slots:
        """Give what is written into each cell, empty where nothing is."""
        return [(mark, self._text(mark)) for mark in marks]

    def document(self) -> dict[str, Any]:
        """Give the submission that says the same."""
        rows = [
            {"section": entry.section, "indicator": entry.indicator, **self._of_drawn(entry), **self._added(entry)}
            for entry in self.submission.entries
        ]
        return {key: value for key, value in {**self.said, "entries": rows}.items() if value != {}}

    def _added(self, entry: Entry) -> dict[str, Any]:
        return self.entries[(entry.section or "", entry.indicator)]

    def _of_drawn(self, entry: Entry) -> dict[str, Any]:
        answers = {answer.item: _given(answer) for answer in entry.answers if _given(answer) is not None}
        judged = entry.judged
        written = {
            "points": None if entry.points is None else _number(entry.points),
            "target": entry.target.text,
            "actual": entry.actual.text,
            "not_applicable": entry.not_applicable,
            "answers": answers,
            "judged": judged
            and {"tier": judged.tier, "score": judged.score and _number(judged.score), "because": judged.because},
        }
        return {key: value for key, value in written.items() if value}

    # ---- one cell

    def _text(self, mark: str) -> str:
        kind, *rest = mark.split(".")
        number = self.taken[mark]
        self.taken[mark] += 1
        match kind:
            case "head" | "goals" | "signature" | "claimed":
                return self._once(kind, rest[0])
            case "data":
                return self._figure(self.figures[int(rest[0])])
            case "table":
                return self._cell(self.tables[int(rest[0])], int(rest[1]), number)
            case "row":
                path = "/".join(self.catalogue.indicators[int(rest[0])].path)
                entry = next((one for one in self.submission.entries if self._path(one) == path), None)
                return "" if entry is None else self._of_entry(entry, rest[1])
            case "open":
                own = self._open_rows(int(rest[0]))
                return "" if number >= len(own) else self._of_entry(own[number], rest[1])
            case "judge":
                return "" if number >= len(self.judged) else _judged(self.judged[number], rest[0])
        return self._assessed(kind, rest)

    def _open_rows(self, number: int) -> list[Entry]:
        """Give the rows of an open section, behind them all those that name a section which is not listed."""
        paths = ["/".join(section.path) for section in self.catalogue.sections]
        rows = [one for one in self.submission.entries if not self._fixed(one)]
        if number < len(paths):
            return [one for one in rows if one.section == paths[number]]
        return [one for one in rows if one.section not in paths]

    def _assessed(self, kind: str, rest: Sequence[str]) -> str:
        indicator = self.catalogue.indicators[int(rest[0])]
        entry = next((one for one in self.submission.entries if self._path(one) == "/".join(indicator.path)), None)
        if entry is None:
            return ""
        if kind == "declined":
            return entry.not_applicable or ""
        if kind == "judged":
            return _judged(entry, rest[1])
        place = int(rest[1])
        answer = entry.answers[place] if place < len(entry.answers) else None
        given = None if answer is None else _given(answer)
        if isinstance(given, dict):
            return str(given["because" if rest[2] == "because" else "points"])
        return "" if rest[2] == "because" else str(given or "")

    def _once(self, kind: str, key: str) -> str:
        text = self.chance.choice(_TEXTS)
        if kind == "signature":
            assert self.catalogue.paper is not None
            self.said["signatures"][self.catalogue.paper.signatures[int(key)]] = text.replace("\n", "")
            return text.replace("\n", "")
        if kind == "goals":
            self.said["goals"][key] = text
            return text
        if kind == "claimed":
            text = str(self.chance.randint(0, 400) / 4) if key == "score" else self.catalogue.grades[0].title
            self.said["claimed"][key] = text
            return text
        if key == "fiscal_year":
            self.said[key] = self.submission.fiscal_year
            return str(self.submission.fiscal_year)
        text = self.submission.organisation if key in ("organisation", "implementing_unit") else text.replace("\n", "")
        self.said[key] = text
        return text

    def _figure(self, name: str) -> str:
        figure = self.submission.data.get(name)
        text = "" if figure is None else figure.cell.text
        self.said["data"][name] = text or None
        return text

    def _cell(self, table: str, column: int, row: int) -> str:
        rows = self.submission.tables.get(table)
        self.said["data"][table] = (
            None if rows is None else [{name: cell.cell.text for name, cell in one.items()} for one in rows]
        )
        name = self.catalogue.tables[table].columns[column].name
        if rows == ():
            return "无" if not row and not column else ""
        return str(rows[row][name].cell.text) if rows and row < len(rows) else ""

    def _of_entry(self, entry: Entry, key: str) -> str:
        drawn = {"indicator": entry.indicator, **self._of_drawn(entry)}
        if key in ("first", "second"):
            return dict(zip(("first", "second"), (entry.section or "").split("/"), strict=False)).get(key, "")
        if key in ("indicator", "points", "target", "actual"):
            return str(drawn.get(key, ""))
        text = self.chance.choice(("", *(_BOTH if key == "deviation" else _TEXTS)))
        if key in ("claimed_score", "last_year"):
            text = self.chance.choice(("", "0", "1.5", "3"))
        text = text if key in _LONG else text.replace("\n", "")
        if text:
            self._added(entry)[key] = text
        return str(text)


def _number(number: Any) -> str:
    return f"{float(number):g}"


def _given(answer: Answer) -> Any:
    if answer.points is not None:
        return {"points": _number(answer.points), "because": answer.because}
    return None if answer.yes is None else "是" if answer.yes else "否"


def _judged(entry: Entry, key: str) -> str:
    if key in ("section", "indicator"):
        return str(getattr(entry, key))
    value = getattr(entry.judged, key, None)
    return "" if value is None else value if isinstance(value, str) else _number(value)


# ---- files ---------------------------------------------------------------------------------------------------------


def fill_word(content: bytes, texts: Slots) -> bytes:
    """Write into the content controls of a document, in their order."""

    def mended(part: bytes) -> bytes:
        tree = etree.fromstring(part)
        todo = iter(texts)
        for control in tree.iter(f"{{{W}}}sdt"):
            tag = control.find(f"{{{W}}}sdtPr/{{{W}}}tag")
            if tag is None or tag.get(f"{{{W}}}val") == "evalrules.printed":
                continue
            mark, text = next(todo)
            assert tag.get(f"{{{W}}}val") == f"evalrules.{mark}"
            if text:
                _write(control, text)
        assert next(todo, None) is None
        return bytes(etree.tostring(tree))

    return with_part(content, "word/document.xml", mended)


def _write(control: Any, text: str) -> None:
    """Write as Word does: what was shown before goes, a break is an element."""
    shown = control.find(f"{{{W}}}sdtPr/{{{W}}}showingPlcHdr")
    shown.getparent().remove(shown)
    piece = next(control.iter(f"{{{W}}}t"))
    first, *others = text.split("\n")
    piece.text = first
    for line in others:
        run = piece.getparent()
        etree.SubElement(run, f"{{{W}}}br")
        etree.SubElement(run, f"{{{W}}}t").text = line


def fill_excel(content: bytes, texts: Slots) -> bytes:
    """Write into the named cells of a workbook, in the order of their names; some numbers as numbers."""
    workbook = load_workbook(io.BytesIO(content))
    todo = iter(texts)
    for cell, mark in named_cells(workbook):
        if mark != "printed":
            known, text = next(todo)
            assert known == mark
            if text:
                cell.value = text
                cell.data_type = "s"
    assert next(todo, None) is None
    target = io.BytesIO()
    workbook.save(target)
    return target.getvalue()


def named_cells(workbook: Any) -> Iterator[tuple[Any, str]]:
    """Give the cells with names of ours, in their order, each with its mark."""
    names = sorted(workbook.defined_names.items(), key=lambda pair: int(pair[0].split(".")[1]))
    for name, place in names:
        sheet, _, cell = place.attr_text.rpartition("!")
        yield workbook[sheet.strip("'")][cell.replace("$", "")], name.split(".", 2)[2]


def with_part(content: bytes, name: str, mended: Any) -> bytes:
    """Give a package with one of its parts mended."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as package, zipfile.ZipFile(target, "w") as other:
        for entry in package.namelist():
            part = package.read(entry)
            other.writestr(entry, mended(part) if entry == name else part)
    return target.getvalue()
