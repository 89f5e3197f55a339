from __future__ import annotations

import itertools
import json
import pickle
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal, localcontext
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import evalrules
from evalrules import hookimpl
from evalrules._cli.commands import root
from evalrules._plugins.load import any_installed
from evalrules._report.formats import PAGES
from evalrules.testing import check_plugin
from plugins_driver import BAD
from test_plugins_bad import imported

EDITION, SUBMISSION = BAD / "edition.yaml", BAD / "submission.yaml"
EXAMPLE = BAD.parent.parent / "examples" / "suining-2024.yaml"


def plugin(name: str, **hooks: Callable[..., Any]) -> SimpleNamespace:
    """Make a plug-in of functions: its hooks by their names without ``evalrules_``."""
    marked = {f"evalrules_{hook}": hookimpl(function) for hook, function in hooks.items()}
    return SimpleNamespace(__name__=name, __version__="1.0", **marked)


def loaded(*objects: object) -> evalrules.Plugins:
    """Load these objects and nothing that is installed."""
    return evalrules.load_plugins([], objects=objects)


def evaluated(*objects: object, submission: str | Path | dict[str, object] = SUBMISSION) -> evalrules.Evaluation:
    """Evaluate a submission by the edition of the bad plug-ins, with these plug-ins."""
    catalogue = evalrules.load_catalogue(EDITION, plugins=loaded(*objects))
    return evalrules.evaluate(catalogue, evalrules.load_submission(submission))


def contribution(folder: Path, name: str, title: str, points: int = 20) -> Path:
    """Write a contribution of one indicator for 某局."""
    file = folder / f"{name}.yaml"
    file.write_text(
        "evalrules: 1\ncontributes_to: town@1\ndepartment: 某局\nindicators:\n"
        f"  自设指标:\n    {title}: {{points: {points}, unit: 期, target: ≥12期}}\n",
        "utf-8",
    )
    return file


def submitted(*entries: dict[str, object], organisation: str = "某局") -> dict[str, object]:
    """Make a submission with these rows besides the two that the edition fixes."""
    fixed = [{"indicator": "执行率"}, {"indicator": "公开", "actual": "100%"}]
    own = [{"section": "自设指标", **entry} for entry in entries]
    return {"organisation": organisation, "fiscal_year": 2024, "data": {"执行数": 90}, "entries": [*fixed, *own]}


# ---- nothing happens unasked ---------------------------------------------------------------------------------------


