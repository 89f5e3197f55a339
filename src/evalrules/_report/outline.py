"""Headings, points and points below them: content that reads the same as plain text and as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import frozen

from evalrules._report.escape import markdown, visible


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
