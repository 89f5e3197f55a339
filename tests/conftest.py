"""How hard the properties are tried: ``ci`` on every change, ``thorough`` when asked for (``make thorough``).

A change is told about itself: the examples of ``quick`` and ``ci`` are drawn from the test's own source, the same in
every run. ``explore`` and ``thorough`` draw new ones each time; what they find becomes a case that every run tries.

And what no test may tell: that a law is proved which some form breaks.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# Machines that run the tests are shared and slow at times: a slow example is no fault of the code.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

settings.register_profile("quick", patient, max_examples=25, derandomize=True)
settings.register_profile("ci", patient, max_examples=100, derandomize=True, print_blob=True)
settings.register_profile("explore", patient, max_examples=100, print_blob=True)
settings.register_profile("thorough", patient, max_examples=10_000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

# Editions that are wrong on purpose are read by tests, and are no tests themselves.
collect_ignore = ["bad", "bad_catalogues", "fuzz", "mutated"]


@pytest.fixture(autouse=True)
def _what_is_proved_is_attacked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Whatever a test is told as proved, of a shipped edition or of one of its own, whole forms must not break."""
    tasks: Any = sys.modules.get("evalrules._laws.proof.prover")
    if tasks is None:
        yield
        return
    told: list[Any] = []
    prove = tasks.Task.prove

    def noted(task: Any, seconds: float) -> Any:
        verdict = prove(task, seconds)
        told.append((task, verdict))
        return verdict

    monkeypatch.setattr(tasks.Task, "prove", noted)
    yield
    monkeypatch.undo()
    from attack import broken_by_forms  # noqa: PLC0415 - only where something was proved

    assert broken_by_forms(told) == []
