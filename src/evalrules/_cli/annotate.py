"""``evaluate --annotate``: copies of departments' own files with a comment on each cell that a finding is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from evalrules._cli.speech import is_for_folder, put, tell
from evalrules._documents import OutputError
from evalrules._problems import Language, Location, problem
from evalrules._report.records import FileResult


def write_copies(verdicts: Sequence[FileResult], output: Path, inputs: Sequence[str], language: Language) -> None:
    """Write a copy of each file that was scored: to ``output``, or into it where that is a folder or there are several.

    What has no cell in the file is told. Raises `OutputError`.
    """
    scored = [verdict for verdict in verdicts if verdict.evaluation is not None]
    files = list(dict.fromkeys(verdict.of for verdict in scored))
    for file in files:
        single = len(files) == 1 and not is_for_folder(output)
        into = output if single else output / Path(file).name
        _write_copy(file, [verdict for verdict in scored if verdict.of == file], into, inputs, language)


def _write_copy(
    file: str, verdicts: Iterable[FileResult], into: Path, inputs: Sequence[str], language: Language
) -> None:
    try:
        from evalrules._report.annotate import annotated, comments_of  # noqa: PLC0415 - lxml comes with an extra
    except ModuleNotFoundError:
        missing = problem("format-extra-missing", None, format="--annotate", extra="office")
        raise OutputError([missing]) from None
    comments, elsewhere = comments_of(verdicts, language)
    if file == "-" or Path(file).suffix.lower() != into.suffix.lower():
        raise OutputError([problem("annotate-kind", Location(file))])
    content = annotated(Path(file).read_bytes(), Path(file).name, comments)
    put(content, into, inputs)
    if elsewhere:
        tell([problem("annotate-elsewhere", Location(Path(file).name), count=elsewhere)], language)
