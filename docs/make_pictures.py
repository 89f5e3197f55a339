"""Make the pictures of the pages: forms and reports drawn by LibreOffice, a page each (``make pictures``).

They are made anew when the layout changes; LibreOffice (``soffice``) and poppler (``pdftoppm``) have to be installed.
"""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from click.testing import CliRunner

from evalrules._cli.commands import root

DOCS = Path(__file__).parent
EXAMPLE = DOCS.parent / "examples" / "suining-2024.docx"
EDITION = "suining-department@2024"
PICTURES = {
    "form": (("form", EDITION), ".xlsx", 2),
    "report": (("evaluate", str(EXAMPLE), "--catalogue", EDITION), ".docx", 2),
}
"""Of each picture the command whose result it shows, as which kind of file, and the page."""
DOTS = "56"


def draw(name: str, into: Path) -> None:
    """Draw one picture."""
    arguments, ending, page = PICTURES[name]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{name}{ending}"
        done = CliRunner().invoke(root, [*arguments, "-o", str(file)], catch_exceptions=False)
        assert done.exit_code == 0, done.stderr
        _run("soffice", "--headless", "--convert-to", "pdf", "--outdir", folder, str(file))
        _run("pdftoppm", "-png", "-r", DOTS, "-f", str(page), "-singlefile", str(file.with_suffix(".pdf")),
             str(into / name))  # fmt: skip


def _run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


if __name__ == "__main__":
    pictures = DOCS / "pictures"
    pictures.mkdir(exist_ok=True)
    for each in PICTURES:
        draw(each, pictures)
