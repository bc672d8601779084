"""The sample articles and their questions say what they claim, and nothing has drifted apart."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import golden
import pytest

from assistant.answers import Answer
from assistant.conversation import Turn
from assistant.pipeline import Assistant
from assistant.samples import SampleQuestion, sample_folder, sample_questions
from index.articles import Article, read_articles
from index.errors import UserError

KEYS = ["title", "language", "published", "source"]
ARTICLES = sorted(sample_folder().glob("*.md"))
EVERY = 5  # one question of so many is asked
EDGE = 1  # of 26 questions, so many may turn over with the 8-bit arithmetic of another processor
QUESTIONS = sample_questions()
ANSWERABLE = [question for question in QUESTIONS if question.article is not None]
UNANSWERABLE = [question for question in QUESTIONS if question.article is None]


def parts(article: Path) -> tuple[dict[str, str], str]:
    """Front matter and text, read as plainly as possible: the reference for the real reader."""
    opening, front, text = article.read_text(encoding="utf-8").split("---\n", 2)
    assert opening == ""
    pairs = [line.partition(": ") for line in front.splitlines()]
    assert [key for key, _, _ in pairs] == KEYS
    return {key: value for key, _, value in pairs}, text


def stored() -> list[Article]:
    """The articles as the package reads them."""
    problems: list[UserError] = []
    articles = list(read_articles([sample_folder()], on_problem=problems.append))
    assert not problems
    return articles


def language_of(question: SampleQuestion) -> str:
    return parts(sample_folder() / str(question.article))[0]["language"]


def language_of_letters(text: str) -> str:
    """The script that most letters are in, counted by their Unicode names."""
    letters = [unicodedata.name(char) for char in text if char.isalpha()]
    arabic = sum(name.startswith("ARABIC") for name in letters)
    return "ar" if 2 * arabic > len(letters) else "en"


@pytest.fixture(scope="module")
def assistant() -> Iterator[Assistant]:
    with golden.assistant_over(sample_folder()) as assistant:
        yield assistant


@pytest.fixture(scope="module")
def asked(assistant: Assistant) -> list[tuple[golden.Record, Answer, str]]:
    """A share of the samples' questions; ``python tests/golden.py store`` asks them all."""
    return list(golden.answers_to(sample_folder() / "questions.json", assistant, EVERY))


def test_no_question_is_answered_worse_than_before(asked: list[tuple[golden.Record, Answer, str]]) -> None:
    """A gate on quality: what is better has to be stored too, so that it stays."""
    names = {record["id"] for record, _, _ in asked}
    stored = json.loads(golden.STORED.read_text(encoding="utf-8"))
    assert names <= stored.keys()
    before = {name: outcome for name, outcome in stored.items() if name in names}
    changed = golden.differences(before, asked)
    told = "\n".join(["answers have changed:", *changed, "if that is meant: python tests/golden.py store"])
    assert len(changed) <= EDGE, told


def test_the_gate_sees_what_got_worse_better_or_lost_and_not_what_a_processor_decides() -> None:
    outcomes = {"a": "right", "b": "right, exact", "c": "wrong", "d": "right"}
    near = golden.THRESHOLD + 0.01
    confidence = {"a": 0.7, "b": 0.7, "c": near, "d": near}
    asked: Any = [({"id": n}, SimpleNamespace(confidence=confidence[n]), outcomes[n]) for n in outcomes]
    before = {"a": "right, exact", "b": "silent", "c": "right", "d": "silent", "e": "right"}
    assert golden.differences(before, asked) == [
        "WORSE: a: right, exact -> right",
        "WORSE: c: right -> wrong",
        "other: b: silent -> right, exact",
        "other: e: right -> not asked",
    ]


def test_every_citation_of_every_answer_is_cut_from_its_article(
    asked: list[tuple[golden.Record, Answer, str]],
) -> None:
    texts = {article.id: article.text for article in stored()}
    cited = [(answer, citation) for _, answer, _ in asked for citation in answer.all_citations]
    assert len(cited) > len(asked) / 3
    for answer, citation in cited:
        assert citation.quote == texts[citation.article_id][citation.start : citation.end]
        assert citation.answer in answer.text or citation not in answer.citations[:1]


