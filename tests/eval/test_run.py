"""A benchmark small enough to be checked by eye, in both languages, with the hashing embedder."""

import json
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from small_dataset import DATASET, TEXTS

from assistant.pipeline import Assistant
from assistant.settings import Settings
from eval.data import Dataset
from eval.report import Report
from eval.run import run_benchmark
from index.embedders import HashingEmbedder
from index.errors import UserError
from index.library import Library

NO_THRESHOLD = Settings(threshold=0.0)


@pytest.fixture(scope="module")
def report() -> Report:
    return run_benchmark(DATASET, embedder=HashingEmbedder(), settings=NO_THRESHOLD)


def test_every_question_finds_its_article_and_its_sentence(report: Report) -> None:
    assert [row.details["ranks"] for row in report.rows[:4]] == [{"hybrid": 1, "lexical": 1, "dense": 1}] * 4
    for row in report.rows[:4]:
        (gold,), (answer,) = row.example.article_ids, row.example.answers or ()
        for task in ("reading", "answering"):
            citation = row.details[task]["citations"][0]
            assert citation["quote"] == TEXTS[gold][citation["start"] : citation["end"]]
            assert answer in citation["quote"]
            assert row.values[task]["sentence_match"] == 1
            assert row.values[task]["cited_gold"] == 1
            assert row.values[task]["answered"] == 1


def test_summary_counts_what_it_is_over(report: Report) -> None:
    summary = report.summary()
    assert list(summary) == [
        *("retrieval/hybrid", "retrieval/lexical", "retrieval/dense"),
        *("reading", "answering", "HasAns", "citations", "abstention", "beside", "NoAns"),
    ]
    retrieval = dict(summary["retrieval/lexical"])
    assert retrieval.pop("questions") == 4  # q5 has no answer, so no article is right for it
    assert set(retrieval.values()) == {1.0}
    tasks = ("answering", "HasAns", "NoAns", "abstention")
    assert [summary[task]["questions"] for task in tasks] == [5, 4, 1, 4]
    assert set(summary["citations"].values()) == {4, 1.0}  # right answers are cited precisely
    assert (report.dataset.left_out, len(report.dataset.articles)) == (1, 4)


def test_a_threshold_silences_the_answer_but_not_the_reading() -> None:
    report = run_benchmark(
        DATASET, embedder=HashingEmbedder(), retrievers=["lexical"], settings=Settings(threshold=1.01)
    )
    summary = report.summary()
    assert summary["answering"] == {
        "questions": 5,
        "exact_match": 0.2,  # q5: silence is right
        "f1": 0.2,
        "sentence_match": 0.2,
        "cited_gold": 0.2,
        "answered": 0,
    }
    assert summary["reading"]["answered"] >= 0.8
    assert summary["abstention"]["silent"] == 1
    assert (summary["HasAns"]["f1"], summary["NoAns"]["f1"]) == (0, 1)
    assert report.settings["answers_from"] == "lexical"
    assert report.failures()["wrongly silent"] == 4
    assert report.failures()["rightly silent"] == 1


def test_what_a_threshold_withholds_is_stored_and_counts_for_the_confidence() -> None:
    silent = run_benchmark(DATASET, embedder=HashingEmbedder(), settings=Settings(threshold=1.01), limit=4)
    spoken = run_benchmark(DATASET, embedder=HashingEmbedder(), settings=NO_THRESHOLD, limit=4)
    for row, other in zip(silent.rows, spoken.rows, strict=True):
        withheld, stored = row.details["answering"], other.details["answering"]
        assert (withheld["text"], withheld["citations"], stored["withheld"]) == ("", [], None)
        assert withheld["withheld"] == {"text": stored["text"], "citations": stored["citations"]}
        assert withheld["right"] is stored["right"]
    assert any(row.details["answering"]["right"] for row in silent.rows)
    assert silent.confidence_pairs() == spoken.confidence_pairs()


def test_with_the_gold_article_out_nothing_of_it_is_said(report: Report) -> None:
    for row in report.rows[:4]:
        (gold,) = row.example.article_ids
        stored = row.details["abstention"]
        assert gold not in {citation["article_id"] for citation in stored["citations"]}
        assert row.values["abstention"]["silent"] == float(stored["text"] == "")
    assert "abstention" not in report.rows[4].values


def test_hits_are_those_that_were_read_with_both_legs(report: Report) -> None:
    hits = report.rows[0].details["hits"]
    assert hits[0]["text"] == TEXTS["n 1"]
    assert (hits[0]["gold"], hits[1]["gold"]) == (True, False)
    assert hits[0]["dense"]["rank"] == hits[0]["lexical"]["rank"] == 1
    assert [hit["score"] for hit in hits] == sorted((hit["score"] for hit in hits), reverse=True)
    assert report.rows[0].details["gold"][0]["text"] == TEXTS["n 1"]


