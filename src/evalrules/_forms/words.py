"""What the words of forms mean: ``form-words.yaml`` of the package, extended by those of the libraries in use."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from functools import cache, cached_property, lru_cache
from itertools import zip_longest
from pathlib import Path
from typing import Final

from attrs import field

from evalrules._documents import Mapping as Document
from evalrules._documents import Node, Problems, Sequence, as_texts, is_file, read_file
from evalrules._edition.find import Library, shipped_folder
from evalrules._form_words import FILE
from evalrules._forms.cells import compact
from evalrules._patterns import regex
from evalrules._problems import Problem
from evalrules._values import frozen

_LONGEST = 40
_LONGEST_UNIT = 3
_MONEY = regex(r"[万亿千]?元(?:$|[^\u4e00-\u9fff])")
_BRACKETS = regex(r"\([^()]*\)|\[[^\[\]]*\]|【[^】]*】")
_INSIDE = regex(r"\(([^()]+)\)")
_UNIT = regex(r"[(\[](?:单位[::])?(?P<unit>[^()\[\]]*)[)\]]")
_UNITS: Final = frozenset(
    {"元", "千元", "万元", "百万元", "亿元", "%", "人", "平方米", "㎡", "m2", "分", "个", "次", "天"}
)
_TAIL = regex(r"(?<=[\u4e00-\u9fff])[A-Z](?:[/÷][A-Z])?(?:\*100%)?$")
_CIRCLED = regex(r"(?<=[\u4e00-\u9fff)）])\s*[①-⑳](?:\s*[=＝][^\u4e00-\u9fff]*)?\s*$")
_LEADING = regex(
    r"^(?:其中[::]?|[★☆*※▲]+|[一二三四五六七八九十]+[、.]|\([一二三四五六七八九十\d]+\)|[①-⑳]|\d{1,2}(?:[、.](?!\d)|\.(?=\D)))+"
)
_POINTS = regex(
    r"[(【]?(?:权重|分值|共|占)?(?<!\d)(?P<points>\d++(?:\.\d++)?)(?P<sign>分|%)[)】]?$|[(【](?P<bare>\d+(?:\.\d+)?)[)】]$"
    r"|\([^()]*\d分[^()]*\)$"
)
_YEAR = regex(r"(?P<year>(?:19|20)\d{2})年度?|(?P<word>上一?年度?|去年|本年度?|当年)(?=.)")
_YEAR_FIELD = regex(r"\{year\s*(?P<offset>[-+−]\s*\d+)?\}\s*年?度?")
_PARTING = regex(r"[-—–/>→]+")
_TICKS: Final = "☑☒√✓✔■●"
_BOXES: Final = "□☐○"
_CHOICE = regex(r"[\u4e00-\u9fff]+")
_TICKED_BEFORE = regex(rf"[{_TICKS}]([\u4e00-\u9fff]+)")
_TICKED_BEHIND = regex(rf"(?<![\u4e00-\u9fff])([\u4e00-\u9fff]++)[{_TICKS}]")
_NUMBERING = regex(r"(?:指标|目标)?(?:\d{1,2}|[一二三四五六七八九十]{1,2})?[::.、．](?!\d)(?P<rest>.*)")
_BARE_NUMBERING = regex(r"(?:指标|目标)(?:\d{1,2}|[一二三四五六七八九十]{1,2})?")
_NUMBERED_PROJECT = regex(r"子?项目[一二三四五六七八九十\d]{1,2}(?:名称)?")
_BOTH = regex(r"[/、,()]|以?及|和|与")
_PARTS = (regex(r"[;；,，。\n]+(?!\d)"), regex("[/／]"))
_REASONS: Final = frozenset({"deviation", "deviation_reason", "improvement"})
_DASHES: Final = frozenset({"-", "--", "—", "——", "/", "\\", "－", "―", "–", "_", "无"})
_DOTS = regex(r"[.…·。⋯]+")
_CROSSES = regex(r"[×xX*]{2,}.*")


@lru_cache(2048)
def core(text: str) -> str:
    r"""Give the word that a label is about: no brackets, no numbering before it, no letter or colon behind it.

    >>> core("全年执行数\n(B)"), core("1、公务用车购置（辆）"), core("其中：本年财政拨款"), core("得分⑤=①×④")
    ('全年执行数', '公务用车购置', '本年财政拨款', '得分')
    """
    word = compact(_CIRCLED.sub("", text))
    while (shorter := _BRACKETS.sub("", word)) != word and shorter:
        word = shorter
    word = word.strip(":;,、")
    word = _LEADING.sub("", word) or word
    return _TAIL.sub("", word).strip(":")


def unit_of(text: str) -> str:
    """Give the unit that stands in brackets in a label; empty where none does.

    >>> unit_of("预算投资（万元）"), unit_of("执行率(B/A)")
    ('万元', '')
    """
    return next((found["unit"] for found in _UNIT.finditer(compact(text)) if found["unit"] in _UNITS), "")


def without_points(text: str) -> str:
    """Give the name of a section without the points behind it and the numbering before it.

    >>> without_points("产出指标（50分）"), without_points("一、投入 15分"), without_points("数量   指标")
    ('产出指标', '投入', '数量指标')
    """
    word = compact(text)
    word = _LEADING.sub("", word) or word
    return (_POINTS.sub("", word) or word).strip(":")


def ticked(text: str) -> str:
    """Give the one of several choices that is ticked; the text as it is where that cannot be told.

    >>> ticked("优□ 良☑ 中□ 差□"), ticked("☑优秀（90分及以上） □良好"), ticked("优")
    ('良', '优秀', '优')
    """
    word = _BRACKETS.sub("", compact(text))
    first = word[:1] in _TICKS or word[:1] in _BOXES
    found = (_TICKED_BEFORE if first else _TICKED_BEHIND).findall(word)
    return found[0] if len(found) == 1 and len(_CHOICE.findall(word)) > 1 else text


def relative_years(word: str, year: int | None) -> str:
    """Write the years of a label relative to the fiscal year: ``2023年决算数`` as ``{-1}决算数`` on a form of 2024.

    >>> relative_years("2023年决算数", 2024), relative_years("上年决算数", None), relative_years("本年预算数", 2024)
    ('{-1}决算数', '{-1}决算数', '{0}预算数')
    """

    def put(found: re.Match[str]) -> str:
        if found["word"]:
            return "{-1}" if found["word"][0] in "上去" else "{0}"
        return f"{{{int(found['year']) - year}}}" if year else found[0]

    return _YEAR.sub(put, word)


def yearless(text: str) -> str:
    """Give the word that a label is about without the year before it.

    >>> yearless("2024年实际在职人数"), yearless("{year-1}年决算数")
    ('实际在职人数', '决算数')
    """
    return _YEAR.sub("", core(_YEAR_FIELD.sub("本年", text)))


def label_key(text: str, year: int | None) -> str:
    """Give a label as two are compared: the word, its years relative to the fiscal year.

    >>> label_key("{year-1}年决算数", None) == label_key("2023年决算数（万元）", 2024)
    True
    """

    def put(found: re.Match[str]) -> str:
        return f"\ue000{int((found['offset'] or '0').replace(' ', '').replace('−', '-'))}\ue001"

    word = core(_YEAR_FIELD.sub(put, text))
    return relative_years(word, year).replace("\ue000", "{").replace("\ue001", "}")


@frozen
class Words:
    """The words that forms use, by what they mean; each list as `core` has it."""

    modifiers: frozenset[str]
    levels: tuple[frozenset[str], ...]
    columns: Mapping[str, str]
    funds: Mapping[str, str]
    fund_rows: frozenset[str]
    fund_total: frozenset[str]
    base: frozenset[str]
    head: Mapping[str, str]
    unit_or_organisation: frozenset[str]
    goals: Mapping[str, str]
    sections: tuple[frozenset[str], ...]
    totals: frozenset[str]
    subtotals: frozenset[str]
    notes: tuple[str, ...]
    remarks: frozenset[str]
    blocks: frozenset[str]
    titles: tuple[str, ...]
    placeholders: frozenset[str]
    grades: tuple[str, ...]
    improvements: tuple[str, ...]
    hints: Mapping[str, str]
    same: frozenset[str]
    problems: tuple[Problem, ...] = field(default=(), eq=False)
    _level_of: dict[str, str] = field(init=False, repr=False)

    @_level_of.default
    def _levels(self) -> dict[str, str]:
        return {word: str(depth) for depth, words in enumerate(self.levels) for word in words}

    def column(self, text: str) -> str | None:
        """Tell the column of the indicators' table that a header cell names: a field, or a level by its number."""
        word = core(text)
        found = self._level_of.get(word) or self._known(word, self.columns) or self._both(compact(text))
        if found == "target" and word != compact(text):
            found = self._both(compact(text)) or found  # 指标值（完成值）
        inside = self._in_brackets(text) if found == "note" else None
        return inside if inside in _REASONS else found  # 备注（未完成原因）

    def _both(self, text: str) -> str | None:
        """Tell a header cell below which target and actual stand in one cell: 年度指标值/实际完成值."""
        parts = [part for part in _BOTH.split(text) if part]
        said = [self._known(part, self.columns) for part in parts] if len(parts) == 2 else []  # noqa: PLR2004
        return "both" if said == ["target", "actual"] else None

    def both_in(self, text: str) -> tuple[str, str] | None:
        """Read target and actual out of one cell that says which is which: ``目标值：≥90%；完成值：95%``."""
        for sign in _PARTS:
            said = [self._worded(part) for part in sign.split(text.strip()) if part.strip()]
            if [meaning for meaning, _ in said] == ["target", "actual"]:
                return said[0][1], said[1][1]
        return None

    def _worded(self, text: str) -> tuple[str | None, str]:
        """Give the column that the words before a value name, and the value."""
        for end in range(min(len(text), _LONGEST_UNIT * 3), 1, -1):
            meaning = self._known(compact(text[:end]), self.columns) or self.hints.get(compact(text[:end]))
            if meaning is not None:
                return meaning, text[end:].strip(" :：\u3000")
        return None, text

    def says_same(self, text: str) -> bool:
        """Tell a word of a header that says no more than the one above it: 名称 below 三级指标, 全年 below 完成值."""
        word = core(text)
        return word in self.same or (bool(word) and self._modifies(word))

    def hinted_column(self, text: str) -> str | None:
        """Tell the column by a word in a header cell that `column` does not know: the first meaning hinted at.

        A word that is known and stands in brackets says it better: 绩效标准（指标值）.
        """
        word = core(text)
        inside = self._in_brackets(text)
        if inside is not None and not inside.isdigit():
            return inside
        meanings = [meaning for hint, meaning in self.hints.items() if hint in word]
        if meanings[:1] == ["deviation_reason"] and "improvement" in meanings:
            return "deviation"
        return next(iter(meanings), None)

    def _in_brackets(self, text: str) -> str | None:
        """Tell the column that a word in the brackets of a header cell names."""
        return next((found for one in _INSIDE.findall(compact(text)) if (found := self.column(one))), None)

    def fund(self, text: str) -> str | None:
        """Tell the column of the funds' table that a header cell names; a budget of 年初 is never that of the year."""
        word = core(text)
        found = self._known(word, self.funds)
        return "年初预算数" if found == "全年预算数" and "年初" in word else found

    def base_column(self, text: str) -> bool:
        """Tell a header cell of the base-data table."""
        word = _YEAR.sub("", core(text))
        return self._ending(word, self.base) is not None

    def fund_row(self, text: str) -> bool:
        """Tell the label of a row of funds."""
        return self._ends(core(text), self.fund_rows)

    def is_fund_total(self, text: str) -> bool:
        """Tell the label of the row of all funds."""
        return self._ends(core(text), self.fund_total)

    def label(self, text: str) -> str | None:
        """Tell what of the form's head a label asks for."""
        word = core(text)
        return "project" if _NUMBERED_PROJECT.fullmatch(word) else self._known(word, self.head)

    def may_be_organisation(self, label: str, value: str) -> bool:
        """Tell a name behind a label that more often asks for the unit of money: 单位：某局, not 单位：万元."""
        word = compact(value)
        return core(label) in self.unit_or_organisation and len(word) > _LONGEST_UNIT and not _MONEY.search(word)

    def goal(self, text: str) -> str | None:
        """Tell the label of the goals: ``planned`` or ``achieved``; several of a kind are numbered."""
        return self._known(core(text).rstrip("0123456789"), self.goals)

    def is_block(self, text: str) -> bool:
        """Tell the words at the side of a form that only say what stands beside them."""
        return self._ending(core(text), self.blocks) is not None

    def section_level(self, text: str) -> int | None:
        """Tell the level at which a section of this name stands; of 产出指标-数量指标 that of the outermost."""
        word = self.section_path(text)[0]
        return next((level for level, words in enumerate(self.sections) if word in words), None)

    def section_path(self, text: str) -> list[str]:
        """Give the sections that a cell names, without points: one, or those of each level with a sign between them.

        The slash that parts sections in a path is written wide where it belongs to a name.
        """
        word = without_points(text)
        parts = [without_points(part) for part in _PARTING.split(word)]
        levels = zip(parts, self.sections, strict=False)
        known = 1 < len(parts) <= len(self.sections) and all(part in words for part, words in levels)
        return parts if known else [word.replace("/", "／")]

    def is_total(self, text: str) -> bool:
        """Tell the label of the row of totals."""
        return self._ending(core(text), self.totals) is not None

    def is_subtotal(self, text: str) -> bool:
        """Tell the label of a row that adds up a part: 小计, 产出指标小计, 产出指标合计."""
        word = core(text)
        part = self.summed(text)
        return word in self.subtotals or (part not in ("", word) and self.section_level(part) is not None)

    @staticmethod
    def summed(text: str) -> str:
        """Give what a row adds up, of 产出指标得分小计 the section; empty where its label does not say."""
        return core(text).removesuffix("小计").removesuffix("合计").removesuffix("得分")

    def is_note(self, text: str) -> bool:
        """Tell a note below the table."""
        word = compact(text)
        found = next((note for note in self.notes if word.startswith(note)), None)
        return found is not None and (word == found or word[len(found)] in ":.、1一(" or word[len(found) :][:1] == "")

    def is_remark(self, text: str) -> bool:
        """Tell the label of a text below the indicators that is about the whole form: 其他需要说明的问题."""
        return core(text) in self.remarks

    def is_title(self, text: str) -> bool:
        """Tell the title of an evaluation form."""
        return any(word in text for word in self.titles)

    @staticmethod
    def is_dash(text: str) -> bool:
        """Tell a cell that was crossed out: it does not go on with what stands above."""
        return compact(text) in _DASHES - {"无"}

    def says_nothing(self, text: str) -> bool:
        """Tell what a template prints where something is to be filled in: dashes, dots, ``指标2:``, ``××``."""
        word = compact(text)
        if not word or self.is_dash(text) or _DOTS.fullmatch(word) or _CROSSES.fullmatch(word):
            return True
        if word in self.placeholders:
            return True
        numbered = _NUMBERING.fullmatch(word)
        return self.says_nothing(numbered["rest"]) if numbered else bool(_BARE_NUMBERING.fullmatch(word))

    def _known(self, word: str, table: Mapping[str, str]) -> str | None:
        ending = self._ending(word, table)
        return None if ending is None else table[ending]

    def _ending(self, word: str, table: Container[str]) -> str | None:
        """Give the longest ending of a word that is known, where what stands before it are modifiers."""
        endings = (start for start in range(min(len(word), _LONGEST)) if word[start:] in table)
        return next((word[start:] for start in endings if self._modifies(word[:start])), None)

    def _modifies(self, text: str) -> bool:
        return not text or any(text.startswith(word) and self._modifies(text[len(word) :]) for word in self.modifiers)

    @staticmethod
    def _ends(word: str, table: Iterable[str]) -> bool:
        return any(word.endswith(known) for known in table)

    def says_improvement(self, text: str) -> bool:
        """Tell whether a cell for reason and improvement says what is done, and not the reason alone."""
        return any(word in text for word in self.improvements)

    def grade_in(self, text: str) -> str | None:
        """Read the grade that a sentence of a report states: ``绩效为“优”``."""
        found = self._grade.search(compact(text))
        return found["grade"] if found else None

    @cached_property
    def _grade(self) -> re.Pattern[str]:
        known = "|".join(map(re.escape, self.grades))
        return re.compile(rf"(?:等级|等次|绩效|结果)(?:评定|评价)?为[“\"‘']?(?P<grade>{known})(?![\u4e00-\u9fff])")

    @cached_property
    def head_labels(self) -> re.Pattern[str]:
        """The labels of the head as they stand in a line of text, each with what follows its colon."""
        words = sorted(self.head, key=len, reverse=True)
        known = "|".join(map(re.escape, words))
        return re.compile(rf"(?P<label>{known}|{_NUMBERED_PROJECT.pattern})\s*(?:[(（][^()（）]*[)）])?\s*[:：]")


