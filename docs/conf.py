"""The site made from the pages as they stand (``make site``): Sphinx with MyST; a dead link or heading is an error."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "evalrules"
language = "zh_CN"
extensions = ["myst_parser"]
include_patterns = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "docs/*.md", "docs/en/*.md", "plugins/*/README.md"]
root_doc = "docs/index"
templates_path = ["site_templates"]  # the footer of the theme names its own address
html_theme = "furo"
html_title = "evalrules 绩效自评计分"
html_copy_source = False
html_show_sphinx = False
myst_heading_anchors = 4
# Examples that are wrong on purpose, and consoles with our own command, are no text of a known language.
suppress_warnings = ["misc.highlighting_failure"]

_CONTENTS = {
    "写评分标准": (
        "catalogue",
        "formulas",
        "shapes",
        "workbench",
        "editors",
        "audit",
        "policy-testing",
        "proofs",
        "planted-faults",
    ),
    "评价": ("filling-in", "forms", "review-year", "review", "many-forms", "results"),
    "查阅": ("keys", "problems", "limits"),
    "部门": (
        "plugins",
        "/plugins/evalrules-suining-government-office/README",
        "/plugins/evalrules-finance-statistics/README",
        "/plugins/evalrules-ledger/README",
    ),
    "English": ("en/embedding", "en/tables", "en/results", "en/errors", "en/plugins", "benchmarks", "en/architecture"),
    "项目": ("/README", "/CHANGELOG", "/CONTRIBUTING"),
}
"""The parts of the side bar; every page stands in one of them, else the build fails."""


def _as_myst(_: Sphinx, name: str, source: list[str]) -> None:
    """Say in MyST's words what pages say in those of any Markdown: anchors, and on the first page the side bar."""
    source[0] = re.sub(r'<a id="([^"]+)"></a>', r"(\1)=", source[0])
    if name == root_doc:
        parts = (f":caption: {part}\n\n" + "\n".join(pages) for part, pages in _CONTENTS.items())
        source[0] += "".join(f"\n\n```{{toctree}}\n:hidden:\n{part}\n```" for part in parts)


def setup(app: Sphinx) -> None:
    """Register with Sphinx."""
    app.connect("source-read", _as_myst)
