"""Finding editions, what they mean in one line, releases, and what a department adds."""

from __future__ import annotations

import hashlib
import random
import re
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from evalrules._cases import case_files
from evalrules._documents import Problems
from evalrules._edition.contributions import merge, read_contribution
from evalrules._edition.digest import digest
from evalrules._edition.find import Library, shipped_folder
from evalrules._edition.model import Catalogue, Indicator, MethodCall, TargetKind
from evalrules._edition.read import read_edition
from evalrules._edition.release import RELEASES, check_release, record, recorded
from evalrules._engine import load_catalogue
from evalrules._formula.tree import names

SUINING = shipped_folder() / "suining-department" / "2024.yaml"


def lay_down(folder: Path, name: str, text: str = "") -> Path:
    """Write ``<id>/<edition>.yaml`` with this text after its head."""
    identifier, _, edition = name.partition("@")
    path = folder / identifier / f"{edition}.yaml"
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text(f'evalrules: 1\nid: {identifier}\nedition: "{edition}"\ntitle: 甲\n{text}', "utf-8")
    return path


def read(source: Any, folder: Path | None = None, **options: Any) -> Catalogue:
    """Read an edition that has no problems."""
    catalogue, problems = read_edition(source, library=Library((folder,)) if folder else None, **options)
    assert problems == ()
    assert catalogue is not None
    return catalogue


def codes(source: Any, folder: Path, **options: Any) -> list[str]:
    """Give the codes of the problems of reading."""
    return [found.code for found in read_edition(source, library=Library((folder,)), **options)[1]]


# ---- finding -------------------------------------------------------------------------------------------------------


def test_an_edition_is_found_by_name_path_and_year() -> None:
    """All three ways lead to the same edition."""
    by_name = read("suining-department@2024")
    assert by_name == read(SUINING) == read("suining-department", fiscal_year=2024)


def test_an_id_with_one_edition_needs_no_more(tmp_path: Path) -> None:
    """There is nothing to choose."""
    lay_down(tmp_path, "a@1")
    assert read("a", tmp_path).name == "a@1"


def test_several_editions_of_an_id_are_not_guessed_between(tmp_path: Path) -> None:
    """Without an edition or a year the candidates are named."""
    lay_down(tmp_path, "a@1")
    lay_down(tmp_path, "a@2")
    (found,) = read_edition("a", library=Library((tmp_path,)))[1]
    assert found.code == "edition-ambiguous"
    assert "a@1、a@2" in found.message


def test_a_year_chooses_the_edition_that_supersedes(tmp_path: Path) -> None:
    """Of two editions for a year the one that replaces the other governs."""
    lay_down(tmp_path, "a@1", "fiscal_years: [2023, 2024]\n")
    lay_down(tmp_path, "a@2", "fiscal_years: [2024]\nsupersedes: '1'\n")
    assert read("a", tmp_path, fiscal_year=2023).edition == "1"
    assert read("a", tmp_path, fiscal_year=2024).edition == "2"
    assert codes("a", tmp_path, fiscal_year=2025) == ["edition-no-year"]


def test_two_editions_for_a_year_are_ambiguous(tmp_path: Path) -> None:
    """Neither supersedes the other."""
    lay_down(tmp_path, "a@1", "fiscal_years: [2024]\n")
    lay_down(tmp_path, "a@2", "fiscal_years: [2024]\n")
    assert codes("a", tmp_path, fiscal_year=2024) == ["edition-ambiguous"]


def test_one_name_in_two_folders_is_ambiguous_unless_it_is_the_same_text(tmp_path: Path) -> None:
    """A copy is harmless; another text under the same name is not."""
    first, second = tmp_path / "first", tmp_path / "second"
    lay_down(first, "a@1")
    lay_down(second, "a@1")
    library = Library((first, second))
    assert read_edition("a@1", library=library)[1] == ()
    lay_down(second, "a@1", "issuer: 乙\n")
    assert [found.code for found in read_edition("a@1", library=library)[1]] == ["edition-ambiguous"]


def test_what_is_not_there_is_told_with_the_places_searched(tmp_path: Path) -> None:
    """A near miss has a suggestion."""
    lay_down(tmp_path, "suining@2024")
    (found,) = read_edition("suinin@2024", library=Library((tmp_path,)))[1]
    assert (found.code, found.hint) == ("edition-missing", "是否应为 `suining@2024`")
    assert tmp_path.name in found.message


