"""Turns as browsers keep them: nothing is lost on the way there and back, and nothing is believed."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pages import BRIDGE, MILL, answered, answered_in_short, hit

from assistant.answers import AskedWithin, Draft, Statement
from assistant.locators import NOWHERE, Locator
from ui.chat.reference import shown_source
from ui.chat.stored import MOST_TURNS, turn_from_json, turn_to_json, turns_from_json
from ui.render import ShownTurn

OTHERWISE = [(BRIDGE, "صممه المهندس Tom Reed.", "Tom Reed")]
TURN = answered_in_short(
    "Who built it?",
    (MILL, "Tom Reed built it in 1702.", "Tom Reed"),
    otherwise=OTHERWISE,
    hits=(hit(BRIDGE, "بُني الجسر سنة 1910.", ("جسر",)), replace(hit(MILL, "It burned in 1809."), dense=None)),
)


def kept(turn: ShownTurn) -> Any:
    """What is there again after it was stored."""
    return json.loads(json.dumps(turn_to_json(turn)))


def test_a_turn_is_as_it_was_but_for_the_servers_paths() -> None:
    restored = turn_from_json(kept(TURN))
    assert restored is not None
    assert restored.answer is not None
    assert TURN.answer is not None
    assert "/articles/" not in json.dumps(kept(TURN))

    def pathless(item: Any) -> Any:
        return replace(item, source=shown_source(item.source))

    answer = TURN.answer
    assert restored.answer == replace(
        answer,
        citations=tuple(map(pathless, answer.citations)),
        alternatives=tuple(replace(a, citation=pathless(a.citation)) for a in answer.alternatives),
        hits=tuple(replace(found, passage=pathless(found.passage)) for found in answer.hits),
    )


def test_what_was_asked_within_is_kept_and_turns_from_before_there_was_any_are_read() -> None:
    assert TURN.answer is not None
    within = AskedWithin("published:2023.. -id:a", "language:ar", 3, 2, ("الجسر", "Mill"), False)
    turn = kept(replace(TURN, answer=replace(TURN.answer, within=within)))
    restored = turn_from_json(turn)
    assert restored
    assert restored.answer
    assert restored.answer.within == within
    for name, wrong in (("given", "nonsense"), ("articles", -1), ("titles", [1]), ("outside", "yes")):
        told = {**turn, "answer": {**turn["answer"], "within": {**turn["answer"]["within"], name: wrong}}}
        assert turn_from_json(told) == ShownTurn(TURN.question, unreadable=True)
    del turn["answer"]["within"]
    earlier = turn_from_json(turn)
    assert earlier
    assert earlier.answer
    assert earlier.answer.within is None


def test_pages_are_kept_and_turns_from_before_there_were_any_are_read() -> None:
    assert TURN.answer is not None
    [citation] = TURN.answer.citations
    on = replace(citation, locator=Locator(14, "xii", 15, "xiii", section="Costs"), scan_confidence=0.93)
    turn = kept(replace(TURN, answer=replace(TURN.answer, citations=(on,), alternatives=())))
    restored = turn_from_json(turn)
    assert restored is not None
    assert restored.answer is not None
    assert restored.answer.citations[0].locator == on.locator
    assert restored.answer.citations[0].scan_confidence == 0.93
    [told] = turn["answer"]["citations"]
    for name in ("page", "page_label", "last_page", "last_page_label", "page_kind", "section"):
        del told[name]
    restored = turn_from_json(turn)
    assert restored is not None
    assert restored.answer is not None
    assert restored.answer.citations[0].locator == NOWHERE
    told |= {"page": 1, "page_label": "\ud800"}
    assert json.dumps(turn_to_json(turn_from_json(turn) or TURN), ensure_ascii=False).encode()


@pytest.mark.parametrize(
    "turn",
    [
        ShownTurn("q?", problem="no such folder"),
        ShownTurn("q?", stopped=True),
        answered("When?", (MILL, "Tom Reed built it in 1702."), (MILL, "It burned in 1809.")),
    ],
)
def test_turns_of_every_kind_come_back(turn: ShownTurn) -> None:
    restored = turn_from_json(kept(turn))
    assert restored is not None
    assert (restored.problem, restored.stopped, restored.unreadable) == (turn.problem, turn.stopped, False)
    assert (restored.answer is None) == (turn.answer is None)


def changed(data: Any, *path: str | int, to: Any) -> Any:
    data = json.loads(json.dumps(data))
    place = data
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = to
    return data


@pytest.mark.parametrize(
    ("path", "to"),
    [
        (("answer",), "text"),
        (("answer", "text"), 7),
        (("answer", "text"), "x" * 100_001),
        (("answer", "language"), "<b>"),
        (("answer", "confidence"), 2),
        (("answer", "confidence"), None),
        (("answer", "citations"), {}),
        (("answer", "citations", 0), "x"),
        (("answer", "citations", 0, "number"), 9),
        (("answer", "citations", 0, "start"), -1),
        (("answer", "citations", 0, "quote"), "something that was never said"),
        (("answer", "citations", 0, "article_id"), None),
        (("answer", "citations"), [{}] * 1001),
        (("answer", "statements", 0, "citations"), [7]),
        (("answer", "statements", 0, "end"), 10**6),
        (("answer", "alternatives", 0, "citation"), None),
        (("answer", "hits", 0, "passage", "text"), "short"),
        (("answer", "hits", 0, "dense"), {"rank": "first"}),
        (("answer", "hits", 0, "matched_terms"), [["x"]]),
        (("answer", "revision"), True),
        (("problem",), None),
    ],
)
def test_what_does_not_hold_leaves_the_question_alone(path: tuple[str | int, ...], to: Any) -> None:
    assert turn_from_json(changed(kept(TURN), *path, to=to)) == ShownTurn(TURN.question, unreadable=True)


def test_what_has_no_question_is_no_turn() -> None:
    given: list[Any] = [None, 1, "x", [], {}, {"question": 3}, {"question": "q"}]
    assert turns_from_json(given) == (ShownTurn("q", unreadable=True),)
    assert turns_from_json({"turns": []}) == ()
    assert len(turns_from_json([{"question": "q"}] * (MOST_TURNS + 1))) == MOST_TURNS


def test_halves_of_surrogate_pairs_are_no_text() -> None:
    (turn,) = turns_from_json([{"question": "a\ud800b"}])
    assert turn.question == "a?b"


def leaves(data: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for name, inside in items:
        yield (*path, name)
        yield from leaves(inside, (*path, name))


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=5), inside, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(list(leaves(kept(TURN)))), anything)
def test_whatever_a_browser_hands_over_never_raises(path: tuple[str | int, ...], to: Any) -> None:
    turn_from_json(changed(kept(TURN), *path, to=to) if json.dumps(to) else None)


DRAFT = Draft("Tom built it. And", "en", (Statement(0, 13, (1,), False, ((0, 3),)),))


def test_what_was_written_until_it_was_stopped_is_kept() -> None:
    stopped = ShownTurn("Who built it?", stopped=True, draft=DRAFT)
    assert turn_from_json(kept(stopped)) == stopped
    told = kept(stopped)
    del told["draft"]  # of an older page
    assert turn_from_json(told) == ShownTurn("Who built it?", stopped=True)
    for wrong in (
        "text",
        {"text": 1, "language": "en", "statements": []},
        {**kept(stopped)["draft"], "text": "T"},
    ):
        assert turn_from_json({**told, "draft": wrong}) == ShownTurn("Who built it?", unreadable=True)
    assert turn_from_json({**kept(stopped), "stopped": False}) == ShownTurn("Who built it?", unreadable=True)
