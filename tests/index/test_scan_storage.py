"""Scans in a library: kept, found again by their page, salvaged, and gone with their article."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from index.articles import Article, make_article
from index.embedders import HashingEmbedder
from index.library import Library
from index.library.database import FILE
from index.scans import ScannedPage, ScannedWord, packed, words_of
from index.structure import Block

TEXT = "The lamp was lit.\n\nThe gate was closed at six."


def scanned() -> Article:
    words = [ScannedWord(19, 22, (0.1, 0.1, 0.2, 0.15), 0.9), ScannedWord(23, 27, (0.2, 0.1, 0.3, 0.15), 0.5)]
    return make_article(
        id="lamp",
        title="The lamp",
        text=TEXT,
        source="",
        origin="/lamps/lamp.pdf",
        blocks=(Block("paragraph", 0, 17), Block("paragraph", 19, len(TEXT))),
        scans=(ScannedPage(4, 19, len(TEXT), "a page", packed(words, 19)),),
    )


def test_scans_are_kept_found_by_their_page_and_removed(tmp_path: Path) -> None:
    article = scanned()
    library = Library.create(tmp_path / "library", HashingEmbedder())
    assert library.add([article]).added == 1
    assert library.add([article]).unchanged == 1
    other = replace(article, scans=(replace(article.scans[0], number=5),))
    assert library.add([other]).updated == 1
    with library.snapshot() as snapshot:
        assert snapshot.article("lamp") == other
        found = snapshot.scanned("a page")
        assert snapshot.scanned("another page") is None
    assert found is not None
    assert (found.text, found.blocks) == (TEXT[19:], (Block("paragraph", 0, len(TEXT) - 19),))
    again = ScannedPage(0, 0, len(found.text), "", found.packed)
    assert [(word.start, word.end) for word in words_of(again)] == [(0, 3), (4, 8)]
    assert library.verify() == []
    library.remove(["lamp"])
    with closing(sqlite3.connect(library.folder / FILE)) as connection:
        assert connection.execute("SELECT count(*) FROM scans").fetchone() == (0,)


def test_scans_are_salvaged_from_a_damaged_file(tmp_path: Path) -> None:
    library = Library.create(tmp_path / "library", HashingEmbedder())
    library.add([scanned()])
    path = library.folder / FILE
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        query = "SELECT rootpage FROM sqlite_schema WHERE name = 'passages_by_text'"
        [root] = connection.execute(query).fetchone()
    data = bytearray(path.read_bytes())
    data[(root - 1) * 4096 : root * 4096] = bytes(4096)
    path.write_bytes(data)
    assert "is kept as" in library.repair()[0]
    with library.snapshot() as snapshot:
        assert snapshot.article("lamp") == scanned()
    assert library.verify() == []
