"""What is seen only across forms: full marks, crowding, copies, cuts unlike and who is missing, in code and command."""

from __future__ import annotations

import json
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import evalrules
from evalrules import Evaluation, Finding, SubmissionError
from evalrules._audit.copies import alike, clusters, compared, passages, shingles
from evalrules._cli.commands import root
from evalrules._forms.filled import load_expected

EDITION = {
    "evalrules": 1,
    "id": "batch",
    "edition": "1",
    "title": "批量测试",
    "points": 100,
    "defaults": {"scoring": {"≥": "比例", "text": "评判", "=": "比例"}},
    "methods": {
        "比例": {
            "ranges": {"完成值": {"min": 0}, "指标值": {"above": 0}},
            "award": [
                {"when": "完成值 ≥ 指标值", "points": "分值"},
                {"points": "分值 × 完成值 ÷ 指标值", "because": "完成值 {完成值} 未达到指标值 {指标值}"},
            ],
        },
        "评判": {"judged": {"达成": "80% – 100%", "未达成": "0% – 80%"}},
    },
    "sections": {"产出指标": {"points": 100, "open": True}},
    "grades": {"优": "总分 ≥ 90", "良": "总分 ≥ 80", "差": "otherwise"},
}
CATALOGUE = evalrules.load_catalogue(EDITION)
NAMES = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉"


def form(unit: str, rows: Sequence[dict[str, Any]] = (), **head: Any) -> Evaluation:
    """Evaluate a form of a unit with these rows; the last is filled up to 100 points."""
    entries = [{"section": "产出指标", "points": 10, "target": "20个", "actual": "20个", **row} for row in rows]
    left = 100 - sum(entry["points"] for entry in entries)
    own = {"section": "产出指标", "indicator": f"{unit}的其余工作", "points": left, "target": "≥3项", "actual": "3项"}
    document = {"catalogue": "batch@1", "organisation": unit, "fiscal_year": 2024, "entries": [*entries, own], **head}
    return evalrules.evaluate(CATALOGUE, evalrules.load_submission(document))


def told(found: Sequence[Finding], code: str) -> list[Finding]:
    """Give the findings of a code."""
    return [each for each in found if each.code == code]


# ---- scores ----------------------------------------------------------------------------------------------------------


def test_ten_forms_that_all_claim_full_marks_are_told_once() -> None:
    """All are named, whatever their number from four on; three are none."""
    forms = [form(f"{name}局", claimed={"score": 100}) for name in NAMES[:10]]
    found = told(evalrules.audit_batch(forms), "all-claim-full")
    assert [(each.message, len(each.forms)) for each in found] == [("全部单位报送的 10 份自评表都按满分自评", 10)]
    (found_,) = told(evalrules.audit_batch([*forms, form("其他局")]), "all-claim-full")
    assert found_.message == "全部单位报送的 11 份自评表中，填了自评得分的 10 份都按满分自评"
    assert told(evalrules.audit_batch(forms[:3]), "all-claim-full") == []


def test_one_unit_that_claims_full_marks_everywhere_is_told_among_others() -> None:
    """Its projects are named and no other form."""
    own = [form("甲局", claimed={"score": 100}, project=f"项目{number}") for number in range(4)]
    others = [form(f"{name}局", claimed={"score": 95}) for name in NAMES[1:5]]
    (found,) = told(evalrules.audit_batch([*own, *others]), "all-claim-full")
    assert {each.organisation for each in found.forms} == {"甲局"}
    assert [each.project for each in found.forms] == ["项目0", "项目1", "项目2", "项目3"]


@pytest.mark.parametrize(("totals", "is_told"), [([90, 90, 90.5, 90.2], True), ([90, 90, 90.6, 90.2], False)])
def test_totals_crowd_within_half_a_point_above_an_edge(totals: list[float], is_told: bool) -> None:  # noqa: FBT001
    """Four within 0.5 above 90 are told, both ends included; one that lies beyond makes them three."""
    forms = [form(f"{name}局", claimed={"score": str(total)}) for name, total in zip(NAMES, totals, strict=False)]
    found = told(
        evalrules.audit_batch([*forms, *(form(f"{n}局", claimed={"score": 70}) for n in "子丑")]), "totals-crowd"
    )
    assert [each.message for each in found if "自评总分" in each.message] == (
        ["6 份自评表中有 4 份的自评总分在 90 到 90.5 分，刚够评为“优”；差不到 0.5 分的只有 0 份"] if is_told else []
    )


