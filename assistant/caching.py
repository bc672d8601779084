"""What embeds or reads a text once for each question, so that its tasks cost little more than one.

What is remembered goes with the question: a vector depends, in its last bits, on the texts embedded beside
it, and a question's numbers must not depend on the questions before it.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from assistant.readers.spans import SpanModel, Window
from index.embedders import Embedder, Vectors, WindowVectors
from index.progress import Progress, silent


class CachingEmbedder:
    """The given embedder, with a memory that ``forget`` empties; for one thread."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._passages: dict[str, Vectors] = {}  # the rows of its windows
        self._questions: dict[str, Vectors] = {}
        self._afresh = False

    @property
    def name(self) -> str:
        return self._embedder.name

    @property
    def fingerprint(self) -> str:
        return self._embedder.fingerprint

    @property
    def dimension(self) -> int:
        return self._embedder.dimension

    @property
    def languages(self) -> frozenset[str] | None:
        return self._embedder.languages

    def embed_passages(self, texts: Sequence[str], *, progress: Progress = silent) -> WindowVectors:
        def embed(new: Sequence[str]) -> Sequence[Vectors]:
            return self._embedder.embed_passages(new, progress=progress).by_text()

        return WindowVectors.of(self._remembered(self._passages, texts, embed), self.dimension)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        rows = self._remembered(self._questions, texts, lambda new: [*self._embedder.embed_questions(new)])
        return np.stack(rows) if rows else np.zeros((0, self.dimension), dtype=np.float32)

    def forget(self) -> None:
        """Nothing is known any more."""
        self._passages.clear()
        self._questions.clear()

    @contextmanager
    def afresh(self) -> Iterator[None]:
        """For the block every text is embedded, known or not, so that its time is what it is in the chat."""
        self._afresh = True
        try:
            yield
        finally:
            self._afresh = False

    def _remembered(
        self,
        known: dict[str, Vectors],
        texts: Sequence[str],
        embed: Callable[[Sequence[str]], Sequence[Vectors]],
    ) -> list[Vectors]:
        new = list(dict.fromkeys(text for text in texts if self._afresh or text not in known))
        if new:
            known.update(zip(new, embed(new), strict=True))
        return [known[text] for text in texts]


class CachingSpanModel:
    """The given reading model, which reads a text again only when the question is another; for one thread."""

    def __init__(self, model: SpanModel) -> None:
        self._model = model
        self._question = ""
        self._known: dict[str, list[Window]] = {}

    @property
    def fingerprint(self) -> str:
        return self._model.fingerprint

    def read(self, question: str, texts: Sequence[str]) -> list[list[Window]]:
        if question != self._question:
            self.forget()
            self._question = question
        new = list(dict.fromkeys(text for text in texts if text not in self._known))
        if new:
            self._known.update(zip(new, self._model.read(question, new), strict=True))
        return [self._known[text] for text in texts]

    def forget(self) -> None:
        """Nothing is known any more."""
        self._known.clear()
