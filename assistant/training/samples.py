"""What the reader learns from, drawn one step after the other.

Human questions, English and Arabic, in some of them words swapped for the other language's (``swapping``);
questions made from Arabic paragraphs (``made``), and across languages from sentence pairs (``across``).
Beside an answer's passage often stands one that a search by words finds for the same question and that lacks
the answer: there the right answer is none.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from assistant.training.across import question_across
from assistant.training.made import cloze
from assistant.training.model import Sample
from assistant.training.swapping import Lexicon, WordSwap
from index.search import IndexChange
from index.search.lexical import LexicalIndex
from index.search.memory import MemoryCorpus
from index.search.query import parse_query
from index.text.analysis import fold
from index.training.data import Pair, QuestionSet

QUESTION_TOKENS = 48
STRETCH = 900  # code points on either side of an answer that a passage is taken from
NEAR = 6  # passages that a search by words finds, of which those without the answer are kept
# Reviews and chat: their questions fit many passages.
SET_WEIGHTS = {
    "squadshifts_new_wiki": 1.5,
    "squadshifts_amazon_reviews": 0.35,
    "squadshifts_reddit": 0.35,
    "covidqa": 0.5,
}
# Sentence pairs that follow one another stand in one text; questions do not.
ACROSS_WEIGHTS = {
    "bible": 0.3,
    "ms_dynamics365": 0.2,
    "tico19": 0.2,
    "tatoeba": 0.12,
    "ms_courses": 0.1,
    "docs_misc": 0.05,
    "ms_projectops": 0.03,
    "mmlu_ar": 0.0,
    "mintaka_dev_questions": 0.0,
}
ENGLISH_ASKED = 0.65  # of the pairs tried for a question across languages; more of these give one
# of the words of a text that is swapped, so many are
QUESTION_SHARE = (0.6, 1.0)
PASSAGE_SHARE = (0.2, 1.0)
Draw = Callable[[np.random.Generator, int], list[Sample]]  # with passages of at most so many tokens


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the text around its answer with the answer's range, texts without the answer."""

    question: str
    text: str
    start: int
    end: int
    near: list[str]


@dataclass(frozen=True, slots=True)
class Swapping:
    """How words are swapped for the other language's: the chances of a question, of its passages."""

    swap: WordSwap
    question: float
    passage: float

    def of_question(self, text: str, chance: np.random.Generator) -> str:
        swapped = chance.random() < self.question
        return self.swap(text, chance, chance.uniform(*QUESTION_SHARE)) if swapped else text

    def of(self, asked: Asked, chance: np.random.Generator) -> Asked:
        """The question and its texts, each perhaps swapped; the answer is still where it is said to be."""
        question, text, start, end = asked.question, asked.text, asked.start, asked.end
        asked = replace(asked, question=self.of_question(question, chance))
        if chance.random() >= self.passage:
            return asked
        share = chance.uniform(*PASSAGE_SHARE)
        before, answer, after, *near = (
            self.swap(part, chance, share)
            for part in (text[:start], text[start:end], text[end:], *asked.near)
        )
        start, end = len(before), len(before) + len(answer)
        return replace(asked, text=before + answer + after, start=start, end=end, near=near)


