"""Contrastive retrieval tuning: a question comes to lie nearer to its passage than to those beside it.

After van den Oord et al. (2018), with a batch made of small groups from one article each: the other passages
of a group are the hard negatives, those of the other groups the easy ones. Questions and passages are English
(the question sets), Arabic (ARCD; a sentence of a Wikipedia paragraph as its question: the inverse cloze task
of Lee et al. 2019), or have words switched for the other language's, in all combinations, so that the
direction of a question is learnt along with the answer's place.
"""

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np
from transformers import BertModel

from index.training.alignment import CodeSwitcher
from index.training.bert import collate, text_vectors
from index.training.data import QuestionSet
from index.training.distillation import contrast
from index.training.loop import Losses

TokenPair = tuple[list[int], list[int]]  # a question's ids, its passage's
Tokenise = Callable[[str], list[int]]  # without special tokens
Element = TypeVar("Element")
Group = Callable[[np.random.Generator], list[TokenPair]]
Modes = Sequence[tuple[float, bool, bool]]  # weight, switch words of the question, of the passage

GROUP = 8
# Reviews and chat: most of their questions ("How much was this product?") fit many passages.
WEIGHTS = {"squadshifts_amazon_reviews": 0.15, "squadshifts_reddit": 0.15, "covidqa": 0.5}
QUESTION_TOKENS, PASSAGE_TOKENS = 32, 62  # a passage is found by its best window, so windows are learnt
BEFORE = 28  # of the window's words at most stand before the answer
ASKING = ("ما", "ماذا", "من", "متى", "أين", "كم", "كيف", "لماذا", "ما هي", "ما هو", "في أي عام", "أي")
SENTENCE_END = re.compile(r"(?<=[.!؟\n])\s+")


def question_groups(
    sets: Sequence[QuestionSet], tokenise: Tokenise, to_other: CodeSwitcher, modes: Modes
) -> Group:
    """Groups from one article of a question set."""
    articles = [(owned, questions) for questions in sets for owned in _by_article(questions)]
    weights = np.array([len(owned) * WEIGHTS.get(questions.name, 1.0) for owned, questions in articles])
    weights /= weights.sum()

    def group(chance: np.random.Generator) -> list[TokenPair]:
        owned, questions = articles[chance.choice(len(articles), p=weights)]
        start = chance.integers(max(1, len(owned) - GROUP + 1))
        made: list[TokenPair] = []
        taken: set[int] = set()
        for number in chance.permutation(owned[start : start + 4 * GROUP]):
            question = questions.questions[number]
            if question.paragraph in taken or len(made) == GROUP:
                continue
            taken.add(question.paragraph)
            text = _around(questions.paragraphs[question.paragraph], question.answers[0][0], chance)
            pair = tokenise(question.text)[:QUESTION_TOKENS], tokenise(text)[:PASSAGE_TOKENS]
            made.append(_switched(pair, to_other, modes, chance))
        return made

    return group


def paragraph_groups(
    paragraphs: Sequence[str], tokenise: Tokenise, to_other: CodeSwitcher, modes: Modes
) -> Group:
    """Groups of Arabic paragraphs that follow one another, each with a question made from a sentence."""

    def group(chance: np.random.Generator) -> list[TokenPair]:
        start = int(chance.integers(len(paragraphs) - GROUP))
        made: list[TokenPair] = []
        for paragraph in paragraphs[start : start + GROUP]:
            sentences = SENTENCE_END.split(paragraph)
            chosen = int(chance.integers(len(sentences)))
            words = sentences[chosen].split()
            if len(words) < 5:
                continue
            rest = " ".join(sentences[:chosen] + sentences[chosen + 1 :])
            # a question's words often stand in its passage: half the time the sentence stays
            text = rest if len(rest.split()) >= 15 and chance.random() < 0.5 else paragraph
            pair = tokenise(_ask(words, chance))[:QUESTION_TOKENS], tokenise(text)[:PASSAGE_TOKENS]
            made.append(_switched(pair, to_other, modes, chance))
        return made

    return group


def pair_groups(pairs: Sequence[TokenPair], *, within: bool = False) -> Group:
    """Groups of texts that mean the same, either one the question.

    ``within``: the question is often only a part of its text, and the passage has other texts around the
    counterpart, as an answer has its paragraph around it.
    """

    def group(chance: np.random.Generator) -> list[TokenPair]:
        made: list[TokenPair] = []
        for number in chance.integers(len(pairs), size=GROUP):
            side = int(chance.integers(2))
            question, passage = pairs[number][side], pairs[number][1 - side]
            if within and chance.random() < 0.7:
                question = _stretch(question, int(chance.integers(6, 20)), chance)
            if within and chance.random() < 0.7:
                other = pairs[int(chance.integers(len(pairs)))][1 - side][: PASSAGE_TOKENS // 2]
                room = passage[: PASSAGE_TOKENS // 2]
                passage = room + other if chance.random() < 0.5 else other + room
            made.append((question[:PASSAGE_TOKENS], passage[:PASSAGE_TOKENS]))
        return made

    return group


def retrieval_tuning(
    student: BertModel,
    groups: Sequence[tuple[float, Group]],
    *,
    first: int,
    last: int,
    size: int,
    seed: int,
    beside: Callable[[int], Losses],
    beside_every: int,
) -> Callable[[int], Losses]:
    """The losses of a step; every so often that of ``beside`` (distillation), which holds what was learnt.

    ``first`` and ``last`` are the special tokens around every text.
    """
    weights = np.array([weight for weight, _ in groups])
    weights /= weights.sum()

    def losses(step: int) -> Losses:
        if step % beside_every == beside_every - 1:
            return beside(step // beside_every)
        chance = np.random.default_rng((seed, step))
        batch: list[TokenPair] = []
        while len(batch) < size:
            batch.extend(groups[chance.choice(len(groups), p=weights)][1](chance))
        questions, passages = (
            text_vectors(student, *collate([[first, *pair[side], last] for pair in batch[:size]]))
            for side in (0, 1)
        )
        return {"found": contrast(questions, passages), "asked": 0.3 * contrast(passages, questions)}

    return losses


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


def _switched(
    pair: TokenPair, to_other: CodeSwitcher, modes: Modes, chance: np.random.Generator
) -> TokenPair:
    weights = np.array([weight for weight, _, _ in modes])
    _, *switch = modes[chance.choice(len(modes), p=weights / weights.sum())]
    question, passage = (
        to_other(ids, chance, chance.uniform(0.6, 1.0)) if switched else ids
        for ids, switched in zip(pair, switch, strict=True)
    )
    return question, passage
