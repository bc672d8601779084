"""What a question's words are in the other language: translations, and names by their sound.

Each word may stand for several terms of the other language (``translation``) and sound like words of
the other script (``phonetic``). A passage gets for a word the best of what it holds of these, and a
little of the rest. The translations of a word share one rarity, which is the word's: how often each is
found, by its probability (probabilistic structured queries, Darwish and Oard 2003), so that a rare wrong
one does not win.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from index.text.analysis import is_stop
from index.text.phonetic import skeletons
from index.text.translation import translations

# Measured on the development sets, across languages: flat around these.
_SURE = 1 / 3  # power of a translation's probability that its weight is
_SOUND_WEIGHT = 0.6  # beside translations; where there are none, the sound is all there is
_STOP_SHARE = 0.5  # of its weight that a translation keeps which is a stop word
REST_WEIGHT = 0.2  # of what else a passage holds for the same word


@dataclass(frozen=True, slots=True)
class Way:
    """A term of a field that a word may stand for; ``weight`` is of its BM25, ``rarity`` its part in that."""

    field: str
    term: str
    weight: float
    rarity: float


def ways_across(
    term: str, spelling: str, stop: bool, frequency: Callable[[str, str], int], count: int
) -> list[Way]:
    """What to look for instead of a word, as far as the library knows it.

    ``frequency`` says how many of the library's ``count`` passages hold a term of a field.
    """
    known = [
        (name, share, found)
        for name, share in translations(term, spelling)
        if (found := frequency("stems", name))
    ]
    total = sum(share for _, share, _ in known)
    mean = rarity(sum(share * found for _, share, found in known) / total, count) if known else 0.0
    crossed = [
        Way("stems", name, _weight(name, share) * mean / rarity(found, count), rarity(found, count))
        for name, share, found in known
    ]
    if not stop:
        crossed += [
            Way("sounds", sound, _SOUND_WEIGHT if known else 1.0, rarity(found, count))
            for sound in sounds_like(spelling)
            if (found := frequency("sounds", sound))
        ]
    return crossed


def _weight(name: str, share: float) -> float:
    return float(share**_SURE) * (_STOP_SHARE if is_stop(name) else 1.0)


def rarity(frequency: float, count: int) -> float:
    """BM25's weight of a term that so many of the passages hold."""
    # rows that were removed are still in the frequency until tantivy merges its segments
    return math.log(1 + (max(0.0, count - frequency) + 0.5) / (frequency + 0.5))


@lru_cache(maxsize=1 << 17)
def sounds_of(spelling: str) -> tuple[str, ...]:
    """What the index keeps of the sound of a passage's word: capitals for Arabic script, small for others."""
    found = skeletons(spelling)
    return tuple(skeleton.upper() for skeleton in found) if spelling[0] >= "\u0600" else found


def sounds_like(spelling: str) -> tuple[str, ...]:
    """What a word of a question asks for: the same sound in the other script."""
    found = skeletons(spelling)
    return found if spelling[0] >= "\u0600" else tuple(skeleton.upper() for skeleton in found)
