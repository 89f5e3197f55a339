"""A department's own indicators as a plain file: beside the edition, or named by the caller; no package is needed."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import attrs
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import evalrules
from evalrules._cli.commands import root

EDITION = """\
evalrules: 1
id: town
edition: "1"
title: 某镇部门整体支出
uses: [standard-methods@1]
points: 10
defaults: {scoring: {"≥": 比例得分}}
sections:
  产出指标: {points: 10, sections: {数量指标: {open: true}}}
"""
OWN = """\
evalrules: 1
contributes_to: town@1
department: 某局
indicators:
  产出指标/数量指标:
    编印简报: {points: 10, unit: 期, target: ≥12期}
"""
FORM = """\
catalogue: town@1
organisation: 某局
fiscal_year: 2024
entries: [{indicator: 编印简报, actual: 9期}]
"""


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write an edition with an open section, and search the folder that it lies in."""
    home = tmp_path / "library" / "town"
    home.mkdir(parents=True)
    (home / "1.yaml").write_text(EDITION, "utf-8")
    (tmp_path / "form.yaml").write_text(FORM, "utf-8")
    monkeypatch.setenv("EVALRULES_PATH", str(home.parent))
    return tmp_path


def beside(library: Path, text: str = OWN, name: str = "某局.yaml") -> Path:
    """Write a contribution beside the edition."""
    folder = library / "library" / "town" / "1.contributions"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, "utf-8")
    return folder / name


def test_a_file_beside_the_edition_counts_for_its_department(library: Path) -> None:
    """Its row is scored, says where it comes from, and the result names the file by its content."""
    beside(library)
    evaluation = evalrules.evaluate(
        evalrules.load_catalogue("town@1"), evalrules.load_submission(library / "form.yaml")
    )
    (row,) = evaluation.indicators
    assert (str(row.score), row.origin, evaluation.problems) == ("7.50", "某局.yaml", ())
    ((name, digest),) = evaluation.plugins
    assert (name, digest[:7], len(digest)) == ("某局.yaml", "sha256:", 71)
    assert evaluation.to_dict()["engine"]["plugins"] == [{"name": name, "version": digest}]


def test_it_is_nothing_to_others_nor_to_another_edition(library: Path) -> None:
    """Another organisation has the edition as the bureau wrote it."""
    beside(library)
    beside(library, OWN.replace("town@1", "town@2"), "另一版.yaml")
    other = evalrules.load_submission({"organisation": "他局", "fiscal_year": 2024})
    evaluation = evalrules.evaluate(evalrules.load_catalogue("town@1"), other)
    assert (evaluation.indicators, evaluation.plugins) == ((), ())


def test_a_caller_may_name_files(library: Path) -> None:
    """In Python and by the command; without them the row is unknown."""
    own = library / "own.yaml"
    own.write_text(OWN, "utf-8")
    catalogue = evalrules.load_catalogue("town@1", contributions=[own])
    submission = evalrules.load_submission(library / "form.yaml")
    assert str(evalrules.evaluate(catalogue, submission).score) == "7.50"
    assert evalrules.evaluate(evalrules.load_catalogue("town@1"), submission).score is None
    command = ["evaluate", str(library / "form.yaml"), "--format", "json"]
    done = CliRunner().invoke(root, [*command, "--contribution", str(own)])
    assert json.loads(done.stdout)["score"] == 7.5
    assert json.loads(CliRunner().invoke(root, command).stdout)["score"] is None


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (OWN.replace("数量指标:", "质量指标:"), "contribution-refused"),
        (OWN.replace("points", "point"), "contribution-unread"),
    ],
)
def test_one_that_is_wrong_is_told_and_counts_for_nobody(library: Path, text: str, code: str) -> None:
    """``check`` names the file and what is wrong in it, and so does whoever evaluates a form of its department."""
    file = beside(library, text)
    done = CliRunner().invoke(root, ["check", "town@1"], env={"EVALRULES_LANG": "zh"})
    assert f"[{code}]" in done.stderr
    assert f"`{file.name}`" in done.stderr
    told = CliRunner().invoke(root, ["evaluate", str(library / "form.yaml")], env={"EVALRULES_LANG": "zh"}).stderr
    assert f"[{code}]" in told


