"""The lines that show how points came about: ``超出 = 103.2% − 100% = 3.2%``, ``0.5 × 3 = 1.5``.

The lines of a program are made ready once, with places for the values; a run fills in what it came to. Values are held
as the compiled readings hold them: a pair, a day's ordinal, a bool, a text; None is a blank.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from evalrules._formula.compile.programs import Compute, compile_formula
from evalrules._formula.functions import BY_NAME
from evalrules._formula.functions.row import Plain
from evalrules._formula.program import PointsBetween, Program
from evalrules._formula.scope import PERCENT, Kind, Scope, Unit, Variable
from evalrules._formula.tree import Call, Choice, Fault, Formula, Name, Node, Number, names, walk
from evalrules._formula.words import Showing, as_shown, formula_words, same_stored, shown_pair, shown_stored
from evalrules._values import frozen

Value = Any
_PLACE = "\0"


@frozen(eq=False)
class Word:
    """A name in a line, the place of the binding that it stands for (None for what was given), and how it is shown."""

    name: str
    place: int | None
    showing: Showing
    fixed: Value = None
    """The value of a binding that is a number as written."""


Shown = tuple[str, bool] | None
"""A value as it is shown, and whether that is the whole value; None where it was not read or is blank."""


class Known(dict[Word, Shown], ABC):
    """What one run knows: the bindings that it computed, by place, and what it was given, by name.

    By words it has their values as they are shown, each made when it is first asked for.
    """

    __slots__ = ("computed",)

    def __init__(self, computed: Mapping[int, Value]) -> None:
        super().__init__()
        self.computed = computed

    @abstractmethod
    def given(self, name: str) -> Value:
        """Give an input; None for a blank, and for what is not shown, as a table."""

    def __missing__(self, word: Word) -> Shown:
        value, showing = self.value(word), word.showing
        if value.__class__ is tuple:
            shown: Shown = shown_pair(value[0], value[1], showing)
        else:
            shown = None if value is None else shown_stored(value, showing)
        self[word] = shown
        return shown

    def value(self, word: Word) -> Value:
        """Give the value of a word; None where it was not read or is blank."""
        if word.place is None:
            return self.given(word.name)
        return word.fixed if word.fixed is not None else self.computed.get(word.place)


@frozen(eq=False, slots=False)
class Line:
    """One line: what stands before it, its formula with places for values, and the words that fill them.

    ``result`` is the binding that it computes, None for the points; ``kinds`` are the kinds of the words.
    """

    before: str
    tree: Node
    template: str
    words: tuple[Word, ...]
    result: Word | None
    kinds: tuple[Kind, ...]

    def of_binding(self, known: Known) -> str:
        """Write the line of a binding that was computed."""
        assert self.result is not None
        result = known[self.result]
        assert result is not None
        return self._text(known, known.value(self.result), result)

    def of_points(self, known: Known, amount: tuple[int, int]) -> str:
        """Write the line of the points that a rule came to."""
        return self._text(known, amount, shown_pair(*amount, _POINTS))

    def _text(self, known: Known, value: Value, result: tuple[str, bool]) -> str:
        """Write the line; ``≈`` where the values as shown do not give the result as shown."""
        texts, whole = [], True
        for word in self.words:
            shown = known[word]
            if shown is None or shown[0][0] == "−":
                return self._carefully(known, result)
            texts.append(shown[0])
            whole = whole and shown[1]
        exact = result[1] and (whole or self._gives(known, value))
        return f"{self.before}{self.template % tuple(texts)} {'=' if exact else '≈'} {result[0]}"

    def _carefully(self, known: Known, result: tuple[str, bool]) -> str:
        """Write a line in which a value is below 0 and may need brackets, or some name has no value."""
        found = ((word.name, known[word]) for word in self.words)
        shown = {name: one for name, one in found if one is not None}
        written = formula_words(self.tree, {name: text for name, (text, _) in shown.items()})
        whole = result[1] and all(is_whole for _, is_whole in shown.values())
        return f"{self.before}{written} {'=' if whole else '≈'} {result[0]}"

    def _gives(self, known: Known, value: Value) -> bool:
        """Tell whether the formula comes to this value when its words have the values that are shown."""
        if self._compute is None:
            return False
        try:
            found = self._compute([as_shown(known.value(word), word.showing) for word in self.words])
        except Fault:
            return False
        return same_stored(found, value)

    @cached_property
    def _compute(self) -> Compute | None:
        """The formula over the values of its words; None where it calls what reads more than its words."""
        calls = (part.function for part in walk(self.tree) if isinstance(part, Call))
        if not all(isinstance(BY_NAME.get(function), Plain) for function in calls):
            return None
        scope = {word.name: Variable(word.name, kind) for word, kind in zip(self.words, self.kinds, strict=True)}
        slots = {word.name: place for place, word in enumerate(self.words)}
        return compile_formula(Formula("", self.tree), scope, slots)


_POINTS = Showing()


@frozen(eq=False)
class RuleLines:
    """The lines of one rule: one for each binding that its points or condition can read, then one for its points."""

    bindings: tuple[tuple[int, Line | None], ...]
    """By their places; a binding that computes nothing has no line."""
    reads: Mapping[int | None, tuple[int, ...]]
    """The bindings that the rule itself (None), and each of them, reads."""
    points: Line | None

    def texts(self, known: Known, amount: tuple[int, int]) -> tuple[str, ...]:
        """Write the lines of a run in which the rule came to ``amount``."""
        computed, texts = known.computed, []
        for place, line in self.bindings:
            if place not in computed:
                return self._of_reached(known, amount)
            if line is not None:
                texts.append(line.of_binding(known))
        return (*texts, *self._of_points(known, amount))

    def _of_reached(self, known: Known, amount: tuple[int, int]) -> tuple[str, ...]:
        """Write the lines of a run that did not need every binding that the rule can read."""
        read = self._reached(known)
        texts = (line.of_binding(known) for place, line in self.bindings if line is not None and place in read)
        return (*texts, *self._of_points(known, amount))

    def _of_points(self, known: Known, amount: tuple[int, int]) -> tuple[str, ...]:
        return () if self.points is None else (self.points.of_points(known, amount),)

    def _reached(self, known: Known) -> set[int]:
        """Find the bindings that were read, by the rule itself or by one another."""
        found: set[int] = set()
        waiting = list(self.reads[None])
        while waiting:
            place = waiting.pop()
            if place in known.computed and place not in found:
                found.add(place)
                waiting += self.reads[place]
        return found


class StepLines:
    """The lines of a program whose names have this scope, made ready when they are first asked for."""

    def __init__(self, program: Program, scope: Scope) -> None:
        self.program = program
        self.bindings = program.all_bindings
        self.scope = scope
        self._places: dict[str, list[int]] = {}
        for place, binding in enumerate(self.bindings):
            self._places.setdefault(binding.name, []).insert(0, place)
        self._words: dict[tuple[str, int | None, Showing], Word] = {}
        self._rules: dict[int, RuleLines] = {}

    def place(self, name: str, limit: int | None = None) -> int | None:
        """Find the last of the first ``limit`` bindings, of all if none is said, that has this name."""
        places = self._places.get(name)
        if places is None or limit is None:
            return None if places is None else places[0]
        return next((place for place in places if place < limit), None)

    def of_rule(self, number: int) -> RuleLines:
        """Give the lines of a rule."""
        if number not in self._rules:
            self._rules[number] = self._made(number)
        return self._rules[number]

    def word(self, name: str, showing: Showing) -> Word:
        """Give the word for a name as the rules read it."""
        return self._word(name, self.place(name), showing)

    # ---- made ready ----

    def _made(self, number: int) -> RuleLines:
        rule = self.program.rules[number]
        if isinstance(rule.points, PointsBetween):
            return RuleLines((), {None: ()}, None)
        reads = dict[int | None, tuple[int, ...]]({None: self._read_by(len(self.bindings), rule.when, rule.points)})
        waiting = list(reads[None])
        for place in waiting:
            if place not in reads:
                reads[place] = self._read_by(place, self.bindings[place].formula)
                waiting += reads[place]
        computed = (place for place in reads if place is not None and not self._is_number(place))
        bindings = tuple((place, self._of_binding(place)) for place in sorted(computed))
        return RuleLines(bindings, reads, self._line("", rule.points, None, len(self.bindings)))

    def _read_by(self, limit: int, *formulas: Formula | None) -> tuple[int, ...]:
        read = (name for formula in formulas if formula is not None for name in names(formula.tree))
        places = (self.place(name, limit) for name in read)
        return tuple(dict.fromkeys(place for place in places if place is not None))

    def _is_number(self, place: int) -> bool:
        return isinstance(self.bindings[place].formula.tree, Number)

    def _of_binding(self, place: int) -> Line | None:
        binding = self.bindings[place]
        result = self._word(binding.name, place, Showing.of(self._unit(binding.name, binding.unit)))
        return self._line(f"{binding.name} = ", binding.formula, result, place)

    def _line(self, before: str, formula: Formula, result: Word | None, limit: int) -> Line | None:
        """Make a line ready, where anything is computed at all."""
        if isinstance(formula.tree, Number | Name | Choice):
            return None
        read = _InOrder()
        template = formula_words(formula.tree, read).replace("%", "%%").replace(_PLACE, "%s")
        words = tuple(
            self._word(name, self.place(name, limit), Showing.of(self._unit(name, None))) for name in read.order
        )
        kinds = tuple(self.scope[name].kind if name in self.scope else "number" for name in read.order)
        return Line(before, formula.tree, template, words, result, kinds)

    def _word(self, name: str, place: int | None, showing: Showing) -> Word:
        """Give the word for a name; the same one each time, so that its text is remembered for a run."""
        key = name, place, showing
        if key not in self._words:
            tree = None if place is None else self.bindings[place].formula.tree
            fixed = (tree.value.numerator, tree.value.denominator) if isinstance(tree, Number) else None
            self._words[key] = Word(name, place, showing, fixed)
        return self._words[key]

    def _unit(self, name: str, own: Unit | None) -> Unit | None:
        """Give the unit to show in a line: rates keep their %, other units would only be in the way."""
        variable = self.scope.get(name)
        unit = own if own is not None or variable is None else variable.unit
        if unit is not None and unit.percent:
            return unit
        place = self.place(name)
        literal = None if place is None else self.bindings[place].formula.tree
        return PERCENT if isinstance(literal, Number) and literal.percent else None


class _InOrder(dict[str, str]):
    """Stands a place for each name that is written, and keeps the names in that order."""

    def __init__(self) -> None:
        super().__init__()
        self.order: list[str] = []

    def get(self, name: str, default: Any = None) -> Any:  # noqa: ARG002 - the signature of a mapping
        self.order.append(name)
        return _PLACE
