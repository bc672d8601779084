"""The words of a page's picture: turned upright, read in the language of its script.

Tesseract's Arabic model reads Latin words as Arabic ones, and both models together read Arabic words as
Latin ones, so a page is read by its script; where an Arabic page has words of which the Arabic model is not
sure, they are looked for in what the Latin model is sure of.
"""

import re
from collections.abc import Sequence

from index.formats.ocr.picture_page import RESOLUTION, PagePicture
from index.formats.ocr.tesseract import ARABIC, LATIN, ReadWord, orientation, words

ORIENTED_AT = 1700  # pixels, the longer side: enough for the direction
UNSURE, SURE = 0.6, 0.8  # of a word that may be Latin in the Arabic model, and in the Latin one
FEW_UNSURE = 0.01  # of a page's words, for which it is not read twice
NOISE = 0.3  # what is read with less, and holds no letter, is dirt
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f][A-Za-z\u00c0-\u024f.,;:'’()-]+")
_UNSEEN = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_FIGURE = re.compile(r"[\d٠-٩۰-۹]")


def recognise(picture: PagePicture) -> tuple[PagePicture, list[ReadWord]]:
    """The picture as it was read, and its words in the order of reading."""
    degrees, script = orientation(picture.png(ORIENTED_AT))
    upright = picture.upright(degrees)
    page = upright.png()
    resolution = max(70, min(RESOLUTION, round(RESOLUTION * max(upright.image.size) / 3508)))
    if script not in ("Arabic", "Latin"):
        found = max((words(page, which, resolution=resolution) for which in (ARABIC, LATIN)), key=_sureness)
    elif script == "Latin":
        found = words(page, LATIN, resolution=resolution)
    else:
        found = words(page, ARABIC, resolution=resolution)
        unsure = [word for word in found if word.confidence < UNSURE]
        if len(unsure) > FEW_UNSURE * len(found):
            found = _with_latin(found, words(page, LATIN, resolution=resolution))
    return upright, [word for word in found if _says_something(word)]


def cleaned(text: str) -> str:
    """A word without the marks of direction that the program puts around it."""
    return _UNSEEN.sub("", text).strip()


def is_figure(text: str) -> bool:
    """Whether a word has a digit in it."""
    return _FIGURE.search(text) is not None


def _sureness(found: Sequence[ReadWord]) -> float:
    return sum(word.confidence * len(word.text) for word in found if word.confidence > 0.5)


def _says_something(word: ReadWord) -> bool:
    text = cleaned(word.text)
    return bool(text) and (word.confidence >= NOISE or any(map(str.isalnum, text)))


def _with_latin(found: Sequence[ReadWord], latin: Sequence[ReadWord]) -> list[ReadWord]:
    """The words, Latin ones in the place of those that the Arabic model is not sure of."""
    sure = [word for word in latin if word.confidence >= SURE and _LATIN_WORD.fullmatch(word.text)]
    out: list[ReadWord] = []
    told: set[int] = set()
    run = 0  # how many Latin words stand at the end of it: these are read from the left
    for word in found:
        over = [
            number
            for number, other in enumerate(sure)
            if word.confidence < min(UNSURE, other.confidence) and _overlap(word, other) > 0.5
        ]
        if not over:
            out.append(word)
            run = 0
            continue
        for number in sorted(over, key=lambda number: sure[number].left):
            if number not in told:
                told.add(number)
                other = sure[number]
                run = run + 1 if run and out[-1].place == word.place else 1
                box = other.left, other.top, other.width, other.height
                out.append(ReadWord(other.text, *box, other.confidence, word.place))
                out[-run:] = sorted(out[-run:], key=lambda word: word.left)
    return out


def _overlap(word: ReadWord, other: ReadWord) -> float:
    """How much of the smaller of two boxes lies in the other."""
    across = min(word.left + word.width, other.left + other.width) - max(word.left, other.left)
    down = min(word.top + word.height, other.top + other.height) - max(word.top, other.top)
    smaller = min(word.width * word.height, other.width * other.height)
    return max(across, 0) * max(down, 0) / max(smaller, 1)
