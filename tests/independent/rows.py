"""One row of a form: what its rules read, what they take or give, and what a bound or a period as actual comes to."""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

from attrs import field, frozen

from independent.cells import Cell, end, in_range
from independent.editions import Document, Edition, number
from independent.formulas import COMPARE, BlankError, Names, NoValueError, Tree, Value, names_in, parts, read, value_of

Thunk = Callable[[], Value]
WordsAt = Callable[[Fraction], Mapping[str, Thunk]]
"""The words of a rule, were its actual the number."""


def rounded(amount: Fraction, places: int, mode: str) -> Fraction:
    """Round a score, which is never below 0."""
    scaled = amount * 10**places
    whole = {
        "half_up": lambda: math.floor(scaled + Fraction(1, 2)),
        "half_even": lambda: round(scaled),
        "down": lambda: math.floor(scaled),
        "up": lambda: math.ceil(scaled),
    }[mode]()
    return Fraction(whole, 10**places)


class Scope:
    """Names of a rule, each worked out when it is first read, in front of those outside."""

    def __init__(self, names: Mapping[str, Thunk], outside: Names) -> None:
        self.names, self.outside = dict(names), outside
        self.known: dict[str, Value] = {}

    def value(self, name: str) -> Value:
        """Give the value of a name."""
        if name not in self.names:
            return self.outside.value(name)
        if name not in self.known:
            self.known[name] = self.names[name]()
        return self.known[name]

    def filled(self, name: str) -> bool:
        """Tell whether a name is filled."""
        if name not in self.names:
            return self.outside.filled(name)
        try:
            self.value(name)
        except NoValueError:
            return False
        return True

    def rows(self, names: Sequence[str]) -> Sequence[Mapping[str, Value]]:
        """Give the rows of a table."""
        return self.outside.rows(names)


class NotScoredError(Exception):
    """The row has no score, and not because something is blank."""


class UnjudgedError(BlankError):
    """No judgement between two scores, those that it is given."""


class JudgedOutsideError(NotScoredError):
    """A judgement that is not between two scores, those that it is given."""


@frozen
class Rule:
    """What scores a row: a written-out scoring, with what it is to be read in."""

    edition: Edition
    keys: Document
    arguments: Mapping[str, str] = field(factory=dict)
    """The formulas that a call gives to parameters; they are read where the call stands."""
    method: Document | None = None
    ranges: Sequence[tuple[str, Document]] = ()

    @property
    def form(self) -> str:
        """Give the form of the scoring."""
        return next(form for form in ("deduct", "award", "checklist", "judged") if form in self.keys)

    @property
    def parameters(self) -> Mapping[str, Document]:
        """Give the parameters of the method."""
        found: Mapping[str, Document] = {} if self.method is None else self.method.get("parameters", {})
        return found

    def scope(self, words: Mapping[str, Thunk], data: Names) -> Scope:
        """Put the names of the rule in front of the data."""
        caller = Scope(words, data)
        inner = Scope(words, data)
        for name, declared in self.parameters.items():
            given = self.arguments.get(name)
            if declared.get("type") == "choice" and str(given or declared.get("default")) in declared["choices"]:
                inner.names[name] = chosen(str(given or declared["default"]))
            elif given is not None:
                inner.names[name] = formula(str(given), caller)
            else:
                inner.names[name] = formula(str(declared["default"]), inner)
            for choice in declared.get("choices", ()):
                inner.names.setdefault(choice, chosen(choice))
        for name, text in self.keys.get("let", {}).items():
            inner.names[name] = formula(str(text), inner)
        inner.names.setdefault("完成率", formula("完成值 ÷ 指标值", inner))
        return inner

    def trees(self) -> Iterator[Tree]:
        """Give every formula that the rules read: their own, and those of the names that they lead to."""
        waiting = list(self.own_trees())
        behind: dict[str, str] = {"完成率": "完成值 ÷ 指标值", **self.keys.get("let", {})}
        behind |= {name: keys["default"] for name, keys in self.parameters.items() if "default" in keys}
        behind |= self.arguments
        while waiting:
            tree = waiting.pop()
            yield tree
            waiting += [read(str(behind.pop(name))) for name in names_in(tree) if name in behind]

    def own_trees(self) -> Iterator[Tree]:
        """Give the formulas of the rules themselves."""
        for item in (*self.keys.get("deduct", ()), *self.keys.get("award", ())):
            points = item["points"]
            texts = [item.get("when"), item.get("unless"), *(points if isinstance(points, list) else [points])]
            yield from (read(str(text)) for text in texts if text is not None)

    def reads_actual(self) -> bool:
        """Tell whether the rules read the actual, or ask a range of it."""
        seen = {name for tree in self.trees() for name in names_in(tree)}
        return "完成值" in seen or any(name == "完成值" for name, _ in self.ranges)


def formula(text: str, names: Names) -> Thunk:
    """Give what works a formula out."""
    return lambda: value_of(read(text), names)


def chosen(value: Value) -> Thunk:
    """Give what gives a value."""
    return lambda: value


