"""A form beside the one that was approved and last year's: what changed is told with both places, and nothing else."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import simplejson
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

import evalrules
from evalrules._audit.before import Earlier, paired
from evalrules._cli.commands import root

MOF = evalrules.load_catalogue("mof-project@2020", plugins=())
FORM: dict[str, Any] = {
    "catalogue": "mof-project@2020",
    "organisation": "某县水利局",
    "project": {"name": "河道治理", "code": "P01"},
    "fiscal_year": 2024,
    "data": {"年初预算数": "100万元", "全年预算数": 120, "全年执行数": 110},
    "entries": [
        {"section": "产出指标/数量指标", "indicator": "治理河道", "points": 30, "target": "≥12公里", "actual": 12},
        {"section": "产出指标/质量指标", "indicator": "验收合格率", "points": 20, "target": "100%", "actual": "100%"},
        {"section": "满意度指标", "indicator": "群众满意度", "points": 10, "target": "≥90%", "actual": "92%"},
    ],
}  # fmt: skip


def changed(**changes: Any) -> dict[str, Any]:
    """Give the form with changes at ``entries`` (by number) or at the top."""
    form = deepcopy(FORM)
    for place, change in changes.items():
        if place.startswith("row"):
            form["entries"][int(place[3:])] |= change
        else:
            form[place] = change
    return form


def told(form: dict[str, Any], **before: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Audit a form beside earlier ones: code, and the places in this form and in the earlier."""
    evaluation = evalrules.evaluate(MOF, evalrules.load_submission(form))
    earlier = {name: [evalrules.load_submission(each)] for name, each in before.items()}
    found = evalrules.audit_batch([evaluation], **earlier)  # type: ignore[arg-type]
    return [(each.code, each.forms[0].path, each.forms[-1].path) for each in found]


def test_what_differs_from_what_was_approved_is_told_with_both_places() -> None:
    """Target, points, budget and a row that is gone; nothing else."""
    form = changed(row0={"target": "≥10公里"}, row2={"points": 5}, data={**FORM["data"], "全年预算数": 130})
    del form["entries"][1]
    assert told(form, baseline=FORM) == [
        ("baseline-target-changed", "entries[0].target", "entries[0].target"),
        ("baseline-points-changed", "entries[1].points", "entries[2].points"),
        ("baseline-budget-changed", "data.全年预算数", "data.全年预算数"),
        ("baseline-row-left-out", "", "entries[1]"),
    ]


@pytest.mark.parametrize(
    "same",
    [
        {"row0": {"target": "不少于12000米"}},
        {"row0": {"target": "≥12", "unit": "公里"}},
        {"row0": {"indicator": "治 理河道。", "section": "数量指标"}},
        {"row1": {"target": "=100%"}},
        {"row1": {"target": "100", "unit": "%"}},
        {"data": {**FORM["data"], "年初预算数": "1000000元", "全年执行数": 3}},
        {"data": {"全年预算数": 120}},
        {"project": {"name": "河道治理（二期）", "code": "P01"}},
        {"row2": {"points": None}},
    ],
)
def test_another_spelling_is_no_change(same: dict[str, Any]) -> None:
    """Units, signs, blanks in names, what the baseline leaves blank: nothing is told, whichever came first."""
    assert told(changed(**same), baseline=FORM) == []
    assert told(FORM, baseline=changed(**same)) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [("≥12公里", "12公里"), ("", "12公里"), ("12公里", ""), ("12公里", "12亩"), ("及时", "较及时"), ("5-6次", "5-7次")],
)
def test_another_meaning_is_a_change(old: str, new: str) -> None:
    """A sign, a blank, a unit of another kind, words and ranges."""
    assert [code for code, *_ in told(changed(row0={"target": new}), baseline=changed(row0={"target": old}))] == [
        "baseline-target-changed"
    ]


