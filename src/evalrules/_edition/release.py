"""Released editions: ``releases.yaml`` in a folder of editions records the digest of each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from evalrules._documents import Problems, as_text, is_file, locked, read_file, shown, write_file
from evalrules._edition.find import as_seen, library_of
from evalrules._edition.model import Catalogue
from evalrules._problems import Problem, problem

RELEASES = "releases.yaml"
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
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


def check_release(catalogue: Catalogue, releases: Mapping[str, str]) -> tuple[Problem, ...]:
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
