"""Finding editions: the folders that are searched, in order, and the files in them.

A folder of editions holds ``<id>/<edition>.yaml``, or ``<id>/<edition>/catalogue.yaml`` for one of several parts.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path

from evalrules._documents import Problems, Sequence, as_text, closest, is_file, is_folder, read_bytes, read_file
from evalrules._patterns import regex
from evalrules._problems import Location, Problem, listed
from evalrules._values import frozen

IDENTIFIER = regex(r"[a-z0-9]+(?:-[a-z0-9]+)*")
EDITION = regex(r"[^\W_][\w.\-]*")
_NAME = regex(rf"(?P<id>{IDENTIFIER.pattern})(?:@(?P<edition>{EDITION.pattern}))?")
FOLDER_FILE = "catalogue.yaml"
_FAR = 3


@frozen
class EditionFile:
    """Where an edition lies: ``path`` is the file to read, ``folder`` the folder of editions that it was found in."""

    id: str
    edition: str
    path: Path
    folder: Path

    @property
    def name(self) -> str:
        """The edition's full name, ``id@edition``."""
        return f"{self.id}@{self.edition}"


def files_in(folder: Path) -> tuple[Path, ...]:
    """Give the YAML files of a folder by name; none where there is no such folder or it cannot be looked into."""
    return tuple(sorted(entry for entry in _entries(folder) if entry.suffix == ".yaml" and is_file(entry)))


def files_beside(location: Location | None, edition: str, kind: str) -> tuple[Path, ...]:
    """Give the files of a folder beside an edition's file, ``<edition>.<kind>``; none for one that is no file."""
    home = _home(location)
    return () if home is None else files_in(home / f"{edition}.{kind}")


def strays_beside(location: Location | None, edition: str, kind: str) -> tuple[Path, ...]:
    """Give what looks like such files and is not read: other endings, folders inside, folders of no edition here."""
    home = _home(location)
    if home is None:
        return ()
    read, beside = set(files_beside(location, edition, kind)), _entries(home)
    editions = {entry.stem for entry in beside if entry.suffix == ".yaml" and is_file(entry)}
    editions |= {entry.name for entry in beside if is_file(entry / FOLDER_FILE)}
    inside = [entry for entry in _entries(home / f"{edition}.{kind}") if entry not in read and not _is_aside(entry)]
    others = [entry for entry in beside if entry.is_dir() and _is_meant(entry.name, kind)]
    return tuple(sorted([*inside, *(entry for entry in others if entry.name.removesuffix(f".{kind}") not in editions)]))


def _home(location: Location | None) -> Path | None:
    """Give the folder in which an edition's file lies, or its folder."""
    if location is None or not location.line:
        return None
    file = Path(location.file)
    return file.parent.parent if file.name == FOLDER_FILE else file.parent


def _is_meant(name: str, kind: str) -> bool:
    return re.search(rf"(?:^|[._-]){kind.removesuffix('s')}s?$", name) is not None


def _is_aside(entry: Path) -> bool:
    return entry.name.startswith((".", "~", "README"))


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except (OSError, ValueError):
        return []


def shipped_folder() -> Path:
    """Give the folder of the editions that come with the package; in a checkout it lies at the top."""
    package = Path(__file__).resolve().parent.parent
    installed = package / "shipped_catalogue"
    return installed if installed.is_dir() else package.parent.parent / "catalogue"


def is_installed(folder: Path) -> bool:
    """Tell whether a folder of editions belongs to the installed package, where nothing of a user's is written."""
    return folder.resolve() == Path(__file__).resolve().parent.parent / "shipped_catalogue"


def folder_of(path: Path) -> Path:
    """Give the folder of editions in which an edition's file lies, by its place alone."""
    home = Path(os.path.abspath(path)).parent.parent  # noqa: PTH100  # resolve() would follow links and can fail
    return home.parent if path.name == FOLDER_FILE else home


def library_of(path: Path, name: str) -> Path | None:
    """Give the folder of editions in which an edition's file lies as it should, ``<id>/<edition>.yaml``; else None."""
    folder = folder_of(path)
    identifier, _, edition = name.partition("@")
    homes = (folder / identifier / f"{edition}.yaml", folder / identifier / edition / FOLDER_FILE)
    return folder if Path(os.path.abspath(path)) in homes else None  # noqa: PTH100  # as above


def named_folders() -> tuple[Path, ...]:
    """Give the folders that ``EVALRULES_PATH`` names."""
    return tuple(Path(part) for part in os.environ.get("EVALRULES_PATH", "").split(os.pathsep) if part)


def path_problems() -> tuple[Problem, ...]:
    """Tell which folders of ``EVALRULES_PATH`` are not there or hold no edition: mostly typing errors."""
    problems = Problems()
    for folder in dict.fromkeys(named_folders()):
        if not is_folder(folder):
            problems.report("path-folder-missing", None, folder=folder)
        elif not Library((folder,)).editions():
            problems.report("path-folder-empty", None, folder=folder)
    return tuple(problems)


