"""Where results go: standard output or a file, in the format that is asked for or that the file's ending names."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from evalrules._cli.speech import let_go_of, said
from evalrules._documents import OutputError, stream_problem, write_file
from evalrules._problems import visible
from evalrules._report.formats import PAGES

if TYPE_CHECKING:
    from evalrules._report.blocks import Document

NOT_WRITTEN = 3
"""The exit status where the result could not be written."""

Shape = TypeVar("Shape", bound=str)


def say(text: object) -> None:
    """Write lines for people to standard output, in the encoding of the console, safe for a terminal."""
    with _standard_output():
        click.echo("\n".join(map(visible, str(text).split("\n"))))


def put(content: bytes | str, output: Path | None = None, inputs: Iterable[str | os.PathLike[str]] = ()) -> None:
    """Write a result to the file ``output``, whole or not at all, else to standard output.

    ``bytes`` go out as they are: what machines read is UTF-8 whatever the console is (`machine_text`). Text is for
    people: on standard output in the encoding of the console. In a file everything is UTF-8. ``inputs`` are what the
    command reads; none of them is written over. Raises `OutputError`.
    """
    if output is not None:
        write_file(output, content, inputs)
        return
    with _standard_output():
        click.echo(content, nl=False)


def put_page(
    page: Document, shape: str, output: Path | None = None, inputs: Iterable[str | os.PathLike[str]] = ()
) -> None:
    """Write a report in one of its formats, as `put` does; text for a terminal fits it and has colours there."""
    if output is None and shape == "text":
        from evalrules._report.terminal import show  # noqa: PLC0415 - whoever writes a file needs no terminal

        with _standard_output():
            show(page)
        return
    put(PAGES[shape].write(page), output, inputs)


def machine_text(text: str) -> bytes:
    """Give the bytes of what machines read: UTF-8, a lone surrogate as the escape that JSON knows."""
    return text.encode("utf-8", "backslashreplace")


@contextmanager
def _standard_output() -> Iterator[None]:
    """Tell where standard output cannot be written to; where nobody reads it any more, the command just ends."""
    if sys.stdout is None:  # closed by whoever started the command
        raise OutputError([stream_problem(OSError(errno.EBADF, ""))])
    try:
        yield
    except BrokenPipeError:
        let_go_of(sys.stdout)
        sys.exit(NOT_WRITTEN)
    except OSError as refused:
        let_go_of(sys.stdout)
        raise OutputError([stream_problem(refused)]) from refused


def shape_of(output: Path | None, chosen: Shape | None, suffixes: Mapping[str, Shape], default: Shape) -> Shape:
    """Give the format: the one chosen, else that of the output's ending, else the ``default``.

    An ending that is no format, or that of another one than is chosen, is wrong use of the command. ``.txt`` holds
    any format that is chosen, and a name without an ending and a folder say nothing.
    """
    suffix = "" if output is None or output.is_dir() else output.suffix.lower()
    named = suffixes.get(suffix)
    if suffix and named is None:
        known = " ".join(suffixes)
        raise click.BadParameter(
            said("no-format", suffix=suffix, known=known),
            param_hint="-o",
        )
    if chosen is not None and named not in (chosen, None) and suffix != ".txt":
        raise click.BadParameter(
            said("other-format", suffix=suffix, chosen=chosen),
            param_hint="-o",
        )
    return chosen or named or default
