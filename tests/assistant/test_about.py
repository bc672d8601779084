"""Questions about the articles themselves, answered from their records and sentences."""

from dataclasses import replace

import pytest
from lindham import ARTICLES, Stored, hits

from assistant.question import understand
from assistant.readers import Reading
from assistant.readers.about import read_about
from index.articles import Article
from index.embedders import load_embedder
from index.text.dates import date_key

CANAL = replace(ARTICLES["canal"], author="Ann Reed", published="2021-05-04")
MILL = "The mill of Lindham\n\nBy Tom Ash\n\nThe mill ground corn for ninety years. It burned down in 1901."
SIGNED = Article("mill", "The mill of Lindham", MILL, "en", "/mill.txt", "2023-01-02", author="Tom Ash")
LIBRARY = Stored({"council": ARTICLES["council"], "canal": CANAL, "mill": SIGNED})


def about(question: str, *found: Article) -> Reading | None:
    return read_about(understand(question), hits(*found), LIBRARY)


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Who wrote the article on the canal of Lindham?", "Ann Reed"),
        ("When was the article on the canal of Lindham published?", "2021-05-04"),
        ("Who is the author of the report about the mill?", "Tom Ash"),
    ],
)
def test_author_and_date_come_from_the_record_and_are_cited_to_the_article(question: str, said: str) -> None:
    reading = about(question, CANAL, SIGNED)
    assert reading is not None
    assert reading.text == said
    [citation] = reading.citations
    assert citation.article_id == ("mill" if said == "Tom Ash" else "canal")
    assert citation.quote == LIBRARY.article(citation.article_id).text[citation.start : citation.end]


def test_an_author_who_stands_in_the_text_is_marked_there() -> None:
    reading = about("Who wrote the article about the mill?", SIGNED)
    assert reading is not None
    assert reading.citations[0].answer == "Tom Ash"
    assert reading.citations[0].quote == "By Tom Ash"


def test_an_article_that_does_not_say_who_wrote_it_is_read_like_any_other() -> None:
    assert about("Who wrote the article about the mill?", replace(SIGNED, author="")) is not None  # as stored
    unsigned = Stored({"mill": replace(SIGNED, author="")})
    assert read_about(understand("Who wrote the article about the mill?"), hits(SIGNED), unsigned) is None


def test_nobody_is_named_for_an_article_that_is_not_there() -> None:
    assert about("Who wrote the article on penguins in space?", CANAL, SIGNED) is None


def test_an_overview_is_the_articles_own_sentences_without_title_and_by_line() -> None:
    reading = about("Summarise the article on the mill of Lindham", CANAL, SIGNED)
    assert reading is not None
    assert reading.text == "The mill ground corn for ninety years.\nIt burned down in 1901."
    assert [citation.article_id for citation in reading.citations] == ["mill", "mill"]
    for statement in reading.statements:
        [number] = statement.citations
        assert reading.text[statement.start : statement.end] == reading.citations[number - 1].quote


def test_a_key_word_gives_the_sentences_that_hold_it() -> None:
    reading = about("railway", CANAL, SIGNED)
    assert reading is not None
    assert "railway was cheaper" in reading.text
    assert all("railway" in citation.quote for citation in reading.citations)


def test_what_there_is_on_a_topic_is_a_list_of_articles_and_the_newest_come_first() -> None:
    listed = about("What do you have on Lindham?", CANAL, SIGNED)
    assert listed is not None
    assert {one.article_id for one in listed.citations} == {"canal", "mill"}
    latest = about("latest news on Lindham", CANAL, SIGNED)
    assert latest is not None
    assert latest.text.splitlines() == [
        "The mill of Lindham (2023-01-02)",
        "The canal of Lindham (2021-05-04)",
    ]
    assert about("What do you have on penguins?", CANAL, SIGNED) is None


@pytest.mark.parametrize(
    ("question", "said"), [("How many articles are there?", "3 articles"), ("كم مقالا لديك؟", "3 مقالات")]
)
def test_articles_are_counted(question: str, said: str) -> None:
    reading = about(question)
    assert reading is not None
    assert reading.text == said
    assert reading.sure


def test_small_talk_is_answered_with_what_can_be_asked_about() -> None:
    reading = about("hello")
    assert reading is not None
    assert reading.text.startswith("Ask me about the articles here")
    assert "The mill of Lindham" in reading.text
    assert len(reading.citations) == 3
    empty = read_about(understand("مرحبا"), [], Stored({}))
    assert empty is not None
    assert empty.text == "لا مقالات هنا بعد."
    assert not empty.citations


def test_other_questions_are_none_of_it() -> None:
    assert about("Who built the canal?", CANAL) is None


def test_dates_are_ordered_however_they_are_written() -> None:
    given = ["", "14 April 2024", "2024-02-01", "2024", "2023-12-31"]
    assert sorted(given, key=date_key) == ["", "2023-12-31", "2024", "2024-02-01", "14 April 2024"]


def test_an_article_asked_about_as_such_is_found_by_what_its_title_means() -> None:
    iron = Article(
        "iron", "Taking iron tablets", "This leaflet is for adults. Take one each day.", "en", "/a"
    )
    boats = Article("boats", "حوار مع صانع القوارب", "في ورشة ضيقة يعمل درويش على قارب أخير.", "ar", "/b")
    stored = Stored({"iron": iron, "boats": boats}, embedder=load_embedder())
    reading = read_about(
        understand("What is the interview with the builder of boats about?"), hits(iron, boats), stored
    )
    assert reading is not None
    assert {one.article_id for one in reading.citations} == {"boats"}
    assert not reading.sure
    other = understand("What is the interview with the president of Peru about?")
    assert read_about(other, hits(iron, boats), stored) is None
