"""JSON Lines: one article a line, ``{"text": ..., "id": ..., "title": ..., ...}``.

Lines are read as they are asked for; the file is never held whole.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from index.errors import UnreadableArticle
from index.formats import Parsed, ParsedArticle

LONGEST_LINE = 32 * 2**20  # bytes
_FIELDS = ("title", "language", "source", "published", "author")


def read(file: Path) -> Parsed:
    """The articles of the lines, each with its line's number from 1; blank lines are passed over."""
    seen: dict[str, str] = {}
    for number, line in enumerate(_lines(file), start=1):
        part = str(number)
        try:
            if len(line) > LONGEST_LINE:
                raise UnreadableArticle(f"longer than {LONGEST_LINE >> 20} MiB; cut it in parts")
            if number == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")
            if not line.strip():
                continue
            article = _parse(line, part)
            if article.id in seen:
                raise UnreadableArticle(f"id {article.id!r} is line {seen[article.id]}'s; give each its own")
        except UnreadableArticle as problem:
            yield UnreadableArticle(str(problem), part)
            continue
        if article.id:
            seen[article.id] = part
        yield article


def _lines(file: Path) -> Iterator[bytes]:
    """The lines; of one that is too long only its beginning, which is too long by itself."""
    with file.open("rb") as lines:
        while line := lines.readline(LONGEST_LINE + 1):
            yield line
            while len(line) > LONGEST_LINE and not line.endswith(b"\n"):
                line = lines.readline(LONGEST_LINE + 1)


def _parse(line: bytes, part: str) -> ParsedArticle:
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
    tags = record.get("tags") or []
    tags = tags.split(",") if isinstance(tags, str) else tags
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise UnreadableArticle('the "tags" are no list of strings; write ["minutes", "2023"]')
    return ParsedArticle(
        text=text,
        title=fields["title"],
        language=fields["language"],
        published=fields["published"],
        source=fields["source"],
        author=fields["author"],
        id="" if id is None else str(id),
        part=part,
        tags=tuple(tags),
    )
