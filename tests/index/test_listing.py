"""Articles listed in parts, as a page shows them: searched by title and file name, at any size of library."""

import time

import pytest

from index.articles import make_article
from index.embedders import HashingEmbedder
from index.library import Library

MANY = 2_000


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Library:
    library = Library.create(tmp_path_factory.mktemp("large") / "library", HashingEmbedder())
    library.build(
        make_article(
            id=f"a{n}",
            title=f"تقرير أحمد رقم {n}" if n % 4 == 0 else f"Report number {n}",
            text=f"من أعمال القسم {n}." if n % 4 == 0 else f"Of section {n}.",
            source=f"/very/secret/folder/r{n}.txt",
        )
        for n in range(MANY)
    )
    return library


def listed(library: Library, *given: object, **named: object) -> tuple[int, list[str]]:
    with library.snapshot() as snapshot:
        total, articles = snapshot.listed(*given, **named)  # type: ignore[arg-type]
    return total, [article.id for article in articles]


def test_the_last_to_come_in_is_first_and_parts_follow_each_other(large: Library) -> None:
    total, first = listed(large)
    assert (total, first[:2], len(first)) == (MANY, ["a1999", "a1998"], 50)
    assert listed(large, first=50, count=2) == (MANY, ["a1949", "a1948"])
    assert listed(large, first=MANY) == (MANY, [])


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("number 1999", ["a1999"]),
        ("NUMBER  r1999", ["a1999"]),
        ("احمد 1996", ["a1996"]),  # without the hamza that the title has
        ("secret", []),  # a folder's name is nobody's business
        ("% _", []),
        ("'; DROP TABLE articles", []),
    ],
)
def test_a_search_is_for_all_words_of_title_and_file_name(
    large: Library, search: str, found: list[str]
) -> None:
    assert listed(large, search) == (len(found), found)


def test_one_language_alone(large: Library) -> None:
    assert listed(large, "", "ar", count=1) == (MANY // 4, ["a1996"])
    assert listed(large, "1", "en", count=0)[0] < MANY
    assert listed(large, "", "fr") == (0, [])


def test_what_is_shown_costs_the_same_however_far_down(large: Library) -> None:
    """Passages are counted of what is shown alone, and nothing is sorted."""
    with large.snapshot() as snapshot:
        plan = snapshot._connection.execute(
            "EXPLAIN QUERY PLAN SELECT row FROM articles WHERE ? = '' ORDER BY row DESC", ("",)
        ).fetchall()
        assert not any("TEMP B-TREE" in detail for *_, detail in plan)
        for given in ({}, {"first": MANY - 50}, {"search": "1999"}, {"search": "تقرير", "language": "ar"}):
            begun = time.perf_counter()
            snapshot.listed(**given)  # type: ignore[arg-type]
            assert time.perf_counter() - begun < 1.0, given
