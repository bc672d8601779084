"""What people say of answers: right or not, which passage is the right one, a note; kept with the library.

``feedback.sqlite`` in the library's folder holds it, beside what a build makes anew, so nothing of it is lost
there; any number of processes add to it. What quotes an article that is removed goes with the article. Leaves
out what is made of it (``majlis eval export-feedback``).
"""

import json
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal
from uuid import uuid4

from assistant.answers import Answer, Citation
from assistant.conversation import Turn
from assistant.transcript import citation_from_json, citation_to_json, turn_to_json, turns_from_json
from index.errors import UserError
from index.library.database.failures import told_apart
from index.passages import Passage

FILE = "feedback.sqlite"
Opinion = Literal["up", "down"]
_PATIENCE = 10.0  # seconds that another process may write


@dataclass(frozen=True, slots=True)
class RightPassage:
    """The passage that a person chose as the right one, as it was then."""

    article_id: str
    title: str
    start: int
    end: int
    text: str

    @classmethod
    def of(cls, passage: Passage) -> "RightPassage":
        return cls(passage.article_id, passage.title, passage.start, passage.end, passage.text)


@dataclass(frozen=True, slots=True)
class Feedback:
    """What one person said of one answer; ``at`` is a time in UTC, ISO 8601."""

    id: str
    at: str
    verdict: Opinion
    question: str
    understood_as: str
    turns: tuple[Turn, ...]  # before the question, oldest first
    answer: str  # "" where there was none
    certainty: str
    language: str
    citations: tuple[Citation, ...]  # those that the answer stands on
    revision: int
    reader: str
    right: RightPassage | None = None
    note: str = ""
    visitor: str = ""

    @property
    def article_ids(self) -> set[str]:
        """The articles that something of it is quoted from."""
        told = [
            *self.citations,
            *(one for turn in self.turns if turn.answer for one in turn.answer.citations),
        ]
        return {citation.article_id for citation in told} | ({self.right.article_id} if self.right else set())


def feedback_on(
    answer: Answer,
    verdict: Opinion,
    turns: Sequence[Turn] = (),
    right: Passage | None = None,
    note: str = "",
    visitor: str = "",
    id: str = "",
) -> Feedback:
    """Feedback on an answer, given now; under the ``id`` of one that was given before it takes its place."""
    agreeing = answer.agreeing
    return Feedback(
        id=id or uuid4().hex,
        at=datetime.now(UTC).isoformat(timespec="seconds"),
        verdict=verdict,
        question=answer.question,
        understood_as=answer.understood_as,
        turns=tuple(turns),
        answer=answer.text,
        certainty=answer.certainty,
        language=answer.language,
        citations=tuple(citation for citation in answer.citations if citation not in agreeing)
        or answer.citations,
        revision=answer.revision,
        reader=answer.reader,
        right=RightPassage.of(right) if right else None,
        note=" ".join(note.split()),
        visitor=visitor,
    )


class FeedbackStore:
    """The feedback that is kept in a library's folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self._folder = folder

    def put(self, feedback: Feedback) -> None:
        """Keeps it, in the place of what has the same id."""
        with self._open() as connection:
            connection.execute(
                "INSERT OR REPLACE INTO feedback VALUES (?, ?, ?)",
                (feedback.id, feedback.at, json.dumps(_to_json(feedback), ensure_ascii=False)),
            )

    def all(self) -> list[Feedback]:
        """Everything that is kept, oldest first. ``UserError`` where it cannot be read."""
        if not self.path.exists():
            return []
        with self._open() as connection:
            rows = connection.execute("SELECT record FROM feedback ORDER BY at, rowid").fetchall()
        try:
            return [_from_json(json.loads(record)) for (record,) in rows]
        except (KeyError, TypeError, ValueError) as error:
            raise UserError(
                f"{self.path}: a record of it is damaged ({error!r}); bring it back from a copy"
            ) from error

    def forget(self, article_ids: Collection[str]) -> int:
        """Takes out, for good, what quotes one of these articles; how many."""
        gone = [(kept.id,) for kept in self.all() if not kept.article_ids.isdisjoint(article_ids)]
        if gone:
            with self._open() as connection:
                connection.executemany("DELETE FROM feedback WHERE id = ?", gone)
        return len(gone)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with told_apart(self._folder), closing(sqlite3.connect(self.path, timeout=_PATIENCE)) as connection:
            connection.execute("PRAGMA secure_delete = ON")
            with connection:
                connection.execute(
                    "CREATE TABLE IF NOT EXISTS feedback "
                    "(id TEXT PRIMARY KEY, at TEXT NOT NULL, record TEXT NOT NULL)"
                )
                yield connection


_TEXTS = (
    *("id", "at", "verdict", "question", "understood_as", "answer", "certainty", "language", "reader"),
    *("note", "visitor"),
)


def _to_json(feedback: Feedback) -> dict[str, Any]:
    right = feedback.right
    return {name: getattr(feedback, name) for name in (*_TEXTS, "revision")} | {
        "turns": [turn_to_json(turn) for turn in feedback.turns],
        "citations": [citation_to_json(citation) for citation in feedback.citations],
        "right": right and {name: getattr(right, name) for name in RightPassage.__slots__},
    }


def _from_json(told: dict[str, Any]) -> Feedback:
    return Feedback(
        **{name: told[name] for name in (*_TEXTS, "revision")},
        turns=turns_from_json(told["turns"]),
        citations=tuple(map(citation_from_json, told["citations"])),
        right=RightPassage(**told["right"]) if told["right"] else None,
    )
