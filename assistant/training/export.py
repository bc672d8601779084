"""The reader as files: ``model.onnx`` (int8) and the manifest that vouches for it and for its tokenizer."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.bundle import sha256
from index.training.graph import build_span_graph

NAME = "majlis-reader-3"


def write_reader(
    folder: Path, weights: Mapping[str, NDArray[np.float32]], heads: int, tokenizer: Path
) -> None:
    """The shipped form in ``folder``; ``tokenizer`` is the file that the network was trained with."""
    folder.mkdir(parents=True, exist_ok=True)
    model = build_span_graph(weights, heads=heads)
    (folder / "model.onnx").write_bytes(model)
    manifest = {
        "name": NAME,
        "languages": ["ar", "en"],
        "tokenizer": sha256(tokenizer.read_bytes()),
        "files": {"model.onnx": sha256(model)},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
