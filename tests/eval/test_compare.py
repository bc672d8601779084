"""Two stored runs: what is paired, what changed, and when the gate trips."""

import copy
import json
from collections.abc import Sequence

import numpy as np
import pytest
from comparisons import AFTER, BEFORE, stored, with_values
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.compare import check, compare_reports, comparison_to_json
from eval.provenance import provenance_differences
from index.errors import UserError


def test_questions_are_paired_by_id_in_whatever_order_they_stand() -> None:
    (dataset,) = compare_reports([BEFORE], [AFTER]).datasets
    (change,) = dataset.measures
    assert (change.name, change.ids) == ("answering/f1", ("q1", "q2", "q3", "q4"))
    assert (change.before, change.after) == ((1.0, 0.0, 0.5, 1.0), (0.0, 0.0, 1.0, 0.25))
    assert change.difference.mean == (-1 + 0 + 0.5 - 0.75) / 4
    assert (change.won, change.lost) == (["q3"], ["q1", "q4"])
    assert (dataset.only_in_a, dataset.only_in_b) == ((), ("q5",))
    assert dataset.warnings == ()


@given(st.lists(st.tuples(st.floats(0, 1), st.floats(0, 1)), min_size=1, max_size=20))
@settings(max_examples=30, deadline=None)
def test_turned_round_what_was_won_is_lost(pairs: list[tuple[float, float]]) -> None:
    a, b = with_values(*zip(*pairs, strict=True))
    there, back = (compare_reports(*runs).datasets[0].measures[0] for runs in ((a, b), (b, a)))
    assert (there.won, there.lost) == (back.lost, back.won)
    assert there.difference.mean == -back.difference.mean
    assert there.difference.p_value == back.difference.p_value
    assert there.difference.low == pytest.approx(-back.difference.high, abs=0.2)


def test_a_question_counts_only_where_both_runs_measured_it() -> None:
    a, b = copy.deepcopy(BEFORE), copy.deepcopy(AFTER)
    del a["questions"][0]["values"]["answering"]  # q1
    b["questions"][1]["values"] = {"answering": {"exact_match": 1.0}, "reading": {"f1": 1.0}}  # q3
    (dataset,) = compare_reports([a], [b]).datasets
    assert [(change.name, change.ids) for change in dataset.measures] == [("answering/f1", ("q2", "q4"))]
    assert dataset.warnings == ("measures: only in B: answering/exact_match, reading/f1",)


def test_questions_that_have_an_answer_are_not_counted_twice() -> None:
    answered = stored({"q1": 1.0, "q2": 0.0})
    for entry in answered["questions"]:
        entry["values"]["HasAns"] = {"f1": entry["values"]["answering"]["f1"]}
    names = [change.name for change in compare_reports([answered], [answered]).datasets[0].measures]
    assert names == ["answering/f1"]
    answered["questions"][1]["values"]["NoAns"] = answered["questions"][1]["values"].pop("HasAns")
    names = [change.name for change in compare_reports([answered], [answered]).datasets[0].measures]
    assert names == ["answering/f1", "HasAns/f1", "NoAns/f1"]


def test_datasets_are_paired_by_name_then_by_their_files() -> None:
    moved = stored({"q1": 0.0}, name="copy")
    moved["dataset"]["sha256"] = {"copy.json": "ab12"}
    other = stored({"q1": 1.0}, name="other")
    other["dataset"]["sha256"] = {"other.json": "cd34"}
    lost = stored({"q1": 1.0}, name="lost")
    lost["dataset"]["sha256"] = {"lost.json": "ef56"}

    comparison = compare_reports([BEFORE, other, lost], [stored({"q1": 1.0}, name="other"), moved])
    assert [dataset.name for dataset in comparison.datasets] == ["set", "other"]
    assert comparison.datasets[0].measures[0].lost == ["q1"]
    assert (comparison.only_in_a, comparison.only_in_b) == (("lost",), ())
    assert comparison.datasets[0].warnings == ("dataset: name: set -> copy",)
    assert comparison.datasets[1].warnings == (
        "dataset: the file other.json is not the same: SHA-256 cd34 -> ab12",
    )


def test_datasets_of_the_same_name_are_paired_in_their_order() -> None:
    first, second = stored({"q1": 0.0}), stored({"q1": 1.0})
    changes = [d.measures[0] for d in compare_reports([first, second], [second, second]).datasets]
    assert [change.won for change in changes] == [["q1"], []]


def test_what_else_differs_is_said() -> None:
    other = copy.deepcopy(BEFORE)
    other["settings"] = {"k": 20, "retrievers": ["lexical"], "seed": 0}
    other["versions"]["analysis"] = "2"
    other["questions"][1]["question"] = "سؤال آخر"
    other["questions"][2]["answers"] = ["نورمان"]
    assert provenance_differences(BEFORE, other) == [
        "settings: k: 10 -> 20",
        "settings: seed: not recorded -> 0",
        "versions: analysis: 1 -> 2",
        "questions: 1 of 4 have other text: q2",
        "questions: 1 of 4 have other gold answers: q3",
    ]
    assert provenance_differences(BEFORE, BEFORE) == []


