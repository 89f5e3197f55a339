"""Counts what a pattern does to a text, by matching as Python's own engine does, one step at a time.

The engine tells neither steps nor time that could be compared; this one goes through the parsed pattern with
backtracking, longest first, and counts each character that is looked at and each way that is given up.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable, Iterator
from typing import Any

_parser: Any = importlib.import_module("re._parser")
_C: Any = importlib.import_module("re._constants")
Ops = Any
"""A parsed pattern, or a part of one: a list of pairs of an operation and what it works on."""


def parsed(pattern: re.Pattern[str]) -> Ops:
    """Give the pattern as Python's parser reads it, each operation as the pattern's flags mean it."""
    return _meant(_parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE), pattern.flags)


def _meant(ops: Ops, flags: int) -> Ops:
    return [(op, what) for kind, inner in ops for op, what in [_one_meant(kind, inner, flags)]]


def _one_meant(op: Any, what: Any, flags: int) -> tuple[Any, Any]:
    """Name an operation as the engine's compiler does: which characters are words and blanks, where a line ends."""
    if op is _C.ANY:
        return (_C.ANY_ALL if flags & re.DOTALL else op), what
    if op is _C.AT:
        at = _C.AT_MULTILINE.get(what, what) if flags & re.MULTILINE else what
        return op, _C.AT_UNICODE.get(at, at) if flags & re.UNICODE else at
    if op is _C.IN:
        parts = [
            (kind, _C.CH_UNICODE[part] if kind is _C.CATEGORY and flags & re.UNICODE else part) for kind, part in what
        ]
        return (_C.IN_UNI_IGNORE if flags & re.IGNORECASE else op), parts
    if op in (_C.LITERAL, _C.NOT_LITERAL):
        return (_C.OP_UNICODE_IGNORE[op] if flags & re.IGNORECASE else op), what
    if op is _C.SUBPATTERN:
        return op, (*what[:3], _meant(what[3], flags))
    if op is _C.BRANCH:
        return op, (what[0], [_meant(branch, flags) for branch in what[1]])
    if op in (_C.ASSERT, _C.ASSERT_NOT):
        return op, (what[0], _meant(what[1], flags))
    if op is _C.ATOMIC_GROUP:
        return op, _meant(what, flags)
    return (op, what) if op is _C.GROUPREF else (op, (*what[:2], _meant(what[2], flags)))


