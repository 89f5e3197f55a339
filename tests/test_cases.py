"""Cases: examples beside rules and whole forms come out as they say, or the check tells where they do not."""

from __future__ import annotations

import textwrap
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

import evalrules
from evalrules._cases import case_problems, case_results
from evalrules._check import check
from evalrules._cli.commands import root
from evalrules._edition.read import read_edition
from evalrules._problems import Problem, render_problem
from evalrules._score.compiling import compile_ruleset
from rulesets import write

ROOT = Path(__file__).parent.parent
EDITIONS = sorted((ROOT / "catalogue").glob("*/*.yaml"))
BODY = """\
uses: [standard-methods@1]
data: {在职人员数: {unit: 人, integer: true, min: 0}, 编制数: {unit: 人, integer: true, above: 0}}
sections:
  控制率:
    points: 5
    value: 在职人员数 ÷ 编制数
    unit: "%"
    target: ≤ 100%
    scoring: {method: 超标扣分, 起点: 100%, 每: 1%, 扣: 0.5, 不足一步: 不计}
    cases:
      - {在职人员数: 56, 编制数: 65, score: 5}
      - {在职人员数: 67人, 编制数: 65, score: SCORE}
  制度:
    points: 5
    scoring: {checklist: {有制度: 3, 有执行: 2}}
    cases:
      - {有制度: 是, 有执行: 1, score: 4}
      - {有制度: 是, score: unscored}
"""


def told(folder: Path, body: str) -> list[Problem]:
    """Check an edition with its cases."""
    catalogue, problems = read_edition(write(folder, body.removeprefix("uses: [standard-methods@1]\n")))
    assert catalogue is not None, problems
    return list(check(catalogue, case_problems))


def test_cases_that_come_out_as_they_say_are_no_problem(tmp_path: Path) -> None:
    """Figures with and without a unit, answers in words and in points, and a blank answer."""
    assert told(tmp_path, BODY.replace("SCORE", "3.5")) == []


