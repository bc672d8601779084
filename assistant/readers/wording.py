"""From where a model sees the answer to the words that are said: never a torn word, never a lone comma.

A span begins and ends at words, without punctuation around it or a bracket or quote that has lost its other
half. Where Arabic writes a particle onto a name, the name is said (القاهرة, not بالقاهرة): before the article
always, elsewhere where the article or the question has the word without the particle too. A number is said
with its unit and with what says how exactly it is meant (about forty). A reason, and a list of which only a
part was seen, is said as the clause it stands in.
"""

import re
from collections.abc import Callable

from assistant.question import Kind, Question
from index.structure import Range
from index.text.analysis import fold
from index.text.quantities import quantities
from index.text.units import (
    ARABIC_LENGTH,
    ARABIC_MONEY,
    ARABIC_TIME,
    ARABIC_WEIGHT,
    ENGLISH_LENGTH,
    ENGLISH_MONEY,
    ENGLISH_TIME,
    ENGLISH_WEIGHT,
    HEDGES,
    SCALES,
)

_MARKS = "\u064b-\u065f\u0670\u0640"
_INSIDE_WORD = re.compile(rf"[\w{_MARKS}]")
_AROUND = " \t\n\r\"'“”‘’«»،,;؛:.…!?؟-–—()[]{}"
_PAIRS = {"(": ")", "[": "]", "«": "»", "“": "”", '"': '"'}
_WITH_ARTICLE = re.compile(rf"[وف]?[{_MARKS}]*[بك]?[{_MARKS}]*(?=ا[{_MARKS}]*ل[{_MARKS}]*\w[{_MARKS}]*\w)")
_PARTICLE = re.compile(rf"(?:[وف][{_MARKS}]*)?[بلك][{_MARKS}]*|[وف][{_MARKS}]*")
_ABBREVIATED = re.compile(r"(?:[A-Za-z]\.){2,}\Z|\b(?:Jr|Sr|Inc|Ltd|Co|Corp|St|Dr)\.\Z")
_CLAUSE = re.compile(r"[،؛,;:.!?؟](?=\s|\Z)|\s[-–—]\s|[()]|\n")
_LISTED = re.compile(
    r"\s*(?:[،,]\s*(?:(?:and|or)\s+|و(?=\w)|أو\s+)?|\s(?:and|or)\s+|\sو(?=\w{2})|\sأو\s)(?=\w)"
)
_LONGEST_LIST = 160  # code points
_UNIT = re.compile(
    f"[%٪]|per ?cent|{SCALES}|{ENGLISH_MONEY}|{ARABIC_MONEY}|{ENGLISH_TIME}|{ARABIC_TIME}|{ENGLISH_LENGTH}"
    f"|{ARABIC_LENGTH}|{ENGLISH_WEIGHT}|{ARABIC_WEIGHT}"
)
_HEDGE = re.compile(HEDGES)
_WORD_AFTER = re.compile(rf"[\s\u00a0-]?([%٪]|[\w{_MARKS}]+)")
_WORDS_BEFORE = re.compile(rf"(?:[\w{_MARKS}.]+\s+){{1,4}}\Z")


def answer_range(question: Question, text: str, span: Range, sentence: Range) -> Range:
    """The range of ``text`` to say for a span in a sentence of it; not empty, not outside the sentence."""
    if question.kind is Kind.REASON:
        return _trimmed(text, _clause(text, span, sentence)) or sentence
    start, end = _whole_words(text, span, sentence)
    if question.asks_for_many and question.kind is not Kind.MANNER:
        start, end = _whole_list(text, (start, end), sentence)
    trimmed = _trimmed(text, (start, end))
    if trimmed is None:
        return sentence
    start, end = trimmed
    if question.kind in (Kind.NUMBER, Kind.TIME) and (stated := quantities(text[start:end])):
        end = _with_unit(text, end, sentence) if stated.numbers else end
        start = _with_hedge(text, start, sentence)
    return _without_particle(text, start, end, lambda word: _stands_alone(word, text, question.text)), end


