"""Files: read only where they are regular and small enough; written whole or not at all, one writer at a time."""

from __future__ import annotations

import errno
import os
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TextIO

from evalrules._documents.nodes import Problems
from evalrules._patterns import regex
from evalrules._problems import EvalrulesError, Location, Problem, problem

SYSTEM: Final = os.name

# Reading. What is no regular file is refused before a byte of it is read: a pipe would wait, a device never ends.


MAX_BYTES: Final = 10_000_000
GBK: Final = "GBK"
_MARKS = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"), (b"PK\x03\x04", "Excel/Word/ZIP"), (b"%PDF", "PDF"))


def read_bytes(path: Path, name: str, problems: Problems, *, most: int = MAX_BYTES) -> bytes | None:
    """Read a regular file of at most 10 MB, or of ``most`` bytes; ``name`` is how problems call it.

    One that is missing, a folder, a pipe, a device, unreadable or too large is a problem.
    """
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            regular = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
            content = file.read(most + 1) if regular else b""
    except (OSError, ValueError) as refused:  # a ValueError where the name holds a NUL
        problems.report(_reading_fault(path, refused), Location(name), file=name)
        return None
    if not regular:
        problems.report("file-not-regular", Location(name), file=name)
        return None
    return _within_limit(content, name, problems, most)


def read_stream(stream: TextIO | None, problems: Problems) -> bytes | None:
    """Read the bytes of standard input, at most 10 MB; problems call it ``-``."""
    try:
        content = stream.buffer.read(MAX_BYTES + 1) if stream is not None else b""
    except OSError:
        problems.report("file-unreadable", Location("-"), file="-")
        return None
    return _within_limit(content, "-", problems)


