"""What the verifier learns from, a step after the other: proposals of the reader, and a few made-up ones.

Whole groups of questions (an article's, or a paragraph's) are held out. Of the proposals that the reader
itself holds for hopeless few are shown. Beside a right one sometimes stands another name, date or number of
the same sentence; and questions of one paragraph stand with their own answer and with another's, where
nothing but the question tells which is right.
"""

import re
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from tokenizers import Tokenizer

from assistant.readers.verifier import MarkedSentence, MarkedTokens
from assistant.training.rounds import LengthRounds
from assistant.training.verifier.network import JudgedPair
from assistant.training.verifier.passages import AskedText
from assistant.training.verifier.proposals import ProposedQuestion, mark
from assistant.training.verifier.sources import QuestionSource
from index.text.sentences import sentence_ranges

HELD_OUT = 10  # one group of so many
HOPELESS, SHOWN = -5.0, 0.15  # log odds of a wrong one below which it is shown so seldom
RIVAL = 0.35  # chance that another part of the sentence stands beside a right one
UNTITLED = 0.3  # chance that a title is left away
NEAR = 1_500  # code points around an answer in which its sentence is looked for
_NUMBER = re.compile(r"\d[\d.,:/]*\d|\d")
_NAME = re.compile(r"(?<=\s)[A-Z][\w'’-]+(?: (?:of |the |de )?[A-Z][\w'’-]+)*")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class PairSource:
    """A question with one marked sentence, and how likely it is shown in a round over all."""

    question: str
    marked: MarkedSentence
    right: bool
    share: float


def is_held_out(group: str) -> bool:
    """Whether the group of a question is for measuring; the same on every machine."""
    return zlib.crc32(group.encode()) % HELD_OUT == 0


def pair_sources(questions: Iterable[ProposedQuestion], seed: int) -> list[PairSource]:
    """Of the questions that are not held out all proposals, and rivals of the right ones."""
    chance = np.random.default_rng(seed)
    found = []
    for asked in questions:
        if is_held_out(asked.group):
            continue
        for one in asked.proposals:
            share = SHOWN if not one.right and one.score < HOPELESS else 1.0
            found.append(PairSource(asked.question, one.marked, one.right, share))
            rival = rival_of(one.marked, chance) if one.right and chance.random() < RIVAL else None
            if rival:
                found.append(PairSource(asked.question, rival, False, 1.0))
    return found


def swapped_pairs(source: QuestionSource, count: int) -> Iterator[PairSource]:
    """About ``count`` questions, each with its own answer and with that of another of its paragraph."""
    for group, own, other in source.swapped(count):
        if not is_held_out(group):
            for text, right in ((own, True), (other, False)):
                if marked := _first_marked(text):
                    yield PairSource(own.question, marked, right, 1.0)


def _first_marked(asked: AskedText) -> MarkedSentence | None:
    start, end = asked.ranges[0]
    sentences = sentence_ranges(asked.text, max(0, start - NEAR), min(len(asked.text), end + NEAR))
    for place, (first, last) in enumerate(sentences):
        if first <= start and end <= last:
            return mark(asked, sentences, place, (start, end))
    return None


def rival_of(marked: MarkedSentence, chance: np.random.Generator) -> MarkedSentence | None:
    """The sentence with another part marked, one like the answer: a number, a name, or as many words."""
    answer = marked.text[marked.start : marked.end]
    if _NUMBER.search(answer):
        ranges = [found.span() for found in _NUMBER.finditer(marked.text)]
    elif _NAME.fullmatch(f" {answer}", 1):
        ranges = [found.span() for found in _NAME.finditer(marked.text)]
    else:
        words = [found.span() for found in _WORD.finditer(marked.text)]
        count = len(_WORD.findall(answer)) or 1
        ranges = [(words[at][0], words[at + count - 1][1]) for at in range(len(words) - count + 1)]
    others = [
        (start, end)
        for start, end in ranges
        if (end <= marked.start or start >= marked.end) and marked.text[start:end] not in answer
    ]
    if not others:
        return None
    start, end = others[int(chance.integers(len(others)))]
    return replace(marked, start=start, end=end)


class PairRounds:
    """Steps of pairs of all sources (``LengthRounds``)."""

    def __init__(self, sources: Sequence[PairSource], tokenizer: Tokenizer, size: int, seed: int) -> None:
        self._tokens = MarkedTokens(tokenizer)
        self._sources = sources
        lengths = [len(one.question) + _length(one.marked) for one in sources]
        self._rounds = LengthRounds(lengths, size, seed, [one.share for one in sources])

    def step(self, number: int) -> list[JudgedPair]:
        """The pairs of a step."""
        rows, chance = self._rounds.step(number)
        return [self.pair(self._sources[row], chance) for row in rows]

    def pair(self, one: PairSource, chance: np.random.Generator) -> JudgedPair:
        marked = replace(one.marked, title="") if chance.random() < UNTITLED else one.marked
        return JudgedPair(*self._tokens.pair(self._tokens.question(one.question), marked), one.right)


def _length(marked: MarkedSentence) -> int:
    """About so many code points are read of it."""
    return min(len(marked.text), 350) + min(len(marked.before), 70) + min(len(marked.after), 70)
