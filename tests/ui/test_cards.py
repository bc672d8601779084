"""Passages as cards, with the reason for each, and sources that are links where that is safe."""

from dataclasses import replace

import pytest
from pages import BRIDGE, Page, hit

from ui.cards import shared_words, source_name, why
from ui.words import ENGLISH


def test_shared_words_are_as_the_passage_writes_them() -> None:
    found = hit(BRIDGE, "بُني الجسر سنة 1910.", ("جسر", "سن"))
    assert "الجسر" in shared_words(found)
    assert why(replace(found, lexical=None, matched_terms=()), ENGLISH) == (
        "Found by its meaning alone. No. 3 by its meaning."
    )


@pytest.mark.parametrize(
    "source", ["javascript:alert(1)", "data:text/html,x", "//evil.example", "file:///etc"]
)
def test_only_web_addresses_become_links(source: str) -> None:
    assert "<a" not in source_name(source)


def test_a_web_address_is_a_link_that_opens_apart() -> None:
    (tag, named), *_ = Page(source_name('https://example.org/a?b=1&c="')).tags
    assert (tag, named["href"]) == ("a", 'https://example.org/a?b=1&c="')
    assert (named["rel"], named["target"]) == ("noopener noreferrer", "_blank")
