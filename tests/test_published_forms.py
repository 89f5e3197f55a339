"""Seven published self-evaluations as they stand: every finding read one by one and judged, every known defect sought.

The forms are ``examples/cases/``; what each scores and is told is in its ``expect`` block. Here stands what a reviewer
makes of each finding: useful (true, and worth asking the unit about), noise (true, and nobody would ask) or false.
"""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

import evalrules
from evalrules import Evaluation

FORMS = Path(__file__).parents[1] / "examples" / "cases"
USEFUL, NOISE, FALSE = "useful", "noise", "false"
JUDGED: dict[str, list[tuple[str, str, str]]] = {
    "huangshi-sponge-city-2022": [
        # The same words in both cells say nothing of what was produced.
        ("actual-words-copied", "数量指标第1行", USEFUL),
        ("number-in-words", "数量指标第1行", NOISE),  # the same cells once more
        # Three deadlines in one cell, answered 完成.
        ("number-in-words", "时效指标第1行", USEFUL),
        # 满意 answered 完成: nobody was asked.
        ("not-a-rate", "满意度指标第1行", USEFUL),
    ],
    "hunan-143-posts-2018": [],
    "jishan-medical-insurance-2020": [
        # Asked whether all the money was pooled, the unit says 100%: of what, nobody can tell.
        ("whether-by-number", "质量指标第1行", USEFUL),
        # 99.1% of the budget was spent, by the rate 9.91 of 10.
        ("claim-differs", "预算执行率", USEFUL),
        # A head count may well be meant as at least so many, and the row rests on it.
        ("direction-assumed", "数量指标第1行", NOISE),
        ("claim-differs", "数量指标第1行", USEFUL),
        ("improvement-missing", "数量指标第1行", USEFUL),
        # Both rows meet 95% and lose a tenth of their points without a word.
        ("claim-differs", "社会效益第1行", USEFUL),
        ("points-lost-target-met", "社会效益第1行", USEFUL),
        ("deviation-reason-missing", "社会效益第1行", NOISE),  # says again that there is no reason
        ("claim-differs", "服务对象满意度指标第1行", USEFUL),
        ("points-lost-target-met", "服务对象满意度指标第1行", USEFUL),
        ("deviation-reason-missing", "服务对象满意度指标第1行", NOISE),
        # 94 printed, 93 by its rows.
        ("claimed-total-differs", "claimed.score", USEFUL),
        ("claimed-score-differs", "claimed.score", USEFUL),
    ],
    "putuo-sports-centre-2022": [
        # 215457.6 ÷ 250000 is 86.18%, printed 86.19%.
        ("reported-differs", "执行率", USEFUL),
        # Everything else is full while a seventh of the money is unspent.
        ("results-above-execution", "预算执行率", USEFUL),
    ],
    "suixi-temporary-relief-2019": [
        # 87 for 59, 758 for 570: the targets were low.
        ("deviation-reason-missing", "数量指标第3行", USEFUL),
        ("full-marks-claimed-target-missed", "数量指标第4行", USEFUL),
        ("improvement-missing", "数量指标第4行", USEFUL),
        ("deviation-reason-missing", "质量指标第2行", USEFUL),
        # The name prints <, the target <=.
        ("sign-differs", "质量指标第3行", USEFUL),
        # 5830 for at most 5300.
        ("claim-differs", "质量指标第3行", USEFUL),
        ("deviation-reason-missing", "质量指标第3行", USEFUL),
        # The copy breaks off here.
        ("row-blank", "服务对象满意度指标第1行", USEFUL),
    ],
    "tianchang-water-2022": [
        ("row-not-applicable", "生态效益指标第1行", USEFUL),
        # Six rows claim full points with both cells blank; of one the target stands in the name.
        ("row-blank", "质量指标第1行", USEFUL),
        ("row-blank", "时效指标第1行", USEFUL),
        ("row-blank", "成本指标第1行", USEFUL),
        ("row-blank", "经济效益指标第1行", USEFUL),
        ("row-blank", "社会效益指标第1行", USEFUL),
        ("row-blank", "可持续影响指标第1行", USEFUL),
    ],
    "yueyang-highway": [
        # Standards and claims, and not one figure by which they could be had.
        ("block-blank", "基础数据", USEFUL),
        ("row-blank", "预算管理第1行", USEFUL),
    ],
}
# What a reading by hand finds wrong on the forms, and the finding or problem that says so; None: not found.
DEFECTS: list[tuple[str, str, str | None]] = [
    ("huangshi-sponge-city-2022", "没有分值一栏", "form-without-points"),
    ("huangshi-sponge-city-2022", "数量指标的完成值照抄指标值", "actual-words-copied"),
    ("huangshi-sponge-city-2022", "满意度填的是“完成”", "not-a-rate"),
    ("hunan-143-posts-2018", "一格写成 7.50.", "cell-number"),
    ("jishan-medical-insurance-2020", "总分 94，各行之和 93", "claimed-total-differs"),
    ("jishan-medical-insurance-2020", "两行达到指标值仍扣分", "points-lost-target-met"),
    ("jishan-medical-insurance-2020", "执行率 99.1% 得 9 分", "claim-differs"),
    ("jishan-medical-insurance-2020", "“是否”的问题用比率回答", "whether-by-number"),
    ("putuo-sports-centre-2022", "执行率 86.19%，应为 86.18%", "reported-differs"),
    ("suixi-temporary-relief-2019", "4604 人不到 4754 人，仍得满分", "full-marks-claimed-target-missed"),
    ("suixi-temporary-relief-2019", "5830 元超过 5300 元，仍得满分", "claim-differs"),
    ("suixi-temporary-relief-2019", "名称写 <，指标值写 <=", "sign-differs"),
    ("tianchang-water-2022", "六行两格都空着", "row-blank"),
    ("tianchang-water-2022", "一行的指标值写在名称里", "row-blank"),
    ("yueyang-highway", "没有一个实际数", "block-blank"),
]
SHARE = 0.85


