"""The articles that were read last, kept so that a long one is put together once and not for each hit.

An article is known by its id and its record's hash: one that changed is another. Leaves out passages.
"""

from collections import OrderedDict
from threading import Lock

from index.articles import Article

MOST = 128_000_000  # bytes, about, of all that are kept; the newest is kept whatever it takes
_BLOCK, _LETTER = 150, 2  # bytes


class RecentArticles:
    """Articles that were found to be what was stored. Safe to use from many threads."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[str, bytes], Article] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, article_id: str, digest: bytes) -> Article | None:
        """The article, where it is kept."""
        with self._lock:
            if found := self._kept.get((article_id, digest)):
                self._kept.move_to_end((article_id, digest))
            return found

    def keep(self, article: Article, digest: bytes) -> None:
        """Keeps a checked article; those that were not asked for the longest go."""
        with self._lock:
            if self._kept.setdefault((article.id, digest), article) is article:
                self._bytes += _bytes_of(article)
            while self._bytes > self._most and len(self._kept) > 1:
                _, oldest = self._kept.popitem(last=False)
                self._bytes -= _bytes_of(oldest)


def _bytes_of(article: Article) -> int:
    cells = sum(len(block.cells) for block in article.blocks)
    words = sum(len(page.packed) for page in article.scans)
    return words + _LETTER * len(article.text) + _BLOCK * (len(article.blocks) + len(article.pages) + cells)
