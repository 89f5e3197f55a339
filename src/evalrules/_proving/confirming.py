"""What the solver found, put to the engine."""

from __future__ import annotations

from collections.abc import Sequence

from evalrules._formula.solver import Model, Term
from evalrules._laws.alone import Value
from evalrules._laws.breaches import Breach
from evalrules._laws.rules import LAWS as ON_TRIALS
from evalrules._laws.trials import Profile, Trial, attempt
from evalrules._proving.asking import Claim
from evalrules._proving.sheets import Sheet


def values_of(sheet: Sheet, model: Model) -> dict[str, Value]:
    """Give the inputs of a rule in a model."""
    return dict(model.values(sheet.inputs))


def tried(sheet: Sheet, model: Model) -> Trial:
    """Put the inputs of a model to the engine."""
    return attempt(sheet.subject, values_of(sheet, model))


def one_input(sheet: Sheet, law: str, conditions: list[Term], closer: Sequence[Term] = ()) -> Claim:
    """Claim that no single input breaks a law; whether one does, the law says as it is held against trials."""

    def confirm(model: Model) -> Breach | None:
        return ON_TRIALS[law](sheet.subject, [Profile("", (tried(sheet, model),))])

    return Claim(conditions, (sheet,), confirm, closer)
