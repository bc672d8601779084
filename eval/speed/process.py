"""Fresh processes, and the machine: how long ``majlis ask`` takes from nothing, what memory it then holds.

A child process sees the library by its folder alone; settings of the person's environment do not reach it.
"""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from time import perf_counter
from typing import Any

import assistant
from index.errors import UserError

_ASK = "from assistant.cli import main; main()"
_MEMORY = "from eval.speed.process import tell_memory; tell_memory()"
_OPEN = "from eval.speed.process import tell_opening; tell_opening()"
_FIELDS = {"VmRSS": "resident", "RssAnon": "private", "RssFile": "mapped", "VmHWM": "peak"}


def bare_start() -> float:
    """The seconds that the interpreter takes to start and to do nothing."""
    return _run("", Path())[0]


def cold_start(library: Path, question: str, retriever: str) -> float:
    """The wall seconds of ``majlis ask --json`` in a fresh process."""
    taken, printed = _run(
        _ASK, library.parent, "ask", question, "--library", str(library), "--retriever", retriever, "--json"
    )
    if json.loads(printed)["question"] != question:
        raise ValueError(f"asked {question!r}, got {printed}")
    return taken


def opening(library: Path, question: str) -> float:
    """The seconds that a fresh process takes to open the library and to search it by both legs.

    Without Python's start and imports, and without an encoder: the question's vector is any.
    """
    return float(_run(_OPEN, library.parent, str(library), question)[1].splitlines()[-1])


def tell_opening() -> None:
    """The child's part of ``opening``: its arguments are the library and the question."""
    import numpy as np

    from index.library import Library
    from index.library.database import Database
    from index.library.generations import Generations
    from index.search import index_kinds
    from index.search.query import parse_query

    folder, question = Path(sys.argv[1]), sys.argv[2]
    kinds, query = index_kinds(), parse_query(question)

    def search() -> None:
        Library.open(folder)
        database = Database(folder)
        generations = Generations(database, kinds)
        with database.reading() as connection, generations.holding(connection):
            state = connection.read_state()
            vector = np.full(state.dimension, state.dimension**-0.5, dtype=np.float32)
            generations.load(kinds.lexical, state, connection).search(query, 10)
            generations.load(kinds.dense, state, connection).search(vector, 10)

    import faiss  # noqa: F401  # not the library's to load

    print(seconds_of(search))


def seconds_of(work: Callable[[], object]) -> float:
    """The seconds that the work takes."""
    begun = perf_counter()
    work()
    return perf_counter() - begun


def memory(library: Path, questions: list[str], retriever: str) -> dict[str, int]:
    """The bytes that a fresh process holds once it has answered the questions.

    ``resident`` is all of it: ``private`` of its own and ``mapped`` from files, which processes share;
    ``peak`` is the most it held. Only ``peak`` where the system tells no more, nothing where it tells none.
    """
    told: dict[str, int] = json.loads(
        _run(_MEMORY, library.parent, str(library), retriever, *questions)[1].splitlines()[-1]
    )
    return told


def tell_memory() -> None:
    """The child's part of ``memory``: its arguments are the library, the retriever and the questions."""
    from assistant.pipeline import Assistant
    from assistant.settings import Settings
    from index.library import Library

    folder, retriever, *questions = sys.argv[1:]
    answering = Assistant(Library.open(Path(folder)), Settings(retriever=retriever))
    for question in questions:
        answering.answer(question)
    print(json.dumps(own_memory()))


def own_memory() -> dict[str, int]:
    """The bytes that this process holds now, as ``memory`` names them."""
    with suppress(OSError):
        return memory_of("self")
    with suppress(ImportError):  # Windows
        import resource

        unit = 1 if sys.platform == "darwin" else 1024
        return {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit}
    return {}


def memory_of(process: int | str) -> dict[str, int]:
    """The bytes that another process holds now, as ``memory`` names them; ``OSError`` where none tells."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    values = dict(line.split(":", 1) for line in lines)
    return {name: int(values[key].split()[0]) * 1024 for key, name in _FIELDS.items() if key in values}


def machine() -> dict[str, Any]:
    """Cores that this process may use, the processor's model, bytes of memory, the system's name.

    What the system does not tell is absent. Says nothing of whose machine it is or where.
    """
    told = {"cores": os.cpu_count() or 1, "processor": platform.processor() or platform.machine()}
    told["system"] = platform.system()
    with suppress(AttributeError):  # not on every system
        told["cores"] = len(os.sched_getaffinity(0))
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                told["processor"] = value.strip()
                break
    with suppress(AttributeError, ValueError, OSError):  # none of it on Windows
        told["memory_bytes"] = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return told


def load() -> float | None:
    """How many processes wanted a core in the last minute, on average; none where nobody counts."""
    with suppress(AttributeError, OSError):
        return os.getloadavg()[0]
    return None


def _run(code: str, folder: Path, *arguments: str) -> tuple[float, str]:
    """The seconds and the standard output of a Python process that runs the code."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAJLIS_")}
    places = [str(Path(place).parent) for place in assistant.__path__]
    environment["PYTHONPATH"] = os.pathsep.join([*places, *filter(None, [environment.get("PYTHONPATH")])])
    environment["PYTHONIOENCODING"] = "utf-8"
    command = [sys.executable, "-c", code, *arguments]
    begun = perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    taken = perf_counter() - begun
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
        raise UserError(f"a fresh process could not be measured ({last[0]}); mend that, then measure again")
    return taken, done.stdout
