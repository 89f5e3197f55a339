from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from typing import Any

import pytest
import simplejson
from attrs import evolve
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from editions import edition
from evalrules._cli.commands import root
from evalrules._compare.impact import Effect, Impact, Share, changed_places, impact, shares
from evalrules._compare.matching import Matching
from evalrules._engine import LoadedCatalogue, evaluate, load_catalogue, load_submission
from evalrules._quantities import BLANK
from evalrules._report.compare import impact_document, impact_json
from evalrules._report.markdown import write as as_markdown
from evalrules._submission import Submission
from evalrules.testing import submissions

ROOT = Path(__file__).parent.parent
BODY = """\
sections:
  一: {points: 6, target: 100%, unit: "%", scoring: 比例得分}
  二: {points: 4, target: 100%, unit: "%", scoring: 比例得分}
"""


@pytest.fixture(autouse=True)
def _chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EVALRULES_LANG", "zh")


def loaded(folder: Path, name: str, body: str) -> LoadedCatalogue:
    """Write an edition into a folder of its own and load it."""
    home = folder / name
    home.mkdir(exist_ok=True)
    return edition(home, body)


def submitted(organisation: str, *actuals: str, more: dict[str, Any] | None = None) -> Submission:
    """Fill the two rows of the form."""
    entries = [{"indicator": title, "actual": actual} for title, actual in zip("一二", actuals, strict=True)]
    head = {"catalogue": "sample@1", "organisation": organisation, "fiscal_year": 2024}
    return load_submission({**head, "entries": entries, **(more or {})})


def touched(old: LoadedCatalogue, new: LoadedCatalogue, *given: Submission | Callable[[], Submission]) -> Impact:
    """Put submissions to both editions."""
    named = [(str(number), each if callable(each) else partial(_itself, each)) for number, each in enumerate(given)]
    return impact((old, partial(evaluate, old)), (new, partial(evaluate, new)), named)


def _itself(submission: Submission) -> Submission:
    return submission


def told(effect: Effect) -> dict[str, Decimal]:
    """Give what is responsible for how much."""
    return {share.where + ("*" if share.is_level else ""): share.points for share in effect.shares}


def test_each_changed_rule_is_responsible_for_its_points(tmp_path: Path) -> None:
    """What each indicator gives or takes is told, and adds up to the change."""
    old = loaded(tmp_path, "old", BODY)
    rates = BODY.replace("points: 4", "points: 3").replace("points: 6", "points: 7")
    effect = touched(old, loaded(tmp_path, "new", rates), submitted("甲", "50%", "100%")).effects[0]
    assert (effect.old.score, effect.new.score, effect.change) == (Decimal("7.0"), Decimal("6.5"), Decimal("-0.5"))
    assert told(effect) == {"一": Decimal("0.5"), "二": Decimal("-1.0")}
    assert (effect.old.grade, effect.new.grade, effect.crosses) == ("差", "差", False)


def test_who_crosses_a_grade_edge_is_told(tmp_path: Path) -> None:
    """A submission whose grade changes is among those that cross, one that keeps its grade is not."""
    old = loaded(tmp_path, "old", BODY)
    new = loaded(tmp_path, "new", BODY.replace("比例得分}\n  二", "{method: 比例得分, 底线: 80%}}\n  二"))
    found = touched(old, new, submitted("甲", "79%", "100%"), submitted("乙", "90%", "100%"))
    assert [effect.organisation for effect in found.crossing] == ["甲"]
    assert (found.gaining, found.losing) == (0, 1)
    assert [(each.share.where, each.touched, each.gained, each.lost) for each in found.responsible] == [
        ("一", 1, Decimal(0), Decimal("-4.7"))
    ]


