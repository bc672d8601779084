"""A passage as indexes of words have it: analysed terms by field, and what of it a query's words match."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import tantivy

from index.search.expansion import Expansion, phonetic_terms
from index.search.query import QueryWord
from index.text.analysis import is_stop, terms_and_spellings

FIELDS = ("stems", "pairs", "letters", "title", "phonetic")
_LETTERS = 4


def schema() -> tantivy.Schema:
    """The fields of a passage."""
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("row", stored=True, indexed=True, fast=True)
    for field in FIELDS:
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    builder.add_bytes_field("matchable", stored=True, indexed=False)  # see Matching
    return builder.build()


@dataclass(frozen=True, slots=True)
class AnalysedPassage:
    """A passage's terms by field, each as often as it stands there, and what ``Matching`` looks at."""

    fields: dict[str, list[str]]
    matchable: bytes


def analysed(title: str, text: str) -> AnalysedPassage:
    """A passage as indexes of words know it."""
    words = terms_and_spellings(text)
    stems = [term for term, _ in words]
    keys = [(term, key) for term, spelling in words if not is_stop(term) for key in phonetic_terms(spelling)]
    fields = {
        "stems": stems,
        "pairs": list(pairs(stems)),
        "letters": [group for _, spelling in words for group in letters(spelling).split(" ")],
        "title": [term for term, _ in terms_and_spellings(title)],
        "phonetic": [key for _, key in keys],
    }
    return AnalysedPassage(fields, _matchable(stems, keys))


def document(row: int, title: str, text: str) -> tantivy.Document:
    """A passage as tantivy is given it: terms that are analysed already, joined by spaces."""
    passage = analysed(title, text)
    made = tantivy.Document()
    made.add_integer("row", row)
    for field in FIELDS:
        made.add_text(field, " ".join(passage.fields[field]))
    made.add_bytes("matchable", passage.matchable)
    return made


def pairs(stems: Sequence[str]) -> Iterator[str]:
    """Neighbouring stems, joined."""
    return (f"{first}_{second}" for first, second in pairwise(stems))


@lru_cache(maxsize=1 << 17)
def letters(spelling: str) -> str:
    """The groups of letters in a word, joined by spaces."""
    word = f"^{spelling}$"
    return " ".join(word[i : i + _LETTERS] for i in range(max(1, len(word) - _LETTERS + 1)))


def _matchable(stems: Sequence[str], keys: Iterable[tuple[str, str]]) -> bytes:
    """A line of the stems, each once, and a line of their phonetic keys in the same order, commas between."""
    by_stem: dict[str, dict[str, None]] = {stem: {} for stem in stems}
    for stem, key in keys:
        by_stem[stem][key] = None
    joined = ",".join(f" {' '.join(found)} " for found in by_stem.values())
    return f"{' '.join(by_stem)}\n{joined}".encode()


@dataclass(frozen=True, slots=True)
class Matching:
    """The stems and phonetic keys that a query asks for."""

    stems: dict[str, int]  # with their place
    keys: set[str]

    @classmethod
    def of(cls, words: Iterable[QueryWord], expanded: Mapping[str, Sequence[Expansion]]) -> "Matching":
        expansions = [expansion for found in expanded.values() for expansion in found]
        stems = [*(word.term for word in words), *(e.term for e in expansions if e.field == "stems")]
        return cls(
            {stem: place for place, stem in enumerate(dict.fromkeys(stems))},
            {e.term for e in expansions if e.field == "phonetic"},
        )

    def terms_in(self, matchable: bytes) -> tuple[str, ...]:
        """The stems of a passage that the query asks for, by themselves or by their sound; each once."""
        held, keys = matchable.decode().split("\n")
        stems = held.split(" ")
        terms = self.stems.keys() & stems
        if self.keys:
            places = (keys.find(f" {key} ") for key in self.keys)
            terms |= {stems[keys.count(",", 0, place)] for place in places if place >= 0}
        return tuple(sorted(terms, key=lambda term: (self.stems.get(term, len(self.stems)), term)))
