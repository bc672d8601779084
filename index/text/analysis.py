"""Text to terms for matching: folded, lightly stemmed, each with its range in the original text.

A word is a run of letters, marks and digits. Folding is Unicode's compatibility decomposition without
marks (so أ إ آ become ا, ؤ becomes و, vowels and accents go, presentation forms become letters), case
folding, and a table for what Unicode keeps apart: ى ة ٱ ک ی, tatweel, hamza on the line, the digits.
Stemming is in ``index.text.arabic`` and ``index.text.english``. Folding is for matching, never for display.

Leaves out: dictionaries, roots, synonyms, and scripts written without spaces (a run is one term).
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from index.text import arabic, english

ANALYSIS_VERSION = "2"  # changes when terms, or what the index makes of them, would


@dataclass(frozen=True, slots=True)
class Term:
    """A term and the half-open range of code points that it stands for."""

    text: str
    start: int
    end: int


_ARABIC = (
    "\u0620-\u064a\u066e\u066f\u0671-\u06d3\u06d5\u06e5\u06e6\u06ee\u06ef\u06fa-\u06fc\u06ff\u0750-\u077f"
    "\u08a0-\u08c9\ufb50-\ufbb1\ufbd3-\ufd3d\ufd50-\ufdfb\ufe70-\ufefc"
)
_MARKS = (
    "\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed"
    "\u08ca-\u08ff"
)
_INVISIBLE = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"  # joiners and directions, inside words too
_NUMBER = (
    r"\d{1,3}(?:[,٬]\d{3})+(?:[.٫]\d+)?(?!\d)|(?<![.٫])\d+[.٫]\d+(?!\d|[.٫]\d)"  # 1,987  3.5  not 1.5.2007
)
_ACRONYM = r"(?:[A-Za-z]\.){2,}"


def _run(letters: str) -> str:
    return rf"{letters}+(?:[{_MARKS}{_INVISIBLE}]+{letters}+)*[{_MARKS}]*"


# Arabic apart from everything else: what is written against it (الـBBC, 2010م, أبولو11) is its own word.
_OTHER = _run(rf"[^\W_{_ARABIC}]")
_WORD = re.compile(rf"{_NUMBER}|{_ACRONYM}|{_run(f'[{_ARABIC}]')}|{_OTHER}(?:['’]{_OTHER})*")
_BETWEEN_DIGITS = re.compile(r"(?<=\d)[,٬](?=\d)")
_INSIDE_WORDS = re.compile(r"['’.\s]")
_POSSESSIVE = re.compile(r"['’][sS]$")

_TABLE = str.maketrans(
    dict(zip("ٱىةکیےہھۀە", "ايهكييهههه", strict=True))
    | {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
    | dict.fromkeys("ءـʻʼʽʾʿˈ")
    | {code: None for code in range(0x2070) if re.match(f"[{_INVISIBLE}]", chr(code))}
    | {chr(zero + digit): str(digit) for zero in (0x0660, 0x06F0) for digit in range(10)}
)


def fold(text: str) -> str:
    """The text without what writers leave out or write in more than one way; spaces stay.

    >>> fold("الأُستاذَةُ Café ١٢")
    'الاستاذه cafe 12'
    """
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(c for c in decomposed if not unicodedata.combining(c)).translate(_TABLE)


def analyse(text: str) -> list[Term]:
    """The terms of a text in order; stop words are kept.

    >>> [term.text for term in analyse("Who wrote the letters, 1,987? وَالكُتُبُ")]
    ['who', 'writ', 'the', 'letter', '1987', 'كتب']
    """
    return [Term(_term_and_spelling(match[0])[0], *match.span()) for match in _WORD.finditer(text)]


def terms_and_spellings(text: str) -> list[tuple[str, str]]:
    """(term, the folded word that it is the stem of) for every word of a text, in order; quicker."""
    return [_term_and_spelling(word) for word in _WORD.findall(text)]


def is_stop(term: str) -> bool:
    """Whether a term says nothing of the matter: particles, pronouns, question words."""
    return term in _STOP_TERMS


@lru_cache(maxsize=1 << 17)
def _term_and_spelling(word: str) -> tuple[str, str]:
    if word[0].isdecimal():
        spelling = fold(_BETWEEN_DIGITS.sub("", word)).replace("٫", ".")
    else:
        spelling = _INSIDE_WORDS.sub("", fold(_POSSESSIVE.sub("", word))) or word
    return arabic.stem(spelling) if spelling[0] >= "\u0600" else english.stem(spelling), spelling


_STOP_TERMS = frozenset(term for term, _ in terms_and_spellings(arabic.STOP_WORDS + english.STOP_WORDS))
