"""The text of a new edition made from an old one: its name, years and what it supersedes set, all else as it stands."""

from __future__ import annotations

import re
from pathlib import Path

from evalrules._documents import Mapping, Problems, decode, read_bytes, read_document
from evalrules._edition.find import FOLDER_FILE, EditionFile, files_in
from evalrules._values import frozen

_YEAR = re.compile(r"(?:19|20)\d\d")
_TOP = re.compile(r"([A-Za-z_]+)\s*:")
_YEAR_OF_FORM = re.compile(r"^fiscal_year: (\d{4})", re.MULTILINE)


@frozen
class Succession:
    """What a new edition is called, and after which it comes; an edition that begins with a year governs that year."""

    old: EditionFile
    id: str
    edition: str

    @property
    def name(self) -> str:
        """The new edition's full name."""
        return f"{self.id}@{self.edition}"

    def files(self, home: Path, problems: Problems) -> dict[Path, str]:
        """Give the files of the new edition, itself, its parts and its cases, to lie in ``home``.

        That is a library, in which it lies by its name, or the file that it is to be. A file that cannot be read is
        among the problems, and so is an edition whose head is not written line by line.
        """
        is_file = home.suffix in (".yaml", ".yml")
        target = home.with_suffix("") if is_file else home / self.id / self.edition
        source = self.old.path
        if source.name == FOLDER_FILE:
            found = {target / FOLDER_FILE: self._edition(source, problems)}
            parts = [part for part in files_in(source.parent) if part.name != FOLDER_FILE]
            found |= {target / part.name: _text(part, problems) for part in parts}
        else:
            found = {home if is_file else target.with_name(f"{self.edition}.yaml"): self._edition(source, problems)}
        cases = files_in(self.old.folder / self.old.id / f"{self.old.edition}.cases")
        found |= {target.with_name(f"{target.name}.cases") / case.name: self._case(case, problems) for case in cases}
        return {path: text for path, text in found.items() if text is not None}

    def _edition(self, file: Path, problems: Problems) -> str | None:
        text = _text(file, problems)
        document = None if text is None else read_document(text, str(file), problems)
        if text is None or document is None:
            return None
        head = {"id": self.id, "edition": f'"{self.edition}"'}
        year = _YEAR.match(self.edition)
        head |= {"fiscal_years": f"[{year[0]}]"} if year else {}
        head |= {"supersedes": f'"{self.old.edition}"'} if self.id == self.old.id else {}
        return _with_head(text, document, head, problems)

    def _case(self, file: Path, problems: Problems) -> str | None:
        text = _text(file, problems)
        if text is None:
            return None
        year = _YEAR.match(self.edition)
        text = text.replace(f"catalogue: {self.old.name}", f"catalogue: {self.name}")
        old = _YEAR_OF_FORM.search(text)
        return _of_year(text, old[1], year[0]) if year and old else text


def _text(file: Path, problems: Problems) -> str | None:
    content = read_bytes(file, str(file), problems)
    return None if content is None else decode(content, str(file), problems)


def _of_year(text: str, old: str, new: str) -> str:
    """Move a case to another year: its own, and its days and months (2024年11月, 2024-11-30), not its amounts."""
    own, day = rf"(?<=^fiscal_year: ){old}\b", rf"(?<![\d.]){old}(?=年|[-/]\d|\.\d\d?\.)"
    return re.sub(rf"{own}|{day}", new, text, flags=re.MULTILINE)


def _with_head(text: str, document: Mapping, head: dict[str, str], problems: Problems) -> str | None:
    """Set keys at the top of a document, each in its line; one that is not there comes after ``edition``."""
    lines = text.split("\n")
    begins = {key.text: key.location for key, _ in document.pairs}
    starts = sorted(place.line for place in begins.values())
    if any(place.column != 1 or not _TOP.match(lines[place.line - 1]) for place in begins.values()):
        problems.report("new-not-in-lines", document)
        return None
    written = {begins[key].line: key for key in head if key in begins}
    after = begins["edition"].line if "edition" in begins else 0
    new: list[str] = []
    skipped_to = 0
    for number, line in enumerate(lines, 1):
        if number < skipped_to:
            continue
        key = written.get(number)
        if key is None:
            new.append(line)
        else:
            end = next((start for start in starts if start > number), len(lines) + 1)
            rest = lines[number : end - 1]
            skipped_to = number + 1 + next((n for n, each in enumerate(rest) if not each[:1].isspace()), len(rest))
            new.append(f"{key}: {head[key]}")
        if number == after:
            new += [f"{key}: {value}" for key, value in head.items() if key not in begins]
    return "\n".join(new)


__all__ = ["Succession"]
