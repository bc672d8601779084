"""Kills a process that changes a library, again and again, and looks at what is left each time.

    python tests/soak_library.py --rounds 200         at random moments
    python tests/soak_library.py --steps              once before each step of a change: statements, files

What the library holds after revision r follows from r alone, so whatever revision a kill leaves can be
compared article by article: it is the old state or the new one, nothing between. ``test_library_kill`` runs a
few of the same. It forks, and so wants a system that can.
"""

import argparse
import itertools
import os
import random
import shutil
import signal
import sqlite3
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from index.articles import Article
from index.embedders import HashingEmbedder
from index.library import Library
from index.search.query import parse_query

ARTICLES = 40
SECRET = "zyxwvut"  # with a revision's number: a word that no later revision holds
FILE_STEPS = {"os.rename", "os.link", "os.mkdir", "os.rmdir", "os.remove", "shutil.rmtree", "shutil.copyfile"}


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


def change(folder: Path) -> None:
    """Makes the next revision, by build and by update in turn."""
    library = Library.open(folder, HashingEmbedder())
    revision = library.info().revision + 1
    around = Path(__file__).parent  # a folder that is there: what does not come is gone from it
    articles = (
        Article(name, name, text, "en", name, origin=str(around / name))
        for name, text in expected(revision).items()
    )
    if revision % 2:
        library.build(articles)
    else:
        library.update(articles, sources=[str(around)])


def check(folder: Path) -> None:
    """The library is sound, holds just what its revision holds, goes on, and has forgotten what it should."""
    library = Library.open(folder, HashingEmbedder())
    problems = library.verify()
    assert problems == [], problems
    with library.snapshot() as snapshot:
        held = {a.id: snapshot.article(a.id).text for a in snapshot.articles()}
        assert held == expected(snapshot.revision), f"revision {snapshot.revision} holds something else"
        if held:
            assert snapshot.dense(parse_query("المقال"), 3)
            assert snapshot.lexical(parse_query("المقال"), 3)
    change(folder)  # goes on as if nothing had been
    assert library.verify() == []
    left = b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())
    for revision in range(max(1, snapshot.revision - 20), snapshot.revision + 1):
        assert f"{SECRET}{revision:04}".encode() not in left, f"revision {revision} is still in the folder"


def in_a_child(work: Callable[[], Any], seconds: float | None = None) -> bool:
    """Whether a forked process ends its work by itself; it is killed after ``seconds``."""
    child = os.fork()
    if not child:
        try:
            work()
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    if seconds is not None:
        time.sleep(seconds)
        os.kill(child, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert status in (0, -signal.SIGKILL), "the child failed"
    return status == 0


def killed_at(step: int, work: Callable[[], Any], told: Path) -> None:
    """Does the work, but dies before its step number ``step``: a statement of SQLite or a change of files.

    Where the work ends before, ``told`` is a file with the number of its steps.
    """
    steps = itertools.count(1)

    def count(*_: Any) -> None:
        if next(steps) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    connect = sqlite3.connect

    def traced(*arguments: Any, **options: Any) -> sqlite3.Connection:
        connection = connect(*arguments, **options)
        connection.set_trace_callback(count)
        return connection

    sqlite3.connect = traced  # type: ignore[assignment]
    sys.addaudithook(lambda event, _: count() if event in FILE_STEPS else None)
    work()
    told.write_text(str(next(steps) - 1))


def kill_at_random(folder: Path, rounds: int, seed: int) -> None:
    """So many kills, a check after each."""
    chance = random.Random(seed)

    def work() -> None:
        while True:
            change(folder)

    assert in_a_child(lambda: Library.create(folder, HashingEmbedder()))
    for _ in range(rounds):
        in_a_child(work, seconds=chance.uniform(0.02, 1.0))
        assert in_a_child(lambda: check(folder))


def kill_at_steps(folder: Path, choose: Callable[[int], Iterable[int]]) -> int:
    """A kill at each chosen step of the same change, a check after each; how many steps there were."""
    before, after, told = folder / "before", folder / "after", folder / "steps"
    assert in_a_child(lambda: Library.create(before, HashingEmbedder()))
    for _ in range(3):
        assert in_a_child(lambda: change(before))

    def run(step: int) -> bool:
        shutil.copytree(before, after)
        ended = in_a_child(lambda: killed_at(step, lambda: change(after), told))
        assert in_a_child(lambda: check(after))
        shutil.rmtree(after)
        return ended

    assert run(sys.maxsize)
    steps = int(told.read_text())
    for step in choose(steps):
        assert not run(step), f"it ended before step {step}"
    return steps


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument("--steps", action="store_true")
    parser.add_argument("--seed", type=int, default=os.getpid())
    arguments = parser.parse_args()
    root = Path(tempfile.mkdtemp())
    print(f"seed {arguments.seed}, {root}", flush=True)
    if arguments.steps:
        steps = kill_at_steps(root, lambda steps: range(1, steps + 1))
        print(f"killed at {steps} steps, all sound")
    else:
        kill_at_random(root / "library", arguments.rounds, arguments.seed)
        print(f"killed {arguments.rounds} times, all sound")
    shutil.rmtree(root)


if __name__ == "__main__":
    main()
