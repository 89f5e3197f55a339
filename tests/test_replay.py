from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from evalrules._cli.commands import root
from evalrules._compare.replay import read_recorded, replay
from evalrules._documents import Problems
from evalrules._engine import evaluate, load_catalogue, load_submission

ROOT = Path(__file__).parent.parent
SUINING = ROOT / "examples" / "suining-2024.yaml"


@pytest.fixture(autouse=True)
def _chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVALRULES_LANG", "zh")


@pytest.fixture
def result(tmp_path: Path) -> Path:
    """Write down the result of the example."""
    file = tmp_path / "result.json"
    told = evaluate(load_catalogue("suining-department@2024"), load_submission(SUINING)).to_json()
    file.write_text(told, "utf-8")
    return file


def run(*arguments: object) -> Result:
    """Run the command as a user would, and let any exception through."""
    return CliRunner().invoke(root, ["replay", *map(str, arguments)], catch_exceptions=False)


def rewritten(result: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    """Change what was written down."""
    told = json.loads(result.read_text("utf-8"))
    change(told)
    result.write_text(json.dumps(told, ensure_ascii=False), "utf-8")
    return result


def edited(folder: Path, *changes: tuple[str, str]) -> Path:
    """Write the edition with texts exchanged."""
    text = (ROOT / "catalogue" / "suining-department" / "2024.yaml").read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    home = folder / "suining-department"
    home.mkdir()
    (home / "2024.yaml").write_text(text, "utf-8")
    return home / "2024.yaml"


def test_the_same_gives_the_same(result: Path) -> None:
    """A result is had again from its edition and submission, and that is said with status 0."""
    assert (run(result, SUINING).exit_code, run(result, SUINING).stdout) == (
        0,
        "重新计分：suining-department@2024\n完全一致\n",
    )


def test_what_plain_json_tools_write_is_the_same_result(result: Path) -> None:
    """A result that was read and written by another program in between still counts as identical."""
    assert run(rewritten(result, lambda _: None), SUINING).exit_code == 0


def test_changed_edition_is_told_with_what_it_changes(result: Path, tmp_path: Path) -> None:
    """The digest names the cause, and every field that differs is told by itself."""
    file = edited(tmp_path, ("优秀: {when: 总分 > 90", "优秀: {when: 总分 > 95"))
    told = run("--catalogue", file, result, SUINING)
    assert told.exit_code == 1
    assert "指标体系不同：原为 suining-department@2024 sha256:" in told.stdout
    assert 'grade："优秀" → "良好"' in told.stdout
    assert "claimed_score" not in told.stdout


def test_comments_change_no_result(result: Path, tmp_path: Path) -> None:
    """An edition with other comments and layout gives the identical result."""
    file = edited(tmp_path, ("sections:\n  预算执行率:", "# 说明\n\nsections:\n  预算执行率:"))
    assert run("--catalogue", file, result, SUINING).exit_code == 0


def test_where_the_form_lies_is_no_difference(result: Path, tmp_path: Path) -> None:
    """Another name, folder and line of the file: what is found in it stays what it was."""
    file = tmp_path / "again.yaml"
    file.write_text("# 归档\n\n" + SUINING.read_text("utf-8"), "utf-8")
    text = evaluate(load_catalogue("suining-department@2024"), load_submission(file)).to_json()
    assert text != result.read_text("utf-8")
    assert (run(result, file).exit_code, "完全一致" in run(result, file).stdout) == (0, True)


@pytest.mark.parametrize("part", ["findings", "indicators", "sections"])
def test_another_order_is_a_difference(result: Path, part: str) -> None:
    """The first place where it differs is named, and nothing else: each is still the same."""
    changed = rewritten(result, lambda told: told[part].reverse())
    told = run(changed, SUINING)
    assert (told.exit_code, told.stdout.count("\n"), f"{part}[1]：" in told.stdout) == (1, 2, True)


def test_findings_of_one_kind_and_row_are_held_to_one_another_by_their_place(result: Path) -> None:
    """One that is gone is told as gone, and no other as changed."""
    gone = rewritten(result, lambda told: told["findings"].pop(0))
    told = run(gone, SUINING).stdout.splitlines()[1:]
    assert (len(told), told[0].split("：")[1][:3]) == (1, "— →")


def test_changed_submission_is_told(result: Path, tmp_path: Path) -> None:
    """Another submission is named as the cause, with the rows that differ by their titles."""
    file = tmp_path / "other.yaml"
    text = SUINING.read_text("utf-8")
    file.write_text(text.replace("actual: 95%", "actual: 94%"), "utf-8")
    told = run(result, file).stdout
    assert "自评表内容不同" in told
    assert "indicators[产出指标/质量指标/验收合格率].score：9.5 → 9.4" in told


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda engine: engine.update(version="0.0.1"), "计分程序版本不同：原为 0.0.1，现为"),
        (
            lambda engine: engine["plugins"].append({"name": "某插件", "version": "1.0"}),
            "当时用了插件 `某插件` 1.0，现在没有",
        ),
    ],
)
def test_other_versions_are_told_even_where_the_result_is_the_same(
    result: Path, change: Callable[[dict[str, Any]], None], told: str
) -> None:
    """Engine and plug-ins count: the versions are told, and that every field is the same."""
    answer = run(rewritten(result, lambda recorded: change(recorded["engine"])), SUINING)
    assert answer.exit_code == 1
    assert told in answer.stdout
    assert "评价结果各项一致" in answer.stdout


