"""From paths to datasets: BEIR folders, topics with judgements, one's own questions; broken ones too."""

import gzip
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from eval.data import Example
from eval.data.loading import load_dataset
from index.articles import make_article
from index.embedders import HashingEmbedder
from index.errors import UserError
from index.library import Library

CORPUS = [
    {"_id": "d1", "title": "Normandy", "text": "Rollo founded Normandy in 911."},
    {"_id": "d2", "title": "القاهرة", "text": "أسس جوهر الصقلي القاهرة."},
    {"_id": "d3", "title": "Only a title", "text": ""},
]


def lines(records: Sequence[Any]) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress(text.encode()) if path.suffix == ".gz" else text.encode())
    return path


def beir(folder: Path, qrels: str, *, packed: str = "") -> Path:
    write(folder / f"corpus.jsonl{packed}", lines(CORPUS))
    queries = [("q1", "Who founded Normandy?"), ("q2", "من أسس القاهرة؟"), ("q3", "unjudged")]
    write(folder / f"queries.jsonl{packed}", lines([{"_id": id_, "text": text} for id_, text in queries]))
    write(folder / f"qrels/test.tsv{packed}", f"query-id\tcorpus-id\tscore\n{qrels}")
    return folder


@pytest.mark.parametrize("packed", ["", ".gz"])
def test_a_beir_folder(packed: str, tmp_path: Path) -> None:
    dataset = load_dataset(beir(tmp_path / "set", "q1\td1\t2\nq1\td3\t1\nq2\td2\t1\n", packed=packed))
    assert dataset.examples == (
        Example("q1", "Who founded Normandy?", None, ("d1", "d3"), "en", (2, 1)),
        Example("q2", "من أسس القاهرة؟", None, ("d2",), "ar", (1,)),
    )
    assert (dataset.missing_articles, dataset.own_articles) == (0, 0)
    assert [(a.id, a.title, a.text, a.language) for a in dataset.articles] == [
        ("d1", "Normandy", CORPUS[0]["text"], "en"),
        ("d2", "القاهرة", CORPUS[1]["text"], "ar"),
        ("d3", "Only a title", "Only a title", "en"),
    ]
    assert (dataset.name, dataset.problems, dataset.left_out) == ("set/test", (), 0)
    assert dataset.files.keys() == {
        f"{name}{packed}" for name in ("corpus.jsonl", "queries.jsonl", "test.tsv")
    }


def test_ids_that_match_nothing_are_named_and_the_rest_measured(tmp_path: Path) -> None:
    dataset = load_dataset(beir(tmp_path, "q1\td1\t1\nq1\td8\t1\nq2\td9\t1\nq7\td1\t1\nq3\td1\t0\n"))
    assert [(e.id, e.article_ids, e.missing) for e in dataset.examples] == [
        ("q1", ("d1", "d8"), ("d8",)),
        ("q2", ("d9",), ("d9",)),
    ]
    assert dataset.missing_articles == 2
    assert dataset.problems == (
        "test.tsv: question 'q1': no article has the id 'd8'",
        "test.tsv: question 'q2': no article has the id 'd9'",
        "test.tsv: question 'q7': no question of queries.jsonl has this id",
        "test.tsv: question 'q3': no relevant article",
    )
    assert dataset.left_out == 2


@pytest.mark.parametrize("searched", [True, False])
def test_judgements_of_another_corpus_measure_nothing(searched: bool, tmp_path: Path) -> None:
    dataset = load_dataset(beir(tmp_path, "q1\td8\t1\nq2\td9\t1\n"), searched=searched)
    assert dataset.examples == ()
    assert dataset.left_out == 2
    assert dataset.problems[0] == "test.tsv: question 'q1': no article has the id 'd8'"


