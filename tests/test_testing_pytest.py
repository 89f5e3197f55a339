"""``pytest catalogue/`` and ``evalrules test``: editions as tests, told in the bureau's words."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from evalrules._cli.commands import root
from rulesets import write

ROOT = Path(__file__).parent.parent
LAWFUL = "sections: {人数: {points: 10, unit: 人, target: ≥ 100人, scoring: 比例得分}}\n"
TURNED = """\
sections:
  满意度:
    points: 10
    unit: "%"
    target: ≥ 60%
    ranges: {完成值: {min: 0, max: 1}}
    scoring:
      award:
        - {when: 完成值 ≥ 90%, points: 6, because: 高}
        - {when: 完成值 ≥ 60%, points: 8, because: 中}
        - {points: 0, because: 低}
    cases: [{完成值: 95%, score: 6}, {完成值: 60%, score: 10}]
    waive: {reachable: 只有八分可得}
"""
WAIVED = """\
sections:
  人数: {points: 10, unit: 人, target: ≥ 100人, scoring: 超额调减得分, waive: {bounded: 怕有问题}}
"""
BROKEN = LAWFUL.replace("比例得分", "比列得分")


@pytest.fixture(autouse=True)
def _chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVALRULES_LANG", "zh")
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)


def pytest_on(*arguments: object, cwd: Path) -> tuple[int, str]:
    """Run pytest as a user would, in a process of its own, and give its exit status and what it wrote."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rA", "-vv", *map(str, arguments)]
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, env={**os.environ})
    return done.returncode, done.stdout + done.stderr


def test_each_case_and_each_law_is_a_test_with_its_own_name(tmp_path: Path) -> None:
    """A folder of editions passes, and names what was held to what."""
    write(tmp_path, LAWFUL + "    # 一\n")
    status, told = pytest_on(tmp_path, cwd=tmp_path)
    assert status == 0, told
    for name in ("check", "law: 人数: monotone", "law: 人数: full_marks_at_target", "law: graded", "law: whole forms"):
        assert f"sample/1.yaml::{name} PASSED" in told


def test_a_failure_is_told_in_the_bureau_s_words(tmp_path: Path) -> None:
    """A law that does not hold shows two values side by side, a case what it expects; neither has a traceback."""
    write(tmp_path, TURNED)
    status, told = pytest_on(tmp_path, cwd=tmp_path)
    assert status == 1
    assert "`满意度`：完成值 89.99% 得 8 分，90.00% 得 6 分，完成得更好，得分反而更低" in told
    assert "算例 `满意度[1]` 应得 10 分，实得 8 分" in told
    assert "完成值 60%，刚好达到指标值，得 8 分，不是满分 10 分" in told
    assert "Traceback" not in told
    assert re.search(r"sample/1\.yaml:10:3: error: .*\[law-monotone\]", told)


def test_waivers_are_shown_with_their_reasons(tmp_path: Path) -> None:
    """A waived law that is broken is expected to fail; one that holds passes; both are told at the end."""
    write(tmp_path, WAIVED)
    status, told = pytest_on(tmp_path, cwd=tmp_path)
    assert status == 0, told
    assert "law: 人数: monotone XFAIL" in told
    assert "law: 人数: bounded PASSED" in told
    assert "豁免的定律和无从检验的定律" in told
    assert "`人数` 豁免“完成得更好，得分不会更低”：超额完成过多视为指标值定得偏低，按偏离程度调减" in told
    assert "`人数` 豁免了“得分不小于 0、不大于分值”（怕有问题）" in told


def test_an_edition_with_errors_has_one_test_that_tells_them(tmp_path: Path) -> None:
    """What cannot be used is not held to laws."""
    write(tmp_path, BROKEN)
    status, told = pytest_on(tmp_path, cwd=tmp_path)
    assert status == 1
    assert "没有名为 `比列得分` 的计分方法" in told or "比列得分" in told
    assert "1 failed" in told
    assert "law:" not in told


