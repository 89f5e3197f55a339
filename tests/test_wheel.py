from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parent.parent
EDITOR = "src/evalrules/workbench/static/editor.js"

pytestmark = pytest.mark.slow


def run(*command: object, cwd: Path) -> str:
    """Run a command and give what it wrote; one that fails shows everything it said."""
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_wheel_scores_the_example_in_a_fresh_environment(tmp_path: Path) -> None:
    """The wheel, built from the sdist, finds the editions it ships and scores the example outside the checkout."""
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", tmp_path / "dist", ROOT, cwd=tmp_path)
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    with ZipFile(wheel) as held:
        assert EDITOR.removeprefix("src/") in held.namelist() or not (ROOT / EDITOR).is_file()
    run(sys.executable, "-m", "venv", tmp_path / "fresh", cwd=tmp_path)
    python = tmp_path / "fresh" / ("Scripts" if os.name == "nt" else "bin") / "python"
    install = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    run(*install, "--constraint", ROOT / "constraints.txt", wheel, cwd=tmp_path)
    shown = run(python, "-m", "evalrules", "evaluate", ROOT / "examples" / "suining-2024.yaml", cwd=tmp_path)
    assert "95.0 / 100" in shown
    assert "优秀" in shown
    assert "86.15%" in shown