def words_of() -> Words:
    """Give the words of the package, and those that the library's folders add in files of the same name."""
    return _read(tuple(folder / FILE for folder in (*Library.standard().folders, shipped_folder())))


@cache
def _read(files: tuple[Path, ...]) -> Words:
    problems = Problems()
    found = [read_file(file, problems) for file in dict.fromkeys(files) if is_file(file)]
    said = _Said([document for document in found if document is not None], problems)
    return Words(
        modifiers=said.set_of("modifiers"),
        levels=said.ranks("levels"),
        columns=said.by_meaning("columns"),
        funds=said.by_meaning("funds"),
        fund_rows=said.set_of("fund_rows"),
        fund_total=said.set_of("fund_total"),
        base=said.set_of("base"),
        head=said.by_meaning("head"),
        unit_or_organisation=said.set_of("unit_or_organisation"),
        goals=said.by_meaning("goals"),
        sections=said.ranks("sections"),
        totals=said.set_of("totals"),
        subtotals=said.set_of("subtotals"),
        notes=said.listed("notes"),
        remarks=said.set_of("remarks"),
        blocks=said.set_of("blocks"),
        titles=said.listed("titles"),
        placeholders=said.set_of("placeholders"),
        grades=said.listed("grades"),
        improvements=said.listed("improvements"),
        hints=said.by_meaning("column_hints"),
        same=said.set_of("same_column"),
        problems=tuple(problems),
    )


