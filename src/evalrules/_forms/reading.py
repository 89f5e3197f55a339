"""A file gone through from its first line to its last: which form is which, and what stands in it.

Nothing is read by its position alone: a table is known by the words of its header, a row by those of its label. What
has something in it and was not understood is told, and so is every guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from attrs import define, evolve, field

from evalrules._forms.areas import AreaReader, funds_of_all, pair_in
from evalrules._forms.cards import cards_at
from evalrules._forms.cells import Block, Cell, Grid, Line, compact
from evalrules._forms.drafts import Area, Draft, Kind, Page, Row, Value, short
from evalrules._forms.rows import RowReader
from evalrules._forms.tables import (
    UNITS,
    Header,
    ProjectRows,
    cells_of,
    first_section,
    goal_labels,
    header_at,
    header_beside,
    is_number,
    is_sum,
    last_of,
    level_key,
    may_be_label,
    project_rows,
    scored_cells,
)
from evalrules._forms.words import Words, core, without_points
from evalrules._patterns import regex

_YEAR_LINE = regex(r"\(?((?:19|20)\d{2})年度?\)?")
_YEAR_IN_TITLE = regex(r"((?:19|20)\d{2})年")
_YEAR_IN_WORDS = regex(r"[二一][〇○零Oo0九][〇○零一二三四五六七八九]{2}(?=年)")
_DIGITS = str.maketrans("〇○零Oo一二三四五六七八九", "00000123456789")
_HEADING_END = regex(r"(?:表|报告|自评价|自评|书)(?:\([^()]*\))*$")
_LABEL_END = regex(
    r"(?:名称|单位|部门|人|电话|日期|时间|年限|期限|编码|代码|类型|类别|属性|性质|方式|等级|得分|来源|依据)(?:\([^()]*\))?[::]?$"
)
_GOES_ON = regex(r"^\(?续表?\)?$|\(续表?\)$")
_SIGNED_HERE = regex(r"(?:签字|签章|盖章|签名)\)?[::]$|^年月日$")
_NUMBERED = regex(r"\(?[一二三四五六七八九十\d]{1,3}[)、.]")
_NUMBERED_GOAL = regex(r"\d$")
_NUMBERING = regex(r"(?:目标)?\(?(?:\d{1,2}|[一二三四五六七八九十]{1,2})\)?[、.:]?|序号")
_MONEY = regex(r"(?:金额)?单位[::]?\(?(?:人民币)?((?:万|千|百万|亿)?元)")
_SCORE = regex(r"(?:(?:自评|项目)总?得分|自评总分|总得分|^得分)(?:\(分\))?[::]?(\d+(?:\.\d+)?)分?")
_SEAL = regex(r"(?<!\s)\s*+[(（](?:盖章|公章|签章|签字|签名|单位盖章|加盖公章)[)）]\s*+")
_PARTED = regex(r"\s{3,}|\u3000{2,}|\t+")
_NUMBER = regex(r"[-+−]?[\d,，]+(?:\.\d+)?\s*%?")
_LONGEST_TITLE: Final = 60
_LONGEST_LINE: Final = 200
_FEWEST_BESIDE: Final = 2
_SIDE_WORDS: Final = 12
_SIGNED: Final = frozenset({"filled_by", "reviewed_by", "date"})
_MOST_UNREAD: Final = 20


def read_forms(file: str, blocks: Iterable[Block], words: Words, figures: frozenset[str] = frozenset()) -> list[Draft]:
    """Give the forms of a file in their order; none where it holds no evaluation form.

    ``figures`` are further labels of figures, as `core` has them: those of the edition's own tables.
    """
    reader = _Reader(file, words, figures)
    for block in blocks:
        if isinstance(block, Line):
            reader.line(block.text, file)
        else:
            reader.grid(block)
    return reader.finished()


@define
class _Reader:
    """Goes through the blocks of a file. ``pending`` are the lines since the last part: they belong to what follows.

    ``further_goal`` says that a numbered goal was the last thing read: what follows are its indicators.
    """

    file: str
    words: Words
    figures: frozenset[str]
    drafts: list[Draft] = field(factory=list)
    draft: Draft = field(init=False)
    pending: list[tuple[str, Value]] = field(factory=list)
    pages: list[Page] = field(factory=list)
    header: tuple[Header, Page] | None = None
    section: list[str] = field(factory=list)
    further_goal: bool = False

    @draft.default
    def _first(self) -> Draft:
        return Draft(self.file)

    # ---- which form is which

    def begin(self, kind: Kind, page: Page, label: str = "") -> None:
        """Begin a part of a form: of the one at hand, or of a new one where that has such a part already."""
        titled = any(
            what == "project" or (what == "title" and self._is_new(value, page)) for what, value in self.pending
        )
        if self._is_another(kind, label, titled=titled):
            self.drafts.append(self.draft)
            self.draft = Draft(self.file, money=self.draft.money)
            self.section, self.header = [], None
        for what, value in self.pending:
            self._take(what, value)
        self.pending.clear()
        self.further_goal = kind == "goals" and _NUMBERED_GOAL.search(core(label)) is not None
        self.draft.kinds.add(kind)
        self.draft.tables.add(page.number)

    def _is_another(self, kind: Kind, label: str, *, titled: bool) -> bool:
        draft = self.draft
        match kind:
            case "head" if label == "project":
                return "project" in draft.head or draft.is_complete
            case "head":
                return draft.is_complete and titled and label in draft.head
            case "base":
                return draft.is_complete and titled and "base" in draft.kinds
            case "goals":
                return draft.is_complete and (titled or bool(draft.total))
            case "indicators":
                anew = not self.further_goal and self._begins_anew(label)
                return draft.is_complete and (titled or bool(draft.total) or anew)
        return draft.is_complete and (titled or kind in draft.kinds or bool(draft.total))

    def _is_new(self, title: Value, page: Page) -> bool:
        """Tell a title that begins something from one that a document repeats above each page of a form."""
        return page.grid.sheet or title.text != self.draft.title

    def _begins_anew(self, section: str) -> bool:
        """Tell a table whose first section is that of the form's first row, which others have followed."""
        rows = self.draft.rows
        return bool(section and rows) and rows[0].section[:1] == (section,) != rows[-1].section[:1]

    def _take(self, what: str, value: Value) -> None:
        draft = self.draft
        if what in ("title", "heading"):
            draft.title = value.text if what == "title" or not self.words.is_title(draft.title) else draft.title
            found = _YEAR_IN_TITLE.search(value.text)
            draft.year = int(found[1]) if found else draft.year
        elif what in ("year", "fiscal_year"):
            said = re.search(r"(?:19|20)\d{2}", value.text)
            draft.year = int(said[0]) if said else draft.year
        elif what == "money":
            draft.money = value.text
        elif what == "section":
            self.section = [value.text]
        elif value.line or value.fault:
            draft.head.setdefault("claimed_score" if what == "score" else what, value)

    def finished(self) -> list[Draft]:
        """Close the last form, and give those that are forms, each told what of its tables was not understood."""
        for what, value in self.pending:
            if what not in ("title", "heading", "year", "fiscal_year", "money", "section"):
                self._take(what, value)
        drafts = [draft for draft in (*self.drafts, self.draft) if self._is_form(draft)]
        if drafts:
            self._tell_unread(drafts)
        return drafts

    def _is_form(self, draft: Draft) -> bool:
        return draft.is_complete or (self.words.is_title(draft.title) and any(map(self._has_figures, draft.areas)))

    def _has_figures(self, area: Area) -> bool:
        """Tell a block of base data, or one with rows of funds: a list of projects has neither."""
        if area.kind == "base":
            return bool(area.rows or area.pairs)
        return any(self.words.fund_row(row.label) for row in area.rows)

    # ---- lines

    def line(self, text: str, place: str) -> bool:
        """Read a line of text, or a row with one cell; tell whether it says anything of a form."""
        plain = compact(text)
        if grade := self.words.grade_in(text):
            self.pending.append(("claimed_grade", Value(grade, place)))
        if not plain or len(plain) > _LONGEST_LINE:
            return False
        plain = _YEAR_IN_WORDS.sub(lambda found: found[0].translate(_DIGITS), plain)
        year = _YEAR_LINE.fullmatch(plain)
        if year:
            self.pending.append(("year", Value(year[1], place)))
            return True
        if _GOES_ON.search(plain) or _SIGNED_HERE.search(plain):
            return True
        if self.words.section_level(plain) == 0:  # a section whose table may have no column for it
            self.pending.append(("section", Value(without_points(plain), place)))
            return True
        found = False
        if self._is_heading(plain):
            self.pending.append(("title" if self.words.is_title(plain) else "heading", Value(plain, place)))
            found = True
        if money := _MONEY.search(plain):
            self.pending.append(("money", Value(money[1], place)))
            found = True
        if len(plain) <= _LONGEST_TITLE and (score := _SCORE.search(plain)):
            self.pending.append(("score", Value(score[1], place)))
            found = True
        return self._labels(text, place) or found

    @staticmethod
    def _is_heading(plain: str) -> bool:
        short_enough = len(plain) <= _LONGEST_TITLE and _HEADING_END.search(plain) is not None
        return short_enough and not plain.startswith(("附件", "附表")) and not _NUMBERED.match(plain)

    def _labels(self, text: str, place: str) -> bool:
        """Read the labels in a line, each with what follows its colon: ``填报单位：某局    填报日期：``."""
        found = list(self.words.head_labels.finditer(text))
        if not found or text[: found[0].start()].strip(" \t\u3000()（）*"):
            return False
        for at, label in enumerate(found):
            end = found[at + 1].start() if at + 1 < len(found) else len(text)
            key = self.words.label(label["label"])
            value = _SEAL.sub(" ", _PARTED.split(text[label.end() : end].strip())[0]).strip().strip("。；;，,、")
            if key == "other" and self.words.may_be_organisation(label["label"], value):
                key = "organisation"
            if key in _SIGNED and value and self.draft.is_complete:
                self.draft.head.setdefault(key or "", Value(value, place))
            elif key and key != "other" and value:
                self.pending.append((key, Value(value, place)))
        return True

    # ---- grids

    def grid(self, grid: Grid) -> None:
        """Go through the rows of a table or sheet."""
        page = Page(self.file, grid, len(self.pages))
        self.pages.append(page)
        going_on = self._going_on(page)
        row = self._rows(page, 0, going_on) if going_on else 0
        while row < grid.height:
            row = max(self._step(page, row), row + 1)

    def _step(self, page: Page, row: int) -> int:
        """Read what begins in a row, and give the row after it."""
        cells = page.own(row)
        if not cells:
            return row + 1
        cut = header_beside(self.words, page.grid, row)
        if cut is not None:
            return self._side_by_side(page, row, cut)
        header = header_at(self.words, page.grid, row)
        if header is not None:
            self.begin("indicators", page, first_section(self.words, page.grid, row + header.depth, header))
            page.use(header.cells)
            for cell in header.guessed:
                field = next(column.field for column in header.all if column.first == cell.column)
                usual = next(word for word, meant in self.words.columns.items() if meant == field)
                self.draft.tell("form-column-guessed", page.grid.place(cell), text=short(cell), usual=usual)
            return self._rows(page, row + header.depth, header)
        cards, end = cards_at(page, self.words, row)
        if cards:
            return self._cards(page, cards, end)
        if self.header is not None and (self._is_total(page, cells) or self._resumes(page, row)):
            return self._resumed(page, row, self.header[0])
        headed = self._head_below(page, cells)
        areas = AreaReader(page, self.draft, self.words, self.figures)
        beside = areas.beside_figures(row)
        if beside:
            self.begin("funds", page)
            return evolve(areas, draft=self.draft).read_beside(row, beside)
        columns = areas.header(row)
        if columns:
            self.begin("base" if areas.is_base(columns) else "funds", page)
            return evolve(areas, draft=self.draft).read(row, columns)
        if headed:
            return row + 2
        goals = goal_labels(self.words, cells)
        if goals:
            return self._goals(page, row, goals)
        if not (self._head(page, cells) or self._lines(page, cells) or self._goal(page, cells)) and areas.beside(row):
            self.begin("base", page)
        return row + 1

    def _side_by_side(self, page: Page, row: int, cut: int) -> int:
        """Read two tables that stand side by side, as far as no cell reaches from one into the other."""
        grid = page.grid
        across = (cell.row for cell in grid.cells if cell.row > row and cell.column < cut < cell.column + cell.columns)
        end = min(across, default=grid.height)
        for columns in (range(cut), range(cut, grid.width)):
            half, at = page.part(range(row, end), columns), row
            while at < half.grid.height:
                at = max(self._step(half, at), at + 1)
        return end

    def _is_total(self, page: Page, cells: list[Cell]) -> bool:
        """Tell the row of totals that stands below something else than the indicators: the funds, or a goal."""
        below = self.header is not None and self.header[1] is page and self.draft.is_complete
        graded = any(self.words.label(cell.text) == "claimed_grade" for cell in cells[1:])
        return below and not self.draft.total and not graded and self.words.is_total(cells[0].text)

    def _cards(self, page: Page, cards: list[Row], end: int) -> int:
        """Keep the indicators that have a block of labels each, with the total below them."""
        self.begin("indicators", page)
        self.draft.rows += cards
        cells = page.own(end) if end < page.grid.height else []
        scores = [cell for cell in cells[1:] if is_number(cell)]
        if not scores or len(scores) != len(cells) - 1 or not self.words.is_total(cells[0].text):
            return end
        page.use(cells)
        self.draft.total["claimed_score"] = page.value(scores[-1:], cells[0].words)
        return end + 1

    def _resumed(self, page: Page, row: int, header: Header) -> int:
        """Go on with rows of indicators: with those of another project, where a line has named one."""
        if self._names_project():
            if self.draft.is_complete:
                self._next_project({key: value for key, value in self.draft.head.items() if key in UNITS})
            self.draft.head.pop("project", None)
            self.begin("indicators", page)
        return self._rows(page, row, header)

    def _names_project(self) -> bool:
        """Tell whether a line has named a project, further rows of which may follow."""
        return any(what == "project" for what, _ in self.pending)

    def _resumes(self, page: Page, row: int) -> bool:
        """Tell a row of indicators that stands below a block of another kind within their table."""
        if self.header is None or self.header[1] is not page or (self.draft.total and not self._names_project()):
            return False
        found = cells_of(page.grid, row, self.header[0])
        levels = [cell for level in self.header[0].levels for cell in found.get(level_key(level), [])]
        sections = any(self.words.section_level(cell.text) is not None for cell in levels)
        return sections and len(scored_cells(page.grid, row, self.header[0])) > 1

    def _rows(self, page: Page, row: int, header: Header) -> int:
        self.header = header, page
        blocks = project_rows(self.words, page.grid, row, header) if header.beside else []
        before = page.part(range(row, blocks[0].rows.start)) if blocks else page
        end = RowReader(before, self.draft, self.words, header, self.section).read(row)
        return self._projects(page, header, blocks) if blocks else end

    def _projects(self, page: Page, header: Header, blocks: list[ProjectRows]) -> int:
        """Read the rows of several projects, each to a form of its own; what stands above the table is said of all."""
        above = self.draft.head
        head = {key: value for key, value in above.items() if key in UNITS or not self.draft.is_complete}
        for number, block in enumerate(blocks):
            if number or self.draft.is_complete:
                self._next_project(head)
            self.draft.kinds.add("indicators")
            self.draft.tables.add(page.number)
            self._beside(page, block)
            part = page.part(block.rows)
            RowReader(part, self.draft, self.words, header, self.section, last=block.sum).read(block.rows.start)
        end = blocks[-1].rows.stop
        while end < page.grid.height and is_sum(self.words, page.grid, end, header):  # of all projects, so of none
            page.use(page.own(end))
            end += 1
        return end

    def _next_project(self, head: dict[str, Value]) -> None:
        """Begin the form of a further project in a table: what is known of the head holds for it as well."""
        before = self.draft
        self.drafts.append(before)
        self.draft = Draft(self.file, before.title, before.year, before.money, dict(head))
        self.section = []

    def _beside(self, page: Page, block: ProjectRows) -> None:
        """Read what stands beside the rows of a project: its name and unit, its funds."""
        funds: dict[str, Value] = {}
        for column, cell in block.of.items():
            value = page.value([cell], column.word)
            repeated = (one for row in block.rows for one in page.own(row) if one.column == cell.column)
            page.use(one for one in repeated if one.key == cell.key)
            if self.words.fund(column.word) == column.field:
                funds[column.word] = value
            else:
                self.draft.head.pop(column.field, None)
                self._take(column.field, value)
        if funds:
            self.draft.areas.append(funds_of_all(page, block.rows.start, funds))

    def _going_on(self, page: Page) -> Header | None:
        """Give the header of the table before, where this one goes on with its rows without one of its own."""
        grid = page.grid
        if self.header is None or grid.sheet or self.draft.total or any(what == "title" for what, _ in self.pending):
            return None
        header, before = self.header
        first = next((row for row in range(grid.height) if page.own(row)), grid.height)
        if first == grid.height or self._begins(page, first, page.own(first)):
            return None
        moved = header if grid.width == before.grid.width else header.moved(before.grid.edges, grid.edges)
        headed = any(header_at(self.words, grid, row) for row in range(first + 1, min(first + 3, grid.height)))
        if moved is None or (headed and not scored_cells(grid, first, moved)):
            return None
        self.begin("indicators", page)
        self.draft.tell("form-table-goes-on", grid.name, before=before.grid.name)
        return moved

    # ---- head, notes, goals

    def _head(self, page: Page, cells: list[Cell]) -> bool:
        """Read a row of labels and values: 项目名称 | … | 主管部门 | …"""  # noqa: D400, D415 - the row goes on
        labels = [self.words.label(cell.text) if may_be_label(cell) else None for cell in cells]
        if labels[0] is None and not self._in_pairs(cells, labels):
            return False
        for at, (cell, key) in enumerate(zip(cells, labels, strict=True)):
            if key is None:
                continue
            follows = cells[at + 1] if at + 1 < len(cells) and labels[at + 1] is None else None
            self.begin("head", page, key)
            page.use([cell])
            if follows is not None and not self._is_next_label(cell, follows):
                value = page.value([follows], cell.words)
                named = key == "other" and self.words.may_be_organisation(cell.text, value.line)
                self._take("organisation" if named else key, evolve(value, text=_SEAL.sub(" ", value.text).strip()))
        others = [cell for cell in cells if cell not in page.used]
        page.use([cell for cell in others if self.line(cell.text, f"{page.file} {page.grid.place(cell)}")])
        return True

    def _head_below(self, page: Page, cells: list[Cell]) -> bool:
        """Read labels beside each other with their values in the one row below them; more rows are a list."""
        labels = [self.words.label(cell.text) if may_be_label(cell) else None for cell in cells]
        beside = sum(bool(label and after) for label, after in pairwise(labels))
        row = cells[0].row + 1
        if beside < _FEWEST_BESIDE or row >= page.grid.height:
            return False
        below = {cell.column: cell for cell in page.own(row)}
        further = page.own(row + 1) if row + 1 < page.grid.height else []
        listed = [cell.column for cell in further] == list(below) and header_at(self.words, page.grid, row + 1) is None
        if listed or any(cell.column not in below or self.words.label(below[cell.column].text) for cell in cells):
            return False
        for cell, key in zip(cells, labels, strict=True):
            if key is not None:
                self.begin("head", page, key)
                page.use([cell])
                self._take(key, page.value([below[cell.column]], cell.words))
        return True

    def _in_pairs(self, cells: list[Cell], labels: list[str | None]) -> bool:
        """Tell a row of labels and values in turn, of which the first label is not known."""
        values = [cell for cell, label in zip(cells[1::2], labels[1::2], strict=True) if label is None]
        plain = [cell for cell in values if self.words.column(cell.text) is None and self.words.fund(cell.text) is None]
        return any(labels[2::2]) and len(cells) % 2 == 0 and len(plain) == len(cells) // 2

    @staticmethod
    def _is_next_label(label: Cell, follows: Cell) -> bool:
        """Tell that the cell of a label was left empty, and the next one is a label that is not known."""
        apart = follows.column > label.column + label.columns
        return apart and may_be_label(follows) and _LABEL_END.search(follows.key) is not None

    def _lines(self, page: Page, cells: list[Cell]) -> bool:
        """Read a row that only holds lines: a title, a year, labels with their values, a note."""
        if self.words.is_note(cells[0].text):
            page.use(cells)
            return True
        several = len(cells) > 2  # noqa: PLR2004 - a row of more cells is one of a table
        lines = [cell for cell in cells if not several or pair_in(cell) or _SIGNED_HERE.search(cell.key)]
        read = [cell for cell in lines if self.line(cell.text, f"{page.file} {page.grid.place(cell)}")]
        page.use(read)
        alone = len(cells) == 1 and (_is_remark(page.grid, cells[0]) or self.words.is_block(cells[0].text))
        if alone:
            page.use(cells)
        return len(read) == len(cells) if several else bool(read) or alone

    def _goals(self, page: Page, row: int, labels: dict[str, Cell]) -> int:
        """Read the goals that stand below their labels, as far as rows have nothing else in them."""
        self.begin("goals", page)
        cells = page.own(row)
        kinds = [self.words.goal(cell.text) if may_be_label(cell) else None for cell in cells]
        heads = [  # the first of two of a kind is the words at the side
            (cell, kind, after)
            for cell, kind, after, other in zip(cells, kinds, [*cells[1:], None], [*kinds[1:], None], strict=True)
            if kind and kind != other
        ]
        if all(after is not None and not self.words.goal(after.text) for _, _, after in heads):
            page.use([cell for cell, kind in zip(cells, kinds, strict=True) if kind])
            for head, kind, text in heads:
                self._add_goal(kind, page.value([text] if text else [], head.words))
            return row + 1
        page.use([cell for cell in cells if may_be_label(cell)])
        at = row + max(cell.rows for cell in labels.values())
        while at < page.grid.height and (cells := page.own(at)) and not self._begins(page, at, cells):
            read = [self._goal_below(page, cells, head, kind) for head, kind, _ in heads]
            if not any(read):
                break
            page.use([cell for cell in cells if _NUMBERING.fullmatch(cell.key)])
            at += 1
        return max(at, row + 1)

    def _goal_below(self, page: Page, cells: list[Cell], head: Cell, kind: str) -> bool:
        """Read what stands in a row below the label of goals, the number of a goal before its text."""
        below = [cell for cell in cells if head.column <= cell.column <= last_of(page.grid, head)]
        texts = [cell for cell in below if len(below) == 1 or not _NUMBERING.fullmatch(cell.key)]
        for cell in texts:
            self._add_goal(kind, page.value([cell], head.words))
        return bool(texts)

    def _add_goal(self, kind: str, value: Value) -> None:
        """Put a goal to those before it."""
        before = self.draft.goals.get(kind)
        self.draft.goals[kind] = evolve(before, text=f"{before.text}\n\n{value.text}") if before else value

    def _begins(self, page: Page, row: int, cells: list[Cell]) -> bool:
        """Tell whether something else begins in a row."""
        labels = [self.words.label(cell.text) for cell in cells if may_be_label(cell)]
        return (
            header_at(self.words, page.grid, row) is not None
            or any(labels[:1])
            or self.words.is_note(cells[0].text)
            or bool(goal_labels(self.words, cells))
            or bool(AreaReader(page, self.draft, self.words, self.figures).header(row))
        )

    def _goal(self, page: Page, cells: list[Cell]) -> bool:
        """Read a label of goals with its text beside it."""
        kinds = [self.words.goal(cell.text) if may_be_label(cell) else None for cell in cells]
        labels = [(at, kind) for at, kind in enumerate(kinds) if kind is not None]
        if not labels or labels[-1][0] + 1 >= len(cells) or any(_NUMBER.fullmatch(cell.words) for cell in cells):
            return False
        at, kind = labels[-1]
        self.begin("goals", page, cells[at].text)
        page.use(cells[: at + 1])
        self._add_goal(kind, page.value([cells[at + 1]], cells[at].words))
        return True

    # ---- what was not understood

    def _tell_unread(self, drafts: list[Draft]) -> None:
        """Tell each form which cells of its tables have something in them that was not understood."""
        for page in self.pages:
            mine = next((draft for draft in drafts if page.number in draft.tables), None)
            columns = page.unread(cell for cell in page.grid.cells if self._is_side(cell))
            if columns and mine is None:
                count = sum(map(len, columns))
                drafts[0].tell("form-table-unread", page.grid.name, text=short(columns[0][0]), count=count)
            for cells in columns[:_MOST_UNREAD] if mine is not None else ():
                _tell_cells(mine or drafts[0], page.grid, cells)

    def _is_side(self, cell: Cell) -> bool:
        """Tell the words at the side of a form, which only say what stands beside them."""
        return len(cell.key) <= _SIDE_WORDS and (self.words.is_block(cell.text) or self.words.says_nothing(cell.text))


def _tell_cells(draft: Draft, grid: Grid, cells: list[Cell]) -> None:
    place = grid.place(cells[0])
    if cells[0].fault:
        draft.tell(cells[0].fault, place, text=short(cells[0]))
    elif len(cells) == 1:
        draft.tell("form-cell-unread", place, text=short(cells[0]))
    else:
        last = grid.address(cells[-1]) if grid.sheet else grid.row_place(cells[-1].row)
        draft.tell("form-cells-unread", place, text=short(cells[0]), count=len(cells), last=last)


def _is_remark(grid: Grid, cell: Cell) -> bool:
    """Tell a line across a table that is a heading or goes on with its notes: 附件1, ``2.综合评价等级分为…``."""
    wide = cell.columns >= max(grid.width - 1, 1) or cell.column == 0
    numbered = re.match(r"\s*[(（]?\d{1,2}[)）.、．]", cell.text) is not None
    return compact(cell.text).startswith(("附件", "附表", "附:")) or (numbered and wide)
