"""The reader's training, on a language of thirty words: what it learns from, and that it learns."""

import json
from collections.abc import Sequence
from functools import partial
from itertools import product
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from lindham import Seen
from tiny import ARABIC, ENGLISH, sentences, tiny_bert, tiny_reader_base, write_data

from assistant.readers.spans import Window, best_span
from assistant.readers.spans.bundled import load_bundled
from assistant.training import dev
from assistant.training.__main__ import main
from assistant.training.network import SpanNetwork, SpanSample, join, span_loss
from assistant.training.recipe import ReaderRecipe, ReaderTraining, Round, Run
from assistant.training.samples import SpanQuestion, SwitchRates, Tokens, batch, cropped, human_questions
from index.training.__main__ import main as train_encoder
from index.training.alignment import BilingualLexicon
from index.training.data import Pair
from index.training.loop import Schedule
from index.training.vocabulary import make_tokenizer, places_in

SAMPLES = st.builds(
    lambda length, place, width: SpanSample([1], list(range(length)), *_inside(length, place, width)),
    st.integers(1, 60),
    st.integers(-1, 59),
    st.integers(0, 9),
)


def _inside(length: int, place: int, width: int) -> tuple[int, int]:
    return (place, min(length - 1, place + width)) if 0 <= place < length else (-1, -1)


@given(SAMPLES, st.integers(1, 40), st.integers(0, 99))
def test_a_cut_passage_keeps_its_answer(sample: SpanSample, most: int, seed: int) -> None:
    cut = cropped(sample, most, np.random.default_rng(seed))
    if cut is None:
        assert sample.end - sample.start + 1 > most
        return
    assert len(cut.passage) <= most
    assert (cut.start < 0) == (sample.start < 0)
    if sample.start >= 0:
        assert list(cut.passage[cut.start : cut.end + 1]) == list(range(sample.start, sample.end + 1))


def test_words_are_switched_for_those_they_stand_for(lexicon: BilingualLexicon) -> None:
    chance = np.random.default_rng(1)
    translated = dict(zip(ENGLISH, ARABIC, strict=True))
    switched = lexicon.to_arabic("Who: RIVER, city?  unheard", chance, 1.0)
    assert switched == f"Who: {translated['river']}, {translated['city']}?  unheard"
    assert lexicon.to_english("نَهر؟", chance, 1.0) == "river؟"
    assert lexicon.to_arabic("river city", chance, 0.0) == "river city"


def test_a_switched_passage_keeps_its_answer(lexicon: BilingualLexicon) -> None:
    tokenizer = make_tokenizer(tiny_reader_base().pieces[4:])
    tokens = Tokens(tokenizer)
    text = "river city king book war sea tree"
    asked = [SpanQuestion("what king?", text, 11, 20, ["sun moon"])]  # "king book"
    draw = human_questions(asked, tokens, SwitchRates(lexicon.to_arabic, 0.5, 1.0), negatives=1.0)
    wanted = {"king": ARABIC[ENGLISH.index("king")], "book": ARABIC[ENGLISH.index("book")]}
    seen = set()
    for seed in range(40):
        sample, miss = draw(np.random.default_rng(seed), 30)
        answer = sample.passage[sample.start : sample.end + 1]
        said = [tokenizer.id_to_token(piece).removeprefix("▁") for piece in answer]
        assert [word in pair for word, pair in zip(said, wanted.items(), strict=True)] == [True, True]
        assert miss.start == miss.end == -1
        seen.add(tuple(said))
    assert len(seen) > 1


def test_the_loss_is_that_of_the_right_tokens() -> None:
    samples = [SpanSample([5], [7, 8, 9], 1, 2), SpanSample([5, 6], [7], -1, -1)]
    ids, mask, passage = join([(sample.question, sample.passage) for sample in samples], 2, 3)
    assert ids.tolist() == [[2, 5, 3, 7, 8, 9, 3], [2, 5, 6, 3, 7, 3, 0]]
    assert mask.sum(1).tolist() == [7, 6]
    logits = torch.zeros(2, 7, 2)
    logits[0, 4, 0] = logits[0, 5, 1] = logits[1, 0, 0] = logits[1, 0, 1] = 50.0
    assert float(span_loss(logits, samples, passage)) == pytest.approx(0, abs=1e-6)
    logits[:, [1, 2, 6]] = 99.0  # the question, special tokens and padding are no place for an answer
    assert float(span_loss(logits, [samples[0]] * 2, passage[[0, 0]])) > 1
    assert float(span_loss(logits[:1], samples[:1], passage[:1])) == pytest.approx(0, abs=1e-6)


@pytest.fixture(scope="module")
def lexicon() -> BilingualLexicon:
    return BilingualLexicon([Pair(*texts) for texts in sentences(300, seed=1)])


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> ReaderTraining:
    folder = tmp_path_factory.mktemp("reader")
    write_data(folder / "data")
    schedule = Schedule(60, 2e-3, warm_up=5, fall=0.5)
    run = partial(Run, schedule=schedule, shares=(0.6, 0.15, 0.15, 0.1), lengths=(20,))
    first = run("first", 1, switched=(0.3, 0.3))
    second = run("second", 2, switched=(0.0, 0.0))
    third = run("third", 3, switched=(0.3, 0.0), frozen=1)
    recipe = ReaderRecipe((Round((first, second)), Round((third,), start=0.5)), tokens=300)
    training = ReaderTraining(tiny_reader_base(), folder / "data", folder / "out", recipe, print)
    training.run()
    return training


