"""Names and titles: none taken twice, looking like another or used by the language; what the form on paper names."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator

from evalrules._check.edition import Edition, shown
from evalrules._documents import closest
from evalrules._edition.forms import TIER
from evalrules._edition.model import Catalogue, Scoring
from evalrules._edition.paper import Block, FiguresBlock, GridBlock, PaperTable, RowBlock, TableBlock
from evalrules._edition.scopes import CLAIMED, SCORE
from evalrules._formula.functions import BUILTINS
from evalrules._formula.program import (
    ACTUAL,
    ACTUAL_SUFFIX,
    ATTAINMENT,
    EVIDENCE,
    JUDGED,
    POINTS,
    SCORE_SUFFIX,
    TARGET,
    TARGET_SUFFIX,
    TOTAL,
)
from evalrules._problems import Location, Problem, problem

ROW_WORDS = frozenset({POINTS, TARGET, ACTUAL, ATTAINMENT, JUDGED, EVIDENCE, TIER, TOTAL, SCORE, CLAIMED})
_FUNCTIONS = frozenset(spelling for builtin in BUILTINS for spelling in (builtin.name, builtin.english) if spelling)
_SUFFIXES = (SCORE_SUFFIX, TARGET_SUFFIX, ACTUAL_SUFFIX)
# Each group is read as its first character: letters of other scripts, and Chinese characters that differ by a stroke.
_ALIKE = (
    "aаα", "bЬ", "cсϲ", "eеε", "hһ", "i1lіІӏ|", "kкκ", "mмΜ", "nпη", "o0оοО〇", "pрρ", "sѕ", "tт", "uυ",
    "vν", "xхχ", "yуγ", "已己巳", "未末", "土士", "日曰", "戊戌戍", "人入", "干千", "一ー丨", "口ロ囗", "力カ",
    "夕タ", "工エ", "二ニ", "八ハ", "卜ト",
)  # fmt: skip
_SKELETON = str.maketrans({other: group[0] for group in _ALIKE for other in group[1:]})

Named = tuple[str, Location | None]


def data_names(edition: Edition) -> Iterator[Problem]:
    """A figure has no name that the language uses itself, and none with an ending that titles get.

    The scores of results are a column like any other, where no title is that of their table.
    """
    catalogue = edition.catalogue
    titles = {part.title for part in catalogue.walk()}
    made = {table.name for table in catalogue.tables.values() if table.results is not None} - titles
    for name, location in _data(edition):
        if catalogue.columns.get(name) not in made:
            yield from _own_words(name, location)


def names_of_rules(edition: Edition) -> Iterator[Problem]:
    """A parameter or a ``let`` has a name of its own: no word of the row, no figure."""
    figures = edition.catalogue.data
    for name, location in _bound(edition):
        yield from _own_words(name, location)
        if name in figures:
            yield problem("name-taken-by-figure", location, name=name)


def names_look_alike(edition: Edition) -> Iterator[Problem]:
    """No two names look alike: what an editor cannot tell apart by eye, nobody can review."""
    known: dict[str, str] = {}
    for name, location in _data(edition):
        other = known.setdefault(skeleton(name), name)
        if other != name:
            yield problem("names-look-alike", location, name=name, other=other, codes=_difference(name, other))


def titles_are_unique(edition: Edition) -> Iterator[Problem]:
    """A path names one section or indicator."""
    found: defaultdict[tuple[str, ...], int] = defaultdict(int)
    for part in edition.parts:
        found[part.path] += 1
        if found[part.path] == 2:  # noqa: PLR2004 - told once, at the second
            yield problem("title-twice", part.location, title=part.title, section=shown(part.path[:-1]) or None)


def skeleton(name: str) -> str:
    """Reduce a name to what the eye sees of it: two names with one skeleton look alike.

    >>> skeleton("期未数") == skeleton("期末数")
    True
    """
    return unicodedata.normalize("NFKC", name).casefold().translate(_SKELETON)


def _own_words(name: str, location: Location | None) -> Iterator[Problem]:
    if name in ROW_WORDS:
        yield problem("name-of-language", location, name=name)
    elif name in _FUNCTIONS:
        yield problem("name-of-function", location, name=name)
    else:
        suffix = next((ending for ending in _SUFFIXES if name.endswith(ending)), None)
        if suffix is not None:
            yield problem("name-with-ending", location, name=name, suffix=suffix)


def _data(edition: Edition) -> Iterator[Named]:
    catalogue = edition.catalogue
    yield from ((figure.name, figure.location) for figure in catalogue.data.values())
    yield from ((grid.name, grid.location) for grid in catalogue.grids.values())
    for table in catalogue.tables.values():
        yield table.name, table.location
        yield from ((f"{table.name}_{column.name}", column.location) for column in table.columns)


def _bound(edition: Edition) -> Iterator[Named]:
    for method in edition.methods:
        yield from ((parameter.name, parameter.location) for parameter in method.parameters)
    for scoring in written_scorings(edition):
        yield from ((let.name, let.formula.location or scoring.location) for let in scoring.let)


def written_scorings(edition: Edition) -> Iterable[Scoring]:
    """Give every scoring that this edition writes out: of its methods, indicators and defaults."""
    yield from (method.scoring for method in edition.methods)
    yield from (scored.scoring for scored in edition.scored if isinstance(scored.scoring, Scoring))


def _difference(name: str, other: str) -> str:
    pairs = zip(name, other, strict=False)
    first, second = next(((one, two) for one, two in pairs if one != two), (name[-1], other[-1]))
    return f"{first} (U+{ord(first):04X}) / {second} (U+{ord(second):04X})"


def form_names_exist(edition: Edition) -> Iterator[Problem]:
    """What a block of the form names is a figure, grid, table, row, column or indicator of the edition."""
    catalogue = edition.catalogue
    for block in catalogue.paper.blocks if catalogue.paper else ():
        for kind, name, known in _named(block, catalogue):
            if name not in known:
                suggestion = closest(name, known)
                yield problem(f"form-{kind}-unknown", block.location, name=name, suggestion=suggestion)


def form_words_mean_one_thing(edition: Edition) -> Iterator[Problem]:
    """A word stands for one figure within its table, and a figure stands in one place of the form."""
    form = edition.catalogue.paper
    placed: dict[str, Location | None] = {}
    for table in form.tables if form else ():
        words: dict[str, str] = {}
        for name, word, location in _words(table):
            other = words.setdefault(word, name)
            if other != name:
                yield problem("form-word-twice", location, word=word, first=other, second=name)
        for name, location in _placed(table):
            if name in placed:
                yield problem("form-figure-twice", location, name=name)
            placed[name] = location


def _named(block: Block, catalogue: Catalogue) -> Iterator[tuple[str, str, Iterable[str]]]:
    """Give what a block names: the kind of thing, its name, and the names that there are."""
    single = [name for name, figure in catalogue.data.items() if figure.grid is None]
    match block:
        case FiguresBlock():
            yield from (("figure", name, single) for name, _ in block.labels)
        case RowBlock():
            yield from (("figure", name, catalogue.data) for name, _ in block.cells)
            titles = [indicator.title for indicator in catalogue.indicators]
            yield from [("indicator", block.indicator, titles)] if block.indicator else ()
        case GridBlock():
            grid = catalogue.grids.get(block.grid)
            yield "grid", block.grid, catalogue.grids
            yield from (("column", name, grid.columns) for name, _ in block.columns if grid)
            yield from (("row", name, grid.rows) for name, _ in block.rows if grid)
        case TableBlock():
            table = catalogue.tables.get(block.table)
            yield "table", block.table, catalogue.tables
            yield from (("column", name, [one.name for one in table.columns]) for name, _ in block.columns if table)
            rows = [row for grid in catalogue.grids.values() for row in grid.rows]
            yield from [("row", block.after, rows)] if block.after else ()


def _words(table: PaperTable) -> Iterator[tuple[str, str, Location | None]]:
    """Give the words of single figures in a table: those of rows and columns only hold with each other."""
    for block in table.blocks:
        if isinstance(block, FiguresBlock) and block.kind != "prose":
            yield from ((name, word, block.location) for name, words in block.labels for word in words)


def _placed(table: PaperTable) -> Iterator[tuple[str, Location | None]]:
    """Give the figures, grids and tables that stand in a table."""
    for block in table.blocks:
        match block:
            case FiguresBlock():
                yield from ((name, block.location) for name, _ in block.labels)
            case RowBlock():
                yield from ((name, block.location) for name, _ in block.cells)
            case GridBlock():
                yield block.grid, block.location
            case TableBlock():
                yield block.table, block.location
