"""What the bundled reading model has of its own: windows, special tokens, checked files."""

import shutil
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.readers.spans import best_span
from assistant.readers.spans.bundled import (
    OVERLAP,
    READER_FOLDER,
    WINDOW_TOKENS,
    EncodedSpanModel,
    load_bundled,
    overlapping,
)
from index.errors import UserError

LONG = " ".join(f"The mill number {number} was built of red stone in the valley." for number in range(60))


@pytest.fixture(scope="module")
def model() -> EncodedSpanModel:
    return load_bundled()


@given(st.integers(0, 500), st.integers(2, 60), st.integers(0, 30))
def test_windows_cover_all_with_an_overlap(tokens: int, limit: int, overlap: int) -> None:
    overlap = min(overlap, limit - 1)
    ranges = overlapping(tokens, limit, overlap)
    assert ranges[0][0] == 0
    assert ranges[-1][1] == tokens
    assert all(end - start <= limit for start, end in ranges)
    for (_, end), (start, _) in pairwise(ranges):
        assert end - start >= overlap


def test_windows_are_as_few_as_the_model_reads_and_equal(model: EncodedSpanModel) -> None:
    [windows] = model.read("What was built?", [LONG])
    tokens = len(model._tokenizer.encode(LONG, add_special_tokens=False).ids)
    assert {len(window.starts) for window in windows} == {len(windows[0].starts)}
    assert WINDOW_TOKENS * (len(windows) - 1) < tokens + OVERLAP * len(windows)


def test_an_answer_at_the_very_end_is_found(model: EncodedSpanModel) -> None:
    text = LONG + " The bridge was opened by Mary Oakes in 1874."
    [windows] = model.read("When was the bridge opened?", [text])
    span = best_span(windows, 0, len(text))
    assert span is not None
    assert text[span.start : span.end] == "1874"


def test_the_names_of_special_tokens_are_text(model: EncodedSpanModel) -> None:
    text = "A line [SEP] ends what [CLS] began."
    [[window]] = model.read("What does it end?", [text])
    ranges = list(zip(window.starts, window.ends, strict=True))
    assert all(end - start < len("[SEP]") or text[start] != "[" for start, end in ranges)
    assert {place for a, b in ranges for place in range(a, b)} >= set(range(7, 12))  # "[SEP]"


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_damaged_file_is_one_line(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "assistant" / "reader"
    shutil.copytree(READER_FOLDER, folder)
    (folder / name).write_bytes(b"other")
    with pytest.raises(UserError, match=rf"{name} is damaged; install Majlis again"):
        load_bundled(folder)
    (folder / name).unlink()
    with pytest.raises(UserError, match=r"cannot be read .*; install Majlis again"):
        load_bundled(folder)