def test_training_learns_and_goes_on(trained: ReaderTraining) -> None:
    for run in ("first", "second"):  # the third begins where they end
        steps = [json.loads(line) for line in (trained.out / f"{run}.jsonl").read_text("utf-8").splitlines()]
        assert steps[-1]["span"] < steps[0]["span"]
    before = (trained.out / "reader/model.onnx").read_bytes()
    trained.run()  # it is finished: nothing is trained again
    assert (trained.out / "reader/model.onnx").read_bytes() == before
    kept = places_in(trained.base.pieces, trained.tokenizer)
    bodies = trained.network().body, trained.base.model
    words, before = (body.embeddings.word_embeddings.weight for body in bodies)
    assert torch.equal(words, before[kept])  # as they were
    assert load_bundled(trained.out / "reader").read("who?", [""])


def test_a_round_goes_on_from_the_mean_of_the_one_before(trained: ReaderTraining) -> None:
    shipped = trained.network().state_dict()
    first, second, third = (
        torch.load(trained.out / f"{run}.pt", weights_only=True)["model"]
        for run in ("first", "second", "third")
    )
    assert not torch.equal(first["spans.weight"], second["spans.weight"])
    for name, weight in third.items():
        still = name == "passage" or "embeddings" in name or ".layer.0." in name
        start = (first[name] + second[name]) / 2
        assert torch.allclose(weight, start, atol=1e-7) == still, name
        assert torch.allclose(shipped[name], (weight + 0.5 * start) / 1.5, atol=1e-6), name


def test_the_shipped_form_reads_as_the_network_does(trained: ReaderTraining) -> None:
    text = "river city king book war sea. tree house school bread sun moon."
    [windows] = load_bundled(trained.out / "reader").read("what king?", [text])
    [expected] = dev.in_torch(trained.network(), trained.tokenizer).read("what king?", [text])
    for one, other in zip(windows, expected, strict=True):
        assert np.allclose(one.start_logits, other.start_logits, atol=0.5)
        assert np.allclose(one.end_logits, other.end_logits, atol=0.5)
    assert best_span(windows, 0, len(text)) is not None


def test_a_network_is_scored_by_the_words_of_its_best_spans(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It sees the answer in English, in Arabic something else; questions meet paragraphs by their ids."""
    said = {"en": ("Who?", "river city king.", "king"), "ar": ("من؟", "نهر مدينة ملك.", "ملك")}
    heard = set()

    class Listening(Seen):
        def read(self, question: str, texts: Sequence[str]) -> list[list[Window]]:
            heard.add((question, *texts))
            return super().read(question, texts)

    for a, b in product(said, said):
        text, answer = said[b][1:]
        answers = [{"text": answer, "answer_start": text.index(answer)}]
        for name, asked in ((f"xquad-dev.{b}", b), (f"mlqa-dev.context-{b}.question-{a}", a)):
            qas = [{"id": "1", "question": said[asked][0], "answers": answers}]
            data = {"data": [{"paragraphs": [{"context": text, "qas": qas}]}]}
            (tmp_path / f"{name}.json").write_text(json.dumps(data), encoding="utf-8")
    monkeypatch.setattr(dev, "in_torch", lambda network, tokenizer: Listening("king", "مدينة"))
    scores = dev.span_scores(tmp_path, make_tokenizer([]))(SpanNetwork(tiny_bert(9)))
    ways = {"": 0.5, " en->en": 1.0, " ar->ar": 0.0, " en->ar": 0.0, " ar->en": 1.0}
    assert scores == {f"{name}{way}": score for name in ("xquad", "mlqa") for way, score in ways.items()}
    assert heard == {(a[0], b[1]) for a in said.values() for b in said.values()}


def test_a_batch_is_as_large_as_it_may_be() -> None:
    def draw(chance: np.random.Generator, most: int) -> list[SpanSample]:
        sample = SpanSample([1, 2], list(range(int(chance.integers(5, 90)))), -1, -1)
        return [cut for cut in [cropped(sample, most, chance)] if cut]

    made = batch([(1.0, draw)], 400, (10, 30), np.random.default_rng(1))
    longest = max(len(sample.passage) for sample in made)
    assert longest <= 30
    assert 400 <= len(made) * (longest + 5) < 400 + longest + 5


def test_tokens_of_a_range_of_characters() -> None:
    tokens = Tokens(make_tokenizer(tiny_reader_base().pieces[4:]))
    found = tokens.span("king book war", 5, 9)
    assert found is not None
    ids, start, end = found
    assert (start, end) == (1, 1)
    assert ids == tokens.ids("king book war")
    assert tokens.span("king   book", 4, 7) is None


def test_a_folder_without_the_data_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "qa").mkdir()
    lacks = f"{tmp_path} lacks parallel/, lexical/, mono/: give the folder that has them"
    options = ["--data", str(tmp_path), "--out", str(tmp_path / "out")]
    result = CliRunner().invoke(main, ["spans", *options])
    assert (result.exit_code, result.output) == (1, f"Error: {lacks}\n")
    for arguments in (options, ["lexicon", *options[:2]]):
        result = CliRunner().invoke(train_encoder, arguments)
        assert (result.exit_code, result.output) == (1, f"Error: {lacks}\n")
    assert not (tmp_path / "out").exists()
