"""The lexical index: a small bilingual library to check by eye, BM25 by its definition, and its ceiling."""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.search import IndexChange, clauses
from index.search.lexical import LexicalIndex
from index.search.memory import MemoryCorpus, MemoryIndex
from index.search.query import parse_query
from index.search.segments import MergePolicy

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


def test_what_most_passages_hold_is_left_out_where_all_would_take_too_long(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The passages that hold a rare word come as they did, by a score that is a little lower."""
    texts = {row: f"The palm of {WORD[row % 5]} grows in the land number{row}" for row in range(1, 201)}
    index, query = LexicalIndex().apply(IndexChange(corpus(texts))), parse_query("the palm of number77")
    whole, ceiling = index.search(query, 3), index.ceiling(query, "en")
    monkeypatch.setattr(clauses, "_POSTINGS", 250)
    quick = index.search(query, 3)
    assert quick[0].row == whole[0].row == 77
    assert whole[0].score * 0.7 < quick[0].score < whole[0].score
    assert quick[0].score <= index.ceiling(query, "en") < ceiling
    monkeypatch.setattr(clauses, "_POSTINGS", 1)  # the best is asked for at any price
    assert index.search(query, 3)[0].row == 77
    assert len(index.search(parse_query("the"), 3)) == 3
    monkeypatch.setattr(clauses, "_POSTINGS", 10**6)
    assert index.search(query, 3) == whole


# Of a size for a test: segments of at most 60 passages, those of over 4 merged by tantivy itself.
SMALL = MergePolicy(largest=60, smallest=2, factor=4, exact=4)


WORD = ["zebra", "moon", "drum", "tulip", "palm"]


def in_files(folder: Path, word: str) -> bool:
    return any(word.encode() in path.read_bytes() for path in folder.iterdir())


class TestSegments:
    """On disk: what a change writes, and what it leaves as it was."""

    def texts(self, count: int) -> dict[int, str]:
        return {row: f"zebra thing{row} of the moon" for row in range(1, count + 1)}

    def test_a_change_writes_what_came_and_links_the_rest(self, tmp_path: Path) -> None:
        texts = self.texts(40)
        index = LexicalIndex(policy=SMALL).apply(IndexChange(corpus(texts)), tmp_path / "1")
        more = texts | {41: "tulip", 42: "zebra"}
        changed = index.apply(IndexChange(corpus(more), after=40), tmp_path / "2")
        assert set(index.segments) < set(changed.segments)
        [new] = set(changed.segments) - set(index.segments)
        assert (new.first, new.last, new.passages) == (41, 42, 2)
        stem = index.segments[0].name.replace("-", "")
        files = [path.name for path in (tmp_path / "1").glob(f"{stem}.*")]
        assert len(files) > 4
        assert all((tmp_path / "1" / name).samefile(tmp_path / "2" / name) for name in files)
        assert rows(changed, "tulip") == [41]
        assert changed.is_sound(corpus(more))

    def test_what_leaves_a_large_segment_is_marked_until_a_fifth_has_left(self, tmp_path: Path) -> None:
        texts = self.texts(30)
        index = LexicalIndex(policy=SMALL).apply(IndexChange(corpus(texts)), tmp_path / "0")
        for step in range(1, 9):
            del texts[step]
            index = index.apply(IndexChange(corpus(texts), [step], after=30), tmp_path / f"{step}")
            assert rows(index, "zebra", 40) == list(texts)
            assert index.is_sound(corpus(texts))
            assert index.segments[0].gone == (tuple(range(1, step + 1)) if step < 7 else (8,) * (step - 7))

    def test_a_purge_leaves_nothing_of_what_ever_left(self, tmp_path: Path) -> None:
        texts = self.texts(50) | {51: "hippogriff moon"} | {row: f"drum{row} moon" for row in range(52, 120)}
        index = LexicalIndex(policy=SMALL).apply(IndexChange(corpus(texts)), tmp_path / "0")
        del texts[51]
        index = index.apply(IndexChange(corpus(texts), [51], after=119), tmp_path / "1")
        assert in_files(tmp_path / "1", "hippogriff")
        assert rows(index, "hippogriff") == []
        del texts[110]
        index = index.apply(IndexChange(corpus(texts), [110], after=119, purge=True), tmp_path / "2")
        assert not in_files(tmp_path / "2", "hippogriff")
        assert not in_files(tmp_path / "2", "drum110")
        assert index.is_sound(corpus(texts))
        assert set(rows(index, "moon", 200)) == set(texts)

    def test_tantivy_merges_what_it_is_shown(self, tmp_path: Path) -> None:
        """By itself, without the passages: those of a corpus that breaks are never asked for."""

        class Broken(MemoryCorpus):
            def texts(self, after: int = 0, last: int | None = None) -> Iterator[tuple[int, str, str]]:
                assert after >= 30
                return super().texts(after, last)

        texts = self.texts(30)
        index = LexicalIndex(policy=SMALL).apply(IndexChange(corpus(texts)), tmp_path / "0")
        for turn in range(1, 4):  # the documents that fill up do not add up
            del texts[turn]
            left = Broken(corpus(texts).passages)
            index = index.apply(IndexChange(left, [turn], after=30, purge=True), tmp_path / f"{turn}")
            assert not any(segment.gone for segment in index.segments)
            assert index.is_sound(corpus(texts))
            assert index._index.searcher().num_docs == len(texts) + 7
        assert rows(index, "zebra", 40) == list(texts)

    @given(
        steps=st.lists(st.integers(0, 9) | st.sets(st.integers(1, 60), max_size=8), max_size=8),
        purge=st.booleans(),
    )
    @settings(max_examples=15, deadline=None)
    def test_any_history_holds_what_a_new_index_holds(
        self, steps: list[int | set[int]], purge: bool, tmp_path_factory: pytest.TempPathFactory
    ) -> None:
        folder, index, held, last = tmp_path_factory.mktemp("history"), LexicalIndex(policy=SMALL), {}, 0
        for step, came in enumerate(steps):
            removed = [] if isinstance(came, int) else sorted(came & held.keys())
            new = range(last + 1, last + 1 + (came if isinstance(came, int) else 0))
            held = {row: text for row, text in held.items() if row not in removed}
            held |= {row: f"{WORD[row % 5]} {row}" for row in new}
            index = index.apply(
                IndexChange(corpus(held), removed, after=last, purge=purge), folder / f"{step}"
            )
            last = max([last, *new])
            for part in range(5):
                found = index.search(parse_query(WORD[part]), 99)
                exact = {match.row for match in found if WORD[part] in match.terms}
                assert exact == {row for row in held if row % 5 == part}
            assert index.is_sound(corpus(held))
            assert len(index.segments) <= 4 + len(held)
            if purge:
                assert not any(segment.gone for segment in index.segments)
