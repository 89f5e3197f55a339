"""An edition in words, for those who edit it: all of it or one of its parts, with examples that the engine scored."""

from __future__ import annotations

from evalrules._explain.explanation import Explanation, RuleExplanation, explain, explain_rules

__all__ = ["Explanation", "RuleExplanation", "explain", "explain_rules"]
