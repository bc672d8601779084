"""Questions with the texts that the reader is asked over: some hold the answer, most only come near.

A text of each kind: around the answer; the same without the sentence that answers, and without others that
say the answer; another part of the same article; what a search by words finds elsewhere. Near misses are
what people's own articles are made of, and these cost no annotation.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from index.search import IndexChange
from index.search.lexical import LexicalIndex
from index.search.memory import MemoryCorpus
from index.search.query import parse_query
from index.structure import Range
from index.text.analysis import fold
from index.text.sentences import sentence_ranges
from index.training.data import QuestionSet

LONGEST = 520  # code points of a text, about: a reader's time is what proposals cost
AROUND = 3_000  # code points of a longer paragraph that are looked at
FOUND = 8  # paragraphs that the search finds, of which those that lack the answer are kept


@dataclass(frozen=True, slots=True)
class AskedText:
    """A question over a text; ``answers`` are the right ones, ``ranges`` where they stand in the text, if so.

    ``variant`` is "answer", "without", "article" or "search".
    """

    variant: str
    question: str
    title: str
    text: str
    answers: tuple[str, ...]
    ranges: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """A question of a set; ``group`` is the article that it is about, or its paragraph."""

    question: str
    paragraph: int
    ranges: tuple[Range, ...]
    group: str


class NearTexts:
    """The texts of one set's questions; the search over its paragraphs is built once."""

    def __init__(self, asked: QuestionSet) -> None:
        self._set = asked
        self._articles: dict[int, list[int]] = defaultdict(list)
        for paragraph, article in enumerate(asked.articles):
            self._articles[article].append(paragraph)
        parts = ((row, "", text[:AROUND]) for row, text in enumerate(asked.paragraphs, start=1))
        self._index = LexicalIndex().apply(IndexChange(MemoryCorpus.of_texts(parts)))
        self.titled = len(asked.titles) > 1 and asked.name.split("_")[1:] != ["amazon", "reviews"]
        self.questions = [
            AnsweredQuestion(one.text, one.paragraph, one.answers, self._group(one.paragraph))
            for one in asked.questions
        ]

    def whole(self, asked: AnsweredQuestion) -> AskedText:
        """The question over its whole paragraph."""
        text = self._set.paragraphs[asked.paragraph]
        answers = tuple(dict.fromkeys(text[start:end] for start, end in asked.ranges))
        title = self._title(asked.paragraph)
        return AskedText("answer", asked.question, title, text, answers, asked.ranges)

    def texts(
        self, asked: AnsweredQuestion, question: str, others: int, chance: np.random.Generator
    ) -> Iterator[AskedText]:
        """What the reader is asked over; ``others`` texts from elsewhere, in the words of ``question``."""
        whole = self._set.paragraphs[asked.paragraph]
        answers = tuple(dict.fromkeys(whole[start:end] for start, end in asked.ranges))
        title = self._title(asked.paragraph)
        sentences = stretch(whole, asked.ranges[0], chance)
        yield _asked("answer", question, title, whole, sentences, answers, asked.ranges)
        near = [at for at in sentences if not _says(whole[slice(*at)], at, answers, asked.ranges)]
        if near:
            yield _asked("without", question, title, whole, near, answers, ())
        elsewhere = [("article", row) for row in self._beside(asked.paragraph, chance)]
        query = parse_query(asked.question)  # the words as they were: those switched find nothing
        elsewhere += [("search", match.row - 1) for match in self._index.search(query, FOUND)]
        seen = {asked.paragraph}
        for variant, row in elsewhere:
            text = self._set.paragraphs[row]
            if row in seen or _folded_in(text, answers) or not others:
                continue
            seen.add(row)
            others -= 1
            at = int(chance.integers(max(1, len(text) - LONGEST // 2)))
            yield _asked(
                variant, question, self._title(row), text, stretch(text, (at, at), chance), answers, ()
            )

    def _beside(self, paragraph: int, chance: np.random.Generator) -> list[int]:
        """One other paragraph of the article, where articles are more than one."""
        article = [row for row in self._articles[self._set.articles[paragraph]] if row != paragraph]
        return [article[int(chance.integers(len(article)))]] if article and self.titled else []

    def _title(self, paragraph: int) -> str:
        if not self.titled:
            return ""
        return self._set.titles[self._set.articles[paragraph]].replace("_", " ")

    def _group(self, paragraph: int) -> str:
        several = len(self._set.titles) > 20
        place = f"article {self._set.articles[paragraph]}" if several else f"paragraph {paragraph}"
        return f"{self._set.name} {place}"


def stretch(text: str, around: Range, chance: np.random.Generator) -> list[Range]:
    """Neighbouring sentences, one of which holds the range, of about ``LONGEST`` code points together."""
    low, high = max(0, around[0] - AROUND // 2), around[1] + AROUND // 2
    sentences = sentence_ranges(text, low, min(len(text), high))
    holding = [place for place, (start, end) in enumerate(sentences) if start <= around[0] < end]
    if not holding:
        return sentences[:1]
    first = last = holding[0]
    while True:
        length = sentences[last][1] - sentences[first][0]
        ways = [
            (place, end)
            for place, end in ((first - 1, last), (first, last + 1))
            if place >= 0 and end < len(sentences) and sentences[end][1] - sentences[place][0] <= LONGEST
        ]
        if not ways or length > LONGEST:
            return sentences[first : last + 1]
        first, last = ways[int(chance.integers(len(ways)))]


def _says(sentence: str, at: Range, answers: Sequence[str], ranges: Sequence[Range]) -> bool:
    """Whether an answer stands in the sentence, there or in other letters."""
    return any(start < at[1] and at[0] < end for start, end in ranges) or _folded_in(sentence, answers)


def _folded_in(text: str, answers: Sequence[str]) -> bool:
    words = f" {' '.join(fold(text).split())} "
    return any(
        f" {said} " in words or (len(said) > 4 and said in words)
        for answer in answers
        if (said := " ".join(fold(answer).split()))
    )


def _asked(
    variant: str,
    question: str,
    title: str,
    text: str,
    sentences: Sequence[Range],
    answers: tuple[str, ...],
    ranges: Sequence[Range],
) -> AskedText:
    """The sentences as one text, with what stood between neighbours between them."""
    made, moved = "", []
    before = None
    for start, end in sentences:
        gap = " " if before is None else text[before:start]
        made += (gap if not gap.strip() and len(gap) < 4 else " ") if made else ""
        moved += [
            (first - start + len(made), last - start + len(made))
            for first, last in ranges
            if start <= first and last <= end
        ]
        made += text[start:end]
        before = end
    return AskedText(variant, question, title, made, answers, tuple(dict.fromkeys(moved)))
