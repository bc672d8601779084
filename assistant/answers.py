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
    """A range of an article's text that supports an answer, and the range of the answer inside it.

    The quote is not stored: ``citation.quote(article)`` slices it from the article, so it cannot lie.
    ``content_hash`` is the SHA-256 (hex) of the article's text at the time of the answer. A ``ValueError``
    where ``start <= answer_start <= answer_end <= end`` does not hold.
    """

    number: int  # from 1, as printed in the answer: [1]
    article_id: str
    title: str
    source: str
    start: int
    end: int
    answer_start: int  # the answer is the whole quote where these are start and end
    answer_end: int
    content_hash: str

    def __post_init__(self) -> None:
        if not self.start <= self.answer_start <= self.answer_end <= self.end:
            raise ValueError(
                f"{self.article_id}: the answer {self.answer_start}-{self.answer_end} "
                f"is not inside the quote {self.start}-{self.end}"
            )

    @property
    def within(self) -> tuple[int, int]:
        """The range of the answer in the quote."""
        return self.answer_start - self.start, self.answer_end - self.start

    def quote(self, article: Article) -> str:
        """The cited characters; ``ValueError`` where the article is not the text that was cited."""
        return self._slice(article, self.start, self.end)

    def answer(self, article: Article) -> str:
        """The answer inside the quote; ``ValueError`` where the article is not the text that was cited."""
        return self._slice(article, self.answer_start, self.answer_end)

    def _slice(self, article: Article, start: int, end: int) -> str:
        if content_hash(article) != self.content_hash:
            raise ValueError(f"{self.article_id}: cited as {self.content_hash}, is {content_hash(article)}")
        return article.text[start:end]


@dataclass(frozen=True, slots=True)
class Alternative:
    """What another article answers, where it does not say the same."""

    text: str
    language: str  # of the text: "ar" or "en"
    citation: Citation
    confidence: float  # 0..1


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its citations; ``text == ""`` is an abstention, and ``hits`` the nearest passages.

    ``text`` stands in the articles as it is here: the words that answer, inside the sentence that citation 1
    quotes, or whole sentences, each cited. Further citations are of other articles that say the same.
    Whoever shows it adds the marks [1] [2]; their numbers go on through ``alternatives``.
    """

    question: str
    understood_as: str
    text: str
    language: str  # of the text: "ar" or "en"; of the question where the assistant abstains
    citations: tuple[Citation, ...]
    confidence: float  # 0..1
    hits: tuple[Hit, ...]
    timings_ms: Mapping[str, float]
    alternatives: tuple[Alternative, ...] = ()

    @property
    def abstained(self) -> bool:
        return not self.text

    @property
    def all_citations(self) -> tuple[Citation, ...]:
        """The answer's citations, then those of the alternatives: in the order of their numbers."""
        return (*self.citations, *(alternative.citation for alternative in self.alternatives))


def content_hash(article: Article) -> str:
    """The SHA-256 (hex) of an article's text."""
    return hashlib.sha256(article.text.encode()).hexdigest()


def cite(
    number: int, article: Article, start: int, end: int, answer: tuple[int, int] | None = None
) -> Citation:
    """The citation of a range of an article; ``answer`` is the range that answers, None for all of it."""
    answer_start, answer_end = answer or (start, end)
    return Citation(
        number=number,
        article_id=article.id,
        title=article.title,
        source=article.source,
        start=start,
        end=end,
        answer_start=answer_start,
        answer_end=answer_end,
        content_hash=content_hash(article),
    )


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
        "alternatives": [
            {
                "answer": alternative.text,
                "language": alternative.language,
                "confidence": round(alternative.confidence, 4),
                "citation": _citation_to_json(alternative.citation, article),
            }
            for alternative in answer.alternatives
        ],
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
        "answer_start": citation.answer_start,
        "answer_end": citation.answer_end,
        "quote": quote_of(citation, article),
    }
