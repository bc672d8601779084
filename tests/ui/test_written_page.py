"""A conversation with a model that writes, in Chromium: streamed, cited, marked where nothing supports it."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import openai
import pytest
from observatory import ARABIC, ENGLISH
from scripted_model import MODEL, Reply, ScriptedModel, scripted_model
from visitor import ask, marked, restored

from assistant.pipeline import Assistant
from assistant.readers.llm import ModelReader
from assistant.readers.llm.endpoint import Endpoint
from assistant.readers.sentence import SentenceReader
from assistant.settings import Settings
from index.articles import make_article
from index.embedders import load_embedder
from index.library import Library
from ui.chat.words import ENGLISH as ENGLISH_WORDS

ARTICLES = [
    make_article(
        id="alder",
        title="The Alder observatory",
        text="The Alder observatory was founded by Mary Stone in 1871. It stands on a hill above the town.",
        source="/articles/alder.txt",
    ),
    make_article(
        id="sanawbar",
        title="مرصد الصنوبر",
        text="أسس سليم الخوري مرصد الصنوبر عام 1904 بمساعدة John Hill. ويقع المرصد على تلة فوق المدينة.",
        source="/articles/sanawbar.txt",
    ),
]
WRITTEN = {
    ENGLISH: "## The founding\n- The Alder observatory was founded by **Mary Stone** in 1871 [1].\n"
    "- It owns forty silver telescopes [1].\n\nThe Alder observatory stands on a hill above the town [1].",
    ARABIC: "أسس سليم الخوري مرصد الصنوبر عام 1904 بمساعدة John Hill [1]. ويملك المرصد أربعين تلسكوبًا "
    "فضيًا [1]. ويقع المرصد على تلة فوق المدينة [1].",
}
FOLLOW_UP, ARABIC_FOLLOW_UP = "And when?", "ومتى؟"
STAND_ALONE = {
    FOLLOW_UP: "When was the Alder observatory founded?",
    ARABIC_FOLLOW_UP: "متى تأسس مرصد الصنوبر؟",
}
NEXT = {
    STAND_ALONE[FOLLOW_UP]: "The Alder observatory was founded by Mary Stone in 1871 [1].",
    STAND_ALONE[ARABIC_FOLLOW_UP]: "أسس سليم الخوري مرصد الصنوبر عام 1904 بمساعدة John Hill [1].",
}


def scripted(body: dict[str, Any]) -> Reply | str:
    sent = str(body["messages"][-1]["content"])
    if "<passage-" not in sent:  # a follow-up is to stand alone
        return next(alone for asked, alone in STAND_ALONE.items() if asked in sent)
    text = next(text for question, text in (NEXT | WRITTEN).items() if question in sent)
    return Reply(text, between=0.05)


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedModel]:
    with scripted_model(scripted) as model:
        yield model


@pytest.fixture(scope="module")
def assistant(model: ScriptedModel, tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return open_written(model, tmp_path_factory.mktemp("written") / "library")


def open_written(model: ScriptedModel, folder: Path) -> Assistant:
    library = Library.create(folder, load_embedder())  # it reads meanings, which the check of sentences heeds
    library.build(ARTICLES)
    endpoint = Endpoint(model.url, MODEL, timeout=30)
    settings = Settings(library=folder, retriever="lexical", port=0)
    return Assistant(library, settings, ModelReader(endpoint, SentenceReader()))


@pytest.mark.parametrize(
    ("language", "question", "follow_up", "flag", "support", "sent"),
    [
        ("en", ENGLISH, FOLLOW_UP, "not found in the articles", "2 of 3 sentences supported by the articles.",
         "Questions and passages are sent to"),
        ("ar", ARABIC, ARABIC_FOLLOW_UP, "لم نجد هذا في المقالات", "الجمل التي تسندها المقالات: 2 من 3.",
         "تُرسل الأسئلة والمقاطع إلى"),
    ],
    ids=["en", "ar"],
)  # fmt: skip
def test_a_streamed_cited_answer_with_a_follow_up(
    visit: Callable[..., Any],
    model: ScriptedModel,
    language: str,
    question: str,
    follow_up: str,
    flag: str,
    support: str,
    sent: str,
) -> None:
    model.respond = scripted
    page = visit(f"{language}-EG")
    host = model.url.removeprefix("http://").removesuffix("/v1")
    assert page.locator(".destination").inner_text() == f"{sent} {host}."
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    lengths = set()
    while page.locator(".reply:not(.searching)").count() == 0:
        page.wait_for_timeout(30)
        lengths |= {len(text) for text in page.locator(".reply.writing .answer").all_text_contents()}
    assert len(lengths) > 2  # it came in pieces
    reply = page.locator(".turn .reply").first
    [unsupported] = reply.locator("mark.unsupported").all_text_contents()
    assert unsupported.startswith("It owns forty" if language == "en" else "ويملك المرصد أربعين")
    [unfound] = reply.locator("mark.unfound").all_text_contents()
    assert unfound in ("forty", "أربعين")
    assert reply.locator("mark.unfound").get_attribute("title")
    assert reply.locator(".flag").all_text_contents() == [flag]
    assert support in reply.locator(".writing-notes").inner_text()
    assert MODEL in reply.locator(".writing-notes").inner_text()
    assert reply.locator(".answer ul > li").count() == (2 if language == "en" else 0)
    assert "**" not in reply.inner_text()
    reply.locator(".cite").first.click()
    quote = "founded by Mary Stone in 1871" if language == "en" else "أسس سليم الخوري مرصد الصنوبر"
    assert quote in marked(page)
    page.keyboard.press("Escape")
    turn = ask(page, follow_up)
    assert STAND_ALONE[follow_up] in turn.locator(".understood").inner_text()
    assert turn.locator(".flag").count() == 0
    restored(page)
    assert page.locator(".flag").all_text_contents() == [flag]
    assert page.locator(".turn").count() == 2


def test_stop_in_mid_stream_and_what_was_not_written(visit: Callable[..., Any], model: ScriptedModel) -> None:
    model.respond = lambda _: Reply(WRITTEN[ENGLISH], between=0.01, hang_after=12)
    model.hung_up.clear()
    page = visit()
    page.fill("#question textarea", ENGLISH)
    page.press("#question textarea", "Enter")
    page.locator(".reply.writing", has_text="Mary").wait_for()
    assert page.locator(".reply.writing .doing").inner_text() == "Writing…"
    page.click("#question .stop")
    page.get_by_text("Stopped.").wait_for()
    assert model.hung_up.wait(timeout=30)
    stopped = page.locator(".reply.stopped")
    assert "was founded by Mary" in stopped.locator(".answer").inner_text()
    assert stopped.locator(".note").inner_text() == ENGLISH_WORDS.stopped_writing
    restored(page)
    assert "was founded by Mary" in page.locator(".reply.stopped .answer").inner_text()

    model.respond = lambda _: Reply(status=404, message="no such model")
    turn = ask(page, ENGLISH)
    assert f"does not know the model {MODEL}" in turn.locator(".notice").inner_text()
    assert "Mary Stone" in turn.locator(".reply").inner_text()
    assert turn.locator(".answer.written").count() == 0

    model.respond = lambda _: "NOT_IN_ARTICLES"
    turn = ask(page, ENGLISH)
    assert turn.locator(".none").inner_text() == "I found no answer in your articles."
    assert f"{MODEL} found no answer in them either." in turn.locator(".writing-notes").inner_text()


def test_what_is_copied_and_exported_says_what_nothing_supports(
    visit: Callable[..., Any], model: ScriptedModel
) -> None:
    model.respond = scripted
    page = visit(width=390)
    turn = ask(page, ENGLISH)
    copied = turn.locator("[data-copy]").first.get_attribute("data-copy")
    assert re.search(r"• It owns forty silver telescopes\. \(not found in the articles\)\n", copied)
    assert "2 of 3 sentences supported by the articles. Written by scripted." in copied
    over = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert over <= 0


def test_as_a_model_it_streams_the_same_sentences(address: str, model: ScriptedModel) -> None:
    model.respond = scripted
    asked: Any = {"model": "majlis", "messages": [{"role": "user", "content": ENGLISH}]}
    with openai.OpenAI(base_url=f"{address}v1", api_key="none") as client:
        whole = client.chat.completions.create(**asked)
        pieces = [
            chunk.choices[0].delta.content or ""
            for chunk in client.chat.completions.create(stream=True, **asked)
        ]
    content = whole.choices[0].message.content or ""
    assert "".join(pieces) == content
    assert len([piece for piece in pieces if piece]) >= 3
    assert "- It owns forty silver telescopes. (not found in the articles)" in content
    assert whole.usage
    assert whole.usage.completion_tokens > 10
