"""The verifier in torch, for training: the reader's network, marks on its tokens, and one number.

The embeddings and the lowest layers stay the reader's. Above them every token is told what it is
(``TokenMark``) by a vector added to its own. The number is read off the marked words' first and last token
and off the first token of all; it begins as the reader's own log odds of these words, and learns from there.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.utils.rnn import pad_sequence
from transformers import BertModel

from assistant.readers.verifier import TokenMark
from index.training.bert import TokenIds, make_bert
from index.training.graph import Weights

SHARED = 4  # layers that stay the reader's
BEGINNING = 0.3  # of the reader's log odds: they run to 15 either way
# Of the three numbers that each token gives, those that count for a token of each mark.
ROLES = np.zeros((len(TokenMark), 3), dtype=np.float32)
ROLES[[TokenMark.FIRST, TokenMark.ONLY], 0] = 1
ROLES[[TokenMark.LAST, TokenMark.ONLY], 1] = 1
ROLES[TokenMark.WHOLE, 2] = 1
IS_TEXT = np.array([mark not in (TokenMark.NONE, TokenMark.WHOLE) for mark in TokenMark])


@dataclass(frozen=True, slots=True)
class JudgedPair:
    """A question and a marked sentence as token ids with their marks, and whether the words answer."""

    ids: TokenIds
    marks: TokenIds
    right: bool


class VerifierNetwork(nn.Module):
    """Ids, mask and marks, each (texts, tokens), to one number a text: log odds that the words answer."""

    roles: Tensor
    is_text: Tensor

    def __init__(self, body: BertModel, passage: Tensor, spans: Tensor) -> None:
        """``passage`` and ``spans``: the reader's vector of text, and the weights of its two logits."""
        super().__init__()
        self.body = body
        self.passage = nn.Parameter(passage)
        self.marks = nn.Parameter(torch.zeros(len(TokenMark), body.config.hidden_size))
        self.answers = nn.Linear(body.config.hidden_size, 3)
        nn.init.zeros_(self.answers.bias)
        self.answers.weight.data = BEGINNING * torch.cat([spans, -spans.sum(0, keepdim=True)])
        self.register_buffer("roles", torch.tensor(ROLES), persistent=False)
        self.register_buffer("is_text", torch.tensor(IS_TEXT), persistent=False)
        body.requires_grad_(False)
        body.encoder.layer[SHARED:].requires_grad_(True)
        self.passage.requires_grad_(False)

    def forward(self, ids: Tensor, mask: Tensor, marks: Tensor) -> Tensor:
        hidden, added = self._shared(ids, mask, marks)
        hidden = hidden + self.marks[marks]
        for layer in self.body.encoder.layer[SHARED:]:
            hidden = _output(layer(hidden, added))
        scores: Tensor = (self.answers(hidden).float() * self.roles[marks]).sum((1, 2))
        return scores

    @torch.no_grad()
    def _shared(self, ids: Tensor, mask: Tensor, marks: Tensor) -> tuple[Tensor, Tensor]:
        added = torch.where(mask, 0.0, -1e4)[:, None, None, :]
        words = self.body.embeddings.word_embeddings(ids)
        words = words + self.is_text[marks][:, :, None].float() * self.passage
        hidden = self.body.embeddings(inputs_embeds=words)
        for layer in self.body.encoder.layer[:SHARED]:
            hidden = _output(layer(hidden, added))
        return hidden, added


def _output(value: Any) -> Tensor:
    hidden: Tensor = value[0] if isinstance(value, tuple) else value
    return hidden


def from_reader(weights: Weights, heads: int) -> VerifierNetwork:
    """The network as it begins: the reader's weights, as ``read_span_graph`` gives them."""
    body = {name: value for name, value in weights.items() if name.startswith(("embeddings.", "encoder."))}
    return VerifierNetwork(
        make_bert(body, heads), torch.tensor(weights["passage"]), torch.tensor(weights["spans.weight"])
    )


def collate_pairs(pairs: Sequence[JudgedPair]) -> tuple[Tensor, Tensor, Tensor]:
    """Ids, mask and marks of a padded batch."""
    ids, marks = (
        pad_sequence([torch.tensor(list(part)) for part in parts], batch_first=True)
        for parts in ([one.ids for one in pairs], [one.marks for one in pairs])
    )
    lengths = torch.tensor([len(one.ids) for one in pairs])
    return ids, torch.arange(ids.shape[1]) < lengths[:, None], marks


@torch.inference_mode()
def judge_pairs(
    network: VerifierNetwork, pairs: Sequence[JudgedPair], tokens: int = 4096
) -> NDArray[np.float32]:
    """The network's numbers, in order."""
    from index.models import length_batches

    scores = np.zeros(len(pairs), dtype=np.float32)
    for rows in length_batches([len(one.ids) for one in pairs], tokens):
        scores[rows] = network(*collate_pairs([pairs[row] for row in rows])).numpy()
    return scores
