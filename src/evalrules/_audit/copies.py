"""Texts that stand in several forms: an index of shingles, so that the work grows with the texts and not with pairs."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Any, Final
from zlib import crc32

import attrs
from attrs import field

from evalrules._edition.model import Catalogue
from evalrules._evaluation import Evaluation
from evalrules._patterns import regex
from evalrules._problems import Location, phrase
from evalrules._quantities import Text
from evalrules._submission import Entry, Submission
from evalrules._values import frozen, once_for_each

_ENDS: Final = regex(r"[。！？；;!?\n\r]++")
_NUMBERS: Final = regex(r"[0-9][0-9.,]*+")
_SIGNS: Final = regex(r"[\W_]++")
_SHINGLE: Final = 6
_SKETCH: Final = 4
"""Characters of a shingle, and how many of a text's shingles it is filed under: those with the least sums."""
_KEPT: Final = 8
"""How many texts that differ are kept under one shingle; what stands under so common a one is a phrase."""


@frozen
class Passage:
    """A sentence of a form: which form of the batch, its row or figure in words, its place, its text and that compared.

    ``verbatim`` is what is compared with the unit's own names left in: a copy may still have the other unit's.
    ``path`` is for programs; the place is None where the form has no places.
    """

    form: int
    where: str
    path: str
    location: Location | None = field(repr=False)
    text: str
    compared: str
    verbatim: str


def compared(text: str, names: Iterable[str] = ()) -> str:
    """Bring a text to what is compared: without the unit's own names, every number alike, without signs and blanks.

    >>> compared("某局2024年共完成 12.5 公里，达标率９８％。", ["某局"])
    '0年共完成0公里达标率0'
    """
    plain = unicodedata.normalize("NFKC", text)
    for name in names:
        plain = plain.replace(name, "")
    return _SIGNS.sub("", _NUMBERS.sub("0", plain))


def own_names(submission: Submission) -> tuple[str, ...]:
    """Give the names by which a form speaks of itself, the longest first: unit, project, those in charge."""
    project = submission.project
    given = (
        submission.organisation,
        project.name if project else "",
        submission.competent_department,
        submission.implementing_unit,
    )
    plain = {unicodedata.normalize("NFKC", name).strip() for name in given if name}
    return tuple(sorted((name for name in plain if len(name) > 1), key=lambda name: (-len(name), name)))


def passages(number: int, evaluation: Evaluation, length: int) -> Iterator[Passage]:
    """Give the sentences of a form that are long enough and that its edition does not print itself."""
    submission, printed = evaluation.submission, printed_text(evaluation.catalogue)
    names = own_names(submission)
    for where, path, location, text in _texts(submission):
        for sentence in _ENDS.split(text):
            if len(sentence) >= length:
                plain = compared(sentence, names)
                if len(plain) >= length and plain not in printed:
                    yield Passage(number, where, path, location, sentence.strip(), plain, compared(sentence))


_CELLS: Final = ("target", "actual")
_WORDS: Final = ("deviation_reason", "improvement", "note", "not_applicable")


def _texts(submission: Submission) -> Iterator[tuple[str, str, Location | None, str]]:
    """Give what a unit wrote in words, with where it stands."""
    if submission.goals is not None:
        for name in ("planned", "achieved"):
            text = getattr(submission.goals, name)
            if text:
                yield phrase(f"audit-goals-{name}"), f"goals.{name}", submission.location, text
    for name, figure in submission.data.items():
        if isinstance(figure.cell, Text):
            yield name, f"data.{name}", figure.location, figure.cell.text
    for entry in submission.entries:
        for name, text in _of_entry(entry):
            yield entry.where, f"{entry.path}.{name}", entry.place(name), text


def _of_entry(entry: Entry) -> Iterator[tuple[str, str]]:
    for name in _CELLS:
        cell = getattr(entry, name)
        if isinstance(cell, Text):
            yield name, cell.text
    for name in _WORDS:
        text = getattr(entry, name)
        if text:
            yield name, text
    if entry.judged is not None and entry.judged.because:
        yield "judged", entry.judged.because


@once_for_each
def printed_text(catalogue: Catalogue) -> str:
    """Give all words of an edition as they are compared: what a form repeats of them was printed, not copied."""
    return "\n".join(dict.fromkeys(compared(text) for text in _strings(catalogue, 0)))


_DEEPEST: Final = 12


def _strings(value: Any, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif depth > _DEEPEST or isinstance(value, Location | Fraction):
        return
    elif isinstance(value, Mapping):
        for name, each in value.items():
            yield from _strings(name, depth + 1)
            yield from _strings(each, depth + 1)
    elif isinstance(value, tuple | list | set | frozenset):
        for each in value:
            yield from _strings(each, depth + 1)
    elif attrs.has(type(value)):
        for part in attrs.fields(type(value)):
            yield from _strings(getattr(value, part.name, None), depth + 1)


# ---- texts that are the same but for a little ------------------------------------------------------------------------


def shingles(plain: str) -> frozenset[int]:
    """Give the sums of all runs of six characters of a text; of a shorter one that of the whole."""
    pieces = {plain[at : at + _SHINGLE] for at in range(max(1, len(plain) - _SHINGLE + 1))}
    return frozenset(crc32(piece.encode("utf-8", "surrogatepass")) for piece in pieces)


def alike(one: frozenset[int], other: frozenset[int]) -> Fraction:
    """Give the share of shingles that two texts have in common of all that either has.

    >>> alike(shingles("加强项目管理确保按期完工"), shingles("加强项目管理确保按期完工"))
    Fraction(1, 1)
    """
    return Fraction(len(one & other), len(one | other) or 1)


def clusters(found: Iterable[Passage], least: Fraction) -> list[list[Passage]]:
    """Put passages together whose texts are alike: at least ``least`` of their shingles are in common.

    A text is compared with the first of each cluster that is filed under one of its own sketch, never with all.
    """
    same: dict[str, list[Passage]] = {}
    for each in found:
        same.setdefault(each.compared, []).append(each)
    filed: dict[int, list[tuple[frozenset[int], list[Passage]]]] = {}
    word_for_word: dict[str, list[Passage]] = {}
    together: list[list[Passage]] = []
    for plain, several in same.items():
        own = shingles(plain)
        sketch = sorted(own)[:_SKETCH]
        near = (known for sum_ in sketch for known in filed.get(sum_, ()))
        cluster = next((word_for_word[each.verbatim] for each in several if each.verbatim in word_for_word), None)
        if cluster is None:
            cluster = next((cluster for other, cluster in near if alike(own, other) >= least), None)
        fresh: list[Passage] = [] if cluster is None else cluster
        fresh += several
        word_for_word.update((each.verbatim, fresh) for each in several)
        if cluster is not None:
            continue
        together.append(fresh)
        for sum_ in sketch:
            under = filed.setdefault(sum_, [])
            if len(under) < _KEPT:
                under.append((own, fresh))
    return together
