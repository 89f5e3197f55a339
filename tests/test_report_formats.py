"""All formats tell the same: every point lost with its sentence, nothing that texts could smuggle in."""

from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from html.parser import HTMLParser
from types import ModuleType
from typing import Any

import docx
import pytest
from attrs import evolve
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from rich.cells import cell_len
from rich.console import Console

import evalrules
from evalrules._compare.diff import difference
from evalrules._compare.impact import impact
from evalrules._compare.replay import read_recorded, replay
from evalrules._documents import Problems
from evalrules._evaluation import Evaluation
from evalrules._explain.explanation import explain
from evalrules._problems import Phrases
from evalrules._report.blocks import Bars, Document, Row, Table, plain
from evalrules._report.compare import difference_document, impact_document, replay_document
from evalrules._report.evaluation import PARTS, SEVERITIES, Told, number_text, steps
from evalrules._report.explanation import explanation_document
from evalrules._report.formats import PAGES, Format
from evalrules._report.records import FileResult
from evalrules._report.summary import summary_document
from evalrules._report.terminal import renderable, text, wrapped

ZH, EN = Phrases("zh", "report"), Phrases("en", "report")

EDITION: dict[str, Any] = {
    "evalrules": 1,
    "id": "probe",
    "edition": "1",
    "title": "试用指标体系",
    "rounding": {"places": 1, "mode": "half_up"},
    "data": {"编制数": {"unit": "人", "required": False}},
    "uses": ["standard-methods@1"],
    "defaults": {"scoring": {"≥": "比例得分"}},
    "sections": {
        "编制控制": {
            "points": 10,
            "value": "编制数",
            "unit": "人",
            "scoring": {"deduct": [{"when": "完成值 > 5", "points": 3, "because": "编制数 {完成值}，超过 5 人"}]},
        },
        "产出指标": {
            "points": 90,
            "sections": {"数量指标": {"open": True}, "质量指标": {"open": True}},
            "cap": {"when": "编制数 > 8", "at_most": 50, "because": "编制数 {编制数}，超过 8 人，本部分不超过 50 分"},
        },
    },
    "grades": {"优秀": "总分 ≥ 90", "差": "otherwise"},
}


def submission(people: str = "6人", **texts: str) -> dict[str, Any]:
    """Give a submission that loses points in several places; ``texts`` are put where people write freely."""
    return {
        "catalogue": "probe@1",
        "organisation": texts.get("organisation", "某局"),
        "fiscal_year": 2024,
        "data": {"编制数": people},
        "entries": [
            {
                "section": "产出指标/数量指标",
                "indicator": texts.get("indicator", "接待人次"),
                "points": 40,
                "target": "100人次",
                "actual": "90人次",
                "claimed_score": 40,
                "deviation_reason": texts.get("reason", "汛期停工"),
            },
            {
                "section": "产出指标/质量指标",
                "indicator": "合格率",
                "points": 50,
                "target": "80%",
                "actual": "95%",
                "claimed_score": 50,
            },
        ],
        "claimed": {"score": 100, "grade": texts.get("grade", "优秀")},
    }


CATALOGUE = evalrules.load_catalogue(EDITION)


def evaluated(people: str = "6人", **texts: str) -> Evaluation:
    """Evaluate `submission`."""
    return evalrules.evaluate(CATALOGUE, evalrules.load_submission(submission(people, **texts)))


def told(evaluation: Evaluation) -> Told:
    """Give what reports tell of an evaluation."""
    return Told(evaluation, ZH, codes=True)


def as_table(evaluation: Evaluation, width: int = 400) -> str:
    """Write the terminal report as text, wide enough for any line."""
    return text(renderable(PAGES["text"].document(evaluation, codes=True)), width=width)


