"""The database, its rows and its lock."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.articles import Article
from index.embedders import HashingEmbedder
from index.errors import DiskFailed, LibraryBusy, LibraryClosed, LibraryDamaged
from index.library.corpus import StoredCorpus
from index.library.database import Database, IndexFiles, State
from index.library.generations import Generations
from index.library.lock import writer_lock
from index.library.records import record_hash, text_hash
from index.library.snapshot import Snapshot
from index.search import index_kinds
from index.structure import Block, Page

STATE = State(7, "any", "any-1", 3, {"vectors": IndexFiles("v", "1", {"f": "00"})})
ARTICLE = Article("id", "title", "text", "en", "source", "2024-05-01", "/origin")
ROW = f"INSERT INTO articles VALUES (1, 'a', '', 'en', '', '', '', 0, '', ?{', ?' * 7})"
BLANK = ("",) * 7


@pytest.fixture
def database(tmp_path: Path) -> Database:
    database = Database(tmp_path)
    database.create(STATE)
    return database


def test_the_state_comes_back_as_it_was(database: Database) -> None:
    with database.reading() as connection:
        assert connection.read_state() == STATE


def test_a_transaction_is_all_or_nothing(database: Database) -> None:
    def half() -> None:
        with database.writing() as connection, connection.transaction():
            connection.write_state(replace(STATE, revision=8))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half()
    with database.reading() as connection:
        assert connection.read_state().revision == 7


def test_a_reader_sees_one_revision_for_as_long_as_it_reads(database: Database) -> None:
    with database.reading() as reader:
        assert reader.read_state().revision == 7
        with database.writing() as writer, writer.transaction():
            writer.write_state(replace(STATE, revision=8))
        assert reader.read_state().revision == 7
    with database.reading() as reader:
        assert reader.read_state().revision == 8


def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(LibraryClosed, match="readonly"), database.reading() as reader:
        reader.write_state(STATE)


def test_a_full_disk_is_one_line_and_changes_nothing(database: Database) -> None:
    def fill() -> None:
        with database.writing() as connection:
            pages = connection.execute("PRAGMA page_count").fetchone()[0]
            connection.execute(f"PRAGMA max_page_count = {pages}")
            with connection.transaction():
                connection.write_state(replace(STATE, embedder="x" * 100_000))

    with pytest.raises(DiskFailed, match=r"full.*is as it was: make room"):
        fill()
    with database.reading() as connection:
        assert connection.read_state() == STATE


def test_damaged_index_files_are_none_and_a_damaged_state_is_told(database: Database) -> None:
    with database.writing() as connection:
        connection.execute("UPDATE meta SET value = '{' WHERE key = 'derived'")
        assert connection.read_state() == replace(STATE, indexes={})
        connection.execute("UPDATE meta SET value = CAST(x'ff' AS TEXT) WHERE key = 'library'")
    with pytest.raises(LibraryDamaged, match="index repair"), database.reading() as connection:
        connection.read_state()


def test_every_field_but_the_id_counts_in_an_articles_hash() -> None:
    changed = [
        replace(ARTICLE, **{name: "other"})  # type: ignore[arg-type]
        for name in ("title", "text", "language", "source", "published", "origin", "author", "file_hash")
    ]
    changed.append(replace(ARTICLE, blocks=(Block("heading", 0, 4, 1),)))
    changed += [
        replace(ARTICLE, pages=(page,))
        for page in (Page("iv", 0, 4), Page("iv", 0, 4, 6), Page("iv", 0, 4, kind="slide"))
    ]
    hashes = {record_hash(each) for each in [ARTICLE, *changed]} | {record_hash(ARTICLE, "?")}
    assert len(hashes) == 14
    assert record_hash(replace(ARTICLE, id="other")) == record_hash(ARTICLE)
    # Fields do not run into one another.
    assert record_hash(replace(ARTICLE, title="a", text="b")) != record_hash(
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
    database = Database(tmp_path_factory.mktemp("database"))
    database.create(STATE)
    with database.writing() as connection:
        stored = Article("a", "", text, "en", "")
        connection.execute(ROW, (record_hash(stored, ""), *BLANK))
        connection.execute("INSERT INTO texts VALUES (1, ?)", (text,))
        slice_of = "INSERT INTO passages VALUES (5, 1, ?, ?, ?)"
        connection.execute(slice_of, (start, end, text_hash(text[start:end])))
        snapshot = Snapshot(connection, Generations(database, index_kinds()), lambda _: HashingEmbedder())
        assert snapshot.passages([5])[5].text == text[start:end]
        assert snapshot.article("a").text == text
        assert list(StoredCorpus(connection, STATE).texts()) == [(5, "", text[start:end])]


@settings(max_examples=20, deadline=None)
@given(
    counts=st.lists(st.integers(1, 4), min_size=1, max_size=10),
    after=st.integers(0, 10),
    batch=st.integers(1, 4),
)
def test_windows_come_back_bit_for_bit_under_their_passage(
    tmp_path_factory: pytest.TempPathFactory, counts: list[int], after: int, batch: int
) -> None:
    chance = np.random.default_rng(sum(counts))
    by_text = [chance.standard_normal((count, 3)).astype(np.float32) for count in counts]
    database = Database(tmp_path_factory.mktemp("database"))
    database.create(STATE)
    with database.writing() as connection:
        connection.execute(ROW, (b"", *BLANK))
        hashes = [text_hash(str(n)) for n in range(len(counts))]
        stored = [
            (fingerprint, digest, (sign * vectors).tobytes())
            for fingerprint, sign in (("any-1", 1), ("another", -1))
            for digest, vectors in zip(hashes, by_text, strict=True)
        ]
        connection.executemany("INSERT INTO vectors VALUES (?, ?, ?)", stored)
        # the first text has a second passage, of the same vectors
        passages = [*enumerate(hashes, start=1), (len(hashes) + 1, hashes[0])]
        connection.executemany("INSERT INTO passages VALUES (?, 1, 0, 1, ?)", passages)
        corpus = StoredCorpus(connection, STATE, batch)
        assert corpus.count_vectors() == sum(counts) + counts[0]
        batches = list(corpus.vectors(after))
    expected = dict(enumerate([*by_text, by_text[0]], start=1))
    assert all(len(set(rows.tolist())) <= batch for rows, _ in batches)
    rows = [row for rows, _ in batches for row in rows.tolist()]
    assert rows == [row for row, vectors in expected.items() if row > after for _ in vectors]
    found = [vector for _, vectors in batches for vector in vectors]
    np.testing.assert_array_equal(
        np.reshape(found, (-1, 3)),
        np.concatenate([np.zeros((0, 3)), *(v for row, v in expected.items() if row > after)]),
    )


@pytest.mark.parametrize("blob", [b"", b"short", bytes(12 * 2 + 4)])
def test_vectors_of_the_wrong_size_are_not_read(database: Database, blob: bytes) -> None:
    def read() -> None:
        with database.writing() as connection:
            connection.execute(ROW, (b"", *BLANK))
            connection.execute("INSERT INTO passages VALUES (5, 1, 0, 1, x'00')")
            connection.execute("INSERT INTO vectors VALUES ('any-1', x'00', ?)", (blob,))
            list(StoredCorpus(connection, STATE).vectors())

    with pytest.raises(LibraryDamaged, match=r"wrong size.*majlis index repair"):
        read()


HOLD = """
import sys, pathlib
from index.library.generations import Generations
from index.library.lock import writer_lock
from index.library.snapshot import Snapshot
with writer_lock(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_the_lock_names_its_holder_and_goes_with_it(database: Database) -> None:
    root = Path(__file__).parent.parent.parent
    arguments = [sys.executable, "-c", HOLD, str(database.folder)]
    with subprocess.Popen(
        arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=root
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(LibraryBusy, match=f"pid {process.pid}.*wait"), writer_lock(database.folder):
            pass
        process.kill()  # without a word of farewell
        process.wait()
        with writer_lock(database.folder):
            pass


def test_the_lock_is_free_again_after_an_error(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), writer_lock(database.folder):
        raise ZeroDivisionError
    with writer_lock(database.folder):
        assert (database.folder / "lock").read_text().startswith("pid ")
    assert (database.folder / "lock").read_text() == ""
