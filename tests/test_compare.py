"""Two stored runs: what is paired, what changed, and when the gate trips."""

import copy
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.cli import main
from eval.compare import check, compare_reports, comparison_to_json
from eval.pairing import differences
from eval.stored import read_reports
from index.errors import UserError

Report = dict[str, Any]


def stored(
    values: Mapping[str, float], *, task: str = "answering", measure: str = "f1", name: str = "set"
) -> Report:
    """A report as an old version wrote it: what a comparison needs and no more."""
    return {
        "dataset": {"name": name, "sha256": {f"{name}.json": "ab12"}},
        "settings": {"k": 10, "retrievers": ["lexical"]},
        "versions": {"analysis": "1"},
        "questions": [
            {
                "id": question_id,
                "question": f"سؤال {question_id}",
                "answers": ["رولو"],
                "gold_articles": ["a"],
                "values": {task: {measure: value}},
            }
            for question_id, value in values.items()
        ],
    }


def with_values(before: Sequence[float], after: Sequence[float]) -> tuple[list[Report], list[Report]]:
    ids = [f"q{number}" for number in range(len(before))]
    return (
        [stored(dict(zip(ids, before, strict=True)))],
        [stored(dict(zip(ids, after, strict=True)))],
    )


BEFORE = stored({"q1": 1.0, "q2": 0.0, "q3": 0.5, "q4": 1.0})
AFTER = stored({"q4": 0.25, "q3": 1.0, "q2": 0.0, "q1": 0.0, "q5": 1.0})


def test_questions_are_paired_by_id_in_whatever_order_they_stand() -> None:
    (dataset,) = compare_reports([BEFORE], [AFTER]).datasets
    (change,) = dataset.changes
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
    there, back = (compare_reports(*runs).datasets[0].changes[0] for runs in ((a, b), (b, a)))
    assert (there.won, there.lost) == (back.lost, back.won)
    assert there.difference.mean == -back.difference.mean
    assert there.difference.p_value == back.difference.p_value
    assert there.difference.low == pytest.approx(-back.difference.high, abs=0.2)


def test_a_question_counts_only_where_both_runs_measured_it() -> None:
    a, b = copy.deepcopy(BEFORE), copy.deepcopy(AFTER)
    del a["questions"][0]["values"]["answering"]  # q1
    b["questions"][1]["values"] = {"answering": {"exact_match": 1.0}, "reading": {"f1": 1.0}}  # q3
    (dataset,) = compare_reports([a], [b]).datasets
    assert [(change.name, change.ids) for change in dataset.changes] == [("answering/f1", ("q2", "q4"))]
    assert dataset.warnings == ("measures: only in B: answering/exact_match, reading/f1",)


def test_questions_that_have_an_answer_are_not_counted_twice() -> None:
    answered = stored({"q1": 1.0, "q2": 0.0})
    for entry in answered["questions"]:
        entry["values"]["HasAns"] = {"f1": entry["values"]["answering"]["f1"]}
    names = [change.name for change in compare_reports([answered], [answered]).datasets[0].changes]
    assert names == ["answering/f1"]
    answered["questions"][1]["values"]["NoAns"] = answered["questions"][1]["values"].pop("HasAns")
    names = [change.name for change in compare_reports([answered], [answered]).datasets[0].changes]
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
    assert comparison.datasets[0].changes[0].lost == ["q1"]
    assert (comparison.only_in_a, comparison.only_in_b) == (("lost",), ())
    assert comparison.datasets[0].warnings == ("dataset: name: set -> copy",)
    assert comparison.datasets[1].warnings == (
        "dataset: the file other.json is not the same: SHA-256 cd34 -> ab12",
    )


def test_datasets_of_the_same_name_are_paired_in_their_order() -> None:
    first, second = stored({"q1": 0.0}), stored({"q1": 1.0})
    changes = [d.changes[0] for d in compare_reports([first, second], [second, second]).datasets]
    assert [change.won for change in changes] == [["q1"], []]