@cache
def evaluated(name: str) -> Evaluation:
    """Evaluate one form by the edition that it names."""
    submission = evalrules.load_submission(FORMS / f"{name}.yaml")
    assert submission.catalogue is not None
    return evalrules.evaluate(evalrules.load_catalogue(submission.catalogue), submission)


def test_all_published_forms_are_judged() -> None:
    """A form that is added is read, too."""
    assert {path.stem for path in FORMS.glob("*.yaml")} == set(JUDGED)


@pytest.mark.parametrize("name", JUDGED)
def test_every_finding_was_read(name: str) -> None:
    """The findings are those that were judged, and no others: a new one is read before it is let through."""
    found = [(one.code, one.where.split(" ", 1)[0]) for one in evaluated(name).findings]
    assert found == [(code, where) for code, where, _ in JUDGED[name]]


def test_most_findings_are_useful_and_none_is_false() -> None:
    """At least 85% would be asked about by a reviewer, and none accuses where nothing is wrong."""
    verdicts = Counter(verdict for told in JUDGED.values() for _, _, verdict in told)
    assert verdicts[FALSE] == 0
    assert verdicts[USEFUL] >= SHARE * verdicts.total()


def test_the_page_counts_what_was_judged() -> None:
    """``docs/audit.md`` has a row for each form: its findings by verdict, its defects, and how many are found."""
    page = (FORMS.parents[1] / "docs" / "audit.md").read_text("utf-8").partition("## 七份公开的自评表")[2]
    rows = [row.split(" | ")[1:] for row in page.split("\n\n")[2].splitlines()[2:]]
    counted = []
    for name, told in JUDGED.items():
        verdicts, defects = [verdict for *_, verdict in told], [code for form, _, code in DEFECTS if form == name]
        known = [verdicts.count(verdict) for verdict in (USEFUL, NOISE, FALSE)]
        counted.append([len(told), *known, len(defects), len(defects) - defects.count(None)])
    assert [[int(cell.strip("| ")) for cell in row] for row in rows] == counted


def test_most_defects_are_found() -> None:
    """At least 85% of what a reading by hand finds; each is said by the finding or problem named."""
    for name, defect, code in DEFECTS:
        evaluation = evaluated(name)
        told = {one.code for one in evaluation.findings} | {one.code for one in evaluation.problems}
        assert code is None or code in told, defect
    assert sum(code is not None for _, _, code in DEFECTS) >= SHARE * len(DEFECTS)


@pytest.mark.parametrize(
    ("name", "score", "possible", "unscored"),
    [
        ("huangshi-sponge-city-2022", None, ("19.55", "99.55"), 8),
        ("hunan-143-posts-2018", None, ("16.00", "84.00"), 0),
        ("jishan-medical-insurance-2020", "99.77", ("99.77", "99.77"), 0),
        ("putuo-sports-centre-2022", "98.62", ("98.62", "98.62"), 0),
        ("suixi-temporary-relief-2019", None, ("88.93", "98.93"), 1),
        ("tianchang-water-2022", None, ("40.00", "100.00"), 6),
        ("yueyang-highway", None, ("0.00", "100.00"), 9),
    ],
)
def test_none_is_refused(name: str, score: str | None, possible: tuple[str, str], unscored: int) -> None:
    """Each gets every score that it can have, and the range of what it can come to."""
    evaluation = evaluated(name)
    assert (evaluation.score and str(evaluation.score)) == score
    assert tuple(map(str, evaluation.possible)) == possible
    assert [row.status for row in evaluation.indicators].count("unscored") == unscored
