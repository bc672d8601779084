"""What the reader learns from, drawn one step after the other.

Human questions, English and Arabic, in some of them words switched for the other language's
(``code_switching``); questions made from Arabic paragraphs, and across languages from sentence pairs
(``synthetic_questions``). Beside an answer's passage often stands a hard negative: one that a search by words
finds for the same question and that lacks the answer: there the right answer is none.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from tokenizers import Tokenizer

from assistant.training.network import SpanSample
from assistant.training.synthetic_questions import cloze, cross_lingual_cloze
from index.search import IndexChange
from index.search.lexical import LexicalIndex
from index.search.memory import MemoryCorpus
from index.search.query import parse_query
from index.text.analysis import fold
from index.training.alignment import BilingualLexicon, WordSwitcher
from index.training.data import Pair, QuestionSet

QUESTION_TOKENS = 48
STRETCH = 900  # code points on either side of an answer that a passage is taken from
NEAREST = 6  # passages that a search by words finds, of which those without the answer are kept
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
# of the words of a text that has words switched, so many are
QUESTION_SHARE = (0.6, 1.0)
PASSAGE_SHARE = (0.2, 1.0)
Draw = Callable[[np.random.Generator, int], list[SpanSample]]  # with passages of at most so many tokens


@dataclass(frozen=True, slots=True)
class SpanQuestion:
    """A question, the text around its answer with the answer's range, texts without the answer."""

    question: str
    text: str
    start: int
    end: int
    negatives: list[str]


@dataclass(frozen=True, slots=True)
class SwitchRates:
    """How words are switched for the other language's: the chances of a question, of its passages."""

    switch: WordSwitcher
    question: float
    passage: float

    def in_question(self, text: str, chance: np.random.Generator) -> str:
        switched = chance.random() < self.question
        return self.switch(text, chance, chance.uniform(*QUESTION_SHARE)) if switched else text

    def in_all(self, asked: SpanQuestion, chance: np.random.Generator) -> SpanQuestion:
        """The question and its texts, each perhaps switched; the answer is still where it is said to be."""
        text, start, end = asked.text, asked.start, asked.end
        asked = replace(asked, question=self.in_question(asked.question, chance))
        if chance.random() >= self.passage:
            return asked
        share = chance.uniform(*PASSAGE_SHARE)
        before, answer, after, *negatives = (
            self.switch(part, chance, share)
            for part in (text[:start], text[start:end], text[end:], *asked.negatives)
        )
        start, end = len(before), len(before) + len(answer)
        return replace(asked, text=before + answer + after, start=start, end=end, negatives=negatives)


