"""What became of each file, and results as records for other programs: JSON, JSON Lines, Parquet, SQLite."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import simplejson
from attrs import field

from evalrules._documents import OutputError
from evalrules._evaluation import Evaluation, finding_dict
from evalrules._problems import Finding, Problem, problem
from evalrules._values import frozen

if TYPE_CHECKING:
    import sqlite3


@frozen
class FileResult:
    """What became of one file: an evaluation, or the problems that kept it from being scored."""

    file: str
    evaluation: Evaluation | None = None
    problems: tuple[Problem, ...] = ()
    report: str = ""  # the file that its own report was written to, beside the index
    of: str = ""  # the file that was read, which may hold several forms
    spots: Mapping[str, str] = field(factory=dict)  # where the cell of each path is in that file, for programs


def failed(verdicts: Sequence[FileResult]) -> list[FileResult]:
    """Give the verdicts of the files that could not be read or did not fit their edition."""
    return [verdict for verdict in verdicts if verdict.evaluation is None]


# JSON: the result itself for one submission; for several a list with the files, or one line each.


def json_text(verdicts: Sequence[FileResult], across: Sequence[Finding] = ()) -> str:
    """Write the result of one submission as `Evaluation.to_json` does; of several an object with ``submissions``.

    Beside them ``findings`` are those that are seen only across the forms, or beside earlier ones and a list: where
    there are any, one form stands in such an object too.
    """
    if len(verdicts) == 1 and verdicts[0].evaluation is not None and not across:
        return f"{verdicts[0].evaluation.to_json()}\n"
    told = {
        "submissions": [_of_file(verdict) for verdict in verdicts],
        "findings": [finding_dict(found) for found in across],
    }
    return f"{_json(told, indent=2)}\n"


def jsonl_text(verdicts: Sequence[FileResult]) -> str:
    """Write one result a line; of a file that could not be scored its name and problems."""
    return "".join(f"{_json(_record(verdict))}\n" for verdict in verdicts)


def _json(value: Any, indent: int | None = None) -> str:
    text: str = simplejson.dumps(value, use_decimal=True, ensure_ascii=False, indent=indent)
    return text


def _record(verdict: FileResult) -> dict[str, Any]:
    return _of_file(verdict) if verdict.evaluation is None else verdict.evaluation.to_dict()


def _of_file(verdict: FileResult) -> dict[str, Any]:
    if verdict.evaluation is not None:
        return {"file": verdict.file, "result": verdict.evaluation.to_dict()}
    problems = [
        {"code": found.code, "severity": found.severity, "message": found.message, "where": str(found.location or "")}
        for found in verdict.problems
    ]
    return {"file": verdict.file, "problems": problems}


# Parquet: a table with a row for each indicator, as `Evaluation.to_rows` gives it; numbers are exact decimals.


_NUMBERS: Final = ("points", "score", "rule_score", "claimed_score", "lost")
_COUNTS: Final = ("fiscal_year", "number")
_PLACES, _DIGITS = 6, 38
"""Places behind the point, and digits in all, that a column of numbers has where no number needs more."""


def parquet_bytes(verdicts: Sequence[FileResult]) -> bytes:
    """Write a row for each indicator of all results. Raises `OutputError` where the extra is not installed."""
    try:
        import pyarrow  # noqa: PLC0415 - an extra
        from pyarrow import parquet  # noqa: PLC0415
    except ModuleNotFoundError:
        missing = problem("format-extra-missing", None, format="parquet", extra="parquet")
        raise OutputError([missing]) from None
    evaluations = (verdict.evaluation for verdict in verdicts if verdict.evaluation is not None)
    rows = [row for evaluation in evaluations for row in evaluation.to_rows()]
    columns: dict[str, Any] = {}
    for name in rows[0] if rows else ():
        values = [row[name] for row in rows]
        if name in _COUNTS:
            columns[name] = pyarrow.array(values, pyarrow.int32())
        elif name in _NUMBERS:
            numbers = [None if value is None else Decimal(str(value)) for value in values]
            columns[name] = pyarrow.array(numbers, _decimals(numbers, pyarrow))
        else:
            columns[name] = pyarrow.array(values, pyarrow.string())
    target = pyarrow.BufferOutputStream()
    parquet.write_table(pyarrow.table(columns), target)
    return bytes(target.getvalue())


def _decimals(numbers: Iterable[Decimal | None], pyarrow: Any) -> Any:
    """Give the type of a column of numbers: wide enough for every one, so that none is rounded."""
    known = [number for number in numbers if number is not None]
    places = max([_PLACES, *(-int(number.as_tuple().exponent) for number in known)])
    digits = places + max([0, *(number.adjusted() + 1 for number in known)])
    return pyarrow.decimal128(_DIGITS, places) if digits <= _DIGITS else pyarrow.decimal256(2 * _DIGITS, places)


def _as_bytes(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


RECORDS: Final[dict[str, Callable[..., bytes]]] = {
    "json": lambda verdicts, across=(): _as_bytes(json_text(verdicts, across)),
    "jsonl": lambda verdicts, _across=(): _as_bytes(jsonl_text(verdicts)),
    "parquet": lambda verdicts, _across=(): parquet_bytes(verdicts),
}
"""The formats that are written anew each time, by name and ending; what is seen across the forms is in JSON alone."""


# SQLite: results put into tables, each once; what is there of other results stays.


def put_into(database: Path, beside: Path, verdicts: Iterable[FileResult]) -> None:
    """Copy a database, if there is one, to ``beside`` and put results into the copy.

    A result is known by its own digest: one that is there already is not put in again. Raises `OutputError` where
    ``database`` is none.
    """
    import shutil  # noqa: PLC0415 - of use to those alone who keep results in one
    import sqlite3  # noqa: PLC0415

    if database.exists():
        shutil.copyfile(database, beside)
    try:
        with closing(sqlite3.connect(beside)) as connection, connection:
            connection.executescript((Path(__file__).parent / "schema.sql").read_text("utf-8"))
            for verdict in verdicts:
                if verdict.evaluation is not None:
                    _insert(connection, verdict.evaluation.to_dict())
    except sqlite3.DatabaseError:
        raise OutputError([problem("output-no-database", None, file=database)]) from None


def _insert(connection: sqlite3.Connection, told: Mapping[str, Any]) -> None:
    catalogue, submission, text = told["catalogue"], told["submission"], _json(told)
    result = f"sha256:{sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"
    least, most = told["possible"]
    names = ("points", "score", "grade", "claimed_score", "claimed_grade")
    whose = {name: told[name] for name in ("organisation", "project", "fiscal_year")}
    _put(connection, "editions", {name: catalogue[name] for name in ("digest", "id", "edition")})
    _put(connection, "submissions", {"digest": submission["digest"], **whose})
    made_of = {"edition": catalogue["digest"], "submission": submission["digest"], "engine": told["engine"]["version"]}
    outcome = {**{name: told[name] for name in names}, "least": least, "most": most}
    is_new = _put(connection, "results", {"digest": result, **made_of, **outcome, "result": text})
    for table, rows in _below(told) if is_new else ():
        for number, row in enumerate(rows, 1):
            _put(connection, table, {"result": result, "number": number, **row})


def _put(connection: sqlite3.Connection, table: str, row: Mapping[str, Any]) -> bool:
    """Insert a row, and tell whether it was not there already."""
    names = ", ".join(row)
    marks = ", ".join("?" * len(row))
    values = [value if value is None or isinstance(value, int) else str(value) for value in row.values()]
    query = f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})"  # noqa: S608 - names of our own tables
    return connection.execute(query, values).rowcount > 0


def _below(told: Mapping[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Give the rows that belong to a result, by table."""
    indicators = told["indicators"]
    yield "indicators", [_indicator(each) for each in indicators]
    lost: list[tuple[int | None, str, Any]] = [
        (number, _path(each), lost) for number, each in enumerate(indicators, 1) for lost in each["deductions"]
    ]
    lost += [(None, "/".join(each["path"]), lost) for each in told["sections"] for lost in each["deductions"]]
    lost += [(None, "", lost) for lost in told["deductions"]]
    yield "deductions", [{"indicator": number, "path": path, **_deduction(each)} for number, path, each in lost]
    findings = ((each, {name: each[name] for name in ("code", "severity", "message")}) for each in told["findings"])
    yield "findings", [{**said, "place": each["where"]} for each, said in findings]


def _path(indicator: Mapping[str, Any]) -> str:
    return "/".join((*indicator["section"], indicator["name"]))


def _indicator(each: Mapping[str, Any]) -> dict[str, Any]:
    names = ("origin", "points", "target", "actual", "status", "score", "claimed_score", "deviation_reason")
    return {"section": "/".join(each["section"]), "name": each["name"], **{name: each[name] for name in names}}


def _deduction(lost: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **{name: lost[name] for name in ("points", "because", "rule", "formula", "enough")},
        "steps": "\n".join(lost["steps"]),
        "reference": "\n".join(lost["reference"]),
    }
