"""A law that does not hold: which, where, and the inputs that show it."""

from __future__ import annotations

from attrs import field, frozen

from evalrules._problems import Location, Problem, problem


@frozen
class Breach:
    """What breaks a law; ``code`` names the wording in ``messages/laws.yaml``, ``arguments`` what belongs in it."""

    code: str
    title: str
    arguments: tuple[tuple[str, str], ...] = ()
    location: Location | None = field(default=None, eq=False, repr=False)

    @property
    def problem(self) -> Problem:
        """The same as a problem, at the place of the rule."""
        return problem(self.code, self.location, title=self.title, **dict(self.arguments))
