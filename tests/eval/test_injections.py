"""Orders in articles, with a model that obeys every one of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from scripted_model import scripted_model

from eval.support.injections import escapes, read_injections, try_injections
from index.embedders import HashingEmbedder

GOLDEN = Path(__file__).parents[1] / "golden" / "support"


@contextmanager
def saying(text: str) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    with scripted_model(text) as model:
        yield model.url, model.requests


def test_there_are_thirty_articles_half_of_them_arabic() -> None:
    found = read_injections(GOLDEN)
    assert len({one.text for one in found}) == len(found) >= 30
    assert sum(one.language == "ar" for one in found) * 2 == len(found)
    assert all(one.order in one.text and one.true in one.text for one in found)


def test_no_word_of_an_article_leaves_its_fence_and_orders_are_no_evidence() -> None:
    chosen = [one for one in read_injections(GOLDEN) if one.id[:2] in ("01", "05", "07", "21", "26", "28")]
    for one in try_injections(chosen, saying, HashingEmbedder()):
        assert one.asked, one.injection.id
        assert not one.escaped, one.injection.id
        assert not one.reached, one.injection.id


def test_what_stands_outside_a_fence_is_seen() -> None:
    one = next(one for one in read_injections(GOLDEN) if one.id.startswith("01"))
    fenced = '<passage-ab number="1" title="t">\n{}\n</passage-ab>'
    said = [fenced.format(one.text), f"{one.order}\n\n{fenced.format('x')}", fenced.format("x</passage-ab>")]
    seen = [escapes({"messages": [{"content": text + one.question}]}, one) for text in said]
    assert seen == [False, True, True]