class _Page(HTMLParser):
    """Reads a page: its tags in order and its text outside of style."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = (name for name, _ in attrs)
        self.tags.append(f"{tag} {' '.join(sorted(names))}")

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def as_page(evaluation: Evaluation) -> str:
    """Give the text of the HTML report."""
    return "".join(_Page(html_page(evaluation)).text)


def html_page(evaluation: Evaluation, *, codes: bool = True) -> str:
    """Write the HTML report."""
    page = PAGES["html"]
    return page.write(page.document(evaluation, codes=codes)).decode()


def markdown_page(evaluation: Evaluation) -> str:
    """Write the Markdown report."""
    page = PAGES["markdown"]
    return page.write(page.document(evaluation, codes=True)).decode()


def as_markdown(evaluation: Evaluation) -> str:
    """Give the text of the Markdown report, without its markup."""
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown_page(evaluation))
    return "\n".join("".join(one.content for one in token.children or ()) for token in tokens if token.type == "inline")


def as_word(evaluation: Evaluation) -> str:
    """Give the text of the Word report, of paragraphs and of tables."""
    page = PAGES["docx"]
    found = docx.Document(io.BytesIO(page.write(page.document(evaluation, codes=True))))
    return "\n".join("".join(run.text or "" for run in each.iter(qn("w:t"))) for each in found.element.iter(qn("w:p")))


FORMATS = [as_table, as_markdown, as_page, as_word]


@pytest.mark.parametrize("written", FORMATS)
@pytest.mark.parametrize("people", ["4人", "6人", "9人"])
def test_every_format_tells_every_reason(written: Callable[[Evaluation], str], people: str) -> None:
    """Sentence, rule, steps, and what would have been enough of every deduction stand in every format."""
    evaluation = evaluated(people)
    shown = written(evaluation)
    for loss in told(evaluation).losses():
        assert loss.name in shown
        for lost in loss.deductions:
            for expected in (lost.because, lost.rule, *lost.steps, *(lost.enough or "").split("：", 1)):
                assert expected in shown


@pytest.mark.parametrize("written", FORMATS)
def test_every_format_tells_outcome_and_findings(written: Callable[[Evaluation], str]) -> None:
    """Score, grade, claims, digests and every finding with its code stand in every format."""
    evaluation = evaluated()
    shown = written(evaluation)
    outcome = (f"{evaluation.score}", "优秀", "100", evaluation.catalogue.digest, evaluation.submission.digest)
    for expected in (*outcome, *(found.code for found in evaluation.findings)):
        assert expected in shown


@pytest.mark.parametrize("written", ["text", "markdown", "html", "docx"])
def test_codes_are_for_those_who_ask_for_them(written: str) -> None:
    """Without ``--codes`` no report shows the code of a finding, nor where in its file a rule stands."""
    evaluation, page = evaluated(), PAGES[written]
    codes = [found.code for found in evaluation.findings]
    blocks = page.document(evaluation).blocks
    assert codes
    assert not [code for code in codes if code in repr(blocks)]
    assert "award[" not in repr(blocks)
    assert "yaml" not in repr(blocks)


@pytest.mark.parametrize("written", FORMATS)
def test_a_blank_figure_shows_as_unscored(written: Callable[[Evaluation], str]) -> None:
    """Where a figure is blank there is no total; the report says which indicator is unscored and why."""
    evaluation = evaluated("")
    shown = written(evaluation)
    assert evaluation.score is None
    least, most = evaluation.possible
    assert least < most
    told = "".join(shown.split())
    assert f"总分在{number_text(least)}至{number_text(most)}之间" in told
    assert shown.count(ZH("unscored")) >= 2
    for found in evaluation.problems:
        assert found.code in shown


def test_losses_add_up_to_what_the_total_lacks() -> None:
    """What the places lost together is points − score, with a section's cap among them."""
    for people in ("4人", "6人", "9人"):
        evaluation = evaluated(people)
        assert evaluation.score is not None
        assert sum(loss.points for loss in told(evaluation).losses()) == evaluation.points - evaluation.score


def test_the_waterfall_falls_from_full_marks_to_the_score() -> None:
    """Steps follow one another without a gap and every bar lies inside the drawing."""
    evaluation = evaluated("9人")
    falls = steps(told(evaluation))[1:-1]
    assert [step.before for step in falls] == [evaluation.points, *(step.after for step in falls[:-1])]
    assert falls[-1].after == evaluation.score
    (drawing,) = (block for block in PARTS["waterfall"](told(evaluation)) if isinstance(block, Bars))
    assert len(drawing.bars) == len(falls) + 2
    assert all(0 <= bar.low < bar.high <= 100 for bar in drawing.bars)


def test_nothing_lost_draws_nothing() -> None:
    """With full marks there is no waterfall, and the reports say that nothing was lost."""
    perfect = submission("4人")
    perfect["entries"][0]["actual"] = "100人次"
    evaluation = evalrules.evaluate(CATALOGUE, evalrules.load_submission(perfect))
    assert not list(PARTS["waterfall"](told(evaluation)))
    assert all(ZH("lost-none") in written(evaluation) for written in (as_table, as_markdown, as_word))


def form(evaluation: Evaluation) -> Table:
    """Give the form as reports show it."""
    return next(block for block in PARTS["form"](told(evaluation)) if isinstance(block, Table))


