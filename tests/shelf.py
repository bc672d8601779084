"""Three articles, a library of them, and what it finds and holds."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from index.articles import Article, make_article
from index.embedders import HashingEmbedder
from index.embedders.windows import WindowVectors
from index.library import Library
from index.progress import Progress, silent
from index.search import IndexKind, vectors
from index.search.query import parse_query
from index.search.vectors import VectorIndex

ARTICLES = {
    "council": (
        "Ministers meet in Cairo",
        "The foreign ministers met in Cairo on Monday. Lavrov proposed a council of experts. "
        "The meeting lasted three hours.",
    ),
    "majlis": (
        "اجتماع الوزراء في القاهرة",
        "اجتمع وزراء الخارجية في القاهرة يوم الاثنين. اقترح لافروف تشكيل مجلس للخبراء. "
        "استمر الاجتماع ثلاث ساعات.",
    ),
    "dates": ("Date palms", "The date palm grows in dry lands. Its fruit is eaten fresh or dried."),
}


def article(name: str, text: str = "", *, origin: str = "", title: str = "") -> Article:
    stored_title, stored_text = ARTICLES.get(name, (name, ""))
    where = origin or f"/articles/{name}.txt"
    return make_article(
        id=name, title=title or stored_title, text=text or stored_text, source=where, origin=where
    )


class CountingEmbedder(HashingEmbedder):
    """Remembers what it was asked to embed, and can be told to fail after so many batches."""

    def __init__(self, fail_after: int = -1) -> None:
        self.texts: list[str] = []
        self.fail_after = fail_after

    def embed_passages(self, texts: Sequence[str], *, progress: Progress = silent) -> WindowVectors:
        if self.fail_after == 0:
            raise KeyboardInterrupt
        self.fail_after -= 1
        self.texts += texts
        return super().embed_passages(texts, progress=progress)


class OtherEmbedder(HashingEmbedder):
    """The same words, half the buckets: another fingerprint."""

    name = "other"
    fingerprint = "other-1"
    dimension = 128


def lists_kind(lists_from: int) -> IndexKind[VectorIndex]:
    """FAISS with lists in a segment of at least so many vectors."""
    return replace(
        vectors.KIND,
        create=partial(VectorIndex, lists_from=lists_from),
        open=partial(VectorIndex.open, lists_from=lists_from),
    )


def found(library: Library, question: str, leg: str = "lexical") -> list[str]:
    with library.snapshot() as snapshot:
        return [hit.passage.article_id for hit in getattr(snapshot, leg)(parse_query(question), 10)]


def held(library: Library) -> list[str]:
    return [summary.id for summary in library.articles()]


def on_disk(library: Library) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(library.folder.rglob("*")) if path.is_file())
