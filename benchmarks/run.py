"""Everything that is measured, printed as ratios of one run: see ``docs/benchmarks.md``.

    .venv/bin/pip install -e '.[bench]' && .venv/bin/python benchmarks/run.py

Nothing is timed before the scores of all engines, ours too, have been held against plain `Fraction` arithmetic.
"""

from __future__ import annotations

import json
import os
import random
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any

import peers
import work
from attrs import frozen

import evalrules
from evalrules._compare.impact import impact

SUBMISSIONS = 10_000
TIMED = 100
ROUNDS = 9
SIZES = (20, 200, 2_000)
Run = Callable[[], object]
Clock = Callable[[], float]


@frozen
class Measured:
    """The best of some rounds and their middle, in seconds; the best is what the work costs undisturbed."""

    best: float
    middle: float


def measured(
    runs: Mapping[str, Run], times: Mapping[str, int], rounds: int = ROUNDS, clock: Clock = time.process_time
) -> dict[str, Measured]:
    """Time each run, all of them in each round, so that what disturbs the machine disturbs all.

    The processor's time is counted, which others who use the machine add little to.
    """
    found: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            begun = clock()
            run()
            found[name].append((clock() - begun) / times[name])
    return {name: Measured(min(seconds), statistics.median(seconds)) for name, seconds in found.items()}


def of_children() -> float:
    """Give the processor's time, in seconds, that the processes started so far have taken."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def each(items: Iterable[Any], work: Callable[[Any], object]) -> None:
    """Do the work on every item; no result is kept, as nobody keeps a hundred at once."""
    for item in items:
        work(item)


def typed(figures: Mapping[str, Fraction]) -> dict[str, object]:
    """Give the figures as a mapping of texts, as they come from another system."""
    values = {name: str(float(value)) for name, value in figures.items()}
    return {"catalogue": "benchmark@1", "organisation": "某单位", "fiscal_year": 2024, "data": values}


def submission_of(figures: Mapping[str, Fraction]) -> evalrules.Submission:
    """Give the figures as a submission."""
    return evalrules.load_submission(typed(figures))


def written(count: int, *, distinct: bool = False) -> Path:
    """Write the edition into a folder of its own."""
    folder = Path(tempfile.mkdtemp()) / "benchmark"
    folder.mkdir()
    path = folder / "1.yaml"
    path.write_text(work.edition(count, distinct=distinct), encoding="utf-8")
    return path


def read_scores(catalogue: evalrules.Catalogue, submission: evalrules.Submission) -> peers.Given:
    """Evaluate, and read every indicator's score, the total and the grade."""
    evaluation = evalrules.evaluate(catalogue, submission)
    return [result.score for result in evaluation.indicators], evaluation.score, str(evaluation.grade)


def our_scores(catalogue: evalrules.Catalogue, submission: evalrules.Submission) -> work.Scores:
    """Give what evalrules scores, in cents."""
    found, total, grade = read_scores(catalogue, submission)
    return work.Scores(tuple(int(score * 100) for score in found), int(total * 100), grade)


# ---- are they right? -------------------------------------------------------------------------------------------------


def wrong(found: Iterable[work.Scores], right: Iterable[work.Scores]) -> tuple[int, int, int]:
    """Count the indicators, totals and grades that are not what plain `Fraction` arithmetic gives."""
    cells = totals = grades = 0
    for mine, theirs in zip(found, right, strict=True):
        cells += sum(a != b for a, b in zip(mine.cents, theirs.cents, strict=True))
        totals += mine.total != theirs.total
        grades += mine.grade != theirs.grade
    return cells, totals, grades


def check_scores(catalogue: evalrules.Catalogue, engines: Iterable[peers.Engine], count: int) -> None:
    """Print how many scores of each engine are wrong; stop where one of ours is."""
    chosen = random.Random(20)  # noqa: S311 - the same work each time
    drawn = [work.figures(chosen) for _ in range(count)]
    right = [work.exact_scores(figures) for figures in drawn]
    print(f"\nWrong, of {count * 20:,} indicators, {count:,} totals and {count:,} grades\n")
    print("| engine | indicators | totals | grades |\n|---|---:|---:|---:|")
    ours = wrong((our_scores(catalogue, submission_of(figures)) for figures in drawn), right)
    for name, counts in (
        ("evalrules", ours),
        *((one.name, wrong(map(one.scores, drawn), right)) for one in engines),
    ):
        print(f"| {name} | {counts[0]:,} | {counts[1]:,} | {counts[2]:,} |")
    if any(ours):
        sys.exit("evalrules gave a wrong score: nothing is timed")


