"""One document from the several files of a large edition: ``catalogue.yaml`` names its ``parts`` in order."""

from __future__ import annotations

from pathlib import Path

from attrs import evolve

from evalrules._catalogue.editions import FOLDER_FILE
from evalrules._catalogue.reading import opened
from evalrules._documents import Mapping, Node, Problems, Scalar, Sequence, as_scalar, read_file


def read_whole(path: Path, problems: Problems) -> Mapping | None:
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


def _part(named: Scalar | None, folder: Path, problems: Problems) -> Mapping | None:
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
    elif isinstance(before, Mapping) and isinstance(node, Mapping):
        whole[first] = _joined(before, node, problems)
    else:
        problems.report("part-repeats", key, key=key.text, first=first.location)


def _joined(before: Mapping, after: Mapping, problems: Problems) -> Mapping:
    known = {key.text: key for key, _ in before.pairs}
    for key, _ in after.pairs:
        if key.text in known:
            problems.report("part-repeats", key, key=key.text, first=known[key.text].location)
    new = tuple((key, node) for key, node in after.pairs if key.text not in known)
    return evolve(before, pairs=(*before.pairs, *new))
