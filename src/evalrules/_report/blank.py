"""The blank form of an edition: its tables as they are printed, each cell to fill in with the mark by which it is read.

The layout is that of the edition's ``form``, a plain one where it has none. What its scoring asks for and the layout
has no place for stands below: answers, judgements, reasons why a row does not apply, figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Final

from attrs import define, evolve, field

from evalrules._edition.model import Indicator, Path, Section
from evalrules._edition.paper import Block as PaperBlock
from evalrules._edition.paper import (
    FiguresBlock,
    GridBlock,
    HeadBlock,
    IndicatorsBlock,
    Labels,
    PaperTable,
    RowBlock,
    TableBlock,
    printed,
)
from evalrules._explain.words import RuleWriter
from evalrules._forms.issued import OWN_LEVELS, YES_NO, Issued, checklist_of
from evalrules._forms.layout import Layout
from evalrules._forms.words import Words, unit_of, words_of
from evalrules._formula.program import ACTUAL
from evalrules._formula.tree import Node
from evalrules._formula.words import formula_words
from evalrules._laws.subjects import Subject, open_rows, subjects
from evalrules._numbers import decimal_text
from evalrules._problems import Language, Phrases
from evalrules._score.ruleset import Ruleset
from evalrules._values import frozen

_ACROSS: Final = 6
"""How many single figures stand beside one another."""
_WIDTHS: Final = {
    "target": 6, "actual": 6, "deviation": 8, "deviation_reason": 8, "improvement": 8, "standard": 12, "note": 8,
    "points": 3, "claimed_score": 3, "number": 2, "operator": 3, "unit": 3,
}  # fmt: skip
_NAME_WIDTH, _WIDTH = 8, 4
_OPEN_KEYS: Final = ("target", "actual", "points")
"""What a row of the unit's own must have a column for, beside its name."""
_UPRIGHT: Final = 9
_MOST_JUDGED: Final = 4
"""How many times as many rows there are at most for judgements as for each part that units fill."""


@frozen
class Slot:
    """A cell to fill in: its mark, and the words to choose from; others may be written where ``is_free``.

    ``text`` stands in it already.
    """

    mark: str
    choices: tuple[str, ...] = ()
    is_free: bool = False
    text: str = ""


@frozen
class Box:
    """A cell: a text that is printed, a slot, or what is ``computed`` by itself. ``lines`` is room for so many."""

    text: str = ""
    slot: Slot | None = None
    computed: Node | None = None
    rows: int = 1
    columns: int = 1
    is_head: bool = False
    lines: int = 1
    figure: str = ""
    """The name of the figure that stands here, as formulas call it."""
    is_rate: bool = False


@frozen
class Strip:
    """A row: of each column its cell, None where one from above or from the left reaches."""

    boxes: tuple[Box | None, ...]
    is_header: bool = False


@frozen
class Part:
    """A block of the form below its heading; ``widths`` are the shares of its columns, headers come first."""

    heading: str
    widths: tuple[int, ...]
    strips: tuple[Strip, ...]


@frozen
class Leaf:
    """One table of the form, on a page of its own."""

    name: str
    title: str
    parts: tuple[Part, ...]
    notes: tuple[str, ...] = ()

    @property
    def is_wide(self) -> bool:
        """Whether a block has more columns than a page takes upright."""
        return any(len(part.widths) > _UPRIGHT for part in self.parts)


@frozen
class PrintableForm:
    """A blank form, and what it says of itself."""

    title: str
    issued: Issued
    leaves: tuple[Leaf, ...]
    guide: str
    language: Language = "zh"


def blank_form(
    ruleset: Ruleset,
    *,
    year: int | None = None,
    rows: int = 3,
    language: Language = "zh",
    own: Sequence[Indicator] = (),
) -> PrintableForm:
    """Lay out the blank form of an edition for a fiscal year, with so many rows for each part that units fill.

    ``own`` are a department's indicators for these parts: they stand there already, before the blank rows.
    """
    catalogue = ruleset.catalogue
    only = catalogue.fiscal_years[0] if len(catalogue.fiscal_years) == 1 else None
    year = only if year is None else year
    said = Phrases(language, "blank")
    leaves = tuple(_Layer(ruleset, Layout(catalogue, words_of()), said, year, rows, tuple(own)).leaves())
    issued = Issued(catalogue.name, catalogue.digest, year)
    return PrintableForm(catalogue.title, issued, leaves, said("guide"), language)


