"""What the reader learns from, drawn one step after the other.

Human questions, English and Arabic, with words swapped for the other language's on either side; questions
made from Arabic paragraphs and from sentence pairs (``made``). Beside an answer's passage often stands one
that a search by words finds for the same question and that lacks the answer: there the right answer is none.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped]
from tokenizers import Tokenizer

from assistant.training.made import AlignedQuestions, cloze
from assistant.training.model import Original, Sample
from index.analysis import fold
from index.lexical import LexicalIndex
from index.training.alignment import Swap
from index.training.data import QuestionSet

QUESTION_TOKENS = 40
STRETCH = 900  # code points on either side of an answer that a passage is taken from
NEAR = 6  # passages that a search by words finds, of which those without the answer are kept
# (weight, swap the question, swap the passage)
ENGLISH_MODES = ((0.56, False, False), (0.10, True, False), (0.14, False, True), (0.20, True, True))
ARABIC_MODES = ((0.65, False, False), (0.25, True, False), (0.10, False, True))
# Reviews and chat: their questions fit many passages.
SET_WEIGHTS = {
    "squadshifts_new_wiki": 1.5,
    "squadshifts_amazon_reviews": 0.35,
    "squadshifts_reddit": 0.35,
    "covidqa": 0.5,
}
ASKING = {"en": ("what", "who", "which", "when", "where", "how many", "what is"),
          "ar": ("ما", "من", "أي", "متى", "أين", "كم", "ما هو", "ماذا")}  # fmt: skip
SHAKEN = 3.0  # words
Draw = Callable[[np.random.Generator, int], list[Sample]]  # with passages of at most so many tokens


@dataclass(frozen=True, slots=True)
class Asked:
    """A question as ids, the text around its answer with the answer's tokens, passages without the answer."""

    question: list[int]
    passage: list[int]
    start: int
    end: int
    near: list[list[int]]


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
        # a particle that was cut from its word carries the range of the letter before it
        touching = [at for at, (a, b) in enumerate(encoding.offsets) if a < end and b > start and b > a]
        return (encoding.ids, touching[0], touching[-1]) if touching else None


def ask(questions: QuestionSet, tokens: Tokens) -> list[Asked]:
    """The questions of a set with their passages and near misses."""
    pieces = [
        text[start : start + STRETCH]
        for text in questions.paragraphs
        for start in range(0, max(1, len(text)), STRETCH)
    ]
    search = LexicalIndex.create()
    search.change(add=((row, "", text) for row, text in enumerate(pieces)))
    folded = [fold(piece) for piece in pieces]
    ids = {}
    asked = []
    for question in questions.questions:
        text = questions.paragraphs[question.paragraph]
        low = text.find(" ", question.answer - STRETCH) if question.answer > STRETCH else 0
        part = text[max(0, low) : question.end + STRETCH]
        found = tokens.span(part, question.answer - max(0, low), question.end - max(0, low))
        if found is None:
            continue
        answer = fold(text[question.answer : question.end])
        near = [match.row for match in search.search(question.text, NEAR) if answer not in folded[match.row]]
        for row in near:
            if row not in ids:
                ids[row] = tokens.ids(pieces[row])
        asked.append(Asked(tokens.ids(question.text)[:QUESTION_TOKENS], *found, [ids[row] for row in near]))
    return asked


def human_questions(
    asked: Sequence[Asked],
    swap: Swap,
    inside: NDArray[np.bool_],
    modes: Sequence[tuple[float, bool, bool]],
    near: float,
) -> Draw:
    """Draws a question with its passage, and with the chance ``near`` one with a passage that misses it.

    A swapped passage is shaken too: the languages order their words differently.
    """
    weights = np.array([weight for weight, _, _ in modes])
    weights /= weights.sum()

    def draw(chance: np.random.Generator, most: int) -> list[Sample]:
        one = asked[int(chance.integers(len(asked)))]
        _, of_question, of_passage = modes[chance.choice(len(modes), p=weights)]
        share = chance.uniform(0.6, 1.0)
        question = swap(one.question, chance, share) if of_question else one.question

        samples = [Sample(one.question, one.passage, one.start, one.end)]
        if one.near and chance.random() < near:
            samples.append(Sample(one.question, one.near[int(chance.integers(len(one.near)))], -1, -1))
        samples = crop(samples, most, chance)
        if not (of_question or of_passage):
            return samples
        swapped = []
        for sample in samples:
            original = Original(sample.question, sample.passage, range(len(sample.passage)))
            sample = replace(sample, question=question, original=original)
            if of_passage:
                # every piece is swapped for one piece, after it has been seen where words begin
                sample = shake(sample, inside, chance.uniform(0, SHAKEN), chance)
                sample = replace(sample, passage=swap(sample.passage, chance, share))
            swapped.append(sample)
        return swapped

    return draw