def test_the_report_says_what_made_it(report: Report) -> None:
    made = report.to_json()
    assert made["settings"] == {
        "embedder": "hashing",
        "retrievers": ["hybrid", "lexical", "dense"],
        "answers_from": "hybrid",
        "k": 10,
        "threshold": 0.0,
        "limit": None,
        "seed": 0,
    }
    assert made["versions"].items() >= {"embedder": HashingEmbedder.fingerprint}.items()
    assert {"analysis", "splitter", "reader", "tantivy", "faiss-cpu", "python"} <= made["versions"].keys()
    assert str(Path(tempfile.gettempdir())) not in json.dumps(made)


@pytest.mark.parametrize(("kind", "threshold"), [("hybrid", 0.0), ("hybrid", 0.7), ("lexical", 0.5)])
def test_the_answer_is_the_chats_own(kind: str, threshold: float, tmp_path: Path) -> None:
    settings = Settings(threshold=threshold, retriever=kind)
    report = run_benchmark(DATASET, embedder=HashingEmbedder(), retrievers=[kind], settings=settings)
    library = Library.create(tmp_path / "library", HashingEmbedder())
    library.build(DATASET.articles)
    assistant = Assistant(library, settings)
    for row in report.rows:
        answer = assistant.answer(row.example.question)
        stored = row.details["answering"]
        assert stored["text"] == answer.text
        assert stored["confidence"] == pytest.approx(answer.confidence, abs=1e-9)
        assert [(c["start"], c["end"], c["article_id"]) for c in stored["citations"]] == [
            (c.start, c.end, c.article_id) for c in answer.citations
        ]
        assert [(hit["article_id"], hit["start"]) for hit in row.details["hits"]] == [
            (hit.passage.article_id, hit.passage.start) for hit in answer.hits
        ]


def test_the_temporary_library_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    stages = []
    run_benchmark(
        DATASET,
        embedder=HashingEmbedder(),
        retrievers=["lexical"],
        limit=2,
        progress=lambda stage, done, total: stages.append((stage, done, total)),
    )
    assert list(tmp_path.iterdir()) == []
    assert stages[-2:] == [("asking", 1, 2), ("asking", 2, 2)]


def test_nothing_to_measure() -> None:
    broken = Dataset("x.json", (), (), ("x.json: file: it is empty", "x.json: file: again"), 0)
    message = r"^nothing to measure; x\.json: file: it is empty \(and 1 more\); docs/evaluation\.md shows"
    with pytest.raises(UserError, match=message):
        run_benchmark(broken, embedder=HashingEmbedder())


def test_where_no_answer_is_known_only_retrieval_is_measured() -> None:
    first = DATASET.examples[0]
    judged = replace(DATASET, examples=(replace(first, answers=None),))
    report = run_benchmark(judged, embedder=HashingEmbedder(), retrievers=["lexical"])
    assert list(report.summary()) == ["retrieval/lexical"]
    assert report.confidence() is None
    assert report.to_json()["questions"][0]["answers"] is None


def test_where_no_article_is_known_only_answers_are_measured() -> None:
    open_ended = replace(DATASET, examples=(replace(DATASET.examples[0], article_ids=()),))
    report = run_benchmark(
        open_ended, embedder=HashingEmbedder(), retrievers=["lexical"], settings=NO_THRESHOLD
    )
    summary = report.summary()
    assert list(summary) == ["answering", "HasAns", "citations"]
    assert summary["answering"]["sentence_match"] == 1
    assert "cited_gold" not in summary["answering"]
    assert summary["citations"] == {"questions": 1, "answer_precision": 1, "answer_recall": 1}


def test_a_live_library_is_asked_as_it_is(report: Report, tmp_path: Path) -> None:
    library = Library.create(tmp_path / "mine", HashingEmbedder())
    library.build(DATASET.articles)
    before = {path: path.read_bytes() for path in library.folder.rglob("*") if path.is_file()}
    live = run_benchmark(replace(DATASET, articles=()), library=library, settings=NO_THRESHOLD)
    assert {path: path.read_bytes() for path in before} == before
    assert live.summary() == report.summary()
    made = live.to_json()
    assert made["settings"]["library"] == {"name": "mine", "revision": 1, "articles": 4, "passages": 4}
    assert made["dataset"]["articles"] == 4
    assert str(tmp_path) not in json.dumps(made)
