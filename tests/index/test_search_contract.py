"""Search indexes: one contract for every kind. What is a kind's own: test_vectors, test_lexical."""

import shutil
import zlib
from base64 import b64decode
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from milvus_server import lite_kind
from shelf import lists_kind

from index.embedders import Vectors
from index.search import (
    IndexChange,
    IndexKind,
    Match,
    SearchIndex,
    Selection,
    index_kinds,
    lexical,
    memory,
    vectors,
)
from index.search.memory import MemoryCorpus, MemoryPassage
from index.search.milvus.engine import engine_at
from index.search.query import parse_query

DIMENSION = 256
LISTS = lists_kind(1)


def meaning(text: str) -> Vectors:
    """Each word has a direction of its own, nearly at right angles to all others."""
    words = [np.random.default_rng(zlib.crc32(word.encode())) for word in text.split()]
    total = np.sum([word.standard_normal(DIMENSION) for word in words], axis=0)
    unit: Vectors = (total / np.linalg.norm(total)).astype(np.float32)
    return unit


@dataclass(frozen=True, slots=True)
class Case:
    """A kind of index, and what it is asked with."""

    kind: IndexKind[Any]
    ask: Callable[[str], Any]


CASES = {
    "FAISS, exact": Case(vectors.KIND, meaning),
    "FAISS, in lists": Case(LISTS, meaning),
    "tantivy": Case(lexical.KIND, parse_query),
    "Milvus, by meaning": Case(lite_kind(), meaning),
    "Milvus, by words": Case(lite_kind(), parse_query),
    "memory, by meaning": Case(memory.KIND, meaning),
    "memory, by words": Case(memory.KIND, parse_query),
}
WORDS = ["zebra", "moon", "drum", "قهوة", "tulip"]
TEXTS = {
    1: "zebra zebra",
    2: "the moon",
    4: "قهوة",
    5: "zebra drum",
    7: "naïve\u200d 🦜 e\u0301clair",
    9: "river " * 60 + "harbour " * 60,  # two windows
}


@pytest.fixture(params=CASES.values(), ids=CASES.keys())
def case(request: pytest.FixtureRequest) -> Case:
    found: Case = request.param
    return found


def corpus(texts: Mapping[int, str]) -> MemoryCorpus:
    def windows(text: str) -> Vectors:
        words = text.split()
        return np.stack([meaning(" ".join(words[at : at + 60])) for at in range(0, len(words), 60)])

    return MemoryCorpus(
        {row: MemoryPassage("", text, windows(text)) for row, text in texts.items()}, DIMENSION
    )


def built(case: Case, texts: Mapping[int, str], to: Path | None = None) -> SearchIndex[Any]:
    made: SearchIndex[Any] = case.kind.create().apply(IndexChange(corpus(texts)), to)
    return made


def held_elsewhere(kind: IndexKind[Any], path: Path) -> bytes:
    """The texts and the vectors of all that lies in an engine's collection, seen or not."""
    index = kind.open(path)
    entities = [
        entity
        for batch in engine_at(index.place.url).entities(index.place.collection, "", ["passage", "dense"])
        for entity in batch
    ]
    texts = [zlib.decompress(b64decode(entity["passage"])) for entity in entities if entity["passage"]]
    return b"".join([*texts, *(np.array(entity["dense"], np.float32).tobytes() for entity in entities)])


def rows(found: Iterable[Match]) -> list[int]:
    return [match.row for match in found]


def best(case: Case, index: SearchIndex[Any], text: str, k: int = 20) -> list[int]:
    """The rows that share a word with the text."""
    return [match.row for match in index.search(case.ask(text), k) if match.score > 0.3]


def test_what_is_in_is_found_and_what_is_not_is_not(case: Case) -> None:
    index = built(case, TEXTS)
    for word, expected in {"moon": [2], "القهوة": [4], "🦜 éclair": [7], "harbour": [9]}.items():
        if word != "القهوة" or case.kind.name == "lexical":  # only words know what an article is
            assert best(case, index, word)[:1] == expected
    assert set(best(case, index, "zebra")) == {1, 5}
    assert not best(case, index, "tulip")


def test_k_cuts_one_order_and_may_be_larger_than_the_index(case: Case) -> None:
    index = built(case, TEXTS)
    everything = index.search(case.ask("zebra drum moon"), 1000)
    assert rows(everything)[:1] == [5]
    assert len(set(rows(everything))) == len(everything) <= len(TEXTS)
    assert [match.score for match in everything] == sorted((m.score for m in everything), reverse=True)
    for k in range(len(everything) + 2):
        assert index.search(case.ask("zebra drum moon"), k) == everything[:k]


