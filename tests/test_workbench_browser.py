"""The workbench in a real browser, wide and narrow: what is typed, seen, tried, saved, released and dropped."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from attrs import define, field
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route, expect, sync_playwright

from test_workbench import PATH, ROOT, Server, running, server

__all__ = ["running", "server"]  # fixtures

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
HAS_EDITOR = (ROOT / "src/evalrules/workbench/static/editor.js").is_file()
OTHER = "hunan-department/2018.yaml"
WIDTHS = (1280, 390)
pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="needs Chromium")]
with_editor = pytest.mark.skipif(not HAS_EDITOR, reason="needs the editor's bundle: make setup where node is")


@define
class Desk:
    """A page of the workbench, with what it asked of other addresses and what went wrong on it."""

    page: Page
    server: Server
    outside: list[str] = field(factory=list)
    wrong: list[str] = field(factory=list)

    def __attrs_post_init__(self) -> None:
        own = f"http://127.0.0.1:{self.server.port}/"
        self.page.on("request", lambda sent: self.outside.append(sent.url) if not sent.url.startswith(own) else None)
        self.page.on("console", lambda said: self.wrong.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.goto(f"{own}?token={self.server.token}")
        self.open(PATH)

    def open(self, path: str) -> None:
        """Choose an edition and wait until it was checked."""
        expect(self.page.locator("#against option")).not_to_have_count(0)  # the page is ready
        self.page.locator("#edition").select_option(path)
        expect(self.page.locator(f"#against option[value='{path}']")).to_have_count(0)
        expect(self.page.locator("#problems li")).to_have_text(["没有问题"])

    def find(self, text: str) -> None:
        """Select the first such text in the editor by searching for it, as people do."""
        self.page.locator(".cm-content").click()
        self.page.keyboard.press("Control+Home")
        self.page.keyboard.press("Control+f")
        search = self.page.locator(".cm-search input[name=search]")
        search.fill(text)
        search.press("End")  # a key is what makes the editor look at it
        search.press("Enter")
        search.press("Escape")
        assert self.page.evaluate("getSelection().toString()") == text

    def go(self, row: str) -> None:
        """Put the cursor into a row of the rules, and wait for what is told of it."""
        self.find(f"{row}:")
        expect(self.page.locator("#beside-told h3").first).to_contain_text(row)

    def change(self, old: str, new: str) -> None:
        """Replace the first such text in the editor by typing over it."""
        self.find(old)
        self.page.keyboard.insert_text(new)

    def sound(self) -> None:
        """Hold the page to what is asked of it everywhere: no violation, no scrolling aside, nothing from outside."""
        found = Axe().run(self.page)
        assert found.violations_count == 0, found.generate_report()
        width = (self.page.viewport_size or {"width": 0})["width"]
        assert self.page.evaluate("document.documentElement.scrollWidth") <= width
        assert (self.outside, self.wrong) == ([], [])


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for the module."""
    with sync_playwright() as play, closing(play.chromium.launch(executable_path=CHROMIUM)) as started:
        yield started


@pytest.fixture(params=WIDTHS)
def desk(browser: Browser, server: Server, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """Open a page of its own, wide and narrow."""
    with closing(browser.new_context(viewport={"width": request.param, "height": 900})) as context:
        yield Desk(context.new_page(), server)


@with_editor
def test_a_mistyped_method_is_marked_and_mended_by_a_click(desk: Desk, tmp_path: Path) -> None:
    """The slip is underlined, stands in margin and list, and is gone with the mend, which the keyboard reaches too."""
    desk.change("超标扣分", "超标扣份")
    expect(desk.page.locator(".cm-lintRange-error")).to_have_text("超标扣份")
    expect(desk.page.locator(".cm-gutter-lint .cm-lint-marker-error")).to_have_count(1)
    desk.page.screenshot(path=tmp_path / "slip.png", full_page=True)
    desk.sound()
    desk.page.keyboard.press("F8")
    mend = desk.page.locator("#problems .mend").first
    mend.focus()
    desk.page.keyboard.press("Enter")
    expect(desk.page.locator("#problems li")).to_have_text(["没有问题"])
    expect(desk.page.locator(".cm-lintRange-error")).to_have_count(0)


@with_editor
def test_keys_and_names_are_offered_and_words_explained(desk: Desk) -> None:
    """In a formula names come with their units; over a word its meaning is told."""
    desk.change("在职人员数 ÷ 编制数", "在职人员数 ÷ ")
    desk.page.keyboard.press("Control+Space")
    offered = desk.page.locator(".cm-tooltip-autocomplete li", has_text="编制数").first
    expect(offered).to_contain_text("人")
    offered.click()
    expect(desk.page.locator("#problems li")).to_have_text(["没有问题"])
    desk.page.locator(".cm-line", has_text="value: 在职人员数").first.hover(position={"x": 200, "y": 8})
    expect(desk.page.locator(".meaning")).to_be_visible()


@with_editor
def test_an_edge_that_is_moved_moves_curve_and_law_and_becomes_a_case(desk: Desk, tmp_path: Path) -> None:
    """Beside the text: the curve before the other edition's, a law that breaks, a figure tried and kept as a case."""
    desk.go("在职人员控制率")
    page = desk.page
    expect(page.locator("#laws .good")).to_have_count(6)
    before = page.locator("svg .curve").get_attribute("d") or ""
    assert page.locator("svg .behind").count() == 1
    page.screenshot(path=tmp_path / "beside.png", full_page=True)
    desk.sound()
    page.locator("[data-figure=在职人员数]").fill("68")
    page.locator("[data-figure=编制数]").fill("65")
    expect(page.locator("#result")).to_contain_text("3.00")
    page.locator("#case").click()
    expect(page.locator("#state")).to_contain_text("已写进规则")
    expect(page.locator("#beside-told li button", has_text="68")).to_have_count(1)
    desk.change("起点: 100%", "起点: 90%")
    expect(page.locator("svg .curve")).not_to_have_attribute("d", before)
    expect(page.locator("#laws .bad")).not_to_have_count(0)
    expect(page.locator("#beside-told li", has=page.locator("button")).locator(".bad")).not_to_have_count(0)


@with_editor
def test_a_new_edition_is_written_compared_and_released(desk: Desk, tmp_path: Path) -> None:
    """From old to new, changed, saved by the keyboard, its differences and impact seen, then released for good."""
    page, answers = desk.page, iter(["hunan-department@2032"])
    page.on("dialog", lambda asked: asked.accept(next(answers, "")))
    try:
        page.locator("#new").click()
        expect(page.locator("#edition")).to_have_value("hunan-department/2032.yaml")
        desk.change("reference: 以100%为标准", "reference: 以百分之百为标准")
        expect(page.locator("#state")).to_have_text("有改动没有保存")
        page.locator("#release").click()
        expect(page.locator("#state")).to_have_text("请先保存")
        page.keyboard.press("Control+s")
        expect(page.locator("#state")).to_have_text("已保存")
        page.locator("#against").select_option(OTHER)
        page.locator("#difference").click()
        expect(page.frame_locator("#paper-page").locator("h1")).to_contain_text("hunan-department@2032", timeout=60_000)
        page.locator("#folder").set_input_files(ROOT / "examples" / "suining-2024.docx")
        page.locator("#impact").click()
        expect(page.frame_locator("#paper-page").locator("h1")).to_contain_text("影响", timeout=60_000)
        page.screenshot(path=tmp_path / "impact.png", full_page=True)
        page.locator("#release").click()
        expect(page.locator("#state")).to_contain_text("已发布")
        expect(page.locator("#edition option:checked")).to_contain_text("已发布")
    finally:
        (desk.server.folder / "hunan-department/2032.yaml").unlink(missing_ok=True)
        shutil.rmtree(desk.server.folder / "hunan-department/2032.cases", ignore_errors=True)


def test_a_dropped_form_gives_its_report_and_several_the_batch_page(desk: Desk, tmp_path: Path) -> None:
    """The report is shown and saved for Word; of two forms the summary leads to the report of each."""
    page, example = desk.page, ROOT / "examples" / "suining-2024.docx"
    desk.open("suining-department/2024.yaml")
    page.locator("#forms").set_input_files(example)
    expect(page.frame_locator("#paper-page").locator("body")).to_contain_text("95.0")
    page.screenshot(path=tmp_path / "report.png", full_page=True)
    with page.expect_download() as saved:
        page.locator("#paper-links a", has_text="Word").click()
    assert saved.value.path().read_bytes().startswith(b"PK")
    desk.sound()
    page.locator("#forms").set_input_files([example, ROOT / "examples" / "suining-2024.yaml"])
    inside = page.frame_locator("#paper-page")
    expect(page.locator("#paper-head")).to_have_text("汇总")
    inside.locator("a[href$='.html']").first.click()
    expect(inside.locator("body")).to_contain_text("95.0")


@pytest.mark.parametrize("editor", [pytest.param(True, marks=with_editor), False])
def test_who_saves_second_is_told(desk: Desk, *, editor: bool) -> None:
    """With the editor and without its bundle: a change made elsewhere is never written over."""
    page = desk.page
    if not editor:
        page.route("**/editor.js", lambda asked: asked.abort())
        page.reload()
        desk.open(PATH)
        expect(page.locator("#rules textarea")).to_be_visible()
        page.locator("#rules textarea").press("Control+End")
    else:
        page.locator(".cm-content").click()
        page.keyboard.press("Control+End")
    page.keyboard.insert_text("# 甲")
    expect(page.locator("#state")).to_have_text("有改动没有保存")
    other = f"{(desk.server.folder / PATH).read_text('utf-8')}# 乙\n"
    (desk.server.folder / PATH).write_text(other, "utf-8")
    page.keyboard.press("Control+s")
    expect(page.locator("#state")).to_contain_text("在别处改过")
    assert (desk.server.folder / PATH).read_text("utf-8") == other
    assert desk.outside == []


def test_without_the_bundle_problems_stand_in_the_same_list(desk: Desk) -> None:
    """In a plain text area the slip is told, chosen with the line in sight, and mended by the same click."""
    page = desk.page
    page.route("**/editor.js", lambda asked: asked.abort())
    page.reload()
    desk.open(PATH)
    area = page.locator("#rules textarea")
    text = area.input_value()
    area.fill(text.replace("超标扣分", "超标扣份", 1))
    page.locator("#problems .go", has_text="超标扣份").click()
    at = page.evaluate("document.activeElement.selectionStart")
    assert text[at : at + 4] == "超标扣分"
    page.locator("#problems .mend").first.click()
    expect(page.locator("#problems li")).to_have_text(["没有问题"])
    assert area.input_value() == text


@with_editor
def test_an_old_reply_never_takes_the_place_of_a_newer(desk: Desk) -> None:
    """A reply that is held back until the slip is mended is not shown."""
    page, held = desk.page, list[Route]()
    page.route("**/problems", lambda asked: held.append(asked) if not held else asked.continue_())
    desk.change("超标扣分", "超标扣份")
    page.wait_for_function("true")
    while not held:
        page.wait_for_timeout(50)
    page.locator(".cm-content").focus()
    page.keyboard.press("Control+z")
    with page.expect_response("**/problems"):
        pass
    expect(page.locator("#problems li")).to_have_text(["没有问题"])
    with page.expect_response("**/problems"):
        held[0].continue_()
    expect(page.locator("#problems li")).to_have_text(["没有问题"])
