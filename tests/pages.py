"""What the tests of the page share: HTML read back, texts that want to be markup, two articles, turns."""

from collections.abc import Sequence
from html.parser import HTMLParser
from itertools import accumulate
from typing import Any

from hypothesis import strategies as st

from assistant.answers import Alternative, Answer, Citation, Statement, cite
from index.articles import Article
from index.passages import Hit, LegScore, Passage
from ui.render import ShownTurn, turn_html
from ui.words import Words

TEXT = "The mill stands by the river.\n\nTom Reed built it in 1702. It burned in 1809."
MILL = Article("mill", "The old mill", TEXT, "en", "/articles/mill.txt", "2020-01-02")
BRIDGE = Article("bridge", "الجسر القديم", "بُني الجسر سنة 1910. صممه المهندس Tom Reed.", "ar", "/a/جسر.txt")


THRESHOLD = 0.35


def conversation(turns: Sequence[ShownTurn], words: Words) -> str:
    """All turns of a conversation, as the page draws each."""
    return "".join(turn_html(turn, number, words, THRESHOLD) for number, turn in enumerate(turns))


def span(article: Article, quote: str) -> tuple[int, int]:
    start = article.text.index(quote)
    return start, start + len(quote)


def hit(article: Article, text: str, terms: tuple[str, ...] = ()) -> Hit:
    start, end = span(article, text)
    passage = Passage(article.id, article.title, article.source, article.language, start, end, text)
    return Hit(passage, 1.0, LegScore(3, 0.5), LegScore(2, 4.0), terms)


def answer_to(
    question: str, text: str, language: str, citations: Sequence[Citation], **fields: Any
) -> Answer:
    return Answer(
        question, question, text, language, tuple(citations), 0.9, timings_ms={}, **{"hits": (), **fields}
    )


def answered(question: str, *quotes: tuple[Article, str], hits: tuple[Hit, ...] = ()) -> ShownTurn:
    """A turn whose answer is whole sentences, each cited."""
    citations = [cite(n, article, *span(article, quote)) for n, (article, quote) in enumerate(quotes, 1)]
    ends = list(accumulate(len(quote) + 1 for _, quote in quotes))
    statements = tuple(
        Statement(end - 1 - len(quote), end - 1, (number,))
        for number, (end, (_, quote)) in enumerate(zip(ends, quotes, strict=True), 1)
    )
    text = " ".join(quote for _, quote in quotes)
    language = quotes[0][0].language
    return ShownTurn(
        question, answer_to(question, text, language, citations, statements=statements, hits=hits)
    )


def answered_in_short(
    question: str,
    *agreeing: tuple[Article, str, str],
    otherwise: Sequence[tuple[Article, str, str]] = (),
    hits: tuple[Hit, ...] = (),
) -> ShownTurn:
    """A turn whose answer is a part of a sentence: for each citation the article, the sentence, the part."""
    citations = []
    for number, (article, quote, part) in enumerate([*agreeing, *otherwise], 1):
        start, end = span(article, quote)
        begin = start + quote.index(part)
        citations.append(cite(number, article, start, end, (begin, begin + len(part))))
    alternatives = tuple(
        Alternative(part, article.language, citation, 0.4)
        for citation, (article, _, part) in zip(citations[len(agreeing) :], otherwise, strict=True)
    )
    first, _, text = agreeing[0]
    answer = answer_to(
        question,
        text,
        first.language,
        citations[: len(agreeing)],
        statements=(Statement(0, len(text), (1,)),),
        alternatives=alternatives,
        hits=hits,
    )
    return ShownTurn(question, answer)


VOID = {"br", "hr", "img", "input"}  # elements that are never closed


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
        if tag not in VOID:
            self.open.append((tag, named.get("class", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
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


SIGNS = "\u064b\u0651\u0301"  # what stands on a letter: tanwin, shadda, an acute accent
hostile = st.text(
    st.sampled_from("<>&\"'`/=${}\n\\ \u202e\u2028\u0000aب١[]()#*" + SIGNS), max_size=60
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
