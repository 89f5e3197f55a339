"""What is drawn for an edition is what it takes, and what holds of every form holds of editions drawn at random."""

from __future__ import annotations

import random
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import assume, find, given, settings
from hypothesis import strategies as st

from edition_strategies import editions
from evalrules._engine import LoadedCatalogue, evaluate, load_catalogue, load_submission
from evalrules._evaluation import Evaluation
from evalrules._laws.forms import form_breach
from evalrules._laws.tried import form_verdicts, verdicts
from evalrules._score.score import score_form
from evalrules._submission import Submission
from evalrules.testing import data, entries, hold_to_laws, submissions
from evalrules.testing.laws import broken_form, random_search
from rulesets import write

SHIPPED = (
    "suining-department@2024",
    "hunan-department@2017",
    "hunan-department@2018",
    "mof-project@2020",
    "yueyang-highway@1",
)
few = settings(max_examples=max(5, settings.default.max_examples // 5) if settings.default else 20)


@pytest.fixture(scope="module", params=SHIPPED)
def shipped(request: pytest.FixtureRequest) -> LoadedCatalogue:
    """Give an edition that comes with the package."""
    return load_catalogue(request.param)


# ---- properties of every form --------------------------------------------------------------------------------------


@few
@given(st.data())
def test_deductions_add_up_at_every_level(data: st.DataObject) -> None:
    """Whatever the edition and the submission, points − score is what indicators, sections and total tell, exactly."""
    catalogue = load_catalogue(data.draw(editions()))
    form = score_form(catalogue.ruleset, data.draw(submissions(catalogue)))
    breach = form_breach(form)
    assert breach is None, breach.problem


@few
@given(st.data())
def test_the_total_is_told_in_full(data: st.DataObject) -> None:
    """Added up from the result as it is written out: what is lost everywhere, less bonus, plus penalty."""
    catalogue = load_catalogue(data.draw(editions()))
    told: dict[str, Any] = evaluate(catalogue, data.draw(submissions(catalogue))).to_dict()
    assume(told["score"] is not None)
    outside = ("加分项", "扣分项")
    inside = [part for part in (*told["sections"], *told["indicators"]) if _top(part) not in outside]
    lost = sum((lost["points"] for part in (*inside, told) for lost in part["deductions"]), Decimal(0))
    beside = sum((section["score"] for section in told["sections"] if section["path"][0] in outside), Decimal(0))
    assert told["points"] - told["score"] == lost - beside


def _top(part: dict[str, Any]) -> str:
    path: list[str] = part["path"] if "path" in part else part["section"]
    return path[0]


@few
@given(st.data(), st.integers(0, 1000))
def test_the_order_of_entries_means_nothing(data: st.DataObject, seed: int) -> None:
    """A submission with its rows shuffled scores the same, row by row, and in total."""
    catalogue = load_catalogue(data.draw(editions()))
    submission = data.draw(submissions(catalogue))
    shuffled = list(submission.entries)
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - no secret
    first, second = (evaluate(catalogue, each) for each in (submission, evolve(submission, entries=tuple(shuffled))))
    assert (first.score, first.grade) == (second.score, second.grade)
    assert _scores(first) == _scores(second)


def _scores(evaluation: Evaluation) -> dict[tuple[str, ...], tuple[Any, ...]]:
    return {
        result.path: (result.score, result.status, tuple(lost.because for lost in result.deductions))
        for result in evaluation.indicators
    }


@few
@given(st.data())
def test_a_grade_never_falls_as_the_total_rises(data: st.DataObject) -> None:
    """Of two submissions under the same veto the one with more points has no lower grade; all totals are tried too."""
    catalogue = load_catalogue(data.draw(editions()))
    assert {verdict.outcome for verdict in form_verdicts(catalogue.ruleset)} == {"holds"}
    two = [data.draw(submissions(catalogue)) for _ in range(2)]
    assume(len({each.data["是否违纪"].cell.text for each in two}) == 1)
    known = [(each.score, each.grade) for each in (evaluate(catalogue, submission) for submission in two)]
    assume(all(score is not None for score, _ in known))
    (low, lower), (high, higher) = sorted(known, key=lambda pair: pair[0] or 0)
    order = [grade.title for grade in catalogue.grades]
    assert low == high or order.index(higher or "") <= order.index(lower or "")


# ---- strategies ----------------------------------------------------------------------------------------------------


def test_what_is_drawn_for_a_shipped_edition_is_taken_by_it(shipped: LoadedCatalogue) -> None:
    """Every submission drawn is scored without a misfit, in full where nothing is left blank."""

    @settings(max_examples=20, database=None)
    @given(submissions(shipped))
    def holds(submission: Submission) -> None:
        evaluation = evaluate(shipped, submission)
        blank = any(found.code.endswith(("blank", "missing", "outside")) for found in evaluation.problems)
        assert evaluation.score is not None or blank, evaluation.problems

    holds()


def test_edges_are_drawn(shipped: LoadedCatalogue) -> None:
    """Among a few submissions are full marks, scores of 0, and such as just lose something."""
    seen: set[str] = set()

    @settings(max_examples=25, database=None, derandomize=True)
    @given(submissions(shipped))
    def note(submission: Submission) -> None:
        for result in evaluate(shipped, submission).indicators:
            if result.score is not None:
                lost = result.points - result.score
                seen.update({"full"} if not lost else {"some"} if lost < result.points else {"none"})

    note()
    assert seen == {"full", "some", "none"}


def test_data_are_cells_as_people_write_them() -> None:
    """Every cell drawn is read, and lies in its declared range."""
    catalogue = load_catalogue("hunan-department@2017")

    @settings(max_examples=20, database=None)
    @given(data(catalogue))
    def holds(figures: dict[str, Any]) -> None:
        document = {"organisation": "某单位", "fiscal_year": 2024, "data": figures}
        evaluate(catalogue, load_submission(document))
        assert set(figures) == {figure.name for figure in catalogue.data.values() if figure.formula is None}

    holds()


def test_rows_of_a_fixed_indicator_are_drawn_by_title_or_path() -> None:
    """The row names its indicator and its section, and carries the cells that the indicator has."""
    catalogue = load_catalogue("hunan-department@2017")
    by_title = find(entries(catalogue, "社会公众或服务对象满意度"), lambda entry: entry["actual"] == "89.99%")
    assert by_title == {"indicator": "社会公众或服务对象满意度", "section": "产出及效率/履职效益", "actual": "89.99%"}
    judged = find(entries(catalogue, "产出及效率/履职效益/经济效益和社会效益"), lambda _: True)
    assert judged["judged"] == {"tier": "达成年度指标", "score": "8", "because": "综合评定"}
    answered = find(entries(catalogue, "管理制度健全性"), lambda _: True)
    assert len(answered["answers"]) == 4


def test_an_unknown_indicator_has_no_rows() -> None:
    """A title that the edition does not have is an error of the test's author."""
    with pytest.raises(KeyError):
        entries(load_catalogue("mof-project@2020"), "没有的指标")


# ---- laws with random inputs ---------------------------------------------------------------------------------------


def test_laws_of_an_edition_as_a_function() -> None:
    """All verdicts come back, and those of a lawful edition all hold."""
    found = hold_to_laws(load_catalogue("mof-project@2020"), examples=5)
    assert {verdict.outcome for verdict in found} == {"holds"}
    assert "graded" in {verdict.law for verdict in found}


HOLE = """\
sections:
  人数:
    points: 10
    unit: 人
    target: ≥ 100人
    ranges: {完成值: {min: 0}}
    scoring:
      award:
        - {when: (完成值 − 150) × (完成值 − 150) < 1600, points: 5, because: 在中间}
        - {when: 完成值 ≥ 100, points: 10}
        - {points: 0, because: 不到}
"""


def test_random_inputs_find_what_lies_at_no_edge(tmp_path: Path) -> None:
    """A hole whose edges no linear term shows is found by chance and shrunk to the simplest pair."""
    catalogue = load_catalogue(write(tmp_path, HOLE))
    assert next(verdict for verdict in verdicts(catalogue.ruleset) if verdict.law == "monotone").outcome == "holds"
    searched = verdicts(catalogue.ruleset, random_search(200))
    (found,) = [verdict for verdict in searched if verdict.law == "monotone"]
    assert found.problem is not None
    first, second = re.findall(r"([\d.]+)人 得", found.problem.message)
    assert float(first) <= 110 < float(second) < 190
    assert "得 10 分" in found.problem.message


CAPPED = """\
data: {有问题: {type: yes_no}, 完成数: {min: 0, max: 100}}
sections:
  产出:
    points: 10
    cap: {when: 有问题, at_most: 4, because: 有问题}
    indicators: {人数: {points: 10, value: 完成数, target: ≥ 100, scoring: 比例得分}}
"""


def test_whole_forms_of_an_edition_with_a_cap(tmp_path: Path) -> None:
    """Caps hold on random forms; one that the engine would not keep is found."""
    catalogue = load_catalogue(write(tmp_path, CAPPED))
    assert broken_form(catalogue) is None
    caps = catalogue.ruleset.caps
    passed_over = {path: evolve(cap, score=lambda _, score, *__: score[0]) for path, cap in caps.items()}
    careless = evolve(catalogue.ruleset, caps=passed_over)
    figures = {"有问题": "是", "完成数": 100}
    submission = load_submission({"organisation": "某单位", "fiscal_year": 2024, "data": figures})
    breach = form_breach(score_form(careless, submission))
    assert breach is not None
    assert breach.problem.message == "`产出` 的得分上限为 4 分，成立时却得 10.00 分"


def test_a_form_whose_sums_are_wrong_is_found(tmp_path: Path) -> None:
    """A score that no deduction explains is told of its indicator."""
    catalogue = load_catalogue(write(tmp_path, CAPPED))
    figures = {"有问题": "否", "完成数": 50}
    form = score_form(
        catalogue.ruleset, load_submission({"organisation": "某单位", "fiscal_year": 2024, "data": figures})
    )
    assert form.direct is not None
    form.direct[0] = 4_00
    breach = form_breach(form)
    assert breach is not None
    assert breach.problem.message == "`人数` 得 4.00 分，分值 10 分，各项扣分合计 5.00 分，对不上"
