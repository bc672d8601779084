"""The chat in a real Chromium: what a visitor asks, reads, clicks and copies."""

import os
import re
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest

from assistant.answers import Answer, cite
from assistant.pipeline import Assistant
from assistant.reading import Reading
from assistant.settings import Settings
from index.analysis import analyse, is_stop
from index.articles import Article, make_article
from index.embedding import load_embedder
from index.errors import NoLibrary, UserError
from index.library import Library
from index.passages import Hit
from index.sentences import sentence_ranges

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ENGLISH = "Who founded the Alder observatory?"
ARABIC = "من أسس مرصد الصنوبر؟"
NOWHERE = "Which opera did the observatory keeper sing in Vienna?"
NOWHERE_ARABIC = "أي أوبرا غناها حارس مرصد الصنوبر في فيينا؟"
DAMAGED = "What is damaged?"
FILLER = "\n\n".join(f"Paragraph {n} speaks of weather, of clouds and of long evenings." for n in range(40))
FILLER_ARABIC = "\n\n".join(f"تتحدث الفقرة {n} عن الطقس والغيوم والأمسيات الطويلة." for n in range(40))
EVIL = (
    "<script>window.evil = 1</script> <img src=x onerror='window.evil = 2'> </mark></p></div> <b>bold</b> "
    "[link](javascript:window.evil=3) ```fence``` $x^2$ &lt;i&gt; {{value}} ${window.evil = 4}"
)
ARTICLES = [
    make_article(
        id="alder",
        title="The Alder observatory",
        text=f"{FILLER}\n\nThe Alder observatory was founded by Mary Stone in 1871. It stands on a hill."
        f"\n\n{FILLER}",
        source="/articles/alder.txt",
        published="1999-05-04",
    ),
    make_article(
        id="sanawbar",
        title="مرصد الصنوبر",
        text=f"{FILLER_ARABIC}\n\nWhat follows is a line in English.\n\n"
        f"أسس سليم الخوري مرصد الصنوبر عام 1904 بمساعدة John Hill. وهو على تلة.\n\n{FILLER_ARABIC}",
        source="/articles/sanawbar.txt",
    ),
    make_article(id="evil", title=EVIL, text=f"The gremlin wrote {EVIL}.", source=EVIL, published=EVIL),
]


class SharedWordsReader:
    """Answers with the sentence that holds more than half of the question's words, if there is one."""

    def read(self, question: str, hits: Sequence[Hit], article: Callable[[str], Article]) -> Reading:
        asked = {term.text for term in analyse(question) if not is_stop(term.text)}
        for hit in hits:
            found = article(hit.passage.article_id)
            for start, end in sentence_ranges(found.text, hit.passage.start, hit.passage.end):
                text = found.text[start:end]
                if 2 * len(asked & {term.text for term in analyse(text)}) > len(asked):
                    return Reading(text, found.language, (cite(1, found, start, end),), 0.9)
        return Reading("", "en", (), 0.0)


class DamagedAtTimes(Assistant):
    def answer(self, question: str) -> Answer:
        if question == DAMAGED:
            raise UserError("here: <b>damaged</b>; mend it: majlis index repair")
        return super().answer(question)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    folder = tmp_path_factory.mktemp("chat") / "library"
    library = Library.create(folder, load_embedder("hashing"))
    library.build(ARTICLES)
    settings = Settings(library=folder, retriever="lexical", port=0)
    return DamagedAtTimes(library, settings, SharedWordsReader())


@contextmanager
def connections() -> Iterator[list[str]]:
    """The hosts that this process looks up or connects to meanwhile."""
    hosts: list[str] = []
    listening = True

    def listen(event: str, arguments: tuple[Any, ...]) -> None:
        if not listening:
            return
        if event == "socket.getaddrinfo":
            hosts.append(str(arguments[0]))
        elif event == "socket.connect" and isinstance(arguments[1], tuple):
            hosts.append(str(arguments[1][0]))

    sys.addaudithook(listen)  # cannot be taken away again, only told to stop listening
    yield hosts
    listening = False


