"""Many questions through one process: JSON Lines in, one JSON object a line out, in order."""

import json
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from assistant.conversation import Turn
from assistant.transcript import turns_from_json
from index.errors import UserError
from index.filters import Filter
from index.progress import counted

Respond = Callable[[str, Sequence[Turn], Filter], dict[str, Any]]


def respond_to_batch(lines: Iterable[bytes], respond: Respond) -> Iterator[dict[str, Any]]:
    """What ``respond`` makes of ``{"question": ..., "id": ..., "turns": [...]}`` lines, each with its ``id``.

    Blank lines and a byte order mark are passed over. A line that is no such object yields ``{"error": ...,
    "line": n}`` (with its ``id`` where it has one) and the rest goes on. ``UserError`` at the end where no
    line was such an object.
    """
    good = bad = 0
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
            turns, within = turns_from_json(record.get("turns")), _within_of(record)
            response = carried | respond(_question_of(record), turns, within)
        except UserError as error:
            bad += 1
            yield carried | {"line": number, "error": str(error)}
        else:
            good += 1
            yield response
    if bad and not good:
        raise UserError(
            f'none of the {counted(bad, "line")} could be asked; each says why in its "error": '
            'write {"question": "..."} on each line'
        )


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


def _within_of(record: dict[str, Any]) -> Filter:
    within = record.get("within") or ""
    if not isinstance(within, str):
        raise UserError('"within" is no text; write a filter, as {"within": "published:2023.."}')
    return Filter.parse(within)
