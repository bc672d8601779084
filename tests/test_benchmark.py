"""A benchmark small enough to be checked by eye, in both languages, with the hashing embedder."""

import json
import tempfile
from pathlib import Path

import pytest

from assistant.answers import Citation
from assistant.pipeline import Assistant
from assistant.settings import Settings
from eval.benchmark import DEPTH, answer_values, article_scores, gold_hits, ranked_hits, run_benchmark
from eval.datasets import Dataset, Example, read_squad
from eval.report import Report
from index.articles import Article
from index.embedding import HashingEmbedder
from index.errors import UserError
from index.library import Library
from index.passages import Hit, Passage, split_article

NORMANDY = "Rollo founded Normandy in 911. Rouen was the seat of his court."
STEAM = "James Watt improved the steam engine in 1769. Coal mines bought the first of them."
CAIRO = "أسس جوهر الصقلي مدينة القاهرة عام ٩٦٩. تقع المدينة على نهر النيل."
PETRA = "حفر الأنباط مدينة البتراء في الصخر الوردي. زارها بوركهارت عام ١٨١٢."
ASKED = [
    (NORMANDY, "q1", "Who founded Normandy?", "Rollo"),
    (STEAM, "q2", "Who improved the steam engine?", "James Watt"),
    (CAIRO, "q3", "من أسس مدينة القاهرة؟", "جوهر الصقلي"),
    (PETRA, "q4", "من حفر مدينة البتراء؟", "الأنباط"),
]
NO_THRESHOLD = Settings(threshold=0.0)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    paragraphs = [
        {"context": context, "qas": [{"id": id_, "question": question, "answers": [{"text": answer}]}]}
        for context, id_, question, answer in ASKED
    ]
    unanswered = {"id": "q5", "question": "zzz qqq?", "answers": [], "is_impossible": True}
    paragraphs.append({"context": NORMANDY, "qas": [unanswered, {"id": "q6"}]})
    path = tmp_path_factory.mktemp("eval") / "small.json"
    content = {"data": [{"title": "Small", "paragraphs": paragraphs}]}
    path.write_text(json.dumps(content, ensure_ascii=False), encoding="utf-8")
    return read_squad(path)


@pytest.fixture(scope="module")
def report(dataset: Dataset) -> Report:
    return run_benchmark(dataset, embedder=HashingEmbedder(), settings=NO_THRESHOLD)


def test_every_question_finds_its_article_and_its_sentence(report: Report) -> None:
    assert [row.details["ranks"] for row in report.rows[:4]] == [{"hybrid": 1, "lexical": 1, "dense": 1}] * 4
    for row, (context, *_, answer) in zip(report.rows[:4], ASKED, strict=True):
        for task in ("reading", "answering"):
            said = row.details[task]
            (citation,) = said["citations"][:1]
            assert citation["quote"] == context[citation["start"] : citation["end"]]
            assert answer in citation["quote"]
            assert row.values[task]["sentence_match"] == 1
            assert row.values[task]["cited_gold"] == 1
            assert row.values[task]["answered"] == 1


def test_summary_counts_what_it_is_over(report: Report) -> None:
    summary = report.summary()
    assert list(summary) == [
        "retrieval/hybrid",
        "retrieval/lexical",
        "retrieval/dense",
        "reading",
        "answering",
    ]
    perfect = {"questions": 4, "success@1": 1, "success@5": 1, "success@10": 1, "MRR@10": 1}
    assert summary["retrieval/lexical"] == perfect  # q5 has no answer, so no article is right for it
    assert summary["answering"]["questions"] == 5
    assert (report.dataset.left_out, len(report.dataset.articles)) == (1, 4)