class Tokens:
    """Texts as ids without special tokens, and ranges of characters as ranges of tokens."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer

    def ids(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def question(self, text: str) -> list[int]:
        return self.ids(text)[:QUESTION_TOKENS]

    def span(self, text: str, start: int, end: int) -> tuple[list[int], int, int] | None:
        """(ids, first and last token that touch the range); none where no token does."""
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        touching = [at for at, (a, b) in enumerate(encoding.offsets) if a < end and b > start and b > a]
        return (encoding.ids, touching[0], touching[-1]) if touching else None


def ask(questions: QuestionSet) -> list[Asked]:
    """The questions of a set with their passages and near misses."""
    pieces = [
        text[start : start + STRETCH]
        for text in questions.paragraphs
        for start in range(0, max(1, len(text)), STRETCH)
    ]
    corpus = MemoryCorpus.of_texts((row, "", text) for row, text in enumerate(pieces, start=1))
    search = LexicalIndex().apply(IndexChange(corpus))
    folded = [fold(piece) for piece in pieces]
    asked = []
    for question in questions.questions:
        text = questions.paragraphs[question.paragraph]
        low = max(0, text.find(" ", question.answer - STRETCH) if question.answer > STRETCH else 0)
        part = text[low : question.end + STRETCH]
        answer = fold(text[question.answer : question.end])
        near = [
            pieces[match.row - 1]
            for match in search.search(parse_query(question.text), NEAR)
            if answer not in folded[match.row - 1]
        ]
        asked.append(Asked(question.text, part, question.answer - low, question.end - low, near))
    return asked


def human_questions(asked: Sequence[Asked], tokens: Tokens, swapping: Swapping, near: float) -> Draw:
    """Draws a question with its passage, and with the chance ``near`` one with a passage that misses it."""

    def draw(chance: np.random.Generator, most: int) -> list[Sample]:
        one = asked[int(chance.integers(len(asked)))]
        misses = one.near and chance.random() < near
        others = [one.near[int(chance.integers(len(one.near)))]] if misses else []
        return crop(answered(swapping.of(replace(one, near=others), chance), tokens), most, chance)

    return draw


def made_questions(paragraphs: Sequence[str], tokens: Tokens, swapping: Swapping, near: float) -> Draw:
    """Draws a question made from an Arabic paragraph, read among its neighbours; others are near misses."""

    def draw(chance: np.random.Generator, most: int) -> list[Sample]:
        while True:
            number = int(chance.integers(len(paragraphs)))
            if len(paragraphs[number]) > 2 * STRETCH or not (made := cloze(paragraphs[number], chance)):
                continue
            question, start, end = made
            made = swapping.of_question(question, chance), start, end
            asked = among(made, paragraphs, number, (2, 1), "\n", near, chance)
            return crop(answered(asked, tokens), most, chance)

    return draw


def across_questions(
    texts: Mapping[str, Sequence[Pair]], tokens: Tokens, lexicon: Lexicon, near: float
) -> Draw:
    """Draws a question made from a sentence, its answer in the same sentence in the other language.

    ``texts``: sets of sentence pairs, those that follow one another together. The neighbours stand beside the
    answer's sentence; others that follow are near misses.
    """
    names = [name for name, pairs in texts.items() if pairs]
    weights = np.array([ACROSS_WEIGHTS.get(name, 0.1) for name in names])
    weights /= weights.sum()
    sides = {name: tuple(zip(*texts[name], strict=True)) for name in names}

    def draw(chance: np.random.Generator, most: int) -> list[Sample]:
        while True:
            name = names[int(chance.choice(len(names), p=weights))]
            number = int(chance.integers(len(texts[name])))
            english = bool(chance.random() < ENGLISH_ASKED)
            if not (made := question_across(texts[name][number], english, lexicon, chance)):
                continue
            asked = among(made, sides[name][english], number, (3, 3), " ", near, chance)
            return crop(answered(asked, tokens), most, chance)

    return draw


def among(
    made: tuple[str, int, int],
    texts: Sequence[str],
    number: int,
    beside: tuple[int, int],
    joint: str,
    near: float,
    chance: np.random.Generator,
) -> Asked:
    """A question of one of the texts, read with up to so many others before and after it.

    With the chance ``near`` those that follow stand beside it, if they lack the answer.
    """
    question, start, end = made
    answer = texts[number][start:end]
    first = max(0, number - int(chance.integers(beside[0] + 1)))
    after = number + 1 + int(chance.integers(beside[1] + 1))
    before = sum(len(text) + len(joint) for text in texts[first:number])
    low = max(0, before + start - 2 * STRETCH)
    text = joint.join(texts[first:after])[low : before + end + 2 * STRETCH]
    other = joint.join(texts[after : after + beside[1] + 1])[: 2 * STRETCH]
    others = [other] if chance.random() < near and other and answer not in other else []
    return Asked(question, text, before + start - low, before + end - low, others)


def answered(asked: Asked, tokens: Tokens) -> list[Sample]:
    """A question with its text, and with each that lacks the answer."""
    ids = tokens.question(asked.question)
    found = tokens.span(asked.text, asked.start, asked.end)
    samples = [Sample(ids, *found)] if found else []
    return samples + [Sample(ids, tokens.ids(other), -1, -1) for other in asked.near]


def crop(samples: Sequence[Sample], most: int, chance: np.random.Generator) -> list[Sample]:
    """At most ``most`` tokens of each passage, its answer among them; none where that is longer."""
    return [cut for sample in samples if (cut := _cropped(sample, most, chance))]


def _cropped(sample: Sample, most: int, chance: np.random.Generator) -> Sample | None:
    length = len(sample.passage)
    if length <= most:
        return sample
    if sample.start < 0:
        begin = int(chance.integers(length - most + 1))
        return replace(sample, passage=sample.passage[begin : begin + most])
    low, high = max(0, sample.end - most + 1), min(sample.start, length - most)
    if low > high:
        return None
    begin = int(chance.integers(low, high + 1))
    part = sample.passage[begin : begin + most]
    return replace(sample, passage=part, start=sample.start - begin, end=sample.end - begin)


def batch(
    sources: Sequence[tuple[float, Draw]], tokens: int, lengths: Sequence[int], chance: np.random.Generator
) -> list[Sample]:
    """Samples of about ``tokens`` tokens in all, their passages cut to one of the ``lengths``."""
    weights: NDArray[np.float64] = np.array([weight for weight, _ in sources])
    weights /= weights.sum()
    most = int(chance.choice(lengths))
    made: list[Sample] = []
    longest = 0
    while True:
        for sample in sources[chance.choice(len(sources), p=weights)][1](chance, most):
            longest = max(longest, len(sample.question) + len(sample.passage) + 3)
            made.append(sample)
        if longest * len(made) >= tokens:
            return made
