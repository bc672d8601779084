"""A library of articles, titles and file names that want to be more than text, in a real Chromium."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hostile_texts import HOSTILE_TEXTS
from pages import answered, hit
from visitor import ask, restored

from assistant.pipeline import Assistant
from assistant.readers.sentence import SentenceReader
from assistant.settings import Settings
from index.articles import make_article
from index.embedders import load_embedder
from index.library import Library
from ui.chat.reference import shown_source
from ui.chat.stored import turn_to_json

ARTICLES = [
    make_article(
        id=f"h{number}",
        title=f"{number} {text}",
        text=f"Remark {number} says this:\n\n{text}\n\nThat was remark {number}.",
        source=f"/articles/{number} {text}.txt",
        published=text,
        author=text,
    )
    for number, text in enumerate(HOSTILE_TEXTS)
]


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    folder: Path = tmp_path_factory.mktemp("hostile") / "library"
    library = Library.create(folder, load_embedder("hashing"))
    library.build(ARTICLES)
    return Assistant(library, Settings(library=folder, retriever="lexical", port=0), SentenceReader())


def letters(text: str) -> str:
    """A text without space and without what HTML cannot hold."""
    return "".join(sign for sign in text if not sign.isspace() and sign not in "\0\x85").replace("\ufffd", "")


def test_there_are_enough_of_them() -> None:
    assert len(set(HOSTILE_TEXTS)) >= 60


def test_none_runs_none_breaks_the_page_and_each_shows_as_text(visit: Callable[..., Any]) -> None:
    page = visit()
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    turns = []
    for article in ARTICLES:
        turn = answered(
            article.title, (article, article.text), hits=(hit(article, article.text, ("remark",)),)
        )
        assert turn.answer is not None
        turns.append(turn_to_json(turn))
    kept = {"turns": turns, "waiting": [], "title": HOSTILE_TEXTS[0], "stamp": "s", "updated": 1}
    page.evaluate(
        """text => {
            const key = kind => `majlis:${location.pathname}::${kind}:`;
            localStorage.setItem(key("chat") + "made", text);
            sessionStorage.setItem(key("shown"), "made");
        }""",
        json.dumps(kept),
    )
    restored(page)
    page.locator(".turn").nth(len(ARTICLES) - 1).wait_for()
    frame = page.evaluate("document.querySelectorAll('#frame > *').length")
    kinds = "script:not([src]), iframe, object, embed, svg a, img, video, audio, form[action]:not(.out), base"
    elements = f"body :is({kinds})"
    foreign = page.locator(f"#frame {elements.removeprefix('body ')}")
    for number, article in enumerate(ARTICLES):
        turn = page.locator(".turn").nth(number)
        assert letters(article.title) in letters(turn.locator(".question").text_content())
        assert letters(article.text) in letters(turn.locator(".answer").text_content())
        turn.locator(".source").first.evaluate("button => button.click()")
        page.wait_for_function(
            "title => document.querySelector('#panel h2')?.textContent === title", arg=article.title
        )
        assert letters(page.locator("#panel .shown .text").text_content()) == letters(article.text)
        details = letters(page.locator("#panel .details").text_content())
        for told in (article.author, article.published, shown_source(article.source)):
            assert letters(told) in details
        assert foreign.count() == 0
    assert page.evaluate("document.querySelectorAll('#frame > *').length") == frame
    assert page.evaluate("[window.evil, Object.prototype.evil]") == [None, None]
    assert page.evaluate("document.documentElement.scrollWidth") <= 1280
    assert page.locator("#question textarea").is_visible()


def test_they_are_asked_for_and_found(visit: Callable[..., Any]) -> None:
    page = visit(width=390)
    for number in (0, 34, 58, 66):
        turn = ask(page, f"What does remark {number} say? {HOSTILE_TEXTS[number]}")
        assert letters(HOSTILE_TEXTS[number]) in letters(turn.locator(".question").text_content())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert page.evaluate("window.evil") is None