def test_a_threshold_silences_the_answer_but_not_the_reading(dataset: Dataset) -> None:
    report = run_benchmark(
        dataset, embedder=HashingEmbedder(), retrievers=["lexical"], settings=Settings(threshold=1.01)
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
    assert report.settings["answers_from"] == "lexical"


def test_two_runs_say_the_same(dataset: Dataset, report: Report) -> None:
    again = run_benchmark(dataset, embedder=HashingEmbedder(), settings=NO_THRESHOLD)
    first, second = report.to_json(), again.to_json()
    assert first.pop("timings").keys() == second.pop("timings").keys()
    assert json.dumps(first, ensure_ascii=False) == json.dumps(second, ensure_ascii=False)


def test_the_report_says_what_made_it(report: Report) -> None:
    made = report.to_json()
    assert made["settings"] == {
        "embedder": "hashing",
        "retrievers": ["hybrid", "lexical", "dense"],
        "answers_from": "hybrid",
        "k": 10,
        "threshold": 0.0,
        "limit": None,
    }
    assert made["versions"].items() >= {"embedder": HashingEmbedder.fingerprint}.items()
    assert {"analysis", "splitter", "reader", "tantivy", "faiss-cpu", "python"} <= made["versions"].keys()
    assert str(Path(tempfile.gettempdir())) not in json.dumps(made)


def test_the_answer_is_the_chats_own(dataset: Dataset, report: Report, tmp_path: Path) -> None:
    library = Library.create(tmp_path / "library", HashingEmbedder())
    library.build(dataset.articles)
    answer = Assistant(library, NO_THRESHOLD).answer("Who founded Normandy?")
    said = report.rows[0].details["answering"]
    assert said["text"] == answer.text
    assert said["confidence"] == pytest.approx(answer.confidence, abs=1e-9)
    assert [(c["start"], c["end"]) for c in said["citations"]] == [(c.start, c.end) for c in answer.citations]


def test_the_temporary_library_goes(
    dataset: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    stages = []
    run_benchmark(
        dataset,
        embedder=HashingEmbedder(),
        retrievers=["lexical"],
        limit=2,
        progress=lambda stage, done, total: stages.append((stage, done, total)),
    )
    assert list(tmp_path.iterdir()) == []
    assert stages[-2:] == [("asking", 1, 2), ("asking", 2, 2)]


def test_nothing_to_measure(tmp_path: Path) -> None:
    (tmp_path / "bad.json").write_text("{")
    with pytest.raises(
        UserError, match=r"^nothing to measure; bad\.json: file: not JSON .*; give a SQuAD file"
    ):
        run_benchmark(read_squad(tmp_path / "bad.json"), embedder=HashingEmbedder())


class Scored:
    """Finds passages with given scores, as an assistant does."""

    def __init__(self, scores: list[tuple[str, float]]) -> None:
        self.scores = scores
        self.asked: list[int] = []

    def search(self, question: str, k: int) -> list[Hit]:
        self.asked.append(k)
        return [hit(article_id, n, score) for n, (article_id, score) in enumerate(self.scores[:k])]


def hit(article_id: str, start: int, score: float) -> Hit:
    return Hit(Passage(article_id, "", "", "en", start, start + 1, "x"), score)


@pytest.mark.parametrize(
    ("scores", "asked"),
    [
        ([(f"a{n}", 300.0 - n) for n in range(300)], [100]),  # the first hundred settle the first ten
        ([(f"a{n}", 1.0) for n in range(300)], [100, 200, 400]),  # all tie: all are looked at
        (
            [("long", 900.0 - n) for n in range(250)] + [(f"a{n}", 9.0 - n) for n in range(20)],
            [100, 200, 400],
        ),
        ([(f"a{n}", 1.0) for n in range(5)], [100]),
    ],
)
def test_ranked_hits_asks_until_the_order_is_known(scores: list[tuple[str, float]], asked: list[int]) -> None:
    assistant = Scored(scores)
    hits = ranked_hits(assistant, "?")  # type: ignore[arg-type]
    assert assistant.asked == asked
    found = article_scores(hits)
    known = dict(scores)
    tenth = sorted(known.values(), reverse=True)[:DEPTH][-1]
    assert {a for a, score in known.items() if score >= tenth} <= found.keys()


def test_an_article_scores_as_its_best_passage() -> None:
    assert article_scores([hit("a", 5, 1.0), hit("b", 0, -2.0), hit("a", 9, 3.0)]) == {"a": 3.0, "b": -2.0}


def test_gold_hits_are_all_the_passages_of_the_gold_article() -> None:
    gold = Article("gold", "", "One sentence of some length. " * 100, "en", "")
    passages = split_article(gold)
    assert len(passages) > 2
    found = [hit("other", 0, 9.0), Hit(passages[1], 5.0)]
    hits = gold_hits(found, gold)
    assert [hit.passage for hit in hits] == [passages[1], passages[0], *passages[2:]]
    assert [hit.score for hit in hits] == [5.0] + [0.0] * (len(passages) - 1)


def test_where_no_article_answers_silence_is_right() -> None:
    example = Example("q", "?", (), ("a",), "en")
    right = dict.fromkeys(("exact_match", "f1", "sentence_match", "cited_gold"), 1.0)
    assert answer_values(example, "", []) == right | {"answered": 0.0}
    wrong = dict.fromkeys(right, 0.0)
    assert answer_values(example, "Rollo.", [(cited("a"), "Rollo.")]) == wrong | {"answered": 1.0}


def cited(article_id: str) -> Citation:
    return Citation(1, article_id, "", "", 0, 1, "")


@pytest.mark.parametrize(
    ("text", "quotes", "match", "gold"),
    [
        ("It was Rollo.", [("a", "It was Rollo.")], 1, 1),
        ("Rollo", [("a", "It was Rollo.")], 1, 1),  # a part of the sentence that it cites
        ("So: It was Rollo.", [("b", "So:"), ("a", "It was Rollo.")], 1, 1),
        ("It was Odo.", [("b", "It was Odo."), ("a", "It was Rollo.")], 0, 0),  # the second only agrees
        ("It was Rollo.", [("b", "It was Rollo.")], 1, 0),  # said elsewhere too
        ("It was Rollo.", [], 0, 0),
    ],
)
def test_only_the_sentences_of_the_answer_count(
    text: str, quotes: list[tuple[str, str]], match: float, gold: float
) -> None:
    example = Example("q", "?", ("Rollo",), ("a",), "en")
    values = answer_values(example, text, [(cited(article_id), quote) for article_id, quote in quotes])
    assert (values["sentence_match"], values["cited_gold"]) == (match, gold)
