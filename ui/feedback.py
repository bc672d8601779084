"""What a visitor says of an answer: its HTML and its words, and how it is kept; no wiring.

``opinion`` is drawn below an answer; its buttons and its form carry what they say in ``data-`` attributes and
names. ``keep`` takes what came back: a browser may say anything, so what it quotes is looked up.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from html import escape

from assistant.answers import Answer
from assistant.conversation import Turn
from assistant.feedback import FeedbackStore, Opinion, feedback_on
from assistant.pipeline import Assistant
from assistant.question import LONGEST_QUESTION
from index.passages import Hit, Passage
from index.text.language import detect_language

LONGEST = 2000  # characters of a note
TURNS = 4  # before the question that are kept
OFFERED = 5  # passages to choose the right one from
SHOWN = 60  # characters of a passage in the list


@dataclass(frozen=True, slots=True)
class OpinionWords:
    """The texts in one language; ``{}`` stands for what is filled in."""

    group: str
    up: str
    down: str
    more: str
    right: str
    none: str
    note: str
    send: str
    thanks: str
    failed: str


ENGLISH = OpinionWords(
    group="Is this answer right?",
    up="This answer is right",
    down="This answer is wrong",
    more="What would be right?",
    right="The right passage is",
    none="none of these",
    note="Note",
    send="Send",
    thanks="Kept with the library. Thank you.",
    failed="This could not be kept.",
)

ARABIC = OpinionWords(
    group="أهذه الإجابة صحيحة؟",
    up="هذه الإجابة صحيحة",
    down="هذه الإجابة خاطئة",
    more="ما الصواب؟",
    right="المقطع الصحيح هو",
    none="ليس أيًّا من هذه",
    note="ملاحظة",
    send="أرسل",
    thanks="حُفظ مع المكتبة. شكرًا لك.",
    failed="تعذّر حفظ ذلك.",
)


def opinion_words_in(language: str) -> OpinionWords:
    """The texts in a language; English for every one but Arabic."""
    return ARABIC if language == "ar" else ENGLISH


def opinion(answer: Answer, number: int, language: str, given: str = "") -> str:
    """What may be said of the answer of turn ``number``; ``given`` is what was said, "up" or "down"."""
    words = opinion_words_in(language)
    thumbs = "".join(
        f'<button type="button" class="thumb" data-do="opinion" '
        f'data-verdict="{verdict}" '
        f'aria-pressed="{"true" if verdict == given else "false"}" aria-label="{name}" title="{name}">'
        f'<span aria-hidden="true">{sign}</span></button>'
        for verdict, name, sign in (("up", words.up, "👍"), ("down", words.down, "👎"))
    )
    choices = "".join(_choice(place, hit, number) for place, hit in enumerate(answer.hits[:OFFERED], start=1))
    none = f'<label><input type="radio" name="right-{number}" value="0" checked> {words.none}</label>'
    right = f"<fieldset><legend>{words.right}</legend>{choices}{none}</fieldset>" if choices else ""
    return (
        f'<div class="opinion" role="group" aria-label="{words.group}" data-thanks="{words.thanks}" '
        f'data-failed="{words.failed}">{thumbs}<details><summary>{words.more}</summary>'
        f'<form data-do="opinion" data-verdict="down">{right}'
        f'<label>{words.note} <textarea name="note" dir="auto" rows="2" maxlength="{LONGEST}">'
        "</textarea></label>"
        f'<button type="submit" class="small">{words.send}</button></form></details>'
        '<span class="kept note" role="status"></span></div>'
    )


def keep(
    assistant: Assistant,
    answer: Answer,
    before: Sequence[Turn],
    verdict: str,
    *,
    right: int = 0,
    note: str = "",
    visitor: str = "",
    name: str = "",
) -> str:
    """Keeps what was said of an answer with the library; the id under which it may be said anew.

    ``right`` is the place among the hits of the passage that was chosen, 0 for none. ``name`` is the id of
    what was said before. ``ValueError`` where that is no opinion, ``UserError`` where it cannot be kept.
    """
    if verdict not in ("up", "down") or len(answer.question) > LONGEST_QUESTION:
        raise ValueError(verdict)
    chosen: Opinion = "up" if verdict == "up" else "down"
    hit = answer.hits[right - 1] if 0 < right <= len(answer.hits) else None
    with assistant.library.snapshot() as snapshot:

        def says(article_id: str, start: int, end: int, text: str) -> bool:
            try:
                return snapshot.article(article_id).text[start:end] == text
            except KeyError:
                return False

        def kept(told: Answer) -> Answer:
            cited = [one for one in told.citations if says(one.article_id, one.start, one.end, one.quote)]
            return replace(told, citations=tuple(cited), hits=(), alternatives=())

        passage: Passage | None = hit.passage if hit else None
        if passage and not says(passage.article_id, passage.start, passage.end, passage.text):
            passage = None
        turns = [
            Turn(turn.question[:LONGEST_QUESTION], turn.answer and kept(turn.answer))
            for turn in before[-TURNS:]
        ]
        told = feedback_on(
            kept(answer),
            chosen,
            turns,
            passage,
            note[:LONGEST],
            visitor[:100],
            name if name.isalnum() else "",
        )
    FeedbackStore(assistant.library.folder).put(told)
    return told.id


def _choice(place: int, hit: Hit, number: int) -> str:
    passage = hit.passage
    text = passage.text if len(passage.text) <= SHOWN else passage.text[:SHOWN].rsplit(" ", 1)[0] + " …"
    said = f'<span class="title">{escape(passage.title)}</span> {escape(text)}'
    return (
        f'<label><input type="radio" name="right-{number}" value="{place}"> '
        f'<bdi lang="{detect_language(passage.text)}">{said}</bdi></label>'
    )
