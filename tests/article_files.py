"""Files to read articles from, and what is read from them."""

from io import BytesIO
from pathlib import Path

import pytest

from index.articles import Article, read_articles
from index.errors import UnreadableArticle

COUNCIL = "قال الوزير إن المجلس سيجتمع في القاهرة يوم الأحد."


def read(*paths: Path) -> tuple[list[Article], list[str]]:
    problems: list[UnreadableArticle] = []
    found = list(read_articles(paths, on_problem=problems.append))
    return found, [str(problem) for problem in problems]


def unexpected(problem: UnreadableArticle) -> None:
    pytest.fail(str(problem))


def word_file(*lines: str, title: str = "") -> bytes:
    import docx

    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    document.core_properties.title = title
    stored = BytesIO()
    document.save(stored)
    return stored.getvalue()