def rule_of(edition: Edition, path: tuple[str, ...], keys: Document, scoring: Any) -> Rule:
    """Read a scoring: written out, a method, or a method with parameters."""
    ranges = [(name, each) for name, found in edition.ranges_for(path, keys).items() for each in found]
    if isinstance(scoring, Mapping) and "method" not in scoring:
        return Rule(edition, scoring, ranges=ranges)
    call = {"method": scoring} if isinstance(scoring, str) else dict(scoring)
    method = edition.methods[call.pop("method")]
    ranges += list(method.get("ranges", {}).items())
    return Rule(edition, method, call, method, ranges)


@frozen
class Outcome:
    """What a row scored, and each amount it lost on the way, in order."""

    score: Fraction
    lost: tuple[Fraction, ...]


def run(rule: Rule, words: Mapping[str, Thunk], data: Names, unit: str, judged: Fraction | None) -> Outcome:
    """Score a row by a rule that takes or gives points."""
    scope = rule.scope(words, data)
    for name, declared in rule.ranges:
        inside(scope.value(name), declared, unit)
    for name, declared in rule.parameters.items():
        if {"min", "max", "above", "below", "integer"} & declared.keys():
            inside(scope.value(name), declared, str(declared.get("unit", "")))
    points: Fraction = scope.value("分值")
    if rule.form == "deduct":
        return deducted(rule, scope, points)
    return awarded(rule, scope, points, judged)


def inside(value: Value, declared: Document, unit: str) -> None:
    """Refuse a number outside its declared range; a range says nothing of days."""
    if isinstance(value, Fraction) and not in_range(value, declared, unit):
        raise NotScoredError("outside its range")


def deducted(rule: Rule, scope: Scope, points: Fraction) -> Outcome:
    """Take points away, rule by rule, as long as there are any."""
    running, taken = points, [points]
    for item in rule.keys["deduct"]:
        if "when" in item and not value_of(read(str(item["when"])), scope):
            continue
        if "unless" in item and value_of(read(str(item["unless"])), scope):
            continue
        amount = value_of(read(str(item["points"])), scope)
        if amount < 0:
            raise NotScoredError("less than nothing is taken")
        running = max(Fraction(0), running - amount)
        taken.append(rounded(running, rule.edition.places, rule.edition.mode))
    return Outcome(taken[-1], differences(taken))


def differences(taken: Sequence[Fraction]) -> tuple[Fraction, ...]:
    """Give each step between rounded values that is one."""
    return tuple(before - after for before, after in pairwise(taken) if before != after)


def awarded(rule: Rule, scope: Scope, points: Fraction, judged: Fraction | None) -> Outcome:
    """Give the points of the first row that holds."""
    for item in rule.keys["award"]:
        if "when" not in item or value_of(read(str(item["when"])), scope):
            given = item["points"]
            if isinstance(given, list):
                low, high = (value_of(read(str(edge)), scope) for edge in given)
                if judged is None:
                    raise UnjudgedError(low, high)
                if not low <= judged <= high:
                    raise JudgedOutsideError(low, high)
                amount = judged
            else:
                amount = value_of(read(str(given)), scope)
            if not 0 <= amount <= points:
                raise NotScoredError("more or less than there is")
            score = rounded(amount, rule.edition.places, rule.edition.mode)
            return Outcome(score, differences((points, score)))
    raise NotScoredError("no row holds")


# ---- a bound or a period as actual ---------------------------------------------------------------------------------


def admits(cell: Cell, value: Fraction, low: Fraction, high: Fraction) -> bool:
    """Tell whether a bound or an interval admits a value; ``low`` and ``high`` are its ends in the row's unit."""
    if cell.kind == "interval":
        return low <= value <= high
    return COMPARE[cell.sign](value, low)


def candidates(rule: Rule, words_at: WordsAt, data: Names, ends: Sequence[Fraction]) -> list[Fraction]:
    """Give values of 完成值 between and beside all places where something in a rule can change.

    The two sides of a comparison, of a step or of a corner are taken for straight lines in 完成值, which two values of
    it show; where they cross is a place.
    """
    places = set(ends)
    starts = sorted({*ends, Fraction(1, 2), Fraction(50)})

    def at(tree: Tree, actual: Fraction) -> Fraction | None:
        try:
            found = value_of(tree, rule.scope(words_at(actual), data))
        except NoValueError:
            return None
        return found if isinstance(found, Fraction) else None

    def gap(left: Tree, right: Tree, actual: Fraction) -> Fraction | None:
        first, second = at(left, actual), at(right, actual)
        return None if first is None or second is None else first - second

    for tree in (part for whole in rule.trees() for part in parts(whole)):
        for left, right in crossings(tree):
            for start in starts:
                first, second = gap(left, right, start), gap(left, right, start + 1)
                if first is not None and second is not None and first != second:
                    places.add(start - first / (second - first))
    ordered = sorted(places)
    beside = Fraction(1, 10**9)
    middles = [(left + right) / 2 for left, right in pairwise(ordered)]
    far = [ordered[-1] + 10**step for step in range(7)] + [ordered[0] - 10**step for step in range(7)]
    return [*middles, *far, *(place + shift for place in ordered for shift in (-beside, Fraction(0), beside))]


