"""The measuring of speed: that it measures what it says. How fast anything is, no test asks."""

import json
import math
import mmap
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.pipeline import Assistant
from assistant.readers import Reading
from eval.speed import Plan, run_speed
from eval.speed.building import STAGES, clocked
from eval.speed.corpus import make_corpus
from eval.speed.curves import LogAxis, value_axis
from eval.speed.embedders import StandIn
from eval.speed.limits import bare_scans, memory_rate
from eval.speed.lines import RATIOS, speed_lines
from eval.speed.page import speed_page
from eval.speed.process import own_memory
from eval.speed.records import Speed
from eval.speed.spread import rotated
from index.articles import Article
from index.embedders import HashingEmbedder
from index.passages import Hit
from index.text.language import detect_language

PLAN = Plan(rounds=2, questions=3, encoded=40)


class Silent:
    """The reader that takes no time."""

    fingerprint = "silent-1"

    def read(self, question: str, hits: Sequence[Hit], article: Callable[[str], Article]) -> Reading:
        return Reading("", detect_language(question), (), 0.0)


@contextmanager
def quick() -> Iterator[None]:
    """No fresh processes, no reader, and little memory read: the command's own test has them all."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("eval.speed.Assistant", partial(Assistant, reader=Silent()))
        patch.setattr("eval.speed.bare_start", lambda: 0.1)
        patch.setattr("eval.speed.cold_start", lambda _library, _question, retriever: len(retriever))
        patch.setattr("eval.speed.memory", lambda *_: {"resident": 3, "private": 1, "mapped": 2})
        patch.setattr("eval.speed.memory_rate", partial(memory_rate, 2**20))
        yield


@pytest.fixture(scope="module")
def told() -> dict[str, list[tuple[int, int]]]:
    return defaultdict(list)


@pytest.fixture(scope="module")
def speed(told: dict[str, list[tuple[int, int]]]) -> Speed:
    """Two sizes, the larger one filled by the stand-in."""

    def tell(stage: str, done: int, total: int) -> None:
        told[stage].append((done, total))

    with quick():
        return run_speed([90, 30], HashingEmbedder(), PLAN, progress=tell)


def test_sizes_come_smallest_first_and_say_who_embedded(speed: Speed) -> None:
    assert [(size.passages, size.stand_in) for size in speed.sizes] == [(30, False), (90, True)]
    assert [size.encoded for size in speed.sizes] == [30, 40]
    lines = "\n".join(speed_lines(speed))
    assert "90 passages: vectors by a stand-in" in lines
    assert "30 passages: vectors by a stand-in" not in lines


def test_the_stages_of_each_round_add_up_to_the_whole(speed: Speed) -> None:
    for size in speed.sizes:
        assert [*size.stages()] == [*STAGES]
        for number, whole in enumerate(size.whole().values):
            stages = [spread.values[number] for spread in size.stages().values()]
            assert whole == pytest.approx(sum(stages))
            assert min(stages) > 0


def test_a_stand_ins_embedding_is_estimated_from_the_bare_encoders_rate(speed: Speed) -> None:
    true, filled = speed.sizes
    assert true.stages() == dict(true.building)
    rates = filled.limits.encoder.values
    assert filled.stages()["embedding"].values == tuple(90 / rate for rate in rates)
    assert filled.to_json()["building"]["estimated"] == ["embedding"]
    assert true.to_json()["building"]["estimated"] == []


def test_a_build_is_no_faster_than_the_encoder_that_its_estimate_is_made_of(speed: Speed) -> None:
    assert all(0 < share < 1 for share in speed.sizes[1].encoder_share().values)


def test_full_embeds_everything_for_true() -> None:
    plan = Plan(rounds=1, questions=1, encoded=10, full=True)
    with quick():
        size = run_speed([12], HashingEmbedder(), plan).sizes[0]
    assert (size.stand_in, size.encoded) == (False, 10)


def test_every_figure_is_there_for_every_round(speed: Speed) -> None:
    for size in speed.sizes:
        limits = (size.limits.encoder, size.limits.question, size.limits.scan, size.limits.search)
        spreads = [*size.building.values(), *size.updating.values(), *size.starting.values(), *limits]
        for spread in [*spreads, size.limits.memory, *size.memory.values()]:
            assert len(spread.values) == 2
            assert min(spread.values) > 0
        starting = {kind: spread.values for kind, spread in size.starting.items()}
        assert starting == {"python": (0.1, 0.1), "hybrid": (6, 6), "dense": (5, 5), "lexical": (7, 7)}
        assert set(size.updating) == {"file", "folder"}
        assert set(size.ratios()) == set(RATIOS)
        assert all(math.isfinite(ratio) and ratio > 0 for ratio in size.ratios().values())


def test_questions_are_asked_by_one_and_by_many(speed: Speed) -> None:
    for size in speed.sizes:
        assert [*size.asking] == [1, 4, 16]
        for rounds in size.asking.values():
            assert [len(asking.timings_ms) for asking in rounds] == [3, 3]
        for stages in size.latencies().values():
            assert {"lexical", "dense", "retrieve", "read", "total"} <= set(stages)
            assert all(s["p50"] <= s["p95"] <= s["p99"] <= stages["total"]["p99"] for s in stages.values())


def test_questions_find_their_articles_where_vectors_are_true(speed: Speed) -> None:
    true, filled = speed.sizes
    assert true.found() == 1
    assert filled.found() > 0.7  # by words; the stand-in's vectors mean nothing


def test_disk_is_what_the_parts_hold(speed: Speed) -> None:
    for size in speed.sizes:
        assert set(size.disk) == {"sqlite", "faiss", "terms", "other"}
        assert size.disk["faiss"] >= size.rows * size.dimension * 4
        assert size.disk["sqlite"] >= size.text_bytes
        assert size.disk["terms"] > 0
        assert size.rows >= size.passages


def test_json_holds_the_rounds_and_names_no_place(speed: Speed) -> None:
    stored = json.loads(json.dumps(speed.to_json()))
    assert set(stored) == {"settings", "machine", "versions", "sizes"}
    assert stored["settings"]["passages"] == [30, 90]
    assert (stored["settings"]["seed"], stored["settings"]["embedder"]) == (1, "hashing")
    assert stored["machine"]["cores"] >= 1
    assert {"python", "majlis", "embedder", "splitter"} <= set(stored["versions"])
    assert stored["versions"]["reader"] == "silent-1"
    whole = stored["sizes"][0]["building"]["whole_seconds"]
    assert whole["min"] <= whole["median"] <= whole["max"]
    assert len(whole["rounds"]) == 2
    assert "majlis-speed-" not in json.dumps(stored)
    assert str(Path.home()) not in json.dumps(stored)


def test_progress_goes_on_to_the_end(speed: Speed, told: dict[str, list[tuple[int, int]]]) -> None:
    assert speed.sizes
    assert {"encoder", "embedding", "indexing", "updating", "starting", "asking"} <= set(told)
    for calls in told.values():
        assert calls[-1][0] == calls[-1][1]
        assert all(0 <= done <= total for done, total in calls)


class Page(HTMLParser):
    """Counts what is drawn, and sees to it that every tag that opens is closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.charts: list[dict[str, int]] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag not in ("meta", "polyline", "line", "br"):
            self.open.append(tag)
        if tag == "svg":
            self.charts.append(defaultdict(int))
        if tag == "circle":
            self.charts[-1][str(named["class"])] += 1
        self.fetched += [str(named[key]) for key in ("src", "href") if key in named]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if self.open and self.open[-1] == tag:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_page_draws_every_size_on_every_curve(speed: Speed) -> None:
    page = Page()
    page.feed(speed_page(speed))
    assert not page.open
    assert not page.fetched
    assert len(page.charts) == 10
    for chart in page.charts:
        assert len(chart) >= 2
        assert set(chart.values()) == {2}


