"""Who is cited beside an answer because it says the same, and whose other answer is shown."""

from pathlib import Path

import pytest
from lindham import HISTORY, Seen, hits, read

from assistant.pipeline import Assistant
from assistant.readers.agreement import CandidateAnswer, Rival, agreeing, comparable, differing, on_the_matter
from assistant.readers.candidates import candidates
from assistant.readers.extractive import ExtractiveReader
from index.articles import Article, read_articles
from index.embedders import load_embedder
from index.library import Library
from index.text.language import detect_language

WHO = "Who opened the canal of Lindham?"


def answer(name: str, sentence: str, words: str = "") -> CandidateAnswer:
    """The answer of an article that is one sentence: these words of it, or all of it."""
    article = Article(name, name, sentence, detect_language(sentence), f"/{name}.txt")
    [candidate] = candidates(hits(article), lambda _: article)
    start = sentence.index(words)
    return CandidateAnswer(candidate, start, start + len(words or sentence))


ONE = answer("one", "The canal was opened in 1874 by Mary Oakes.", "Mary Oakes")
YEAR = answer("one", "The canal was opened in 1874 by Mary Oakes.", "1874")
LONG = answer("one", "The ship is 400 metres long.", "400 metres")
WHOLE = answer("one", "The canal was opened in 1874 by Mary Oakes.")


@pytest.mark.parametrize(
    ("chosen", "other", "same", "otherwise"),
    [
        (ONE, answer("two", "It was Oakes who dug it.", "Oakes"), True, False),
        (ONE, answer("two", "It was John Hill who dug it.", "John Hill"), False, True),
        (ONE, answer("two", "They say it was 1870, or later.", "1870"), False, False),  # of another kind
        (ONE, answer("one", "It was Oakes who dug it.", "Oakes"), False, False),  # its own article
        (ONE, answer("one", "It was John Hill who dug it.", "John Hill"), False, False),
        (ONE, answer("two", "افتتحتها ماري أوكس.", "ماري أوكس"), False, False),  # names are not compared
        (YEAR, answer("two", "افتتحت القناة عام 1874.", "1874"), True, False),
        (YEAR, answer("two", "افتتحت القناة عام 1870.", "1870"), False, True),
        (LONG, answer("two", "عُلّقت ستة أيام.", "ستة أيام"), False, False),  # of another unit
        (WHOLE, answer("two", "In 1874 Mary Oakes opened the canal."), True, False),
        (
            WHOLE,
            answer("two", "The canal was closed in 1951."),
            False,
            False,
        ),  # sentences are not set against
    ],
)
def test_worked_cases(chosen: CandidateAnswer, other: CandidateAnswer, same: bool, otherwise: bool) -> None:
    assert [citation.article_id for citation in agreeing(2, chosen, [Rival(other, 0.5, alike=False)])] == [
        "two"
    ] * same
    shown = differing(2, chosen, [Rival(other, 0.5, alike=False)], 0.8)
    assert [alternative.text for alternative in shown] == [other.text] * otherwise
    assert all(alternative.citation.number == 2 for alternative in shown)
    assert all(0 < alternative.confidence < 0.8 for alternative in shown)


def test_what_is_said_of_another_thing_contradicts_nothing() -> None:
    asked = ["list", "unesco", "coffe"]
    coffee = answer("coffee", "In 2015 UNESCO listed the coffee.").candidate
    assert not on_the_matter(asked, coffee, answer("palm", "In 2019 UNESCO listed the palm.").candidate)
    assert on_the_matter(asked, coffee, answer("two", "In 2014 UNESCO took the coffee up.").candidate)
    assert on_the_matter(asked, coffee, answer("coffee of old", "In 2014 UNESCO took it up.").candidate)
    listed = answer("coffee", "In 2015 UNESCO listed the coffee.", "2015")
    palm, again = (
        Rival(answer(name, f"In 2019 UNESCO listed the {name}.", "2019"), 0.5, alike=True)
        for name in ("palm", "coffee of old")
    )
    [alternative] = differing(2, listed, [palm, again], 0.8, asked)
    assert alternative.citation.article_id == "coffee of old"
    assert on_the_matter(asked, coffee, answer("three", "أدرجتها اليونسكو عام 2019.").candidate)


