"""What is done for a question: one about the articles themselves is answered from their records, and where
several things are asked each part is read by itself, and all that is said is cited. A model that writes the
answers writes one to all parts.
"""

from collections.abc import Sequence
from dataclasses import replace

from assistant.answers import Citation, OnEvent, Statement, ignore
from assistant.conversation import Turn
from assistant.question import Question
from assistant.readers import AnswerWriter, Reader, Reading, Revision
from assistant.readers.about import read_about
from assistant.readers.dated import read_by_date
from assistant.readers.orders import gives_orders
from index.passages import Hit


def read_question(
    reader: Reader,
    question: Question,
    hits: Sequence[Hit],
    revision: Revision,
    threshold: float,
    on_event: OnEvent = ignore,
    turns: Sequence[Turn] = (),
) -> Reading:
    """What is said to each part, where there is something to say to all; else to the question.

    What is asked about the articles themselves takes no reader. ``turns`` are for a model that writes.
    """
    if isinstance(reader, AnswerWriter):
        first = hits if question.order else hits[: reader.otherwise.depth]
        own = read_question(reader.otherwise, question, first, revision, threshold, on_event)
        return _trusted(
            reader.write(question, hits[: reader.depth], revision, own, turns, on_event), question
        )

    def read(asked: Question) -> Reading:
        first = hits[: reader.depth] if asked.order else hits  # more of them come where dates decide
        reading = read_about(asked, first, revision)
        if reading is None and asked.order:
            reading = read_by_date(
                asked,
                hits,
                revision,
                lambda one, own: reader.read(one, own[: reader.depth], revision, on_event),
                threshold,
            )
        return _trusted(reading or reader.read(asked, first, revision, on_event), asked)

    readings: list[Reading] = []
    for part in question.parts:
        readings.append(read(part))
        if not readings[-1].text or readings[-1].confidence < threshold:
            break
    else:
        if readings:
            return joined(readings)
    return read(question)


def _trusted(reading: Reading, asked: Question) -> Reading:
    """The reading; not sure where it is in another language, of words that may have been read wrong, or of a
    sentence that speaks to a machine."""
    # across languages no confidence was found from which on answers are right often enough
    sure = reading.sure and reading.language == asked.language
    stood_on = {number for statement in reading.statements for number in statement.citations}
    cited = [citation for citation in reading.citations if citation.number in stood_on]
    doubted = any(citation.answer_is_doubtful or gives_orders(citation.quote) for citation in cited)
    return replace(reading, sure=sure and not doubted)


def joined(readings: Sequence[Reading]) -> Reading:
    """One reading of several, as sure as the least sure of them; what other articles say instead is left."""
    between = "؛ " if readings[0].language == "ar" else "; "
    text = ""
    statements: list[Statement] = []
    citations: list[Citation] = []
    for reading in readings:
        start = len(text) + len(between) if text else 0
        before = len(citations)
        numbers = {citation.number: before + n for n, citation in enumerate(reading.citations, start=1)}
        statements += [
            Statement(start + one.start, start + one.end, tuple(numbers[number] for number in one.citations))
            for one in reading.statements
        ]
        citations += [replace(one, number=numbers[one.number]) for one in reading.citations]
        text = between.join(filter(None, [text, reading.text]))
    return Reading(
        text,
        readings[0].language,
        tuple(statements),
        tuple(citations),
        min(reading.confidence for reading in readings),
        sure=all(reading.sure for reading in readings),
    )
