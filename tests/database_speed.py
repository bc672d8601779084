"""How fast a library is built and asked in SQLite and in PostgreSQL, and beside another checkout of it.

    python -m tests.database_speed [--articles 2000] [--rounds 5] [--beside CHECKOUT]

Each round measures every kind in a process of its own, one after the other. Printed is the best round of each
in milliseconds, of what is done often the median of several, each the best of some tries; and of SQLite the
ratio to the other checkout. CPU is that of the process alone, without the server's. The embedder is that of
hashing, so that the database is what costs. A server is started for it, of which no COMMIT waits for the disk
(fsync=off); a network would add its way there and back to each statement.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PROGRAM = """
import json, statistics, sys, tempfile, time
from pathlib import Path
from assistant.pipeline import Assistant
from assistant.settings import Settings
from index.articles import make_article
from index.embedders import HashingEmbedder
from index.library import Library
from index.search.query import parse_query

url, count = sys.argv[1], int(sys.argv[2])
WORDS = [a + b + c for a in "bdfgklmnprst" for b in "aeiou" for c in "bdfgklmnprst"]

def text(n):
    return " ".join(
        f"The {WORDS[(n * 7 + m) % 720]} of the {WORDS[(n + m * 13) % 720]} was seen in {1900 + n % 120}."
        for m in range(20)
    )

articles = [
    make_article(id=f"a{n}", title=f"Of {n}", text=text(n), source=f"/s/{n}.txt") for n in range(count)
]
told = {}

def timed(name, work, times, again=1):
    spent = []
    for n in range(times):
        each = []
        for _ in range(again):
            begun = time.perf_counter(), time.process_time()
            work(n)
            each.append((time.perf_counter() - begun[0], time.process_time() - begun[1]))
        spent.append([min(several) for several in zip(*each)])
    told[name], told[name + ", CPU"] = (1000 * statistics.median(several) for several in zip(*spent))

with tempfile.TemporaryDirectory() as name:
    folder = Path(name) / "library"
    library = Library.create(folder, HashingEmbedder(), **({"database": url} if url else {}))
    timed("build", lambda _: library.build(articles), 1)
    timed("add one", lambda n: library.add([make_article(id="b", title="B", text=text(n), source="/b")]), 10)
    library = Library.open(folder, HashingEmbedder())
    assistant = Assistant(library, Settings(reader="sentence"))
    def snapshot(_):
        with library.snapshot() as opened:
            opened.revision
    def search(n):
        with library.snapshot() as opened:
            query = parse_query(f"Who saw the {WORDS[n * 37 % 720]} in {1900 + n}?")
            opened.lexical(query, 10), opened.dense(query, 10)
    search(0)
    timed("snapshot", snapshot, 50, 8)
    timed("search", search, 30, 8)
    timed("ask", lambda n: assistant.answer(f"Who saw the {WORDS[n * 37 % 720]} in {1900 + n}?"), 15, 5)
print(json.dumps(told))
"""


def measured(checkout: Path, url: str, articles: int) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, url, str(articles)],
        env=os.environ | {"PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        check=False,
        cwd=tempfile.gettempdir(),
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, float] = json.loads(done.stdout)
    return told


def table(rounds: dict[str, list[dict[str, float]]]) -> Iterator[str]:
    best = {
        kind: {what: min(told[what] for told in each) for what in each[0]} for kind, each in rounds.items()
    }
    for name in best["sqlite"]:
        line = f"{name:<14}" + "".join(f"  {kind} {told[name]:9.2f}" for kind, told in best.items())
        if "before" in best:
            line += f"  sqlite / before {best['sqlite'][name] / best['before'][name]:.2f}"
        yield line


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--articles", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--beside", type=Path, help="A folder with another checkout.")
    chosen = parser.parse_args()
    sys.path.insert(0, str(Path(__file__).parent))
    from postgres_server import running_server

    checkouts = {"sqlite": ROOT} | ({"before": chosen.beside.resolve()} if chosen.beside else {})
    rounds: dict[str, list[dict[str, float]]] = {}
    with running_server() as server:
        for number in range(chosen.rounds):
            for name, checkout in [*checkouts.items()][:: -1 if number % 2 else 1]:
                rounds.setdefault(name, []).append(measured(checkout, "", chosen.articles))
            url = server.url(f"speed_{number}")
            rounds.setdefault("postgresql", []).append(measured(ROOT, url, chosen.articles))
            print(f"best of {number + 1}", *table(rounds), sep="\n", flush=True)


if __name__ == "__main__":
    main()
