"""A checked edition, compiled: all that can be decided about scoring before a submission is seen.

Every name that formulas read has a slot in one list of values; every indicator has a `Plan` that scores it from that
list. An open section has a plan for each kind of target, which the rows that a submission adds share.
"""

from __future__ import annotations

from evalrules._ruleset.compiling import compile_ruleset
from evalrules._ruleset.model import OpenSection, Plan, Reading, Row, Ruleset, Score
from evalrules._ruleset.titles import TitleWord
from evalrules._submission import Pair

__all__ = ["OpenSection", "Pair", "Plan", "Reading", "Row", "Ruleset", "Score", "TitleWord", "compile_ruleset"]
