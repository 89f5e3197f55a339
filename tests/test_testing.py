"""What is drawn for an edition is what it takes, and what holds of every form holds of editions drawn at random."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from attrs import define, evolve, field
from hypothesis import HealthCheck, assume, find, given, settings
from hypothesis import strategies as st

from edition_strategies import editions
from evalrules._engine import LoadedCatalogue, evaluate, load_catalogue, load_submission
from evalrules._evaluation import Evaluation
from evalrules._formula.intervals import point
from evalrules._formula.program import Rule
from evalrules._formula.tree import Node
from evalrules._laws.fillings import form_breach, native
from evalrules._laws.law import form_verdicts, verdicts
from evalrules._laws.subjects import Subject
from evalrules._laws.trials import attempt
from evalrules._reasons.account import RowAccount
from evalrules._score.form import ScoredRow
from evalrules._score.score import score_form
from evalrules._submission import Submission
from evalrules.testing import data, entries, hold_to_laws, submissions
from evalrules.testing.laws import broken_form, random_search
from evalrules.testing.worth_drawing import rules_of, worth_of
from rulesets import slow_but, write

SHIPPED = (
    "suining-department@2024",
    "hunan-department@2017",
    "hunan-department@2018",
    "mof-department@2020",
    "mof-project@2020",
    "yueyang-highway@1",
)
ALL_SHIPPED = (*SHIPPED, "hubei-project@2020", "hunan-department@2015")
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
    assert_all_told(catalogue, data.draw(submissions(catalogue)))


@few
@given(st.data())
def test_deductions_add_up_where_rows_and_figures_are_left_out(shipped: LoadedCatalogue, data: st.DataObject) -> None:
    """A form that lacks some of its rows, or all, and some of its figures tells all that it loses too."""
    submission = data.draw(submissions(shipped))
    kept = [each for each in submission.entries if data.draw(st.booleans())] if data.draw(st.booleans()) else []
    figures = {name: cell for name, cell in submission.data.items() if data.draw(st.booleans())}
    assert_all_told(shipped, evolve(submission, entries=tuple(kept), data=figures))


def assert_all_told(catalogue: LoadedCatalogue, submission: Submission) -> None:
    """Hold a form to the law that what it loses is told at every level."""
    breach = form_breach(score_form(catalogue.ruleset, submission))
    assert breach is None, breach.problem


def test_an_edition_without_indicators_scores_nothing() -> None:
    """What only lends its methods gives no total that nothing explains."""
    catalogue = load_catalogue("standard-methods@1")
    found = evaluate(catalogue, load_submission({"catalogue": catalogue.id, "organisation": "甲", "fiscal_year": 2024}))
    assert (found.score, found.possible) == (None, (Decimal(0), Decimal(100)))
    assert [each.code for each in found.problems] == ["edition-without-indicators"]


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


@define
class Reached:
    """What a number of draws reached: grades, totals, and of each rule which edges, and that it came to apply."""

    grades: Counter[str | None] = field(factory=Counter)
    totals: list[Decimal] = field(factory=list)
    edges: dict[tuple[str, ...], set[Node]] = field(factory=dict)
    rules: set[str] = field(factory=set)

    def note(self, catalogue: LoadedCatalogue, submission: Submission) -> None:
        """Score a submission and keep what it reaches."""
        form = score_form(catalogue.ruleset, submission)
        self.grades[form.grade] += 1
        if form.total_score is not None:
            self.totals.append(form.total_score)
        for row in form.rows:
            for subject in rules_of(catalogue.ruleset).get(row.indicator.path, ()):
                if row.problem is None and row.row.plan is subject.plan:
                    self._note_row(subject, row)

    def _note_row(self, subject: Subject, row: ScoredRow) -> None:
        trying = subject.trying
        values = {name: _input(subject, row, name) for name in trying.domains}
        at, terms = trying.at(values), trying.terms_over(values)
        zero = {term for term, here in zip(trying.terms, terms, strict=True) if at.bounds(here) == point(0)}
        self.edges.setdefault(row.indicator.path, set()).update(zero)
        self.rules.update(rule.label for rule in _held(subject, row))


def _held(subject: Subject, row: ScoredRow) -> Iterator[Rule]:
    for number, *_ in RowAccount(row).told:
        yield subject.program.rules[number]


def _input(subject: Subject, row: ScoredRow, name: str) -> Any:
    """Give what a row has for an input of its rule, as it is tried."""
    cells = {"完成值": row.actual, "指标值": row.target, "分值": row.points, "评判得分": row.judged}
    stored = cells[name] if name in cells else RowAccount(row).stored[subject.ruleset.slots[name]]
    table = subject.ruleset.catalogue.tables.get(name)
    if table is not None:
        names = [column.name for column in table.columns]
        return tuple({each: native(cells[f"{name}_{each}"]) for each in names} for cells in stored)
    return native(stored)


@pytest.mark.parametrize("name", slow_but("hunan-department@2018", ALL_SHIPPED))
def test_every_edge_and_rule_grade_and_full_marks_are_drawn(name: str) -> None:
    """Within 200 draws of each shipped edition; of what whole numbers, or other figures, leave in reach."""
    catalogue, reached = load_catalogue(name), Reached()

    @settings(max_examples=200, database=None, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    @given(submissions(catalogue))
    def draw(submission: Submission) -> None:
        reached.note(catalogue, submission)

    draw()
    assert {each.title for each in catalogue.grades} <= set(reached.grades)
    assert max(reached.totals) == catalogue.points
    for path, found in rules_of(catalogue.ruleset).items():
        for subject in found:
            in_reach = {term: values for term, values in worth_of(subject).edges if term not in reached.edges[path]}
            assert in_reach == {}, path
            tried = (attempt(subject, found[0]) for found in worth_of(subject).outcomes)
            applied = {subject.program.rules[number].label for trial in tried for number in trial.applied}
            assert applied <= reached.rules


@few
@given(st.data())
def test_a_grade_that_is_asked_for_is_the_grade(data: st.DataObject) -> None:
    """Submissions of one grade have it, in shipped editions and in drawn ones with caps, vetoes and bonus."""
    catalogue = load_catalogue(data.draw(st.one_of(st.sampled_from(SHIPPED), editions())))
    grade = data.draw(st.sampled_from([each.title for each in catalogue.grades]))
    submission = data.draw(submissions(catalogue, grade=grade))
    assert evaluate(catalogue, submission).grade == grade


@pytest.mark.slow
def test_a_grade_may_be_asked_for_by_another_word() -> None:
    """What the edition takes for the grade serves as well; what it does not know is an error of the author."""
    catalogue = load_catalogue("suining-department@2024")
    assert evaluate(catalogue, find(submissions(catalogue, grade="优"), lambda _: True)).grade == "优秀"
    with pytest.raises(KeyError, match="suining-department@2024 has no grade 没有; it has 优秀, 优, 良好"):
        submissions(catalogue, grade="没有")


RATES = """\
data:
  项目: {type: table, columns: {名称: {type: text}, 预算: {unit: 万元, min: 0}, 完成率: {unit: "%", min: 0}}}
