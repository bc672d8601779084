"""Contrastive training: a question comes to lie nearer to its passage than to those beside it.

After van den Oord et al. (2018), with a batch made of small groups from one article each: the other passages
of a group are the hard negatives, those of the other groups the easy ones. Questions are English and Arabic
as people asked them, a sentence of a Wikipedia paragraph (the inverse cloze task of Lee et al. 2019), or a
sentence of a text whose translation is the passage. In some of them words are switched for the other
language's, so that a question finds its passage in either.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeVar

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from index.training.alignment import WordSwitcher
from index.training.data import Pair, QuestionSet


class TextPair(NamedTuple):
    """A question and the passage that it should find."""

    question: str
    passage: str


Element = TypeVar("Element")
Group = Callable[[np.random.Generator], list[TextPair]]

GROUP = 8
SCALE = 50.0  # of the cosines; the base learnt with 100, and its cosines lie close together
# Reviews and chat: most of their questions ("How much was this product?") fit many passages.
SET_WEIGHTS = {"squadshifts_amazon_reviews": 0.15, "squadshifts_reddit": 0.15, "covidqa": 0.5}
# Sets of sentence pairs: how often one is drawn; others seldom.
PARALLEL_WEIGHTS = {
    "tico19": 3.0,
    "ms_dynamics365": 2.0,
    "ms_courses": 1.5,
    "mmlu_ar": 1.0,
    "mintaka_dev_questions": 0.7,
}
BEFORE = 28  # words of a passage at most that stand before its answer
ASKING = ("ما", "ماذا", "من", "متى", "أين", "كم", "كيف", "لماذا", "ما هي", "ما هو", "في أي عام", "أي")
SENTENCE_END = re.compile(r"(?<=[.!؟\n])\s+")


class PairSwitcher(NamedTuple):
    """The chances that words of a question, of a passage, are switched by ``to_other``."""

    to_other: WordSwitcher
    question: float
    passage: float

    def __call__(self, pair: TextPair, chance: np.random.Generator) -> TextPair:
        question, passage = (
            self.to_other(text, chance, chance.uniform(0.6, 1.0)) if chance.random() < rate else text
            for text, rate in zip(pair, self[1:], strict=True)
        )
        return TextPair(question, passage)


def question_groups(sets: Sequence[QuestionSet], switched: PairSwitcher) -> Group:
    """Groups from one article of a question set."""
    articles = [(owned, questions) for questions in sets for owned in _by_article(questions)]
    weights = np.array([len(owned) * SET_WEIGHTS.get(questions.name, 1.0) for owned, questions in articles])
    weights /= weights.sum()

    def group(chance: np.random.Generator) -> list[TextPair]:
        owned, questions = articles[chance.choice(len(articles), p=weights)]
        start = chance.integers(max(1, len(owned) - GROUP + 1))
        made: list[TextPair] = []
        taken: set[int] = set()
        for number in chance.permutation(owned[start : start + 4 * GROUP]):
            question = questions.questions[number]
            if question.paragraph in taken or len(made) == GROUP:
                continue
            taken.add(question.paragraph)
            text = _around(questions.paragraphs[question.paragraph], question.answers[0][0], chance)
            made.append(switched(TextPair(question.text, text), chance))
        return made

    return group


def paragraph_groups(paragraphs: Sequence[str], switched: PairSwitcher) -> Group:
    """Groups of Arabic paragraphs that follow one another, each with a question made from a sentence."""

    def group(chance: np.random.Generator) -> list[TextPair]:
        start = int(chance.integers(len(paragraphs) - GROUP))
        made: list[TextPair] = []
        for paragraph in paragraphs[start : start + GROUP]:
            sentences = SENTENCE_END.split(paragraph)
            chosen = int(chance.integers(len(sentences)))
            words = sentences[chosen].split()
            if len(words) < 5:
                continue
            # a question's words often stand in its passage: half the time the sentence stays
            after = " ".join(sentences[chosen + (chance.random() < 0.5) :])
            text = after if len(after.split()) >= 15 else paragraph
            made.append(switched(TextPair(_ask(words, chance), text), chance))
        return made

    return group


def paraphrase_groups(paraphrases: Sequence[tuple[str, str]]) -> Group:
    """Groups of texts that mean the same, either one the question."""

    def group(chance: np.random.Generator) -> list[TextPair]:
        chosen = [paraphrases[number] for number in chance.integers(len(paraphrases), size=GROUP)]
        return [TextPair(*pair) if chance.random() < 0.5 else TextPair(*pair[::-1]) for pair in chosen]

    return group


def translation_groups(texts: Mapping[str, Sequence[Pair]]) -> Group:
    """Groups of sentences that follow one another in a text, each to find its translation, both ways.

    Half of the questions are a part of their sentence; half of the passages have the next sentence with them,
    as an answer has its paragraph around it.
    """
    names = [name for name, pairs in texts.items() if pairs]
    weights = np.array([PARALLEL_WEIGHTS.get(name, 0.3) for name in names])
    weights /= weights.sum()

    def group(chance: np.random.Generator) -> list[TextPair]:
        pairs = texts[names[chance.choice(len(names), p=weights)]]
        start = int(chance.integers(max(1, len(pairs) - 3 * GROUP)))
        made: list[TextPair] = []
        side = int(chance.integers(2))
        for number in chance.permutation(np.arange(start, min(start + 3 * GROUP, len(pairs)), 2))[:GROUP]:
            words = pairs[number][side].split()
            if chance.random() < 0.5:
                words = _stretch(words, int(chance.integers(5, 14)), chance)
            passage = pairs[number][1 - side]
            if chance.random() < 0.5 and number + 1 < len(pairs):
                passage = f"{passage} {pairs[number + 1][1 - side]}"
            made.append(TextPair(" ".join(words), passage))
        return made

    return group


def draw_batch(
    groups: Sequence[tuple[float, Group]], size: int, chance: np.random.Generator
) -> list[TextPair]:
    """So many pairs, each group's together; no passage or question twice."""
    weights = np.array([weight for weight, _ in groups])
    weights /= weights.sum()
    batch: dict[str, TextPair] = {}
    asked: set[str] = set()
    while len(batch) < size:
        for pair in groups[chance.choice(len(groups), p=weights)][1](chance):
            if pair.question not in asked:
                asked.add(pair.question)
                batch.setdefault(pair.passage, pair)
    return list(batch.values())[:size]


