"""The sentence of a passage that matters to a question."""

from dataclasses import replace

import pytest
from pages import BRIDGE, hit
from test_cards import TOWN

from ui.chat.lines import best_line


@pytest.mark.parametrize(
    ("terms", "line"),
    [
        (("bridg", "build"), "Its bridge was built in 1910 by Tom Reed."),
        (("bridg",), "The bridge is of stone and iron."),  # the shortest of those with as many
        (("the", "is"), "The town is old."),  # words that say nothing of the matter count for nothing
        ((), "The town is old."),
    ],
)
def test_it_is_the_sentence_with_most_of_the_words(terms: tuple[str, ...], line: str) -> None:
    assert best_line(hit(TOWN, TOWN.text, terms)) == line


def test_a_heading_is_the_line_only_where_there_is_no_sentence() -> None:
    assert best_line(hit(BRIDGE, BRIDGE.text)) == "بُني الجسر سنة 1910."
    article = replace(TOWN, text=f"The bridge\n\n{TOWN.text}")
    for terms in ((), ("bridg", "town")):
        assert best_line(hit(article, article.text, terms)) != "The bridge"
    assert best_line(hit(article, "The bridge", ("bridg",))) == "The bridge"