@pytest.mark.parametrize("department", ["某局（本级）", "某局(本级)", " 某 局（本级） "])
def test_whose_it_is_goes_by_the_name_in_any_width(library: Path, department: str) -> None:
    """A department and a clerk type it at two desks; the file is named in the result all the same."""
    beside(library, OWN.replace("某局", f'"{department}"'))
    form = evalrules.load_submission(FORM.replace("某局", "某局（本级）"))
    evaluation = evalrules.evaluate(evalrules.load_catalogue("town@1"), form)
    assert (evaluation.score, len(evaluation.plugins)) == (Decimal("7.50"), 1)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (OWN.replace("town@1", "town@2"), "contribution-edition"),
        (OWN.replace("数量指标", "质量指标"), "contribution-section"),
        (OWN + "methods: {比例得分: {award: [{points: 分值}]}}\n", "contribution-repeats"),
        (OWN.replace("target: ≥12期", "scoring: {award: [{points: 20, because: 多}]}"), "award-above-points"),
    ],
)
def test_why_a_row_has_none_of_it_is_told_with_the_form(library: Path, text: str, code: str) -> None:
    """Whether the row keeps its place or not, and whichever edition the file is for."""
    beside(library, text)
    form = evalrules.load_submission(library / "form.yaml")
    evaluation = evalrules.evaluate(evalrules.load_catalogue("town@1"), form)
    assert evaluation.score is None
    assert code in {found.code for found in evaluation.problems}
    other = evalrules.evaluate(
        evalrules.load_catalogue("town@1"), evalrules.load_submission(FORM.replace("某局", "他局"))
    )
    assert code not in {found.code for found in other.problems}


def test_the_same_row_from_two_files_counts_for_neither(library: Path) -> None:
    """Nobody can tell which is meant."""
    beside(library)
    beside(library, OWN, "又一份.yaml")
    catalogue = evalrules.load_catalogue("town@1")
    assert [found.code for found in catalogue.problems_for("某局")] == ["contribution-twice"]


TARGETS = st.sampled_from(["≥12期", "≥5次", "≥90%", "≥3.5公里"])


@pytest.mark.parametrize("shape", ["docx", "xlsx"])
@settings(max_examples=10)  # each writes and reads an office file
@given(drawn=st.dictionaries(st.sampled_from(["编印简报", "走访", "办结率", "Ａ类事项"]), TARGETS, min_size=1))
def test_a_blank_form_has_the_indicators_of_its_department(
    shape: str, drawn: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """They stand in their part with points and target, before the blank rows, and are read as they were printed."""
    home = tmp_path_factory.mktemp("own")
    (home / "town").mkdir()
    (home / "town/1.yaml").write_text(EDITION, "utf-8")
    shares = {1: ["10"], 2: ["5", "5"], 3: ["5", "2.5", "2.5"], 4: ["2.5"] * 4}[len(drawn)]
    rows = {
        name: {"points": share, "target": target} for share, (name, target) in zip(shares, drawn.items(), strict=True)
    }
    own = {"evalrules": 1, "contributes_to": "town@1", "department": "某局", "indicators": {"产出指标/数量指标": rows}}
    (home / "own.yaml").write_text(json.dumps(own, ensure_ascii=False), "utf-8")
    blank = home / f"blank.{shape}"
    asked = ["form", str(home / "town/1.yaml"), "--contribution", str(home / "own.yaml"), "-o", str(blank)]
    assert CliRunner().invoke(root, asked).exit_code == 0
    catalogue = evalrules.load_catalogue(home / "town/1.yaml", contributions=[home / "own.yaml"], plugins=())
    read = evalrules.load_submission(blank, catalogue=catalogue)
    printed = [(entry.indicator, entry.section, entry.points, entry.target.text) for entry in read.entries]
    assert printed == [
        (name, "产出指标/数量指标", Fraction(row["points"]), row["target"]) for name, row in rows.items()
    ]
    filled = attrs.evolve(read, organisation="某局", fiscal_year=2024)
    found = {result.name: result.origin for result in evalrules.evaluate(catalogue, filled).indicators}
    assert len(found) == len(drawn)
    assert "submission" not in found.values()


def test_a_blank_form_is_of_one_department(library: Path) -> None:
    """Files of two, or one that cannot be read, are wrong use."""
    other = library / "other.yaml"
    other.write_text(OWN.replace("某局", "另一局"), "utf-8")
    (library / "own.yaml").write_text(OWN, "utf-8")
    both = ["--contribution", str(library / "own.yaml"), "--contribution", str(other)]
    for given_ in (both, ["--contribution", str(library / "none.yaml")]):
        assert CliRunner().invoke(root, ["form", "town@1", *given_, "-o", str(library / "x.docx")]).exit_code in (1, 2)
    assert not (library / "x.docx").exists()
