"""The measuring of speed: that it measures what it says. How fast anything is, no test asks."""

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from reports import Elements

from assistant.pipeline import Assistant
from assistant.readers.sentence import SentenceReader
from eval.speed import Plan, run_speed
from eval.speed.building import STAGES
from eval.speed.figures import Speed
from eval.speed.page import speed_page
from eval.speed.querying import memory_rate
from eval.speed.tables import RATIOS, speed_lines, tables
from index.embedders import HashingEmbedder

PLAN = Plan(rounds=2, questions=3, encoded=40)


@contextmanager
def quick() -> Iterator[None]:
    """No fresh processes, no model, and little memory read: the command's own test has them all."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("eval.speed.Assistant", partial(Assistant, reader=SentenceReader()))
        patch.setattr("eval.speed.bare_start", lambda: 0.1)
        patch.setattr("eval.speed.cold_start", lambda *_: 0.2)
        patch.setattr("eval.speed.opening", lambda *_: 0.05)
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
    assert all(0 < share < 1 for share in filled.encoder_share().values)  # no faster than what it is made of


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
        assert set(size.starting) == {"python", "open", "hybrid", "dense", "lexical"}
        assert set(size.updating) == {"file", "folder", "removal"}
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
    true, filled = speed.sizes
    assert true.found() == 1
    assert filled.found() > 0.7  # by words; the stand-in's vectors mean nothing


def test_searches_are_timed_by_leg_and_held_against_an_exact_one(speed: Speed) -> None:
    for size in speed.sizes:
        assert set(size.searching) == {"hybrid", "dense", "lexical"}
        assert all(len(taken) == 6 and min(taken) > 0 for taken in size.searching.values())
        assert size.recall == 1.0  # every vector is looked at
        assert size.to_json()["searching_ms"]["hybrid"]["p95"] == size.search_times()["hybrid"]["p95"]


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
    assert stored["versions"]["reader"] == SentenceReader().fingerprint
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


def test_page_draws_every_size_on_every_curve(speed: Speed) -> None:
    html = speed_page(speed)
    page = Elements(html)
    assert not page.found("script")
    assert not [attrs for _, attrs in page.elements if {"src", "href"} & set(attrs)]
    assert len(page.found("figure")) == 11
    for svg in re.findall(r'<svg class="plot".*?</svg>', html, re.DOTALL):
        dots = Counter(re.findall(r'<circle class="dot (\w+)"', svg))
        assert len(dots) >= 2
        assert set(dots.values()) == {2}


def test_the_page_and_the_terminal_show_the_same_figures(speed: Speed) -> None:
    cells = [text for _, text in Elements(speed_page(speed)).found("td")]
    assert cells == [cell for _, rows in tables(speed) for _, row in rows for cell in row]
    lines = " ".join(speed_lines(speed))
    assert all(cell in lines for cell in cells)