def test_a_case_that_fails_is_told_with_place_and_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check tells what was expected and found, where, and why points were lost."""
    monkeypatch.chdir(tmp_path)
    (failing,) = told(Path(), BODY.replace("SCORE", "4"))
    assert render_problem(failing) == textwrap.dedent(
        """\
        sample/1.yaml:19:9: error: 算例 `控制率[1]` 应得 4 分，实得 3.5 分 [case-fails]
                - {在职人员数: 67人, 编制数: 65, score: 4}
                  ^
          提示：完成值 103.08% 超过 100%，超出 3.08%，每超过 1% 扣 0.5 分，不足一步的不计"""
    )


def test_cases_are_not_run_where_the_edition_has_errors(tmp_path: Path) -> None:
    """Only a sound edition can be scored."""
    body = BODY.replace("SCORE", "4").replace("value: 在职", "value: 在岗", 1)
    codes = [found.code for found in told(tmp_path, body)]
    assert "case-fails" not in codes
    assert codes


def test_cases_are_run_while_only_the_points_do_not_add_up(tmp_path: Path) -> None:
    """Who gives points anew sees in one run what no longer adds up and which cases the new points change."""
    codes = [found.code for found in told(tmp_path, BODY.replace("SCORE", "4").replace("points: 5", "points: 6", 1))]
    assert codes == ["points-do-not-add-up", "case-fails", "case-fails"]


def test_a_case_may_begin_at_a_computed_figure(tmp_path: Path) -> None:
    """A computed figure that a case gives stands as given."""
    body = """\
    data: {甲: {min: 0}, 乙: {above: 0}, 比率: {unit: "%", formula: 甲 ÷ 乙}}
    sections:
      执行率: {points: 10, value: 比率, unit: "%", target: ≥ 100%, scoring: 比例得分, cases: [{比率: 95%, score: 9.5}]}
    """
    assert told(tmp_path, body) == []


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        ("甲: 9, 率: 90%", ""),
        ("甲: 9, 率: 90%, 另: 3", ""),  # a reason reads it
        ("甲: 9, 率: 90%, 无关: 3", "case-input-unread"),
        ("甲: 9, 率: 90%, 完成值: 3", "case-input-computed"),
        ("甲: 9, 率: 90%, 指标值: 3", "case-input-fixed"),
        ("甲: 9, 率: 90%, 分值: 3", "case-input-fixed"),
        ("双: 18, 率: 90%", ""),  # a case may begin there
        ("甲: 9, 双: 18, 率: 90%", "case-input-computed"),
        ("甲: 9, 率: 0.9", "case-rate-bare"),
    ],
)
def test_a_case_gives_what_its_rule_takes(inputs: str, code: str, tmp_path: Path) -> None:
    """What nothing reads, what the edition fixes and what it computes cannot be given, as in ``explain --set``."""
    body = f"""\
    data: {{甲: {{min: 0}}, 双: {{formula: 甲 × 2}}, 率: {{unit: "%", min: 0}}, 另: {{}}, 无关: {{}}}}
    sections:
      一项:
        points: 10
        value: 双
        target: ≥ 9
        scoring: {{award: [{{when: 完成值 ≥ 9 且 率 > 50%, points: 分值}}, {{points: 0, because: "{{另}}"}}]}}
        cases: [{{{inputs}, score: 10}}]
    """
    assert " ".join(found.code for found in told(tmp_path, body)) == code


def test_a_case_may_name_what_an_open_target_leaves_to_it(tmp_path: Path) -> None:
    """Without a target of the edition 指标值 is an input, and so is 完成值 without a value."""
    body = """\
    sections:
      一项:
        points: 10
        scoring: {award: [{when: 完成值 ≥ 指标值, points: 分值}, {points: 0, because: 低}]}
        cases: [{完成值: 9, 指标值: 8, score: 10}]
    """
    assert told(tmp_path, body) == []


def test_a_case_of_a_judgement_names_tier_and_score(tmp_path: Path) -> None:
    """A score outside its tier is unscored, and a case may expect that."""
    body = """\
    sections:
      效益:
        points: 10
        scoring: 三档评判
        cases:
          - {judged: {tier: 达成年度指标, score: 9}, score: 9}
          - {judged: {tier: 达成年度指标, score: 5}, score: unscored}
          - {judged: {tier: 达成年度指标, score: 7}, score: 7}
    """
    assert [found.code for found in told(tmp_path, body)] == ["case-fails"]


def test_cases_of_an_edition_s_own_method_are_run(tmp_path: Path) -> None:
    """Parameters, choices and answers are put in as a call would."""
    body = """\
    methods:
      看情况:
        parameters:
          符合: {type: yes_no}
          档: {type: choice, choices: [甲, 乙]}
          比例: {unit: "%", min: 0, max: 1, default: 80%}
        award:
          - {when: 符合 且 档 = 甲, points: 分值}
          - {when: 符合, points: 分值 × 比例, because: 乙档}
          - {points: 0, because: 不符合}
        cases:
          - {分值: 10, 符合: 是, 档: 甲, score: 10}
          - {分值: 10, 符合: 是, 档: 乙, score: 8}
          - {分值: 10, 符合: 是, 档: 乙, 比例: 70%, score: 7}
          - {分值: 10, 符合: 否, 档: 乙, score: 1}
    data: {合格: {type: yes_no}}
    sections: {人数: {points: 10, unit: 人, target: ≥ 100人, scoring: 比例得分}}
    """
    assert [found.message for found in told(tmp_path, body)] == ["算例 `方法 看情况[3]` 应得 1 分，实得 0 分"]


# ---- whole forms ---------------------------------------------------------------------------------------------------

FORM = """\
data: {在职人员数: {unit: 人, integer: true, min: 0}, 编制数: {unit: 人, integer: true, above: 0}}
sections:
  配置:
    points: 10
    indicators:
      控制率: {points: 10, value: 在职人员数 ÷ 编制数, unit: "%", target: ≤ 100%, scoring: 反向线性}
