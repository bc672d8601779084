"""The HTML of the page: what is shown, where the marks fall, and that no text of others becomes markup."""

import re
from collections.abc import Iterator
from dataclasses import fields, replace
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answers import Answer, cite
from index.articles import Article
from index.passages import Hit, LegScore, Passage
from ui.panel import Place, article_of, marks, panel
from ui.paragraphs import Mark, direction, paragraphs
from ui.render import (
    Source,
    Turn,
    conversation,
    header,
    no_answers_yet,
    plain_text,
    shared_words,
    source_name,
    welcome,
    why,
)
from ui.words import ARABIC, ENGLISH, Words, count_articles, preferred_language

TEXT = "The mill stands by the river.\n\nTom Reed built it in 1702. It burned in 1809."
MILL = Article("mill", "The old mill", TEXT, "en", "/articles/mill.txt", "2020-01-02")
BRIDGE = Article("bridge", "الجسر القديم", "بُني الجسر سنة 1910. صممه المهندس Tom Reed.", "ar", "/a/جسر.txt")


def span(article: Article, quote: str) -> tuple[int, int]:
    start = article.text.index(quote)
    return start, start + len(quote)


def hit(article: Article, text: str, terms: tuple[str, ...] = ()) -> Hit:
    start, end = span(article, text)
    passage = Passage(article.id, article.title, article.source, article.language, start, end, text)
    return Hit(passage, 1.0, LegScore(3, 0.5), LegScore(2, 4.0), terms)


def answered(question: str, *quotes: tuple[Article, str], hits: tuple[Hit, ...] = ()) -> Turn:
    citations = tuple(cite(n, article, *span(article, quote)) for n, (article, quote) in enumerate(quotes, 1))
    text = " ".join(quote for _, quote in quotes)
    language = quotes[0][0].language if quotes else "en"
    answer = Answer(question, question, text, language, citations, 0.9, hits, {})
    sources = tuple(
        Source(citation, quote, article.published)
        for citation, (article, quote) in zip(citations, quotes, strict=True)
    )
    return Turn(question, answer, sources)


