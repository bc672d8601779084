"""Words that stand for each other in the two languages, and texts with words switched for them.

Such texts stand in for questions across the languages where there are none (Qin et al. 2020, "CoSDA-ML"). The
words are learnt from sentence pairs and names (IBM Model 1 in both directions: ``index.training.alignment``),
as they are written, particles and all: the folding of the search would misspell them.
"""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.training.vocabulary import SIGNS
from index.training.alignment import CodeSwitcher, translate_pieces
from index.training.data import Pair

WORD = re.compile(rf"[\w{SIGNS}]+")
_SIGN = re.compile(rf"[{SIGNS}]")
LEAST = 2  # times that a word occurs in the pairs; once is enough for a name


class WordSwitcher:
    """``switch(text, chance, share)`` switches each word that has a translation with that probability."""

    def __init__(self, switch: CodeSwitcher, numbers: dict[str, int], words: Sequence[str]) -> None:
        self._switch, self._numbers, self._words = switch, numbers, words

    def __call__(self, text: str, chance: np.random.Generator, share: float) -> str:
        before = [self._numbers.get(plain(word), -1) for word in WORD.findall(text)]
        pairs = iter(zip(before, self._switch(before, chance, share), strict=True))

        def switched(word: re.Match[str]) -> str:
            old, new = next(pairs)
            return word[0] if old == new else self._words[new]

        return WORD.sub(switched, text)


class BilingualLexicon:
    """How strongly words stand for each other: learnt from sentences that say the same, and from names.

    A word of the names may occur once.
    """

    def __init__(self, pairs: Sequence[Pair], names: Sequence[Pair] = ()) -> None:
        sides = [
            [[plain(word) for word in WORD.findall(text)] for text in side]
            for side in zip(*pairs, *names, strict=True)
        ]
        counts = Counter(word for side in sides for text in side for word in text)
        counts.update({word: LEAST for side in sides for text in side[len(pairs) :] for word in text})
        words = [word for word, count in counts.items() if count >= LEAST]
        self._numbers = {word: number for number, word in enumerate(words)}
        english, arabic = (
            [[self._numbers[word] for word in text if word in self._numbers] for text in side]
            for side in sides
        )
        self._unknown = len(words)  # the number of a word that stands for none
        links = translate_pieces(english, arabic, len(words) + 1)
        self._links = (links + links.T).tocsr()
        self.to_arabic = WordSwitcher(CodeSwitcher(links), self._numbers, words)
        self.to_english = WordSwitcher(CodeSwitcher(links.T.tocsr()), self._numbers, words)

    def strengths(self, words: Sequence[str], others: Sequence[str]) -> NDArray[np.float64]:
        """How strongly words stand for the other language's, (words, others); a word for itself fully."""
        sides = [[plain(word) for word in side] for side in (words, others)]
        same = np.array([[float(word == other) for other in sides[1]] for word in sides[0]])
        if not same.size:
            return same
        rows, columns = ([self._numbers.get(word, self._unknown) for word in side] for side in sides)
        found: NDArray[np.float64] = np.maximum(same, self._links[rows][:, columns].toarray())
        return found


def plain(word: str) -> str:
    """Lower case, without Arabic vowel signs and elongation."""
    return _SIGN.sub("", word.lower())