def test_equal_scores_come_by_row_whatever_the_history(case: Case, tmp_path: Path) -> None:
    texts = dict.fromkeys(range(1, 19), "zebra")
    at_once = built(case, texts)
    index = case.kind.create()
    for row in texts:
        held = {n: text for n, text in texts.items() if n <= row}
        index = index.apply(IndexChange(corpus(held), after=row - 1), tmp_path / f"{row}")
    for k in (1, 7, 18):
        assert rows(index.search(case.ask("zebra"), k)) == list(range(1, k + 1))
        assert rows(at_once.search(case.ask("zebra"), k)) == list(range(1, k + 1))


def test_nothing_is_found_in_nothing_or_for_nothing(case: Case, tmp_path: Path) -> None:
    for empty in (case.kind.create(), built(case, {}), built(case, {}, tmp_path / "empty")):
        assert empty.search(case.ask("zebra"), 5) == []
        assert empty.is_sound(corpus({}))
    if case.ask is parse_query:
        for blank in ("", "   ", "؟!…", '"()[]:*~^+-/\\'):
            assert built(case, TEXTS).search(case.ask(blank), 5) == []


def test_passages_come_go_and_are_replaced(case: Case, tmp_path: Path) -> None:
    before = built(case, TEXTS, tmp_path / "1")
    kept = before.search(case.ask("zebra moon"), 20)
    held = {row: text for row, text in TEXTS.items() if row not in (1, 2)} | {11: "zebra", 12: "tulip"}
    after = before.apply(IndexChange(corpus(held), removed=[1, 2, 999], after=9), tmp_path / "2")
    assert set(best(case, after, "zebra")) == {5, 11}
    assert best(case, after, "tulip") == [12]
    assert not best(case, after, "moon")
    assert after.is_sound(corpus(held))
    assert not after.is_sound(corpus(TEXTS | {11: "zebra"}))
    # The one before is still what it was, and a change of nothing changes nothing.
    assert before.search(case.ask("zebra moon"), 20) == kept
    same = after.apply(IndexChange(corpus(held), after=12), tmp_path / "3")
    assert same.search(case.ask("zebra moon"), 20) == after.search(case.ask("zebra moon"), 20)
    none = after.apply(IndexChange(corpus({}), removed=list(held), after=12), tmp_path / "4")
    assert none.search(case.ask("zebra moon"), 20) == []


def test_it_opens_again_elsewhere_and_goes_on(case: Case, tmp_path: Path) -> None:
    made = built(case, TEXTS, tmp_path / "made")
    (tmp_path / "made").rename(tmp_path / "moved")
    again = case.kind.open(tmp_path / "moved")
    for text in ("zebra drum", "القهوة", "the moon", "harbour"):
        assert again.search(case.ask(text), 20) == made.search(case.ask(text), 20)
    more = again.apply(IndexChange(corpus(TEXTS | {11: "tulip"}), after=9), tmp_path / "more")
    assert best(case, more, "tulip") == best(case, case.kind.open(tmp_path / "more"), "tulip") == [11]
    in_memory = again.apply(IndexChange(corpus(TEXTS | {11: "tulip"}), after=9))
    assert best(case, in_memory, "tulip") == [11]


def test_no_index_is_a_value_error(case: Case, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"read|Failed to open"):
        case.kind.open(tmp_path / "absent")


@pytest.mark.parametrize("name", sorted(CASES.keys() - {"FAISS, in lists"}))  # as bytes: test_vectors
def test_what_is_removed_is_nowhere_in_its_files(name: str, tmp_path: Path) -> None:
    case = CASES[name]
    texts = {row: f"zebra {row}" for row in range(1, 40)} | {40: "hippogriff"}
    by_words = case.ask is parse_query or case.kind is memory.KIND
    secret = b"hippogriff" if by_words else corpus(texts).passages[40].vectors.tobytes()

    def files(path: Path) -> bytes:
        if case.kind.name == "milvus":
            return held_elsewhere(case.kind, path)
        return b"".join(file.read_bytes() for file in [path, *path.rglob("*")] if file.is_file())

    before = built(case, texts, tmp_path / "1")
    assert secret in files(tmp_path / "1")
    del texts[40]
    before.apply(IndexChange(corpus(texts), removed=[40], after=40, purge=True), tmp_path / "2")
    case.kind.settle([tmp_path / "1", tmp_path / "2"])
    assert before.search(case.ask("hippogriff"), 5)[0].row == 40  # while somebody has it
    shutil.rmtree(tmp_path / "1") if (tmp_path / "1").is_dir() else (tmp_path / "1").unlink()
    case.kind.settle([tmp_path / "2"])
    assert secret not in files(tmp_path / "2")


