"""Words divided at the ends of lines, put together without a dictionary.

The hyphen stays before a capital or a digit, after digits and capitals, within a compound, and where the
article itself writes the word with it; a soft hyphen never stays. It leaves out what only a dictionary
knows: "well-known" is kept by a short list, "note-books" divided at its own hyphen is not.
"""

import re
from collections.abc import Iterable

from index.formats.layout.characters import HYPHEN
from index.formats.layout.right_to_left import RIGHT_TO_LEFT

SOFT = "\u00ad"
HYPHENS = frozenset((HYPHEN, "-", "\u2010", SOFT))
_DIVIDED = re.compile(r"([^\W\d_]+).$", re.DOTALL)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_ADDRESS = re.compile(r"(?:https?://|www\.)\S*[/.?=&%#_-]$")
_KEEPS = frozenset(("well", "self", "half", "cross", "quasi"))
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")


class Joiner:
    """Puts lines together; it knows the words that stand whole in the article."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._words: set[str] = set()
        self._compounds: set[str] = set()
        texts = list(lines)
        if any(text[-1:] in HYPHENS for text in texts):
            for text in texts:
                for word in _WORD.findall(text.lower()):
                    (self._compounds if "-" in word else self._words).add(word)

    def join(self, text: str, following: str) -> tuple[str, str]:
        """A line without a hyphen that divides its last word, and what goes before the line that follows."""
        last, before = text[-1:], text[-2:-1]
        if not text or not following:
            return text, ""
        if _ADDRESS.search(text.replace(HYPHEN, "-")) and not following[0].isspace():
            return text, ""
        if last in HYPHENS:
            if before.isspace() or not before:
                return text, " "  # a dash
            return (text[:-1] if last == SOFT or self._divides(text, following) else text), ""
        if (last in "–—/" and before.strip()) or (_UNSPACED.match(last) and _UNSPACED.match(following)):
            return text, ""
        return text, " "

    def _divides(self, text: str, following: str) -> bool:
        divided, rest = _DIVIDED.search(text), _WORD.match(following)
        if divided is None or rest is None or RIGHT_TO_LEFT.search(divided[1] + rest[0]):
            return False
        head, tail = divided[1], rest[0].partition("-")[0]
        if tail[0].isupper() or (head.isupper() and len(head) > 1) or text[: divided.start()].endswith("-"):
            return False
        if f"{head}-{tail}".lower() in self._compounds:
            return False
        return (head + tail).lower() in self._words or head not in _KEEPS
