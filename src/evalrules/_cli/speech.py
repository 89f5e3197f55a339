"""What the command says and where its results go: standard output or a file; and the plug-ins that it uses."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from evalrules._documents import (
    OutputError,
    Problems,
    decode,
    is_file,
    is_folder,
    read_stream,
    stream_problem,
    write_file,
)
from evalrules._edition.find import is_edition_name
from evalrules._engine import LoadedCatalogue, load_catalogue
from evalrules._plugins import Plugins
from evalrules._plugins.load import installed_plugins, load_plugins
from evalrules._problems import (
    MOST_TOLD,
    Language,
    Phrases,
    Problem,
    chosen_language,
    others_told,
    problem,
    render_problem,
    visible,
)
from evalrules._report.formats import PAGES

if TYPE_CHECKING:
    from evalrules._forms.filled import EditionOf
    from evalrules._report.blocks import Document

# What the command says besides its results: help in the user's language, problems on standard error.


def said(key: str, /, **arguments: object) -> str:
    """Give the text of a help page by ``EVALRULES_LANG`` or the locale; keys of such texts begin with ``cli-``."""
    return in_words(chosen_language(), key, **arguments)


def in_words(language: Language, key: str, /, **arguments: object) -> str:
    """Give a text of an output in its language."""
    return Phrases(language, "cli")(key, **arguments)


def sign(language: Language, name: str) -> str:
    """Give a sign that stands between words."""
    return Phrases(language, "cli").sign(name)


def language_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--lang`` to a command, which then takes a ``language``."""
    option = click.option(
        "--lang",
        "language",
        type=click.Choice(["zh", "en"]),
        callback=lambda _context, _option, value: chosen_language(value),
        help=said("lang"),
    )
    return option(command)


def tell(problems: Iterable[Problem], language: Language) -> None:
    """Write problems to standard error, each with its line and a caret under the place.

    Of more than a hundred the first are told, and how many there are besides. Where standard error cannot be written
    to, there is nobody left to tell; the exit status still says how it went.
    """
    all_of_them = tuple(problems)
    lines = [render_problem(found, language) for found in all_of_them[:MOST_TOLD]]
    if len(all_of_them) > MOST_TOLD:
        lines.append(others_told(len(all_of_them) - MOST_TOLD, language))
    try:
        for line in lines:
            click.echo(line, err=True)
    except OSError:
        let_go_of(sys.stderr)


def let_go_of(stream: object) -> None:
    """Lead a stream that cannot be written to nowhere, so that the end of the process does not stumble over it."""
    try:
        number = stream.fileno()  # type: ignore[attr-defined]  # what has no number needs none of this
    except (AttributeError, OSError, ValueError):
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, number)
    os.close(nowhere)


# Plug-ins as the commands use them: those installed, less those that ``--no-plugin`` names; faults are told once.


_BLOCKED: Final = "evalrules.blocked-plugins"
FOLDERS: Final = "evalrules.paths-of-folders"
"""Where the paths are kept that the caller wrote as folders; a path itself does not tell."""
_INPUT: Final = "evalrules.standard-input"
_TOLD: Final = "evalrules.told-of-plugins"


def plugins_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--no-plugin`` to a command; `plugins_in_use` then leaves those plug-ins out."""
    option = click.option(
        "--no-plugin",
        multiple=True,
        metavar=said("meta-name"),
        expose_value=False,
        callback=_remember,
        help=said("no-plugin"),
    )
    return option(command)


def _remember(context: click.Context, _option: click.Parameter, blocked: tuple[str, ...]) -> None:
    context.meta[_BLOCKED] = blocked


def plugins_in_use() -> Plugins:
    """Load the plug-ins for the command that is running."""
    blocked = click.get_current_context().meta.get(_BLOCKED, ())
    return load_plugins(blocked=blocked) if blocked else installed_plugins()


def given(edition: str) -> str | Path:
    """Give what the caller named as an edition: a path where something lies there, unless it is ``id@edition``.

    ``-`` is the text on standard input, which is read once; a word of the command is none, whatever it holds.
    """
    if edition == "-":
        return on_standard_input()
    named = "@" in edition and is_edition_name(edition)
    lies_there = not named and (is_file(edition) or is_folder(edition))
    return Path(edition) if lies_there or "\n" in edition else edition


def on_standard_input() -> str:
    """Give the text on standard input, which is read once; one that cannot be read ends the command."""
    meta, problems = click.get_current_context().meta, Problems()
    if _INPUT not in meta:
        content = read_stream(sys.stdin, problems)
        meta[_INPUT] = None if content is None else decode(content, "-", problems)
    if meta[_INPUT] is None:
        tell(problems, chosen_language())
        sys.exit(UNREAD)
    return f"{meta[_INPUT]}\n"


def load_with_plugins(
    edition: str | Path, fiscal_year: int | None = None, contributions: tuple[Path, ...] = ()
) -> LoadedCatalogue:
    """Load an edition with the plug-ins in use, and tell on standard error what was refused when they were loaded."""
    in_use = plugins_in_use()
    catalogue = load_catalogue(edition, fiscal_year=fiscal_year, plugins=in_use, contributions=contributions)
    tell_once(catalogue.load_problems)
    return catalogue


def edition_by(catalogue: str | None) -> EditionOf:
    """Give what finds the edition of a Word or Excel form: what the form says of itself, else what the caller names."""
    load = cache(load_with_plugins)

    def edition(said: str | None, year: int | None) -> LoadedCatalogue | None:
        if said is not None:
            return load(said, year)
        return None if catalogue is None else load(given(catalogue), year)

    return edition


def tell_once(problems: Iterable[Problem]) -> None:
    """Tell problems on standard error that this command has not told yet."""
    context = click.get_current_context()
    told: set[Problem] = context.meta.setdefault(_TOLD, set())
    new = [found for found in problems if found not in told]
    told.update(new)
    tell(new, context.params.get("language") or chosen_language())


# Where results go: in the format that is asked for or that the file's ending names.


UNREAD = 2
"""The exit status where what is to be evaluated cannot be read."""
NOT_WRITTEN = 3
"""The exit status where the result could not be written."""

Shape = TypeVar("Shape", bound=str)


def say(text: object) -> None:
    """Write lines for people to standard output, in the encoding of the console, safe for a terminal."""
    with _standard_output():
        click.echo("\n".join(map(visible, str(text).split("\n"))))


def is_for_folder(output: Path) -> bool:
    """Tell whether an output is a folder: one lies there, or the caller wrote a stroke after its name."""
    return is_folder(output) or output in click.get_current_context().meta.get(FOLDERS, ())


def put(content: bytes | str, output: Path | None = None, inputs: Iterable[str | os.PathLike[str]] = ()) -> None:
    """Write a result to the file ``output``, whole or not at all, else to standard output.

    ``bytes`` go out as they are: what machines read is UTF-8 whatever the console is (`machine_text`). Text is for
    people: on standard output in the encoding of the console. In a file everything is UTF-8. ``inputs`` are what the
    command reads; none of them is written over. Raises `OutputError`.
    """
    if output is not None and is_for_folder(output):
        raise OutputError([problem("output-not-file", None, file=output)])
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
    suffix = "" if output is None or is_for_folder(output) else output.suffix.lower()
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