def test_plugins_are_compared_by_name(result: Path) -> None:
    """A plug-in that is new or has another version is told so."""
    evaluation = evaluate(load_catalogue("suining-department@2024"), load_submission(SUINING))
    with_plugin = json.loads(result.read_text("utf-8"))
    with_plugin["engine"]["plugins"] = [{"name": "甲", "version": "1"}, {"name": "乙", "version": "1"}]
    recorded = read_recorded(json.dumps(with_plugin), "result.json", Problems())
    assert recorded is not None
    now = type(evaluation)(evaluation._form, evaluation._audit, (("甲", "2"), ("丙", "1")))
    codes = [(cause.code, dict(cause.arguments)["name"]) for cause in replay(recorded, now).causes]
    expected = ["replay-plugin-version", "replay-plugin-missing", "replay-plugin-added"]
    assert codes == list(zip(expected, ("甲", "乙", "丙"), strict=True))


def test_a_number_that_was_written_otherwise_differs(result: Path) -> None:
    """95 is not 95.0: what was recorded is held to the last digit."""
    text = result.read_text("utf-8")
    result.write_text(text.replace('"score": 95.0', '"score": 95'), "utf-8")
    assert "score：95 → 95.0" in run(result, SUINING).stdout


NO_RESULTS = ["", "[", "[]", "3", '{"catalogue": {}}', '{"catalogue": "a", "engine": 1}', "[" * 5000, "9" * 5000]


@pytest.mark.parametrize("content", NO_RESULTS, ids=lambda content: content[:40])
def test_what_is_no_result_is_refused(tmp_path: Path, content: str) -> None:
    """Any other file is named as no result, with status 2."""
    file = tmp_path / "result.json"
    file.write_text(content, "utf-8")
    told = run(file, SUINING)
    assert (told.exit_code, told.stdout) == (2, "")
    assert "replay-unreadable" in told.stderr


@pytest.mark.parametrize("deep", ["[" * 400 + "]" * 400, '{"a":' * 400 + "1" + "}" * 400], ids=["lists", "mappings"])
def test_result_that_is_nested_without_end_is_refused(result: Path, deep: str) -> None:
    """Whatever stands in it, however deep, is a message."""
    text = result.read_text("utf-8")
    result.write_text(text.replace('"grade": "优秀"', f'"grade": {deep}'), "utf-8")
    assert run(result, SUINING).exit_code == 2


def test_key_that_stands_twice_is_refused(result: Path) -> None:
    """A result that says two things at once is not identical to anything."""
    text = result.read_text("utf-8")
    result.write_text(text.replace('"score": 95.0', '"score": 100.0,\n  "score": 95.0', 1), "utf-8")
    told = run(result, SUINING)
    assert (told.exit_code, told.stdout) == (2, "")
    assert "[replay-key-twice]" in told.stderr
    assert "`score`" in told.stderr


def test_result_in_another_encoding_is_refused(result: Path) -> None:
    """GBK is named, and no false differences are told."""
    result.write_bytes(result.read_text("utf-8").encode("gbk", "replace"))
    told = run(result, SUINING)
    assert (told.exit_code, told.stdout) == (2, "")
    assert "GBK" in told.stderr


@pytest.mark.parametrize("name", ["/etc/passwd", "../suining-department", "a/b"])
def test_result_names_an_edition_and_no_file(result: Path, name: str) -> None:
    """A result may come from anybody; it cannot have another file read."""
    told = run(rewritten(result, lambda told: told["catalogue"].update(id=name)), SUINING)
    assert told.exit_code == 2
    assert "replay-unreadable" in told.stderr


def test_other_used_editions_are_told(result: Path) -> None:
    """The methods that an edition calls from another one are part of what a result was made from."""
    used = {"id": "standard-methods", "edition": "1", "digest": "sha256:0"}
    told = run(rewritten(result, lambda told: told["catalogue"].update(uses=[used])), SUINING)
    assert told.exit_code == 1
    assert "引用的版本不同：原为 standard-methods@1 sha256:0" in told.stdout


@given(st.text() | st.binary().map(lambda content: content.decode("utf-8", "replace")))
def test_any_text_is_a_result_or_none(text: str) -> None:
    """Reading a recorded result never fails otherwise than by saying that it is none."""
    problems = Problems()
    recorded = read_recorded(text, "result.json", problems)
    assert (recorded is None) == bool(problems)


def test_edition_that_is_gone_is_told(result: Path) -> None:
    """An edition that cannot be found is a problem with status 2."""
    rewritten(result, lambda told: told["catalogue"].update(edition="1999"))
    answer = run(result, SUINING)
    assert answer.exit_code == 2
    assert "edition-missing" in answer.stderr