def test_no_question_in_both_is_nothing_to_compare() -> None:
    with pytest.raises(UserError, match="nothing to compare: no question is in both"):
        compare_reports([BEFORE], [stored({"z": 1.0}, name="other")])


def test_a_measure_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(UserError, match=r"no measure 'F1' in both runs; there are f1, answering/f1$"):
        check(compare_reports([BEFORE], [AFTER]), [("F1", 0.0)])


def trips(before: Sequence[float], after: Sequence[float], margin: float) -> bool:
    (verdict,) = check(compare_reports(*with_values(before, after)), [("f1", margin)])
    return verdict.worse


def rate(lost: float, won: float, margin: float, *, questions: int, runs: int = 40) -> float:
    """How often the gate trips where right answers turn wrong, and wrong ones right, at these rates."""
    rng = np.random.default_rng(17)
    tripped = 0
    for _ in range(runs):
        before = rng.random(questions) < 0.6
        flipped = rng.random(questions) < np.where(before, lost, won)
        tripped += trips(list(before.astype(float)), list((before ^ flipped).astype(float)), margin)
    return tripped / runs


def test_the_gate_trips_on_a_planted_regression() -> None:
    # 60% right, of which a tenth gets lost beside some noise: -0.06 + 0.012 in truth
    assert rate(0.10, 0.03, 0.0, questions=600) >= 0.95
    assert rate(0.10, 0.03, 0.01, questions=600) >= 0.6


def test_the_gate_does_not_trip_on_noise() -> None:
    # as many lost as won, so one-sided at most 2.5% in truth
    assert rate(0.10, 0.15, 0.0, questions=150, runs=200) <= 0.05
    assert rate(0.01, 0.015, 0.0, questions=150, runs=200) <= 0.05  # few changes, narrow intervals


def test_the_gate_does_not_trip_on_less_than_the_margin() -> None:
    assert rate(0.10, 0.03, 0.05, questions=600) <= 0.05  # worse by 0.048


def test_the_gate_does_not_trip_on_what_only_looks_sure() -> None:
    # Four lost of twenty: the bootstrap alone would say so, but such a streak is one in eight by chance.
    before, after = [1.0] * 20, [0.0] * 4 + [1.0] * 16
    (change,) = compare_reports(*with_values(before, after)).datasets[0].measures
    assert change.difference.high < 0
    assert not trips(before, after, 0.0)
    assert not trips(before, before, 0.0)
    assert trips(before, [0.0] * 10 + [1.0] * 10, 0.0)


def test_the_error_is_shared_among_everything_that_is_checked() -> None:
    ids = [f"q{number}" for number in range(100)]
    before = dict.fromkeys(ids, 1.0)
    after = {question_id: float(number >= 7) for number, question_id in enumerate(ids)}  # 7 lost: p = 1/64
    one = compare_reports([stored(before)], [stored(after)])
    (verdict,) = check(one, [("answering/f1", 0.0)])
    assert (verdict.worse, verdict.level) == (True, 0.95)
    assert verdict.difference.p_value == pytest.approx(1 / 64)

    names = ["set", "second", "third", "fourth"]
    same = [stored(before, name=name) for name in names]
    four = compare_reports(same, [stored(after), *same[1:]])
    verdicts = check(four, [("f1", 0.0)])
    assert [verdict.dataset for verdict in verdicts] == names
    assert {verdict.level for verdict in verdicts} == {1 - 0.05 / 4}
    assert not any(verdict.worse for verdict in verdicts)


def test_json_has_every_question_that_changed() -> None:
    comparison = compare_reports([BEFORE], [AFTER])
    told = json.loads(json.dumps(comparison_to_json(comparison, check(comparison, [("f1", 0.5)]))))
    (dataset,) = told["datasets"]
    assert (dataset["name"], dataset["questions"], dataset["only_in_b"]) == ("set", 4, ["q5"])
    (measure,) = dataset["measures"]
    low, high = measure.pop("interval")
    assert low < -0.3125 < high
    assert measure == {
        "task": "answering",
        "measure": "f1",
        "questions": 4,
        "a": 0.625,
        "b": 0.3125,
        "difference": -0.3125,
        "p_value": 0.5,  # of +-1, +-0.5, +-0.75: 4 sums in 8 are as far from 0 as -1.25
        "won": ["q3"],
        "lost": ["q1", "q4"],
    }
    assert (told["checks"][0]["name"], told["checks"][0]["margin"], told["worse"]) == (
        "answering/f1",
        0.5,
        False,
    )
