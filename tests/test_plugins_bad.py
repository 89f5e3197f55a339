"""Every fault that a plug-in can have, with packages that are really built and installed for the rows P1 to P8.

``tests/plugins_bad/<case>/`` holds a folder for each package (its module is ``plugin.txt``: it is no code of ours, and
not held to our rules), perhaps its own ``edition.yaml`` and ``submission.yaml``
instead of the shared ones, and ``expected.txt``: what is told of it, and what every row of the form scores.
"""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Callable
from importlib.machinery import SourceFileLoader
from importlib.resources import files
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from hatchling.builders.wheel import WheelBuilder

import evalrules
from plugins_driver import BAD, text

CASES = sorted(folder.name for folder in BAD.iterdir() if folder.is_dir())
INSTALLED = [case for case in CASES if case.startswith("p")]
# Their imports fail, have one name for two, or change what belongs to the process of the tests.
ONLY_INSTALLED = {
    "p3-import-fails",
    "p3-exit-at-import",
    "p3-function-of-absent",
    "p4-changes-what-is-ours",
    "name-twice",
}
PROJECT = """\
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "{name}"
version = "1.0"
[project.entry-points.evalrules]
{plugin} = "{module}.plugin"
[tool.hatch.build.targets.wheel]
packages = ["{module}"]
"""
Installed = Callable[[str], Path]


def packages(case: str) -> list[Path]:
    """Give the folders of the packages of a case."""
    return sorted(folder for folder in (BAD / case).iterdir() if folder.is_dir())


def module_of(package: Path) -> str:
    """Name the module that the package is installed as."""
    return f"{package.parent.name}_{package.name}".replace("-", "_")


def build(package: Path, workshop: Path, *, plugin: str) -> Path:
    """Build the wheel of a package."""
    name, module = package.name, module_of(package)
    source = workshop / module
    (source / module).mkdir(parents=True)
    (source / "pyproject.toml").write_text(PROJECT.format(name=name, plugin=plugin, module=module), "utf-8")
    (source / module / "__init__.py").write_text("", "utf-8")
    for file in package.iterdir():
        if file.is_file():
            name_there = "plugin.py" if file.name == "plugin.txt" else file.name
            (source / module / name_there).write_bytes(file.read_bytes())
    return Path(
        next(WheelBuilder(str(source)).build(directory=str(workshop / "wheels" / module), versions=["standard"]))
    )


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Give what installs the packages of a case, by pip, each case into an environment of its own."""
    places: dict[str, Path] = {}

    def install(case: str) -> Path:
        if case not in places:
            workshop = tmp_path_factory.mktemp(case)
            same_name = "bad-twin" if case == "name-twice" else ""
            wheels = [build(package, workshop, plugin=same_name or package.name) for package in packages(case)]
            places[case] = workshop / "site"
            pip = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--no-compile"]
            subprocess.run([*pip, "--target", places[case], *wheels], check=True)
        return places[case]

    return install


def run(place: Path, *command: object, **environment: str) -> str:
    """Run Python where these packages are installed; the program must end well."""
    known = {**os.environ, "PYTHONPATH": str(place), "EVALRULES_LANG": "zh", "PYTHONUTF8": "1", **environment}
    done = subprocess.run(
        [sys.executable, *map(str, command)], env=known, capture_output=True, text=True, check=True, cwd=BAD.parent
    )
    return done.stdout


def expected(case: str) -> str:
    """Give what is to be told of a case."""
    return (BAD / case / "expected.txt").read_text("utf-8")


def imported(package: Path) -> ModuleType:
    """Import a package's module without installing it, under the package's name."""
    loader = SourceFileLoader(package.name, str(package / "plugin.txt"))
    spec = importlib.util.spec_from_loader(package.name, loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.mark.slow
@pytest.mark.parametrize("case", [*INSTALLED, *sorted(ONLY_INSTALLED - set(INSTALLED))])
def test_installed_package_is_told_exactly(case: str, installed: Installed) -> None:
    """A really installed package is named with its version and fault, and what does not need it is scored."""
    place = installed(case)
    assert run(place, BAD.parent / "plugins_driver.py", BAD / case, place) == expected(case)


@pytest.mark.parametrize("case", [case for case in CASES if case not in ONLY_INSTALLED])
def test_object_is_told_exactly(case: str) -> None:
    """The same modules, given directly, are told the same."""
    plugins = evalrules.load_plugins([], objects=[imported(package) for package in packages(case)])
    told = text(BAD / case, plugins)
    for package in packages(case):
        told = told.replace(f"{package.name}/", f"{module_of(package)}/")
    assert told == expected(case)


def test_every_code_has_a_case() -> None:
    """Each code that plug-ins can lead to is told in some case here, or held in ``test_plugins.py``."""
    elsewhere = {"plugin-missing", "plugin-blocked", "plugin-slow"}
    entries = yaml.safe_load((files("evalrules") / "messages" / "plugins.yaml").read_text("utf-8"))
    codes = {code for code, entry in entries.items() if isinstance(entry, dict)}  # others are phrases
    told = {code for case in CASES for code in re.findall(r"\[([a-z-]+)\]", expected(case))}
    assert codes - told == elsewhere


@pytest.mark.slow
def test_all_bad_packages_together_spoil_nothing(installed: Installed) -> None:
    """With every bad package installed at once, the report's own submission scores as with none."""
    places = os.pathsep.join(str(installed(case)) for case in INSTALLED)
    program = (
        "import evalrules, warnings; warnings.simplefilter('ignore')\n"
        "catalogue = evalrules.load_catalogue('suining-department@2024')\n"
        "evaluation = evalrules.evaluate(catalogue, evalrules.load_submission('../examples/suining-2024.yaml'))\n"
        "told = evaluation.to_dict() | {'engine': None}\n"
        "told['findings'] = [found for found in told['findings'] if found['code'] != 'of-a-plugin']\n"
        "told['findings'] = [found for found in told['findings'] if not found['code'].startswith('plugin-')]\n"
        "print(len(catalogue.plugins.loaded) > 3, told)"
    )
    spoilt, clean = run(Path(places), "-c", program), run(Path(places), "-c", program, EVALRULES_NO_PLUGINS="1")
    assert spoilt.startswith("True ")
    assert spoilt.removeprefix("True ") == clean.removeprefix("False ")


@pytest.mark.slow
def test_order_of_installation_never_changes_a_result(installed: Installed) -> None:
    """Whichever folder comes first where packages are sought, the result is the same, byte for byte."""
    places = [str(installed(case)) for case in ("p3-import-fails", "p2-function-results", "p4-changes-what-is-ours")]
    program = (
        "import evalrules, sys, warnings; warnings.simplefilter('ignore')\n"
        "catalogue = evalrules.load_catalogue(sys.argv[1])\n"
        "evaluation = evalrules.evaluate(catalogue, evalrules.load_submission(sys.argv[2]))\n"
        "print(evaluation.to_json(), *catalogue.plugin_problems)"
    )
    inputs = (BAD / "edition.yaml", BAD / "p3-import-fails" / "submission.yaml")
    orders = [os.pathsep.join(order) for order in (places, places[::-1], places[1:] + places[:1])]
    results = {run(Path(order), "-c", program, *inputs) for order in orders}
    assert len(results) == 1
    assert '"name": "good-beside"' in results.pop()
