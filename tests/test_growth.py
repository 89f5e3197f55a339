"""Work grows as the input does: calls are counted at n, 2n and 4n of everything that there can be much of."""

from __future__ import annotations

import cProfile
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
import yaml

import evalrules
import growing
from evalrules._compare.diff import difference
from evalrules._report.formats import PAGES

MOST = 2.2
"""How many times the work that twice as much adds may be what as much added before."""
SOME = 250
"""Calls that do not matter: tables that grow, blocks that begin."""
LEAST = 16
SIZES: Mapping[str, int] = dict.fromkeys(
    ("unknown_keys", "misspelt_names", "misspelt_figures", "misspelt_titles", "misspelt_sections"), 50
)
"""Neighbours are searched in an index only where there are more words than are compared one by one."""
Work = Callable[[], object]
PACKAGE = str(Path(evalrules.__file__).parent)


def calls(work: Work) -> int:
    """Count the calls that some work makes, of functions in C as well."""
    profile = cProfile.Profile()
    profile.enable()
    try:
        work()
    except evalrules.CatalogueError:
        pass  # its problems are the work
    finally:
        profile.disable()
    return sum(entry.callcount for entry in profile.getstats())


def counted(grow: growing.Growing, size: int) -> Iterator[tuple[str, int]]:
    """Count what each thing that is done with an edition and a submission takes, by its name."""
    document, given = grow(size)
    text = yaml.dump(given, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False)
    made: dict[str, Any] = {}

    def load() -> None:
        made["edition"] = evalrules.load_catalogue(document, plugins=())

    def read() -> None:
        made["submission"] = evalrules.load_submission(text)

    def score() -> object:
        made["result"] = result = evalrules.evaluate(made["edition"], made["submission"])
        return result.score, result.grade, result.possible, [row.score for row in result.indicators]

    yield "load and check", calls(load)
    yield "read", calls(read)
    yield "read a mapping", calls(lambda: evalrules.load_submission(given))
    if "edition" not in made:
        return
    other = evalrules.load_catalogue({**document, "title": "乙"}, plugins=())
    yield "explain", calls(lambda: evalrules.explain(made["edition"]))
    yield "diff", calls(lambda: difference(made["edition"].ruleset, other.ruleset))
    yield "score", calls(score)
    result = made["result"]
    yield "reasons", calls(lambda: [row.rationale for row in result.indicators])
    yield "findings", calls(lambda: result.findings)
    yield "everything", calls(result.to_dict)
    for name in ("text", "markdown", "html"):
        page = PAGES[name]
        yield f"report {name}", calls(lambda page=page: page.write(page.document(result)))  # type: ignore[misc]


def lines(work: Work) -> Counter[str]:
    """Count how often each line of the package is come to: loops inside an expression call nothing."""
    counted = Counter[str]()

    def trace(frame: FrameType, _event: str, _argument: object) -> Any:
        if not frame.f_code.co_filename.startswith(PACKAGE):
            return None
        counted[f"{frame.f_code.co_filename.removeprefix(PACKAGE)}:{frame.f_lineno}"] += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    finally:
        sys.settrace(before)
    return counted


@pytest.mark.parametrize("kind", growing.SOUND)
def test_no_line_is_come_to_more_often_than_the_edition_grows(kind: str) -> None:
    """Loading an edition, whatever there is much of, comprehensions inside loops included."""
    size = 8 * LEAST if kind == "grades" else LEAST  # of fewer thresholds all comparisons are remembered
    documents = [growing.SOUND[kind](times * size)[0] for times in (1, 2, 4)]
    evalrules.load_catalogue(documents[-1], plugins=())  # fills what is remembered
    few, more, most = (lines(lambda one=one: evalrules.load_catalogue(one, plugins=())) for one in documents)  # type: ignore[misc]
    told = {
        place: (few[place], more[place], count)
        for place, count in most.items()
        if count - more[place] > MOST * (more[place] - few[place]) + SOME
    }
    assert not told


@pytest.mark.parametrize("kind", [*growing.SOUND, *growing.FAULTY])
def test_twice_as_much_is_twice_the_work(kind: str) -> None:
    """Loading, reading, scoring, explaining, comparing and reporting, whatever there is much of."""
    grow = {**growing.SOUND, **growing.FAULTY}[kind]
    size = SIZES.get(kind, LEAST)
    list(counted(grow, size))  # what is made once a process, some of it for such words alone
    few, more, most = (dict(counted(grow, times * size)) for times in (1, 2, 4))
    told = {
        what: (few[what], more[what], most[what])
        for what in most
        if most[what] - more[what] > MOST * (more[what] - few[what]) + SOME
    }
    assert not told
