"""The lexical index: a small bilingual library to check by eye, BM25 by its definition, and its promises."""

import math
import threading
from collections import Counter
from pathlib import Path

import pytest
import tantivy
from hypothesis import given, settings
from hypothesis import strategies as st

from index.errors import LibraryBusy
from index.search.lexical import LexicalIndex, LexicalMatch
from index.search.query import parse_query
from index.text.analysis import terms_and_spellings

ROWS = [
    (1, "Ministers in Cairo", "Lavrov proposed a council of experts to the foreign ministers in Cairo."),
    (2, "الوزراء في القاهرة", "اقترح لافروف تشكيل مجلس للخبراء على وزراء الخارجية في القاهرة."),
    (3, "Date palms", "The date palm grows in dry lands, and its fruit is eaten fresh or dried."),
    (4, "النخيل", "تنمو نخلة التمر في الأراضي الجافة، وتؤكل ثمارها طازجة أو مجففة."),
    (5, "Libraries", "The library of Alexandria held 400,000 scrolls; its librarians copied every book."),
    (6, "المكتبات", "ضمّت مكتبةُ الإسكندريّة ٤٠٠٬٠٠٠ مخطوطة، ونسخ أمناؤها كلَّ كتاب."),
]


@pytest.fixture(scope="module")
def index() -> LexicalIndex:
    index = LexicalIndex.create()
    index.change(add=ROWS)
    return index


def rows(index: LexicalIndex, question: str, k: int = 10) -> list[int]:
    return [match.row for match in index.search(parse_query(question), k)]


@pytest.mark.parametrize(
    ("question", "row"),
    [
        ("Who proposed the expert council?", 1),
        ("من اقترح تشكيل مجلس الخبراء؟", 2),
        ("which palms grow in a dry land", 3),
        ("أين تنمو أشجار النخيل؟", 4),
        ("How many scrolls did Alexandria's library hold?", 5),
        ("كم مخطوطة في مكتبة الاسكندرية", 6),
        ("٤٠٠٠٠٠ scrolls", 5),
        ("الثمار المجفّفة", 4),
        ("ليفروف", 2),  # another spelling of the name
        ("alexandrian librarianship", 5),
    ],
)
def test_the_right_passage_comes_first(index: LexicalIndex, question: str, row: int) -> None:
    assert rows(index, question)[0] == row


def test_a_match_names_the_terms_that_it_holds(index: LexicalIndex) -> None:
    first = index.search(parse_query("Who proposed the expert committee?"), 1)[0]
    assert first.terms == ("propos", "the", "expert")


@pytest.mark.parametrize("question", ["", "   ", "؟!…", '"()[]:*~^+-/\\', "quetzalcoatl"])
def test_a_question_that_shares_nothing_finds_nothing(index: LexicalIndex, question: str) -> None:
    assert index.search(parse_query(question), 10) == []
    assert index.ceiling(parse_query(question), "en") == 0.0


def test_what_a_person_typed_is_never_syntax(index: LexicalIndex) -> None:
    assert rows(index, "row:1 OR stems:(palm) AND -council^9 [a TO z] /x/") == rows(
        index, "row 1 or stems palm and council 9 a to z x"
    )


def test_a_question_of_stop_words_finds_passages_that_hold_them(index: LexicalIndex) -> None:
    assert set(rows(index, "what is in it?")) >= {1, 3}
    assert 4 in rows(index, "ما هي في أو على")


def test_an_empty_index_finds_nothing() -> None:
    empty = LexicalIndex.create()
    assert empty.search(parse_query("council"), 5) == []
    assert empty.ceiling(parse_query("council"), "en") == 0.0


def test_k_bounds_and_orders(index: LexicalIndex) -> None:
    everything = index.search(parse_query("the library in Cairo and dry lands"), 10)
    assert [match.score for match in everything] == sorted((m.score for m in everything), reverse=True)
    for k in range(len(everything) + 1):
        assert index.search(parse_query("the library in Cairo and dry lands"), k) == everything[:k]


def test_equal_passages_come_by_row_whatever_the_history() -> None:
    forward, backward = LexicalIndex.create(), LexicalIndex.create()
    forward.change(add=[(row, "", "the same words") for row in range(1, 9)])
    for row in range(8, 0, -1):
        backward.change(add=[(row, "", "the same words")])
    assert rows(forward, "same words", 5) == rows(backward, "same words", 5) == [1, 2, 3, 4, 5]


def test_the_title_helps_but_less_than_the_text() -> None:
    index = LexicalIndex.create()
    index.change(
        add=[(1, "Cairo", "A meeting took place."), (2, "", "A meeting in Cairo."), (3, "", "A meeting.")]
    )
    assert rows(index, "Cairo meeting") == [2, 1, 3]


