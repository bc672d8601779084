"""Reading SQuAD files: what goes in, what is left out and said."""

import gzip
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from eval.data import Example
from eval.data.squad import read_squad

NORMANS = "Rollo, a Viking leader, founded Normandy in 911. He ruled from Rouen."
CAIRO = "تقع القاهرة على نهر النيل. أسسها جوهر الصقلي عام ٩٦٩."


def question(id: Any, text: str, *answers: str, **more: Any) -> dict[str, Any]:
    return {"id": id, "question": text, "answers": [{"text": a, "answer_start": 0} for a in answers], **more}


def paragraph(context: Any, *questions: Any) -> dict[str, Any]:
    return {"context": context, "qas": list(questions)}


def squad(*paragraphs: Any, title: str = "A_title") -> dict[str, Any]:
    return {"version": "1.1", "data": [{"title": title, "paragraphs": list(paragraphs)}]}


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write(content: Any, name: str = "set.json") -> Path:
        path = tmp_path / name
        path.write_text(json.dumps(content), encoding="utf-8")
        return path

    return write


def test_a_bilingual_file(write: Callable[..., Path]) -> None:
    path = write(
        squad(
            paragraph(NORMANS, question("q1", "Who founded Normandy?", "Rollo", "Rollo", "Rollo, a Viking")),
            paragraph(CAIRO, question("q2", "من أسس القاهرة؟", "جوهر الصقلي")),
            paragraph(NORMANS, question("q3", "When?", "911")),  # the same paragraph again
        )
    )
    dataset = read_squad(path)
    normans, cairo = dataset.articles
    assert [(a.text, a.title, a.language) for a in (normans, cairo)] == [
        (NORMANS, "A title", "en"),
        (CAIRO, "A title", "ar"),
    ]
    assert dataset.examples == (
        Example("q1", "Who founded Normandy?", ("Rollo", "Rollo, a Viking"), (normans.id,), "en"),
        Example("q2", "من أسس القاهرة؟", ("جوهر الصقلي",), (cairo.id,), "ar"),
        Example("q3", "When?", ("911",), (normans.id,), "en"),
    )
    assert (dataset.name, dataset.problems, dataset.left_out) == ("set.json", (), 0)
    assert dataset.files == {"set.json": hashlib.sha256(path.read_bytes()).hexdigest()}


def test_an_article_keeps_its_id_in_another_file(write: Callable[..., Path]) -> None:
    one = read_squad(write(squad(paragraph("x"), paragraph(NORMANS)), "one.json"))
    other = read_squad(write(squad(paragraph(NORMANS), title="Other"), "other.json"))
    assert one.articles[1].id == other.articles[0].id != one.articles[0].id


def test_texts_are_folded_as_those_of_articles(write: Callable[..., Path]) -> None:
    decomposed = "\ufeffسافر ا\u0654حمد إلى Cafe\u0301."  # أ as alef and hamza, é as e and accent
    asked = (question("q1", "من؟", "\u200fا\u0654حمد"), question("q2", "\udfff?", "Café"))
    dataset = read_squad(write(squad(paragraph(decomposed, *asked))))
    assert dataset.articles[0].text == "سافر أحمد إلى Café."
    assert [example.answers for example in dataset.examples] == [("أحمد",), ("Café",)]
    assert dataset.examples[1].question == "??"


def test_squad_2_questions_without_an_answer(write: Callable[..., Path]) -> None:
    plausible = [{"text": "Rollo", "answer_start": 0}]
    asked = question("q1", "Who founded Cairo?", is_impossible=True, plausible_answers=plausible)
    dataset = read_squad(write(squad(paragraph(NORMANS, asked))))
    assert [(e.answers, len(e.article_ids)) for e in dataset.examples] == [((), 1)]
    assert dataset.problems == ()


def test_questions_from_another_file(write: Callable[..., Path]) -> None:
    context = write(
        squad(
            paragraph(
                CAIRO, question("q1", "من أسس القاهرة؟", "جوهر الصقلي"), question("q2", "أين؟", "النيل")
            )
        ),
        "ar.json",
    )
    questions = write(
        squad(
            paragraph(NORMANS, question("q9", "Who?", "Rollo"), question("q1", "Who founded Cairo?", "Rollo"))
        ),
        "en.json",
    )
    dataset = read_squad(context, questions)
    (example,) = dataset.examples
    assert (example.question, example.answers, example.language) == (
        "Who founded Cairo?",
        ("جوهر الصقلي",),
        "ar",
    )
    assert [article.text for article in dataset.articles] == [CAIRO]
    assert dataset.name == "ar.json + en.json"
    assert dataset.left_out == 1
    assert dataset.problems == (
        "ar.json: data[0].paragraphs[0].qas[1] (id 'q2'): no such id in the file of the questions",
        "en.json: id 'q9': no question of ar.json has this id",
    )


