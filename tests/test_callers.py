"""What callers in Python give to the public functions: of the wrong type, one thing in place of several, nothing."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import evalrules

ROOT = Path(__file__).parent.parent
CATALOGUE = evalrules.load_catalogue("suining-department@2024")
SUBMISSION = evalrules.load_submission(ROOT / "examples" / "suining-2024.yaml")
EVALUATION = evalrules.evaluate(CATALOGUE, SUBMISSION)
SOUND: dict[str, Any] = {
    "edition": "suining-department@2024",
    "catalogue": CATALOGUE,
    "submission": SUBMISSION,
    "evaluations": [EVALUATION],
    "name": "预算执行率",
    "share": "10%",
    "seed": 1,
}
SOURCES = {
    "load_submission": ROOT / "examples" / "suining-2024.docx",
    "load_submissions": ROOT / "examples" / "suining-2024.yaml",
    "load_review": {"review_of": {"organisation": "某单位"}, "entries": []},
    "check": "suining-department@2024",
}
ANY = {("explain", "actual"), ("explain", "target"), ("sample", "across"), ("load_plugins", "objects")}
"""What any value may be given for, or what only a caller of our own findings gives."""
WRONG = (object(), b"x", 1.5, {1: 2}, [object()])


def functions() -> Iterator[Callable[..., Any]]:
    """Give every public function that is called with values."""
    for name in evalrules.__all__:
        public = getattr(evalrules, name)
        if inspect.isfunction(public):
            yield public


def places() -> Iterator[tuple[Callable[..., Any], str]]:
    """Give every argument of every public function."""
    for function in functions():
        for name in inspect.signature(function).parameters:
            if (function.__name__, name) not in ANY:
                yield function, name


def sound(function: Callable[..., Any]) -> dict[str, Any]:
    """Give arguments with which nothing is wrong."""
    known = {**SOUND, "source": SOURCES.get(function.__name__)}
    wanted = inspect.signature(function).parameters.values()
    return {each.name: known[each.name] for each in wanted if each.name in known}


@pytest.mark.parametrize(("function", "name"), [*places()], ids=lambda each: getattr(each, "__name__", each))
def test_wrong_type_is_told_with_what_is_wanted(function: Callable[..., Any], name: str) -> None:
    """By a `TypeError` of ours, not by whatever the library stumbles over; a share that is none is a `ValueError`."""
    function(**sound(function))
    for wrong in WRONG:
        told = outcome(function, name, wrong)
        if isinstance(wrong, dict) and not isinstance(told, TypeError):
            continue  # of a mapping the content is told
        is_number = isinstance(wrong, float) and name in {"seed", "share"}
        assert is_number or (isinstance(told, TypeError) and " takes " in str(told)), (wrong, told)


def outcome(function: Callable[..., Any], name: str, wrong: object) -> object:
    """Give what a function raises where one argument is exchanged, or what it gives."""
    try:
        return function(**{**sound(function), name: wrong})
    except (TypeError, ValueError, evalrules.EvalrulesError) as refused:
        return refused


def test_one_path_or_name_is_no_row_of_letters(tmp_path: Path) -> None:
    """A folder, a file, a plug-in and a unit alone are one, not as many as they have letters."""
    (tmp_path / "own").mkdir()
    text = (ROOT / "catalogue" / "suining-department" / "2024.yaml").read_text("utf-8")
    (tmp_path / "own" / "1.yaml").write_text(
        text.replace("id: suining-department", "id: own").replace('edition: "2024"', 'edition: "1"'), "utf-8"
    )
    for path in (str(tmp_path), tmp_path, [tmp_path]):
        assert evalrules.load_catalogue("own@1", path=path).name == "own@1"
        assert evalrules.check("own@1", path=path) == evalrules.check("own@1", path=[str(tmp_path)])
    with pytest.warns(evalrules.PluginWarning):
        told = evalrules.load_catalogue("suining-department@2024", contributions=str(tmp_path / "x.yaml"))
    assert {found.code for found in told.load_problems} == {"file-missing", "contribution-unread"}
    with pytest.raises(evalrules.PluginError, match="`no-such`"):
        evalrules.load_catalogue("suining-department@2024", plugins="no-such")
    missing = [each for each in evalrules.audit_batch([EVALUATION], expected="甲局") if each.code == "form-missing"]
    assert ["甲局" in each.message for each in missing] == [True]


def test_empty_name_is_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a setting holds that nobody made is told, and the current folder is not read in its place."""
    monkeypatch.chdir(tmp_path)
    for load in (evalrules.load_submission, evalrules.load_submissions):
        with pytest.raises(evalrules.SubmissionError) as refused:
            load("")
        assert [found.code for found in refused.value.problems] == ["file-missing"]
    with pytest.raises(evalrules.CatalogueError) as wrong:
        evalrules.load_catalogue("")
    assert [found.code for found in wrong.value.problems] == ["edition-name"]


