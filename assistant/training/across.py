"""Questions across languages, made from sentences that say the same in both.

A part of the sentence is asked for in one language (``made``), and its answer stands in the other: where the
words do that stand for the part's. Both sides are as people wrote them; swapped words (``swapping``) are not.
"""

import re
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.training.made import ARABIC, ENGLISH, LINKS, cloze
from assistant.training.swapping import WORD, Lexicon
from index.training.data import Pair

EMPTY = re.compile(rf"{LINKS}|the|an?|of|to|in|and|that|is")  # words that no answer is found by
LINKED = 0.1  # from this strength on a word stands for another
SHORTEST = 6  # words of a sentence that is asked about


def question_across(
    pair: Pair, english: bool, lexicon: Lexicon, chance: np.random.Generator
) -> tuple[str, int, int] | None:
    """(question, start and end of its answer in the other side of the pair); none where that is not clear.

    ``english``: the question is in English and its answer in the Arabic side.
    """
    asked, other = pair if english else (pair.arabic, pair.english)
    if len(asked.split()) < SHORTEST or not (made := cloze(asked, chance, ENGLISH if english else ARABIC)):
        return None
    question, start, end = made
    words, others = full_words(asked), full_words(other)
    part = [place for place, word in enumerate(words) if word.start() < end and word.end() > start]
    found = aligned(lexicon.strengths([word[0] for word in words], [word[0] for word in others]), part)
    return (question, others[found[0]].start(), others[found[1]].end()) if found else None


def full_words(text: str) -> list[re.Match[str]]:
    """The words of a text that say something by themselves."""
    return [word for word in WORD.finditer(text) if not EMPTY.fullmatch(word[0].lower())]


def aligned(strengths: NDArray[np.float64], part: Sequence[int]) -> tuple[int, int] | None:
    """The first and last word of the other side that a part of one side stands for.

    ``strengths``: (words, words of the other side). None where less than half of the part is found, or words
    between those found stand for others.
    """
    if not strengths.size or not part:
        return None
    best = np.where(strengths.max(axis=0) >= LINKED, strengths.argmax(axis=0), -1)
    inside = [place for place, word in enumerate(best) if word in part]
    if not inside or 2 * len({best[place] for place in inside}) < len(part):
        return None
    first, last = min(inside), max(inside)
    if any(word >= 0 and word not in part for word in best[first : last + 1]):
        return None
    return (first, last) if last - first <= 2 * len(part) else None