@pytest.mark.parametrize(
    ("actual", "data"), [("", {"违纪": "否"}), ("20个", {"违纪": "是"}), ("20个", {}), ("20个", {"违纪": "否"})]
)
def test_no_form_decides_alone_about_crowding(actual: str, data: dict[str, str]) -> None:
    """The first may lack a total, or have its grade capped: the edges of an edition are the same for all."""
    caps = [{"when": "违纪", "at_most": "差", "because": "有违纪"}]
    catalogue = evalrules.load_catalogue({**EDITION, "data": {"违纪": {"type": "yes_no"}}, "grade_caps": caps})
    rows = [{"indicator": "里程", "actual": actual}]
    first = form("戊局", rows, claimed={"score": 70}, data=data)
    forms = [first, *(form(f"{unit}局", claimed={"score": 90}, data={"违纪": "否"}) for unit in "甲乙丙丁")]
    found = evalrules.audit_batch([evalrules.evaluate(catalogue, each.submission) for each in forms])
    assert [len(each.forms) for each in told(found, "totals-crowd") if "自评总分" in each.message] == [4]


def test_as_many_just_below_the_edge_are_no_crowd() -> None:
    """What lies on both sides alike is no crowding at the edge."""
    forms = [
        form(f"{name}局", claimed={"score": total}) for name, total in zip(NAMES, [90] * 4 + [89.6] * 2, strict=False)
    ]
    assert not [each for each in told(evalrules.audit_batch(forms), "totals-crowd") if "自评总分" in each.message]


# ---- copies ----------------------------------------------------------------------------------------------------------

REASON = "因汛期延长施工进度滞后，年底前有 3 个标段没有按计划完工"


def test_a_sentence_is_found_again_with_other_names_and_numbers() -> None:
    """Both places are told; the unit's own name and every number are left out of the comparison."""
    rows = [{"indicator": "工程", "actual": "19个", "deviation_reason": f"甲水利局{REASON}。"}]
    again = [{"indicator": "道路", "actual": "18个", "deviation_reason": f"乙交通局{REASON.replace('3', '25')}！"}]
    others = [form(f"{name}局") for name in NAMES[:6]]
    (found,) = told(evalrules.audit_batch([form("甲水利局", rows), form("乙交通局", again), *others]), "text-copied")
    assert [(each.organisation, each.path) for each in found.forms] == [
        ("甲水利局", "entries[0].deviation_reason"),
        ("乙交通局", "entries[0].deviation_reason"),
    ]
    assert "乙交通局的产出指标第1行 道路与甲水利局的产出指标第1行 工程文字相同" in found.message
    assert "25 个标段" in found.message
    assert "3 个标段" in found.message


def test_a_sentence_that_most_units_have_is_no_copy() -> None:
    """Nor is a short one, nor what the edition prints, nor a sentence twice in the forms of one year and the next."""
    rows = [{"indicator": "工程", "actual": "19个", "deviation_reason": REASON}]
    assert told(evalrules.audit_batch([form(f"{name}局", rows) for name in NAMES[:4]]), "text-copied") == []
    short = [{"indicator": "工程", "actual": "19个", "deviation_reason": "施工进度滞后"}]
    others = [form(f"{name}局") for name in NAMES[2:8]]
    assert told(evalrules.audit_batch([form("甲局", short), form("乙局", short), *others]), "text-copied") == []
    years = [form("甲局", rows), form("甲局", rows, fiscal_year=2023)]
    assert told(evalrules.audit_batch([*years, *others]), "text-copied") == []


def test_words_that_the_edition_prints_are_no_copy() -> None:
    """A unit that repeats the words of its form copied from nobody."""
    printed = "请按照批复的绩效目标逐项填写实际完成情况"
    catalogue = evalrules.load_catalogue({**EDITION, "reference": printed})
    documents: list[dict[str, Any]] = [
        {
            "catalogue": "batch@1",
            "organisation": unit,
            "fiscal_year": 2024,
            "goals": {"achieved": printed},
            "entries": [],
        }
        for unit in ("甲局", "乙局")
    ]
    evaluations = [evalrules.evaluate(catalogue, evalrules.load_submission(each)) for each in documents]
    assert told(evalrules.audit_batch(evaluations), "text-copied") == []
    plain = [evalrules.evaluate(CATALOGUE, evalrules.load_submission(each)) for each in documents]
    assert len(told(evalrules.audit_batch(plain), "text-copied")) == 1


