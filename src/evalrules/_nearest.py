"""The known word that a misspelt one was probably meant to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from functools import lru_cache
from itertools import chain
from typing import Final

_FEW: Final = 48
"""So many words are all compared; of more only those that share most with the misspelt one."""
_COMPARED: Final = 16
_LONG: Final = 40
"""So many characters of a word say what it shares with others."""


def nearest(word: str, known: Iterable[str], cutoff: float = 0.6, count: int = 1) -> list[str]:
    """Give the known words most like a misspelt one, the most likely first; none that is less like it than ``cutoff``.

    >>> nearest("socring", ["points", "scoring"])
    ['scoring']
    """
    words = tuple(known)
    compared = words if len(words) <= _FEW else [words[place] for place in _sharing(word, _index(words))]
    return get_close_matches(word, compared, count, cutoff)


@lru_cache(maxsize=4)
def _index(words: tuple[str, ...]) -> dict[str, list[int]]:
    """Give the places of the words by what they share; an edition is asked for thousands of words in a row, or none."""
    index: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        for part in dict.fromkeys(chain(_slips(word), _pieces(word))):
            index.setdefault(part, []).append(place)
    return index


def _sharing(word: str, index: dict[str, list[int]]) -> Iterable[int]:
    """Give some places of the index: first the words that are one slip away, then those that share what is rare."""
    slips = (index[part] for part in _slips(word) if part in index)
    pieces = sorted((index[part] for part in _pieces(word) if part in index), key=len)
    found: dict[int, None] = {}
    for place in chain.from_iterable(chain(slips, pieces)):
        found[place] = None
        if len(found) == _COMPARED:
            break
    return found


def _slips(word: str) -> Iterator[str]:
    """Give the word without one character or another: words that differ by one, or by a turn of two, share one."""
    begin = word[:_LONG]
    yield f"\0{begin}"
    yield from (f"\0{begin[:place]}{begin[place + 1 :]}" for place in range(len(begin)))


def _pieces(word: str) -> Iterator[str]:
    """Give the characters of the word, and each with the next."""
    begin = word[:_LONG]
    yield from (begin[place : place + size] for size in (1, 2) for place in range(len(begin)))
