"""Why a passage was found and how sure an answer is, in words that a reader understands."""

from dataclasses import replace

import pytest
from pages import BRIDGE, MILL, Page, answer_to, hit

from ui.chat.why import how_sure, shared_words, why
from ui.chat.words import ARABIC, ENGLISH


def test_shared_words_are_as_the_passage_writes_them_each_once() -> None:
    found = hit(MILL, "The mill stands by the river.\n\nTom Reed built it in 1702.", ("mill", "reed", "the"))
    assert shared_words("Did Reed build the mills?", found) == [("mill", ""), ("Reed", "")]


def test_beside_a_word_of_the_other_language_stands_what_was_asked() -> None:
    found = hit(BRIDGE, BRIDGE.text, ("جسر", "مهندس"))
    assert shared_words("Which Engineer drew the bridge?", found) == [
        ("الجسر", "bridge"),
        ("المهندس", "Engineer"),
    ]
    text = "The mill stands by the river.\n\nTom Reed built it in 1702."
    asked = hit(MILL, text, ("mill", "1702", "river"))  # the last is of some other question
    assert shared_words("من بنى الطاحونة سنة 1702؟", asked) == [("mill", "الطاحونة"), ("1702", "")]


def test_beside_a_name_of_the_other_script_stands_how_it_was_asked() -> None:
    found = hit(replace(MILL, text="It fell to Normandy."), "It fell to Normandy.", ("normandi",))
    assert shared_words("متى سقطت نورماندي؟", found) == [("Normandy", "نورماندي")]


def test_why_is_one_sentence() -> None:
    found = hit(BRIDGE, BRIDGE.text, ("جسر",))
    assert Page(why("Who built the bridge?", found, ENGLISH)).text() == (
        "It has these words of your question: الجسر (bridge)"
    )
    assert Page(why("من بنى الجسر؟", found, ARABIC)).text() == "فيه من كلمات سؤالك: الجسر"
    assert why("Who?", replace(found, matched_terms=()), ENGLISH) == ENGLISH.shares_nothing


@pytest.mark.parametrize(
    ("text", "sure", "said"),
    [
        ("x", True, "90 out of 100, high enough to be stated. Below 35 nothing is said."),
        (
            "x",
            False,
            "90 out of 100: enough to show the sentence, not to state it. Below 35 nothing is said.",
        ),
        ("", False, "The best that was found reached 90 out of 100. Below 35 nothing is said."),
    ],
)
def test_how_sure_and_against_what_mark(text: str, sure: bool, said: str) -> None:
    answer = replace(answer_to("q", text, "en", ()), sure=sure)
    assert how_sure(answer, 0.35, ENGLISH) == said
