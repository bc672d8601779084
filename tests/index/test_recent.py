"""What was read last is kept, within bounds, and a long article is put together once for all its passages."""

from dataclasses import replace
from pathlib import Path

import pytest
from shelf import article

from assistant.pipeline import Assistant
from index.articles import Article, make_article
from index.embedders import HashingEmbedder
from index.library import Library, records
from index.library.recent import RecentArticles
from index.search.query import parse_query
from index.structure import TextBuilder

LINES = 4_000


def book(name: str) -> Article:
    """A long article of short paragraphs under headings, one of which answers."""
    built = TextBuilder()
    for number in range(LINES):
        if number % 50 == 0:
            built.add("heading", f"Chapter {number // 50}", level=1)
        told = f"The keeper {name} saw ship {number} pass." if number != LINES // 2 else ANSWERS
        built.add("paragraph", told)
    return make_article(
        id=name, title=f"The log of {name}", text=built.text, source=name, blocks=built.blocks
    )


ANSWERS = "Mariam Haddad built the northern observatory in 1911."


@pytest.fixture
def library(tmp_path: Path) -> Library:
    library = Library.create(tmp_path / "library", HashingEmbedder())
    library.build([book("one"), book("two")])
    return library


def test_the_oldest_goes_and_what_changed_is_another() -> None:
    kept = RecentArticles(most=2_500)
    one, two, long = article("one", "x" * 500), article("two", "x" * 500), article("long", "x" * 5_000)
    for stored in (one, two):
        kept.keep(stored, b"hash of " + stored.id.encode())
    assert kept.get("one", b"hash of one") is one
    assert kept.get("one", b"another hash") is None
    kept.keep(article("three", "x" * 500), b"hash of three")
    assert kept.get("two", b"hash of two") is None, "it was not asked for the longest"
    assert kept.get("one", b"hash of one") is one
    kept.keep(long, b"hash of long")
    assert kept.get("long", b"hash of long") is long, "the newest stays, whatever it takes"
    assert kept.get("one", b"hash of one") is None


def test_a_question_reads_each_article_once(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    stored = records.stored_blocks

    def counted(connection: object, row: int) -> object:
        read.append(row)
        return stored(connection, row)  # type: ignore[arg-type]

    monkeypatch.setattr(records, "stored_blocks", counted)
    asked = Assistant(library)
    answer = asked.answer("Who built the northern observatory?")
    assert answer.text == "Mariam Haddad"
    assert len(answer.hits) > 2
    assert sorted(read) == sorted(set(read))
    asked.answer("Which ship did the keeper see?")
    assert sorted(read) == sorted(set(read)), "the next question finds them"
    assert asked.answer("How many articles are there?").text == "2 articles"


def test_a_changed_article_is_read_again(library: Library) -> None:
    with library.snapshot() as before:
        first = before.article("one")
        library.add([replace(first, text=first.text.replace("Mariam", "Salma", 1).ljust(len(first.text)))])
        assert before.article("one") == first
        with library.snapshot() as after:
            assert "Salma" in after.article("one").text


def test_the_text_of_a_long_article_is_read_once_for_its_passages(library: Library) -> None:
    with library.snapshot() as snapshot:
        run: list[str] = []
        snapshot._connection.set_trace_callback(run.append)
        found = snapshot.lexical(parse_query("keeper saw ship pass"), 100)
        snapshot._connection.set_trace_callback(None)
        assert len(found) == 100
        assert sum("FROM texts" in statement for statement in run) == 2, "once for each article"
        for hit in found:
            text = snapshot.article(hit.passage.article_id).text
            assert hit.passage.text == text[hit.passage.start : hit.passage.end]
