"""What the shipped reader proposes over texts that answer and texts that come near, each judged.

A proposal is right where it stands in the sentence that answers and says a gold answer; wrong elsewhere.
What is neither (half of an answer; the answer's words in another sentence) is left out. Proposals are kept in
a file, a question a line: a run that was cut off goes on.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from assistant.question import Question, understand
from assistant.readers.spans import SpanModel, Window, best_span
from assistant.readers.verifier import MarkedSentence
from assistant.readers.wording import answer_range
from assistant.training.verifier.passages import AskedText
from assistant.training.verifier.sources import DrawnQuestion, QuestionSource
from eval.measures.answers import f1, normalise_answer
from index.errors import UserError
from index.structure import Range
from index.text.sentences import sentence_ranges
from index.training.data import ARABIC
from index.training.loop import Log

PROPOSED = {"answer": 3, "without": 2, "article": 2, "search": 2}  # the best so many of a text
RIGHT, UNCLEAR = 0.6, 0.35  # F1 with a gold answer from which a span is right, or no longer wrong
LONGER = 4  # a span that contains the answer has at most so many times its words
REPORT_EVERY = 100


@dataclass(frozen=True, slots=True)
class Proposal:
    """A span that the reader proposes; ``score``: its log odds; ``made``: not by the reader."""

    marked: MarkedSentence
    variant: str
    score: float
    right: bool
    made: bool = False


@dataclass(frozen=True, slots=True)
class ProposedQuestion:
    """A question, and what is proposed for it over its texts."""

    source: str
    group: str
    question: str
    proposals: tuple[Proposal, ...]


def collect(path: Path, source: QuestionSource, model: SpanModel, count: int, log: Log) -> None:
    """Writes what the reader proposes for the first ``count`` questions, those that the file lacks."""
    first = 0
    if path.exists():
        whole = path.read_bytes()
        path.write_bytes(whole[: whole.rfind(b"\n") + 1])  # a line that was cut off
        first = whole.count(b"\n")
    with path.open("a", encoding="utf-8") as file:
        for number in range(first, count):
            drawn = proposed(source.draw(number), model)
            file.write(json.dumps(asdict(drawn), ensure_ascii=False) + "\n")
            file.flush()
            if number % REPORT_EVERY == REPORT_EVERY - 1:
                log(f"proposals: {number + 1}/{count} questions")


def read_proposals(path: Path) -> Iterator[ProposedQuestion]:
    """The questions of a file, with what was proposed."""
    with path.open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            made = tuple(
                Proposal(**{**one, "marked": MarkedSentence(**one["marked"])}) for one in row["proposals"]
            )
            yield ProposedQuestion(row["source"], row["group"], row["question"], made)


def proposed(drawn: DrawnQuestion, model: SpanModel) -> ProposedQuestion:
    """What the reader proposes over a question's texts; nothing for a question without words."""
    asked = drawn.texts[0].question
    try:
        question = understand(asked)
    except UserError:
        return ProposedQuestion(drawn.source, drawn.group, asked, ())
    read = model.read(question.text, [text.text for text in drawn.texts])
    found = [
        one for text, windows in zip(drawn.texts, read, strict=True) for one in _over(text, question, windows)
    ]
    return ProposedQuestion(drawn.source, drawn.group, question.text, tuple(found))


def _over(asked: AskedText, question: Question, windows: Sequence[Window]) -> Iterator[Proposal]:
    text, sentences = asked.text, sentence_ranges(asked.text)
    seen = [(best_span(windows, *at), place) for place, at in enumerate(sentences)]
    best = sorted(
        ((span, place) for span, place in seen if span is not None), key=lambda pair: -pair[0].score
    )
    answered = False
    for span, place in best[: PROPOSED[asked.variant]]:
        said = answer_range(question, text, (span.start, span.end), sentences[place])
        right = judge(asked, said, sentences[place])
        answered = answered or right is True
        if right is not None:
            yield Proposal(mark(asked, sentences, place, said), asked.variant, span.score, right)
    for start, end in asked.ranges[: not answered]:  # what it should have proposed
        for place, at in enumerate(sentences):
            if at[0] <= start and end <= at[1]:
                gold = best_span(windows, start, end)
                score = gold.score if gold else 0.0
                yield Proposal(mark(asked, sentences, place, (start, end)), asked.variant, score, True, True)


def judge(asked: AskedText, said: Range, sentence: Range) -> bool | None:
    """Whether a span is right, or not; none where that is unclear."""
    language = "ar" if ARABIC.search(asked.text) else "en"
    words = asked.text[slice(*said)]
    score = f1(words, asked.answers, language)
    spoken = normalise_answer(words, language)
    golds = [normalise_answer(answer, language) for answer in asked.answers]
    contains = any(
        gold and f" {gold} " in f" {spoken} " and len(spoken.split()) <= LONGER * len(gold.split())
        for gold in golds
    )
    here = any(start < sentence[1] and sentence[0] < end for start, end in asked.ranges)
    if score >= RIGHT or contains:
        return True if here else None
    within = here and any(start < said[1] and said[0] < end for start, end in asked.ranges)
    return None if within or score >= UNCLEAR else False


def mark(asked: AskedText, sentences: Sequence[Range], place: int, said: Range) -> MarkedSentence:
    """A span in its sentence, with the neighbours and the title."""
    start, end = sentences[place]
    before = asked.text[slice(*sentences[place - 1])] if place else ""
    after = asked.text[slice(*sentences[place + 1])] if place + 1 < len(sentences) else ""
    return MarkedSentence(asked.title, before, asked.text[start:end], after, said[0] - start, said[1] - start)
