"""The words of a page's picture as text: paragraphs of lines, each word with its place on the page."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from index.formats.ocr import PageText
from index.formats.ocr.picture_page import PagePicture
from index.formats.ocr.recognition import cleaned, is_figure
from index.formats.ocr.tesseract import ReadWord
from index.scans import ScannedWord, packed
from index.structure import TextBuilder, visible

_DIVIDED = re.compile(r"[a-z\u00df-\u024f][-\u00ad\u2010]$")  # of a word that goes on in the next line
_COMMA = re.compile(  # no word ends so
    r"(?<=[\u0621-\u064a]{4}[\u0628-\u0647])\u0621$|(?<=[\u0621-\u064a])[»,]$"
)
_NUMBER = re.compile(r"[\W_]*[\d٠-٩]{1,4}[\W_]*")
ENDS_EARLY = 0.6  # of the widest line of a paragraph
_ALONE = 0.08  # of the page's height, at its edges, where a number is the page's


def page_text(picture: PagePicture, words: Sequence[ReadWord]) -> PageText:
    """The text of a page that was read, without its number; empty where it says nothing."""
    built = TextBuilder()
    placed: list[ScannedWord] = []
    for paragraph in _paragraphs(words):
        if not any(map(str.isalnum, "".join(word.text for word in paragraph))):
            continue
        if _is_page_number(picture, paragraph):
            continue
        text, ranges = _joined(paragraph)
        block = built.add("paragraph", text)
        if block is None or block.end - block.start != len(text):
            continue
        for word, (start, end) in zip(paragraph, ranges, strict=True):
            box = picture.on_page(word.left, word.top, word.width, word.height)
            figure = is_figure(word.text)
            placed.append(ScannedWord(block.start + start, block.start + end, box, word.confidence, figure))
    return PageText(built.text, built.blocks, packed(placed, 0))


def _paragraphs(words: Sequence[ReadWord]) -> Iterator[list[ReadWord]]:
    """The words by paragraph: a line that ends early ends one, as a heading does."""
    for _, group in groupby(words, key=lambda word: word.place[:2]):
        lines = [list(line) for _, line in groupby(group, key=lambda word: word.place)]
        widths = [
            max(word.left + word.width for word in line) - min(word.left for word in line) for line in lines
        ]
        paragraph: list[ReadWord] = []
        for line, width in zip(lines, widths, strict=True):
            paragraph += line
            if width < ENDS_EARLY * max(widths):
                yield paragraph
                paragraph = []
        if paragraph:
            yield paragraph


def _joined(paragraph: Sequence[ReadWord]) -> tuple[str, list[tuple[int, int]]]:
    """The words of a paragraph in one line, divided ones put together, and where each stands."""
    text = ""
    ranges: list[tuple[int, int]] = []
    line = None
    texts = mended([visible(cleaned(word.text)).replace("\n", " ").strip() for word in paragraph])
    for word, said in zip(paragraph, texts, strict=True):
        if line not in (None, word.place) and _DIVIDED.search(text) and said[:1].islower():
            text = text[:-1]
            ranges[-1] = (ranges[-1][0], len(text))
        elif text:
            text += " "
        ranges.append((len(text), len(text) + len(said)))
        text += said
        line = word.place
    return text, ranges


def mended(words: Sequence[str]) -> list[str]:
    """The words of a paragraph with the Arabic commas that were read as a letter or a quotation mark.

    >>> mended(["البحر", "الأحمرء", "والسويس»", "جزء"])
    ['البحر', 'الأحمر،', 'والسويس،', 'جزء']
    """
    quoted = any("«" in word for word in words)
    return [word if quoted and word.endswith("»") else _COMMA.sub("،", word) for word in words]


def _is_page_number(picture: PagePicture, paragraph: Sequence[ReadWord]) -> bool:
    height = picture.image.size[1]
    top = min(word.top for word in paragraph)
    bottom = max(word.top + word.height for word in paragraph)
    alone = _NUMBER.fullmatch(" ".join(cleaned(word.text) for word in paragraph))
    return bool(alone) and (bottom < _ALONE * height or top > (1 - _ALONE) * height)
