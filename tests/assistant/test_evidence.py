"""Candidates and their evidence: sentences of the article, and what speaks for each."""

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lindham import ARTICLES, CANAL, NothingSeen, Seen, hits

from assistant.readers.evidence import FEATURES, candidates, evidence, spans_of
from index.articles import Article
from index.embedders import HashingEmbedder
from index.passages import Hit, Passage


def test_sentences_are_not_cut_at_the_edges_of_a_passage() -> None:
    article = ARTICLES["canal"]
    start, end = CANAL.index("opened in"), CANAL.index("closed in")
    hit = Hit(Passage("canal", article.title, article.source, "en", start, end, CANAL[start:end]), 1.0)
    assert [candidate.text for candidate in candidates([hit], ARTICLES.__getitem__)] == [
        "The canal of Lindham was opened in 1874 by Mary Oakes, an engineer from Hull.",
        "It is 31 kilometres long.",
        "It was closed in 1951.",
    ]


def test_a_sentence_found_twice_is_one_candidate() -> None:
    once = candidates(hits("canal"), ARTICLES.__getitem__)
    assert candidates(hits("canal", "canal"), ARTICLES.__getitem__) == once


@settings(max_examples=200, deadline=None)
@given(
    text=st.text(st.sampled_from("ab .\n؟مج:"), min_size=1, max_size=200),
    edges=st.tuples(st.integers(0, 199), st.integers(1, 200)),
)
def test_candidates_are_slices_that_touch_the_passage(text: str, edges: tuple[int, int]) -> None:
    start, end = min(edges[0], len(text) - 1), min(max(edges[1], edges[0] + 1), len(text))
    article = Article("a", "a", text, "en", "/a")
    found = candidates(
        [Hit(Passage("a", "a", "/a", "en", start, end, text[start:end]), 1.0)], lambda _: article
    )
    for candidate in found:
        assert candidate.text == candidate.text.strip() == text[candidate.start : candidate.end]
        assert candidate.start < end
        assert start < candidate.end
        for neighbour in (candidate.before, candidate.after):
            assert neighbour is None or text[slice(*neighbour)].strip()
    covered = {place for candidate in found for place in range(candidate.start, candidate.end)}
    for line in re.finditer(r"[^\n]*[.:؟][^\n]*", text):  # a line without these may be a heading
        for place in range(max(start, line.start()), min(end, line.end())):
            assert place in covered or text[place].isspace()


def test_evidence_by_hand() -> None:
    """One question over the canal: the columns that a reader can check by eye."""
    found = candidates(hits("canal"), ARTICLES.__getitem__)
    spans = spans_of("When was the canal closed?", found, Seen("1951"))
    rows = evidence("When was the canal closed?", "en", found, None, spans)
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
    assert "The canal of Lindham" not in shown  # a heading answers nothing
    assert all(row["meaning"] == 0 for row in shown.values())
    assert closed["span"] == pytest.approx(10)
    assert closed["span share"] == pytest.approx(1, abs=1e-3)
    assert opened["span"] == pytest.approx(-10)


class EnglishOnly(HashingEmbedder):
    languages = frozenset({"en"})


def test_meaning_is_only_compared_in_languages_that_the_embedder_reads() -> None:
    found = candidates(hits("canal", "council"), ARTICLES.__getitem__)
    column = FEATURES.index("meaning")
    spans = spans_of("When?", found, NothingSeen())
    english = evidence("When was the canal opened?", "en", found, EnglishOnly(), spans)[:, column]
    readable = np.array([candidate.article.language == "en" for candidate in found])
    assert (english[readable] > 0).any()
    assert not english[~readable].any()
    assert not evidence("متى افتتحت القناة؟", "ar", found, EnglishOnly(), spans)[:, column].any()
    everything = evidence("When was the canal opened?", "en", found, HashingEmbedder(), spans)
    assert everything[:, FEATURES.index("meaning across")][readable].tolist() == [0.0] * int(readable.sum())
