"""What the rows of a submission claim together, where a stated sum must be just that."""

from __future__ import annotations

from fractions import Fraction

from evalrules._catalogue.model import Path
from evalrules._rationale.claims import claims_sum
from evalrules._scoring.form import ScoredForm

_CONVERTED = frozenset({"rescale", "rescale_total", "move_to"})


def comparable_sum(form: ScoredForm, path: Path) -> Fraction | None:
    """Add up what the rows below ``path`` claim, where a stated sum must be just that.

    None where a row that counts claims nothing, and where the sum is not plain: bonus and penalty, a cap, points that
    are converted or moved.
    """
    below = [index for index, row in enumerate(form.rows) if row.indicator.path[: len(path)] == path]
    if any(_is_outside(form, index) for index in below) or _is_capped(form, path):
        return None
    for index in below:
        entry, state = form.filled.entries[index], form.states[index]
        if state in _CONVERTED or (state != "not_chosen" and (entry is None or entry.claimed_score is None)):
            return None
    return claims_sum(form, path)


def _is_outside(form: ScoredForm, index: int) -> bool:
    section = form.rows[index].indicator.path[:-1]
    return section in form.ruleset.bonuses or section in form.ruleset.penalties


def _is_capped(form: ScoredForm, path: Path) -> bool:
    return any(one[: len(path)] == path or path[: len(one)] == one for one in form.ruleset.caps)
