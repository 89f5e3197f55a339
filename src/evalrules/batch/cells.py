"""The cells of typed columns as whole numbers, exact or not at all: what does not fit is left to the engine."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from evalrules._values import frozen

Ints = np.ndarray[Any, np.dtype[np.int64]]
Doubles = np.ndarray[Any, np.dtype[np.float64]]
Whole = np.ndarray[Any, np.dtype[np.int64 | np.float64]]
"""Whole numbers, of at most fifteen digits where doubles hold them."""
Mask = np.ndarray[Any, np.dtype[np.bool_]]

MOST: Final = 10**15 - 1
"""No more than fifteen digits: of a double with so many, the shortest text is the only one."""
FINEST: Final = 6
"""The most decimals that numbers may have."""
_EPOCH: Final = date(1970, 1, 1).toordinal()
_FIRST_DAY, _LAST_DAY = date(1900, 1, 1).toordinal(), date(2199, 12, 31).toordinal()
"""A cell with another year is read as no day."""
_PLAIN: Final = r"^-?(0|[1-9][0-9]{0,8})(\.[0-9]{1,5})?$"
_NAME: Final = r"^[\p{Han}A-Za-z][\p{Han}A-Za-z0-9]+$"
_LONGEST, _SAMPLE = 61, 500
_FIRST_YEAR, _LAST_YEAR = 1990, 2199


@frozen(eq=False)
class Cells:
    """A column: whole numbers (0 where there is none), which cells are filled, and which can be used by columns."""

    values: Whole
    filled: Mask
    fits: Mask
    ends: tuple[int, int] | None = None
    """The least and the most of the values, where every cell is filled and fits."""


def one_chunk(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Give a column as one array of its values."""
    array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
    if isinstance(array, pa.ChunkedArray):  # without rows it has no chunk
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array


def _filled(array: pa.Array) -> Mask:
    if not array.null_count:
        return np.ones(len(array), np.bool_)
    return np.asarray(pc.is_valid(array).to_numpy(zero_copy_only=False), np.bool_)


def is_text(array: pa.Array) -> bool:
    """Tell a column of texts."""
    return bool(pa.types.is_string(array.type) or pa.types.is_large_string(array.type))


def _left_out(array: pa.Array | Doubles) -> Cells:
    """Leave every cell that is filled to the engine."""
    filled = ~np.isnan(array) if isinstance(array, np.ndarray) else _filled(array)
    return Cells(np.zeros(len(array), np.int64), filled, ~filled)


def prepared(column: pa.Array | pa.ChunkedArray) -> pa.Array | Doubles:
    """Give a column as it is read, in whole or in part: doubles as such, in which what is null is NaN."""
    array = one_chunk(column)
    if pa.types.is_floating(array.type):
        return np.asarray(array.cast(pa.float64()).to_numpy(zero_copy_only=False), np.float64)
    return array


def numbers(array: pa.Array | Doubles, scale: int, *, texts: bool) -> Cells:
    """Read numbers in units of the last of ``scale`` decimals.

    A double is read by its shortest text. Of ``texts`` those are read that are plain digits.
    """
    if isinstance(array, np.ndarray):
        return _doubles(array, scale)
    kind = array.type
    if pa.types.is_signed_integer(kind) or kind in (pa.uint8(), pa.uint16(), pa.uint32()):
        return _scaled(array.cast(pa.int64()), scale)
    if pa.types.is_decimal128(kind):
        return _decimals(array, scale)
    if texts and is_text(array):
        plain = pc.match_substring_regex(array, _PLAIN)
        read = _doubles(prepared(pc.if_else(plain, array, pa.scalar(None, kind)).cast(pa.float64())), scale)
        filled = _filled(array)
        return Cells(read.values, filled, ~filled | (read.filled & read.fits))
    return _left_out(array)


