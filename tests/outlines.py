"""What the blocks of an article say, to be compared, and that they hold all of its text."""

from index.formats import ParsedArticle

Part = tuple[str, str | tuple[str, ...]]


def outline(article: ParsedArticle) -> list[Part]:
    """The blocks in order: a kind with its level or ``head``, as in heading1; the text, or a row's cells."""
    covered(article)
    text = article.text
    return [
        (
            f"{block.kind}{block.level or ''}" + " head" * block.head,
            tuple(text[start:end] for start, end in block.cells) or text[block.start : block.end],
        )
        for block in article.blocks
    ]


def covered(article: ParsedArticle) -> None:
    """Passes where all of the text but blank space stands in one block each, and a row's in its cells."""
    at = 0
    for block in article.blocks:
        assert not article.text[at : block.start].strip()
        assert at <= block.start < block.end
        assert (block.kind == "row") == bool(block.cells)
        assert (block.level > 0) == (block.kind in ("heading", "item"))
        cell = block.start
        for start, end in block.cells:
            assert article.text[cell:start].strip() in ("", "|")
            assert cell <= start <= end <= block.end
            cell = end
        at = block.end
    assert not article.text[at:].strip()
    assert article.text == article.text.rstrip()
    assert not article.text.startswith("\n")
