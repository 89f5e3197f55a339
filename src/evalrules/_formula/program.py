"""A rule brought to its core: names computed in order, then rules that take or give points; and putting values in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Literal

from attrs import field

from evalrules._formula.scope import PERCENT, Bounds
from evalrules._formula.tree import (
    Arithmetic,
    Binding,
    Both,
    Call,
    Choice,
    Comparing,
    Either,
    Formula,
    If,
    Name,
    Negative,
    Node,
    Not,
    Number,
    Sentence,
    children,
    names,
)
from evalrules._problems import Location
from evalrules._values import frozen

# A scoring rule brought to its core: names computed in order, then rules that take or give points.
#
# Every way of scoring is lowered to one of two forms. ``deduct`` starts from 分值 and takes points away, rule by rule,
# never below 0; ``award`` gives the points of the first row that holds. A checklist is lowered to ``deduct`` (one
# rule an item), a judgement to ``award`` (one row a tier). Every reading of a formula has a reading of a program.


POINTS, TARGET, ACTUAL, ATTAINMENT, JUDGED = "分值", "指标值", "完成值", "完成率", "评判得分"
EVIDENCE, MOST_EVIDENCE = "佐证数", 999
"""How many pieces of evidence a row lists; more than so many count as so many, that rules can be proved."""
TOTAL = "总分"
SCORE_SUFFIX, TARGET_SUFFIX, ACTUAL_SUFFIX = "_得分", "_指标值", "_完成值"
"""What a title becomes a name with: what the part of the form scored, and what its row states."""


ATTAINMENT_BINDING = Binding(
    ATTAINMENT,
    Formula(f"{ACTUAL} ÷ {TARGET}", Arithmetic("/", Name(ACTUAL, (0, 3)), Name(TARGET, (6, 9)), (0, 9))),
    PERCENT,
)


@frozen
class PointsBetween:
    """A range of points: the assessor's score (`JUDGED`) must lie in it; ``high_open`` leaves the upper edge out."""

    low: Formula
    high: Formula
    high_open: bool = False


@frozen
class Rule:
    """One deduction or one row. Without ``when`` it always holds; ``unless`` excuses a rule that holds."""

    points: Formula | PointsBetween
    label: str
    when: Formula | None = None
    unless: Formula | None = None
    because: Sentence | None = None
    location: Location | None = field(default=None, eq=False)


@frozen
class Requirement:
    """What an input must hold for the program to be run; outside it the indicator is unscored."""

    name: str
    bounds: Bounds


@frozen
class Program:
    """Everything that decides the points of one indicator.

    Inputs are the names that are neither bound here nor functions. The exact running score is kept without rounding.
    """

    form: Literal["deduct", "award"]
    rules: tuple[Rule, ...]
    bindings: tuple[Binding, ...] = ()
    requirements: tuple[Requirement, ...] = ()

    @property
    def formulas(self) -> tuple[Formula, ...]:
        """The formulas of the rules, in the order written."""
        found: list[Formula | None] = []
        for rule in self.rules:
            edges = (rule.points.low, rule.points.high) if isinstance(rule.points, PointsBetween) else (rule.points,)
            found += [rule.when, rule.unless, *edges]
        return tuple(formula for formula in found if formula is not None)

    @property
    def said(self) -> tuple[Formula, ...]:
        """The formulas in the sentences of the rules."""
        return tuple(formula for rule in self.rules if rule.because is not None for formula in rule.because.formulas)

    def reads(self, name: str) -> bool:
        """Tell whether a rule, its sentence or a requirement reads this input, itself or through a binding."""
        bound = {binding.name: names(binding.formula.tree) for binding in self.all_bindings}
        waiting = [requirement.name for requirement in self.requirements]
        waiting += [read for formula in (*self.formulas, *self.said) for read in names(formula.tree)]
        seen: set[str] = set()
        while waiting:
            read = waiting.pop()
            if read not in seen:
                seen.add(read)
                waiting += bound.get(read, ())
        return name in seen

    @property
    def all_bindings(self) -> tuple[Binding, ...]:
        """The bindings, each of which sees those before it; 完成率 = 完成值 ÷ 指标值 is added unless it is bound."""
        bound = [binding.name for binding in self.bindings]
        if ATTAINMENT in bound:
            return self.bindings
        place = max((bound.index(name) + 1 for name in (ACTUAL, TARGET) if name in bound), default=0)
        return (*self.bindings[:place], ATTAINMENT_BINDING, *self.bindings[place:])


NO_RULES = Program("award", ())
"""What a row's formulas outside its scoring (``applies``, ``value``) see: figures and 分值."""


# Putting choices and other names into a formula before it runs.
#
# A method's parameter that is a choice is known as soon as the method is called. So the branches it decides are
# decided then, and a rationale shows only the arithmetic that was really done.


Replacements = Mapping[str, Node]
_ONE, _ZERO = Number(Fraction(1)), Number(Fraction(0))
ALWAYS: Node = Comparing(_ONE, (("=", _ONE),))
NEVER: Node = Comparing(_ONE, (("=", _ZERO),))


