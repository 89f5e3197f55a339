"""Reading a file to its nodes: whatever is wrong with the file itself is a problem too."""

from __future__ import annotations

from pathlib import Path

from evalrules._documents.collecting import Problems
from evalrules._documents.nodes import Mapping
from evalrules._documents.parsing import MAX_CHARACTERS, read_document
from evalrules._problems import Location

MAX_BYTES = MAX_CHARACTERS
_MARKS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"), (b"PK\x03\x04", "Excel/Word/ZIP"), (b"%PDF", "PDF"))


def read_file(path: Path | str, problems: Problems, name: str | None = None) -> Mapping | None:
    """Read a YAML file of at most 10 MB in UTF-8; ``name`` is how problems call it (default: the path as given)."""
    label = name or str(path)
    content = read_bytes(Path(path), label, problems)
    text = None if content is None else decode(content, label, problems)
    return None if text is None else read_document(text, label, problems)


def read_bytes(path: Path, name: str, problems: Problems) -> bytes | None:
    """Read the bytes of a file; one that is missing, a folder, unreadable or too large is a problem."""
    place = Location(name)
    try:
        if path.is_dir():
            problems.report("file-is-folder", place, file=name)
            return None
        with path.open("rb") as file:
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        problems.report("file-missing", place, file=name)
        return None
    except (OSError, ValueError):
        problems.report("file-unreadable", place, file=name)
        return None
    if len(content) > MAX_BYTES:
        problems.report("file-too-large", place, limit=MAX_BYTES // 1_000_000)
        return None
    return content


def decode(content: bytes, name: str, problems: Problems) -> str | None:
    """Decode UTF-8, with or without a byte order mark; something else is ``file-not-utf8`` with what it seems to be."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig", "replace")
        line, column = before.count("\n") + 1, error.start and len(before) - before.rfind("\n")
        problems.report("file-not-utf8", Location(name, line, column or 1), encoding=_encoding(content))
        return None


def _encoding(content: bytes) -> str:
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return encoding
    try:
        content.decode("gb18030")
    except UnicodeDecodeError:
        return "?"
    return "GBK"