@pytest.mark.parametrize("name", ["Suining@2024", "a@", "@1", "a@1@2", "甲@1", "a b@1", "", "a@../b"])
def test_a_malformed_name_finds_nothing(name: str, tmp_path: Path) -> None:
    """A name never leads out of the folders of editions."""
    (code,) = codes(name, tmp_path)
    assert code in ("edition-name", "file-missing", "file-is-folder")


def test_a_file_in_the_wrong_place_is_told(tmp_path: Path) -> None:
    """Found by a name that it does not have."""
    lay_down(tmp_path, "a@1").rename(tmp_path / "a" / "2.yaml")
    assert codes("a@2", tmp_path) == ["edition-misfiled"]


def test_the_search_path_is_given_then_environment_then_plugins_then_shipped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The order in which folders are searched."""
    monkeypatch.setenv("EVALRULES_PATH", f"{tmp_path / 'b'}:{tmp_path / 'c'}")
    library = Library.standard([tmp_path / "a"], [tmp_path / "d"])
    assert library.folders == (*(tmp_path / name for name in "abcd"), shipped_folder())


def test_an_edition_in_a_file_uses_those_beside_it(tmp_path: Path) -> None:
    """A bureau's folder needs no setting for its editions to find each other."""
    lay_down(tmp_path, "methods@1", "methods: {甲法: {deduct: [{points: 1, because: 扣一分}]}}\n")
    path = lay_down(tmp_path, "a@1", "uses: [methods@1]\n")
    catalogue = read(path)
    assert catalogue.uses == ("methods@1",)
    assert catalogue.methods["甲法"].edition == "methods@1"


def test_cases_lie_beside_their_edition() -> None:
    """Whole-form cases of an edition, by name."""
    catalogue = load_catalogue("suining-department@2024")
    assert "clean.yaml" in [path.name for path in case_files(catalogue)]


# ---- uses ----------------------------------------------------------------------------------------------------------

METHOD = "methods: {甲法: {deduct: [{points: 1, because: 扣一分}]}}\n"


def test_no_method_is_shadowed_silently(tmp_path: Path) -> None:
    """An own title, or one of two used editions, that stands twice is a problem."""
    lay_down(tmp_path, "m@1", METHOD)
    lay_down(tmp_path, "n@1", METHOD)
    assert codes(lay_down(tmp_path, "a@1", METHOD + "uses: [m@1]\n"), tmp_path) == ["method-twice"]
    assert codes(lay_down(tmp_path, "b@1", "uses: [m@1, n@1]\n"), tmp_path) == ["method-twice"]


def test_a_used_edition_lends_its_own_methods_only(tmp_path: Path) -> None:
    """What it borrows itself is not passed on."""
    lay_down(tmp_path, "m@1", METHOD)
    lay_down(tmp_path, "n@1", "uses: [m@1]\n")
    assert dict(read(lay_down(tmp_path, "a@1", "uses: [n@1]\n"), tmp_path).methods) == {}


def test_editions_that_use_each_other_are_refused(tmp_path: Path) -> None:
    """The circle is shown."""
    lay_down(tmp_path, "a@1", "uses: [b@1]\n")
    lay_down(tmp_path, "b@1", "uses: [a@1]\n")
    (found,) = read_edition("a@1", library=Library((tmp_path,)))[1]
    assert (found.code, "a@1 → b@1 → a@1" in found.message) == ("uses-circle", True)


def test_problems_of_a_used_edition_are_told_with_their_file(tmp_path: Path) -> None:
    """They stand beside one's own."""
    lay_down(tmp_path, "m@1", "isuer: 乙\n")
    (found,) = read_edition(lay_down(tmp_path, "a@1", "uses: [m@1]\n"))[1]
    assert found.location is not None
    assert found.location.file.endswith("1.yaml")
    assert "m" in Path(found.location.file).parts


# ---- digest --------------------------------------------------------------------------------------------------------


def loaded(text: str) -> Any:
    """Load YAML with every scalar as the text that was written."""
    return yaml.load(text, Loader=yaml.CBaseLoader)  # it makes nothing but texts, lists and mappings


def changed(text: str, before: str, after: str) -> str:
    """Give the digest of the Suining edition with one passage changed."""
    assert before in text
    catalogue, problems = read_edition(loaded(text.replace(before, after, 1)))
    assert catalogue is not None, problems
    return catalogue.digest


