"""The encoder as an ONNX graph: weights in, bytes out.

The graph is written by hand with ONNX Runtime's fused operators instead of being traced: one small file,
no tracing dependency, and every place where precision is given up can be seen here. It follows BERT
(Devlin et al. 2019) with the mean pooling and unit length of sentence-transformers.

    ids, mask -> embeddings -> layers x (attention, feed forward) -> masked mean -> unit length

``int8`` stores the matrices as 8-bit numbers, with one scale to each block of 128 inputs, and the word
embeddings with one scale to a row. Activations are quantised a row at a time inside the operator
(``accuracy_level=4``), so that a text's vector does not depend on what else is in its batch.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK = 128
EPSILON = 1e-12
MICROSOFT = "com.microsoft"

Weights = Mapping[str, NDArray[np.float32]]  # of a BERT, under transformers' names without "bert."


def build_graph(weights: Weights, *, heads: int, int8: bool = True) -> bytes:
    """The serialised ONNX model of a BERT with these weights.

    Inputs: ``ids`` and ``mask``, int32 (texts, tokens). Output: ``embedding``, float32 (texts, dimension),
    rows of unit length.
    """
    graph = OnnxGraph(weights, heads, int8)
    graph.pool(graph.layers(graph.embed("ids"), "mask"), "mask")
    dimension = weights["embeddings.word_embeddings.weight"].shape[1]
    return graph.serialised(["ids", "mask"], "embedding", ["texts", dimension])


def read_graph(model: bytes) -> dict[str, NDArray[np.float32]]:
    """The weights that an int8 graph of ``build_graph`` computes with, under transformers' names."""
    from onnx import load_from_string, numpy_helper

    stored = {
        tensor.name: numpy_helper.to_array(tensor) for tensor in load_from_string(model).graph.initializer
    }
    positions = stored["positions"]
    weights = {
        "embeddings.word_embeddings.weight": stored["words"] * stored["words.scale"],
        "embeddings.position_embeddings.weight": positions,
        "embeddings.token_type_embeddings.weight": np.zeros((2, positions.shape[1]), dtype=np.float32),
    }
    for name, tensor in stored.items():
        if name.endswith(".steps"):
            outputs = len(tensor)
            scale = stored[name.replace(".steps", ".scale")].reshape(outputs, -1, 1)
            blocks = (tensor.astype(np.float32) - 128) * scale
            weights[name.replace(".steps", ".weight")] = blocks.reshape(outputs, -1)
        elif name.endswith((".weight", ".bias")):
            weights[name] = tensor
    return weights


def layer_count(weights: Weights) -> int:
    """How many layers a BERT with these weights has."""
    return 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("encoder.layer."))


