"""Where the sentences of a text are, in Arabic and English."""

import re

_END = re.compile(r"[.!?؟…]+[\"'”’»)\]}]*(?=\s|$)|\n")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\[\"'“«])(?:[A-Z]|(?:[A-Za-z]\.)+[A-Za-z]|[اأبتثجحخدذرزسشصضطظعغفقكلمنهوي]"
    r"|Dr|Mr|Mrs|Ms|Prof|St|Jr|Sr|vs|etc|No|Vol|Fig|Inc|Ltd|Co|Corp|Gen|Col|Lt|Sgt|Capt|Rep|Sen|Gov|Rev|Hon|ca|cf|al)\.$"
)


def sentence_ranges(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """The half-open ranges of the sentences in ``text[start:end]``, in order, without surrounding space."""
    stop = len(text) if end is None else end
    ranges = []
    begin = start
    for match in _END.finditer(text, start, stop):
        if match[0] == "." and _ABBREVIATION.search(text[max(begin, match.end() - 12) : match.end()]):
            continue
        ranges.append((begin, match.end()))
        begin = match.end()
    ranges.append((begin, stop))
    return [trimmed for piece in ranges if (trimmed := _trim(text, *piece))[0] < trimmed[1]]


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), end - len(piece) + len(piece.rstrip())
