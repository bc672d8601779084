"""Bytes to text.

Encodings: byte order marks, then UTF-8, then UTF-16 without a mark, then the eight-bit ones. Short
Arabic in Windows-1256 looks like many things to a statistical detector, so Windows-1256, ISO-8859-6
and Windows-1252 are weighed here by the words they give; charset-normalizer decides what is none of them.
"""

import codecs
import re
from itertools import islice
from pathlib import Path

from index.errors import UnreadableArticle
from index.formats import Parsed, ParsedArticle
from index.text.arabic import FREQUENT_WORDS

_MARKS = (  # the longer first: UTF-32's mark begins with UTF-16's
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WORD = re.compile(rb"[A-Za-z\x80-\xff]+")
_LONGEST_WORD = 64  # bytes of it that are looked at
_ASCII = bytes(range(128))
_ARABIC_WORD = re.compile(r"[\u0621-\u064a]{2,}")
_NONE_OF_THESE = {"punycode", "idna", "unicode-escape", "raw-unicode-escape"}  # Python's, for other things
_WHATWG = dict.fromkeys(("iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii"), "cp1252")


def read(file: Path) -> Parsed:
    """A plain text file."""
    yield ParsedArticle(decode(file.read_bytes()))


def decode(data: bytes, declared: str = "") -> str:
    """The text of ``data``; ``declared`` is the encoding that the document names, if it names one.

    Raises ``UnreadableArticle`` where the bytes are no text.
    """
    text = _decode(data, declared)
    sample = text[:100_000]
    odd = len(re.findall(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\ufffd]", sample))
    if data.startswith(b"%PDF-") or odd > 2 + len(sample) // 50:
        raise UnreadableArticle("it is not text; give it the extension of the kind that it is")
    return text


def _decode(data: bytes, declared: str) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data.decode(encoding, "replace")
    if declared:
        try:
            encoding = codecs.lookup(_WHATWG.get(declared.lower(), declared)).name
            if encoding not in _NONE_OF_THESE:
                return data.decode(encoding)
        except (LookupError, ValueError):
            pass  # an unknown name, or a wrong one: look at the bytes
    if wide := _wide(data):
        return wide
    return _utf8(data) or data.decode(_eight_bit(data), "replace")


def _utf8(data: bytes) -> str:
    """The text if ``data`` is UTF-8, whole or with a few bytes damaged, else the empty string."""
    text = data.decode("utf-8", "replace")
    beyond_ascii = len(text) - len(data) + len(data.translate(None, _ASCII))
    return text if text.count("\ufffd") * 50 <= beyond_ascii else ""


def _wide(data: bytes) -> str:
    """The text if ``data`` is UTF-16 without a mark, else the empty string."""
    low = data[:10_000].count(0) + data[:10_000].count(6)  # the high bytes of Latin and of Arabic
    if low * 4 < len(data[:10_000]):
        return ""
    for encoding in ("utf-16-le", "utf-16-be"):
        text = data.decode(encoding, "replace")
        usual = re.findall(r"[\t\n\r\x20-\u06ff\u2000-\u2069]", text[:5000])
        if len(usual) * 10 >= len(text[:5000]) * 9:
            return text
    return ""


def _eight_bit(data: bytes) -> str:
    found = (word[0] for word in _WORD.finditer(data) if not word[0].isascii())
    words = b" ".join(word[:_LONGEST_WORD] for word in islice(found, 5000))
    scores = {encoding: _plausible(words, encoding) for encoding in ("cp1252", "cp1256", "iso8859-6")}
    best = max(scores, key=lambda encoding: scores[encoding])
    if scores[best] > 0.3:
        return best
    from charset_normalizer import from_bytes

    likely = from_bytes(words[:20_000]).best()
    return likely.encoding if likely else best


def _plausible(data: bytes, encoding: str) -> float:
    """How much like words the words look in this encoding: -1 is none, 1 all, 2 the most frequent ones."""
    scores = [_word_score(word) for word in data.decode(encoding, "replace").split(" ")]
    told = [score for score in scores if score]
    return sum(told) / len(told) if told else 0.5


def _word_score(word: str) -> float:
    letters = re.sub(r"[\W\u0640\u064b-\u0652\d_]", "", word)
    if "\ufffd" in word:
        return -1
    if _ARABIC_WORD.fullmatch(letters):
        if re.search(r"[ةى]\w|^[ؤئ]", letters):
            return -1  # letters that end a word, or never begin one
        return 2 if letters in FREQUENT_WORDS or letters.startswith("ال") else 1
    if len(letters) < 2:
        return 0
    arabic = len(re.findall(r"[\u0621-\u064a]", letters))
    return 1 if not arabic and re.search(r"[A-Za-z]", letters) else -1  # a word in one script
