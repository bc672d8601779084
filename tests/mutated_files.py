"""Damaged files of every kind that is read: each must be read or be one line, soon, in little memory.

    python tests/mutated_files.py [--format pdf] [--count 2000] [--seed 1] [--first 0] [--keep FOLDER]

Sound files are damaged (``mutations``) and read by ``index.articles.read_articles`` in a process of its own,
under a clock and a limit of memory. Printed are, of each format, how many were read, how many refused with a
line, how many brought the reader down or broke what holds for every article, and the slowest and largest; a
fault, and what is over a bar, also with the number from which ``--first N --count 1`` makes it again. Seconds
are those that the process and its children worked, which is how long it takes on a quiet machine; memory is
what they took at most above what they held before the file. Both are as Linux tells them.
"""

import argparse
import json
import os
import queue
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

from mutations import BYTES, SECRET, Chance, Mutation
from mutations.markup import MARKUP
from mutations.pdf import PDF
from mutations.texts import JSON_LINES, MARKDOWN, PLAIN, RICH
from mutations.zipped import BOOK, ZIPPED
from sound_files import sound_files

from index.articles import Article, read_articles
from index.errors import UnreadableArticle
from index.formats import FORMATS, Format

OF_KIND: dict[str, tuple[Mutation, ...]] = {
    "text": PLAIN,
    "markdown": (*MARKDOWN, *MARKDOWN, *MARKUP),
    "webpage": MARKUP,
    "pdf": PDF,
    "word": ZIPPED,
    "epub": (*ZIPPED, *BOOK),
    "mail": (*PLAIN, *MARKUP),
    "rtf": (*PLAIN, *RICH),
    "office.odt": ZIPPED,
    "office.pptx": ZIPPED,
    "office.xlsx": ZIPPED,
    "office.delimited": (*PLAIN, *JSON_LINES),
    "containers.mbox": (*PLAIN, *MARKUP),
    "containers.zipped": ZIPPED,
    "ocr.picture": BYTES,
    "jsonl": JSON_LINES,
}
MOST_ADDED = 48 * 2**20  # bytes that one mutation adds, seldom so many
LONGEST = 10.0  # seconds for a file
LARGEST = 500.0  # MB for a file
PATIENCE = 300.0  # seconds, from which the reader is killed
MEMORY = 4 * 2**30  # bytes of addresses of the reader


def mutated(module: str, files: list[bytes], seed: str, largest: int = MOST_ADDED) -> tuple[str, bytes]:
    """The names of the mutations, and a damaged file of the kind that the module reads."""
    chance = Chance(random.Random(seed), files, largest)
    data, names = chance.random.choice(files), []
    for _ in range(chance.random.choice((1, 1, 1, 2, 3))):
        mutation = chance.random.choice(chance.random.choice((BYTES, *[OF_KIND[module]] * 3)))
        names.append(mutation.__name__)
        data = mutation(chance, data)[: 2 * largest]
    return " ".join(names), data


@dataclass(slots=True)
class Tally:
    """What became of the damaged files of one format."""

    files: int = 0
    read: int = 0
    refused: int = 0
    crashed: int = 0
    slowest: float = 0.0  # seconds
    largest: float = 0.0  # MB
    faults: list[str] = field(default_factory=list)  # crashes, and what is over a bar

    def add(self, said: dict[str, Any], seconds: float, memory: float) -> str:
        """Counts a file; what is wrong with it, and the empty string where nothing is."""
        fault = said.get("fault", "")
        self.files += 1
        self.crashed += bool(fault)
        self.refused += not fault and said["refused"]
        self.read += not fault and not said["refused"]
        self.slowest, self.largest = max(self.slowest, seconds), max(self.largest, memory)
        if fault or seconds > LONGEST or memory > LARGEST:
            return f"{fault or said['told']} [{seconds:.1f} s, {memory:.0f} MB]"
        return ""

    def row(self, format: str) -> str:
        """A row of the table."""
        return (
            f"| {format} | {self.files} | {self.read} | {self.refused} | {self.crashed} "
            f"| {self.slowest:.1f} | {self.largest:.0f} |"
        )