def test_cap_of_a_section_is_responsible_by_itself(tmp_path: Path) -> None:
    """What a section takes beyond its rows is told at its own level."""
    rows = BODY.replace("sections:\n", "    indicators:\n").replace("  一", "      一").replace("  二", "      二")
    head = "data:\n  有违规: {type: yes_no}\nsections:\n  组:\n    points: 10\n"
    cap = "    cap: {when: 有违规, at_most: 4, because: 有违规的不超过 4 分}\n"
    old, new = loaded(tmp_path, "old", head + rows), loaded(tmp_path, "new", head + cap + rows)
    effect = touched(old, new, submitted("甲", "100%", "100%", more={"data": {"有违规": "是"}})).effects[0]
    assert told(effect) == {"组*": Decimal("-6.0")}
    assert effect.change == Decimal("-6.0")


LEVELS = """\
data:
  有项目: {type: yes_no}
sections:
  组:
    points: 6
    indicators:
      一: {points: 4, target: 100%, unit: "%", scoring: 比例得分}
      二: {points: 2, target: 100%, unit: "%", applies: 有项目, otherwise: rescale, scoring: 比例得分}
  三: {points: 4, target: 100%, unit: "%", scoring: 比例得分}
  加分: {bonus: true, at_most: 2, indicators: {奖: {points: 2, target: 100%, unit: "%", scoring: 比例得分}}}
  减分: {penalty: true, at_most: 3, indicators: {罚: {points: 3, target: 100%, unit: "%", scoring: 比例得分}}}
"""


@pytest.mark.parametrize("project", ["是", "否"])
@pytest.mark.parametrize(
    "change",
    [
        ("otherwise: rescale", "otherwise: full_marks"),
        ("otherwise: rescale", "otherwise: {move_to: 三}"),
        ("at_most: 2", "at_most: 1"),
        ("at_most: 3", "at_most: 1"),
        ("一: {points: 4", "一: {points: 4, waive: {monotone: 试}"),
    ],
)
def test_conversions_bonus_and_penalty_add_up(tmp_path: Path, change: tuple[str, str], project: str) -> None:
    """What levels above the rows do is shared out exactly as well."""
    old, new = loaded(tmp_path, "old", LEVELS), loaded(tmp_path, "new", LEVELS.replace(*change))
    rows = {"一": "77%", "二": "50%", "三": "90%", "奖": "75%", "罚": "35%"}
    entries = [{"indicator": title, "actual": actual} for title, actual in rows.items()]
    head = {"organisation": "甲", "fiscal_year": 2024, "data": {"有项目": project}}
    effect = touched(old, new, load_submission({**head, "entries": entries})).effects[0]
    assert effect.change is not None
    assert sum((share.points for share in effect.shares), Decimal(0)) == effect.change
    conversion = (change[0] == "otherwise: rescale") and project == "否"
    assert bool(effect.change) == (conversion or change[0].startswith("at_most"))


def test_one_bad_submission_stops_nothing(tmp_path: Path) -> None:
    """What cannot be read is told with its problems; all others are evaluated, also what does not fit."""

    def unreadable() -> Submission:
        return load_submission(tmp_path / "none.yaml")

    old, new = loaded(tmp_path, "old", BODY), loaded(tmp_path, "new", BODY.replace("  二:", "  三:"))
    fits = load_submission(
        {"organisation": "丙", "fiscal_year": 2024, "entries": [{"indicator": "一", "actual": "1%"}]}
    )
    found = touched(old, new, submitted("甲", "1%", "1%"), unreadable, fits)
    assert [refused.file for refused in found.refused] == ["1"]
    assert all(refused.problems for refused in found.refused)
    assert [(effect.organisation, effect.change) for effect in found.effects] == [("甲", None), ("丙", None)]
    assert [told.code for told in found.effects[0].new.problems] == ["entry-unknown", "actual-blank"]


def test_unscored_under_one_edition_has_no_change(tmp_path: Path) -> None:
    """Without a total each row is told as far as it is known, and why it has no score."""
    old = loaded(tmp_path, "old", BODY)
    new = loaded(tmp_path, "new", BODY.replace('target: 100%, unit: "%"', "target: 100人, unit: 人", 1))
    effect = touched(old, new, submitted("甲", "100%", "100%")).effects[0]
    assert (effect.change, effect.shares) == (None, (Share(("一",), Decimal("-6.0"), most=Decimal("0.0")),))
    assert effect.new.problems


