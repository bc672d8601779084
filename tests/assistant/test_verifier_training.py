"""The verifier's training: what it learns from, where it begins, and that its files say what it says."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tiny import ARABIC, HEADS, tiny_bert, tiny_reader_base, write_data

from assistant.readers.verifier import MarkedSentence, MarkedTokens, TokenMark, Verifier
from assistant.training.export import write_reader
from assistant.training.network import SpanNetwork
from assistant.training.verifier import measure
from assistant.training.verifier.export import read_span_graph
from assistant.training.verifier.network import BEGINNING, collate_pairs, from_reader, judge_pairs
from assistant.training.verifier.pairs import PairRounds, PairSource, is_held_out, rival_of
from assistant.training.verifier.passages import AskedText, NearTexts
from assistant.training.verifier.proposals import judge, read_proposals
from assistant.training.verifier.recipe import VerifierRecipe, VerifierTraining
from assistant.training.verifier.sources import QuestionSource
from index.training.bert import weights_of
from index.training.data import QuestionSet, SquadQuestion
from index.training.loop import Schedule
from index.training.vocabulary import make_tokenizer

TEXT = "Rain fell for days. Mary Oakes opened the canal in 1874. Mary Oakes died in 1890. They sang."
ASKED = QuestionSet(
    "toy",
    ["The canal", "The mill"],
    [TEXT, "The canal froze in 1881. Boats waited.", "The mill of Mary Oakes. It burnt."],
    [0, 0, 1],
    [SquadQuestion("1", "Who opened the canal?", 0, ((20, 30),))],
)


def test_near_texts_hold_no_answer_and_the_others_hold_it_where_they_say() -> None:
    near = NearTexts(ASKED)
    for seed in range(20):
        texts = list(near.texts(near.questions[0], "Who?", 2, np.random.default_rng(seed)))
        assert [text.variant for text in texts][:3] == ["answer", "without", "article"]
        for text in texts:
            said = [text.text[slice(*at)] for at in text.ranges]
            assert said == (["Mary Oakes"] if text.variant == "answer" else [])
            assert text.variant == "answer" or "Mary Oakes" not in text.text
        assert texts[1].text == "Rain fell for days. They sang."
        assert texts[2].title == "The canal"


@pytest.mark.parametrize(
    ("words", "sentence", "right"),
    [
        ("Mary Oakes", 1, True),
        ("Oakes", 1, True),  # F1 of two thirds
        ("Mary Oakes opened the canal", 1, True),  # it contains the answer
        ("the canal", 1, False),
        ("1874", 1, False),
        ("They sang", 3, False),
        ("Mary Oakes", 2, None),  # the answer's words, but in another sentence
        ("Mary Oakes opened the canal in 1874. Mary Oakes died in 1890", 1, None),  # much too long
    ],
)
def test_a_span_is_right_wrong_or_unclear(words: str, sentence: int, right: bool | None) -> None:
    asked = AskedText("answer", "Who?", "", TEXT, ("Mary Oakes",), ((20, 30),))
    sentences = [(0, 19), (20, 56), (57, 81), (82, 92)]
    start = TEXT.index(words, sentences[sentence][0])
    assert judge(asked, (start, start + len(words)), sentences[sentence]) is right


def test_a_rival_is_another_part_of_the_same_kind() -> None:
    text = "In 1874 Mary Oakes met John Hill, and in 1890 she died at 62."
    for answer, others in (("1874", {"1890", "62"}), ("Mary Oakes", {"John Hill"})):
        start = text.index(answer)
        one = MarkedSentence("", "", text, "", start, start + len(answer))
        rivals = [rival_of(one, np.random.default_rng(seed)) for seed in range(30)]
        assert {rival.text[rival.start : rival.end] for rival in rivals if rival} == others
    assert rival_of(MarkedSentence("", "", "1874", "", 0, 4), np.random.default_rng(1)) is None


@given(st.lists(st.tuples(st.integers(0, 6), st.booleans()), min_size=2))
def test_the_area_counts_pairs(drawn: list[tuple[int, bool]]) -> None:
    values, right = (np.array(column) for column in zip(*drawn, strict=True))
    pairs = [(a > b) + (a == b) / 2 for a in values[right] for b in values[~right]]
    area = measure.area_under_curve(values.astype(float), right)
    assert np.isnan(area) if not pairs else area == pytest.approx(np.mean(pairs))


def test_separation_by_hand() -> None:
    answers = [measure.JudgedAnswer(0, 0, one > 4, one in (1, 6)) for one in range(10)]
    answers[6] = measure.JudgedAnswer(0, 0, False, True)
    found = measure.separation(np.arange(10.0), answers)  # right: 5, 7, 8, 9
    assert found.area == pytest.approx((5 + 3 * 6) / 24)
    assert found.near == 0.5  # nine tenths of the right lie above 5.6, of the near misses 6 does
    assert found.sure == 0.75


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A reader of noise with six layers, as files."""
    folder = tmp_path_factory.mktemp("reader")
    tokenizer = make_tokenizer(tiny_reader_base().pieces[4:])
    torch.manual_seed(1)
    network = SpanNetwork(tiny_bert(tokenizer.get_vocab_size(), layers=6))
    torch.nn.init.normal_(network.passage, std=0.1)
    write_reader(folder, network, tokenizer)
    return folder


