"""The sentences of the hits, what speaks for each, and the one that answers."""

from dataclasses import replace

import numpy as np
import pytest
from lindham import ARTICLES, HISTORY, Seen, hits, read

from assistant.readers import Reading
from assistant.readers.evidence import FEATURES, candidates
from assistant.readers.extractive import (
    LEAD,
    OWN_LANGUAGE,
    SIGNS,
    ExtractiveReader,
    Weights,
    bundled_weights,
    scores_of,
    signs,
)
from index.articles import Article
from index.embedders import HashingEmbedder
from index.passages import Hit, split_article


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("من اقترح تشكيل مجلس الخبراء؟", "وتحدث لافروف عن إمكانية تشكيل مجلس خبراء"),
        ("متى ينتهي سريان المعاهدة؟", "فبراير عام 2021"),
        ("كم عضوًا يضم الوفد؟", "اثني عشر عضوا"),
        ("When was the canal of Lindham opened?", "opened in 1874"),
        ("How long is the canal of Lindham?", "31 kilometres"),
        ("When was the canal closed?", "closed in 1951"),
    ],
)
def test_the_sentence_that_answers(question: str, answer: str) -> None:
    reading = read(question, "canal", "council")
    [citation, *_] = reading.citations
    assert answer in citation.quote(ARTICLES[citation.article_id])
    assert reading.confidence > 0.2


def test_a_question_that_the_hits_do_not_answer_is_less_sure() -> None:
    answered = read("When was the canal of Lindham opened?", "canal", "council")
    for question in ("Which vitamins do bananas contain?", "ما عاصمة اليابان؟", "hello", "مرحبا"):
        assert read(question, "canal", "council").confidence < answered.confidence / 2


def test_citations_are_the_text() -> None:
    for question in ("من اقترح تشكيل مجلس الخبراء؟", "When was the canal of Lindham opened?"):
        reading = read(question, "canal", "council")
        citation = reading.citations[0]
        assert citation.answer(ARTICLES[citation.article_id]) == reading.text
        assert reading.text in citation.quote(ARTICLES[citation.article_id])
        assert citation.number == 1
        assert reading.language == ARTICLES[citation.article_id].language


def test_another_article_that_agrees_is_cited_too() -> None:
    reading = read("When was the canal of Lindham opened?", "canal", "history")
    assert [citation.number for citation in reading.citations] == [1, 2]
    assert {citation.article_id for citation in reading.citations} == {"canal", "history"}
    assert len(read("When was the canal of Lindham opened?", "canal", "council").citations) == 1


def test_a_sentence_that_only_announces_brings_the_next_one() -> None:
    text = (
        "Rules\n\nThe mill has three rules for visitors:\nNo dogs, no bread and no singing. It opens at nine."
    )
    article = Article("rules", "The rules", text, "en", "/rules.txt")
    found = [Hit(piece, 0.6) for piece in split_article(article)]
    reading = ExtractiveReader(HashingEmbedder).read("What rules has the mill?", found, lambda _: article)
    assert reading.text == "The mill has three rules for visitors: No dogs, no bread and no singing."
    assert [citation.quote(article) for citation in reading.citations] == [
        "The mill has three rules for visitors:",
        "No dogs, no bread and no singing.",
    ]


def test_nothing_to_read_is_no_answer() -> None:
    assert ExtractiveReader().read("When?", [], ARTICLES.__getitem__) == Reading("", "en", (), 0.0)
    assert read("؟!", "canal").text == ""


def test_without_an_embedder_words_decide() -> None:
    reading = ExtractiveReader().read(
        "When was the canal opened?", hits("council", "canal"), ARTICLES.__getitem__
    )
    assert reading.text == "1874"


@pytest.mark.parametrize("by_words", [True, False])
def test_the_bundled_weights_fit_the_evidence(by_words: bool) -> None:
    weights = bundled_weights(by_words)
    assert weights.ranking.shape == (len(FEATURES),)
    assert weights.confidence.shape == (len(SIGNS),)
    assert np.isfinite([*weights.ranking, *weights.confidence]).all()
    assert weights.ranking[FEATURES.index("words")] > 0
    assert bool(weights.ranking[FEATURES.index("meaning")] == 0) is by_words


def test_other_weights_answer_otherwise() -> None:
    last = Weights(-bundled_weights().ranking, bundled_weights().confidence)
    reader = ExtractiveReader(HashingEmbedder, weights=lambda by_words: last)
    question = "When was the canal of Lindham opened?"
    assert "1874" not in reader.read(question, hits("canal"), ARTICLES.__getitem__).text


def test_the_words_that_answer_inside_their_sentence() -> None:
    reader = ExtractiveReader(HashingEmbedder, lambda: Seen("Mary Oakes"))
    reading = reader.read("Who opened the canal of Lindham?", hits("canal"), ARTICLES.__getitem__)
    [citation] = reading.citations
    assert reading.text == citation.answer(ARTICLES["canal"]) == "Mary Oakes"
    assert citation.quote(ARTICLES["canal"]).startswith("The canal of Lindham was opened")


def test_another_article_that_disagrees_is_shown_as_such() -> None:
    other = Article("other", "Lindham", HISTORY.replace("Mary Oakes", "John Hill"), "en", "/other.txt")
    articles = ARTICLES | {"other": other}
    found = hits("history") + [Hit(piece, 0.6) for piece in split_article(other)]
    reader = ExtractiveReader(HashingEmbedder, lambda: Seen("Mary Oakes", "John Hill"))
    reading = reader.read("Who opened the canal of Lindham?", found, articles.__getitem__)
    assert {reading.text, *(other.text for other in reading.alternatives)} == {"Mary Oakes", "John Hill"}
    [alternative] = reading.alternatives
    assert alternative.citation.number == len(reading.citations) + 1
    assert 0 < alternative.confidence <= reading.confidence


def test_the_questions_own_language_wins_a_tie_and_the_other_is_no_rival() -> None:
    """Two sentences for which the same speaks, one in each language."""
    found = [candidates(hits(name), ARTICLES.__getitem__)[0] for name in ("history", "council")]
    found[1] = replace(found[1], rank=2)
    rows = np.full((2, len(FEATURES)), 0.5)
    ranking = bundled_weights().ranking
    for question, language, own in (("When was it opened?", "en", 0), ("متى كان ذلك؟", "ar", 1)):
        scores = scores_of(rows, language, found, ranking)
        assert int(scores.argmax()) == own
        assert scores[own] - scores[1 - own] == pytest.approx(OWN_LANGUAGE)
        shown = dict(zip(SIGNS, signs(question, language, found, rows, scores), strict=True))
        assert (shown["across"], shown["lead"], shown["share"]) == (0.0, LEAD, 1.0)
    same = [found[0], replace(found[0], rank=2)]  # in one language they are rivals
    shown = dict(
        zip(SIGNS, signs("When?", "en", same, rows, scores_of(rows, "en", same, ranking)), strict=True)
    )
    assert (shown["lead"], shown["share"]) == (0.0, 0.5)


def test_articles_that_agree_are_no_alternative() -> None:
    reader = ExtractiveReader(HashingEmbedder, lambda: Seen("Mary Oakes"))
    found = hits("canal", "history")
    reading = reader.read("Who opened the canal of Lindham?", found, ARTICLES.__getitem__)
    assert not reading.alternatives
    assert [citation.answer(ARTICLES[citation.article_id]) for citation in reading.citations] == [
        "Mary Oakes"
    ] * 2
