"""A question's words as searches and readers match them: analysed and looked up once, then handed on.

Beside each word stands what it may be in the other language: translations with their probabilities, and the
phonetic keys by which a name is known in another script. Leaves out what only a library knows: how rare a
word is there (``index.search.expansion``).
"""

from dataclasses import dataclass

from index.text.analysis import is_stop, terms_and_spellings
from index.text.language import detect_language
from index.text.phonetic import phonetic_keys
from index.text.translation import Translations, translations


@dataclass(frozen=True, slots=True)
class QueryWord:
    """A word of a question; ``language`` is that of its script, empty for digits.

    ``content``: it says something of the matter; where a question has only stop words, they all do.
    """

    term: str
    spelling: str  # folded; ``term`` is its stem
    language: str
    content: bool
    translations: Translations  # terms of the other language, each with a probability, best first
    phonetic_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A question for a search index; no ``words`` for one that holds none."""

    text: str
    language: str  # "ar" or "en": the script that most letters are in
    words: tuple[QueryWord, ...]

    @property
    def content_terms(self) -> list[str]:
        """The terms that say something of the matter, in order, as often as they stand there."""
        return [word.term for word in self.words if word.content]


def parse_query(text: str) -> Query:
    """The query of a text; what a person typed is never parsed for operators."""
    words = terms_and_spellings(text)
    only_stops = all(is_stop(term) for term, _ in words)
    return Query(text, detect_language(text), tuple(_word(*word, only_stops) for word in words))


def _word(term: str, spelling: str, only_stops: bool) -> QueryWord:
    return QueryWord(
        term,
        spelling,
        _language(spelling),
        only_stops or not is_stop(term),
        translations(term, spelling),
        phonetic_keys(spelling),
    )


def _language(spelling: str) -> str:
    return "" if spelling[0].isdecimal() else "ar" if spelling[0] >= "\u0600" else "en"