@settings(deadline=None)
@given(st.lists(st.floats(1e-6, 1e9), min_size=1, max_size=8))
def test_value_axis_holds_every_value_between_round_ends(values: list[float]) -> None:
    axis = value_axis("seconds", values)
    assert axis.low <= min(values) * (1 + 1e-9)
    assert max(values) <= axis.high * (1 + 1e-9)
    assert axis.low < axis.high
    assert 1 <= len(axis.ticks) <= 7
    assert all(axis.low <= tick <= axis.high for tick in axis.ticks)


@settings(deadline=None)
@given(st.floats(0.01, 10), st.floats(1.1, 10))
def test_equal_factors_are_equal_steps(start: float, factor: float) -> None:
    axis = LogAxis("seconds", 0.001, 10_000, ())
    steps = [axis.share(start * factor**n) for n in range(4)]
    assert np.diff(steps) == pytest.approx([steps[1] - steps[0]] * 3)
    assert axis.share(0) == 0


def test_stand_in_gives_unit_vectors_that_the_text_alone_decides() -> None:
    embedder = HashingEmbedder()
    texts = [passage.text for passage in make_corpus(120).passages]
    stand_in = StandIn(embedder, texts[:40], embedder.embed_passages(texts[:40]))
    filled = stand_in.embed_passages(texts)
    assert np.linalg.norm(filled.vectors, axis=1) == pytest.approx(np.ones(len(filled.vectors)))
    alone = [stand_in.embed_passages([text]).vectors for text in reversed(texts)]
    assert all(map(np.array_equal, filled.by_text(), reversed(alone)))
    assert len(np.unique(filled.vectors, axis=0)) == len(filled.vectors)
    true = embedder.embed_passages(texts)
    assert len(filled.vectors) == pytest.approx(len(true.vectors), rel=0.15)
    assert (stand_in.fingerprint, stand_in.dimension) == (embedder.fingerprint, embedder.dimension)
    assert stand_in.embed_passages([]).vectors.shape == (0, 256)


