"""Scores performance self-evaluations by rules that finance staff write, with a reason for every point lost.

The three functions that most callers need are `load_catalogue`, `load_submission` and `evaluate`; what they give are
frozen values. Every other module is an implementation detail. The engine is loaded when one of the names is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from evalrules._version import __version__

if TYPE_CHECKING:
    from evalrules._audit.batch import audit_batch
    from evalrules._audit.sampling import Drawn, sample
    from evalrules._editing import check, explain
    from evalrules._edition.model import Grade
    from evalrules._engine import LoadedCatalogue as Catalogue
    from evalrules._engine import Submissions, evaluate, load_catalogue, load_submission, load_submissions
    from evalrules._evaluation import Evaluation, IndicatorResult
    from evalrules._explain.explanation import Explanation
    from evalrules._formula.scope import Function
    from evalrules._hookspecs import hookimpl
    from evalrules._plugins import Plugin, Plugins, PluginWarning
    from evalrules._plugins.load import load_plugins
    from evalrules._problems import (
        CatalogueError,
        EvalrulesError,
        Finding,
        Form,
        Location,
        PluginError,
        Problem,
        SubmissionError,
    )
    from evalrules._reasons.levels import SectionResult
    from evalrules._reasons.sentences import Deduction
    from evalrules._review import load_review
    from evalrules._submission import Review, Submission

__all__ = [
    "Catalogue",
    "CatalogueError",
    "Deduction",
    "Drawn",
    "EvalrulesError",
    "Evaluation",
    "Explanation",
    "Finding",
    "Form",
    "Function",
    "Grade",
    "IndicatorResult",
    "Location",
    "Plugin",
    "PluginError",
    "PluginWarning",
    "Plugins",
    "Problem",
    "Review",
    "SectionResult",
    "Submission",
    "SubmissionError",
    "Submissions",
    "__version__",
    "audit_batch",
    "check",
    "evaluate",
    "explain",
    "hookimpl",
    "load_catalogue",
    "load_plugins",
    "load_review",
    "load_submission",
    "load_submissions",
    "sample",
]

_HOMES = {
    "_audit.batch": ("audit_batch",),
    "_audit.sampling": ("Drawn", "sample"),
    "_editing": ("check", "explain"),
    "_edition.model": ("Grade",),
    "_engine": ("Submissions", "evaluate", "load_catalogue", "load_submission", "load_submissions"),
    "_evaluation": ("Evaluation", "IndicatorResult"),
    "_explain.explanation": ("Explanation",),
    "_formula.scope": ("Function",),
    "_hookspecs": ("hookimpl",),
    "_plugins": ("Plugin", "PluginWarning", "Plugins"),
    "_plugins.load": ("load_plugins",),
    "_problems": (
        "CatalogueError",
        "EvalrulesError",
        "Finding",
        "Form",
        "Location",
        "PluginError",
        "Problem",
        "SubmissionError",
    ),
    "_reasons.sentences": ("Deduction",),
    "_reasons.levels": ("SectionResult",),
    "_review": ("load_review",),
    "_submission": ("Review", "Submission"),
}
_PLACES = {name: (home, name) for home, names in _HOMES.items() for name in names}
_PLACES["Catalogue"] = ("_engine", "LoadedCatalogue")


if not TYPE_CHECKING:  # a type checker that saw it would take any name for a public one

    def __getattr__(name: str) -> object:
        if name == "batch":  # an extra, imported by whoever names it
            return import_module(f"{__name__}.batch")
        if name not in _PLACES:
            raise AttributeError(
                f"module {__name__!r} has no attribute {name!r}", name=name, obj=import_module(__name__)
            )
        home, there = _PLACES[name]
        found = globals()[name] = getattr(import_module(f"{__name__}.{home}"), there)
        return found


def __dir__() -> list[str]:
    return [*__all__]