class Steps:
    """Matches one text, and counts."""

    def __init__(self, text: str, most: int = 10**9) -> None:
        self.text = text
        self.count = 0
        self.most = most
        self.groups: dict[int, tuple[int, int]] = {}

    def step(self) -> None:
        """Count one step; so many that it is clear how it grows end the counting."""
        self.count += 1
        if self.count > self.most:
            raise OverflowError

    def ends(self, ops: Ops, at: int, index: int = 0) -> Iterator[int]:
        """Give all places where these operations can end that begin at ``at``, in the engine's order."""
        if index == len(ops):
            yield at
            return
        op, what = ops[index]
        for end in self._one(op, what, at):
            yield from self.ends(ops, end, index + 1)

    def _one(self, op: Any, what: Any, at: int) -> Iterator[int]:
        self.step()
        if op is _C.AT or op in _SINGLE:
            if self._is_at(what, at) if op is _C.AT else self._takes(op, what, at):
                yield at + (op is not _C.AT)
        elif op is _C.BRANCH:
            for branch in what[1]:
                yield from self.ends(branch, at)
        elif op is _C.SUBPATTERN:
            for end in self.ends(what[3], at):
                self.groups[what[0]] = (at, end)
                yield end
        elif op is _C.ATOMIC_GROUP:
            yield from self._first(self.ends(what, at))
        elif op in (_C.ASSERT, _C.ASSERT_NOT):
            yield from self._looked(op, what, at)
        elif op is _C.GROUPREF:
            begin, end = self.groups.get(what, (0, 0))
            if self.text.startswith(self.text[begin:end], at):
                yield at + end - begin
        else:
            low, high, repeated = what
            yield from self._repeated(op, low, high, repeated, at)

    def _looked(self, op: Any, what: Any, at: int) -> Iterator[int]:
        direction, ops = what
        begin = at if direction > 0 else at - sum(1 for _ in ops)
        found = begin >= 0 and next(self.ends(ops, begin), None) is not None
        if found == (op is _C.ASSERT):
            yield at

    def _first(self, ends: Iterator[int]) -> Iterator[int]:
        end = next(ends, None)
        if end is not None:
            yield end

    def _repeated(self, op: Any, low: int, high: Any, ops: Ops, at: int) -> Iterator[int]:
        limit = len(self.text) + 1 if high is _C.MAXREPEAT else high
        if len(ops) == 1 and ops[0][0] in _SINGLE:
            ends = self._run(op, low, limit, ops[0], at)
        elif op is _C.MIN_REPEAT:
            ends = self._lazy(low, limit, ops, at, 0)
        else:
            ends = self._greedy(low, limit, ops, at, 0)
        yield from self._first(ends) if op is _C.POSSESSIVE_REPEAT else ends

    def _run(self, op: Any, low: int, high: int, one: tuple[Any, Any], at: int) -> Iterator[int]:
        """Repeat a single character: the engine runs along the text, then gives back one at a time."""
        end = at
        if op is _C.MIN_REPEAT:
            while end - at < high:
                if end - at >= low:
                    self.step()
                    yield end
                self.step()
                if not self._takes(*one, end):
                    return
                end += 1
            yield end
            return
        while end - at < high and self._takes(*one, end):
            self.step()
            end += 1
        while end - at >= low:
            self.step()
            yield end
            end -= 1

    def _greedy(self, low: int, high: int, ops: Ops, at: int, done: int) -> Iterator[int]:
        self.step()
        if done < high:
            for end in self.ends(ops, at):
                if end > at:
                    yield from self._greedy(low, high, ops, end, done + 1)
        if done >= low:
            yield at

    def _lazy(self, low: int, high: int, ops: Ops, at: int, done: int) -> Iterator[int]:
        self.step()
        if done >= low:
            yield at
        if done < high:
            for end in self.ends(ops, at):
                if end > at:
                    yield from self._lazy(low, high, ops, end, done + 1)

    def _takes(self, op: Any, what: Any, at: int) -> bool:
        if at >= len(self.text):
            return False
        return takes(op, what, self.text[at])

    def _is_at(self, what: Any, at: int) -> bool:
        if what in (_C.AT_BEGINNING, _C.AT_BEGINNING_STRING):
            return at == 0
        if what in (_C.AT_END, _C.AT_END_STRING):
            return at >= len(self.text) - bool(what is _C.AT_END and self.text.endswith("\n"))
        if what is _C.AT_BEGINNING_LINE:
            return at == 0 or self.text[at - 1] == "\n"
        if what is _C.AT_END_LINE:
            return at == len(self.text) or self.text[at] == "\n"
        is_word = _CATEGORIES["UNI_WORD" if what in _C.AT_UNICODE.values() else "WORD"]
        word = [0 <= near < len(self.text) and is_word(self.text[near]) for near in (at - 1, at)]
        return (word[0] != word[1]) == bool(what in (_C.AT_BOUNDARY, _C.AT_UNI_BOUNDARY))


_LITERALS = (_C.LITERAL, _C.LITERAL_UNI_IGNORE)
_SETS = (_C.IN, _C.IN_UNI_IGNORE)
_SINGLE = (*_LITERALS, *_SETS, _C.NOT_LITERAL, _C.NOT_LITERAL_UNI_IGNORE, _C.ANY, _C.ANY_ALL)
"""The operations that take one character."""


def takes(op: Any, what: Any, character: str) -> bool:
    """Tell whether an operation on a single character takes this one."""
    if op in (_C.ANY, _C.ANY_ALL):
        return character != "\n" or op is _C.ANY_ALL
    alike = {character, character.lower(), character.upper()} if str(op).endswith("_IGNORE") else {character}
    if op not in _SETS:
        return (chr(what) in alike) == (op in _LITERALS)
    negated = bool(what[0][0] is _C.NEGATE)
    return any(_in(kind, part, one) for kind, part in what[negated:] for one in alike) != negated


_CATEGORIES: dict[str, Callable[[str], bool]] = {
    "UNI_DIGIT": str.isdecimal,
    "UNI_SPACE": str.isspace,
    "UNI_WORD": lambda one: one.isalnum() or one == "_",
}
_CATEGORIES |= {
    name.removeprefix("UNI_"): lambda one, takes=takes: one.isascii() and takes(one)  # type: ignore[misc]  # its own each
    for name, takes in _CATEGORIES.items()
}


def _in(kind: Any, part: Any, character: str) -> bool:
    if kind is _C.LITERAL:
        return chr(part) == character
    if kind is _C.RANGE:
        return bool(part[0] <= ord(character) <= part[1])
    name = str(part).removeprefix("CATEGORY_")
    return _CATEGORIES[name.replace("NOT_", "")](character) != ("NOT_" in name)


MOST = 100_000
"""Steps after which it is clear that they grow faster than the text."""


