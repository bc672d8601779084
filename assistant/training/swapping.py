"""Words that stand for each other in the two languages, and texts with words swapped: a crude translation.

They are learnt from sentence pairs and names (IBM Model 1 in both directions: ``index.training.alignment``),
as they are written, particles and all: the folding of the search would misspell them.
"""

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.training.vocabulary import SIGNS
from index.training.alignment import Swap, translate_pieces
from index.training.data import Pair

WORD = re.compile(rf"[\w{SIGNS}]+")
_SIGN = re.compile(rf"[{SIGNS}]")
LEAST = 2  # times that a word occurs in the pairs; once is enough for a name


class WordSwap:
    """``swap(text, chance, share)`` swaps each word that has a translation with the probability ``share``."""

    def __init__(self, swap: Swap, numbers: dict[str, int], words: Sequence[str]) -> None:
        self._swap, self._numbers, self._words = swap, numbers, words

    def __call__(self, text: str, chance: np.random.Generator, share: float) -> str:
        found = list(WORD.finditer(text))
        before = [self._numbers.get(plain(word[0]), -1) for word in found]
        parts, end = [], 0
        for word, old, new in zip(found, before, self._swap(before, chance, share), strict=True):
            parts += [text[end : word.start()], word[0] if new == old else self._words[new]]
            end = word.end()
        return "".join(parts) + text[end:]


class Lexicon:
    """How strongly words stand for each other.

    ``links``: Arabic words (rows) and English ones (columns), each by its number, 0 to 1; sparse.
    """

    def __init__(self, links: Any, numbers: dict[str, int], words: Sequence[str]) -> None:
        self._links, self._both, self._numbers, self._words = links, (links + links.T).tocsr(), numbers, words

    @classmethod
    def learn(cls, pairs: Sequence[Pair], names: Sequence[Pair] = ()) -> "Lexicon":
        """From sentences that say the same, and from names, where a word may occur once."""
        sides = [
            [[plain(word) for word in WORD.findall(text)] for text in side]
            for side in zip(*pairs, *names, strict=True)
        ]
        counts = Counter(word for side in sides for text in side for word in text)
        counts.update({word: LEAST for side in sides for text in side[len(pairs) :] for word in text})
        words = [word for word, count in counts.items() if count >= LEAST]
        numbers = {word: number for number, word in enumerate(words)}
        english, arabic = (
            [[numbers[word] for word in text if word in numbers] for text in side] for side in sides
        )
        return cls(translate_pieces(english, arabic, len(words)), numbers, words)

    @cached_property
    def swaps(self) -> tuple[WordSwap, WordSwap]:
        """(English words to Arabic ones, Arabic words to English ones)."""
        to_arabic, to_english = (
            WordSwap(Swap(way), self._numbers, self._words) for way in (self._links, self._links.T.tocsr())
        )
        return to_arabic, to_english

    def strengths(self, words: Sequence[str], others: Sequence[str]) -> NDArray[np.float64]:
        """How strongly words stand for the other language's, (words, others); a word for itself fully."""
        words, others = [plain(word) for word in words], [plain(other) for other in others]
        found: NDArray[np.float64] = np.array([[float(word == other) for other in others] for word in words])
        known, others_known = (
            {place: self._numbers[word] for place, word in enumerate(side) if word in self._numbers}
            for side in (words, others)
        )
        if known and others_known:
            links = self._both[list(known.values())][:, list(others_known.values())].toarray()
            places = np.ix_(list(known), list(others_known))
            found[places] = np.maximum(found[places], links)
        return found


def plain(word: str) -> str:
    """Lower case, without Arabic vowel signs and elongation."""
    return _SIGN.sub("", word.lower())
