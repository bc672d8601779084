"""Many questions through one process: JSON Lines in, one JSON object a line out, in order."""

import json
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from assistant.conversation import Turn
from index.errors import UserError

Respond = Callable[[str, Sequence[Turn]], dict[str, Any]]


def respond_to_batch(lines: Iterable[bytes], respond: Respond) -> Iterator[dict[str, Any]]:
    """What ``respond`` makes of ``{"question": ..., "id": ..., "turns": [...]}`` lines, each with its ``id``.

    Blank lines and a byte order mark are passed over. A line that is no such object yields ``{"error": ...,
    "line": n}`` (with its ``id`` where it has one) and the rest goes on.
    """
    for number, line in enumerate(lines, start=1):
        if number == 1:
            line = line.removeprefix(BOM_UTF8)
        if not line.strip():
            continue
        carried: dict[str, Any] = {}
        try:
            record = _parse_record(line)
            if "id" in record:
                carried = {"id": record["id"]}
            yield carried | respond(_question_of(record), _turns_of(record))
        except UserError as error:
            yield carried | {"line": number, "error": str(error)}


def _parse_record(line: bytes) -> dict[str, Any]:
    try:
        record = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise UserError("not UTF-8; save the file as UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise UserError(f"not JSON ({error}); write one object a line") from error
    if not isinstance(record, dict):
        raise UserError('not a JSON object; write {"question": "..."} on each line')
    return record


def _question_of(record: dict[str, Any]) -> str:
    question = record.get("question")
    if not isinstance(question, str):
        raise UserError('no "question" text in this object; write {"question": "..."}')
    return question


def _turns_of(record: dict[str, Any]) -> tuple[Turn, ...]:
    turns = record.get("turns") or []
    if not isinstance(turns, list) or not all(isinstance(turn, dict) for turn in turns):
        raise UserError('"turns" is no list of objects; write [{"question": "..."}], oldest first')
    return tuple(Turn(_question_of(turn)) for turn in turns)