def longest_bound(ops: Ops) -> int:
    """Give the largest number of times that something is repeated which has a limit; beyond it steps grow evenly."""
    found = 0
    for op, what in ops:
        if op in (_C.MAX_REPEAT, _C.MIN_REPEAT, _C.POSSESSIVE_REPEAT):
            own = 0 if what[1] is _C.MAXREPEAT else what[1]
            found = max(found, own, longest_bound(what[2]))
        else:
            found = max([found, *map(longest_bound, _inside(op, what))])
    return int(found)


def steps(ops: Ops, text: str, way: str) -> int:
    """Count the steps of matching a text by ``match``, ``fullmatch`` or a search for all places."""
    counting = Steps(text, MOST)
    at, starts = 0, len(text) + 1 if way == "search" else 1
    try:
        while at < starts:
            ends = counting.ends(ops, at)
            end = next((end for end in ends if way != "fullmatch" or end == len(text)), None)
            at = at + 1 if end is None or end <= at else end
    except OverflowError:
        pass
    return counting.count


# ---- texts that are hard for a pattern -------------------------------------------------------------------------------

_CUT = "\ue000"
_TRIED = "1a甲A0._ -:：,\"'[]{}()<>=≥%年月#!\t\n" + "个零一万第不①年"


def hard_texts(ops: Ops, size: int) -> Iterator[str]:
    """Give texts that nearly match, each with one repetition, or all of them, going on for ``size`` characters.

    Each is also cut off behind a long repetition, so that what should follow is missing.
    """
    repeats = list(_repeats(ops))
    endings = ("", "\x01", " ", "1", *dict.fromkeys(_literals(ops)))[:8]
    given: set[str] = set()
    for chosen in (*repeats, None):
        for turn in range(5):
            written = "".join(_written(ops, chosen, repeats, size, turn, endings[4:]))
            cuts = [place for place, one in enumerate(written) if one == _CUT]
            for text in (written, *(written[:cut] for cut in (cuts[:1] + cuts[-1:]))):
                given.update(text.replace(_CUT, "") + ending for ending in endings)
    yield from sorted(given)


def _repeats(ops: Ops) -> Iterator[int]:
    """Name the repetitions without an end by their identity."""
    for op, what in ops:
        if op in (_C.MAX_REPEAT, _C.MIN_REPEAT, _C.POSSESSIVE_REPEAT):
            if what[1] is _C.MAXREPEAT:
                yield id(what)
            yield from _repeats(what[2])
        else:
            for inner in _inside(op, what):
                yield from _repeats(inner)


def _literals(ops: Ops) -> Iterator[str]:
    """Give the characters that the pattern names, the last ones first: most likely one of them ends a match."""
    for op, what in reversed(ops):
        if op in _LITERALS:
            yield chr(what)
        elif op in _SETS:
            yield from (chr(part) for kind, part in what if kind is _C.LITERAL)
        elif op in (_C.MAX_REPEAT, _C.MIN_REPEAT, _C.POSSESSIVE_REPEAT):
            yield from _literals(what[2])
        else:
            for inner in _inside(op, what):
                yield from _literals(inner)


def _inside(op: Any, what: Any) -> list[Ops]:
    if op is _C.SUBPATTERN:
        return [what[3]]
    if op is _C.BRANCH:
        return list(what[1])
    if op is _C.ATOMIC_GROUP:
        return [what]
    return [what[1]] if op in (_C.ASSERT, _C.ASSERT_NOT) else []


def _written(
    ops: Ops, chosen: int | None, repeats: list[int], size: int, turn: int, named: tuple[str, ...]
) -> Iterator[str]:
    for op, what in ops:
        if op in _SINGLE:
            fitting = [one for one in (*named[:2], *_TRIED) if takes(op, what, one)]
            yield chr(what) if op in _LITERALS else fitting[turn % len(fitting)] if fitting else ""
        elif op in (_C.MAX_REPEAT, _C.MIN_REPEAT, _C.POSSESSIVE_REPEAT):
            is_long = id(what) == chosen or (chosen is None and id(what) in repeats)
            inner = "".join(_written(what[2], chosen, repeats, 2 if is_long else size, turn, named))
            yield inner * (max(size // max(len(inner), 1), 1) if is_long else max(what[0], min(turn, 1)))
            if is_long:
                yield _CUT
        elif op is _C.BRANCH:
            yield from _written(what[1][turn % len(what[1])], chosen, repeats, size, turn, named)
        elif op in (_C.SUBPATTERN, _C.ATOMIC_GROUP):
            yield from _written(what[3] if op is _C.SUBPATTERN else what, chosen, repeats, size, turn, named)
