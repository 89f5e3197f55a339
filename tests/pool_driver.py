"""Evaluates in a pool of processes and says what came back; run by the tests as a program of its own.

``python pool_driver.py METHOD WAY`` starts two workers by fork, spawn or forkserver. ``edition`` hands them the edition
once, ``name`` its name, and ``task`` the edition with each task. What is printed is JSON.
"""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import os
import pickle
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import evalrules
import evalrules._engine as engine
from evalrules._score.compiling import compile_ruleset

EXAMPLE = Path(__file__).parent.parent / "examples" / "suining-2024.yaml"
NAME = "suining-department@2024"
compiled = 0
edition: Any = None


def counting(*arguments: Any) -> Any:
    """Compile, and count that."""
    global compiled  # noqa: PLW0603 - of this process, which does nothing else
    compiled += 1
    return compile_ruleset(*arguments)


setattr(engine, "compile_ruleset", counting)  # noqa: B010 - it is not for others to exchange


def begin(given: Any) -> None:
    """Take the edition in a worker, or load it by its name."""
    global edition  # noqa: PLW0603 - as above
    edition = evalrules.load_catalogue(given) if isinstance(given, str) else given


def whole(task: Any) -> tuple[int, int, evalrules.Evaluation]:
    """Give process, how often it has compiled, and the evaluation."""
    given, submission = task
    evaluation = evalrules.evaluate(given if given is not None else edition, submission)
    _ = evaluation.score
    return os.getpid(), compiled, evaluation


async def in_tasks(catalogue: Any, submission: evalrules.Submission) -> list[str]:
    """Evaluate in the threads of an event loop."""
    loop = asyncio.get_running_loop()
    jobs = [loop.run_in_executor(None, evalrules.evaluate, catalogue, submission) for _ in range(24)]
    return [evaluation.to_json() for evaluation in await asyncio.gather(*jobs)]


def main(method: str, way: str) -> dict[str, Any]:
    """Evaluate 24 forms, and give what can be compared."""
    catalogue = evalrules.load_catalogue(NAME)
    submission = evalrules.load_submission(EXAMPLE)
    expected = evalrules.evaluate(catalogue, submission).to_json()
    if method == "asyncio":
        return {"equal": set(asyncio.run(in_tasks(catalogue, submission))) == {expected}, "here": compiled}
    given: Any = {"edition": catalogue, "name": NAME, "task": None}[way]
    tasks = [(catalogue if way == "task" else None, submission)] * 24
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(2, context, begin, (given,)) as pool:
        back = list(pool.map(whole, tasks))
    return {
        "equal": {evaluation.to_json() for _, _, evaluation in back} == {expected},
        "workers": sorted({process: count for process, count, _ in back}.values()),
        "here": compiled,
        "bytes": max(len(pickle.dumps(evaluation)) for _, _, evaluation in back),
    }


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))  # noqa: T201 - what the tests read
