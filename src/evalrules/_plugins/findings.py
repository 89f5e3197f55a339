"""Findings that plug-ins add to those of the engine."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from attrs import evolve, frozen

from evalrules._audit import audit
from evalrules._evaluation import Evaluation
from evalrules._plugins.guard import PluginFault, described, guarded
from evalrules._plugins.values import Plugin, Plugins
from evalrules._problems import Finding, finding
from evalrules._wording import wording

HOOK: Final = "evalrules_findings"
MOST_FINDINGS: Final = 1000
_CODE: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
_SEVERITIES: Final = ("error", "warning", "info")


@frozen(eq=False)
class AuditWithPlugins:
    """The engine's audit, what plug-ins' figures gave rise to, and the findings of plug-ins, in this order.

    ``again`` makes an evaluation of the same form for a plug-in to look at: what it may do to it stays with it.
    """

    plugins: Plugins
    of_figures: tuple[Finding, ...]
    again: Callable[[], Evaluation]

    def __call__(self, evaluation: Evaluation) -> tuple[Finding, ...]:
        """Give all findings on an evaluation."""
        added = [found for plugin in self.plugins.implementing(HOOK) for found in _of(plugin, self.again())]
        return (*audit(evaluation), *self.of_figures, *added)


def _of(plugin: Plugin, evaluation: Evaluation) -> list[Finding]:
    asked = {"evaluation": evaluation, "submission": evaluation.submission}
    try:
        return guarded(lambda: list(_vetted(plugin, plugin.calls[HOOK](**asked))), "plugin-findings-failed")
    except PluginFault as fault:
        return [finding(fault.code, plugin=plugin, **fault.arguments)]


def _vetted(plugin: Plugin, given: Any) -> Iterator[Finding]:
    if given is None or isinstance(given, str | Finding):
        raise PluginFault("plugin-findings-failed", fault=described(given))
    for number, found in enumerate(given):
        if number >= MOST_FINDINGS:
            raise PluginFault("plugin-findings-failed", fault=f"> {MOST_FINDINGS}")
        if _is_sound(found):
            yield evolve(found, arguments=())
        else:
            yield finding("plugin-finding-refused", plugin=plugin, found=described(found).strip("`"))


def _is_sound(found: Any) -> bool:
    if type(found) is not Finding or found.severity not in _SEVERITIES:
        return False
    texts = (found.code, found.message, found.where)
    if not all(type(text) is str for text in texts) or not found.message.strip():
        return False
    return _CODE.fullmatch(found.code) is not None and wording(found.code) is None
