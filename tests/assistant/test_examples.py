"""Questions to begin with over one's own articles: made of sentences, kept when they are answered rightly."""

from pathlib import Path

import pytest
from scripted_model import MODEL, scripted_model

from assistant.examples import LEAST, Examples, example_questions
from assistant.examples.arabic import arabic_questions
from assistant.examples.english import english_questions
from assistant.pipeline import Assistant
from assistant.settings import Settings
from index.articles import make_article
from index.embedders import HashingEmbedder
from index.library import Library
from index.structure import Block

EVIL = "<script>window.evil = 1</script>"
TEXTS = {
    "canal": "The canal of Lindham was opened in 1874 by the engineer Mary Oakes.",
    "mill": "Lindham lies in a valley.\n\nThe mill of Lindham was built in 1702 by Tom Reed.",
    "marsad": "المرصد مبنى قديم.\n\nأسس سليم الخوري مرصد الصنوبر عام 1904 بعد رحلة طويلة. وهو على تلة.",
    "jisr": "افتتح جسر النورس الحجري عام 1921 بحضور الأهالي. ويبلغ طول الجسر الحجري 120 مترا.",
    "vague": "It was good. They liked it. He said that this was all.",
}


def assistant_over(folder: Path, **articles: str) -> Assistant:
    library = Library.create(folder, HashingEmbedder())
    library.build(
        make_article(id=name, title=f"About {name}", text=text, source=f"{name}.txt")
        for name, text in articles.items()
    )
    return Assistant(library, Settings(library=folder, retriever="lexical"))


@pytest.mark.parametrize(
    ("sentence", "questions"),
    [
        (
            "The canal of Lindham was opened in 1874 by the engineer Mary Oakes.",
            ["Who opened the canal of Lindham?", "When was the canal of Lindham opened?"],
        ),
        ("In 1901 the mill of Lindham was restored.", ["When was the mill of Lindham restored?"]),
        (
            "Ada Birch was born in Oslo on 3 May 1880.",
            ["When was Ada Birch born?", "Where was Ada Birch born?"],
        ),
        ("Salma Haddad, a chemist from Beirut, discovered the comet in 1911.", ["Who discovered the comet?"]),
        ("In 1819 the German chemist Ferdinand Runge isolated caffeine.", ["Who isolated caffeine?"]),
        ("The canal of Lindham is about 31 kilometres long.", ["How long is the canal of Lindham?"]),
        ("The library of Lindham holds 12,000 books.", ["How many books does the library of Lindham hold?"]),
        ("The bridge of Lindham cost $2,000.", ["How much did the bridge of Lindham cost?"]),
        ("The Alder observatory stands on the Mount of Pines.", ["Where is the Alder observatory?"]),
        ("The rights were written by Ann Low.", []),  # which rights?
        ("It was opened in 1874.", []),
        ("This was built by Tom Reed in 1702.", []),
        ("When was the mill built?", []),
    ],
)
def test_what_an_english_sentence_answers(sentence: str, questions: list[str]) -> None:
    assert [*english_questions(sentence)] == questions


@pytest.mark.parametrize(
    ("sentence", "questions"),
    [
        ("أسّس سليم الخوري مرصد الصنوبر عام 1904.", ["من أسس مرصد الصنوبر؟"]),
        ("وفي عام 1869 افتُتحت قناة السويس.", ["متى افتتحت قناة السويس؟"]),
        ("تأسست جمعية النحالين في وادي السدر سنة 1988.", []),  # a part of it is asked for nowhere else
        ("تأسست جمعية النحالين سنة 1988.", ["متى تأسست جمعية النحالين؟"]),
        ("ويبلغ طول جسر النورس 120 مترا.", ["كم يبلغ طول جسر النورس؟"]),
        ("يبلغ ارتفاع برج الساعة نحو أربعين مترا.", ["كم يبلغ ارتفاع برج الساعة؟"]),
        ("تقع قلعة الرمل على تلة قرب البحر.", ["أين تقع قلعة الرمل؟"]),
        ("مرصد الصنوبر يقع في جبل لبنان.", ["أين يقع مرصد الصنوبر؟"]),
        ("وهو على تلة.", []),
        ("افتتحت هذه المدرسة عام 1920.", []),
    ],
)
def test_what_an_arabic_sentence_answers(sentence: str, questions: list[str]) -> None:
    found = [*arabic_questions(sentence)]
    assert found == questions or (questions == [] and all("في" in one for one in found))


def test_each_question_is_answered_surely_by_the_article_it_is_of(tmp_path: Path) -> None:
    assistant = assistant_over(tmp_path / "library", **TEXTS)
    questions = example_questions(assistant, seconds=120)
    assert len(questions) >= LEAST
    of: dict[str, str] = {}
    for question in questions:
        answer = assistant.answer(question)
        if answer.certainty == "sure":
            of[question] = answer.citations[0].article_id
    assert len(set(of.values())) == len(of) >= 2  # of each article one
    assert {"ar" if "؟" in question else "en" for question in questions} == {"ar", "en"}


def test_no_model_is_asked_for_them(tmp_path: Path) -> None:
    library = assistant_over(tmp_path / "library", **TEXTS).library
    with scripted_model("The canal was opened in 1874 [1].") as model:
        settings = Settings(library.folder, reader="llm", llm_url=model.url, llm_model=MODEL)
        writing = Assistant(library, settings)
        assert len(example_questions(writing, seconds=120)) >= LEAST
        assert not model.requests
        writing.answer("Who opened the canal of Lindham in 1874?")
        assert model.requests


def test_questions_of_the_articles_themselves_come_where_none_can_be_made(tmp_path: Path) -> None:
    library = Library.create(tmp_path / "library", HashingEmbedder())
    text = "How do I get in?\n\nBy the door."
    library.build(
        [
            make_article(
                id="faq",
                title="What is asked often",
                text=text,
                source="faq.md",
                blocks=(Block("heading", 0, 16, 2), Block("paragraph", 18, len(text))),
            ),
            make_article(
                id="vague", title=f"ملاحظات {EVIL}", text=TEXTS["vague"] + " كان جيدا.", source="v.txt"
            ),
        ]
    )
    assistant = Assistant(library, Settings(retriever="lexical"))
    found = example_questions(assistant)
    assert found[0] == "How do I get in?"
    assert "What does the article “What is asked often” say?" in found
    assert assistant.answer(found[1]).text


def test_an_empty_library_has_no_questions_and_one_that_changes_gets_others(tmp_path: Path) -> None:
    assistant = assistant_over(tmp_path / "library")
    examples = Examples(assistant)
    assert list(examples()) == []
    assistant.library.add([make_article(id="canal", title="The canal", text=TEXTS["canal"], source="c")])
    found = examples()
    assert found
    assert examples() is found  # looked for once a revision
    assert not any("canal" in file.read_text() for file in (tmp_path / "library").glob("*.json"))
