"""The bundled encoder, Arabic and English in one space: ONNX Runtime and tokenizers, no torch, no network."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.embedders.windows import Owners, Vectors, WindowVectors, cut, unit
from index.models import ModelFolder, length_batches
from index.progress import Progress, silent

BUNDLED_FOLDER = Path(__file__).parent / "encoder"


class OnnxEncoder:
    """The encoder in a folder (``ModelFolder``). Safe to use from many threads at once.

    A text's vectors do not depend, to the bit, on the texts beside it: a batch holds windows of one text.
    """

    BATCH_TOKENS = 128  # padded; larger batches leave cores idle at the end, and are no faster
    PROGRESS_EVERY = 8  # batches

    def __init__(self, folder: Path) -> None:
        model = ModelFolder(folder)
        self.name = "bundled"  # what loads it; which version it is, the fingerprint says
        self.dimension: int = model.manifest["dimension"]
        self.languages: frozenset[str] | None = frozenset(model.manifest["languages"])
        self.widths: list[int] = model.manifest["windows"]  # of a passage's windows, in tokens
        prompts: dict[str, str] = model.manifest["prompts"]
        self.fingerprint = model.fingerprint(self.widths, prompts)
        self._tokenizer = model.tokenizer()
        self._prompts = {side: self._ids([prompt])[0] for side, prompt in prompts.items()}
        vocabulary = self._tokenizer.get_vocab()
        self._first, self._last = vocabulary["[CLS]"], vocabulary["[SEP]"]
        self._network = model.network()

    def embed_passages(self, texts: Sequence[str], *, progress: Progress = silent) -> WindowVectors:
        return self._embed(texts, self.widths, "passage", progress)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts, self.widths[-1:], "question", silent).means()

    def _embed(
        self, texts: Sequence[str], widths: Sequence[int], side: str, progress: Progress
    ) -> WindowVectors:
        windows, owners = cut(
            self._ids(texts), widths, first=self._first, last=self._last, prompt=self._prompts[side]
        )
        vectors = np.zeros((len(windows), self.dimension), dtype=np.float32)
        done = 0
        batches = list(_batches(windows, owners, self.BATCH_TOKENS))
        embedded = self._network.run_each(_inputs([windows[row] for row in rows]) for rows in batches)
        for number, (rows, found) in enumerate(zip(batches, embedded, strict=True)):
            vectors[rows] = found
            done += len(rows)
            if number % self.PROGRESS_EVERY == 0:
                progress("embedding", done, len(windows))
        if windows:
            progress("embedding", len(windows), len(windows))
        return WindowVectors(unit(vectors), owners)

    def _ids(self, texts: Sequence[str]) -> list[list[int]]:
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [encoding.ids for encoding in encodings]


def _batches(windows: Sequence[Sequence[int]], owners: Owners, budget: int) -> Iterator[list[int]]:
    """The rows of each text in batches, the longest texts first.

    What else is in a batch, and how wide it is padded, decides the order of sums and so their last bit.
    """
    starts = np.flatnonzero(np.diff(owners, prepend=-1)).tolist()
    texts = [range(start, end) for start, end in pairwise([*starts, len(owners)])]
    for rows in sorted(texts, key=lambda rows: -sum(len(windows[row]) for row in rows)):
        for batch in length_batches([len(windows[row]) for row in rows], budget):
            yield [rows[position] for position in batch]


def _inputs(windows: list[list[int]]) -> dict[str, NDArray[np.int32]]:
    """Ids and mask of a padded batch, (windows, tokens) both."""
    width = max(map(len, windows))
    ids = np.zeros((len(windows), width), dtype=np.int32)
    mask = np.zeros_like(ids)
    for row, window in enumerate(windows):
        ids[row, : len(window)] = window
        mask[row, : len(window)] = 1
    return {"ids": ids, "mask": mask}
