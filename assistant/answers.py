"""What the assistant says, and the characters that it stands on."""

from collections.abc import Mapping
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer with its citations; ``text == ""`` is an abstention, and ``hits`` the nearest passages."""

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