def test_what_else_differs_is_said() -> None:
    other = copy.deepcopy(BEFORE)
    other["settings"] = {"k": 20, "retrievers": ["lexical"], "seed": 0}
    other["versions"]["analysis"] = "2"
    other["questions"][1]["question"] = "سؤال آخر"
    other["questions"][2]["answers"] = ["نورمان"]
    assert differences(BEFORE, other) == [
        "settings: k: 10 -> 20",
        "settings: seed: not recorded -> 0",
        "versions: analysis: 1 -> 2",
        "questions: 1 of 4 have other text: q2",
        "questions: 1 of 4 have other gold answers: q3",
    ]
    assert differences(BEFORE, BEFORE) == []


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
    (change,) = compare_reports(*with_values(before, after)).datasets[0].changes
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


# the command


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["eval", *map(str, arguments)])


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    before = {f"q{number}": 1.0 for number in range(60)}
    after = before | {f"q{number}": 0.0 for number in range(20)}
    a, b = tmp_path / "a.json", tmp_path / "b.json"
    a.write_text(json.dumps([stored(before)]), encoding="utf-8")
    b.write_text(json.dumps([stored(after)]), encoding="utf-8")
    return a, b


def test_the_command_prints_what_changed(files: tuple[Path, Path]) -> None:
    result = run("compare", *files)
    assert (result.exit_code, result.stderr) == (0, "")
    lines = result.stdout.splitlines()
    assert "set: 60 questions in both" in lines
    (row,) = [line.split() for line in lines if line.startswith("answering/f1")]
    assert row[:5] == ["answering/f1", "60", "1.000", "0.667", "-0.333"]
    assert row[7:] == ["<0.001", "0", "20"]
    assert "lost by answering/f1: 20" in lines
    assert "  q0  سؤال q0" in lines
    assert "  and 10 more, all of them in --json" in lines


def test_the_command_fails_where_it_got_worse(files: tuple[Path, Path]) -> None:
    a, b = files
    result = run("compare", a, b, "--fail-if-worse", "f1:0.1")
    assert result.exit_code == 1
    assert result.stderr == "majlis: B is worse than A: answering/f1 of set\n"
    assert run("compare", b, a, "--fail-if-worse", "f1:0").exit_code == 0
    assert run("compare", a, a, "--fail-if-worse", "f1:0").exit_code == 0
    assert run("compare", a, b, "--fail-if-worse", "f1:0.5").exit_code == 0
    told = run("compare", a, b, "--fail-if-worse", "answering/f1:0.1", "--json")
    assert told.exit_code == 1
    assert json.loads(told.stdout)["worse"] is True
    assert json.loads(told.stdout)["datasets"][0]["measures"][0]["lost"] == [f"q{n}" for n in range(20)]


@pytest.mark.parametrize("limit", ["f1", "f1:", ":0.1", "f1:much", "f1:-0.1", "f1:nan", "f1:1"])
def test_a_limit_that_cannot_be_read_is_wrong_usage(files: tuple[Path, Path], limit: str) -> None:
    result = run("compare", *files, "--fail-if-worse", limit)
    assert result.exit_code == 2
    assert "MEASURE:MARGIN" in result.stderr


def test_an_unknown_measure_is_one_line(files: tuple[Path, Path]) -> None:
    result = run("compare", *files, "--fail-if-worse", "bleu:0")
    assert result.exit_code == 1
    assert result.stderr == "majlis: no measure 'bleu' in both runs; there are f1, answering/f1\n"


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "not JSON"),
        ("{}", "not an array of reports"),
        ("[]", "not an array of reports"),
        ("[{}]", r'\[0\]: not a report with "questions"'),
        ('[{"questions": [], "settings": 3}]', r"\[0\]\.settings: not an object"),
        ('[{"questions": [{"id": 3}]}]', r'\[0\]\.questions\[0\]: no "id"'),
        ('[{"questions": [{"id": "q"}]}]', r"questions\[0\] \(id 'q'\): no \"values\""),
        ('[{"questions": [{"id": "q", "values": {"f1": 1}}]}]', r"questions\[0\] \(id 'q'\): no \"values\""),
    ],
)
def test_a_file_that_is_no_report_is_one_line(tmp_path: Path, content: str, problem: str) -> None:
    file = tmp_path / "run.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=problem):
        read_reports(file)
    result = run("compare", file, file)
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "majlis eval run --out FILE" in result.stderr


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="No such file"):
        read_reports(tmp_path / "none.json")
