"""The reader's training, on a language of thirty words: what it learns from, and that it learns."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from tiny import ARABIC, ENGLISH, sentences, tiny_reader_base, write_data

from assistant.readers.onnx_spans import load_bundled
from assistant.readers.spans import best_span
from assistant.training.__main__ import main
from assistant.training.code_switching import BilingualLexicon
from assistant.training.dev import in_torch
from assistant.training.network import SpanSample, join, span_loss
from assistant.training.recipe import ReaderRecipe, ReaderTraining, Round, Run
from assistant.training.samples import SpanQuestion, SwitchRates, Tokens, batch, cropped, human_questions
from assistant.training.synthetic_questions import cloze
from assistant.training.vocabulary import make_tokenizer, places_in
from index.training.__main__ import main as train_encoder
from index.training.data import Pair
from index.training.loop import Schedule

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


def test_questions_made_from_a_sentence() -> None:
    text = (
        "ولد العالم أحمد زويل في مدينة دمنهور عام 1946 ودرس الكيمياء في جامعة الإسكندرية قبل سفره إلى أمريكا."
    )
    made = [cloze(text, np.random.default_rng(seed)) for seed in range(60)]
    answers = {text[start:end]: question for question, start, end in filter(None, made)}
    assert {"1946", "دمنهور"} <= answers.keys()
    assert answers["1946"].split()[0] in ("متى", "في")
    for answer, question in answers.items():
        assert f" {answer} " not in f" {question.rstrip('؟')} "
        assert question.endswith("؟")


def test_no_number_is_torn_and_names_are_asked_for_by_what_they_are() -> None:
    text = (
        "بلغ عدد سكان المدينة 137,660 نسمة في تعداد 1994م. وفي 16 يوليو 2003 أعلن يوسف الشاهد في متحف اللوفر"
        " عن 22 مدرسة بكلفة 3.5 مليون دولار، وحضر 45 % من السكان حفل الافتتاح الكبير."
    )
    answers: dict[str, set[str]] = {}
    for seed in range(400):
        if made := cloze(text, np.random.default_rng(seed)):
            question, start, end = made
            answers.setdefault(text[start:end], set()).add(question)
            around = text[max(0, start - 1) : start] + text[end : end + 1]
            assert not (text[start].isdigit() and any(letter.isdigit() or letter == "," for letter in around))
    assert {"137,660 نسمة", "22", "45 %", "اللوفر"} <= answers.keys()
    assert any("المتحف الذي" in question for question in answers["اللوفر"])
    assert all(question.startswith("من") and "أعلن" in question for question in answers["يوسف الشاهد"])


def test_words_are_swapped_for_those_they_stand_for(lexicon: BilingualLexicon) -> None:
    chance = np.random.default_rng(1)
    translated = dict(zip(ENGLISH, ARABIC, strict=True))
    swapped = lexicon.to_arabic("Who: RIVER, city?  unheard", chance, 1.0)
    assert swapped == f"Who: {translated['river']}, {translated['city']}?  unheard"
    assert lexicon.to_english("نَهر؟", chance, 1.0) == "river؟"
    assert lexicon.to_arabic("river city", chance, 0.0) == "river city"


def test_a_swapped_passage_keeps_its_answer(lexicon: BilingualLexicon) -> None:
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
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ReaderTraining, list[str]]:
    folder = tmp_path_factory.mktemp("reader")
    write_data(folder / "data")
    schedule = Schedule(60, 2e-3, warm_up=5, fall=0.5)
    first, second, third = (
        Run(name, seed, schedule, swapped, (0.6, 0.15, 0.15, 0.1), lengths=(20,), frozen=frozen)
        for name, seed, swapped, frozen in (
            ("first", 1, (0.3, 0.3), 0),
            ("second", 2, (0.0, 0.0), 0),
            ("third", 3, (0.3, 0.0), 1),
        )
    )
    recipe = ReaderRecipe((Round((first, second)), Round((third,), start=0.5)), tokens=300)
    lines: list[str] = []
    training = ReaderTraining(tiny_reader_base(), folder / "data", folder / "out", recipe, lines.append)
    training.run()
    return folder, training, lines


def test_training_learns_and_goes_on(trained: tuple[Path, ReaderTraining, list[str]]) -> None:
    folder, training, _ = trained
    for run in ("first", "second"):  # the third begins where they end
        steps = [json.loads(line) for line in (folder / f"out/{run}.jsonl").read_text("utf-8").splitlines()]
        assert steps[-1]["span"] < steps[0]["span"]
    before = (folder / "out/reader/model.onnx").read_bytes()
    training.run()  # it is finished: nothing is trained again
    assert (folder / "out/reader/model.onnx").read_bytes() == before
    kept = places_in(training.base.pieces, training.tokenizer)
    bodies = training.network().body, training.base.model
    words, before = (body.embeddings.word_embeddings.weight for body in bodies)
    assert torch.equal(words, before[kept])  # as they were
    assert load_bundled(folder / "out/reader").read("who?", [""])


def test_a_round_goes_on_from_the_mean_of_the_one_before(
    trained: tuple[Path, ReaderTraining, list[str]],
) -> None:
    folder, training, _ = trained
    shipped = training.network().state_dict()
    first, second, third = (
        torch.load(folder / f"out/{run}.pt", weights_only=True)["model"]
        for run in ("first", "second", "third")
    )
    assert not torch.equal(first["spans.weight"], second["spans.weight"])
    for name, weight in third.items():
        still = name == "passage" or "embeddings" in name or ".layer.0." in name
        start = (first[name] + second[name]) / 2
        assert torch.allclose(weight, start, atol=1e-7) == still, name
        assert torch.allclose(shipped[name], (weight + 0.5 * start) / 1.5, atol=1e-6), name


def test_the_shipped_form_reads_as_the_network_does(trained: tuple[Path, ReaderTraining, list[str]]) -> None:
    folder, training, _ = trained
    text = "river city king book war sea. tree house school bread sun moon."
    [windows] = load_bundled(folder / "out/reader").read("what king?", [text])
    [expected] = in_torch(training.network(), training.tokenizer).read("what king?", [text])
    for one, other in zip(windows, expected, strict=True):
        assert np.allclose(one.start_logits, other.start_logits, atol=0.5)
        assert np.allclose(one.end_logits, other.end_logits, atol=0.5)
    assert best_span(windows, 0, len(text)) is not None


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
