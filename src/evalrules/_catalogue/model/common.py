"""What the values of an edition share."""

from __future__ import annotations

from typing import Literal

from attrs import field, frozen

from evalrules._numbers import RoundingMode
from evalrules._problems import Location

FigureKind = Literal["number", "yes_no", "choice", "date", "text"]
TargetKind = Literal["≥", ">", "≤", "<", "=", "interval", "date", "text"]
Path = tuple[str, ...]


def place() -> Location | None:
    """Give the field of a place: it takes no part in equality, and is not shown."""
    return field(default=None, eq=False, repr=False)  # type: ignore[no-any-return]


@frozen
class Rounding:
    """Of each indicator's score; ``places`` 0 to 6."""

    places: int = 2
    mode: RoundingMode = "half_up"
