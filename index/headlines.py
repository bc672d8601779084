"""Titles of articles that state none: a headline from their first lines, or what their file is called."""

from pathlib import Path

from index.formats import format_of
from index.structure import visible

LONGEST_TITLE = 120  # characters


def one_line(text: str) -> str:
    """A text as a person sees it, on one line."""
    return " ".join(visible(text).split())


def title_of(text: str) -> str:
    """A headline from the first lines, cut at a word.

    It is the first of at least three words that is no sentence, for pages begin with a word of navigation
    or a place; else the first line.

    >>> title_of("Live\\n\\nThe council meets in Cairo\\n\\nThe council met.")
    'The council meets in Cairo'
    """
    lines = [line for line in map(one_line, visible(text[:5000]).split("\n")) if line][:5]
    headlines = (
        line
        for line in lines
        if len(line.split()) >= 3 and len(line) <= LONGEST_TITLE and not line.endswith((".", ":", "،", "؛"))
    )
    title = next(headlines, lines[0] if lines else "")
    if len(title) <= LONGEST_TITLE:
        return title
    return title[: LONGEST_TITLE + 1].rpartition(" ")[0] or title[:LONGEST_TITLE]


def searched_title(title: str, text: str, origin: str) -> str:
    """A title as it is searched: with the name of the article's file, where the file states none.

    >>> searched_title("The old mill", "The old mill\\n\\nIt stands.", "/reports/survey-2023.txt")
    'The old mill survey-2023'
    """
    format = format_of(Path(origin))
    alone = format is not None and not format.several
    return f"{title} {Path(origin).stem}" if alone and title == title_of(text) else title
