"""Gathering the problems of a document while reading goes on."""

from __future__ import annotations

from evalrules._documents.nodes import Node
from evalrules._problems import Location, Problem, problem


class Problems(list[Problem]):
    """The problems found so far; reading passes it along, and reports to it instead of raising."""

    def report(self, code: str, where: Node | Location | None, /, **arguments: object) -> None:
        """Add the problem of this code at a node or place; ``arguments`` are the values that its wording names."""
        location = where if where is None or isinstance(where, Location) else where.location
        self.append(problem(code, location, **arguments))
