"""Words that stand for each other in the two languages, and texts with words switched for them.

Which words do is learnt from sentences that say the same, and names: IBM Model 1 (Brown et al. 1993) in both
directions, multiplied. Words are taken as they are written, particles and all: the folding of the search
would misspell them. Texts with words switched stand in for questions across the languages where there are
none (Qin et al. 2020, "CoSDA-ML").
"""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse  # type: ignore[import-untyped]

from index.training.data import Pair
from index.training.vocabulary import SIGNS

WORD = re.compile(rf"[\w{SIGNS}]+")
_SIGN = re.compile(rf"[{SIGNS}]")
ROUNDS = 5
LONGEST = 48  # words; longer sentences cost much and say little about single words
LEAST = 2  # times that a word occurs in the pairs; once is enough for a name


def translate_pieces(
    english: Sequence[Sequence[int]], arabic: Sequence[Sequence[int]], vocabulary: int
) -> sparse.csr_array:
    """How strongly an Arabic piece (row) stands for an English one (column), 0 to 1, both ways at once.

    The expected counts behind it are what the pairs say in all: a row's sum grows with the evidence.
    """
    links = [
        (np.repeat(np.unique(a), len(np.unique(e))), np.tile(np.unique(e), len(np.unique(a))), number)
        for number, (a, e) in enumerate(zip(arabic, english, strict=True))
        if 0 < len(a) <= LONGEST and 0 < len(e) <= LONGEST
    ]
    sizes = np.array([len(a) for a, _, _ in links])
    rows = np.concatenate([a for a, _, _ in links]).astype(np.int64)
    columns = np.concatenate([e for _, e, _ in links]).astype(np.int64)
    numbers = np.repeat(np.arange(len(links)), sizes)
    del links
    cells, inverse = np.unique(rows * vocabulary + columns, return_inverse=True)
    inverse = inverse.astype(np.int32)
    cell_row, cell_column = cells // vocabulary, cells % vocabulary
    product = np.ones(len(cells))
    evidence = np.full(len(cells), np.inf)
    for given, one_of in ((columns, cell_row), (rows, cell_column)):
        # every piece of one side is explained by one piece of the other side of its pair
        group = np.unique(numbers.astype(np.int64) * vocabulary + given, return_inverse=True)[1].astype(
            np.int32
        )
        chance = np.ones(len(cells), dtype=np.float32)
        for _ in range(ROUNDS):
            share = chance[inverse]
            share /= np.bincount(group, weights=share)[group]
            counts = np.bincount(inverse, weights=share, minlength=len(cells))
            chance = (counts / np.bincount(one_of, weights=counts)[one_of]).astype(np.float32)
        product *= chance
        evidence = np.minimum(evidence, counts)
    strength = np.sqrt(product) * (evidence > 0)
    kept = strength > 0.01
    shape = (vocabulary, vocabulary)
    # the evidence is kept in the weight: a link that was seen once is worth less than one seen often
    weight = strength[kept] * (evidence[kept] / (evidence[kept] + 1))
    return sparse.csr_array((weight, (cell_row[kept], cell_column[kept])), shape=shape)


class CodeSwitcher:
    """English texts with some pieces switched for Arabic ones that they stand for (Qin et al. 2020).

    ``switch(ids, chance, share)`` switches each piece that has a translation with the probability ``share``.
    """

    def __init__(self, links: sparse.csr_array, least: float = 0.1) -> None:
        columns = links.tocsc()
        self._known: dict[int, tuple[NDArray[np.int32], NDArray[np.float64]]] = {}
        for piece in range(columns.shape[1]):
            span = slice(columns.indptr[piece], columns.indptr[piece + 1])
            strong = columns.data[span] > least
            if strong.any():
                weights = columns.data[span][strong] ** 2
                self._known[piece] = (columns.indices[span][strong], np.cumsum(weights) / weights.sum())

    def __call__(self, ids: Sequence[int], chance: np.random.Generator, share: float) -> list[int]:
        switched = list(ids)
        for place, (dice, pick) in enumerate(chance.random((len(switched), 2))):
            if dice < share and (known := self._known.get(switched[place])):
                switched[place] = int(known[0][np.searchsorted(known[1], pick)])
        return switched


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
