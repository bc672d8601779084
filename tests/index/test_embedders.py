"""Embedders: the contract over every implementation, the windows, and what happens when files are damaged."""

import json
import re
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import chain
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from tiny import ENGLISH, tiny_encoder

from index.embedders import Embedder, HashingEmbedder, load_embedder
from index.embedders.onnx_encoder import BUNDLED_FOLDER, OnnxEncoder
from index.embedders.sentence_transformer import SentenceTransformerEmbedder
from index.errors import EmbedderUnavailable, ModelUnavailable
from index.progress import silent
from index.training.export import write_encoder, write_sentence_transformer

LIMIT, WIDE = 16, 64  # tokens of the tiny encoder's windows


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny encoder in the shipped form."""
    folder = tmp_path_factory.mktemp("encoder")
    write_encoder(folder, *tiny_encoder())
    _say(folder, windows=[LIMIT, WIDE], prompts={"question": "", "passage": ""})
    return folder


def _say(folder: Path, **said: object) -> None:
    """Changes what the manifest says."""
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    (folder / "manifest.json").write_text(json.dumps({**manifest, **said}), "utf-8")


@pytest.fixture(scope="module")
def model_folder(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny encoder as a sentence-transformers model that puts "who" before every question."""
    made = tmp_path_factory.mktemp("sentence-transformer")
    write_sentence_transformer(folder, made)
    settings = {"prompts": {"query": "who ", "document": ""}, "default_prompt_name": None}
    (made / "config_sentence_transformers.json").write_text(json.dumps(settings), "utf-8")
    return made


@pytest.fixture(scope="module")
def sentence_transformer(model_folder: Path) -> SentenceTransformerEmbedder:
    return SentenceTransformerEmbedder(str(model_folder))


@pytest.fixture(scope="module", params=["hashing", "onnx", "sentence-transformers", "bundled"])
def embedder(request: pytest.FixtureRequest, folder: Path, model_folder: Path) -> Embedder:
    if request.param == "hashing":
        return HashingEmbedder()
    if request.param == "onnx":
        return OnnxEncoder(folder)
    if request.param == "sentence-transformers":
        return SentenceTransformerEmbedder(str(model_folder))
    return load_embedder("bundled")


TEXTS = ["river city", "", "a king", " ".join(ENGLISH * 3), "king book war sea?", "مدينة", "\u200f  \n"]


def test_rows_are_unit_float32_in_the_order_of_the_texts(embedder: Embedder) -> None:
    windows, means = embedder.embed_passages(TEXTS), embedder.embed_questions(TEXTS)
    assert means.shape == (len(TEXTS), embedder.dimension)
    assert len(windows) == len(TEXTS)
    assert windows.vectors.shape == (len(windows.owners), embedder.dimension)
    for rows in (windows.vectors, means):
        assert rows.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)
    for rows, mean, text in zip(windows.by_text(), means, TEXTS, strict=True):
        alone = embedder.embed_passages([text]).vectors
        assert len(alone) == len(rows)
        assert (rows * alone).sum(axis=1).min() > 0.998  # 8-bit rounding may fall the other way
        assert mean @ embedder.embed_questions([text])[0] > 0.998


def test_no_texts_give_no_rows(embedder: Embedder) -> None:
    nothing = embedder.embed_passages([])
    assert nothing.vectors.shape == (0, embedder.dimension)
    assert nothing.owners.shape == (0,)
    assert embedder.embed_questions([]).shape == (0, embedder.dimension)


def test_the_same_text_gives_the_same_vector_in_every_run_and_thread(embedder: Embedder) -> None:
    expected = embedder.embed_passages(TEXTS)
    with ThreadPoolExecutor(4) as threads:
        for windows in threads.map(lambda _: embedder.embed_passages(TEXTS), range(8)):
            np.testing.assert_allclose(windows.vectors, expected.vectors, atol=1e-5)
            np.testing.assert_array_equal(windows.owners, expected.owners)


def test_progress_ends_with_everything_done(embedder: Embedder) -> None:
    calls: list[tuple[str, int, int]] = []
    embedder.embed_passages(TEXTS, progress=lambda *call: calls.append(call))
    assert calls[-1][1] == calls[-1][2] >= len(TEXTS)
    assert [done for _, done, _ in calls] == sorted(done for _, done, _ in calls)


def test_the_end_of_a_long_text_counts(embedder: Embedder) -> None:
    start = " ".join(ENGLISH * 20)
    texts = [start, start + " " + "moon " * 100]
    one, other = embedder.embed_passages(texts).by_text()
    assert len(other) > len(one) > 1
    assert (one @ other[-1]).max() < 0.99
    one, other = embedder.embed_questions(texts)
    assert one @ other < 0.999


words = st.lists(
    st.sampled_from([*ENGLISH, "?", "unknown", "مدينة", "\u200f", "naïve", "don't"]), max_size=60
)


