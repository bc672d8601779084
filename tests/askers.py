"""Many askers at once on a served library while articles are added, beside one asker alone.

    python tests/askers.py --askers 50 --seconds 120        the demo library, built in a folder of its own
    python tests/askers.py --askers 5 --seconds 5 --library my-library -- --reader sentence

Starts ``majlis ui`` on loopback in a process of its own. Each asker is a visitor with a mark of its own and
asks one question after the other by the API, which waits in the same line as the page. ``test_askers`` runs
a few.
"""

import argparse
import itertools
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).parent.parent))

from serving import call

from assistant.samples import sample_questions

ROOT = Path(__file__).parent.parent

MAJLIS = (sys.executable, "-c", "from assistant.cli import main; main()")
BETWEEN = 10.0  # seconds between two articles that are added


@dataclass
class Asked:
    """What came of the questions of a time."""

    seconds: float
    latencies: list[float] = field(default_factory=list)  # seconds, of those answered
    errors: list[str] = field(default_factory=list)

    @property
    def throughput(self) -> float:
        return len(self.latencies) / self.seconds

    def percentile(self, share: float) -> float:
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")

    def line(self, who: str) -> str:
        return (
            f"{who}: {len(self.latencies)} answered in {self.seconds:.0f} s, {self.throughput:.1f}/s, "
            f"p50 {self.percentile(0.5):.2f} s, p95 {self.percentile(0.95):.2f} s, {len(self.errors)} errors"
        )


@dataclass(frozen=True)
class Measured:
    """One asker alone, then many; megabytes of the server before and after; articles added meanwhile."""

    alone: Asked
    together: Asked
    memory: tuple[float, float]
    added: int


@contextmanager
def served(library: Path, options: Sequence[str]) -> Iterator[tuple[str, int]]:
    """The address of the library's chat and the process that serves it."""
    command = [*MAJLIS, "ui", "--library", str(library), "--port", "0", "--per-minute", "0", *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        try:
            line = process.stdout.readline()
            assert line.startswith("The chat is at "), line
            yield line.split()[4], process.pid
        finally:
            process.send_signal(signal.SIGINT)
            ended = process.wait(timeout=60)
        assert ended == 0, ended


def ask_until(address: str, end: float, asked: Asked, first: int) -> None:
    """One visitor, question after question; a question that was begun is waited for."""
    questions = [sample.question for sample in sample_questions()]
    with httpx.Client(base_url=address, timeout=300) as client:
        client.get("", headers={"accept": "text/html"})  # its mark
        for number in itertools.count(first):
            if time.monotonic() >= end:
                return
            question, began = questions[number % len(questions)], time.monotonic()
            try:
                answer = call(client, "ask", question=question)
                if answer["question"] != question:
                    raise RuntimeError("the answer is to another question")
                asked.latencies.append(time.monotonic() - began)
            except (RuntimeError, httpx.HTTPError) as error:
                asked.errors.append(f"{type(error).__name__}: {error}")


def ask_together(address: str, askers: int, seconds: float) -> Asked:
    asked, began = Asked(seconds), time.monotonic()
    threads = [
        threading.Thread(target=ask_until, args=(address, began + seconds, asked, number * 7))
        for number in range(askers)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    asked.seconds = time.monotonic() - began
    return asked


@contextmanager
def articles_added(library: Path, folder: Path) -> Iterator[list[str]]:
    """Adds an article after the other meanwhile, each by a command of its own; their files."""
    added: list[str] = []
    ended = threading.Event()

    def add() -> None:
        for number in itertools.count(1):
            file = folder / f"added-{number}.md"
            file.write_text(
                f"# News of day {number}\n\nOn day {number} the ferry carried {number} bicycles.\n"
            )
            command = [*MAJLIS, "index", "add", str(file), "--library", str(library)]
            subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
            added.append(file.name)
            if ended.wait(BETWEEN):
                return

    adding = threading.Thread(target=add)
    adding.start()
    try:
        yield added
    finally:
        ended.set()
        adding.join()


def megabytes(process: int) -> float:
    """What the process holds in memory now."""
    [line] = [
        line for line in Path(f"/proc/{process}/status").read_text().splitlines() if line.startswith("VmRSS")
    ]
    return int(line.split()[1]) / 1024


def measure(
    library: Path, askers: int, seconds: float, options: Sequence[str] = (), every: int = 1
) -> Measured:
    """Serves the library, asks alone for a quarter of the time, then together while articles are added.

    One of ``every`` so many questions is asked before, so that everything is loaded.
    """
    with served(library, options) as (address, process), tempfile.TemporaryDirectory() as folder:
        with httpx.Client(base_url=address, timeout=300) as client:
            for sample in sample_questions()[::every]:
                call(client, "ask", question=sample.question)
        alone = ask_together(address, 1, seconds / 4)
        before = megabytes(process)
        with articles_added(library, Path(folder)) as added:
            together = ask_together(address, askers, seconds)
        told = httpx.get(f"{address}healthz").json()
        assert told["status"] == "ok", told
        return Measured(alone, together, (before, megabytes(process)), len(added))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--askers", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument(
        "--library", type=Path, help="articles are added to it; without it the demo's is built"
    )
    parser.add_argument("options", nargs="*", help="of majlis ui, after --")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        library = given.library or Path(folder) / "demo"
        if not given.library:
            command = [*MAJLIS, "demo", "--no-serve", "--library", str(library)]
            subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
        measured = measure(library, given.askers, given.seconds, given.options)
    print(measured.alone.line("one asker alone"))
    print(measured.together.line(f"{given.askers} askers, {measured.added} articles added meanwhile"))
    print("memory of the server: {:.0f} MB, then {:.0f} MB".format(*measured.memory))
    for error in sorted(set(measured.together.errors + measured.alone.errors)):
        print(error)
    sys.exit(bool(measured.together.errors or measured.alone.errors))


if __name__ == "__main__":
    main()
