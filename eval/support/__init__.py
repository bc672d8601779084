"""Sentences over articles, each supported or not: what the support check is measured with.

A folder holds ``development.jsonl``, ``measuring.jsonl`` and ``reserve.jsonl``, parted by article: one
object a line with ``article`` (the name of its file without the ending), ``kind``, ``sentence``, and
``unfound``, the half-open ranges of the sentence that stand in no passage. The articles lie in its
``articles`` and among the samples. ``passages.jsonl`` holds many more, over short passages, and harder: an
object a line with ``title``, ``text`` and ``statements``, each of these with ``text``, ``supported`` and
``kind``. The network is trained on them (``training``) but for each tenth passage (``passages``).
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from assistant.question import understand
from assistant.samples import sample_folder
from assistant.support import Held, hold
from assistant.support.entailment import load_entailment
from index.articles import Article, make_article, read_articles
from index.embedders import Embedder
from index.passages import split_article
from index.structure import Range
from index.text.language import detect_language

Half = Literal["development", "measuring", "reserve", "passages", "training"]
HELD_OUT = 10  # one passage of so many is not trained on
SUPPORTED_KINDS = frozenset(("verbatim", "paraphrase", "joined", "translated"))
ASKED = understand("What do the articles say of it?")


@dataclass(frozen=True, slots=True)
class JudgedSentence:
    """A sentence, the article that it is held against, how it was made of it, and whether that supports
    it."""

    article: Article
    sentence: str
    kind: str
    supported: bool
    unfound: tuple[Range, ...] = ()

    @property
    def across(self) -> bool:
        """Whether it is in another language than the article."""
        return self.language != self.article.language

    @property
    def language(self) -> str:
        return detect_language(self.sentence)


@dataclass(frozen=True, slots=True)
class OneArticle:
    """An article as all that is looked up."""

    only: Article
    embedder: Embedder

    def article(self, article_id: str) -> Article:
        return self.only


def read_sentences(folder: Path, half: Half) -> list[JudgedSentence]:
    """The sentences of one half, in the order of the file; ``KeyError`` where an article is not there."""
    if half in ("passages", "training"):
        return list(_over_passages(folder, half == "passages"))
    articles = {
        Path(article.origin).stem: article
        for place in (sample_folder(), folder / "articles")
        for article in read_articles([place], on_problem=_raise)
    }
    lines = (folder / f"{half}.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        JudgedSentence(
            articles[one["article"]],
            one["sentence"],
            one["kind"],
            one["kind"] in SUPPORTED_KINDS,
            tuple((start, end) for start, end in one["unfound"]),
        )
        for one in map(json.loads, lines)
    ]


def _over_passages(folder: Path, held_out: bool) -> Iterator[JudgedSentence]:
    lines = (folder / "passages.jsonl").read_text(encoding="utf-8").splitlines()
    for number, one in enumerate(map(json.loads, lines)):
        if (number % HELD_OUT == 0) != held_out:
            continue
        passage = make_article(id=str(number), title=one["title"], text=one["text"], source="")
        for said in one["statements"]:
            yield JudgedSentence(passage, said["text"], said["kind"], bool(said["supported"]))


def held_against_articles(
    sentences: Sequence[JudgedSentence], embedder: Embedder, model: str = "bundled"
) -> list[Held]:
    """Each sentence held against all passages of its article, by the network of that name."""
    network = load_entailment(model)
    held = []
    for one in sentences:
        passages, only = split_article(one.article), OneArticle(one.article, embedder)
        found = hold(one.sentence, passages, only, ASKED, network)
        if found is None:
            raise ValueError(f"there is nothing to hold against the article in {one.sentence!r}")
        held.append(found)
    return held


def _raise(problem: Exception) -> None:
    raise problem
