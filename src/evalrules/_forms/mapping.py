"""A form that was read → a submission of the language, with the place of each path; by an edition's tables or without.

Without an edition there are rows, head and claims, and the figures under the words that the form has for them. With
one, its ``form:`` says which figure a label is: the words of its tables, years relative to the fiscal year.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from attrs import define, evolve, field

from evalrules._forms.cells import compact
from evalrules._forms.drafts import Area, AreaRow, Draft, Row, Value
from evalrules._forms.words import Words, core, ticked
from evalrules._patterns import regex
from evalrules._problems import Problem
from evalrules._values import frozen

_HEAD: Final = ("competent_department", "implementing_unit", "filled_by", "reviewed_by", "date")
_ENTRY: Final = (
    "indicator",
    "points",
    "target",
    "actual",
    "unit",
    "last_year",
    "standard",
    "claimed_score",
    "deviation",
    "deviation_reason",
    "improvement",
    "evidence",
    "note",
)
_LONG: Final = frozenset({"deviation", "deviation_reason", "improvement", "standard", "note"})
_FUNDS = "项目资金"
_BARE = regex(r"(?:[≥≤><=]\s*)?\d[\d,]*(?:\.\d+)?")
_EXECUTION = "预算执行率"
_NOTHING = Value("", "")


@frozen
class FilledForm:
    """One form of a file: a submission as a mapping, where each path of it stands, and what was told in reading it.

    ``spots`` say of each path where its cell is in the file, for programs, as `Grid.spot` does.
    """

    file: str
    content: dict[str, Any]
    places: dict[str, str]
    problems: tuple[Problem, ...] = ()
    spots: dict[str, str] = field(factory=dict)


@define
class Paths:
    """The places of a mapping in the making."""

    places: dict[str, str] = field(factory=dict)
    spots: dict[str, str] = field(factory=dict)

    def keep(self, path: str, value: Value) -> None:
        """Keep where a cell is."""
        self.places[path], self.spots[path] = value.place, value.spot

    def text(self, path: str, value: Value, *, long: bool = False) -> str | None:
        """Give the text of a cell, or None for a blank one, and keep its place."""
        self.keep(path, value)
        text = value.paragraphs if long else value.line
        return None if value.fault or not text else text


def filled_form(draft: Draft, words: Words) -> FilledForm:
    """Give the submission of a form that was read without an edition."""
    paths = Paths()
    content = {**head_of(draft, paths), "data": _plain_data(draft, words, paths)}
    execution = _execution(draft, words, paths)
    content["entries"] = [*execution, *filled_entries(draft, words, paths, len(execution))]
    content["claimed"] = claimed(draft, paths)
    kept = {key: value for key, value in content.items() if value not in (None, {}, [])}
    return FilledForm(draft.file, kept, paths.places, (*draft.told, *told_faults(draft)), paths.spots)


def head_of(draft: Draft, paths: Paths) -> dict[str, Any]:
    """Give the head: the unit that fills the form in is the one that carries the project out, where that is named."""
    known = draft.head
    unit = "implementing_unit" if "implementing_unit" in known else "organisation"
    found: dict[str, Any] = {}
    if unit in known:
        found["organisation"] = paths.text("organisation", known[unit])
    if draft.year is not None:
        found["fiscal_year"] = draft.year
    if "project" in known:
        name = paths.text("project", known["project"])
        code = paths.text("project.code", known["project_code"]) if "project_code" in known else None
        found["project"] = {"name": name, "code": code} if code else name
    found |= {key: paths.text(key, known[key]) for key in _HEAD if key in known}
    goals = {
        key: paths.text(f"goals.{key}", value, long=True) for key, value in sorted(draft.goals.items(), reverse=True)
    }
    return {**found, "goals": goals} if goals else found


def claimed(draft: Draft, paths: Paths) -> dict[str, Any]:
    """Give what the form claims of itself: the total in its row of totals, else in its head."""
    found: dict[str, Any] = {}
    score = draft.total.get("claimed_score") or draft.head.get("claimed_score")
    if score is not None and score.line:
        found["score"] = paths.text("claimed.score", score)
    if "claimed_grade" in draft.head:
        grade = draft.head["claimed_grade"]
        found["grade"] = paths.text("claimed.grade", evolve(grade, text=ticked(grade.text)))
    if "points" in draft.total:
        found["points"] = paths.text("claimed.points", draft.total["points"])
    if draft.subtotals:
        found["sections"] = {
            title: paths.text(f"claimed.sections.{title}", value) for title, value in draft.subtotals.items()
        }
    return {key: value for key, value in found.items() if value is not None}


def told_faults(draft: Draft) -> Iterator[Problem]:
    """Tell the cells whose formula was never calculated, or gives an error; each is read as blank."""
    for value in _values(draft):
        if value.fault:
            teller = Draft(draft.file)
            teller.tell(value.fault, value.place.removeprefix(draft.file).strip(), text=value.text)
            yield from teller.told


def _values(draft: Draft) -> Iterator[Value]:
    yield from (*draft.head.values(), *draft.goals.values(), *draft.total.values(), *draft.subtotals.values())
    for row in draft.rows:
        yield from row.cells.values()
    for area in draft.areas:
        yield from (value for one in area.rows for value in one.cells.values())
        yield from (pair.value for pair in area.pairs)


# ---- entries -------------------------------------------------------------------------------------------------------


def filled_entries(draft: Draft, words: Words, paths: Paths, before: int) -> list[dict[str, Any]]:
    """Give the entries of a form's rows; so many stand before them."""
    entries = [entry_of(row, words, f"entries[{before + number}]", paths) for number, row in enumerate(draft.rows)]
    stated = [(row, found["unit"]) for row, found in zip(draft.rows, entries, strict=True) if found.get("unit")]
    headers = [(row, unit) for row, unit in stated if "unit" not in row.cells]
    if headers:
        row, unit = headers[0]
        place, text = row.place.removeprefix(draft.file).strip(), row.cells.get("indicator", _NOTHING).line
        draft.tell("form-unit-from-header", place, text=text, count=len(headers), unit=unit)
    return entries


