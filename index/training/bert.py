"""The encoder in torch, for training: transformers' BERT without dropout; mean pooling, unit length."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pad_sequence
from transformers import BertConfig, BertModel

from index.models import length_batches
from index.training.graph import Weights, layer_count
from index.training.loop import half_precision

TokenIds = Sequence[int]

SETTINGS: dict[str, Any] = {
    "hidden_dropout_prob": 0.0,  # so it does the same in training and after
    "attention_probs_dropout_prob": 0.0,
    "attn_implementation": "eager",  # for short texts on a CPU much faster than torch's fused attention
}


def make_bert(weights: Weights, heads: int) -> BertModel:
    """The BERT that has these weights, whatever its size; they carry transformers' names."""
    vocabulary, width = weights["embeddings.word_embeddings.weight"].shape
    config = BertConfig(
        vocab_size=vocabulary,
        hidden_size=width,
        num_hidden_layers=layer_count(weights),
        num_attention_heads=heads,
        intermediate_size=len(weights["encoder.layer.0.intermediate.dense.bias"]),
        max_position_embeddings=len(weights["embeddings.position_embeddings.weight"]),
        **SETTINGS,
    )
    model = BertModel(config, add_pooling_layer=False)
    model.load_state_dict({name: torch.tensor(tensor) for name, tensor in weights.items()})
    return model


def weights_of(model: nn.Module) -> dict[str, NDArray[np.float32]]:
    """The weights as arrays, by their names."""
    return {name: tensor.float().numpy() for name, tensor in model.state_dict().items()}


def last_hidden(model: BertModel, mask: Tensor, **inputs: Tensor) -> Tensor:
    """The last layer, (texts, tokens, dimension); ``inputs`` are ``input_ids`` or ``inputs_embeds``."""
    # in half precision the mask leaves the scores in it: for long texts a step takes a quarter less
    added = torch.where(mask, 0.0, -1e4).bfloat16()[:, None, None, :]
    hidden: Tensor = model(attention_mask=added, **inputs).last_hidden_state
    return hidden


def text_vectors(model: BertModel, ids: Tensor, mask: Tensor) -> Tensor:
    """Ids and mask (texts, tokens) to vectors (texts, dimension) of unit length."""
    hidden = last_hidden(model, mask, input_ids=ids)
    column = mask[:, :, None].to(hidden.dtype)
    return F.normalize((hidden * column).sum(1).float() / column.sum(1).float(), dim=1)


def collate(texts: Sequence[TokenIds]) -> tuple[Tensor, Tensor]:
    """Token ids of different lengths as one padded batch: ids and a boolean mask."""
    ids = pad_sequence([torch.tensor(text) for text in texts], batch_first=True)
    lengths = torch.tensor([len(text) for text in texts])
    return ids, torch.arange(ids.shape[1]) < lengths[:, None]


@torch.inference_mode()
def embed(model: BertModel, texts: Sequence[TokenIds], tokens: int = 4096) -> Tensor:
    """Vectors of all texts, in order; batches of about ``tokens``, texts of like length together."""
    vectors = torch.zeros(len(texts), model.config.hidden_size)
    for rows in length_batches([len(text) for text in texts], tokens):
        with half_precision():
            vectors[rows] = text_vectors(model, *collate([texts[row] for row in rows])).float()
    return vectors
