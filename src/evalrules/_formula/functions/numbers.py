"""The functions of numbers: the greatest and least, rounding, points on a line; one row each, in every reading."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import partial, reduce
from itertools import combinations, pairwise
from typing import Any, Final

from evalrules._formula.frame import (
    INPUT_BITS,
    Captured,
    Frame,
    Pair,
    assignment,
    compared,
    constant,
    half_up,
    product,
)
from evalrules._formula.functions.row import GREATEST, LEAST, UNFIT, WHOLE, Plain, Solving, X, Y, budgeted
from evalrules._formula.intervals import distance, greatest, hull, is_point, least, point, stepped
from evalrules._formula.scope import ANY, Bounds
from evalrules._formula.tree import Arithmetic, Call, Fault, Node, Number, literal
from evalrules._numbers import rounded

_STEPS: Final = 3
"""Of a function that steps without end, so many steps are edges."""
MAX_PLACES: Final = 12


def minus(left: Node, right: Node) -> Node:
    """Give the term that is 0 where two terms are equal."""
    return left if right == Number(Fraction(0)) else Arithmetic("-", left, right)


# ---- 最大, 最小 -----------------------------------------------------------------------------------------------------


def _emit_extreme(sign: str, frame: Frame, node: Call) -> Pair:
    """Every argument is evaluated."""
    pairs = [frame.number(argument) for argument in node.arguments]
    values = [pair.value for pair in pairs if pair.value is not None]
    if len(values) == len(pairs):
        return constant((max if sign == ">" else min)(values))
    found = frame.common(*pairs)
    assert isinstance(found, Pair)
    frame.line(assignment(found, pairs[0]))
    for pair in pairs[1:]:
        frame.line(f"if {compared(pair, sign, found)}: {assignment(found, pair)}")
    return found._replace(positive=(any if sign == ">" else all)(pair.positive for pair in pairs))


def _crossings(*nodes: Node) -> Iterator[Node]:
    return (minus(left, right) for left, right in combinations(nodes, 2))


MAXIMUM: Final = Plain(
    name=GREATEST,
    english="max",
    usage="最大(a, b, …)",
    about="各数中最大的",
    habits=("最大值",),
    arguments=(X, X),
    repeating=1,
    unit="x",
    exact=max,
    second=lambda *numbers: reduce(lambda one, other: (one + other + abs(one - other)) / 2, numbers),
    emit=partial(_emit_extreme, ">"),
    ranges=lambda *parts: greatest(parts),
    inverse=lambda kept: Bounds(None, kept.high, False, kept.high_open),
    solver=lambda solving, *terms: reduce(lambda one, other: solving.terms.choose(one >= other, one, other), terms),
    edges=_crossings,
)
MINIMUM: Final = Plain(
    name=LEAST,
    english="min",
    usage="最小(a, b, …)",
    about="各数中最小的",
    habits=("最小值",),
    arguments=(X, X),
    repeating=1,
    unit="x",
    exact=min,
    second=lambda *numbers: reduce(lambda one, other: (one + other - abs(one - other)) / 2, numbers),
    emit=partial(_emit_extreme, "<"),
    ranges=lambda *parts: least(parts),
    inverse=lambda kept: Bounds(kept.low, None, kept.low_open),
    solver=lambda solving, *terms: reduce(lambda one, other: solving.terms.choose(one <= other, one, other), terms),
    edges=_crossings,
)


# ---- 绝对值 --------------------------------------------------------------------------------------------------------


def _emit_absolute(frame: Frame, node: Call) -> Pair:
    pair = frame.number(node.arguments[0])
    if pair.value is not None:
        return constant(abs(pair.value))
    n = frame.kept(pair.n)
    frame.line(f"if {n} < 0: {n} = -{n}")
    return pair._replace(n=n)


ABSOLUTE: Final = Plain(
    name="绝对值",
    english="abs",
    usage="绝对值(x)",
    about="去掉正负号",
    habits=("取绝对值",),
    arguments=(X,),
    unit="x",
    exact=abs,
    second=lambda number: number if number > 0 else -number,
    emit=_emit_absolute,
    ranges=distance,
    solver=lambda solving, term: solving.terms.choose(term >= 0, term, -term),
    edges=lambda node: iter((node,)),
)


# ---- 上取整, 下取整, 四舍五入 ---------------------------------------------------------------------------------------


def _emit_floor(sign: str, frame: Frame, node: Call) -> Pair:
    pair = frame.number(node.arguments[0])
    if pair.d == "1":
        return pair
    return Pair(frame.kept(f"{sign}({sign}{pair.n}//({pair.d}))"), "1", pair.n_bits + 1, 1)


def _first_steps(node: Node) -> Iterator[Node]:
    return (minus(node, Number(Fraction(step))) for step in range(_STEPS))


CEILING: Final = Plain(
    name="上取整",
    english="ceil",
    usage="上取整(x)",
    about="不小于 x 的最小整数",
    habits=("ceiling", "向上取整", "roundup"),
    arguments=(X,),
    unit="x",
    exact=lambda number: Fraction(math.ceil(number)),
    second=lambda number: -(-number // 1),
    emit=partial(_emit_floor, "-"),
    ranges=lambda part: stepped(part, lambda number: Fraction(math.ceil(number))),
    solver=lambda solving, term: solving.terms.ceiling(term),
    edges=_first_steps,
)
FLOOR: Final = Plain(
    name="下取整",
    english="floor",
    usage="下取整(x)",
    about="不大于 x 的最大整数",
    habits=("int", "trunc", "取整", "向下取整", "rounddown"),
    arguments=(X,),
    unit="x",
    exact=lambda number: Fraction(math.floor(number)),
    second=lambda number: Fraction(number // 1),
    emit=partial(_emit_floor, ""),
    ranges=lambda part: stepped(part, lambda number: Fraction(math.floor(number))),
    solver=lambda solving, term: solving.terms.floor(term),
    edges=_first_steps,
)


def _places_refused(call: Call) -> str | None:
    places = literal(call.arguments[1])
    return None if places is not None and places <= MAX_PLACES else "places-wanted"


def _round(number: Fraction, places: Fraction) -> Fraction:
    return budgeted(rounded(number, int(places)))  # type: ignore[no-any-return]


def _second_round(number: Fraction, places: Fraction) -> Fraction:
    """Go half a unit away from zero, then cut off."""
    scale = Fraction(10 ** int(places))
    size = (abs(number) * scale * 2 + 1) // 2
    return (size if number > 0 else -size) / scale


def _emit_rounded(frame: Frame, node: Call) -> Pair:
    """Ties go away from zero."""
    pair, places = frame.number(node.arguments[0]), literal(node.arguments[1])
    assert places is not None
    if pair.d == "1":
        return pair
    scale = 10**places
    n = frame.kept(half_up(pair, scale))
    return frame.budgeted(Pair(n, str(scale), pair.n_bits + scale.bit_length() + 1, scale.bit_length()), node.span)


def _first_turns(node: Node, places: Node) -> Iterator[Node]:
    """Give the first numbers at which rounding turns up: half a unit above 0, and on from there by units."""
    unit = Fraction(1, 10 ** (literal(places) or 0))
    return (minus(node, Number(unit * Fraction(2 * step + 1, 2))) for step in range(_STEPS))


def _range_of_rounded(part: Bounds, places: Bounds) -> Bounds:
    if places.low is None:
        return ANY
    digits = int(places.low)
    return stepped(part, lambda number: rounded(number, digits), digits)


def _rounded_term(solving: Solving, term: Any, places: int) -> Any:
    terms, power = solving.terms, solving.terms.number(10**places)
    size = terms.choose(term >= 0, term, -term)
    found = terms.floor(size * power + terms.number(Fraction(1, 2))) / power
    return terms.choose(term >= 0, found, -found)


ROUND: Final = Plain(
    name="四舍五入",
    english="round",
    usage="四舍五入(x, 位数)",
    about="保留若干位小数，逢五远离零；位数写 0 到 12 的整数",
    arguments=(X, WHOLE),
    refused=_places_refused,
    unit="x",
    exact=_round,
    second=_second_round,
    emit=_emit_rounded,
    ranges=_range_of_rounded,
    solver=_rounded_term,
    edges=_first_turns,
)


# ---- 插值 ----------------------------------------------------------------------------------------------------------


def interpolate(x: Fraction, *anchors: Fraction) -> Fraction:
    """Give the point at ``x`` on the line through (x1, y1), (x2, y2), …, constant beyond the ends; x1 < x2 < … ."""
    xs, ys = anchors[::2], anchors[1::2]
    if any(left >= right for left, right in pairwise(xs)):
        raise Fault(UNFIT, INTERPOLATE.name)
    if x <= xs[0]:
        return ys[0]
    for x1, y1, x2, y2 in zip(xs, ys, xs[1:], ys[1:], strict=False):
        if x <= x2:
            return budgeted(y1 + (x - x1) * (y2 - y1) / (x2 - x1))  # type: ignore[no-any-return]
    return ys[-1]


def _second_interpolate(x: Fraction, *anchors: Fraction) -> Fraction:
    """Weigh the anchors on either side of ``x`` by how near they are."""
    points = list(zip(anchors[::2], anchors[1::2], strict=True))
    if [each[0] for each in points] != sorted({each[0] for each in points}):
        raise Fault(UNFIT, INTERPOLATE.name)
    below = [each for each in points if each[0] <= x][-1:] or points[:1]
    above = [each for each in points if each[0] >= x][:1] or points[-1:]
    (left, low), (right, high) = below[0], above[0]
    if left >= right:
        return low
    return (low * (right - x) + high * (x - left)) / (right - left)


def _emit_interpolated(frame: Frame, node: Call) -> Pair:
    """Written out where the anchors are known and in order."""
    pairs = [frame.number(argument) for argument in node.arguments]
    anchors = [pair.value for pair in pairs[1:] if pair.value is not None and _is_short(pair)]
    xs = anchors[::2]
    if len(anchors) < len(pairs) - 1 or any(left >= right for left, right in pairwise(xs)):
        return frame.called(node, interpolate, pairs)
    points = list(zip(xs, anchors[1::2], strict=True))
    return frame.budgeted(_segments(frame, frame.atomic_pair(pairs[0]), points), node.span)


def _is_short(pair: Pair) -> bool:
    return pair.n_bits + pair.d_bits <= 2 * INPUT_BITS


def _segments(frame: Frame, x: Pair, points: Sequence[tuple[Fraction, Fraction]]) -> Pair:
    parts = [Captured([], constant(points[0][1]))]
    for (x1, y1), (x2, y2) in pairwise(points):
        slope = (y2 - y1) / (x2 - x1)
        rise, start = product(constant(slope), x), constant(y1 - slope * x1)
        parts.append(frame.captured(partial(frame.total, rise, "+", start)))
    parts.append(Captured([], constant(points[-1][1])))
    value = frame.common(*(part.value for part in parts))
    assert isinstance(value, Pair)
    tests = [f"if {compared(x, '<=', constant(end))}:" for end, _ in points]
    for test, part in zip([tests[0], *("el" + test for test in tests[1:]), "else:"], parts, strict=True):
        frame.line(test)
        frame.assigned(value, part)
    return value


def _range_of_interpolated(subject: Bounds, *anchors: Bounds) -> Bounds:
    """Give what lies between the subject's ends, the anchors inside among it; of all of them where some are ranges."""
    numbers = [each.low for each in anchors if is_point(each) and each.low is not None]
    if len(numbers) < len(anchors):
        return hull(anchors[1::2])
    points = list(zip(numbers[::2], numbers[1::2], strict=True))
    if any(left >= right for (left, _), (right, _) in pairwise(points)):
        return ANY  # there is no value
    reached = [point(y) for x, y in points if subject.admits(x)]
    try:
        reached.append(_end_of_line(subject.low, points, numbers, is_open=subject.low_open))
        reached.append(_end_of_line(subject.high, points[::-1], numbers, is_open=subject.high_open))
    except Fault:
        return hull(anchors[1::2])
    return hull(reached)


