"""The verifier as files, and the reader's weights from its file, which the verifier begins with.

The graph is the reader's (``assistant.training.export``) with marks and another head. What is learnt moves a
weight by less than the reader's steps of 1/63 of a row's largest: put back on the very same grid it would be
lost. So matrices are put on a grid of another number of steps, where it is kept but for the rounding.
"""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import load_from_string, numpy_helper
from tokenizers import Tokenizer

from assistant.training.verifier.network import IS_TEXT, ROLES, SHARED, VerifierNetwork
from index.training.bert import weights_of
from index.training.export import write_model
from index.training.graph import OnnxGraph, Weights, layer_count

NAME = "majlis-verifier-2"
LARGEST_STEP = 61  # of a weight: the reader has 63; 8-bit blocks keep more and take twice the time


def write_verifier(
    folder: Path, network: VerifierNetwork, tokenizer: Tokenizer, about: dict[str, Any]
) -> None:
    """The shipped form in ``folder``; the manifest says what is in ``about``."""
    write_model(folder, graph_of(network, LARGEST_STEP), tokenizer, {"name": NAME, **about})


def graph_of(network: VerifierNetwork, steps: int) -> bytes:
    """The serialised ONNX model; ``steps``: the grid of the matrices of the layers that were trained."""
    weights = {name.removeprefix("body."): tensor for name, tensor in weights_of(network).items()}
    return build_verifier_graph(weights, heads=network.body.config.num_attention_heads, steps=steps)


def build_verifier_graph(weights: Weights, *, heads: int, steps: int = LARGEST_STEP) -> bytes:
    """The serialised ONNX model: a BERT, ``passage``, ``marks``, ``answers.weight`` and ``answers.bias``.

    Inputs: ``ids`` and ``marks`` (``TokenMark``), int32 (texts, tokens), texts of one length. Output:
    ``score``, float32 (texts,).
    """
    graph = OnnxGraph(weights, heads, steps=LARGEST_STEP)
    graph.store("is_text", IS_TEXT.astype(np.int32))
    graph.node("Gather", ["is_text", "marks"], "passage")
    hidden = graph.embed("ids", beside="passage")
    for layer in range(layer_count(weights)):
        if layer == SHARED:
            graph.steps = steps
            graph.node("Gather", [graph.store("marks.vectors", weights["marks"]), "marks"], "marks.added")
            hidden = graph.node("Add", [hidden, "marks.added"], "marked")
        hidden = graph.layer(f"encoder.layer.{layer}", hidden, None)
    graph.store("head.weight", weights["answers.weight"].T)
    graph.node("MatMul", [hidden, "head.weight"], "head.product")
    graph.node("Add", ["head.product", graph.keep("answers.bias")], "head.numbers")
    graph.node("Gather", [graph.store("roles", ROLES), "marks"], "head.roles")
    graph.node("Mul", ["head.numbers", "head.roles"], "head.counted")
    graph.store("tokens.and.numbers", np.array([1, 2], dtype=np.int64))
    graph.node("ReduceSum", ["head.counted", "tokens.and.numbers"], "score", keepdims=0)
    return graph.serialised(["ids", "marks"], "score", ["texts"])


def read_span_graph(model: bytes) -> Weights:
    """The weights that a graph of ``build_span_graph`` computes with, under the network's names."""
    stored = _stored(model)
    return _body(stored) | {"spans.weight": stored["head.weight"].T, "spans.bias": stored["head.bias"]}


def read_verifier_graph(model: bytes) -> Weights:
    """The weights that a graph of ``build_verifier_graph`` computes with, but for those of its head."""
    stored = _stored(model)
    return _body(stored) | {"marks": stored["marks.vectors"]}


def _stored(model: bytes) -> dict[str, NDArray[Any]]:
    return {
        tensor.name: numpy_helper.to_array(tensor) for tensor in load_from_string(model).graph.initializer
    }


def _body(stored: dict[str, NDArray[Any]]) -> dict[str, NDArray[np.float32]]:
    words, scales = stored["words"].astype(np.int8), stored["words.scale"].astype(np.float32)
    blocks = words.reshape(*scales.shape, -1) * scales[:, :, None]
    positions = stored["positions"]
    weights = {
        "embeddings.word_embeddings.weight": blocks.reshape(words.shape).astype(np.float32),
        "embeddings.position_embeddings.weight": positions,
        "embeddings.token_type_embeddings.weight": np.zeros((2, positions.shape[1]), dtype=np.float32),
        "passage": stored["passage.vector"],
    }
    for name, tensor in stored.items():
        if name.endswith(".steps"):
            scale = stored[name.replace(".steps", ".scale")]
            weights[name.replace(".steps", ".weight")] = tensor.T.astype(np.float32) * scale[:, None]
        elif name.endswith((".weight", ".bias")) and not name.startswith("head."):
            weights[name] = tensor
    return weights
