"""Released editions: ``releases.yaml`` in a folder of editions records the digest of each; and what comes after one.

The text of a new edition is that of an old one: its name, years and what it supersedes set, all else as it stands.
"""

from __future__ import annotations

import re
from collections import abc
from pathlib import Path

from evalrules._documents import (
    Mapping,
    Problems,
    as_text,
    decode,
    is_file,
    locked,
    read_bytes,
    read_document,
    read_file,
    shown,
    write_file,
)
from evalrules._edition.find import FOLDER_FILE, EditionFile, as_seen, files_in, library_of
from evalrules._edition.model import Catalogue
from evalrules._patterns import regex
from evalrules._problems import Problem, problem
from evalrules._values import frozen

RELEASES = "releases.yaml"
_DIGEST = regex(r"sha256:[0-9a-f]{64}")
_HEADER = (
    "# 已发布的版本及其摘要，由 evalrules release 写入，不要手工修改。\n"
    "# 内容（不含注释和排版）与摘要不符的版本不能通过检查；要改就另立新版本。\n"
)


def recorded(folder: Path, problems: Problems) -> dict[str, str]:
    """Give the digest of each released edition of this folder, by its full name; none where nothing was released."""
    path = folder / RELEASES
    document = read_file(path, problems, as_seen(path)) if is_file(path) else None
    releases: dict[str, str] = {}
    for name, node in document or ():
        text = as_text(node, problems) or ""
        if _DIGEST.fullmatch(text):
            releases[name] = text
        else:
            problems.report("release-digest", node, text=shown(text))
    return releases


def check_release(catalogue: Catalogue, releases: abc.Mapping[str, str]) -> tuple[Problem, ...]:
    """Give ``edition-changed`` for a released edition that no longer means what was released."""
    if releases.get(catalogue.name, catalogue.digest) == catalogue.digest:
        return ()
    return (problem("edition-changed", catalogue.location, name=catalogue.name),)


def released_problems(catalogue: Catalogue) -> tuple[Problem, ...]:
    """Hold an edition to the record of its library; one from a mapping, or that lies elsewhere, has none."""
    place = catalogue.location
    if place is None or not place.line:
        return ()
    folder = library_of(Path(place.file), catalogue.name)
    if folder is None:
        return ()
    problems = Problems()
    releases = recorded(folder, problems)
    return (*problems, *check_release(catalogue, releases))


def record(catalogue: Catalogue, folder: Path) -> tuple[Problem, ...]:
    """Write the edition's digest to ``releases.yaml``, sorted by name; one that was released differently is refused.

    Whoever else releases at the same time waits, so that no digest is lost. Raises `OutputError` where the record
    cannot be written; it is then as it was.
    """
    with locked(folder / RELEASES):
        problems = Problems()
        releases = recorded(folder, problems)
        found = (*problems, *check_release(catalogue, releases))
        if not found and catalogue.name not in releases:
            releases[catalogue.name] = catalogue.digest
            lines = (f"{name}: {digest}\n" for name, digest in sorted(releases.items()))
            write_file(folder / RELEASES, _HEADER + "".join(lines))
    return found


# The text of a new edition made from an old one.


_YEAR = regex(r"(?:19|20)\d\d")
_TOP = regex(r"([A-Za-z_]+)\s*:")
_YEAR_OF_FORM = regex(r"^fiscal_year: (\d{4})", re.MULTILINE)


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
