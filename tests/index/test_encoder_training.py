"""Training, end to end, on a language of thirty words."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tiny import ARABIC, ENGLISH, HEADS, sentences, tiny_bert, tiny_encoder, tiny_reader_base, write_data
from transformers import BertModel

from index.embedders.hashing import HashingEmbedder
from index.embedders.onnx_encoder import OnnxEncoder
from index.training.alignment import BilingualLexicon
from index.training.bert import collate, text_vectors, weights_of
from index.training.contrastive import (
    ASKING,
    GROUP,
    PairSwitcher,
    TextPair,
    contrast,
    draw_batch,
    paragraph_groups,
    question_groups,
    translation_groups,
)
from index.training.data import Pair, parallel_pairs, parallel_texts, question_sets
from index.training.evaluation import dev_scores, success
from index.training.export import write_encoder
from index.training.graph import build_graph, read_graph
from index.training.loop import Losses, Schedule, train
from index.training.recipe import EncoderRecipe, EncoderTraining
from index.training.vocabulary import places_in

RECIPE = EncoderRecipe(
    least=1,
    schedule=Schedule(steps=60, rate=3e-3, warm_up=5, fall=0.3),
    frozen=1,
    size=32,
    shares=(0.1, 0.1, 0.1, 0.0, 0.7),
    trained=0.8,
)
WORDS = "embeddings.word_embeddings.weight"


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> EncoderTraining:
    folder = tmp_path_factory.mktemp("training")
    write_data(folder / "data")
    training = EncoderTraining(tiny_reader_base(), folder / "data", folder / "out", RECIPE, print)
    training.run()
    return training


def across(embed_texts: Callable[[list[str]], NDArray[np.float32]], count: int = 40) -> float:
    """How many of some new Arabic sentences find their English translation."""
    english, arabic = (embed_texts(list(side)) for side in zip(*sentences(count, seed=999), strict=True))
    return success(np.asarray(arabic @ english.T), np.arange(count))


def test_training_brings_the_languages_together(finished: EncoderTraining, tmp_path: Path) -> None:
    model, tokenizer = finished._untrained(), finished.tokenizer
    write_encoder(tmp_path, model, tokenizer)
    before = across(OnnxEncoder(tmp_path).embed_questions)
    after = across(OnnxEncoder(finished.out / "encoder").embed_questions)
    assert before < 0.2
    assert after > 0.8
    lines = (finished.out / "contrastive.jsonl").read_text("utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    assert records[-1]["found"] < records[0]["found"]


def test_what_is_shipped_is_the_mean_of_the_trained_and_the_base(finished: EncoderTraining) -> None:
    base = finished._untrained().state_dict()
    trained = torch.load(finished.out / "contrastive.pt", weights_only=True)["model"]
    mean = finished.averaged(RECIPE.trained).state_dict()
    kept = places_in(finished.base.pieces, finished.tokenizer)
    assert torch.equal(base[WORDS], finished.base.model.state_dict()[WORDS][kept])
    for name, weight in trained.items():
        still = "embeddings" in name or ".layer.0." in name
        assert torch.equal(weight, base[name]) == still, name
        assert torch.allclose(mean[name], 0.8 * weight + 0.2 * base[name], atol=1e-6), name
    shipped = read_graph((finished.out / "encoder" / "model.onnx").read_bytes())
    name = "encoder.layer.1.output.dense.weight"
    assert np.abs(shipped[name] - mean[name].numpy()).max() <= float(mean[name].abs().max()) / 126 + 1e-6


def test_the_manifest_says_what_made_the_encoder(finished: EncoderTraining) -> None:
    manifest = json.loads((finished.out / "encoder" / "manifest.json").read_text("utf-8"))
    stored = (finished.data / "parallel/toy.jsonl.xz").read_bytes()
    assert manifest["data"]["parallel/toy.jsonl.xz"]["sha256"] == hashlib.sha256(stored).hexdigest()
    assert manifest["data"].keys() == {
        path.relative_to(finished.data).as_posix() for path in finished.data.rglob("*.xz")
    }
    assert manifest["recipe"]["schedule"]["steps"] == 60
    recipe = json.dumps(manifest["recipe"], sort_keys=True).encode()
    assert manifest["recipe_sha256"] == hashlib.sha256(recipe).hexdigest()
    assert manifest["versions"]["torch"] == torch.__version__


def test_a_finished_run_is_not_made_again(finished: EncoderTraining) -> None:
    before = (finished.out / "encoder" / "model.onnx").read_bytes()
    lines: list[str] = []
    EncoderTraining(finished.base, finished.data, finished.out, RECIPE, lines.append).run()
    assert not any("steps/s" in line for line in lines)
    assert (finished.out / "encoder" / "model.onnx").read_bytes() == before


def test_a_question_s_passage_holds_its_answer_and_stands_among_its_neighbours(tmp_path: Path) -> None:
    write_data(tmp_path)
    read = question_sets(tmp_path)
    lexicon = BilingualLexicon([Pair(*texts) for texts in sentences(300, seed=1)])
    group = question_groups(read, PairSwitcher(lexicon.to_arabic, 0.0, 0.0))
    for seed in range(20):
        made = group(np.random.default_rng(seed))
        articles = set()
        for question, passage in made:
            [(one, asked)] = [
                (a, q)
                for a in read
                for q in a.questions
                if q.text == question and a.paragraphs[q.paragraph].endswith(passage)
            ]
            start, end = asked.answers[0]
            assert one.paragraphs[asked.paragraph][start:end] in passage
            articles.add((one.name, one.articles[asked.paragraph]))
        assert len(articles) == 1
        assert 1 < len(made) <= GROUP


def test_switched_words_are_the_other_language_s(tmp_path: Path) -> None:
    lexicon = BilingualLexicon([Pair(*texts) for texts in sentences(300, seed=1)])
    switched = PairSwitcher(lexicon.to_arabic, 1.0, 0.0)
    pair = TextPair(" ".join(ENGLISH), "river city")
    made = [switched(pair, np.random.default_rng(seed)) for seed in range(10)]
    assert all(one.passage == "river city" for one in made)
    for one in made:
        words = one.question.split()
        assert all(word in both for word, both in zip(words, zip(ENGLISH, ARABIC, strict=True), strict=True))
        assert len(set(words) & set(ARABIC)) >= 10  # .6 of thirty at least are meant to be


def test_a_sentence_finds_its_translation_either_way(tmp_path: Path) -> None:
    write_data(tmp_path)
    pairs = parallel_texts(tmp_path)["toy"]
    group = translation_groups({"toy": pairs, "nothing": []})
    sides = set()
    for seed in range(20):
        for question, passage in group(np.random.default_rng(seed)):
            side = int(question.split()[0].strip(".") in ARABIC)
            sides.add(side)
            assert any(question in pair[side] and passage.startswith(pair[1 - side]) for pair in pairs)
    assert sides == {0, 1}


def test_a_wikipedia_question_is_made_of_its_paragraph(tmp_path: Path) -> None:
    paragraphs = [" ".join(arabic for _, arabic in sentences(4, seed=seed)) for seed in range(9)]
    lexicon = BilingualLexicon([Pair(*texts) for texts in sentences(300, seed=1)])
    asking = {word for words in ASKING for word in words.split()}
    group = paragraph_groups(paragraphs, PairSwitcher(lexicon.to_english, 0.0, 0.0))
    for seed in range(20):
        for question, passage in group(np.random.default_rng(seed)):
            [whole] = [paragraph for paragraph in paragraphs if paragraph.endswith(passage)]
            said = set(question.removesuffix("؟").split()) - asking
            assert said
            assert said <= set(whole.split())


@given(st.integers(0, 99), st.integers(1, 40))
def test_a_batch_has_no_text_twice(seed: int, size: int) -> None:
    def group(chance: np.random.Generator) -> list[TextPair]:
        return [TextPair(f"q{a}", f"p{b}") for a, b in chance.integers(0, 200, (GROUP, 2))]

    batch = draw_batch([(1.0, group), (0.5, group)], size, np.random.default_rng(seed))
    assert len(batch) == size
    assert len({pair.question for pair in batch}) == len({pair.passage for pair in batch}) == size


def test_the_contrast_is_the_cross_entropy_of_the_counterpart() -> None:
    questions, passages = torch.eye(3), torch.eye(3)[[0, 1, 1]]
    rows = np.array([[50, 0, 0], [0, 50, 50], [0, 0, 0]], dtype=float)
    expected = np.mean([np.log(np.exp(row).sum()) - row[place] for place, row in enumerate(rows)])
    assert float(contrast(questions, passages)) == pytest.approx(expected, abs=1e-5)


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


def test_the_graph_computes_what_the_model_computes() -> None:
    model, tokenizer = tiny_encoder()
    texts = [tokenizer.encode(english).ids for english, _ in sentences(12, seed=5)] + [[2, 3]]
    ids, mask = collate(texts)
    with torch.inference_mode():
        expected = text_vectors(model, ids, mask).numpy()
        alone = [text_vectors(model, *collate([text])).numpy()[0] for text in texts]
    np.testing.assert_allclose(expected, alone, atol=1e-5)  # what is masked changes nothing
    for small, least in ((False, 0.99999), (True, 0.995)):
        graph = build_graph(weights_of(model), heads=HEADS, small=small)
        inputs = {"ids": ids.int().numpy(), "mask": mask.int().numpy()}
        [found] = onnxruntime.InferenceSession(graph).run(None, inputs)
        assert (found * expected).sum(axis=1).min() > least
        assert small or np.abs(found - expected).max() < 1e-5


def test_weights_come_back_out_of_the_graph() -> None:
    model, _ = tiny_encoder()
    weights = weights_of(model)
    back = read_graph(build_graph(weights, heads=HEADS))
    kind = "embeddings.token_type_embeddings.weight"
    position = "embeddings.position_embeddings.weight"
    assert back.keys() == weights.keys()
    for name, tensor in weights.items():
        if name not in (kind, position):
            steps = 7 if name == WORDS else 126  # at the far end of a block of 4 bits a whole step is lost
            assert np.abs(back[name] - tensor).max() <= np.abs(tensor).max() / steps, name
    np.testing.assert_allclose(back[position] + back[kind][0], weights[position] + weights[kind][0])
    again = read_graph(build_graph(back, heads=HEADS))
    np.testing.assert_array_equal(again[WORDS], back[WORDS])  # what is in blocks stays as it is


def test_pairs_come_once_and_in_the_seed_s_order(tmp_path: Path) -> None:
    write_data(tmp_path)
    pairs = parallel_pairs(tmp_path, seed=4)
    assert pairs == parallel_pairs(tmp_path, seed=4)
    assert len(set(pairs)) == len(pairs) == 300
    assert pairs != parallel_pairs(tmp_path, seed=5)


def test_a_tie_is_not_found() -> None:
    similarity = np.array([[0.9, 0.9, 0.1], [0.2, 0.5, 0.1], [0.3, 0.2, 0.1]], dtype=np.float32)
    assert success(similarity, np.array([0, 1, 2])) == pytest.approx(1 / 3)


def test_the_same_weights_are_the_same_files(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        write_encoder(tmp_path / folder, *tiny_encoder())
    for name in ("model.onnx", "tokenizer.json", "manifest.json"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
