"""Words swapped for words of the other language that they stand for: a crude translation of a question.

Which words stand for each other is learnt from sentence pairs (IBM Model 1 in both directions:
``index.training.alignment``), as they are written, particles and all: the folding of the search would
misspell them.
"""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np

from assistant.training.vocabulary import SIGNS
from index.training.alignment import Swap, translate_pieces
from index.training.data import Pair

WORD = re.compile(rf"[\w{SIGNS}]+")
_SIGN = re.compile(rf"[{SIGNS}]")
LEAST = 2  # times that a word occurs in the pairs


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


def plain(word: str) -> str:
    """Lower case, without Arabic vowel signs and elongation."""
    return _SIGN.sub("", word.lower())


def learn_swaps(pairs: Sequence[Pair]) -> tuple[WordSwap, WordSwap]:
    """(English words to Arabic ones, Arabic words to English ones)."""
    sides = [
        [[plain(word) for word in WORD.findall(text)] for text in side] for side in zip(*pairs, strict=True)
    ]
    counts = Counter(word for side in sides for text in side for word in text)
    words = [word for word, count in counts.items() if count >= LEAST]
    numbers = {word: number for number, word in enumerate(words)}
    english, arabic = (
        [[numbers[word] for word in text if word in numbers] for text in side] for side in sides
    )
    links = translate_pieces(english, arabic, len(words))
    return tuple(WordSwap(Swap(way), numbers, words) for way in (links, links.T.tocsr()))  # type: ignore[return-value]