def _head(*texts: str) -> Strip:
    return Strip(tuple(Box(text, is_head=True) for text in texts), is_header=True)


def _pairs(pairs: Iterable[tuple[str, Box]], across: int) -> Iterator[Strip]:
    """Lay out labels with their cells beside them, so many pairs in a row."""
    found = list(pairs)
    for start in range(0, len(found), across):
        some = found[start : start + across]
        boxes: list[Box | None] = [each for label, box in some for each in (Box(label, is_head=True), box)]
        if len(some) < across:
            last = boxes[-1]
            assert last is not None
            left = 2 * (across - len(some))
            boxes = [*boxes[:-1], evolve(last, columns=1 + left), *[None] * left]
        yield Strip(tuple(boxes))


@define(slots=False)
class _Layer:
    """Lays out one form. ``placed`` grows: the names on the form already, ``of_funds`` the indicators beside funds."""

    ruleset: Ruleset
    layout: Layout
    said: Phrases
    year: int | None
    rows: int
    own: tuple[Indicator, ...] = ()
    placed: set[str] = field(factory=set)
    of_funds: set[int] = field(factory=set)

    def __attrs_post_init__(self) -> None:
        self.catalogue = self.ruleset.catalogue
        self.figures = list(self.catalogue.data)
        self.tables = list(self.catalogue.tables)

    @property
    def words(self) -> Words:
        return self.layout.words

    def leaves(self) -> Iterator[Leaf]:
        paper = self.layout.paper
        tables = list(paper.tables)
        if not any(isinstance(block, IndicatorsBlock) for block in paper.blocks):
            columns = tuple((self.said(name), key) for name, key in _PLAIN_COLUMNS)
            tables.append(PaperTable(self.said("indicators"), self.catalogue.title, (IndicatorsBlock(columns),)))
        holder = next(
            place for place, table in enumerate(tables) if any(isinstance(b, IndicatorsBlock) for b in table.blocks)
        )
        laid = [list(self._blocks(table.blocks)) for table in tables]
        below = tuple(self._below())
        laid[0][:0] = self._missing_head()
        for table, parts in zip(tables, laid, strict=True):
            last = self._signed() if table is tables[holder] else ()
            notes = tuple(map(self.printed, table.notes))
            title = self.printed(table.title)
            yield Leaf(table.name or self.said("figures"), title, (*parts, *last), notes)
            if below and table is tables[holder]:
                yield Leaf(self.said("more"), title, below)

    def printed(self, text: str) -> str:
        """Put the years into a text of the form."""
        return printed(text, self.year)

    def label(self, text: str) -> str:
        """Put the years into a label; on a form for any year 本年 and 上年 stand for them."""
        if self.year is None:
            text = text.replace("{year}年", self.said("this-year")).replace("{year-1}年", self.said("last-year"))
        return printed(text, self.year)

    def _blocks(self, blocks: Sequence[PaperBlock]) -> Iterator[Part]:
        for place, block in enumerate(blocks):
            after = blocks[place + 1] if place + 1 < len(blocks) else None
            before = blocks[place - 1] if place else None
            if isinstance(block, TableBlock) and isinstance(before, GridBlock) and self._fits(before, block):
                continue
            inside = after if isinstance(block, GridBlock) and isinstance(after, TableBlock) else None
            if inside is not None and isinstance(block, GridBlock) and not self._fits(block, inside):
                inside = None
            yield from self._block(block, self.printed(block.heading or ""), inside)

    def _block(self, block: PaperBlock, heading: str, inside: TableBlock | None) -> Iterator[Part]:
        match block:
            case FiguresBlock(labels):
                yield from self._figures(labels, heading)
            case GridBlock():
                yield self._grid(block, heading, inside)
            case TableBlock():
                yield self._table(block.table, block.columns, heading or block.table, block.blank_rows)
            case RowBlock():
                yield self._row(block, heading)
            case HeadBlock(labels, kind):
                yield self._head(labels, kind, heading)
            case IndicatorsBlock():
                yield from self._indicators(block, heading)

    # ---- head and signatures

    def _head(self, labels: Labels, kind: str, heading: str) -> Part:
        pairs = []
        for name, words in labels:
            self.placed.add(name)
            pairs.append((self.label(words[0]), self._head_box(name, kind)))
        across = 1 if kind == "goals" or len(pairs) == 1 else 2
        return Part(heading, (2, 8) if across == 1 else (2, 3, 2, 3), tuple(_pairs(pairs, across)))

    def _head_box(self, name: str, kind: str = "head") -> Box:
        if name in ("claimed_score", "claimed_grade"):
            key = name.removeprefix("claimed_")
            grades = tuple(grade.title for grade in self.catalogue.grades) if key == "grade" else ()
            return Box(slot=Slot(f"claimed.{key}", grades, is_free=True))
        return Box(slot=Slot(f"{kind}.{name}"), lines=3 if kind == "goals" else 1)

    def _missing_head(self) -> Iterator[Part]:
        """Ask for the unit and the year where the layout has no place for them."""
        names = [] if self.placed & {"organisation", "implementing_unit"} else ["organisation"]
        names += ["fiscal_year"] if self.year is None and "fiscal_year" not in self.placed else []
        if names:
            pairs = ((self.said(name.replace("_", "-")), Box(slot=Slot(f"head.{name}"))) for name in names)
            across = min(2, len(names))
            yield Part("", (2, 8) if across == 1 else (2, 3, 2, 3), tuple(_pairs(pairs, across)))

    def _signed(self) -> tuple[Part, ...]:
        signatures = self.layout.paper.signatures
        pairs = [(word, Box(slot=Slot(self._signature(number, word)))) for number, word in enumerate(signatures)]
        return (Part("", (2, 3, 2, 3), tuple(_pairs(pairs, 2))),) if pairs else ()

    def _signature(self, number: int, word: str) -> str:
        key = self.words.label(word)
        if key in ("filled_by", "reviewed_by", "date") and key not in self.placed:
            self.placed.add(key)
            return f"head.{key}"
        return f"signature.{number}"

    # ---- figures

    def _figure(self, name: str, *, lines: int = 1) -> Box:
        self.placed.add(name)
        figure = self.catalogue.data[name]
        if figure.formula is not None:
            return Box(self.said("computed"), computed=figure.formula.tree, figure=name, is_rate=figure.unit == "%")
        choices = YES_NO if figure.type == "yes_no" else figure.choices
        return Box(slot=Slot(f"data.{self.figures.index(name)}", choices), lines=lines, figure=name)

    def _label(self, words: tuple[str, ...], unit: str, heading: str = "") -> str:
        label = self.label(words[0])
        is_said = not unit or unit_of(label) or unit_of(heading) == unit
        return label if is_said else f"{label}{self.said.bracketed(unit)}"

    def _figures(self, labels: Labels, heading: str) -> Iterator[Part]:
        """Show single figures side by side, their words above them; texts each beside its own."""
        data = self.catalogue.data
        texts = [each for each in labels if data[each[0]].type == "text"]
        others = [each for each in labels if each not in texts]
        count = min(_ACROSS, max(1, len(others)))
        strips: list[Strip] = []
        for start in range(0, len(others), count):
            some = others[start : start + count]
            names = [self._label(words, data[name].unit, heading) for name, words in some]
            strips.append(_wide(_head(*names), count))
            strips.append(_wide(Strip(tuple(self._figure(name) for name, _ in some)), count))
        if strips:
            yield Part(heading, (1,) * count, tuple(strips))
        if texts:
            pairs = ((self._label(words, ""), self._figure(name, lines=3)) for name, words in texts)
            yield Part("" if strips else heading, (2, 8), tuple(_pairs(pairs, 1)))

    def _grid(self, block: GridBlock, heading: str, inside: TableBlock | None) -> Part:
        data, names = self.catalogue.data, [name for name, _ in block.columns]
        units = {data[f"{row}_{column}"].unit for row, _ in block.rows for column in names}
        unit = units.pop() if len(units) == 1 else ""
        known = heading
        if unit and unit_of(heading) != unit:
            known = f"{heading or block.grid}{self.said.bracketed(unit)}"
        strips = [_head(self.said("item"), *(self.label(words[0]) for _, words in block.columns))]
        for row, words in block.rows:
            cells = (self._figure(f"{row}_{column}") for column in names)
            strips.append(Strip((Box(self.label(words[0]), is_head=True), *cells)))
            if inside is not None and inside.after == row:
                strips += self._own_rows(inside.table, [self._title_of(inside.table), *names], inside.blank_rows)
        return Part(known, (4, *[2] * len(names)), tuple(strips))

    def _title_of(self, table: str) -> str:
        return next((one.name for one in self.catalogue.tables[table].columns if one.type == "text"), "")

    def _fits(self, grid: GridBlock, block: TableBlock) -> bool:
        """Tell whether the rows of a table can stand among those of a grid: a name, and the grid's own columns."""
        names = {column.name for column in self.catalogue.tables[block.table].columns}
        return bool(block.after) and names == {self._title_of(block.table), *(name for name, _ in grid.columns)}

    def _own_rows(self, table: str, columns: Sequence[str], rows: int) -> Iterator[Strip]:
        self.placed.add(table)
        known = [column.name for column in self.catalogue.tables[table].columns]
        marks = [f"table.{self.tables.index(table)}.{known.index(name)}" for name in columns]
        for _ in range(max(1, rows)):
            yield Strip(tuple(Box(slot=Slot(mark)) for mark in marks))

    def _table(self, table: str, columns: Labels, heading: str, rows: int) -> Part:
        declared = {column.name: column for column in self.catalogue.tables[table].columns}
        labels = (self._label(words, declared[name].unit, heading) for name, words in columns)
        own = self._own_rows(table, [name for name, _ in columns], rows)
        return Part(heading, (2,) * len(columns), (_head(*labels), *own))

    def _row(self, block: RowBlock, heading: str) -> Part:
        """Show the row of funds: its figures, and the points and the claim of its indicator."""
        data = self.catalogue.data
        heads = ["", *(self._label(words, data[name].unit, heading) for name, words in block.cells)]
        boxes: list[Box] = [Box(self.label(block.label[0]), is_head=True)]
        boxes += [self._figure(name) for name, _ in block.cells]
        number = next((n for n, one in enumerate(self.catalogue.indicators) if one.title == block.indicator), None)
        if number is not None:
            indicator = self.catalogue.indicators[number]
            self.of_funds.add(number)
            keys = ["actual"] if self._reads(number, "actual") and indicator.value is None else []
            heads += [self.said(key) for key in (*keys, "points", "claimed-score")]
            boxes += [Box(slot=Slot(f"row.{number}.{key}")) for key in keys]
            boxes += [Box(decimal_text(indicator.points)), Box(slot=Slot(f"row.{number}.claimed_score"))]
        return Part(heading, (3, *[2] * (len(boxes) - 1)), (_head(*heads), Strip(tuple(boxes))))

    # ---- indicators

    @cached_property
    def _rules(self) -> dict[Path, list[Subject]]:
        """The rules of each indicator that the edition fixes."""
        found: dict[Path, list[Subject]] = {}
        for subject in subjects(self.ruleset):
            if not subject.is_method:
                found.setdefault(subject.indicator.path, []).append(subject)
        return found

    def _reads(self, number: int, key: str) -> bool:
        """Tell whether a fixed indicator has a target or an actual of the entry."""
        rules = self._rules.get(self.catalogue.indicators[number].path, [])
        return any(rule.has(ACTUAL) if key == "actual" else rule.free for rule in rules)

    def _open_rules(self, path: Path) -> list[Subject]:
        return list(open_rows(self.ruleset, path).values())

    def _indicators(self, block: IndicatorsBlock, heading: str) -> Iterator[Part]:
        table = _IndicatorRows(self, block)
        strips = tuple(table.strips())
        if len(strips) > 1:
            yield Part(heading, table.widths, strips)

    def _below(self) -> Iterator[Part]:
        """Give what the layout has no place for."""
        yield from self._checklists()
        yield from self._judged()
        yield from self._declined()
        data = self.catalogue.data
        left = [name for name, figure in data.items() if name not in self.placed and figure.formula is None]
        yield from self._figures(tuple((name, (name,)) for name in left), self.said("others"))
        filled_in = {name: table for name, table in self.catalogue.tables.items() if table.results is None}
        for name, table in filled_in.items():
            if name not in self.placed:
                yield self._table(name, tuple((one.name, (one.name,)) for one in table.columns), name, 2)

    def _checklists(self) -> Iterator[Part]:
        strips = []
        for number, indicator in enumerate(self.catalogue.indicators):
            items = checklist_of(self.catalogue, number)
            for place, item in enumerate(items):
                mark, yes_no = f"answer.{number}.{place}", YES_NO
                name = Box(indicator.title, rows=len(items), is_head=True) if not place else None
                given = Box(slot=Slot(f"{mark}.given", yes_no, is_free=True))
                boxes = (
                    name,
                    Box(item.title),
                    Box(decimal_text(item.points)),
                    given,
                    Box(slot=Slot(f"{mark}.because")),
                )
                strips.append(Strip(boxes))
        if strips:
            heads = [self.said(key) for key in ("indicator", "checklist-item", "points", "answer", "because")]
            yield Part(self.said("checklists"), (6, 10, 3, 4, 8), (_head(*heads), *strips))

    def _judged(self) -> Iterator[Part]:
        strips = []
        for number, indicator in enumerate(self.catalogue.indicators):
            rules = self._rules.get(indicator.path, [])
            if any(rule.plan.scoring.asks_for_judgement for rule in rules):
                keys = (f"judged.{number}.{key}" for key in ("tier", "score", "because"))
                section = Box("/".join(indicator.path[:-1]))
                strips.append(Strip((section, Box(indicator.title), *self._judgement(keys, _tiers(rules)))))
        sections = [path for path in self.ruleset.open_sections if any(map(_is_judged, self._open_rules(path)))]
        rules = [rule for path in sections for rule in self._open_rules(path)]
        for _ in range(self.rows * min(_MOST_JUDGED, len(sections))):
            choices = tuple("/".join(path) for path in sections)
            keys = (f"judge.{key}" for key in ("tier", "score", "because"))
            section, name = Box(slot=Slot("judge.section", choices, is_free=True)), Box(slot=Slot("judge.indicator"))
            strips.append(Strip((section, name, *self._judgement(keys, _tiers(rules)))))
        if strips:
            heads = [self.said(key) for key in ("section", "indicator", "tier", "judged-score", "because")]
            yield Part(self.said("judged"), (6, 8, 6, 3, 8), (_head(*heads), *strips))

    @staticmethod
    def _judgement(marks: Iterable[str], tiers: tuple[str, ...]) -> Iterator[Box]:
        for number, mark in enumerate(marks):
            yield Box(slot=Slot(mark, () if number else tiers))

    def _declined(self) -> Iterator[Part]:
        found = [
            (number, indicator)
            for number, indicator in enumerate(self.catalogue.indicators)
            if indicator.otherwise is not None and indicator.applies is None
        ]
        if found:
            strips = (Strip((Box(one.title, is_head=True), Box(slot=Slot(f"declined.{at}")))) for at, one in found)
            heads = (self.said("indicator"), self.said("declined-because"))
            yield Part(self.said("declined"), (4, 8), (_head(*heads), *strips))


