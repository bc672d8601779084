"""A network that reads a sentence beside what covers it, and tells whether that says the same.

It reads the claim, the title, and the chosen sentences with those beside them, which are told apart by marks,
and gives one number: log odds that the claim is supported. It is of the shape of the reader's verifier. Any
model of transformers that tells entailment may take its place (``hub``).

Its folder holds ``model.onnx`` and the ``manifest.json`` that vouches for it. What it has in common with the
verifier, its tokenizer, words and lowest layers, is read from the verifier's folder.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np

from assistant.readers.verifier import VERIFIER_FOLDER, TokenMark
from assistant.support.coverage import Claim, Covered
from index.models import ModelFolder

ENTAILMENT_FOLDER = Path(__file__).parent / "entailment_model"
CLAIM_TOKENS, TITLE_TOKENS = 72, 16
CHOSEN_TOKENS, BESIDE_TOKENS = 96, 48  # of a sentence; longer ones are cut in the middle


@dataclass(frozen=True, slots=True)
class ReadClaim:
    """A claim, and what is read beside it: a title, and sentences, each with whether it was chosen."""

    claim: str
    title: str
    sentences: tuple[tuple[str, bool], ...]

    @classmethod
    def of(cls, claim: Claim, covered: Covered) -> "ReadClaim":
        chosen = covered.chosen
        return cls(
            claim.text, chosen[0].article.title, tuple((one.text, one in chosen) for one in covered.window)
        )


class ClaimTokens:
    """Claims and what is read beside them as token ids with a ``TokenMark`` each."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        tokenizer.encode_special_tokens = True  # "[SEP]" in a text is text
        vocabulary = tokenizer.get_vocab()
        self._first, self._last = vocabulary["[CLS]"], vocabulary["[SEP]"]

    def pair(self, one: ReadClaim) -> tuple[list[int], list[int]]:
        """Ids and marks of a claim and of what is read beside it."""
        said = self._cut(one.claim, CLAIM_TOKENS)
        title = self._ids(one.title)[:TITLE_TOKENS]
        ids = [self._first, *said, self._last, *title, self._last]
        marks = [TokenMark.WHOLE, *[TokenMark.NONE] * (len(said) + 1)]
        marks += [TokenMark.CONTEXT] * (len(title) + 1)
        for text, chosen in one.sentences:
            part = self._cut(text, CHOSEN_TOKENS if chosen else BESIDE_TOKENS)
            ids += part
            marks += [TokenMark.SENTENCE if chosen else TokenMark.CONTEXT] * len(part)
        return [*ids, self._last], [int(mark) for mark in (*marks, TokenMark.NONE)]

    def _cut(self, text: str, most: int) -> list[int]:
        """The ids of a text, cut in its middle."""
        ids = self._ids(text)
        return ids if len(ids) <= most else ids[: most // 2] + ids[-(most // 2) :]

    def _ids(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids


class Entails(Protocol):
    """Says how likely claims are supported by what is read beside them.

    Equal ``fingerprint``: equal numbers.
    """

    @property
    def fingerprint(self) -> str: ...
    def log_odds(self, claims: Sequence[ReadClaim]) -> list[float]: ...


class Entailment:
    """The bundled network; ``ModelUnavailable`` where a file is missing or damaged."""

    def __init__(self, folder: Path = ENTAILMENT_FOLDER, verifier: Path = VERIFIER_FOLDER) -> None:
        beside = ModelFolder(verifier)
        self._tokens = ClaimTokens(beside.tokenizer())
        model = ModelFolder(folder)
        self.fingerprint = model.fingerprint()
        self._network = model.network(beside)

    def log_odds(self, claims: Sequence[ReadClaim]) -> list[float]:
        """For each claim the log odds that what is read beside it says it."""
        inputs = (
            {"ids": np.array([ids], dtype=np.int32), "marks": np.array([marks], dtype=np.int32)}
            for ids, marks in map(self._tokens.pair, claims)
        )
        return [float(score.item()) for score in self._network.run_each(inputs)]


def load_entailment(name: str = "bundled") -> Entails:
    """The network of that name, loaded once, whichever thread asks; ``ModelUnavailable`` says why there is
    none."""
    with _LOADING:
        return _loaded(name)


_LOADING = Lock()


@lru_cache(maxsize=2)
def _loaded(name: str) -> Entails:
    if name == "bundled":
        return Entailment()
    from assistant.support.hub import HubEntailment

    return HubEntailment(name)
