"""The keys of every document: editions, contributions, submissions and results."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from evalrules._keys.edition import EDITION_KINDS
from evalrules._keys.kinds import Kind
from evalrules._keys.result import RESULT_KINDS
from evalrules._keys.submission import SUBMISSION_KINDS

__all__ = ["EDITION_KINDS", "KINDS", "RESULT_KINDS", "SUBMISSION_KINDS"]

KINDS: Mapping[str, Kind] = MappingProxyType(
    {kind.name: kind for kind in (*EDITION_KINDS, *SUBMISSION_KINDS, *RESULT_KINDS)}
)
