"""The five hooks that a plug-in may implement, and the marker with which it does.

A plug-in is a module or object that an installed package names in the entry-point group ``evalrules``. It implements
any of the functions below under the same name, marked with `hookimpl`, and may leave out arguments that it does not
read. It may state ``EVALRULES_PROTOCOL = 1``, the version of these hooks that it was written for; one that was written
for a later version than `PROTOCOL` is refused rather than half understood.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Final, TypeAlias

import pluggy

from evalrules._edition.model import Catalogue
from evalrules._evaluation import Evaluation
from evalrules._formula.scope import Function
from evalrules._problems import Finding
from evalrules._submission import Submission

PROJECT: Final = "evalrules"
PROTOCOL: Final = 1
PROTOCOL_NAME: Final = "EVALRULES_PROTOCOL"

hookspec = pluggy.HookspecMarker(PROJECT)
hookimpl = pluggy.HookimplMarker(PROJECT)

FigureValue: TypeAlias = str | int | Decimal | Fraction | bool | datetime.date | None
Value: TypeAlias = FigureValue | Mapping[str, Mapping[str, FigureValue]] | Sequence[Mapping[str, FigureValue]]
"""A figure as a submission writes it (``"1538万元"``, ``1538``, ``Decimal("0.5")``), a grid, or the rows of a table."""


@hookspec
def evalrules_catalogues() -> Iterable[Path]:  # type: ignore[empty-body]
    """Give folders of whole editions, each holding ``<id>/<edition>.yaml``.

    The folders are searched after those that a caller or ``EVALRULES_PATH`` names and before the one that comes with
    evalrules. Called once, when plug-ins are loaded. An edition that another folder holds with other content is
    ambiguous, and refused when it is asked for by name.

    Example::

        @evalrules.hookimpl
        def evalrules_catalogues():
            return [Path(__file__).parent / "catalogue"]
    """


@hookspec
def evalrules_contributions() -> Iterable[Path]:  # type: ignore[empty-body]
    """Give files of contributions: indicators of one department for the open sections of one edition of a bureau.

    Called once, when plug-ins are loaded. A contribution is read, joined to its edition and checked like an edition
    when that edition is loaded, and counts for submissions whose ``organisation`` is its ``department``.

    Example::

        @evalrules.hookimpl
        def evalrules_contributions():
            return [Path(__file__).parent / "contributions" / "2024.yaml"]
    """


@hookspec
def evalrules_functions() -> Mapping[str, Function]:  # type: ignore[empty-body]
    """Give functions for formulas by their Chinese names: exact numbers in, one exact number out.

    Called once, when plug-ins are loaded. Each function takes `fractions.Fraction` by position, as many as it declares
    units, and gives an int, a `fractions.Fraction` or a finite `decimal.Decimal`; it must be pure. What a call gives is
    checked every time: anything else, or an exception, leaves the indicator unscored and names the plug-in.

    Example::

        def _ranked(rank, of, /):
            return 1 - (rank - 1) / of

        @evalrules.hookimpl
        def evalrules_functions():
            return {"名次得分": evalrules.Function("名次得分", ("位", "家"), "%", _ranked, about="第一名得满分")}
    """


@hookspec
def evalrules_data(organisation: str, fiscal_year: int, catalogue: Catalogue) -> Mapping[str, Value]:  # type: ignore[empty-body]
    """Give figures of this organisation and year from the department's own systems, by their names in the edition.

    Called at each evaluation, before it. A figure that the submission fills stays as it is there; where the two differ
    that is a finding which names both sources. Values are read like those under ``data`` in a submission; one that the
    edition does not know, or that is outside its declared range, is left out and named. Give an empty mapping where
    the system has nothing on the organisation.

    Example::

        @evalrules.hookimpl
        def evalrules_data(organisation, fiscal_year):
            return {"全年预算数": "1538万元", "全年执行数": Decimal("1537")}
    """


@hookspec
def evalrules_findings(evaluation: Evaluation, submission: Submission) -> Iterable[Finding]:  # type: ignore[empty-body]
    """Give findings of the department's or bureau's own on an evaluation.

    Called when the findings of an evaluation are first read. ``evaluation`` holds the findings of the engine alone.
    Codes are lower-kebab and none of the engine's own; a message is a sentence without its full stop.

    Example::

        @evalrules.hookimpl
        def evalrules_findings(evaluation):
            for result in evaluation.indicators:
                if result.entry and not result.entry.evidence:
                    yield evalrules.Finding("no-evidence", "warning", f"`{result.name}` 没有佐证材料", result.where)
    """