def test_scores_are_bm25_summed_over_the_fields() -> None:
    """One field alone decides here: words of one letter group, no title, no neighbours in common."""
    texts = ["ab cd ab", "cd ef gh ij", "ef", "ab kl mn op qr st uv wx yz"]
    index = LexicalIndex.create()
    index.change(add=[(row, "", text) for row, text in enumerate(texts)])
    documents = [Counter(term for term, _ in terms_and_spellings(text)) for text in texts]
    average = sum(sum(document.values()) for document in documents) / len(documents)
    holding = sum("ab" in document for document in documents)
    rarity = math.log(1 + (len(documents) - holding + 0.5) / (holding + 0.5))
    for match in index.search(parse_query("ab"), 4):
        frequency, length = documents[match.row]["ab"], sum(documents[match.row].values())
        bm25 = rarity * frequency * 2.2 / (frequency + 1.2 * (0.25 + 0.75 * length / average))
        assert match.score == pytest.approx(bm25 * 1.15, rel=1e-3)  # the word, and its one letter group
    assert index.ceiling(parse_query("ab"), "en") == pytest.approx(rarity * 2.2 * 1.15)


WORDS = {"en": ["the", "council", "library", "palm"], "ar": ["مجلس", "مكتبة", "نخلة", "في"]}
QUESTIONS = st.sampled_from(["en", "ar"]).flatmap(
    lambda language: st.tuples(
        st.just(language), st.lists(st.sampled_from(WORDS[language]), min_size=1, max_size=6).map(" ".join)
    )
)


@given(QUESTIONS)
@settings(max_examples=50, deadline=None)
def test_a_passage_full_of_the_words_comes_near_the_ceiling(asked: tuple[str, str]) -> None:
    language, question = asked
    index = LexicalIndex.create()
    index.change(add=[*ROWS, (7, question, f"{question} " * 50)])
    best = index.search(parse_query(question), 10)[0]
    assert best.row == 7
    ceiling = index.ceiling(parse_query(question), language)
    assert 0.4 * ceiling < best.score <= ceiling


ACROSS = [
    (1, "", "اقترح لافروف تشكيل مجلس خبراء."),
    (2, "", "زرعت النخلة في الواحة قرب نورماندي."),
    (3, "", "The council of experts met in Warsaw."),
    (4, "", "Date palms grow in the oasis."),
]


@pytest.mark.parametrize(
    ("question", "language", "row", "term"),
    [
        ("expert council of Lavrov", "ar", 1, "مجلس"),
        ("the history of Normandy", "ar", 2, "نرمند"),
        ("مجلس الخبراء في وارسو", "en", 3, "council"),
        ("النخيل في الواحات", "en", 4, "palm"),
    ],
)
def test_words_reach_the_other_language(question: str, language: str, row: int, term: str) -> None:
    """By translation, and names by their sound; a match names the passage's own terms."""
    index = LexicalIndex.create()
    index.change(add=[entry for entry in ACROSS if (entry[0] < 3) == (language == "ar")])
    best = index.search(parse_query(question), 4)[0]
    assert best.row == row
    assert term in best.terms
    assert 0 < best.score <= index.ceiling(parse_query(question), language)


def test_rows_come_go_and_change(tmp_path: Path) -> None:
    index = LexicalIndex.create(tmp_path / "new" / "lexical")
    index.change(add=ROWS)
    index.change(remove=[1, 99])
    assert 1 not in rows(index, "Lavrov council")
    index.change(add=[(3, "", "A council of camels.")], remove=[3])
    assert rows(index, "council camels")[0] == 3
    assert 3 not in rows(index, "date palm fruit")
    index.change()
    assert rows(LexicalIndex.open(tmp_path / "new" / "lexical"), "council camels") == rows(
        index, "council camels"
    )


def test_a_change_that_fails_changes_nothing(tmp_path: Path) -> None:
    index = LexicalIndex.create(tmp_path)
    index.change(add=ROWS)

    def broken() -> object:
        yield (10, "", "zebra")
        raise KeyError("the source broke")

    with pytest.raises(KeyError):
        index.change(add=broken(), remove=[1])  # type: ignore[arg-type]
    assert rows(LexicalIndex.open(tmp_path), "zebra") == []
    assert rows(index, "Lavrov council")[0] == 1
    index.change(add=[(10, "", "zebra")])  # the lock is free again
    assert rows(index, "zebra") == [10]


def test_a_second_writer_is_told_so(tmp_path: Path) -> None:
    index = LexicalIndex.create(tmp_path)
    other = tantivy.Index.open(str(tmp_path)).writer(heap_size=15_000_000, num_threads=1)
    with pytest.raises(LibraryBusy, match="another process"):
        index.change(add=ROWS)
    other.wait_merging_threads()
    index.change(add=ROWS)
    assert rows(index, "camels council")[0] == 1


def test_no_index_is_a_value_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Failed to open"):
        LexicalIndex.open(tmp_path / "absent")


def test_searches_run_beside_each_other_and_beside_a_change(tmp_path: Path) -> None:
    index = LexicalIndex.create(tmp_path)
    index.change(add=ROWS)
    expected = index.search(parse_query("Who proposed the expert council?"), 3)
    seen: list[list[LexicalMatch]] = []

    def ask() -> None:
        for _ in range(100):
            found = index.search(parse_query("Who proposed the expert council?"), 3)
            if [match.row for match in found] != [match.row for match in expected]:
                seen.append(found)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for row in range(100, 105):
        index.change(add=[(row, "", "Camels drink.")])
    for thread in threads:
        thread.join()
    assert not seen