def _end_of_line(
    x: Fraction | None, points: Sequence[tuple[Fraction, Fraction]], numbers: Sequence[Fraction], *, is_open: bool
) -> Bounds:
    """Give the point at an end of the subject; the ``points`` are in order from that end on."""
    first_x, first_y = points[0]
    if x is None:
        return point(first_y)
    y, upwards = interpolate(x, *numbers), points[-1][0] > first_x
    ahead = next((y for other, y in points if (other > x if upwards else other < x)), y)
    is_left_out = is_open and ahead != y
    return Bounds(y, y, is_left_out, is_left_out)


def _interpolated_term(solving: Solving, x: Any, *anchors: Any) -> Any:
    terms, xs, ys = solving.terms, anchors[::2], anchors[1::2]
    solving.fail(UNFIT, INTERPOLATE.name, terms.any_of(left >= right for left, right in pairwise(xs)))
    found = ys[-1]
    for place in range(len(xs) - 2, -1, -1):
        slope = (ys[place + 1] - ys[place]) / (xs[place + 1] - xs[place])
        found = terms.choose(x <= xs[place + 1], ys[place] + (x - xs[place]) * slope, found)
    return terms.choose(x <= xs[0], ys[0], found)


INTERPOLATE: Final = Plain(
    name="插值",
    english="interp",
    usage="插值(x, x1, y1, x2, y2, …)",
    about="各点之间按直线取值，两端之外取端点的值；x1、x2… 须从小到大",
    habits=("线性插值",),
    arguments=(X, X, Y, X, Y),
    repeating=2,
    unit="y",
    exact=interpolate,
    second=_second_interpolate,
    emit=_emit_interpolated,
    ranges=_range_of_interpolated,
    solver=_interpolated_term,
    edges=lambda subject, *anchors: (minus(subject, anchor) for anchor in anchors[::2]),
)
ROWS: Final = (MAXIMUM, MINIMUM, ABSOLUTE, CEILING, FLOOR, ROUND, INTERPOLATE)
