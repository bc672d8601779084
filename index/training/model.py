"""The encoder in torch, for training: BERT's layers without dropout, mean pooling, unit length.

Parameters carry transformers' names, so weights go in and out of its files as they are.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

LENGTHS = 512
EPSILON = 1e-12


class _Embeddings(nn.Module):
    def __init__(self, vocabulary: int, width: int) -> None:
        super().__init__()
        self.word_embeddings = nn.Embedding(vocabulary, width)
        self.position_embeddings = nn.Embedding(LENGTHS, width)
        self.token_type_embeddings = nn.Embedding(2, width)
        self.LayerNorm = nn.LayerNorm(width, eps=EPSILON)

    def forward(self, ids: Tensor, beside: Tensor | None = None) -> Tensor:
        positions = self.position_embeddings.weight[: ids.shape[1]]
        summed = self.word_embeddings(ids) + positions + self.token_type_embeddings.weight[0]
        embedded: Tensor = self.LayerNorm(summed if beside is None else summed + beside)
        return embedded


class _Added(nn.Module):
    """A projection that is added to what was there before, and normalised."""

    def __init__(self, inner: int, width: int) -> None:
        super().__init__()
        self.dense = nn.Linear(inner, width)
        self.LayerNorm = nn.LayerNorm(width, eps=EPSILON)

    def forward(self, value: Tensor, before: Tensor) -> Tensor:
        added: Tensor = self.LayerNorm(self.dense(value) + before)
        return added


class _Layer(nn.Module):
    def __init__(self, width: int, inner: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        parts = nn.ModuleDict({part: nn.Linear(width, width) for part in ("query", "key", "value")})
        self.attention = nn.ModuleDict({"self": parts, "output": _Added(width, width)})
        self.intermediate = nn.ModuleDict({"dense": nn.Linear(width, inner)})
        self.output = _Added(inner, width)

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        texts, tokens, width = hidden.shape
        query, key, value = (
            part(hidden).view(texts, tokens, self.heads, -1).transpose(1, 2)
            for part in self.attention["self"].children()
        )
        # for short texts on a CPU the plain products are much faster than torch's fused attention
        scores = (query * query.shape[-1] ** -0.5) @ key.transpose(2, 3)
        seen = scores.masked_fill(~mask, -1e4).softmax(-1).to(value.dtype) @ value
        hidden = self.attention["output"](seen.transpose(1, 2).reshape(texts, tokens, width), hidden)
        added: Tensor = self.output(F.gelu(self.intermediate["dense"](hidden)), hidden)
        return added


class Encoder(nn.Module):
    """Ids and mask (texts, tokens) to vectors (texts, dimension) of unit length."""

    def __init__(
        self, vocabulary: int, *, width: int = 384, layers: int = 6, heads: int = 12, inner: int = 1536
    ) -> None:
        super().__init__()
        self.dimension = width
        self.embeddings = _Embeddings(vocabulary, width)
        self.encoder = nn.ModuleDict(
            {"layer": nn.ModuleList(_Layer(width, inner, heads) for _ in range(layers))}
        )

    @property
    def words(self) -> Tensor:
        """The table of word embeddings."""
        return self.embeddings.word_embeddings.weight

    @classmethod
    def from_weights(cls, weights: Mapping[str, NDArray[np.float32]], heads: int) -> "Encoder":
        """The encoder that has these weights, whatever its size."""
        vocabulary, width = weights["embeddings.word_embeddings.weight"].shape
        layers = 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("encoder."))
        inner = len(weights["encoder.layer.0.intermediate.dense.bias"])
        model = cls(vocabulary, width=width, layers=layers, heads=heads, inner=inner)
        model.load_state_dict({name: torch.tensor(tensor) for name, tensor in weights.items()})
        return model

    def hidden(self, ids: Tensor, mask: Tensor, beside: Tensor | None = None) -> Tensor:
        """The last layer, (texts, tokens, dimension); ``beside`` is added to the embeddings."""
        hidden: Tensor = self.embeddings(ids, beside)
        allowed = mask[:, None, None, :]
        for layer in self.encoder["layer"].children():
            hidden = layer(hidden, allowed)
        return hidden

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        hidden = self.hidden(ids, mask)
        column = mask[:, :, None].to(hidden.dtype)
        return F.normalize((hidden * column).sum(1).float() / column.sum(1).float(), dim=1)


def collate(texts: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Token ids of different lengths as one padded batch: ids and a boolean mask."""
    width = max(map(len, texts))
    ids = torch.zeros(len(texts), width, dtype=torch.long)
    mask = torch.zeros(len(texts), width, dtype=torch.bool)
    for row, text in enumerate(texts):
        ids[row, : len(text)] = torch.tensor(text)
        mask[row, : len(text)] = True
    return ids, mask


@torch.inference_mode()
def embed(model: Encoder, texts: Sequence[Sequence[int]], tokens: int = 4096) -> Tensor:
    """Vectors of all texts, in order; batches of about ``tokens``, texts of like length together."""
    order = sorted(range(len(texts)), key=lambda row: -len(texts[row]))
    vectors = torch.zeros(len(texts), model.dimension)
    start = 0
    while start < len(order):
        rows = order[start : start + max(1, tokens // len(texts[order[start]]))]
        with torch.autocast("cpu", torch.bfloat16):
            vectors[rows] = model(*collate([texts[row] for row in rows])).float()
        start += len(rows)
    return vectors
