"""The reader as files: ``model.onnx``, ``tokenizer.json`` and the manifest that vouches for both.

The graph is the encoder's (``index.training.graph``) with another head. Word embeddings
have 4 bits, in the blocks that the base has them in, so nothing is lost. A matrix has 7 bits and a scale for
each output; what is multiplied with it is brought to 8 bits a row at a time, by the row's largest number, so
that no token depends on another. Such numbers are multiplied as they are, no block is unpacked; with 7 bits
the older processors, which add two products in 16 bits, cannot overflow. One text is read at a time: there
is no padding to mask.
"""

from pathlib import Path

from tokenizers import Tokenizer

from assistant.training.network import SpanNetwork
from index.training.bert import weights_of
from index.training.export import write_model
from index.training.graph import OnnxGraph, Weights

NAME = "majlis-reader-6"


def write_reader(folder: Path, network: SpanNetwork, tokenizer: Tokenizer) -> None:
    """The shipped form in ``folder``."""
    weights = {name.removeprefix("body."): tensor for name, tensor in weights_of(network).items()}
    graph = build_span_graph(weights, heads=network.body.config.num_attention_heads)
    write_model(folder, graph, tokenizer, {"name": NAME})


def build_span_graph(weights: Weights, *, heads: int) -> bytes:
    """The serialised ONNX model of a reader: a BERT, ``passage``, ``spans.weight`` and ``spans.bias``.

    Inputs: ``ids`` and ``passage`` (1 where the text is, 0 elsewhere), int32 (texts, tokens), texts of one
    length. Output: ``spans``, float32 (texts, tokens, 2): the logits of the answer's start and end.
    """
    graph = OnnxGraph(weights, heads)
    hidden = graph.layers(graph.embed("ids", beside="passage"), None)
    graph.store("head.weight", weights["spans.weight"].T)
    graph.store("head.bias", weights["spans.bias"])
    graph.node("MatMul", [hidden, "head.weight"], "head.product")
    graph.node("Add", ["head.product", "head.bias"], "spans")
    return graph.serialised(["ids", "passage"], "spans", ["texts", "tokens", 2])
