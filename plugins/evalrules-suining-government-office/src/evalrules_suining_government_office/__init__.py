"""The indicators that the government office of Suining county and its bamboo centre add to the forms of the bureaus."""

from __future__ import annotations

from pathlib import Path

import evalrules

__version__ = "2024.1"
EVALRULES_PROTOCOL = 1
CONTRIBUTIONS = Path(__file__).parent / "contributions"


@evalrules.hookimpl
def evalrules_contributions() -> list[Path]:
    """Give the office's own indicators, one file for each form that they belong to."""
    return sorted(CONTRIBUTIONS.glob("*.yaml"))
