"""The bundled reading model: ONNX Runtime and tokenizers, no torch, no network.

Its folder holds ``model.onnx`` and the ``manifest.json`` that vouches for it and names the SHA-256 of its
tokenizer, which is the bundled encoder's. Questions and texts may be Arabic or English, in any combination.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.spans import Floats, Window
from index.bundle import REINSTALL, fingerprint, length_batches, open_session, read_manifest, sha256
from index.embedding import BUNDLED_FOLDER
from index.errors import ModelUnavailable

READER_FOLDER = Path(__file__).parent / "reader"
QUESTION_TOKENS = 96
WINDOW_TOKENS = 224  # of the text
OVERLAP = 64
BATCH_TOKENS = 1024  # padded

Ids = NDArray[np.int32]
Run = Callable[[Ids, Ids, Ids], Floats]  # ids, mask, what is text -> logits; all (windows, tokens), (…, 2)


class EncodedSpanModel:
    """Cuts texts into windows of tokens, and lets ``run`` say where in them an answer starts and ends."""

    def __init__(self, tokenizer: Any, run: Run, fingerprint: str) -> None:
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
        places = [
            (text, start, end)
            for text, encoding in enumerate(encodings)
            for start, end in overlapping(len(encoding.ids), WINDOW_TOKENS, OVERLAP)
        ]
        read: list[list[tuple[int, Window]]] = [[] for _ in texts]
        lengths = [len(head) + 1 + end - start for _, start, end in places]
        for rows in length_batches(lengths, BATCH_TOKENS):
            batch = [places[row] for row in rows]
            width = lengths[rows[0]]
            ids = np.zeros((len(batch), width), dtype=np.int32)
            mask, kind = np.zeros_like(ids), np.zeros_like(ids)
            for row, (text, start, end) in enumerate(batch):
                pieces = [*head, *encodings[text].ids[start:end], self._last]
                ids[row, : len(pieces)] = pieces
                mask[row, : len(pieces)] = 1
                kind[row, len(head) : len(pieces) - 1] = 1
            logits = self._run(ids, mask, kind)
            for row, (text, start, end) in enumerate(batch):
                offsets = np.array(encodings[text].offsets[start:end], dtype=np.int64).reshape(-1, 2)
                tokens = logits[row, len(head) : len(head) + end - start]
                none = float(logits[row, 0].sum())
                window = Window(offsets[:, 0], offsets[:, 1], tokens[:, 0], tokens[:, 1], none)
                read[text].append((start, window))
        return [[window for _, window in sorted(windows, key=lambda pair: pair[0])] for windows in read]


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


def load_bundled(
    folder: Path = READER_FOLDER, tokenizer: Path = BUNDLED_FOLDER / "tokenizer.json"
) -> EncodedSpanModel:
    """The model in the package; ``ModelUnavailable`` where a file is damaged, or not the one it goes with."""
    manifest = read_manifest(folder)
    if not tokenizer.is_file() or sha256(tokenizer.read_bytes()) != manifest["tokenizer"]:
        raise ModelUnavailable(f"The reader in {folder} was made with another {tokenizer}; {REINSTALL}")
    from tokenizers import Tokenizer

    session = open_session(folder / "model.onnx")

    def run(ids: Ids, mask: Ids, passage: Ids) -> Floats:
        logits: Floats = session.run(None, {"ids": ids, "mask": mask, "passage": passage})[0]
        return logits

    return EncodedSpanModel(
        Tokenizer.from_file(str(tokenizer)), run, fingerprint(manifest, manifest["tokenizer"])
    )
