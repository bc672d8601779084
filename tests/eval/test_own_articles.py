"""Sets whose questions are articles themselves, and judgements of articles that the corpus lacks."""

import json
import math
import tempfile
from pathlib import Path
from typing import Any

import ir_measures
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.cli import main
from eval.data.file import DatasetFile
from eval.data.loading import load_dataset
from eval.data.trec import write_run
from eval.measures.ranking import IR_MEASURES
from eval.score import score

ARGUMENTS = {
    "zoos-pro": "Zoos should be closed because animals suffer behind bars.",
    "zoos-con": "Zoos should stay open because breeding has saved the oryx.",
    "cars-pro": "Cars should be banned from the old town since they fill its lanes with smoke.",
    "cars-con": "Cars should be let into the old town since its traders need deliveries.",
    "dam-pro": "The dam should be built because the valley needs power for its looms.",
    "dam-con": "The dam should not be built because it would drown the orchards.",
}
ASKED = ("zoos-pro", "cars-pro", "dam-pro")
HEAD = "query-id\tcorpus-id\tscore\n"
JUDGED = "zoos-pro\tzoos-con\t1\ncars-pro\tcars-con\t1\ndam-pro\tdam-con\t1\n"
LACKING = JUDGED + "zoos-pro\tnot-there\t1\ngone\tcars-con\t1\n"
# of zoos-pro: one of two right articles found, at rank 1
MEANS = {
    "success@1": 1.0,
    "success@5": 1.0,
    "success@10": 1.0,
    "MRR@10": 1.0,
    "recall@10": (0.5 + 1 + 1) / 3,
    "recall@100": (0.5 + 1 + 1) / 3,
    "nDCG@10": (1 / (1 + 1 / math.log2(3)) + 1 + 1) / 3,
    "MAP@100": (0.5 + 1 + 1) / 3,
}


def beir(folder: Path, qrels: str, asked: tuple[str, ...] = ASKED) -> Path:
    (folder / "qrels").mkdir(parents=True)
    lines = {id_: json.dumps({"_id": id_, "text": text}) + "\n" for id_, text in ARGUMENTS.items()}
    (folder / "corpus.jsonl").write_text("".join(lines.values()), encoding="utf-8")
    (folder / "queries.jsonl").write_text("".join(lines[id_] for id_ in asked), encoding="utf-8")
    (folder / "qrels/test.tsv").write_text(qrels, encoding="utf-8")
    return folder


def evaluated(*arguments: str | Path) -> Any:
    result = CliRunner().invoke(main, ["eval", *map(str, arguments), "--json"])
    assert result.exit_code == 0, result.stderr
    (report,) = json.loads(result.stdout)
    return report


def written(path: Path, run: dict[str, dict[str, float]]) -> DatasetFile:
    write_run(path, run.items(), "other")
    return DatasetFile(path)


@pytest.mark.parametrize("head", [HEAD, "", "\ufeff", f"\n{HEAD}", "query-id iteration corpus-id score\n"])
def test_run_and_score_agree_and_both_say_what_is_missing(head: str, tmp_path: Path) -> None:
    folder = beir(tmp_path / "set", head + LACKING)
    options = ("--embedder", "hashing", "--run-out", tmp_path / "r.run")
    measured = evaluated("run", folder, *options)
    counted = {"questions": 3, "left_out": 1, "missing_articles": 1, "own_articles": 3}
    problems = [
        "test.tsv: question 'zoos-pro': no article has the id 'not-there'",
        "test.tsv: question 'gone': no question of queries.jsonl has this id",
    ]
    assert measured["dataset"].items() >= (counted | {"problems": problems}).items()
    for kind in ("hybrid", "lexical", "dense"):
        run = tmp_path / f"r.{kind}.run"
        scored = evaluated("score", folder, "--run", run, "--tag", kind)
        assert scored["summary"][f"retrieval/{kind}"] == measured["summary"][f"retrieval/{kind}"]
        assert scored["dataset"].items() >= (counted | {"problems": problems}).items()
        found = [line.split()[:3:2] for line in run.read_text(encoding="utf-8").splitlines()]
        assert [question for question, article in found if question == article] == []
    assert measured["summary"]["retrieval/lexical"] == pytest.approx({"questions": 3} | MEANS)
    first = measured["questions"][0]
    assert (first["own_article"], first["missing"]) == ("zoos-pro", ["not-there"])
    assert first["hits"][0]["article_id"] == "zoos-con"
    assert "zoos-pro" not in {hit["article_id"] for hit in first["hits"]}
    assert [gold["article_id"] for gold in first["gold"]] == ["zoos-con"]


def test_every_retriever_finds_the_counter_argument_first(tmp_path: Path) -> None:
    measured = evaluated("run", beir(tmp_path / "set", HEAD + JUDGED), "--embedder", "hashing")
    for kind in ("hybrid", "lexical", "dense"):
        assert measured["summary"][f"retrieval/{kind}"] == {"questions": 3} | dict.fromkeys(MEANS, 1.0)


def test_the_terminal_says_it_in_a_line_each(tmp_path: Path) -> None:
    folder = beir(tmp_path / "set", HEAD + LACKING)
    run = tmp_path / "r.run"
    written(run, {"zoos-pro": {"zoos-con": 1.0}})
    for command in (("run", folder, "--embedder", "hashing"), ("score", folder, "--run", run)):
        result = CliRunner().invoke(main, ["eval", *map(str, command)])
        assert result.exit_code == 0, result.stderr
        lines = result.stdout.splitlines()
        own = "3 questions in the corpus: the article with the question's id is left out of the hits"
        at = lines.index(own)
        assert lines[at - 1 : at + 3] == [
            "",
            own,
            "1 judged article not in the corpus: counted as right and not found",
            "1 question left out, 2 problems:",
        ]


