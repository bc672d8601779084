"""Fresh processes: how long ``majlis ask`` takes from nothing, and what memory a process that answers holds.

A child process sees the library by its folder alone; settings of the person's environment do not reach it.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

import assistant
from index.errors import UserError

_ASK = "from assistant.cli import main; main()"
_MEMORY = "from eval.speed.process import tell_memory; tell_memory()"
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
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return _own_peak()
    values = dict(line.split(":", 1) for line in lines)
    return {name: int(values[key].split()[0]) * 1024 for key, name in _FIELDS.items() if key in values}


def _own_peak() -> dict[str, int]:
    try:
        import resource
    except ImportError:  # Windows
        return {}
    unit = 1 if sys.platform == "darwin" else 1024
    return {"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit}


def _run(code: str, folder: Path, *arguments: str) -> tuple[float, str]:
    """The seconds and the standard output of a Python process that runs the code."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAJLIS_")}
    places = [str(Path(place).parent) for place in assistant.__path__]
    environment["PYTHONPATH"] = os.pathsep.join([*places, *filter(None, [environment.get("PYTHONPATH")])])
    environment["PYTHONIOENCODING"] = "utf-8"
    command: list[Any] = [sys.executable, "-c", code, *arguments]
    begun = perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    taken = perf_counter() - begun
    if done.returncode:
        last = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
        raise UserError(f"a fresh process could not be measured ({last[0]}); mend that, then measure again")
    return taken, done.stdout
