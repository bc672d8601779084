"""A question asked of a real library, from start to end, over a shelf that a reader can check by eye."""

import json
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from lindham import FIRST, SECOND, WRITTEN, WritingReader

from assistant.answers import Event
from assistant.answers.as_json import answer_to_json
from assistant.cli.terminal import answer_lines
from assistant.pipeline import Assistant
from assistant.question import understand
from assistant.settings import Settings
from index.articles import make_article
from index.embedders import HashingEmbedder
from index.errors import UserError
from index.library import Library
from index.search.query import parse_query
from index.text.analysis import analyse, terms_and_spellings

COUNCIL = (
    "عُقد الاجتماع في سوتشي يوم الثلاثاء. وتحدث لافروف عن إمكانية تشكيل مجلس خبراء غير حكومي. "
    "وينتهي سريان المعاهدة في فبراير عام 2021."
)
CANAL = (
    "The canal of Lindham was opened in 1874 by Mary Oakes. It is 31 kilometres long. It was closed in 1951."
)
MILL = "The mill of Lindham was built in 1702. Its miller was Tom Reed, who came from Hull."
ARTICLES = [
    make_article(id=name, title=name, text=text, source=f"/{name}.txt")
    for name, text in {"council": COUNCIL, "canal": CANAL, "mill": MILL}.items()
]

OPENED = "When was the canal of Lindham opened?"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library.create(tmp_path / "library", HashingEmbedder())
    library.build(ARTICLES)
    return library


@pytest.mark.parametrize("retriever", ["hybrid", "lexical", "dense"])
@pytest.mark.parametrize(
    ("question", "article", "answer"),
    [
        ("من اقترح تشكيل مجلس الخبراء؟", "council", "وتحدث لافروف عن إمكانية تشكيل مجلس خبراء غير حكومي."),
        (
            OPENED,
            "canal",
            "The canal of Lindham was opened in 1874 by Mary Oakes.",
        ),
    ],
)
def test_an_answer_is_a_cited_sentence(
    library: Library, retriever: str, question: str, article: str, answer: str
) -> None:
    assistant = Assistant(library, Settings(retriever=retriever, threshold=0.1))
    answered = assistant.answer(question)
    assert not answered.abstained
    citation = answered.citations[0]
    assert answered.text == citation.answer
    assert answered.text in answer
    assert citation.article_id == article
    assert citation.quote == answer
    assert answered.hits[0].passage.article_id == article
    assert answered.language == assistant.article(article).language
    legs = {"hybrid": {"lexical", "dense"}, "lexical": {"lexical"}, "dense": {"dense"}}[retriever]
    assert set(answered.timings_ms) == legs | {"retrieve", "read", "total"}
    assert answered.timings_ms["total"] >= answered.timings_ms["retrieve"] + answered.timings_ms["read"]


def test_below_the_threshold_is_an_abstention_with_the_nearest_passages(library: Library) -> None:
    sure = Assistant(library).answer(OPENED).confidence
    abstained = Assistant(library, Settings(threshold=min(1.0, sure + 0.01))).answer(OPENED)
    assert abstained.abstained
    assert (abstained.text, abstained.citations) == ("", ())
    assert abstained.confidence == sure
    assert abstained.hits[0].passage.article_id == "canal"
    assert not Assistant(library, Settings(threshold=max(0.0, sure - 0.01))).answer(OPENED).abstained


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Which vitamins do bananas contain?", "en"),
        ("ما هي عاصمة اليابان؟", "ar"),
        ("asdf qwer zxcv", "en"),
        ("؟؟؟", "ar"),
        ("???", "en"),
        ("😀", "en"),
    ],
)
def test_what_the_articles_do_not_answer(library: Library, question: str, language: str) -> None:
    answer = Assistant(library).answer(question)
    assert answer.abstained
    assert answer.language == language


@pytest.mark.parametrize("question", ["", "  \n\t "])
def test_an_empty_question_is_told_in_one_line(library: Library, question: str) -> None:
    for ask in (Assistant(library).answer, Assistant(library).search):
        with pytest.raises(UserError, match="question is empty") as error:
            ask(question)
        assert "\n" not in str(error.value)


def test_an_empty_library_abstains(tmp_path: Path) -> None:
    assistant = Assistant(Library.create(tmp_path / "empty", HashingEmbedder()))
    answer = assistant.answer("When was the canal opened?")
    assert answer.abstained
    assert (answer.confidence, answer.hits) == (0.0, ())
    assert assistant.search("canal") == []


def test_k_says_how_many_hits_are_shown_and_not_how_many_are_read(library: Library) -> None:
    few, many = (Assistant(library, Settings(k=k)).answer(OPENED) for k in (1, 10))
    assert (len(few.hits), len(many.hits)) == (1, 3)
    assert (few.text, few.confidence) == (many.text, many.confidence)
    assert len(Assistant(library).search(OPENED)) == 3
    assert len(Assistant(library).search(OPENED, 2)) == 2