def test_who_is_far_behind_is_not_heard() -> None:
    agrees = answer("two", "It was Oakes who dug it.", "Oakes")
    against = answer("three", "It was John Hill who dug it.", "John Hill")
    assert agreeing(2, ONE, [Rival(agrees, 3.5, alike=False)]) == []
    assert differing(2, ONE, [Rival(against, 1.5, alike=False)], 0.8) == ()


def test_who_speaks_of_the_same_is_heard_from_afar() -> None:
    agrees = answer("two", "افتتحت القناة عام 1874.", "1874")
    against = answer("three", "افتتحت القناة عام 1870.", "1870")
    [citation] = agreeing(2, YEAR, [Rival(against, 9.0, alike=True), Rival(agrees, 9.5, alike=True)])
    assert citation.article_id == "two"
    [alternative] = differing(3, YEAR, [Rival(against, 9.0, alike=True)], 0.8)
    assert (alternative.text, alternative.confidence) == ("1870", 0.8)


@pytest.mark.parametrize(
    ("words", "other", "whether"),
    [
        ("12 seconds", answer("two", "فازت بفارق عشرين ثانية.", "عشرين ثانية"), True),
        ("12 seconds", answer("two", "The fee is 20 dinars.", "20 dinars"), False),  # other units
        ("12 seconds", answer("two", "There were twenty boats.", "twenty"), True),  # no unit is said
        ("12 seconds", answer("two", "Mary Oakes opened it.", "Mary Oakes"), False),
        ("12 seconds", answer("two", "فازت بفارق عشرين ثانية."), False),  # a whole sentence
    ],
)
def test_figures_are_compared_where_their_units_may_be_the_same(
    words: str, other: CandidateAnswer, whether: bool
) -> None:
    chosen = answer("one", "She won by 12 seconds on Friday.", words)
    assert comparable(chosen, other) is whether


def test_two_articles_in_two_languages_that_differ_stand_beside_each_other(tmp_path: Path) -> None:
    """The Arabic article comes far behind for an English question, and says another figure of the same."""
    write = {
        "en.txt": "The junior race was close. Tala Farah beat her brother by twelve seconds on Sunday.",
        "ar.txt": "كان سباق الناشئين قريبًا. فازت تالا فرح على شقيقها يوم الأحد بفارق عشرين ثانية.",
        "else.txt": "The library opens at ten. A ticket costs 20 dinars, and the tour takes forty seconds.",
    }
    for name, text in write.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    library = Library.create(tmp_path / "library", load_embedder())
    library.build(read_articles([tmp_path / name for name in write], on_problem=print))
    found = Assistant(library).answer("By how many seconds did Tala Farah beat her brother?")
    assert found.text == "twelve seconds"
    assert [other.text for other in found.alternatives] == ["عشرين ثانية"]


def test_one_who_agrees_and_one_who_does_not_are_cited_with_the_next_numbers() -> None:
    against = Article("other", "Lindham", HISTORY.replace("Mary Oakes", "John Hill"), "en", "/other.txt")
    reader = ExtractiveReader(lambda: Seen("Mary Oakes", "John Hill"))
    reading = read(reader, WHO, "history", against, "canal")
    assert [citation.answer for citation in reading.citations] == ["Mary Oakes"] * 2
    assert {citation.article_id for citation in reading.citations} == {"history", "canal"}
    [alternative] = reading.alternatives
    assert (alternative.text, alternative.citation.number) == ("John Hill", 3)
    assert 0 < alternative.confidence <= reading.confidence
    assert [statement.citations for statement in reading.statements] == [(1,)]  # the second only agrees
    assert len(read(reader, WHO, "canal", "council").citations) == 1
