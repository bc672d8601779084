"""The sentences of the hits, what speaks for each, and the one that answers."""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.evidence import FEATURES, candidates, evidence, spans_of
from assistant.extractive import (
    LEAD,
    OWN_LANGUAGE,
    SIGNS,
    ExtractiveReader,
    Weights,
    bundled_weights,
    scores_of,
    signs,
)
from assistant.reading import Reading
from assistant.span_models import load_span_model
from assistant.spans import Window
from assistant.training.examples import read_questions, sample, see
from assistant.training.fitting import fit_logistic, fit_ranking
from assistant.training.weighing import Measured, confidence_of, fit, together
from index.articles import Article, detect_language
from index.embedding import HashingEmbedder
from index.passages import Hit, Passage, split_article

COUNCIL = """إعلان سوتشي

عُقد الاجتماع في سوتشي يوم الثلاثاء. وتحدث لافروف عن إمكانية تشكيل مجلس خبراء غير حكومي يضم باحثين.
وينتهي سريان المعاهدة في فبراير عام 2021. ويضم الوفد اثني عشر عضوا.
"""
CANAL = """The canal of Lindham

The canal of Lindham was opened in 1874 by Mary Oakes, an engineer from Hull. It is 31 kilometres long.
It was closed in 1951. The reason was simple: the railway was cheaper. Coal went by rail from then on.
"""
HISTORY = "A history of Lindham\n\nThe canal of Lindham was opened in 1874 by Mary Oakes. Then came the mill."
ARTICLES = {
    name: Article(name, text.split("\n", 1)[0], text, detect_language(text), f"/{name}.txt")
    for name, text in {"council": COUNCIL, "canal": CANAL, "history": HISTORY}.items()
}


class NothingSeen:
    """A reading model that has no opinion: every token is as likely as no answer."""

    fingerprint = "nothing-seen"

    def read(self, question: str, texts: Sequence[str]) -> list[list[Window]]:
        return [[self._window(text)] for text in texts]

    def _window(self, text: str) -> Window:
        places = np.array([match.span() for match in re.finditer(r"\w+|[^\w\s]", text)]).reshape(-1, 2)
        flat = np.zeros(len(places), dtype=np.float32)
        return Window(places[:, 0], places[:, 1], flat, flat, 0.0)


class Seen(NothingSeen):
    """A reading model that sees these words as the answer, wherever they stand."""

    def __init__(self, *answers: str) -> None:
        self._answers = answers

    def _window(self, text: str) -> Window:
        window = super()._window(text)
        starts, ends = window.start_logits - 5, window.end_logits - 5
        for strength, answer in enumerate(reversed(self._answers)):
            for match in re.finditer(re.escape(answer), text):
                starts[window.starts == match.start()] = ends[window.ends == match.end()] = 5 + strength / 10
        return Window(window.starts, window.ends, starts, ends, 0.0)


def hits(*articles: str) -> list[Hit]:
    """The passages of these articles, in this order."""
    found = [piece for name in articles for piece in split_article(ARTICLES[name])]
    return [Hit(piece, 0.6 - 0.1 * rank) for rank, piece in enumerate(found)]


def read(question: str, *articles: str) -> Reading:
    return ExtractiveReader(HashingEmbedder).read(question, hits(*articles), ARTICLES.__getitem__)


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


def chances(rows: np.ndarray, weights: np.ndarray) -> np.ndarray:
    scores = rows @ weights
    odds: np.ndarray = np.exp(scores - scores.max())
    return odds / odds.sum()


def test_fit_ranking_finds_the_weights_that_made_the_choices() -> None:
    random = np.random.default_rng(3)
    truth = np.array([2.0, -1.0, 0.0])
    lists = [random.normal(size=(6, 3)) * [1, 10, 0.1] for _ in range(3000)]
    picked = [random.choice(6, p=chances(rows, truth / [1, 10, 0.1])) for rows in lists]
    right = [[row == pick for row in range(6)] for pick in picked]
    assert fit_ranking(lists, right) * [1, 10, 0.1] == pytest.approx(truth, abs=0.1)


def test_fit_logistic_is_calibrated() -> None:
    random = np.random.default_rng(4)
    rows = np.column_stack([np.ones(4000), random.normal(size=4000)])
    right: Sequence[bool] = (random.random(4000) < 1 / (1 + np.exp(-(rows @ [-1.0, 2.0])))).tolist()
    weights = fit_logistic(rows, right)
    assert weights == pytest.approx([-1.0, 2.0], abs=0.15)
    assert np.mean(1 / (1 + np.exp(-(rows @ weights)))) == pytest.approx(np.mean(right), abs=1e-3)


def test_training_sees_what_the_assistant_sees(tmp_path: Path) -> None:
    """Three paragraphs with a question each; with its article taken away, no candidate is right."""
    asked = [("canal", CANAL, "When was the canal closed?", "1951"),
             ("council", COUNCIL, "متى ينتهي سريان المعاهدة؟", "فبراير عام 2021"),
             ("history", HISTORY, "What came then?", "not there")]  # fmt: skip
    entries = [
        {
            "title": name,
            "paragraphs": [
                {
                    "context": text,
                    "qas": [
                        {"question": question, "answers": [{"text": said, "answer_start": text.find(said)}]}
                    ],
                }
            ],
        }
        for name, text, question, said in asked
    ]
    path = tmp_path / "asked.json"
    path.write_text(json.dumps({"data": entries}), encoding="utf-8")
    articles, questions = read_questions(path)
    assert (len(articles), len(questions)) == (3, 2)  # an answer that is not in its text is left out
    pairs = list(see(*sample(articles, questions, 10, 10), HashingEmbedder(), load_span_model()))
    for there, away in pairs:
        right = [
            candidate.text for candidate, gold in zip(there.candidates, there.right, strict=True) if gold
        ]
        assert len(right) == 1
        assert all(gold for gold, told in zip(there.right, there.told, strict=True) if told)
        assert there.question.article_id not in {candidate.article.id for candidate in away.candidates}
        assert not any(away.right)
        assert not there.across
    weights = fit(pairs)
    measured = Measured.of(pairs, weights)
    assert measured.line("asked.json").startswith("asked.json")
    assert 0 <= measured.calibration() <= 1
    assert "of the unanswerable answered 1.000" in together([measured, measured]).at(0.0)
    assert all(confidence_of(there, weights) > confidence_of(away, weights) for there, away in pairs)