def test_a_corpus_with_entries_that_cannot_be_used(tmp_path: Path) -> None:
    folder = beir(tmp_path, "q1\td1\t1\n")
    records = [*CORPUS[:1], {"_id": "d1", "text": "Again."}, {"text": "No id."}, {"_id": "d4", "text": " "}]
    write(folder / "corpus.jsonl", lines(records) + "[]\n")
    dataset = load_dataset(folder)
    assert [article.text for article in dataset.articles] == ["Rollo founded Normandy in 911."]
    assert dataset.problems == (
        "corpus.jsonl: line 2 (id 'd1'): another article has the same id",
        "corpus.jsonl: line 3: no id; it is called id, _id or docid",
        "corpus.jsonl: line 4 (id 'd4'): no \"text\"",
        "corpus.jsonl: line 5: not an object",
    )


def test_which_split(tmp_path: Path) -> None:
    folder = beir(tmp_path / "set", "q1\td1\t1\n")
    dev = write(folder / "qrels/dev.tsv", "q2\td2\t1\n")
    assert [e.id for e in load_dataset(folder).examples] == ["q1"]  # the test split
    assert [e.id for e in load_dataset(folder, qrels=dev).examples] == ["q2"]
    (folder / "qrels/test.tsv").rename(folder / "qrels/train.tsv")
    with pytest.raises(UserError, match=r"which qrels\? name one with --qrels FILE \(dev\.tsv, train\.tsv\)"):
        load_dataset(folder)


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"which qrels\? .* \(none there\)"):
        load_dataset(tmp_path)


def test_miracl_topics(tmp_path: Path) -> None:
    corpus = [{"docid": "7#0", "title": r["title"], "text": r["text"]} for r in CORPUS[1:2]]
    dataset = load_dataset(
        write(tmp_path / "topics.tsv", "12\tمن أسس القاهرة؟\n13\tمن؟\n"),
        qrels=write(tmp_path / "qrels.tsv", "12\tQ0\t7#0\t1\n12\tQ0\t7#1\t0\n"),
        articles=[write(tmp_path / "corpus.jsonl.gz", lines(corpus))],
    )
    assert dataset.examples == (Example("12", "من أسس القاهرة؟", None, ("7#0",), "ar", (1,)),)
    assert [(a.id, a.title) for a in dataset.articles] == [("7#0", "القاهرة")]
    assert dataset.problems == ("topics.tsv: id '13': no judgement of qrels.tsv is for it",)
    assert dataset.left_out == 1


def test_without_articles_every_judgement_counts(tmp_path: Path) -> None:
    dataset = load_dataset(
        write(tmp_path / "topics.tsv", "12\tWho?\n"),
        qrels=write(tmp_path / "qrels.tsv", "12 0 x 1\n12 0 y 1\n"),
        searched=False,
    )
    assert dataset.examples == (Example("12", "Who?", None, ("x", "y"), "en", (1, 1), missing=None),)
    assert dataset.missing_articles is None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "articles/normandy.txt", "The duchy of Normandy\n\nRollo founded Normandy in 911.\n")
    write(tmp_path / "articles/cairo.txt", "القاهرة المعزية\n\nأسس جوهر الصقلي القاهرة عام 969.\n")
    return tmp_path / "articles"


OWN = [
    {"id": "a", "question": "Who founded Normandy?", "answers": ["Rollo"], "article_ids": ["normandy.txt"]},
    {"id": "b", "question": "من أسس القاهرة؟", "answers": "جوهر الصقلي"},
    {"id": "c", "question": "Who founded Rome?", "answers": []},
    {"question": "When?", "article_ids": "The duchy of Normandy", "kind": "time", "across": False},
]


def test_ones_own_questions_over_a_folder(folder: Path) -> None:
    dataset = load_dataset(write(folder.parent / "own.jsonl", lines(OWN)), articles=[folder])
    (normandy,) = (article.id for article in dataset.articles if article.language == "en")
    assert dataset.examples == (
        Example("a", "Who founded Normandy?", ("Rollo",), (normandy,), "en"),
        Example("b", "من أسس القاهرة؟", ("جوهر الصقلي",), (), "ar"),
        Example("c", "Who founded Rome?", (), (), "en"),
        Example("4", "When?", None, (normandy,), "en", kind="time", across=False),
    )
    assert dataset.problems == ()


