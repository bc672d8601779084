"""Which words of a sentence the sentences of the passages hold, and the one or two that together hold most.

Figures and dates are held where they are stated (``figures``), names in either script (``names``), other
words by how likely they say the same (``words``). What a writer adds of his own ("according to", "said")
weighs little.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.readers.orders import gives_orders
from assistant.support.figures import stated
from assistant.support.names import holds_name, names_in
from assistant.support.words import Word, likeness, words_of
from index.articles import Article
from index.passages import Passage, article_sentences
from index.structure import Range, heading_of
from index.text.analysis import terms_and_spellings

HELD = 0.4  # a likeness below is none
FIGURE, NAME, LIGHT = 2.0, 1.5, 0.4  # weights, beside 1 of another word
GAIN = 1.2  # words that a second sentence must hold more, a figure counted as one: it may be of another thing
HEADING = 0.75  # what a heading is worth beside a sentence that holds as much: it names, and says nothing
BESIDE = 0.5  # what it is worth that it stands beside the first
WIDENED = 1500  # code points around a passage in which a sentence that it cuts begins and ends
_LIGHT = frozenset(
    term
    for term, _ in terms_and_spellings(
        "said says stated reported according added noted explained described called named mention include"
        " including"
        " article text passage also however while although both another one other later very"
        " قال قالت أضاف أضافت أوضح ذكر ذكرت أعلن أعلنت بحسب وفقا وفق حسب أشار أفاد المقال النص أيضا كذلك"
        " حيث بينما وذلك"
        " شخص عملية تم جرى قام قامت بلغ بلغت خلال عام سنة العام نحو حوالي أكثر year about around"
    )
)

HeldShares = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Stands:
    """A sentence of an article in a passage."""

    passage: Passage
    article: Article
    start: int
    end: int

    @property
    def text(self) -> str:
        return self.article.text[self.start : self.end]

    @property
    def heading(self) -> bool:
        """Whether it is a heading, or names the columns of a table."""
        blocks = self.article.blocks
        at = bisect_right(blocks, self.start, key=lambda block: block.end)
        return at < len(blocks) and (blocks[at].kind == "heading" or blocks[at].head)

    @property
    def around(self) -> str:
        """The title with what the article says of itself, and the heading that the sentence stands under."""
        article = self.article
        heading = heading_of(article.blocks, self.start)
        under = article.text[heading.start : heading.end] if heading else ""
        return "\n".join((article.title, article.author, article.source, article.published, under))


@dataclass(frozen=True, slots=True, eq=False)
class Claim:
    """The content words of a sentence with their weights, and its names; made once for all passages."""

    text: str
    words: tuple[Word, ...]
    weights: HeldShares
    names: frozenset[int]  # the starts of those words that are names

    @classmethod
    def of(cls, sentence: str) -> "Claim":
        words = tuple(word for word in words_of(sentence) if word.content)
        names = frozenset(word.start for word in names_in(sentence))
        figures = _figure_places(sentence)
        weights = np.array([_weight(word, names, figures) for word in words])
        return cls(sentence, words, weights, names)

    def share(self, held: HeldShares) -> float:
        """The weighted share of the words that are held, 0..1."""
        total = float(self.weights.sum())
        return float(held @ self.weights) / total if total else 0.0

    def held_by(self, text: str) -> HeldShares:
        """For each word how surely a text holds it, 0..1."""
        there = words_of(text)
        held = np.zeros(len(self.words))
        stating = stated(text)
        figures = [
            (figure.start, figure.end) for figure in stated(self.text).figures if stating.holds(figure)
        ]
        figures += [
            (date.start, date.end)
            for date in stated(self.text).dates
            if any(date.agrees(other) for other in stating.dates)
        ]
        for at, word in enumerate(self.words):
            if any(start <= word.start < end for start, end in figures) or (
                word.start in self.names and holds_name(word, (text,))
            ):
                held[at] = 1.0
            else:
                best = max(
                    (likeness(word.term, word.spelling, other.term, other.spelling) for other in there),
                    default=0.0,
                )
                held[at] = best if best >= HELD else 0.0
        return held


@dataclass(frozen=True, slots=True, eq=False)
class Covered:
    """The sentences that hold most of a claim, the first more than the second; ``window``: they and those
    beside them, in the order of the passages. What the chosen hold, and what more is held by what stands
    around them, and anywhere in the passages."""

    chosen: tuple[Stands, ...]
    window: tuple[Stands, ...]
    alone: HeldShares
    together: HeldShares
    around: HeldShares
    anywhere: HeldShares


def stands_in(passages: Sequence[Passage], article_of: Callable[[str], Article]) -> list[Stands]:
    """The sentences that the passages hold, each once, in their order, but for orders (``gives_orders``)."""
    found: dict[tuple[str, int], Stands] = {}
    for passage in passages:
        article = article_of(passage.article_id)
        ordered = False
        for start, end in _whole(article, passage):
            text = article.text[start:end]
            if not (ordered or gives_orders(text)):
                found.setdefault((article.id, start), Stands(passage, article, start, end))
            ordered = gives_orders(text) and text.rstrip().endswith(":")  # what follows it is what it orders
    return list(found.values())


def cover(claim: Claim, sentences: Sequence[Stands]) -> Covered:
    """The one or two sentences that together hold most of a claim; ``ValueError`` where there are none."""
    if not sentences:
        raise ValueError("there are no sentences to hold a claim against")
    held = np.array([claim.held_by(one.text) for one in sentences])
    scores = held @ claim.weights * [HEADING if one.heading else 1.0 for one in sentences]
    first = int(scores.argmax())
    more = np.maximum(held - held[first], 0.0) @ np.minimum(claim.weights, 1.0)
    more += [BESIDE * (_beside(sentences[first], one) and more[row] > 0) for row, one in enumerate(sentences)]
    second = int(more.argmax())
    chosen = [first, second] if second != first and more[second] >= GAIN else [first]
    together = held[chosen].max(axis=0)
    near = [
        row for row, one in enumerate(sentences) if any(_beside(sentences[place], one) for place in chosen)
    ]
    around = np.maximum(together, held[near].max(axis=0) if near else 0.0)
    for place in chosen:
        around = np.maximum(around, claim.held_by(sentences[place].around))
    anywhere = np.maximum(around, held.max(axis=0))
    return Covered(
        tuple(sentences[row] for row in chosen),
        tuple(sentences[row] for row in sorted({*chosen, *near})),
        held[first],
        together,
        around,
        anywhere,
    )


def _whole(article: Article, passage: Passage) -> list[Range]:
    """The sentences that a passage touches, whole even where it cuts one."""
    text = article.text
    low = text.rfind("\n", max(0, passage.start - WIDENED), passage.start) + 1 or max(
        0, passage.start - WIDENED
    )
    high = text.find("\n", passage.end, passage.end + WIDENED)
    found = article_sentences(article, low, high if high >= 0 else min(len(text), passage.end + WIDENED))
    return [(start, end) for start, end in found if start < passage.end and passage.start < end]


def _beside(one: Stands, other: Stands) -> bool:
    """Whether two sentences of one article are neighbours."""
    if one.article.id != other.article.id or one.start == other.start:
        return False
    first, second = (one, other) if one.start < other.start else (other, one)
    return not first.article.text[first.end : second.start].strip(" \n\t#-*0123456789.")


def _figure_places(sentence: str) -> list[Range]:
    said = stated(sentence)
    return [
        *((one.start, one.end) for one in said.figures),
        *((one.start, one.end) for one in said.dates),
    ]


def _weight(word: Word, names: frozenset[int], figures: Sequence[Range]) -> float:
    if any(start <= word.start < end for start, end in figures) or word.figure:
        return FIGURE
    if word.start in names:
        return NAME
    return LIGHT if word.term in _LIGHT else 1.0
