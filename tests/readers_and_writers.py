"""Readers beside a writer, each a process of its own: answers are of one whole revision, no file is missed.

    python -m tests.readers_and_writers --seconds 60

The writer adds, replaces and removes articles as fast as it can. Each reader opens the library anew or asks
the one it has, for both legs, the health and the numbers, and checks what it gets: an article number N and no
other answers for the word that only it has, while it is there. Prints how many changes and answers there
were; exit code 1 where anything was wrong, where an index was made in memory, or where files are left over.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from index.articles import Article
from index.embedders import HashingEmbedder
from index.library import Library
from index.library.generations import Generations
from index.search.query import parse_query

ARTICLES = 40  # at a time, about
WRONG = (
    "errors",
    "unhealthy",
    "wrong by words",
    "wrong by meaning",
    "made in memory",
    "left over",
    "problems",
)
_WORDS = [a + b + c for a in "bdfgklmnprstvz" for b in "aeiou" for c in "bdfgklmnprstvz"]


def word(number: int) -> str:
    """A word that only that article has."""
    return f"{_WORDS[number % len(_WORDS)]}{_WORDS[number // len(_WORDS) % len(_WORDS)]}ing"


def article(number: int, edition: int = 0) -> Article:
    text = f"The {word(number)} of the harbour was seen. Edition {edition} tells of it."
    return Article(f"a{number}", "", text, "en", "")


def write(folder: Path, seconds: float) -> dict[str, int]:
    """Changes the library until the time is over; how often."""
    library, chance, done = Library.open(folder, HashingEmbedder()), random.Random(1), Counter[str]()
    present, last = list(range(ARTICLES)), ARTICLES - 1
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        kind = chance.choice(["added", "replaced", "removed"])
        if kind == "added" or len(present) < ARTICLES // 2:
            last += 1
            present.append(last)
            library.add([article(last)])
        elif kind == "replaced":
            library.add([article(chance.choice(present), edition=sum(done.values()))])
        else:
            library.remove([f"a{present.pop(chance.randrange(len(present)))}"])
        done[kind] += 1
    return dict(done)


def read(folder: Path, seconds: float, seed: int) -> dict[str, int]:
    """Asks the library until the time is over; how often, and how often something was wrong."""
    chance, told = random.Random(seed), Counter[str]()
    library = Library.open(folder, HashingEmbedder())
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if chance.random() < 0.2:
                library = Library.open(folder, HashingEmbedder())
            if chance.random() < 0.2:
                told["unhealthy"] += not library.info().healthy
            if chance.random() < 0.05:
                problems = library.verify()
                print("\n".join(problems), file=sys.stderr, end="\n" * bool(problems))
                told["unhealthy"] += bool(problems)
            with library.snapshot() as snapshot:
                present = [summary.id for summary in snapshot.articles()]
                chosen = chance.choice(present)
                time.sleep(chance.random() * 0.02)  # so that changes pass before the indexes are opened
                query = parse_query(f"{word(int(chosen[1:]))} of the harbour")
                told["answers"] += 1
                told["wrong by words"] += snapshot.lexical(query, 1)[0].passage.article_id != chosen
                dense = {hit.passage.article_id for hit in snapshot.dense(query, 2 * ARTICLES)}
                told["wrong by meaning"] += not dense <= set(present) or chosen not in dense
        except Exception as error:
            print(f"reader {seed}: {type(error).__name__}: {error}", file=sys.stderr)
            told["errors"] += 1
    return dict(told)


def count_in_memory() -> Counter[str]:
    """Counts from now on how often this process makes a whole index in memory."""
    made: Counter[str] = Counter()
    real = Generations._in_memory

    def counted(self: Generations, *arguments: object) -> object:
        made["made in memory"] += 1
        return real(self, *arguments)  # type: ignore[arg-type]

    Generations._in_memory = counted  # type: ignore[method-assign,assignment]
    return made


def run(folder: Path, seconds: float, readers: int) -> dict[str, int]:
    """What a writer and so many readers tell, summed up."""
    library = Library.create(folder, HashingEmbedder())
    library.build([article(number) for number in range(ARTICLES)])
    command = [
        sys.executable,
        "-m",
        "tests.readers_and_writers",
        "--library",
        str(folder),
        "--seconds",
        str(seconds),
    ]
    children = [
        subprocess.Popen(
            [*command, *role], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent
        )
        for role in [["--write"], *(["--read", str(seed)] for seed in range(1, readers + 1))]
    ]
    told: Counter[str] = Counter()
    for child in children:
        printed, _ = child.communicate()
        told.update(json.loads(printed) if child.returncode == 0 else {"errors": 1})
    library.add([article(0, edition=-1)])  # nobody reads now: all that is old goes
    left = [path.name for path in folder.iterdir() if path.name.startswith(("vectors-", "lexical-"))]
    told["left over"] = len(left) - 2
    told["problems"] = len(library.verify())
    return dict(told)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--readers", type=int, default=3)
    parser.add_argument("--library", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--write", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--read", type=int, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.library is None:
        with tempfile.TemporaryDirectory() as place:
            told = run(Path(place) / "library", chosen.seconds, chosen.readers)
        print(json.dumps(told, indent=2))
        sys.exit(int(any(told.get(name) for name in WRONG)))
    made = count_in_memory()
    done = (
        write(chosen.library, chosen.seconds)
        if chosen.write
        else read(chosen.library, chosen.seconds, chosen.read)
    )
    print(json.dumps(done | made))


if __name__ == "__main__":
    main()
