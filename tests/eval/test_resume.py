"""The rows of a run that may be cut off, and the folder that they lie in."""

import json
from pathlib import Path

import pytest

from eval.data import Example
from eval.report import Row
from eval.resume import PartialRun, clear, partial_folder
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
