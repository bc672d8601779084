"""The page of a report in Chromium: it filters, searches, fits the window, and runs nothing foreign."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from reports import EVIL, FULL, OLD, question, report

from eval.report.page import write_page


@pytest.fixture
def opened(browser: Any, tmp_path: Path) -> Iterator[Any]:
    """The page of two reports, opened from disk; nothing was refused, fetched or run at the end."""
    evil = question(5, "wrong span", question=EVIL, answers=[EVIL])
    evil["answering"]["citations"][0] |= {"quote": EVIL, "title": EVIL}
    write_page([report(*FULL["questions"], evil), OLD], tmp_path / "run.html")
    requests: list[str] = []
    problems: list[str] = []
    tab = browser.new_page(viewport={"width": 400, "height": 800})
    tab.on("request", lambda request: requests.append(request.url))
    tab.on("pageerror", lambda error: problems.append(str(error)))
    tab.on("console", lambda message: problems.append(message.text))
    tab.goto((tmp_path / "run.html").as_uri())
    yield tab
    assert tab.evaluate("window.evil") is None
    assert requests == [(tmp_path / "run.html").as_uri()]
    assert problems == []
    tab.close()


def shown(tab: Any) -> list[str]:
    return [item.get_attribute("id") for item in tab.locator("#set1 .q:visible").all()]


def test_filters(opened: Any) -> None:
    form = opened.locator("#set1 .filters")
    assert len(shown(opened)) == 5
    form.get_by_role("button", name="wrong span").click()
    assert shown(opened) == ["q1-2", "q1-5"]
    form.get_by_role("button", name="wrongly silent").press("Enter")
    assert shown(opened) == ["q1-2", "q1-3", "q1-5"]
    form.get_by_role("searchbox").fill("normans  WHO")
    form.get_by_text("1 of 5 questions", exact=True).wait_for()
    assert shown(opened) == ["q1-2"]
    assert opened.locator("#set2 .q:visible").count() == 1  # the other dataset keeps its own


def test_search_finds_arabic_however_it_is_written(opened: Any) -> None:
    opened.locator("#set1").get_by_role("searchbox").fill("اعطى هويّة")
    opened.locator("#set1").get_by_text("2 of 5 questions", exact=True).wait_for()
    assert shown(opened) == ["q1-1", "q1-3"]
    opened.locator("#set1").get_by_role("searchbox").fill("nothing like it")
    opened.wait_for_selector("#set1 .none:visible")


def test_the_legend_picks_an_outcome(opened: Any) -> None:
    opened.locator("#set1 .outcome-list").get_by_role("link", name="right").click()
    assert shown(opened) == ["q1-1", "q1-4"]
    opened.locator("#set1 .filters").get_by_role("button", name="right").click()
    opened.locator("#set1 .filters").get_by_role("button", name="spoke with gold taken out").click()
    assert shown(opened) == ["q1-4"]


@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_is_no_wider_than_the_window(opened: Any, width: int) -> None:
    opened.set_viewport_size({"width": width, "height": 800})
    opened.evaluate("document.querySelectorAll('details').forEach(item => item.open = true)")
    assert opened.evaluate("document.documentElement.scrollWidth") == width
    assert opened.locator("#q1-1 mark.span").evaluate("mark => getComputedStyle(mark).direction") == "rtl"
    assert opened.locator("#q1-2 .asked").evaluate("asked => getComputedStyle(asked).direction") == "ltr"


def test_without_script_everything_can_be_read(browser: Any, tmp_path: Path) -> None:
    write_page([FULL], tmp_path / "run.html")
    context = browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto((tmp_path / "run.html").as_uri())
    assert tab.locator(".filters").is_hidden()
    tab.locator("#q1-1 summary").press("Enter")
    assert tab.locator("#q1-1 mark.span").is_visible()
    context.close()