TEXT = SUINING.read_text("utf-8")
ORIGINAL = read(SUINING).digest


def test_comments_and_layout_do_not_count() -> None:
    """A mapping without comments, and the file with them, mean the same."""
    assert changed(TEXT, "#", "# 另注 #") == ORIGINAL
    assert changed(TEXT, "总分 ≥ 80", "总分  >=  80.0") == ORIGINAL


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("places: 1", "places: 2"),
        ("总分 > 90", "总分 ≥ 90"),
        ("also: [优]", "also: [甲]"),
        ("target: 100%", "target: 99%"),
        ("附件1-1 控制率", "附件1-2 控制率"),
        ("share: 90%", "share: 91%"),
        ('"≤": 反向线性', '"≤": 反向比例'),
        ("三项之和", "各项之和"),
    ],
)
def test_every_change_of_meaning_counts(before: str, after: str) -> None:
    """Numbers, conditions, words and methods are meaning."""
    assert changed(TEXT, before, after) != ORIGINAL


def test_worked_cases_do_not_count() -> None:
    """Another example changes nothing that is scored."""
    assert (
        changed(TEXT, "- {全年执行数: 0, 全年预算数: 1538, score: 0}", "- {全年执行数: 1, 全年预算数: 2, score: 5}")
        == ORIGINAL
    )


def test_a_used_method_counts_where_it_is_called(tmp_path: Path) -> None:
    """A method that nobody calls may come and go."""
    call = "uses: [m@1]\nsections: {甲: {points: 5, scoring: 甲法}}\n"
    path = lay_down(tmp_path, "a@1", call)
    lay_down(tmp_path, "m@1", METHOD)
    first = read(path).digest
    lay_down(tmp_path, "m@1", METHOD.replace("}]}}", "}]}, 乙法: {deduct: [{points: 2, because: 扣两分}]}}"))
    second = read(path).digest
    lay_down(tmp_path, "m@1", METHOD.replace("points: 1", "points: 2"))
    assert first == second != read(path).digest


@settings(max_examples=12)
@given(st.randoms(use_true_random=False))
def test_the_order_of_keys_without_order_does_not_count(chance: random.Random) -> None:
    """Figures, methods, defaults and the keys of each object may stand in any order."""
    ordered_keys = ("sections", "indicators", "grades", "let", "checklist", "judged")

    def shuffled(value: Any, *, ordered: bool = False) -> Any:
        if isinstance(value, list):
            return [shuffled(item) for item in value]
        if not isinstance(value, dict):
            return value
        pairs = [(key, shuffled(inner, ordered=key in ordered_keys)) for key, inner in value.items()]
        return dict(pairs if ordered else chance.sample(pairs, len(pairs)))

    document = shuffled(loaded(TEXT))
    assert read(document).digest == ORIGINAL


def test_the_digest_is_fixed() -> None:
    """The same on every machine and Python: this one was worked out by hand from the canonical text."""
    catalogue, _ = read_edition({"evalrules": 1, "id": "a", "edition": "1", "title": "A"})
    text = b'{"edition":{"":"Catalogue","edition":"1","id":"a","title":"A"},"methods":{}}'
    assert catalogue is not None
    assert catalogue.digest == f"sha256:{hashlib.sha256(text).hexdigest()}"


# ---- releases ------------------------------------------------------------------------------------------------------


def test_a_release_is_recorded_once_and_held(tmp_path: Path) -> None:
    """A released edition may change its comments, not its meaning."""
    path = lay_down(tmp_path, "b@1", "points: 100\n")
    assert record(read(path), tmp_path) == ()
    assert record(read(lay_down(tmp_path, "a@1")), tmp_path) == ()
    releases = recorded(tmp_path, Problems())
    assert list(releases) == ["a@1", "b@1"]
    lay_down(tmp_path, "b@1", "points: 100   # 满分\n")
    assert check_release(read(path), releases) == ()
    lay_down(tmp_path, "b@1", "points: 90\n")
    assert [found.code for found in check_release(read(path), releases)] == ["edition-changed"]
    assert [found.code for found in record(read(path), tmp_path)] == ["edition-changed"]
    assert recorded(tmp_path, Problems()) == releases


