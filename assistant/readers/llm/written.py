"""What a model has written so far, as plain text: its sentences, and the marks that each of them has.

Models write Markdown unasked. Bold, links and code lose their signs, headings and list items keep their
lines, a table's row becomes a line; what a model thinks aloud before it answers, and a list of sources
after, are left out. Marks as [1], [1, 3], [2-4], 【2】, [١] are taken out of the text: a mark belongs to the
sentence that it stands in or after. Leaves out nested lists, which come on one level.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.structure import visible
from index.text.sentences import sentence_ranges

LARGEST_MARK = 99
_THOUGHT = re.compile(r"<(think|thinking|reasoning)>.*?(?:</\1>|\Z)", re.DOTALL)
_THOUGHT_END = re.compile(r"\A.*</think(?:ing)?>", re.DOTALL)  # where the template has opened it
# What may yet become a mark or a sign while the text comes.
_UNFINISHED = re.compile(r"(?:\[[^\]\n]{0,30}|【[^】\n]{0,30}|\]\([^)\n]*|[*_`#~]+|<[^>\n]{0,12}|\s+)\Z")
_HEADING = re.compile(r"\s{0,3}#{1,6}\s+(.*?)\s*#*\s*\Z")
_ALL_BOLD = re.compile(r"\s*(\*\*|__)(?!\s)((?:(?!\1).)+)\1\s*:?\s*\Z")
_BULLET = re.compile(r"\s*[-*+•▪●·–]\s+")
_NUMBERED = re.compile(r"\s*\(?((?:\d|[٠-٩]){1,3})[.)\-]\s+")
_QUOTE = re.compile(r"\s*(?:>\s?)+")
_RULE = re.compile(r"\s*(?:[-*_]\s*){3,}\Z|\s*(?:```|~~~).*\Z")
_TABLE_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*\Z")
_TABLE_ROW = re.compile(r"\s*\|(.+)\|\s*\Z")
_SIGNS = [
    (re.compile(r"!\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"\[([^\]\d][^\]]*)\]\([^)\s]*\)"), r"\1"),
    (re.compile(r"\*\*|(?<!\w)__|__(?!\w)|`+|~~"), ""),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<!\w)_(?=\S)([^_\n]+?)(?<=\S)_(?!\w)"), r"\1"),
    (re.compile(r"</?(?:b|i|em|strong|u|br|p|sup|sub|cite)\s*/?>", re.IGNORECASE), ""),
]
_VOWELS = re.compile(r"[\u064b-\u0652\u0670]")
_NUMBER = r"(?:\d{1,3}|[٠-٩]{1,3})"
_NUMBERS = rf"\^?{_NUMBER}(?:\s*(?:[,،;؛&]|-|–|and|و)\s*\^?{_NUMBER})*"
_OF = r"(?:(?:passages?|sources?|articles?|refs?|المقاطع|المقطع|مقطع|المصادر|المصدر|مصدر|رقم)\s*:?\s*#?)"
_MARK = re.compile(
    rf"\s*[\[【]\s*{_OF}?({_NUMBERS})\s*[\]】](?:\(\S*?\))?|\s*\(\s*{_OF}({_NUMBERS})\s*\)", re.IGNORECASE
)
_SOURCES = re.compile(
    r"(?:sources?|references?|citations?|passages?|المصادر|المراجع|المصدر|الاستشهادات|المقاطع)\s*:?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class WrittenPiece:
    """A sentence, or a heading: a half-open range of its line, and the numbers that stand in or after it."""

    start: int
    end: int
    marks: tuple[int, ...] = ()
    heading: bool = False


@dataclass(frozen=True, slots=True)
class WrittenLine:
    """A line of the text, in which only space is outside of the pieces; ``before`` is its list sign."""

    text: str
    pieces: tuple[WrittenPiece, ...]
    before: str = ""
    apart: bool = False  # an empty line is before it


def read_written(raw: str, *, ended: bool) -> list[WrittenLine]:
    """The lines of what a model has written; until it has ``ended`` without what may yet become a sign."""
    text = _THOUGHT.sub("", raw.replace("\r\n", "\n"))
    text = visible(_THOUGHT_END.sub("", text))
    if not ended:
        text = _UNFINISHED.sub("", text)
    lines: list[WrittenLine] = []
    apart = False
    source = text.split("\n")
    for number, written in enumerate(source):
        if not written.strip():
            apart = bool(lines)
            continue
        if _RULE.match(written) or _TABLE_RULE.match(written):
            continue
        heads = number + 1 < len(source) and bool(_TABLE_RULE.match(source[number + 1]))
        line = _line(written, apart, heads)
        if _SOURCES.fullmatch(line.text):
            break
        if line.pieces:
            lines.append(line)
            apart = False
        elif lines and (marks := _marks_of(written)):
            lines[-1] = _with_marks(lines[-1], marks)
    return lines


def _line(written: str, apart: bool, heads: bool) -> WrittenLine:
    before, heading = "", heads
    written = _QUOTE.sub("", written, count=1) if _QUOTE.match(written) else written
    if row := _TABLE_ROW.match(written):
        written = " — ".join(cell.strip() for cell in row[1].split("|") if cell.strip())
    if found := _HEADING.match(written):
        written, heading = found[1], True
    elif bold := _ALL_BOLD.match(written):
        written, heading = bold[0], True
    elif item := _BULLET.match(written):
        written, before = written[item.end() :], "• "
    elif item := _NUMBERED.match(written):
        written, before = written[item.end() :], f"{item[1]}. "
    for sign, instead in _SIGNS:
        written = sign.sub(instead, written)
    text, marks = _without_marks(written)
    if heading:
        every = tuple(dict.fromkeys(number for _, numbers in marks for number in numbers))
        pieces = [WrittenPiece(0, len(text), every, True)] if text else []
    else:
        # a letter after a vowel sign is no initial: "مترًا." ends a sentence
        ranges = sentence_ranges(_VOWELS.sub("ـ", text))
        ranges = [(start, end) for start, end in ranges if re.search(r"\w", text[start:end])]
        pieces = [
            WrittenPiece(start, end, _marks_in(ranges, n, marks)) for n, (start, end) in enumerate(ranges)
        ]
    return WrittenLine(text, tuple(pieces), before, apart)


def _without_marks(written: str) -> tuple[str, list[tuple[int, tuple[int, ...]]]]:
    """The text without its marks, and each mark's numbers with the place in the text where it stood."""
    text, marks, last = "", [], 0
    for found in _MARK.finditer(written):
        text += written[last : found.start()]
        text = text.lstrip() if not text.strip() else text
        marks.append((len(text), tuple(_expanded(found[1] or found[2]))))
        last = found.end()
    text += written[last:]
    shift = len(text) - len(text.lstrip())
    return text.strip(), [(max(0, at - shift), numbers) for at, numbers in marks]


