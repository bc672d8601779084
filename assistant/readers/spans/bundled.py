"""The bundled reading model: ONNX Runtime and tokenizers, no torch, no network.

Its folder holds ``model.onnx``, ``tokenizer.json`` and the ``manifest.json`` that vouches for both. Questions
and texts may be Arabic or English, in any combination.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.readers.spans import Logits, Window
from index.models import ModelFolder

READER_FOLDER = Path(__file__).parents[1] / "span_model"
QUESTION_TOKENS = 96
WINDOW_TOKENS = 288  # of the text: most passages whole
OVERLAP = 64

Ids = NDArray[np.int32]
Inputs = dict[str, Ids]  # "ids" and "passage", what of it is text; both (1, tokens)
LogitsOf = Callable[[Iterable[Inputs]], Iterable[Logits]]  # of each input, in order: (1, tokens, 2)


class EncodedSpanModel:
    """Cuts texts into windows of tokens, and lets ``run`` say where in them an answer starts and ends."""

    def __init__(self, tokenizer: Any, run: LogitsOf, fingerprint: str) -> None:
        self.fingerprint = fingerprint
        self._tokenizer = tokenizer
        self._tokenizer.encode_special_tokens = True  # "[SEP]" in a text is text
        self._run = run
        vocabulary = tokenizer.get_vocab()
        self._first, self._last = vocabulary["[CLS]"], vocabulary["[SEP]"]

    def read(self, question: str, texts: Sequence[str]) -> Iterator[list[Window]]:
        asked = self._tokenizer.encode(question, add_special_tokens=False).ids
        asked = asked[: QUESTION_TOKENS // 2] + asked[QUESTION_TOKENS // 2 :][-QUESTION_TOKENS // 2 :]
        head = [self._first, *asked, self._last]
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        ranges = [overlapping(len(encoding.ids), WINDOW_TOKENS, OVERLAP) for encoding in encodings]
        logits = iter(
            self._run(
                self._inputs(head, encoding.ids[start:end])
                for encoding, parts in zip(encodings, ranges, strict=True)
                for start, end in parts
            )
        )
        for encoding, parts in zip(encodings, ranges, strict=True):
            yield [_window(next(logits)[0], len(head), encoding.offsets[start:end]) for start, end in parts]

    def _inputs(self, head: list[int], text: list[int]) -> Inputs:
        ids = np.array([[*head, *text, self._last]], dtype=np.int32)
        is_text = np.zeros_like(ids)
        is_text[0, len(head) : -1] = 1
        return {"ids": ids, "passage": is_text}


def _window(logits: Logits, head: int, offsets: Sequence[tuple[int, int]]) -> Window:
    """A window from the logits of all its tokens, of which the first ``head`` are no text."""
    ranges = np.array(offsets, dtype=np.int64).reshape(-1, 2)
    tokens = logits[head:-1]
    return Window(ranges[:, 0], ranges[:, 1], tokens[:, 0], tokens[:, 1], none=float(logits[0].sum()))


def overlapping(tokens: int, limit: int, overlap: int) -> list[tuple[int, int]]:
    """The fewest ranges of at most ``limit`` that cover ``tokens``: of one length, ``overlap`` in common.

    >>> overlapping(9, 6, 2)
    [(0, 6), (3, 9)]
    """
    if tokens <= limit:
        return [(0, tokens)]
    count = -(-(tokens - overlap) // (limit - overlap))
    length = -(-(tokens + (count - 1) * overlap) // count)
    starts = [round(part * (tokens - length) / (count - 1)) for part in range(count)]
    return [(start, start + length) for start in starts]


def load_bundled(folder: Path = READER_FOLDER) -> EncodedSpanModel:
    """The model in the package; ``ModelUnavailable`` where a file is missing or damaged."""
    model = ModelFolder(folder)
    return EncodedSpanModel(model.tokenizer(), model.network().run_each, model.fingerprint())
