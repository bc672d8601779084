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


class _Layer(nn.Module):
    def __init__(self, width: int, inner: int, heads: int, epsilon: float) -> None:
        super().__init__()
        self.heads = heads
        attention = nn.Module()
        attention.self = nn.ModuleDict({part: nn.Linear(width, width) for part in ("query", "key", "value")})
        attention.output = nn.ModuleDict(
            {"dense": nn.Linear(width, width), "LayerNorm": nn.LayerNorm(width, eps=epsilon)}
        )
        self.attention = attention
        self.intermediate = nn.ModuleDict({"dense": nn.Linear(width, inner)})
        self.output = nn.ModuleDict(
            {"dense": nn.Linear(inner, width), "LayerNorm": nn.LayerNorm(width, eps=epsilon)}
        )

    def forward(self, hidden: Tensor, mask: Tensor) -> Tensor:
        texts, tokens, width = hidden.shape
        query, key, value = (
            self.attention.self[part](hidden).view(texts, tokens, self.heads, -1).transpose(1, 2)
            for part in ("query", "key", "value")
        )
        # for short texts on a CPU the plain products are much faster than torch's fused attention
        scores = (query * query.shape[-1] ** -0.5) @ key.transpose(2, 3)
        seen = scores.masked_fill(~mask, -1e4).softmax(-1).to(value.dtype) @ value
        seen = seen.transpose(1, 2).reshape(texts, tokens, width)
        out = self.attention.output
        hidden = out["LayerNorm"](out["dense"](seen) + hidden)
        active = F.gelu(self.intermediate["dense"](hidden))
        return self.output["LayerNorm"](self.output["dense"](active) + hidden)


class Encoder(nn.Module):
    """Ids and mask (texts, tokens) to vectors (texts, dimension) of unit length."""

    def __init__(
        self, vocabulary: int, *, width: int = 384, layers: int = 6, heads: int = 12, inner: int = 1536
    ) -> None:
        super().__init__()
        self.heads = heads
        epsilon = 1e-12
        self.embeddings = nn.ModuleDict(
            {
                "word_embeddings": nn.Embedding(vocabulary, width),
                "position_embeddings": nn.Embedding(LENGTHS, width),
                "token_type_embeddings": nn.Embedding(2, width),
                "LayerNorm": nn.LayerNorm(width, eps=epsilon),
            }
        )
        self.encoder = nn.ModuleDict(
            {"layer": nn.ModuleList(_Layer(width, inner, heads, epsilon) for _ in range(layers))}
        )

    @classmethod
    def from_weights(cls, weights: Mapping[str, NDArray[np.float32]], heads: int) -> "Encoder":
        """The encoder that has these weights, whatever its size."""
        vocabulary, width = weights["embeddings.word_embeddings.weight"].shape
        layers = 1 + max(int(name.split(".")[2]) for name in weights if name.startswith("encoder."))
        inner = len(weights["encoder.layer.0.intermediate.dense.bias"])
        model = cls(vocabulary, width=width, layers=layers, heads=heads, inner=inner)
        model.load_state_dict({name: torch.tensor(tensor) for name, tensor in weights.items()})
        return model

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        parts = self.embeddings
        positions = parts["position_embeddings"].weight[: ids.shape[1]]
        kind = parts["token_type_embeddings"].weight[0]
        hidden = parts["LayerNorm"](parts["word_embeddings"](ids) + positions + kind)
        allowed = mask[:, None, None, :]
        for layer in self.encoder["layer"]:
            hidden = layer(hidden, allowed)
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
    vectors = torch.zeros(len(texts), model.embeddings["word_embeddings"].embedding_dim)
    start = 0
    while start < len(order):
        rows = order[start : start + max(1, tokens // len(texts[order[start]]))]
        with torch.autocast("cpu", torch.bfloat16):
            vectors[rows] = model(*collate([texts[row] for row in rows])).float()
        start += len(rows)
    return vectors
