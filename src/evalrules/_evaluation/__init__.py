"""The result of an evaluation: frozen values, equal when what they say is equal.

Scores are computed before an `Evaluation` exists; deductions, sentences and findings are worked out when they are
first read, from the same frozen inputs, so reading early or late, or from several threads, gives the same.
"""

from __future__ import annotations

from evalrules._evaluation.indicator import IndicatorResult, Status, indicator_results
from evalrules._evaluation.whole import Evaluation

__all__ = ["Evaluation", "IndicatorResult", "Status", "indicator_results"]
