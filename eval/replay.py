"""Saved questions asked again: which answers are others now, and where the right one is known, how.

Each line of the file has a ``question`` and what was answered then, ``answer`` with its ``citations``, as
``majlis eval export-feedback`` and ``majlis ask --batch`` write it; ``answers``, ``article_ids`` and
``evidence``, where they are there, say what is right. A right answer is better than silence, and silence than
a wrong answer; where the articles do not answer, silence is the right one.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from assistant.answers import Answer
from assistant.conversation import Turn
from assistant.transcript import turns_from_json, with_answers
from eval.data import visible_text
from eval.data.file import DatasetFile
from eval.measures.answers import is_right, normalise_answer
from index.errors import UserError
from index.progress import Progress, silent
from index.text.language import detect_language

Changed = Literal["same", "better", "worse", "other"]
CHANGES: tuple[Changed, ...] = ("same", "better", "worse", "other")


@dataclass(frozen=True, slots=True)
class SavedAnswer:
    """A text, the quotes that it stands on and their articles; an empty text is silence."""

    text: str
    quotes: tuple[str, ...]
    article_ids: tuple[str, ...]

    @classmethod
    def of(cls, answer: Answer) -> "SavedAnswer":
        own = [citation for citation in answer.citations if citation not in answer.agreeing]
        return cls(
            answer.text,
            tuple(citation.quote for citation in own),
            tuple(citation.article_id for citation in own),
        )


@dataclass(frozen=True, slots=True)
class SavedQuestion:
    """A question as it was asked once; ``answers`` and ``article_ids`` are None where they are not known."""

    id: str
    question: str
    turns: tuple[Turn, ...]
    before: SavedAnswer
    language: str
    answers: tuple[str, ...] | None = None
    article_ids: tuple[str, ...] | None = None
    evidence: str = ""

    def rank(self, answer: SavedAnswer) -> int | None:
        """2 for a right answer, 1 for silence, 0 for a wrong one; None where that is not known."""
        if self.answers == ():
            return 0 if answer.text else 2
        if self.answers is None and not self.article_ids:
            return None
        if not answer.text:
            return 1
        if self.answers:
            return 2 * is_right(answer.text, answer.quotes, self.answers, self.language)
        evidence = normalise_answer(self.evidence, self.language)
        return 2 * any(
            article_id in (self.article_ids or ())
            and (not evidence or normalise_answer(quote, self.language) in evidence)
            for quote, article_id in zip(answer.quotes, answer.article_ids, strict=True)
        )


@dataclass(frozen=True, slots=True)
class ReplayedQuestion:
    """A question with its answer then and now."""

    id: str
    question: str
    change: Changed
    before: SavedAnswer
    now: SavedAnswer


@dataclass(frozen=True, slots=True)
class Replay:
    """All questions that were asked again; ``problems``: a line for each that could not be."""

    questions: tuple[ReplayedQuestion, ...]
    problems: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many there are of each change."""
        return {name: sum(one.change == name for one in self.questions) for name in CHANGES}

    def to_json(self) -> dict[str, Any]:
        changed = [asdict(one) for one in self.questions if one.change != "same"]
        return {
            "questions": len(self.questions),
            **self.counts,
            "changed": changed,
            "problems": list(self.problems),
        }


def replay(
    source: DatasetFile, answer: Callable[[str, Sequence[Turn]], Answer], progress: Progress = silent
) -> Replay:
    """Asks the questions of a file again, one after the other."""
    saved = read_saved(source)
    replayed = []
    for number, question in enumerate(saved):
        progress("asking", number, len(saved))
        try:
            now = SavedAnswer.of(answer(question.question, with_answers(question.turns, answer)))
        except UserError as error:
            source.problem(f"id {question.id!r}", str(error))
            continue
        change = change_of(question, now)
        replayed.append(ReplayedQuestion(question.id, question.question, change, question.before, now))
    progress("asking", len(saved), len(saved))
    return Replay(tuple(replayed), tuple(source.problems))


def change_of(question: SavedQuestion, now: SavedAnswer) -> Changed:
    """What has become of the answer; where its words are the same, nothing."""
    language = question.language
    if normalise_answer(question.before.text, language) == normalise_answer(now.text, language):
        return "same"
    was, is_now = question.rank(question.before), question.rank(now)
    if was is None or is_now is None or was == is_now:
        return "other"
    return "better" if is_now > was else "worse"


def read_saved(source: DatasetFile) -> list[SavedQuestion]:
    """The questions of a file; what cannot be asked again is a problem of it."""
    saved = []
    for place, entry in source.objects():
        try:
            saved.append(_saved(str(entry.get("id", place.removeprefix("line "))), entry))
        except UserError as error:
            source.problem(place, str(error))
    return saved


def _saved(id: str, entry: dict[str, Any]) -> SavedQuestion:
    question, text = visible_text(entry.get("question")), entry.get("answer")
    if not question:
        raise UserError('no "question"')
    if not isinstance(text, str):
        raise UserError('no "answer" of then to compare with; write "" for none')
    citations = entry.get("citations") or []
    if not isinstance(citations, list) or not all(isinstance(one, dict) for one in citations):
        raise UserError('"citations" is no list of objects')
    language = entry.get("language")
    answers, evidence = _texts(entry.get("answers")), entry.get("evidence")
    return SavedQuestion(
        id=id,
        question=question,
        turns=turns_from_json(entry.get("turns")),
        before=SavedAnswer(
            text,
            tuple(visible_text(one.get("quote")) for one in citations),
            tuple(str(one.get("article_id", "")) for one in citations),
        ),
        language=language if language in ("ar", "en") else detect_language(text or question),
        answers=answers,
        article_ids=_texts(entry.get("article_ids")),
        evidence=visible_text(evidence.get("text")) if isinstance(evidence, dict) else "",
    )


def _texts(given: object) -> tuple[str, ...] | None:
    if given is None:
        return None
    items = given if isinstance(given, list) else [given]
    return tuple(filter(None, map(visible_text, items)))