@frozen
class _Said:
    """What several files say under one key, put together."""

    documents: list[Document]
    problems: Problems

    def listed(self, *keys: str) -> tuple[str, ...]:
        nodes = (_inner(document, keys) for document in self.documents)
        return tuple(compact(word) for node in nodes if node is not None for word in as_texts(node, self.problems))

    def set_of(self, key: str) -> frozenset[str]:
        return frozenset(self.listed(key))

    def by_meaning(self, key: str) -> dict[str, str]:
        inner = [_inner(document, (key,)) for document in self.documents]
        meanings = dict.fromkeys(name.text for node in inner if isinstance(node, Document) for name, _ in node.pairs)
        return {word: meaning for meaning in meanings for word in self.listed(key, meaning)}

    def ranks(self, key: str) -> tuple[frozenset[str], ...]:
        inner = [_inner(document, (key,)) for document in self.documents]
        rows = [node.items for node in inner if isinstance(node, Sequence)]
        levels = zip_longest(*rows)
        return tuple(
            frozenset(compact(word) for node in level if node is not None for word in as_texts(node, self.problems))
            for level in levels
        )


def _inner(document: Document, keys: tuple[str, ...]) -> Node | None:
    node: Node | None = document
    for key in keys:
        node = node.get(key) if isinstance(node, Document) else None
    return node
