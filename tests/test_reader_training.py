"""The reader's training, on a language of thirty words: what it learns from, and that it learns."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse
from test_encoder_training import RECIPE as ENCODER_RECIPE
from tiny import HEADS, tiny_base, write_data

from assistant.bundled import load_bundled
from assistant.spans import best_span
from assistant.training.dev import in_torch
from assistant.training.distillation import ParallelPassages, taught_loss
from assistant.training.export import write_reader
from assistant.training.made import AlignedQuestions, cloze
from assistant.training.model import Original, Sample, join, span_loss
from assistant.training.recipe import Recipe, Stage, Training
from assistant.training.samples import Tokens, batch, crop, shake
from index.errors import UserError
from index.training.data import Pair
from index.training.loop import Schedule
from index.training.recipe import Training as EncoderTraining

SAMPLES = st.builds(
    lambda length, place, width: Sample([1], list(range(length)), *_inside(length, place, width)),
    st.integers(1, 60),
    st.integers(-1, 59),
    st.integers(0, 9),
)


def _inside(length: int, place: int, width: int) -> tuple[int, int]:
    return (place, min(length - 1, place + width)) if 0 <= place < length else (-1, -1)


@given(SAMPLES, st.integers(1, 40), st.integers(0, 99))
def test_a_cut_passage_keeps_its_answer(sample: Sample, most: int, seed: int) -> None:
    made = crop([sample], most, np.random.default_rng(seed))
    if not made:
        assert sample.end - sample.start + 1 > most
        return
    [cut] = made
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


@given(SAMPLES, st.lists(st.booleans(), min_size=60, max_size=60), st.floats(0, 5), st.integers(0, 99))
def test_shaken_words_stay_whole(sample: Sample, inside: list[bool], reach: float, seed: int) -> None:
    goes_on = np.array(inside)
    sample = replace(sample, original=Original([1], sample.passage, range(len(sample.passage))))
    shaken = shake(sample, goes_on, reach, np.random.default_rng(seed))
    assert shaken.original is not None
    assert list(shaken.original.order) == shaken.passage
    assert sorted(shaken.passage) == list(sample.passage)
    answer = slice(sample.start, sample.end + 1) if sample.start >= 0 else slice(0)
    assert list(shaken.passage[shaken.start : shaken.end + 1] if shaken.start >= 0 else []) == list(
        sample.passage[answer]
    )
    edges = {sample.start, sample.end + 1} if sample.start >= 0 else set()
    for piece in sample.passage[1:]:  # pieces are their own places here
        if goes_on[piece] and piece not in edges:
            assert shaken.passage.index(piece) == shaken.passage.index(piece - 1) + 1
    if reach < 1:
        assert shaken.passage == list(sample.passage)


def test_questions_across_a_pair() -> None:
    """Pieces 10 to 19 of one language stand for 20 to 29 of the other."""
    links = sparse.csr_array((np.ones(10), (np.arange(20, 30), np.arange(10, 20))), shape=(30, 30))
    ask = AlignedQuestions(links, np.zeros(30, dtype=bool), np.zeros(30, dtype=bool))
    for seed in range(20):
        asked, told = list(range(10, 20)), list(range(20, 30))
        made = ask(asked, told, np.random.default_rng(seed))
        assert made is not None
        question, start, end = made
        answer = {piece - 10 for piece in told[start : end + 1]}
        assert not answer & set(question)
    assert ask([1, 2, 3, 4, 5], [6, 7, 8], np.random.default_rng(0)) is None


def test_the_loss_is_that_of_the_right_tokens() -> None:
    samples = [Sample([5], [7, 8, 9], 1, 2), Sample([5, 6], [7], -1, -1)]
    ids, mask, passage = join([(sample.question, sample.passage) for sample in samples], 2, 3)
    assert ids.tolist() == [[2, 5, 3, 7, 8, 9, 3], [2, 5, 6, 3, 7, 3, 0]]
    assert mask.sum(1).tolist() == [7, 6]
    logits = torch.zeros(2, 7, 2)
    logits[0, 4, 0] = logits[0, 5, 1] = logits[1, 0, 0] = logits[1, 0, 1] = 50.0
    assert float(span_loss(logits, samples, passage)) == pytest.approx(0, abs=1e-6)
    logits[:, [1, 2, 6]] = 99.0  # the question, special tokens and padding are no place for an answer
    assert float(span_loss(logits, [samples[0]] * 2, passage[[0, 0]])) > 1
    assert float(span_loss(logits[:1], samples[:1], passage[:1])) == pytest.approx(0, abs=1e-6)


def test_a_swapped_sample_is_taught_what_the_teacher_saw_before() -> None:
    """The passage 7 8 9 was moved to 9 7 8 and swapped: the teacher's odds move with it."""
    ends = 2, 3
    sample = Sample([5, 6], [17, 15, 16], 1, 2, Original([5], [7, 8, 9], [2, 0, 1]))

    class Fixed(torch.nn.Module):
        def __init__(self, logits: list[float]) -> None:
            super().__init__()
            self.logits = torch.tensor(logits)[None, :, None].repeat(1, 1, 2)

        def forward(self, *read: torch.Tensor) -> torch.Tensor:
            assert read[0].shape[1] == self.logits.shape[1]
            return self.logits

    teacher = Fixed([1.0, 50, 50, 2.0, 3.0, 4.0, 50])  # start, question, mark, 7, 8, 9, mark
    alike = Fixed([1.0, 70, 70, 70, 4.0, 2.0, 3.0, 70])
    odds = torch.tensor([1.0, 2.0, 3.0, 4.0]).softmax(0)
    entropy = float(-(odds * odds.log()).sum())

    def loss(network: Fixed, hard: float) -> float:
        return float(taught_loss(network, teacher, [sample], ends, hard))  # type: ignore[arg-type]

    assert loss(alike, 0.0) == pytest.approx(entropy, abs=1e-5)
    assert loss(Fixed([1.0, 70, 70, 70, 2.0, 3.0, 4.0, 70]), 0.0) > entropy + 0.1
    right = Fixed([1.0, 70, 70, 70, 4.0, 50.0, 3.0, 70]), Fixed([1.0, 70, 70, 70, 4.0, 2.0, 50.0, 70])
    assert np.mean([loss(one, 1.0) for one in right]) == pytest.approx((47 + 48) / 4, abs=0.01)


