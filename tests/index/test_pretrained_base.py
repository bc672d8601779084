"""What all training starts from: a file in 4-bit blocks, and its pieces made a tokenizer."""

import platform
import struct
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tiny import HEADS, tiny_reader_base

from index.training import base as bases
from index.training.base import EMBEDDINGS, PARTS, PretrainedBase, packaged_base, read_base
from index.training.bert import weights_of
from index.training.vocabulary import SPECIAL, make_tokenizer, needed, places_in

WORDS = "embeddings.word_embeddings.weight"


def in_blocks(matrix: NDArray[np.float32]) -> bytes:
    """As ggml writes Q4_0: byte j holds the numbers j and j + 16 of a block."""
    written = bytearray()
    for block in matrix.reshape(-1, 32):
        scale = np.float16(block[np.abs(block).argmax()] / -8)
        steps = np.clip(np.round(block / np.float32(scale or 1)), -8, 7).astype(int) + 8
        written += scale.tobytes() + bytes(
            int(low | high << 4) for low, high in zip(*np.split(steps, 2), strict=True)
        )
    return bytes(written)


def write_base(path: Path, base: PretrainedBase) -> None:
    """The layout of the package's file, by hand."""
    weights, config = weights_of(base.model), base.model.config
    names = EMBEDDINGS | {
        f"l{layer}.{part}.{kind[0]}": f"encoder.layer.{layer}.{theirs}.{kind}"
        for layer in range(config.num_hidden_layers)
        for part, theirs in PARTS.items()
        for kind in ("weight", "bias")
    }
    sizes = config.hidden_size, config.num_hidden_layers, config.num_attention_heads, config.intermediate_size
    head = b"E5S1" + struct.pack("<I7ifi", 1, *sizes, config.vocab_size, 512, 2, 1e-12, 32)
    texts = [piece.encode() for piece, _ in base.pieces]
    ends = np.cumsum([0, *map(len, texts)]).astype("<u4")
    head += struct.pack("<5iQ", len(texts), 0, 2, 1, 3, sum(map(len, texts))) + ends.tobytes()
    head += np.array([score for _, score in base.pieces], "<f4").tobytes() + b"".join(texts)
    head += struct.pack("<iI", 1, 9) + struct.pack("<IBI", ord("٣"), 1, ord("3"))
    entries, data = [], b""
    for short, name in names.items():
        tensor = weights[name]
        quantised = name == WORDS or (tensor.ndim == 2 and name.startswith("encoder."))
        stored = in_blocks(tensor) if quantised else tensor.astype("<f4").tobytes()
        entries.append((short.encode(), int(quantised), tensor.size, len(data), len(stored)))
        data += stored
    size = 4 + sum(2 + len(name) + 21 for name, *_ in entries)
    begin = len(head) + size
    directory = struct.pack("<i", len(entries)) + b"".join(
        struct.pack("<H", len(name)) + name + struct.pack("<BIQQ", kind, count, begin + start, length)
        for name, kind, count, start, length in entries
    )
    path.write_bytes(head + directory + data)


def test_what_was_written_is_read(tmp_path: Path) -> None:
    base = tiny_reader_base()
    write_base(tmp_path / "base.bin", base)
    read = read_base(tmp_path / "base.bin")
    assert read.model.config.num_attention_heads == HEADS
    assert [piece for piece, _ in read.pieces] == [piece for piece, _ in base.pieces]
    assert [score for _, score in read.pieces] == pytest.approx([score for _, score in base.pieces])
    weights, expected = weights_of(read.model), weights_of(base.model)
    assert weights.keys() == expected.keys()
    for name, tensor in expected.items():
        assert weights[name].shape == tensor.shape
        step = np.abs(tensor).max() / 8  # half a step of a block, or a whole one at the far end
        assert np.abs(weights[name] - tensor).max() <= step + 1e-3, name
    write_base(tmp_path / "again.bin", read)
    again = weights_of(read_base(tmp_path / "again.bin").model)
    assert all((again[name] == tensor).all() for name, tensor in weights.items())


def test_another_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "other.bin").write_bytes(b"GGUF" + bytes(40))
    with pytest.raises(ValueError, match=r"other\.bin does not begin with"):
        read_base(tmp_path / "other.bin")
    package = tmp_path / "strange_package"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / bases.FILE).write_bytes(b"E5S1")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(bases, "PACKAGE", "strange_package")
    with pytest.raises(ValueError, match=r"has SHA-256 .*, expected"):
        packaged_base()
    monkeypatch.setattr(bases, "PACKAGE", "no_such_package")
    with pytest.raises(ValueError, match=r"not installed: pip install"):
        packaged_base()


@pytest.mark.skipif(
    (sys.platform, platform.machine()) != ("linux", "x86_64"), reason="the package is for Linux on x86-64"
)
def test_the_package_holds_the_known_file() -> None:
    assert packaged_base().name == bases.FILE


def test_pieces_that_no_text_needs_are_left_out() -> None:
    pieces = tiny_reader_base().pieces
    kept = needed(pieces, ["river city", "river", "قمر"], least=2)
    names = [piece for piece, _ in kept]
    assert "▁river" in names
    assert "▁city" not in names  # once only
    assert "س" not in names  # never
    tokenizer = make_tokenizer(kept)
    places = places_in(pieces, tokenizer)
    assert places[:4] == [1, 3, 0, 2]
    assert [pieces[place] for place in places[4:]] == kept
    assert [tokenizer.token_to_id(name) for name in SPECIAL] == [0, 1, 2, 3]
    assert tokenizer.encode("river", add_special_tokens=False).tokens == ["▁river"]
    assert tokenizer.encode("街", add_special_tokens=False).ids == [tokenizer.token_to_id("[UNK]")]


def test_arabic_is_read_without_its_vowel_signs_and_marks_of_direction() -> None:
    tokenizer = make_tokenizer(tiny_reader_base().pieces[4:])
    plain = tokenizer.encode("قمر", add_special_tokens=False)
    signed = tokenizer.encode("\u200fقَمَــرٌ", add_special_tokens=False)
    assert plain.ids == signed.ids
    assert signed.offsets[0][0] <= 1
    assert signed.offsets[-1][1] >= 6


@given(st.text(st.sampled_from("river قمر\n\t  .?ab"), max_size=60))
def test_no_token_begins_with_white_space(text: str) -> None:
    encoding = TOKENIZER.encode(text, add_special_tokens=False)
    covered = set()
    for start, end in encoding.offsets:
        assert 0 <= start <= end <= len(text)
        assert start == end or not text[start].isspace()
        covered |= set(range(start, end))
    assert {place for place, letter in enumerate(text) if not letter.isspace()} <= covered


TOKENIZER = make_tokenizer(tiny_reader_base().pieces[4:])
