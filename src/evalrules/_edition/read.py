"""An edition read from its file or the several parts of a folder; every problem of the documents is collected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from functools import partial
from pathlib import Path

from attrs import evolve, field

from evalrules._documents import (
    MAX_DEPTH,
    Fields,
    Node,
    Problems,
    Scalar,
    Sequence,
    as_int,
    as_scalar,
    document_from,
    is_file,
    is_folder,
    read_document,
    read_file,
    shown,
)
from evalrules._documents import Mapping as Document
from evalrules._edition.digest import digest
from evalrules._edition.extending import Changed, extended
from evalrules._edition.find import (
    EDITION,
    FOLDER_FILE,
    IDENTIFIER,
    EditionFile,
    Library,
    folder_of,
    names_an_edition,
)
from evalrules._edition.keys import KINDS
from evalrules._edition.model import Catalogue, Method, Used
from evalrules._edition.read_data import read_data
from evalrules._edition.read_form import (
    Around,
    read_audit,
    read_checks,
    read_defaults,
    read_grade_cap,
    read_grades,
    read_parts,
    read_review,
    read_rounding,
    read_score_cap,
)
from evalrules._edition.read_paper import read_paper
from evalrules._edition.read_scoring import read_methods
from evalrules._edition.reading import Reading, is_another_document, opened, waivers_of
from evalrules._formula.functions import signatures
from evalrules._formula.functions.row import Signature
from evalrules._formula.scope import Functions
from evalrules._problems import Location, Problem
from evalrules._values import frozen

# An edition read from its files: every problem of the documents is collected, with its place.


Source = str | Path | Mapping[str, object]
HARMLESS = frozenset({"unknown-key", "key-misplaced", "edition-misfiled"})
LANGUAGE_VERSION = "1"
UNSAVED = "-"
"""How the place in a text is called that belongs to no file."""


@frozen
class _EditionReader:
    """What stays the same while an edition and the editions that it uses are read.

    ``reading`` names the editions on the way to the one being read, ``known`` holds those that have been read: each is
    read once, however many others use it.
    """

    library: Library
    functions: frozenset[Signature]
    reading: tuple[str, ...] = field(default=())
    known: dict[str, Catalogue | None] = field(factory=dict)
    digests: dict[Path, str] = field(factory=dict)
    """The digests of copies that were compared, by file."""
    incomplete: bool = False
    """Whether the edition that is asked for is given where something of it was lost; one that it uses never is."""

    def on_the_way_to(self, name: str) -> _EditionReader:
        """Give the reader of an edition that is reached from the ones being read."""
        return self if self.reading[-1:] == (name,) else evolve(self, reading=(*self.reading, name))


def read_edition(
    source: Source,
    *,
    library: Library | None = None,
    fiscal_year: int | None = None,
    functions: Functions | None = None,
    file: Path | None = None,
    incomplete: bool = False,
) -> tuple[Catalogue | None, tuple[Problem, ...]]:
    """Read an edition by its name, by an id and a fiscal year, from a file or folder, a mapping, or its own text.

    A text has line breaks; ``file`` is where it belongs: problems have their place there, editions and parts beside
    it are found, and it need not be written yet.

    Gives the catalogue with all problems of its documents. There is no catalogue where something it says was lost;
    beside problems that lose nothing (an unknown key) there is one, for the checker to go on with. ``incomplete`` gives
    one also where something was lost, of what could be read: for looking at, not for scoring.

    >>> catalogue, problems = read_edition({"evalrules": 1, "id": "a", "edition": "1", "title": "甲"})
    >>> catalogue.name, problems
    ('a@1', ())
    """
    problems = Reading(signatures(functions or {}))
    reader = _EditionReader(library or Library.standard(), problems.functions, incomplete=incomplete)
    catalogue = _read(source, fiscal_year, file, reader, problems)
    return catalogue, tuple(problems.told())


def _read(
    source: Source, fiscal_year: int | None, file: Path | None, reader: _EditionReader, problems: Reading
) -> Catalogue | None:
    if isinstance(source, Mapping):
        return _from_document(document_from(source, problems, "catalogue"), reader, problems)
    if isinstance(source, str) and "\n" in source:
        nearby = reader if file is None else evolve(reader, library=reader.library.beginning_with(folder_of(file)))
        document = read_document(source, UNSAVED if file is None else str(file), problems)
        return _from_document(with_parts(document, file or Path(), problems), nearby, problems)
    if isinstance(source, str) and (not source or names_an_edition(source)):
        return _found(source, reader, problems, fiscal_year=fiscal_year)
    path = Path(source) / FOLDER_FILE if is_folder(source) else Path(source)
    if is_folder(source) and not path.exists():
        problems.report("edition-folder", Location(str(source)), folder=source, file=FOLDER_FILE)
        return None
    nearby = evolve(reader, library=reader.library.beginning_with(folder_of(path)))
    return _from_document(read_whole(path, problems), nearby, problems)


def _found(
    name: str,
    reader: _EditionReader,
    problems: Reading,
    *,
    fiscal_year: int | None = None,
    where: Location | None = None,
) -> Catalogue | None:
    """Find an edition by its name and read it; one that is on the way to itself is told."""
    if _is_circle(name, reader, problems, where):
        return None
    digest = partial(_digest_of, reader, problems.functions)
    found = reader.library.find(name, problems, digest=digest, fiscal_year=fiscal_year, where=where)
    if found is None or _is_circle(found.name, reader, problems, where):
        return None
    if len(reader.reading) > MAX_DEPTH:
        problems.report("uses-too-deep", where, limit=MAX_DEPTH)
        return None
    return read_file_of(found, reader.on_the_way_to(found.name), problems)


def _is_circle(name: str, reader: _EditionReader, problems: Problems, where: Location | None) -> bool:
    if name not in reader.reading:
        return False
    circle = " → ".join((*reader.reading[reader.reading.index(name) :], name))
    problems.report("uses-circle", where, circle=circle)
    return True


def _digest_of(reader: _EditionReader, functions: frozenset[Signature], one: EditionFile) -> str:
    """Give the digest of one of several copies, of a faulty one its path: its faults are told when it is read.

    One that is being read counts as equal to its copies: it will be told as a circle.
    """
    if one.name in reader.reading:
        return ""
    if one.path not in reader.digests:
        alone = evolve(reader.on_the_way_to(one.name), known={})
        read = read_file_of(one, alone, Reading(functions))
        reader.digests[one.path] = str(one.path) if read is None else read.digest
    return reader.digests[one.path]


def read_file_of(found: EditionFile, reader: _EditionReader, problems: Reading) -> Catalogue | None:
    """Read an edition that was found by its name; a file that says another name is reported."""
    catalogue = _from_document(read_whole(found.path, problems), reader, problems)
    if catalogue is not None and catalogue.name != found.name:
        problems.report("edition-misfiled", catalogue.location, name=catalogue.name, file=found.name)
    return catalogue


def _from_document(document: Document | None, reader: _EditionReader, problems: Reading) -> Catalogue | None:
    if document is None or is_another_document(document, KINDS["edition"], problems):
        return None
    before = len(problems)
    whole = _with_base(document, reader, problems)
    if whole is None:
        return None
    document, extends, changed = whole
    catalogue = _catalogue(opened(document, "edition", problems), reader, problems)
    catalogue = evolve(catalogue, extends=extends, changed=changed)
    if not any(found.severity == "error" and found.code not in HARMLESS for found in problems[before:]):
        return evolve(catalogue, digest=digest(catalogue))
    return catalogue if reader.incomplete and len(reader.reading) <= 1 else None


def _catalogue(fields: Fields, reader: _EditionReader, problems: Reading) -> Catalogue:
    head = _head(fields)
    data = read_data(fields.get("data"), problems)
    methods = read_methods(fields.get("methods"), head.name, problems)
    used = _used(fields, reader.on_the_way_to(head.name), problems)
    methods = _with_used(methods, used, problems)
    frame = evolve(
        head,
        used=tuple(Used(edition.id, edition.edition, edition.digest) for _, edition in used),
        data=data.figures,
        grids=data.grids,
        tables=data.tables,
        methods=methods,
        defaults=read_defaults(fields.get("defaults"), problems, methods),
    )
    return evolve(
        frame,
        parts=read_parts(fields.get("sections"), Around(frame, data.names()), problems),
        grades=read_grades(fields.get("grades"), problems),
        score_caps=fields.each("score_caps", read_score_cap),
        grade_caps=fields.each("grade_caps", read_grade_cap),
        checks=read_checks(fields.get("checks"), problems),
        audit=read_audit(fields.get("audit"), problems),
        review=read_review(fields.get("review"), problems),
        paper=read_paper(fields.get("form"), frame, problems),
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
        open=fields.boolean("open") or False,
        waive=waivers_of(fields),
        location=fields.place("id"),
        points_location=fields.place("points" if fields.has("points") else "sections"),
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


# ---- extends -------------------------------------------------------------------------------------------------------


def _with_base(
    document: Document, reader: _EditionReader, problems: Problems
) -> tuple[Document, str, tuple[Changed, ...]] | None:
    """Join a document with that of the edition that it extends; None where there is no such edition, which is told."""
    named = document.get("extends")
    scalar = None if named is None else as_scalar(named, problems)
    if scalar is None:
        return document, "", ()
    head = (document.get(key) for key in ("id", "edition"))
    own = "@".join(node.text.strip() if isinstance(node, Scalar) else "" for node in head)
    found = _base_file(scalar, reader.on_the_way_to(own), problems)
    base = None if found is None else read_whole(found.path, problems)
    if found is None or base is None:
        return None
    whole = _with_base(base, reader.on_the_way_to(own).on_the_way_to(found.name), problems)
    if whole is None:
        return None
    joined, changed = extended(whole[0], document, problems)
    return joined, found.name, changed


def _base_file(named: Scalar, reader: _EditionReader, problems: Problems) -> EditionFile | None:
    name = named.text.strip()
    if _is_circle(name, reader, problems, named.location):
        return None
    digest = partial(_digest_of, reader, reader.functions)
    found = reader.library.find(name, problems, digest=digest, where=named.location)
    if found is None or _is_circle(found.name, reader, problems, named.location):
        return None
    if len(reader.reading) > MAX_DEPTH:
        problems.report("uses-too-deep", named, limit=MAX_DEPTH)
        return None
    return found


# ---- uses ----------------------------------------------------------------------------------------------------------


def _used(fields: Fields, reader: _EditionReader, problems: Reading) -> list[tuple[Node, Catalogue]]:
    """Read the editions in ``uses``, each once, with the node that names it."""
    scalars = [scalar for node in fields.items("uses") if (scalar := as_scalar(node, problems)) is not None]
    by_name = {scalar.text.strip(): scalar for scalar in reversed(scalars)}
    read = ((scalar, _used_edition(scalar, reader, problems)) for scalar in reversed(by_name.values()))
    return [(scalar, edition) for scalar, edition in read if edition is not None]


def _used_edition(named: Scalar, reader: _EditionReader, problems: Reading) -> Catalogue | None:
    name = named.text.strip()
    if name not in reader.known:
        reader.known[name] = _found(name, reader, problems, where=named.location)
    return reader.known[name]


def _with_used(methods: dict[str, Method], used: list[tuple[Node, Catalogue]], problems: Problems) -> dict[str, Method]:
    """Add the methods of used editions, those that they wrote themselves."""
    known = dict(methods)
    for node, edition in used:
        for method in edition.methods.values():
            first = known.setdefault(method.title, method) if method.edition == edition.name else method
            if first is not method:
                given = {"title": method.title, "first": first.edition, "second": method.edition}
                problems.report("method-twice", node, **given)
    return known


# One document from the several files of a large edition: ``catalogue.yaml`` names its ``parts`` in order.


def read_whole(path: Path, problems: Problems) -> Document | None:
    """Read an edition's document; of a folder's ``catalogue.yaml`` with all its parts joined."""
    return with_parts(read_file(path, problems), path, problems)


def with_parts(document: Document | None, path: Path, problems: Problems) -> Document | None:
    """Join a document with the parts that it names; they lie beside its file."""
    named = document.get("parts") if document else None
    if document is None or named is None:
        return document
    if path.name != FOLDER_FILE:
        problems.report("parts-alone", named, file=FOLDER_FILE)
        return document
    said: dict[str, list[tuple[Scalar, Node]]] = {key.text: [(key, node)] for key, node in document.pairs}
    for part in _parts(named, path.parent, problems):
        for key, node in part.pairs:
            said.setdefault(key.text, []).append((key, node))
    return evolve(document, pairs=tuple((pairs[0][0], _joined(pairs, problems)) for pairs in said.values()))


def _parts(named: Node, folder: Path, problems: Problems) -> Iterator[Document]:
    """Read the parts in their order, each once."""
    seen: set[str] = set()
    for item in named.items if isinstance(named, Sequence) else ():
        scalar = as_scalar(item, problems)
        if scalar is not None and scalar.text.strip() in seen:
            problems.report("part-twice", scalar, file=shown(scalar.text))
        elif scalar is not None:
            seen.add(scalar.text.strip())
            part = _part(scalar, folder, problems)
            if part is not None:
                yield part


def _part(named: Scalar, folder: Path, problems: Problems) -> Document | None:
    path = folder / named.text.strip()
    if not _is_inside(path, folder) or path.name == FOLDER_FILE:
        problems.report("part-outside", named, file=shown(named.text))
        return None
    if not is_file(path):
        problems.report("part-missing", named, file=shown(named.text))
        return None
    part = read_file(path, problems)
    known = opened(part, "edition_part", problems).nodes if part else {}
    return evolve(part, pairs=tuple((key, known[key.text]) for key, _ in part.pairs)) if part else None


def _is_inside(path: Path, folder: Path) -> bool:
    """Tell whether a path leads into the folder, links followed; a name that no file can have leads nowhere."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, ValueError, RuntimeError):  # too long, a NUL in it, links in a circle
        return False


def _joined(pairs: list[tuple[Scalar, Node]], problems: Problems) -> Node:
    """Join what the document and its parts say under one key: lists behind each other, mappings key by key."""
    (key, first), *others = pairs
    alike = [node for _, node in pairs if type(node) is type(first)]
    for other, node in others:
        if type(node) is not type(first) or isinstance(node, Scalar):
            problems.report("part-repeats", other, key=other.text, first=key.location)
    if isinstance(first, Sequence):
        return evolve(first, items=tuple(item for node in alike if isinstance(node, Sequence) for item in node.items))
    if isinstance(first, Document):
        return evolve(first, pairs=tuple(_united([node for node in alike if isinstance(node, Document)], problems)))
    return first


def _united(mappings: list[Document], problems: Problems) -> Iterator[tuple[Scalar, Node]]:
    known: dict[str, Scalar] = {}
    for mapping in mappings:
        for key, node in mapping.pairs:
            first = known.setdefault(key.text, key)
            if first is key:
                yield key, node
            else:
                problems.report("part-repeats", key, key=key.text, first=first.location)
