"""Files, read on the machines of a cluster; what they hold comes back in the order of the files.

The bytes of a file travel with the work, so that no machine needs the owner's folders. Read in this process
are a file that nobody could read, so that it is told as ever; one that is too large to travel; and scans
that the library knows, which cost nothing here.
"""

import hashlib
from collections.abc import Iterable, Iterator

from index.articles import ArticleFile, Found, read_file, readable
from index.cluster import Cluster, Sent, tasks
from index.errors import UnreadableArticle
from index.formats.ocr import current

LARGEST = 64 * 2**20  # bytes of a file that travels
LARGEST_OF_SEVERAL = 8 * 2**20  # of one with many articles, which is read bit by bit here
TOGETHER, BYTES_TOGETHER = 16, 2**20  # small files in one task
SLOW = ("pdf", "ocr.picture")  # a task each


class ClusterReader:
    """Reads files (``index.articles.FileReader``)."""

    def __init__(self, cluster: Cluster, scanned: frozenset[str]) -> None:
        self._cluster = cluster
        self._scanned = scanned

    def __call__(self, files: Iterable[ArticleFile]) -> Iterator[Iterator[Found]]:
        for group, found in self._cluster.in_order(self._sent(files)):
            yield from map(read_file, group) if found is None else map(iter, found)

    def _sent(self, files: Iterable[ArticleFile]) -> Iterator[Sent]:
        mode = current().mode
        group: list[tuple[ArticleFile, bytes]] = []

        def sent() -> Iterator[Sent]:
            if group:
                held = sum(len(contents) for _, contents in group)
                ref = self._cluster.submit(tasks.read, mode, list(group))
                yield Sent([file for file, _ in group], ref, held)
                group.clear()

        for file in files:
            contents, alone = self._contents(file)
            if contents is None:
                yield from sent()
                yield Sent([file])
                continue
            before = sum(len(other) for _, other in group)
            if alone or len(group) == TOGETHER or before + len(contents) > BYTES_TOGETHER:
                yield from sent()
            group.append((file, contents))
            if alone:
                yield from sent()
        yield from sent()

    def _contents(self, file: ArticleFile) -> tuple[bytes | None, bool]:
        """The bytes that travel, or None, and whether they do so alone."""
        try:
            format = readable(file.named)
            several = format.several
            if file.named.stat().st_size > (LARGEST_OF_SEVERAL if several else LARGEST):
                return None, True
            contents = file.path.read_bytes()
        except (UnreadableArticle, OSError):
            return None, True
        digest = "" if several else hashlib.sha256(contents).hexdigest()
        known = bool(self._scanned) and digest in self._scanned
        return None if known else contents, several or format.module in SLOW
