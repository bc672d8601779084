"""Distillation: the student's Arabic, and its English, come to lie where the teacher's English lies.

After Reimers and Gurevych (2020). The teacher is the English base model, unchanged. An Arabic sentence is
drawn to the teacher's vector of its translation (cosine) and away from those of the other sentences of the
batch (contrastive). Now and then the English side is shown instead, so that English stays where it was, or
English with some words switched for Arabic ones, so that single words find their place too.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F
from transformers import BertModel

from index.training.bert import TokenIds, collate, embed, text_vectors
from index.training.loop import Losses

SCALE = 20.0
LONGEST = 64  # tokens
MIXED_EVERY, ENGLISH_EVERY = 16, 8  # steps


class Teacher:
    """The base model's vectors of the English texts, computed when first asked for."""

    def __init__(self, model: BertModel, texts: Sequence[TokenIds]) -> None:
        self._model = model
        self._texts = texts
        self._known: NDArray[np.bool_] = np.zeros(len(texts), dtype=bool)
        self._vectors = torch.zeros(len(texts), model.config.hidden_size)

    def __call__(self, rows: Sequence[int]) -> Tensor:
        new = [row for row in rows if not self._known[row]]
        if new:
            self._vectors[new] = embed(self._model, [self._texts[row] for row in new])
            self._known[new] = True
        vectors: Tensor = self._vectors[list(rows)]
        return vectors


def epoch_batches(lengths: Sequence[int], size: int, seed: int) -> list[NDArray[np.int64]]:
    """All rows once, in batches of texts of like length, the batches in random order."""
    order = np.random.default_rng(seed).permutation(len(lengths))
    reach = size * 50  # sorted within such a stretch: little padding, and yet other company in every epoch
    batches: list[NDArray[np.int64]] = []
    for start in range(0, len(order), reach):
        stretch = order[start : start + reach]
        stretch = stretch[np.argsort(np.array(lengths)[stretch], kind="stable")]
        batches.extend(stretch[at : at + size] for at in range(0, len(stretch), size))
    mixed = np.random.default_rng(seed + 1).permutation(len(batches))
    return [batches[at] for at in mixed]


def distillation(
    student: BertModel,
    teacher: Teacher,
    english: Sequence[TokenIds],
    arabic: Sequence[TokenIds],
    *,
    switch: Callable[[TokenIds, np.random.Generator], list[int]],
    size: int,
    seed: int,
) -> Callable[[int], Losses]:
    """The losses of a step, over the pairs again and again."""
    lengths = [len(text) for text in arabic]
    per_epoch = -(-len(arabic) // size)

    @lru_cache(maxsize=1)
    def batches(epoch: int) -> list[NDArray[np.int64]]:
        return epoch_batches(lengths, size, seed + epoch)

    def losses(step: int) -> Losses:
        epoch, at = divmod(step, per_epoch)
        rows = batches(epoch)[at].tolist()
        target = teacher(rows)
        if step % ENGLISH_EVERY == ENGLISH_EVERY // 2:
            name, texts = "english", [english[row] for row in rows]
        elif step % MIXED_EVERY == MIXED_EVERY - 1:
            random = np.random.default_rng((seed, step))
            name, texts = "mixed", [switch(english[row], random) for row in rows]
        else:
            name, texts = "arabic", [arabic[row] for row in rows]
        vectors = text_vectors(student, *collate(texts))
        return {
            f"{name} far": 10 * (1 - (vectors * target).sum(1).mean()),
            f"{name} mixed up": contrast(vectors, target),
        }

    return losses


def contrast(questions: Tensor, passages: Tensor, scale: float = SCALE) -> Tensor:
    """Cross-entropy of finding row i's counterpart among all rows; surplus rows are only wrong."""
    similarity = scale * questions.float() @ passages.float().T
    return F.cross_entropy(similarity, torch.arange(len(questions)))
