"""Turns as JSON, and back: what a program tells of a conversation, and what is kept of one.

    [{"question": "Who founded Normandy?", "answer": "Rollo"}, {"question": "And when?"}]

An object that ``majlis ask --json`` printed is such a turn as it is. Leaves out the hits.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from assistant.answers import Answer, Citation
from assistant.conversation import Turn
from assistant.locators import KINDS, NOWHERE, Locator, locator_to_json
from index.errors import UserError
from index.text.language import detect_language

_PLACES = ("number", "start", "end", "answer_start", "answer_end")  # whole numbers of a citation
_NAMES = ("article_id", "title", "source", "quote")  # texts of one
_KEPT = ("published", "content_hash")  # texts that only a stored one has
LONGEST_LABEL = 1000  # characters of a page's label or a heading


def turns_from_json(value: object) -> tuple[Turn, ...]:
    """The turns, oldest first; ``UserError`` says what is wrong with them.

    ``answer`` "" says that there was none. Where it is not there, or null, it is not known.
    """
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(turn, dict) for turn in value):
        raise UserError('"turns" is no list of objects; write [{"question": "..."}], oldest first')
    return tuple(map(_turn, value))


def turn_to_json(turn: Turn) -> dict[str, Any]:
    """What ``turns_from_json`` reads."""
    answer = turn.answer
    if answer is None:
        return {"question": turn.question}
    return {
        "question": turn.question,
        "understood_as": answer.understood_as,
        "answer": answer.text,
        "citations": [citation_to_json(citation) for citation in answer.citations],
    }


def citation_to_json(citation: Citation) -> dict[str, Any]:
    """A citation with all that it says."""
    told = {name: getattr(citation, name) for name in (*_PLACES, *_NAMES, *_KEPT)}
    return told | locator_to_json(citation.locator)


def citation_from_json(value: object) -> Citation:
    """The citation; ``UserError`` where something of it is missing, or does not fit the rest."""
    told: Mapping[str, Any] = value if isinstance(value, dict) else {}
    places: dict[str, Any] = {name: told.get(name) for name in _PLACES}
    names: dict[str, Any] = {name: told.get(name) for name in _NAMES} | {
        name: told.get(name, "") for name in _KEPT
    }
    if all(type(place) is int for place in places.values()) and all(
        isinstance(name, str) for name in names.values()
    ):
        try:
            return Citation(**{**places, **names}, locator=locator_from_json(told))
        except ValueError:  # as it is told below
            pass
    raise UserError('a citation in it is none that "majlis ask --json" prints; leave "citations" out')


def locator_from_json(told: Mapping[str, Any]) -> Locator:
    """Where a citation says that it stands; nowhere where it does not say, as none did at first."""
    page, last = told.get("page"), told.get("last_page", told.get("page"))
    label, last_label, kind, section = (
        told.get(name, "") for name in ("page_label", "last_page_label", "page_kind", "section")
    )
    texts = (label, last_label, kind, section)
    if not all(isinstance(text, str) and len(text) <= LONGEST_LABEL for text in texts):
        return NOWHERE
    label, last_label, section = (
        text.encode("utf-8", "replace").decode() for text in (label, last_label, section)
    )
    kind = kind if kind in KINDS else "page"
    if page is None or last is None:
        return Locator(section=section)
    if not (type(page) is type(last) is int and 0 < page <= last < 10**9):
        return NOWHERE
    return Locator(page, label or str(page), last, last_label or str(last), kind, section)


def with_answers(turns: Sequence[Turn], answer: Callable[[str, Sequence[Turn]], Answer]) -> list[Turn]:
    """The turns, each question whose answer is not known asked after those before it."""
    known: list[Turn] = []
    for turn in turns:
        known.append(turn if turn.answer else Turn(turn.question, answer(turn.question, known)))
    return known


def _turn(told: Mapping[str, Any]) -> Turn:
    question, text = told.get("question"), told.get("answer")
    understood = told.get("understood_as", question)
    if not isinstance(question, str) or not question.strip():
        raise UserError('a turn without a "question" text; write [{"question": "..."}], oldest first')
    if text is None:
        return Turn(question)
    if not isinstance(text, str) or not isinstance(understood, str):
        raise UserError('the "answer" of a turn is no text; write it as a text, "" for none')
    given = told.get("citations") or []
    if not isinstance(given, list):
        raise UserError('the "citations" of a turn are no list; write [...], or leave them out')
    citations = tuple(map(citation_from_json, given)) if text else ()
    return Turn(
        question,
        Answer(
            question=question,
            understood_as=" ".join(understood.split()),
            text=text,
            language=detect_language(text or question),
            citations=citations,
            confidence=1.0 if text else 0.0,
            hits=(),
            timings_ms={},
        ),
    )
