"""Readers: from the passages that were found to a cited answer.

    load_reader("bundled")    the words that answer, in their sentence; the package carries its model
    load_reader("sentence")   the sentence that shares most words with the question: no model at all
    load_reader(NAME)         as bundled, with any transformers question-answering model, by name or folder
    reader_of(settings)       what the settings name; "llm" is the bundled one with a model that writes

A reader that writes its answers takes its place by the same protocol: what it says stands on ``statements``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from assistant.answers import Alternative, Citation, OnEvent, Statement, Writing, ignore
from assistant.conversation import Turn
from assistant.question import Question
from assistant.settings import Settings
from index.articles import Article
from index.embedders import Embedder, Vectors
from index.library import ArticleSummary
from index.passages import Hit

DEFAULT_READER = "bundled"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a reader makes of the hits; an empty text says that it found nothing to say.

    ``confidence`` is the estimated chance that the answer is right: one threshold serves every reader.
    ``sure``: of those as confident as this one 90 % were right, of questions as people ask them.
    """

    text: str
    language: str  # of the text: "ar" or "en"
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    confidence: float  # 0..1
    alternatives: tuple[Alternative, ...] = ()  # what other articles answer instead
    sure: bool = False
    writing: Writing | None = None  # where a model wrote the text, or was asked in vain
    notice: str = ""  # one line for the person: what became of the model's answer


class Revision(Protocol):
    """What a reader may look up while it reads: a library at one revision."""

    def article(self, article_id: str) -> Article: ...
    def summary(self, article_id: str) -> ArticleSummary: ...
    def embed_question(self, text: str) -> Vectors: ...
    def count_articles(self) -> int: ...
    def newest(self, count: int) -> list[str]: ...
    @property
    def embedder(self) -> Embedder: ...


class Reader(Protocol):
    """Reads an answer out of the first ``depth`` hits, best first; safe to use from many threads at once.

    Equal ``fingerprint``: equal readings of equal hits. ``load`` loads now what the first question would;
    ``ModelUnavailable`` where it cannot. ``on_event`` hears how many hits are read.
    """

    @property
    def fingerprint(self) -> str: ...
    @property
    def depth(self) -> int: ...
    def load(self) -> None: ...
    def read(
        self, question: Question, hits: Sequence[Hit], revision: Revision, on_event: OnEvent = ignore
    ) -> Reading: ...


@runtime_checkable
class AnswerWriter(Reader, Protocol):
    """A reader whose answers a model writes; ``otherwise`` reads without it, and ``own`` is what that says.

    ``destination`` is the host that questions and passages are sent to.
    """

    @property
    def destination(self) -> str: ...
    @property
    def otherwise(self) -> Reader: ...
    def write(
        self,
        question: Question,
        hits: Sequence[Hit],
        revision: Revision,
        own: Reading,
        turns: Sequence[Turn] = (),
        on_event: OnEvent = ignore,
    ) -> Reading: ...
    def rewrite(self, asked: str, turns: Sequence[Turn], on_event: OnEvent = ignore) -> str: ...


def without_model(reader: Reader) -> Reader:
    """The reader that says what the articles say in their own words."""
    return reader.otherwise if isinstance(reader, AnswerWriter) else reader


def reader_of(settings: Settings, *, by_words: bool = False, cached: bool = False) -> Reader:
    """The reader that the settings name; ``UserError`` where it lacks a setting. See ``load_reader``."""
    if settings.reader != "llm":
        return load_reader(settings.reader, by_words=by_words, cached=cached)
    from assistant.readers.llm import ModelReader
    from assistant.readers.llm.endpoint import endpoint_of
    from assistant.support import SupportCheck

    return ModelReader(
        endpoint_of(settings),
        load_reader(by_words=by_words, cached=cached),
        threshold=settings.threshold,
        omit=settings.llm_unsupported == "omit",
        check=SupportCheck(settings.llm_support),
    )


def load_reader(name: str = DEFAULT_READER, *, by_words: bool = False, cached: bool = False) -> Reader:
    """The reader of that name; what it needs is loaded when it first reads, or by ``load``.

    ``by_words``: it compares no meanings, and so asks for no embedder. ``cached``: a text is read once for a
    question, however often it is asked, in one thread; for benchmarks.
    """
    if name == "sentence":
        from assistant.readers.sentence import SentenceReader

        return SentenceReader()
    from assistant.caching import CachingSpanModel
    from assistant.readers.extractive import ExtractiveReader
    from assistant.readers.spans import SpanModel, load_span_model

    def load_model() -> SpanModel:
        model = load_span_model(name)
        return CachingSpanModel(model) if cached else model

    return ExtractiveReader(load_model, by_words=by_words)