def test_a_digest_that_is_none_is_told(tmp_path: Path) -> None:
    """A record that was edited by hand does not pass for one."""
    (tmp_path / RELEASES).write_text("a@1: 123\n", "utf-8")
    problems = Problems()
    assert recorded(tmp_path, problems) == {}
    assert [found.code for found in problems] == ["release-digest"]


# ---- contributions -------------------------------------------------------------------------------------------------

BUREAU = """
data: {全年预算数: {unit: 万元}}
defaults: {bare_target: "≥", sections: {成本指标: {bare_target: "≤"}}}
sections:
  预算执行率: {points: 10}
  产出指标:
    points: 90
    sections:
      数量指标: {open: true}
      成本指标: {open: true}
      时效指标: {points: 5, indicators: {甲: {points: 5}}}
"""
DEPARTMENT: dict[str, Any] = {
    "evalrules": 1,
    "contributes_to": "a@1",
    "department": "县政府办",
    "data": {"编印期数": {"unit": "期"}},
    "methods": {
        "按期计": {"parameters": {"编印期数": {}}, "deduct": [{"points": "编印期数", "because": "{编印期数}"}]}
    },
    "indicators": {
        "产出指标/数量指标": {
            "绥宁政报编撰": {
                "points": 1,
                "value": "编印期数",
                "target": "6期",
                "scoring": {"method": "按期计", "编印期数": "编印期数"},
                "cases": [{"编印期数": "6期", "score": 1}],
            }
        },
        "产出指标/成本指标": {"印刷费": {"points": 1, "target": "5万元", "scoring": "比例得分"}},
    },
}


def bureau() -> Catalogue:
    """Give the edition that the department adds to."""
    return read({"evalrules": 1, "id": "a", "edition": "1", "title": "甲", **yaml.safe_load(BUREAU)})


def merged(change: Callable[[dict[str, Any]], object] = lambda _: None) -> tuple[Catalogue | None, list[str]]:
    """Merge the department's contribution after a change."""
    document = yaml.safe_load(yaml.safe_dump(DEPARTMENT))
    change(document)
    contribution, problems = read_contribution(document, origin="plugin-gov")
    assert contribution is not None, problems
    catalogue, misfits = merge(bureau(), contribution)
    return catalogue, [found.code for found in misfits]


def test_a_contribution_fills_open_sections() -> None:
    """Its indicators stand behind the bureau's, with the plug-in as their origin and nothing else changed."""
    catalogue, problems = merged()
    assert problems == []
    assert catalogue is not None
    added = [part for part in catalogue.indicators if part.origin == "plugin-gov"]
    assert [part.path for part in added] == [
        ("产出指标", "数量指标", "绥宁政报编撰"),
        ("产出指标", "成本指标", "印刷费"),
    ]
    assert [part for part in catalogue.indicators if part.origin == "catalogue"] == list(bureau().indicators)
    assert (catalogue.name, catalogue.digest) == (bureau().name, bureau().digest)


def test_a_bare_target_of_a_contribution_is_the_bureaus_to_read() -> None:
    """The section's default comparator counts, as for a row of a submission."""
    catalogue, _ = merged()
    assert catalogue is not None
    kinds = {part.title: part.target.kind for part in catalogue.indicators if part.target}
    assert kinds == {"绥宁政报编撰": "≥", "印刷费": "≤"}


def test_words_of_the_name_come_first_in_a_contribution_too() -> None:
    """A department's own indicator is an open row, whoever brings it; a bare 0 asks for nothing anywhere."""
    document = yaml.safe_load(yaml.safe_dump(DEPARTMENT))
    document["indicators"]["产出指标/成本指标"] = {
        "补助标准": {"points": 1, "target": "5万元", "scoring": "比例得分"},
        "拖欠": {"points": 1, "target": "0元", "scoring": "比例得分"},
    }
    contribution, _ = read_contribution(document, origin="plugin-gov")
    assert contribution is not None
    words: tuple[tuple[TargetKind, tuple[str, ...]], ...] = (("≤", ("编撰",)), ("≥", ("补助标准",)))
    catalogue, _ = merge(evolve(bureau(), defaults=evolve(bureau().defaults, bare_target_words=words)), contribution)
    assert catalogue is not None
    kinds = {part.title: part.target.kind for part in catalogue.indicators if part.target}
    assert kinds == {"绥宁政报编撰": "≤", "补助标准": "≥", "拖欠": "≤"}


