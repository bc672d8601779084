"""Articles as rows of the library's tables, and back."""

import hashlib
import json
from collections.abc import Sequence
from typing import Any

from index.articles import Article
from index.library.database import Connection
from index.passages import SPLITTER_VERSION
from index.places import folder_of, kind_of_file, site_of
from index.scans import ScannedPage
from index.structure import Block, Page, Range
from index.text.analysis import fold
from index.text.dates import date_key

# Of an article, in its own order:
FIELDS = "id, title, text, language, source, published, origin, author, file_hash"
BLOCK_FIELDS = "start, end, kind, level, head, cells"
PAGE_FIELDS = "start, end, label, number, kind"
SCAN_FIELDS = "start, end, number, digest, packed"
NO_CELLS = json.dumps("")


def stored_article(connection: Connection, row: int, values: Sequence[Any]) -> Article:
    """The article of a row of ``articles`` whose ``FIELDS`` are given, with its blocks and pages."""
    pages = connection.execute(
        f"SELECT {PAGE_FIELDS} FROM pages WHERE article = ? ORDER BY start", (row,)
    ).fetchall()
    told = dict(zip(FIELDS.split(", "), values, strict=True))
    tags = connection.execute("SELECT tag FROM tags WHERE id = ? AND stated = 1 ORDER BY tag", (told["id"],))
    return Article(
        **told,
        tags=tuple(tag for (tag,) in tags),
        blocks=stored_blocks(connection, row),
        pages=tuple(Page(label, start, end, number, kind) for start, end, label, number, kind in pages),
        scans=stored_scans(connection, row),
    )


def stored_blocks(connection: Connection, row: int) -> tuple[Block, ...]:
    """The blocks of the article of a row, in order."""
    blocks = connection.execute(f"SELECT {BLOCK_FIELDS} FROM blocks WHERE article = ? ORDER BY start", (row,))
    return tuple(
        Block(kind, start, end, level, _ranges(cells), bool(head))
        for start, end, kind, level, head, cells in blocks
    )


def stored_scans(connection: Connection, row: int) -> tuple[ScannedPage, ...]:
    """What of the article of a row was read from pictures, in order."""
    scans = connection.execute(f"SELECT {SCAN_FIELDS} FROM scans WHERE article = ? ORDER BY start", (row,))
    return tuple(
        ScannedPage(number, start, end, digest, packed if isinstance(packed, bytes) else b"")
        for start, end, number, digest, packed in scans
    )


def block_rows(article: Article) -> list[tuple[object, ...]]:
    """The ``BLOCK_FIELDS`` of each block."""
    return [
        (block.start, block.end, block.kind, block.level, block.head, _told(block.cells))
        for block in article.blocks
    ]


def page_rows(article: Article) -> list[tuple[object, ...]]:
    """The ``PAGE_FIELDS`` of each page."""
    return [(page.start, page.end, page.label, page.number, page.kind) for page in article.pages]


def scan_rows(article: Article) -> list[tuple[Any, ...]]:
    """The ``SCAN_FIELDS`` of each scanned page."""
    return [(page.start, page.end, page.number, page.digest, page.packed) for page in article.scans]


def tag_rows(article: Article) -> list[tuple[str, str, str]]:
    """Of each tag that an article states: the article's id, the tag folded, the tag."""
    return [(article.id, fold(tag), tag) for tag in sorted(set(article.tags))]


def derived(article: Article) -> list[str]:
    """The ``DERIVED`` columns of an article."""
    source, origin = article.source, article.origin
    return [date_key(article.published), folder_of(origin), site_of(source, origin), kind_of_file(origin)]


def text_hash(text: str) -> bytes:
    """SHA-256 of a text's UTF-8."""
    return hashlib.sha256(text.encode()).digest()


def record_hash(article: Article, splitter: str = SPLITTER_VERSION) -> bytes:
    """SHA-256 of what an article says and how it is split, then of its structure and file, if it has any.

    Equal means that nothing is to be done.
    """
    parts = (article.title, article.text, article.language, article.source, article.published, article.origin)
    # what an article does not state is not in its hash: those that older versions stored stay the same
    more: list[object] = [article.author] if article.author else []
    if article.tags:
        more.append(sorted(set(article.tags)))
    said = hashlib.sha256(json.dumps((*parts, *more, splitter)).encode()).digest()
    pages = [row if any(row[3:-1]) or row[-1] != "page" else row[:3] for row in page_rows(article)]
    structure: tuple[Any, ...] = (block_rows(article), pages, *filter(None, (article.file_hash,)))
    if article.scans:
        structure += ([(*told, packed.hex()) for *told, packed in scan_rows(article)],)
    return said + (hashlib.sha256(json.dumps(structure).encode()).digest() if any(structure) else b"")


SAID = slice(hashlib.sha256().digest_size)  # of a record's hash: without the structure


def _told(cells: Sequence[Range]) -> str:
    return json.dumps(cells) if cells else NO_CELLS  # of nearly every block of a book


def _ranges(cells: str) -> tuple[Range, ...]:
    if cells == NO_CELLS:
        return ()
    try:
        return tuple((start, end) for start, end in json.loads(cells))
    except (TypeError, ValueError):  # damaged: the article's hash tells
        return ()
