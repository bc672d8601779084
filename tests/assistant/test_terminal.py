"""What a person reads on the terminal."""

from dataclasses import replace
from io import StringIO

import pytest

from assistant.answers import Alternative, Answer, AskedWithin, Event, Statement, cite
from assistant.cli.options import print_lines
from assistant.cli.terminal import TerminalProgress, answer_lines, events_for, table_lines
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
    statements=(Statement(0, 24, (1,)),),
)


def test_an_answer_shows_its_source() -> None:
    assert answer_lines(ANSWER) == [
        "Its miller was Tom Reed. [1]",
        "",
        "[1] The mill",
        "    /articles/mill.txt, characters 25-49",
    ]


def test_a_quote_that_is_not_the_whole_answer_is_shown_too() -> None:
    cited = replace(ANSWER, citations=(*ANSWER.citations, cite(2, ARTICLE, 0, 24)))
    assert answer_lines(cited)[-1] == "    “The mill opened in 1702.”"


SILENT = replace(ANSWER, text="", citations=(), statements=(), hits=(), confidence=0.1)
SHORT = replace(
    ANSWER,
    text="Tom Reed",
    citations=(cite(1, ARTICLE, 25, 49, (40, 48)),),
    statements=(Statement(0, 8, (1,)),),
)


def test_a_short_answer_is_shown_in_its_sentence_bold_on_a_terminal() -> None:
    lines = answer_lines(SHORT)
    assert lines == [
        "Tom Reed [1]",
        "",
        "[1] The mill",
        "    /articles/mill.txt, characters 25-49",
        "    “Its miller was \x1b[1mTom Reed\x1b[0m.”",
    ]


def test_a_pipe_gets_it_plain(capsys: pytest.CaptureFixture[str]) -> None:
    print_lines(answer_lines(SHORT))
    assert capsys.readouterr().out.splitlines()[-1] == "    “Its miller was Tom Reed.”"


def test_a_sentence_over_two_lines_is_shown_in_one() -> None:
    both = replace(SHORT, text="The mill", citations=(cite(1, ARTICLE, 0, 49, (25, 35)),))
    assert answer_lines(both)[-1] == ("    “The mill opened in 1702. \x1b[1mIts miller\x1b[0m was Tom Reed.”")


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Who was the miller?", "Another article says otherwise:"),
        ("من كان الطحان؟", "مقال آخر يقول غير ذلك:"),
    ],
)
def test_what_another_article_says_stands_apart(question: str, said: str) -> None:
    rumour = Article("rumour", "A rumour", "They say it was Ann Hill.", "en", "/articles/rumour.txt")
    other = Alternative("Ann Hill", "en", cite(2, rumour, 0, 25, (16, 24)), 0.4)
    disputed = replace(SHORT, question=question, alternatives=(other,))
    lines = answer_lines(disputed)
    assert lines[:5] == answer_lines(SHORT)
    assert lines[5:] == [
        "",
        said,
        "Ann Hill [2]",
        "",
        "[2] A rumour",
        "    /articles/rumour.txt, characters 0-25",
        "    “They say it was \x1b[1mAnn Hill\x1b[0m.”",
    ]


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Who was the miller?", "Not sure. This sentence may answer:"),
        ("من كان الطحان؟", "غير مؤكد. لعل الجواب في هذه الجملة:"),
    ],
)
def test_of_an_unsure_answer_only_the_sentence_is_shown(question: str, said: str) -> None:
    rumour = Article("rumour", "A rumour", "They say it was Ann Hill.", "en", "/articles/rumour.txt")
    other = Alternative("Ann Hill", "en", cite(2, rumour, 0, 25, (16, 24)), 0.4)
    first, _, *sources = answer_lines(SHORT)
    unsure = answer_lines(replace(SHORT, question=question, alternatives=(other,), sure=False))
    assert first not in unsure
    assert unsure[: 2 + len(sources)] == [said, "", *sources]
    assert unsure[-1] == "    “They say it was \x1b[1mAnn Hill\x1b[0m.”"
    assert "Ann Hill [2]" not in unsure


def test_an_abstention_shows_the_nearest_passages() -> None:
    silent = replace(ANSWER, text="", citations=(), language="ar")
    assert answer_lines(silent) == [
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


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


EVENTS = [Event("searching"), Event("reading", 0, 2), Event("reading", 2, 2), Event("done")]


def test_a_terminal_shows_what_is_done_on_a_line_that_goes() -> None:
    terminal = Terminal()
    for event in EVENTS:
        events_for(terminal)(event)
    assert terminal.getvalue().split("\r\x1b[K") == [
        *("", "searching", "reading 1 of 2", "reading 2 of 2", ""),
    ]


def test_a_file_gets_none_of_it() -> None:
    file = StringIO()
    for event in EVENTS:
        events_for(file)(event)
    assert file.getvalue() == ""


def test_statements_that_begin_a_line_are_printed_on_their_own_and_a_broken_sentence_on_one() -> None:
    text = "Ask of these:\nThe mill opened\nin 1702.\nThe canal."
    starts = [text.index("The mill"), text.index("The canal")]
    statements = tuple(
        Statement(start, end, (1,)) for start, end in zip(starts, (starts[1] - 1, len(text)), strict=True)
    )
    listed = replace(SHORT, text=text, statements=statements, citations=SHORT.citations[:1], alternatives=())
    assert answer_lines(listed)[:3] == ["Ask of these:", "The mill opened in 1702. [1]", "The canal. [1]"]


def test_progress_tells_its_rate_and_the_time_left(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([100.0, 120.0, 200.0])
    monkeypatch.setattr("assistant.cli.terminal.monotonic", lambda: next(clock))
    progress = TerminalProgress()
    for done in (0, 100, 400, 1_000, 2_000):
        progress("embedding", done, 10_000 if done < 2_000 else 2_000)
    assert capsys.readouterr().err.splitlines() == [
        "embedding 1,000/10,000  50.0/s, 3 min left",
        "embedding 2,000/2,000  20.0/s",
    ]


@pytest.mark.parametrize(
    ("question", "language", "said"),
    [
        ("Who?", "en", "No article fits this filter, so there was nothing to ask."),
        ("من؟", "ar", "لا مقال يوافق ما حُدِّد، فلا شيء يُسأل."),
    ],
)
def test_a_filter_that_keeps_nothing_says_so_without_a_heading(
    question: str, language: str, said: str
) -> None:
    none = AskedWithin("published:2050", "", 0, 3, (), False)
    lines = answer_lines(replace(SILENT, question=question, language=language, within=none))
    assert lines[-1] == said
    few = replace(SILENT, within=replace(none, articles=2))
    assert answer_lines(few)[-1] == "The articles do not answer this question."
    assert "Nearest passages:" in answer_lines(replace(few, hits=(HIT,)))
