"""The site of the documentation, made from the pages as they stand."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


class _Page(HTMLParser):
    """What a page fetches or links to, and its headings."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.headings: list[str] = []
        self.inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value for name, value in attrs if name in ("href", "src", "action") and value]
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append("")
            self.inside = True

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and not re.fullmatch(r"h[1-6]", tag)

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.headings[-1] += data


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site; a link that leads nowhere, or a page that no part of the side bar has, fails it."""
    out = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-q", "-n", "-W", "--keep-going", "-c", "docs", ".", str(out)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    return out


def _read(page: Path) -> _Page:
    found = _Page()
    found.feed(page.read_text("utf-8"))
    return found


@pytest.mark.slow
def test_no_page_needs_an_outside_address(site: Path) -> None:
    """The site is read in offices without a network: nothing is fetched or linked from elsewhere."""
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 20
    outside = {address for page in pages for address in _read(page).addresses if re.match(r"(https?:)?//", address)}
    assert outside == set()


@pytest.mark.slow
def test_no_heading_is_swallowed(site: Path) -> None:
    """Every heading of every page of the documentation is one of the site, whatever stands before it."""
    for source in sorted((ROOT / "docs").rglob("*.md")):
        text = re.sub(r"^(```+|~~~+).*?^\1\s*$", "", source.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
        written = re.findall(r"^#{1,6} (.+)$", text, re.MULTILINE)
        shown = [
            re.sub(r"\W", "", heading)
            for heading in _read(site / source.relative_to(ROOT).with_suffix(".html")).headings
        ]
        missing = [
            heading
            for heading in written
            if re.sub(r"\W", "", re.sub(r"[`*\[\]]|\([^)]*\.md[^)]*\)", "", heading)) not in shown
        ]
        assert missing == [], source
