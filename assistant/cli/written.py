"""What a model wrote, as plain text for a person: its marks, what no article supports, and how much is.

On a terminal the words are shown as they come: what stands there stays, and what is found of a sentence is
put after it.
"""

from collections.abc import Sequence
from typing import TextIO

from assistant.answers import Answer, Event, OnEvent, Statement
from index.structure import visible
from index.text.language import detect_language

NOT_SURE = {
    "ar": "غير مؤكد. قارن بالجمل المذكورة أدناه.",
    "en": "Not sure. Compare it with the sentences below.",
}
SUPPORTED = {
    "ar": "الجمل التي تسندها المقالات: {} من {}",
    "en": "supported: {} of {} sentences",
}
UNSUPPORTED = {"ar": "[لم نجد هذا في المقالات]", "en": "[not found in the articles]"}
UNFOUND = {"ar": "[ليس في المقاطع: {}]", "en": "[not in the passages: {}]"}


def written_text(text: str, statements: Sequence[Statement], language: str) -> str:
    """The text, after each statement its marks, or that none supports it, and what of it stands nowhere."""
    shown, last = "", 0
    for one in statements:
        signs = ["".join(f"[{number}]" for number in one.citations)] if one.citations else []
        signs += [] if one.supported else [UNSUPPORTED[language]]
        if one.unfound:
            comma = "، " if language == "ar" else ", "
            signs.append(UNFOUND[language].format(comma.join(text[start:end] for start, end in one.unfound)))
        shown += " ".join([text[last : one.end], *signs])
        last = one.end
    return visible(shown + text[last:])


def written_lines(answer: Answer) -> list[str]:
    """The answer without its citations, and what is to be said of it."""
    language = detect_language(answer.question)
    lines = written_text(answer.text, answer.statements, language).split("\n")
    lines += ["", SUPPORTED[language].format(*answer.support)]
    lines += [] if answer.sure else [NOT_SURE[language]]
    return lines + ([visible(answer.notice)] if answer.notice else [])


class StreamedAnswer:
    """Writes what a model writes as it comes; other events go to ``beside``."""

    def __init__(self, stream: TextIO, beside: OnEvent, language: str) -> None:
        self._stream = stream
        self._beside = beside
        self._language = language
        self.shown = ""

    def __call__(self, event: Event) -> None:
        if event.stage != "writing" or event.draft is None:
            if not self.shown:  # what is told beside would be written over it
                self._beside(event)
            return
        draft = event.draft
        text = written_text(draft.text, draft.statements, self._language)
        if len(text) > len(self.shown) and text.startswith(self.shown):
            if not self.shown:
                self._beside(Event("done"))  # what was being done goes
            self._stream.write(text[len(self.shown) :])
            self._stream.flush()
            self.shown = text

    def rest(self, lines: Sequence[str]) -> list[str]:
        """The lines that are yet to be written: without what stands there, if it has stayed as it was."""
        before, found, after = "\n".join(lines).partition(self.shown) if self.shown else ("", "", "")
        if found:
            return [*after.split("\n"), *(["", before.strip("\n")] if before else [])]
        return ["", "", *lines] if self.shown else list(lines)
