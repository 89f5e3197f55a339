"""The forms that departments fill in, Word, Excel and others, read to submissions with the place of every cell."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from attrs import frozen

from evalrules._documents import Problems, is_file, is_folder, read_bytes
from evalrules._edition.model import Catalogue
from evalrules._forms.cells import Block, Grid, Line
from evalrules._forms.convert import converted
from evalrules._forms.layout import Layout
from evalrules._forms.mapping import FilledForm, filled_form
from evalrules._forms.naming import Naming
from evalrules._forms.package import MAX_FILE, Kind, Package, Unreadable, kind_of_content
from evalrules._forms.reading import read_forms
from evalrules._forms.sheets import Sheet, grids, read_old_workbook, read_open_sheets, read_separated, read_workbook
from evalrules._forms.word import has_pictures, read_word
from evalrules._forms.words import Words, words_of
from evalrules._problems import Location, Problem

__all__ = ["FilledForm", "Pages", "Words", "form_files", "pages_of", "read_filled", "words_of"]

_SUFFIXES = ((b"{\\rtf", ".rtf"), (b"\xd0\xcf\x11\xe0", ".doc"))


def read_filled(
    path: Path,
    problems: Problems,
    *,
    catalogue: Catalogue | None = None,
    words: Words | None = None,
) -> tuple[FilledForm, ...]:
    """Read the forms of a Word, Excel or other file; what it is, its content tells.

    Gives them in their order; none where the file holds no form or cannot be read, and then ``problems`` tell why.
    With a ``catalogue`` the figures have the names of that edition; without, the words of the form.
    """
    name = path.name
    content = read_bytes(path, name, problems, most=MAX_FILE)
    if content is None:
        return ()
    try:
        page = pages_of(content, name)
    except Unreadable as refused:
        problems.report(refused.code, Location(name), **refused.arguments)
        return ()
    layout = Layout(catalogue, words or words_of()) if isinstance(catalogue, Catalogue) else None
    known = layout.words if layout else words or words_of()
    drafts = read_forms(name, page.blocks, known, layout.figures if layout else frozenset())
    if not drafts:
        problems.report("form-not-found-pictures" if page.only_pictures else "form-not-found", Location(name))
        return ()
    drafts[0].told[:0] = page.told
    if layout is None:
        return tuple(filled_form(draft, known) for draft in drafts)
    lines = [block for block in page.blocks if isinstance(block, Line)] if len(drafts) == 1 else []
    return tuple(Naming(draft, layout).filled(lines) for draft in drafts)


_PASSED_OVER = ("~$", ".", "Thumbs.db", "desktop.ini")


def form_files(path: Path) -> list[Path]:
    """Give the file, or those of a folder and of the folders in it by name, without office programs' lock files."""
    if not is_folder(path):
        return [path]
    files = sorted(file for file in path.rglob("*") if is_file(file))
    return [file for file in files if not any(part.startswith(_PASSED_OVER) for part in file.relative_to(path).parts)]


@frozen
class Pages:
    """What is on the pages of a file, what is hidden in it, and what our own forms and reports say of themselves."""

    blocks: tuple[Block, ...]
    told: tuple[Problem, ...] = ()
    only_pictures: bool = False


def pages_of(content: bytes, name: str) -> Pages:
    """Read what is on the pages of a file. Raises `Unreadable`."""
    kind = kind_of_content(content)
    if kind in ("convert-text", "convert-sheets"):
        content, kind = converted(content, kind, _suffix(content, kind))
    if kind == "word":
        package = Package(content)
        blocks = read_word(package)
        pictures = has_pictures(package) and not any(isinstance(block, Grid) for block in blocks)
        return Pages(tuple(blocks), only_pictures=pictures)
    pages, told = grids(name, _SHEETS[kind](content))
    return Pages(tuple(pages), tuple(told))


_SHEETS: dict[Kind, Callable[[bytes], list[Sheet]]] = {
    "sheets": lambda content: read_workbook(Package(content)),
    "open-sheets": lambda content: read_open_sheets(Package(content)),
    "old-sheets": read_old_workbook,
    "text": lambda content: [read_separated(content)],
}


def _suffix(content: bytes, kind: Kind) -> str:
    """Give the ending by which LibreOffice knows what the content is."""
    known = next((suffix for mark, suffix in _SUFFIXES if content.startswith(mark)), None)
    if known or content.startswith(b"PK"):
        return known or (".odt" if kind == "convert-text" else ".xlsb")
    return ".html" if b"<html" in content[:4096].lower() or b"<table" in content[:4096].lower() else ".xml"
