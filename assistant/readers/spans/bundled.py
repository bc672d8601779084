"""The bundled reading model: ONNX Runtime and tokenizers, no torch, no network.

Its folder holds ``model.onnx``, ``tokenizer.json`` and the ``manifest.json`` that vouches for both. Questions
and texts may be Arabic or English, in any combination.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.readers.spans import Logits, Window
from index.models import ModelFolder

READER_FOLDER = Path(__file__).parents[1] / "span_model"
QUESTION_TOKENS = 96
WINDOW_TOKENS = 224  # of the text
OVERLAP = 64

Ids = NDArray[np.int32]
LogitsOf = Callable[[Ids, Ids], Logits]  # ids, what is text -> logits; (1, tokens) both, (1, tokens, 2)


class EncodedSpanModel:
    """Cuts texts into windows of tokens, and lets ``run`` say where in them an answer starts and ends."""

    def __init__(self, tokenizer: Any, run: LogitsOf, fingerprint: str) -> None:
        self.fingerprint = fingerprint
        self._tokenizer = tokenizer
        self._tokenizer.encode_special_tokens = True  # "[SEP]" in a text is text
        self._run = run
        vocabulary = tokenizer.get_vocab()
        self._first, self._last = vocabulary["[CLS]"], vocabulary["[SEP]"]

    def read(self, question: str, texts: Sequence[str]) -> list[list[Window]]:
        asked = self._tokenizer.encode(question, add_special_tokens=False).ids
        asked = asked[: QUESTION_TOKENS // 2] + asked[QUESTION_TOKENS // 2 :][-QUESTION_TOKENS // 2 :]
        head = [self._first, *asked, self._last]
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [
            [
                self._window(head, encoding, start, end)
                for start, end in overlapping(len(encoding.ids), WINDOW_TOKENS, OVERLAP)
            ]
            for encoding in encodings
        ]

    def _window(self, head: list[int], encoding: Any, start: int, end: int) -> Window:
        ids = np.array([[*head, *encoding.ids[start:end], self._last]], dtype=np.int32)
        is_text = np.zeros_like(ids)
        is_text[0, len(head) : -1] = 1
        [logits] = self._run(ids, is_text)
        offsets = np.array(encoding.offsets[start:end], dtype=np.int64).reshape(-1, 2)
        tokens = logits[len(head) : -1]
        return Window(offsets[:, 0], offsets[:, 1], tokens[:, 0], tokens[:, 1], none=float(logits[0].sum()))


def overlapping(tokens: int, limit: int, overlap: int) -> list[tuple[int, int]]:
    """Ranges of at most ``limit`` that cover ``tokens``, neighbours with at least ``overlap`` in common.

    >>> overlapping(10, 6, 2)
    [(0, 6), (4, 10)]
    """
    if tokens <= limit:
        return [(0, tokens)]
    count = -(-(tokens - overlap) // (limit - overlap))
    starts = [round(part * (tokens - limit) / (count - 1)) for part in range(count)]
    return [(start, start + limit) for start in starts]


def load_bundled(folder: Path = READER_FOLDER) -> EncodedSpanModel:
    """The model in the package; ``ModelUnavailable`` where a file is missing or damaged."""
    model = ModelFolder(folder)
    session = model.session()

    def run(ids: Ids, is_text: Ids) -> Logits:
        logits: Logits = session.run(None, {"ids": ids, "passage": is_text})[0]
        return logits

    return EncodedSpanModel(model.tokenizer(), run, model.fingerprint())