def _whole_words(text: str, span: Range, sentence: Range) -> Range:
    start, end = max(span[0], sentence[0]), min(span[1], sentence[1])
    while start > sentence[0] and _INSIDE_WORD.match(text[start]) and _INSIDE_WORD.match(text[start - 1]):
        start -= 1
    while end < sentence[1] and _INSIDE_WORD.match(text[end - 1]) and _INSIDE_WORD.match(text[end]):
        end += 1
    return start, end


def _with_unit(text: str, end: int, sentence: Range) -> int:
    """Where a number that ends there ends with its scale and its unit."""
    if text[end - 1].isalnum():
        while (after := _WORD_AFTER.match(text, end, sentence[1])) and _UNIT.fullmatch(fold(after[1])):
            end = after.end()
    return end


def _with_hedge(text: str, start: int, sentence: Range) -> int:
    """Where a number that starts there starts with what says how exactly it is meant."""
    words = _WORDS_BEFORE.search(text, sentence[0], start)
    begins = [word.start() for word in re.finditer(r"\S+", words[0])] if words else []
    hedged = [words.start() + at for at in begins if words and _HEDGE.fullmatch(fold(words[0][at:].strip()))]
    return min(hedged, default=start)


def _trimmed(text: str, span: Range) -> Range | None:
    """Without punctuation at its ends, but with a bracket or quote whose other half is inside."""
    start, end = span
    while start < end and text[start] in _AROUND and not _closed(text, start, end):
        start += 1
    while start < end and text[end - 1] in _AROUND and not _opened(text, start, end):
        if text[end - 1] == "." and _ABBREVIATED.search(text[start:end]):
            break
        end -= 1
    return (start, end) if start < end else None


def _closed(text: str, start: int, end: int) -> bool:
    """Whether what opens at ``start`` closes inside the span, before its end."""
    closing = _PAIRS.get(text[start])
    at = text.find(closing, start + 1, end) if closing else -1
    return 0 <= at < end - 1


def _opened(text: str, start: int, end: int) -> bool:
    """Whether what closes at the end opens inside the span, after its start."""
    opening = next((o for o, c in _PAIRS.items() if c == text[end - 1]), None)
    return opening is not None and text.find(opening, start, end - 1) >= 0


def _without_particle(text: str, start: int, end: int, stands_alone: Callable[[str], bool]) -> int:
    """Where the span starts without the particles that are written onto its first word."""
    word = re.compile(rf"[\w{_MARKS}]+").match(text, start, end)
    if word is None:
        return start
    article = _WITH_ARTICLE.match(word[0])
    if article and article.end():
        return start + article.end()
    particle = _PARTICLE.match(word[0])
    rest = word[0][particle.end() :] if particle else ""
    return start + particle.end() if particle and len(rest) >= 3 and stands_alone(rest) else start


def _stands_alone(word: str, text: str, question: str) -> bool:
    pattern = re.compile(rf"(?<![\w{_MARKS}]){re.escape(word)}(?![\w{_MARKS}])")
    return bool(pattern.search(text) or pattern.search(question))


def _clause(text: str, span: Range, sentence: Range) -> Range:
    """The span widened to the nearest clause borders on either side."""
    start, end = _whole_words(text, span, sentence)
    borders = [match.end() for match in _CLAUSE.finditer(text, *sentence) if match.end() <= start]
    after = _CLAUSE.search(text, end, sentence[1])
    return (borders[-1] if borders else sentence[0]), (after.start() if after else sentence[1])


def _whole_list(text: str, span: Range, sentence: Range) -> Range:
    """The span with the items that follow it in a list: "Kuwait" of "Kuwait, Qatar and Oman"."""
    start, end = span
    while joint := _LISTED.match(text, end, sentence[1]):
        item = re.compile(r"\w[^،,;؛.!?؟()\n]*?(?=\s*[،,;؛.!?؟()\n]|\s(?:and|or)\s|\sو\w|\Z)").match(
            text, joint.end(), sentence[1]
        )
        if item is None or item.end() - start > _LONGEST_LIST or len(item[0].split()) > 4:
            break
        end = item.end()
        if joint[0].split()[-1] in ("and", "or"):  # the last one
            break
    return start, end
