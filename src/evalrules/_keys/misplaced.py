"""Keys of a submission that stand where they do not belong, or under the name that an official gives them."""

from __future__ import annotations

import re
from functools import cache

from evalrules._documents import Mapping, Node, Problems, Scalar, shown
from evalrules._keys.edition import EDITION_KINDS
from evalrules._keys.kinds import Kind
from evalrules._keys.result import RESULT_KINDS
from evalrules._keys.submission import SUBMISSION_KINDS

_MOST_HOMES = 2


def strange_keys(node: Node | None, kind: Kind, problems: Problems) -> frozenset[str]:
    """Report the keys that belong elsewhere (``tier`` beside ``judged``) or are meant otherwise (分值); give them."""
    pairs = node.pairs if isinstance(node, Mapping) else ()
    strange = [key for key, _ in pairs if key.text not in kind.names]
    return frozenset(key.text for key in strange if _told(key, kind, problems))


def _told(key: Scalar, kind: Kind, problems: Problems) -> bool:
    home, meant = _homes().get(key.text), kind.meant(key.text)
    if home is not None:
        problems.report("key-misplaced", key, key=key.text, here=kind.title, home=home)
    elif meant is not None:
        problems.report("unknown-key", key, key=shown(key.text), suggestion=meant)
    return home is not None or meant is not None


@cache
def _homes() -> dict[str, str]:
    """Give where each key belongs: under which key, or in what document."""
    (edition,) = (kind for kind in EDITION_KINDS if kind.name == "edition")
    found: dict[str, list[str]] = {name: [edition.title] for name in edition.names}
    for kind in (one for one in SUBMISSION_KINDS if one.name != "expected"):
        for name in kind.names:
            found.setdefault(name, []).append(_home(kind, name))
    return {name: "；".join(homes[-_MOST_HOMES:]) for name, homes in found.items()}


def _home(kind: Kind, name: str) -> str:
    """Say where a key of this kind stands: ``judged: {tier: …}``."""
    for other in SUBMISSION_KINDS:
        for key in other.keys:
            if re.search(rf"\b{kind.name}\b", key.shape):
                inside = f"{{{name}: …}}"
                return f"`{key.name}: {inside}`" if key.shape == kind.name else f"`{key.name}`，{kind.title}"
    return kind.title


# ---- whole documents -----------------------------------------------------------------------------------------------

# What tells a document of each kind, and the command that takes it.
_DOCUMENTS = (
    ("contribution", frozenset({"contributes_to"}), "evalrules plugins"),
    ("edition", frozenset({"evalrules", "id"}), "evalrules check"),
    ("result", frozenset({"engine", "indicators"}), "evalrules replay"),
    ("submission", frozenset({"organisation", "fiscal_year"}), "evalrules evaluate"),
)


def is_another_document(document: Mapping, kind: Kind, problems: Problems) -> bool:
    """Report a document that is of another kind than asked for as a whole, and tell whether it is one."""
    keys = {key.text for key, _ in document.pairs}
    name, _, command = next((known for known in _DOCUMENTS if known[1] <= keys), (kind.name, keys, ""))
    if name == kind.name:
        return False
    found = next(other for other in (*EDITION_KINDS, *SUBMISSION_KINDS, *RESULT_KINDS) if other.name == name)
    problems.report("document-of-another-kind", document, found=found.title, here=kind.title, command=command)
    return True
