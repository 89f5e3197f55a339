"""Every fault planted into a shipped edition is found by what should find it, and the page of the docs says so."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import planted
from evalrules._engine import load_catalogue
from evalrules._score.ruleset import Ruleset
from evalrules._score.score import score_form
from evalrules._submission import Submission
from evalrules.testing import submissions
from planted import Fault

PAGE = planted.PAGE.read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("edition", planted.EDITIONS)
def test_faults_of_an_edition_are_found(edition: str) -> None:
    """Whatever laws break is proved broken; what is not caught is proved to break none, and diff shows what it does."""
    assert planted.table(edition, hold(planted.faults(edition))) in PAGE, "python tests/planted.py writes the page"


def test_some_faults_of_one_edition_are_found() -> None:
    """Two faults of one edition are found by what the page says; all of them are tried where there is time."""
    name = "hubei-project@2020"
    rows = hold(islice(planted.faults(name), 2))
    lines = planted.table(name, rows).split("\n")
    assert len(rows) == 2
    assert set(lines) <= set(PAGE.split("\n"))


def hold(faults: Iterable[Fault]) -> list[tuple[Fault, planted.Finding]]:
    """Hold what finds each fault to the proofs, and give it."""
    rows = [(fault, planted.found(fault)) for fault in faults]
    for fault, found in rows:
        if found.difference is None:  # the checker refuses it
            assert found.check, fault
            continue
        assert not found.undecided, fault
        assert set(found.laws) <= set(found.proofs), fault
        if not planted.has_witness(found.difference):
            assert all(rule.comparison.proved for rule in found.difference.rules), fault
    return rows


def test_the_page_counts_what_its_tables_say() -> None:
    """At least forty faults are planted, and the summary is that of the tables below it."""
    tables = PAGE[PAGE.index("\n## ") :]
    assert f"{planted.HEAD}{planted.summary(tables)}{tables}" == PAGE
    assert tables.count(" → ") >= 40
    assert set(planted.KINDS) <= {line.split(" | ")[0].removeprefix("| ") for line in tables.split("\n")}


def outcome(ruleset: Ruleset, submission: Submission) -> object:
    """Give what a submission comes to."""
    form = score_form(ruleset, submission)
    return list(form.scores), form.total.score, form.grade, sorted(problem.code for problem in form.defects)


def alike() -> list[Fault]:
    """Give the faults that the page says to change no score, less those of methods alone, which score no form."""
    found: list[Fault] = []
    for edition in planted.EDITIONS:
        _, head, below = PAGE.partition(f"\n## {edition}\n")
        rows = below.partition("\n## ")[0].split("\n") if head else []
        kinds = {row.split(" | ")[0].removeprefix("| ") for row in rows if row.endswith(("计分相同 |", "计分不变 |"))}
        found += [fault for fault in planted.faults(edition) if fault.kind in kinds]
    return [fault for fault in found if planted.ruleset(fault.edition).rows]


@pytest.mark.slow
@settings(max_examples=30)
@given(st.data(), st.sampled_from(alike()))
def test_what_diff_shows_no_input_for_scores_alike(data: st.DataObject, fault: Fault) -> None:
    """Submissions of all kinds come to the same by an edition with a fault for which diff has no witness."""
    submission = data.draw(submissions(load_catalogue(fault.edition)))
    assert outcome(planted.compiled(fault), submission) == outcome(planted.ruleset(fault.edition), submission)