def _marks_in(
    ranges: list[tuple[int, int]], row: int, marks: list[tuple[int, tuple[int, ...]]]
) -> tuple[int, ...]:
    """The numbers of the sentence: what stands in it or right after; before the first, of that one."""
    start, end = ranges[row]
    following = ranges[row + 1][0] if row + 1 < len(ranges) else None
    found: dict[int, None] = {}
    for at, numbers in marks:
        inside = start < at and (following is None or at <= end or at < following)
        if inside or (row == 0 and at <= start):
            found |= dict.fromkeys(numbers)
    return tuple(found)


def _expanded(numbers: str) -> Iterator[int]:
    """The numbers of a mark.

    >>> list(_expanded("1, 3-5"))
    [1, 3, 4, 5]
    """
    for part in re.split(r"[,،;؛&]|and|و", numbers):
        first, *last = (int(number) for number in re.findall(_NUMBER, part))
        yield from range(first, min(max(first, *last), LARGEST_MARK) + 1) if last else (first,)


def _marks_of(written: str) -> tuple[int, ...]:
    return tuple(number for _, numbers in _without_marks(written)[1] for number in numbers)


def _with_marks(line: WrittenLine, marks: tuple[int, ...]) -> WrittenLine:
    """The line with more marks on its last piece."""
    *others, last = line.pieces
    more = tuple(dict.fromkeys((*last.marks, *marks)))
    piece = WrittenPiece(last.start, last.end, more, last.heading)
    return WrittenLine(line.text, (*others, piece), line.before, line.apart)
