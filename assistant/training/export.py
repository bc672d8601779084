"""The reader as files: ``model.onnx``, ``tokenizer.json`` and the manifest that vouches for both.

The graph is the encoder's (``index.training.graph``) with another head and other arithmetic. Word embeddings
have 4 bits, in the blocks that the base has them in, so nothing is lost. A matrix has 7 bits and a scale for
each output; what is multiplied with it is brought to 8 bits a row at a time, by the row's largest number, so
that no token depends on another. Such numbers are multiplied as they are, no block is unpacked; with 7 bits
the older processors, which add two products in 16 bits, cannot overflow. One text is read at a time: there
is no padding to mask.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from assistant.training.network import SpanNetwork
from index.training.bert import weights_of
from index.training.export import write_model
from index.training.graph import MICROSOFT, OnnxGraph, Weights

NAME = "majlis-reader-6"
WORDS_BLOCK = 32
LARGEST_STEP = 63  # of a weight: 2 * 63 * 255 is less than 2 ** 15


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
    graph = _SpanGraph(weights, heads)
    hidden = graph.layers(graph.embed("ids", beside="passage"), None)
    graph.store("head.weight", weights["spans.weight"].T)
    graph.store("head.bias", weights["spans.bias"])
    graph.node("MatMul", [hidden, "head.weight"], "head.product")
    graph.node("Add", ["head.product", "head.bias"], "spans")
    return graph.serialised(["ids", "passage"], "spans", ["texts", "tokens", 2])


class _SpanGraph(OnnxGraph):
    def __init__(self, weights: Weights, heads: int) -> None:
        super().__init__(weights, heads)
        self._rows: dict[str, tuple[str, str]] = {}
        self.store("unit", np.array(1 / 127, dtype=np.float32))
        self.store("middle", np.array(128, dtype=np.uint8))
        self.store("tiny", np.array(1e-12, dtype=np.float32))
        self.store("across", np.array([-1], dtype=np.int64))

    def words(self, table: NDArray[np.float32], ids: str) -> str:
        """Blocks of numbers from -8 to 7, with a half-precision scale that makes the largest one -8."""
        from onnx import TensorProto, helper

        blocks = table.reshape(len(table), -1, WORDS_BLOCK)
        largest = np.take_along_axis(blocks, np.abs(blocks).argmax(axis=2)[:, :, None], axis=2)
        scale = (largest / -8).astype(np.float16)
        scale[scale == 0] = 1
        steps = np.clip(np.round(blocks / scale.astype(np.float32)), -8, 7).astype(np.int8)
        low, high = (steps.reshape(table.shape)[:, place::2] & 15 for place in (0, 1))
        packed = (low | high << 4).astype(np.uint8).tobytes()
        self.stored.append(helper.make_tensor("words", TensorProto.INT4, table.shape, packed, raw=True))
        self.store("words.scale", scale[:, :, 0])
        self.node(
            "GatherBlockQuantized",
            ["words", ids, "words.scale"],
            "word.half",
            domain=MICROSOFT,
            block_size=WORDS_BLOCK,
            gather_axis=0,
            quantize_axis=1,
        )
        return self.node("Cast", ["word.half"], "word", to=TensorProto.FLOAT)

    def product(self, name: str, value: str) -> str:
        matrix = self.weights[f"{name}.weight"]  # (outputs, inputs)
        scale = np.maximum(np.abs(matrix).max(axis=1) / LARGEST_STEP, 1e-8).astype(np.float32)
        steps = self.store(f"{name}.steps", np.round(matrix / scale[:, None]).astype(np.int8).T)
        scales = self.store(f"{name}.scale", scale)
        rows, largest = self._in_bytes(value)
        inputs = [rows, steps, "unit", scales, "middle"]
        self.node("MatMulIntegerToFloat", inputs, f"{name}.unit", domain=MICROSOFT)
        return self.node("Mul", [f"{name}.unit", largest], f"{name}.product")

    def _in_bytes(self, value: str) -> tuple[str, str]:
        """The rows over their largest number, as bytes about 128, and those largest numbers."""
        if value not in self._rows:
            self.node("Abs", [value], f"{value}.size")
            self.node("ReduceMax", [f"{value}.size", "across"], f"{value}.most", keepdims=1)
            largest = self.node("Max", [f"{value}.most", "tiny"], f"{value}.largest")
            self.node("Div", [value, largest], f"{value}.unit")
            rows = self.node("QuantizeLinear", [f"{value}.unit", "unit", "middle"], f"{value}.bytes")
            self._rows[value] = rows, largest
        return self._rows[value]
