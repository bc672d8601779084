"""Whether a sentence that a model wrote is supported by passages: by which of their sentences, and what of it
stands in none.

Leaves out whether the passages are right: what an article says is the article's own word.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from assistant.question import Question
from assistant.readers import Revision
from assistant.readers.evidence import counterparts, terms_held
from index.articles import Article
from index.passages import Passage, article_sentences
from index.search.query import parse_query
from index.text.analysis import analyse
from index.text.language import detect_language
from index.text.quantities import quantities

SUPPORTED = 0.5  # of a score, from there on a sentence is supported
EVIDENCE = 2  # sentences that one may rest on


@dataclass(frozen=True, slots=True)
class Evidence:
    """A whole sentence of an article, ``start`` to ``end`` of its text, and the passage that holds it."""

    passage: Passage
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Support:
    """What speaks for a sentence.

    ``evidence``: the sentences of the passages that say it, or come nearest to that, best first; none where
    there are no passages. ``unfound``: the half-open ranges of the sentence, in order, of the figures, names
    and dates that stand in no passage.
    """

    supported: bool
    score: float  # 0..1
    evidence: tuple[Evidence, ...]
    unfound: tuple[tuple[int, int], ...]


class SupportCheck:
    """Judges sentences; may be asked from many threads at once."""

    def check(
        self, sentence: str, passages: Sequence[Passage], revision: Revision, question: Question
    ) -> Support:
        """Whether the passages say what the sentence does, with the sentences of them that do."""
        found: dict[tuple[str, int], tuple[Evidence, Article]] = {}
        for passage in passages:
            article = revision.article(passage.article_id)
            for start, end in article_sentences(article, passage.start, passage.end):
                found.setdefault((article.id, start), (Evidence(passage, start, end), article))
        if not found:
            return Support(False, 0.0, (), ())
        said = parse_query(sentence)
        meant = counterparts(said)
        texts = [article.text[one.start : one.end] for one, article in found.values()]
        held = [terms_held(meant, text, detect_language(text) != said.language) for text in texts]
        order = sorted(range(len(texts)), key=lambda row: -len(held[row]))[:EVIDENCE]
        whole: set[str] = set().union(*(held[row] for row in order))
        score = len(whole) / max(len(meant), 1)
        unfound = _figures_unfound(sentence, [passage.text for passage in passages])
        evidence = [list(found.values())[row][0] for row in order if held[row]]
        return Support(
            score >= SUPPORTED and not unfound, float(np.clip(score, 0, 1)), tuple(evidence), unfound
        )


def _figures_unfound(sentence: str, texts: Sequence[str]) -> tuple[tuple[int, int], ...]:
    stated = [quantities(text) for text in texts]
    known = {float(number) for one in stated for number in (*one.numbers, *one.years)}
    return tuple(
        (term.start, term.end)
        for term in analyse(sentence)
        if term.text.replace(".", "", 1).isdecimal() and float(term.text) not in known
    )
