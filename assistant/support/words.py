"""The words of a text with their places, and how likely two words say the same, within a language or across.

Across languages a word meets its translations and, as a name, its sound. Within one it meets words that begin
alike, and those that share its translations: a pivot table of paraphrases (Bannard and Callison-Burch 2005).
Leaves out phrases: each word is compared alone.
"""

from dataclasses import dataclass
from functools import lru_cache

from index.text.analysis import analyse, is_stop, terms_and_spellings
from index.text.phonetic import phonetic_keys
from index.text.translation import translations

ALIKE, SOUND, SOUND_BESIDE = 0.8, 0.9, 0.5  # begins alike; a name by its sound; where it is translated too
LIKELY = 0.04  # a translation below is none
SHORTEST_STEM = 3
OTHER_NAMES = (  # one thing by several names
    "america american us usa امريك مركي مرك امريكا الامريكي امريكي",
    "britain british uk england english بريطان بريطاني",
    "netherland dutch holland هولند هولندي",
    "eu european اوروب اوروبي",
)
_OTHER_NAMES = {
    term: number
    for number, names in enumerate(OTHER_NAMES)
    for name in names.split()
    for term in (name, *(found for found, _ in terms_and_spellings(name)))
}


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text and its half-open range; ``capital``: it is written as English names are."""

    term: str
    spelling: str  # folded; ``term`` is its stem
    start: int
    end: int
    capital: bool

    @property
    def content(self) -> bool:
        """Whether it says something of the matter."""
        return not is_stop(self.term)

    @property
    def figure(self) -> bool:
        return self.spelling[0].isdecimal()

    @property
    def arabic(self) -> bool:
        return self.spelling[0] >= "\u0600"


@lru_cache(maxsize=4096)
def words_of(text: str) -> tuple[Word, ...]:
    """The words of a text, in order."""
    return tuple(
        Word(term.text, spelling, term.start, term.end, text[term.start].isupper())
        for term, (_, spelling) in zip(analyse(text), terms_and_spellings(text), strict=True)
    )


@lru_cache(maxsize=1 << 16)
def likeness(term: str, spelling: str, other: str, other_spelling: str) -> float:
    """How likely two words, each a term and its spelling, say the same: 0..1, 1 for equal terms."""
    if term == other or spelling == other_spelling:
        return 1.0
    if spelling[0].isdecimal() or other_spelling[0].isdecimal():
        return 0.0
    if term in _OTHER_NAMES and _OTHER_NAMES.get(other) == _OTHER_NAMES[term]:
        return 1.0
    across = (spelling[0] >= "\u0600") != (other_spelling[0] >= "\u0600")
    if across:
        return _across(term, spelling, other, other_spelling)
    if _begins_alike(term, other):
        return ALIKE
    return 0.9 * min(1.0, 1.6 * _shared_translations(term, spelling, other, other_spelling))


def _across(term: str, spelling: str, other: str, other_spelling: str) -> float:
    there, back = _translated(term, spelling), _translated(other, other_spelling)
    likely = max(there.get(other, 0.0), back.get(term, 0.0))
    best = 0.6 + 0.4 * likely if likely else 0.0
    if not best:
        stems = max((share for name, share in there.items() if _begins_alike(name, other)), default=0.0)
        best = 0.45 + 0.4 * stems if stems else 0.0
    if not _keys(spelling).isdisjoint(_keys(other_spelling)):
        best = max(best, SOUND_BESIDE if there and back else SOUND)
    return best


@lru_cache(maxsize=1 << 14)
def _keys(spelling: str) -> frozenset[str]:
    return frozenset(phonetic_keys(spelling))


@lru_cache(maxsize=1 << 14)
def _translated(term: str, spelling: str) -> dict[str, float]:
    return {name: share for name, share in translations(term, spelling) if share >= LIKELY}


def _shared_translations(term: str, spelling: str, other: str, other_spelling: str) -> float:
    """How much of what both may be called in the other language is the same, 0..1."""
    ours, theirs = _translated(term, spelling), _translated(other, other_spelling)
    return sum(min(share, theirs[name]) for name, share in ours.items() if name in theirs)


def _begins_alike(term: str, other: str) -> bool:
    """Whether both share most of their letters from the first on: proposed, proposal; اقترح، اقتراح."""
    shorter, longer = (term, other) if len(term) <= len(other) else (other, term)
    if shorter[0] != longer[0] and shorter[0] < "\u0600":
        return False
    if len(shorter) < SHORTEST_STEM or len(longer) > len(shorter) + 4:
        return False
    same = 0
    for letter, beside in zip(shorter, longer, strict=False):
        if letter != beside:
            break
        same += 1
    needed = max(SHORTEST_STEM + (shorter[0] < "\u0600"), 0.75 * len(shorter))
    return same >= needed or (
        shorter[0] >= "\u0600" and shorter in longer and len(longer) <= len(shorter) + 2
    )
