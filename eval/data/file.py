"""A file of a dataset, plain or compressed with gzip or xz: its content, its SHA-256, its problems.

Lines are read as they are asked for, so a corpus of gigabytes is never held whole.
"""

import gzip
import hashlib
import json
import lzma
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from index.errors import UserError

COMPRESSED = (".gz", ".xz")
_BROKEN = (OSError, EOFError, lzma.LZMAError, zlib.error)


def uncompressed_name(path: Path) -> str:
    """The file's name as it is when uncompressed: ``corpus.jsonl`` of ``corpus.jsonl.gz``."""
    return path.stem if path.suffix.lower() in COMPRESSED else path.name


def write_text(path: Path, text: str, option: str) -> None:
    """Writes the file that an ``option`` named; ``UserError`` where it cannot be written."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UserError(f"{path}: cannot be written ({error.strerror}); name another {option}") from error


class DatasetFile:
    """One file; ``problems`` grows as it is read, one line each: file, place, reason."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[str] = []
        self.bad_lines = 0  # of those read so far
        self.sha256 = ""
        try:
            with path.open("rb") as stored:
                self.sha256 = hashlib.file_digest(stored, "sha256").hexdigest()
        except OSError:  # whoever reads it notes the problem
            pass

    def problem(self, place: str, reason: str) -> None:
        """Notes what cannot be used; line breaks in it become spaces."""
        self.problems.append(" ".join(f"{self.path.name}: {place}: {reason}".split()))

    def json(self) -> Any:
        """The whole file as JSON; None, and a problem, where it is none."""
        try:
            with self._open() as stored:
                content = stored.read()
            if content.strip():
                return json.loads(content)
            self.problem("file", "it is empty")
        except _BROKEN as error:
            self._unreadable(error)
        except (ValueError, RecursionError) as error:
            self.problem("file", f"not JSON ({error})")
        return None

    def lines(self) -> Iterator[tuple[str, str]]:
        """Every line that is not blank, with its place: ``line 3``; a file without one is a problem."""
        empty = True
        try:
            with self._open() as stored:
                for number, raw in enumerate(stored, start=1):
                    try:
                        line = raw.decode("utf-8-sig" if number == 1 else "utf-8").rstrip("\r\n")
                    except UnicodeDecodeError:
                        self._bad_line(f"line {number}", "not UTF-8")
                        empty = False
                        continue
                    if line.strip():
                        empty = False
                        yield f"line {number}", line
        except _BROKEN as error:
            self._unreadable(error)
            return
        if empty:
            self.problem("file", "it is empty")

    def objects(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """The objects of JSON Lines, each with its place."""
        for place, line in self.lines():
            try:
                content = json.loads(line)
            except (ValueError, RecursionError) as error:
                self._bad_line(place, f"not JSON ({error})")
                continue
            if isinstance(content, dict):
                yield place, content
            else:
                self._bad_line(place, "not an object")

    def _open(self) -> BinaryIO | gzip.GzipFile | lzma.LZMAFile:
        suffix = self.path.suffix.lower()
        if suffix == ".gz":
            return gzip.open(self.path)
        return lzma.open(self.path) if suffix == ".xz" else self.path.open("rb")

    def _bad_line(self, place: str, reason: str) -> None:
        self.bad_lines += 1
        self.problem(place, reason)

    def _unreadable(self, error: BaseException) -> None:
        self.problem("file", f"cannot be read ({getattr(error, 'strerror', None) or error})")
