"""Articles from the web on the library page, in a real Chromium: added, followed, kept in step, refused."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, ClassVar

import pytest
from news_site import BRIDGE, COUNCIL, WELL, NewsSite, news_site, page
from observatory import ENGLISH, EVIL
from shelf import article

from assistant.pipeline import Assistant
from assistant.settings import Settings
from index.embedders import HashingEmbedder
from index.library import Library


@pytest.fixture(scope="module")
def site() -> Iterator[NewsSite]:
    with news_site() as served:
        served.put("/bridge", page("The bridge", BRIDGE))
        served.put("/well", page("The well", WELL))
        served.put("/ar/council", page("المجلس", COUNCIL, language="ar"))
        served.put("/evil", page(EVIL.replace("<", "&lt;"), f"{WELL} {EVIL.replace('<', '&lt;')}"))
        served.feed("/feed.xml", [("The bridge", "/bridge"), ("المجلس", "/ar/council")])
        yield served


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("shelf") / "library"
    library = Library.create(folder, HashingEmbedder())
    library.add([article("council"), article("dates")])
    settings = Settings(folder, retriever="lexical", web_allow=("127.0.0.1",), web_rate=100.0)
    return Assistant(library, settings)


@pytest.fixture(scope="module")
def address(browser: Any, assistant: Assistant) -> Iterator[str]:
    from ui.server.serving import serve_app

    app = serve_app(assistant, [ENGLISH], block=False)
    yield app.local_url
    app.close()


def ended(shown: Any, count: int) -> str:
    """What is said of the newest change, when so many have ended."""
    shown.wait_for_function(
        "count => document.querySelectorAll('.job').length === count && "
        "[...document.querySelectorAll('.job')].every((job) => job.querySelector(':is(li, .problem, bdi)'))",
        arg=count,
    )
    told: str = shown.locator(".job").first.inner_text()
    return told


def test_articles_come_from_the_web_and_are_followed(
    browser: Any, address: str, site: NewsSite, assistant: Assistant
) -> None:
    shown = browser.new_page(viewport={"width": 1280, "height": 900})
    shown.set_default_timeout(60_000)
    problems: list[str] = []
    shown.on("pageerror", lambda error: problems.append(str(error)))
    shown.goto(f"{address}library?lang=en")
    shown.wait_for_selector(".list table")
    assert not shown.locator(".followed").is_visible()
    shown.click(".web button[value=page]")
    assert "Give the address of a page" in shown.locator(".sent").inner_text()

    shown.fill(".web input", f"{site.root}/evil")
    shown.click(".web button[value=page]")
    assert ended(shown, 1) == f"Added: {site.root}/evil"
    shown.fill(".web input", f"{site.root}/feed.xml")
    shown.click(".web button[value=feed]")
    told = ended(shown, 2)
    assert told.splitlines() == [
        f"Followed: {site.root}/feed.xml",
        f"Added: {site.root}/bridge",
        f"Added: {site.root}/ar/council",
    ]
    shown.wait_for_selector(".followed li")
    assert "Lindham" in shown.locator(".followed li").inner_text()
    assert "Articles: 2" in shown.locator(".followed li").inner_text()
    assert shown.locator(".list tbody tr", has_text="The bridge").locator(".source").inner_text() == (
        f"{site.root}/bridge"
    )
    assert shown.evaluate("window.evil") is None

    # the site changes; one is gone
    site.put("/bridge", page("The bridge", f"{BRIDGE} It was painted blue."))
    del site.served["/ar/council"]
    shown.click(".followed [data-do=sync]")
    told = ended(shown, 3)
    assert f"Changed: {site.root}/bridge" in told
    assert f"Gone from the site: {site.root}/ar/council. Its article stays" in told
    shown.wait_for_selector(".followed .note:has-text('gone from the site: 1')")

    # what is not allowed: the server's own network, by another name
    port = site.root.rpartition(":")[2]
    shown.fill(".web input", f"http://localhost:{port}/well")
    shown.click(".web button[value=page]")
    assert "localhost is in a private network" in ended(shown, 4)
    assert "/well" not in site.asked

    # the other language; then it is followed no more
    shown.click("[data-language=ar]")
    shown.wait_for_selector(".shelf[lang=ar] .followed li")
    shown.click(".followed [data-do=unfollow]")
    assert "أُوقفت متابعة" in ended(shown, 5)
    shown.wait_for_selector(".followed", state="hidden")
    assert len([one for one in assistant.library.articles() if one.source.startswith(site.root)]) == 3
    shown.close()
    assert problems == []


def test_who_may_not_change_the_library_asks_nothing_of_the_web(assistant: Assistant, site: NewsSite) -> None:
    from ui.shelf.page import Shelf

    shelf = Shelf(assistant, set())
    allowed = shelf.assistant.settings
    assistant.settings = replace(allowed, read_only=True)
    site.forget()

    class Event:
        _data: ClassVar = {"do": "web", "ask": "1", "address": f"{site.root}/well", "language": "en"}

    try:
        told = shelf.act(Event(), None)  # type: ignore[arg-type]
    finally:
        assistant.settings = allowed
    assert told["problem"] == "You may not change this library."
    assert shelf.followed({"key": "guess"}) == ""
    assert (shelf.jobs.told(), site.asked) == ([], [])