def _scaled(array: pa.Array, scale: int) -> Cells:
    filled = _filled(array)
    values = np.asarray(array.fill_null(0).to_numpy(zero_copy_only=False), np.int64)
    fits = (values <= MOST // 10**scale) & (values >= -(MOST // 10**scale))
    return Cells(np.where(fits, values, 0) * 10**scale, filled, fits)


def _doubles(given: Doubles, scale: int) -> Cells:
    """Take the nearest whole number of units; it is the one meant where dividing it gives the very same double.

    What overflows is told by numpy, unless the caller keeps it from that.
    """
    unit = 10.0**scale
    units = given * unit
    np.rint(units, out=units)
    fits = units / unit == given
    least, most = units.min(initial=0), units.max(initial=0)
    if fits.all() and least >= -MOST and most <= MOST:
        return Cells(units, fits, fits, (int(least), int(most)))
    fits &= np.abs(units) <= MOST
    filled = ~np.isnan(given)
    return Cells(np.where(fits, units, 0.0), filled, fits | ~filled)


def _decimals(array: pa.Array, scale: int) -> Cells:
    filled = _filled(array)
    words = np.frombuffer(array.buffers()[1], np.int64)[2 * array.offset : 2 * (array.offset + len(array))]
    low, high = words[::2], words[1::2]
    values, more = low, array.type.scale - scale
    fits = high == low >> 63
    if more > 18:  # noqa: PLR2004 - 10**19 is no int64
        return _left_out(array)
    if more > 0:
        values = low // 10**more
        fits &= values * 10**more == low
        fits &= np.abs(values) <= MOST
    else:
        fits &= (low <= MOST // 10**-more) & (low >= -(MOST // 10**-more))
        values = np.where(fits, low, 0) * 10**-more
    return Cells(np.where(fits & filled, values, 0), filled, fits | ~filled)


def days(array: pa.Array | Doubles) -> Cells:
    """Read days as ordinals."""
    if isinstance(array, np.ndarray) or not pa.types.is_date32(array.type):
        return _left_out(array)
    values = array.cast(pa.int32()).cast(pa.int64()).fill_null(0)
    ordinals = np.asarray(values.to_numpy(zero_copy_only=False), np.int64) + _EPOCH
    return Cells(ordinals, _filled(array), (ordinals >= _FIRST_DAY) & (ordinals <= _LAST_DAY))


def answers(array: pa.Array | Doubles) -> Cells:
    """Read 是 and 否 as 1 and 0."""
    if isinstance(array, np.ndarray) or not pa.types.is_boolean(array.type):
        return _left_out(array)
    values = np.asarray(array.fill_null(False).to_numpy(zero_copy_only=False), np.int64)
    return Cells(values, _filled(array), np.ones(len(array), np.bool_))


def choices(array: pa.Array | Doubles, known: dict[str, int], own: tuple[str, ...]) -> Cells:
    """Read choices by their numbers among all of the edition; what is none of the figure's own is left out."""
    if isinstance(array, np.ndarray) or not is_text(array):
        return _left_out(array)
    filled, found = _filled(array), pc.index_in(array, pa.array(own, array.type)).fill_null(-1)
    places = np.asarray(found.to_numpy(zero_copy_only=False), np.int64)
    codes = np.array([*(known[choice] for choice in own), -1], np.int64)
    return Cells(codes[places], filled, ~filled | (places >= 0))


# What else a row holds, which has to be such that nothing is to be told of it.


def nothing(column: pa.Array | pa.ChunkedArray) -> Mask:
    """Tell where there is nothing: no value, or no rows."""
    array = one_chunk(column)
    blank = ~_filled(array)
    if pa.types.is_list(array.type) or pa.types.is_large_list(array.type):
        empty = pc.list_value_length(array).fill_null(0)
        blank |= np.asarray(empty.to_numpy(zero_copy_only=False)) == 0
    return blank


def names(column: pa.Array | pa.ChunkedArray) -> Mask:
    """Tell where a name stands that is read as it is written."""
    array = one_chunk(column)
    if not is_text(array):
        return np.zeros(len(array), np.bool_)
    few = len(array[:_SAMPLE].unique()) * 2 < len(array[:_SAMPLE])  # units hand in several forms: each name once
    array = array.dictionary_encode() if few else array
    words = array.dictionary if few else array
    plain = pc.and_(pc.match_substring_regex(words, _NAME), pc.less_equal(pc.utf8_length(words), _LONGEST))
    plain = (plain.take(array.indices) if few else plain).fill_null(False)
    return np.asarray(plain.to_numpy(zero_copy_only=False), np.bool_)


def years(column: pa.Array | pa.ChunkedArray) -> Mask:
    """Tell where a year stands that a form may be for."""
    array = one_chunk(column)
    if not pa.types.is_integer(array.type) or array.type == pa.uint64():
        return np.zeros(len(array), np.bool_)
    good = pc.and_(pc.greater_equal(array, _FIRST_YEAR), pc.less_equal(array, _LAST_YEAR)).fill_null(False)
    return np.asarray(good.to_numpy(zero_copy_only=False), np.bool_)
