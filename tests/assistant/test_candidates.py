"""Candidates: the sentences of the article that the hits touch, each once, whole."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st
from lindham import ARTICLES, CANAL, hits

from assistant.readers.candidates import candidates
from index.articles import Article
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


def test_a_heading_is_none_and_a_neighbour_all_the_same() -> None:
    first, *_ = candidates(hits("canal"), ARTICLES.__getitem__)
    assert first.text.startswith("The canal of Lindham was opened")
    assert first.before is not None
    assert CANAL[slice(*first.before)] == "The canal of Lindham"


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
