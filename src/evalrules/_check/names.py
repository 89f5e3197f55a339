"""Names and titles: none taken twice, none that looks like another, none that the language uses itself."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator

from evalrules._check.edition import Edition, shown
from evalrules._edition.forms import TIER
from evalrules._edition.model import Scoring
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
