"""What submissions to an edition can hold, as Hypothesis strategies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from attrs import define
from hypothesis import assume
from hypothesis import strategies as st

from evalrules._catalogue.model import Catalogue, Figure, Indicator, Path, Section
from evalrules._catalogue.scopes import data_scope
from evalrules._engine import LoadedCatalogue
from evalrules._formula.program import ACTUAL, JUDGED, POINTS, TARGET
from evalrules._formula.scope import Variable
from evalrules._catalogue.lower import TIER, item_name
from evalrules._laws.alone import Value, cell_of
from evalrules._laws.exploring import Exploring
from evalrules._laws.subjects import Subject, subjects
from evalrules._numbers import decimal_text
from evalrules._once import once_for_each
from evalrules._problems import SubmissionError
from evalrules._quantities import dump
from evalrules._ruleset import Ruleset
from evalrules._scoring.score import score_form
from evalrules._submission import Submission
from evalrules._submission_reading import read_submission
from evalrules.testing.numbers import values

Document = dict[str, Any]
_MOST_ROWS = 3
