"""The formats of reports: each a writer of blocks in a module of its own, which is imported when it is used.

A new format is such a module with a function ``write`` from a `Document` to text or bytes, and its line here.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from evalrules._documents import OutputError
from evalrules._problems import Language, Phrases, problem
from evalrules._values import frozen

if TYPE_CHECKING:
    from evalrules._evaluation import Evaluation
    from evalrules._report.blocks import Document


@frozen
class Format:
    """A format: its name and ending, the module that writes it, and which parts of an evaluation it shows, in order.

    ``is_detailed`` formats list every row of several evaluations; ``extra`` has to be installed for it.
    """

    name: str
    suffix: str
    module: str
    parts: tuple[str, ...]
    is_paper: bool = False
    is_detailed: bool = False
    extra: str = ""

    def write(self, document: Document) -> bytes:
        """Write a report; text is UTF-8. Raises `OutputError` where the extra that it needs is not installed."""
        try:
            writer = import_module(f"evalrules._report.{self.module}")
        except ModuleNotFoundError:
            if not self.extra:
                raise
            raise OutputError([problem("format-extra-missing", None, format=self.name, extra=self.extra)]) from None
        written: str | bytes = writer.write(document)
        return written if isinstance(written, bytes) else written.encode("utf-8", "backslashreplace")

    def document(self, evaluation: Evaluation, language: Language = "zh", *, codes: bool = False) -> Document:
        """Build the report of an evaluation as this format shows it; ``codes`` adds what only programmers look for."""
        from evalrules._report.annexes import report  # noqa: PLC0415 - a choice of formats needs no report

        title = "title-paper" if self.is_paper else "title"
        return report(evaluation, Phrases(language, "report"), self.parts, title, codes=codes)


_SCREEN = ("outcome", "head", "form", "reasons", "problems", "findings", "basis")
_PAGE = ("outcome", "head", "waterfall", "funds", "form-flagged", "problems", "findings", "base")
_SIGNED = ("review", "signatures")
_PAPER = ("who", "goals", "outcome", "funds", "scores", "reasons", "issues", "problems", "findings", "basis", "annexes")
_SHEETS = ("outcome", "form-reasoned", "deduction-list", "finding-list", "funds", "base", "basis")

FORMATS: Final = (
    Format("text", ".txt", "terminal", _SCREEN),
    Format("markdown", ".md", "markdown", _SCREEN),
    Format("html", ".html", "html", (*_PAGE, *_SIGNED, "basis")),
    Format("xlsx", ".xlsx", "excel", _SHEETS, is_detailed=True, extra="office"),
    Format("docx", ".docx", "word", (*_PAPER, *_SIGNED), is_paper=True, extra="office"),
)
PAGES: Final = {known.name: known for known in FORMATS}


def suffixes() -> dict[str, str]:
    """Give the name of each format by the ending of its files."""
    return {known.suffix: known.name for known in FORMATS}
