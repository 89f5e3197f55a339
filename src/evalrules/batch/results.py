"""Evaluations as rows of a table: total, grade, scores, deductions and problems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from evalrules._callers import hold
from evalrules._edition.model import Catalogue, Indicator, Path, Section
from evalrules._evaluation import Evaluation, finding_dict, problem_dict
from evalrules._problems import Problem
from evalrules._reasons.sentences import Deduction
from evalrules._score.ruleset import Ruleset
from evalrules.batch.cells import Ints
from evalrules.batch.columns import Scores
from evalrules.batch.open_rows import OpenRows

_DIGITS = 38


def score_type(catalogue: Catalogue) -> pa.DataType:
    """Give the type of scores: decimals with the edition's places."""
    return pa.decimal128(_DIGITS, catalogue.rounding.places)


def output_schema(catalogue: Catalogue, *, reasons: bool = True, findings: bool = False) -> pa.Schema:
    """Give the columns of the results; ``deductions`` and ``findings`` are there where they are asked for.

    >>> import evalrules
    >>> output_schema(evalrules.load_catalogue("hunan-department@2015"), reasons=False).names
    ['id', 'organisation', 'fiscal_year', 'score', 'grade', 'possible', 'indicators', 'problems']
    """
    hold("batch.output_schema", "what load_catalogue gives", catalogue, Catalogue)
    text, score = pa.string(), score_type(catalogue)
    place = {"section": text, "indicator": text}
    fields: dict[str, pa.DataType] = {
        "id": text,
        "organisation": text,
        "fiscal_year": pa.int32(),
        "score": score,
        "grade": text,
        "possible": pa.list_(score),
        "indicators": pa.list_(pa.struct({**place, "points": score, "status": text, "score": score})),
    }
    if reasons:
        told = {"points": score, "rule": text, "because": text, "formula": text, "steps": pa.list_(text)}
        fields["deductions"] = pa.list_(pa.struct({**place, **told}))
    fields["problems"] = pa.list_(pa.struct(dict.fromkeys(("code", "message", "path"), text)))
    if findings:
        named = ("code", "severity", "message", "where", "path")
        fields["findings"] = pa.list_(pa.struct(dict.fromkeys(named, text)))
    return pa.schema(fields)


def told(evaluation: Evaluation, names: Sequence[str]) -> dict[str, Any]:
    """Give a result as a row with these columns, but for the ``id``."""
    row: dict[str, Any] = {
        "organisation": evaluation.organisation,
        "fiscal_year": evaluation.fiscal_year,
        "score": evaluation.score,
        "grade": evaluation.grade,
        "possible": list(evaluation.possible),
        "indicators": [
            {
                "section": "/".join(result.section),
                "indicator": result.name,
                "points": result.points,
                "status": result.status,
                "score": result.score,
            }
            for result in evaluation.indicators
        ],
        "problems": [_without_location(problem_dict(found)) for found in evaluation.problems],
    }
    if "deductions" in names:
        row["deductions"] = _deductions(evaluation)
    if "findings" in names:
        row["findings"] = [_without_location(finding_dict(found)) for found in evaluation.findings]
    return row


def unread(form: Mapping[str, Any], problems: Iterable[Problem]) -> dict[str, Any]:
    """Give the row of a form that could not be read at all: nothing but why."""
    organisation, year = form.get("organisation"), form.get("fiscal_year")
    return {
        "organisation": organisation if isinstance(organisation, str) else None,
        "fiscal_year": year if isinstance(year, int) else None,
        "problems": [_without_location(problem_dict(found)) for found in problems],
    }


def _without_location(told: dict[str, Any]) -> dict[str, Any]:
    """Leave out the place for people: a row of a table has none but its path."""
    return {name: None if value is None else str(value) for name, value in told.items() if name != "location"}


def _deductions(evaluation: Evaluation) -> list[dict[str, Any]]:
    """Give what was lost: in the rows, by the sections, and of the total, which is neither."""
    found = [_lost(result.section, result.name, result.deductions) for result in evaluation.indicators]
    found += [_lost(section.path, None, section.deductions) for section in evaluation.sections]
    return [*(lost for each in found for lost in each), *_lost((), None, evaluation.deductions)]


def _lost(section: Path, indicator: str | None, deductions: Iterable[Deduction]) -> list[dict[str, Any]]:
    return [
        {
            "section": "/".join(section) or None,
            "indicator": indicator,
            "points": lost.points,
            "rule": str(lost.rule),
            "because": str(lost.because),
            "formula": str(lost.formula),
            "steps": list(map(str, lost.steps)),
        }
        for lost in deductions
    ]


# What columns gave, as rows.


def by_score(catalogue: Catalogue, units: Ints) -> pa.Array:
    """Give scores in units of the last place, which are never below 0, as decimals."""
    words = np.zeros((*units.shape, 2), np.int64)
    words[..., 0] = units
    return _decimals(catalogue, words)


