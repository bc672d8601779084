"""Scans as they were printed: the page as a picture, and the marks over the words that were read from it."""

from io import BytesIO
from pathlib import Path

import pytest
from article_files import read
from PIL import Image

from index.articles import Article
from index.originals import Originals

FILES = Path(__file__).parents[1] / "fixtures" / "scans"
QUOTE = "built by the engineer Salim Khoury in 1931"


def article_of(file: Path) -> Article:
    [article], problems = read(file)
    assert problems == []
    return article


@pytest.mark.parametrize("kind", ["png", "pdf", "tif"])
def test_the_words_of_a_scan_are_marked_where_they_stand(tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"lighthouse.{kind}"
    with Image.open(FILES / "lighthouse-en.png") as image:
        image.convert("RGB").save(file, resolution=200)
        ink = image.convert("L").point(lambda level: 255 * (level < 128))
    article, originals = article_of(file), Originals(tmp_path)
    assert originals.of(article).pictured
    start = article.text.replace("\n", " ").index(QUOTE)
    page = originals.page(article, [(start, start + len(QUOTE))])
    assert page is not None
    assert page.placed is not None, page.problem
    assert page.placed.pages == 1
    [placed] = page.placed.ranges
    assert placed.whole
    assert 1 <= len(placed.boxes) <= 3  # one for each line
    for left, top, width, height in placed.boxes:
        assert 0 <= left < left + width <= 1
        assert height < 0.2
        across, down = ink.size
        inside = ink.crop((left * across, top * down, (left + width) * across, (top + height) * down))
        assert inside.getbbox() is not None  # there are letters under it
    with Image.open(BytesIO(originals.picture(article, 1, 900).png)) as drawn:
        assert abs(drawn.width - 900) <= 1 or drawn.width == ink.width
        assert abs(drawn.width / drawn.height - page.placed.ratio) < 0.01