def test_a_network_is_where_its_teacher_is(trained: tuple[Path, Training, list[str]]) -> None:
    _, training, _ = trained
    network, tokens = training.network(), Tokens(training.tokenizer)
    ends = tuple(training.tokenizer.token_to_id(token) for token in ("[CLS]", "[SEP]"))
    size = training.tokenizer.get_vocab_size()
    pairs = [
        Pair(text, text) for text in ("river city king book war sea tree", "sun moon house school bread")
    ]
    same = ParallelPassages(pairs, [tokens.ids("who?")], sparse.csr_array((size, size)), tokens)
    chance = np.random.default_rng(1)
    assert float(same.loss(network, network, 200, ends, chance).detach()) == pytest.approx(0, abs=1e-5)  # type: ignore[arg-type]
    crossed = [Pair(pairs[0].english, "king sea river war tree city book")]
    other = ParallelPassages(crossed, [tokens.ids("who?")], sparse.csr_array((size, size)), tokens)
    assert float(other.loss(network, network, 200, ends, chance).detach()) > 0.01  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Training, list[str]]:
    folder = tmp_path_factory.mktemp("reader")
    write_data(folder / "data")
    EncoderTraining(
        tiny_base(), folder / "data", folder / "encoder", ENCODER_RECIPE, lambda _: None, None
    ).run()
    recipe = Recipe(
        heads=HEADS,
        stages=(
            Stage("first", Schedule(steps=50, rate=2e-3, words_rate=2e-3, warm_up=5, fall=0.3)),
            Stage("second", Schedule(steps=25, rate=2e-3, words_rate=2e-3, warm_up=5, fall=0.3)),
            Stage(
                "third",
                Schedule(steps=25, rate=1e-3, words_rate=1e-3, warm_up=5, fall=0.0, averaged=10),
                taught=True,
            ),
        ),
        tokens=300,
        lengths=(20,),
        pair=10,
    )
    lines: list[str] = []
    training = Training(folder / "data", folder / "encoder", folder / "out", recipe, lines.append)
    training.run()
    return folder, training, lines


def test_training_learns_and_goes_on(trained: tuple[Path, Training, list[str]]) -> None:
    folder, training, lines = trained
    steps = [json.loads(line) for line in (folder / "out/first.jsonl").read_text("utf-8").splitlines()]
    assert steps[-1]["span"] < steps[0]["span"]
    assert any(line.startswith("third 25/25") and "'parallel'" in line for line in lines)
    before = (folder / "out/reader/model.onnx").read_bytes()
    training.run()  # it is finished: nothing is trained again
    assert (folder / "out/reader/model.onnx").read_bytes() == before
    assert load_bundled(folder / "out/reader", folder / "encoder/tokenizer.json").read("who?", [""])
    with pytest.raises(UserError, match="made with another"):  # the package's tokenizer is not its own
        load_bundled(folder / "out/reader")


def test_the_shipped_form_reads_as_the_network_does(
    trained: tuple[Path, Training, list[str]], tmp_path: Path
) -> None:
    folder, training, _ = trained
    network = training.network()
    write_reader(tmp_path / "reader", network.weights(), HEADS, folder / "encoder/tokenizer.json")
    shipped = load_bundled(tmp_path / "reader", folder / "encoder/tokenizer.json")
    text = "river city king book war sea. tree house school bread sun moon."
    [windows] = shipped.read("what king?", [text])
    [expected] = in_torch(network, training.tokenizer).read("what king?", [text])
    for one, other in zip(windows, expected, strict=True):
        assert np.allclose(one.start_logits, other.start_logits, atol=0.3)
        assert np.allclose(one.end_logits, other.end_logits, atol=0.3)
    assert best_span(windows, 0, len(text)) is not None


def test_a_batch_is_as_large_as_it_may_be() -> None:
    def draw(chance: np.random.Generator, most: int) -> list[Sample]:
        return crop([Sample([1, 2], list(range(int(chance.integers(5, 90)))), -1, -1)], most, chance)

    made = batch([(1.0, draw)], 400, (10, 30), np.random.default_rng(1))
    longest = max(len(sample.passage) for sample in made)
    assert longest <= 30
    assert 400 <= len(made) * (longest + 5) < 400 + longest + 5


def test_tokens_of_a_range_of_characters(trained: tuple[Path, Training, list[str]]) -> None:
    tokens = Tokens(trained[1].tokenizer)
    found = tokens.span("king book war", 5, 9)
    assert found is not None
    ids, start, end = found
    assert (start, end) == (1, 1)
    assert ids == tokens.ids("king book war")
    assert tokens.span("king   book", 4, 7) is None
