"""A run that can be cut off: its questions so far, a JSON line each, in a folder beside ``--out``.

    report.json.partial/1/rows.jsonl    the first line says what is run, the others are questions
    report.json.partial/1/library/      the library of the set, which needs no embedding again

A line that was cut off in the middle is passed over. The folder goes when the report is written.
"""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from eval.data import Example
from eval.report import Row
from index.errors import UserError

_STORED = ("values", "details", "runs", "timings_ms", "seconds")  # of a row, beside its question's id


def partial_folder(out: Path) -> Path:
    """Where the parts of a run lie that will be written to ``out``."""
    return out.with_name(f"{out.name}.partial")


def clear(folder: Path) -> None:
    """Takes the folder away; ``UserError`` where it holds anything that no run has put there."""
    if not folder.exists():
        return
    unknown = (
        [path for path in folder.iterdir() if not path.name.isdecimal()] if folder.is_dir() else [folder]
    )
    if unknown:
        raise UserError(f"{unknown[0]}: in the way of a run's partial results; move it or name another --out")
    shutil.rmtree(folder)


class PartialRun:
    """The rows of one dataset that are done; ``inputs`` are all that the run's numbers depend on."""

    def __init__(self, folder: Path, inputs: Mapping[str, Any], examples: Sequence[Example]) -> None:
        """Takes up what is there; ``UserError`` where that is another run's."""
        self._path = folder / "rows.jsonl"
        self._inputs = json.loads(json.dumps(inputs))
        self.rows: dict[str, Row] = {}
        folder.mkdir(parents=True, exist_ok=True)
        first, *others = self._whole_lines() or [json.dumps(self._inputs)]
        self._check(first)
        by_id = {example.id: example for example in examples}
        kept = [first]
        for line in others:
            try:
                stored = json.loads(line)
                row = Row(by_id[stored["id"]], **{key: stored[key] for key in _STORED})
            except (ValueError, KeyError, TypeError):  # damaged: that question is asked again
                continue
            self.rows[row.example.id] = row
            kept.append(line)
        self._path.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")

    def add(self, row: Row) -> None:
        """Stores a row."""
        stored = {"id": row.example.id} | {key: getattr(row, key) for key in _STORED}
        with self._path.open("a", encoding="utf-8") as rows:
            rows.write(json.dumps(stored, ensure_ascii=False) + "\n")
        self.rows[row.example.id] = row

    def _whole_lines(self) -> list[str]:
        if not self._path.exists():
            return []
        return self._path.read_text(encoding="utf-8", errors="replace").split("\n")[:-1]

    def _check(self, line: str) -> None:
        try:
            begun = json.loads(line)
        except ValueError:
            begun = None
        if begun != self._inputs:
            known = begun if isinstance(begun, dict) else {}
            differing = [key for key in self._inputs if known.get(key) != self._inputs[key]]
            raise UserError(
                f"{self._path.parent}: the run there was begun with other {', '.join(differing)}; "
                "to begin anew leave out --resume"
            )
