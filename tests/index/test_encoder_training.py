"""Training, end to end, on a language of thirty words."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from tiny import ARABIC, ENGLISH, HEADS, sentences, tiny_base, tiny_bert, write_data
from transformers import BertModel

from index.embedders.hashing import HashingEmbedder
from index.embedders.onnx_encoder import OnnxEncoder
from index.training.bert import EncoderBase, collate, embed, make_bert, text_vectors, weights_of
from index.training.data import parallel_pairs
from index.training.distillation import epoch_batches
from index.training.evaluation import dev_scores, success
from index.training.export import write_encoder
from index.training.graph import build_graph, read_graph
from index.training.loop import Losses, Schedule, train
from index.training.recipe import EncoderRecipe, EncoderTraining, Stage
from index.training.vocabulary import arabic_pieces, extend_tokenizer

RECIPE = EncoderRecipe(
    pieces=200,
    company=8,
    stages=(
        Stage("distil", Schedule(steps=30, rate=1e-3, words_rate=5e-3, warm_up=5, fall=0.3), distil_every=1),
        Stage("tune", Schedule(steps=12, rate=5e-4, words_rate=1e-3, warm_up=2, fall=0.3), distil_every=3),
    ),
    distil_size=32,
    retrieve_size=16,
    long_pair=4,
)


@pytest.fixture(scope="module")
def base() -> EncoderBase:
    return tiny_base()


@pytest.fixture(scope="module")
def finished(base: EncoderBase, tmp_path_factory: pytest.TempPathFactory) -> EncoderTraining:
    folder = tmp_path_factory.mktemp("training")
    write_data(folder / "data")
    training = EncoderTraining(base, folder / "data", folder / "out", RECIPE, print, None)
    training.run()
    return training


def across(embed_texts: Callable[[list[str]], np.ndarray], count: int = 40) -> float:
    """How many of some new Arabic sentences find their English translation."""
    english, arabic = (embed_texts(list(side)) for side in zip(*sentences(count, seed=999), strict=True))
    return success(np.asarray(arabic @ english.T), np.arange(count))


def test_alignment_finds_every_translation(finished: EncoderTraining) -> None:
    _, links = finished._start()
    for english, arabic in zip(ENGLISH, ARABIC, strict=True):
        [piece] = finished.tokenizer.encode(arabic, add_special_tokens=False).ids
        row = links[[piece]].toarray()[0]
        assert finished.tokenizer.id_to_token(int(row.argmax())) == english


def test_sentences_cross_the_languages_after_alignment_and_after_training(finished: EncoderTraining) -> None:
    started, _ = finished._start()
    assert across(lambda texts: embed(started, finished._ids(texts)).numpy()) > 0.8
    assert across(OnnxEncoder(finished.out / "encoder").embed_questions) > 0.9


def test_training_scores_the_windows_that_serving_embeds(finished: EncoderTraining) -> None:
    model = make_bert(read_graph((finished.out / "encoder" / "model.onnx").read_bytes()), HEADS)
    texts = [" ".join(words * times) for words in (ENGLISH, ARABIC) for times in (1, 3, 7)] + [""]
    found = finished._windows(model, texts)
    expected = OnnxEncoder(finished.out / "encoder").embed_passages(texts)
    assert len(found.owners) > len(texts)
    np.testing.assert_array_equal(found.owners, expected.owners)
    assert (found.vectors * expected.vectors).sum(axis=1).min() > 0.99


def test_a_paragraph_is_found_by_its_best_window(tmp_path: Path) -> None:
    """The answer to the first question is one window of a paragraph whose mean is far from it."""
    far = " ".join(ENGLISH[10:22])
    entries = [
        {"context": text, "qas": [{"id": asked, "question": asked, "answers": [answer]}]}
        for text, asked in (
            (f"{far} ship market doctor letter", "ship market doctor letter"),
            ("ship market doctor house", "house"),
        )
        for answer in [{"text": asked, "answer_start": text.index(asked)}]
    ]
    for language in ("en", "ar"):
        stored = json.dumps({"data": [{"paragraphs": entries}]})
        (tmp_path / f"xquad-dev.{language}.json").write_text(stored, "utf-8")
    whole, narrow = HashingEmbedder(), HashingEmbedder()
    narrow.window = 4
    scores = [
        dev_scores(tmp_path, each.embed_passages, each.embed_questions, mlqa=False)
        for each in (whole, narrow)
    ]
    names = ["xquad en->en", "xquad ar->ar", "xquad en->ar", "xquad ar->en", "bitext"]
    assert scores[0] == dict(zip(names, [0.5] * 4 + [1.0], strict=True))
    assert scores[1] == dict.fromkeys(names, 1.0)


def test_distillation_comes_nearer(finished: EncoderTraining) -> None:
    lines = (finished.out / "distil.jsonl").read_text("utf-8").splitlines()
    first, last = (json.loads(line)["arabic far"] for line in lines)
    assert last < first


def test_a_finished_run_is_not_made_again(finished: EncoderTraining) -> None:
    before = (finished.out / "encoder" / "model.onnx").read_bytes()
    lines: list[str] = []
    EncoderTraining(finished.base, finished.data, finished.out, RECIPE, lines.append, None).run()
    assert not any("steps/s" in line for line in lines)
    assert (finished.out / "encoder" / "model.onnx").read_bytes() == before


def test_a_run_that_was_cut_off_ends_where_it_would_have_ended(tmp_path: Path) -> None:
    def run(folder: Path, stop: int = -1) -> BertModel:
        model = tiny_bert(40, width=32, layers=1)

        def losses(step: int) -> Losses:
            if step == stop:
                raise KeyboardInterrupt
            ids = torch.randint(5, 30, (4, 6), generator=torch.Generator().manual_seed(step))
            return {"spread": text_vectors(model, ids, torch.ones(4, 6, dtype=torch.bool)).sum()}

        train(
            model,
            lambda: losses,
            Schedule(steps=12, rate=1e-3, words_rate=1e-3, warm_up=2, fall=0.5),
            table=model.embeddings.word_embeddings.weight,
            words=torch.arange(20, 40),
            folder=folder,
            stage=folder.name,
            log=print,
            save_every=5,
        )
        return model

    (tmp_path / "whole").mkdir()
    (tmp_path / "cut").mkdir()
    whole = run(tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "cut", stop=7)
    torch.testing.assert_close(run(tmp_path / "cut").state_dict(), whole.state_dict())
    # rows that are not words to train stay as they were
    models = tiny_bert(40, width=32, layers=1), whole
    untouched, table = (model.embeddings.word_embeddings.weight for model in models)
    assert torch.equal(table[:20], untouched[:20])
    assert not torch.equal(table[20:], untouched[20:])


def test_the_graph_computes_what_the_model_computes(base: EncoderBase) -> None:
    texts = [base.tokenizer.encode(english).ids for english, _ in sentences(12, seed=5)] + [[2, 3]]
    ids, mask = collate(texts)
    with torch.inference_mode():
        expected = text_vectors(base.model, ids, mask).numpy()
        alone = [text_vectors(base.model, *collate([text])).numpy()[0] for text in texts]
    np.testing.assert_allclose(expected, alone, atol=1e-5)  # what is masked changes nothing
    for int8, least in ((False, 0.99999), (True, 0.999)):
        graph = build_graph(weights_of(base.model), heads=HEADS, int8=int8)
        inputs = {"ids": ids.int().numpy(), "mask": mask.int().numpy()}
        [found] = onnxruntime.InferenceSession(graph).run(None, inputs)
        assert (found * expected).sum(axis=1).min() > least
        assert int8 or np.abs(found - expected).max() < 1e-5


def test_weights_come_back_out_of_the_graph(base: EncoderBase) -> None:
    weights = weights_of(base.model)
    back = read_graph(build_graph(weights, heads=HEADS))
    kind = "embeddings.token_type_embeddings.weight"
    position = "embeddings.position_embeddings.weight"
    assert back.keys() == weights.keys()
    for name, tensor in weights.items():
        if name not in (kind, position):
            assert np.abs(back[name] - tensor).max() <= np.abs(tensor).max() / 127, name
    np.testing.assert_allclose(back[position] + back[kind][0], weights[position] + weights[kind][0])


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("والكتاب", "و كتاب"),
        ("بالمدينة", "ب مدينه"),
        ("للملك", "ل ملك"),
        ("الكِتابُ", "كتاب"),
        ("كتـــاب", "كتاب"),
        ("الله", "الله"),  # two letters would remain
        ("١٢٫٥٪ كتاب؟", "12.5% كتاب?"),
        ("River, KING", "river, king"),
    ],
)
def test_arabic_is_folded_before_it_is_cut(base: EncoderBase, text: str, pieces: str) -> None:
    tokenizer = extend_tokenizer(base.tokenizer, [" ".join(ARABIC)] * 3, 200)
    assert tokenizer.normalizer.normalize_str(text) == pieces


def test_english_is_cut_as_before(base: EncoderBase) -> None:
    tokenizer = extend_tokenizer(base.tokenizer, [" ".join(ARABIC)] * 3, 200)
    for english, _ in sentences(20, seed=8):
        assert tokenizer.encode(english).ids == base.tokenizer.encode(english).ids
    assert arabic_pieces(tokenizer)[0] == base.tokenizer.get_vocab_size()


def test_pairs_come_once_and_in_the_seed_s_order(tmp_path: Path) -> None:
    write_data(tmp_path)
    pairs = parallel_pairs(tmp_path, seed=4)
    assert pairs == parallel_pairs(tmp_path, seed=4)
    assert len(set(pairs)) == len(pairs) == 300
    assert pairs != parallel_pairs(tmp_path, seed=5)


def test_batches_hold_every_row_once() -> None:
    lengths = np.random.default_rng(0).integers(1, 60, 1000).tolist()
    batches = epoch_batches(lengths, 16, seed=1)
    assert sorted(np.concatenate(batches).tolist()) == list(range(1000))
    assert max(len(batch) for batch in batches) == 16


def test_a_tie_is_not_found() -> None:
    similarity = np.array([[0.9, 0.9, 0.1], [0.2, 0.5, 0.1], [0.3, 0.2, 0.1]], dtype=np.float32)
    assert success(similarity, np.array([0, 1, 2])) == pytest.approx(1 / 3)


def test_the_same_weights_are_the_same_files(base: EncoderBase, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        write_encoder(tmp_path / folder, base.model, base.tokenizer)
    for name in ("model.onnx", "tokenizer.json", "manifest.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