def test_a_conversation_about_the_samples(assistant: Assistant) -> None:
    first = assistant.answer("متى افتتحت قناة السويس؟")
    assert "١٨٦٩" in first.text
    second = assistant.answer("وكم طولها؟", [Turn(first.question, first)])
    assert second.understood_as == "كم طول قناة السويس؟"
    assert "١٩٣" in second.text


def test_half_of_the_articles_are_arabic() -> None:
    assert Counter(parts(article)[0]["language"] for article in ARTICLES) == {"ar": 10, "en": 10}


def test_the_package_reads_them_as_they_are() -> None:
    read = {Path(article.origin).name: article for article in stored()}
    assert read.keys() == {article.name for article in ARTICLES}
    for article in ARTICLES:
        front, text = parts(article)
        found = read[article.name]
        assert {key: getattr(found, key) for key in KEYS} == front
        assert found.text.split() == re.sub(r"^(#+|-) ", "", text, flags=re.MULTILINE).split()


@pytest.mark.parametrize("article", ARTICLES, ids=lambda path: path.stem)
def test_an_article_is_what_its_front_matter_says(article: Path) -> None:
    front, text = parts(article)
    assert front["language"] == language_of_letters(text) == language_of_letters(front["title"])
    assert front["language"] == article.name[:2]
    assert front["source"] in {"Majlis sample", "Majlis sample (invented)"}
    assert 300 <= len(text.split()) <= 800
    assert text == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("question", ANSWERABLE, ids=lambda question: question.id)
def test_every_answer_stands_in_its_article(question: SampleQuestion) -> None:
    text = parts(sample_folder() / str(question.article))[1]
    assert question.answers
    for answer in question.answers:
        assert answer in text


def test_every_article_is_asked_about_in_its_own_language() -> None:
    asked = Counter(question.article for question in ANSWERABLE if question.language == language_of(question))
    assert set(asked) == {article.name for article in ARTICLES}
    assert min(asked.values()) >= 2


def test_the_questions_cover_both_languages_both_ways_and_none() -> None:
    assert len({question.id for question in QUESTIONS}) == len(QUESTIONS)
    assert len({question.question for question in QUESTIONS}) == len(QUESTIONS)
    asked = Counter((question.language, question.article and language_of(question)) for question in QUESTIONS)
    ways = {("ar", "ar"): 30, ("en", "en"): 30, ("ar", "en"): 21, ("en", "ar"): 21}
    assert asked == {**ways, ("ar", None): 14, ("en", None): 14}
    for question in QUESTIONS:
        assert question.language == language_of_letters(question.question)


def test_what_cannot_be_answered_names_no_article() -> None:
    for question in UNANSWERABLE:
        assert question.answers == ()
        assert question.id.startswith("unanswerable-")
    assert not any(question.id.startswith("unanswerable-") for question in ANSWERABLE)


def test_the_demo_asks_once_in_each_language_and_offers_a_few_more() -> None:
    featured = [question for question in QUESTIONS if question.featured]
    assert sorted(question.language for question in featured) == ["ar", "en"]
    examples = [question for question in QUESTIONS if question.example]
    assert 3 <= len(examples) <= 4
    assert {question.language for question in examples} == {"ar", "en"}
    assert any(question.language != language_of(question) for question in examples)
    assert all(question.article for question in featured + examples)


def test_the_golden_questions_are_balanced_and_their_answers_short() -> None:
    golden = json.loads((Path(__file__).parent.parent / "golden" / "lavrov.json").read_text(encoding="utf-8"))
    languages = Counter(record["language"] for record in golden)
    assert languages["ar"] == languages["en"] >= 22
    assert len({record["id"] for record in golden}) == len(golden)
    assert sum(not record["answers"] for record in golden) * 4 == len(golden)
    for record in golden:
        assert record["language"] == language_of_letters(record["question"])
        assert bool(record["answers"]) == bool(record["evidence"])
        for span in record["answers"] + record["evidence"]:  # a news agency's text: short strings only
            assert len(span.split()) <= 8
            assert not any(char.isascii() and char.isalpha() for char in span)