class Readers:
    """A process that reads one file after the other, started anew where it ended."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> "Readers":
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def read(self, file: Path) -> tuple[dict[str, Any], float, float]:
        """What the process says of a file, the seconds, and the MB."""
        process, lines = self._started()
        assert process.stdin is not None
        before = {pid: _memory(pid, "VmRSS") for pid in _family(process.pid)}
        for pid in before:
            _reset_peak(pid)
        most: dict[int, float] = {}
        worked, started = _worked(process.pid), time.monotonic()
        process.stdin.write(f"{file}\n")
        process.stdin.flush()
        while True:
            try:
                line = lines.get(timeout=0.05)
            except queue.Empty:
                line = None
            for pid in _family(process.pid):
                most[pid] = max(most.get(pid, 0), _memory(pid, "VmHWM") - before.get(pid, 0))
            if line is not None or time.monotonic() - started > PATIENCE:
                break
        seconds = _worked(process.pid) - worked
        if line:
            said: dict[str, Any] = json.loads(line)
        else:
            self._stop()
            said = {"fault": "hangs" if line is None else f"the process died ({process.returncode})"}
        return said, seconds, sum(most.values()) / 1e6

    def _started(self) -> "tuple[subprocess.Popen[str], queue.SimpleQueue[str]]":
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, __file__, "--reader"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
            self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
            threading.Thread(target=_forward, args=(self._process, self._lines), daemon=True).start()
            self._lines.get()  # it is ready
        return self._process, self._lines

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.stdin is not None:
            for pid in reversed(_family(process.pid)):
                _kill(pid)
            process.wait()
            process.stdin.close()


def _forward(process: "subprocess.Popen[str]", lines: "queue.SimpleQueue[str]") -> None:
    assert process.stdout is not None
    with process.stdout:
        for line in process.stdout:
            lines.put(line)
    lines.put("")


def _family(pid: int) -> list[int]:
    """A process and its children."""
    try:
        children = [Path(task, "children").read_text() for task in Path(f"/proc/{pid}/task").iterdir()]
    except OSError:
        return [pid]
    return [pid, *(int(child) for line in children for child in line.split())]


def _memory(pid: int, name: str) -> int:
    """Bytes, as the system tells; 0 where it does not."""
    try:
        found = re.search(rf"{name}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    except OSError:
        return 0
    return int(found[1]) * 1024 if found else 0


def _worked(pid: int) -> float:
    """The seconds that a process and its children have worked, those that ended among them."""
    ticks = 0
    for one in _family(pid):
        with suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(")")[2].split()
            ticks += sum(map(int, fields[11:15] if one == pid else fields[11:13]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _reset_peak(pid: int) -> None:
    with suppress(OSError):
        Path(f"/proc/{pid}/clear_refs").write_text("5")


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, 9)


def try_format(
    format: Format, numbers: Iterable[int], seed: int, largest: int = MOST_ADDED, keep: Path | None = None
) -> Tally:
    """What became of the damaged files with these numbers, or of those until Ctrl+C."""
    files = sound_files()[format.module]
    tally = Tally()
    with tempfile.TemporaryDirectory() as folder, Readers() as readers:
        Path(folder, "secret").write_text(SECRET)
        sound = Path(folder, f"sound{format.endings[0]}")
        sound.write_bytes(files[0])
        readers.read(sound)  # it imports what it needs
        with suppress(KeyboardInterrupt):
            for number in numbers:
                names, data = mutated(format.module, files, f"{seed} {format.module} {number}", largest)
                file = Path(folder, f"{number}{format.endings[0]}")
                file.write_bytes(data)
                said, seconds, memory = readers.read(file)
                if fault := tally.add(said, seconds, memory):
                    tally.faults.append(f"{format.module} {number} ({names}; {len(data):,} bytes): {fault}")
                    if keep:
                        keep.mkdir(parents=True, exist_ok=True)
                        file.rename(keep / f"{format.module}-{seed}-{number}{format.endings[0]}")
                file.unlink(missing_ok=True)
    return tally


def serve() -> None:
    """Reads the files that are named on standard input, and says a line of each."""
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    print(flush=True)
    for line in sys.stdin:
        print(json.dumps(_read(Path(line.rstrip("\n")))), flush=True)


def _read(file: Path) -> dict[str, Any]:
    problems: list[UnreadableArticle] = []
    articles = 0
    try:
        for article in read_articles([file], on_problem=problems.append):
            articles += 1
            check(article)
        for problem in problems:
            assert re.fullmatch(rf"{re.escape(str(file))}(:[^\n]+)?: [^\n]+; [^\n]+", str(problem)), str(
                problem
            )
    except BaseException as error:
        place = traceback.extract_tb(error.__traceback__)[-1]
        told = f"{type(error).__name__}: {error}"[:300].replace("\n", " ")
        return {"fault": f"{told} ({Path(place.filename).name}:{place.lineno})"}
    told = f"{articles} articles, {len(problems)} lines {str(problems[0])[-90:] if problems else ''}"
    return {"refused": bool(problems) and not articles, "told": told}


def check(article: Article) -> None:
    """Passes where an article is one: it can be stored, and its blocks lie in its text, in order."""
    text = article.text
    assert SECRET not in text, "another file is in the text"
    text.encode("utf-8")
    assert any(map(str.isalnum, text)), "no text"
    for told in (article.id, article.title, article.published, article.source):
        told.encode("utf-8")
        assert "\n" not in told
    last = 0
    for block in article.blocks:
        assert 0 <= last <= block.start < block.end <= len(text), f"{block} after {last} in {len(text)}"
        last, inner = block.end, block.start
        for start, end in block.cells:
            assert inner <= start <= end <= block.end, f"{block}: cell {start} {end} after {inner}"
            inner = end
    last = 0
    for page in article.pages:
        assert 0 <= last <= page.start <= page.end <= len(text), f"{page} after {last} in {len(text)}"
        last = page.start


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--format", action="append", choices=[format.module for format in FORMATS])
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder for the files that show a fault")
    parser.add_argument("--reader", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.reader:
        serve()
        return
    tallies = {}
    for format in FORMATS:
        if not asked.format or format.module in asked.format:
            numbers = range(asked.first, asked.first + asked.count)
            tallies[format.module] = try_format(format, numbers, asked.seed, keep=asked.keep)
            print("\n".join(tallies[format.module].faults), flush=True)
    print("| format | files | read | refused with a line | crashed | slowest, s | largest, MB |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    print("\n".join(tally.row(module) for module, tally in tallies.items()))
    sys.exit(any(tally.faults for tally in tallies.values()))


if __name__ == "__main__":
    main()
