"""How hard the properties are tried: ``ci`` on every change, ``thorough`` when asked for (``make thorough``)."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

# Machines that run the tests are shared and slow at times: a slow example is no fault of the code.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

settings.register_profile("quick", patient, max_examples=25)
settings.register_profile("ci", patient, max_examples=200, print_blob=True)
settings.register_profile("thorough", patient, max_examples=10_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

# Editions that are wrong on purpose are read by tests, and are no tests themselves.
collect_ignore = ["bad", "bad_catalogues", "fuzz", "mutated"]