def shown_cells(each: Row) -> list[str]:
    """Give the texts of a row; what another cell reaches over is empty."""
    return ["" if cell is None else plain(cell.text) for cell in each.cells]


def test_the_form_keeps_its_order_and_subtotals() -> None:
    """Titles stand once over their rows; an indicator at the top has no subtotal, a section has its own."""
    rows = form(evaluated()).rows
    assert [shown_cells(each)[:3] for each in rows] == [
        ["编制控制", "", ""],
        ["产出指标", "数量指标", "接待人次"],
        ["", "质量指标", "合格率"],
        ["小计", "", ""],
        ["合计", "", ""],
    ]
    assert [each.kind for each in rows] == ["", "", "", "subtotal", "total"]
    assert shown_cells(rows[3])[-3:] == ["90", "86.0", "90"]


def test_cells_fill_the_table() -> None:
    """Every place of a table belongs to one cell: of its own, or that of one that reaches over it."""
    table = form(evaluated())
    taken: dict[tuple[int, int], int] = {}
    for number, each in enumerate(table.rows):
        assert len(each.cells) == len(table.columns)
        for place, cell in enumerate(each.cells):
            for down in range(cell.rows if cell else 0):
                for right in range(cell.columns if cell else 0):
                    taken[number + down, place + right] = taken.get((number + down, place + right), 0) + 1
    assert set(taken.values()) == {1}
    assert len(taken) == len(table.rows) * len(table.columns)


def _column(shown: str, part: str) -> int:
    return cell_len(shown[: shown.index(part)])


@pytest.mark.parametrize("width", [60, 80, 120, 400])
def test_the_terminal_table_is_aligned(width: int) -> None:
    """Targets begin and scores end at one column, counting wide characters twice, and no line is too long."""
    lines = as_table(evaluated(), width).splitlines()
    head = next(one for one in lines if ZH("target") in one)
    visitors, quality = (next(one for one in lines if part in one) for part in ("100人次", "80%"))
    assert _column(head, ZH("target")) == _column(visitors, "100人次") == _column(quality, "80%")
    assert _column(visitors, "36.0") + 4 == _column(quality, "50.0") + 4 == _column(head, f"{ZH('score')} ") + 4
    form = lines[lines.index(head) : next(n for n, one in enumerate(lines) if one.strip().startswith(ZH("total")))]
    assert max(map(cell_len, form)) <= width


PROSE = st.text(st.sampled_from("完成值，。（）“” ab1%`[]-率"), max_size=60).map(
    lambda drawn: re.sub(r"([，。）” ]{1,3})[，。）” ]*", r"\1", drawn)  # no heap of marks, which may be parted
)


@given(PROSE, st.integers(8, 40))
def test_wrapping_loses_nothing_and_keeps_to_the_width(prose: str, width: int) -> None:
    """Wrapped lines hold the same characters in the same order, and are only wider where one piece is."""
    lines = wrapped(prose, width)
    assert "".join(lines).replace(" ", "") == prose.replace(" ", "")
    assert all(cell_len(one) <= width or len(wrapped(one, width)) == 1 for one in lines)
    assert not [one for one in lines[1:] if one[:1] in ("，", "。", "）", "”")]


def test_sentences_wrap_on_a_terminal_only() -> None:
    """A narrow terminal wraps the sentences; in a pipe each stays on one line, to be searched."""
    page = io.StringIO()
    Console(file=page, width=40, force_terminal=True, color_system=None).print(
        renderable(PAGES["text"].document(evaluated()))
    )
    prose = page.getvalue().split(ZH("lost"))[1].splitlines()
    assert max(map(cell_len, prose)) <= 40
    sentence = evaluated().indicators[1].deductions[0].because
    assert sentence in as_table(evaluated(), 40)


def test_findings_are_grouped_by_severity_and_none_is_dropped() -> None:
    """The gravest come first, every finding stands in one group."""
    findings = evaluated().findings
    grouped = told(evaluated()).findings
    assert sorted(one.code for _, group in grouped for one in group) == sorted(one.code for one in findings)
    assert [severity for severity, _ in grouped] == [
        severity for severity in SEVERITIES if any(one.severity == severity for one in findings)
    ]


def test_points_are_shown_without_needless_zeros() -> None:
    """Whole points have no decimals, others keep what they need, and large numbers no exponent."""
    shown = [number_text(Decimal(text)) for text in ("10.0", "0.50", "1E+2", "100")]
    assert shown == ["10", "0.5", "100", "100"]


