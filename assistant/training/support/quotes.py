"""Claims made of a passage's own words: that what is said as the article says it is supported, and that one
other figure or name makes it unsupported.

People who write statements say them in words of their own; without these the network takes the article's own
words for a trap.
"""

import re
from collections.abc import Iterator

import numpy as np

from assistant.support.names import names_in
from eval.support import JudgedSentence
from index.articles import Article
from index.text.sentences import sentence_ranges

CHANGED = 2  # claims of a passage with another figure or name, at most
_FIGURE = re.compile(r"\d+(?:[.,:]\d+)*")
_END = re.compile(r"[.!?؟…]+$")


def quoted(article: Article, chance: np.random.Generator) -> Iterator[JudgedSentence]:
    """A sentence of the article, two that follow one another in one, and some with another figure or name."""
    text = article.text
    sentences = [text[start:end] for start, end in sentence_ranges(text)]
    yield JudgedSentence(article, sentences[int(chance.integers(len(sentences)))], "verbatim", True)
    if len(sentences) > 1:
        at = int(chance.integers(len(sentences) - 1))
        first, mark = _END.sub("", sentences[at]), "؛" if article.language == "ar" else ";"
        yield JudgedSentence(article, f"{first}{mark} {sentences[at + 1]}", "joined", True)
    changed = [found for sentence in sentences for found in _changed(sentence, text)]
    for place in chance.permutation(len(changed))[:CHANGED]:
        yield JudgedSentence(article, changed[place], "changed", False)


def _changed(sentence: str, text: str) -> Iterator[str]:
    """The sentence with a figure, or a name, of elsewhere in the text in place of one of its own."""
    for inside, anywhere in (
        (_figures(sentence), _figures(text)),
        (_names(sentence), _names(text)),
    ):
        said = {word for _, _, word in inside}
        others = list(dict.fromkeys(word for _, _, word in anywhere if word not in said))
        for number, (start, end, _) in enumerate(inside):
            if others:
                yield sentence[:start] + others[number % len(others)] + sentence[end:]


def _figures(text: str) -> list[tuple[int, int, str]]:
    return [(*found.span(), found[0]) for found in _FIGURE.finditer(text)]


def _names(text: str) -> list[tuple[int, int, str]]:
    return [(one.start, one.end, text[one.start : one.end]) for one in names_in(text)]