def test_ones_own_questions_over_a_library(folder: Path, tmp_path: Path) -> None:
    library = Library.create(tmp_path / "library", HashingEmbedder())
    article = make_article(id="n1", title="Normandy", text="Rollo founded Normandy.", source="x")
    library.build([article])
    records = [{"question": "Who?", "answers": ["rollo!"], "article_ids": ["n1"]}]
    dataset = load_dataset(write(tmp_path / "own.jsonl", lines(records)), library=library)
    assert dataset.examples == (Example("1", "Who?", ("rollo!",), ("n1",), "en"),)
    assert dataset.articles == ()


@pytest.mark.parametrize(
    ("record", "problem"),
    [
        ({"id": "x"}, 'no "question"'),
        ({"id": "x", "question": "\u200f", "answers": ["Rollo"]}, 'no "question"'),
        ({"id": "x", "question": "Who?"}, 'neither "answers" nor "article_ids"'),
        ({"id": "x", "question": "Who?", "answers": [1.5]}, '"answers" is not a list of texts'),
        ({"id": "x", "question": "Who?", "answers": [" "]}, '"answers" has an empty text'),
        (
            {"id": "x", "question": "?", "article_ids": ["rome.txt"]},
            "no article, or more than one, is called",
        ),
        (
            {"id": "x", "question": "?", "answers": ["Odo"], "article_ids": ["normandy.txt"]},
            "no answer of it occurs in its articles",
        ),
        ({"id": "a", "question": "Who?", "answers": ["Rollo"]}, "another question has the same id"),
    ],
)
def test_an_own_question_that_cannot_be_used(record: Any, problem: str, folder: Path) -> None:
    dataset = load_dataset(write(folder.parent / "own.jsonl", lines([OWN[0], record])), articles=[folder])
    assert [example.id for example in dataset.examples] == ["a"]
    (line,) = dataset.problems
    assert line.startswith(f"own.jsonl: line 2 (id {record['id']!r}): {problem}")
    assert dataset.left_out == 1


def test_a_line_that_is_no_question_is_one_left_out(folder: Path) -> None:
    path = write(folder.parent / "own.jsonl", lines([OWN[0]]) + "not JSON\n[]\n")
    dataset = load_dataset(path, articles=[folder])
    assert [example.id for example in dataset.examples] == ["a"]
    assert len(dataset.problems) == dataset.left_out == 2


def test_part_of_an_own_question_that_cannot_be_used(folder: Path) -> None:
    asked = {"id": "x", "question": "Who?", "answers": ["Odo", "Rollo"]}
    asked["article_ids"] = ["normandy.txt", "rome.txt"]
    dataset = load_dataset(write(folder.parent / "own.jsonl", lines([asked])), articles=[folder])
    assert dataset.examples[0].answers == ("Rollo",)
    assert dataset.problems == (
        "own.jsonl: line 1 (id 'x'): no article, or more than one, is called 'rome.txt'",
        "own.jsonl: line 1 (id 'x'): the answer 'Odo' does not occur in its articles",
    )
    assert dataset.left_out == 0


@pytest.mark.parametrize(
    ("name", "more", "message"),
    [
        ("own.jsonl", {}, "over which articles"),
        ("topics.tsv", {"qrels": "q.tsv"}, "over which articles"),
        ("topics.tsv", {"articles": ["articles"]}, "topics need judgements"),
        ("set.json", {"articles": ["articles"]}, "it brings its own articles"),
        ("set.json", {"qrels": "q.tsv"}, "--qrels goes with topics"),
        ("own.jsonl", {"questions": "set.json", "articles": ["articles"]}, "--questions goes with a SQuAD"),
        ("own.jsonl.xz", {"qrels": "q.tsv", "articles": ["articles"]}, "--qrels goes with topics"),
        ("own.jsonl", {"articles": ["none"]}, "no such file or folder"),
    ],
)
def test_what_does_not_go_together(name: str, more: dict[str, Any], message: str, folder: Path) -> None:
    base = folder.parent
    named = {
        key: [base / path for path in value] if isinstance(value, list) else base / value
        for key, value in more.items()
    }
    with pytest.raises(UserError, match=message):
        load_dataset(base / name, **named)