def made_questions(paragraphs: Sequence[str], tokens: Tokens, to_english: Swap, near: float) -> Draw:
    """Draws a question made from an Arabic paragraph, read among its neighbours; others are near misses."""

    def joined(first: int, after: int) -> str:
        return "\n".join(paragraphs[first:after])

    def draw(chance: np.random.Generator, most: int) -> list[Sample]:
        while True:
            number = int(chance.integers(2, len(paragraphs) - 4))
            if len(paragraphs[number]) > 2 * STRETCH or not (made := cloze(paragraphs[number], chance)):
                continue
            question, start, end = made
            first, after = number - int(chance.integers(3)), number + 1 + int(chance.integers(2))
            before = len(joined(first, number)) + (first < number)
            answer = paragraphs[number][start:end]
            low = max(0, before + start - 2 * STRETCH)
            text = joined(first, after)[low : before + end + 2 * STRETCH]
            found = tokens.span(text, before + start - low, before + end - low)
            if found is None:
                continue
            ids = tokens.ids(question)[:QUESTION_TOKENS]
            if chance.random() < 0.3:
                ids = to_english(ids, chance, chance.uniform(0.6, 1.0))
            samples = [Sample(ids, *found)]
            others = joined(after, after + 2)[: 2 * STRETCH]
            if chance.random() < near and answer not in others:
                samples.append(Sample(ids, tokens.ids(others), -1, -1))
            return crop(samples, most, chance)

    return draw


def aligned_questions(
    sides: Mapping[str, Sequence[list[int]]],
    links: sparse.csr_array,
    inside: NDArray[np.bool_],
    tokens: Tokens,
    near: float,
) -> Draw:
    """Draws a question made from one side of a sentence pair, over the other side among other sentences.

    ``inside`` says of each piece whether it goes on with a word.
    """
    counted = np.concatenate([np.asarray(text) for side in sides.values() for text in side[:20_000]])
    counts = np.bincount(counted, minlength=len(inside))
    common = counts > np.quantile(counts, 0.99)
    make = {
        "ar": AlignedQuestions(links, inside, common),
        "en": AlignedQuestions(links.T.tocsr(), inside, common),
    }
    words = {language: [tokens.ids(word) for word in asking] for language, asking in ASKING.items()}

    def draw(chance: np.random.Generator, most: int) -> list[Sample]:
        while True:
            number = int(chance.integers(len(sides["en"])))
            asks, tells = ("en", "ar") if chance.random() < 0.6 else ("ar", "en")
            question, told = sides[asks][number], sides[tells][number]
            if len(told) < 8 or not (made := make[tells](question, told, chance)):
                continue
            rest, start, end = made
            others = [sides[tells][int(at)] for at in chance.integers(len(sides["en"]), size=4)]
            before = [piece for text in others[: int(chance.integers(3))] for piece in text]
            after = [piece for text in others[2:] for piece in text]
            word = words[asks][int(chance.integers(len(words[asks])))]
            ids = [*word, *rest][:QUESTION_TOKENS]
            samples = [Sample(ids, [*before, *told, *after], len(before) + start, len(before) + end)]
            if chance.random() < near:
                samples.append(Sample(ids, [*before, *after], -1, -1))
            return crop(samples, most, chance)

    return draw


def shake(sample: Sample, inside: NDArray[np.bool_], reach: float, chance: np.random.Generator) -> Sample:
    """Words of the passage moved by up to ``reach`` places; the answer stays in one piece.

    The order of its original, if it has one, is then what the words were moved from.
    """
    pieces = np.asarray(sample.passage)
    begins = ~inside[pieces]
    if sample.start >= 0:
        begins[sample.start + 1 : sample.end + 1] = False
        begins[sample.start] = True
        begins[sample.end + 1 : sample.end + 2] = True
    word = np.cumsum(begins)
    place = word + chance.uniform(0, reach, size=word[-1] + 1)[word]
    order = np.argsort(place, kind="stable")
    start = int(np.flatnonzero(order == sample.start)[0]) if sample.start >= 0 else -1
    end = start + sample.end - sample.start if start >= 0 else -1
    original = replace(sample.original, order=order.tolist()) if sample.original else None
    return replace(sample, passage=pieces[order].tolist(), start=start, end=end, original=original)


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