GOOD = question("good", "Who founded Normandy?", "Rollo")


@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        ({"question": "Who?", "answers": []}, 'data[0].paragraphs[0].qas[0] (id None): no "id"'),
        (question("b", ""), "qas[0] (id 'b'): no \"question\""),
        ({"id": "b", "answers": []}, "qas[0] (id 'b'): no \"question\""),
        (question("b", "Who?"), 'no "answers" with a "text", and not "is_impossible"'),
        (question("b", "Who?", " "), 'no "answers" with a "text", and not "is_impossible"'),
        ({"id": "b", "question": "Who?", "answers": "Rollo"}, 'no "answers" with a "text"'),
        ({"id": "b", "question": "Who?", "answers": [{"text": 911}]}, 'no "answers" with a "text"'),
        (question(7, "Who?", "William"), "qas[0] (id 7): no answer of it occurs in its paragraph"),
    ],
)
def test_a_question_that_cannot_be_used(bad: Any, problem: str, write: Callable[..., Path]) -> None:
    dataset = read_squad(write(squad(paragraph(NORMANS, bad, GOOD))))
    assert [example.id for example in dataset.examples] == ["good"]
    (line,) = dataset.problems
    assert line.startswith("set.json: data[0].paragraphs[0].qas[0]")
    assert problem in line
    assert "\n" not in line
    assert dataset.left_out == 1


def test_an_entry_that_is_no_object(write: Callable[..., Path]) -> None:
    dataset = read_squad(write(squad(paragraph(NORMANS, "Who?", GOOD), "text")))
    assert [example.id for example in dataset.examples] == ["good"]
    assert dataset.problems == (
        "set.json: data[0].paragraphs[0].qas[0]: not an object",
        "set.json: data[0].paragraphs[1]: not an object",
    )


def test_an_answer_that_is_elsewhere_leaves_the_others(write: Callable[..., Path]) -> None:
    dataset = read_squad(write(squad(paragraph(NORMANS, question("q1", "Who?", "William", "Rollo")))))
    assert dataset.examples[0].answers == ("Rollo",)
    assert dataset.problems == (
        "set.json: data[0].paragraphs[0].qas[0] (id 'q1'): "
        "the answer 'William' does not occur in its paragraph",
    )
    assert dataset.left_out == 0


def test_a_second_question_with_an_id_is_left_out(write: Callable[..., Path]) -> None:
    dataset = read_squad(write(squad(paragraph(NORMANS, GOOD, question("good", "When?", "911")))))
    assert [example.question for example in dataset.examples] == ["Who founded Normandy?"]
    assert dataset.problems == (
        "set.json: data[0].paragraphs[0].qas[1] (id 'good'): another question has the same id",
    )


@pytest.mark.parametrize("context", [None, " \n", 5])
def test_a_paragraph_without_text(context: Any, write: Callable[..., Path]) -> None:
    dataset = read_squad(
        write(squad(paragraph(context, question("b", "Who?", "x")), paragraph(NORMANS, GOOD)))
    )
    assert [example.id for example in dataset.examples] == ["good"]
    assert len(dataset.articles) == 1
    assert dataset.left_out == 1
    assert dataset.problems == (
        'set.json: data[0].paragraphs[0]: no text in "context"',
        "set.json: data[0].paragraphs[0].qas[0] (id 'b'): its paragraph has no text in \"context\"",
    )


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("bad.json", b" \n", "file: it is empty"),
        ("bad.json", b"null", "file: not a SQuAD file"),
        ("bad.json", b"{", "file: not JSON"),
        ("bad.json", b"[" * 100_000, "file: not JSON"),
        ("bad.json", b"[]", "file: not a SQuAD file"),
        ("bad.json", b"{}", 'file: no list "data"'),
        ("bad.json", b'{"data": [{}]}', 'data[0]: no list "paragraphs"'),
        (
            "bad.json",
            b'{"data": [{"paragraphs": [{"context": "x"}]}]}',
            'data[0].paragraphs[0]: no list "qas"',
        ),
        ("bad.json.gz", gzip.compress(b'{"data": []}', mtime=0)[:-9], "file: cannot be read"),
    ],
)
def test_a_file_that_cannot_be_used(name: str, content: bytes, reason: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(content)
    dataset = read_squad(tmp_path / name)
    assert dataset.examples == ()
    (line,) = dataset.problems
    assert line.startswith(f"{name}: {reason}")
