"""The packages in ``plugins/`` and what ``plugin new`` writes: each installs, and passes its own tests there."""

from __future__ import annotations

import os
import site
import subprocess
import sys
import venv
from pathlib import Path

import pytest
from click.testing import CliRunner

from evalrules._cli.commands import root

PLUGINS = Path(__file__).parent.parent / "plugins"
PACKAGES = sorted(folder for folder in PLUGINS.iterdir() if (folder / "pyproject.toml").exists())
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a fresh environment that sees what is installed here, and give its Python."""
    home = tmp_path_factory.mktemp("fresh")
    venv.create(home, with_pip=False)
    (installed,) = home.glob("**/site-packages")
    here = [folder for folder in (*site.getsitepackages(), *sys.path) if folder.endswith("site-packages")]
    lines = [f"import site; site.addsitedir({folder!r})\n" for folder in dict.fromkeys(here)]
    (installed / "here.pth").write_text("".join(lines), "utf-8")
    return next(file for file in (home / "bin" / "python", home / "Scripts" / "python.exe") if file.exists())


def installs_and_passes(package: Path, python: Path) -> str:
    """Install a package into the environment, run its tests there, and give what ``evalrules plugins`` says."""
    pip = [sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-deps", "--no-build-isolation"]
    subprocess.run([str(word) for word in (*pip, package)], check=True)
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV", "PYTHONPATH"))}
    clean |= {"EVALRULES_LANG": "zh", "PYTHONUTF8": "1"}
    tests = [str(python), "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider"]
    done = subprocess.run(tests, cwd=package, env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    said = [str(python), "-m", "evalrules", "plugins"]
    return subprocess.run(said, env=clean, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("package", PACKAGES, ids=lambda package: package.name)
def test_package_installs_and_passes_its_tests(package: Path, environment: Path) -> None:
    """Installed by pip, it is found under its own name, with nothing refused."""
    said = installs_and_passes(package, environment)
    assert f"{package.name} " in said
    assert "没有采用" not in said


def test_new_plugin_installs_and_passes_its_tests(environment: Path, tmp_path: Path) -> None:
    """What ``plugin new`` writes is a working package, for a department of any name."""
    words = ["plugin", "new", "evalrules-new", "-o", str(tmp_path), "--department", "某县财政局（本级）"]
    assert CliRunner().invoke(root, words).exit_code == 0
    said = installs_and_passes(tmp_path / "evalrules-new", environment)
    assert "suining-department@2024 某县财政局（本级） 2 项 20 分" in said
    assert "没有采用" not in said