class Tokens:
    """Texts as ids without special tokens, and ranges of characters as ranges of tokens."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self._tokenizer = tokenizer

    def ids(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def span(self, text: str, start: int, end: int) -> tuple[list[int], int, int] | None:
        """(ids, first and last token that touch the range); none where no token does."""
        encoding = self._tokenizer.encode(text, add_special_tokens=False)
        touching = [at for at, (a, b) in enumerate(encoding.offsets) if a < end and b > start and b > a]
        return (encoding.ids, touching[0], touching[-1]) if touching else None

    def samples(self, asked: SpanQuestion, most: int, chance: np.random.Generator) -> list[SpanSample]:
        """A question with its text, and with each that lacks the answer; cut to so many tokens."""
        ids = self.ids(asked.question)[:QUESTION_TOKENS]
        found = self.span(asked.text, asked.start, asked.end)
        samples = [SpanSample(ids, *found)] if found else []
        samples += [SpanSample(ids, self.ids(text), -1, -1) for text in asked.negatives]
        return [cut for sample in samples if (cut := cropped(sample, most, chance))]


def with_negatives(questions: QuestionSet) -> list[SpanQuestion]:
    """The questions of a set with their passages and hard negatives."""
    pieces = [
        text[start : start + STRETCH]
        for text in questions.paragraphs
        for start in range(0, max(1, len(text)), STRETCH)
    ]
    folded = [fold(piece) for piece in pieces]
    corpus = MemoryCorpus.of_texts((row, "", piece) for row, piece in enumerate(pieces, start=1))
    index = LexicalIndex().apply(IndexChange(corpus))
    made = []
    for question in questions.questions:
        text = questions.paragraphs[question.paragraph]
        start, end = question.answers[0]
        low = max(0, text.find(" ", start - STRETCH) if start > STRETCH else 0)
        answer = fold(text[start:end])
        found = [match.row - 1 for match in index.search(parse_query(question.text), NEAREST)]
        negatives = [pieces[place] for place in found if answer not in folded[place]]
        part = text[low : end + STRETCH]
        made.append(SpanQuestion(question.text, part, start - low, end - low, negatives))
    return made


def human_questions(
    asked: Sequence[SpanQuestion], tokens: Tokens, rates: SwitchRates, negatives: float
) -> Draw:
    """Draws a question with its passage, and with the chance ``negatives`` one with a hard negative."""

    def draw(chance: np.random.Generator, most: int) -> list[SpanSample]:
        one = asked[int(chance.integers(len(asked)))]
        misses = one.negatives and chance.random() < negatives
        others = [one.negatives[int(chance.integers(len(one.negatives)))]] if misses else []
        return tokens.samples(rates.in_all(replace(one, negatives=others), chance), most, chance)

    return draw


def cloze_questions(paragraphs: Sequence[str], tokens: Tokens, rates: SwitchRates, negatives: float) -> Draw:
    """Draws a question made from an Arabic paragraph, read among its neighbours; others are negatives."""

    def draw(chance: np.random.Generator, most: int) -> list[SpanSample]:
        while True:
            number = int(chance.integers(len(paragraphs)))
            if len(paragraphs[number]) > 2 * STRETCH or not (made := cloze(paragraphs[number], chance)):
                continue
            question, start, end = made
            made = rates.in_question(question, chance), start, end
            asked = among(made, paragraphs, number, (2, 1), "\n", negatives, chance)
            return tokens.samples(asked, most, chance)

    return draw


def cross_lingual_questions(
    texts: Mapping[str, Sequence[Pair]], tokens: Tokens, lexicon: BilingualLexicon, negatives: float
) -> Draw:
    """Draws a question made from a sentence, its answer in the same sentence in the other language.

    ``texts``: sets of sentence pairs, those that follow one another together. The neighbours stand beside the
    answer's sentence; others that follow are negatives.
    """
    names = [name for name, pairs in texts.items() if pairs]
    weights = np.array([ACROSS_WEIGHTS.get(name, 0.1) for name in names])
    weights /= weights.sum()
    sides = {name: tuple(zip(*texts[name], strict=True)) for name in names}

    def draw(chance: np.random.Generator, most: int) -> list[SpanSample]:
        while True:
            name = names[int(chance.choice(len(names), p=weights))]
            number = int(chance.integers(len(texts[name])))
            english = bool(chance.random() < ENGLISH_ASKED)
            if not (made := cross_lingual_cloze(texts[name][number], english, lexicon, chance)):
                continue
            asked = among(made, sides[name][english], number, (3, 3), " ", negatives, chance)
            return tokens.samples(asked, most, chance)

    return draw


def among(
    made: tuple[str, int, int],
    texts: Sequence[str],
    number: int,
    beside: tuple[int, int],
    joint: str,
    negatives: float,
    chance: np.random.Generator,
) -> SpanQuestion:
    """A question of one of the texts, read with up to so many others before and after it.

    With the chance ``negatives`` those that follow stand beside it, if they lack the answer.
    """
    question, start, end = made
    answer = texts[number][start:end]
    first = max(0, number - int(chance.integers(beside[0] + 1)))
    after = number + 1 + int(chance.integers(beside[1] + 1))
    before = sum(len(text) + len(joint) for text in texts[first:number])
    low = max(0, before + start - 2 * STRETCH)
    text = joint.join(texts[first:after])[low : before + end + 2 * STRETCH]
    other = joint.join(texts[after : after + beside[1] + 1])[: 2 * STRETCH]
    others = [other] if chance.random() < negatives and other and answer not in other else []
    return SpanQuestion(question, text, before + start - low, before + end - low, others)


def cropped(sample: SpanSample, most: int, chance: np.random.Generator) -> SpanSample | None:
    """At most ``most`` tokens of the passage, its answer among them; none where that is longer."""
    length = len(sample.passage)
    if length <= most:
        return sample
    low, high = 0, length - most
    if sample.start >= 0:
        low, high = max(low, sample.end - most + 1), min(sample.start, high)
        if low > high:
            return None
    begin = int(chance.integers(low, high + 1))
    places = (at - begin if at >= 0 else at for at in (sample.start, sample.end))
    return SpanSample(sample.question, sample.passage[begin : begin + most], *places)


def batch(
    sources: Sequence[tuple[float, Draw]], tokens: int, lengths: Sequence[int], chance: np.random.Generator
) -> list[SpanSample]:
    """Samples of about ``tokens`` tokens in all, their passages cut to one of the ``lengths``."""
    weights = np.array([weight for weight, _ in sources])
    weights /= weights.sum()
    most = int(chance.choice(lengths))
    made: list[SpanSample] = []
    longest = 0
    while longest * len(made) < tokens:
        for sample in sources[chance.choice(len(sources), p=weights)][1](chance, most):
            longest = max(longest, len(sample.question) + len(sample.passage) + 3)
            made.append(sample)
    return made
