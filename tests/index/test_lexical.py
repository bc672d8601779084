"""The lexical index: a small bilingual library to check by eye, BM25 by its definition, and its ceiling."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.search import IndexChange, lexical
from index.search.lexical import LexicalIndex
from index.search.memory import MemoryCorpus, MemoryIndex
from index.search.query import parse_query

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
    return built(ROWS)


def built(rows: Iterable[tuple[int, str, str]]) -> LexicalIndex:
    return LexicalIndex().apply(IndexChange(MemoryCorpus.of_texts(rows)))


def corpus(texts: Mapping[int, str]) -> MemoryCorpus:
    return MemoryCorpus.of_texts((row, "", text) for row, text in texts.items())


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


def test_a_question_that_shares_nothing_finds_nothing(index: LexicalIndex) -> None:
    for question in ("", "؟!…", "quetzalcoatl"):
        assert index.search(parse_query(question), 10) == []
        assert index.ceiling(parse_query(question), "en") == 0.0


def test_what_a_person_typed_is_never_syntax(index: LexicalIndex) -> None:
    assert rows(index, "row:1 OR stems:(palm) AND -council^9 [a TO z] /x/") == rows(
        index, "row 1 or stems palm and council 9 a to z x"
    )


def test_a_question_of_stop_words_finds_passages_that_hold_them(index: LexicalIndex) -> None:
    assert set(rows(index, "what is in it?")) >= {1, 3}
    assert 4 in rows(index, "ما هي في أو على")


def test_the_title_helps_but_less_than_the_text() -> None:
    texts = [("Cairo", "A meeting took place."), ("", "A meeting in Cairo."), ("", "A meeting.")]
    index = built((row, *text) for row, text in enumerate(texts, start=1))
    assert rows(index, "Cairo meeting") == [2, 1, 3]


def test_scores_are_bm25_summed_over_the_fields() -> None:
    """One field alone decides here: words of one letter group, no title, no neighbours in common."""
    texts = enumerate(["ab cd ab", "cd ef gh ij", "ef", "ab kl mn op qr st uv wx yz"], start=1)
    passages = [(row, "", text) for row, text in texts]
    reference = MemoryIndex().apply(IndexChange(MemoryCorpus.of_texts(passages)))
    index, query = built(passages), parse_query("ab")
    expected = reference.search(query, 4)
    assert [match.row for match in index.search(query, 4)] == [match.row for match in expected] == [1, 4]
    for match, plain in zip(index.search(query, 4), expected, strict=True):
        assert match.score == pytest.approx(plain.score * 1.15, rel=1e-3)  # the word, and its letter group
    assert index.ceiling(query, "en") == pytest.approx(reference.ceiling(query, "en") * 1.15)


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
    index = built([*ROWS, (7, question, f"{question} " * 50)])
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
    index = built(entry for entry in ACROSS if (entry[0] < 3) == (language == "ar"))
    best = index.search(parse_query(question), 4)[0]
    assert best.row == row
    assert term in best.terms
    assert 0 < best.score <= index.ceiling(parse_query(question), language)


def test_a_large_index_marks_what_leaves_until_a_tenth_has_left(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(lexical, "_AFRESH_BELOW", 0)
    texts = {row: f"zebra thing{row}" for row in range(1, 31)}
    index = LexicalIndex().apply(IndexChange(corpus(texts)), tmp_path / "0")
    for step, in_file in enumerate([30, 30, 27, 27], start=1):
        del texts[step]
        index = index.apply(IndexChange(corpus(texts), [step], after=30), tmp_path / f"{step}")
        assert rows(index, "zebra", 40) == list(texts)
        assert index.is_sound(corpus(texts))
        meta = json.loads((tmp_path / f"{step}" / "meta.json").read_text("utf-8"))
        assert sum(segment["max_doc"] for segment in meta["segments"]) == in_file
