"""The encoder as an ONNX graph: weights in, bytes out.

The graph is written by hand with ONNX Runtime's fused operators instead of being traced: one small file,
no tracing dependency, and every place where precision is given up can be seen here. It follows BERT
(Devlin et al. 2019) with the mean pooling and unit length of sentence-transformers.

    ids, mask -> embeddings -> layers x (attention, feed forward) -> masked mean -> unit length

``small`` stores the word embeddings with 4 bits, in the blocks that the base has them in, so nothing is lost.
A matrix has 7 bits and a scale for each output; what is multiplied with it is brought to 8 bits a row at a
time, by the row's largest number, so that a text's vector does not depend on what else is in its batch. Such
numbers are multiplied as they are, no block is unpacked; with 7 bits the older processors, which add two
products in 16 bits, cannot overflow.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

WORDS_BLOCK = 32
LARGEST_STEP = 63  # of a weight: 2 * 63 * 255 is less than 2 ** 15
EPSILON = 1e-12
MICROSOFT = "com.microsoft"

Weights = Mapping[str, NDArray[np.float32]]  # of a BERT, under transformers' names without "bert."


def build_graph(weights: Weights, *, heads: int, small: bool = True) -> bytes:
    """The serialised ONNX model of a BERT with these weights.

    Inputs: ``ids`` and ``mask``, int32 (texts, tokens). Output: ``embedding``, float32 (texts, dimension),
    rows of unit length.
    """
    graph = OnnxGraph(weights, heads, small)
    graph.pool(graph.layers(graph.embed("ids"), "mask"), "mask")
    dimension = weights["embeddings.word_embeddings.weight"].shape[1]
    return graph.serialised(["ids", "mask"], "embedding", ["texts", dimension])


def read_graph(model: bytes) -> dict[str, NDArray[np.float32]]:
    """The weights that a small graph of ``build_graph`` computes with, under transformers' names."""
    from onnx import load_from_string, numpy_helper

    stored = {
        tensor.name: numpy_helper.to_array(tensor) for tensor in load_from_string(model).graph.initializer
    }
    positions = stored["positions"]
    words = stored["words"].astype(np.float32)
    weights = {
        "embeddings.word_embeddings.weight": words
        * np.repeat(stored["words.scale"].astype(np.float32), WORDS_BLOCK, axis=1),
        "embeddings.position_embeddings.weight": positions,
        "embeddings.token_type_embeddings.weight": np.zeros((2, positions.shape[1]), dtype=np.float32),
    }
    for name, tensor in stored.items():
        if name.endswith(".steps"):
            scale = stored[name.replace(".steps", ".scale")][:, None]
            weights[name.replace(".steps", ".weight")] = tensor.T.astype(np.float32) * scale
        elif name.endswith((".weight", ".bias")):
            weights[name] = tensor
    return weights


def layer_count(weights: Weights) -> int:
    """How many layers a BERT with these weights has."""
    return 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("encoder.layer."))


class OnnxGraph:
    """Nodes and stored tensors, in the order in which they were added; methods give their output's name.

    ``small``: word embeddings in 4-bit blocks; matrices in whole numbers up to ``steps``, a scale for each
    output, multiplied as they are.
    """

    def __init__(self, weights: Weights, heads: int, small: bool = True, steps: int = LARGEST_STEP) -> None:
        self.weights, self.heads, self.small, self.steps = weights, heads, small, steps
        self.nodes: list[Any] = []
        self.stored: list[Any] = []
        self._bytes: dict[str, tuple[str, str]] = {}

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
        """The rows of the table: small, blocks of -8 to 7 with a half-precision scale; the largest is -8."""
        from onnx import TensorProto, helper

        if not self.small:
            return self.node("Gather", [self.store("words", table), ids], "word")
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
        if not self.small:
            return self.node("MatMul", [value, self.store(f"{name}.weight", matrix.T)], f"{name}.product")
        scale = np.maximum(np.abs(matrix).max(axis=1) / self.steps, 1e-8).astype(np.float32)
        steps = self.store(f"{name}.steps", np.round(matrix / scale[:, None]).astype(np.int8).T)
        scales = self.store(f"{name}.scale", scale)
        rows, largest = self.in_bytes(value)
        inputs = [rows, steps, "row.unit", scales, "row.middle"]
        self.node("MatMulIntegerToFloat", inputs, f"{name}.unit", domain=MICROSOFT)
        return self.node("Mul", [f"{name}.unit", largest], f"{name}.product")

    def in_bytes(self, value: str) -> tuple[str, str]:
        """The rows over their largest number, as bytes about 128, and those largest numbers."""
        if not self._bytes:
            self.store("row.unit", np.array(1 / 127, dtype=np.float32))
            self.store("row.middle", np.array(128, dtype=np.uint8))
            self.store("row.tiny", np.array(1e-12, dtype=np.float32))
            self.store("row.across", np.array([-1], dtype=np.int64))
        if value not in self._bytes:
            self.node("Abs", [value], f"{value}.size")
            self.node("ReduceMax", [f"{value}.size", "row.across"], f"{value}.most", keepdims=1)
            largest = self.node("Max", [f"{value}.most", "row.tiny"], f"{value}.largest")
            self.node("Div", [value, largest], f"{value}.unit")
            rows = self.node("QuantizeLinear", [f"{value}.unit", "row.unit", "row.middle"], f"{value}.bytes")
            self._bytes[value] = rows, largest
        return self._bytes[value]

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
