"""Scores the cases written beside a rule: each becomes a submission to an edition of that one indicator."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import evalrules

Document = Mapping[str, Any]
TITLE = "算例"
RESULT = ("score", "judged")
ROW = {"指标值": "target", "完成值": "actual"}
HEAD = {"evalrules": "1", "id": "case", "edition": "1", "title": "算例", "grades": {"合格": "otherwise"}}


def indicators(parts: Document) -> Iterator[tuple[str, Document]]:
    """Go through the indicators of a form as written, at every level."""
    for title, part in parts.items():
        if part.keys() & {"sections", "indicators", "open"}:
            yield from indicators({**part.get("sections", {}), **part.get("indicators", {})})
        else:
            yield title, part


def figure_names(data: Document) -> Iterator[str]:
    """Go through the names of figures, the cells of grids as ``row_column``."""
    for name, figure in data.items():
        if figure.get("type") == "grid":
            yield from (f"{row}_{column}" for row in figure["rows"] for column in figure["columns"])
        else:
            yield name


def score_beside_indicator(edition: Document, indicator: Document, case: Document) -> Decimal | None:
    """Score a case of an indicator; ``edition`` gives its data, methods, uses and rounding."""
    kept = {key: edition[key] for key in ("data", "methods", "uses", "rounding") if key in edition}
    inputs = {name: cell for name, cell in case.items() if name not in RESULT}
    names = set(figure_names(edition.get("data", {})))
    figures = {name: cell for name, cell in inputs.items() if name in names}
    rest = {name: cell for name, cell in inputs.items() if name not in figures}
    form = {**HEAD, **kept, "points": indicator["points"], "sections": {TITLE: dict(indicator)}}
    return _score(form, figures, {"indicator": TITLE, **_row(rest, case)})


def score_beside_method(method: str, case: Document) -> Decimal | None:
    """Score a case of a method of ``standard-methods@1``; its parameters are written into the call."""
    points = case["分值"]
    given = {name: cell for name, cell in case.items() if name not in (*RESULT, *ROW, "分值")}
    answers = {name: cell for name, cell in given.items() if cell in ("是", "否")}
    call = {"method": method, **given, **{name: f"{name}与否" for name in answers}}
    data = {f"{name}与否": {"type": "yes_no"} for name in answers}
    row = {name: case[name] for name in ROW if name in case}
    form = {**HEAD, "uses": ["standard-methods@1"], "rounding": {"places": "3"}, "points": points, "data": data}
    figures = {f"{name}与否": cell for name, cell in answers.items()}
    if "指标值" not in case:
        unit = re.sub(r"^[\d.]+", "", case.get("完成值", ""))
        indicator = {"points": points, "scoring": call, **({"unit": unit} if unit else {})}
        return _score({**form, "sections": {TITLE: indicator}}, figures, {"indicator": TITLE, **_row(row, case)})
    kind, sign = ("date", "") if re.match(r"\d{4}-", case["指标值"]) else ("≥", "≥")  # a bare 0 would be one of ≤
    row["指标值"] = f"{sign}{case['指标值']}"
    form = {**form, "defaults": {"scoring": {kind: call}}, "sections": {"组": {"points": points, "open": "true"}}}
    return _score(form, figures, {"section": "组", "indicator": TITLE, "points": points, **_row(row, case)})


def _row(rest: Document, case: Document) -> dict[str, Any]:
    """Give the cells of the entry: target, actual, the assessor's judgement, and the answers of a checklist."""
    cells: dict[str, Any] = {ROW[name]: cell for name, cell in rest.items() if name in ROW}
    answers = {name: cell for name, cell in rest.items() if name not in ROW}
    if answers:
        cells["answers"] = answers
    return {**cells, "judged": case["judged"]} if "judged" in case else cells


def _score(form: Document, figures: Document, entry: Document) -> Decimal | None:
    submission = {"organisation": "某单位", "fiscal_year": "2024", "data": figures, "entries": [entry]}
    evaluation = evalrules.evaluate(evalrules.load_catalogue(form), evalrules.load_submission(submission))
    return evaluation.score


def expected(case: Document) -> Decimal | None:
    """Read the score that a case states; what is unscored has none."""
    return None if case["score"] == "unscored" else Decimal(case["score"])
