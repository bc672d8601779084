"""Query expansion: what a question's words may be in the other language, as far as a library knows it.

Each word may stand for several terms of the other language (``index.text.translation``) and share a phonetic
key with words of the other script (``index.text.phonetic``). A passage gets for a word the best of what it
holds of these, and a little of the rest. The translations of a word share one rarity, which is the word's:
how often each is found, by its probability (probabilistic structured queries, Darwish and Oard 2003), so that
a rare wrong one does not win.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from index.search.query import QueryWord
from index.text.analysis import is_stop
from index.text.phonetic import phonetic_keys

# Measured on the development sets, across languages: flat around these.
_SURE = 1 / 3  # power of a translation's probability that its weight is
_PHONETIC_WEIGHT = 0.6  # beside translations; where there are none, the phonetic key is all there is
_STOP_SHARE = 0.5  # of its weight that a translation keeps which is a stop word
REST_WEIGHT = 0.2  # of what else a passage holds for the same word


@dataclass(frozen=True, slots=True)
class Expansion:
    """A term of a field that a word may stand for; ``weight`` is of its BM25, ``rarity`` its part in that."""

    field: str
    term: str
    weight: float
    rarity: float


def expand(
    words: Iterable[QueryWord], frequency: Callable[[str, str], int], count: int
) -> dict[str, list[Expansion]]:
    """By a word's term what to look for instead, as far as the library knows it; no key for nothing.

    ``frequency`` says how many of the library's ``count`` passages hold a term of a field.
    """
    expanded: dict[str, list[Expansion]] = {}
    for word in words:
        if word.term not in expanded:
            expanded[word.term] = _expand_word(word, frequency, count)
    return {term: found for term, found in expanded.items() if found}


def _expand_word(word: QueryWord, frequency: Callable[[str, str], int], count: int) -> list[Expansion]:
    known = [(name, share, found) for name, share in word.translations if (found := frequency("stems", name))]
    total = sum(share for _, share, _ in known)
    mean = rarity(sum(share * found for _, share, found in known) / total, count) if known else 0.0
    expansions = [
        Expansion("stems", name, _weight(name, share) * mean / rarity(found, count), rarity(found, count))
        for name, share, found in known
    ]
    if word.content:
        expansions += [
            Expansion("phonetic", key, _PHONETIC_WEIGHT if known else 1.0, rarity(found, count))
            for key in _keys_sought(word)
            if (found := frequency("phonetic", key))
        ]
    return expansions


def _weight(name: str, share: float) -> float:
    return float(share**_SURE) * (_STOP_SHARE if is_stop(name) else 1.0)


def rarity(frequency: float, count: int) -> float:
    """BM25's weight of a term that so many of the passages hold."""
    # rows that were removed are still in the frequency until tantivy merges its segments
    return math.log(1 + (max(0.0, count - frequency) + 0.5) / (frequency + 0.5))


@lru_cache(maxsize=1 << 17)
def phonetic_terms(spelling: str) -> tuple[str, ...]:
    """The keys that the index keeps of a passage's word: capitals for Arabic script, small for others."""
    found = phonetic_keys(spelling)
    return tuple(key.upper() for key in found) if spelling[0] >= "\u0600" else found


def _keys_sought(word: QueryWord) -> tuple[str, ...]:
    """What a word of a question asks for: the same keys in the other script."""
    if word.spelling[0] >= "\u0600":
        return word.phonetic_keys
    return tuple(key.upper() for key in word.phonetic_keys)
