"""What a reason is made of: the sentences of editions with values and units put in, and deductions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from attrs import field

from evalrules._formula.compile.programs import Job, compile_jobs
from evalrules._formula.program import Program
from evalrules._formula.scope import PERCENT, Functions, Scope
from evalrules._formula.tree import Fault, Formula, Placeholder, Sentence
from evalrules._formula.typing import check_node, resolved
from evalrules._formula.words import Showing, shown_stored
from evalrules._problems import Location
from evalrules._score.ruleset import Compiled, Ruleset
from evalrules._submission import Pair
from evalrules._values import frozen


@frozen
class Deduction:
    """Points lost and why.

    ``points`` has the edition's places; it is above 0, except where a reviewer gave points back. ``rule`` names the
    rule by edition, method and row, ``formula`` is its text as an official writes it, ``steps`` the arithmetic with
    the values put in, ``enough`` what would have avoided this deduction.
    """

    points: Decimal
    because: str
    rule: str = ""
    formula: str = ""
    steps: tuple[str, ...] = ()
    reference: tuple[str, ...] = ()
    enough: str | None = None
    location: Location | None = field(default=None, eq=False, repr=False)

    def to_dict(self) -> dict[str, Any]:
        """Give the deduction in the shape of the result JSON."""
        return {
            "points": self.points,
            "because": str(self.because),
            "rule": str(self.rule),
            "formula": str(self.formula),
            "steps": list(map(str, self.steps)),
            "reference": list(self.reference),
            "enough": None if self.enough is None else str(self.enough),
        }


@frozen
class Rationale:
    """Why a score is what it is: the deductions, and what cost nothing but should be known (未扣, 换算, 扣完为止)."""

    deductions: tuple[Deduction, ...] = ()
    notes: tuple[str, ...] = ()


NO_REASONS = Rationale()
"""Of a row that lost nothing."""


# The sentences of editions with values and units put in: their formulas compiled once, run for each sentence.


NOTHING = "（未填）"


Reading = Callable[..., Any]
"""A compiled formula: of what it is given to its value, as compiled readings hold values."""


@frozen(eq=False)
class Asked:
    """A formula in a sentence, compiled, and how its value is shown."""

    read: Reading
    showing: Showing

    def text(self, *values: Any) -> str | None:
        """Show the value; None for a blank and for what has no value."""
        try:
            value = self.read(*values)
        except Fault:
            return None
        return None if value is None else shown_stored(value, self.showing)[0]


ReadySentence = tuple[str | Asked, ...]


@frozen(eq=False)
class Asking:
    """Where the formulas of sentences stand: their names with units, and where the values of these lie.

    With ``program`` they see what the rules of a row see.
    """

    scope: Scope
    slots: Mapping[str, int]
    functions: Functions
    program: Program | None = None
    compile_scope: Scope | None = None
    """The scope to compile in, where ``scope`` only tells other units."""

    def asked(self, placeholder: Placeholder) -> Asked:
        """Make a placeholder ready: shown as a rate where it says so, else with the formula's own unit."""
        return Asked(self.reading(placeholder.formula), self.showing(placeholder))

    def showing(self, placeholder: Placeholder) -> Showing:
        """Give how the value of a placeholder is shown."""
        if placeholder.percent:
            return Showing.of(PERCENT)
        return Showing.of(check_node(placeholder.formula.tree, self.scope, self.functions).unit)

    def reading(self, formula: Formula) -> Reading:
        """Compile a formula."""
        job = Job(resolved(formula, self.scope), self.compile_scope or self.scope, self.program)
        return compile_jobs([job], self.slots, self.functions)[0]

    def sentence(self, sentence: Sentence) -> ReadySentence:
        """Make a sentence ready."""
        return tuple(part if isinstance(part, str) else self.asked(part) for part in sentence.parts)


def filled(sentence: Sequence[str | Asked], *values: Any) -> str:
    """Put the values into a sentence; a blank, or what has no value, says so."""
    texts = (part if isinstance(part, str) else part.text(*values) for part in sentence)
    return "".join([NOTHING if text is None else text for text in texts])


def level_sentence(ruleset: Ruleset, level: Compiled, values: list[Any], points: Pair | None = None) -> str:
    """Give the sentence of a cap, or of the points where a row does not apply; empty where there is none."""
    (rule,) = level.program.rules
    sentence = rule.because
    if sentence is None:
        return ""

    def ready() -> ReadySentence:
        return Asking(level.scope, ruleset.slots, ruleset.functions, level.program).sentence(sentence)

    return filled(ruleset.once(("sentence", id(sentence)), ready), values, points, None, None, None)
