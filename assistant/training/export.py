"""The reader as files: ``model.onnx`` (int8) and the manifest that vouches for it and for its tokenizer."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.bundle import sha256
from index.embedding import BUNDLED_FOLDER
from index.training.graph import build_span_graph

NAME = "majlis-reader-1"
TOKENIZER = "../../index/encoder/tokenizer.json"  # from the reader's folder in the package


def write_reader(
    folder: Path, weights: Mapping[str, NDArray[np.float32]], heads: int, tokenizer: Path | None = None
) -> None:
    """The shipped form in ``folder``; ``tokenizer`` is the file it was trained with, None the bundled one."""
    folder.mkdir(parents=True, exist_ok=True)
    model = build_span_graph(weights, heads=heads)
    (folder / "model.onnx").write_bytes(model)
    named = TOKENIZER if tokenizer is None else str(tokenizer.resolve())
    bundled = BUNDLED_FOLDER / "tokenizer.json" if tokenizer is None else tokenizer
    manifest = {
        "name": NAME,
        "languages": ["ar", "en"],
        "tokenizer": named,
        "files": {"model.onnx": sha256(model), named: sha256(bundled.read_bytes())},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
