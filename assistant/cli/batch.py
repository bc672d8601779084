"""Many questions through one assistant: JSON Lines in, one JSON object a line out, in order."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from assistant.answers import answer_to_json
from assistant.pipeline import Assistant
from index.errors import UserError


def answer_batch(assistant: Assistant, lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    """The answers to ``{"question": ..., "id": ...}`` lines, each with its ``id`` carried through.

    Blank lines are passed over. A line that is no such object yields ``{"error": ..., "line": n}``
    (with its ``id`` where it has one) and the rest goes on.
    """
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        carried: dict[str, Any] = {}
        try:
            record = parse_record(line)
            if "id" in record:
                carried = {"id": record["id"]}
            yield carried | answer_to_json(assistant.answer(question_of(record)), assistant.article)
        except UserError as error:
            yield carried | {"line": number, "error": str(error)}


def parse_record(line: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except ValueError as error:
        raise UserError(f"not JSON ({error}); write one object a line") from error
    if not isinstance(record, dict):
        raise UserError('not a JSON object; write {"question": "..."} on each line')
    return record


def question_of(record: dict[str, Any]) -> str:
    question = record.get("question")
    if not isinstance(question, str):
        raise UserError('no "question" text in this object; write {"question": "..."}')
    return question