def crossings(tree: Tree) -> Iterator[tuple[Tree, Tree]]:
    """Give the pairs of formulas where something changes once they are equal."""
    if tree[0] == "compare":
        yield from pairwise((tree[1], *(operand for _, operand in tree[2])))
    elif tree[0] == "call" and tree[1] in ("最大", "最小"):
        yield from ((tree[2][0], other) for other in tree[2][1:])
    elif tree[0] == "call" and tree[1] == "插值":
        yield from ((tree[2][0], anchor) for anchor in tree[2][1::2])
    elif tree[0] == "call" and tree[1] in ("绝对值", "上取整", "下取整", "四舍五入"):
        yield from ((tree[2][0], ("number", Fraction(step, 2))) for step in range(-2, 4))


def bound_score(
    rule: Rule, words_at: WordsAt, data: Names, cell: Cell, places: Sequence[Fraction], unit: str
) -> Outcome:
    """Give full marks where every value that a bound admits earns them, in the range that the rule declares.

    ``places`` are the ends of the bound, and behind them others where something can change.
    """
    points: Fraction = words_at(Fraction(0))["分值"]()
    declared = [each for name, each in rule.ranges if name == "完成值"]
    own = [edge for each in declared for edge in range_ends(each, unit)]
    tried = 0
    for value in candidates(rule, words_at, data, [*places, *own]):
        if not admits(cell, value, *places[:2]) or not all(in_range(value, each, unit) for each in declared):
            continue
        tried += 1
        try:
            score = run(rule, words_at(value), data, unit, None).score
        except UnjudgedError:
            score = None  # an assessor decides there
        if score != points:
            raise NotScoredError("not every value that the bound admits earns full marks")
    if not tried:
        raise NotScoredError("the bound admits nothing in the declared range")
    return Outcome(points, ())


def range_ends(declared: Document, unit: str) -> Iterator[Fraction]:
    """Give the ends of a declared range."""
    yield from (end(declared[key], unit) for key in ("min", "max", "above", "below") if key in declared)


def period_score(rule: Rule, words: Mapping[str, Thunk], data: Names, cell: Cell, unit: str) -> Outcome:
    """Give what every day of a period scores alike."""
    assert cell.first is not None
    assert cell.last is not None
    days = [cell.first + datetime.timedelta(day) for day in range((cell.last - cell.first).days + 1)]
    found = [run(rule, {**words, "完成值": chosen(day)}, data, unit, None) for day in days]
    if len({outcome.score for outcome in found}) != 1:
        raise NotScoredError("the days of the period score differently")
    return found[-1]


# ---- what an assessor enters ---------------------------------------------------------------------------------------


def checked(rule: Rule, points: Fraction, answers: Mapping[str, Any]) -> Outcome:
    """Add up the items of a checklist."""
    running, taken = points, [points]
    for item, worth in rule.keys["checklist"].items():
        answer = answers.get(item)
        if answer in (None, "", "-", "—", "/"):
            raise BlankError("an item is not answered")
        said = {"是": worth, "否": 0}.get(str(answer), answer)
        given = number(said["points"] if isinstance(said, Mapping) else said)
        if not 0 <= given <= number(worth):
            raise NotScoredError("more than the item is worth")
        running -= number(worth) - given
        taken.append(rounded(running, rule.edition.places, rule.edition.mode))
    return Outcome(taken[-1], differences(taken))


def tiers(rule: Rule) -> dict[str, tuple[Fraction, Fraction]]:
    """Give the shares of the points between which each tier lies."""
    found = {}
    for tier, written in rule.keys["judged"].items():
        text = written["range"] if isinstance(written, Mapping) else written
        low, high = (Fraction(edge.strip().rstrip("%")) / 100 for edge in str(text).replace("–", "-").split("-"))
        found[tier] = (low, high)
    return found


def holds(tier: tuple[Fraction, Fraction], share: Fraction) -> bool:
    """Tell whether a share of the points lies in a tier: the upper edge belongs to the top tier alone."""
    low, high = tier
    return low <= share < high or share == high == 1


def judged(rule: Rule, points: Fraction, entry: Document, *, by_review: bool) -> Outcome:
    """Take the assessor's score inside the tier, or the claim where there is no judgement."""
    found = tiers(rule)
    judgement = entry.get("judged") or {}
    tier = judgement.get("tier")
    score = judgement.get("score")
    if not judgement and by_review:
        raise NotScoredError("only a review may judge")
    if score is None:
        score = entry.get("claimed_score")
    if score is None or (judgement and tier is None):
        raise BlankError("no judgement")
    given = number(score)
    allowed = [found[tier]] if tier is not None else list(found.values())
    if not any(holds(each, given / points) for each in allowed):
        raise NotScoredError("the judgement lies outside its tier")
    amount = rounded(given, rule.edition.places, rule.edition.mode)
    return Outcome(amount, differences((points, amount)))
