"""Marks on pages as printed, against the grounds that Chromium paints behind the same words."""

import os
from pathlib import Path
from typing import Any

import pytest
from marked_pages import ENOUGH, overlaps
from marked_programs import by_chromium, has_font, layouts

from index.articles import read_articles
from index.originals.pages import PagePictures

LAYOUTS = {layout.name: layout for layout in layouts()}


@pytest.mark.parametrize(("name", "most"), [("english-2", 2), ("mixed-1", 1), ("arabic-vowelled-2", 1)])
def test_marks_cover_the_words(browser: Any, tmp_path: Path, name: str, most: int) -> None:
    assert browser  # where there is no Chromium, nothing can be printed
    layout, file = LAYOUTS[name], tmp_path / "printed.pdf"
    if not has_font(layout.font) and os.environ.get("CI") != "true":
        pytest.skip(f"the font {layout.font} is not installed")
    by_chromium(layout, file)
    [found] = read_articles([file], on_problem=lambda problem: pytest.fail(str(problem)))
    measured = [one for one in overlaps(file, found, layout, PagePictures()) if one[1] >= 0]
    assert len(measured) >= 0.8 * len(layout.paragraphs)  # of the others a note or a list cuts the text
    assert max(pages for _, _, pages in measured) >= most  # of one quote
    poor = [(round(overlap, 3), quote) for quote, overlap, _ in measured if overlap < ENOUGH]
    assert len(poor) <= 1, poor  # Chromium rounds a ground to whole pixels
