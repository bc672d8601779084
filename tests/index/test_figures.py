"""Figures of a text, in digits of any kind and as ordinals."""

import pytest

from index.text.figures import figures


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("الربع الأول من ٢٠٢٤", {"1", "2024"}),
        ("Q1 2024", {"1", "2024"}),
        ("the third of 1,240 boats, 3.5 m long", {"3", "1,240", "3.5"}),
        ("المركز الثالث", {"3"}),
        ("Nobody came in the firstling's hour", set()),
        ("", set()),
    ],
)
def test_figures(text: str, found: set[str]) -> None:
    assert figures(text) == found
