"""Evidence: what speaks for each candidate sentence, and the spans that a model sees in it."""

from collections.abc import Sequence

import numpy as np
import pytest
from lindham import ARTICLES, NothingSeen, Seen, hits

from assistant.answers import Event
from assistant.question import understand
from assistant.readers.candidates import candidates
from assistant.readers.evidence import FEATURES, Meaning, best_spans, evidence
from index.embedders import HashingEmbedder, WindowVectors
from index.progress import Progress, silent


def test_evidence_by_hand() -> None:
    """One question over the canal: the columns that a reader can check by eye."""
    question = understand("When was the canal closed?")
    found = candidates(hits("canal"), ARTICLES.__getitem__)
    rows = evidence(question, found, best_spans(question, found, Seen("1951")), None)
    shown = {
        candidate.text: dict(zip(FEATURES, row, strict=True))
        for candidate, row in zip(found, rows, strict=True)
    }
    closed = shown["It was closed in 1951."]
    opened = shown["The canal of Lindham was opened in 1874 by Mary Oakes, an engineer from Hull."]
    long = shown["It is 31 kilometres long."]
    assert closed["words"] == opened["words"] == 0.5  # of canal and closed each has one, and no other has it
    assert long["words"] == 0
    assert (long["words before"], long["words after"]) == (0.5, 0.5)
    assert [sentence["holds a time"] for sentence in (closed, opened, long)] == [1, 1, 0]
    assert all(row["meaning"] == 0 for row in shown.values())
    assert closed["span"] == pytest.approx(10)
    assert closed["span share"] == pytest.approx(1, abs=1e-3)
    assert opened["span"] == pytest.approx(-10)


def test_spans_are_in_code_points_of_the_article_and_each_hit_is_told() -> None:
    found = candidates(hits("history", "council", "canal"), ARTICLES.__getitem__)
    told: list[Event] = []
    spans = best_spans(understand("Who opened it?"), found, Seen("Mary Oakes"), told.append)
    assert told == [Event("reading", done, 3) for done in range(4)]
    seen = {
        candidate.article.id: candidate.article.text[span.start : span.end]
        for candidate, span in zip(found, spans, strict=True)
        if span and span.score > 0
    }
    assert seen == {"history": "Mary Oakes", "canal": "Mary Oakes"}


class AllAlike(HashingEmbedder):
    """To which every text means the same."""

    def __init__(self, *languages: str) -> None:
        self.languages = frozenset(languages)

    def embed_passages(self, texts: Sequence[str], *, progress: Progress = silent) -> WindowVectors:
        return WindowVectors.of([np.eye(1, self.dimension, dtype=np.float32)] * len(texts), self.dimension)


def test_meaning_is_only_compared_in_languages_that_the_embedder_reads() -> None:
    question = understand("When was the canal opened?")
    found = candidates(hits("canal", "council"), ARTICLES.__getitem__)
    spans = best_spans(question, found, NothingSeen())

    def meanings(*languages: str, name: str = "meaning") -> list[float]:
        embedder = AllAlike(*languages)
        meaning = Meaning(np.eye(1, embedder.dimension, dtype=np.float32)[0], embedder)
        return evidence(question, found, spans, meaning)[:, FEATURES.index(name)].tolist()

    english = [float(candidate.article.language == "en") for candidate in found]
    arabic = [1 - is_english for is_english in english]
    assert meanings("en") == english
    assert meanings("ar") == meanings("ar", name="meaning across") == arabic
    assert meanings("en", "ar") == [1.0] * len(found)
    assert not evidence(question, found, spans, None)[:, FEATURES.index("meaning")].any()
