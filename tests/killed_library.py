"""Kills processes that build, add, update, remove and export, and looks at what is left each time.

    python -m tests.killed_library [--count 300] [--seed 1]

Each kill hits one command of a history, as a person gives it: half of them after SQLite's COMMIT, while the
indexes are put in their places, the others at any moment. A command writes a line to a journal when it has
ended, and what that line says is stored must be there. After each kill it is checked that

- the library holds just the articles of one point of the history: that of the last line, or of the command
  that was hit; nothing is half there and nothing that was reported is lost;
- ``verify`` passes, and the next command goes on as if nothing had been;
- a file that ``export`` said it wrote is whole, and one that it did not finish is not there.

``soak_library`` kills at each single step of a change. It forks, and so wants a system that can.
"""

import argparse
import os
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent))

from soak_library import in_a_child

from index.articles import Article
from index.embedders import HashingEmbedder
from index.library import Library

COMMANDS = ("build", "add", "update", "remove", "export")
LONGEST = 1.5  # seconds until a kill


def article(number: int, version: int) -> Article:
    text = f"Article {number}, version {version}, tells of thing{number}. المقال {number}. " * (
        1 + number % 9 * 3
    )
    origin = str(Path(__file__).parent / f"{number}.gone")  # its folder is there
    return Article(f"a{number}", f"Of {number}", text, "en", "", origin=origin)


class History:
    """What a library has to hold after each command, which follows from the command's number alone."""

    def __init__(self, root: Path, seed: str) -> None:
        self.root = root
        self.folder = root / "library"
        self.journal = root / "journal"
        self.seed = seed

    def after(self, step: int, held: dict[int, int]) -> tuple[str, dict[int, int]]:
        """The command of a step, and the versions of the articles by number when it is done."""
        chance = random.Random(f"{self.seed} {step}")
        command = chance.choice(COMMANDS)
        if not held:
            command = "build"
        numbers = chance.sample(range(60), chance.randrange(1, 25))
        match command:
            case "build":
                held = {number: held.get(number, 0) + chance.randrange(2) for number in numbers}
            case "add":
                held = held | dict.fromkeys(numbers, step)
            case "update":  # what does not come is gone
                held = {number: step if number % 3 else held.get(number, step) for number in numbers}
            case "remove":
                held = {number: version for number, version in held.items() if number not in numbers}
        return command, held

    def run(self, step: int, held: dict[int, int]) -> None:
        """Does the step, and says in the journal that it is done."""
        command, after = self.after(step, held)
        library = Library.open(self.folder, HashingEmbedder())
        articles = [article(number, version) for number, version in after.items()]
        match command:
            case "build":
                library.build(articles)
            case "add":
                library.add(articles)
            case "update":
                library.update(articles, sources=[str(Path(__file__).parent)])
            case "remove":
                library.remove([f"a{number}" for number in held.keys() - after.keys()])
            case "export":
                library.export(self.root / f"{step}.export")
        with self.journal.open("a") as journal:
            journal.write(f"{step}\n")
            journal.flush()
            os.fsync(journal.fileno())

    def done(self) -> int:
        """The number of the last step that was reported."""
        return int(self.journal.read_text().split()[-1]) if self.journal.exists() else 0


def stored(library: Library) -> dict[str, str]:
    with library.snapshot() as snapshot:
        return {summary.id: snapshot.article(summary.id).text for summary in snapshot.articles()}


def texts(held: dict[int, int]) -> dict[str, str]:
    return {f"a{number}": article(number, version).text for number, version in held.items()}


def killed_after_commit(work: Callable[[], Any], delay: float) -> None:
    """Does the work, and dies soon after a transaction was committed."""

    class Killing(sqlite3.Connection):
        def execute(self, query: str, *values: Any) -> sqlite3.Cursor:
            done = super().execute(query, *values)
            if query == "COMMIT" and self.total_changes > 1:
                time.sleep(delay)
                os.kill(os.getpid(), 9)
            return done

    from index.library import database
    from index.library.database.connection import SqliteConnection

    class KillingConnection(Killing, SqliteConnection):
        pass

    database.SqliteConnection = KillingConnection  # type: ignore[misc]
    work()


def kill(root: Path, count: int, seed: str) -> tuple[list[str], Counter[str]]:
    """What went wrong in so many kills, a line each, and how many kills hit which command."""
    history = History(root, seed)
    faults: list[str] = []
    hit: Counter[str] = Counter()
    held: dict[int, int] = {}
    step, kills = 1, 0
    assert in_a_child(lambda: Library.create(history.folder, HashingEmbedder()))
    chance = random.Random(seed)
    while kills < count:
        command, after = history.after(step, held)

        work = partial(history.run, step, held)
        late = kills % 2 == 1 and command != "export"
        if late:
            delay = chance.choice((0.0, 0.0, 0.01, 0.05))
            ended = in_a_child(partial(killed_after_commit, work, delay))
        else:
            ended = in_a_child(work, seconds=chance.uniform(0.05, LONGEST))
        reported = history.done() == step
        if not ended:
            kills += 1
            hit[f"{command}{' after COMMIT' if late else ''}"] += 1
            told: list[str] = []
            allowed = [after] if reported else [held, after]
            if not in_a_child(partial(_check, history, allowed)):
                told.append("the library is not what it was before or after")
            export = root / f"{step}.export"
            if command == "export" and reported != export.exists():
                told.append("a file that is there and was not reported, or the other way round")
            faults += [f"kill {kills}, step {step}, {command}: {line}" for line in told]
        elif not reported:
            faults.append(f"step {step}, {command}: it ended and reported nothing")
        if (root / f"{step}.export").exists():
            shutil.rmtree(root / "imported", ignore_errors=True)
            if not in_a_child(
                lambda step=step: Library.import_from(root / f"{step}.export", root / "imported")
            ):
                faults.append(f"step {step}: what was exported cannot be imported")
        # whatever the kill left, the same step again brings it to where it should be
        if not reported and command != "export" and not in_a_child(work):
            faults.append(f"step {step}, {command}: it does not go on")
        held, step = after, step + 1
    return faults, hit


def _check(history: History, allowed: list[dict[int, int]]) -> None:
    library = Library.open(history.folder, HashingEmbedder())
    assert stored(library) in [texts(held) for held in allowed], "nothing of the history"
    assert library.verify() == []


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", default="1")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as root:
        faults, hit = kill(Path(root), arguments.count, arguments.seed)
    for command, count in sorted(hit.items()):
        print(f"{command:<24} {count}")
    print("\n".join([*faults, f"{sum(hit.values())} kills, {len(faults)} faults"]))
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
