"""Text that others wrote made harmless, and content that reads the same as plain text, Markdown or on a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from attrs import frozen
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions
from rich.text import Text

from evalrules._problems import visible

# Makes text that others wrote harmless for the place it is shown in.
#
# Each function takes any text and gives text; what is shown stays readable and says what stood there.


_QUANTITY = re.compile(r"[=＝]?\s*[+\-−]?\s*[0-9][0-9,.]*\s*[%‰％]?\w*|[-—/]*")
_MARKUP = re.compile(r"[\\`*_{}\[\]<>#|~$&]")
_LIST_NUMBER = re.compile(r"^([0-9]+)([.)])(?=\s|$)")


def inert(text: str) -> str:
    """Keep a spreadsheet from taking a cell for a formula: an apostrophe stands before it, as spreadsheets do it.

    Quantities as people write them, also signed and with ``=``, are left alone.

    >>> inert("=HYPERLINK(A1)"), inert("-5%"), inert("=100%"), inert("合格")
    ("'=HYPERLINK(A1)", '-5%', '=100%', '合格')
    """
    return f"'{text}" if text[:1] in tuple("=+-@") and not _QUANTITY.fullmatch(text) else text


def cell(text: str) -> str:
    """Make text fit for a cell of a table that may be pasted into a spreadsheet."""
    return inert(visible(text).strip())


def markdown(text: str) -> str:
    r"""Make text fit for one line of Markdown: its markup, HTML and table signs stand for themselves.

    >>> markdown("a|b *c* <script>")
    'a\\|b \\*c\\* \\<script\\>'
    """
    line = _MARKUP.sub(lambda found: f"\\{found[0]}", visible(text).strip())
    line = _LIST_NUMBER.sub(r"\1\\\2", line)
    return f"\\{line}" if line[:1] in tuple("-+=:") else line


# Headings, points and points below them: content that reads the same as plain text and as Markdown.


@frozen
class Line:
    """A line; depth 0 is a heading, 1 a point, 2 and more a point below it."""

    depth: int
    text: str


def plain(title: str, lines: Iterable[Line]) -> str:
    r"""Write an outline as text.

    >>> plain("a", [Line(0, "b"), Line(1, "c"), Line(2, "d")])
    'a\n\nb\n  c\n    d\n'
    """
    return "".join(f"{line}\n" for line in (visible(title), *_plain(lines)))


def _plain(lines: Iterable[Line]) -> Iterator[str]:
    for line in lines:
        if not line.depth:
            yield ""
        yield "  " * line.depth + visible(line.text)


def as_markdown(title: str, lines: Iterable[Line]) -> str:
    r"""Write an outline as Markdown.

    >>> as_markdown("a", [Line(0, "b"), Line(1, "c"), Line(2, "d")])
    '# a\n\n## b\n\n- c\n  - d\n'
    """
    return "".join(f"{line}\n" for line in (f"# {markdown(title)}", *_markdown(lines)))


def _markdown(lines: Iterable[Line]) -> Iterator[str]:
    after_heading = False
    for line in lines:
        if not line.depth:
            yield from ("", f"## {markdown(line.text)}")
        elif after_heading:
            yield ""
        if line.depth:
            yield f"{'  ' * (line.depth - 1)}- {markdown(line.text)}"
        after_heading = not line.depth


# Sentences on a terminal: Chinese text breaks between any two characters, not only at its rare blanks.


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