def test_clock_counts_the_outermost_call_once_and_leaves_no_trace() -> None:
    class Worker:
        def outer(self) -> str:
            return self.inner()

        def inner(self) -> str:
            return "done"

        @classmethod
        def made(cls) -> "Worker":
            return cls()

    before = dict(vars(Worker))
    with clocked({Worker: "work"}) as seconds:
        assert seconds == {"work": 0.0}
        worker = Worker.made()
        making = seconds["work"]
        assert making > 0
        assert worker.outer() == "done"
        assert seconds["work"] > making
    assert dict(vars(Worker)) == before
    after = dict(seconds)
    worker.outer()
    assert seconds == after

    with pytest.raises(KeyError), clocked({Worker: "work"}):
        raise KeyError
    assert dict(vars(Worker)) == before


def test_bare_scans_leave_the_number_of_threads_as_it_was() -> None:
    import faiss

    threads = faiss.omp_get_max_threads()
    vectors = np.eye(8, dtype=np.float32)
    assert len(bare_scans(vectors, list(vectors[:3]), k=2)) == 3
    assert faiss.omp_get_max_threads() == threads


@settings(deadline=None)
@given(st.lists(st.integers(), min_size=1, max_size=6, unique=True))
def test_each_comes_first_in_turn(items: list[int]) -> None:
    orders = [rotated(items, number) for number in range(len(items))]
    assert [order[0] for order in orders] == items
    assert all(sorted(order) == sorted(items) for order in orders)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the system tells the peak alone")
def test_own_memory_grows_by_what_is_held() -> None:
    before = own_memory()
    with mmap.mmap(-1, 64 * 2**20, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS) as held:
        held.write(b"1" * len(held))
        after = own_memory()
    assert after["private"] - before["private"] > 0.9 * 64 * 2**20
    assert after["private"] + after["mapped"] <= after["resident"] <= after["peak"]
    assert own_memory()["peak"] >= after["resident"] - 2**20