def test_three_whole_rows_of_another_unit_are_told_with_both_places() -> None:
    """Two are none; a number that differs makes another row."""
    rows = [{"indicator": f"完成{name}类工程", "actual": f"{20 + place}个"} for place, name in enumerate("东南西北")]
    own = {"indicator": "自己的工程", "actual": "40个"}
    others = [form(f"{name}局") for name in NAMES[:6]]
    one, other = form("水利局", rows), form("交通局", [own, *rows[:3]])
    (found,) = told(evalrules.audit_batch([one, other, *others]), "row-copied")
    assert found.message == (
        "交通局有 3 行与水利局的完全相同，如产出指标第2行 完成东类工程“完成东类工程 20个 20个”"
        "与水利局的产出指标第1行 完成东类工程"
    )
    assert [each.path for each in found.forms] == [f"entries[{place}]" for place in (0, 1, 2, 1, 2, 3)]
    changed = [*rows[:2], {**rows[2], "actual": "23个"}]
    assert told(evalrules.audit_batch([one, form("交通局", changed), *others]), "row-copied") == []


def test_rows_that_many_forms_have_meet_by_chance() -> None:
    """Of 120 units every sixth has the same of each of three rows: two with all three say nothing.

    20 ÷ 120 three times, of 7,140 pairs, is 33. Two that have two rows more, which nobody else has, are told.
    """

    def rows(unit: int, *rare: str) -> list[dict[str, Any]]:
        common = [{"indicator": name, "actual": f"{20 + unit // 6**at % 6}个"} for at, name in enumerate("甲乙丙")]
        return [*common, *({"indicator": name, "actual": "77个"} for name in rare)]

    forms = [form(f"第{unit}局", rows(unit, f"工程{unit}")) for unit in range(118)]
    pair = [form(f"{name}局", rows(3, "堤防", "闸门", name)) for name in ("东", "西")]
    (found,) = told(evalrules.audit_batch([*pair, *forms]), "row-copied")
    assert {each.organisation for each in found.forms} == {"东局", "西局"}


def test_a_form_that_is_copied_as_a_whole_is_told_once() -> None:
    """Its rows and sentences are not told again; also where most forms are copies of one."""
    rows = [{"indicator": f"完成{name}类工程", "actual": "19个", "deviation_reason": REASON} for name in "东南西北"]
    copies = [
        evalrules.evaluate(
            CATALOGUE,
            evalrules.load_submission(
                {
                    "catalogue": "batch@1",
                    "organisation": f"{name}局",
                    "fiscal_year": 2024,
                    "entries": [{"section": "产出指标", "points": 25, "target": "20个", **row} for row in rows],
                }
            ),
        )
        for name in NAMES[:10]
    ]
    found = evalrules.audit_batch(copies)
    assert [each.code for each in found] == ["form-copied"]
    assert found[0].message == "乙局自己填的 4 行与甲局的完全相同，数值也一样；另有 8 份也是这样"
    assert len(found[0].forms) == 10


def test_one_result_in_two_projects_is_told_and_a_rate_is_not() -> None:
    """The same count in two projects of a unit; 100% in two is no sign of anything, nor are two units."""
    rows = [{"indicator": "培训农民", "target": "500人次", "actual": "520人次"}]
    two = [form("农业局", rows, project="甲项目"), form("农业局", rows, project="乙项目")]
    (found,) = told(evalrules.audit_batch(two), "indicator-in-two-forms")
    assert [(each.project, each.path) for each in found.forms] == [("甲项目", "entries[0]"), ("乙项目", "entries[0]")]
    rate = [{"indicator": "合格率", "target": "100%", "actual": "100%"}]
    both = [form("农业局", rate, project="甲项目"), form("农业局", rate, project="乙项目")]
    assert told(evalrules.audit_batch([*both, form("林业局", rows)]), "indicator-in-two-forms") == []
    numbered = [[{**rows[0], "indicator": f"{number}号水库蓄水"}] for number in (1, 2)]
    apart = [form("水利局", each, project=f"项目{number}") for number, each in enumerate(numbered)]
    assert told(evalrules.audit_batch(apart), "indicator-in-two-forms") == []