@frozen
class Library:
    """The folders that are searched for editions, in order."""

    folders: tuple[Path, ...]

    @classmethod
    def standard(cls, given: Iterable[Path | str] = (), of_plugins: Iterable[Path] = ()) -> Library:
        """Give the folders given, those of ``EVALRULES_PATH``, those of plug-ins, then the shipped one."""
        return cls(tuple(dict.fromkeys((*map(Path, given), *named_folders(), *of_plugins, shipped_folder()))))

    def beginning_with(self, folder: Path) -> Library:
        """Give the same library with this folder searched first."""
        return Library(tuple(dict.fromkeys((folder, *self.folders))))

    def editions(self, identifier: str | None = None) -> tuple[EditionFile, ...]:
        """Give every edition in the folders (of this id), each once for every place where it lies."""
        return tuple(
            found
            for folder in self.folders
            for home in _homes(folder, identifier)
            for found in sorted(_in_home(home, folder), key=lambda edition: edition.edition)
        )

    def find(
        self,
        name: str,
        problems: Problems,
        *,
        digest: Callable[[EditionFile], str],
        fiscal_year: int | None = None,
        where: Location | None = None,
    ) -> EditionFile | None:
        """Find ``id@edition``, or an id by the fiscal year that the edition governs; else report why there is none.

        An id with one edition needs no more. ``where`` is the place that names the edition. Copies of one edition in
        several places, which have one ``digest``, are one; the first is given.
        """
        wanted = _NAME.fullmatch(name)
        if wanted is None:
            problems.report("edition-name", where, name=name)
            return None
        found = self.editions(wanted["id"])
        if wanted["edition"] is not None:
            found = tuple(edition for edition in found if edition.name == name)
        if not found:
            self._report_absence(name, problems, where)
            return None
        if wanted["edition"] is None and fiscal_year is not None:
            found = _governing(found, fiscal_year)
            if not found:
                problems.report("edition-no-year", where, id=name, year=fiscal_year)
        return _the_one(found, name, problems, digest, where)

    def _report_absence(self, name: str, problems: Problems, where: Location | None) -> None:
        names = {edition.name for edition in self.editions()}
        known = {*names, *(edition.partition("@")[0] for edition in names)}
        folders = listed(map(as_seen, self.folders))
        problems.report("edition-missing", where, name=name, folders=folders, suggestion=closest(name, sorted(known)))


def as_seen(path: Path) -> str:
    """Write a path as seen from here, unless that leads far up."""
    try:
        relative = os.path.relpath(path)
    except (OSError, ValueError):  # another drive, or a current folder that is gone
        return str(path)
    return str(path) if relative.count(os.pardir) > _FAR else relative


def _homes(folder: Path, identifier: str | None) -> list[Path]:
    if identifier is not None:
        return [folder / identifier] if is_folder(folder / identifier) else []
    return sorted(home for home in _entries(folder) if IDENTIFIER.fullmatch(home.name) and is_folder(home))


def _in_home(home: Path, folder: Path) -> Iterable[EditionFile]:
    for entry in _entries(home):
        if entry.suffix == ".yaml" and EDITION.fullmatch(entry.stem) and is_file(entry):
            yield EditionFile(home.name, entry.stem, entry, folder)
        elif EDITION.fullmatch(entry.name) and is_file(entry / FOLDER_FILE):
            yield EditionFile(home.name, entry.name, entry / FOLDER_FILE, folder)


def _the_one(
    found: tuple[EditionFile, ...],
    name: str,
    problems: Problems,
    digest: Callable[[EditionFile], str],
    where: Location | None,
) -> EditionFile | None:
    if len(found) <= 1:
        return found[0] if found else None
    names = [edition.name for edition in found]
    if len(set(names)) == 1 and len({_content(edition.path) for edition in found}) == 1:
        return found[0]
    different = {(edition.name, digest(edition)): edition for edition in reversed(found)}
    if len(different) == 1:
        return found[0]
    twice = len(set(names)) < len(different)
    places = listed(as_seen(edition.path) if twice else edition.name for edition in reversed(different.values()))
    problems.report("edition-ambiguous", where, name=name, places=places)
    return None


def _content(path: Path) -> bytes:
    return read_bytes(path, str(path), Problems()) or str(path).encode("utf-8", "surrogateescape")


def _governing(found: tuple[EditionFile, ...], fiscal_year: int) -> tuple[EditionFile, ...]:
    heads = [(edition, *_head(edition.path)) for edition in found]
    governing = [(edition, superseded) for edition, years, superseded in heads if str(fiscal_year) in years]
    superseded = {edition for _, edition in governing}
    return tuple(edition for edition, _ in governing if edition.edition not in superseded)


def _head(path: Path) -> tuple[tuple[str, ...], str | None]:
    problems = Problems()
    document = read_file(path, problems)
    years = document.get("fiscal_years") if document else None
    items = years.items if isinstance(years, Sequence) else ()
    return (
        tuple(text for text in (as_text(item, problems) for item in items) if text is not None),
        as_text(document.get("supersedes"), problems) if document else None,
    )


def names_an_edition(text: str) -> bool:
    """Tell a name (``id``, ``id@edition``) from a path, by the text alone: a path has a separator or a suffix.

    What happens to lie in the current folder has no say in what a name means.
    """
    return not ("/" in text or os.sep in text or text in ("", ".", "..") or text.endswith((".yaml", ".yml")))


def is_edition_name(text: str) -> bool:
    """Tell whether a text can be the name of an edition; what documents name is never a path."""
    return _NAME.fullmatch(text) is not None
