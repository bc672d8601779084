"""The pieces that rich text is written in: groups, control words, bytes of text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.errors import UnreadableArticle

MOST_TOKENS = 3_000_000
_TOKEN = re.compile(
    rb"(?P<open>\{)|(?P<close>\})|\\(?:(?P<word>[a-zA-Z]{1,32})(?P<number>-?\d{1,10})?[ ]?"
    rb"|'(?P<byte>[0-9a-fA-F]{2})|(?P<sign>[^a-zA-Z']))|(?P<text>[^\\{}]+)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """``kind``: open, close, word, byte, sign or text. ``number`` is None where a word has none."""

    kind: str
    word: str = ""
    number: int | None = None
    data: bytes = b""


_OPEN, _CLOSE = Token("open"), Token("close")


def tokens(data: bytes) -> Iterator[Token]:
    """The pieces in order; what stands for bytes of any kind (``\\bin``) is passed over."""
    place = count = 0
    while found := _TOKEN.search(data, place):  # a backslash before nothing is passed over
        place = found.end()
        count += 1
        if count > MOST_TOKENS:
            raise UnreadableArticle("there is too much in it to be a document; cut it into parts")
        kind = found.lastgroup
        if kind == "open":
            yield _OPEN
        elif kind == "close":
            yield _CLOSE
        elif kind in ("word", "number"):
            word = found["word"].decode("ascii")
            number = None if found["number"] is None else int(found["number"])
            if word == "bin":
                place += min(max(number or 0, 0), len(data))
            else:
                yield Token("word", word, number)
        elif kind == "byte":
            yield Token("byte", data=bytes.fromhex(found["byte"].decode("ascii")))
        elif kind == "sign":
            yield Token("sign", data=found["sign"])
        else:
            yield Token("text", data=found["text"].translate(None, b"\r\n\0"))
