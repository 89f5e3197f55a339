"""Scores performance self-evaluations by rules that finance staff write, with a reason for every point lost.

The three functions that most callers need are `load_catalogue`, `load_submission` and `evaluate`; what they give are
frozen values. Every other module is an implementation detail.
"""

from __future__ import annotations

from evalrules._engine import LoadedCatalogue as Catalogue
from evalrules._engine import evaluate, load_catalogue, load_submission
from evalrules._evaluation import Evaluation, IndicatorResult
from evalrules._formula.scope import Function
from evalrules._hookspecs import hookimpl
from evalrules._plugins import Plugin, Plugins, PluginWarning, load_plugins
from evalrules._problems import CatalogueError, EvalrulesError, Finding, Location, PluginError, Problem, SubmissionError
from evalrules._rationale.deductions import Deduction
from evalrules._rationale.levels import SectionResult
from evalrules._submission import Submission
from evalrules._version import __version__

__all__ = [
    "Catalogue",
    "CatalogueError",
    "Deduction",
    "EvalrulesError",
    "Evaluation",
    "Finding",
    "Function",
    "IndicatorResult",
    "Location",
    "Plugin",
    "PluginError",
    "PluginWarning",
    "Plugins",
    "Problem",
    "SectionResult",
    "Submission",
    "SubmissionError",
    "__version__",
    "evaluate",
    "hookimpl",
    "load_catalogue",
    "load_plugins",
    "load_submission",
]
