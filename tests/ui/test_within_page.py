"""Which articles are asked, chosen in a real Chromium by the keyboard alone, in both languages, of 10,000."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from observatory import ARABIC, ENGLISH, KnownAnswers
from screens import IN_ARABIC, IN_ENGLISH, SCREENS
from visitor import ask, restored

from assistant.readers.sentence import SentenceReader
from assistant.settings import Settings
from index.articles import make_article
from index.embedders import load_embedder
from index.library import Library
from ui.within.words import within_words_in

OPENER = "[data-within=open]"
MANY = 10_000


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a page over ten thousand articles."""
    from ui.server.serving import serve_app

    folder = tmp_path_factory.mktemp("many") / "library"
    library = Library.create(folder, load_embedder("hashing"))
    library.build(
        make_article(id=f"a{n:05}", title=f"Report {n}", text=f"Of {n}.", source=f"/r/{n}.md")
        for n in range(MANY)
    )
    assistant = KnownAnswers(library, Settings(library=folder, retriever="lexical", port=0), SentenceReader())
    app = serve_app(assistant, [], block=False)
    yield app.local_url
    app.close()


def bar(page: Any) -> str:
    """What the bar says, once it is drawn."""
    page.wait_for_selector(OPENER)
    return str(page.locator(".within-asked").inner_text())


def chips(page: Any) -> list[str]:
    return [
        re.sub("[\u2068\u2069×]", "", chip).strip() for chip in page.locator(".within-chip").all_inner_texts()
    ]


def in_address(page: Any) -> str:
    return parse_qs(urlsplit(page.url).query).get("within", [""])[0]


def tab_to(page: Any, selector: str, key: str = "Tab") -> None:
    """Presses the key until what the selector names has the focus."""
    for _ in range(60):
        if page.evaluate("name => document.activeElement.matches(name)", selector):
            return
        page.keyboard.press(key)
    raise AssertionError(f"the keyboard does not reach {selector}")