def test_it_begins_as_the_readers_log_odds(reader: Path) -> None:
    weights = read_span_graph((reader / "model.onnx").read_bytes())
    network = from_reader(weights, HEADS)
    span = SpanNetwork(network.body)
    span.passage.data, span.spans.weight.data = network.passage, torch.tensor(weights["spans.weight"])
    ids = torch.tensor([[2, 7, 8, 3, 9, 10, 11, 12, 3]])
    marks = torch.tensor([[7, 0, 0, 0, 2, 4, 5, 1, 0]])
    mask = torch.ones_like(ids).bool()
    with torch.inference_mode():
        logits = span(ids, mask, (marks > 0) & (marks < 7))[0]
        odds = logits[5, 0] + logits[6, 1] - logits[0].sum()
        assert float(network(ids, mask, marks)) == pytest.approx(BEGINNING * float(odds), abs=0.02)


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, reader: Path) -> VerifierTraining:
    folder = tmp_path_factory.mktemp("verifier")
    write_data(folder / "data")
    schedule = Schedule(40, 1e-3, warm_up=5, fall=0.5, words_rate=1e-2)
    shares = {"toy": (0.5, 0.2), "arcd_toy": (0.5, 0.0)}
    recipe = VerifierRecipe(questions=40, size=8, heads=HEADS, schedule=schedule, shares=shares)
    training = VerifierTraining(folder / "data", folder / "out", recipe, print, reader)
    training.run()
    return training


def test_it_learns_and_goes_on(trained: VerifierTraining) -> None:
    steps = [json.loads(line) for line in (trained.out / "verifier.jsonl").read_text("utf-8").splitlines()]
    assert steps[-1]["answers"] < steps[0]["answers"]
    lines = trained.proposals.read_bytes()
    before = (trained.out / "verifier/manifest.json").read_bytes()
    trained.proposals.write_bytes(lines[: len(lines) // 2])  # cut off in a line
    trained.run()
    assert trained.proposals.read_bytes() == lines
    assert (trained.out / "verifier/manifest.json").read_bytes() == before
    start = from_reader(read_span_graph((trained.reader / "model.onnx").read_bytes()), HEADS)
    after = weights_of(trained.network())
    for name, weight in weights_of(start).items():
        still = name == "passage" or "embeddings" in name or any(f".layer.{n}." in name for n in range(4))
        assert np.array_equal(after[name], weight) == still, name


def test_the_shipped_form_judges_as_the_network_does(trained: VerifierTraining) -> None:
    verifier, tokens = Verifier(trained.out / "verifier"), MarkedTokens(trained.tokenizer)
    network = trained.network()
    asked = [one for one in read_proposals(trained.proposals) if one.proposals][:20]
    for one in asked:
        sentences = [proposal.marked for proposal in one.proposals]
        pairs = [tokens.pair(tokens.question(one.question), sentence) for sentence in sentences]
        rounds = PairRounds([], trained.tokenizer, 8, 1)
        made = [rounds.pair(PairSource(one.question, it, True, 1.0), Titled()) for it in sentences]  # type: ignore[arg-type]
        assert [(pair.ids, pair.marks) for pair in made] == pairs
        expected = judge_pairs(network, made)
        assert np.allclose(verifier.scores(one.question, sentences), expected, atol=0.5)


class Titled:
    """A chance by which titles stay."""

    def random(self) -> float:
        return 1.0


def test_a_padded_batch_judges_as_each_alone(reader: Path) -> None:
    network = from_reader(read_span_graph((reader / "model.onnx").read_bytes()), HEADS)
    torch.nn.init.normal_(network.marks)
    rounds = PairRounds([], make_tokenizer(tiny_reader_base().pieces[4:]), 8, 1)
    texts = ("river city king.", "book war sea tree house school bread sun moon door.")
    sources = [PairSource("what king?", MarkedSentence("", "", it, "", 0, 4), True, 1.0) for it in texts]
    pairs = [rounds.pair(one, np.random.default_rng(1)) for one in sources]
    together = judge_pairs(network, pairs)
    with torch.inference_mode():
        alone = [float(network(*collate_pairs([pair]))) for pair in pairs]
    assert np.allclose(together, alone, atol=1e-4)


def test_every_round_shows_every_pair_once() -> None:
    texts = [f"river {'king ' * number}sea." for number in range(1, 30)]
    sources = [PairSource("what king?", MarkedSentence("", "", text, "", 0, 5), True, 1.0) for text in texts]
    rounds = PairRounds(sources, make_tokenizer(tiny_reader_base().pieces[4:]), 4, 1)
    shown = [len(pair.ids) for step in range(8) for pair in rounds.step(step)]
    assert sorted(shown) == sorted(len(rounds.pair(one, np.random.default_rng(1)).ids) for one in sources)
    assert [pair.ids for pair in rounds.step(3)] == [pair.ids for pair in rounds.step(3)]


def test_a_tenth_of_the_groups_is_held_out() -> None:
    assert sum(is_held_out(f"set article {number}") for number in range(2_000)) == pytest.approx(200, abs=40)


def test_marks_are_numbered_as_the_tables_are() -> None:
    assert [mark.value for mark in TokenMark] == list(range(8))


def test_a_number_is_the_same_question_and_sets_come_in_their_shares(tmp_path: Path) -> None:
    write_data(tmp_path)
    shares = {"toy": (0.75, 1.0), "arcd_toy": (0.25, 0.0)}
    first, second = (QuestionSource(tmp_path, 1, shares) for _ in range(2))
    drawn = [first.draw(number) for number in range(40)]
    assert [second.draw(number) for number in reversed(range(40))] == drawn[::-1]
    assert [one.source for one in drawn].count("toy") == pytest.approx(30, abs=2)
    for one in drawn:
        switched = any(word in one.texts[0].question for word in ARABIC)
        in_arabic = any(word in one.texts[0].text for word in ARABIC)
        assert (switched, in_arabic) == (True, one.source == "arcd_toy")
