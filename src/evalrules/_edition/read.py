"""An edition read from its file or the several parts of a folder; every problem of the documents is collected."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

from attrs import evolve, field, frozen

from evalrules._documents import (
    Fields,
    Node,
    Problems,
    Scalar,
    Sequence,
    as_int,
    as_scalar,
    document_from,
    read_file,
    shown,
)
from evalrules._documents import Mapping as Document
from evalrules._edition.digest import digest
from evalrules._edition.find import (
    EDITION,
    FOLDER_FILE,
    IDENTIFIER,
    EditionFile,
    Library,
    folder_of,
    names_an_edition,
)
from evalrules._edition.keys import KINDS, is_another_document
from evalrules._edition.model import Catalogue, Method
from evalrules._edition.read_data import read_data
from evalrules._edition.read_form import (
    Form,
    read_audit,
    read_checks,
    read_defaults,
    read_grade_cap,
    read_grades,
    read_parts,
    read_rounding,
)
from evalrules._edition.read_scoring import read_methods
from evalrules._edition.reading import Reading, opened, waivers_of
from evalrules._formula.functions import Signature, signatures
from evalrules._formula.scope import Functions
from evalrules._problems import Location, Problem

# An edition read from its files: every problem of the documents is collected, with its place.


Source = str | Path | Mapping[str, object]
HARMLESS = frozenset({"unknown-key", "key-misplaced", "edition-misfiled"})
LANGUAGE_VERSION = "1"


@frozen
class _Reader:
    """What stays the same while an edition and the editions that it uses are read."""

    library: Library
    functions: frozenset[Signature]
    reading: tuple[str, ...] = field(default=())


def read_edition(
    source: Source,
    *,
    library: Library | None = None,
    fiscal_year: int | None = None,
    functions: Functions | None = None,
) -> tuple[Catalogue | None, tuple[Problem, ...]]:
    """Read an edition by its name, by an id and a fiscal year, from a file or folder, or from a mapping.

    Gives the catalogue with all problems of its documents. There is no catalogue where something it says was lost;
    beside problems that lose nothing (an unknown key) there is one, for the checker to go on with.

    >>> catalogue, problems = read_edition({"evalrules": 1, "id": "a", "edition": "1", "title": "甲"})
    >>> catalogue.name, problems
    ('a@1', ())
    """
    problems = Reading(signatures(functions or {}))
    reader = _Reader(library or Library.standard(), problems.functions)
    catalogue = _read(source, fiscal_year, reader, problems)
    ordered = sorted(problems, key=lambda found: (found.location or Location(""), found.code))
    return catalogue, tuple(ordered)


def _read(source: Source, fiscal_year: int | None, reader: _Reader, problems: Reading) -> Catalogue | None:
    if isinstance(source, Mapping):
        return _from_document(document_from(source, problems, "catalogue"), reader, problems)
    if isinstance(source, str) and names_an_edition(source):
        found = reader.library.find(source, problems, fiscal_year=fiscal_year)
        return None if found is None else read_file_of(found, reader, problems)
    path = _file_of(Path(source))
    nearby = evolve(reader, library=reader.library.beginning_with(folder_of(path)))
    return _from_document(read_whole(path, problems), nearby, problems)


def _file_of(path: Path) -> Path:
    try:
        return path / FOLDER_FILE if path.is_dir() else path
    except OSError:
        return path


def read_file_of(found: EditionFile, reader: _Reader, problems: Reading) -> Catalogue | None:
    """Read an edition that was found by its name; a file that says another name is reported."""
    catalogue = _from_document(read_whole(found.path, problems), reader, problems)
    if catalogue is not None and catalogue.name != found.name:
        problems.report("edition-misfiled", catalogue.location, name=catalogue.name, file=found.name)
    return catalogue


def _from_document(document: Document | None, reader: _Reader, problems: Reading) -> Catalogue | None:
    if document is None or is_another_document(document, KINDS["edition"], problems):
        return None
    before = len(problems)
    catalogue = _catalogue(opened(document, "edition", problems), reader, problems)
    lost = any(found.severity == "error" and found.code not in HARMLESS for found in problems[before:])
    return None if lost else evolve(catalogue, digest=digest(catalogue))


def _catalogue(fields: Fields, reader: _Reader, problems: Reading) -> Catalogue:
    head = _head(fields)
    data = read_data(fields.get("data"), problems)
    methods = read_methods(fields.get("methods"), head.name, problems)
    methods = _with_used(methods, fields, evolve(reader, reading=(*reader.reading, head.name)), problems)
    frame = evolve(
        head,
        data=data.figures,
        grids=data.grids,
        tables=data.tables,
        methods=methods,
        defaults=read_defaults(fields.get("defaults"), problems, methods),
    )
    return evolve(
        frame,
        parts=read_parts(fields.get("sections"), Form(frame, data.names()), problems),
        grades=read_grades(fields.get("grades"), problems),
        grade_caps=fields.each("grade_caps", read_grade_cap),
        checks=read_checks(fields.get("checks"), problems),
        audit=read_audit(fields.get("audit"), problems),
    )


def _head(fields: Fields) -> Catalogue:
    version = fields.text("evalrules")
    if version is not None and version != LANGUAGE_VERSION:
        fields.problems.report("language-version", fields.place("evalrules"), version=version)
    return Catalogue(
        _matching(fields, "id", "edition-id") or "",
        _matching(fields, "edition", "edition-edition") or "",
        fields.text("title") or "",
        fields.text("issuer") or "",
        fields.each("fiscal_years", lambda node, problems: as_int(node, problems, low=1949, high=2999)),
        fields.text("supersedes"),
        fields.texts("reference"),
        fields.texts("uses"),
        rounding=read_rounding(fields.get("rounding"), fields.problems),
        points=_or_default(fields.decimal("points"), Fraction(100)),
        tolerance=_or_default(fields.decimal("tolerance"), Fraction(1, 100)),
        waive=waivers_of(fields),
        location=fields.place("id"),
    )


def _or_default(number: Fraction | None, default: Fraction) -> Fraction:
    return default if number is None else number


def _matching(fields: Fields, key: str, code: str) -> str | None:
    text = fields.text(key)
    pattern = IDENTIFIER if key == "id" else EDITION
    if text is not None and not pattern.fullmatch(text):
        fields.problems.report(code, fields.place(key), text=shown(text))
        return None
    return text


# ---- uses ----------------------------------------------------------------------------------------------------------


def _with_used(methods: dict[str, Method], fields: Fields, reader: _Reader, problems: Reading) -> dict[str, Method]:
    known = dict(methods)
    for node in fields.items("uses"):
        scalar = as_scalar(node, problems)
        used = None if scalar is None else _used(scalar.text.strip(), scalar.location, reader, problems)
        for method in _own_methods(used):
            first = known.setdefault(method.title, method)
            if first is not method:
                given = {"title": method.title, "first": first.edition, "second": method.edition}
                problems.report("method-twice", node, **given)
    return known


def _own_methods(used: Catalogue | None) -> tuple[Method, ...]:
    return tuple(method for method in used.methods.values() if method.edition == used.name) if used else ()


def _used(name: str, where: Location, reader: _Reader, problems: Reading) -> Catalogue | None:
    if name in reader.reading:
        circle = " → ".join((*reader.reading[reader.reading.index(name) :], name))
        problems.report("uses-circle", where, circle=circle)
        return None
    found = reader.library.find(name, problems, where=where)
    return None if found is None else read_file_of(found, reader, problems)


# One document from the several files of a large edition: ``catalogue.yaml`` names its ``parts`` in order.


def read_whole(path: Path, problems: Problems) -> Document | None:
    """Read an edition's document; of a folder's ``catalogue.yaml`` with all its parts joined."""
    document = read_file(path, problems)
    named = document.get("parts") if document else None
    if document is None or named is None:
        return document
    if path.name != FOLDER_FILE:
        problems.report("parts-alone", named, file=FOLDER_FILE)
        return document
    whole = dict(document.pairs)
    for item in named.items if isinstance(named, Sequence) else ():
        part = _part(as_scalar(item, problems), path.parent, problems)
        for key, node in part.pairs if part else ():
            _join(whole, key, node, problems)
    return evolve(document, pairs=tuple(whole.items()))


def _part(named: Scalar | None, folder: Path, problems: Problems) -> Document | None:
    if named is None:
        return None
    path = folder / named.text.strip()
    if not path.resolve().is_relative_to(folder.resolve()) or path.name == FOLDER_FILE:
        problems.report("part-outside", named, file=named.text)
        return None
    if not path.is_file():
        problems.report("part-missing", named, file=named.text)
        return None
    part = read_file(path, problems)
    known = opened(part, "edition_part", problems).nodes if part else {}
    return evolve(part, pairs=tuple((key, known[key.text]) for key, _ in part.pairs)) if part else None


def _join(whole: dict[Scalar, Node], key: Scalar, node: Node, problems: Problems) -> None:
    first = next((known for known in whole if known.text == key.text), None)
    before = None if first is None else whole[first]
    if first is None:
        whole[key] = node
    elif isinstance(before, Sequence) and isinstance(node, Sequence):
        whole[first] = evolve(before, items=(*before.items, *node.items))
    elif isinstance(before, Document) and isinstance(node, Document):
        whole[first] = _joined(before, node, problems)
    else:
        problems.report("part-repeats", key, key=key.text, first=first.location)


def _joined(before: Document, after: Document, problems: Problems) -> Document:
    known = {key.text: key for key, _ in before.pairs}
    for key, _ in after.pairs:
        if key.text in known:
            problems.report("part-repeats", key, key=key.text, first=known[key.text].location)
    new = tuple((key, node) for key, node in after.pairs if key.text not in known)
    return evolve(before, pairs=(*before.pairs, *new))
