"""What the assistant says, and the characters that it stands on.

``answer_to_json`` and ``hits_to_json`` are the objects that scripts read: their keys are a promise.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from index.articles import Article
from index.passages import Hit


@dataclass(frozen=True, slots=True)
class Citation:
    """A range of an article's text that supports an answer.

    The quote is not stored: ``citation.quote(article)`` slices it from the article, so it cannot lie.
    ``content_hash`` is the SHA-256 (hex) of the article's text at the time of the answer.
    """

    number: int  # from 1, as printed in the answer: [1]
    article_id: str
    title: str
    source: str
    start: int
    end: int
    content_hash: str

    def quote(self, article: Article) -> str:
        """The cited characters; ``ValueError`` where the article is not the text that was cited."""
        if content_hash(article) != self.content_hash:
            raise ValueError(f"{self.article_id}: cited as {self.content_hash}, is {content_hash(article)}")
        return article.text[self.start : self.end]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its citations; ``text == ""`` is an abstention, and ``hits`` the nearest passages.

    ``text`` is the cited sentences as they stand in the articles; whoever shows it adds the marks [1] [2].
    """

    question: str
    understood_as: str
    text: str
    language: str  # of the text: "ar" or "en"; of the question where the assistant abstains
    citations: tuple[Citation, ...]
    confidence: float  # 0..1
    hits: tuple[Hit, ...]
    timings_ms: Mapping[str, float]

    @property
    def abstained(self) -> bool:
        return not self.text


def content_hash(article: Article) -> str:
    """The SHA-256 (hex) of an article's text."""
    return hashlib.sha256(article.text.encode()).hexdigest()


def cite(number: int, article: Article, start: int, end: int) -> Citation:
    """The citation of a range of an article."""
    return Citation(number, article.id, article.title, article.source, start, end, content_hash(article))


def answer_to_json(answer: Answer, article: Callable[[str], Article]) -> dict[str, Any]:
    """The object that ``majlis ask --json`` prints; ``article`` finds an article by its id.

    A quote is null where the article has changed or gone since it was cited.
    """
    return {
        "question": answer.question,
        "understood_as": answer.understood_as,
        "answer": answer.text,
        "language": answer.language,
        "abstained": answer.abstained,
        "confidence": round(answer.confidence, 4),
        "citations": [_citation_to_json(citation, article) for citation in answer.citations],
        "hits": hits_to_json(answer.hits),
        "timings_ms": {stage: round(spent, 1) for stage, spent in answer.timings_ms.items()},
    }


def hits_to_json(hits: Sequence[Hit]) -> list[dict[str, Any]]:
    """The hits as ``majlis ask --json`` and ``majlis search --json`` print them, best first."""
    return [
        {
            "article_id": hit.passage.article_id,
            "title": hit.passage.title,
            "start": hit.passage.start,
            "end": hit.passage.end,
            "score": hit.score,
            "dense": hit.dense and asdict(hit.dense),
            "lexical": hit.lexical and asdict(hit.lexical),
            "text": hit.passage.text,
        }
        for hit in hits
    ]


def quote_of(citation: Citation, article: Callable[[str], Article]) -> str | None:
    """The cited characters; none where the article has changed or gone since it was cited."""
    try:
        return citation.quote(article(citation.article_id))
    except (KeyError, ValueError):
        return None


def _citation_to_json(citation: Citation, article: Callable[[str], Article]) -> dict[str, Any]:
    return {
        "number": citation.number,
        "article_id": citation.article_id,
        "title": citation.title,
        "source": citation.source,
        "start": citation.start,
        "end": citation.end,
        "quote": quote_of(citation, article),
    }
