"""The plain reader: the sentence of the hits that holds most of the question's words, and nothing less.

It needs no model and a person can predict it: what tests use, and what answers where no model may be loaded.
Leaves out spans, meaning, and who agrees or differs.
"""

from collections.abc import Sequence

from assistant.answers import Event, OnEvent, Statement, cite, ignore
from assistant.question import Question
from assistant.readers import Reading, Revision
from assistant.readers.candidates import candidates
from assistant.readers.evidence import meanings_of_terms, terms_held
from index.passages import Hit


class SentenceReader:
    """Quotes the best sentence; its confidence is the square of the share of the content terms it holds.

    With the default threshold it is silent below half of them. Words of the other language count by their
    translations and their sound. Of equal sentences one in the question's language, then the first hit's.
    """

    fingerprint = "sentence-1"
    depth = 6

    def load(self) -> None:
        """Loads nothing."""

    def read(
        self, question: Question, hits: Sequence[Hit], revision: Revision, on_event: OnEvent = ignore
    ) -> Reading:
        """The sentence, cited; an empty text where no sentence holds a word of the question."""
        on_event(Event("reading", 0, len(hits)))
        asked = meanings_of_terms(question)
        best, most = None, (0, False)
        for candidate in candidates(hits, revision.article):
            across = candidate.article.language != question.language
            held = len(terms_held(asked, candidate.text, across)), not across
            if held[0] and held > most:
                best, most = candidate, held
        on_event(Event("reading", len(hits), len(hits)))
        if best is None:
            return Reading("", question.language, (), (), 0.0)
        citation = cite(1, best.article, best.start, best.end)
        statement = Statement(0, len(best.text), (1,))
        confidence = (most[0] / len(asked)) ** 2
        return Reading(best.text, best.article.language, (statement,), (citation,), confidence)
