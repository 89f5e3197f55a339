"""Scores performance self-evaluations by rules that finance staff write, with a reason for every point lost.

>>> import evalrules
>>> catalogue = evalrules.load_catalogue("suining-department@2024")
>>> [grade.title for grade in catalogue.grades]
['优秀', '良好', '较差', '差']
"""

from __future__ import annotations

from evalrules._catalogue.model import Catalogue
from evalrules._engine import evaluate, load_catalogue, load_submission
from evalrules._evaluation import Evaluation, IndicatorResult
from evalrules._problems import CatalogueError, EvalrulesError, Finding, Location, PluginError, Problem, SubmissionError
from evalrules._rationale.deductions import Deduction
from evalrules._rationale.levels import SectionResult
from evalrules._submission import Submission
from evalrules._version import __version__

__all__ = [
    "Catalogue",
    "CatalogueError",
    "Deduction",
    "Evaluation",
    "EvalrulesError",
    "Finding",
    "IndicatorResult",
    "Location",
    "PluginError",
    "Problem",
    "SectionResult",
    "Submission",
    "SubmissionError",
    "__version__",
    "evaluate",
    "load_catalogue",
    "load_submission",
]
