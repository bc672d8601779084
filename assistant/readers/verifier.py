"""The verifier: a second look at what the reader proposes, which says whether it answers.

It reads the question beside one sentence with a little around it (the title, the sentences before and after),
the sentence and the proposed words marked, and gives one number: log odds that these words answer. The reader
looks for the likeliest words of a passage; the verifier only judges, and so sees near misses better.

Its folder holds ``model.onnx``, ``tokenizer.json`` and the ``manifest.json`` that vouches for both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from assistant.readers.agreement import CandidateAnswer
from index.models import ModelFolder

VERIFIER_FOLDER = Path(__file__).parent / "verifier_model"
QUESTION_TOKENS = 48
SENTENCE_TOKENS = 80
TITLE_TOKENS, BESIDE_TOKENS = 12, 16  # BESIDE: of the sentence before its last ones, of that after its first


class TokenMark(IntEnum):
    """What a token is; each but ``NONE`` has a vector that is added to its own."""

    NONE = 0  # the question, and what parts it from the text
    CONTEXT = 1
    SENTENCE = 2
    INSIDE = 3  # of the proposed words
    FIRST = 4
    LAST = 5
    ONLY = 6  # of a single one, first and last
    WHOLE = 7  # the first token of all, which stands for the pair


@dataclass(frozen=True, slots=True)
class MarkedSentence:
    """A sentence with what is around it; the proposed words are its range ``start`` to ``end``."""

    title: str
    before: str
    text: str
    after: str
    start: int
    end: int


def marked(answer: CandidateAnswer) -> MarkedSentence:
    """What the verifier reads of a candidate: it is told where the words stand that would be said."""
    candidate, text = answer.candidate, answer.candidate.article.text
    before, after = (text[slice(*beside)] if beside else "" for beside in (candidate.before, candidate.after))
    start = max(answer.start, candidate.start) - candidate.start
    end = max(answer.end - candidate.start, start)
    return MarkedSentence(candidate.article.title, before, candidate.text, after, start, end)


class MarkedTokens:
    """Questions and marked sentences as token ids with a ``TokenMark`` each."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        tokenizer.encode_special_tokens = True  # "[SEP]" in a text is text
        vocabulary = tokenizer.get_vocab()
        self._first, self._last = vocabulary["[CLS]"], vocabulary["[SEP]"]

    def question(self, text: str) -> list[int]:
        """A question's ids, cut in its middle."""
        ids = self._ids(text)
        half = QUESTION_TOKENS // 2
        return ids if len(ids) <= QUESTION_TOKENS else ids[:half] + ids[-half:]

    def pair(self, question: list[int], one: MarkedSentence) -> tuple[list[int], list[int]]:
        """Ids and marks of a question and a sentence."""
        sentence, marks = self._sentence(one)
        title, after = self._ids(one.title)[:TITLE_TOKENS], self._ids(one.after)[:BESIDE_TOKENS]
        before = self._ids(one.before)[-BESIDE_TOKENS:]
        head = [self._first, *question, self._last]
        ids = [*head, *title, self._last, *before, *sentence, *after, self._last]
        context = int(TokenMark.CONTEXT)
        return ids, [
            int(TokenMark.WHOLE),
            *[int(TokenMark.NONE)] * (len(question) + 1),
            *[context] * (len(title) + 1 + len(before)),
            *marks,
            *[context] * len(after),
            int(TokenMark.NONE),
        ]

    def _sentence(self, one: MarkedSentence) -> tuple[list[int], list[int]]:
        """A long sentence is cut to what is around the proposed words."""
        encoding = self._tokenizer.encode(one.text, add_special_tokens=False)
        ids: list[int] = encoding.ids
        touched = [
            place
            for place, (start, end) in enumerate(encoding.offsets)
            if start < one.end and end > one.start and start < end
        ]
        marks = [int(TokenMark.SENTENCE)] * len(ids)
        first, last = (touched[0], touched[-1]) if touched else (0, -1)
        marks[first : last + 1] = [int(TokenMark.INSIDE)] * (last + 1 - first)
        if touched:
            marks[first], marks[last] = int(TokenMark.FIRST), int(TokenMark.LAST)
            if first == last:
                marks[first] = int(TokenMark.ONLY)
        spare = max(0, SENTENCE_TOKENS - (last + 1 - first)) // 2
        begin = max(0, min(first - spare, len(ids) - SENTENCE_TOKENS))
        kept = slice(begin, begin + SENTENCE_TOKENS)
        return ids[kept], marks[kept]

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids


class Verifies(Protocol):
    """Says of marked sentences how likely their words answer; equal ``fingerprint``: equal numbers."""

    @property
    def fingerprint(self) -> str: ...
    def scores(self, question: str, sentences: Sequence[MarkedSentence]) -> NDArray[np.float32]: ...


class Verifier:
    """The bundled verifier; ``ModelUnavailable`` where a file is missing or damaged."""

    def __init__(self, folder: Path = VERIFIER_FOLDER) -> None:
        model = ModelFolder(folder)
        self.fingerprint = model.fingerprint()
        self._tokens = MarkedTokens(model.tokenizer())
        self._network = model.network()

    def scores(self, question: str, sentences: Sequence[MarkedSentence]) -> NDArray[np.float32]:
        """For each sentence the log odds that its marked words answer the question."""
        asked = self._tokens.question(question)
        pairs = (
            self._tokens.pair(asked, one) for one in sentences
        )  # a batch would be padded, and takes longer
        inputs = (
            {"ids": np.array([ids], dtype=np.int32), "marks": np.array([marks], dtype=np.int32)}
            for ids, marks in pairs
        )
        return np.array([score.item() for score in self._network.run_each(inputs)], dtype=np.float32)


def load_verifier() -> Verifier:
    """The bundled verifier, loaded once, whichever thread asks; ``ModelUnavailable`` where it cannot be."""
    with _LOADING:
        return _bundled()


_LOADING = Lock()


@lru_cache(maxsize=1)
def _bundled() -> Verifier:
    return Verifier()
