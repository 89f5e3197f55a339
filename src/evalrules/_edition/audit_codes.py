"""What an edition may set of the engine's own audit rules, which ``messages/audit.yaml`` lists: severities, thresholds.

What an edition says under ``audit`` is held against that list when it is checked, and read through it when a scored
submission is audited. The findings of an edition's own ``checks`` have their severity there, so ``check-failed`` is
no rule of the list.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cache
from types import MappingProxyType

from evalrules._edition.model import Catalogue
from evalrules._problems import Severity, Wording, wordings_of
from evalrules._values import frozen, once_for_each

CHECK_FAILED = "check-failed"
Option = Fraction | str | tuple[str, ...]


@frozen
class AuditRule:
    """What can be set of one audit rule.

    ``options`` are its thresholds with their defaults: a number (90% is 9/10), a text, or several texts. A rule that
    ``is_silent`` speaks where an edition names it. With ``sections`` its options are titles or paths of sections, each
    with several texts, and there are no defaults. Unless an edition sets another, ``severity`` is that of its wording.
    """

    options: Mapping[str, Option]
    sections: bool
    is_silent: bool
    severity: Severity

    @property
    def needs(self) -> tuple[str, ...]:
        """The options without which the rule says nothing: those whose default is blank."""
        return tuple(name for name, default in self.options.items() if default == "")

    @classmethod
    def of(cls, worded: Wording) -> AuditRule:
        """Read what its entry says besides its words."""
        said = worded.entry
        options = {name: _option(value) for name, value in said.get("options", {}).items()}
        sections = "sections" in said
        return cls(options, sections, "silent" in said or sections or "" in options.values(), worded.severity)


def _option(written: int | str | list[str]) -> Option:
    match written:
        case int():
            return Fraction(written)
        case str():
            return Fraction(written.removesuffix("%")) / 100 if written.endswith("%") else written
        case _:
            return tuple(written)


@cache
def rules() -> Mapping[str, AuditRule]:
    """Give the audit rules by code: what ``messages/audit.yaml`` words, but for parts of sentences, in its order."""
    worded = {code: known for code, known in wordings_of("audit").items() if not code.startswith("audit-")}
    return MappingProxyType({code: AuditRule.of(known) for code, known in worded.items() if code != CHECK_FAILED})


@frozen
class ActiveRule:
    """A rule as an edition wants it."""

    severity: Severity
    options: Mapping[str, Option]

    def number(self, name: str) -> Fraction:
        """Give a threshold."""
        value = self.options[name]
        assert isinstance(value, Fraction)
        return value

    def text(self, name: str) -> str:
        """Give an option that is one text."""
        value = self.options[name]
        return value if isinstance(value, str) else ""

    def texts(self, name: str) -> tuple[str, ...]:
        """Give an option that is one text or several."""
        value = self.options[name]
        return (value,) if isinstance(value, str) else value if isinstance(value, tuple) else ()


@once_for_each
def active_rules(catalogue: Catalogue) -> Mapping[str, ActiveRule]:
    """Give the audit rules that speak under this edition, by code, in the order of the list.

    >>> active_rules(Catalogue("a", "1", "甲"))["over-completion"].number("share")
    Fraction(13, 10)
    """
    found = ((code, _active(rule, catalogue, code)) for code, rule in rules().items())
    return {code: active for code, active in found if active is not None}


def _active(rule: AuditRule, catalogue: Catalogue, code: str) -> ActiveRule | None:
    setting = catalogue.audit.get(code)
    if setting is None:
        return None if rule.is_silent else ActiveRule(rule.severity, rule.options)
    options = {**rule.options, **dict(setting.options)}
    if setting.severity == "off" or not all(options[name] for name in rule.needs):
        return None
    return ActiveRule(setting.severity or rule.severity, options)
