"""An edition read from its files: every problem of the documents is collected, with its place."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

from attrs import evolve, field, frozen

from evalrules._catalogue import parts
from evalrules._catalogue.digest import digest
from evalrules._catalogue.editions import (
    EDITION,
    FOLDER_FILE,
    IDENTIFIER,
    EditionFile,
    Library,
    folder_of,
    names_an_edition,
)
from evalrules._catalogue.model import Catalogue, Method
from evalrules._catalogue.read_data import read_data
from evalrules._catalogue.read_form import Form, read_defaults, read_parts
from evalrules._catalogue.read_rules import read_audit, read_checks, read_grade_cap, read_grades, read_rounding
from evalrules._catalogue.read_scoring import read_methods
from evalrules._catalogue.reading import Reading, opened, waivers_of
from evalrules._documents import Fields, as_int, as_scalar, document_from, shown
from evalrules._documents import Mapping as Document
from evalrules._formula.scope import Functions
from evalrules._formula.syntax import Signature, signatures
from evalrules._keys import KINDS
from evalrules._keys.misplaced import is_another_document
from evalrules._problems import Location, Problem

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
    return _from_document(parts.read_whole(path, problems), nearby, problems)


def _file_of(path: Path) -> Path:
    try:
        return path / FOLDER_FILE if path.is_dir() else path
    except OSError:
        return path


def read_file_of(found: EditionFile, reader: _Reader, problems: Reading) -> Catalogue | None:
    """Read an edition that was found by its name; a file that says another name is reported."""
    catalogue = _from_document(parts.read_whole(found.path, problems), reader, problems)
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
