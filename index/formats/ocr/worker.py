"""One page, read in a process of its own: whatever is in the file, it ends in time and in bounded memory.

    python -m index.formats.ocr.worker FILE PAGE

prints JSON: the page's text, blocks and words; or a problem. Several run at a time (``read_pages``).
"""

import hashlib
import json
import os
import signal
import subprocess
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from index.errors import UnreadableArticle
from index.formats.child import ROOT
from index.formats.ocr import PageText, current
from index.formats.ocr.tesseract import require
from index.structure import Block

PATIENCE = 240.0  # seconds for a page, on a machine that does much beside
MOST_WORK = 90  # seconds that a page is worked at, by each of the two programs
MEMORY = 3 * 2**30  # bytes of addresses, of the process and of the program that it starts
VERSION = "1"  # of how pages are read: another reads them again


def read_pages(file: Path, pages: Sequence[int]) -> Iterator[tuple[int, str, PageText | UnreadableArticle]]:
    """What pages of a file say, in their order, each with its digest; those that are known are not read.

    Raises ``UnreadableArticle`` where the program that reads them is not there.
    """
    recognition = current()
    digests = dict(zip(pages, _digests(file, pages), strict=True))
    known = {page: recognition.known(digest) for page, digest in digests.items()}
    if not all(known.values()):
        require()
    at_once = recognition.at_once or max(1, len(os.sched_getaffinity(0)))
    with ThreadPoolExecutor(max_workers=at_once) as several:
        waiting = {page: several.submit(_read_page, file, page) for page in pages if known[page] is None}
        try:
            for done, page in enumerate(pages):
                recognition.progress("recognising", done, len(pages))
                found = known[page] or waiting[page].result()
                yield page, digests[page], found
            recognition.progress("recognising", len(pages), len(pages))
        finally:
            for future in waiting.values():
                future.cancel()


def _digests(file: Path, pages: Sequence[int]) -> Iterator[str]:
    """What tells each page, and how it is read, from others."""
    with file.open("rb") as data:
        whole = hashlib.file_digest(data, "sha256").hexdigest()
    for page in pages:
        yield hashlib.sha256(f"{VERSION} {whole} {page}".encode()).hexdigest()


def _read_page(file: Path, page: int) -> PageText | UnreadableArticle:
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    process = subprocess.Popen(
        [sys.executable, "-m", __name__, str(file), str(page)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONWARNINGS": "ignore"},
        start_new_session=True,  # so that the program that it starts ends with it
    )
    try:
        out, _ = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        return UnreadableArticle(f"it takes over {PATIENCE:.0f} seconds to read; scan it anew")
    finally:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
    try:
        said = json.loads(out)
    except ValueError:
        return UnreadableArticle("it is broken or takes too much memory to read; scan it anew")
    if "problem" in said:
        return UnreadableArticle(said["problem"])
    blocks = tuple(Block(**block | {"cells": ()}) for block in said["blocks"])
    return PageText(said["text"], blocks, b64decode(said["packed"]))


def answer(file: Path, page: int) -> dict[str, object]:
    """What there is to say of a page."""
    from index.formats.ocr.page_text import page_text
    from index.formats.ocr.picture_page import drawn_page, picture_of
    from index.formats.ocr.recognition import recognise

    try:
        picture = drawn_page(file, page) if file.suffix.lower() == ".pdf" else picture_of(file, page)
        found = page_text(*recognise(picture))
    except UnreadableArticle as problem:
        return {"problem": str(problem)}
    except Exception as error:  # whatever a damaged picture makes of the libraries
        return {"problem": f"the picture is broken ({type(error).__name__}); scan it anew"}
    return asdict(found) | {"packed": b64encode(found.packed).decode()}


def _bound() -> None:
    with suppress(ImportError, ValueError, OSError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (MOST_WORK, MOST_WORK))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    _bound()
    print(json.dumps(answer(Path(sys.argv[1]), int(sys.argv[2]))))
