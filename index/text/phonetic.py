"""What a word sounds like in either script, so that a name meets its spelling in the other: تسلا and Tesla.

A phonetic key is the consonants of a folded word, those that writers take for one another made one (p and b,
v and f, c and k and q, g and j, s and z, th and t), without vowels, h and doubled letters: ``nrmnd`` for
Normandy and for نورماندي. A spelling with several readings (ch, j, w, a silent ending; the article and the
particles written onto an Arabic word) has several keys. Leaves out: what only knowing a language tells.
"""

import re
from collections.abc import Iterator

from index.text.arabic import AND, BY, FOR, FOR_THE, LIKE, SO, THE

SHORTEST = 3  # consonants; shorter keys are those of too many words

_DOUBLED = re.compile(r"(.)\1+")
_LATIN_WORD = re.compile(r"[a-z]+")
_LATIN = [
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("^kn", "n"),
        ("^wr", "r"),
        ("^(?:ps|x)", "s"),
        ("t?sch|tch|sh|ch", "$"),
        ("ph", "f"),
        ("d[gj]", "g"),
        ("ck", "k"),
        ("c(?=[eiy])", "s"),
        ("x", "ks"),
        ("(?<!^)[wy]|[aeiouh]", ""),
    )
]
_LATIN_LETTERS = str.maketrans("cqjvpz", "kkgfbs")
_READINGS = (("w", "v"), ("ch", "k"), ("j", "y"), ("j", "k"), ("gh", ""))  # Wagner, Bach, Jung, Juan, Wright
_SILENT = "tsdx"  # Peugeot, Versailles

_PREFIXES = (AND + THE, BY + THE, LIKE + THE, SO + THE, AND + FOR_THE, FOR_THE, THE, AND, BY, FOR, SO, LIKE)
_ARABIC_SOUNDS = {
    "b": "بپ",
    "t": "تطث",
    "g": "جغگ",
    "k": "قكخ",
    "d": "دضذ",
    "r": "ر",
    "s": "زظسص",
    "$": "شچ",
    "f": "فڤ",
    "l": "ل",
    "m": "م",
    "n": "ن",
}
_ARABIC_LETTERS = {letter: sound for sound, letters in _ARABIC_SOUNDS.items() for letter in letters}
_ARABIC_FIRST = _ARABIC_LETTERS | {"و": "w", "ي": "y"}


def phonetic_keys(spelling: str) -> tuple[str, ...]:
    """The phonetic keys of a folded word, sorted; none where it has too few consonants, or digits.

    >>> phonetic_keys("normandy"), phonetic_keys("نورماندي")
    (('nrmnd',), ('nrmnd',))
    """
    read = _read_arabic(spelling) if spelling[:1] >= "\u0600" else _read_latin(spelling)
    return tuple(sorted({key for key in read if len(key) >= SHORTEST}))


def sounds(spelling: str) -> frozenset[str]:
    """The same keys however short, for words that are known to be names.

    >>> sorted(sounds("leeds") & sounds("ليدز")), sorted(sounds("ali") & sounds("علي"))
    (['lds'], ['l'])
    """
    read = _read_arabic(spelling) if spelling[:1] >= "\u0600" else _read_latin(spelling)
    return frozenset(key for key in read if key)


def _read_latin(spelling: str) -> Iterator[str]:
    if not _LATIN_WORD.fullmatch(spelling):
        return
    yield _latin(spelling)
    for letters, others in _READINGS:
        if letters in spelling:
            yield _latin(spelling.replace(letters, others))
    if spelling[-1] in _SILENT:
        yield _latin(spelling[:-1])


def _latin(spelling: str) -> str:
    word = _DOUBLED.sub(r"\1", spelling)
    for pattern, sound in _LATIN:
        word = pattern.sub(sound, word)
    return word.translate(_LATIN_LETTERS)


def _read_arabic(spelling: str) -> Iterator[str]:
    yield _arabic(spelling)
    for prefix in _PREFIXES:
        rest = spelling.removeprefix(prefix)
        if rest != spelling and len(rest) >= max(SHORTEST, 5 - len(prefix)):
            yield _arabic(rest)


def _arabic(spelling: str) -> str:
    word = _DOUBLED.sub(r"\1", spelling).replace("تش", "ش").replace("دج", "ج")
    return _ARABIC_FIRST.get(word[0], "") + "".join(_ARABIC_LETTERS.get(letter, "") for letter in word[1:])