# ---- how fast? -------------------------------------------------------------------------------------------------------


def compare(catalogue: evalrules.Catalogue, engines: Iterable[peers.Engine]) -> None:
    """Print the time of one submission for each engine, and ours by each of theirs."""
    chosen = random.Random(38)  # noqa: S311 - the same work each time
    drawn = [work.figures(chosen) for _ in range(TIMED)]
    texts = [typed(figures) for figures in drawn]
    submissions = [evalrules.load_submission(one) for one in texts]
    runs: dict[str, Run] = {
        "evalrules, scores": lambda: each(submissions, lambda one: read_scores(catalogue, one)),
        "evalrules, read and scored": lambda: each(
            texts, lambda one: read_scores(catalogue, evalrules.load_submission(one))
        ),
        "evalrules, with every reason": lambda: each(
            submissions, lambda one: evalrules.evaluate(catalogue, one).to_dict()
        ),
    }
    for engine in engines:
        numbers = [engine.numbers(figures) for figures in drawn]
        runs[engine.name] = lambda engine=engine, numbers=numbers: each(numbers, engine.run)
    found = measured(runs, dict.fromkeys(runs, TIMED))
    scores, read, reasons = (found[name].best for name in list(runs)[:3])
    print("\nOne submission: 20 indicators, 38 figures\n")
    print("| engine | best | middle | our scores ÷ theirs | read and scored ÷ theirs | with every reason ÷ theirs |")
    print("|---|---:|---:|---:|---:|---:|")
    for name, seconds in found.items():
        times = f"{seconds.best * 1e6:,.0f} µs | {seconds.middle * 1e6:,.0f} µs"
        ours = f"{scores / seconds.best:.2f} | {read / seconds.best:.2f} | {reasons / seconds.best:.2f}"
        print(f"| {name} | {times} | {ours} |")


def grow() -> None:
    """Print what a submission costs an indicator as the form grows, and what loading costs beside the YAML parser.

    No two formulas of these forms are the same. The scores of each form are held against `Fraction` arithmetic first.
    """
    chosen = random.Random(2_000)  # noqa: S311 - the same work each time
    print("\nGrowing forms\n")
    print("| indicators | scores an indicator | with reasons an indicator | load, check, compile | ÷ CSafeLoader |")
    print("|---:|---:|---:|---:|---:|")
    for count in SIZES:
        path = written(count, distinct=True)
        load, parse = (alone(code, path) for code in (_LOAD, _PARSE))
        catalogue, figures = evalrules.load_catalogue(path, plugins=()), work.figures(chosen, count)
        submission = submission_of(figures)
        if our_scores(catalogue, submission) != work.exact_scores(figures, count, distinct=True):
            sys.exit("evalrules gave a wrong score: nothing is timed")
        runs: dict[str, Run] = {
            "scores": lambda c=catalogue, s=submission: read_scores(c, s),
            "reasons": lambda c=catalogue, s=submission: evalrules.evaluate(c, s).to_dict(),
        }
        found = measured(runs, dict.fromkeys(runs, 1), 5)
        each_one = f"{found['scores'].best / count * 1e6:.1f} µs | {found['reasons'].best / count * 1e6:,.0f} µs"
        print(f"| {count:,} | {each_one} | {load * 1e3:,.0f} ms | {load / parse:.1f} |")


_LOAD = "import evalrules; load = evalrules.load_catalogue; run = lambda path: load(path, plugins=())"
_PARSE = "import yaml; run = lambda path: yaml.load(open(path, encoding='utf-8'), yaml.CSafeLoader)"


def alone(code: str, path: Path, rounds: int = 5) -> float:
    """Time ``run`` on a path, the best of some processes that hold nothing else: the collector visits all they hold."""
    timed = f"import time; {code}; begun = time.process_time(); made = run({str(path)!r}); "
    command = [sys.executable, "-c", f"{timed}print(time.process_time() - begun)"]
    found = (subprocess.run(command, check=True, capture_output=True, text=True) for _ in range(rounds))  # noqa: S603
    return min(float(one.stdout) for one in found)


