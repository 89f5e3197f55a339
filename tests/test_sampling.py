"""Forms drawn for a second look: the same for everybody, more of those with more points and graver findings."""

from __future__ import annotations

import json
from collections import Counter
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner

import evalrules
from evalrules._cli.commands import root
from test_batch import form, told

PLAIN = [form(f"单位{number}", claimed={"score": 100}) for number in range(30)]
GRAVE = form(
    "某局", [{"indicator": "工程", "actual": "≥19个", "claimed_score": 10}], claimed={"score": 100, "grade": "无"}
)


def names(drawn: tuple[evalrules.Drawn, ...]) -> list[str]:
    """Give whose the forms are, in the order in which they were drawn."""
    return [each.evaluation.organisation for each in drawn]


def test_the_same_forms_and_seed_are_the_same_draw_in_any_order() -> None:
    """Another seed draws others; the order of the forms has no say."""
    first = names(evalrules.sample(PLAIN, "20%", seed=2024))
    assert names(evalrules.sample(PLAIN[::-1], "20%", seed="2024")) == first
    assert names(evalrules.sample(PLAIN, "20%", seed=2025)) != first
    assert len(set(first)) == 6


def test_a_draw_is_the_beginning_of_a_larger_one_and_other_forms_change_nothing() -> None:
    """Without a form, the others follow one another as before."""
    whole = names(evalrules.sample(PLAIN, "100%", seed=1))
    assert names(evalrules.sample(PLAIN, "30%", seed=1)) == whole[:9]
    less = [each for each in PLAIN if each.organisation != whole[3]]
    assert names(evalrules.sample(less, "100%", seed=1)) == [*whole[:3], *whole[4:]]


@pytest.mark.parametrize(("share", "count"), [("10%", 3), ("1%", 1), ("11%", 4), (Fraction(1), 30), ("1/2", 15)])
def test_a_share_is_rounded_up_to_whole_forms(share: str | Fraction, count: int) -> None:
    """Whoever asks for a little is given at least one."""
    assert len(evalrules.sample(PLAIN, share, seed=1)) == count
    assert evalrules.sample([], share, seed=1) == ()


@pytest.mark.parametrize("share", ["0", "101%", "-5%", "很多", "1/0", "", Fraction(2)])
def test_a_share_that_is_none_is_refused(share: str | Fraction) -> None:
    """Nothing is drawn by a slip."""
    with pytest.raises(ValueError, match=r".*"):
        evalrules.sample(PLAIN, share, seed=1)


def test_tickets_are_counted_as_the_page_says() -> None:
    """One, ten for a total of ten tenths, five for each finding to correct, one for each to verify, across too."""
    (plain,) = evalrules.sample(PLAIN[:1], "100%", seed=1)
    assert (plain.tickets, plain.errors, plain.warnings) == (11, 0, 0)
    (grave,) = evalrules.sample([GRAVE], "100%", seed=1)
    assert grave.errors > 0
    assert grave.tickets == 11 + 5 * grave.errors + grave.warnings
    across = told(evalrules.audit_batch(PLAIN[:4]), "all-claim-full")
    assert [each.tickets for each in evalrules.sample(PLAIN[:4], "100%", seed=1, across=across)] == [12] * 4


def test_a_form_is_drawn_first_as_often_as_its_tickets_say() -> None:
    """Over a thousand seeds, within what chance allows: a form of some tickets among thirty of eleven each."""
    tickets = evalrules.sample([GRAVE], "100%", seed=1)[0].tickets
    firsts = Counter(names(evalrules.sample([*PLAIN, GRAVE], "1%", seed=seed))[0] for seed in range(1000))
    due = 1000 * tickets / (tickets + 11 * len(PLAIN))
    assert 0.6 * due < firsts["某局"] < 1.5 * due


def test_the_command_draws_and_says_how(tmp_path: Path) -> None:
    """The page tells seed, share and method; JSON has the digests; a share that is none is wrong use."""
    forms = ["examples/suining-2024.yaml", "examples/cases"]
    page = CliRunner().invoke(root, ["sample", *forms, "--share", "30%", "--seed", "2024"])
    assert page.exit_code == 0
    assert "种子：2024" in page.stdout
    assert "抽出：3 份，共 8 份" in page.stdout
    file = tmp_path / "drawn.json"
    done = CliRunner().invoke(root, ["sample", *forms, "--share", "30%", "--seed", "2024", "-o", str(file)])
    assert done.exit_code == 0
    written = json.loads(file.read_text("utf-8"))
    assert [len(written["forms"]), written["of"], written["seed"]] == [3, 8, "2024"]
    assert all(each["submission"].startswith("sha256:") for each in written["forms"])
    wrong = CliRunner().invoke(root, ["sample", *forms, "--share", "0", "--seed", "1"])
    assert (wrong.exit_code, "--share" in wrong.stderr) == (2, True)
