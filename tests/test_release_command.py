from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import evalrules
from editions import edition
from evalrules._cli.commands import root

BODY = """\
sections:
  甲:
    points: 10
    target: 100%
    unit: "%"
    scoring: 比例得分
    cases:
      - {完成值: 95%, score: 9.5}
"""


@pytest.fixture(autouse=True)
def _chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVALRULES_LANG", "zh")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Write an edition and give its file."""
    edition(tmp_path, BODY)
    return tmp_path / "sample" / "1.yaml"


def run(command: str, *arguments: object) -> Result:
    """Run a command as a user would, and let any exception through."""
    return CliRunner().invoke(root, [command, *map(str, arguments)], catch_exceptions=False)


def change(file: Path, old: str, new: str) -> None:
    """Exchange a text of the edition."""
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def test_released_edition_is_recorded_and_stays_sound(file: Path, tmp_path: Path) -> None:
    """The digest is written beside the editions, and checking goes on as before; releasing again changes nothing."""
    result = run("release", file)
    assert result.exit_code == 0
    assert result.stdout.startswith("已发布 sample@1 sha256:")
    recorded = (tmp_path / "releases.yaml").read_text("utf-8")
    assert "sample@1: sha256:" in recorded
    assert run("check", file).exit_code == 0
    assert run("release", file).exit_code == 0
    assert (tmp_path / "releases.yaml").read_text("utf-8") == recorded


def test_changed_meaning_of_a_released_edition_is_an_error(file: Path) -> None:
    """``check`` and ``release`` refuse a released edition that no longer means what was released."""
    run("release", file)
    change(file, "scoring: 比例得分", "scoring: {method: 比例得分, 底线: 60%}")
    for command in ("check", "release"):
        result = run(command, file)
        assert result.exit_code == 1
        assert "edition-changed" in result.stderr


def test_released_edition_that_changed_is_not_loaded(file: Path) -> None:
    """Nothing is scored in the name of a released edition by other rules; what was released itself loads."""
    run("release", file)
    assert evalrules.load_catalogue(file).name == "sample@1"
    change(file, "scoring: 比例得分", "scoring: {method: 比例得分, 底线: 60%}")
    with pytest.raises(evalrules.CatalogueError) as caught:
        evalrules.load_catalogue(file)
    assert [found.code for found in caught.value.problems] == ["edition-changed"]


def test_comments_and_layout_of_a_released_edition_may_change(file: Path) -> None:
    """What does not change the meaning is no error."""
    run("release", file)
    change(file, "    points: 10\n", "    # 依据省表\n\n    points:   10\n")
    assert run("check", file).exit_code == 0


def test_edition_with_errors_is_not_released(file: Path, tmp_path: Path) -> None:
    """All errors are told, and nothing is recorded."""
    change(file, "    points: 10\n", "    points: 9\n")
    result = run("release", file)
    assert result.exit_code == 1
    assert "release-with-errors" in result.stderr
    assert not (tmp_path / "releases.yaml").exists()


def test_edition_with_a_failing_case_is_not_released(file: Path, tmp_path: Path) -> None:
    """A case that does not come out keeps the edition from being released."""
    change(file, "score: 9.5", "score: 9")
    result = run("release", file)
    assert result.exit_code == 1
    assert "case-fails" in result.stderr
    assert not (tmp_path / "releases.yaml").exists()
