"""``majlis eval run`` and ``majlis eval score`` as a person types them."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from assistant.cli import main

NORMANDY = "Rollo founded Normandy in 911. Rouen was the seat of his court."
CAIRO = "أسس جوهر الصقلي مدينة القاهرة عام ٩٦٩. تقع المدينة على نهر النيل."
SQUAD = [
    (NORMANDY, [("q1", "Who founded Normandy?", "Rollo"), ("bad", "Who?", "Odo")]),
    (CAIRO, [("q2", "من أسس مدينة القاهرة؟", "جوهر الصقلي")]),
]


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["eval", *map(str, arguments)])


def measured(*arguments: str | Path) -> Any:
    result = run("run", *arguments, "--json")
    assert result.exit_code == 0, result.stderr
    return json.loads(result.stdout)


@pytest.fixture
def squad(tmp_path: Path) -> Path:
    paragraphs = [
        {
            "context": context,
            "qas": [{"id": id_, "question": asked, "answers": [{"text": gold}]} for id_, asked, gold in qas],
        }
        for context, qas in SQUAD
    ]
    path = tmp_path / "set.json"
    path.write_text(json.dumps({"data": [{"title": "Small", "paragraphs": paragraphs}]}), encoding="utf-8")
    return path


def test_run_prints_tables_and_what_was_left_out(squad: Path) -> None:
    result = run("run", squad, "--embedder", "hashing", "--threshold", "0")
    assert result.exit_code == 0, result.stderr
    for line in (
        "2 questions over 2 articles: set.json",
        "success@1   1.000 [1.000, 1.000]  1.000 [1.000, 1.000]  1.000 [1.000, 1.000]",
        "sentence match  1.000 [1.000, 1.000]    1.000 [1.000, 1.000]",
        "end to end: right 2",
        "1 question left out, 1 problem:",
        "  set.json: data[0].paragraphs[0].qas[1] (id 'bad'): no answer of it occurs in its paragraph",
    ):
        assert line in result.stdout
    assert "asking 2/2" in result.stderr


def test_what_is_written_out_scores_as_it_was_measured(squad: Path, tmp_path: Path) -> None:
    out, run_out, answers = tmp_path / "r.json", tmp_path / "r.run", tmp_path / "p.json"
    (report,) = measured(
        *(squad, "--embedder", "hashing", "--out", out, "--run-out", run_out, "--predictions-out", answers)
    )
    assert json.loads(out.read_text(encoding="utf-8")) == [report]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *("p.json", "r.dense.run", "r.hybrid.run", "r.json", "r.lexical.run", "set.json")
    ]
    result = run(
        *("score", squad, "--run", tmp_path / "r.dense.run", "--tag", "dense", "--predictions", answers),
        "--json",
    )
    assert result.exit_code == 0, result.stderr
    (scored,) = json.loads(result.stdout)
    assert scored.keys() == report.keys()
    assert scored["summary"]["retrieval/dense"] == report["summary"]["retrieval/dense"]
    for measure in ("exact_match", "f1", "answered"):
        assert scored["summary"]["answering"][measure] == report["summary"]["answering"][measure]


def test_a_run_that_was_cut_off_goes_on(squad: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "r.json"
    asked: list[str] = []

    from eval.example_run import ExampleRunner

    once = ExampleRunner.run

    def cut(self: ExampleRunner, example: Any) -> Any:
        if len(asked) == 1:
            raise KeyboardInterrupt
        asked.append(example.id)
        return once(self, example)

    monkeypatch.setattr(ExampleRunner, "run", cut)
    options = (squad, "--embedder", "hashing", "--out", out)
    assert run("run", *options).exit_code == 130
    assert (tmp_path / "r.json.partial/1/rows.jsonl").exists()
    assert not out.exists()

    monkeypatch.setattr(ExampleRunner, "run", once)
    refused = run("run", *options, "--resume", "--threshold", "0.9")
    assert refused.exit_code == 1
    assert "was begun with other settings; to begin anew leave out --resume" in refused.stderr

    (resumed,) = measured(*options, "--resume")
    assert not (tmp_path / "r.json.partial").exists()
    (whole,) = measured(*options)
    resumed.pop("timings")
    whole.pop("timings")
    assert resumed == whole


def test_ones_own_questions_over_ones_own_library(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles/normandy.txt").write_text(f"The duchy of Normandy\n\n{NORMANDY}", encoding="utf-8")
    library, own = tmp_path / "library", tmp_path / "own.jsonl"
    asked = [
        {"question": "Who founded Normandy?", "answers": ["Rollo"], "article_ids": ["normandy.txt"]},
        {"question": "zzz qqq?", "answers": []},
    ]
    own.write_text("".join(json.dumps(record) + "\n" for record in asked), encoding="utf-8")
    built = CliRunner().invoke(
        main,
        ["index", "build", str(tmp_path / "articles"), "--library", str(library), "--embedder", "hashing"],
    )
    assert built.exit_code == 0
    for options in (("--library", library), ("--articles", tmp_path / "articles", "--embedder", "hashing")):
        (report,) = measured(own, *options, "--threshold", "0.01")
        assert report["summary"]["retrieval/hybrid"]["success@1"] == 1
        assert report["failures"]["right"] == 1
        assert report["dataset"]["articles"] == 1


def test_questions_that_name_their_kind_are_counted_by_it(tmp_path: Path) -> None:
    (tmp_path / "normandy.txt").write_text(NORMANDY, encoding="utf-8")
    own = tmp_path / "own.jsonl"
    person = {"kind": "person", "across": False}
    asked = [
        {"question": "Who founded Normandy?", "answers": ["Rollo"], **person},
        {"question": "Who founded Rouen?", "answers": [], **person},  # spoken, and no article says so
        {"question": "zzz qqq?", "answers": [], "kind": "place"},
    ]
    own.write_text("".join(json.dumps(line) + "\n" for line in asked), encoding="utf-8")
    options = (own, "--articles", tmp_path / "normandy.txt", "--embedder", "hashing", "--threshold", "0.01")
    (report,) = measured(*options)
    sure = {"sure": 1, "sure_right": 1}
    person = {"questions": 2, "right": 1, "wrong": 1, "silent": 0, "rightly_silent": 0, **sure}
    sure = {"sure": 0, "sure_right": 0}
    place = {"questions": 1, "right": 0, "wrong": 0, "silent": 1, "rightly_silent": 1, **sure}
    assert report["kinds"] == {"person": person, "place": place}
    assert report["directions"] == {"same language": person}
    assert [question.get("across") for question in report["questions"]] == [False, False, None]
    lines = run("run", *options).stdout.splitlines()
    table = lines.index("kind           questions  right  wrong  silent  rightly silent  sure  sure right")
    assert lines[table + 1].split() == ["person", "2", "1", "1", "0", "0", "1", "1"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["run", "a.json", "--resume"], "name it"),
        (["run", "a.jsonl", "--library", "x", "--articles", "y"], "leave out the others"),
        (["run", "a.jsonl", "--library", "x", "--embedder", "hashing"], "leave out the others"),
        (["run", "a.json", "b.json", "--run-out", "x.run"], "one FILE at a time"),
        (["score", "a.json"], "give a --run, or --predictions"),
    ],
)
def test_wrong_usage(options: list[str], message: str) -> None:
    result = run(*options)
    assert result.exit_code == 2
    assert message in result.stderr


def test_a_broken_file_is_one_line_and_the_others_are_measured(squad: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    result = run("run", broken, squad, "--embedder", "hashing", "--retriever", "lexical")
    assert result.exit_code == 1
    assert "2 questions over 2 articles: set.json" in result.stdout
    errors = [line for line in result.stderr.splitlines() if line.startswith("majlis:")]
    assert len(errors) == 1
    assert errors[0].startswith("majlis: nothing to measure; broken.json: file: not JSON")
