"""Builds the same articles here and on two nodes of a Ray cluster, and compares the libraries hash for hash.

    python -m tests.spread_library [--passages 1000] [--embedder bundled]

Prints the processor time of this process by stage. On a machine of few cores there is no time to be gained
by it: what it shows is what stays with the one process that writes, however many machines read and embed.
"""

import argparse
import hashlib
import sqlite3
import sys
import tempfile
from contextlib import closing
from pathlib import Path
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent))

from two_machines import two_machines

from assistant.ingest import build_library
from eval.speed.corpus import make_corpus
from index.cluster import Cluster, connected
from index.library.database import FILE


def contents(folder: Path) -> dict[str, str]:
    """A hash of each table of the library in a folder, rows in their order; without when they came in.

    Rows have the same numbers where the same articles came in the same order. Vectors are compared by bits.
    """
    hashes = {}
    with closing(sqlite3.connect(f"file:{folder / FILE}?mode=ro", uri=True)) as connection:
        for table in ("articles", "texts", "passages", "vectors", "blocks", "pages", "scans", "tags"):
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            chosen = ", ".join(column for column in columns if column != "added")
            digest = hashlib.sha256()
            for row in connection.execute(
                f"SELECT {chosen} FROM {table} ORDER BY {columns[0]}, {columns[1]}"
            ):
                digest.update(repr(row).encode())
            hashes[table] = digest.hexdigest()
    return hashes


class Stages:
    """The processor seconds of this process by stage, and the whole ones: a ``Progress``."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.whole: dict[str, float] = {}
        self._stage, self._begun, self._since = "reading", process_time(), perf_counter()

    def __call__(self, stage: str, done: int, total: int) -> None:
        if stage != self._stage:
            self.end()
            self._stage = stage

    def end(self) -> None:
        now = process_time()
        self.seconds[self._stage] = self.seconds.get(self._stage, 0.0) + now - self._begun
        self.whole[self._stage] = self.whole.get(self._stage, 0.0) + perf_counter() - self._since
        self._begun, self._since = now, perf_counter()


def measured(folder: Path, articles: Path, embedder: str, cluster: Cluster | None = None) -> str:
    """Builds, and says what it took."""
    stages, begun = Stages(), perf_counter()
    report = build_library(folder, [articles], embedder=embedder, progress=stages, cluster=cluster)
    stages.end()
    count = report.change.added
    told = "; ".join(
        f"{stage} {1000 * seconds / count:.2f} ms an article, {stages.whole[stage]:.1f} s in all"
        for stage, seconds in stages.seconds.items()
    )
    lines = [f"{count} articles, {report.change.embedded} passages, {perf_counter() - begun:.1f} s; "]
    return "".join([*lines, f"of this process: {told}", *report.notes])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--passages", type=int, default=1000)
    parser.add_argument("--embedder", default="bundled")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        make_corpus(arguments.passages).write(root / "articles")
        print("here:     ", measured(root / "here", root / "articles", arguments.embedder))
        with two_machines() as machines, connected(machines.address) as cluster:
            told = measured(root / "spread", root / "articles", arguments.embedder, cluster)
        print("two nodes:", told)
        here, spread = contents(root / "here"), contents(root / "spread")
    different = [table for table in here if here[table] != spread[table]]
    print(f"different: {', '.join(different)}" if different else "the same, hash for hash")
    sys.exit(bool(different))


if __name__ == "__main__":
    main()