def test_without_plugins_no_metadata_is_read() -> None:
    """Neither the import nor an evaluation imports what scans the installed packages."""
    program = (
        "import sys, evalrules\n"
        "catalogue = evalrules.load_catalogue('suining-department@2024')\n"
        "evalrules.evaluate(catalogue, evalrules.load_submission(sys.argv[1])).to_json()\n"
        "print('importlib.metadata' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program, str(EXAMPLE)], stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout == "False\n"


def test_metadata_that_names_the_group_is_seen(tmp_path: Path) -> None:
    """A folder holds a plug-in where the metadata of some package has a section for them; a command is none."""
    metadata = tmp_path / "a-1.dist-info" / "entry_points.txt"
    metadata.parent.mkdir()
    assert not any_installed(((str(tmp_path), 1),))
    metadata.write_text("[console_scripts]\nevalrules = a:main\n")
    assert not any_installed(((str(tmp_path), 2),))
    metadata.write_text("[evalrules]\na = a\n")
    assert any_installed(((str(tmp_path), 3),))


def test_a_folder_that_is_not_there_holds_none(tmp_path: Path) -> None:
    """Paths of imports may lead nowhere."""
    assert not any_installed(((str(tmp_path / "none"), 0),))


# ---- choosing ------------------------------------------------------------------------------------------------------


def test_plugin_that_is_asked_for_must_be_there() -> None:
    """A name that nobody has is an error with that code, in either language."""
    with pytest.raises(evalrules.PluginError) as raised:
        evalrules.load_plugins(["no-such-plugin"], lang="en")
    (found,) = raised.value.problems
    assert (found.code, found.message) == ("plugin-missing", "no plug-in `no-such-plugin` is installed")


def test_blocked_plugin_is_left_out_and_said_so() -> None:
    """What is blocked brings nothing, and that is no error."""
    one = plugin("one", data=lambda: {"执行数": 1})
    plugins = evalrules.load_plugins([], objects=[one], blocked=["one"])
    assert plugins.plugins == ()
    assert [(found.code, found.severity) for found in plugins.problems] == [("plugin-blocked", "info")]


def test_two_of_one_name_are_both_left_out() -> None:
    """Nobody can tell which is meant."""
    plugins = loaded(plugin("same", data=lambda: {"执行数": 90}), plugin("same", findings=lambda: [said("x")]))
    assert plugins.plugins == ()
    assert [found.code for found in plugins.problems] == ["plugin-name-twice"]


def test_plugins_are_a_value() -> None:
    """The same plug-ins in another order are equal, and nothing of them can be set."""
    first, second = plugin("a", data=lambda: {"执行数": 90}), plugin("b", findings=lambda: [said("x")])
    assert loaded(first, second) == loaded(second, first)
    with pytest.raises(AttributeError):
        loaded(first).problems = ()  # type: ignore[misc]


# ---- contributions -------------------------------------------------------------------------------------------------


def test_contributed_rows_need_no_points_and_name_their_origin(tmp_path: Path) -> None:
    """The department fills its row; points and target come from the plug-in, and the result says so."""
    file = contribution(tmp_path, "mine", "编印简报")
    own = {"indicator": "自办", "points": 20, "target": "1次", "actual": "1次"}
    evaluation = evaluated(
        plugin("mine", contributions=lambda: [file]),
        submission=submitted({"indicator": "编印简报", "actual": "12期"}, own),
    )
    told = evaluation.to_dict()
    assert told["engine"]["plugins"] == [{"name": "mine", "version": "1.0"}]
    assert {row["name"]: row["origin"] for row in told["indicators"]} == {
        "执行率": "catalogue",
        "公开": "catalogue",
        "编印简报": "mine",
        "自办": "submission",
    }
    assert evaluation.score == Decimal("96.0")


def test_other_organisations_have_the_form_as_it_was(tmp_path: Path) -> None:
    """A contribution changes nothing for anybody else."""
    file = contribution(tmp_path, "mine", "编印简报")
    mine = plugin("mine", contributions=lambda: [file])
    row = {"indicator": "自办", "points": 40, "target": "1次", "actual": "1次"}
    other = submitted(row, organisation="别的局")
    rows = [result.name for result in evaluated(mine, submission=other).indicators]
    assert rows == ["执行率", "公开", "自办"]


@pytest.mark.parametrize(
    ("restated", "code"),
    [
        ({"points": 30}, "entry-points-differ"),
        ({"target": "≥10期"}, "entry-target-differs"),
        ({}, "section-points-sum"),
    ],
)
def test_points_and_targets_are_held(tmp_path: Path, restated: dict[str, object], code: str) -> None:
    """Restated points or another target are refused, and so are rows that do not add up to the section."""
    file = contribution(tmp_path, "mine", "编印简报")
    mine = plugin("mine", contributions=lambda: [file])
    evaluation = evaluated(mine, submission=submitted({"indicator": "编印简报", "actual": "12期", **restated}))
    assert code in {found.code for found in evaluation.problems}


def test_contribution_to_an_edition_that_is_not_loaded_is_no_fault(tmp_path: Path) -> None:
    """It waits for its edition."""
    file = contribution(tmp_path, "mine", "编印简报")
    file.write_text(file.read_text("utf-8").replace("town@1", "town@2"), "utf-8")
    mine = plugin("mine", contributions=lambda: [file])
    assert evalrules.load_catalogue(EDITION, plugins=loaded(mine)).departments == {}


def test_contributed_methods_are_checked(tmp_path: Path) -> None:
    """A method that no edition checks is checked with the contribution that brings it."""
    file = tmp_path / "method.yaml"
    file.write_text(
        "evalrules: 1\ncontributes_to: town@1\ndepartment: 某局\n"
        "methods:\n  一半: {award: [{points: 分值 ÷ 没有的数, because: 一半}]}\n"
        "indicators:\n  自设指标:\n    编印简报: {points: 40, target: ≥12期, scoring: 一半}\n",
        "utf-8",
    )
    catalogue = evalrules.load_catalogue(EDITION, plugins=loaded(plugin("mine", contributions=lambda: [file])))
    assert {found.code for found in catalogue.plugin_problems} >= {"contribution-refused", "unknown-name"}


# ---- order, threads, copies ----------------------------------------------------------------------------------------


def several(folder: Path) -> list[SimpleNamespace]:
    """Make four plug-ins that bring rows, figures and findings, some of which meet."""
    first, second = contribution(folder, "first", "编印简报"), contribution(folder, "second", "报送信息")
    return [
        plugin("b-rows", contributions=lambda: [second], data=lambda: {"执行数": 90}),
        plugin("a-rows", contributions=lambda: [first], findings=lambda: [said("a")]),
        plugin("d-figures", data=lambda: {"执行数": "900000元"}, findings=lambda: [said("d")]),
        plugin("c-figures", data=lambda: {"执行数": 80}),
    ]


def said(text: str) -> evalrules.Finding:
    """Make a finding of a plug-in."""
    return evalrules.Finding("of-a-plugin", "info", text)


ROWS = submitted({"indicator": "报送信息", "actual": "11期"}, {"indicator": "编印简报", "actual": "12期"})


def test_order_never_changes_a_result(tmp_path: Path) -> None:
    """Whichever way the plug-ins are given, the result is the same, byte for byte."""
    results = {evaluated(*order, submission=ROWS).to_json() for order in itertools.permutations(several(tmp_path))}
    assert len(results) == 1
    (only,) = results
    told = json.loads(only)
    assert [row["name"] for row in told["indicators"]] == ["执行率", "公开", "编印简报", "报送信息"]
    assert [found["message"] for found in told["findings"] if found["code"] == "of-a-plugin"] == ["a", "d"]


def test_eight_threads_agree(tmp_path: Path) -> None:
    """One catalogue with plug-ins, shared, gives the same bytes in every thread."""
    catalogue = evalrules.load_catalogue(EDITION, plugins=loaded(*several(tmp_path)))
    submission = evalrules.load_submission(ROWS)
    with ThreadPoolExecutor(8) as threads:
        results = set(threads.map(lambda _: evalrules.evaluate(catalogue, submission).to_json(), range(32)))
    assert len(results) == 1


def third(x: Fraction, /) -> Decimal:
    """Give a third, as Decimal has it."""
    return Decimal(x.numerator) / Decimal(3 * x.denominator)


@hookimpl
def evalrules_functions() -> dict[str, evalrules.Function]:
    """Give the function of the test of pickling: this module is a plug-in too."""
    return {"三分之一": evalrules.Function("三分之一", ("万元",), "万元", third)}


THIRDS = yaml.safe_load(EDITION.read_text("utf-8").replace("分值 × 执行数 ÷ 100", "三分之一(执行数)"))


@given(st.integers(1, 28), st.sampled_from(["ROUND_UP", "ROUND_DOWN", "ROUND_HALF_EVEN", "ROUND_CEILING"]))
@settings(max_examples=10)
def test_decimal_context_of_the_caller_is_no_matter(precision: int, rounding: str) -> None:
    """A function that computes with Decimal computes the same in every context, and leaves it as it was."""
    catalogue = evalrules.load_catalogue(THIRDS, plugins=loaded(sys.modules[__name__]))
    submission = evalrules.load_submission(yaml.safe_load(SUBMISSION.read_text("utf-8")) | {"data": {"执行数": 70}})
    with localcontext() as context:
        context.prec, context.rounding = precision, rounding
        result = evalrules.evaluate(catalogue, submission).to_json()
        assert (context.prec, context.rounding) == (precision, rounding)
    assert result == evalrules.evaluate(catalogue, submission).to_json()


def test_loaded_catalogue_can_be_pickled() -> None:
    """After pickling it evaluates to the same, with the functions of its plug-ins loaded again."""
    catalogue = evalrules.load_catalogue(THIRDS, plugins=loaded(sys.modules[__name__]))
    again = pickle.loads(pickle.dumps(catalogue))  # noqa: S301 - it was just made here
    submission = evalrules.load_submission(SUBMISSION)
    assert again.plugins == catalogue.plugins
    assert evalrules.evaluate(again, submission).to_json() == evalrules.evaluate(catalogue, submission).to_json()
    assert evalrules.evaluate(again, submission).indicators[0].score == Decimal("30.0")


def test_an_evaluation_with_plugins_can_be_pickled() -> None:
    """What plug-ins gave goes with it; their hooks are loaded again and asked again for findings alone."""
    catalogue = evalrules.load_catalogue(THIRDS, plugins=loaded(sys.modules[__name__]))
    evaluation = evalrules.evaluate(catalogue, evalrules.load_submission(SUBMISSION))
    again = pickle.loads(pickle.dumps(evaluation))  # noqa: S301 - it was just made here
    assert again == evaluation
    assert (again.plugins, again.score) == (evaluation.plugins, evaluation.score)


# ---- isolation -----------------------------------------------------------------------------------------------------


def test_what_a_plugin_is_given_cannot_be_changed() -> None:
    """Every way into the figures of the edition, the submission and the evaluation ends at a read-only value."""
    seen: list[Any] = []

    def data(catalogue: evalrules.Catalogue) -> dict[str, object]:
        seen.append(catalogue)
        return {}

    def findings(evaluation: evalrules.Evaluation, submission: evalrules.Submission) -> list[evalrules.Finding]:
        seen.extend((evaluation, submission))
        return []

    _ = evaluated(plugin("curious", data=data, findings=findings)).findings
    catalogue, evaluation, submission = seen
    for mapping in (
        catalogue.data,
        catalogue.methods,
        evaluation.catalogue.data,
        submission.data,
        submission.entries[0].places,
    ):
        with pytest.raises(TypeError):
            mapping["执行数"] = None
    for value, name in (
        (catalogue, "points"),
        (evaluation, "plugins"),
        (submission, "data"),
        (evaluation.indicators[0], "score"),
    ):
        with pytest.raises(AttributeError):
            setattr(value, name, None)


def test_interrupt_goes_through() -> None:
    """The user can always stop the program."""

    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        loaded(plugin("slow", catalogues=interrupted))


def test_faults_of_installed_plugins_are_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asked for no plug-ins is warned of those that were refused."""
    misspelt = SimpleNamespace(__name__="bad", evalrules_catalogue=list)
    monkeypatch.setattr("evalrules._engine.installed_plugins", lambda: loaded(misspelt))
    with pytest.warns(evalrules.PluginWarning, match="evalrules_catalogue"):
        evalrules.load_catalogue(EDITION)


# ---- figures -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("submitted_as", "differs"), [("90", False), ("89.5", True), ("90.0", True), ("900000元", True)]
)
def test_figures_agree_to_the_last_written_digit(submitted_as: str, *, differs: bool) -> None:
    """90.4 agrees with 90, written without decimals, and with nothing more exact."""
    submission = {**submitted({"indicator": "自办", "points": 40, "target": "1次", "actual": "1次"})}
    submission["data"] = {"执行数": submitted_as}
    evaluation = evaluated(plugin("ledger", data=lambda: {"执行数": Decimal("90.4")}), submission=submission)
    assert ("plugin-figure-differs" in {found.code for found in evaluation.findings}) is differs


UNFILLED = {**submitted({"indicator": "自办", "points": 40, "target": "1次", "actual": "1次"}), "data": {}}


def test_every_figure_that_cannot_be_used_is_told_and_the_others_count() -> None:
    """What cannot be read, what the edition does not know, and what does not fit are all told; the rest is used."""
    given = {"编制数": object(), "决算数": float("inf"), "预算数": 3, "全年预算数": [1], "执行数": 100}
    evaluation = evaluated(plugin("ledger", data=lambda: given), submission=UNFILLED)
    told = [found.message for found in evaluation.findings if found.code.startswith("plugin-")]
    unread = [message.split("data.")[1] for message in told if "取数失败" in message]
    assert [message.split(":")[0] for message in unread] == ["编制数", "决算数", "全年预算数[0]"]
    assert [message for message in told if "不是这个指标体系的数据" in message] == [
        "插件 `ledger 1.0` 给出的 `预算数` 不是这个指标体系的数据"
    ]
    assert evaluation.indicators[0].score == Decimal("40.0")


def test_a_figure_that_a_plugin_gives_twice_does_not_count() -> None:
    """Names are compared as formulas write them, so that the same figure may stand under two keys."""
    evaluation = evaluated(plugin("ledger", data=lambda: {"执行数": 100, " 执行数": 90}), submission=UNFILLED)
    assert [found.code for found in evaluation.findings if found.code.startswith("plugin-")] == ["plugin-data-failed"]
    assert evaluation.score is None


def test_plugins_that_agree_fill_a_figure_once() -> None:
    """The same figure in two units is the same figure."""
    submission = {**submitted({"indicator": "自办", "points": 40, "target": "1次", "actual": "1次"}), "data": {}}
    ledgers = (plugin("a", data=lambda: {"执行数": "90万元"}), plugin("b", data=lambda: {"执行数": "900000元"}))
    evaluation = evaluated(*ledgers, submission=submission)
    assert evaluation.indicators[0].score == Decimal("36.0")
    assert [found.code for found in evaluation.findings if found.code.startswith("plugin-")] == ["plugin-figures-used"]


# ---- reports and commands ------------------------------------------------------------------------------------------


def test_titles_and_findings_of_plugins_are_escaped() -> None:
    """Whatever a plug-in calls its rows, no report holds markup or a line of its making."""
    case = BAD / "p8-titles"
    evaluation = evaluated(imported(case / "bad-titles"), submission=case / "submission.yaml")
    pages = {
        name: PAGES[name].write(PAGES[name].document(evaluation)).decode() for name in ("html", "markdown", "text")
    }
    assert "&lt;script&gt;" in pages["html"]
    assert not re.search(r"(?<!\\)<(script>alert|img|b>第一行)", pages["html"] + pages["markdown"])
    lines = (pages["markdown"] + pages["text"]).split("\n")
    assert not any(line.startswith("# 一级标题") for line in lines)


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Run the command with one sound and one bad plug-in installed."""
    case = BAD / "contribution-refused"
    found = [imported(BAD / "figures-used" / "good-ledger"), imported(case / "bad-section")]
    monkeypatch.setenv("EVALRULES_PATH", "")

    def load(blocked: tuple[str, ...] = ()) -> evalrules.Plugins:
        return evalrules.load_plugins([], objects=found, blocked=blocked)

    monkeypatch.setattr("evalrules._cli.speech.installed_plugins", load)
    monkeypatch.setattr("evalrules._cli.speech.load_plugins", load)
    return lambda *words: CliRunner().invoke(root, [str(word) for word in words], env={"EVALRULES_LANG": "zh"})


def test_plugins_are_listed_with_what_was_refused(command: Callable[..., Any]) -> None:
    """The command names hooks, contributions, and the edition that is missing for one of them."""
    done = command("plugins")
    assert done.exit_code == 0
    assert "good-ledger 1.0\n  接口：evalrules_data" in done.output
    assert "town@1 某局 2 项 41 分" in done.output
    assert "没有采用：" in done.output
    assert "[edition-missing]" in done.output


def test_plugin_can_be_left_out(command: Callable[..., Any]) -> None:
    """``--no-plugin`` names what is not to be used, and says that it was not."""
    done = command("plugins", "--no-plugin", "good-ledger")
    assert "evalrules_data" not in done.output
    assert "[plugin-blocked]" in done.output


def test_evaluation_tells_what_was_refused(command: Callable[..., Any]) -> None:
    """Faults of plug-ins go to standard error, once for all submissions; the rest is scored."""
    submission = BAD / "contribution-refused" / "submission.yaml"
    done = command("evaluate", submission, submission, "--catalogue", EDITION)
    assert done.stderr.count("[contribution-refused]") == 1


def test_check_tells_what_is_wrong_with_a_contribution(command: Callable[..., Any]) -> None:
    """A contribution is checked with its edition."""
    done = command("check", EDITION)
    assert done.exit_code == 1
    assert "[contribution-section]" in done.output


@pytest.mark.parametrize("name", ["Upper", "under_score", "../up", "-x", "中文", ""])
def test_new_plugin_needs_a_package_name(name: str, tmp_path: Path) -> None:
    """A name that no package can have is refused before anything is written."""
    done = CliRunner().invoke(root, ["plugin", "new", "-o", str(tmp_path), "--", name])
    assert done.exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_new_plugin_overwrites_nothing(tmp_path: Path) -> None:
    """A folder that is there stays as it is."""
    (tmp_path / "mine").mkdir()
    done = CliRunner().invoke(root, ["plugin", "new", "mine", "-o", str(tmp_path)])
    assert done.exit_code == 1
    assert list((tmp_path / "mine").iterdir()) == []


# ---- the contract --------------------------------------------------------------------------------------------------


def wavering(x: Fraction, /) -> Fraction:
    """Give another number each time."""
    return x + next(COUNT)


COUNT = itertools.count()


def test_contract_finds_a_function_that_wavers() -> None:
    """The same numbers must give the same number."""
    function = evalrules.Function("摇摆", ("",), "", wavering)
    with pytest.raises(AssertionError, match="摇摆"):
        check_plugin(plugin("bad", functions=lambda: {"摇摆": function}))


def test_contract_finds_figures_that_do_not_fit() -> None:
    """A figure outside its declared range is told."""
    with pytest.raises(AssertionError, match="plugin-figure-refused"):
        check_plugin(plugin("bad", data=lambda: {"全年执行数": -1}))


def test_contract_finds_an_unlawful_indicator(tmp_path: Path) -> None:
    """A contributed rule by which more earns less is told, with an input that shows it."""
    file = tmp_path / "unlawful.yaml"
    file.write_text(
        "evalrules: 1\ncontributes_to: suining-department@2024\ndepartment: 某局\nindicators:\n"
        "  产出指标/数量指标:\n    简报:\n      points: 10\n      unit: 期\n      target: ≥12期\n"
        "      scoring:\n        award:\n"
        "          - {when: 完成值 ≥ 20, points: 5, because: 太多}\n          - {when: 完成值 ≥ 指标值, points: 分值}\n"
        "          - {points: 0, because: 太少}\n",
        "utf-8",
    )
    with pytest.raises(AssertionError, match="law-monotone"):
        check_plugin(plugin("bad", contributions=lambda: [file]))


def test_contract_finds_a_case_that_fails(tmp_path: Path) -> None:
    """A case beside a contributed indicator is run."""
    file = tmp_path / "case.yaml"
    file.write_text(
        "evalrules: 1\ncontributes_to: suining-department@2024\ndepartment: 某局\nindicators:\n"
        "  产出指标/数量指标:\n    简报: {points: 10, unit: 期, target: ≥12期, cases: [{完成值: 6, score: 6}]}\n",
        "utf-8",
    )
    with pytest.raises(AssertionError, match="case"):
        check_plugin(plugin("bad", contributions=lambda: [file]))


def test_contract_finds_a_fault_in_an_evaluation() -> None:
    """A submission of the department that the plug-in fails on is told."""

    def findings(evaluation: evalrules.Evaluation) -> Iterator[evalrules.Finding]:
        raise LookupError(evaluation.organisation)

    with pytest.raises(AssertionError, match="plugin-findings-failed"):
        check_plugin(plugin("bad", findings=findings), submissions=[EXAMPLE])
