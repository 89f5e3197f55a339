"""An edition that starts from another: added, replaced by name, left out; the whole is an edition like any other."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from attrs import evolve

import evalrules
from evalrules._compare.diff import difference
from evalrules._edition.find import Library
from evalrules._edition.read import read_edition
from evalrules._problems import CatalogueError

EXAMPLES = Path(__file__).parent.parent / "examples" / "editions"
BASE: dict[str, Any] = {
    "evalrules": 1,
    "id": "base",
    "edition": "1",
    "title": "省级表",
    "fiscal_years": [2024],
    "reference": ["省里的办法"],
    "data": {"编制数": {"unit": "人", "above": 0}, "在职人数": {"unit": "人", "min": 0}},
    "methods": {"比例": {"ranges": {"完成值": {"min": 0}}, "award": [{"when": "完成值 ≥ 1", "points": "分值"}, *()]}},
    "sections": {
        "产出": {
            "points": 60,
            "also": ["产出指标"],
            "indicators": {
                "控制率": {
                    "points": 60,
                    "value": "在职人数 ÷ 编制数",
                    "scoring": {"deduct": [{"when": "完成值 > 100%", "points": 30, "because": "超编"}]},
                }
            },
        },
        "效益": {"points": 40, "open": True},
    },
    "defaults": {"scoring": {"text": {"judged": {"好": "60% – 100%", "差": "0% – 60%"}}}},
    "grades": {"合格": "总分 ≥ 60", "不合格": "otherwise"},
    "checks": {"不超编": {"expect": "在职人数 ≤ 编制数", "because": "超编"}},
}
BASE["methods"]["比例"]["award"].append({"points": "分值 × 完成值", "because": "只有 {完成值}"})
OWN = {"evalrules": 1, "id": "own", "edition": "1", "title": "县级表", "extends": "base@1"}


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """Give a library that holds the base."""
    return put(tmp_path, BASE)


def put(folder: Path, document: dict[str, Any]) -> Path:
    """Write an edition into a library."""
    home = folder / document["id"]
    home.mkdir(exist_ok=True)
    text = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
    (home / f"{document['edition']}.yaml").write_text(text, "utf-8")
    return folder


def load(library: Path, **own: Any) -> evalrules.Catalogue:
    """Load an edition that extends the base."""
    return evalrules.load_catalogue({**OWN, **own}, path=[library])


def test_what_is_not_said_is_that_of_the_base(library: Path) -> None:
    """Only the head is its own; the meaning is that of the same edition written out."""
    own = load(library)
    plain = evalrules.load_catalogue({**BASE, "id": "own", "title": "县级表", "fiscal_years": []})
    assert own.digest == plain.digest
    assert (own.extends, own.changed, own.fiscal_years) == ("base@1", (), ())


def test_a_thing_of_the_same_name_is_replaced_and_others_are_added(library: Path) -> None:
    """Figures and checks as a whole, sections key by key, indicators as a whole, lists behind one another."""
    indicator = {**BASE["sections"]["产出"]["indicators"]["控制率"], "points": 50}
    own = load(
        library,
        data={"编制数": {"unit": "人", "above": 1}, "楼堂馆所": {"type": "yes_no"}},
        sections={"产出": {"points": 50, "indicators": {"控制率": indicator}}, "管理": {"points": 10, "open": True}},
        checks={"新的": {"expect": "在职人数 ≥ 0", "because": "负数"}},
        reference=["县里的办法"],
        grades={"优": "总分 ≥ 90", "其余": "otherwise"},
    )
    assert [("/".join(part.path), part.points) for part in own.sections] == [
        ("产出", Fraction(50)),
        ("效益", Fraction(40)),
        ("管理", Fraction(10)),
    ]
    assert own.sections[0].also == ("产出指标",)
    assert own.data["编制数"] != evalrules.load_catalogue("base@1", path=[library]).data["编制数"]
    assert list(own.data) == ["编制数", "在职人数", "楼堂馆所"]
    assert own.reference == ("省里的办法", "县里的办法")
    assert [grade.title for grade in own.grades] == ["优", "其余"]
    assert [check.name for check in own.checks] == ["不超编", "新的"]
    assert set(own.changed) == {
        *(("replaced", name) for name in ("data/编制数", "产出", "产出/控制率", "grades")),
        *(("added", name) for name in ("data/楼堂馆所", "管理", "checks/新的", "reference")),
    }


@pytest.mark.parametrize("base", ["省里的办法", ["省里的办法"]])
@pytest.mark.parametrize("own", ["县里的办法", ["县里的办法"], ["省里的办法", "县里的办法"]])
def test_a_text_by_itself_is_a_list_of_one(tmp_path: Path, base: Any, own: Any) -> None:
    """What a county rests on does not take the place of what the province rests on."""
    library = put(tmp_path, {**BASE, "reference": base})
    assert load(library, reference=own).reference == ("省里的办法", "县里的办法")


def test_what_is_left_out_is_gone(library: Path) -> None:
    """By its key and name, or by its path; a section then may be said anew as an indicator."""
    own = load(
        library,
        without=["checks/不超编", "产出/控制率"],
        sections={"产出": {"open": True}, "效益": {"points": 40, "value": "在职人数 ÷ 编制数", "scoring": "比例"}},
    )
    assert own.checks == ()
    assert [each.path for each in own.indicators] == [("效益",)]
    assert own.changed[:2] == (("left-out", "checks/不超编"), ("left-out", "产出/控制率"))


def test_an_edition_may_extend_one_that_extends_another(library: Path) -> None:
    """A department's from the county's from the province's, and the difference is told as of any two."""
    put(library, {**OWN, "tolerance": 0.5})
    last = evalrules.load_catalogue({**OWN, "id": "last", "extends": "own@1", "points": 100}, path=[library])
    assert (last.tolerance, last.extends) == (Fraction(1, 2), "own@1")
    base = evalrules.load_catalogue("base@1", path=[library])
    assert difference(base.ruleset, load(library, tolerance=0.5).ruleset).changes != ()