def _within_limit(content: bytes, name: str, problems: Problems, most: int = MAX_BYTES) -> bytes | None:
    if len(content) <= most:
        return content
    problems.report("file-too-large", Location(name), limit=most // 1_000_000)
    return None


def _without_waiting(path: str, flags: int) -> int:
    """Open without waiting for whoever writes to a pipe."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))


def _reading_fault(path: Path, refused: OSError | ValueError) -> str:
    if isinstance(refused, IsADirectoryError) or is_folder(path):  # Windows calls it a lack of permission
        return "file-is-folder"
    return "file-missing" if isinstance(refused, FileNotFoundError | NotADirectoryError) else "file-unreadable"


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
    return GBK


def is_file(path: str | os.PathLike[str]) -> bool:
    """Tell whether a regular file lies there; a name that no file can have is none."""
    return stat.S_ISREG(_mode(path))


def is_folder(path: str | os.PathLike[str]) -> bool:
    """Tell whether a folder lies there; a name that no folder can have is none."""
    return stat.S_ISDIR(_mode(path))


def _mode(path: str | os.PathLike[str]) -> int:
    try:
        return Path(path).stat().st_mode
    except (OSError, ValueError):  # too long, a NUL in it, no permission to look
        return 0


# Writing. Whatever stops it, a full disk or the end of the process, leaves what was there before as it was.


class OutputError(EvalrulesError):
    """A file or stream that could not be written; of a file, what was there before is as it was."""


def write_file(path: Path, content: str | bytes, inputs: Iterable[str | os.PathLike[str]] = ()) -> None:
    r"""Write a file whole or not at all, its folders made where there are none; text as UTF-8 with ``\n``.

    A lone surrogate, which UTF-8 cannot hold, is written as its escape. Raises as `written_whole` does.
    """
    with written_whole(path, inputs) as beside:
        beside.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace"))


@contextmanager
def written_whole(path: Path, inputs: Iterable[str | os.PathLike[str]] = ()) -> Iterator[Path]:
    """Give a path beside ``path`` to write to; it is flushed and put in the place of ``path`` when all went well.

    For writers that want a path or a stream of their own; `write_file` takes the content. Where the block is left by
    an exception, or the file cannot be written, nothing of it remains. Raises `OutputError` where writing fails, where
    ``path`` is one of the ``inputs`` or no regular file, and where what lies there may not be written to.

    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     with written_whole(Path(folder) / "a.txt") as beside:
    ...         _ = beside.write_text("甲", "utf-8")
    ...     [file.name for file in Path(folder).iterdir()]
    ['a.txt']
    """
    with _told(path):
        target = Path(os.path.realpath(path))
        _hold_to_what_is_there(path, target, inputs)
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(f".{os.urandom(8).hex()}.part")
        try:
            yield beside
            _flush(beside)
            if target.exists():
                beside.chmod(stat.S_IMODE(target.stat().st_mode))
            _put_in_place(beside, target)
            _flush_folder(target.parent)
        finally:
            for left in target.parent.glob(f"{beside.name}*"):  # with what a database writes beside its file
                left.unlink(missing_ok=True)


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as refused:
        raise OutputError([_output_problem(path, refused)]) from refused
    except ValueError as refused:
        if "\0" not in str(path):
            raise
        raise OutputError([problem("output-failed", None, file=path, reason="NUL")]) from refused


def stream_problem(refused: OSError) -> Problem:
    """Give the problem of standard output that could not be written."""
    return problem("output-stream", None, reason=_reason(refused))


def _output_problem(file: object, refused: OSError) -> Problem:
    if refused.errno in (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return problem("output-disk-full", None, file=file)
    if refused.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return problem("output-not-allowed", None, file=file)
    return problem("output-failed", None, file=file, reason=_reason(refused))


def _reason(refused: OSError) -> str:
    return errno.errorcode.get(refused.errno or 0, type(refused).__name__)


def _hold_to_what_is_there(path: Path, target: Path, inputs: Iterable[str | os.PathLike[str]]) -> None:
    if any(is_same_file(target, one) for one in inputs):
        raise OutputError([problem("output-is-input", None, file=path)])
    if target.exists() and not is_file(target):
        raise OutputError([problem("output-not-file", None, file=path)])
    if target.exists() and not os.access(target, os.W_OK):
        raise OutputError([problem("output-not-allowed", None, file=path)])


def is_same_file(one: str | os.PathLike[str], other: str | os.PathLike[str]) -> bool:
    """Tell whether two paths lead to one file that is there, by whatever names and links."""
    try:
        return Path(one).samefile(other)
    except (OSError, ValueError):
        return False


def _flush(file: Path) -> None:
    """Let what was written reach the disk, so that a name never stands for a file without its content."""
    with file.open("rb+") as written:
        os.fsync(written.fileno())


_TRIES, _PAUSE = 6, 0.05


def _put_in_place(beside: Path, target: Path) -> None:
    """Replace the target; on Windows again after a pause, for a scanner may hold a new file for a moment."""
    for attempt in range(_TRIES):
        try:
            os.replace(beside, target)  # noqa: PTH105 - the one function that a test stands in for
        except PermissionError:
            if SYSTEM != "nt" or attempt == _TRIES - 1:
                raise
            time.sleep(_PAUSE * 2**attempt)
        else:
            return


def _flush_folder(folder: Path) -> None:
    """Let the new name reach the disk as well; Windows opens no folders and needs none of it."""
    if SYSTEM == "nt":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    except OSError as refused:  # some network disks know no such thing; the file itself was flushed
        if refused.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(opened)


@contextmanager
def locked(path: Path, seconds: float = 60) -> Iterator[None]:
    """Let one process or thread at a time read and write ``path``: others wait, and are told when it takes too long.

    The lock is a file of its own beside ``path``, which stays: whoever waits for it holds on to that file. It is
    gone with the process that holds it, however that ends.
    """
    from filelock import FileLock, Timeout  # noqa: PLC0415 - few commands write where others may

    with _told(path):
        lock = FileLock(path.with_name(f".{path.name}.lock"))
        try:
            with lock.acquire(timeout=seconds):
                yield
        except Timeout:
            raise OutputError([problem("output-locked", None, file=path)]) from None


# Names of files that are made from what people wrote.


_UNFIT = regex(
    r"[\x00-\x1f\x7f-\x9f<>:\"/\\|?*\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]+"
)
_RESERVED = regex(r"(?i)(?:con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])(?= *(?:\.|$))")
_LONGEST: Final = 200
"""Bytes of UTF-8 that a name may have; file systems take 255, of which endings and numbers need some."""


def file_name(text: str) -> str:
    """Give a name, without an ending, that every system takes for what people call a thing; never empty.

    >>> file_name("a/b: 县政府办"), file_name("nul"), file_name(" . ")
    ('a-b- 县政府办', '_nul', '_')
    """
    name = _UNFIT.sub("-", text).encode("utf-8")[:_LONGEST].decode("utf-8", "ignore").strip(" .")
    return f"_{name}" if not name or _RESERVED.match(name) else name