def test_a_form_handed_in_twice_says_whether_both_are_equal() -> None:
    """Another project or year is another form."""
    one, changed = form("甲局"), form("甲局", [{"indicator": "工程"}])
    (found,) = told(evalrules.audit_batch([one, one]), "handed-in-twice")
    assert found.message == "甲局报送了 2 份自评表，内容相同"
    (found,) = told(evalrules.audit_batch([one, changed]), "handed-in-twice")
    assert found.message == "甲局报送了 2 份自评表，内容不同，须明确以哪一份为准"
    apart = [one, form("甲局", project="项目"), form("甲局", fiscal_year=2023)]
    assert told(evalrules.audit_batch(apart), "handed-in-twice") == []


@pytest.mark.parametrize(
    ("two", "is_one"),
    [
        ([("甲局", {"name": "治理", "code": "A"}), ("甲局", {"name": "治理", "code": "B"})], False),
        ([("甲局", {"name": "河道治理", "code": "A"}), ("甲局", {"name": "治理", "code": "A"})], True),
        ([("甲局", {"name": "治理", "code": "A"}), ("甲局", "治理")], True),
        ([("甲局（本级）", "治 理"), ("甲局(本级)", "治理")], True),
        ([("甲局", "治理"), ("乙局", "治理")], False),
        ([("", "治理"), ("", "治理")], False),
    ],
)
def test_whose_a_form_is_goes_by_code_then_name_in_any_width(two: list[tuple[str, Any]], is_one: bool) -> None:  # noqa: FBT001
    """Two forms of one project are one too many; two projects that are called alike are two, and may share a result."""
    rows = [{"indicator": "培训农民", "target": "500人次", "actual": "520人次"}]
    found = evalrules.audit_batch([form(unit, rows, project=project) for unit, project in two])
    assert bool(told(found, "handed-in-twice")) is is_one
    is_of_one_unit = two[0][0] == two[1][0] != ""
    assert bool(told(found, "indicator-in-two-forms")) is (is_of_one_unit and not is_one)