# ---- sums ----------------------------------------------------------------------------------------------------------


@cache
def shipped(name: str) -> LoadedCatalogue:
    """Load a shipped edition once."""
    return load_catalogue(name)


NAMES = ("suining-department@2024", "hunan-department@2017", "mof-project@2020")


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, LoadedCatalogue]:
    """Load shipped editions with every rate bounded from below and every step dearer."""
    folder, editions = tmp_path_factory.mktemp("changed"), {}
    for name in NAMES:
        identifier, _, number = name.partition("@")
        text = (ROOT / "catalogue" / identifier / f"{number}.yaml").read_text("utf-8")
        for old, new in (("不足一步: 不计", "不足一步: 按一步"), (": 比例得分\n", ": {method: 比例得分, 底线: 60%}\n")):
            text = text.replace(old, new)
        file = folder / f"{identifier}-{number}.yaml"
        file.write_text(text, "utf-8")
        editions[name] = load_catalogue(file)
    return editions


@settings(max_examples=40)
@given(st.data(), st.sampled_from(NAMES))
def test_shares_add_up_to_the_change(changed: dict[str, LoadedCatalogue], data: st.DataObject, name: str) -> None:
    """Whatever a submission holds, what parts are responsible for is the change of its total, to the last digit.

    Also where a unit calls all its own rows alike.
    """
    drawn = data.draw(submissions(shipped(name)))
    alike = tuple(each if each.points is None else evolve(each, indicator="指标1") for each in drawn.entries)
    submission = data.draw(st.sampled_from((drawn, evolve(drawn, entries=alike))))
    old, new = evaluate(shipped(name), submission), evaluate(changed[name], submission)
    if old.score is not None and new.score is not None:
        found = shares(old, new, Matching(old.catalogue, new.catalogue))
        assert sum((share.points for share in found), Decimal(0)) == new.score - old.score


@settings(max_examples=40)
@given(st.data(), st.sampled_from(NAMES))
def test_the_range_of_a_change_holds_what_it_turns_out_to_be(
    changed: dict[str, LoadedCatalogue], data: st.DataObject, name: str
) -> None:
    """A form that lacks an actual changes, once it is filled in, by something in the range that was told before."""
    full = data.draw(submissions(shipped(name)))
    if not full.entries:
        return
    number = data.draw(st.integers(0, len(full.entries) - 1))
    blank = evolve(full.entries[number], actual=BLANK, claimed_score=None, judged=None)
    lacking = evolve(full, entries=(*full.entries[:number], blank, *full.entries[number + 1 :]))
    old, new = shipped(name), changed[name]
    places = changed_places(old.ruleset, new.ruleset)
    both = [(edition, partial(evaluate, edition)) for edition in (old, new)]
    found = impact(both[0], both[1], [("form", partial(_itself, each)) for each in (full, lacking)], places)
    known, open_ = found.effects
    if known.change is not None:
        assert open_.possible[0] <= known.change <= open_.possible[1]


# ---- the command ---------------------------------------------------------------------------------------------------


