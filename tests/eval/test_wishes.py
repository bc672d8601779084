"""Questions that say themselves which articles they ask: both sets, and what a part of a library gives."""

from pathlib import Path

import pytest

from eval.within.parts import articles_and_questions, success
from eval.within.said import outcomes
from index.embedders import HashingEmbedder
from index.filters import Filter
from index.library import Library

EVERYDAY = Path(__file__).parent.parent.parent / "eval" / "everyday"


@pytest.mark.parametrize("name", ["within", "within-second"])
@pytest.mark.parametrize("half", ["dev", "test"])
def test_wishes_are_found_and_traps_left_alone(half: str, name: str) -> None:
    found = outcomes(EVERYDAY / half / f"{name}.jsonl", EVERYDAY / half / "articles")
    for wished in (True, False):
        rows = [(row, kept) for row, _, kept in found if bool(row["within"]) is wished]
        right = sum((kept or set()) == set(row["within"]) for row, kept in rows)  # type: ignore[call-overload]
        assert right >= 0.9 * len(rows) >= 5


def test_a_part_within_the_whole_does_what_it_does_alone(tmp_path: Path) -> None:
    def paragraph(n: int, depth: int) -> dict[str, object]:
        return {
            "context": f"The well {n} is {depth} metres deep.",
            "qas": [{"question": f"well {n} {depth}"}],
        }

    file = {
        "data": [
            {"title": f"Well {n}", "paragraphs": [paragraph(n, n + d) for d in (10, 20)]} for n in (1, 2, 3)
        ]
    }
    articles, questions = articles_and_questions(file, "en")
    library = Library.create(tmp_path / "library", HashingEmbedder())
    library.add(articles)
    assert [article.text[one.start : one.end] for article in articles[:1] for one in questions[:2]] == [
        "The well 1 is 11 metres deep.",
        "The well 1 is 21 metres deep.",
    ]
    assert success(library, "lexical", questions[:2], Filter.parse("id:en-02")) == [False, False]
    assert len(success(library, "lexical", questions)) == 6
