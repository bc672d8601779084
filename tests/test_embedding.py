"""Embedders: the contract over every implementation, the windows, and what happens when files are damaged."""

import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny import ENGLISH, tiny_base

from index.embedding import (
    BUNDLED_FOLDER,
    Embedder,
    HashingEmbedder,
    OnnxEncoder,
    SentenceTransformerEmbedder,
    load_embedder,
    window_ranges,
)
from index.errors import EmbedderUnavailable
from index.training.files import write_encoder, write_sentence_transformer

LIMIT = 16  # tokens that the tiny encoder reads at once

bundled = pytest.mark.skipif(not (BUNDLED_FOLDER / "model.onnx").exists(), reason="no bundled encoder here")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny encoder in the shipped form."""
    folder = tmp_path_factory.mktemp("encoder")
    base = tiny_base()
    write_encoder(folder, base.weights, base.heads, base.tokenizer)
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    (folder / "manifest.json").write_text(json.dumps({**manifest, "max_tokens": LIMIT}), "utf-8")
    return folder


@pytest.fixture(scope="module")
def model_folder(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny encoder as a sentence-transformers model that puts "who" before every question."""
    made = tmp_path_factory.mktemp("sentence-transformer")
    write_sentence_transformer(folder, made)
    settings = {"prompts": {"query": "who ", "document": ""}, "default_prompt_name": None}
    (made / "config_sentence_transformers.json").write_text(json.dumps(settings), "utf-8")
    return made


@pytest.fixture(scope="module", params=["hashing", "onnx", "sentence-transformers", "bundled"])
def embedder(request: pytest.FixtureRequest, folder: Path, model_folder: Path) -> Embedder:
    if request.param == "hashing":
        return HashingEmbedder()
    if request.param == "onnx":
        return OnnxEncoder(folder)
    if request.param == "sentence-transformers":
        return SentenceTransformerEmbedder(str(model_folder))
    if not (BUNDLED_FOLDER / "model.onnx").exists():
        pytest.skip("no bundled encoder here")
    return load_embedder("bundled")


TEXTS = ["river city", "", "a king", " ".join(ENGLISH * 3), "king book war sea?", "مدينة", "\u200f  \n"]


def test_rows_are_unit_float32_in_the_order_of_the_texts(embedder: Embedder) -> None:
    for embed in (embedder.embed_passages, embedder.embed_questions):
        rows = embed(TEXTS)
        assert rows.dtype == np.float32
        assert rows.shape == (len(TEXTS), embedder.dimension)
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
        for row, text in zip(rows, TEXTS, strict=True):
            assert row @ embed([text])[0] > 0.998  # 8-bit rounding may fall the other way


def test_no_texts_give_no_rows(embedder: Embedder) -> None:
    assert embedder.embed_passages([]).shape == (0, embedder.dimension)
    assert embedder.embed_questions([]).shape == (0, embedder.dimension)


def test_the_same_text_gives_the_same_vector_in_every_run_and_thread(embedder: Embedder) -> None:
    expected = embedder.embed_passages(TEXTS)
    with ThreadPoolExecutor(4) as threads:
        for rows in threads.map(lambda _: embedder.embed_passages(TEXTS), range(8)):
            np.testing.assert_allclose(rows, expected, atol=1e-5)


def test_progress_ends_with_everything_done(embedder: Embedder) -> None:
    calls: list[tuple[str, int, int]] = []
    embedder.embed_passages(TEXTS, progress=lambda *call: calls.append(call))
    assert calls[-1][1] == calls[-1][2] >= len(TEXTS)
    assert [done for _, done, _ in calls] == sorted(done for _, done, _ in calls)


def test_the_end_of_a_long_text_counts(embedder: Embedder) -> None:
    start = " ".join(ENGLISH * 20)
    one, other = embedder.embed_passages([start, start + " " + "moon " * 100])
    assert one @ other < 0.999


