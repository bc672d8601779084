"""Kills a process that changes a library, again and again, and looks at what is left each time.

    python tests/soak_library.py --rounds 200

The child makes one change after another. What the library holds after revision r follows from r alone, so
whatever revision a kill leaves can be compared article by article: it is the old state or the new one, nothing
between. ``test_library_kill`` runs a few rounds of the same.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from index.articles import Article
from index.embedding import HashingEmbedder
from index.library import Library

ARTICLES = 40
SECRET = "zyxwvut"  # one word a revision, that no later revision holds


def expected(revision: int) -> dict[str, str]:
    """The articles after so many changes: some texts stay, some change each time, some come and go."""
    if revision == 0:
        return {}
    texts = {}
    for n in range(ARTICLES):
        if (n + revision) % 5 == 0:
            continue
        version = 0 if n % 2 else revision
        line = f"Article {n}, version {version}, tells of thing{n * 31 % 97}. المقال رقم {n}. "
        texts[f"a{n}"] = line * (1 + n % 7 * 4) + (f"{SECRET}{version:04} ends it." if version else "")
    return texts


def change(library: Library, revision: int) -> None:
    """Makes ``revision`` out of the one before, by build and by update in turn."""
    articles = [
        Article(name, name, text, "en", f"/all/{name}", origin=f"/all/{name}")
        for name, text in expected(revision).items()
    ]
    if revision % 2:
        library.build(iter(articles))
    else:
        library.update(iter(articles), sources=["/all"])


def child(folder: Path) -> None:
    library = Library.open(folder, HashingEmbedder())
    revision = library.info().revision
    print("ready", flush=True)
    while True:
        revision += 1
        change(library, revision)


def check(folder: Path) -> int:
    """The revision that was left, if the library is sound and holds just what that revision holds."""
    library = Library.open(folder, HashingEmbedder())
    problems = library.verify()
    assert problems == [], problems
    with library.snapshot() as snapshot:
        held = {article.id: article.text for article in snapshot.full_articles()}
        assert held == expected(snapshot.revision), f"revision {snapshot.revision} holds something else"
        if held:
            assert snapshot.dense("المقال", 3)
            assert snapshot.lexical("المقال", 3)
    change(library, snapshot.revision + 1)  # goes on as if nothing had been
    assert library.verify() == []
    left = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    for revision in range(max(1, snapshot.revision - 20), snapshot.revision + 1):
        assert f"{SECRET}{revision:04}".encode() not in left, f"revision {revision} is still in the folder"
    return snapshot.revision


def kill_once(folder: Path, seconds: float) -> int:
    """Lets a child change the library for that long, kills it, checks; the revision that was left."""
    arguments = [sys.executable, __file__, "--child", str(folder)]
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        time.sleep(seconds)
        process.kill()
    return check(folder)


def soak(folder: Path, rounds: int, seed: int = 0) -> list[int]:
    """The revisions that so many kills left."""
    Library.create(folder, HashingEmbedder())
    chance = random.Random(seed)
    return [kill_once(folder, chance.uniform(0, 1.5)) for _ in range(rounds)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--seed", type=int, default=os.getpid())
    parser.add_argument("--child", type=Path)
    arguments = parser.parse_args()
    if arguments.child:
        child(arguments.child)
    root = Path(tempfile.mkdtemp())
    print(f"seed {arguments.seed}, {root}", flush=True)
    left = soak(root / "library", arguments.rounds, arguments.seed)
    print(f"{arguments.rounds} kills, all sound; revisions {left[0]} to {left[-1]}")
    shutil.rmtree(root)


if __name__ == "__main__":
    main()
