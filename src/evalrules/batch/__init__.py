"""Many forms at once: tables in, tables out, each row exactly what `evaluate` gives for it (extra ``batch``).

A table is a `pyarrow.Table` or `pyarrow.RecordBatch` with a row a form; see `input_schema` and `output_schema`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, TypeVar

import numpy as np
import pyarrow as pa
from attrs import field

from evalrules import _engine
from evalrules._callers import hold
from evalrules._engine import LoadedCatalogue, load_catalogue, load_submission
from evalrules._problems import SubmissionError, phrase
from evalrules._values import frozen
from evalrules.batch.columns import by_columns, editions, reasons_for, whole_reasons
from evalrules.batch.forms import ENTRY, forms_of, input_schema, plain_submissions, with_plain_types
from evalrules.batch.results import of_columns, output_schema, told, unread
from evalrules.batch.source import NotByColumnsError

__all__ = ["ENTRY", "Plan", "Planned", "evaluate", "input_schema", "mapper", "output_schema", "plan"]

_AT_ONCE: Final = 1 << 16

Rows = TypeVar("Rows", pa.Table, pa.RecordBatch)


def evaluate(catalogue: LoadedCatalogue, forms: Rows, *, reasons: bool = True, findings: bool = False) -> Rows:
    """Score every row of a table of forms; what comes back has a row for each, in the same order.

    A row is read as the mapping that it stands for, a typed number being the number itself (0.9 is 90%); see
    `input_schema`. What is wrong with a row is among its ``problems``, and never keeps the others from being scored.
    Scores are decimals with the edition's places; ``deductions`` come with ``reasons``, ``findings`` where asked for.

    >>> import evalrules
    >>> import pyarrow
    >>> catalogue = evalrules.load_catalogue("hunan-department@2015")
    >>> forms = pyarrow.table({"id": ["1"], "organisation": ["某单位"], "fiscal_year": [2015], "编制数": [-1]})
    >>> evaluate(catalogue, forms)["problems"][0][0]["code"].as_py()
    'figure-out-of-range'
    """
    hold("batch.evaluate", "what load_catalogue gives", catalogue, LoadedCatalogue)
    hold("batch.evaluate", "a pyarrow.Table or RecordBatch", forms, pa.Table, pa.RecordBatch)
    twice = [name for name, count in Counter(forms.schema.names).items() if count > 1]
    if twice:
        raise ValueError(f"batch.evaluate takes each column once; there are several of {', '.join(twice)}")
    schema = output_schema(catalogue, reasons=reasons, findings=findings)
    columns = plan(catalogue).by_columns and not findings
    batches = forms.to_batches(_AT_ONCE) if isinstance(forms, pa.Table) else [forms]
    made = [_evaluated(catalogue, batch, schema, columns=columns) for batch in batches if batch.num_rows]
    if isinstance(forms, pa.Table):
        return pa.Table.from_batches(made, schema)
    return made[0] if made else pa.RecordBatch.from_pylist([], schema)


def _evaluated(
    catalogue: LoadedCatalogue, forms: pa.RecordBatch, schema: pa.Schema, *, columns: bool
) -> pa.RecordBatch:
    """Score a batch by columns as far as that goes, and the other rows by the engine."""
    forms = with_plain_types(forms)
    if not columns:
        return _by_engine(catalogue, forms, schema)
    ruleset = catalogue.ruleset
    scores = by_columns(ruleset, forms)
    full = scores.total == int(ruleset.catalogue.points * ruleset.place) if "deductions" in schema.names else True
    known, explained = scores.sound & full, scores.sound & ~np.bool_(full) & (not ruleset.takers)
    parts = [np.flatnonzero(rows) for rows in (known, explained, ~(known | explained))]
    made = [
        of_columns(ruleset, schema, forms, scores, parts[0]) if len(parts[0]) else None,
        _explained(catalogue, forms.take(pa.array(parts[1])), schema) if len(parts[1]) else None,
        _by_engine(catalogue, forms.take(pa.array(parts[2])), schema) if len(parts[2]) else None,
    ]
    found = [part for part in made if part is not None]
    if len(found) == 1:
        return found[0]
    return pa.concat_batches(found).take(pa.array(np.argsort(np.concatenate(parts))))


def _explained(catalogue: LoadedCatalogue, forms: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """Give the results of rows of which columns know the scores, and the engine the sentences; they need no reading."""
    rows = [
        {"id": name, **told(_engine.evaluate(catalogue, submission), schema.names)}
        for name, submission in zip(_ids(forms), plain_submissions(catalogue, forms), strict=True)
    ]
    return pa.RecordBatch.from_pylist(rows, schema)


def _ids(forms: pa.RecordBatch) -> list[str | None]:
    known: list[str | None] = [None] * forms.num_rows
    return forms["id"].to_pylist() if "id" in forms.schema.names else known


def _by_engine(catalogue: LoadedCatalogue, forms: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    rows = [
        {"id": name, **_result(catalogue, form, schema.names)}
        for name, form in zip(_ids(forms), forms_of(catalogue, forms), strict=True)
    ]
    return pa.RecordBatch.from_pylist(rows, schema)


def _result(catalogue: LoadedCatalogue, form: Mapping[str, Any], names: list[str]) -> dict[str, Any]:
    """Give what the engine makes of one form, as a row with columns of these names."""
    try:
        submission = load_submission(form)
    except SubmissionError as error:
        return unread(form, error.problems)
    return told(_engine.evaluate(catalogue, submission), names)


def mapper(
    edition: str, *, reasons: bool = True, findings: bool = False
) -> Callable[[Iterable[pa.RecordBatch]], Iterator[pa.RecordBatch]]:
    """Give a function of batches of forms, for what maps batches: `mapInArrow` of Spark; Dask, Ray, Daft.

    It is pickled as the edition's name and loads the edition where it runs, once a process; there it has to be on the
    search path, as here. ``schema`` of Spark is `output_schema`, which `pyspark.sql.pandas.types.from_arrow_schema`
    turns into one of Spark's.

    >>> score = mapper("hunan-department@2015", reasons=False)
    >>> forms = pa.RecordBatch.from_pydict({"id": ["1"], "organisation": ["某单位"], "fiscal_year": [2015]})
    >>> [batch.num_rows for batch in score([forms])]
    [1]
    """
    hold("batch.mapper", "the name of an edition", edition, str)
    return _Mapper(edition, reasons, findings)


class _Mapper:
    """Scores batches by an edition that it knows by name until it is first called."""

    def __init__(self, edition: str, reasons: bool, findings: bool) -> None:  # noqa: FBT001 - given by `mapper` alone
        self.edition, self.reasons, self.findings = edition, reasons, findings

    def __call__(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Score one batch after the other."""
        catalogue = _loaded(self.edition)
        for batch in batches:
            yield evaluate(catalogue, batch, reasons=self.reasons, findings=self.findings)


@lru_cache(maxsize=8)
def _loaded(edition: str) -> LoadedCatalogue:
    return load_catalogue(edition)


# ---- which parts of an edition are scored by columns, and what keeps the others from it ----------------------------


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


def _uses_plugins(catalogue: LoadedCatalogue) -> bool:
    """Tell whether plug-ins may give figures or indicators to forms."""
    return bool(catalogue.plugins.loaded or catalogue.plugins.contribution_files)


def _parts(catalogue: LoadedCatalogue) -> Iterator[Planned]:
    ruleset = catalogue.ruleset
    if _uses_plugins(catalogue):
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