sections:
  平均完成率:
    points: 6
    value: 平均(项目_完成率)
    unit: "%"
    target: ≥ 90%
    scoring: {method: 高值分档, 一线: 90%, 二线: 80%}
  项目数:
    points: 4
    value: 计数(项目_预算 > 100)
    target: ≥ 7
    scoring: 比例得分
"""


def test_what_is_computed_from_tables_is_drawn_at_its_edges(tmp_path: Path) -> None:
    """A mean of 90% and of 80% and seven large projects are met exactly, and tables without rows are few."""
    catalogue, reached, empty = load_catalogue(write(tmp_path, RATES)), Reached(), [0]

    @settings(max_examples=200, database=None, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    @given(submissions(catalogue))
    def draw(submission: Submission) -> None:
        reached.note(catalogue, submission)
        empty[0] += not submission.tables["项目"]

    draw()
    for (subject,) in rules_of(catalogue.ruleset).values():
        assert {term for term, _ in worth_of(subject).edges} <= reached.edges[subject.indicator.path]
    assert {0, 10} <= set(reached.totals)
    assert 0 < empty[0] < 100


def test_what_fails_is_brought_down_to_few_rows() -> None:
    """The simplest submission that loses points has full marks but in one or two rows."""
    catalogue = load_catalogue("hunan-department@2018")
    found = find(submissions(catalogue), lambda each: evaluate(catalogue, each).score != catalogue.points)
    lost = [row for row in evaluate(catalogue, found).indicators if row.deductions]
    assert 1 <= len(lost) <= 2


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
    assert judged["judged"].keys() == {"tier", "score", "because"}
    assert Decimal(judged["judged"]["score"]) <= 10
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
