"""The reader in torch, for training: a BERT, and for each token two logits.

A question and a passage are read together, ``[CLS] question [SEP] passage [SEP]``; what is the passage is
told by a vector added to its embeddings. The first token stands for "no answer here" (Devlin et al. 2019).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from transformers import BertModel

from index.training.bert import TokenIds, collate, last_hidden


@dataclass(frozen=True, slots=True)
class SpanSample:
    """A question and a stretch of text, as token ids without special tokens.

    ``start`` and ``end`` are the first and last token of the answer in ``passage``; -1 where it has none.
    """

    question: TokenIds
    passage: TokenIds
    start: int
    end: int


class SpanNetwork(nn.Module):
    """Ids, mask and what is passage, each (texts, tokens), to start and end logits (texts, tokens, 2)."""

    def __init__(self, body: BertModel) -> None:
        super().__init__()
        width = body.config.hidden_size
        self.body = body
        self.passage = nn.Parameter(torch.zeros(width))
        self.spans = nn.Linear(width, 2)
        nn.init.normal_(self.spans.weight, std=0.02)
        nn.init.zeros_(self.spans.bias)

    def forward(self, ids: Tensor, mask: Tensor, passage: Tensor) -> Tensor:
        words = self.body.embeddings.word_embeddings(ids) + passage[:, :, None].float() * self.passage
        logits: Tensor = self.spans(last_hidden(self.body, mask, inputs_embeds=words))
        return logits.float()


def join(texts: Sequence[tuple[TokenIds, TokenIds]], first: int, last: int) -> tuple[Tensor, Tensor, Tensor]:
    """Questions and passages as ids, mask, and what is passage; ``first``, ``last``: special tokens."""
    ids, mask = collate([[first, *question, last, *passage, last] for question, passage in texts])
    within = torch.zeros_like(mask)
    for row, (question, passage) in enumerate(texts):
        begin = passage_begin(question)
        within[row, begin : begin + len(passage)] = True
    return ids, mask, within


def passage_begin(question: TokenIds) -> int:
    """The place of a passage's first token beside its question."""
    return len(question) + 2


def span_loss(logits: Tensor, samples: Sequence[SpanSample], passage: Tensor) -> Tensor:
    """Cross-entropy of the answer's first and last token among the passage's tokens and "no answer here"."""
    allowed = passage.clone()
    allowed[:, 0] = True
    masked = logits.masked_fill(~allowed[:, :, None], -1e4)
    targets = torch.tensor(
        [
            [passage_begin(one.question) + at if at >= 0 else 0 for at in (one.start, one.end)]
            for one in samples
        ]
    )
    return F.cross_entropy(masked.transpose(1, 2).reshape(-1, masked.shape[1]), targets.reshape(-1))
