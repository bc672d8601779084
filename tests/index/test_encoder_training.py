"""Training, end to end, on a language of thirty words."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from tiny import ARABIC, ENGLISH, HEADS, sentences, tiny_base, tiny_bert, write_data
from tokenizers import Tokenizer
from transformers import BertModel

from index.embedders import HashingEmbedder
from index.embedders.onnx_encoder import OnnxEncoder
from index.training.bert import EncoderBase, collate, embed, make_bert, text_vectors, weights_of
from index.training.data import parallel_pairs
from index.training.distillation import epoch_batches
from index.training.evaluation import dev_scores, success
from index.training.export import write_encoder
from index.training.graph import build_graph, read_graph
from index.training.loop import Schedule, train
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
def finished(
    base: EncoderBase, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, EncoderTraining, list[str]]:
    folder = tmp_path_factory.mktemp("training")
    write_data(folder / "data")
    lines: list[str] = []
    training = EncoderTraining(base, folder / "data", folder / "out", RECIPE, lines.append, None)
    training.run()
    return folder, training, lines


def across(embed_texts: object, count: int = 40) -> float:
    """How many of some new Arabic sentences find their English translation."""
    pairs = sentences(count, seed=999)
    english, arabic = (embed_texts([pair[side] for pair in pairs]) for side in (0, 1))  # type: ignore[operator]
    return success(np.asarray(arabic @ english.T), np.arange(count))


def test_alignment_finds_every_translation(finished: tuple[Path, EncoderTraining, list[str]]) -> None:
    _, training, _ = finished
    _, links = training._start()
    for english, arabic in zip(ENGLISH, ARABIC, strict=True):
        [piece] = training.tokenizer.encode(arabic, add_special_tokens=False).ids
        row = links[[piece]].toarray()[0]
        assert training.tokenizer.id_to_token(int(row.argmax())) == english


def test_sentences_cross_the_languages_after_alignment_and_after_training(
    finished: tuple[Path, EncoderTraining, list[str]], base: EncoderBase
) -> None:
    folder, training, _ = finished
    started, _ = training._start()
    assert across(lambda texts: embed(started, training._ids(texts)).numpy()) > 0.8
    assert across(OnnxEncoder(folder / "out" / "encoder").embed_questions) > 0.9


def test_training_scores_the_windows_that_serving_embeds(
    finished: tuple[Path, EncoderTraining, list[str]], base: EncoderBase
) -> None:
    folder, training, _ = finished
    served = OnnxEncoder(folder / "out" / "encoder")
    weights = read_graph((folder / "out" / "encoder" / "model.onnx").read_bytes())
    model = make_bert(weights, HEADS)
    texts = [" ".join(words * times) for words in (ENGLISH, ARABIC) for times in (1, 3, 7)] + [""]
    found, expected = training._windows(model, texts), served.embed_passages(texts)
    assert len(found.owners) > len(texts)
    np.testing.assert_array_equal(found.owners, expected.owners)
    assert (found.vectors * expected.vectors).sum(axis=1).min() > 0.99


def test_a_paragraph_is_found_by_its_best_window(tmp_path: Path) -> None:
    """The answer to the first question is one window of a paragraph whose mean is far from it."""
    far = " ".join(ENGLISH[10:22])
    paragraphs = [f"{far} ship market doctor letter", "ship market doctor house"]
    entries = [
        {"context": text, "qas": [{"id": asked, "question": asked, "answers": [answer]}]}
        for text, asked in zip(paragraphs, ["ship market doctor letter", "house"], strict=True)
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


def test_distillation_comes_nearer(finished: tuple[Path, EncoderTraining, list[str]]) -> None:
    _, _, lines = finished
    [first] = [line for line in lines if line.startswith("distil 25/30")]
    [last] = [line for line in lines if line.startswith("distil 30/30")]
    far = [float(line.split("'arabic far': ")[1].split(",")[0]) for line in (first, last)]
    assert far[1] < far[0]


def test_a_finished_run_is_not_made_again(
    finished: tuple[Path, EncoderTraining, list[str]], base: EncoderBase
) -> None:
    folder, _, _ = finished
    before = (folder / "out" / "encoder" / "model.onnx").read_bytes()
    lines: list[str] = []
    EncoderTraining(base, folder / "data", folder / "out", RECIPE, lines.append, None).run()
    assert not any("steps/s" in line for line in lines)
    assert (folder / "out" / "encoder" / "model.onnx").read_bytes() == before


def test_a_run_that_was_cut_off_ends_where_it_would_have_ended(tmp_path: Path) -> None:
    def losses(model: BertModel, stop: int) -> object:
        def at(step: int) -> dict[str, torch.Tensor]:
            if step == stop:
                raise KeyboardInterrupt
            ids = torch.randint(5, 30, (4, 6), generator=torch.Generator().manual_seed(step))
            return {"spread": text_vectors(model, ids, torch.ones(4, 6, dtype=torch.bool)).sum()}

        return at

    def run(folder: Path, stop: int) -> BertModel:
        model = tiny_bert(40, width=32, layers=1)
        folder.mkdir(exist_ok=True)
        train(
            model,
            lambda: losses(model, stop),  # type: ignore[arg-type, return-value]
            Schedule(steps=12, rate=1e-3, words_rate=1e-3, warm_up=2, fall=0.5),
            table=model.embeddings.word_embeddings.weight,
            words=torch.arange(20, 40),
            folder=folder,
            stage="try",
            log=lambda line: None,
            save_every=5,
        )
        return model

    whole = run(tmp_path / "whole", stop=-1)
    with pytest.raises(KeyboardInterrupt):
        run(tmp_path / "cut", stop=7)
    resumed = run(tmp_path / "cut", stop=-1)
    for name, tensor in whole.state_dict().items():
        torch.testing.assert_close(tensor, resumed.state_dict()[name], msg=name)
    # rows that are not words to train stay as they were
    untouched, table = (
        model.embeddings.word_embeddings.weight for model in (tiny_bert(40, width=32, layers=1), whole)
    )
    assert torch.equal(table[:20], untouched[:20])
    assert not torch.equal(table[20:], untouched[20:])


def test_the_graph_computes_what_the_model_computes(base: EncoderBase, tmp_path: Path) -> None:
    import onnxruntime

    texts = [base.tokenizer.encode(english).ids for english, _ in sentences(12, seed=5)] + [[2, 3]]
    ids, mask = collate(texts)
    with torch.inference_mode():
        expected = text_vectors(base.model, ids, mask).numpy()
    inputs = {"ids": ids.int().numpy(), "mask": mask.int().numpy()}
    for int8, least in ((False, 0.99999), (True, 0.999)):
        graph = build_graph(weights_of(base.model), heads=HEADS, int8=int8)
        session = onnxruntime.InferenceSession(graph)
        [found] = session.run(None, inputs)
        assert (found * expected).sum(axis=1).min() > least


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
    tokenizer: Tokenizer = extend_tokenizer(base.tokenizer, [" ".join(ARABIC)] * 3, 200)
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


def test_the_written_encoder_vouches_for_its_files(base: EncoderBase, tmp_path: Path) -> None:
    for folder in ("one", "two"):
        write_encoder(tmp_path / folder, base.model, base.tokenizer)
    for name in ("model.onnx", "tokenizer.json", "manifest.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
