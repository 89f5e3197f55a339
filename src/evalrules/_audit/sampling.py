"""A draw of forms for a second look: anyone who has the forms and the seed draws the same."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from math import ceil
from numbers import Number, Real
from typing import Final

from evalrules._callers import each_of, hold
from evalrules._evaluation import Evaluation
from evalrules._problems import Finding, Severity
from evalrules._quantities import Quantity
from evalrules._quantities.cells import read_cell
from evalrules._values import frozen

_TENTHS: Final = 10
_OF_ERROR, _OF_WARNING, _MOST_COUNTED = 5, 1, 10
"""Tickets of one grave and of one lesser finding, and how many of each are counted."""


@frozen
class Drawn:
    """A form that was drawn: its place in what was given, and its tickets with what they are for."""

    evaluation: Evaluation
    number: int
    tickets: int
    errors: int
    warnings: int


def sample(
    evaluations: Iterable[Evaluation],
    share: str | float | Fraction | Decimal = "10%",
    *,
    seed: int | str,
    across: Sequence[Finding] = (),
) -> tuple[Drawn, ...]:
    """Draw a share of forms for a second look, in the order in which they are drawn.

    ``share`` is above 0 and at most 1 (``"10%"``, ``Fraction(1, 10)``); it is rounded up to whole forms. Every form has
    tickets: one; one more for each full tenth of its points in its total (claimed, or computed where that is more;
    where there is none, the most that it can be); five for each finding to correct and one for each to verify, of each
    kind at most ten counted, those of ``across`` (`audit_batch`) included. A ticket's number is the SHA-256 of seed,
    digest of the form and number of the ticket; the forms with the lowest numbers are drawn. So a form with twice the
    tickets is twice as likely to be drawn first, and neither the order of the forms nor other forms change a form's
    numbers. Raises `ValueError` for a share that is none.

    >>> import evalrules
    >>> catalogue = evalrules.load_catalogue("suining-department@2024")
    >>> evaluation = evalrules.evaluate(catalogue, evalrules.load_submission("examples/suining-2024.yaml"))
    >>> drawn = sample([evaluation], "10%", seed=2024)
    >>> drawn[0].evaluation.organisation, drawn[0].tickets
    ('绥宁县人民政府办公室', 70)
    """
    hold("sample", "a number or a text as seed", seed, str, Number)
    part, forms = share_of(share), each_of("sample", "evaluations", evaluations, Evaluation)
    seen: dict[str | None, list[Severity]] = {}
    for found in across:
        for digest in {form.submission for form in found.forms}:
            seen.setdefault(digest, []).append(found.severity)
    weighed = [_weighed(each, number, seen.get(each.submission.digest, ())) for number, each in enumerate(forms)]
    order = sorted(weighed, key=lambda each: (_lowest(each, seed), each.number))
    return tuple(order[: ceil(part * len(forms))])


def share_of(share: str | float | Fraction | Decimal) -> Fraction:
    """Read a share: ``10%`` or a number above 0 and at most 1. Raises `ValueError`.

    >>> share_of("10%"), share_of("1/8")
    (Fraction(1, 10), Fraction(1, 8))
    """
    hold("sample", 'a share such as "10%" or 1/10', share, str, Real, Decimal)
    if isinstance(share, float):
        share = Decimal(repr(float(share)))  # a binary number by its shortest text
    cell = read_cell(share) if isinstance(share, str) and "/" not in share else None
    try:
        value = cell.number if isinstance(cell, Quantity) and cell.unit in ("", "%") else Fraction(share)
    except (ZeroDivisionError, OverflowError):  # what stands over 0, and what has no end
        raise ValueError(str(share)) from None
    if not 0 < value <= 1:
        raise ValueError(str(share))
    return value


def _weighed(evaluation: Evaluation, number: int, across: Sequence[Severity]) -> Drawn:
    severities = [*across, *(found.severity for found in evaluation.findings)]
    errors, warnings = severities.count("error"), severities.count("warning")
    least, most = evaluation.possible
    total = max(Fraction(evaluation.claimed_score or least), Fraction(most))
    tenths = max(0, min(_TENTHS, int(_TENTHS * total / Fraction(evaluation.points)))) if evaluation.points else 0
    graver = _OF_ERROR * min(errors, _MOST_COUNTED) + _OF_WARNING * min(warnings, _MOST_COUNTED)
    return Drawn(evaluation, number, 1 + tenths + graver, errors, warnings)


def _lowest(drawn: Drawn, seed: int | str) -> bytes:
    """Give the lowest number among a form's tickets."""
    digest = drawn.evaluation.submission.digest
    texts = (f"{seed}\n{digest}\n{ticket}" for ticket in range(drawn.tickets))
    return min(sha256(text.encode("utf-8", "surrogatepass")).digest() for text in texts)
