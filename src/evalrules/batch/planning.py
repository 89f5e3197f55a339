"""Which parts of an edition are scored by columns, and what keeps the others from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from attrs import field

from evalrules._callers import hold
from evalrules._engine import LoadedCatalogue
from evalrules._problems import phrase
from evalrules._values import frozen
from evalrules.batch.columns import editions, reasons_for, whole_reasons
from evalrules.batch.source import NotByColumnsError

_KNOWN: Final = frozenset({"entries", "levels", "titles", "plugins"})


@frozen
class Planned:
    """A part of an edition that keeps forms from being scored by columns; the form itself has no ``part``."""

    part: str
    because: str


@frozen
class Plan:
    """How `evaluate` scores forms by an edition: by columns, or each by the engine, and why.

    ``by_columns`` tells whether columns score the forms that hold nothing but figures; ``engine`` are the parts that
    keep them from it, and ``rows`` says which rows of a table go to the engine all the same.
    """

    by_columns: bool
    engine: tuple[Planned, ...] = ()
    rows: tuple[str, ...] = field(factory=tuple)

    def __str__(self) -> str:
        return "\n".join([*(f"{each.part}: {each.because}".removeprefix(": ") for each in self.engine), *self.rows])


def plan(catalogue: LoadedCatalogue) -> Plan:
    """Tell how forms by an edition are scored: what goes by columns, what by the engine row by row, and why.

    Either way the scores are those of `evalrules.evaluate`; it is only a matter of speed.

    >>> import evalrules
    >>> found = plan(evalrules.load_catalogue("hunan-department@2017"))
    >>> found.by_columns, found.engine[0].because
    (False, '按填报的行计分，或者可以不适用')
    """
    hold("batch.plan", "what load_catalogue gives", catalogue, LoadedCatalogue)
    parts = catalogue.ruleset.once("kept from columns", lambda: tuple(_parts(catalogue)))
    added = (phrase("batch-open-row"),) if catalogue.ruleset.takers else ()
    rows = () if parts else (phrase("batch-row"), *added, phrase("batch-reasons"))
    return Plan(by_columns=not parts, engine=parts, rows=rows)


def uses_plugins(catalogue: LoadedCatalogue) -> bool:
    """Tell whether plug-ins may give figures or indicators to forms."""
    return bool(catalogue.plugins.loaded or catalogue.plugins.contribution_files)


def _parts(catalogue: LoadedCatalogue) -> Iterator[Planned]:
    ruleset = catalogue.ruleset
    if uses_plugins(catalogue):
        yield Planned("", _worded("plugins"))
    for reason in whole_reasons(ruleset):
        yield Planned("", _worded(reason))
    for path, reason in reasons_for(ruleset).items():
        yield Planned("/".join(path), _worded(reason))
    if not any(whole_reasons(ruleset)) and not reasons_for(ruleset):
        try:
            editions(ruleset)
        except NotByColumnsError as error:
            yield Planned("", _worded(error.reason))


def _worded(reason: str) -> str:
    return phrase(f"batch-{reason}") if reason in _KNOWN else phrase("batch-asks", detail=reason)
