"""The source panel: the quote in its article, what answers in it, the other passages."""

from dataclasses import replace

import pytest
from pages import BRIDGE, MILL, TEXT, Page, answered, answered_in_short, hit

from ui.panel import Place, article_of, marks, panel
from ui.words import ENGLISH


def test_the_panel_marks_the_quotes_and_the_one_asked_for() -> None:
    turn = answered("When?", (MILL, "Tom Reed built it in 1702."), (MILL, "It burned in 1809."))
    assert turn.answer is not None
    page = Page(panel(turn.answer, Place(0, "citation", 2), MILL, ENGLISH))
    assert page.text("mark", "current") == "It burned in 1809."
    assert page.text("mark") == "Tom Reed built it in 1702.It burned in 1809."
    assert page.text("mark", "span") == page.text("mark", "quote")  # all of each quote answers
    assert page.text("div", "text") == TEXT.replace("\n\n", "")
    assert page.text("div", "head") == (
        "[2] Quoted in the answerThe old mill2020-01-02 · mill.txt"
        "Copy quoteCopy link↑↓Quote 2 of 2 in this articleAsk only in this articleAsk without it"
    )


def test_the_panel_marks_what_answers_inside_its_sentence() -> None:
    otherwise = [(MILL, "It burned in 1809.", "1809")]
    turn = answered_in_short("When?", (MILL, "Tom Reed built it in 1702.", "1702"), otherwise=otherwise)
    assert turn.answer is not None
    page = Page(panel(turn.answer, Place(0, "citation", 1), MILL, ENGLISH))
    assert page.text("mark", "quote") == "Tom Reed built it in 1702.It burned in 1809."
    assert page.text("mark", "span") == "17021809"
    current = [named["class"] for tag, named in page.tags if tag == "mark" and "current" in named["class"]]
    assert current == ["quote current", "span current"]
    assert page.text("p", "role") == f"[1] {ENGLISH.quote_from}"
    against = Page(panel(turn.answer, Place(0, "citation", 2), MILL, ENGLISH))
    assert against.text("mark", "current") == "It burned in 1809."
    assert against.text("p", "role") == f"[2] {ENGLISH.otherwise_from}"


def test_a_passage_that_an_alternative_quotes_is_not_listed_again() -> None:
    found = hit(BRIDGE, "صممه المهندس Tom Reed.")
    otherwise = [(BRIDGE, found.passage.text, "Tom Reed")]
    turn = answered_in_short("Who?", (MILL, "It burned in 1809.", "It"), otherwise=otherwise, hits=(found,))
    assert turn.answer is not None
    assert "passages" not in panel(turn.answer, Place(0, "citation", 1), MILL, ENGLISH)
    assert article_of(turn.answer, Place(0, "citation", 2)) == "bridge"


def test_the_panel_lists_passages_that_the_answer_does_not_quote_each_with_its_reason() -> None:
    quoted = hit(MILL, "Tom Reed built it in 1702. It burned in 1809.")
    other = hit(BRIDGE, "صممه المهندس Tom Reed.", ("tom", "reed"))
    turn = answered("Who is Tom Reed?", (MILL, "Tom Reed built it in 1702."), hits=(quoted, other))
    assert turn.answer is not None
    page = Page(panel(turn.answer, Place(0, "citation", 1), MILL, ENGLISH))
    opened = [named for tag, named in page.tags if named.get("class") == "open"]
    assert [(named["data-kind"], named["data-number"]) for named in opened] == [("passage", "2")]
    assert page.text("details", "why") == ("Why this passage?It has these words of your question: Tom · Reed")
    assert [tag for tag, named in page.tags if named.get("class") == "others"] == ["details"]
    passage = Page(panel(turn.answer, Place(0, "passage", 2), BRIDGE, ENGLISH))
    assert passage.text("mark", "passage") == other.passage.text


def test_a_quote_is_never_shown_in_an_article_that_has_changed() -> None:
    turn = answered("When?", (MILL, "Tom Reed built it in 1702."), hits=(hit(MILL, "It burned in 1809."),))
    assert turn.answer is not None
    changed = replace(MILL, text="Once. " + TEXT)
    for kind in ("citation", "passage"):
        assert marks(turn.answer, Place(0, kind, 1), changed) == []
        page = Page(panel(turn.answer, Place(0, kind, 1), changed, ENGLISH))
        assert page.text("mark") == ""
        assert ENGLISH.changed in page.text()
    assert ENGLISH.gone in panel(turn.answer, Place(0, "citation", 1), None, ENGLISH)


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        (Place(0, "citation", 1), "mill"),
        (Place(0, "passage", 1), "bridge"),
        (Place(0, "citation", 2), None),
        (Place(0, "passage", 0), None),
    ],
)
def test_a_place_that_the_answer_does_not_have_is_nowhere(place: Place, expected: str | None) -> None:
    turn = answered("When?", (MILL, "It burned in 1809."), hits=(hit(BRIDGE, "بُني الجسر سنة 1910."),))
    assert turn.answer is not None
    assert article_of(turn.answer, place) == expected
