"""Where the sentences of a text are, in Arabic and English.

A sentence ends at . ! ? ؟ (with the quotes and brackets that close after it) and where a paragraph or a list
item ends; not after abbreviations, initials and list numbers, nor before a small letter. An ellipsis ends
one only where the line ends or a capital follows. Lines that were wrapped at a column are joined. The
Arabic semicolon ends a sentence only inside a very long one.

Rules, no model: what a capital after an abbreviation means ("in the U.S. He left") is a guess.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from index.structure import BREAK, UNSEEN

_LONG = 400  # code points from which a sentence is also cut after ؛
_CLOSING = r"[\"'”’»)\]}›]*(?:\[\d+\])*"  # footnote marks too
_END = re.compile(
    rf"(?P<mark>[.!?؟…]+){_CLOSING}(?=\s|\Z)"
    r"|(?<=[a-z]{2})\.(?=[A-Z][a-z]+\s)|(?<=[ء-ي]{2})[.؟!](?=[ء-ي]{2})"  # in Riga.Language: a lost space
)
_ENDED = re.compile(rf"[.!?؟:…]{_CLOSING}\s*\Z")
_SEMICOLON = re.compile(r"؛(?=\s)")
_BLOCK = re.compile(r"[^\n]*\S[^\n]*(?:\n[^\n]*\S[^\n]*)*")  # lines without an empty one between them
_ITEM = re.compile(r"\s*(?:[-*+•▪●·–—#>|]+|\(?(?:\d{1,3}|[A-Za-zء-ي])[.)\-])\s")
_NUMBERING = re.compile(r"\(?(?:\d{1,3}|[A-Za-zء-ي])\.\Z")

# What follows belongs to them, always: titles, and initials by the names of the letters (جورج دبليو. بوش).
_TITLE = re.compile(
    r"(?<![\w.])(?:Dr|Mr|Mrs|Ms|Mme|Prof|Gen|Col|Lt|Sgt|Capt|Cmdr|Maj|Adm|Rep|Sen|Gov|Pres|Rev|Hon|St|Mt|Ft|Messrs"
    r"|vs?|cf|ca|viz|[Vv]ols?|Figs?|pp?|eds?|e\.g|i\.e|[دأصا]|أ\.د"
    r"|سي|أو|إف|دبليو|جيه?|إيه|إم|إن|آر|تي|بي|كيه?|إل|إتش|دي|في|إس|واي|يو)\.\Z"
)
# They end a sentence only where the next begins with a word that opens sentences.
_ABBREVIATION = re.compile(
    r"(?<![\w.])(?:[A-Z]|(?:[A-Za-z]\.)+[A-Za-z]|Jr|Sr|Inc|Ltd|Co|Corp|Bros|Ph\.D|etc|al|approx|est|Ave|Blvd|Rd|Nos?"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|(?:[ء-ي]ـ?\.)+[ء-ي]ـ?|(?<!\d )(?<!\d)[ء-ي]ـ?)\.\Z"
)
_OPENING = re.compile(
    r"[\"'“‘«(\[]*(?:The|An?|Its?|He|She|His|Her|They|Their|We|You|I|This|That|These|Those|There|In|On|At|By|For"
    r"|From|After|Before|But|And|Or|So|However|When|While|If|As|What|Who|Where|Why|How|و\w+)\b"
)
_BREAK = re.compile(BREAK)
_UNSEEN = re.compile(UNSEEN)


def with_line_feeds(text: str) -> str:
    """The text with each kind of line break as ``\\n``, and as long as before.

    >>> with_line_feeds("one\\r\\ntwo\\u2028three")
    'one \\ntwo\\nthree'
    """
    return _BREAK.sub(lambda found: "\n".rjust(len(found[0])), text)


def sentence_ranges(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """The half-open ranges of the sentences in ``text[start:end]``: in order, without space around them.

    Every character that is seen is in exactly one of them.

    >>> text = "Dr. Haddad came at 3.5 p.m. sharp. لماذا؟ لم يقل!"
    >>> [text[start:end] for start, end in sentence_ranges(text)]
    ['Dr. Haddad came at 3.5 p.m. sharp.', 'لماذا؟', 'لم يقل!']
    """
    text = _UNSEEN.sub(" ", with_line_feeds(text[start:end]))
    return [
        (start + first, start + last)
        for block in _BLOCK.finditer(text)
        for paragraph in _cut(text, *block.span(), _line_ends(text, *block.span()))
        for whole in _cut(text, *paragraph, _sentence_ends(text, *paragraph))
        for first, last in _cut(text, *whole, _semicolons(text, *whole))
    ]


def _cut(text: str, start: int, end: int, ends: Iterable[int]) -> Iterator[tuple[int, int]]:
    """The pieces of a range between the given places, without the space around each."""
    for stop in (*ends, end):
        piece = text[start:stop]
        inner = piece.strip()
        if inner:
            first = start + piece.index(inner[0])
            yield first, first + len(inner)
        start = stop


def _line_ends(text: str, start: int, end: int) -> Iterator[int]:
    """The ends of the lines that are paragraphs or items; not of those that were wrapped."""
    lines = text[start:end].split("\n")
    widest = max(map(len, lines))
    full = [len(line) >= 0.75 * widest for line in lines]
    wrapped = len(lines) >= 3 and 45 <= widest <= 120 and sum(full) >= 0.6 * len(lines)
    for number, (line, following) in enumerate(pairwise(lines)):
        start += len(line) + 1
        runs_on = following.lstrip()[0].islower() or (wrapped and full[number])
        if not runs_on or _ENDED.search(line) or _ITEM.match(following):
            yield start


def _sentence_ends(text: str, start: int, end: int) -> Iterator[int]:
    for match in _END.finditer(text, start, end):
        rest = text[match.end() : match.end() + 40].lstrip()
        before = text[max(start, match.start() - 20) : match.start() + 1]
        if match.end() == end or not rest or _goes_on(match, before, rest):
            continue
        if not _NUMBERING.fullmatch(text[start : match.end()].lstrip()):
            yield match.end()


def _goes_on(match: re.Match[str], before: str, rest: str) -> bool:
    mark = match["mark"]
    if rest[0].islower() or mark is None:
        return mark is not None
    if mark == ".":
        return bool(_TITLE.search(before) or (_ABBREVIATION.search(before) and not _OPENING.match(rest)))
    return mark in ("..", "...", "…") and not rest[0].isupper()


def _semicolons(text: str, start: int, end: int) -> list[int]:
    return [match.end() for match in _SEMICOLON.finditer(text, start, end)] if end - start > _LONG else []
