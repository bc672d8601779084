"""A passage as tantivy is given it: a document of analysed terms, and what of it a query's words match."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import tantivy

from index.search.expansion import Expansion, phonetic_terms
from index.search.query import QueryWord
from index.text.analysis import is_stop, terms_and_spellings

_LETTERS = 4


def schema() -> tantivy.Schema:
    """The fields of a passage."""
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("row", stored=True, indexed=True, fast=True)
    for field in ("stems", "pairs", "letters", "title", "phonetic"):
        builder.add_text_field(field, tokenizer_name="whitespace", index_option="freq")
    builder.add_bytes_field("matchable", stored=True, indexed=False)  # see Matching
    return builder.build()


def document(row: int, title: str, text: str) -> tantivy.Document:
    """A passage as tantivy is given it: terms that are analysed already, joined by spaces."""
    words = terms_and_spellings(text)
    stems = [term for term, _ in words]
    keys = [(term, key) for term, spelling in words if not is_stop(term) for key in phonetic_terms(spelling)]
    made = tantivy.Document()
    made.add_integer("row", row)
    made.add_text("stems", " ".join(stems))
    made.add_text("pairs", " ".join(pairs(stems)))
    made.add_text("letters", " ".join(letters(spelling) for _, spelling in words))
    made.add_text("title", " ".join(term for term, _ in terms_and_spellings(title)))
    made.add_text("phonetic", " ".join(key for _, key in keys))
    made.add_bytes("matchable", _matchable(stems, keys))
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

    def terms_in(self, stored: tantivy.Document) -> tuple[str, ...]:
        """The stems of a passage that the query asks for, by themselves or by their sound; each once."""
        held, keys = bytes(stored["matchable"][0]).decode().split("\n")
        stems = held.split(" ")
        terms = self.stems.keys() & stems
        if self.keys:
            places = (keys.find(f" {key} ") for key in self.keys)
            terms |= {stems[keys.count(",", 0, place)] for place in places if place >= 0}
        return tuple(sorted(terms, key=lambda term: (self.stems.get(term, len(self.stems)), term)))
