"""Encoders as files: the shipped form, and the form of sentence-transformers."""

import json
from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tokenizers import Tokenizer
from torch import nn
from transformers import BertModel, PreTrainedTokenizerFast

from index.models import sha256
from index.training.bert import make_bert, weights_of
from index.training.graph import build_graph, read_graph

NAME = "majlis-encoder-2"
MAX_TOKENS = 64  # a passage counts by its best window: that finds more than the mean over windows of 128


def write_encoder(folder: Path, model: BertModel, tokenizer: Tokenizer) -> None:
    """The shipped form: ``model.onnx`` (int8), ``tokenizer.json``, ``manifest.json`` vouching for both."""
    heads, dimension = model.config.num_attention_heads, model.config.hidden_size
    graph = build_graph(weights_of(model), heads=heads)
    about = {"name": NAME, "dimension": dimension, "heads": heads, "max_tokens": MAX_TOKENS}
    write_model(folder, graph, tokenizer, about)


def write_model(folder: Path, graph: bytes, tokenizer: Tokenizer, about: dict[str, Any]) -> None:
    """A model for Arabic and English as ``index.models`` reads it; the manifest says what is in ``about``."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(graph)
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)
    write_manifest(folder, ("model.onnx", "tokenizer.json"), {**about, "languages": ["ar", "en"]})


def write_manifest(folder: Path, files: Iterable[str], about: dict[str, Any]) -> None:
    """``manifest.json``: what is said of the files of the folder, and their SHA-256."""
    sums = {name: sha256((folder / name).read_bytes()) for name in files}
    manifest = json.dumps({**about, "files": sums}, indent=2)
    (folder / "manifest.json").write_text(manifest + "\n", encoding="utf-8")


def write_sentence_transformer(encoder: Path, folder: Path) -> None:
    """The encoder in ``encoder``, weight for weight, as a sentence-transformers model in ``folder``."""
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer

    manifest = json.loads((encoder / "manifest.json").read_text("utf-8"))
    weights = read_graph((encoder / "model.onnx").read_bytes())
    # BertTokenizer would put its own folding in place
    tokenizer = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_file=str(encoder / "tokenizer.json"),
        model_max_length=manifest["max_tokens"],
        **{f"{name}_token": f"[{name.upper()}]" for name in ("unk", "sep", "pad", "cls", "mask")},
    )
    with TemporaryDirectory() as transformer:
        make_bert(weights, manifest["heads"]).save_pretrained(transformer)
        tokenizer.save_pretrained(transformer)
        bert = Transformer(transformer)
    # nothing reads the pooler, but it would be another one each time
    for parameter in bert.auto_model.pooler.parameters():
        nn.init.zeros_(parameter)
    pooling = Pooling(weights["embeddings.word_embeddings.weight"].shape[1])
    model = SentenceTransformer(modules=[bert, pooling, Normalize()], device="cpu")
    model.save(str(folder), create_model_card=False)
