"""What a word of one language may be called in the other: analysis terms with probabilities.

Made by ``index.training.lexicon`` from sentence pairs and word lists; docs/words.md tells how. The table is
two gzip files of lines, ``key TAB term percent term percent ...``, sorted by the bytes of the key. English
keys are terms; Arabic keys are words without the particles written onto them, or ``*`` and a term for words
that were never seen. A file is read, and both are checked, when a question first needs it. Leaves out:
phrases, and choosing between the meanings of a word (a search for all the words of a question does that).
"""

import gzip
from bisect import bisect_left
from functools import lru_cache
from pathlib import Path

from index.models import ModelFolder
from index.text import arabic

FOLDER = Path(__file__).parent / "lexicon"
FILES = {"en": "en-ar.tsv.gz", "ar": "ar-en.tsv.gz"}  # by the language of the keys

Translations = tuple[tuple[str, float], ...]


def translations(term: str, spelling: str) -> Translations:
    """The terms of the other language that a word may stand for, each with a probability, best first.

    ``term`` is the word's, and ``spelling`` the folded word that it is the term of. Empty for digits, and for
    what the table does not know. ``ModelUnavailable`` where the table is damaged.
    """
    if spelling[0].isdecimal():
        return ()
    if spelling[0] < "\u0600":
        return _table(FOLDER, "en").get(term)
    table = _table(FOLDER, "ar")
    return table.get(arabic_key(spelling)) or table.get(f"*{term}")


def arabic_key(spelling: str) -> str:
    """What a folded Arabic word is looked up by."""
    return arabic.without_prefixes(spelling)


class Table:
    """The lines of one file, found by their keys."""

    def __init__(self, text: bytes) -> None:
        self._lines = text.split(b"\n")

    def get(self, key: str) -> Translations:
        """The terms for a key with their probabilities; none for a key that is not there."""
        start = f"{key}\t".encode()
        place = bisect_left(self._lines, start)
        if place == len(self._lines) or not self._lines[place].startswith(start):
            return ()
        fields = self._lines[place][len(start) :].decode().split(" ")
        return tuple((fields[i], int(fields[i + 1]) / 100) for i in range(0, len(fields), 2))


@lru_cache
def _table(folder: Path, language: str) -> Table:
    place = ModelFolder(folder).path / FILES[language]
    return Table(gzip.decompress(place.read_bytes()))
