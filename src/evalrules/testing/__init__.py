"""Testing editions: what submissions can hold as Hypothesis strategies, the laws as functions, a plug-in for pytest.

Needs the extra ``testing``. Values at and around every edge of every rule are drawn more often than others::

    from hypothesis import given
    from evalrules.testing import submissions

    @given(submissions(catalogue))
    def test_whoever_is_scored_has_a_grade(submission):
        evaluation = evaluate(catalogue, submission)
        assert (evaluation.score is None) == (evaluation.grade is None)

``pytest catalogue/`` runs the cases and laws of every edition in the folder, each a test with its own id.
`check_plugin` holds a plug-in to its contract, from the department's own tests.
"""

from __future__ import annotations

from evalrules._laws.law import Verdict
from evalrules.testing._plugin_contract import check_plugin
from evalrules.testing.laws import hold_to_laws
from evalrules.testing.strategies import data, entries, submissions

__all__ = ["Verdict", "check_plugin", "data", "entries", "hold_to_laws", "submissions"]
