"""Follow-ups: what a question means after the turns before it, found by rules and no language model.

A follow-up lacks what it is about. It is a question word alone ("And when?"), points back ("How much did it
cost?", كم كلفتها؟), or puts one thing in another's place ("And in 2023?", "What about the museum?"). What it
lacks comes from the question before, or from its answer where that is a name. A question that says itself
what it is about is left as it is. Leaves out: what was said before the last turn but by way of it, gender.
"""

import re
from collections.abc import Sequence

from assistant.conversation import Turn
from assistant.follow_ups.arabic import after_arabic, arabic_thing
from assistant.follow_ups.english import after_english, english_thing
from assistant.follow_ups.topic import WHO, Topic
from assistant.question.spelling import standard_arabic
from index.text.analysis import fold
from index.text.language import detect_language

_BESIDE = re.compile(r"(.+?) \(([^()]+)\)[?؟]?")
NAME = 6  # words of an answer that may be a name


def stand_alone(asked: str, turns: Sequence[Turn]) -> str:
    """The question with what it lacks from the turns before it; itself where it lacks nothing.

    >>> before = [Turn("Who built the astronomical clock?")]
    >>> stand_alone("How much did it cost?", before)
    'How much did the astronomical clock cost?'
    >>> stand_alone("And when?", before)
    'When was the astronomical clock built?'
    >>> stand_alone("وكم كلفتها؟", [Turn("من بنى الساعة الفلكية؟")])
    'كم كلفة الساعة الفلكية؟'
    """
    text = " ".join(asked.split())
    topic = topic_of(turns) if turns else None
    if topic is None:
        return text
    if detect_language(text) == "ar":
        return after_arabic(standard_arabic(text), topic) or text
    return after_english(text, topic) or text


def topic_of(turns: Sequence[Turn]) -> Topic:
    """What the last of the turns was about; a follow-up is about what the turn before it was."""
    thing, question, name = "", "", ""
    for turn in turns:
        question = " ".join((turn.answer.understood_as if turn.answer else turn.question).split())
        arabic = detect_language(question) == "ar"
        question = standard_arabic(question) if arabic else question
        beside = _BESIDE.fullmatch(question)  # what it is about was put beside it
        if beside:
            thing, question = beside[2], beside[1] + ("؟" if arabic else "?")
        elif not (thing and thing in question):
            thing = arabic_thing(question) if arabic else english_thing(question)
        said = turn.answer.text if turn.answer and len(turn.answer.text.split()) <= NAME else ""
        name = said if said and not re.search(r"\d", said) and (arabic or said != said.lower()) else ""
    return Topic(question, thing, name, bool(WHO.match(fold(question))))
