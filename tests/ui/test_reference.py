"""Sources as a person would cite them."""

from dataclasses import replace

import pytest
from pages import BRIDGE, MILL, Page, span

from assistant.answers import cite
from ui.chat.reference import reference, shown_source, source_link


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("/srv/articles/year 1/canal.txt", "canal.txt"),
        (r"C:\articles\canal.txt", "canal.txt"),
        ("file:///etc/canal.txt", "canal.txt"),
        ("//evil.example/x", "x"),
        ("https://example.org/a/b?c=d", "https://example.org/a/b?c=d"),
        ("Al-Ahram, 4 May 1999, p. 3", "Al-Ahram, 4 May 1999, p. 3"),
        ("", ""),
    ],
)
def test_no_path_is_shown(source: str, shown: str) -> None:
    assert shown_source(source) == shown


@pytest.mark.parametrize(
    "source",
    ["javascript:alert(1)", "data:text/html,x", "//evil.example", "file:///etc", "https://", "httpx://a"],
)
def test_only_web_addresses_become_links(source: str) -> None:
    assert "<a" not in source_link(source)


def test_a_web_address_is_a_link_that_opens_apart() -> None:
    (tag, named), *_ = Page(source_link('https://example.org/a?b=1&c="')).tags
    assert (tag, named["href"]) == ("a", 'https://example.org/a?b=1&c="')
    assert (named["rel"], named["target"]) == ("noopener noreferrer", "_blank")


def test_a_reference_has_title_author_date_and_source_as_far_as_they_are_known() -> None:
    assert reference(replace(MILL, author="Ann Hill")) == "The old mill (Ann Hill, 2020-01-02, mill.txt)"
    assert reference(BRIDGE) == "الجسر القديم (جسر.txt)"
    assert reference(replace(BRIDGE, source="")) == "الجسر القديم"
    citation = cite(1, MILL, *span(MILL, "It burned in 1809."))
    assert reference(citation) == "The old mill (2020-01-02, mill.txt)"
