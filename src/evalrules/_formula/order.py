"""The order in which names that are computed from each other can be computed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from evalrules._formula.tree import Node, children


def in_reading_order(graph: Mapping[str, Iterable[str]]) -> list[str]:
    """Put every name behind those it reads, else in the order given; a name of a cycle stands where it was met.

    Without recursion: a chain may be as long as an edition is.

    >>> in_reading_order({"步数": ["超出", "每"], "超出": ["完成值"]})
    ['超出', '步数']
    """
    ordered: dict[str, None] = {}
    met: set[str] = set()
    for start in graph:
        waiting = [start]
        while waiting:
            name = waiting[-1]
            unread = [] if name in met else [read for read in graph[name] if read in graph and read not in met]
            met.add(name)
            if unread:
                waiting.extend(reversed(unread))
            else:
                ordered[waiting.pop()] = None
    return list(ordered)


def depths(trees: Mapping[str, Node]) -> dict[str, int]:
    """Give for each computed name how many levels of formulas lie below it, those of the names it reads included."""
    reads = {name: _levels(tree) for name, tree in trees.items()}
    found: dict[str, int] = {}
    for name in in_reading_order(reads):
        found[name] = max(level + found.get(read, 0) for read, level in [("", 1), *reads[name].items()])
    return found


def _levels(tree: Node) -> dict[str, int]:
    """Give the deepest level at which each name stands in a formula, counted from 1."""
    levels: dict[str, int] = {}
    waiting = [(tree, 1)]
    while waiting:
        node, level = waiting.pop()
        below = children(node)
        waiting.extend((child, level + 1) for child in below)
        name = getattr(node, "name", None)
        if name is not None:
            levels[name] = max(level, levels.get(name, 0))
    return levels