@IN_ARABIC
def test_the_keyboard_alone_chooses_articles(visit: Callable[..., Any], locale: str) -> None:
    page = visit(locale)
    language = locale[:2]
    told = within_words_in(language)
    assert bar(page) == f"{told.asked} {'كل المقالات (6)' if language == 'ar' else 'all 6 articles'}"
    tab_to(page, OPENER, "Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector("#within[open]")
    assert page.get_by_role("dialog", name=told.choose).count() == 1
    page.wait_for_function("document.activeElement.name === 'search'")
    page.keyboard.type("comet")
    page.keyboard.press("Enter")  # searches, and chooses nothing
    page.wait_for_function("document.querySelectorAll('#within [type=checkbox][name=id]').length === 1")
    tab_to(page, "#within [name=id]")
    page.keyboard.press("Space")
    page.locator(".within-count", has_text="The comet of 1911").wait_for()
    tab_to(page, "#within [data-within=apply]")
    page.keyboard.press("Enter")
    page.wait_for_selector(".within-chip")
    assert page.locator("#within[open]").count() == 0
    page.wait_for_function("document.activeElement.matches('#question textarea')")
    assert bar(page) == f"{told.asked} {'مقال واحد' if language == 'ar' else '1 article'}"
    assert chips(page) == [told.one.format("The comet of 1911").replace("\u2068", "").replace("\u2069", "")]
    assert in_address(page) == "id:comet"
    tab_to(page, ".within-chip", "Shift+Tab")
    page.keyboard.press("Enter")
    page.wait_for_function("!document.querySelector('.within-chip')")
    page.wait_for_function("name => document.activeElement.matches(name)", arg=OPENER)
    assert in_address(page) == ""


@IN_ENGLISH
def test_esc_closes_the_panel_and_changes_nothing(visit: Callable[..., Any], locale: str) -> None:
    page = visit(locale)
    ask(page, ENGLISH)
    page.wait_for_selector("#panel mark.current")
    page.focus(OPENER)
    page.keyboard.press("Enter")
    page.wait_for_selector("#within[open]")
    tab_to(page, "#within [name=id]")
    page.keyboard.press("Space")
    for _ in range(2):  # the second closes the source, as ever
        assert page.locator("#panel mark.current").count() > 0
        page.keyboard.press("Escape")
        page.wait_for_selector("#within:not([open])", state="attached")
        page.wait_for_function(
            "name => document.activeElement.matches(name) || !document.querySelector('#panel mark')",
            arg=OPENER,
        )
    assert page.locator("#panel mark.current").count() == 0
    assert chips(page) == []


@IN_ARABIC
def test_a_date_that_is_none_is_told_and_a_language_and_dates_are_asked_within(
    visit: Callable[..., Any], locale: str
) -> None:
    page = visit(locale)
    told = within_words_in(locale[:2])
    page.click(OPENER)
    page.fill("#within [name=first]", "soon")
    page.click("#within [data-within=apply]")
    page.locator("#within .problem", has_text=told.no_date).wait_for()
    page.fill("#within [name=first]", "١٩٩٩")
    page.check("#within [name=language][value=en]")
    page.locator("#within .within-count", has_text="1999").wait_for()
    assert page.locator("#within .problem").is_hidden()
    assert told.undated.format(3) in page.locator("#within .within-told").inner_text()
    page.click("#within [data-within=apply]")
    page.wait_for_selector(".within-chip")
    assert in_address(page) == "language:en published:1999.."
    turn = ask(page, ENGLISH)
    assert turn.locator(".answer").inner_text().startswith("The Alder observatory was founded")
    asked = within_words_in("en").asked_in.format("English, from 1999", "1 article")
    assert asked in turn.locator(".within-notes").inner_text()


@IN_ARABIC
def test_a_silence_says_that_others_answer_and_one_tap_looks_there(
    visit: Callable[..., Any], locale: str
) -> None:
    page = visit(locale)
    question, language = (ARABIC, "en") if locale == "ar-EG" else (ENGLISH, "ar")
    told = within_words_in(locale[:2])
    page.click(OPENER)
    page.check(f"#within [name=language][value={language}]")
    page.click("#within [data-within=apply]")
    page.wait_for_selector(".within-chip")
    turn = ask(page, question)
    assert turn.locator(".reply.abstention").count() == 1
    assert told.answered_outside in turn.locator(".within-notes").inner_text()
    turn.locator(".within-notes [data-within=all]").click()
    page.wait_for_selector(".turn .answer")
    assert page.locator(".turn").count() == 1
    assert chips(page) == []
    assert page.locator(".within-notes").count() == 0


def test_what_the_question_says_itself_is_taken_off_with_one_tap(visit: Callable[..., Any]) -> None:
    page = visit()
    question = "According to the Alder observatory, who founded the observatory?"
    turn = ask(page, question)
    assert turn.inner_text().count("Understood as:") == 1  # who founded it
    notes = turn.locator(".within-notes").inner_text()
    assert notes.startswith("Within “\u2068The Alder observatory\u2069”")
    turn.locator("[data-within=literally]").click()
    page.wait_for_function("!document.querySelector('.within-notes')")
    page.wait_for_selector(".reply:not(.searching)")
    assert page.locator(".turn").count() == 1
    assert page.locator(".turn .question").inner_text() == question
    assert page.locator(".within-notes").count() == 0


@pytest.mark.parametrize(("locale", "width"), [("en-US", 1280), ("ar-EG", 390)])
def test_the_source_panel_asks_only_in_its_article_and_without_it(
    visit: Callable[..., Any], locale: str, width: int
) -> None:
    page = visit(locale, width)
    turn = ask(page, ENGLISH)
    for does, filter in (("only", "id:alder"), ("without", "-id:alder")):
        turn.locator(".cite").first.click()
        page.click(f"#panel [data-within={does}]")
        page.wait_for_function("document.activeElement.matches('#question textarea')")
        page.wait_for_selector(".within-chip")
        assert len(chips(page)) == 1
        assert in_address(page) == filter
    turn = ask(page, ENGLISH)
    assert "Mary Stone in 1871" not in turn.inner_text()
    assert turn.locator(".within-notes").count() == 1


@IN_ENGLISH
def test_what_is_asked_within_is_kept_with_its_conversation_and_in_its_link(
    visit: Callable[..., Any], address: str, locale: str
) -> None:
    page = visit(locale)
    page.goto(f"{address}?within=language:ar")
    page.wait_for_selector(".within-chip")
    ask(page, ARABIC)
    notes = page.locator(".within-notes").inner_text()
    assert within_words_in("ar").asked_in.format("العربية", "مقالان") in notes
    restored(page)
    page.wait_for_selector(".within-chip")
    page.wait_for_selector(".within-notes")
    assert page.locator(".within-notes").inner_text() == notes
    page.click("[data-do=new]")
    page.wait_for_function("!document.querySelector('.within-chip')")
    assert in_address(page) == ""
    if page.locator("#conversations .title").first.is_hidden():
        page.click("[data-do=list]")
    page.click("#conversations .title")
    page.wait_for_selector(".within-chip")
    assert in_address(page) == "language:ar"
    page.goto(f"{address}?within=tag:%3Cscript%3Ewindow.evil%3D1%3C/script%3E")
    page.locator(".within-chip", has_text="<script>window.evil=1</script>").wait_for()
    assert page.locator(".turn").count() == 0  # a link begins a conversation of its own
    page.goto(f"{address}?within=nonsense")
    page.wait_for_function("!location.search.includes('within')")
    assert chips(page) == []


def test_ten_thousand_articles_are_paged_and_searched_without_a_stutter(browser: Any, many: str) -> None:
    page = browser.new_page(locale="en-US")
    page.goto(many)
    assert bar(page) == "Asking all 10,000 articles"
    page.click(OPENER)
    page.wait_for_selector("#within[open]")
    page.evaluate("""() => {
        window.longest = 0;
        let last = performance.now();
        const look = (now) => {
            window.longest = Math.max(window.longest, now - last);
            last = now;
            requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
    }""")
    page.locator("#within [name=id]").first.check()
    page.focus("#within [data-within=page]:not(:disabled)")
    page.keyboard.press("Enter")
    page.locator("#within nav", has_text="51–100 of 10,000").wait_for()
    assert page.evaluate("document.activeElement.dataset.first") == "100"
    page.locator("#within [name=id][type=checkbox]").nth(3).check()
    page.keyboard.press("Tab")
    page.fill("#within [name=search]", "report 7700")
    page.locator("#within .within-list", has_text="Report 7700").wait_for()
    page.locator(".within-count", has_text="2 articles").wait_for()
    assert page.locator("#within *").count() < 500
    assert page.evaluate("window.longest") < 500
    page.click("#within [data-within=apply]")
    page.wait_for_selector(".within-chip")
    assert bar(page) == "Asking 2 articles"
    page.close()


@SCREENS
def test_axe_finds_nothing_and_nothing_is_cut(
    visit: Callable[..., Any], locale: str, width: int, scheme: str
) -> None:
    page = visit(locale, width, color_scheme=scheme)

    def violations() -> list[str]:
        page.wait_for_timeout(300)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        found = Axe().run(page).response["violations"]
        return [f"{one['id']}: {node['html'][:200]}" for one in found for node in one["nodes"]]

    page.click(OPENER)
    page.wait_for_selector("#within[open]")
    page.check("#within [name=language][value=ar]")
    page.fill("#within [name=first]", "soon")
    page.click("#within [data-within=apply]")
    page.locator("#within .problem:not([hidden])").wait_for()
    assert violations() == [], "the panel"
    page.fill("#within [name=first]", "")
    page.click("#within [data-within=apply]")
    page.wait_for_selector(".within-chip")
    ask(page, ENGLISH)
    assert violations() == [], "a silence within a filter"


def test_a_filter_chosen_before_the_first_question_is_there_again(visit: Callable[..., Any]) -> None:
    page = visit()
    page.click(OPENER)
    page.check("#within [name=language][value=ar]")
    page.click("#within [data-within=apply]")
    page.wait_for_selector(".within-chip")
    page.click("#top a.library")
    page.wait_for_selector(".articles table")
    page.click("#shelf .back")  # its address says nothing of a filter
    page.wait_for_selector(".within-chip")
    assert chips(page) == ["Arabic"]
    assert in_address(page) == "language:ar"


def test_a_question_that_waits_is_asked_after_a_reload_as_it_was_sent(visit: Callable[..., Any]) -> None:
    page = visit()
    ask(page, ENGLISH)
    wish = "According to the Alder observatory, who founded the observatory?"
    page.evaluate(
        """wish => {
            const name = Object.keys(localStorage).find((one) => one.includes(":chat:"));
            const chat = JSON.parse(localStorage.getItem(name));
            chat.waiting = [wish, { question: wish, within: "language:en", literally: true }];
            localStorage.setItem(name, JSON.stringify(chat));
        }""",
        wish,
    )
    page.reload()
    page.locator(".turn").nth(2).locator(".reply:not(.searching)").wait_for()
    notes = [page.locator(".turn").nth(place).locator(".within-notes") for place in (1, 2)]
    assert notes[0].inner_text().startswith("Within “")
    assert notes[1].inner_text().startswith("Asked within: English")
    assert notes[1].locator("[data-within=literally]").count() == 0
