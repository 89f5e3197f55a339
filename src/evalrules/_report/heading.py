"""What stands at the head of every report: what was evaluated with what, and the outcome in one line."""

from __future__ import annotations

from decimal import Decimal

from evalrules._evaluation import Evaluation
from evalrules._report.layout import number_text
from evalrules._report.words import Words
from evalrules._version import __version__


def facts(evaluation: Evaluation, said: Words) -> tuple[tuple[str, str], ...]:
    """List what was evaluated, with which edition, digests and engine, as pairs of name and value."""
    catalogue = evaluation.catalogue
    plugins = ", ".join(f"{name} {version}" for name, version in evaluation.plugins)
    return (
        (said.edition, f"{catalogue.title} ({catalogue.name})" if catalogue.title else catalogue.name),
        (said.edition_digest, catalogue.digest),
        (said.submission_digest, evaluation.submission.digest),
        (said.engine, f"evalrules {__version__}"),
        *(((said.plugins, plugins),) if plugins else ()),
    )


def outcome(evaluation: Evaluation, said: Words) -> tuple[tuple[str, str], ...]:
    """List score, grade and what was claimed of them, as pairs of name and value."""
    score = evaluation.score
    return (
        (said.score, said.unscored if score is None else f"{score:f} / {number_text(evaluation.points)}"),
        (said.grade, evaluation.grade or said.no_grade),
        (said.claimed_score, number_text(evaluation.claimed_score) or said.none),
        (said.claimed_grade, evaluation.claimed_grade or said.none),
    )


def verdict(evaluation: Evaluation, said: Words) -> str:
    """Say the outcome in one line."""
    line = "  ".join(f"{name}{said.colon}{value}" for name, value in outcome(evaluation, said))
    return line if evaluation.score is not None else f"{line}  {said.no_score}"


def difference(evaluation: Evaluation) -> Decimal | None:
    """Give score − claimed score; None where either is missing."""
    if evaluation.score is None or evaluation.claimed_score is None:
        return None
    return evaluation.score - evaluation.claimed_score
