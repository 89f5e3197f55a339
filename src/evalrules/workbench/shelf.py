"""The editions of one folder: what may be opened, saved, begun anew and released, and nothing else."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from evalrules._documents import OutputError, Problems, decode, is_file, locked, read_bytes, write_file
from evalrules._editing import check, release
from evalrules._edition.find import EditionFile, Library, is_edition_name
from evalrules._edition.release import Succession, recorded
from evalrules._engine import LoadedCatalogue, load_catalogue
from evalrules._problems import CatalogueError, Language, Phrases, Problem
from evalrules._values import frozen


class Refused(Exception):
    """A request that is answered with a status and a sentence."""

    def __init__(self, status: int, message: str) -> None:
        self.status, self.message = status, message
        super().__init__(message)


@frozen
class Shelf:
    """The editions of one folder, told of in one language."""

    folder: Path
    language: Language

    def editions(self) -> list[dict[str, str]]:
        """List the editions with their state: released, draft, or wrong where one has errors."""
        released = recorded(self.folder, Problems())
        return [
            {"id": found.id, "name": found.name, "path": path, "state": self._state(found, released)}
            for path, found in self._found().items()
        ]

    def opened(self, path: str) -> dict[str, str]:
        """Give the text of an edition, and the digest by which a later save knows what it began from."""
        content = self._content(self.file(path).path)
        problems = Problems()
        text = decode(content, path, problems)
        if text is None:
            raise Refused(422, self.told(problems))
        return {"text": text, "digest": _digest(content)}

    def saved(self, path: str, text: str, digest: str) -> dict[str, str]:
        """Write an edition whole, only over what was opened; a released one is not written."""
        found = self.file(path)
        if found.name in recorded(self.folder, Problems()):
            raise Refused(409, self.said("save-released", name=found.name))
        try:
            with locked(found.path):
                self._unchanged(found.path, digest)
                write_file(found.path, text)
                return {"digest": _digest(self._content(found.path))}
        except OutputError as refused:
            raise Refused(500, self.told(refused.problems)) from None

    def begun(self, path: str, name: str) -> dict[str, str]:
        """Write a new edition from an old one, with its parts and cases; nothing that is there is written over."""
        old = self.file(path)
        if "@" not in name or not is_edition_name(name):
            raise Refused(422, self.said("new-name"))
        problems = Problems()
        files = Succession(old, *name.split("@")).files(self.folder, problems)
        if problems or not files:
            raise Refused(422, self.told(problems))
        first = next(iter(files))
        try:
            first.parent.mkdir(parents=True, exist_ok=True)
            with locked(first):
                if any(map(is_file, files)):
                    raise Refused(409, self.said("new-exists", name=name))
                for file, text in files.items():
                    write_file(file, text)
        except OutputError as refused:
            raise Refused(500, self.told(refused.problems)) from None
        except OSError:
            raise Refused(500, self.said("new-exists", name=name)) from None
        return {"path": first.relative_to(self.folder).as_posix()}

    def released(self, path: str, digest: str) -> dict[str, str]:
        """Record the digest of an edition that was saved and has no errors; from then on it keeps its meaning."""
        found = self.file(path)
        try:
            with locked(found.path):
                self._unchanged(found.path, digest)
                problems = release(self.edition(path), self.folder)
        except OutputError as refused:
            raise Refused(500, self.told(refused.problems)) from None
        if problems:
            raise Refused(422, self.told(problems))
        return {"message": self.said("release-done", name=found.name)}

    def edition(self, path: str) -> LoadedCatalogue:
        """Load an edition as it was saved."""
        try:
            return load_catalogue(self.file(path).path, path=(self.folder,), lang=self.language)
        except CatalogueError as refused:
            raise Refused(422, self.told(refused.problems)) from None

    def file(self, path: str) -> EditionFile:
        """Give where an edition lies; whatever else lies in the folder or outside is not there."""
        found = self._found().get(path)
        if found is None:
            raise Refused(404, self.said("no-edition"))
        return found

    def said(self, key: str, **arguments: object) -> str:
        """Give a sentence of the workbench in its language."""
        return Phrases(self.language, "workbench")(key, **arguments)

    def told(self, problems: Iterable[Problem]) -> str:
        """Give problems in words, each on its line."""
        return self.within("\n".join(str(each.in_language(self.language)) for each in problems))

    def within(self, text: str) -> str:
        """Let the places in a text be those within the folder."""
        return text.replace(f"{self.folder.resolve()}/", "").replace(f"{self.folder}/", "")

    def _found(self) -> dict[str, EditionFile]:
        home = self.folder.resolve()
        library = Library((self.folder,)).editions()
        return {
            found.path.relative_to(self.folder).as_posix(): found
            for found in library
            if found.path.resolve().is_relative_to(home)
        }

    def _unchanged(self, file: Path, digest: str) -> None:
        if _digest(self._content(file)) != digest:
            raise Refused(409, self.said("save-conflict"))

    def _content(self, file: Path) -> bytes:
        problems = Problems()
        content = read_bytes(file, file.name, problems)
        if content is None:
            raise Refused(422, self.told(problems))
        return content

    def _state(self, found: EditionFile, released: Iterable[str]) -> str:
        if any(each.severity == "error" for each in check(found.path, path=(self.folder,))):
            return "wrong"
        return "released" if found.name in released else "draft"


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


__all__ = ["Refused", "Shelf"]