def test_only_editions_where_editions_lie_are_collected(tmp_path: Path) -> None:
    """Submissions, contributions and editions elsewhere are left alone; one that is named is taken from anywhere."""
    edition = write(tmp_path, LAWFUL)
    elsewhere = tmp_path / "entwurf" / "neu.yaml"
    elsewhere.parent.mkdir()
    edition.rename(elsewhere)
    (tmp_path / "sample").joinpath("submission.yaml").write_text("catalogue: sample@1\norganisation: 某单位\n", "utf-8")
    contribution = "evalrules: 1\nid: sample\ncontributes_to: a@1\ndepartment: 某局\n"
    (tmp_path / "sample").joinpath("2.yaml").write_text(contribution, "utf-8")
    status, told = pytest_on("--collect-only", tmp_path, cwd=tmp_path)
    assert status == 5, told
    status, told = pytest_on("--collect-only", elsewhere, cwd=tmp_path)
    assert status == 0
    assert "law: 人数: monotone" in told


# ---- the command ---------------------------------------------------------------------------------------------------


def run(*arguments: object) -> Result:
    """Run ``evalrules test``."""
    return CliRunner().invoke(root, ["test", *map(str, arguments)], catch_exceptions=False)


def test_the_command_tells_how_many_cases_and_laws_hold(tmp_path: Path) -> None:
    """A lawful edition has one line and the exit status 0."""
    result = run(write(tmp_path, LAWFUL))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "sample@1：算例 0 个，通过 0 个；定律 7 条，成立 7 条\n"


def test_the_command_tells_failures_on_standard_error(tmp_path: Path) -> None:
    """Cases and laws that fail are told with their places; the waiver stands below the counts."""
    result = run(write(tmp_path, TURNED))
    assert result.exit_code == 1
    assert "[case-fails]" in result.stderr
    assert "[law-monotone]" in result.stderr
    assert "完成值 89.99% 得 8 分，90.00% 得 6 分" in result.stderr
    assert result.stdout.splitlines() == [
        "sample@1：算例 2 个，通过 1 个；定律 7 条，成立 4 条",
        "  `满意度` 豁免“每一档、每一条都用得到，满分得得到”：只有八分可得",
        "    `满意度`：没有数据能得满分",
    ]


@pytest.mark.slow
def test_the_command_tells_an_edition_with_errors_and_goes_on(tmp_path: Path) -> None:
    """Editions with errors are not tested; the others are."""
    broken = write(tmp_path, BROKEN)
    result = run(broken, "hubei-project@2020")
    assert result.exit_code == 1
    assert f"{broken}：有错误，没有检验" in result.stdout
    assert "hubei-project@2020：算例 3 个，通过 3 个" in result.stdout


def test_the_command_speaks_english(tmp_path: Path) -> None:
    """The frame and the laws are worded in English where that is asked for."""
    result = run(write(tmp_path, WAIVED), "--lang", "en")
    assert "0 of 0 cases pass, 5 of 7 laws hold" in result.stdout
    assert "waives `monotone`: 超额完成过多" in result.stdout


def test_without_hypothesis_the_edges_are_still_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The extra is not needed: what lies at an edge is found without it."""
    for module in [name for name in sys.modules if name.startswith("evalrules.testing")]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "hypothesis", None)
    result = run(write(tmp_path, TURNED))
    assert "[law-monotone]" in result.stderr


# ---- a fresh environment -------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_editions_are_tests_where_only_the_extra_is_installed(tmp_path: Path) -> None:
    """The wheel with the extra ``testing`` in an environment of its own collects and passes an edition's tests."""
    build = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(tmp_path), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "fresh")], check=True)
    python = tmp_path / "fresh" / ("Scripts" if os.name == "nt" else "bin") / "python"
    install = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-compile"]
    pinned = ["--disable-pip-version-check", "--constraint", str(ROOT / "constraints.txt"), f"{wheel}[testing]"]
    subprocess.run([*install, *pinned], check=True, capture_output=True)
    home = tmp_path / "work"
    home.mkdir()
    for name in ("suining-department", "standard-methods"):
        (home / "catalogue" / name).parent.mkdir(exist_ok=True)
        (home / "catalogue" / name).symlink_to(ROOT / "catalogue" / name)
    command = [str(python), "-m", "pytest", "-q", "catalogue/suining-department"]
    done = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^\d+ passed", done.stdout, re.MULTILINE)
