"""Scores performance self-evaluations by rules that finance staff write, with a reason for every point lost."""

from __future__ import annotations

from evalrules._problems import CatalogueError, EvalrulesError, Finding, Location, PluginError, Problem, SubmissionError
from evalrules._version import __version__

__all__ = [
    "CatalogueError",
    "EvalrulesError",
    "Finding",
    "Location",
    "PluginError",
    "Problem",
    "SubmissionError",
    "__version__",
]
