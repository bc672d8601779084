"""The seam between what was found and what is answered: a reader reads hits.

``assistant.readers.extractive`` is the reader that the product uses; another one, that writes its answers for
instance, takes its place by having the same method.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from assistant.answers import Alternative, Citation
from index.articles import Article
from index.passages import Hit


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader makes of the hits; an empty text says that it found nothing to say.

    ``confidence`` is the estimated chance that the answer is right: one threshold serves every reader.
    """

    text: str
    language: str  # of the text: "ar" or "en"
    citations: tuple[Citation, ...]
    confidence: float  # 0..1
    alternatives: tuple[Alternative, ...] = ()  # what other articles answer instead


class Reader(Protocol):
    """Reads an answer out of the hits, best first; ``article`` gives a hit's article by its id."""

    def read(self, question: str, hits: Sequence[Hit], article: Callable[[str], Article]) -> Reading: ...