@given(texts=st.lists(words.map(" ".join), max_size=4))
@settings(max_examples=40, deadline=None)
def test_the_encoder_reads_every_token_once_in_windows_of_either_width(
    folder: Path, texts: list[str]
) -> None:
    encoder = OnnxEncoder(folder)
    run: list[list[int]] = []

    class Recording:
        """Takes what the network is given, and gives a vector for each window."""

        def run_each(self, batches: Iterable[dict[str, NDArray[np.int32]]]) -> Iterator[NDArray[np.float32]]:
            for batch in batches:
                run.extend(
                    ids[mask == 1].tolist() for ids, mask in zip(batch["ids"], batch["mask"], strict=True)
                )
                yield np.eye(len(batch["ids"]), encoder.dimension, dtype=np.float32)

    encoder._network = Recording()  # type: ignore[assignment]
    windows = encoder.embed_passages(texts)
    assert len(windows.owners) == len(run)
    assert max(map(len, run), default=0) <= WIDE
    tokens = [encoder._tokenizer.encode(text, add_special_tokens=False).ids for text in texts]
    long = [ids for ids in tokens if len(ids) > LIMIT - 2]
    narrow = [window for window in run if len(window) <= LIMIT]
    assert len(narrow) == sum(max(1, -(-len(ids) // (LIMIT - 2))) for ids in tokens)
    for read, expected in ((run, [*tokens, *long]), (narrow, tokens)):
        found = sorted(token for window in read for token in window[1:-1])
        assert found == sorted(chain.from_iterable(expected))


def test_a_prompt_stands_in_every_window(folder: Path, tmp_path: Path) -> None:
    prompted = shutil.copytree(folder, tmp_path / "prompted")
    _say(prompted, prompts={"question": "who ", "passage": "book "})
    encoder, bare = OnnxEncoder(prompted), OnnxEncoder(folder)
    texts = ["river city", " ".join(ENGLISH[: LIMIT - 3])]
    for side, embed in (
        ("who", encoder.embed_questions),
        ("book", lambda it: encoder.embed_passages(it).vectors),
    ):
        expected = bare.embed_questions([f"{side} {text}" for text in texts])
        np.testing.assert_allclose(embed(texts), expected, atol=2e-3)
    assert (
        len(encoder.embed_passages([" ".join(ENGLISH[: LIMIT - 2])]).owners) == 3
    )  # no room beside a prompt
    assert encoder.fingerprint != bare.fingerprint


@given(texts=st.lists(words.map(" ".join), max_size=4))
@settings(max_examples=40, deadline=None)
def test_a_sentence_transformer_reads_every_letter_once(
    sentence_transformer: SentenceTransformerEmbedder, texts: list[str]
) -> None:
    """In pieces that with the longest prompt, one word here, are no longer than it reads."""
    read: list[str] = []
    room = LIMIT - 3

    def reads(pieces: list[str], **_: object) -> NDArray[np.float32]:
        read.extend(pieces)
        return np.ones((len(pieces), sentence_transformer.dimension), dtype=np.float32)

    windows = sentence_transformer._embed(texts, reads, silent)
    tokenizer = sentence_transformer._model.tokenizer
    assert all(len(tokenizer(piece, add_special_tokens=False)["input_ids"]) <= room for piece in read)
    for place, text in enumerate(texts):
        pieces = [piece for piece, owner in zip(read, windows.owners, strict=True) if owner == place]
        # spaces, and a mark that is no token, may fall between two pieces
        assert re.findall(r"[^\s\u200f]", "".join(pieces)) == re.findall(r"[^\s\u200f]", text)


def test_a_cut_word_that_has_become_more_tokens_is_not_cut_off(model_folder: Path) -> None:
    """Whole it is one token, in pieces one a letter: the pieces are made shorter until they fit."""
    embedder = SentenceTransformerEmbedder(str(model_folder))

    class Tokenizer:
        def __call__(self, text: str | list[str], **_: object) -> dict[str, list[object]]:
            if isinstance(text, list):
                return {"input_ids": [list(piece.replace("abcdef", "a")) for piece in text]}
            return {"offset_mapping": [(at, at + 3) for at in range(0, len(text), 3)]}

    embedder._model = SimpleNamespace(tokenizer=Tokenizer())
    pieces = embedder._pieces("abcdef" * 20, 10)
    assert "".join(pieces) == "abcdef" * 20
    assert max(len(piece.replace("abcdef", "a")) for piece in pieces) <= 10


def test_a_long_text_has_the_vectors_of_its_windows_and_of_the_whole(folder: Path) -> None:
    encoder = OnnxEncoder(folder)
    text, halves = " ".join(ENGLISH[:20]), [" ".join(ENGLISH[:10]), " ".join(ENGLISH[10:20])]
    *parts, whole = encoder.embed_passages([text]).vectors
    np.testing.assert_allclose(parts, encoder.embed_passages(halves).vectors, atol=1e-6)
    np.testing.assert_allclose([whole], encoder.embed_questions([text]), atol=1e-6)


def test_a_very_long_question_is_the_mean_of_its_windows(folder: Path) -> None:
    encoder = OnnxEncoder(folder)
    words = ENGLISH * 4
    halves = [" ".join(words[:60]), " ".join(words[60:120])]
    mean = encoder.embed_questions(halves).sum(axis=0)
    [asked] = encoder.embed_questions([" ".join(words)])
    np.testing.assert_allclose(asked, mean / np.linalg.norm(mean), atol=1e-6)


def test_hashing_counts_folded_words() -> None:
    embedder = HashingEmbedder()
    [kitab, twice, capital, other] = embedder.embed_questions(["كِتاب جديد", "كتاب كتاب", "Book", "book."])
    assert kitab @ twice == pytest.approx(1 / np.sqrt(2))
    assert capital @ other == pytest.approx(1)
    assert kitab @ capital == 0


def test_sentence_transformers_form_embeds_as_the_shipped_form(folder: Path, model_folder: Path) -> None:
    shipped, exported = OnnxEncoder(folder), SentenceTransformerEmbedder(str(model_folder))
    texts = [" ".join(ENGLISH[start : start + 6]) for start in range(20)] + [" ".join(ENGLISH * 3)]
    for mine, theirs in zip(
        shipped.embed_passages(texts).by_text(), exported.embed_passages(texts).by_text(), strict=True
    ):
        # it has no wide windows
        assert (mine[: len(theirs)] * theirs).sum(axis=1).min() > 0.99


def test_a_model_s_prompts_are_used(model_folder: Path) -> None:
    embedder = SentenceTransformerEmbedder(str(model_folder))
    question = embedder.embed_questions(["king book"])
    with_it, without = embedder.embed_passages(["who king book", "king book"]).vectors
    np.testing.assert_allclose(question, [with_it], atol=1e-6)
    assert not np.allclose(question, [without], atol=1e-3)


def test_other_weights_are_another_fingerprint(folder: Path, model_folder: Path, tmp_path: Path) -> None:
    model, tokenizer = tiny_encoder()
    model.encoder.layer[1].output.dense.weight.data[0, 0] += 0.5
    changed, exported = tmp_path / "changed", tmp_path / model_folder.name
    write_encoder(changed, model, tokenizer)
    write_sentence_transformer(changed, exported)
    again = shutil.copytree(model_folder, tmp_path / "again" / model_folder.name)
    prints = [
        SentenceTransformerEmbedder(str(place)).fingerprint for place in (model_folder, again, exported)
    ]
    assert prints[0] == prints[1] != prints[2]
    assert OnnxEncoder(folder).fingerprint != OnnxEncoder(changed).fingerprint


def test_another_length_of_windows_is_another_fingerprint(
    folder: Path, model_folder: Path, tmp_path: Path
) -> None:
    """The weights are the same, but what is embedded is not."""
    longer = shutil.copytree(folder, tmp_path / "longer")
    _say(longer, windows=[LIMIT + 1, WIDE])
    assert OnnxEncoder(folder).fingerprint != OnnxEncoder(longer).fingerprint

    other = shutil.copytree(model_folder, tmp_path / model_folder.name)
    settings = other / "tokenizer_config.json"
    settings.write_text(settings.read_text("utf-8").replace(f": {LIMIT}", f": {LIMIT + 1}"), "utf-8")
    prints = [SentenceTransformerEmbedder(str(place)).fingerprint for place in (model_folder, other)]
    assert prints[0] != prints[1]


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_flipped_bit_is_noticed(folder: Path, tmp_path: Path, name: str) -> None:
    damaged = shutil.copytree(folder, tmp_path / "encoder")
    content = bytearray((damaged / name).read_bytes())
    content[len(content) // 2] ^= 1
    (damaged / name).write_bytes(content)
    with pytest.raises(ModelUnavailable, match=rf"{name} is damaged; install .* pip install") as caught:
        OnnxEncoder(damaged)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json", "manifest.json"])
def test_a_missing_file_is_noticed(folder: Path, tmp_path: Path, name: str) -> None:
    partial = shutil.copytree(folder, tmp_path / "encoder")
    (partial / name).unlink()
    with pytest.raises(ModelUnavailable, match=f"cannot be read .*{name}"):
        OnnxEncoder(partial)


def test_a_model_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(EmbedderUnavailable, match=r"cannot be loaded .* --embedder bundled") as caught:
        load_embedder(str(tmp_path / "nothing"))
    assert "\n" not in str(caught.value)


def test_english_only_models_say_so(model_folder: Path, tmp_path: Path) -> None:
    english = shutil.copytree(model_folder, tmp_path / "all-MiniLM-tiny")
    assert SentenceTransformerEmbedder(str(english)).languages == {"en"}
    assert SentenceTransformerEmbedder(str(model_folder)).languages is None


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
    similarity = encoder.embed_passages(passages).best(encoder.embed_questions(questions))
    assert (similarity[:2, [0, 2]].min(axis=1) > similarity[:2, 1]).all()
    assert (similarity[2:, 1] > similarity[2:, 0]).all()


def test_the_bundled_encoder_fits_the_wheel() -> None:
    assert sum(path.stat().st_size for path in BUNDLED_FOLDER.iterdir()) <= 40e6
