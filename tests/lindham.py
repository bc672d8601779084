"""Three short articles, what is found of them, models that see what they are told, a reader that writes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from assistant.answers import Event, OnEvent, Statement, cite, ignore
from assistant.question import Question, understand
from assistant.readers import Reader, Reading, Revision
from assistant.readers.spans import Window
from index.articles import Article
from index.embedders import Embedder, HashingEmbedder, Vectors
from index.library import ArticleSummary
from index.passages import Hit, split_article
from index.text.dates import date_key
from index.text.language import detect_language

COUNCIL = """إعلان سوتشي

عُقد الاجتماع في سوتشي يوم الثلاثاء. وتحدث لافروف عن إمكانية تشكيل مجلس خبراء غير حكومي يضم باحثين.
وينتهي سريان المعاهدة في فبراير عام 2021. ويضم الوفد اثني عشر عضوا.
"""
CANAL = """The canal of Lindham

The canal of Lindham was opened in 1874 by Mary Oakes, an engineer from Hull. It is 31 kilometres long.
It was closed in 1951. The reason was simple: the railway was cheaper. Coal went by rail from then on.
"""
HISTORY = "A history of Lindham\n\nThe canal of Lindham was opened in 1874 by Mary Oakes. Then came the mill."
ARTICLES = {
    name: Article(name, text.split("\n", 1)[0], text, detect_language(text), f"/{name}.txt")
    for name, text in {"council": COUNCIL, "canal": CANAL, "history": HISTORY}.items()
}

FIRST = "One person, it seems."
SECOND = "Others say more of it."
WRITTEN = f"{FIRST} {SECOND}"


class NothingSeen:
    """A reading model that has no opinion: every token is as likely as no answer."""

    fingerprint = "nothing-seen"

    def read(self, question: str, texts: Sequence[str]) -> list[list[Window]]:
        return [[self._window(text)] for text in texts]

    def _window(self, text: str) -> Window:
        places = np.array([match.span() for match in re.finditer(r"\w+|[^\w\s]", text)]).reshape(-1, 2)
        flat = np.zeros(len(places), dtype=np.float32)
        return Window(places[:, 0], places[:, 1], flat, flat, 0.0)


class Seen(NothingSeen):
    """A reading model that sees these words as the answer, wherever they stand."""

    def __init__(self, *answers: str) -> None:
        self._answers = answers

    def _window(self, text: str) -> Window:
        window = super()._window(text)
        starts, ends = window.start_logits - 5, window.end_logits - 5
        for strength, answer in enumerate(reversed(self._answers)):
            for match in re.finditer(re.escape(answer), text):
                starts[window.starts == match.start()] = ends[window.ends == match.end()] = 5 + strength / 10
        return Window(window.starts, window.ends, starts, ends, 0.0)


@dataclass(frozen=True)
class Stored:
    """These articles as a library at one revision, to be read from."""

    articles: Mapping[str, Article] = field(default_factory=lambda: ARTICLES)
    embedder: Embedder = field(default_factory=HashingEmbedder)

    def article(self, article_id: str) -> Article:
        return self.articles[article_id]

    def summary(self, article_id: str) -> ArticleSummary:
        own = self.articles[article_id]
        told = (own.id, own.title, own.language, own.source, own.origin, own.published, own.author)
        return ArticleSummary(*told, len(own.text), len(split_article(own)))

    def embed_question(self, text: str) -> Vectors:
        return self.embedder.embed_questions([text])[0]

    def count_articles(self) -> int:
        return len(self.articles)

    def newest(self, count: int) -> list[str]:
        return sorted(self.articles, key=lambda name: date_key(self.articles[name].published))[::-1][:count]


LINDHAM = Stored()


def hits(*articles: str | Article) -> list[Hit]:
    """The passages of these articles, in this order."""
    chosen = [ARTICLES[article] if isinstance(article, str) else article for article in articles]
    found = [piece for article in chosen for piece in split_article(article)]
    return [Hit(piece, 0.6 - 0.01 * rank) for rank, piece in enumerate(found)]


def read(reader: Reader, question: str, *articles: str | Article) -> Reading:
    """What a reader says when these articles are found, in this order."""
    others = {article.id: article for article in articles if isinstance(article, Article)}
    return reader.read(understand(question), hits(*articles), Stored(ARTICLES | others))


class WritingReader:
    """Says what stands in no article, in two statements: the second stands on all hits but the first."""

    fingerprint = "writing-1"
    depth = 3

    def load(self) -> None:
        """Loads nothing."""

    def read(
        self, question: Question, hits: Sequence[Hit], revision: Revision, on_event: OnEvent = ignore
    ) -> Reading:
        if not (hits and question.query.words):
            return Reading("", question.language, (), (), 0.0)
        citations = []
        for number, hit in enumerate(hits, start=1):
            on_event(Event("reading", number - 1, len(hits)))
            article = revision.article(hit.passage.article_id)
            citations.append(cite(number, article, hit.passage.start, hit.passage.end))
        on_event(Event("reading", len(hits), len(hits)))
        rest = tuple(citation.number for citation in citations[1:]) or (1,)
        statements = (Statement(0, len(FIRST), (1,)), Statement(len(FIRST) + 1, len(WRITTEN), rest))
        return Reading(WRITTEN, "en", statements, tuple(citations), 0.9, sure=True)