def imports() -> None:
    """Print what importing costs over a bare interpreter, with the bytecode that an installed package has."""
    cached = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    cached["PYTHONPYCACHEPREFIX"] = tempfile.mkdtemp()
    commands = {
        "bare Python": "pass",
        "`import evalrules`": "import evalrules",
        "first use (`load_catalogue` named)": "import evalrules; evalrules.load_catalogue",
    }
    runs: dict[str, Run] = {
        name: lambda code=code: subprocess.run([sys.executable, "-c", code], check=True, env=cached)  # noqa: S603
        for name, code in commands.items()
    }
    for run in runs.values():
        run()
    found = measured(runs, dict.fromkeys(runs, 1), clock=of_children)
    bare = found["bare Python"].best
    print("\nImporting\n\n| what | best | over bare Python |\n|---|---:|---:|")
    for name, seconds in found.items():
        print(f"| {name} | {seconds.best * 1e3:.0f} ms | {(seconds.best - bare) * 1e3:.0f} ms |")


def commands() -> None:
    """Print what the command takes beside a bare interpreter, with the bytecode that an installed package has."""
    cached = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    cached["PYTHONPYCACHEPREFIX"] = tempfile.mkdtemp()
    form, into = Path(__file__).parent.parent / "examples" / "suining-2024.yaml", Path(tempfile.mkdtemp()) / "x.json"
    asked = {
        "bare Python": ["-c", "pass"],
        "`evalrules --version`": ["-m", "evalrules", "--version"],
        "`evalrules evaluate` of one form": ["-m", "evalrules", "evaluate", str(form), "-o", str(into)],
    }
    runs: dict[str, Run] = {
        name: lambda words=words: subprocess.run([sys.executable, *words], check=True, env=cached, capture_output=True)  # noqa: S603
        for name, words in asked.items()
    }
    for run in runs.values():
        run()
    found = measured(runs, dict.fromkeys(runs, 1), clock=of_children)
    bare = found["bare Python"].best
    print("\nThe command\n\n| what | best | ÷ bare Python |\n|---|---:|---:|")
    for name, seconds in found.items():
        print(f"| {name} | {seconds.best * 1e3:.0f} ms | {seconds.best / bare:.1f} |")


def impacts(count: int = 1_000) -> None:
    """Print what the impact of a new edition on many forms takes, when they are read already and from YAML."""
    old_file, chosen = written(20), random.Random(1_000)  # noqa: S311 - the same work each time
    new_file, folder = old_file.parent / "2.yaml", Path(tempfile.mkdtemp())
    new_file.write_text(
        old_file.read_text("utf-8").replace('edition: "1"', 'edition: "2"').replace("0.9", "0.95"), "utf-8"
    )
    old, new = (evalrules.load_catalogue(file, plugins=()) for file in (old_file, new_file))
    for number in range(count):
        (folder / f"{number}.yaml").write_text(json.dumps(typed(work.figures(chosen)), ensure_ascii=False), "utf-8")
    forms = [(file.name, evalrules.load_submission(file)) for file in folder.iterdir()]

    def of_read() -> None:
        given = [(name, lambda one=one: one) for name, one in forms]
        impact((old, partial(evalrules.evaluate, old)), (new, partial(evalrules.evaluate, new)), given)

    def of_files() -> None:
        given = [(file.name, partial(evalrules.load_submission, file)) for file in folder.iterdir()]
        impact((old, partial(evalrules.evaluate, old)), (new, partial(evalrules.evaluate, new)), given)

    runs: dict[str, Run] = {"forms that are read": of_read, "forms in YAML": of_files}
    print(f"\nImpact on {count:,} forms\n\n| what | best |\n|---|---:|")
    for name, seconds in measured(runs, dict.fromkeys(runs, 1), 3).items():
        print(f"| {name} | {seconds.best:.2f} s |")


def main() -> None:
    """Check, then measure; an argument is the number of submissions that are checked."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else SUBMISSIONS
    catalogue = evalrules.load_catalogue(written(20), plugins=())
    engines = [make() for make in peers.PEERS]
    check_scores(catalogue, engines, count)
    compare(catalogue, engines)
    grow()
    imports()
    commands()
    impacts()


if __name__ == "__main__":
    main()
