"""The reader in torch, for training: a BERT's layers, and for each token two logits.

A question and a passage are read together, ``[CLS] question [SEP] passage [SEP]``; what is the passage is
told by a vector added to its embeddings. The first token stands for "no answer here" (Devlin et al. 2019).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from index.training.model import Encoder, collate


@dataclass(frozen=True, slots=True)
class Sample:
    """A question and a stretch of text, as token ids without special tokens.

    ``start`` and ``end`` are the first and last token of the answer in ``passage``; -1 where it has none.
    """

    question: Sequence[int]
    passage: Sequence[int]
    start: int
    end: int


class SpanNetwork(nn.Module):
    """Ids, mask and what is passage, each (texts, tokens), to start and end logits (texts, tokens, 2)."""

    def __init__(self, encoder: Encoder) -> None:
        super().__init__()
        self.body = encoder
        self.passage = nn.Parameter(torch.zeros(encoder.dimension))
        self.spans = nn.Linear(encoder.dimension, 2)
        nn.init.normal_(self.spans.weight, std=0.02)
        nn.init.zeros_(self.spans.bias)

    @classmethod
    def from_weights(cls, weights: Mapping[str, NDArray[np.float32]], heads: int) -> "SpanNetwork":
        """The network that has these weights: a BERT's, and after training its own too."""
        own = {
            name: torch.tensor(weights[name])
            for name in ("passage", "spans.weight", "spans.bias")
            if name in weights
        }
        network = cls(Encoder.from_weights({n: w for n, w in weights.items() if n not in own}, heads))
        network.load_state_dict(own, strict=False)
        return network

    def weights(self) -> dict[str, NDArray[np.float32]]:
        """All weights under the encoder's names, and ``passage``, ``spans.weight``, ``spans.bias``."""
        return {
            name.removeprefix("body."): tensor.float().numpy() for name, tensor in self.state_dict().items()
        }

    def forward(self, ids: Tensor, mask: Tensor, passage: Tensor) -> Tensor:
        logits: Tensor = self.spans(self.body.hidden(ids, mask, passage[:, :, None].float() * self.passage))
        return logits.float()


def join(
    texts: Sequence[tuple[Sequence[int], Sequence[int]]], first: int, last: int
) -> tuple[Tensor, Tensor, Tensor]:
    """Questions and passages as ids, mask, and what is passage; ``first``, ``last``: special tokens."""
    ids, mask = collate([[first, *question, last, *passage, last] for question, passage in texts])
    within = torch.zeros_like(mask)
    for row, (question, passage) in enumerate(texts):
        begin = passage_begin(question)
        within[row, begin : begin + len(passage)] = True
    return ids, mask, within


def passage_begin(question: Sequence[int]) -> int:
    """The place of a passage's first token beside its question."""
    return len(question) + 2


def passage_only(logits: Tensor, passage: Tensor) -> Tensor:
    """The logits with those very low that are neither the passage's nor "no answer here"."""
    allowed = passage.clone()
    allowed[:, 0] = True
    return logits.masked_fill(~allowed[:, :, None], -1e4)


def span_loss(logits: Tensor, samples: Sequence[Sample], passage: Tensor) -> Tensor:
    """Cross-entropy of the answer's first and last token among the passage's tokens and "no answer here"."""
    masked = passage_only(logits, passage)
    begins = [passage_begin(sample.question) for sample in samples]
    targets = [
        torch.tensor([begin + at if at >= 0 else 0 for begin, at in zip(begins, places, strict=True)])
        for places in ([sample.start for sample in samples], [sample.end for sample in samples])
    ]
    return (F.cross_entropy(masked[:, :, 0], targets[0]) + F.cross_entropy(masked[:, :, 1], targets[1])) / 2
