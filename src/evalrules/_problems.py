"""Places, problems, findings and the exceptions that carry them.

A stage never words a message: it names a code and the values that belong in it; the wording, in Chinese and
English, stands in ``messages/*.yaml``. So codes stay stable while sentences improve.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from attrs import field, frozen

from evalrules._wording import Language, wording

Severity = Literal["error", "warning", "info"]


@frozen
class Source:
    """A text that was read: its name as the user knows it, and its lines."""

    name: str
    text: str = field(repr=False)

    def line(self, number: int) -> str:
        """Give the line with this number, counted from 1, without its end; empty beyond the last line."""
        lines = self.text.splitlines()
        return lines[number - 1] if 0 < number <= len(lines) else ""


@frozen(order=True)
class Location:
    """A place in a text: line and column count characters from 1; 0 where the input was not a text.

    ``path`` names the place inside the document (``entries[3].actual``), also for inputs that have no lines.
    ``onward`` finds later characters of a text that was folded or escaped where it was written.
    """

    file: str
    line: int = 0
    column: int = 0
    path: str = field(default="", order=False)
    source: Source | None = field(default=None, eq=False, order=False, repr=False)
    onward: Callable[[int], Location] | None = field(default=None, eq=False, order=False, repr=False)

    def __str__(self) -> str:
        if not self.line:
            return f"{self.file}: {self.path}" if self.path else self.file
        return f"{self.file}:{self.line}:{self.column}"

    def moved(self, characters: int) -> Location:
        """Give the place so many characters further in the text."""
        if self.onward is not None:
            return self.onward(characters)
        return Location(self.file, self.line, self.column + characters, self.path, self.source)


@frozen
class Problem:
    """Something wrong in an input, with its place and, where there is one, a hint."""

    code: str
    message: str
    location: Location | None = None
    hint: str | None = None
    severity: Severity = "error"
    arguments: tuple[tuple[str, str], ...] = field(default=(), eq=False, repr=False)

    def __str__(self) -> str:
        place = f"{self.location}: " if self.location else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}{self.message} [{self.code}]{hint}"

    def in_language(self, language: Language) -> Problem:
        """Give the same problem worded in ``"zh"`` or ``"en"``; wording of a plug-in's own stays as it is."""
        known = wording(self.code)
        if known is None:
            return self
        message, hint = known.fill(language, dict(self.arguments))
        return Problem(self.code, message, self.location, hint, self.severity, self.arguments)


@frozen
class Finding:
    """Something that a scored submission still gets wrong; ``where`` names the row or figure."""

    code: str
    severity: Severity
    message: str
    where: str = ""
    arguments: tuple[tuple[str, str], ...] = field(default=(), eq=False, repr=False)

    def in_language(self, language: Language) -> Finding:
        """Give the same finding worded in ``"zh"`` or ``"en"``; wording of an edition or plug-in stays as it is."""
        known = wording(self.code)
        if known is None or not self.arguments:
            return self
        message, _ = known.fill(language, dict(self.arguments))
        return Finding(self.code, self.severity, message, self.where, self.arguments)


def problem(code: str, location: Location | None = None, /, **arguments: object) -> Problem:
    """Make the problem of this code; ``arguments`` are the values that its wording names.

    The wording is Chinese until `Problem.in_language` says otherwise. An unknown code is a `KeyError`: a stage
    may only report what ``messages/`` can word.
    """
    texts = _texts(arguments)
    known = _known(code)
    message, hint = known.fill("zh", texts)
    return Problem(code, message, location, hint, known.severity, tuple(texts.items()))


def finding(code: str, where: str = "", /, *, severity: Severity | None = None, **arguments: object) -> Finding:
    """Make the finding of this code at ``where``; without ``severity`` the code's own one is used."""
    texts = _texts(arguments)
    known = _known(code)
    message, _ = known.fill("zh", texts)
    return Finding(code, severity or known.severity, message, where, tuple(texts.items()))


def _texts(arguments: dict[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in arguments.items() if value is not None}


def _known(code: str) -> Any:
    known = wording(code)
    if known is None:
        raise KeyError(code)
    return known


class EvalrulesError(Exception):
    """Base of everything that evalrules raises on bad input; ``problems`` holds all of them, sorted by place."""

    def __init__(self, problems: tuple[Problem, ...] | list[Problem], language: Language = "zh") -> None:
        ordered = sorted(problems, key=lambda found: (found.location or Location(""), found.code))
        self.problems: tuple[Problem, ...] = tuple(found.in_language(language) for found in ordered)
        super().__init__("\n".join(str(found) for found in self.problems))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.problems,)


class CatalogueError(EvalrulesError):
    """An edition or a contribution that cannot be used."""


class SubmissionError(EvalrulesError):
    """A submission that cannot be read or does not belong to the edition."""


class PluginError(EvalrulesError):
    """A plug-in that was asked for by name and cannot be used."""