def test_values_to_try_are_read_as_a_mapping_reads_them() -> None:
    """An actual or a figure may be what Python systems hold; a binary number stands for its shortest text."""
    explain = evalrules.explain
    numpy, pandas = pytest.importorskip("numpy"), pytest.importorskip("pandas")
    ways = ("95%", Decimal("0.95"), 0.95, numpy.float64(0.95))
    tried = [explain(CATALOGUE, "预算执行率", actual=way).rules[0].tried for way in ways]
    assert tried[1] == tried[2] == tried[3]
    figures = {"全年预算数": Decimal("1E+3"), "全年执行数": numpy.int64(950)}
    assert explain(CATALOGUE, "预算执行率", figures=figures).rules[0].tried.outcome.score == "9.5"  # type: ignore[union-attr]
    for blank in (float("nan"), pandas.NA, pandas.NaT):
        unread = explain(CATALOGUE, "预算执行率", figures={"全年预算数": 1000, "全年执行数": blank}).rules[0].tried
        assert unread is not None
        assert unread.outcome.score == "不计分"


def test_share_is_the_number_that_is_written() -> None:
    """A tenth of ten forms is one form, also where a tenth was given as a binary number."""
    forms = [EVALUATION] * 10
    assert [len(evalrules.sample(forms, share, seed=1)) for share in ("10%", 0.1, Decimal("0.1"), 0.3)] == [1, 1, 1, 3]


@pytest.mark.parametrize(
    "share", ["0", "1/0", "", "10", "≥10%", "10人", -1, float("inf"), float("nan"), Decimal("Infinity")]
)
def test_a_share_that_is_none_is_a_value_error(share: Any) -> None:
    """Whatever is wrong with it."""
    with pytest.raises(ValueError):  # noqa: PT011 - what it says is what was given
        evalrules.sample([EVALUATION], share, seed=1)


def test_whoever_tests_and_proves_is_held_as_well() -> None:
    """An edition and nothing like it; a law that is misspelt proves nothing, and is not told as proved."""
    testing, prove = pytest.importorskip("evalrules.testing"), pytest.importorskip("evalrules.prove").prove
    calls = (testing.submissions, testing.data, testing.hold_to_laws, prove, lambda given: testing.entries(given, "甲"))
    for call in calls:
        for wrong in ("suining-department@2024", None, SUBMISSION):
            with pytest.raises(TypeError, match=" takes "):
                call(wrong)
    for named in ("monoton", ["monotone", "bound"], ["graded "]):
        with pytest.raises(ValueError, match="there is no law"):
            prove(CATALOGUE, laws=named)
    with pytest.raises(TypeError, match="takes names of laws, not int"):
        prove(CATALOGUE, laws=[3])
    assert {proof.law for proof in prove(CATALOGUE, laws="graded")} == {"graded"}


def test_tables_are_held_as_well() -> None:
    """A data frame or a name in place of a table or an edition is a `TypeError` of ours, a column twice is told."""
    arrow, batch = pytest.importorskip("pyarrow"), pytest.importorskip("evalrules.batch")
    for call in (batch.input_schema, batch.output_schema, batch.plan):
        with pytest.raises(TypeError, match=" takes "):
            call("suining-department@2024")
    for catalogue, forms in (("suining-department@2024", arrow.table({})), (CATALOGUE, [{"organisation": "某单位"}])):
        with pytest.raises(TypeError, match=" takes "):
            batch.evaluate(catalogue, forms)
    twice = arrow.table([["甲"], ["乙"]], names=["organisation", "organisation"])
    with pytest.raises(ValueError, match="organisation"):
        batch.evaluate(CATALOGUE, twice)
    with pytest.raises(TypeError, match=" takes "):
        batch.mapper(CATALOGUE)
