"""What a filter keeps of a library, against the plain meaning of each field; tags and when articles came."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shelf import on_disk

from index.articles import Article, make_article, read_articles
from index.embedders import HashingEmbedder
from index.filters import Condition, Filter
from index.library import Library
from index.search.query import parse_query

RECORDS = (
    "m22|/council/minutes/2022.md|||2022-03-01||council",
    "m23|/council/minutes/2023.md|||2 May 2023|Mary Oakes|",
    "motion|/council/motions/7.pdf|||2023|Omar Ali, Mary Oakes|",
    "old|/council/old minutes/1.txt||ar|||قديم",
    "wire|/news.jsonl|https://www.reuters.com/world/1||2023-11||",
    "agency|/news.jsonl|Reuters|ar|2024||",
    "script||||||Council,a b",
)


def record(line: str) -> Article:
    id, origin, source, language, published, author, tags = line.split("|")
    return make_article(
        id=id,
        title=id,
        text=f"The pump of {id} was mended.",
        origin=origin,
        source=source or origin,
        language=language,
        published=published,
        author=author,
        tags=tags.split(","),
    )


@pytest.fixture(scope="module", autouse=True)
def library(each_database: str, tmp_path_factory: pytest.TempPathFactory) -> Library:
    library = Library.create(tmp_path_factory.mktemp("selection") / "library", HashingEmbedder())
    library.add(map(record, RECORDS))
    library.tag(["wire", "m22", "nobody"], ["to read"])
    return library


def kept(library: Library, filter: str) -> set[str]:
    with library.snapshot() as snapshot:
        return {article.id for article in snapshot.within(Filter.parse(filter)).articles()}


@pytest.mark.parametrize(
    ("filter", "ids"),
    [
        ("", "m22 m23 motion old wire agency script"),
        ("id:m22 id:old id:none", "m22 old"),
        ("source:minutes/", "m22 m23"),
        ("source:council/minutes", "m22 m23"),
        ("source:/council", "m22 m23 motion old"),
        ("source:/minutes", ""),
        ('source:"OLD minutes"', "old"),
        ("source:2022.md", "m22"),
        ("source:minutes/2023.md source:7.pdf", "m23 motion"),
        ("source:reuters", "wire agency"),
        ("source:reuters.com", "wire"),
        ("source:https://reuters.com/world/", "wire"),
        ("source:reuters.com/sport", ""),
        ("source:ters", ""),
        ("kind:markdown", "m22 m23"),
        ("kind:pdf kind:txt", "motion old"),
        ("language:ar", "old agency"),
        ("author:oakes", "m23 motion"),
        ('author:"ali omar"', "motion"),
        ("published:2023", "m23 motion wire"),
        ("published:2023-05..", "m23 wire agency"),
        ("published:..2022", "m22"),
        ("published:2022-03-01", "m22"),
        ("published:2022 published:2024", "m22 agency"),
        ("tag:COUNCIL", "m22 script"),
        ('tag:"to read" tag:"a b"', "wire m22 script"),
        ("added:1990..", "m22 m23 motion old wire agency script"),
        ("added:..1990", ""),
        ("-source:minutes", "motion old wire agency script"),
        ("language:en -tag:council -id:wire", "m23 motion"),
        ("source:council published:2023 -author:omar", "m23"),
        ("-published:2023", "m22 old agency script"),
    ],
)
def test_each_field_means_what_it_says(library: Library, filter: str, ids: str) -> None:
    assert kept(library, filter) == set(ids.split())


CHOICES = st.sampled_from(
    [
        *("source:minutes", "source:reuters", "language:ar", "language:en", "kind:md", "kind:pdf", "id:m23"),
        *("author:oakes", "published:2023..", "published:2023-06", "tag:council", "added:2020.."),
    ]
)


@settings(max_examples=60, deadline=None)
@given(wanted=st.lists(CHOICES, max_size=4), unwanted=st.lists(CHOICES, max_size=2))
def test_fields_narrow_and_values_widen(library: Library, wanted: list[str], unwanted: list[str]) -> None:
    by_field: dict[str, set[str]] = {}
    for one in wanted:
        by_field.setdefault(one.split(":")[0], set()).update(kept(library, one))
    expected = set.intersection(kept(library, ""), *by_field.values())
    expected -= set().union(*(kept(library, one) for one in unwanted))
    assert kept(library, " ".join([*wanted, *(f"-{one}" for one in unwanted)])) == expected


@pytest.mark.parametrize(
    ("filter", "undated"),
    [("published:2023..", 2), ("published:2023-05..", 3), ("language:ar published:2020..", 1), ("id:old", 0)],
)
def test_those_without_a_date_are_counted(library: Library, filter: str, undated: int) -> None:
    with library.snapshot() as snapshot:
        assert snapshot.within(Filter.parse(filter)).selected.undated == undated


def test_a_question_sees_the_selection_alone(library: Library) -> None:
    query = parse_query("Which pump was mended?")
    with library.snapshot() as snapshot:
        whole = {hit.passage.article_id: hit.score for hit in snapshot.lexical(query, 10)}
        inside = snapshot.within(Filter.parse("published:2023"), Filter.parse("-id:wire"))
        assert {hit.passage.article_id: hit.score for hit in inside.lexical(query, 10)} == {
            name: whole[name] for name in ("m23", "motion")
        }
        assert {hit.passage.article_id for hit in inside.dense(query, 10)} == {"m23", "motion"}
        assert (inside.count_articles(), inside.newest(5)) == (2, ["m23", "motion"])
        assert snapshot.within().count_articles() == 7


def test_tags_of_a_person_stay_and_those_of_the_file_follow_it(tmp_path: Path) -> None:
    file, other = tmp_path / "articles" / "a.md", tmp_path / "articles" / "b.md"
    file.parent.mkdir()
    file.write_text("---\ntags: [minutes, Budget]\n---\nThe mill stands by the river.", "utf-8")
    other.write_text("---\ntags: minutes\n---\nThe mill is closed on Mondays.", "utf-8")

    def read() -> Library:
        library = Library.open(tmp_path / "library", HashingEmbedder())
        library.update(read_articles([file.parent], on_problem=pytest.fail), sources=[str(file.parent)])
        return library

    library = Library.create(tmp_path / "library", HashingEmbedder())
    library.add(read_articles([file.parent], on_problem=pytest.fail))
    [a] = library.find(str(file))
    [b] = library.find(str(other))
    assert a.tags == ("Budget", "minutes")
    assert library.tag([a.id, b.id], ["court file", "minutes"]) == 2
    assert library.tag([a.id], ["Court File"]) == 0
    assert library.find(str(file))[0].tags == ("Budget", "court file", "minutes")
    came = a.added
    assert came
    file.write_text("---\ntags: drafts\n---\nThe mill stands by the sea.", "utf-8")
    other.rename(other.with_name("c.md"))
    library = read()
    assert library.find(str(file))[0].tags == ("court file", "drafts")
    [moved] = library.find(str(other.with_name("c.md")))
    assert (moved.tags, moved.added) == (("court file", "minutes"), b.added)
    assert library.find(str(file))[0].added == came
    assert library.tag([a.id], ["court file", "drafts"], remove=True) == 1
    assert library.find(str(file))[0].tags == ("drafts",)
    assert library.verify() == []
    library.remove([moved.id])
    assert b"court" not in on_disk(library)
    assert kept(library, "tag:drafts") == {a.id}


def test_json_lines_state_tags(tmp_path: Path) -> None:
    file = tmp_path / "news.jsonl"
    file.write_text(
        '{"text": "One.", "id": "1", "tags": ["fire", "محكمة"]}\n'
        '{"text": "Two.", "id": "2", "tags": "fire, flood"}\n'
        '{"text": "Three.", "id": "3", "tags": [4]}\n',
        "utf-8",
    )
    problems: list[str] = []
    found = list(read_articles([file], on_problem=lambda problem: problems.append(str(problem))))
    assert [article.tags for article in found] == [("fire", "محكمة"), ("fire", "flood")]
    assert problems == [f'{file}:3: the "tags" are no list of strings; write ["minutes", "2023"]']


def test_what_was_selected_is_kept_for_its_revision_alone(tmp_path: Path) -> None:
    library = Library.create(tmp_path / "library", HashingEmbedder())
    library.add([record(RECORDS[0])])
    assert kept(library, "kind:md") == {"m22"}
    library.add([record(RECORDS[1])])
    assert kept(library, "kind:md") == {"m22", "m23"}
    library.tag(["m22"], ["x"])
    assert kept(library, "tag:x") == {"m22"}
    assert Condition("tag", "x") in Filter.parse("tag:x").conditions
