"""The assistant: retrieve, read, answer. Everything else serves these lines."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter

from assistant.answers import Answer
from assistant.readers import Reader
from assistant.readers.extractive import ExtractiveReader
from assistant.readers.spans import SpanModel, load_span_model
from assistant.retrieval import Retriever, make_retriever
from assistant.settings import Settings
from index.articles import Article
from index.errors import UserError
from index.library import Library
from index.library.snapshot import Snapshot
from index.passages import Hit
from index.text.language import detect_language

READ = 6  # hits that the reader reads, however few are shown


class Assistant:
    """Answers questions over one library; may be asked from many threads at once."""

    def __init__(
        self, library: Library, settings: Settings | None = None, reader: Reader | None = None
    ) -> None:
        self.library = library
        self.settings = settings or Settings()
        self.reader = reader or make_reader(library, self.settings)

    def answer(self, question: str) -> Answer:
        """The answer with its citations, or an abstention; ``UserError`` where nothing was asked."""
        asked = _checked(question)
        timings: dict[str, float] = {}
        with _timed(timings, "total"), self.library.snapshot() as snapshot:
            with _timed(timings, "retrieve"):
                hits = self._retriever(snapshot, timings).retrieve(asked, max(self.settings.k, READ))
            with _timed(timings, "read"):
                reading = self.reader.read(asked, hits[:READ], snapshot.article)
        answered = bool(reading.text) and reading.confidence >= self.settings.threshold
        return Answer(
            question=question,
            understood_as=asked,
            text=reading.text if answered else "",
            language=reading.language if answered else detect_language(asked),
            citations=reading.citations if answered else (),
            confidence=reading.confidence,
            hits=tuple(hits[: self.settings.k]),
            timings_ms=timings,
            alternatives=tuple(
                other
                for other in reading.alternatives
                if answered and other.confidence >= self.settings.threshold
            ),
        )

    def search(self, question: str, k: int | None = None) -> list[Hit]:
        """The k passages nearest to the question (the setting's k where none is given), best first."""
        asked = _checked(question)
        with self.library.snapshot() as snapshot:
            return self._retriever(snapshot, {}).retrieve(asked, self.settings.k if k is None else k)

    def article(self, article_id: str) -> Article:
        """The article as the library holds it now; ``KeyError`` if it does not."""
        with self.library.snapshot() as snapshot:
            return snapshot.article(article_id)

    def load(self) -> None:
        """Loads the reading model now, not with the first question; ``ModelUnavailable`` where it cannot."""
        if isinstance(self.reader, ExtractiveReader):
            self.reader.model  # noqa: B018

    def _retriever(self, snapshot: Snapshot, timings: dict[str, float]) -> Retriever:
        searchable = TimedSearch(snapshot, timings)
        return make_retriever(self.settings.retriever, searchable, lambda: self.library.embedder.languages)


@dataclass(frozen=True, slots=True)
class TimedSearch:
    """A snapshot's two legs, which note how long they took."""

    snapshot: Snapshot
    timings: dict[str, float]

    def lexical(self, question: str, k: int) -> list[Hit]:
        with _timed(self.timings, "lexical"):
            return self.snapshot.lexical(question, k)

    def dense(self, question: str, k: int) -> list[Hit]:
        with _timed(self.timings, "dense"):
            return self.snapshot.dense(question, k)

    def lexical_ceiling(self, question: str, language: str) -> float:
        return self.snapshot.lexical_ceiling(question, language)


def make_reader(
    library: Library, settings: Settings, wrapped: Callable[[SpanModel], SpanModel] = lambda model: model
) -> ExtractiveReader:
    """The reader that the settings name; ``wrapped`` may put something around its reading model."""
    by_words = settings.retriever == "lexical"  # then no embedder is ever loaded
    return ExtractiveReader(
        None if by_words else lambda: library.embedder, lambda: wrapped(load_span_model(settings.reader))
    )


def _checked(question: str) -> str:
    asked = " ".join(question.split())
    if not asked:
        raise UserError('the question is empty; write one, as in: majlis ask "Who proposed the council?"')
    return asked


@contextmanager
def _timed(timings: dict[str, float], stage: str) -> Iterator[None]:
    begun = perf_counter()
    try:
        yield
    finally:
        timings[stage] = (perf_counter() - begun) * 1000
