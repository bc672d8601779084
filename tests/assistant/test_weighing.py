"""The weights of the evidence: both fits find what made the data, and training sees what is read."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from lindham import CANAL, COUNCIL, HISTORY

from assistant.readers.spans import load_span_model
from assistant.training.examples import read_questions, sample, see
from assistant.training.fitting import fit_logistic, fit_ranking
from assistant.training.weighing import Measured, confidence_of, fit, together
from index.embedders import HashingEmbedder


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
