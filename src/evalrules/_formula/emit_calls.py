"""Calls of functions as Python source. What is common in rules is written out; the rest calls its one meaning."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from itertools import pairwise
from typing import Final

from evalrules._formula import functions as known
from evalrules._formula.emit_frame import Captured, Frame
from evalrules._formula.pairs import INPUT_BITS, Pair, assignment, compared, constant, half_up, product, returned
from evalrules._formula.tree import Call, Name, Node, Number, walk

_DAY_BITS: Final = 24


def extreme(frame: Frame, node: Call) -> Pair:
    """最大, 最小: every argument is evaluated."""
    pairs = [frame.number(argument) for argument in node.arguments]
    values = [pair.value for pair in pairs if pair.value is not None]
    largest = node.function == known.MAXIMUM
    if len(values) == len(pairs):
        return constant((max if largest else min)(values))
    found = frame.common(*pairs)
    assert isinstance(found, Pair)
    frame.line(assignment(found, pairs[0]))
    for pair in pairs[1:]:
        frame.line(f"if {compared(pair, '>' if largest else '<', found)}: {assignment(found, pair)}")
    return found._replace(positive=(any if largest else all)(pair.positive for pair in pairs))


def absolute(frame: Frame, node: Call) -> Pair:
    """绝对值."""
    pair = frame.number(node.arguments[0])
    if pair.value is not None:
        return constant(abs(pair.value))
    n = frame.kept(pair.n)
    frame.line(f"if {n} < 0: {n} = -{n}")
    return pair._replace(n=n)


def floor(frame: Frame, node: Call) -> Pair:
    """下取整."""
    pair = frame.number(node.arguments[0])
    return pair if pair.d == "1" else Pair(frame.kept(f"{pair.n}//({pair.d})"), "1", pair.n_bits + 1, 1)


def ceiling(frame: Frame, node: Call) -> Pair:
    """上取整."""
    pair = frame.number(node.arguments[0])
    return pair if pair.d == "1" else Pair(frame.kept(f"-(-{pair.n}//({pair.d}))"), "1", pair.n_bits + 1, 1)


def rounded(frame: Frame, node: Call) -> Pair:
    """四舍五入: ties away from zero."""
    pair, places = frame.number(node.arguments[0]), _literal(node.arguments[1])
    if pair.d == "1":
        return pair
    scale = 10**places
    n = frame.kept(half_up(pair, scale))
    return frame.budgeted(Pair(n, str(scale), pair.n_bits + scale.bit_length() + 1, scale.bit_length()), node.span)


def date(frame: Frame, node: Call) -> str:  # noqa: ARG001 - one signature for all calls
    """日期: its ordinal."""
    year, month, day = (_literal(argument) for argument in node.arguments)
    return str(datetime.date(year, month, day).toordinal())


def days(frame: Frame, node: Call) -> Pair:
    """天数."""
    first, last = (frame.emit(argument) for argument in node.arguments)
    return Pair(f"({last} - {first})", "1", _DAY_BITS, 1)


def months(frame: Frame, node: Call) -> Pair:
    """月数."""
    first, last = (frame.emit(argument) for argument in node.arguments)
    return Pair(frame.kept(f"months({first}, {last})"), "1", _DAY_BITS, 1)


def _literal(node: Node) -> int:
    if not isinstance(node, Number):
        raise TypeError(node)
    return int(node.value)


# ---- 插值 -----------------------------------------------------------------------------------------------------------


def interpolated(frame: Frame, node: Call) -> Pair:
    """插值: written out where the anchors are known and in order."""
    pairs = [frame.number(argument) for argument in node.arguments]
    anchors = [pair.value for pair in pairs[1:] if pair.value is not None and _is_short(pair)]
    xs = anchors[::2]
    if len(anchors) < len(pairs) - 1 or any(left >= right for left, right in pairwise(xs)):
        return called(frame, node, "interpolate", pairs)
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


def called(frame: Frame, node: Call, function: str, pairs: Sequence[Pair]) -> Pair:
    """Emit a call of a function that takes and gives exact numbers."""
    arguments = ", ".join(returned(pair) for pair in pairs)
    return frame.given(f"called({frame.fault('function', '', node.span)}, {function}, {arguments})")


def plugin(frame: Frame, node: Call) -> Pair:
    """Emit a call of a function that a plug-in adds."""
    function = frame.subject.constant(frame.subject.functions[node.function])
    return called(frame, node, f"plugin({function})", [frame.number(argument) for argument in node.arguments])


# ---- tables --------------------------------------------------------------------------------------------------------


def aggregated(frame: Frame, node: Call) -> Pair:
    """合计, 计数 and the means: the values of all rows are gathered, then reckoned with."""
    table = _table(frame, node)
    rows, row = frame.kept(f"v[{frame.subject.slots[table]}]"), frame.temporary()
    frame.line(f"if {rows} is None: {frame.fail('blank', table, node.span)}")
    gathered = [frame.kept("[]") for _ in node.arguments]
    outer, frame.rows = frame.rows, {**frame.rows, table: row}
    part = frame.captured(lambda: _gathered(frame, gathered, node.arguments))
    frame.rows = outer
    frame.line(f"for {row} in {rows}:")
    frame.lines += part.lines
    if node.function == known.COUNT:
        return Pair(frame.kept(f"count({gathered[0]})"), "1", INPUT_BITS, 1)
    return frame.given(f"aggregated({frame.fault('domain', node.function, node.span)}, {', '.join(gathered)})")


def _gathered(frame: Frame, lists: Sequence[str], arguments: Sequence[Node]) -> str:
    values = [frame.emit(argument) for argument in arguments]
    for name, value in zip(lists, values, strict=True):
        frame.line(f"{name}.append({returned(value)})")
    return ""


def _table(frame: Frame, node: Call) -> str:
    variables = (frame.subject.scope[part.name] for part in walk(node) if isinstance(part, Name))
    return next(variable.table for variable in variables if variable.table is not None)


CALLS: Final[Mapping[str, Callable[[Frame, Call], Pair | str]]] = {
    known.MAXIMUM: extreme,
    known.MINIMUM: extreme,
    known.ABSOLUTE: absolute,
    known.FLOOR: floor,
    known.CEILING: ceiling,
    known.ROUND: rounded,
    known.INTERPOLATE: interpolated,
    known.DATE: date,
    known.DAYS: days,
    known.MONTHS: months,
    **dict.fromkeys(known.AGGREGATES, aggregated),
}