def _decimals(catalogue: Catalogue, words: Ints) -> pa.Array:
    return pa.Array.from_buffers(score_type(catalogue), words.size // 2, [None, pa.py_buffer(words)])


def of_columns(
    ruleset: Ruleset, schema: pa.Schema, forms: pa.RecordBatch, scores: Scores, rows: Ints
) -> pa.RecordBatch:
    """Give the results of some rows of a batch that columns scored: nothing is unscored and no problem to be told."""
    catalogue, count = ruleset.catalogue, len(rows)
    taken = forms if count == forms.num_rows else forms.take(pa.array(rows))
    total = by_score(catalogue, scores.total[rows])
    twice = by_score(catalogue, np.repeat(scores.total[rows], 2))
    titles = pa.array(ruleset.titles or (None,), pa.string())
    columns = {
        "id": taken.column("id") if "id" in forms.schema.names else pa.nulls(count, pa.string()),
        "organisation": taken.column("organisation").cast(pa.string()),
        "fiscal_year": taken.column("fiscal_year").cast(pa.int32()),
        "score": total,
        "grade": titles.take(pa.array(scores.rank[rows])),
        "possible": pa.ListArray.from_arrays(pa.array(np.arange(0, 2 * count + 1, 2, dtype=np.int32)), twice),
        "indicators": _indicators(ruleset, schema, scores, rows),
    }
    nothing = pa.array(np.zeros(count + 1, np.int32))
    for name in schema.names[len(columns) :]:
        kind = schema.field(name).type
        columns[name] = pa.ListArray.from_arrays(nothing, pa.array([], kind.value_type))
    return pa.RecordBatch.from_arrays(list(columns.values()), schema=schema)


def _indicators(ruleset: Ruleset, schema: pa.Schema, scores: Scores, forms: Ints) -> pa.Array:
    fields, count = list(schema.field("indicators").type.value_type), len(forms)
    words = scores.words if count == len(scores.words) else scores.words[forms]
    if scores.open is None:
        many, known = words.shape[1], ruleset.once(("columns of indicators", count), lambda: _known(ruleset, count))
        ends, values = np.arange(0, many * count + 1, many), [*known, _decimals(ruleset.catalogue, words)]
    else:
        ends, values = _with_open_rows(ruleset, scores.open, words[..., 0], forms)
    return pa.ListArray.from_arrays(pa.array(ends, pa.int32()), pa.StructArray.from_arrays(values, fields=fields))


def _known(ruleset: Ruleset, count: int) -> list[pa.Array]:
    """Give what is the same of each indicator in all rows, so many times."""
    paths = [row.indicator.path for row in ruleset.rows]
    again = pa.array(np.tile(np.arange(len(paths)), count))
    texts = (["/".join(path[:-1]) for path in paths], [path[-1] for path in paths])
    section, name = (pa.array(text, pa.string()).take(again) for text in texts)
    points = by_score(ruleset.catalogue, np.tile(np.array(ruleset.units, np.int64), count))
    return [section, name, points, _all_scored(len(again))]


def _all_scored(count: int) -> pa.Array:
    return pa.array(["scored"]).take(pa.array(np.zeros(count, np.int8)))


def _with_open_rows(ruleset: Ruleset, rows: OpenRows, fixed: Ints, forms: Ints) -> tuple[Ints, list[pa.Array]]:
    """Give the indicators of some forms in the form's order: where each form's end, and the columns of all."""
    (count, many), lengths = fixed.shape, np.diff(rows.ends)
    kept = slice(None) if count == len(lengths) else np.repeat(np.isin(np.arange(len(lengths)), forms), lengths)
    own = rows.section[kept]
    ranks, paths = ruleset.once("order of rows", lambda: _order(ruleset))
    at = np.concatenate((np.tile(np.arange(many), count), own + many))
    of = np.concatenate((np.repeat(np.arange(count), many), np.repeat(np.arange(count), lengths[forms])))
    order = np.argsort(of * (ranks.max() + 1) + ranks[at], kind="stable")
    titles = [row.indicator.path[-1] for row in ruleset.rows]
    names = np.concatenate((np.tile(np.arange(many), count), rows.name.codes[kept] + many))
    points = np.concatenate((np.tile(np.array(ruleset.units, np.int64), count), rows.points[kept]))
    scored = np.concatenate((fixed.ravel(), rows.scores[kept]))
    columns = [
        pa.array(["/".join(path) for path in paths], pa.string()).take(pa.array(at[order])),
        pa.array([*titles, *rows.name.words], pa.string()).take(pa.array(names[order])),
        *(by_score(ruleset.catalogue, each[order]) for each in (points, scored)),
    ]
    columns.insert(3, _all_scored(len(order)))
    return np.concatenate(([0], np.cumsum(lengths[forms] + many))), columns


def _order(ruleset: Ruleset) -> tuple[Ints, list[Path]]:
    """Give the places in the form of the fixed rows and of the rows of each open section, and the section of each."""
    places: dict[Path, int] = {}

    def visit(part: Section | Indicator) -> None:
        for inner in part.parts if isinstance(part, Section) else ():
            visit(inner)
        places[part.path] = len(places)

    visit(ruleset.catalogue.form)
    fixed = [row.indicator.path for row in ruleset.rows]
    ranks = np.array([places[path] for path in (*fixed, *ruleset.takers)], np.int64)
    return ranks, [*(path[:-1] for path in fixed), *ruleset.takers]
