"""Source made into functions over columns: how large their numbers can become, and what comes of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from evalrules._patterns import regex
from evalrules._values import frozen
from evalrules.batch.cells import Ints, Whole
from evalrules.batch.source import KernelSource, made

BLOCK: Final = 1 << 14
"""So many rows at once: what is computed of them stays in the processor's own memory."""
SCALE: Final = "D"
"""What source calls the number of units of one; a column is ``x0``, where it is filled ``k0``, its most ``X0``."""
_FEWEST: Final = 4
"""A block that cannot be had at once is halved, the rows with large numbers apart, down to so many rows."""
_NAMES: Final = regex(r"[a-z]\w*")
_EXACT_DOUBLES, _EXACT_WHOLE = 2**53, 2**62


class BeyondError(Exception):
    """Numbers that the columns cannot hold."""


@frozen(eq=False)
class Kernels:
    """The two functions over some columns: how large its numbers can be, and what it comes to."""

    reach: Callable[..., int]
    doubles: Callable[..., tuple[Any, ...]]
    whole: Callable[..., tuple[Any, ...]]

    def __call__(self, scale: int, values: Sequence[Whole], filled: Sequence[Any] = ()) -> tuple[Any, ...]:
        """Run over columns: in doubles where these hold every number exactly, else in whole numbers."""
        most = self.reach(scale, *(int(max(column.max(), -column.min())) for column in values))
        if most < _EXACT_DOUBLES:
            return self.doubles(scale, *(column.astype(np.float64, copy=False) for column in values), *filled)
        if most < _EXACT_WHOLE:
            return self.whole(scale, *(column.astype(np.int64, copy=False) for column in values), *filled)
        raise BeyondError


def reading(source: KernelSource, columns: int, result: str, *, masks: int = 0) -> Kernels:
    """Make the functions of what was written over so many columns, ``masks`` of which may have blanks."""
    names = [line.split(" = ", 1)[0] for line in source.most]
    most = [SCALE, *(f"X{number}" for number in range(columns))]
    reach = made("reach", most, source.most, f"max({', '.join(['0', *most, *names])})")
    parameters = [SCALE, *(f"x{number}" for number in range(columns)), *(f"k{number}" for number in range(masks))]
    ways = (floor_of_doubles, np.floor_divide)
    lines = _without_idle(source.lines, result)
    doubles, whole = (made("score", parameters, lines, result, np=np, floor=floor) for floor in ways)
    return Kernels(reach, doubles, whole)


def _without_idle(lines: Sequence[str], result: str) -> list[str]:
    """Leave out lines of which nothing comes, and let go of each column after its last use: few fit into the cache."""
    wanted, found = set(_NAMES.findall(result)), list[str]()
    names = {line.split(" = ", 1)[0] for line in lines}
    for line in reversed(lines):
        name, text = line.split(" = ", 1)
        if name in wanted:
            last = names.intersection(_NAMES.findall(text)) - wanted
            wanted |= last
            found += [f"del {', '.join(sorted(last))}", line] if last else [line]
    return found[::-1]


def floor_of_doubles(over: Any, under: Any) -> Any:
    """Divide and round down; right where both together stay below 2⁵³.

    A quotient that is no whole number is then further from the next one than half a unit in its last place.
    """
    return np.floor(over / under)


def in_parts(score: Callable[[Ints | slice], None], rows: Ints | slice, values: Sequence[Whole]) -> None:
    """Score some rows; where the numbers are too large for all of them, those with the larger ones apart."""
    try:
        score(rows)
    except BeyondError:
        size = np.max(np.abs(np.stack([column[rows] for column in values])), axis=0)
        if len(size) > _FEWEST:
            for half in np.array_split(np.r_[rows][np.argsort(size, kind="stable")], 2):
                in_parts(score, half, values)
