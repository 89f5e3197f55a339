"""What is told as proved is attacked: of tricky editions here, of all others where a test proves them (`conftest`)."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from attack import Attack, on_bench
from editions import edition
from evalrules._engine import load_catalogue
from evalrules._laws.law import Verdict
from evalrules._laws.subjects import bench_of
from evalrules._plugins import NONE
from evalrules.prove import prove

TRICKY = yaml.safe_load((Path(__file__).parent / "tricky.yaml").read_text("utf-8"))
SECONDS = 0.5


@pytest.mark.parametrize("title", TRICKY)
def test_no_form_breaks_what_is_proved_and_some_form_breaks_what_is_refuted(title: str, tmp_path: Path) -> None:
    """Told that every law of the edition is proved, whole forms break those, and only those, that are not."""
    catalogue = edition(tmp_path, TRICKY[title]["body"], points=TRICKY[title].get("points", 10))
    proofs = prove(catalogue, seconds=SECONDS)
    attack = Attack(catalogue, {(proof.title, proof.law) for proof in proofs})
    found = {(rule, law) for rule, law, _ in attack.pressed()}
    refuted = {(proof.title, proof.law) for proof in proofs if proof.outcome == "refuted"}
    assert refuted <= found
    assert {outcome_of(proofs, *each) for each in found - refuted} <= {"undecided"}


def outcome_of(proofs: tuple[Verdict, ...], rule: str, law: str) -> str:
    """Give what became of a law."""
    return next(proof.outcome for proof in proofs if (proof.title, proof.law) == (rule, law))


DOUBLE = """
methods:
  加倍:
    award: [{when: 完成值 ≥ 指标值, points: 分值 × 2, because: 加倍}, {points: 分值, because: 照给}]
    waive: {bounded: 试行}
sections: {一项: {points: 10, target: ≥ 10, scoring: 加倍}}
"""


def test_methods_are_attacked_on_a_form_of_their_own(tmp_path: Path) -> None:
    """A method that gives more than the points is found out, be it told of a proof that it gives no more."""
    catalogue = edition(tmp_path, DOUBLE)
    told = {("方法 加倍", "bounded"), ("方法 加倍", "decided")}
    bench = on_bench(bench_of(catalogue, catalogue.functions).ruleset)
    assert [each[:2] for each in Attack(bench, told).pressed()] == [("方法 加倍", "bounded")]


def test_grades_and_caps_are_attacked(tmp_path: Path) -> None:
    """A lower grade for a higher total, and a cap that cannot hold, are found out."""
    body = """
    data: {扣减: {min: 0, max: 5}}
    sections: {一项: {points: 10, target: ≥ 10, ranges: {完成值: {min: 0}}, scoring: 比例得分}}
    grade_caps: [{when: 扣减 × 扣减 < 0, at_most: 差, because: 无}]
    waive: {graded: 试行, reachable: 试行}
    """
    file = Path(str(edition(tmp_path, body).location.file))  # type: ignore[union-attr]
    file.write_text(file.read_text("utf-8").replace("优: 总分 ≥ 8", "优: 总分 < 5"), "utf-8")
    catalogue = load_catalogue(file, plugins=NONE)
    told = {(catalogue.title, law) for law in ("graded", "reachable")}
    assert {law for _, law, _ in Attack(catalogue, told).pressed()} == {"graded", "reachable"}