"""
SUBMISSION = """\
catalogue: sample@1
organisation: 某单位
fiscal_year: 2024
data: {在职人员数: 11, 编制数: 10}
"""


def whole_form(folder: Path, expect: str, submission: str = SUBMISSION) -> list[Problem]:
    """Check an edition with one whole form beside it."""
    file = write(folder, FORM)
    cases = file.with_name("1.cases")
    cases.mkdir(exist_ok=True)
    (cases / "form.yaml").write_text(submission + expect, "utf-8")
    catalogue, problems = read_edition(file)
    assert catalogue is not None, problems
    return list(check(catalogue, partial(case_problems, functions={})))


@pytest.mark.parametrize(
    "expect",
    [
        "expect: {score: 9.00, grade: 优, sections: {配置: 9}, indicators: {控制率: 9, 配置/控制率: 9.0}}",
        "expect: {findings: [deviation-reason-missing]}",
        "expect: {score: 9}",
    ],
)
def test_a_whole_form_that_comes_out_as_expected(tmp_path: Path, expect: str) -> None:
    """Numbers are equal whatever zeros they are written with; what is not named is not looked at."""
    assert whole_form(tmp_path, expect) == []


@pytest.mark.parametrize(
    ("expect", "message"),
    [
        ("expect: {score: 8.9}", "算例 `总分` 应得 8.9 分，实得 9.00 分"),
        ("expect: {score: unscored}", "算例 `总分` 应不计分，实得 9.00 分"),
        ("expect: {grade: 差}", "算例应评为 差，实为 优"),
        ("expect: {sections: {配置: 10}}", "算例 `配置` 应得 10 分，实得 9.00 分"),
        ("expect: {indicators: {控制率: not_applicable}}", "算例 `控制率` 应为不适用，实得 9.00 分"),
        ("expect: {indicators: {控制绿: 9}}", "算例 `expect` 中的 `控制绿` 不是这张表的部分或指标"),
        ("expect: {findings: []}", "算例应有的审核发现：无；实有：deviation-reason-missing"),
        ("expect: {scores: 9}", "未知的键 `scores`"),
        ("", "算例没有写应得结果 `expect`"),
        ("expect:", "算例没有写应得结果 `expect`"),
        ("expect: {}", "算例没有写应得结果 `expect`"),
        ("expect: {sections: {}}", "算例没有写应得结果 `expect`"),
    ],
)
def test_a_whole_form_that_comes_out_otherwise(tmp_path: Path, expect: str, message: str) -> None:
    """Each thing that is named and differs is one problem at its place in the case."""
    (found,) = whole_form(tmp_path, expect)
    assert found.message == message
    assert found.location is not None
    assert found.location.file.endswith("form.yaml")


def test_what_looks_like_a_case_and_is_not_read_is_told(tmp_path: Path) -> None:
    """Other endings, folders inside, and folders that belong to no edition."""
    assert whole_form(tmp_path, "expect: {score: 9}") == []
    home = tmp_path / "sample"
    for name in ("1.cases/形式.yml", "1.cases/a.json", "1.cases/sub/b.yaml", "1.case/c.yaml", "3.cases/d.yaml"):
        (home / name).parent.mkdir(exist_ok=True)
        (home / name).write_text(SUBMISSION + "expect: {score: 9}", "utf-8")
    (home / "1.cases" / "README.md").write_text("算例", "utf-8")
    (home / "2.yaml").write_text("", "utf-8")
    (home / "2.cases").mkdir()
    found = whole_form(tmp_path, "expect: {score: 9}")
    assert {each.code for each in found} == {"case-file-not-read"}
    places = sorted(Path(each.location.file).name for each in found if each.location is not None)
    assert places == ["1.case", "3.cases", "a.json", "sub", "形式.yml"]


def test_an_unscored_total_is_expected_in_words(tmp_path: Path) -> None:
    """A blank figure leaves no score, and that can be expected."""
    blank = SUBMISSION.replace("在职人员数: 11", "在职人员数: ")
    assert whole_form(tmp_path, "expect: {score: unscored, indicators: {控制率: unscored}}", blank) == []


def test_a_whole_form_that_does_not_fit_the_edition_is_told(tmp_path: Path) -> None:
    """A misfit of the submission is a problem of the case."""
    wrong = SUBMISSION.replace("编制数: 10", "编制人数: 10")
    assert [found.code for found in whole_form(tmp_path, "expect: {score: unscored}", wrong)] == ["figure-unknown"]
    assert whole_form(tmp_path, "expect: {score: unscored, problems: [figure-unknown]}", wrong) == []
    (found,) = whole_form(tmp_path, "expect: {problems: [figure-unit]}", wrong)
    assert found.message == "算例应有的填报问题：figure-unit；实有：figure-unknown"


def test_a_whole_form_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """A slip in the YAML is a problem of the case."""
    assert whole_form(tmp_path, "expect: {score: [", SUBMISSION)


def test_an_edition_that_is_no_file_has_no_whole_forms() -> None:
    """A mapping has no folder beside it."""
    document = {"evalrules": 1, "id": "a", "edition": "1", "title": "甲"}
    catalogue, _ = read_edition(document)
    assert catalogue is not None
    assert list(case_results(compile_ruleset(catalogue))) == []


@pytest.mark.parametrize("file", EDITIONS, ids=lambda file: f"{file.parent.name}@{file.stem}")
def test_the_cases_of_shipped_editions_pass(file: Path) -> None:
    """Every case of every edition comes out as it says."""
    catalogue, _ = read_edition(file)
    assert catalogue is not None
    results = list(case_results(compile_ruleset(catalogue)))
    assert results
    assert [found for result in results for found in result.problems] == []


# ---- new points, confirmed -----------------------------------------------------------------------------------------


def test_what_cases_come_to_is_written_where_it_is_confirmed(tmp_path: Path) -> None:
    """Each case that fails is asked about by itself; what is confirmed is put in its place, nothing else changes."""
    body = BODY.replace("SCORE", '"4"').replace("score: unscored}", "score: 1}  # 未答")
    name = write(tmp_path, body.removeprefix("uses: [standard-methods@1]\n"))
    before = name.read_text("utf-8")
    ran = CliRunner().invoke(root, ["test", "--confirm", "--lang", "zh", str(name)], input="y\nn\n")
    assert ran.exit_code == 1
    assert "算例 `控制率[1]` 由 4 改为 3.5" in ran.stderr
    assert "算例 4 个，通过 3 个" in ran.stdout
    assert name.read_text("utf-8") == before.replace('"4"', '"3.5"')
    ran = CliRunner().invoke(root, ["test", "--confirm", "--lang", "zh", str(name)], input="y\n")
    assert ran.exit_code == 0
    assert name.read_text("utf-8") == before.replace('"4"', '"3.5"').replace(
        "score: 1}  # 未答", "score: unscored}  # 未答"
    )


def test_whole_forms_are_confirmed_in_their_own_files(tmp_path: Path) -> None:
    """Totals, grades and parts that a whole form expects are asked about and written one by one."""
    name = write(tmp_path, BODY.replace("SCORE", "3.5").removeprefix("uses: [standard-methods@1]\n"))
    form = name.parent / f"{name.stem}.cases" / "full.yaml"
    form.parent.mkdir()
    text = (
        "organisation: 某局\nfiscal_year: 2024\ndata: {在职人员数: 56, 编制数: 65}\n"
        "entries: [{indicator: 制度, answers: {有制度: 是, 有执行: 是}}]\n"
        "expect:\n  score: 9\n  indicators: {控制率: 4.5, 制度: 5}\n"
    )
    form.write_text(text, "utf-8")
    ran = CliRunner().invoke(root, ["test", "--confirm", str(name)], input="y\ny\n")
    assert ran.exit_code == 0, ran.output
    assert form.read_text("utf-8") == text.replace("score: 9", "score: 10.00").replace("4.5", "5.00")


def test_a_case_of_a_method_without_a_parameter_is_told() -> None:
    """What a case leaves out, or writes as something else, is told at the case, and nothing is run."""
    method = {
        "parameters": {"每": {"above": 0}, "严": {"type": "yes_no", "default": "1 = 1"}},
        "deduct": [{"when": "严 且 完成值 > 指标值", "points": "(完成值 − 指标值) ÷ 每", "because": "超过"}],
    }
    case = {"分值": 10, "指标值": 10, "完成值": 12, "每": 1, "score": 8}  # right as it is
    changes = ({"每": None}, {"每": "甲"}, {"严": 3}, {"分值": "十五六"}, {"严": "是"})
    told = []
    for change in changes:
        changed = {name: value for name, value in {**case, **change}.items() if value is not None}
        edition = {"evalrules": 1, "id": "m", "edition": "1", "title": "法"}
        content = {**edition, "methods": {"超标扣分": {**method, "cases": [changed]}}}
        told.append({found.code for found in evalrules.check(content)})
    assert told == [{"parameter-not-given"}, {"case-input-kind"}, {"case-input-kind"}, {"case-input-kind"}, set()]
