"""A problem as a terminal shows it: the message, the line of the source, and a caret under the place."""

from __future__ import annotations

import re
import unicodedata

from evalrules._problems import Location, Problem
from evalrules._wording import Language

_HINT = {"zh": "提示", "en": "hint"}
_WIDTH = 100
_HIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def render_problem(problem: Problem, language: Language = "zh") -> str:
    """Write ``file:line:column: error: message [code]``, the source line, a caret line and the hint.

    The caret counts wide characters as two columns and repeats tabs, so it points at the right one; a long line is
    cut to about 100 characters around the place, and characters that hide or turn text are shown as ``�``.

    >>> from evalrules._problems import Location, Source, problem
    >>> place = Location("a.yaml", 1, 3, source=Source("a.yaml", "分值十: x"))
    >>> print(render_problem(problem("expected-yes-no", place, text="十")))
    a.yaml:1:3: error: `十` 不是真假值 [expected-yes-no]
      分值十: x
          ^
      提示：写 `true` 或 `false`、`是` 或 `否`
    """
    worded = problem.in_language(language)
    place = f"{worded.location}: " if worded.location else ""
    lines = [f"{place}{worded.severity}: {worded.message} [{worded.code}]", *_excerpt(worded.location)]
    if worded.hint:
        lines.append(f"  {_HINT[language]}{'：' if language == 'zh' else ': '}{worded.hint}")
    return "\n".join(lines)


def _excerpt(location: Location | None) -> list[str]:
    if location is None or location.source is None or not location.line:
        return []
    line = _HIDDEN.sub("\ufffd", location.source.line(location.line))
    at = min(location.column - 1, len(line))
    start = max(0, at - _WIDTH // 2) if len(line) > _WIDTH else 0
    shown = line[start : start + _WIDTH]
    return [f"  {shown}".rstrip(), f"  {_padding(shown[: at - start])}^"]


def _padding(text: str) -> str:
    return "".join("\t" if character == "\t" else " " * display_width(character) for character in text)


def display_width(text: str) -> int:
    """Count the columns of a terminal that the text takes: two for a wide character, none for a combining one.

    >>> display_width("分值a")
    5
    """
    return sum(_width(character) for character in text)


def _width(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
