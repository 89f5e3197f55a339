from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import evalrules
from evalrules._patterns import Later
from steps import MOST, Steps, hard_texts, longest_bound, parsed, steps

SOURCE = Path(evalrules.__file__).parent
WAYS = {"match": "match", "fullmatch": "fullmatch"}
"""How a pattern is used; all other ways look at every place of the text."""
HELD = {"_LINE_SLIPS": "match", "_SEPARATORS": "search"}
"""How the patterns are used that stand in a table."""
CALLS = r"\.(match|fullmatch|search|sub|subn|finditer|findall|split|scanner)\("
SIZE = 24


def modules() -> Iterator[str]:
    """Name all modules of the package; those of extras only where the extra is installed."""
    for found in pkgutil.walk_packages(evalrules.__path__, "evalrules."):
        if not found.name.endswith("__main__"):
            yield found.name


def patterns() -> dict[str, tuple[re.Pattern[str], frozenset[str]]]:
    """Give every pattern of the package by its place, with the ways in which it is used."""
    known: dict[str, tuple[re.Pattern[str], frozenset[str]]] = {}
    for name in modules():
        try:
            module = importlib.import_module(name)
        except ImportError:
            continue
        text = Path(str(module.__file__)).read_text("utf-8")
        used = frozenset(re.findall(CALLS, text))
        tables = {one: way for title, way in HELD.items() for one in found_in(vars(module).get(title))}
        for title, value in vars(module).items():
            own = frozenset(re.findall(rf"\b{title}{CALLS}", text))
            for number, pattern in enumerate(found_in(value)):
                ways = own | ({tables[pattern]} if pattern in tables else frozenset())
                known.setdefault(f"{title}[{number}] {pattern.pattern[:60]!r} {name}", (pattern, ways or used))
        known |= {f"{name} {one.pattern[:60]!r}": (one, frozenset({way})) for one, way in written_in_calls(text)}
    seen: set[tuple[str, int]] = set()
    return {
        place: (pattern, ways)
        for place, (pattern, ways) in known.items()
        if not ((pattern.pattern, pattern.flags) in seen or seen.add((pattern.pattern, pattern.flags)))  # type: ignore[func-returns-value]  # to note it
    }


def found_in(value: Any, depth: int = 3) -> Iterator[re.Pattern[str]]:
    """Give the patterns that a value of a module is or holds."""
    if isinstance(value, Later):
        value = re.compile(value.pattern, value.flags)
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield value
    elif depth and isinstance(value, dict | tuple | list):
        for inner in (*value, *value.values()) if isinstance(value, dict) else value:
            yield from found_in(inner, depth - 1)


def written_in_calls(text: str) -> Iterator[tuple[re.Pattern[str], str]]:
    """Give the patterns that stand in calls such as ``re.sub(r"…", …)``, with the way of using them."""
    for node in ast.walk(ast.parse(text)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
        ):
            is_re = node.func.value.id == "re" and node.func.attr not in ("compile", "escape")
            if is_re and node.args and isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str):
                yield re.compile(node.args[0].value), node.func.attr


PATTERNS = patterns()


@pytest.fixture(autouse=True)
def _deep() -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(20_000)
    yield
    sys.setrecursionlimit(before)


def test_all_patterns_of_the_package_are_found() -> None:
    """As many as the source compiles under a name."""
    compiled = sum(
        len(re.findall(r"^\s*\w+(?:: [^=]+)? = (?:re\.compile|regex)\(", path.read_text("utf-8"), re.MULTILINE))
        for path in SOURCE.rglob("*.py")
    )
    assert len(PATTERNS) >= compiled * 9 // 10 > 20


@pytest.mark.parametrize("place", PATTERNS)
def test_pattern_takes_steps_in_proportion_to_the_text(place: str) -> None:
    """On texts that nearly match, twice as long a text takes at most a little more than twice as many steps."""
    pattern, ways = PATTERNS[place]
    ops = parsed(pattern)
    size = max(SIZE, 2 * longest_bound(ops))  # up to its limit a repetition grows like one without
    for way in {WAYS.get(way, "search") for way in ways}:
        counted = [worst(ops, times * size, way) for times in (1, 2, 4)]
        (first, text), (second, _), (third, _) = counted
        assert third < MOST, (way, text)
        assert third - second <= 2.2 * (second - first) + 4 * size, (way, text, first, second, third)


def worst(ops: Any, size: int, way: str) -> tuple[int, str]:
    """Give the most steps that a text of this size takes, and the text."""
    return max((steps(ops, text, way), text) for text in hard_texts(ops, size))


# ---- the counting itself ---------------------------------------------------------------------------------------------

HARD = [r"(a+)+b", r"(a|a)*b", r"a*a*b", r"\s*x\s*,?\s*y", r"[0-9][0-9,.]*\s*\w*!", r"a.*b.*c", r"[:]\s*([^:]*)\Z"]
EASY = [r"a*+b", r"(?>a*)b", r"a{1,9}b", r"[^:]*:", r"(?:ab)*+c", r"\w+", r"(?:[^:]*?:)*?c", r"[:]\s*+([^:]*+)\Z"]


@pytest.mark.parametrize("text", [*HARD, *EASY])
def test_counting_tells_what_grows_from_what_does_not(text: str) -> None:
    """Patterns that are known to be hard are found to be, and those that are known to be easy pass."""
    ops = parsed(re.compile(text))
    few, more = (worst(ops, size, "match")[0] for size in (20, 40))
    assert (more > 2.5 * few or more >= MOST) == (text in HARD), (few, more)


@given(st.sampled_from([pattern for pattern, _ in PATTERNS.values()]), st.data())
def test_counting_matches_as_the_engine_does(pattern: re.Pattern[str], data: st.DataObject) -> None:
    """Where the engine finds a match, so does the counting, and it ends where the engine's ends."""
    ops = parsed(pattern)
    text = data.draw(st.sampled_from(list(hard_texts(ops, 6))) | st.text(max_size=20))
    found = pattern.match(text)
    assert next(Steps(text).ends(ops, 0), None) == (None if found is None else found.end())