def test_a_run_of_another_system_that_found_the_question_itself(tmp_path: Path) -> None:
    dataset = load_dataset(beir(tmp_path / "set", HEAD + JUDGED), searched=False)
    run = written(tmp_path / "x.run", {"zoos-pro": {"zoos-pro": 9.0, "zoos-con": 2.0, "dam-con": 1.0}})
    report = score(dataset, run=run)
    assert report.rows[0].values["retrieval/run"]["success@1"] == 1
    assert report.rows[0].details["ranks"] == {"run": 1}
    assert report.rows[0].runs == {"run": {"zoos-con": 2.0, "dam-con": 1.0}}


def test_an_article_that_is_judged_right_stays_whatever_its_id(tmp_path: Path) -> None:
    folder = beir(
        tmp_path / "set", HEAD + "zoos-pro\tzoos-pro\t1\ncars-pro\tcars-con\t1\ncars-pro\tcars-pro\t0\n"
    )
    measured = evaluated("run", folder, "--embedder", "hashing", "--retriever", "lexical")
    assert [question["hits"][0]["article_id"] for question in measured["questions"]] == [
        "zoos-pro",
        "cars-con",
    ]
    assert measured["dataset"]["own_articles"] == 1


def test_topics_keep_an_article_of_their_id(tmp_path: Path) -> None:
    folder = beir(tmp_path / "set", HEAD + JUDGED)
    (tmp_path / "topics.tsv").write_text(f"zoos-pro\t{ARGUMENTS['zoos-pro']}\n", encoding="utf-8")
    (tmp_path / "qrels.tsv").write_text("zoos-pro 0 zoos-con 1\nzoos-pro 0 none 1\n", encoding="utf-8")
    asked = (tmp_path / "topics.tsv", "--qrels", tmp_path / "qrels.tsv")
    options = ("--embedder", "hashing", "--retriever", "lexical", "--run-out", tmp_path / "r.run")
    measured = evaluated("run", *asked, "--articles", folder / "corpus.jsonl", *options)
    scored = evaluated("score", *asked, "--run", tmp_path / "r.run", "--tag", "lexical")
    assert measured["summary"]["retrieval/lexical"]["MRR@10"] == 0.5
    assert measured["summary"] == scored["summary"]
    assert (measured["dataset"]["missing_articles"], measured["dataset"]["own_articles"]) == (1, 0)
    assert (scored["dataset"]["missing_articles"], scored["dataset"]["own_articles"]) == (None, None)


def test_a_folder_is_scored_without_its_corpus(tmp_path: Path) -> None:
    folder = beir(tmp_path / "set", HEAD + LACKING)
    run = written(tmp_path / "x.run", {id_: {id_: 2.0, f"{id_[:-3]}con": 1.0} for id_ in ASKED})
    whole = score(load_dataset(folder, searched=False), run=run)
    (folder / "corpus.jsonl").unlink()
    dataset = load_dataset(folder, searched=False)
    assert score(dataset, run=run).summary() == whole.summary()
    assert (dataset.missing_articles, dataset.own_articles) == (None, None)
    assert whole.summary()["retrieval/run"] == pytest.approx({"questions": 3} | MEANS)


IDS = [f"d{number}" for number in range(6)]  # d0 to d3 are in the corpus, and d0 to d2 are asked
judged = st.dictionaries(st.sampled_from(IDS), st.integers(1, 3), min_size=1)
found = st.lists(st.sampled_from(IDS), unique=True)


@given(st.fixed_dictionaries({id_: st.tuples(judged, found) for id_ in IDS[:3]}))
@settings(max_examples=60)
def test_scores_are_the_references(drawn: dict[str, tuple[dict[str, int], list[str]]]) -> None:
    """BEIR's rule: a hit with the question's id goes, then trec_eval counts, missing articles included."""
    qrels = {id_: {a: g for a, g in grades.items() if a != id_} for id_, (grades, _) in drawn.items()}
    qrels = {id_: grades for id_, grades in qrels.items() if grades}
    run = {id_: {a: float(-n) for n, a in enumerate(ranked)} for id_, (_, ranked) in drawn.items()}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "qrels").mkdir()
        for file, ids in (("corpus", IDS[:4]), ("queries", IDS[:3])):
            lines = [json.dumps({"_id": id_, "text": f"Text of {id_}."}) + "\n" for id_ in ids]
            (folder / f"{file}.jsonl").write_text("".join(lines), encoding="utf-8")
        lines = [f"{id_}\t{a}\t{g}\n" for id_, grades in qrels.items() for a, g in grades.items()]
        (folder / "qrels/test.tsv").write_text("".join([HEAD, *lines]), encoding="utf-8")
        dataset = load_dataset(folder, searched=False)
        if not any(article in IDS[:4] for grades in qrels.values() for article in grades):
            assert dataset.examples == ()
            return
        report = score(dataset, run=written(folder / "x.run", run))
    others = {id_: {a: s for a, s in scores.items() if a != id_} for id_, scores in run.items()}
    measures = {name: ir_measures.parse_measure(text) for name, text in IR_MEASURES.items()}
    reference = ir_measures.calc_aggregate(measures.values(), qrels, others)
    summary = report.summary()["retrieval/run"]
    assert {name: summary[name] for name in measures} == pytest.approx(
        {name: reference[measure] for name, measure in measures.items()}
    )
