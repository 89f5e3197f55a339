from __future__ import annotations

import cProfile
import gc
import json
import multiprocessing
import pickle
import subprocess
import sys
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import evalrules
from plugins_driver import BAD
from test_plugins import contribution, loaded

EXAMPLE = Path(__file__).parent.parent / "examples" / "suining-2024.yaml"
NAME = "suining-department@2024"
DRIVER = Path(__file__).parent / "pool_driver.py"


def drive(method: str, way: str = "edition") -> dict[str, Any]:
    """Run the driver, and give what it says."""
    done = subprocess.run([sys.executable, DRIVER, method, way], capture_output=True, text=True, check=True)
    told: dict[str, Any] = json.loads(done.stdout)
    return told


WAYS = [("fork", "edition"), ("fork", "task"), ("spawn", "edition"), ("spawn", "name"), ("forkserver", "task")]
"""Each start method, and each way of giving the workers the edition."""


@pytest.mark.parametrize(("method", "way"), [way for way in WAYS if way[0] in multiprocessing.get_all_start_methods()])
def test_pool_gives_equal_evaluations_and_compiles_once_a_process(method: str, way: str) -> None:
    """By fork, spawn and forkserver; the process that takes the results has the edition already, and keeps it.

    With fork a worker has inherited the edition compiled. What arrives is never compiled twice.
    """
    told = drive(method, way)
    assert told["equal"]
    inherited = 1 if method == "fork" else 0
    assert all(count <= inherited + 1 for count in told["workers"])
    assert told["here"] == 1
    assert told["bytes"] < 80_000


def test_tasks_of_an_event_loop_give_equal_evaluations() -> None:
    """Threads of asyncio share one edition."""
    assert drive("asyncio") == {"equal": True, "here": 1}


# ---- one process -----------------------------------------------------------------------------------------------------


def calls(work: Callable[[], object]) -> int:
    """Count the calls that some work makes."""
    profile = cProfile.Profile()
    profile.enable()
    work()
    profile.disable()
    return sum(entry.callcount for entry in profile.getstats())


def test_taking_an_evaluation_costs_little_more_than_evaluating() -> None:
    """The edition is found by what it is; only the submission is read, and scored again.

    So a pool that returns evaluations needs no more than three times what one needs that returns scores: each worker
    reads a submission and scores it in both cases.
    """
    catalogue, submission = evalrules.load_catalogue(NAME), evalrules.load_submission(EXAMPLE)
    task = pickle.dumps(submission)
    results = [pickle.dumps(evalrules.evaluate(catalogue, submission)) for _ in range(24)]
    scores = calls(lambda: [evalrules.evaluate(catalogue, pickle.loads(task)).score for _ in range(24)])  # noqa: S301 - our own bytes
    taken = calls(lambda: [pickle.loads(result).score for result in results])  # noqa: S301 - our own bytes
    assert taken <= 2 * scores


class Contributing:
    """A plug-in that can be pickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @evalrules.hookimpl
    def evalrules_contributions(self) -> list[Path]:
        """Give the one file."""
        return [self.path]


@pytest.mark.parametrize("known", [True, False])
def test_evaluation_by_a_department_arrives(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, known: bool) -> None:
    """Also where the process has not seen the edition: plug-ins are loaded again, and the department joined again."""
    plugins = loaded(Contributing(contribution(tmp_path, "own", "自设")))
    catalogue = evalrules.load_catalogue(BAD / "edition.yaml", plugins=plugins)
    evaluation = evalrules.evaluate(catalogue, evalrules.load_submission(BAD / "submission.yaml"))
    packed = pickle.dumps(evaluation)
    if not known:
        for table in ("_alive", "_held"):
            monkeypatch.setattr(f"evalrules._engine.{table}", {})
    again = pickle.loads(packed)  # noqa: S301 - our own bytes
    assert again == evaluation
    assert (again.catalogue is evaluation.catalogue) == known


def test_edition_of_a_department_is_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a plug-in contributes is joined and compiled once in a process, too."""
    plugins = loaded(Contributing(contribution(tmp_path, "own", "自设")))
    catalogue = evalrules.load_catalogue(BAD / "edition.yaml", plugins=plugins)
    evaluation = evalrules.evaluate(catalogue, evalrules.load_submission(BAD / "submission.yaml"))
    assert evaluation.catalogue is not catalogue
    monkeypatch.setattr("evalrules._plugins.departments.compile_ruleset", None)
    monkeypatch.setattr("evalrules._engine.compile_ruleset", None)
    again = pickle.loads(pickle.dumps(evaluation._form.ruleset))  # noqa: S301 - our own bytes
    assert again is evaluation._form.ruleset


def test_pickle_by_itself_holds_its_edition() -> None:
    """A process that has never seen the edition reads an evaluation all the same."""
    evaluation = evalrules.evaluate(evalrules.load_catalogue(NAME), evalrules.load_submission(EXAMPLE))
    program = "import pickle, sys; sys.stdout.buffer.write(pickle.load(sys.stdin.buffer).to_json().encode())"
    done = subprocess.run(
        [sys.executable, "-c", program], input=pickle.dumps(evaluation), capture_output=True, check=True
    )
    assert done.stdout.decode() == evaluation.to_json()


def test_editions_that_differ_in_anything_shown_are_kept_apart(tmp_path: Path) -> None:
    """Two files of one meaning and other places are two editions to those who read where a rule stands."""
    text = (Path(evalrules.__file__).parent.parent.parent / "catalogue" / "suining-department" / "2024.yaml").read_text(
        "utf-8"
    )
    for name, comment in (("a", ""), ("b", "# 一行说明\n")):
        (tmp_path / f"{name}.yaml").write_text(comment + text, "utf-8")
    first, second = (evalrules.load_catalogue(tmp_path / f"{name}.yaml") for name in "ab")
    assert first.digest == second.digest
    assert pickle.loads(pickle.dumps(first)) is first  # noqa: S301 - our own bytes
    assert pickle.loads(pickle.dumps(second)) is second  # noqa: S301 - our own bytes


def test_what_was_loaded_is_gone_with_its_last_user() -> None:
    """No table keeps an edition alive; of those that arrived in pickles the last four are kept."""
    packed = []
    for number in range(8):
        catalogue = evalrules.load_catalogue(document(number))
        packed.append(pickle.dumps(catalogue))
        gone = weakref.ref(catalogue)
        del catalogue
        gc.collect()
        assert gone() is None
    arrived = [weakref.ref(pickle.loads(one)) for one in packed]  # noqa: S301 - our own bytes
    gc.collect()
    assert [one() is not None for one in arrived] == [False] * 4 + [True] * 4


def document(number: int) -> dict[str, Any]:
    """Give a small edition."""
    row = {"points": 10, "target": "100%", "unit": "%", "scoring": "比例得分"}
    head = {"evalrules": 1, "id": "a", "edition": str(number), "title": "甲", "points": 10}
    return {**head, "uses": ["standard-methods@1"], "sections": {"甲": row}}
