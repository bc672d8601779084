"""Mailboxes (.mbox): each message and what is attached to it; RFC 4155 and its dialects.

Messages are cut where a line begins with ``From `` after an empty one, and read as they come, so a mailbox
may be of any size. It leaves out what a program keeps beside the messages (read, answered, deleted).
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from index.errors import UnreadableArticle
from index.formats import Parsed, ParsedArticle
from index.formats.containers.inside import Contents
from index.formats.mail import parsed_message, read_message

LONGEST_MESSAGE = 64 * 2**20  # bytes
_QUOTED = re.compile(rb"^>(>*From )", re.MULTILINE)


def read(file: Path) -> Parsed:
    """The messages of a mailbox, each before its attachments."""
    seen: Counter[str] = Counter()
    contents = Contents()
    found = False
    for number, data in enumerate(_messages(file), start=1):
        found = True
        part = f"message {number}"
        if not data.strip():
            continue
        try:
            if len(data) > LONGEST_MESSAGE:
                raise UnreadableArticle(
                    f"longer than {LONGEST_MESSAGE >> 20} MiB; take it out of the mailbox"
                )
            message = parsed_message(_QUOTED.sub(rb"\1", data))
            name = " ".join(str(message.get("message-id", "")).split())
            seen[name] += 1
            place = f"{name} ({seen[name]})" if seen[name] > 1 else name
            for article in read_message(message, contents, name=place):
                yield _placed(article, part, place if name else "")
        except UnreadableArticle as problem:
            yield UnreadableArticle(str(problem), part)
    if not found:
        raise UnreadableArticle("there is no message in it; save it again as .mbox")


def _placed(
    article: ParsedArticle | UnreadableArticle, part: str, place: str
) -> ParsedArticle | UnreadableArticle:
    within = f"{part}:{article.part}" if article.part else part
    if isinstance(article, UnreadableArticle):
        return type(article)(str(article), within)
    own = "\n".join(filter(None, (place, article.place)))
    return replace(article, part=within, place=own)


def _messages(file: Path) -> Iterator[bytes]:
    """The messages without their first lines; of one that is too long only its beginning."""
    with file.open("rb") as lines:
        first = lines.readline(1000)
        if not first.startswith(b"From "):
            raise UnreadableArticle("it is no mailbox; save it again as .mbox")
        pieces: list[bytes] = []
        size, blank, whole = 0, False, first.endswith(b"\n")
        while line := lines.readline(1 << 20):
            if blank and line.startswith(b"From "):
                yield b"".join(pieces)
                pieces, size = [], 0
            elif whole and size <= LONGEST_MESSAGE:
                pieces.append(line)
                size += len(line)
            blank = line in (b"\n", b"\r\n") and whole
            whole = True if line.endswith(b"\n") else whole
        yield b"".join(pieces)