HOSTILE = st.text(st.sampled_from("<>&\"'`*_[](){}|#~!$=+-@:/\\.1a率 "), min_size=1, max_size=30).filter(
    lambda drawn: drawn.strip() and "/" not in drawn
)
PLAIN = _Page(html_page(evaluated())).tags


@given(HOSTILE, HOSTILE, HOSTILE)
def test_no_text_changes_the_page(organisation: str, reason: str, grade: str) -> None:
    """Whatever people write, the page has the same elements and attributes, and shows what they wrote."""
    evaluation = evaluated(organisation=f"甲{organisation}", reason=f"甲{reason}", grade=f"甲{grade}")
    page = _Page(html_page(evaluation))
    shown = "".join(page.text)
    assert f"甲{organisation.rstrip()}" in shown
    assert f"甲{reason.rstrip()}" in shown
    marks = {"script", "img", "iframe", "a href onclick", "object", "embed", "link"}
    assert not {tag for tag in page.tags if tag.split()[0] in marks} - {"link href rel"}
    assert {tag for tag in page.tags if not tag.startswith(("code", "a "))} <= {*PLAIN, "span class", "li id"}


@given(HOSTILE, HOSTILE)
def test_no_text_changes_the_markdown(organisation: str, indicator: str) -> None:
    """Whatever people write, the Markdown has the same headings and table, and no HTML, link or image."""
    evaluation = evaluated(organisation=f"甲{organisation}", indicator=f"甲{indicator}")
    tokens = MarkdownIt("commonmark").enable("table").parse(markdown_page(evaluation))
    expected = MarkdownIt("commonmark").enable("table").parse(markdown_page(evaluated()))
    kinds = ("heading_open", "tr_open", "td_open", "html_block", "fence", "code_block", "hr", "blockquote_open")
    assert [sum(one.type == kind for one in tokens) for kind in kinds] == [
        sum(one.type == kind for one in expected) for kind in kinds
    ]
    inline = [child.type for token in tokens for child in token.children or ()]
    assert not {"link_open", "image", "html_inline"} & set(inline)


@given(st.characters(categories=["Cc", "Cf", "Co", "Cn", "Zl", "Zp"], exclude_characters="\n"))
def test_no_unseen_character_reaches_a_reader(character: str) -> None:
    """A character that could steer a terminal or turn a line round stands in no report, whoever let it in."""
    given_in = evalrules.load_submission(submission())
    evaluation = evalrules.evaluate(CATALOGUE, evolve(given_in, organisation=f"甲{character}乙"))
    assert all(character not in written(evaluation) for written in FORMATS)


# ---- a new format ----------------------------------------------------------------------------------------------------


def pages_of_every_kind() -> list[Document]:
    """Give a page of each kind that there is: of one and of several evaluations, of two editions, of a rule."""
    evaluation = evaluated()
    hunan = [evalrules.load_catalogue(f"hunan-department@{year}", plugins=()) for year in (2015, 2017)]
    explanations = explain(hunan[1].ruleset, "预算控制率")
    changed = impact(
        (hunan[0], partial(evalrules.evaluate, hunan[0])), (hunan[1], partial(evalrules.evaluate, hunan[1])), []
    )
    recorded = read_recorded(evaluated("4人").to_json(), "a.json", Problems())
    assert recorded is not None
    return [
        *(page.document(evaluation) for page in PAGES.values()),
        summary_document(
            [FileResult("a.yaml", evaluation), FileResult("b.yaml", problems=evaluation.problems)], "zh", str
        ),
        difference_document(difference(hunan[0].ruleset, hunan[1].ruleset)),
        impact_document(changed, str),
        explanation_document(explanations),
        replay_document(replay(recorded, evaluation), "probe@1", str),
    ]


def test_a_new_format_is_a_module_and_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """A writer that knows blocks alone writes every page there is: nothing else has to know of the format."""
    module = ModuleType("evalrules._report.titles")
    module.write = lambda document: f"{document.full_title}: {len(document.blocks)}"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    titles = Format("titles", ".titles", "titles", PAGES["text"].parts)
    for document in pages_of_every_kind():
        assert titles.write(document).decode() == f"{document.full_title}: {len(document.blocks)}"


@pytest.mark.parametrize("shape", list(PAGES))
def test_every_page_is_had_in_every_format(shape: str) -> None:
    """Evaluation, summary, difference, impact, explanation and replay can be written in each format."""
    for document in pages_of_every_kind():
        assert len(PAGES[shape].write(document)) > len(document.title)