@pytest.mark.parametrize("count", [100, 200])
def test_texts_are_compared_with_few_others(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forms that share one long phrase and differ otherwise are compared with a bounded number each, not with all."""
    compared_pairs = []

    def counted(one: frozenset[int], other: frozenset[int]) -> Fraction:
        compared_pairs.append((one, other))
        return alike(one, other)

    monkeypatch.setattr("evalrules._audit.copies.alike", counted)
    reasons = [
        f"因为汛期延长影响了全部工程的进度所以{chr(0x4E00 + 7 * n) * 3}段{chr(0x5E00 + 3 * n) * 9}"
        for n in range(count)
    ]
    forms = [form(f"单位{n}", [{"indicator": "工程", "deviation_reason": text}]) for n, text in enumerate(reasons)]
    found = clusters((each for n, one in enumerate(forms) for each in passages(n, one, 16)), Fraction(3, 4))
    assert len(found) == count
    assert len(compared_pairs) <= 32 * count


def test_what_is_compared_has_no_names_numbers_or_signs() -> None:
    """Wide digits and signs are the plain ones; a shared stem with other words is not alike."""
    assert compared("某 局：２０２４年，12.5 公里！", ["某 局"]) == "0年0公里"
    one, other = shingles("加强组织领导确保按期完成全部任务"), shingles("加强组织领导另行安排资金使用计划")
    assert alike(one, other) < 0.5


# ---- cuts ------------------------------------------------------------------------------------------------------------


def test_like_cases_cut_unlike_are_told_and_alike_are_not() -> None:
    """One clause and reason, 30% here and 100% there; another reason is another case."""

    def cut(share: str, because: str) -> list[dict[str, Any]]:
        return [{"indicator": "培训", "adjust": {"cut": share, "clause": "无佐证资料", "because": because}}]

    unlike = [form("甲局", cut("30%", "没有签到表")), form("乙局", cut("100%", "没有签到表。"))]
    (found,) = told(evalrules.audit_batch(unlike), "cut-unlike")
    assert found.message == (
        "按“无佐证资料”，同样的理由“没有签到表”，甲局的培训扣 30%，乙局的培训扣 100%；这样的共 2 处"
    )
    same = [form("甲局", cut("30%", "没有签到表")), form("乙局", cut("30%", "没有签到表"))]
    other = [form("甲局", cut("30%", "没有签到表")), form("乙局", cut("100%", "没有任何材料"))]
    more = [form("甲局", cut("30%", "缺 3 张签到表")), form("乙局", cut("60%", "缺 30 张签到表"))]
    assert not any(told(evalrules.audit_batch(each), "cut-unlike") for each in (same, other, more))


# ---- the list --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("listed", ["某局（本级）", "某局(本级)", " 某局 （本级）", ("某局(本级)", "治理 Ａ")])
def test_width_and_blanks_make_no_other_name(listed: Any) -> None:
    """A list is typed by another hand than the form."""
    found = evalrules.audit_batch([form("某局（本级）", project="治理A")], expected=[listed])
    assert not told(found, "form-missing")
    assert not told(found, "form-unexpected")


def test_units_and_projects_that_did_not_report_are_told() -> None:
    """A unit without a form is named by itself; one with a project on the list must hand in that project."""
    forms = [form("甲局", project="修路"), form("丙局")]
    found = evalrules.audit_batch(forms, expected=[("甲局", "修路"), ("甲局", "架桥"), "乙局"])
    assert [(each.code, each.message) for each in found] == [
        ("form-missing", "名单上的甲局（架桥）没有报送自评表"),
        ("form-missing", "名单上的乙局没有报送自评表"),
        ("form-unexpected", "丙局报送了自评表，名单上没有"),
    ]
    assert [(each.submission, each.organisation, each.project) for each in found[0].forms] == [(None, "甲局", "架桥")]
    assert evalrules.audit_batch([], expected=["乙局"])[0].forms[0].organisation == "乙局"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("名单.csv", "单位,项目\n甲局,修路\n乙局,\n,\n甲局,修路\n".encode()),
        ("名单.csv", "序号,单位名称,项目名称\r\n1,甲局,修路\r\n2,乙局,\r\n".encode("gb18030")),
    ],
)
def test_a_list_is_read_as_it_is_kept(name: str, content: bytes, tmp_path: Path) -> None:
    """In any encoding and order of columns, each pair once, blank rows left out."""
    file = tmp_path / name
    file.write_bytes(content)
    assert load_expected(file) == (("甲局", "修路"), ("乙局", ""))


def test_a_list_may_be_a_workbook_or_one_column(tmp_path: Path) -> None:
    """A title above the head is passed over."""
    openpyxl = pytest.importorskip("openpyxl")
    book = openpyxl.Workbook()
    for cells in (["应报送名单"], ["单位", "项目"], ["甲局", "修路"]):
        book.active.append(cells)
    book.save(tmp_path / "名单.xlsx")
    assert load_expected(tmp_path / "名单.xlsx") == (("甲局", "修路"),)
    (tmp_path / "名单.txt").write_text("单位\n甲局\n乙局\n", "utf-8")
    assert load_expected(tmp_path / "名单.txt") == (("甲局", ""), ("乙局", ""))


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", "项目,金额\n修路,3\n".encode()])
def test_a_list_without_units_is_refused_with_its_file(content: bytes, tmp_path: Path) -> None:
    """Nothing is taken for a list of nobody."""
    file = tmp_path / "名单.csv"
    file.write_bytes(content)
    with pytest.raises(SubmissionError) as refused:
        load_expected(file)
    assert {each.code for each in refused.value.problems} <= {
        "expected-without-units",
        "form-file-other",
        "form-file-empty",
    }


# ---- settings, words, command ----------------------------------------------------------------------------------------


def test_an_edition_sets_severity_and_thresholds() -> None:
    """What it turns off is not told."""
    audit = {"all-claim-full": {"forms": 2, "severity": "info"}, "totals-crowd": {"severity": "off", "because": "不看"}}
    catalogue = evalrules.load_catalogue({**EDITION, "audit": audit})
    forms = [evalrules.evaluate(catalogue, form(f"{name}局", claimed={"score": 100}).submission) for name in NAMES[:2]]
    assert [(each.code, each.severity) for each in evalrules.audit_batch(forms)] == [("all-claim-full", "info")]


def test_findings_across_forms_are_said_in_english_with_their_forms() -> None:
    """The other language has the same forms."""
    forms = [form(f"{name}局", claimed={"score": 100}) for name in NAMES[:4]]
    (found,) = told(evalrules.audit_batch(forms, lang="en"), "all-claim-full")
    assert found.message == "all 4 forms of all units claim full marks"
    assert len(found.forms) == 4


def test_other_things_than_evaluations_are_refused() -> None:
    """The error names what was given."""
    with pytest.raises(TypeError, match="takes evaluations, not str"):
        evalrules.audit_batch(["甲"])  # type: ignore[list-item]


@pytest.mark.parametrize("wrong", [(), ("甲", "乙", "丙"), ("甲", None), (1, 2), None, 3])
def test_a_list_of_what_is_no_unit_is_refused(wrong: Any) -> None:
    """A unit, or a pair of texts; nothing falls out of the list in silence, and nothing is taken for a name."""
    with pytest.raises(TypeError, match="units, or pairs of unit and project"):
        evalrules.audit_batch([form("甲")], expected=[wrong])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a folder of five forms that all claim full marks, and the edition beside them."""
    (tmp_path / "batch.yaml").write_text(json.dumps(EDITION, ensure_ascii=False), "utf-8")
    (tmp_path / "forms").mkdir()
    for name in NAMES[:5]:
        own = {"section": "产出指标", "indicator": f"{name}工作", "points": 100, "target": "≥3项", "actual": "3项"}
        head = {"organisation": f"{name}局", "fiscal_year": 2024, "claimed": {"score": 100, "grade": "良"}}
        document = {"catalogue": "batch@1", **head, "entries": [{**own, "claimed_score": 100}]}
        (tmp_path / "forms" / f"{name}.yaml").write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    (tmp_path / "list.csv").write_text("单位\n甲局\n癸局\n", "utf-8")
    return tmp_path


def run(folder: Path, *words: str) -> str:
    """Evaluate the folder by the edition."""
    arguments = ["evaluate", str(folder / "forms"), "--catalogue", str(folder / "batch.yaml"), *words]
    done = CliRunner().invoke(root, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_command_writes_what_is_seen_across_the_forms(folder: Path) -> None:
    """JSON has them beside the results, each with all its forms."""
    found = json.loads(run(folder, "--format", "json", "--expected", str(folder / "list.csv")))["findings"]
    assert [each["code"] for each in found].count("form-unexpected") == 4
    missing = next(each for each in found if each["code"] == "form-missing")
    assert missing["forms"] == [{"submission": None, "organisation": "癸局", "project": None, "path": ""}]
    full = next(each for each in found if each["code"] == "all-claim-full")
    assert [each["organisation"] for each in full["forms"]] == [f"{name}局" for name in sorted(NAMES[:5])]


@pytest.mark.parametrize("shape", ["text", "markdown", "html"])
def test_every_page_shows_pictures_units_and_findings_by_kind(folder: Path, shape: str) -> None:
    """The same parts in each format, in the page as pictures without anything from outside."""
    page = run(folder, "--format", shape, "--codes")
    for words in ("总分分布", "等级分布", "放在一起看到的", "都按满分自评", "各份得分", "各类发现", "all-claim-full"):
        assert words in page
    if shape == "html":
        assert page.count('<svg class="chart"') == 2
        assert "<script" not in page
        assert "http" not in page.replace("http-equiv", "")


def test_the_summary_leads_to_the_reports_of_the_forms(folder: Path) -> None:
    """In a folder each finding links to the forms that it is about."""
    run(folder, "--format", "html", "-o", str(folder / "out"))
    page = (folder / "out" / "index.html").read_text("utf-8")
    across = page[page.index("放在一起看到的") : page.index("各份得分")]
    assert across.count('<a href="') >= 4


def test_the_workbook_has_a_sheet_for_each_part(folder: Path) -> None:
    """Totals, grades, findings across and by kind each have their own."""
    openpyxl = pytest.importorskip("openpyxl")
    run(folder, "-o", str(folder / "all.xlsx"))
    names = openpyxl.load_workbook(folder / "all.xlsx").sheetnames
    assert {"绩效自评复核汇总", "总分分布（份）", "等级分布（份）", "放在一起看到的", "各类发现"} <= set(names)
