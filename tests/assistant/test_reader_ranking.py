"""The order of the candidates, and what the best of them shows of its being right."""

from dataclasses import replace

import numpy as np
import pytest
from lindham import ARTICLES, hits

from assistant.question import understand
from assistant.readers.candidates import candidates
from assistant.readers.evidence import FEATURES
from assistant.readers.ranking import (
    CONFIDENCE_FEATURES,
    LEAD,
    LOOKED,
    OWN_LANGUAGE,
    bundled_weights,
    confidence_features,
    logistic,
    looked_at,
    ranking_scores,
    second_look,
)

NOTHING = np.zeros((2, len(LOOKED)))  # nothing speaks against any


@pytest.mark.parametrize("by_words", [True, False])
def test_the_bundled_weights_fit_the_evidence(by_words: bool) -> None:
    weights = bundled_weights(by_words)
    assert weights.ranking.shape == (len(FEATURES),)
    assert weights.confidence.shape == (len(CONFIDENCE_FEATURES),)
    assert np.isfinite([*weights.ranking, *weights.confidence]).all()
    assert weights.ranking[FEATURES.index("words")] > 0
    assert bool(weights.ranking[FEATURES.index("meaning")] == 0) is by_words


def test_the_questions_own_language_wins_a_tie_and_the_other_is_no_rival() -> None:
    """Two sentences for which the same speaks, one in each language."""
    found = [candidates(hits(name), ARTICLES.__getitem__)[0] for name in ("history", "council")]
    found[1] = replace(found[1], rank=2)
    rows = np.full((2, len(FEATURES)), 0.5)
    ranking = bundled_weights().ranking
    for asked, own in (("When was it opened?", 0), ("متى كان ذلك؟", 1)):
        question = understand(asked)
        scores = ranking_scores(rows, question.language, found, ranking)
        assert int(scores.argmax()) == own
        assert scores[own] - scores[1 - own] == pytest.approx(OWN_LANGUAGE)
        values = confidence_features(question, found, rows, scores, NOTHING)
        shown = dict(zip(CONFIDENCE_FEATURES, values, strict=True))
        assert (shown["across"], shown["lead"], shown["share"]) == (0.0, LEAD, 1.0)
    canal = candidates(hits("canal"), ARTICLES.__getitem__)[0]
    for other, expected in ((canal, (0.0, 0.5)), (found[0], (LEAD, 1.0))):  # the same sentence is no rival
        both = [found[0], replace(other, rank=2)]
        scores = ranking_scores(rows, "en", both, ranking)
        values = confidence_features(understand("When?"), both, rows, scores, NOTHING)
        shown = dict(zip(CONFIDENCE_FEATURES, values, strict=True))
        assert (shown["lead"], shown["share"]) == expected


@pytest.mark.parametrize(
    ("question", "said", "figure", "kind"),
    [
        ("When was the canal of Lindham opened?", "1874", False, False),
        ("When was the canal of Lindham opened?", "Mary Oakes", False, True),
        ("Who opened the canal in 1874?", "Mary Oakes", False, False),
        ("Who opened the canal in 1875?", "Mary Oakes", True, False),
        ("Who opened the canal?", "31 kilometres", False, True),
        ("How long is the canal?", "thirty-one kilometres", False, False),
        ("How long is the canal?", "an engineer from Hull", False, True),
        ("كم يبلغ طول القناة؟", "واحد وثلاثون كيلومترا", False, False),
        ("من افتتح القناة سنة ١٨٧٤؟", "Mary Oakes", False, False),
    ],
)
def test_what_is_said_is_held_against_what_was_asked(
    question: str, said: str, figure: bool, kind: bool
) -> None:
    found = candidates(hits("canal"), ARTICLES.__getitem__)
    rows = np.zeros((len(found), len(FEATURES)))
    asked = understand(question)
    verified = np.zeros(1, dtype=np.float32)
    looked = second_look(asked, len(found), [0], verified, [said])
    values = confidence_features(asked, found, rows, -np.arange(len(found), dtype=float), looked)
    shown = dict(zip(CONFIDENCE_FEATURES, values, strict=True))
    assert (shown["figure missing"], shown["kind missing"]) == (float(figure), float(kind))


@pytest.mark.parametrize(
    ("question", "said", "asked_already"),
    [
        ("Who kept the lighthouse before Tawfiq Anbar took over?", "Tawfiq Anbar", True),
        ("Who kept the lighthouse before Tawfiq Anbar took over?", "Boutros Ghanem", False),
        ("ما اسم كتاب ليلى الحكيم؟", "كتاب", True),
        ("Is the lighthouse old?", "The lighthouse is old.", False),  # which says that it is so
    ],
)
def test_what_the_question_says_already_answers_nothing(
    question: str, said: str, asked_already: bool
) -> None:
    [looked] = second_look(understand(question), 1, [0], np.zeros(1, dtype=np.float32), [said])
    assert bool(looked[LOOKED.index("asked already")]) is asked_already


def test_log_odds_become_probabilities() -> None:
    assert logistic(0) == 0.5
    assert logistic(np.log(3)) == pytest.approx(0.75)
    assert logistic(-2) == pytest.approx(1 - logistic(2))


def test_the_best_get_a_second_look_and_the_others_the_worst_of_what_it_says() -> None:
    scores = np.array([0.0, 9, 1, 8, 2, 7, 3, 6])
    chosen = looked_at(scores)
    assert chosen == [1, 3, 5, 7, 6, 4]
    numbers = np.array([3.0, -2, 1, 0, 0, 2], dtype=np.float32)
    looked = second_look(understand("When?"), 8, chosen, numbers, ["1874"] * 5 + ["a mill"])
    assert looked[:, LOOKED.index("verified")].tolist() == [-2, 3, -2, -2, 2, 1, 0, 0]
    assert looked[:, LOOKED.index("kind missing")].tolist() == [1, 0, 1, 0, 1, 0, 0, 0]
    assert second_look(understand("When?"), 0, [], np.zeros(0, dtype=np.float32), []).shape == (
        0,
        len(LOOKED),
    )


def test_what_the_verifier_says_is_held_against_the_best_of_the_others() -> None:
    found = candidates(hits("canal"), ARTICLES.__getitem__)
    rows = np.zeros((len(found), len(FEATURES)))
    scores = -np.arange(len(found), dtype=float)
    looked = np.zeros((len(found), len(LOOKED)))
    looked[:, LOOKED.index("verified")] = [2.0, 1.5, *[-4.0] * (len(found) - 2)]
    values = confidence_features(understand("When?"), found, rows, scores, looked)
    shown = dict(zip(CONFIDENCE_FEATURES, values, strict=True))
    assert (shown["verified"], shown["verified lead"]) == (2.0, 0.5)
