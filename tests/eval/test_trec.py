"""Topics, judgements and runs as lines."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.data.file import DatasetFile
from eval.data.trec import read_qrels, read_run, read_topics, trec_id, write_run
from index.errors import UserError


def source(folder: Path, text: str, name: str = "x.tsv") -> DatasetFile:
    (folder / name).write_text(text, encoding="utf-8")
    return DatasetFile(folder / name)


def test_topics(tmp_path: Path) -> None:
    topics = source(tmp_path, "1\tمن أسس القاهرة؟\n2\tWho?\tWhy?\nalone\n\n1\tAgain?\n3\t\u200f\n")
    assert read_topics(topics) == {"1": "من أسس القاهرة؟", "2": "Who?\tWhy?"}
    assert topics.problems == [
        "x.tsv: line 3: not id<TAB>question",
        "x.tsv: line 5 (id '1'): another question has the same id",
        "x.tsv: line 6: not id<TAB>question",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "q1 0 a 1\nq1 0 b 0\nq2 Q0 c 3\nq3 0 a -1\n",  # TREC
        "q1\tQ0\ta\t1\nq1\tQ0\tb\t0\nq2\tQ0\tc\t3\nq3\tQ0\ta\t-1\n",  # MIRACL
        "query-id\tcorpus-id\tscore\nq1\ta\t1\nq1\tb\t0\nq2\tc\t3\nq3\ta\t-1\n",  # BEIR
        "q1\ta\t1\nq1\tb\t0\nq2\tc\t3\nq3\ta\t-1\n",  # without its head line
        "\ufeff\n\nquery-id\tcorpus-id\tscore\nq1\ta\t1.0\nq1\tb\t0\nq2\tc\t3\nq3\ta\t-1\n",
    ],
)
def test_qrels_in_their_forms(text: str, tmp_path: Path) -> None:
    qrels = source(tmp_path, text)
    assert read_qrels(qrels) == {"q1": {"a": 1}, "q2": {"c": 3}, "q3": {}}
    assert qrels.problems == []


def test_qrels_that_cannot_be_read(tmp_path: Path) -> None:
    qrels = source(tmp_path, "q1 0 a 1\nq1 0 a 0\nq1 a\nq1 0 b much\nq1 0 c nan\n")
    assert read_qrels(qrels) == {"q1": {"a": 1}}
    assert qrels.problems == [
        "x.tsv: line 2: 'q1' and 'a' have been judged before",
        *(
            f"x.tsv: line {number}: not question, 0, article, grade (or without the 0)"
            for number in (3, 4, 5)
        ),
    ]


def test_a_run(tmp_path: Path) -> None:
    run = source(tmp_path, "q1 Q0 a 1 2.5 bm25\nq1 Q0 b 9 3 bm25\nq2 Q0 a 1 1e-3 bm25\n")
    assert read_run(run) == {"q1": {"a": 2.5, "b": 3.0}, "q2": {"a": 0.001}}
    assert run.problems == []


def test_a_run_that_cannot_be_read(tmp_path: Path) -> None:
    run = source(tmp_path, "q1 Q0 a 1 2.5 x\nq1 Q0 a 2 2 x\nq1 Q0 b 2 2\nq1 Q0 b 2 nan x\nq1 Q0 b 2 two x\n")
    assert read_run(run) == {"q1": {"a": 2.5}}
    assert run.problems == [
        "x.tsv: line 2: 'a' is there twice for 'q1'",
        *(f"x.tsv: line {number}: not question, Q0, article, rank, score, tag" for number in (3, 4, 5)),
    ]


ids = st.text(st.sampled_from("ab1#ق \t\u00a0"), min_size=1)


@given(
    st.dictionaries(
        ids, st.dictionaries(ids, st.floats(allow_nan=False, allow_infinity=False), min_size=1), max_size=4
    )
)
def test_a_run_that_was_written_is_read_as_it_was(run: dict[str, dict[str, float]]) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        write_run(Path(folder, "x.run"), run.items(), "tag")
        read = read_run(DatasetFile(Path(folder, "x.run")))
    expected = {
        trec_id(question): {trec_id(article): score for article, score in scores.items()}
        for question, scores in run.items()
    }
    assert read == expected


def test_a_run_has_its_best_first(tmp_path: Path) -> None:
    write_run(tmp_path / "x.run", [("q 1", {"b": 1.0, "c": 2.0, "a": 1.0})], "dense")
    assert (tmp_path / "x.run").read_text() == (
        "q%201 Q0 c 1 2.0 dense\nq%201 Q0 a 2 1.0 dense\nq%201 Q0 b 3 1.0 dense\n"
    )


def test_a_run_that_cannot_be_written(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"x\.run: cannot be written .*; name another --run-out"):
        write_run(tmp_path / "none" / "x.run", [], "tag")
