"""Work grows as the input does: calls are counted at n, 2n and 4n of everything that there can be much of."""

from __future__ import annotations

import cProfile
from collections.abc import Callable, Iterator, Mapping
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
