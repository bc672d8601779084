"""JSON Lines: one article a line, ``{"text": ..., "id": ..., "title": ..., ...}``.

Lines are read as they are asked for; the file is never held whole.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from index.errors import UnreadableArticle
from index.formats.contents import Contents

LONGEST_LINE = 32 * 2**20  # bytes
_FIELDS = ("title", "language", "source", "published")


def read_json_lines(path: Path) -> Iterator[tuple[int, Contents | UnreadableArticle]]:
    """Line numbers from 1, each with what it holds or why it cannot be read; blank lines are passed over."""
    seen: dict[str, int] = {}
    with path.open("rb") as lines:
        number = 0
        while line := lines.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) > LONGEST_LINE:
                while line and not line.endswith(b"\n"):
                    line = lines.readline(LONGEST_LINE)
                yield (
                    number,
                    UnreadableArticle(f"longer than {LONGEST_LINE >> 20} MiB; cut it in parts"),
                )
                continue
            if number == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")
            if not line.strip():
                continue
            try:
                contents = _record(line)
            except UnreadableArticle as problem:
                yield number, problem
                continue
            if contents.id in seen:
                yield (
                    number,
                    UnreadableArticle(f"id {contents.id!r} is line {seen[contents.id]}'s; give each its own"),
                )
                continue
            if contents.id:
                seen[contents.id] = number
            yield number, contents


def _record(line: bytes) -> Contents:
    try:
        record = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        raise UnreadableArticle("not UTF-8; save the file as UTF-8") from None
    except (ValueError, RecursionError) as error:
        too_deep = isinstance(error, RecursionError)
        reason = "nested too deeply" if too_deep else getattr(error, "msg", "a number is too long")
        raise UnreadableArticle(f"not JSON ({reason}); write one object on each line") from None
    if not isinstance(record, dict):
        raise UnreadableArticle('not a JSON object; write {"text": ...} on each line')
    text, id = record.get("text"), record.get("id")
    if not isinstance(text, str) or not text.strip():
        raise UnreadableArticle('no text; give it a "text" that is a string')
    if id is not None and (isinstance(id, bool) or not isinstance(id, str | int)):
        raise UnreadableArticle('the "id" is neither a string nor a whole number; make it one')
    fields = {name: "" if record.get(name) is None else record[name] for name in _FIELDS}
    if type(fields["published"]) is int:  # a year
        fields["published"] = str(fields["published"])
    for name, value in fields.items():
        if not isinstance(value, str):
            raise UnreadableArticle(f'the "{name}" is not a string; put it in quotation marks')
    return Contents(text=text, id="" if id is None else str(id), **fields)