class OnnxGraph:
    """Nodes and stored tensors, in the order in which they were added; methods give their output's name."""

    def __init__(self, weights: Weights, heads: int, int8: bool = True) -> None:
        self.weights, self.heads, self.int8 = weights, heads, int8
        self.nodes: list[Any] = []
        self.stored: list[Any] = []

    def store(self, name: str, values: NDArray[Any]) -> str:
        from onnx import numpy_helper

        self.stored.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def keep(self, name: str) -> str:
        """Stores a weight as it is, under its name."""
        return self.store(name, self.weights[name])

    def node(
        self, operator: str, inputs: list[str], output: str, *, domain: str = "", **attributes: Any
    ) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(operator, inputs, [output], domain=domain, **attributes))
        return output

    def serialised(self, inputs: list[str], output: str, shape: list[str | int]) -> bytes:
        """The model; every input is int32 (texts, tokens), the output float32."""
        from onnx import TensorProto, checker, helper

        def value(name: str, kind: int, sizes: list[str | int]) -> Any:
            return helper.make_tensor_value_info(name, kind, sizes)

        body = helper.make_graph(
            self.nodes,
            "encoder",
            [value(name, TensorProto.INT32, ["texts", "tokens"]) for name in inputs],
            [value(output, TensorProto.FLOAT, shape)],
            self.stored,
        )
        opsets = [helper.make_opsetid("", 21), helper.make_opsetid(MICROSOFT, 1)]
        model = helper.make_model(body, opset_imports=opsets, ir_version=10, producer_name="majlis")
        checker.check_model(model)
        serialised: bytes = model.SerializeToString()
        return serialised

    def words(self, table: NDArray[np.float32], ids: str) -> str:
        """The rows of the table, in full precision."""
        if not self.int8:
            return self.node("Gather", [self.store("words", table), ids], "word")
        scale = np.maximum(np.abs(table).max(axis=1, keepdims=True) / 127, 1e-8).astype(np.float32)
        self.store("words", np.round(table / scale).astype(np.int8))
        self.store("words.scale", scale)
        self.node("Gather", ["words", ids], "word.steps")
        self.node("Cast", ["word.steps"], "word.float", to=1)
        self.node("Gather", ["words.scale", ids], "word.scale")
        return self.node("Mul", ["word.float", "word.scale"], "word")

    def embed(self, ids: str, beside: str = "") -> str:
        """``beside``: an input that is 1 where the weight of its name is to be added."""
        self.words(self.weights["embeddings.word_embeddings.weight"], ids)
        kind = self.weights["embeddings.token_type_embeddings.weight"][0]
        self.store("positions", self.weights["embeddings.position_embeddings.weight"] + kind)
        self.store("zero", np.array([0], dtype=np.int64))
        self.store("one", np.array([1], dtype=np.int64))
        self.node("Shape", [ids], "tokens", start=1, end=2)
        self.node("Slice", ["positions", "zero", "tokens", "zero"], "position")
        embedded = self.node("Add", ["word", "position"], "embedded")
        if beside:
            self.store("last", np.array([2], dtype=np.int64))
            self.store(f"{beside}.vector", self.weights[beside])
            self.node("Cast", [beside], f"{beside}.float", to=1)
            self.node("Unsqueeze", [f"{beside}.float", "last"], f"{beside}.column")
            self.node("Mul", [f"{beside}.column", f"{beside}.vector"], f"{beside}.added")
            embedded = self.node("Add", [embedded, f"{beside}.added"], f"{beside}.embedded")
        return self.normalise("embeddings.LayerNorm", embedded)

    def layers(self, hidden: str, mask: str | None) -> str:
        for layer in range(layer_count(self.weights)):
            hidden = self.layer(f"encoder.layer.{layer}", hidden, mask)
        return hidden

    def layer(self, name: str, value: str, mask: str | None) -> str:
        attention = f"{name}.attention"
        parts = [self.linear(f"{attention}.self.{part}", value) for part in ("query", "key", "value")]
        self.node(
            "MultiHeadAttention",
            [*parts, "", mask] if mask else parts,
            f"{attention}.context",
            domain=MICROSOFT,
            num_heads=self.heads,
        )
        mixed = self.linear(f"{attention}.output.dense", f"{attention}.context")
        self.node("Add", [mixed, value], f"{attention}.sum")
        seen = self.normalise(f"{attention}.output.LayerNorm", f"{attention}.sum")
        wide = self.product(f"{name}.intermediate.dense", seen)
        bias = self.keep(f"{name}.intermediate.dense.bias")
        self.node("BiasGelu", [wide, bias], f"{name}.active", domain=MICROSOFT)
        narrow = self.linear(f"{name}.output.dense", f"{name}.active")
        self.node("Add", [narrow, seen], f"{name}.sum")
        return self.normalise(f"{name}.output.LayerNorm", f"{name}.sum")

    def normalise(self, name: str, value: str) -> str:
        inputs = [value, self.keep(f"{name}.weight"), self.keep(f"{name}.bias")]
        return self.node("LayerNormalization", inputs, f"{name}.out", axis=-1, epsilon=EPSILON)

    def linear(self, name: str, value: str) -> str:
        """``value @ weight.T + bias``."""
        product = self.product(name, value)
        return self.node("Add", [product, self.keep(f"{name}.bias")], f"{name}.out")

    def product(self, name: str, value: str) -> str:
        """``value @ weight.T``."""
        matrix = self.weights[f"{name}.weight"]  # (outputs, inputs)
        outputs, inputs = matrix.shape
        block = min(BLOCK, inputs)
        if not self.int8 or inputs % block:
            return self.node("MatMul", [value, self.store(f"{name}.weight", matrix.T)], f"{name}.product")
        blocks = matrix.reshape(outputs, inputs // block, block)
        scale = np.maximum(np.abs(blocks).max(axis=2, keepdims=True) / 127, 1e-8).astype(np.float32)
        # 8-bit blocks are unsigned with 128 for zero
        steps = self.store(f"{name}.steps", (np.round(blocks / scale) + 128).astype(np.uint8))
        return self.node(
            "MatMulNBits",
            [value, steps, self.store(f"{name}.scale", scale.reshape(-1))],
            f"{name}.product",
            domain=MICROSOFT,
            K=inputs,
            N=outputs,
            bits=8,
            block_size=block,
            accuracy_level=4,
        )

    def pool(self, hidden: str, mask: str) -> None:
        self.store("last", np.array([2], dtype=np.int64))
        self.store("tiny", np.array(1e-12, dtype=np.float32))
        self.node("Cast", [mask], "mask.float", to=1)
        self.node("Unsqueeze", ["mask.float", "last"], "mask.column")
        self.node("Mul", [hidden, "mask.column"], "kept")
        # the mean's divisor falls away in the unit length
        self.node("ReduceSum", ["kept", "one"], "summed", keepdims=0)
        self.node("ReduceL2", ["summed", "one"], "length", keepdims=1)
        self.node("Max", ["length", "tiny"], "divisor")
        self.node("Div", ["summed", "divisor"], "embedding")
