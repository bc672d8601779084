"""The reader as files: ``model.onnx``, ``tokenizer.json`` and the manifest that vouches for both."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from assistant.training.graph import build_span_graph
from index.models import sha256

NAME = "majlis-reader-6"
FILES = ("model.onnx", "tokenizer.json")


def write_reader(
    folder: Path, weights: Mapping[str, NDArray[np.float32]], heads: int, tokenizer: Tokenizer
) -> None:
    """The shipped form in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(build_span_graph(weights, heads=heads))
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    manifest = {
        "name": NAME,
        "languages": ["ar", "en"],
        "files": {name: sha256((folder / name).read_bytes()) for name in FILES},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n", "utf-8")