@pytest.fixture(scope="module")
def address(assistant: Assistant) -> Iterator[str]:
    from ui.app import serve_app

    with connections() as hosts:
        app = serve_app(assistant, [ENGLISH, ARABIC], block=False)
        yield app.local_url
        app.close()
    assert {host for host in hosts if host not in ("127.0.0.1", "localhost", "::1", "None", "")} == set()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    if not CHROMIUM and os.environ.get("CI") != "true":
        pytest.skip("there is no Chromium on this machine")
    assert CHROMIUM, "CI needs a Chromium"
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Callable[..., Any]]:
    """Opens the page as a visitor; at the end nothing was fetched from elsewhere and nothing has run."""
    contexts, requests, problems = [], [], []

    def visit(locale: str = "en-US", width: int = 1280, **options: Any) -> Any:
        context = browser.new_context(locale=locale, viewport={"width": width, "height": 800}, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("request", lambda request: requests.append(request.url))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(address)
        page.wait_for_selector(".welcome h1")
        return page

    yield visit
    for context in contexts:
        for page in context.pages:
            assert page.evaluate("window.evil") is None
        context.close()
    here = urlsplit(address).netloc
    assert [url for url in requests if urlsplit(url).netloc != here and urlsplit(url).scheme != "data"] == []
    assert problems == []


def ask(page: Any, question: str) -> Any:
    """Types and sends a question; its turn, once it is answered."""
    turns = page.locator(".turn").count()
    page.fill("#question textarea", question)
    page.press("#question textarea", "Enter")
    turn = page.locator(".turn").nth(turns)
    turn.locator(".reply:not(.searching)").wait_for()
    return turn


def marked(page: Any) -> str:
    page.wait_for_selector("#panel mark.current")
    return "".join(page.locator("#panel mark.current").all_text_contents())


def highlight_is_in_view(page: Any) -> bool:
    """Whether the whole highlight lies inside the article's scroller and the window."""
    page.wait_for_timeout(600)  # it may scroll smoothly
    inside: bool = page.evaluate("""() => {
        const box = document.querySelector("#panel .shown .text").getBoundingClientRect();
        return [...document.querySelectorAll("#panel mark.current")].every(mark => {
            const {top, bottom} = mark.getBoundingClientRect();
            return top >= Math.max(box.top, 0) && bottom <= Math.min(box.bottom, innerHeight);
        });
    }""")
    return inside


@pytest.mark.parametrize(
    ("locale", "question", "direction"),
    [("en-US", ENGLISH, "ltr"), ("ar-EG", ARABIC, "rtl"), ("en-US", ARABIC, "rtl")],
)
def test_a_question_gets_an_answer_its_citation_and_the_quote_in_view(
    assistant: Assistant, visit: Callable[..., Any], locale: str, question: str, direction: str
) -> None:
    page = visit(locale)
    expected = assistant.answer(question)
    (citation,) = expected.citations
    article = assistant.article(citation.article_id)
    turn = ask(page, question)
    assert turn.locator(".question").inner_text() == question
    assert turn.locator(".answer").inner_text() == f"{expected.text}[1]"
    paragraph = turn.locator(".answer p")
    assert paragraph.evaluate("p => getComputedStyle(p).direction") == direction
    assert marked(page) == citation.quote(article)
    assert highlight_is_in_view(page)
    assert page.locator("#panel h2").inner_text() == article.title
    assert page.locator("#panel .shown .text p").all_text_contents() == re.split(r"\n+", article.text)
    quoted = page.locator("#panel .shown .text p", has=page.locator("mark.current"))
    assert quoted.evaluate("p => getComputedStyle(p).direction") == direction


def test_each_paragraph_of_an_article_runs_its_own_way(visit: Callable[..., Any]) -> None:
    page = visit("ar-EG")
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
    ask(page, ARABIC)
    line = page.locator("#panel .shown .text p", has_text="What follows is a line in English.")
    assert line.evaluate("p => getComputedStyle(p).direction") == "ltr"
    cite = page.locator(".cite").bounding_box()
    text = page.locator(".answer p").bounding_box()
    assert cite["x"] < text["x"] + text["width"] / 2  # the mark stands where the Arabic sentence ends


def test_clicking_a_citation_brings_the_quote_back(visit: Callable[..., Any]) -> None:
    page = visit()
    turn = ask(page, ENGLISH)
    quote = marked(page)
    ask(page, ARABIC)
    page.wait_for_selector("#panel h2[dir=rtl]")
    turn.locator(".cite").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#panel h2[dir=ltr]")
    assert marked(page) == quote
    page.locator("#panel .shown .text").evaluate("text => text.scrollTo(0, 0)")
    assert not highlight_is_in_view(page)
    turn.locator(".source").click()
    assert highlight_is_in_view(page)


def test_an_example_is_asked_by_clicking_it(visit: Callable[..., Any]) -> None:
    page = visit()
    assert "3 articles · 1 in Arabic · 2 in English" in page.locator("#top .count").inner_text()
    page.locator(".chip", has_text=ARABIC).click()
    page.wait_for_selector(".answer")
    assert page.locator(".question").inner_text() == ARABIC
    assert "سليم الخوري" in marked(page)


@pytest.mark.parametrize(
    ("question", "said"),
    [(NOWHERE, "hold no answer"), (NOWHERE_ARABIC, "ليس في المقالات جواب")],
)
def test_an_abstention_shows_passages_that_can_be_opened(
    assistant: Assistant, visit: Callable[..., Any], question: str, said: str
) -> None:
    page = visit()
    turn = ask(page, question)
    assert said in turn.locator(".abstention").inner_text()
    assert turn.locator(".answer, .cite").count() == 0
    nearest = assistant.answer(question).hits[0].passage
    turn.locator(".passages .open").first.click()
    page.wait_for_selector("#panel mark.passage")
    assert marked(page) == "".join(re.split(r"\n+", nearest.text))
    assert page.locator("#panel h2").inner_text() == nearest.title


def test_nothing_that_an_article_or_a_question_says_runs(visit: Callable[..., Any]) -> None:
    page = visit()
    turn = ask(page, f"What has the gremlin wrote? {EVIL}")
    assert EVIL in turn.locator(".question").inner_text()
    assert EVIL in turn.locator(".answer").inner_text()
    assert EVIL in marked(page)
    assert page.locator("#panel h2").text_content() == EVIL
    assert EVIL in page.locator("#panel .details").text_content()
    assert page.locator(":is(#talk, #panel) :is(script, img, b, i, .katex, a)").count() == 0
    page.wait_for_timeout(300)
    assert page.evaluate("window.evil") is None


def test_a_problem_is_told_the_question_kept_and_the_chat_goes_on(visit: Callable[..., Any]) -> None:
    page = visit()
    turn = ask(page, DAMAGED)
    assert "here: <b>damaged</b>; mend it: majlis index repair" in turn.locator(".problem").inner_text()
    assert turn.locator(".question").inner_text() == DAMAGED
    assert page.input_value("#question textarea") == DAMAGED
    assert "Mary Stone" in ask(page, ENGLISH).locator(".answer").inner_text()
    assert page.locator(".turn").count() == 2


def test_visitors_have_each_their_own_conversation(visit: Callable[..., Any]) -> None:
    first, second = visit(), visit("ar-EG")
    ask(first, ENGLISH)
    assert second.locator(".turn").count() == 0
    ask(second, ARABIC)
    ask(first, NOWHERE)
    assert (first.locator(".turn").count(), second.locator(".turn").count()) == (2, 1)


def test_the_switch_turns_the_page_and_keeps_the_conversation(visit: Callable[..., Any]) -> None:
    page = visit()
    ask(page, ENGLISH)
    page.click("[data-language=ar]")
    page.wait_for_selector("header[lang=ar]")
    assert page.evaluate("document.documentElement.dir") == "rtl"
    assert "Mary Stone" in page.locator(".answer").inner_text()
    assert "Mary Stone" in marked(page)
    assert "اسأل" in page.get_attribute("#question textarea", "placeholder")
    assert page.get_attribute("#question textarea", "dir") == "auto"
    page.reload()
    page.wait_for_selector(".welcome[class], header[lang=ar]")
    assert page.evaluate("document.documentElement.dir") == "rtl"


def test_an_answer_is_copied_with_its_source(visit: Callable[..., Any]) -> None:
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    ask(page, ENGLISH)
    page.click(".copy")
    page.wait_for_selector(".copy:has-text('Copied')")
    assert page.evaluate("navigator.clipboard.readText()") == (
        "The Alder observatory was founded by Mary Stone in 1871. [1]\n\n"
        "[1] The Alder observatory (/articles/alder.txt, 1999-05-04)"
    )


def test_a_narrow_screen_stacks_and_a_citation_scrolls_to_its_quote(visit: Callable[..., Any]) -> None:
    page = visit(width=390)
    turn = ask(page, ENGLISH)
    marked(page)
    answer, panel = turn.bounding_box(), page.locator("#panel").bounding_box()
    assert panel["y"] >= answer["y"] + answer["height"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    turn.locator(".cite").click()
    assert highlight_is_in_view(page)


def test_the_page_can_be_used_without_seeing_it(visit: Callable[..., Any]) -> None:
    page = visit()
    ask(page, ENGLISH)
    log = page.get_by_role("log")
    assert log.get_attribute("aria-live") == "polite"
    assert log.get_by_role("button", name="Citation 1: show it in its article").count() == 1
    assert page.get_by_role("textbox", name="Your question").count() == 1
    assert page.get_by_role("button", name="Send").count() == 1
    assert (
        page.locator("button:not([aria-label])").evaluate_all(
            "buttons => buttons.filter(button => !button.innerText.trim() && button.offsetParent)"
        )
        == []
    )
    assert page.locator("footer").is_hidden() or page.locator("footer").count() == 0


# without a browser


def drawn(library: Any) -> str:
    from ui.app import Chat

    stub: Any = SimpleNamespace(library=library, settings=Settings(library=Path("my library")))
    return "".join(part for part in Chat(stub, [ENGLISH]).redraw("en", (), None) if isinstance(part, str))


def test_an_empty_library_tells_the_command_that_fills_it(tmp_path: Path) -> None:
    page = drawn(Library.create(tmp_path / "library", load_embedder("hashing")))
    assert "majlis index add ARTICLES --library &#x27;my library&#x27;" in page
    assert ENGLISH not in page


def test_a_library_that_cannot_be_read_tells_what_mends_it() -> None:
    def info() -> None:
        raise NoLibrary("no library in x; make one: majlis index build <PATH>")

    assert "make one: majlis index build &lt;PATH&gt;" in drawn(SimpleNamespace(info=info))


def test_an_article_that_went_away_meanwhile_is_said_to_be_gone(assistant: Assistant) -> None:
    from ui.app import Chat
    from ui.panel import Place

    chat = Chat(assistant, ())
    turn = chat.answered(ENGLISH, "unexpected")
    assert turn.answer is not None
    lost = replace(turn.answer.citations[0], article_id="gone")
    turns = (replace(turn, answer=replace(turn.answer, citations=(lost,))),)
    assert "no longer in the library" in chat.panel("en", turns, Place(0, "citation", 1))
    assert chat.panel("en", turns, Place(0, "citation", 7)) == ""
    assert chat.panel("en", turns, None) == ""


def test_what_was_not_foreseen_is_told_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    from ui.app import Chat

    def answer(question: str) -> Answer:
        raise RuntimeError("no such wire")

    broken: Any = SimpleNamespace(answer=answer)
    assert Chat(broken, ()).answered("Why?", "unexpected").problem == "unexpected"
    assert "no such wire" in caplog.text


def test_a_taken_port_is_one_line_for_the_person(assistant: Assistant, address: str) -> None:
    from ui.app import serve_app

    settings = replace(assistant.settings, port=urlsplit(address).port)
    taken = Assistant(assistant.library, settings, SharedWordsReader())
    with pytest.raises(UserError, match="--port"):
        serve_app(taken, block=False)
