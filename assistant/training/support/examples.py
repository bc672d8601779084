"""Sentences held against texts, supported or not: made of texts in two languages, and read from a file.

A text with its translation gives the supported ones: its own sentences, whole and shortened, two as one, and
their translations. ``corruption`` makes the others of them, with names and figures of the same text and of
others, so that many of the wrong ones stand in the text, only elsewhere; and sentences that were taken out of
the text are near misses.
"""

import json
import lzma
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from assistant.support.names import names_in
from assistant.training.support.corruption import (
    other_figure,
    other_name,
    other_polarity,
    roles_exchanged,
    shortened,
    with_addition,
)
from eval.support import JudgedSentence
from index.articles import make_article
from index.text.figures import figures
from index.text.sentences import sentence_ranges

LINES = 8  # sentence pairs that are taken for a text
SHORTEST = 5  # words of a sentence that is judged


@dataclass(frozen=True, slots=True)
class ParallelText:
    """Sentences with their translations, in order."""

    pairs: tuple[tuple[str, str], ...]  # English, Arabic

    def sentences(self, language: str) -> list[str]:
        return [pair[language == "ar"] for pair in self.pairs]


def parallel_texts(data: Path) -> list[ParallelText]:
    """The texts of DATA/dev/xquad-dev and of the pairs in DATA/train/parallel that stand in order."""
    return [*_paragraphs(data / "dev"), *_runs(data / "train" / "parallel")]


def _paragraphs(dev: Path) -> Iterator[ParallelText]:
    """Paragraphs that both languages cut into as many sentences."""
    sides = []
    for language in ("en", "ar"):
        stored = json.loads((dev / f"xquad-dev.{language}.json").read_text(encoding="utf-8"))
        sides.append([one["context"] for article in stored["data"] for one in article["paragraphs"]])
    for english, arabic in zip(*sides, strict=True):
        cut = [[text[slice(*place)] for place in sentence_ranges(text)] for text in (english, arabic)]
        if len(cut[0]) == len(cut[1]) >= 3:
            yield ParallelText(tuple(zip(*cut, strict=True)))


def _runs(parallel: Path) -> Iterator[ParallelText]:
    for name in ("tico19", "ms_projectops"):
        with lzma.open(parallel / f"{name}.jsonl.xz", "rt", encoding="utf-8") as lines:
            pairs = [(pair["en"], pair["ar"]) for pair in map(json.loads, lines)]
        pairs = [pair for pair in pairs if len(pair[0].split()) >= SHORTEST and pair[0].endswith(".")]
        for start in range(0, len(pairs) - LINES, LINES):
            yield ParallelText(tuple(pairs[start : start + LINES]))


def synthetic(texts: Sequence[ParallelText], count: int, seed: int = 1) -> list[JudgedSentence]:
    """About ``count`` judged sentences of the texts, as many supported as not."""
    random = Random(seed)
    made: list[JudgedSentence] = []
    names = {
        language: [
            sentence[word.start : word.end]
            for text in texts
            for sentence in text.sentences(language)
            for word in names_in(sentence)
            if len(word.spelling) > 3
        ]
        for language in ("en", "ar")
    }
    while len(made) < count:
        made += _of_text(random.choice(texts), random.choice(texts), names, random)
    return made[:count]


def _of_text(
    text: ParallelText, other: ParallelText, names: dict[str, list[str]], random: Random
) -> Iterator[JudgedSentence]:
    written, said = random.choice(("en", "ar")), random.choice(("en", "ar"))
    rows = [row for row, pair in enumerate(text.pairs) if len(pair[0].split()) >= SHORTEST]
    if len(rows) < 3 or text is other:
        return
    base, second, left_out = random.sample(rows, 3)
    kept = [sentence for row, sentence in enumerate(text.sentences(written)) if row != left_out]
    article = make_article(id=f"{id(text)}-{left_out}-{written}", title="", text=" ".join(kept), source="")
    spoken = text.sentences(said)
    sentence = spoken[base]
    kind = "verbatim" if said == written else "translated"
    right = [(kind, sentence)]
    if short := shortened(sentence):
        right.append((f"{kind}, shortened", short))
    right.append(
        (
            "joined",
            _joined(shortened(sentence) or sentence, shortened(spoken[second]) or spoken[second], said),
        )
    )
    chosen = random.choice(right)
    start = chosen[1]
    here = [word for one in spoken for word in _names(one)]
    numbers = [figure for one in spoken for figure in figures(one) if len(figure) > 1]
    wrong = {
        "number": other_figure(start, numbers, random),
        "name": other_name(start, here if random.random() < 0.5 else names[said], random),
        "negation": other_polarity(start, random),
        "swap": roles_exchanged(start),
        "addition": with_addition(start, random.choice(other.sentences(said)), random),
        "near miss": spoken[left_out],
    }
    possible = [(kind, made) for kind, made in wrong.items() if made and made != start]
    yield JudgedSentence(article, start, chosen[0], True)
    if possible:
        kind, made = random.choice(possible)
        yield JudgedSentence(article, made, kind, False)


def _names(sentence: str) -> list[str]:
    return [sentence[word.start : word.end] for word in names_in(sentence)]


def _joined(one: str, other: str, language: str) -> str:
    head = one.rstrip(" .")
    return f"{head}، و{other}" if language == "ar" else f"{head}, and {other[:1].lower()}{other[1:]}"
