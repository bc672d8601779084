"""What a question means after the turns before it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import pytest

from assistant.answers import Answer
from assistant.conversation import Turn
from assistant.follow_ups import stand_alone

EVERYDAY = Path(__file__).parents[2] / "eval/everyday/dev/questions.jsonl"


@dataclass
class Said:
    """As much of an answer as is looked at."""

    understood_as: str
    text: str


def after(question: str, answer: str) -> list[Turn]:
    return [Turn(question, cast(Answer, Said(question, answer)))]


CLOCK = ("Who built the astronomical clock?", "Jan Ondrej")
COUNCIL = ("من اقترح مجلس الخبراء؟", "لافروف")
FOLLOWED = [
    (*CLOCK, "And when?", "When was the astronomical clock built?"),
    (*CLOCK, "How much did it cost?", "How much did the astronomical clock cost?"),
    (*CLOCK, "When did he die?", "When did Jan Ondrej die?"),
    (*CLOCK, "What was his trade?", "What was Jan Ondrej's trade?"),
    ("Who was Neil Armstrong?", "an astronaut", "And who was with him?", "who was with Neil Armstrong?"),
    ("When was the Suez Canal opened?", "1869", "How long is it?", "How long is the Suez Canal?"),
    ("When was the Suez Canal opened?", "1869", "Why?", "Why was the Suez Canal opened?"),
    ("How tall is the lighthouse?", "30 m", "And the museum?", "How tall is the museum?"),
    ("How many came in 2022?", "12", "And in 2023?", "How many came in 2023?"),
    ("How many came in 2022?", "12", "What about 2021?", "How many came in 2021?"),
    (
        "How many boats were in Lind at the end of May?",
        "9",
        "And Rasta?",
        "How many boats were in Rasta at the end of May?",
    ),
    (
        "What is the fine for litter?",
        "9",
        "and for a dog off the lead?",
        "What is the fine for a dog off the lead?",
    ),
    ("What did the council decide?", "to wait", "And the parliament?", "What did the parliament decide?"),
    ("How many came?", "12", "And in 2023?", "How many came in 2023?"),
    ("What costs bread in Zawraq?", "1", "And in Marsa Yaqout?", "What costs bread in Marsa Yaqout?"),
    ("Which ship blocked the canal?", "Ever Given", "Who owned it?", "Who owned Ever Given?"),
    ("Which ship blocked the canal?", "Ever Given", "What was its length?", "What was Ever Given's length?"),
    ("Who built the dhow Umm al-Khair?", "", "Where is it?", "Where is the dhow Umm al-Khair?"),
    (
        "What was the name of the ship that came?",
        "",
        "How old is it?",
        "How old is the ship?",
    ),
    ("What did the council decide?", "to wait", "who voted against?", "who voted against (the council)?"),
    ("Who discovered comet 67P?", "", "How big is it?", "How big is comet 67P?"),
    ("How many books did the library lose?", "300", "Who was in it?", "Who was in the library?"),
    ("ما هو تلسكوب جيمس ويب؟", "", "كم تكلفته؟", "كم تكلفة تلسكوب جيمس ويب؟"),
    ("من أعلن عن التوابيت؟", "", "كم عددها؟", "كم عدد التوابيت؟"),
    ("متى افتتحت المكتبة؟", "1869", "من كان فيها؟", "من كان في المكتبة؟"),
    ("متى افتتحت المكتبة؟", "1869", "ماذا حدث لها؟", "ماذا حدث للمكتبة؟"),
    ("Where did Rosetta land?", "Abydos", "Who lives there?", "Who lives Abydos?"),
    ("من بنى الساعة الفلكية؟", "حسن", "ومتى؟", "متى بنى الساعة الفلكية؟"),
    ("من بنى الساعة الفلكية؟", "حسن", "وكم كلفتها؟", "كم كلفة الساعة الفلكية؟"),
    (*COUNCIL, "ومتى اقترحه؟", "متى اقترح مجلس الخبراء؟"),
    (*COUNCIL, "من كان معه؟", "من كان مع لافروف؟"),
    (*COUNCIL, "أين ولد؟", "أين ولد لافروف؟"),
    ("متى افتتحت قناة السويس؟", "1869", "كم طولها؟", "كم طول قناة السويس؟"),
    ("كم ارتفاع المنارة؟", "30", "والمتحف؟", "كم ارتفاع المتحف؟"),
    ("كم زائرا جاء سنة 2022؟", "3", "وفي سنة 2023؟", "كم زائرا جاء سنة 2023؟"),
    ("كم زائرا جاء سنة ٢٠٢٢؟", "3", "ماذا عن ٢٠٢١؟", "كم زائرا جاء سنة ٢٠٢١؟"),
    ("أين تقع البتراء؟", "الأردن", "من بناها؟", "من بنى البتراء؟"),
    ("متى ولد ابن الهيثم؟", "965", "وين؟", "أين ولد ابن الهيثم؟"),
    ("متى ولد ابن الهيثم؟", "965", "ومتى مات؟", "متى مات ابن الهيثم؟"),
]


@pytest.mark.parametrize(("question", "answer", "asked", "meant"), FOLLOWED)
def test_a_follow_up_gets_what_it_lacks(question: str, answer: str, asked: str, meant: str) -> None:
    assert stand_alone(asked, after(question, answer)) == meant


@pytest.mark.parametrize(
    "asked",
    [
        "Who won the World Cup in 2022?",
        "What is the capital of Peru?",
        "Why was the bridge closed after it opened?",
        "How long does it take to get to Petra?",
        "Is there a museum in Lindham?",
        "Did Mary Oakes sell her canal?",
        "Who isolated caffeine?",
        "What is robusta?",
        "Thanks!",
        "من فاز بكأس العالم؟",
        "ما هي عاصمة بيرو؟",
        "لماذا أغلق الجسر بعد افتتاحه؟",
        "شكرا",
    ],
)
def test_a_new_topic_is_left_as_it_is(asked: str) -> None:
    for question, answer in (CLOCK, COUNCIL):
        assert stand_alone(asked, after(question, answer)) == asked


def test_what_follows_on_nothing_known_is_left_as_it_is() -> None:
    assert stand_alone("And when?", []) == "And when?"
    assert stand_alone("And when?", [Turn("?")]) == "And when?"
    assert stand_alone("متى؟", [Turn("هل؟")]) == "متى؟"


def test_questions_that_stand_alone_are_not_contaminated() -> None:
    """Each of the everyday questions after another one of them."""
    lines = EVERYDAY.read_text("utf-8").splitlines()
    asked = [" ".join(json.loads(line)["question"].split()) for line in lines]
    changed = []
    for number, question in enumerate(asked):
        before: Sequence[Turn] = after(asked[(number * 37 + 11) % len(asked)], "Some Name")
        meant = stand_alone(question, before)
        if meant not in (question, stand_alone(question, [Turn("x")])):
            changed.append((question, meant))
    assert len(changed) <= len(asked) // 100, changed


def test_a_row_of_follow_ups_is_about_one_thing() -> None:
    turns: list[Turn] = []
    for asked, meant in (
        ("How many books did the library lose?", "How many books did the library lose?"),
        ("and how much did the insurer pay?", "how much did the insurer pay (the library)?"),
        ("Who was the architect?", "Who was the architect (the library)?"),
        ("من بنى الساعة الفلكية؟", "من بنى الساعة الفلكية؟"),
        ("وكم كلفتها؟", "كم كلفة الساعة الفلكية؟"),
        ("وماذا قيل عنها؟", "ماذا قيل عن الساعة الفلكية؟"),
        ("ومن كان فيها؟", "من كان في الساعة الفلكية؟"),
    ):
        assert stand_alone(asked, turns) == meant
        turns.append(Turn(meant))
