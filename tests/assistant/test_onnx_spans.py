"""The bundled reading model: windows that miss nothing, the same alone and in company, checked files."""

import shutil
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.readers.onnx_spans import (
    READER_FOLDER,
    WINDOW_TOKENS,
    EncodedSpanModel,
    load_bundled,
    overlapping,
)
from assistant.readers.spans import best_span
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


def test_every_token_of_a_long_text_is_read(model: EncodedSpanModel) -> None:
    [windows] = model.read("What was built?", [LONG])
    assert len(windows) > 1
    assert max(len(window.starts) for window in windows) <= WINDOW_TOKENS
    read = {
        place
        for window in windows
        for a, b in zip(window.starts, window.ends, strict=True)
        for place in range(a, b)
    }
    assert read == {place for place, letter in enumerate(LONG) if not letter.isspace()}


def test_an_answer_at_the_very_end_is_found(model: EncodedSpanModel) -> None:
    text = LONG + " The bridge was opened by Mary Oakes in 1874."
    [windows] = model.read("When was the bridge opened?", [text])
    span = best_span(windows, 0, len(text))
    assert span is not None
    assert text[span.start : span.end] == "1874"


def test_alone_as_in_company(model: EncodedSpanModel) -> None:
    texts = ["", "It was opened in 1874 by Mary Oakes.", LONG, "افتتحت القناة عام 1874."]
    together = model.read("When was it opened?", texts)
    for text, windows in zip(texts, together, strict=True):
        [alone] = model.read("When was it opened?", [text])
        assert len(alone) == len(windows) >= 1
        for one, other in zip(alone, windows, strict=True):
            assert one.starts.tolist() == other.starts.tolist()
            assert np.allclose(one.start_logits, other.start_logits, atol=0.5)  # the last 8-bit step
            assert one.none == pytest.approx(other.none, abs=0.8)


def test_the_names_of_special_tokens_are_text(model: EncodedSpanModel) -> None:
    text = "A line [SEP] ends what [CLS] began."
    [[window]] = model.read("What does it end?", [text])
    ranges = list(zip(window.starts, window.ends, strict=True))
    assert all(end - start < len("[SEP]") or text[start] != "[" for start, end in ranges)
    assert {place for a, b in ranges for place in range(a, b)} >= set(range(7, 12))  # "[SEP]"


def test_no_texts_and_an_endless_question(model: EncodedSpanModel) -> None:
    assert model.read("Who?", []) == []
    [windows] = model.read("why " * 2000, ["Because."])
    assert [window.ends[-1] for window in windows] == [8]


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
