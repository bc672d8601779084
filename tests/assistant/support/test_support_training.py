"""The training of the support check's network: what it learns from, and that its files say what it says."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from tiny import HEADS, sentences, tiny_bert, tiny_reader_base, write_data

from assistant.support.entailment import Entailment
from assistant.training.rounds import LengthRounds
from assistant.training.support.quotes import quoted
from assistant.training.support.recipe import SupportRecipe, SupportTraining, from_verifier, read_claim
from assistant.training.support.translations import question_pairs, translated_pairs
from assistant.training.verifier.export import read_verifier_graph, write_verifier
from assistant.training.verifier.network import JudgedPair, VerifierNetwork, judge_pairs
from eval.support import HELD_OUT, read_sentences
from index.articles import make_article
from index.errors import ModelUnavailable
from index.training.bert import weights_of
from index.training.data import parallel_texts
from index.training.loop import Schedule
from index.training.vocabulary import make_tokenizer


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A verifier of noise, data of the tiny language, and statements over its passages."""
    place = tmp_path_factory.mktemp("support")
    write_data(place / "data")
    tokenizer = make_tokenizer(tiny_reader_base().pieces[4:])
    body = tiny_bert(tokenizer.get_vocab_size(), layers=6)
    torch.manual_seed(1)
    network = VerifierNetwork(body, torch.randn(64) / 10, torch.zeros(2, 64))
    torch.nn.init.normal_(network.marks, std=0.1)
    write_verifier(place / "verifier", network, tokenizer, {})
    lines = []
    for seed in range(2 * HELD_OUT):
        said = [english for english, _ in sentences(4, seed=500 + seed)]
        other = sentences(1, seed=900 + seed)[0][0]
        statements = [
            {"text": said[1], "supported": True, "kind": "verbatim"},
            {"text": other, "supported": False, "kind": "addition"},
        ]
        lines.append(json.dumps({"title": "river", "text": " ".join(said), "statements": statements}))
    (place / "passages.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def trained(folder: Path) -> SupportTraining:
    stage = Schedule(12, rate=1e-3, warm_up=2, fall=0.5)
    recipe = SupportRecipe(heads=HEADS, translations=stage, together=8, statements=stage, size=8)
    training = SupportTraining(
        folder / "data", folder, folder / "out", recipe, print, verifier=folder / "verifier"
    )
    training.run()
    return training


def test_a_run_that_is_over_gives_the_same_files(trained: SupportTraining) -> None:
    manifest = trained.out / "entailment_model" / "manifest.json"
    before = manifest.read_bytes()
    trained.run()
    assert manifest.read_bytes() == before
    made_by = json.loads(before)["made_by"]
    assert sorted(made_by["data"]) == ["parallel/toy.jsonl.xz", "qa/q2q_ar_train.jsonl.xz"]


def test_the_words_and_the_lowest_layers_stay_the_verifiers(trained: SupportTraining) -> None:
    start = from_verifier(read_verifier_graph((trained.verifier / "model.onnx").read_bytes()), HEADS)
    after = weights_of(trained.network())
    for name, weight in weights_of(start).items():
        still = name == "passage" or "embeddings" in name or any(f".layer.{n}." in name for n in range(4))
        assert np.array_equal(after[name], weight) == still, name


def test_the_shipped_form_says_what_the_network_does(trained: SupportTraining) -> None:
    written = read_sentences(trained.sentences, "passages")
    read = [read_claim(one) for one in written]
    pairs = [JudgedPair(*trained._tokens.pair(one), True) for one in read]
    expected = judge_pairs(trained.network(), pairs)
    shipped = Entailment(trained.out / "entailment_model", trained.verifier)
    assert np.allclose(shipped.log_odds(read), expected, atol=0.3)
    sizes = [
        (place / "model.onnx").stat().st_size
        for place in (trained.verifier, trained.out / "entailment_model")
    ]
    assert sizes[1] < 0.8 * sizes[0]  # what is the verifier's is left out


def test_it_is_not_run_beside_another_verifier(trained: SupportTraining) -> None:
    with pytest.raises(ModelUnavailable, match="is not for that in"):
        Entailment(trained.out / "entailment_model")


def test_a_tenth_of_the_passages_is_held_out(folder: Path) -> None:
    held_out, learnt = (read_sentences(folder, half) for half in ("passages", "training"))
    assert (len(held_out), len(learnt)) == (4, 36)
    assert not {one.article.text for one in held_out} & {one.article.text for one in learnt}


def test_a_sentence_stands_beside_its_translation_or_beside_another(folder: Path) -> None:
    own = {one: pair for pair in parallel_texts(folder / "data")["toy"] for one in pair}
    supported = []
    for read, right in translated_pairs(folder / "data", seed=1):
        [chosen] = [text for text, chosen in read.sentences if chosen]
        assert (own[chosen] == own[read.claim]) == right
        if not right:
            assert all(text not in own[read.claim] for text, _ in read.sentences)
        supported.append(right)
    assert supported[::2] == [True] * (len(supported) // 2)
    assert supported[1::2] == [False] * (len(supported) // 2)
    assert len(supported) > 100


def test_questions_that_mean_the_same_are_told(folder: Path) -> None:
    [(read, same)] = question_pairs(folder / "data")
    assert same
    assert read.claim != read.sentences[0][0]


def test_every_round_shows_every_place_once() -> None:
    rounds = LengthRounds([5, 3, 8, 1, 1, 9, 2], 3, seed=1)
    shown = [place for step in range(3) for place in rounds.step(step)[0]]
    assert sorted(shown) == [*range(7)]
    assert rounds.step(1)[0] == rounds.step(1)[0]


def test_the_articles_own_words_are_supported_and_with_another_figure_or_name_not() -> None:
    text = "Mary Oakes opened the canal of Lindham in 1874. It cost 90,000 pounds. Nobody came."
    article = make_article(id="1", title="", text=text, source="")
    found = [one for seed in range(20) for one in quoted(article, np.random.default_rng(seed))]
    for one in found:
        if one.kind == "verbatim":
            assert one.sentence in text
        elif one.kind == "joined":
            assert one.sentence.replace("; ", ". ") in text
        else:
            assert one.sentence not in text
        assert one.supported == (one.kind != "changed")
    assert any("1874 pounds" in one.sentence for one in found)
    assert any("90,000." in one.sentence for one in found)
