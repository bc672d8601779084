"""What a person reads on the terminal."""

from dataclasses import replace

import pytest

from assistant.answers import Answer, cite
from assistant.terminal import TerminalProgress, answer_lines, table_lines
from index.articles import Article
from index.passages import Hit, LegScore, Passage

TEXT = "The mill opened in 1702.\nIts miller was Tom Reed. It closed."
ARTICLE = Article("mill", "The mill", TEXT, "en", "/articles/mill.txt")
HIT = Hit(
    Passage("mill", "The mill", "/articles/mill.txt", "en", 0, 24, TEXT[:24]),
    0.5,
    dense=LegScore(2, 0.4),
    lexical=LegScore(1, 3.0),
)
ANSWER = Answer(
    question="Who was the miller?",
    understood_as="Who was the miller?",
    text="Its miller was Tom Reed.",
    language="en",
    citations=(cite(1, ARTICLE, 25, 49),),
    confidence=0.9,
    hits=(HIT,),
    timings_ms={},
)


def test_an_answer_shows_its_source() -> None:
    assert answer_lines(ANSWER, lambda _: ARTICLE) == [
        "Its miller was Tom Reed. [1]",
        "",
        "[1] The mill",
        "    /articles/mill.txt, characters 25-49",
    ]


def test_a_quote_that_is_not_the_whole_answer_is_shown_too() -> None:
    cited = replace(ANSWER, citations=(*ANSWER.citations, cite(2, ARTICLE, 0, 24)))
    assert answer_lines(cited, lambda _: ARTICLE)[-1] == "    “The mill opened in 1702.”"


def test_an_article_that_changed_meanwhile_is_not_quoted() -> None:
    changed = replace(ARTICLE, text=TEXT.replace("Tom Reed", "Ann Reed"))
    lines = answer_lines(ANSWER, lambda _: changed)
    assert lines[-1] == "    the article has changed since; ask again"
    assert not any("Ann" in line for line in lines)


def test_an_abstention_shows_the_nearest_passages() -> None:
    silent = replace(ANSWER, text="", citations=(), language="ar")
    assert answer_lines(silent, lambda _: ARTICLE) == [
        "لا تجيب المقالات عن هذا السؤال.",
        "",
        "أقرب المقاطع:",
        "1. The mill  (0.500; words #1, meaning #2)",
        "   The mill opened in 1702.",
    ]


def test_a_table_is_aligned() -> None:
    assert table_lines([{"id": "a", "title": "x"}, {"id": "bcd", "title": "y"}]) == [
        "id   title",
        "a    x",
        "bcd  y",
    ]
    assert table_lines([]) == []


def test_progress_is_a_line_each_tenth_away_from_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    progress = TerminalProgress()
    progress("reading", 3, 0)  # the total is not known yet
    for done in (*range(1, 101), 100):
        progress("embedding", done, 100)
    progress("embedding", 5, 5)
    printed = capsys.readouterr().err.splitlines()
    assert printed == [f"embedding {tenth}0/100" for tenth in range(1, 11)]
    progress("embedding", 1, 5)  # begins anew
    progress("embedding", 5, 5)
    assert capsys.readouterr().err.splitlines() == ["embedding 5/5"]
