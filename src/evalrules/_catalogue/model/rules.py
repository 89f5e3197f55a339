"""What is decided over the whole form: grades, checks and audit settings."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from attrs import frozen

from evalrules._catalogue.model.common import place
from evalrules._formula.sentence import Sentence
from evalrules._formula.tree import Formula
from evalrules._problems import Location, Severity
from evalrules._quantities import Quantity


@frozen
class Grade:
    """A grade; ``when`` None for the last (otherwise). ``also`` are other words in use for it."""

    title: str
    when: Formula | None = None
    also: tuple[str, ...] = ()
    location: Location | None = place()


@frozen
class GradeCap:
    """While ``when`` holds, the grade does not rise above ``at_most``; the score stays."""

    when: Formula
    at_most: str
    because: Sentence
    reference: tuple[str, ...] = ()
    location: Location | None = place()


@frozen
class Check:
    """A 勾稽关系. ``within`` is a tolerance for an ``=`` that is the whole of ``expect``."""

    name: str
    expect: Formula
    because: Sentence
    each: str | None = None
    when: Formula | None = None
    within: Quantity | None = None
    blanks_are_zero: bool = False
    severity: Severity = "error"
    reference: tuple[str, ...] = ()
    location: Location | None = place()


@frozen
class AuditSetting:
    """How the edition wants one of the engine's audit rules: another severity or threshold, or off with a reason.

    An option is a number (90% is 9/10), a text, or several texts.
    """

    code: str
    severity: Literal["error", "warning", "info", "off"] | None = None
    options: tuple[tuple[str, Fraction | str | tuple[str, ...]], ...] = ()
    because: str | None = None
    location: Location | None = place()
