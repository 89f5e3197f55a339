"""Sentences on a terminal: Chinese text breaks between any two characters, not only at its rare blanks."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attrs import frozen
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions
from rich.text import Text

from evalrules._report.escape import visible

# Repetitions are bounded so that no text, however odd, takes longer than its length.
_PIECE = re.compile(
    r"[（“‘《【〔]{0,3}"
    r"(?:[\w.,%‰`@\-\[\]/]{0,60}[A-Za-z0-9`\]]|\S|\s)"
    r"(?:\s{0,2}[，。：；、）”’》】〕？！]){0,9}",
    re.ASCII,
)


@frozen
class Prose:
    """A text of one paragraph. It is wrapped on a terminal only: in a pipe or a file a sentence stays one line."""

    text: str
    style: str = ""
    indent: int = 0

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        """Give the lines for the width that there is; lines after the first stand two columns further in."""
        shown, margin = visible(self.text), " " * self.indent
        lines = wrapped(shown, options.max_width - self.indent - 2) if console.is_terminal else [shown]
        for number, line in enumerate(lines):
            inset = margin + "  " if number else margin
            yield Text(inset + line, style=self.style, no_wrap=True, overflow="ignore")


def wrapped(text: str, width: int) -> list[str]:
    """Break a text into lines of at most ``width`` columns, where one piece is not wider by itself.

    Words, numbers and codes stay whole; closing punctuation stays with what it closes, opening with what it opens.

    >>> wrapped("完成值 95% 为指标值 100% 的 95%，按比例得分", 20)
    ['完成值 95% 为指标值', '100% 的 95%，按比例', '得分']
    """
    lines, line = [], ""
    for piece in _PIECE.findall(text):
        if line and cell_len(line + piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()]
