"""The rows of a run that may be cut off, and the folder that they lie in."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from small_dataset import DATASET

from assistant.settings import Settings
from eval.data import Example
from eval.report import Row
from eval.resume import PartialRun, clear, partial_folder
from eval.run import run_benchmark
from index.embedders import HashingEmbedder, Vectors
from index.errors import UserError

EXAMPLES = [Example(f"q{n}", "من؟", ("رولو\u2028",), ("a",), "ar") for n in range(3)]
ROW = Row(
    EXAMPLES[1], {"answering": {"f1": 1 / 3}}, {"text": "رولو\u2028\n"}, {"dense": {"a": 0.1}}, {"t": 1.5}
)


def test_a_row_comes_back_as_it_was(tmp_path: Path) -> None:
    PartialRun(tmp_path / "1", {"k": 10}, EXAMPLES).add(ROW)
    assert PartialRun(tmp_path / "1", {"k": 10}, EXAMPLES).rows == {"q1": ROW}


def test_a_line_cut_off_in_the_middle_is_passed_over_and_written_over(tmp_path: Path) -> None:
    PartialRun(tmp_path, {}, EXAMPLES).add(ROW)
    path = tmp_path / "rows.jsonl"
    whole = path.read_bytes()
    for cut in range(len(whole) - 40, len(whole)):
        path.write_bytes(whole[:cut])
        again = PartialRun(tmp_path, {}, EXAMPLES)
        assert again.rows == {}
        again.add(ROW)
        assert path.read_bytes() == whole


def test_a_damaged_line_is_asked_again(tmp_path: Path) -> None:
    partial = PartialRun(tmp_path, {}, EXAMPLES)
    with (tmp_path / "rows.jsonl").open("a") as rows:
        rows.write('{"id": \n{"id": "q2"}\n{"id": "gone", "values": {}}\n[]\n')
    partial.add(ROW)
    assert PartialRun(tmp_path, {}, EXAMPLES).rows == {"q1": ROW}
    assert len((tmp_path / "rows.jsonl").read_text(encoding="utf-8").split("\n")) == 3


def test_a_first_line_cut_off_begins_anew(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text('{"k": 1')
    assert PartialRun(tmp_path, {"k": 10}, EXAMPLES).rows == {}
    assert json.loads((tmp_path / "rows.jsonl").read_text()) == {"k": 10}


@pytest.mark.parametrize("first", ['{"k": 11, "versions": {}}', "no JSON", "[]"])
def test_another_run_is_refused(first: str, tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text(f"{first}\n")
    with pytest.raises(UserError, match=r"begun with other k.*; to begin anew leave out --resume"):
        PartialRun(tmp_path, {"k": 10, "versions": {}}, EXAMPLES)


def test_only_what_a_run_put_there_is_cleared(tmp_path: Path) -> None:
    folder = partial_folder(tmp_path / "out.json")
    assert folder == tmp_path / "out.json.partial"
    clear(folder)  # nothing there
    PartialRun(folder / "1", {}, EXAMPLES)
    (folder / "thesis.txt").write_text("mine")
    with pytest.raises(UserError, match=r"thesis\.txt: in the way"):
        clear(folder)
    (folder / "thesis.txt").unlink()
    clear(folder)
    assert not folder.exists()
    folder.write_text("mine")
    with pytest.raises(UserError, match=r"out\.json\.partial: in the way"):
        clear(folder)


class CutOff(Exception):
    pass


class Counting(HashingEmbedder):
    """Knows which questions it embedded."""

    def __init__(self) -> None:
        self.questions: set[str] = set()

    def embed_questions(self, texts: Sequence[str]) -> Vectors:
        self.questions |= set(texts)
        return super().embed_questions(texts)


def test_a_run_that_was_cut_off_goes_on_and_says_the_same(tmp_path: Path) -> None:
    def cut(stage: str, done: int, total: int) -> None:
        if (stage, done) == ("asking", 3):
            raise CutOff

    with pytest.raises(CutOff):
        run_benchmark(DATASET, embedder=HashingEmbedder(), work=tmp_path / "1", progress=cut)
    rows = tmp_path / "1" / "rows.jsonl"
    rows.write_bytes(rows.read_bytes()[:-20])  # the machine went down in the middle of the third line
    embedder = Counting()
    resumed = run_benchmark(DATASET, embedder=embedder, work=tmp_path / "1").to_json()
    whole = run_benchmark(DATASET, embedder=HashingEmbedder()).to_json()
    assert embedder.questions == {example.question for example in DATASET.examples[2:]}
    assert len(resumed.pop("timings")["by_question_ms"]) == 5
    whole.pop("timings")
    assert json.dumps(resumed) == json.dumps(whole)


@pytest.mark.parametrize(
    "more", [{"settings": Settings(threshold=0.5)}, {"limit": 2}, {"retrievers": ["lexical", "dense"]}]
)
def test_a_run_with_other_settings_does_not_go_on_from_it(more: dict[str, Any], tmp_path: Path) -> None:
    options: dict[str, Any] = {"embedder": HashingEmbedder(), "retrievers": ["lexical"], "limit": 1}
    run_benchmark(DATASET, **options, work=tmp_path)
    with pytest.raises(UserError, match="begun with other settings; to begin anew leave out --resume"):
        run_benchmark(DATASET, **options | more, work=tmp_path)


def test_another_embedder_does_not_go_on_from_it(tmp_path: Path) -> None:
    class Other(HashingEmbedder):
        fingerprint = "another"

    run_benchmark(DATASET, embedder=HashingEmbedder(), limit=1, work=tmp_path)
    with pytest.raises(UserError, match=r"begun with another embedder; to begin anew leave out --resume"):
        run_benchmark(DATASET, embedder=Other(), limit=1, work=tmp_path)