def settle(node: Node, replacements: Replacements) -> Node | bool:
    """Put names and choices in; a condition that they decide becomes True or False, an 若 that they decide its arm.

    >>> rounding = If(Comparing(Name("不足一步"), (("=", Name("不计")),)), Name("甲"), Name("乙"))
    >>> settle(rounding, {"不足一步": Choice("不计")})
    Name(name='甲', span=(0, 0))
    """
    match node:
        case Name(name):
            return replacements.get(name, node)
        case Not(operand, span):
            inner = settle(operand, replacements)
            return not inner if isinstance(inner, bool) else Not(inner, span)
        case Both(operands) | Either(operands):
            return _combined(node, [settle(operand, replacements) for operand in operands])
        case If(condition, then, otherwise, span):
            decided = settle(condition, replacements)
            if isinstance(decided, bool):
                return settle(then if decided else otherwise, replacements)
            return If(decided, _put(then, replacements), _put(otherwise, replacements), span)
        case Comparing():
            return _compared(node, replacements)
        case _:
            return _rebuilt(node, replacements)


def settled(node: Node, replacements: Replacements) -> Node:
    """Settle a formula that has to stay one: a decided condition becomes ``1 = 1`` or ``1 = 0``."""
    return _put(node, replacements) if replacements else node


def _put(node: Node, replacements: Replacements) -> Node:
    done = settle(node, replacements)
    return done if not isinstance(done, bool) else ALWAYS if done else NEVER


def _combined(node: Both | Either, parts: list[Node | bool]) -> Node | bool:
    decisive = isinstance(node, Either)
    if any(part is decisive for part in parts):
        return decisive
    open_parts = tuple(part for part in parts if not isinstance(part, bool))
    if len(open_parts) > 1:
        return Either(open_parts, node.span) if decisive else Both(open_parts, node.span)
    return open_parts[0] if open_parts else not decisive


def _compared(node: Comparing, replacements: Replacements) -> Node | bool:
    """Decide a comparison of a chosen parameter with one of its values; any other one is only rebuilt."""
    operands = [_put(operand, replacements) for operand in (node.first, *(operand for _, operand in node.rest))]
    if any(isinstance(operand, Choice) for operand in operands):
        values = [
            operand.value if isinstance(operand, Choice) else _value(operand, replacements) for operand in operands
        ]
        if None not in values:
            pairs = zip(values, values[1:], node.rest, strict=False)
            return all((left == right) == (comparison == "=") for left, right, (comparison, _) in pairs)
    rest = tuple((comparison, operand) for (comparison, _), operand in zip(node.rest, operands[1:], strict=True))
    return Comparing(operands[0], rest, node.span)


def _value(node: Node, replacements: Replacements) -> str | None:
    """Give the value that a bare word beside a choice means; a word that was put in is a figure, not a value."""
    put_in = {found.name for found in replacements.values() if isinstance(found, Name)}
    return node.name if isinstance(node, Name) and node.name not in put_in else None


def _rebuilt(node: Node, replacements: Replacements) -> Node:
    match node:
        case Negative(operand, span):
            return Negative(_put(operand, replacements), span)
        case Arithmetic(operator, left, right, span):
            return Arithmetic(operator, _put(left, replacements), _put(right, replacements), span)
        case Call(function, arguments, span):
            return Call(function, tuple(_put(argument, replacements) for argument in arguments), span)
        case _:
            return node


# Names that are computed from each other: what one depends on, and the order in which all can be computed.


def dependencies(node: Node, formulas: Mapping[str, Node]) -> frozenset[str]:
    """Give every name that the value of a term depends on, by way of computed names too."""
    found: set[str] = set()
    waiting = list(names(node))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(names(formulas[name]) if name in formulas else ())
    return frozenset(found)


def free_names(nodes: Iterable[Node], formulas: Mapping[str, Node]) -> tuple[str, ...]:
    """Give the names that are read and not computed, in the order of first use."""
    found: dict[str, None] = {}
    waiting = list(nodes)
    for node in waiting:
        for name in names(node):
            if name not in found and name in formulas:
                waiting.append(formulas[name])
            found[name] = None
    return tuple(name for name in found if name not in formulas)


def in_reading_order(graph: Mapping[str, Iterable[str]]) -> list[str]:
    """Put every name behind those it reads, else in the order given; a name of a cycle stands where it was met.

    Without recursion: a chain may be as long as an edition is.

    >>> in_reading_order({"步数": ["超出", "每"], "超出": ["完成值"]})
    ['超出', '步数']
    """
    ordered: dict[str, None] = {}
    met: set[str] = set()
    for start in graph:
        waiting = [start]
        while waiting:
            name = waiting[-1]
            unread = [] if name in met else [read for read in graph[name] if read in graph and read not in met]
            met.add(name)
            if unread:
                waiting.extend(reversed(unread))
            else:
                ordered[waiting.pop()] = None
    return list(ordered)


def depths(trees: Mapping[str, Node]) -> dict[str, int]:
    """Give for each computed name how many levels of formulas lie below it, those of the names it reads included."""
    reads = {name: _levels(tree) for name, tree in trees.items()}
    found: dict[str, int] = {}
    for name in in_reading_order(reads):
        found[name] = max(level + found.get(read, 0) for read, level in [("", 1), *reads[name].items()])
    return found


def _levels(tree: Node) -> dict[str, int]:
    """Give the deepest level at which each name stands in a formula, counted from 1."""
    levels: dict[str, int] = {}
    waiting = [(tree, 1)]
    while waiting:
        node, level = waiting.pop()
        below = children(node)
        waiting.extend((child, level + 1) for child in below)
        name = getattr(node, "name", None)
        if name is not None:
            levels[name] = max(level, levels.get(name, 0))
    return levels