def test_problems_have_the_place_of_the_file_where_the_thing_is_written(library: Path) -> None:
    """What a rule of the base misses is told in the base, a slip of the own file there."""
    own = put(library, {**OWN, "without": ["data/编制数", "data/没有"]}) / "own" / "1.yaml"
    _, problems = read_edition(own, library=Library((library,)))
    assert [(found.code, Path(found.location.file).parent.name) for found in problems if found.location] == [
        ("without-nothing", "own")
    ]
    put(library, {**OWN, "without": ["data/编制数"]})
    with pytest.raises(CatalogueError) as refused:
        evalrules.load_catalogue(own)
    assert {Path(found.location.file).parent.name for found in refused.value.problems if found.location} == {"base"}


@pytest.mark.parametrize(("named", "code"), [("own@1", "uses-circle"), ("none@1", "edition-missing")])
def test_a_base_that_is_none_is_told_at_its_name(library: Path, named: str, code: str) -> None:
    """Nothing else is told: all the rest would follow from it."""
    put(library, {**OWN, "extends": named})
    with pytest.raises(CatalogueError) as refused:
        evalrules.load_catalogue(library / "own" / "1.yaml")
    places = [(found.code, found.location.line if found.location else 0) for found in refused.value.problems]
    assert places == [(code, 5)]


def test_editions_that_extend_each_other_are_a_circle(library: Path) -> None:
    """However far round."""
    put(library, {**OWN, "extends": "other@1"})
    put(library, {**OWN, "id": "other", "extends": "own@1"})
    with pytest.raises(CatalogueError) as refused:
        evalrules.load_catalogue("own@1", path=[library])
    assert [found.code for found in refused.value.problems] == ["uses-circle"]


def test_explain_tells_what_differs() -> None:
    """The head of the whole edition names the base, what was added, replaced and left out."""
    county = evalrules.load_catalogue("county-project@2024", path=[EXAMPLES])
    facts = {fact.name: fact.text for fact in evalrules.explain(county).facts}
    assert facts["以此为基础"] == "mof-project@2020"
    assert "data/资金来源" in facts["不用"]
    assert "管理指标" in facts["增加"]


def test_the_examples_score_a_form() -> None:
    """The department's edition holds what the county asks for, and its own stricter target."""
    office = evalrules.load_catalogue("county-office@2024", path=[EXAMPLES])
    row = {"indicator": "群众来信办结率", "actual": "96%"}
    document = {"organisation": "某县水利局", "fiscal_year": 2024, "entries": [row]}
    evaluation = evalrules.evaluate(office, evalrules.load_submission({"catalogue": office.name, **document}))
    (result,) = [each for each in evaluation.indicators if each.name == "群众来信办结率"]
    assert (result.target, str(result.score)) == ("≥98%", "4.90")
    assert evolve(office, extends="").digest == office.digest