def test_forms_belong_together_by_unit_and_project() -> None:
    """The code goes before the name; another unit's or project's form is none; without any that is told."""
    other = {"row0": {"target": "≥1公里"}}
    no_code = changed(project="河道治理", **other)
    assert [code for code, *_ in told(FORM, baseline=no_code)] == ["baseline-target-changed"]
    for strange in (
        {"organisation": "某县农业农村局"},
        {"project": {"name": "河道治理", "code": "P02"}},
        {"project": ""},
    ):
        codes = [code for code, *_ in told(FORM, baseline=changed(**strange, **other))]
        assert codes == ["approved-not-reported", "baseline-missing"]


def test_rows_of_one_name_stand_in_their_sections_and_order() -> None:
    """Two rows of one name are paired with those of their section, whatever their order."""
    rows = [
        {"section": f"产出指标/{kind}", "indicator": "完成率", "points": 5}
        for kind in ("数量指标", "质量指标", "质量指标")
    ]
    one, other = (evalrules.load_submission(changed(entries=each)) for each in (rows, rows[::-1]))
    assert [(row.path, old.path) for row, old in paired(one, other, MOF.ruleset)] == [
        ("entries[0]", "entries[2]"), ("entries[1]", "entries[0]"), ("entries[2]", "entries[1]"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("now", "before", "pairs"),
    [  # sections with targets, of rows that are all called alike
        ("质量指标:10 数量指标:20", "数量指标:20", [(1, 0)]),
        ("数量指标:20", "质量指标:10 数量指标:20", [(0, 1)]),
        ("数量指标:20 质量指标:30", "产出指标/质量:31 产出指标/数量:21", [(0, 1), (1, 0)]),
        ("数量指标:20 数量指标:30", "数量指标:30 数量指标:20", [(0, 1), (1, 0)]),
        ("数量指标:20 数量指标:30", "数量指标:30", [(1, 0)]),
        ("数量指标:20 质量指标:30", "时效指标:30", [(1, 0)]),
        ("数量指标:20", "时效指标:30", [(0, 0)]),
        ("何处:20 数量指标:30", "数量指标:30 何处:21", [(0, 1), (1, 0)]),
    ],
)
def test_a_row_is_the_one_of_its_place_and_target(now: str, before: str, pairs: list[tuple[int, int]]) -> None:
    """However its section is written, and whichever of several of its name came first."""
    one, other = (
        evalrules.load_submission(
            changed(
                entries=[
                    dict(zip(("section", "target"), each.split(":"), strict=True), indicator="完成") for each in rows
                ]
            )
        )
        for rows in (now.split(), before.split())
    )
    wanted = [(one.entries[row], other.entries[old]) for row, old in pairs]
    assert [*paired(one, other, MOF.ruleset)] == wanted


FIXED = {"indicator": "预算执行率", "points": 10}


@pytest.mark.parametrize(
    ("now", "before"),
    [([], [FIXED]), ([FIXED], []), ([FIXED], [{**FIXED, "target": "95%"}]), ([FIXED], [{**FIXED, "points": 9}])],
)
def test_what_the_edition_fixes_is_no_change(now: list[Any], before: list[Any]) -> None:
    """A fixed row is there without an entry, and has the target and points of the edition whatever an entry says."""
    edition = {
        "evalrules": 1, "id": "fixed", "edition": "1", "title": "示例", "points": 10, "uses": ["standard-methods@1"],
        "sections": {"预算执行率": {"points": 10, "target": "100%", "unit": "%", "scoring": "比例得分"}},
    }  # fmt: skip
    head = {"organisation": "某县水利局", "fiscal_year": 2024}
    form, approved = (evalrules.load_submission({**head, "entries": rows}) for rows in (now, before))
    evaluation = evalrules.evaluate(evalrules.load_catalogue(edition), form)
    assert evalrules.audit_batch([evaluation], baseline=[approved]) == ()


@pytest.mark.parametrize(
    ("changes", "is_told"),
    [
        ({}, True),
        ({"row0": {"target": "≥11公里"}}, False),
        ({"row0": {"indicator": "清淤"}}, False),  # no count of last year's stands any more
        ({"row1": {"target": "98%"}}, True),  # counts decide where there are any
        ({"data": {**FORM["data"], "年初预算数": "120万元", "全年预算数": 120}}, False),
        ({"data": {**FORM["data"], "年初预算数": 0, "全年预算数": "—"}}, False),
        ({"data": {}}, False),
    ],
)
def test_a_budget_that_grew_while_targets_stayed(changes: dict[str, Any], is_told: bool) -> None:  # noqa: FBT001
    """Against last year's form; no growth from nothing, and none where a count rose too."""
    now = changed(data={**FORM["data"], "年初预算数": "110万元"})
    codes = [code for code, *_ in told(now, last_year=changed(fiscal_year=2023, **changes))]
    assert codes == ["budget-grew"] * is_told


@given(st.data())
def test_a_form_beside_itself_says_nothing(data: st.DataObject) -> None:
    """Whatever stands in it: a form is as it was approved, and grew by nothing."""
    words = st.sampled_from(
        ["", "-", "≥5次", "100%", "及时", "2024年12月底前", "5-6", "80%~90%", "1部,2套", "12月31日"]
    )
    names = st.sampled_from(["甲", "乙", "甲 ", "丙"])
    rows = st.fixed_dictionaries({"section": st.sampled_from(["产出指标/数量指标", "效益指标/社会效益指标"]),
                                  "indicator": names, "target": words, "points": st.integers(0, 9)})  # fmt: skip
    form = changed(entries=data.draw(st.lists(rows, max_size=6)), data={"全年预算数": data.draw(words)})
    assert told(form, baseline=form, last_year=form) == []


def test_what_is_no_submission_is_refused() -> None:
    """A mapping or an evaluation in the place of a read form."""
    evaluation = evalrules.evaluate(MOF, evalrules.load_submission(FORM))
    for wrong in (FORM, evaluation):
        with pytest.raises(TypeError, match="load_submissions"):
            evalrules.audit_batch([evaluation], baseline=[wrong])  # type: ignore[list-item]


def test_the_command_holds_forms_to_earlier_ones(tmp_path: Path) -> None:
    """A file or a folder of them; one form stands beside them too, in every format; what cannot be read ends it."""
    new = {**changed(row0={"target": "≥10公里"}), "fiscal_year": 2024}
    (tmp_path / "now.yaml").write_text(json.dumps(new, ensure_ascii=False), "utf-8")
    (tmp_path / "old").mkdir()
    (tmp_path / "old/a.yaml").write_text(json.dumps(FORM, ensure_ascii=False), "utf-8")
    asked = ["evaluate", str(tmp_path / "now.yaml"), "--baseline", str(tmp_path / "old"), "--lang", "zh"]
    said = "年初批复的指标值是≥12公里，自评表填的是≥10公里"
    for shape in ("table", "markdown", "html"):  # a table wraps its lines
        assert said in "".join(CliRunner().invoke(root, [*asked, "--format", shape]).stdout.split())
    found = simplejson.loads(CliRunner().invoke(root, [*asked, "--format", "json"]).stdout)["findings"]
    assert [(each["code"], each["forms"][0]["path"]) for each in found] == [
        ("baseline-target-changed", "entries[0].target")
    ]
    (tmp_path / "old/b.yaml").write_text("不是表", "utf-8")
    assert CliRunner().invoke(root, asked).exit_code == 2


@given(st.lists(st.tuples(*[st.sampled_from(["", "甲", "乙"])] * 3), max_size=12))
def test_the_first_of_the_same_project_is_found_at_one_look(whose: list[tuple[str, str, str]]) -> None:
    """As going through all of them would: by code where both have one, else by name; none has no project."""
    forms = [
        evalrules.load_submission(
            {"organisation": unit, "fiscal_year": place, **({"project": {"name": name, "code": code}} if name else {})}
        )
        for place, (unit, name, code) in enumerate(whose)
    ]

    def is_same(one: tuple[str, str, str], other: tuple[str, str, str]) -> bool:
        (unit, name, code), (other_unit, other_name, other_code) = one, other
        both_coded = name and other_name and code and other_code
        return bool(unit) and unit == other_unit and (code == other_code if both_coded else name == other_name)

    for form, asked in zip(forms, whose, strict=True):
        expected = next((each for each, other in zip(forms, whose, strict=True) if is_same(asked, other)), None)
        assert Earlier(forms).of(form) is expected