def entry_of(row: Row, words: Words, path: str, paths: Paths) -> dict[str, Any]:
    """Give one entry: blank cells stand in it as None, so that a cell the form lacks is told from one left empty."""
    paths.places[path] = row.place
    found: dict[str, Any] = {"section": "/".join(row.section)} if row.section else {}
    for key in _ENTRY:
        value = row.cells.get(key)
        if value is None:
            continue
        text = paths.text(f"{path}.{key}", value, long=key in _LONG)
        if key == "target" and "operator" in row.cells:
            found[key] = _split_target(row, path, paths, text)
        elif key == "deviation" and text is not None and not words.says_improvement(text):
            found["deviation_reason"] = text  # one cell for both, in which only the reason stands
            paths.keep(f"{path}.deviation_reason", value)
        elif text is not None or key not in ("unit", "standard", "note", "last_year"):
            found[key] = text
    stated = row.units.get("target") or row.units.get("actual")
    if stated and "unit" not in found and any(_BARE.fullmatch(str(found.get(key))) for key in ("target", "actual")):
        found["unit"] = stated
    return found


def _split_target(row: Row, path: str, paths: Paths, value: str | None) -> dict[str, Any] | None:
    """Give a target that stands in several columns: operator, value, unit."""
    parts = {
        "operator": paths.text(f"{path}.target.operator", row.cells["operator"]),
        "value": value,
        "unit": paths.text(f"{path}.target.unit", row.cells["unit"]) if "unit" in row.cells else None,
    }
    kept = {key: part for key, part in parts.items() if part is not None}
    return kept if value is not None or len(kept) > 1 else None


def _execution(draft: Draft, words: Words, paths: Paths) -> list[dict[str, Any]]:
    """Give the row of all funds as an entry, where the form scores it and has no row of that name."""
    totals = ((area, row) for area, row in _fund_rows(draft) if words.is_fund_total(row.label))
    found = (execution_of(draft, row.place, _scored(area, row, words), words, paths) for area, row in totals)
    return [{key: value for key, value in entry.items() if key != "section"} for entry in next(filter(None, found), [])]


def execution_of(
    draft: Draft, place: str, scored: dict[str, Value], words: Words, paths: Paths
) -> list[dict[str, Any]]:
    """Give what the row of all funds scores as an entry in a section of its own, unless there is a row of that name."""
    said = any(value.line and not words.says_nothing(value.line) for value in scored.values())
    if not said or any(
        _EXECUTION in compact(row.cells["indicator"].text) for row in draft.rows if "indicator" in row.cells
    ):
        return []
    return [{"section": _EXECUTION, **entry_of_funds(_EXECUTION, place, scored, paths)}]


def entry_of_funds(indicator: str, place: str, scored: dict[str, Value], paths: Paths) -> dict[str, Any]:
    """Give the entry of the indicator that a row of funds is; it comes first."""
    paths.places["entries[0]"] = place
    found: dict[str, Any] = {"indicator": indicator}
    for key, value in scored.items():
        found[key] = paths.text(f"entries[0].{key}", value)
    return found


def _fund_rows(draft: Draft) -> Iterator[tuple[Area, AreaRow]]:
    return ((area, row) for area in draft.areas if area.kind == "funds" for row in area.rows)


def _scored(area: Area, row: AreaRow, words: Words) -> dict[str, Value]:
    wanted = {"分值": "points", "得分": "claimed_score"}
    found = ((words.fund(area.columns[at]) or "", value) for at, value in row.cells.items())
    return {wanted[key]: value for key, value in found if key in wanted}


# ---- figures under the form's own words ----------------------------------------------------------------------------


def _plain_data(draft: Draft, words: Words, paths: Paths) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for area in draft.areas:
        name = core(area.block) or (_FUNDS if area.kind == "funds" else "")
        for row in area.rows:
            label = _key(row.label)
            grid = data.setdefault(name or label, {})
            for at, value in row.cells.items():
                column = _key(area.columns[at])
                text = paths.text(f"data.{name or label}.{label}_{column}", value)
                if text is not None and not words.says_nothing(text) and isinstance(grid, dict):
                    known = grid.setdefault(label, {}).setdefault(column, text)
                    if known != text:  # two columns of one name
                        _tell_unread(draft, value)
        for pair in area.pairs:
            label = _key(pair.label)
            if label not in data:
                text = paths.text(f"data.{label}", pair.value, long=True)
                if text is not None and not words.says_nothing(text):
                    data[label] = text
            elif pair.value.line not in ("", data[label]) and not words.says_nothing(pair.value.line):
                _tell_unread(draft, pair.value)
    return {key: value for key, value in data.items() if value not in (None, {})}


def _tell_unread(draft: Draft, value: Value) -> None:
    draft.tell("form-cell-unread", value.place.removeprefix(draft.file).strip(), text=value.line[:20])


def _key(label: str) -> str:
    """Give a label as the name of a figure: without what stands before and behind the word, and without dots."""
    return core(label).replace(".", "") or compact(label)
