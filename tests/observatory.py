"""A small bilingual library with an assistant whose answers are known: what the tests of the chat ask."""

import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from assistant.answers import Alternative, Answer, Citation, Event, OnEvent, Statement, cite
from assistant.conversation import Turn
from assistant.pipeline import Assistant
from assistant.readers.sentence import SentenceReader
from assistant.settings import Settings
from index.articles import Article, make_article
from index.embedders import load_embedder
from index.errors import UserError
from index.library import Library
from index.text.sentences import sentence_ranges

ENGLISH = "Who founded the Alder observatory?"
ARABIC = "من أسس مرصد الصنوبر؟"
NOWHERE = "Which opera did the observatory keeper sing in Vienna?"
NOWHERE_ARABIC = "أي أوبرا غناها حارس مرصد الصنوبر في فيينا؟"
SHORT = "Who saw the comet first?"
SHORT_ARABIC = "من أول من رصد المذنب؟"
DAMAGED = "What is damaged?"
SLOW = "Who first saw the comet of 1911?"
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
    make_article(
        id="comet",
        title="The comet of 1911",
        text="The comet was first seen by Ada Birch. She drew it every night.",
        source="/articles/comet.txt",
    ),
    make_article(
        id="mudhannab",
        title="مذنب سنة 1911",
        text="كان الشتاء صافيًا. وكانت آدا بيرش أول من رصد المذنّب. ثم غاب.",
        source="/articles/mudhannab.txt",
    ),
    make_article(
        id="rumour",
        title="What old people say",
        text="Old people say that it was Karl Moss who saw the comet first.",
        source="/articles/rumour.txt",
    ),
    make_article(id="evil", title=EVIL, text=f"The gremlin wrote {EVIL}.", source=EVIL, published=EVIL),
]


IN_SHORT = {  # the answer, who agrees, who says otherwise: article and words
    SHORT: [("comet", "Ada Birch"), ("mudhannab", "آدا بيرش"), ("rumour", "Karl Moss")],
    SHORT_ARABIC: [("mudhannab", "آدا بيرش"), ("comet", "Ada Birch"), ("rumour", "Karl Moss")],
}


class KnownAnswers(Assistant):
    """Sure of all it says; fails at one question, waits at one, and answers two in short.

    Of these one article speaks for the answer and one against it.
    """

    go_on = threading.Event()  # the one that it waits for

    def answer(
        self, question: str, turns: Sequence[Turn] = (), on_event: OnEvent | None = None, **told: Any
    ) -> Answer:
        if question == DAMAGED:
            raise UserError("here: <b>damaged</b>; mend it: majlis index repair")
        if question == SLOW:
            assert on_event
            on_event(Event("reading", 1, 6))
            assert self.go_on.wait(timeout=60)
        answer = replace(super().answer(question, turns, on_event, **told), sure=True)
        if question not in IN_SHORT:
            return answer
        (first, words), *_, (against, other_words) = IN_SHORT[question]
        *citations, differing = [
            in_short(number, self.article(article_id), part)
            for number, (article_id, part) in enumerate(IN_SHORT[question], start=1)
        ]
        return replace(
            answer,
            text=words,
            language=self.article(first).language,
            citations=tuple(citations),
            statements=(Statement(0, len(words), (1,)),),
            alternatives=(Alternative(other_words, self.article(against).language, differing, 0.4),),
        )


def in_short(number: int, article: Article, words: str) -> Citation:
    """The citation of the sentence that holds the words."""
    first = article.text.index(words)
    ranges = sentence_ranges(article.text, 0, len(article.text))
    start, end = next((start, end) for start, end in ranges if start <= first < end)
    return cite(number, article, start, end, (first, first + len(words)))


def open_observatory(folder: Path) -> Assistant:
    library = Library.create(folder, load_embedder("hashing"))
    library.build(ARTICLES)
    return KnownAnswers(library, Settings(library=folder, retriever="lexical", port=0), SentenceReader())