_PLAIN_COLUMNS: Final = (
    ("level-1", "0"), ("level-2", "1"), ("level-3", "2"), ("target", "target"), ("actual", "actual"),
    ("points", "points"), ("claimed-score", "claimed_score"), ("deviation-reason", "deviation_reason"),
    ("improvement", "improvement"),
)  # fmt: skip


def _wide(strip: Strip, count: int) -> Strip:
    """Let the last cell of a row that has fewer reach to the end."""
    left = count - len(strip.boxes)
    if left <= 0:
        return strip
    *before, last = strip.boxes
    assert last is not None
    return evolve(strip, boxes=(*before, evolve(last, columns=1 + left), *[None] * left))


def _is_judged(rule: Subject) -> bool:
    return rule.plan.scoring.asks_for_judgement


def _tiers(rules: Iterable[Subject]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tier.title for rule in rules for tier in rule.plan.scoring.tiers))


# ---- the table of the indicators -----------------------------------------------------------------------------------


@frozen
class _Line:
    """A row of the table: the titles around it, and what it is of."""

    sections: Path
    indicator: int | None = None
    section: int | None = None
    own: Indicator | None = None


@define(slots=False)
class _IndicatorRows:
    """Lays out the indicators' table: its columns in order, those that scoring needs and the layout lacks behind."""

    layer: _Layer
    block: IndicatorsBlock

    def __attrs_post_init__(self) -> None:
        catalogue = self.layer.catalogue
        self.lines = list(self._lines(catalogue.parts))
        if catalogue.open:  # rows that name their sections themselves
            self.lines += [_Line((), section=len(catalogue.sections))] * self.layer.rows
        words = self.layer.words
        self.columns = [(word, key or words.column(word) or "") for word, key in self.block.columns]
        if not any(key.isdecimal() or key == "indicator" for _, key in self.columns):
            self.columns.insert(0, (self.layer.said("indicator"), "indicator"))
        known = {key for _, key in self.columns}
        depths = [int(key) for _, key in self.columns if key.isdecimal()]
        self.names = max(depths) if depths and "indicator" not in known else None
        wanted = [key for key in _OPEN_KEYS if key not in known and self._needs(key)]
        behind = 1 + next(place for place, (_, key) in enumerate(self.columns) if self._is_name(key))
        self.columns[behind:behind] = [(self.layer.said(key), key) for key in wanted]
        self.levels = sorted(depths)[: len(depths) - (self.names is not None)]

    @property
    def widths(self) -> tuple[int, ...]:
        """The shares of the columns."""
        return tuple(self._width(key) for _, key in self.columns)

    def _width(self, key: str) -> int:
        return _NAME_WIDTH if self._is_name(key) else _WIDTHS.get(key, _WIDTH)

    def _is_name(self, key: str) -> bool:
        return key == "indicator" or (key.isdecimal() and int(key) == self.names)

    def _lines(self, parts: Iterable[Section | Indicator]) -> Iterator[_Line]:
        catalogue, layer = self.layer.catalogue, self.layer
        numbers = {id(one): number for number, one in enumerate(catalogue.indicators)}
        for part in parts:
            if isinstance(part, Indicator):
                if numbers[id(part)] not in layer.of_funds:
                    yield _Line(part.path[:-1], indicator=numbers[id(part)])
                continue
            yield from self._lines(part.parts)
            if part.open:
                place = next(n for n, section in enumerate(catalogue.sections) if section is part)
                own = (one for one in layer.own if one.path[:-1] == part.path)
                yield from (_Line(part.path, section=place, own=one) for one in own)
                yield from (_Line(part.path, section=place) for _ in range(layer.rows))

    def _needs(self, key: str) -> bool:
        is_open = any(line.section is not None for line in self.lines)
        fixed = [line.indicator for line in self.lines if line.indicator is not None]
        if key == "points":
            return True
        return is_open or any(self._is_asked(number, key) for number in fixed)

    def _is_asked(self, number: int, key: str) -> bool:
        """Tell whether the entry of a fixed indicator has a cell for its target or actual."""
        indicator = self.layer.catalogue.indicators[number]
        if key == "target":
            return indicator.target is None and any(rule.row.target is None or rule.free for rule in self._of(number))
        return indicator.value is None and self.layer._reads(number, key)  # noqa: SLF001 - the same form

    def _of(self, number: int) -> list[Subject]:
        return self.layer._rules.get(self.layer.catalogue.indicators[number].path, [])  # noqa: SLF001

    # ---- rows

    def strips(self) -> Iterator[Strip]:
        """Give the head, every row, and the row of the total."""
        if not self.lines:
            return
        yield _head(*(word for word, _ in self.columns))
        shown = [self._shown(line.sections) for line in self.lines]
        for number, line in enumerate(self.lines):
            yield Strip(tuple(self._box(line, at, shown, number) for at in range(len(self.columns))))
        yield from self._totals()

    def _shown(self, path: Path) -> Path:
        """Give the titles that the columns of levels show: of deeper ones those nearest to the row."""
        titles = path[-len(self.levels) :] if self.levels else ()
        shared = len({line.sections[:1] for line in self.lines}) == 1
        return titles[1:] if shared and len(path) == len(self.levels) and len(path) > 1 else titles

    def _box(self, line: _Line, at: int, shown: list[Path], number: int) -> Box | None:
        key = self.columns[at][1]
        if key.isdecimal() and int(key) in self.levels:
            if line.section is not None and not line.sections:
                return Box(slot=Slot(f"open.{line.section}.{OWN_LEVELS[self.levels.index(int(key))]}"))
            return self._level(self.levels.index(int(key)), shown, number)
        if key == "points" and at and self._is_level(at - 1):
            return self._level_points(self.levels.index(int(self.columns[at - 1][1])), shown, number)
        if line.section is not None:
            name = "indicator" if self._is_name(key) else key or "note"
            return Box(slot=Slot(f"open.{line.section}.{name}", text=self._printed(line.own, name)))
        assert line.indicator is not None
        return self._fixed(line.indicator, key)

    def _printed(self, own: Indicator | None, name: str) -> str:
        """Give what stands already in a row that units fill: what a department's own indicator fixes."""
        if own is None:
            return ""
        known = {"indicator": own.title, "points": decimal_text(own.points), "unit": own.unit}
        return self._target(own) if name == "target" else known.get(name, "")

    def _is_level(self, at: int) -> bool:
        key = self.columns[at][1]
        return key.isdecimal() and int(key) in self.levels

    def _level(self, depth: int, shown: list[Path], number: int) -> Box | None:
        """Give the title of a level, over all the rows that it holds for; None below its first row."""
        here = shown[number]
        title = here[depth] if depth < len(here) else ""
        same = [other for other in range(len(shown)) if shown[other][: depth + 1] == here[: depth + 1]]
        if not title:
            return Box()
        if number != same[0] and number - 1 in same:
            return None
        end = next((other for other in range(number, len(shown)) if other not in same), len(shown))
        return Box(title, rows=end - number, is_head=True)

    def _level_points(self, depth: int, shown: list[Path], number: int) -> Box | None:
        box = self._level(depth, shown, number)
        if box is None or not box.text:
            return box
        prefix = self.lines[number].sections
        path = prefix[: len(prefix) - len(shown[number]) + depth + 1]
        section = next((one for one in self.layer.catalogue.sections if one.path == path), None)
        return evolve(box, text="" if section is None or section.points is None else decimal_text(section.points))

    def _fixed(self, number: int, key: str) -> Box:
        indicator, said = self.layer.catalogue.indicators[number], self.layer.said
        if self._is_name(key):
            return Box(indicator.title, is_head=True)
        match key:
            case "points":
                return Box(decimal_text(indicator.points))
            case "standard":
                return Box(self._standard(number))
            case "target" if not self._is_asked(number, key):
                return Box(self._target(indicator))
            case "actual" if not self._is_asked(number, key):
                value = indicator.value
                if value is not None:
                    return Box(said("computed"), computed=value.tree, is_rate=indicator.unit == "%")
                return Box()
            case "number" | "completion" | "reviewed_score" | "":
                return Box()
        return Box(slot=Slot(f"row.{number}.{key}"))

    @staticmethod
    def _target(indicator: Indicator) -> str:
        target = indicator.target
        if target is None:
            return ""
        sign = target.kind if target.kind in ("≥", ">", "≤", "<", "=") else ""
        return target.text if target.formula is None else f"{sign}{formula_words(target.formula.tree)}"

    def _standard(self, number: int) -> str:
        """Say how an indicator is scored, as the form prints it."""
        said = Phrases(self.layer.said.language, "explain")
        rules = [RuleWriter(rule, said).words() for rule in self._of(number)[:1]]
        lines = (text for rule in rules for text in (*(line.text for line in rule.lines), *rule.lets))
        return self.layer.said.joined(lines, "stop")

    def _totals(self) -> Iterator[Strip]:
        said, catalogue = self.layer.said, self.layer.catalogue
        if not self.layer.placed & {"claimed_score"}:
            yield self._total({"points": Box(decimal_text(catalogue.points)), "claimed_score": _claim("score")})
        if catalogue.grades and "claimed_grade" not in self.layer.placed:
            grades = tuple(grade.title for grade in catalogue.grades)
            rest = len(self.columns) - 1
            grade = Box(slot=Slot("claimed.grade", grades, is_free=True), columns=rest)
            yield Strip((Box(said("claimed-grade"), is_head=True), grade, *[None] * (rest - 1)))

    def _total(self, cells: dict[str, Box]) -> Strip:
        """Give the row of the total; where there is no column for the claim it stands in the last."""
        keys = [key for _, key in self.columns]
        last = {key: len(keys) - 1 - keys[::-1].index(key) for key in cells if key in keys}
        if "claimed_score" not in last:
            last["claimed_score"] = len(keys) - 1
        boxes: list[Box | None] = [Box() for _ in keys]
        for key, at in last.items():
            boxes[at] = cells[key]
        boxes[0] = Box(self.layer.said("total"), is_head=True)
        return Strip(tuple(boxes))


def _claim(key: str) -> Box:
    return Box(slot=Slot(f"claimed.{key}"))
