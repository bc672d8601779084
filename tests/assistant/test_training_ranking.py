"""The weights of the evidence: both fits find what made the data, and training sees what is read."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from lindham import CANAL, COUNCIL, HISTORY

from assistant.readers.evidence import FEATURES
from assistant.readers.extractive import ExtractiveReader
from assistant.readers.ranking import CONFIDENCE_FEATURES
from assistant.readers.spans import load_span_model
from assistant.readers.verifier import load_verifier
from assistant.retrieval import make_retriever
from assistant.training import fusion, ranking
from assistant.training.__main__ import main
from assistant.training.examples import Seen, observe, read_questions, sample, spread
from assistant.training.ranking import Outcome, fit_logistic, fit_ranking, sure_from
from eval.measures.answers import is_right
from index.embedders import load_embedder
from index.library import Library


@pytest.fixture
def asked(tmp_path: Path) -> Path:
    """Three paragraphs with a question each, the last of which has an answer that is not in its text."""
    entries = [
        {"title": "", "paragraphs": [{"context": text, "qas": [{"id": question, "question": question,
         "answers": [{"text": answer, "answer_start": text.find(answer)}]}]}]}
        for text, question, answer in (
            (CANAL, "When was the canal closed?", "1951"),
            (COUNCIL, "متى ينتهي سريان المعاهدة؟", "فبراير عام 2021"),
            (HISTORY, "What came then?", "not there"),
        )
    ]  # fmt: skip
    path = tmp_path / "asked.json"
    path.write_text(json.dumps({"data": entries}), encoding="utf-8")
    return path


def chances(rows: np.ndarray, weights: np.ndarray) -> np.ndarray:
    scores = rows @ weights
    odds: np.ndarray = np.exp(scores - scores.max())
    return odds / odds.sum()


def test_fit_ranking_finds_the_weights_that_made_the_choices() -> None:
    random = np.random.default_rng(3)
    truth = np.array([2.0, -1.0, 0.0])
    lists = [random.normal(size=(6, 3)) * [1, 10, 0.1] for _ in range(1500)]
    picked = [random.choice(6, p=chances(rows, truth / [1, 10, 0.1])) for rows in lists]
    right = [[row == pick for row in range(6)] for pick in picked]
    assert fit_ranking(lists, right) * [1, 10, 0.1] == pytest.approx(truth, abs=0.15)


def test_fit_logistic_is_calibrated() -> None:
    random = np.random.default_rng(4)
    rows = np.column_stack([np.ones(4000), random.normal(size=4000)])
    right: Sequence[bool] = (random.random(4000) < 1 / (1 + np.exp(-(rows @ [-1.0, 2.0])))).tolist()
    weights = fit_logistic(rows, right)
    assert weights == pytest.approx([-1.0, 2.0], abs=0.15)
    assert np.mean(1 / (1 + np.exp(-(rows @ weights)))) == pytest.approx(np.mean(right), abs=1e-3)


def test_training_sees_what_the_reader_reads(asked: Path, tmp_path: Path) -> None:
    """With the weights that were fitted the reader says what was observed; without its article, less."""
    articles, questions = read_questions(asked)
    assert (len(articles), len(questions)) == (3, 2)
    articles, questions = sample(articles, questions, 10, 10)
    embedder = load_embedder()
    observed = list(observe(articles, questions, embedder, load_span_model()))
    weights = ranking.fit(observed, load_verifier())
    reader = ExtractiveReader(weights=lambda by_words: weights)
    library = Library.create(tmp_path / "library", embedder)
    library.build(articles)
    with library.snapshot() as snapshot:
        for gold, (there, away, beside) in zip(questions, observed, strict=True):
            hits = make_retriever("hybrid", snapshot).retrieve(gold.question, reader.depth)
            reading = reader.read(gold.question, hits, snapshot)
            quote = reading.citations[0].quote
            looked = ranking.looked_again(Seen(there, away, beside), weights, load_verifier())
            seen = ranking.outcome(looked, weights)
            assert away is not None
            assert beside is not None
            assert seen.confidence == pytest.approx(reading.confidence, abs=1e-4)
            assert seen.right == any(answer in quote for answer in gold.answers)
            assert seen.told == is_right(reading.text, [quote], gold.answers, gold.article.language)
            assert sum(there.right) == 1
            assert gold.article.id not in {candidate.article.id for candidate in away.candidates}
            assert seen.confidence > seen.confidence_away
            near = {candidate.start for candidate in beside.candidates if candidate.article is gold.article}
            assert not any(beside.right)
            assert len(beside.candidates) == len(there.candidates) - 1
            assert near <= {candidate.start for candidate in there.candidates}


def test_what_outcomes_come_to() -> None:
    outcomes = [  # right, told, found; the confidence with the article, without it, beside the answer
        Outcome(True, True, True, 0.9, 0.1, 0.8),
        Outcome(True, False, True, 0.6, 0.7, 0.6),
        Outcome(False, False, True, 0.25, 0.0, 0.2),
        Outcome(False, False, False, 0.0, 0.0, 0.0),
    ]
    figures = "right 0.500 told 0.250 found 0.750 unanswerable 0.250 beside 0.750 calibration 0.219"
    assert ranking.summary("a", outcomes).split(maxsplit=1) == ["a", figures]
    assert ranking.at_threshold(0.5, outcomes) == (
        "at 0.5  of the answerable answered 0.500, of these right 1.000, told 0.500;"
        " of the unanswerable answered 0.250, beside 0.500"
    )
    assert "answered 0.000, of these right 0.000, told 0.000" in ranking.at_threshold(0.95, outcomes)


def test_weights_are_fitted_and_written_by_one_command(asked: Path, tmp_path: Path) -> None:
    out = tmp_path / "weights.json"
    result = CliRunner().invoke(main, ["weigh", str(asked), "--check", str(asked), "--out", str(out)])
    assert result.exit_code == 0, result.output
    assert "fitted on 2 questions" in result.output
    assert "asked.json                             right 1.000" in result.output
    assert "\nall 2 questions\nat 0.1  of the answerable answered 1.000" in result.output
    stored = json.loads(out.read_text("utf-8"))
    for kind, sees_meaning in (("with meaning", True), ("by words", False)):
        assert tuple(stored[kind]["ranking"]) == FEATURES
        assert tuple(stored[kind]["confidence"]) == CONFIDENCE_FEATURES
        assert bool(stored[kind]["ranking"]["meaning"]) == sees_meaning
        assert stored[kind]["ranking"]["span"] > 0


def test_fusion_prints_a_line_for_each_setting(asked: Path) -> None:
    files = [str(asked), f"{asked}:{asked}", "--both", str(asked), str(asked), "--beside", str(asked)]
    result = CliRunner().invoke(fusion.main, [*files, "--questions", "1"])
    assert result.exit_code == 0, result.output
    counted, lines = result.output.splitlines()[:3], result.output.splitlines()[3:]
    assert counted == [
        "    1 questions: asked.json",
        "    1 questions: asked.json asked asked.json",
        "    1 questions: both, asked in asked.json",
    ]
    names = [" ".join(line.split()[:2]) for line in lines]
    settings = [f"{words} {across}" for words in fusion.GRID[0] for across in fusion.GRID[1]]
    assert names == ["words alone", "meaning alone", "0.2 1.2", *settings]
    assert all(line.split()[2:] == ["1.000"] * 3 + ["mean", "1.0000"] for line in lines)


@pytest.mark.parametrize(("items", "count", "places"), [(3, 5, [0, 1, 2]), (10, 4, [0, 2, 5, 7]), (0, 3, [])])
def test_items_are_taken_evenly(items: int, count: int, places: list[int]) -> None:
    assert spread(items, count) == places


def test_sure_is_the_lowest_confidence_from_which_on_enough_are_right(tmp_path: Path) -> None:
    answers = [(0.9, True), (0.2, True), (0.7, False), (0.8, True), (0.6, True)]
    assert sure_from(answers, 1.0) == 0.8
    assert sure_from(answers, 0.75) == 0.2
    assert sure_from([(sure, not right) for sure, right in answers], 0.5) == 1.0
    assert sure_from([], 0.5) == 1.0
    assert sure_from([(0.9, True)] * 3, 0.9, least=4) == 1.0


def test_sure_is_told_by_a_report_of_questions_as_people_ask_them(tmp_path: Path) -> None:
    weights, report = tmp_path / "weights.json", tmp_path / "report.json"
    weights.write_text('{"with meaning": {"ranking": {}}, "by words": {"ranking": {}}}', encoding="utf-8")
    within = [(0.9, True)] * 19 + [(0.8, True)] + [(0.5, False)] * 10
    across = [(0.9, True)] * 19 + [(0.4, False)] * 10  # too few to say
    rows = [
        {"across": beyond, "answering": {"confidence": sure, "right": right}}
        for beyond, answers in ((False, within), (True, across))
        for sure, right in answers
    ]
    report.write_text(json.dumps([{"questions": [*rows, {"across": None}]}]), encoding="utf-8")
    result = CliRunner().invoke(main, ["sure", str(report), "--out", str(weights)])
    assert result.exit_code == 0, result.output
    stored = json.loads(weights.read_text(encoding="utf-8"))
    assert [kind["sure"] for kind in stored.values()] == [{"within": 0.8, "across": 1.0}] * 2
    assert result.output == (
        "same language: sure from 0.800, 20 of 30 answers, 20 of them right\n"
        "across languages: sure from 1.000, 0 of 29 answers, 0 of them right\n"
    )
