"""Three retrievers over one snapshot, and how two legs become one order."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.question import understand
from assistant.retrieval import FusionWeights, fuse, make_retriever
from index.embedders import Embedder, HashingEmbedder
from index.passages import Hit, LegScore, Passage
from index.search.query import Query

QUESTION = "canal locks"


def passage(name: str, language: str = "en") -> Passage:
    return Passage(name, name, f"/{name}.txt", language, 0, len(name), name)


def words(
    *scores: tuple[str, float], terms: Sequence[str] = ("canal", "lock"), language: str = "en"
) -> list[Hit]:
    return [
        Hit(passage(name, language), score, lexical=LegScore(rank, score), matched_terms=tuple(terms))
        for rank, (name, score) in enumerate(scores, start=1)
    ]


def meanings(*scores: tuple[str, float], language: str = "en") -> list[Hit]:
    return [
        Hit(passage(name, language), score, dense=LegScore(rank, score))
        for rank, (name, score) in enumerate(scores, start=1)
    ]


def names(hits: Sequence[Hit]) -> list[str]:
    return [hit.passage.article_id for hit in hits]


class OneLanguage(HashingEmbedder):
    """An embedder that reads these languages."""

    def __init__(self, *languages: str) -> None:
        self.languages = frozenset(languages)


@dataclass
class Shelf:
    """A snapshot of which the hits are known, and which notes what it was asked."""

    by_words: list[Hit] = field(default_factory=list)
    by_meaning: list[Hit] = field(default_factory=list)
    reads: Embedder | None = field(default_factory=HashingEmbedder)
    asked: list[tuple[str, Query]] = field(default_factory=list)

    def lexical(self, query: Query, k: int) -> list[Hit]:
        self.asked.append(("lexical", query))
        return self.by_words[:k]

    def dense(self, query: Query, k: int) -> list[Hit]:
        self.asked.append(("dense", query))
        return self.by_meaning[:k]

    def lexical_ceiling(self, query: Query, language: str) -> float:
        return 10.0

    @property
    def embedder(self) -> Embedder:
        assert self.reads, "the embedder was asked for"
        return self.reads


def ten(language: str) -> float:
    """The ceiling of both languages."""
    return 10.0


BY_HAND = FusionWeights(words=0.7, across=1.0)


def retrieve(kind: str, shelf: Shelf, question: str = QUESTION, k: int = 10) -> list[Hit]:
    return make_retriever(kind, shelf).retrieve(understand(question), k)


@pytest.mark.parametrize(("kind", "found"), [("lexical", "a"), ("dense", "b")])
def test_one_leg_asks_nothing_of_the_other(kind: str, found: str) -> None:
    shelf = Shelf(words(("a", 4.0), ("c", 2.0)), meanings(("b", 0.9), ("c", 0.8)), reads=None)
    assert names(retrieve(kind, shelf, k=1)) == [found]
    assert shelf.asked == [(kind, understand(QUESTION).query)]


def test_each_leg_is_timed() -> None:
    shelf = Shelf(words(("a", 4.0)), meanings(("b", 0.9)))
    timings = {"lexical": 1.0}
    make_retriever("hybrid", shelf, timings).retrieve(understand(QUESTION), 1)
    assert timings.keys() == {"lexical", "dense"}
    assert timings["lexical"] > 1.0


def test_hybrid_by_hand() -> None:
    """a: (4/10 + 0.5) / 2, b: (2/10 + 0.9) / 2; c: no words, d: the last cosine."""
    hits = retrieve(
        "hybrid",
        Shelf(words(("a", 4.0), ("b", 2.0), ("d", 2.0)), meanings(("b", 0.9), ("c", 0.6), ("a", 0.5))),
    )
    assert [(name, round(hit.score, 3)) for name, hit in zip(names(hits), hits, strict=True)] == [
        ("b", 0.55),
        ("a", 0.45),
        ("d", 0.35),
        ("c", 0.3),
    ]
    both, _, by_words, by_meaning = hits
    assert both.dense == LegScore(1, 0.9)
    assert both.lexical == LegScore(2, 2.0)
    assert both.matched_terms == ("canal", "lock")
    assert by_words.dense is None
    assert by_meaning.lexical is None


def test_a_question_of_which_little_is_known_is_decided_by_meaning() -> None:
    """A ceiling is high where the library lacks words: a passage with the others is then no sure hit."""
    lexical = words(("a", 6.0), terms=["canal"])
    dense = meanings(("b", 0.9), ("a", 0.1))
    assert names(fuse("en", lexical, dense, lambda _: 20.0, BY_HAND)) == ["b", "a"]
    assert names(fuse("en", lexical, dense, ten, BY_HAND)) == ["a", "b"]


def test_each_language_has_its_own_ceiling() -> None:
    """Three of six in Arabic is more than four of ten in English."""
    lexical = [*words(("english", 4.0)), *words(("arabic", 3.0), language="ar")]
    ceilings = {"en": 10.0, "ar": 6.0}
    assert names(fuse("en", lexical, [], ceilings.__getitem__, BY_HAND)) == ["arabic", "english"]
    assert names(fuse("en", lexical, [], ten, BY_HAND)) == ["english", "arabic"]
    doubted = FusionWeights(words=0.7, across=0.5)
    assert names(fuse("en", lexical, [], ceilings.__getitem__, doubted)) == ["english", "arabic"]


def test_an_english_embedder_has_no_say_on_arabic() -> None:
    english = OneLanguage("en")
    shelf = Shelf(words(("قناة", 1.0), language="ar"), meanings(("b", 0.9)), english)
    assert names(retrieve("hybrid", shelf, "متى افتتحت القناة؟")) == ["قناة"]
    assert [leg for leg, _ in shelf.asked] == ["lexical"]

    found = [*meanings(("عربي", 0.9), language="ar"), *meanings(("b", 0.3))]
    assert names(retrieve("hybrid", Shelf(words(("a", 4.0)), found, english))) == ["a", "b"]


def test_nothing_found_is_no_hits() -> None:
    for kind in ("lexical", "dense", "hybrid"):
        assert retrieve(kind, Shelf(), "؟؟؟") == []
    assert fuse("en", [], [], ten) == []


def test_an_unknown_retriever_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="psychic"):
        make_retriever("psychic", Shelf())


scored = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0.01, 1.0), max_size=8).map(
    lambda found: sorted(found.items(), key=lambda item: -item[1])
)


@settings(max_examples=80, deadline=None)
@given(lexical=scored, dense=scored, k=st.integers(1, 10))
def test_hybrid_holds_each_passage_once_best_first(
    lexical: list[tuple[str, float]], dense: list[tuple[str, float]], k: int
) -> None:
    shelf = Shelf(words(*lexical), meanings(*dense))
    hits = retrieve("hybrid", shelf, k=k)
    everything = {name for name, _ in (*lexical, *dense)}
    assert len(hits) == min(k, len(everything))
    assert len(set(names(hits))) == len(hits)
    assert set(names(hits)) <= everything
    scores = [hit.score for hit in hits]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)


@settings(max_examples=50, deadline=None)
@given(lexical=scored)
def test_with_one_leg_alone_hybrid_keeps_its_order(lexical: list[tuple[str, float]]) -> None:
    alone = retrieve("hybrid", Shelf(words(*lexical)))
    assert [hit.lexical and hit.lexical.score for hit in alone] == [score for _, score in lexical]
