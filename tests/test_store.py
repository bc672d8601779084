"""The store, its records and its lock."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import records, store
from index.articles import Article
from index.errors import LibraryBusy, LibraryDamaged, NoLibrary, UserError
from index.store import Stamp, State
from index.writing import writer_lock

STATE = State(7, "any", "any-1", 3, vectors=Stamp("v", "1", 0, {"f": "00"}))
ARTICLE = Article("id", "title", "text", "en", "source", "2024-05-01", "/origin")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    store.create(tmp_path, STATE)
    return tmp_path


def test_the_state_comes_back_as_it_was(folder: Path) -> None:
    with store.reading(folder) as connection:
        assert store.read_state(connection) == STATE


def test_a_transaction_is_all_or_nothing(folder: Path) -> None:
    def half() -> None:
        with store.writing(folder) as connection, store.transaction(connection):
            store.write_state(connection, replace(STATE, revision=8))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half()
    with store.reading(folder) as connection:
        assert store.read_state(connection).revision == 7


def test_a_reader_sees_one_revision_for_as_long_as_it_reads(folder: Path) -> None:
    with store.reading(folder) as reader:
        assert store.read_state(reader).revision == 7
        with store.writing(folder) as writer, store.transaction(writer):
            store.write_state(writer, replace(STATE, revision=8))
        assert store.read_state(reader).revision == 7
    with store.reading(folder) as reader:
        assert store.read_state(reader).revision == 8


def test_a_reader_cannot_write(folder: Path) -> None:
    with pytest.raises(UserError, match="cannot be written"), store.reading(folder) as reader:
        store.write_state(reader, STATE)


def test_a_full_disk_is_one_line_and_changes_nothing(folder: Path) -> None:
    def fill() -> None:
        with store.writing(folder) as connection:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages}")
            with store.transaction(connection):
                store.write_state(connection, replace(STATE, embedder="x" * 100_000))

    with pytest.raises(UserError, match=r"full.*it is as it was"):
        fill()
    with store.reading(folder) as connection:
        assert store.read_state(connection) == STATE


def test_damaged_stamps_are_none_and_a_damaged_state_is_told(folder: Path) -> None:
    with store.writing(folder) as connection:
        connection.execute("UPDATE meta SET value = '{' WHERE key = 'derived'")
        assert store.read_state(connection) == replace(STATE, vectors=Stamp())
        connection.execute("UPDATE meta SET value = CAST(x'ff' AS TEXT) WHERE key = 'library'")
    with pytest.raises(LibraryDamaged, match="build it anew"), store.reading(folder) as connection:
        store.read_state(connection)


def test_no_library(tmp_path: Path) -> None:
    with pytest.raises(NoLibrary, match=f"in {tmp_path}: make one with: majlis index build"):
        store.check(tmp_path)


def test_every_field_but_the_id_counts_in_an_articles_hash() -> None:
    changed = [
        replace(ARTICLE, **{name: "other"})  # type: ignore[arg-type]
        for name in ("title", "text", "language", "source", "published", "origin")
    ]
    hashes = {records.record_hash(each) for each in [ARTICLE, *changed]} | {records.record_hash(ARTICLE, "?")}
    assert len(hashes) == 8
    assert records.record_hash(replace(ARTICLE, id="other")) == records.record_hash(ARTICLE)
    # Fields do not run into one another.
    assert records.record_hash(replace(ARTICLE, title="a", text="b")) != records.record_hash(
        replace(ARTICLE, title="ab", text="")
    )


LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")


@settings(max_examples=40, deadline=None)
@given(text=st.text(LETTERS, min_size=1), data=st.data())
def test_sqlite_cuts_the_slice_that_python_cuts(
    tmp_path_factory: pytest.TempPathFactory, text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    folder = tmp_path_factory.mktemp("store")
    store.create(folder, STATE)
    with store.writing(folder) as connection:
        connection.execute("INSERT INTO articles VALUES (1, 'a', '', 'en', '', '', '', 0, '', x'00')")
        connection.execute("INSERT INTO texts VALUES (1, ?)", (text,))
        connection.execute("INSERT INTO passages VALUES (5, 1, ?, ?, x'00')", (start, end))
        assert records.read_passages(connection, [5])[5].text == text[start:end]
        assert list(records.read_passage_texts(connection)) == [(5, "", text[start:end])]
        assert records.read_article(connection, "a").text == text


def test_vectors_come_back_bit_for_bit_in_batches(folder: Path) -> None:
    vectors = np.random.default_rng(0).standard_normal((10, 3)).astype(np.float32)
    with store.writing(folder) as connection:
        connection.execute("INSERT INTO articles VALUES (1, 'a', '', 'en', '', '', '', 0, '', x'00')")
        hashes = [records.text_hash(str(n)) for n in range(10)]
        records.store_vectors(connection, "any-1", hashes, vectors)
        records.store_vectors(connection, "another", hashes, -vectors)
        connection.executemany(
            "INSERT INTO passages VALUES (?, 1, 0, 1, ?)", list(enumerate(hashes, start=1))
        )
        batches = list(records.read_vectors(connection, STATE, after=2, batch=3))
    assert [rows.tolist() for rows, _ in batches] == [[3, 4, 5], [6, 7, 8], [9, 10]]
    np.testing.assert_array_equal(np.concatenate([each for _, each in batches]), vectors[2:])


HOLD = """
import sys, pathlib
from index.writing import writer_lock
with writer_lock(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_lock_names_its_holder_and_goes_with_it(folder: Path) -> None:
    root = Path(__file__).parent.parent
    arguments = [sys.executable, "-c", HOLD, str(folder)]
    with subprocess.Popen(
        arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(LibraryBusy, match=f"pid {process.pid}.*wait"), writer_lock(folder):
            pass
        process.kill()  # without a word of farewell
        process.wait()
        with writer_lock(folder):
            pass


def test_the_lock_is_free_again_after_an_error(folder: Path) -> None:
    with pytest.raises(ZeroDivisionError), writer_lock(folder):
        raise ZeroDivisionError
    with writer_lock(folder):
        assert (folder / "lock").read_text().startswith("pid ")
    assert (folder / "lock").read_text() == ""
