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
MICROSOFT = "com.microsoft"

Weights = Mapping[str, NDArray[np.float32]]  # of a BERT, under transformers' names without "bert."


def build_graph(weights: Weights, *, heads: int, epsilon: float = 1e-12, int8: bool = True) -> bytes:
    """The serialised ONNX model of a BERT with these weights.

    Inputs: ``ids`` and ``mask``, int32 (texts, tokens). Output: ``embedding``, float32 (texts, dimension),
    rows of unit length.
    """
    graph = OnnxGraph(int8)
    hidden = graph.layers(weights, graph.embed(weights, "ids", epsilon), "mask", heads, epsilon)
    graph.pool(hidden, "mask")
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
    """Nodes and stored tensors, in the order in which they were added."""

    def __init__(self, int8: bool) -> None:
        self.int8 = int8
        self.nodes: list[Any] = []
        self.stored: list[Any] = []

    def store(self, name: str, values: NDArray[Any]) -> str:
        from onnx import numpy_helper

        self.stored.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def node(
        self, operator: str, inputs: list[str], output: str, *, domain: str = "", **attributes: Any
    ) -> str:
        from onnx import helper

        self.nodes.append(helper.make_node(operator, inputs, [output], domain=domain, **attributes))
        return output

    def normalise(self, weights: Weights, name: str, value: str, epsilon: float) -> str:
        gain = self.store(f"{name}.weight", weights[f"{name}.weight"])
        bias = self.store(f"{name}.bias", weights[f"{name}.bias"])
        return self.node("LayerNormalization", [value, gain, bias], f"{name}.out", axis=-1, epsilon=epsilon)

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

    def embed(
        self,
        weights: Weights,
        ids: str,
        epsilon: float,
        beside: tuple[str, NDArray[np.float32]] | None = None,
    ) -> str:
        """``beside``: an input that is 1 where the vector is to be added."""
        self.words(weights["embeddings.word_embeddings.weight"], ids)
        kind = weights["embeddings.token_type_embeddings.weight"][0]
        self.store("positions", weights["embeddings.position_embeddings.weight"] + kind)
        self.store("zero", np.array([0], dtype=np.int64))
        self.store("one", np.array([1], dtype=np.int64))
        self.node("Shape", [ids], "tokens", start=1, end=2)
        self.node("Slice", ["positions", "zero", "tokens", "zero"], "position")
        embedded = self.node("Add", ["word", "position"], "embedded")
        if beside:
            where, vector = beside
            self.store("last", np.array([2], dtype=np.int64))
            self.store(f"{where}.vector", vector)
            self.node("Cast", [where], f"{where}.float", to=1)
            self.node("Unsqueeze", [f"{where}.float", "last"], f"{where}.column")
            self.node("Mul", [f"{where}.column", f"{where}.vector"], f"{where}.added")
            embedded = self.node("Add", [embedded, f"{where}.added"], f"{where}.embedded")
        return self.normalise(weights, "embeddings.LayerNorm", embedded, epsilon)

    def layers(self, weights: Weights, hidden: str, mask: str | None, heads: int, epsilon: float) -> str:
        for layer in range(layer_count(weights)):
            hidden = self.layer(weights, f"encoder.layer.{layer}", hidden, mask, heads, epsilon)
        return hidden

    def head(self, hidden: str, weight: NDArray[np.float32], bias: NDArray[np.float32], output: str) -> None:
        """A full-precision projection of every token."""
        self.store("head.weight", weight.T)
        self.store("head.bias", bias)
        self.node("MatMul", [hidden, "head.weight"], "head.product")
        self.node("Add", ["head.product", "head.bias"], output)

    def linear(self, weights: Weights, name: str, value: str, *, biased: bool = True) -> str:
        """``value @ weight.T`` (+ bias)."""
        matrix = weights[f"{name}.weight"]  # (outputs, inputs)
        outputs, inputs = matrix.shape
        block = min(BLOCK, inputs)
        if self.int8 and inputs % block == 0:
            blocks = matrix.reshape(outputs, inputs // block, block)
            scale = np.maximum(np.abs(blocks).max(axis=2, keepdims=True) / 127, 1e-8).astype(np.float32)
            # 8-bit blocks are unsigned with 128 for zero
            steps = (np.round(blocks / scale) + 128).astype(np.uint8)
            self.store(f"{name}.steps", steps)
            self.store(f"{name}.scale", scale.reshape(-1))
            product = self.node(
                "MatMulNBits",
                [value, f"{name}.steps", f"{name}.scale"],
                f"{name}.product",
                domain=MICROSOFT,
                K=inputs,
                N=outputs,
                bits=8,
                block_size=block,
                accuracy_level=4,
            )
        else:
            self.store(f"{name}.weight", matrix.T)
            product = self.node("MatMul", [value, f"{name}.weight"], f"{name}.product")
        if not biased:
            return product
        self.store(f"{name}.bias", weights[f"{name}.bias"])
        return self.node("Add", [product, f"{name}.bias"], f"{name}.out")

    def layer(
        self, weights: Weights, name: str, value: str, mask: str | None, heads: int, epsilon: float
    ) -> str:
        attention = f"{name}.attention"
        parts = [
            self.linear(weights, f"{attention}.self.{part}", value) for part in ("query", "key", "value")
        ]
        self.node(
            "MultiHeadAttention",
            [*parts, "", mask] if mask else parts,
            f"{attention}.context",
            domain=MICROSOFT,
            num_heads=heads,
        )
        mixed = self.linear(weights, f"{attention}.output.dense", f"{attention}.context")
        self.node("Add", [mixed, value], f"{attention}.sum")
        seen = self.normalise(weights, f"{attention}.output.LayerNorm", f"{attention}.sum", epsilon)
        wide = self.linear(weights, f"{name}.intermediate.dense", seen, biased=False)
        bias = self.store(f"{name}.intermediate.dense.bias", weights[f"{name}.intermediate.dense.bias"])
        self.node("BiasGelu", [wide, bias], f"{name}.active", domain=MICROSOFT)
        narrow = self.linear(weights, f"{name}.output.dense", f"{name}.active")
        self.node("Add", [narrow, seen], f"{name}.sum")
        return self.normalise(weights, f"{name}.output.LayerNorm", f"{name}.sum", epsilon)

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