def test_the_newest_revision_answers(library: Library) -> None:
    assistant = Assistant(library, Settings(threshold=0.1))
    question = "When was the mill of Lindham built?"
    assert "1702" in assistant.answer(question).text
    moved = MILL.replace("1702", "1731")
    library.add([make_article(id="mill", title="mill", text=moved, source="/mill.txt")])
    assert "1731" in assistant.answer(question).text
    assert assistant.article("mill").text == moved
    library.remove(["mill"])
    with pytest.raises(KeyError):
        assistant.article("mill")


def test_many_threads_get_the_same_answer(library: Library) -> None:
    assistant = Assistant(library, Settings(threshold=0.1))
    questions = [OPENED, "من اقترح تشكيل مجلس الخبراء؟"] * 8
    with ThreadPoolExecutor(8) as pool:
        texts = [answer.text for answer in pool.map(assistant.answer, questions)]
    assert texts == [assistant.answer(question).text for question in questions]
    assert len(set(texts)) == 2


def test_another_reader_takes_its_place(library: Library) -> None:
    """One that writes: what it says is cited statement by statement, and told as it reads."""
    told: list[Event] = []
    answer = Assistant(library, reader=WritingReader()).answer(OPENED, on_event=told.append)
    assert answer.text == WRITTEN
    assert [one.citations for one in answer.statements] == [(1,), (2, 3)]
    assert [citation.quote for citation in answer.citations] == [hit.passage.text for hit in answer.hits]
    assert answer.agreeing == ()
    assert told == [Event("searching"), *(Event("reading", done, 3) for done in range(4)), Event("done")]
    shown = answer_lines(answer)
    assert shown[0] == f"{FIRST} [1] {SECOND} [2][3]"
    assert shown[2:5] == ["[1] canal", f"    /canal.txt, characters 0-{len(CANAL)}", f"    “{CANAL}”"]
    printed = json.loads(json.dumps(answer_to_json(answer)))
    assert (printed["answer"], printed["reader"]) == (WRITTEN, "writing-1")
    assert [citation["number"] for citation in printed["citations"]] == [1, 2, 3]


def test_an_abstention_says_nothing_that_was_read(library: Library) -> None:
    answer = Assistant(library, Settings(threshold=0.95), WritingReader()).answer(OPENED)
    assert answer.abstained
    assert (answer.statements, answer.citations, answer.confidence) == ((), (), 0.9)


@contextmanager
def calls_with(text: str, *functions: Callable[..., object]) -> Iterator[Counter[str]]:
    """How often each function gets the text meanwhile in this thread, however it was imported."""
    names = {function.__code__: function.__name__ for function in functions}
    counted: Counter[str] = Counter()

    def count(frame: FrameType, event: str, _argument: object) -> None:
        code = frame.f_code
        if event == "call" and code in names and frame.f_locals[code.co_varnames[0]] == text:
            counted[names[code]] += 1

    sys.setprofile(count)
    try:
        yield counted
    finally:
        sys.setprofile(None)


@pytest.mark.parametrize("warm", [False, True])
def test_an_answer_opens_the_library_once_and_understands_the_question_once(
    library: Library, monkeypatch: pytest.MonkeyPatch, warm: bool
) -> None:
    opened: list[object] = []
    connect = sqlite3.connect

    def counting(*arguments: Any, **options: Any) -> sqlite3.Connection:
        opened.append(arguments)
        return connect(*arguments, **options)

    assistant = Assistant(library, Settings(threshold=0.1))
    assistant.load()
    if warm:
        assistant.answer(OPENED)
    monkeypatch.setattr(sqlite3, "connect", counting)
    with calls_with(OPENED, understand, parse_query, analyse, terms_and_spellings) as counted:
        answer = assistant.answer(OPENED)
        answer_lines(answer)
        answer_to_json(answer)
    assert answer.citations
    assert len(opened) == 1
    assert counted == {"understand": 1, "parse_query": 1, "terms_and_spellings": 1}


def test_the_lexical_path_loads_the_reader_alone(library: Library) -> None:
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from assistant.pipeline import Assistant\nfrom assistant.settings import Settings\n"
        "from index.library import Library\n"
        f"library = Library.open(Path({str(library.folder)!r}))\n"
        "answer = Assistant(library, Settings(retriever='lexical')).answer('When was the canal opened?')\n"
        "assert '1874' in answer.text, answer\n"
        "heavy = {'torch', 'transformers', 'gradio', 'sentence_transformers', 'faiss'}\n"
        "print(heavy & set(sys.modules) or 'light')"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout == "light\n", done.stderr
