"""An indicator, an open section or a method in words, for those who edit it, with examples that the engine scored."""

from __future__ import annotations

from evalrules._explain.explanation import Explanation, explain

__all__ = ["Explanation", "explain"]