class Page(HTMLParser):
    """The tags of some HTML with their attributes, and the text of each kind of element."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.open: list[tuple[str, str]] = []
        self.pieces: list[tuple[tuple[tuple[str, str], ...], str]] = []
        self.feed(html)
        self.close()
        assert not self.open, f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = {name: value or "" for name, value in attrs}
        self.tags.append((tag, named))
        self.open.append((tag, named.get("class", "")))

    def handle_endtag(self, tag: str) -> None:
        assert self.open
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        self.pieces.append((tuple(self.open), data))

    def text(self, tag: str = "", of_class: str = "") -> str:
        return "".join(
            data
            for opened, data in self.pieces
            if not tag or any(name == tag and of_class in [*classes.split(), ""] for name, classes in opened)
        )


def without_line_breaks(text: str) -> str:
    return "".join(line for line in text.split("\n") if line.strip())


# paragraphs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The mill stands by the river.", "ltr"),
        ("أعلن حلف NATO اجتماعا", "rtl"),
        ("NATO يعقد اجتماعا في بروكسل", "rtl"),  # the first strong letter is Latin, the paragraph is not
        ("He said (مجلس) and left the room", "ltr"),
        ("1. اقترح لافروف تشكيل مجلس", "rtl"),
        ("1987 - 2021", "auto"),
        ("", "auto"),
        ("مجلس Majlis", "auto"),
    ],
)
def test_a_paragraph_runs_as_most_of_its_words_do(text: str, expected: str) -> None:
    assert direction(text) == expected


def test_each_paragraph_has_its_own_direction() -> None:
    assert paragraphs("Hello there\n\nمرحبا بكم\n1987", otherwise="rtl") == (
        '<p dir="ltr">Hello there</p><p dir="rtl">مرحبا بكم</p><p dir="rtl" class=joined>1987</p>'
    )


def test_marks_may_overlap_and_span_paragraphs() -> None:
    shown = paragraphs("abcd\nefgh", [Mark(1, 3, "quote", current=True), Mark(2, 7, "quote")])
    assert shown == (
        '<p dir="ltr">a<mark class="current quote">b</mark><mark class="current quote">c</mark>'
        '<mark class="quote">d</mark></p><p dir="ltr"><mark class="quote">ef</mark>gh</p>'
    )


hostile = st.text(
    st.sampled_from("<>&\"'`/=${}\n\\ \u202e\u2028\u0000aب١[]()#*"), max_size=60
) | st.sampled_from(
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "</mark></p></div><b>out</b>",
        '"><svg onload=alert(1)>',
        "' autofocus onfocus=alert(1) x='",
        "[click](javascript:alert(1))",
        "```html\n<b>x</b>\n```",
        "$x^2$ \\(y\\) {{value}} ${value}",
        "&lt;b&gt; &amp;amp; &#60;",
        "<!-- <p> -->",
        "javascript:alert(1)",
    ]
)


@settings(max_examples=150, deadline=None)
@given(hostile, st.data())
def test_every_character_is_shown_and_every_mark_covers_its_range(text: str, data: st.DataObject) -> None:
    places = st.integers(0, len(text))
    ranges = data.draw(st.lists(st.tuples(places, places).map(sorted), max_size=3))
    shown = paragraphs(text, [Mark(start, end, f"k{n}") for n, (start, end) in enumerate(ranges)])
    page = Page(shown)
    assert {tag for tag, _ in page.tags} <= {"p", "mark"}
    assert page.text() == without_line_breaks(text)
    for n, (start, end) in enumerate(ranges):
        whole_lines = [
            text[max(start, line.start()) : min(end, line.end())]
            for line in re.finditer(r"[^\n]*", text)
            if line[0].strip() and line.start() < end and start < line.end()
        ]
        assert page.text("mark", f"k{n}") == "".join(whole_lines)


# the conversation


def test_an_answer_carries_its_marks_where_its_quotes_end() -> None:
    turn = answered("When?", (MILL, "Tom Reed built it in 1702."), (MILL, "It burned in 1809."))
    page = Page(conversation([turn], ENGLISH))
    answer = next(text for opened, text in page.pieces if ("div", "answer") in opened)
    assert answer == "Tom Reed built it in 1702."
    whole = page.text("div", "answer")
    assert whole == "Tom Reed built it in 1702.[1] It burned in 1809.[2]"
    cites = [named for tag, named in page.tags if tag == "button" and named["class"] == "cite"]
    assert [(c["data-kind"], c["data-turn"], c["data-number"]) for c in cites] == [
        ("citation", "0", "1"),
        ("citation", "0", "2"),
    ]
    assert page.text("ul", "sources") == "[1] The old mill[2] The old mill"


def test_quotes_that_repeat_are_marked_one_after_the_other() -> None:
    echo = replace(MILL, text="No. No.", id="echo")
    citations = (cite(1, echo, 0, 3), cite(2, echo, 4, 7))
    answer = Answer("q", "q", "No. No.", "en", citations, 1.0, (), {})
    turn = Turn("q", answer, tuple(Source(citation, "No.", "") for citation in citations))
    assert Page(conversation([turn], ENGLISH)).text("div", "answer") == "No.[1] No.[2]"


def test_marks_follow_the_text_where_the_answer_is_shorter_than_its_quote() -> None:
    citation = cite(1, MILL, *span(MILL, "Tom Reed built it in 1702."))
    answer = Answer("q", "q", "1702", "en", (citation,), 1.0, (), {})
    turn = Turn("q", answer, (Source(citation, "Tom Reed built it in 1702.", "2020"),))
    assert Page(conversation([turn], ENGLISH)).text("div", "answer") == "1702[1]"
    assert plain_text(turn) == (
        "1702 [1]\n\n[1] The old mill (/articles/mill.txt, 2020)\n“Tom Reed built it in 1702.”"
    )


def test_a_copied_answer_has_its_source_and_says_nothing_twice() -> None:
    turn = answered("من؟", (BRIDGE, "بُني الجسر سنة 1910."))
    assert plain_text(turn) == "بُني الجسر سنة 1910. [1]\n\n[1] الجسر القديم (/a/جسر.txt)"
    copied = [
        named["data-copy"] for _, named in Page(conversation([turn], ARABIC)).tags if "data-copy" in named
    ]
    assert copied == [plain_text(turn)]


def test_an_abstention_speaks_the_language_of_the_question_and_shows_passages_as_passages() -> None:
    hits = (hit(BRIDGE, "بُني الجسر سنة 1910."),)
    answer = Answer("من رسم اللوحة؟", "من رسم اللوحة؟", "", "ar", (), 0.1, hits, {})
    shown = conversation([Turn(answer.question, answer)], ENGLISH)  # an English page
    page = Page(shown)
    reply = page.text("div", "abstention")
    assert reply.startswith(ARABIC.abstained)
    assert ARABIC.nearest in reply
    assert page.text("ul", "passages").startswith("الجسر القديمبُني الجسر سنة 1910.")
    assert page.text("div", "answer") == ""
    assert 'class="cite"' not in shown


@pytest.mark.parametrize(
    ("question", "article", "quote", "note"),
    [
        ("Who designed the bridge?", BRIDGE, "صممه المهندس Tom Reed.", ARABIC.other_language),
        ("من بنى الطاحونة؟", MILL, "Tom Reed built it in 1702.", ENGLISH.other_language),
        ("Who built the mill?", MILL, "Tom Reed built it in 1702.", ""),
    ],
)
def test_an_answer_in_another_language_says_so_in_the_questions(
    question: str, article: Article, quote: str, note: str
) -> None:
    page = Page(conversation([answered(question, (article, quote))], ENGLISH))
    assert page.text("p", "note") == note
    assert direction(note) == (direction(question) if note else "auto")


def test_an_arabic_answer_runs_from_the_right_on_an_english_page() -> None:
    shown = conversation([answered("Who?", (BRIDGE, "صممه المهندس Tom Reed."))], ENGLISH)
    assert '<div class="answer"><p dir="rtl">صممه المهندس Tom Reed.<button' in shown


def test_a_question_understood_otherwise_is_said_so() -> None:
    turn = answered("And when?", (MILL, "Tom Reed built it in 1702."))
    assert turn.answer is not None
    assert Page(conversation([turn], ENGLISH)).text("p", "note") == ""
    understood = replace(turn, answer=replace(turn.answer, understood_as="When was the mill built?"))
    note = Page(conversation([understood], ARABIC)).text("p", "note")
    assert note == "Understood as: When was the mill built?"


def test_waiting_and_problems_keep_the_question() -> None:
    page = Page(conversation([Turn("first?", problem="no such folder"), Turn("second?")], ENGLISH))
    assert page.text("div", "question") == "first?second?"
    assert page.text("div", "problem") == ENGLISH.problem + "no such folder"
    assert page.text("div", "searching") == ENGLISH.searching


# the panel


def test_the_panel_marks_the_quotes_and_the_one_asked_for() -> None:
    turn = answered("When?", (MILL, "Tom Reed built it in 1702."), (MILL, "It burned in 1809."))
    assert turn.answer is not None
    page = Page(panel(turn.answer, Place(0, "citation", 2), MILL, ENGLISH))
    assert page.text("mark", "current") == "It burned in 1809."
    assert page.text("mark") == "Tom Reed built it in 1702.It burned in 1809."
    assert page.text("div", "text") == TEXT.replace("\n\n", "")
    assert page.text("div", "head") == "[2] Quoted in the answerThe old mill2020-01-02 · mill.txt"


def test_the_panel_lists_passages_that_the_answer_does_not_quote_each_with_its_reason() -> None:
    quoted = hit(MILL, "Tom Reed built it in 1702. It burned in 1809.")
    other = hit(BRIDGE, "صممه المهندس Tom Reed.", ("tom", "reed"))
    turn = answered("Who is Tom Reed?", (MILL, "Tom Reed built it in 1702."), hits=(quoted, other))
    assert turn.answer is not None
    page = Page(panel(turn.answer, Place(0, "citation", 1), MILL, ENGLISH))
    opened = [named for tag, named in page.tags if named.get("class") == "open"]
    assert [(named["data-kind"], named["data-number"]) for named in opened] == [("passage", "2")]
    assert page.text("details", "why") == (
        "Why this passage?No. 2 by its words. No. 3 by its meaning. It shares with the question: Tom · Reed."
    )
    passage = Page(panel(turn.answer, Place(0, "passage", 2), BRIDGE, ENGLISH))
    assert passage.text("mark", "passage") == other.passage.text


def test_shared_words_are_as_the_passage_writes_them() -> None:
    found = hit(BRIDGE, "بُني الجسر سنة 1910.", ("جسر", "سن"))
    assert "الجسر" in shared_words(found)
    assert why(replace(found, lexical=None, matched_terms=()), ENGLISH) == (
        "Found by its meaning alone. No. 3 by its meaning."
    )


def test_a_quote_is_never_shown_in_an_article_that_has_changed() -> None:
    turn = answered("When?", (MILL, "Tom Reed built it in 1702."), hits=(hit(MILL, "It burned in 1809."),))
    assert turn.answer is not None
    changed = replace(MILL, text="Once. " + TEXT)
    for kind in ("citation", "passage"):
        assert marks(turn.answer, Place(0, kind, 1), changed) == []
        page = Page(panel(turn.answer, Place(0, kind, 1), changed, ENGLISH))
        assert page.text("mark") == ""
        assert ENGLISH.changed in page.text()
    assert ENGLISH.gone in panel(turn.answer, Place(0, "citation", 1), None, ENGLISH)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (Place(0, "citation", 1), "mill"),
        (Place(0, "passage", 1), "bridge"),
        (Place(0, "citation", 2), None),
        (Place(0, "passage", 0), None),
    ],
)
def test_a_place_that_the_answer_does_not_have_is_nowhere(place: Place, expected: str | None) -> None:
    turn = answered("When?", (MILL, "It burned in 1809."), hits=(hit(BRIDGE, "بُني الجسر سنة 1910."),))
    assert turn.answer is not None
    assert article_of(turn.answer, place) == expected


# everything that others wrote

ALLOWED = {
    *("div", "p", "span", "bdi", "button", "ul", "li", "h1", "h2", "h3", "a", "mark", "article", "section"),
    *("details", "summary", "header", "pre", "code"),
}


def everything(text: str) -> Iterator[tuple[str, str]]:
    article = Article(text, text, f"{text}. {text}", "en", text, text)
    turn = answered(text, (article, article.text), hits=(hit(article, article.text, (text,)),))
    assert turn.answer is not None
    abstention = replace(turn.answer, text="", citations=(), understood_as=text + text)
    for words in (ENGLISH, ARABIC):
        yield "log", conversation([turn, Turn(text), Turn(text, problem=text), Turn(text, abstention)], words)
        yield "panel", panel(turn.answer, Place(0, "citation", 1), article, words)
        yield "panel", panel(abstention, Place(0, "passage", 1), article, words)
        yield "welcome", welcome([text], words)
        yield "nothing", no_answers_yet(text, text, words)


@settings(max_examples=60, deadline=None)
@given(hostile.filter(lambda text: text.strip()))
def test_no_text_of_others_becomes_markup(text: str) -> None:
    for _, html in everything(text):
        page = Page(html)
        assert {tag for tag, _ in page.tags} <= ALLOWED
        for tag, named in page.tags:
            assert not [name for name in named if name.startswith("on") or name in ("style", "src")]
            assert tag != "a" or named["href"].startswith(("https://", "http://", "?lang="))


@pytest.mark.parametrize(
    "source", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "file:///etc"]
)
def test_only_web_addresses_become_links(source: str) -> None:
    assert "<a" not in source_name(source)


def test_a_web_address_is_a_link_that_opens_apart() -> None:
    (tag, named), *_ = Page(source_name('https://example.org/a?b=1&c="')).tags
    assert (tag, named["href"]) == ("a", 'https://example.org/a?b=1&c="')
    assert (named["rel"], named["target"]) == ("noopener noreferrer", "_blank")


# words


@pytest.mark.parametrize(
    ("count", "english", "arabic"),
    [
        (1, "1 article", "مقال واحد"),
        (2, "2 articles", "مقالان"),
        (3, "3 articles", "3 مقالات"),
        (10, "10 articles", "10 مقالات"),
        (11, "11 articles", "11 مقالًا"),
        (99, "99 articles", "99 مقالًا"),
        (100, "100 articles", "100 مقال"),
        (102, "102 articles", "102 مقال"),
        (1103, "1,103 articles", "1,103 مقالات"),
    ],
)
def test_articles_are_counted_as_each_language_counts(count: int, english: str, arabic: str) -> None:
    assert count_articles(count, "en") == english
    assert count_articles(count, "ar") == arabic


def test_the_header_tells_how_many_articles_there_are_in_each_language() -> None:
    assert "20 articles · 12 in Arabic · 8 in English" in header(20, {"en": 8, "ar": 12}, ENGLISH)
    assert "3 مقالات<" in header(3, {"ar": 3}, ARABIC)


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("", "en"),
        ("ar", "ar"),
        ("en-GB,en;q=0.9,ar;q=0.8", "en"),
        ("fr, ar-EG;q=0.9, en;q=0.8", "ar"),
        ("*", "en"),
    ],
)
def test_the_page_speaks_the_browsers_language(accepted: str, expected: str) -> None:
    assert preferred_language(accepted) == expected


def test_both_languages_say_everything_with_the_same_gaps() -> None:
    for field in fields(Words):
        english, arabic = str(getattr(ENGLISH, field.name)), str(getattr(ARABIC, field.name))
        assert english.strip()
        assert english.count("{}") == arabic.count("{}"), field.name
        expected = {"direction": ("auto", "auto"), "language": ("auto", "auto")}
        if field.name == "other_language":  # said in the other language
            assert (direction(english), direction(arabic)) == ("rtl", "ltr")
        elif field.name not in expected:
            assert direction(arabic) == "rtl", field.name
