"""What the network learns to compare on: sentences beside their translations, and beside those of others that
are most like them.

Of two lines of a manual that differ in a word, or of a verse and the next one, only what they say tells which
is which. Beside a sentence of a book that has two English versions stands the other one at times; and
questions in Arabic stand beside others that mean the same, or nearly.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.support.entailment import ReadClaim
from index.training.data import Pair, arabic_questions, parallel_texts

# Of each set so many sentences: there are more manuals than anything else.
MOST = {
    "tico19": 3_000,
    "ms_dynamics365": 16_000,
    "ms_projectops": 8_000,
    "ms_courses": 12_000,
    "docs_misc": 2_500,
    "tatoeba": 9_000,
    "bible": 9_000,
    "mintaka_dev_questions": 1_000,
}
OTHERS = 1_000  # of a set that is not named
WORDS = (4, 45)  # of a sentence in English
LIKE, SAME = 3, 0.97  # one of so many most alike is taken; cosines from there on are the same sentence
VERSION, BESIDE = 0.4, 0.5  # chances of the other English version, and of each neighbour
ROWS = 500  # whose likeness is computed together
_WORD = re.compile(r"\w+")

ReadPair = tuple[ReadClaim, bool]


def translated_pairs(data: Path, seed: int) -> Iterator[ReadPair]:
    """Each sentence beside its own translation and, not supported, beside that of another."""
    chance = np.random.default_rng(seed)
    for name, texts in parallel_texts(data).items():
        fit = [one for one in texts if WORDS[0] <= len(one.english.split()) <= WORDS[1]]
        picked = np.sort(chance.permutation(len(fit))[: MOST.get(name, OTHERS)])
        for row, other in _most_alike(fit, picked, chance):
            for at in (row, other):
                yield _read(fit, row, at, chance), at == row


def question_pairs(data: Path) -> Iterator[ReadPair]:
    """Arabic questions beside others, and whether they mean the same."""
    for one, other, same in arabic_questions(data):
        yield ReadClaim(one, "", ((other, True),)), same


def _most_alike(
    texts: Sequence[Pair], picked: NDArray[Any], chance: np.random.Generator
) -> Iterator[tuple[int, int]]:
    """Rows and, for each, one of those that are most alike in English and yet say something else."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    if not len(picked):
        return
    vectors = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True).fit_transform(
        [one.english for one in texts]
    )
    words = [frozenset(_WORD.findall(one.english.lower())) for one in texts]
    for start in range(0, len(picked), ROWS):
        some = picked[start : start + ROWS]
        likeness = (vectors[some] @ vectors.T).toarray()
        for place, row in enumerate(some):
            others = [
                int(other)
                for other in np.argsort(-likeness[place], kind="stable")[: 4 * LIKE]
                if texts[other].arabic != texts[row].arabic
                and likeness[place, other] < SAME
                and words[row] - words[other]
                and words[other] - words[row]
            ][:LIKE]
            if others:
                yield int(row), others[int(chance.integers(len(others)))]


def _read(texts: Sequence[Pair], row: int, at: int, chance: np.random.Generator) -> ReadClaim:
    """The sentence of ``row`` beside what stands at ``at``, and beside its neighbours at times."""
    own = texts[row]
    versions = [
        near
        for near in (at - 1, at + 1)
        if 0 <= near < len(texts)
        and texts[near].arabic == texts[at].arabic
        and texts[near].english != own.english
    ]
    if versions and chance.random() < VERSION:
        claim, at, side = own.english, versions[0], "english"
    elif chance.random() < 0.5:
        claim, side = own.english, "arabic"
    else:
        claim, side = own.arabic, "english"
    sentences = [(getattr(texts[at], side), True)]
    for near in (at - 1, at + 1):
        # the claim's own sentence beside another would support it
        fits = 0 <= near < len(texts) and texts[near].arabic not in (own.arabic, texts[at].arabic)
        if fits and chance.random() < BESIDE:
            beside = (getattr(texts[near], side), False)
            sentences = [beside, *sentences] if near < at else [*sentences, beside]
    return ReadClaim(claim, "", tuple(sentences))