def contrast(questions: Tensor, passages: Tensor) -> Tensor:
    """Cross-entropy of finding row i's counterpart among all rows."""
    similarity = SCALE * questions.float() @ passages.float().T
    return F.cross_entropy(similarity, torch.arange(len(questions)))


def _by_article(questions: QuestionSet) -> list[list[int]]:
    """The numbers of each article's questions; sets without articles are cut into runs."""
    runs: dict[int, list[int]] = {}
    for number, question in enumerate(questions.questions):
        runs.setdefault(questions.articles[question.paragraph], []).append(number)
    if not 3 < len(runs) < len(questions.questions) / 2:  # all in one, or each alone: neither is an article
        whole = [number for run in runs.values() for number in run]
        return [whole[start : start + 4 * GROUP] for start in range(0, len(whole), 4 * GROUP)]
    return list(runs.values())


def _around(paragraph: str, answer: int, chance: np.random.Generator) -> str:
    """The paragraph from some words before the answer on, or all of it if the answer stands early."""
    before = paragraph[:answer].split()
    skipped = len(before) - int(chance.integers(BEFORE + 1))
    return paragraph if skipped <= 0 else " ".join([*before[skipped:], paragraph[answer:]])


def _ask(words: list[str], chance: np.random.Generator) -> str:
    """Some of a sentence's words, in order, sometimes in the form of a question."""
    part = _stretch(words, int(chance.integers(4, 15)), chance)
    lost = chance.uniform(0, 0.4)
    kept = [word for word in part if chance.random() >= lost] or words[:4]
    if chance.random() < 0.5:
        return " ".join(kept)
    return f"{ASKING[chance.integers(len(ASKING))]} {' '.join(kept)}؟"


def _stretch(items: list[Element], length: int, chance: np.random.Generator) -> list[Element]:
    """So many that follow one another, or all where there are fewer."""
    start = int(chance.integers(max(1, len(items) - length + 1)))
    return items[start : start + length]
