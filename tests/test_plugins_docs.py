from __future__ import annotations

import ast
import inspect
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from evalrules import _hookspecs
from evalrules._plugins.load import hooks

PAGE = (Path(__file__).parent.parent / "docs" / "plugins.md").read_text("utf-8")
FILES = dict(re.findall(r"^`([^`\n]+)`：\n\n```\w+\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL))
CODE = re.findall(r"^```python\n(.*?)^```$", PAGE, flags=re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("hook", sorted(hooks()))
def test_hook_is_documented_with_its_signature_and_an_example(hook: str) -> None:
    """Each hook has a section whose title is its arguments and what it gives, and which implements it."""
    function = getattr(_hookspecs, hook)
    given = inspect.signature(function).return_annotation
    assert f"### `{hook}({', '.join(hooks()[hook])}) -> {given}`" in PAGE
    section = PAGE.split(f"### `{hook}(")[1].split("\n### ")[0]
    assert f"@evalrules.hookimpl\ndef {hook}(" in section


@pytest.mark.parametrize("hook", sorted(hooks()))
def test_hook_says_when_it_is_called_and_shows_how(hook: str) -> None:
    """The docstring of each specification has an example."""
    text = inspect.getdoc(getattr(_hookspecs, hook)) or ""
    assert "Called" in text
    assert f"def {hook}(" in text.partition("Example::")[2]


def test_no_other_hook_is_documented() -> None:
    """The page promises no hook that is not there."""
    assert set(re.findall(r"\bevalrules_(?:catalogues|contributions|functions|data|findings|\w+)\(", PAGE)) == {
        f"{hook}(" for hook in hooks()
    }


@pytest.mark.parametrize("code", [code for code in CODE if not code.startswith(">>>")])
def test_code_is_python(code: str) -> None:
    """Every piece of code on the page can be read by Python."""
    ast.parse(code)


@pytest.mark.slow
def test_page_leads_from_nothing_to_an_installed_plugin(tmp_path: Path) -> None:
    """The files of the page, installed, are told as the page says, keep the contract and score its submission."""
    source, site = tmp_path / "source", tmp_path / "site"
    for name, text in FILES.items():
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_text(text, "utf-8")
    pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--target", str(site)]
    subprocess.run([*pip, str(source)], check=True)
    (source / "test_it.py").write_text(next(code for code in CODE if "check_plugin(" in code), "utf-8")
    told = _run(site, source, "-m", "evalrules", "plugins")
    assert told.strip() in PAGE
    assert "98.0" in _run(site, source, "-m", "evalrules", "evaluate", "submission.yaml", "--format", "json")
    _run(site, source, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_it.py")


def _run(site: Path, folder: Path, *command: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(site), "EVALRULES_LANG": "zh", "PYTHONUTF8": "1"}
    done = subprocess.run(
        [sys.executable, *command], env=environment, cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout
