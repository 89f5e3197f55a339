"""The page as a reader sees it: opened in Chromium, on a wide screen, a phone and paper."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

import evalrules
from evalrules._report.formats import PAGES

ROOT = Path(__file__).parent.parent
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
SCREENS = [(1280, 900), (390, 844)]
A4_WITHOUT_MARGINS = (703, 1017)  # 186 mm × 269 mm at 96 pixels an inch

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed, so the page cannot be opened"),
]


@pytest.fixture(scope="module")
def evaluation() -> evalrules.Evaluation:
    """Give the example's evaluation."""
    submission = evalrules.load_submission(ROOT / "examples" / "suining-2024.yaml")
    return evalrules.evaluate(evalrules.load_catalogue("suining-department@2024"), submission)


@pytest.fixture(scope="module")
def address(evaluation: evalrules.Evaluation, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Write the report to a file and give its address."""
    file = tmp_path_factory.mktemp("report") / "report.html"
    page = PAGES["html"]
    file.write_bytes(page.write(page.document(evaluation)))
    return file.as_uri()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Start the installed browser once."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def opened(browser: Browser, address: str, size: tuple[int, int]) -> Page:
    """Open the report in a window of this size."""
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.goto(address)
    return page


def overflow(page: Page) -> int:
    """Measure by how much the page is wider than its window."""
    width: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return width


def test_the_page_needs_nothing_and_complains_about_nothing(browser: Browser, address: str) -> None:
    """Opening the page gives no console message and asks for no other address."""
    page = browser.new_page()
    said: list[str] = []
    asked: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    assert said == []
    assert [url for url in asked if not url.startswith("data:")] == [address]


@pytest.mark.parametrize("size", SCREENS)
def test_nothing_is_wider_than_the_screen(browser: Browser, address: str, size: tuple[int, int]) -> None:
    """Neither a wide screen nor a phone scrolls sideways, folded or unfolded."""
    page = opened(browser, address, size)
    assert overflow(page) <= 0
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert overflow(page) <= 0


@pytest.mark.parametrize("size", SCREENS)
def test_every_reason_can_be_read(
    browser: Browser, address: str, evaluation: evalrules.Evaluation, size: tuple[int, int]
) -> None:
    """Each deduction's sentence is visible at once, and its steps when a reader unfolds it."""
    page = opened(browser, address, size)
    lost = [one for result in evaluation.indicators for one in result.deductions]
    assert page.locator("details").count() == len(lost) > 0
    for number, deduction in enumerate(lost):
        unfolding = page.locator("details").nth(number)
        assert unfolding.locator("summary").is_visible()
        assert deduction.because in unfolding.locator("summary").inner_text()
        unfolding.locator("summary").click()
        for step in deduction.steps:
            assert unfolding.get_by_text(step, exact=True).first.is_visible()


@pytest.mark.parametrize("size", SCREENS)
def test_the_page_is_accessible(browser: Browser, address: str, size: tuple[int, int]) -> None:
    """axe-core finds no violation of its rules, folded or unfolded."""
    page = opened(browser, address, size)
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_page_has_every_part_of_the_form(browser: Browser, address: str) -> None:
    """Funds, goals, the form with what the unit says of deviations, base data, opinion and signatures stand on it."""
    page = opened(browser, address, SCREENS[0])
    headings = page.locator("h2, h3").all_inner_texts()
    parts = ("资金情况", "年度总体目标", "绩效自评表", "复核发现", "附件1-1 2024年度部门整体支出绩效评价基础数据表")
    assert [part for part in (*parts, "复核意见", "签字") if part not in headings] == []
    assert page.get_by_role("columnheader", name="偏差原因分析及改进措施").is_visible()
    assert page.get_by_text("100%（计算为 86.15%）").is_visible()
    for label in ("填表人", "单位负责人", "联系电话", "填报日期"):
        assert page.get_by_text(label, exact=True).is_visible()


def test_rows_are_counted_as_people_count(browser: Browser, address: str) -> None:
    """No place counts from 0, and no code or key stands on the page."""
    page = opened(browser, address, SCREENS[0])
    text = page.locator("main").inner_text()
    assert "质量指标第1行 验收合格率" in text
    assert not re.findall(r"entries\[|claimed\.|award\[|\b[a-z]+-[a-z-]+\b(?!@)", text.replace("standard-methods", ""))


def test_links_from_findings_lead_to_their_rows(browser: Browser, address: str) -> None:
    """Every link inside the page has its target, and there are links from findings to rows."""
    page = opened(browser, address, SCREENS[0])
    targets = page.eval_on_selector_all("a[href^='#']", "links => links.map(one => one.getAttribute('href'))")
    assert any(target.startswith("#indicator-") for target in targets)
    assert [target for target in targets if page.locator(target).count() != 1] == []


def test_paper_shows_everything_and_cuts_no_row(browser: Browser, address: str) -> None:
    """On A4 nothing is too wide, every reason is unfolded, and no row may be cut or is higher than a sheet."""
    page = opened(browser, address, A4_WITHOUT_MARGINS)
    page.emulate_media(media="print")
    assert overflow(page) <= 0
    assert page.locator("details dl").count() > 0
    assert all(shown.is_visible() for shown in page.locator("details dl").all())
    cells = "table.form :is(td, th):not([rowspan])"
    breaks = page.eval_on_selector_all(cells, "cells => cells.map(one => getComputedStyle(one).breakInside)")
    assert set(breaks) == {"avoid"}
    heights = page.eval_on_selector_all(cells, "cells => cells.map(one => one.getBoundingClientRect().height)")
    assert max(heights) < A4_WITHOUT_MARGINS[1]
