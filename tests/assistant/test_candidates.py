"""Candidates: the sentences of the article that the hits touch, each once, whole."""

import re
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st
from lindham import ARTICLES, CANAL, hits

from assistant.readers.candidates import candidates
from index.articles import Article
from index.passages import Hit, Passage
from index.structure import Block


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


def test_a_question_stands_with_what_answers_it() -> None:
    text = "Who paid for it? The guild did. Was it dear? Was it late? Nobody knows.\n\nWhat is it? | 4 |"
    row = Block("row", text.index("| 4"), len(text))
    article = replace(ARTICLES["canal"], id="asked", text=text, blocks=(row,))
    found = candidates(hits(article), lambda _: article)
    assert [one.text for one in found] == [
        "Who paid for it? The guild did.",
        "Was it dear?",
        "Was it late? Nobody knows.",
        "What is it?",
        "| 4 |",
    ]
    assert found[1].before == (0, found[0].end)


def test_a_sentence_stands_under_its_nearest_heading() -> None:
    text = "The guild\nWho paid\nThe mill did."
    blocks = (
        Block("heading", 0, 9, 1),
        Block("heading", 10, 18, 2),
        Block("paragraph", 19, len(text)),
    )
    article = replace(ARTICLES["canal"], id="under", text=text, blocks=blocks)
    [found] = [one for one in candidates(hits(article), lambda _: article) if one.start == 19]
    assert found.under == f"{article.title}\nWho paid"
    [plain] = candidates(hits("council"), ARTICLES.__getitem__)[:1]
    assert plain.under == plain.article.title
