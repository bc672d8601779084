"""What a network learns from a teacher: an earlier network that reads the same in clearer words.

The teacher's odds of every token are learnt beside the right answer (Hinton et al. 2015); where words of the
sample were swapped, the teacher read it before. And an Arabic token shall become, layer by layer, what the
English token becomes that it stands for, in passages that say the same in both languages (after Cao et al.
2020, who pull a network's aligned tokens together).
"""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped]
from torch import Tensor

from assistant.training.model import (
    Sample,
    SpanNetwork,
    join,
    passage_begin,
    passage_only,
    span_loss,
)
from assistant.training.samples import ASKING, QUESTION_TOKENS, Tokens
from index.training.alignment import Swap, linked_places
from index.training.data import Pair

LENGTHS = (60, 100, 160)  # of a passage in tokens; a step has one
SWAPPED = 0.4  # of the questions beside Arabic passages
CLOZE = 0.65  # of the questions, made from a sentence of the passage; the others ask anything
Places = NDArray[np.int64]
Text = tuple[list[int], list[int]]  # question and passage


def taught_loss(
    network: SpanNetwork, teacher: SpanNetwork, samples: Sequence[Sample], ends: tuple[int, int], hard: float
) -> Tensor:
    """The cross-entropy of the right answers, weighted ``hard``, and of the teacher's odds, with the rest.

    ``ends``: the ids of the special tokens at the start and the end of a text.
    """
    ids, mask, passage = join([(sample.question, sample.passage) for sample in samples], *ends)
    logits = network(ids, mask, passage)
    originals = [sample.original or sample for sample in samples]
    told_ids, told_mask, told_passage = join([(one.question, one.passage) for one in originals], *ends)
    with torch.no_grad():
        told = passage_only(teacher(told_ids, told_mask, told_passage), told_passage).softmax(1)
    target = torch.zeros_like(logits)
    target[:, 0] = told[:, 0]
    for row, (sample, original) in enumerate(zip(samples, originals, strict=True)):
        order = sample.original.order if sample.original else range(len(sample.passage))
        begin = passage_begin(sample.question)
        places = torch.tensor(order) + passage_begin(original.question)
        target[row, begin : begin + len(sample.passage)] = told[row, places]
    soft = -(target * passage_only(logits, passage).log_softmax(1)).sum((1, 2)).mean() / 2
    return hard * span_loss(logits, samples, passage) + (1 - hard) * soft


class ParallelPassages:
    """Passages of a few sentences in both languages, each with a question, and which tokens are the same."""

    def __init__(
        self,
        pairs: Sequence[Pair],
        questions: Sequence[Sequence[int]],
        links: sparse.csr_array,
        tokens: Tokens,
    ) -> None:
        """``links``: how strongly an Arabic piece (row) stands for an English one; ``questions``: English."""
        self._english = [tokens.ids(pair.english)[:96] for pair in pairs]
        self._arabic = [tokens.ids(pair.arabic)[:96] for pair in pairs]
        self._questions, self._links, self._swap = questions, links, Swap(links)
        self._asking = [tokens.ids(word) for word in ASKING["en"]]
        self._linked: dict[int, tuple[Places, Places]] = {}

    def loss(
        self,
        network: SpanNetwork,
        teacher: SpanNetwork,
        tokens: int,
        ends: tuple[int, int],
        chance: np.random.Generator,
    ) -> Tensor:
        """How far the network's Arabic tokens lie from the teacher's English ones, about ``tokens`` of them.

        0: in the same place; 1: as far as the teacher's tokens lie from their mean.
        """
        english, arabic, links = self._draw(tokens, chance)
        with torch.no_grad():
            told = teacher.hidden(*join(english, *ends))
        read = network.hidden(*join(arabic, *ends))
        row = torch.tensor(np.repeat(np.arange(len(links)), [len(places) for places, _ in links]))
        here, there = (torch.tensor(np.concatenate(side)) for side in zip(*links, strict=True))
        apart = []
        for layer in {len(told) // 2 - 1, len(told) - 1}:  # the middle and the last
            wanted, got = told[layer][row, there].float(), read[layer][row, here].float()
            apart.append(((got - wanted) ** 2).sum(1).mean() / ((wanted - wanted.mean(0)) ** 2).sum(1).mean())
        return torch.stack(apart).mean()

    def _draw(
        self, tokens: int, chance: np.random.Generator
    ) -> tuple[list[Text], list[Text], list[tuple[Places, Places]]]:
        """Questions and passages in English, the same in Arabic, and where they stand for each other."""
        most = int(chance.choice(LENGTHS))
        english: list[Text] = []
        arabic: list[Text] = []
        links: list[tuple[Places, Places]] = []
        longest = 0
        while longest * len(links) < tokens:
            picked = self._pick(most, chance)
            question = self._question(picked, chance)
            swapped = (
                self._swap(question, chance, chance.uniform(0.6, 1))
                if chance.random() < SWAPPED
                else question
            )
            here, there = [], []
            passage: list[int] = []
            original: list[int] = []
            for number in picked:
                a, b = self._places(number)
                here.append(a + len(passage) + passage_begin(swapped))
                there.append(b + len(original) + passage_begin(question))
                passage += self._arabic[number]
                original += self._english[number]
            english.append((question, original))
            arabic.append((swapped, passage))
            links.append((np.concatenate(here), np.concatenate(there)))
            longest = max(longest, passage_begin(question) + max(len(passage), len(original)) + 1)
        return english, arabic, links

    def _pick(self, most: int, chance: np.random.Generator) -> list[int]:
        """Numbers of pairs of about ``most`` tokens together."""
        picked: list[int] = []
        length = 0
        while length < most:
            number = int(chance.integers(len(self._english)))
            size = max(len(self._arabic[number]), len(self._english[number]))
            if picked and length + size > most:
                break
            picked.append(number)
            length += size
        return picked

    def _question(self, picked: Sequence[int], chance: np.random.Generator) -> list[int]:
        """An English question: a sentence of the passage without a part, or a person's about anything."""
        sentence = self._english[picked[int(chance.integers(len(picked)))]]
        if chance.random() >= CLOZE or len(sentence) < 8:
            return list(self._questions[int(chance.integers(len(self._questions)))][:QUESTION_TOKENS])
        start = int(chance.integers(len(sentence) - 2))
        end = start + 1 + int(chance.integers(4))
        before, after = sentence[:start], sentence[end:]
        rest = [*after, *before] if chance.random() < 0.4 else [*before, *after]
        kept = chance.uniform(0.6, 1)
        rest = [piece for piece in rest if chance.random() < kept]
        length = int(chance.integers(5, 20))
        low = int(chance.integers(max(1, len(rest) - length + 1)))
        return [*self._asking[int(chance.integers(len(self._asking)))], *rest[low : low + length]]

    def _places(self, number: int) -> tuple[Places, Places]:
        if number not in self._linked:
            self._linked[number] = linked_places(self._links, self._arabic[number], self._english[number])
        return self._linked[number]