def test_a_change_that_fails_is_no_change(case: Case, tmp_path: Path) -> None:
    class Broken(MemoryCorpus):
        def texts(self, after: int = 0) -> Iterator[tuple[int, str, str]]:
            raise KeyError("the source broke")

        vectors = texts  # type: ignore[assignment]

    index = built(case, TEXTS, tmp_path / "1")
    kept = index.search(case.ask("zebra moon"), 20)
    with pytest.raises(KeyError):
        index.apply(
            IndexChange(Broken(corpus(TEXTS).passages, DIMENSION), removed=[1], after=9), tmp_path / "2"
        )
    shutil.rmtree(tmp_path / "2", ignore_errors=True)
    for each in (index, case.kind.open(tmp_path / "1")):
        assert each.search(case.ask("zebra moon"), 20) == kept


def selection(*rows: int) -> Selection:
    return Selection(np.array(rows, dtype=np.int64))


def test_within_a_selection_the_others_are_not_there(case: Case, tmp_path: Path) -> None:
    asked = case.ask("zebra drum moon")
    index = built(case, TEXTS, tmp_path / "1")
    everything = index.search(asked, 20)
    for chosen in ((), (1,), (5, 7), (2, 4, 9), (1, 2, 4, 5, 7, 9), (3, 6, 1000)):
        expected = [match for match in everything if match.row in chosen]  # with the scores among all
        for k in (1, 3, 20):
            assert index.search(asked, k, selection(*chosen)) == expected[:k]
    gone = {row: text for row, text in TEXTS.items() if row != 1}
    after = index.apply(IndexChange(corpus(gone), removed=[1], after=9), tmp_path / "2")
    assert rows(after.search(case.ask("zebra"), 20, selection(1, 5))) == [5]
    assert case.kind.create().search(asked, 5, selection(1)) == []


@pytest.mark.parametrize("name", CASES)
def test_a_search_within_is_the_whole_order_less_the_others(name: str) -> None:
    """Whatever is selected, however much is asked for: nothing is lost behind what is not selected."""
    examples = 2 if CASES[name].kind.name == "milvus" else 30  # each is a collection of a server's
    settings(max_examples=examples, deadline=None)(given(data=st.data())(searched_within))(name)


def searched_within(name: str, data: st.DataObject) -> None:
    texts = data.draw(
        st.dictionaries(
            st.integers(1, 60), st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
        )
    )
    chosen = sorted(data.draw(st.sets(st.integers(1, 70))))
    k, case = data.draw(st.integers(1, 5)), CASES[name]
    index, asked = built(case, texts), case.ask("zebra moon قهوة")
    whole = [match for match in index.search(asked, 100) if match.row in chosen]
    assert index.search(asked, k, selection(*chosen)) == whole[:k]


def test_many_threads_search_beside_each_other_and_beside_a_change(case: Case, tmp_path: Path) -> None:
    made = built(case, TEXTS, tmp_path / "1")
    index = case.kind.open(tmp_path / "1")
    asked = case.ask("zebra moon harbour")
    expected = made.search(asked, 5)

    def search(_: int) -> bool:
        return index.search(asked, 5) == expected

    with ThreadPoolExecutor(4) as threads:
        answers = threads.map(search, range(400))
        for n in range(5):
            index.apply(IndexChange(corpus(TEXTS | {11: "zebra"}), after=9), tmp_path / f"beside {n}")
        assert all(answers)


def test_the_reference_gives_what_a_person_reckons() -> None:
    """Of two passages of a word each, one holds it: the rarity is ln(2), and it fills the passage."""
    index = memory.MemoryIndex().apply(IndexChange(corpus({1: "zebra", 2: "moon"})))
    assert index.search(parse_query("zebra"), 5) == [Match(1, 0.6931, ("zebra",))]
    assert index.ceiling(parse_query("zebra"), "en") == pytest.approx(2.2 * 0.6931, abs=1e-3)
    [first, second] = index.search(meaning("zebra"), 5)
    assert (first.row, first.score, second.row) == (1, pytest.approx(1), 2)


def test_a_library_has_the_real_ones() -> None:
    assert [kind.name for kind in index_kinds()] == ["vectors", "lexical"]


@settings(max_examples=40, deadline=None)
@given(
    texts=st.dictionaries(
        st.integers(1, 30), st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map(" ".join)
    ),
    asked=st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join),
)
def test_tantivy_matches_what_plain_bm25_matches(texts: dict[int, str], asked: str) -> None:
    """Of words that are like no other, each in one language: the same passages for the same terms."""
    query = parse_query(asked)
    found = built(CASES["tantivy"], texts).search(query, 40)
    expected = built(CASES["memory, by words"], texts).search(query, 40)
    assert {match.row: match.terms for match in found} == {match.row: match.terms for match in expected}
