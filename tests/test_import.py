from __future__ import annotations

import subprocess
import sys

import pytest

import evalrules


def run(code: str) -> str:
    """Run code in a fresh interpreter and give what it printed."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def test_importing_loads_no_engine() -> None:
    """`import evalrules` loads the version alone; the engine comes with the first name that is used."""
    loaded = "sorted(name for name in sys.modules if name.startswith('evalrules.'))"
    assert run(f"import sys, evalrules; print({loaded})") == "['evalrules._version']"
    assert "evalrules._engine" in run(f"import sys, evalrules; evalrules.load_catalogue; print({loaded})")


def test_use_loads_no_terminal_template_or_solver() -> None:
    """What only reports, the command, laws, tests or proofs need is not loaded for an evaluation."""
    code = "import sys, evalrules; evalrules.evaluate; print([m for m in %r if m in sys.modules])"
    unneeded = ["rich", "jinja2", "click", "simpleeval", "evalrules._laws", "z3", "hypothesis", "pytest"]
    assert run(code % (unneeded,)) == "[]"


@pytest.mark.parametrize(("asked", "unneeded"), [
    (["--version"], ["click", "attr", "yaml", "evalrules._engine"]),
    (["evaluate", "examples/suining-2024.yaml", "--format", "json"],
     ["rich", "jinja2", "docx", "openpyxl", "evalrules._forms", "evalrules._report.annexes", "evalrules._compare",
      "evalrules._plugins.evaluate", "logging", "random", "shutil", "tempfile", "zipfile", "importlib.metadata"]),
    (["evaluate", "examples/suining-2024.yaml"],
     ["jinja2", "docx", "sqlite3", "evalrules._forms.reading", "evalrules._audit.batch", "evalrules._report.batch"]),
])  # fmt: skip
def test_a_command_loads_what_it_needs(asked: list[str], unneeded: list[str]) -> None:
    """The version needs nothing; who wants the result as data needs no terminal, reports, documents or comparison."""
    code = f"import sys; from evalrules._cli import main; sys.argv = ['evalrules', *{asked!r}]\ntry: main()\n"
    told = f"except SystemExit: pass\nprint([m for m in {unneeded!r} if m in sys.modules])"
    assert run(code + told).split("\n")[-1] == "[]"


def test_hardly_a_pattern_is_compiled_while_the_engine_is_imported() -> None:
    """Of the patterns of all modules, more than a hundred, a form needs few."""
    watched = "def watched(*given):\n    by.append(sys._getframe(1).f_globals['__name__'])\n    return real(*given)\n"
    code = f"import re, sys; real, by = re.compile, []\n{watched}re.compile = watched; import evalrules\n"
    told = "evalrules.evaluate; print(sum(name.startswith('evalrules') for name in by))"
    assert int(run(f"{code}{told}")) < 5


def test_a_command_does_not_look_for_garbage_in_what_it_loads() -> None:
    """Of what it imports and reads almost nothing becomes garbage before its end; at the end the process goes."""
    code = "import atexit, gc, sys; from evalrules._cli import main; "
    asked = "sys.argv = ['evalrules', 'check', 'hubei-project@2020']\n"
    told = "atexit.register(lambda: print(gc.get_stats()[0]['collections'] - begun, gc.get_freeze_count() > 50_000))\n"
    assert run(f"{code}{asked}{told}begun = gc.get_stats()[0]['collections']\nmain()").split("\n")[-1] == "0 True"


@pytest.mark.parametrize("name", evalrules.__all__)
def test_every_public_name_is_there(name: str) -> None:
    """Each name of `__all__` is found where it is made, and the same object each time."""
    assert getattr(evalrules, name) is getattr(evalrules, name)
    assert name in dir(evalrules)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """As for any module."""
    with pytest.raises(AttributeError, match="has no attribute 'evaluat'"):
        getattr(evalrules, "evaluat")  # noqa: B009 - the name is wrong on purpose
    with pytest.raises(ImportError):
        from evalrules import nothing_of_the_kind  # type: ignore[attr-defined]  # noqa: F401, PLC0415