@given(st.integers(0, 5000), st.integers(1, 300))
@settings(max_examples=200)
def test_windows_cover_everything_once_and_are_about_equal(tokens: int, limit: int) -> None:
    ranges = window_ranges(tokens, limit)
    assert [place for start, end in ranges for place in range(start, end)] == list(range(tokens))
    sizes = [end - start for start, end in ranges]
    assert max(sizes) <= limit
    assert max(sizes) - min(sizes) <= 1
    assert len(ranges) == max(1, -(-tokens // limit))


def test_a_long_text_is_the_mean_of_its_windows(folder: Path) -> None:
    encoder = OnnxEncoder(folder)
    words = ENGLISH[:21]  # two windows: 10 and 11 words, and two special tokens each
    first, second, whole = encoder.embed_passages(
        [" ".join(words[:10]), " ".join(words[10:]), " ".join(words)]
    )
    mean = 12 * first + 13 * second
    np.testing.assert_allclose(whole, mean / np.linalg.norm(mean), atol=1e-6)


def test_hashing_counts_folded_words() -> None:
    embedder = HashingEmbedder()
    [kitab, twice, capital, other] = embedder.embed_questions(["كِتاب جديد", "كتاب كتاب", "Book", "book."])
    assert kitab @ twice == pytest.approx(1 / np.sqrt(2))
    assert capital @ other == pytest.approx(1)
    assert kitab @ capital == 0


def test_sentence_transformers_form_embeds_as_the_shipped_form(folder: Path, model_folder: Path) -> None:
    shipped, exported = OnnxEncoder(folder), SentenceTransformerEmbedder(str(model_folder))
    texts = [" ".join(ENGLISH[start : start + 6]) for start in range(20)] + [" ".join(ENGLISH * 3)]
    agreement = (shipped.embed_passages(texts) * exported.embed_passages(texts)).sum(axis=1)
    assert agreement.min() > 0.99


def test_a_model_s_prompts_are_used(model_folder: Path) -> None:
    embedder = SentenceTransformerEmbedder(str(model_folder))
    question, passage = embedder.embed_questions(["king book"]), embedder.embed_passages(["who king book"])
    np.testing.assert_allclose(question, passage, atol=1e-6)
    assert not np.allclose(question, embedder.embed_passages(["king book"]), atol=1e-3)


def test_other_weights_are_another_fingerprint(folder: Path, model_folder: Path, tmp_path: Path) -> None:
    base = tiny_base()
    name = "encoder.layer.1.output.dense.weight"
    base.weights[name][0, 0] += 0.5
    changed, exported = tmp_path / "changed", tmp_path / model_folder.name
    write_encoder(changed, base.weights, base.heads, base.tokenizer)
    write_sentence_transformer(changed, exported)
    again = shutil.copytree(model_folder, tmp_path / "again" / model_folder.name)
    prints = [
        SentenceTransformerEmbedder(str(place)).fingerprint for place in (model_folder, again, exported)
    ]
    assert prints[0] == prints[1] != prints[2]
    assert OnnxEncoder(folder).fingerprint != OnnxEncoder(changed).fingerprint


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_flipped_bit_is_noticed(folder: Path, tmp_path: Path, name: str) -> None:
    damaged = shutil.copytree(folder, tmp_path / "encoder")
    content = bytearray((damaged / name).read_bytes())
    content[len(content) // 2] ^= 1
    (damaged / name).write_bytes(content)
    with pytest.raises(EmbedderUnavailable, match=rf"{name} is damaged; install .* pip install") as caught:
        OnnxEncoder(damaged)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "manifest.json"])
def test_a_missing_file_is_noticed(folder: Path, tmp_path: Path, name: str) -> None:
    partial = shutil.copytree(folder, tmp_path / "encoder")
    (partial / name).unlink()
    with pytest.raises(EmbedderUnavailable, match=f"cannot be read .*{name}"):
        OnnxEncoder(partial)


def test_a_model_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(EmbedderUnavailable, match=r"cannot be loaded .* --embedder bundled") as caught:
        load_embedder(str(tmp_path / "nothing"))
    assert "\n" not in str(caught.value)


def test_english_only_models_say_so(model_folder: Path, tmp_path: Path) -> None:
    english = shutil.copytree(model_folder, tmp_path / "all-MiniLM-tiny")
    assert SentenceTransformerEmbedder(str(english)).languages == {"en"}
    assert SentenceTransformerEmbedder(str(model_folder)).languages is None


@bundled
def test_the_bundled_encoder_crosses_the_languages() -> None:
    encoder = load_embedder()
    assert encoder.languages == {"ar", "en"}
    questions = [
        "What is the capital of France?",
        "ما هي عاصمة فرنسا؟",
        "Who wrote the book?",
        "من كتب الكتاب؟",
    ]
    passages = ["باريس هي عاصمة فرنسا.", "ألف الكاتب هذا الكتاب قبل سنة.", "Paris is the capital of France."]
    similarity = encoder.embed_questions(questions) @ encoder.embed_passages(passages).T
    assert (similarity[:2, [0, 2]].min(axis=1) > similarity[:2, 1]).all()
    assert (similarity[2:, 1] > similarity[2:, 0]).all()


@bundled
def test_the_bundled_encoder_fits_the_wheel() -> None:
    assert sum(path.stat().st_size for path in BUNDLED_FOLDER.iterdir()) <= 40e6