def test_names_of_a_contribution_stand_under_the_department() -> None:
    """Figures and methods cannot meet the bureau's; parameters and methods of the bureau keep their names."""
    catalogue, _ = merged()
    assert catalogue is not None
    own = next(part for part in catalogue.indicators if part.title == "绥宁政报编撰")
    assert "县政府办_编印期数" in catalogue.data
    assert own.value is not None
    assert names(own.value.tree) == ("县政府办_编印期数",)
    assert own.cases[0].inputs[0][0] == "县政府办_编印期数"
    assert isinstance(own.scoring, MethodCall)
    assert own.scoring.method == "县政府办/按期计"
    method = catalogue.methods["县政府办/按期计"]
    assert names(method.scoring.items[0].points.tree) == ("编印期数",)  # type: ignore[union-attr]
    other = next(part for part in catalogue.indicators if part.title == "印刷费")
    assert isinstance(other.scoring, MethodCall)
    assert other.scoring.method == "比例得分"


def _into(section: str) -> Callable[[dict[str, Any]], object]:
    return lambda document: document["indicators"].update({section: {"乙": {"points": 1}}})


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_into("产出指标/质量指标"), "contribution-section"),
        (_into("产出指标/时效指标"), "contribution-closed"),
        (_into("预算执行率"), "contribution-section"),
        (lambda document: document.update(contributes_to="a@2"), "contribution-edition"),
        (lambda document: document["data"].update(全年预算数={"unit": "万元"}), "contribution-repeats"),
    ],
)
def test_a_contribution_changes_nothing_that_the_bureau_wrote(
    change: Callable[[dict[str, Any]], object], code: str
) -> None:
    """Closed and unknown sections, other editions and taken names are refused."""
    assert merged(change) == (None, [code])


def test_a_contribution_cannot_add_a_title_twice() -> None:
    """Merged again, every indicator is there already."""
    contribution, _ = read_contribution(DEPARTMENT)
    assert contribution is not None
    once, _ = merge(bureau(), contribution)
    assert once is not None
    again = evolve(contribution, data={}, methods={})
    assert {found.code for found in merge(once, again)[1]} == {"contribution-repeats"}


def test_a_contribution_brings_no_grid() -> None:
    """The cells of a grid have names that cannot be put under a department."""
    grid = {"type": "grid", "columns": ["上年"], "rows": ["三公"]}
    assert [found.code for found in read_contribution({**DEPARTMENT, "data": {"经费": grid}})[1]] == [
        "contribution-grid"
    ]


def test_a_merged_edition_has_the_points_of_both() -> None:
    """Points are those that the department wrote."""
    catalogue, _ = merged()
    assert catalogue is not None
    assert [part.points for part in catalogue.walk() if isinstance(part, Indicator)] == [10, 1, 1, 5]
    assert digest(catalogue) != bureau().digest
    assert Fraction(1) == catalogue.indicators[1].points


# ---- numbers as they are written -----------------------------------------------------------------------------------

_QUANTITY = re.compile(r"(?P<before>(?:≥|≤|>|<|=)?\s*)(?P<number>[0-9]+(?:\.[0-9]+)?)(?P<after>\s*(?:%|\w*))")
_WORDS = frozenset({"fiscal_years", "edition", "evalrules", "supersedes", "id", "uses", "cases", "places"})


def longer(value: Any, key: str = "") -> Any:
    """Write every number of a document with one more digit behind the point, in numbers and in texts that are one."""
    if isinstance(value, dict):
        return {name: inner if name in _WORDS else longer(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [longer(inner, key) for inner in value]
    found = None if isinstance(value, bool) or value is None else _QUANTITY.fullmatch(str(value))
    if found is None or "因" in str(value):
        return value
    number = found["number"] + ("0" if "." in found["number"] else ".0")
    return f"{found['before']}{number}{found['after']}"


@pytest.mark.parametrize(
    "path", sorted(shipped_folder().glob("*/*.yaml")), ids=lambda path: path.parent.name + path.stem
)
def test_more_digits_change_no_digest(path: Path) -> None:
    """Wherever an edition writes a number, 90.0% is 90%: the digest stays."""
    document = yaml.load(path.read_text("utf-8"), Loader=yaml.BaseLoader)
    before, after = (read(one, shipped_folder()) for one in (document, longer(document)))
    assert before.digest == after.digest
