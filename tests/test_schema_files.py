"""Every shipped file tells editors which schema explains it, and the schemas lie where they say."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from evalrules._edition.schema import Subject, json_schema

ROOT = Path(__file__).parent.parent
EDITIONS = sorted(ROOT.glob("catalogue/*/*.yaml"))
SUBMISSIONS = sorted(
    [*ROOT.glob("examples/*.yaml"), *ROOT.glob("examples/cases/*.yaml"), *ROOT.glob("catalogue/*/*.cases/*.yaml")]
)
NAMED = [(path, "edition") for path in EDITIONS] + [(path, "submission") for path in SUBMISSIONS]


@pytest.mark.parametrize(("path", "subject"), NAMED, ids=lambda part: part.stem if isinstance(part, Path) else part)
def test_the_file_names_its_schema(path: Path, subject: str) -> None:
    """The first line leads from the file to the schema of what it is."""
    found = re.match(r"# yaml-language-server: \$schema=(\S+)\n", path.read_text("utf-8"))
    assert found is not None
    assert (path.parent / found[1]).resolve() == ROOT / "catalogue" / f"{subject}.schema.json"


@pytest.mark.parametrize("subject", ["edition", "submission"])
def test_the_schema_is_the_one_that_the_command_writes(subject: Subject) -> None:
    """Write them anew with ``make docs``."""
    written = (ROOT / "catalogue" / f"{subject}.schema.json").read_text("utf-8")
    assert json.loads(written) == json_schema(subject)