def run(*arguments: object) -> Result:
    """Run the command as a user would, and let any exception through."""
    return CliRunner().invoke(root, ["impact", *map(str, arguments)], catch_exceptions=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write two editions, two submissions in a folder below a folder, and one that cannot be read."""
    loaded(tmp_path, "old", BODY)
    loaded(tmp_path, "new", BODY.replace("比例得分}\n  二", "{method: 比例得分, 底线: 80%}}\n  二"))
    inside = tmp_path / "all" / "2024"
    inside.mkdir(parents=True)
    text = "catalogue: sample@1\norganisation: {}\nfiscal_year: 2024\nentries:\n" + "".join(
        f"  - {{{{indicator: {title}, actual: {{}}%}}}}\n" for title in "一二"
    )
    for name, actual in (("甲", 79), ("乙", 90)):
        (inside / f"{name}.yaml").write_text(text.format(name, actual, 100), "utf-8")
    (inside / "丙.yaml").write_text("organisation: [\n", "utf-8")
    return tmp_path


def files(folder: Path) -> tuple[Path, Path, Path]:
    """Give both editions and the folder of submissions."""
    return (*(folder / name / "sample" / "1.yaml" for name in ("old", "new")), folder / "all")  # type: ignore[return-value]


def test_text_tells_counts_rules_and_submissions(folder: Path) -> None:
    """The text says who changes, because of which line, and who could not be scored."""
    text = run(*files(folder)).stdout
    for part in (
        "自评表：3  得分升高：0  得分降低：1",
        "等级变了的：1",
        "丙.yaml",
    ):
        assert part in text
    rows = {line.split()[0]: line.split()[1:] for line in text.splitlines() if line[:2] in (" 一", " 甲")}
    assert rows["一"][:2] == ["1", "−4.7"]
    assert rows["甲"] == ["8.7", "优", "4.0", "差", "−4.7", "一", "−4.7"]


def test_json_adds_up(folder: Path) -> None:
    """JSON has every submission with exact numbers."""
    told = simplejson.loads(run("--format", "json", *files(folder)).stdout, use_decimal=True)
    changed = next(each for each in told["submissions"] if each["organisation"] == "甲")
    assert changed["change"] == Decimal("-4.7")
    points = Decimal("-4.7")
    part = {"path": ["一"], "level": False}
    assert changed["because_of"] == [{**part, "points": points, "possible": [points, points]}]
    assert [each["file"] for each in told["refused"]] == [str(folder / "all" / "2024" / "丙.yaml")]


def test_page_draws_both_distributions_and_escapes(folder: Path) -> None:
    """The page needs nothing else, draws before and after, and shows what people wrote as text."""
    file = folder / "all" / "2024" / "乙.yaml"
    file.write_text(file.read_text("utf-8").replace("organisation: 乙", "organisation: <script>乙"), "utf-8")
    result = run("-o", folder / "out.html", *files(folder))
    page = (folder / "out.html").read_text("utf-8")
    assert (result.exit_code, page.count('<svg class="chart"')) == (0, 2)
    assert "<script" not in page
    assert "&lt;script&gt;乙" in page
    assert "http" not in page.replace("http-equiv", "")


def test_markdown_in_english(folder: Path) -> None:
    """The frame is English where asked for."""
    text = run("--format", "markdown", "--lang", "en", *files(folder)).stdout
    assert "| 甲 | 8.7 优 | **4.0 差** | −4.7 | 一 −4.7 |" in text
    assert "| organisation | old | new | change | because of |" in text


def test_rows_of_units_own_lead_to_the_default_that_scores_them(tmp_path: Path) -> None:
    """What an open section is responsible for is told with the line of the default that changed."""
    body = 'defaults:\n  scoring:\n    "≥": 比例得分\nsections:\n  甲: {points: 10, open: true}\n'
    loaded(tmp_path, "old", body)
    loaded(tmp_path, "new", body.replace("比例得分", "{method: 比例得分, 底线: 60%}"))
    file = tmp_path / "own.yaml"
    row = "{section: 甲, indicator: 自设, points: 10, target: 100%, actual: 50%}"
    file.write_text(f"organisation: 甲\nfiscal_year: 2024\nentries:\n  - {row}\n", "utf-8")
    new = tmp_path / "new" / "sample" / "1.yaml"
    line = next(number for number, text in enumerate(new.read_text("utf-8").split("\n"), 1) if "底线" in text)
    text = run(tmp_path / "old" / "sample" / "1.yaml", new, file).stdout
    assert re.search(r"甲（单位自设的行） +1 +−5", text)
    assert f"1.yaml:{line}" in "".join(text.split())


def test_rows_of_one_name_are_each_responsible(tmp_path: Path) -> None:
    """A unit may call two rows alike; each changes by itself, and one that changes by nothing hides none."""
    body = 'defaults:\n  scoring:\n    "≥": 比例得分\nsections:\n  甲: {points: 10, open: true}\n'
    changed = body.replace("比例得分", "{method: 比例得分, 底线: 60%}")
    old, new = loaded(tmp_path, "old", body), loaded(tmp_path, "new", changed)
    row = {"section": "甲", "indicator": "指标1", "points": 5, "target": "100%"}
    forms = [
        load_submission(
            {"organisation": "甲", "fiscal_year": 2024, "entries": [{**row, "actual": each} for each in two]}
        )
        for two in (("50%", "40%"), ("50%", "100%"), ("", "40%"))
    ]
    found = [[(share.points, share.most) for share in each.shares] for each in touched(old, new, *forms).effects]
    lost = [(Decimal(points), Decimal(points)) for points in ("-2.5", "-2.0")]
    assert found[:2] == [lost, lost[:1]]
    assert found[2][-1] == lost[1]


# ---- where an edition asks for what old forms do not hold ----------------------------------------------------------

ADDED = """\
sections:
  一: {points: 5, target: 100%, unit: "%", scoring: 比例得分}
  二: {points: 4, target: 100%, unit: "%", scoring: 比例得分}
  三: {points: 1, target: 100%, unit: "%", scoring: 比例得分}
"""


def test_without_a_total_each_indicator_is_told(tmp_path: Path) -> None:
    """An added indicator is blank in old forms: the others are told exactly, it by the least and most it can be."""
    found = touched(loaded(tmp_path, "old", BODY), loaded(tmp_path, "new", ADDED), submitted("甲", "90%", "50%"))
    (effect,) = found.effects
    assert (effect.change, effect.possible, effect.crosses) == (None, (Decimal("-0.9"), Decimal("0.1")), False)
    assert [(share.where, share.points, share.most) for share in effect.shares] == [
        ("一", Decimal("-0.9"), Decimal("-0.9")),
        ("三", Decimal("0.0"), Decimal("1.0")),
    ]
    assert (effect.new.possible, effect.new.possible_grades) == ((Decimal("6.5"), Decimal("7.5")), ("差",))
    assert [(each.share.where, each.lost, each.unknown, each.least, each.most) for each in found.responsible] == [
        ("一", Decimal("-0.9"), 0, Decimal(0), Decimal(0)),
        ("三", Decimal(0), 1, Decimal("0.0"), Decimal("1.0")),
    ]


def test_what_neither_edition_scores_is_no_change(tmp_path: Path) -> None:
    """A row that is blank under both, by the same rule, has nothing to do with the new edition."""
    found = touched(loaded(tmp_path, "old", BODY), loaded(tmp_path, "new", BODY), submitted("甲", "", "50%"))
    (effect,) = found.effects
    assert (effect.shares, effect.possible, found.crossing) == ((), (Decimal(0), Decimal(0)), ())


def test_a_total_that_is_not_known_changes_no_grade(tmp_path: Path) -> None:
    """Only two grades that are known can differ; in the counts the form has no total under one edition."""
    found = touched(loaded(tmp_path, "old", BODY), loaded(tmp_path, "new", ADDED), submitted("甲", "100%", "100%"))
    assert (found.effects[0].old.grade, found.effects[0].new.grade, found.crossing) == ("优", None, ())
    told = as_markdown(impact_document(found, str)).replace("\\", "")
    assert "未计分（9.0 至 10.0、优）" in told
    assert "−1 至 0" in told
    written = simplejson.loads(impact_json(found))
    assert written["submissions"][0]["possible"] == [-1.0, 0.0]
    assert [each["points"] for each in written["submissions"][0]["because_of"]] == [-1.0, None]


def test_what_is_wrong_with_a_form_is_told_once_and_not_at_length(tmp_path: Path) -> None:
    """Both editions have the same problems with a form: the first are told, once, and how many there are besides."""
    form = submitted("甲", "", "50%", more={"data": dict.fromkeys("丙丁戊己", 1)})
    told = as_markdown(
        impact_document(touched(loaded(tmp_path, "old", BODY), loaded(tmp_path, "new", BODY), form), str)
    )
    assert [told.count(f"\\`{name}") for name in "丙丁戊己"] == [1, 1, 1, 0]
    assert "另有 2 个问题未列出" in told
