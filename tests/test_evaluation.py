"""The result as others hold it: equal when it says the same, exact as JSON, built the same however it is read."""

from __future__ import annotations

import gc
import json
import pickle
import weakref
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

import evalrules
from evalrules._problems import in_language

EXAMPLE = "examples/suining-2024.yaml"


@pytest.fixture(scope="module")
def catalogue() -> evalrules.Catalogue:
    """Give the edition of the example."""
    return evalrules.load_catalogue("suining-department@2024")


@pytest.fixture(scope="module")
def evaluation(catalogue: evalrules.Catalogue) -> evalrules.Evaluation:
    """Give the evaluation of the example."""
    return evalrules.evaluate(catalogue, evalrules.load_submission(EXAMPLE))


def test_the_example_is_scored_as_the_rules_say(evaluation: evalrules.Evaluation) -> None:
    """The report lost seven points by its own claims; the rules take five."""
    assert (evaluation.score, evaluation.grade) == (Decimal("95.0"), "优秀")
    assert (evaluation.claimed_score, evaluation.claimed_grade) == (Decimal(93), "优")
    lost = {result.name: result.points - (result.score or 0) for result in evaluation.indicators if result.deductions}
    assert lost == {
        "验收合格率": Decimal("0.5"),
        "资金拨付及时率": Decimal("0.5"),
        "全县人民受益度": Decimal("2.0"),
        "保障县域经济可持续发展": Decimal("2.0"),
    }


def test_deductions_add_up_at_every_level(evaluation: evalrules.Evaluation) -> None:
    """For each indicator, each section and the whole form, exactly."""
    levels = [(level.path, lost.points) for level in evaluation.indicators for lost in level.deductions]
    levels += [(level.path, lost.points) for level in evaluation.sections for lost in level.deductions]
    for result in evaluation.indicators:
        assert result.points - (result.score or 0) == sum(lost.points for lost in result.deductions)
    for section in evaluation.sections:
        inside = [lost for path, lost in levels if path[: len(section.path)] == section.path]
        assert section.points - (section.score or 0) == sum(inside)
    whole = sum(lost for _, lost in levels) + sum(one.points for one in evaluation.deductions)
    assert evaluation.points - (evaluation.score or 0) == whole


def test_json_read_back_is_an_equal_value(evaluation: evalrules.Evaluation) -> None:
    """Numbers are exact decimal text: 95.0 stays 95.0."""
    text = evaluation.to_json()
    assert json.loads(text, parse_float=Decimal, parse_int=Decimal) == evaluation.to_dict()
    assert '"score": 95.0,' in text


def test_keys_stand_in_the_order_that_is_promised(evaluation: evalrules.Evaluation) -> None:
    """Others diff the text of results."""
    promised = [
        "catalogue", "engine", "submission", "organisation", "fiscal_year", "points", "score", "grade",
        "claimed_score", "claimed_grade", "sections", "indicators", "findings",
    ]  # fmt: skip
    assert [key for key in evaluation.to_dict() if key in promised] == promised
    of_deduction = ["points", "because", "rule", "formula", "steps", "reference", "enough"]
    assert list(evaluation.indicators[11].deductions[0].to_dict()) == of_deduction


def test_equal_evaluations_are_equal(catalogue: evalrules.Catalogue, evaluation: evalrules.Evaluation) -> None:
    """The same submission by the same edition; another submission gives another."""
    again = evalrules.evaluate(catalogue, evalrules.load_submission(EXAMPLE))
    assert again == evaluation
    assert hash(again) == hash(evaluation)
    assert again.indicators[11] == evaluation.indicators[11] != evaluation.indicators[12]
    other = evalrules.load_submission(
        {"catalogue": "suining-department@2024", "organisation": "甲", "fiscal_year": 2024}
    )
    assert evalrules.evaluate(catalogue, other) != evaluation


def test_a_pickled_edition_scores_the_same(catalogue: evalrules.Catalogue, evaluation: evalrules.Evaluation) -> None:
    """Compiled rules do not pickle; they are compiled anew."""
    again = pickle.loads(pickle.dumps(catalogue))  # noqa: S301 - our own bytes
    assert again == catalogue
    assert evalrules.evaluate(again, evalrules.load_submission(EXAMPLE)).to_json() == evaluation.to_json()


def test_a_pickled_evaluation_says_the_same(evaluation: evalrules.Evaluation) -> None:
    """Scores, sentences, findings and rows; those pickled together share their edition, which is compiled once."""
    first, second = pickle.loads(pickle.dumps((evaluation, evaluation.submission)))  # noqa: S301 - our own bytes
    assert first == evaluation
    assert first.to_json() == evaluation.to_json()
    assert hash(first) == hash(evaluation)
    assert first.submission == second
    others = [evalrules.evaluate(first.catalogue, second) for _ in range(2)]
    again = pickle.loads(pickle.dumps(others))  # noqa: S301 - our own bytes
    assert again == [evaluation, evaluation]
    assert again[0].catalogue is again[1].catalogue


def test_a_result_cannot_be_changed(evaluation: evalrules.Evaluation) -> None:
    """Seen from outside it is frozen."""
    with pytest.raises(AttributeError):
        evaluation.score = Decimal(100)  # type: ignore[misc]
    with pytest.raises(AttributeError):
        evaluation.indicators[11].deductions[0].points = Decimal(0)  # type: ignore[misc]


def test_threads_share_an_edition(catalogue: evalrules.Catalogue, evaluation: evalrules.Evaluation) -> None:
    """Eight threads give the bytes of one."""
    submission = evalrules.load_submission(EXAMPLE)
    with ThreadPoolExecutor(8) as threads:
        texts = threads.map(lambda _: evalrules.evaluate(catalogue, submission).to_json(), range(40))
    assert set(texts) == {evaluation.to_json()}


def test_results_are_gone_when_nobody_holds_them() -> None:
    """Nothing of a result refers back to it, so a host's memory does not wait for the collector."""
    submission = evalrules.load_submission(EXAMPLE)
    edition = evalrules.load_catalogue("suining-department@2024", plugins=())
    gc.collect()
    gc.disable()
    try:
        evaluation = evalrules.evaluate(edition, submission)
        evaluation.to_dict()
        form = weakref.ref(evaluation._form)
        del evaluation
        assert form() is None
    finally:
        gc.enable()


def test_a_result_as_a_mapping_holds_plain_texts() -> None:
    """What `to_dict` gives is made of the plain values of JSON, and phrases with their English can be pickled."""
    evaluation = evalrules.evaluate(
        evalrules.load_catalogue("suining-department@2024", plugins=()),
        evalrules.load_submission("examples/suining-2024.yaml"),
    )

    def kinds(value: object) -> set[type]:
        inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        return {type(value)}.union(*map(kinds, inside))

    assert kinds(evaluation.to_dict()) <= {dict, list, str, int, Decimal, type(None)}
    lost = next(one for result in evaluation.indicators for one in result.deductions)
    again = pickle.loads(pickle.dumps(lost))  # noqa: S301 - our own bytes
    assert again == lost
    assert lost.enough is not None
    assert in_language(again.enough, "en") == in_language(lost.enough, "en") != lost.enough
