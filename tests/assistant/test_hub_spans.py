"""Another reader by one flag: question-answering checkpoints of transformers, made here."""

import json
import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from time import sleep
from typing import Any

import numpy as np
import pytest
import torch
from checkpoints import (
    BERT,
    CANAL,
    LONG,
    MAKERS,
    TEXTS,
    gpt2,
    make_bert,
    make_pieces,
    save,
)
from click.testing import CliRunner
from transformers import (
    BertForQuestionAnswering,
    BertModel,
    CanineConfig,
    CanineForQuestionAnswering,
    CanineTokenizer,
    GPT2ForQuestionAnswering,
)

from assistant.cli import main
from assistant.readers.spans import SpanModel, best_span, load_span_model
from assistant.readers.spans.hub import HubSpanModel, _without_spaces
from index.articles import make_article
from index.embedders import HashingEmbedder
from index.errors import ModelUnavailable
from index.library import Library


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_bert(tmp_path_factory.mktemp("hub") / "tiny-qa")


@pytest.fixture(scope="module", params=[*MAKERS, "bundled"])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> SpanModel:
    if request.param == "bundled":
        return load_span_model()
    return load_span_model(str(MAKERS[request.param](tmp_path_factory.mktemp("hub") / request.param)))


def test_every_letter_is_read(model: SpanModel) -> None:
    for text, windows in zip(TEXTS, model.read("When was it opened?", TEXTS), strict=True):
        assert windows
        ranges = [pair for window in windows for pair in zip(window.starts, window.ends, strict=True)]
        read = {place for start, end in ranges for place in range(start, end)}
        unread = {letter for place, letter in enumerate(text) if place not in read and letter.isalnum()}
        assert unread <= set("ال")  # the article is dropped before Arabic is cut into pieces


def test_ranges_are_words_without_the_space_before_them(model: SpanModel) -> None:
    [[window]] = model.read("When?", [CANAL])
    pieces = [CANAL[start:end] for start, end in zip(window.starts, window.ends, strict=True)]
    assert "".join(pieces) == CANAL.replace(" ", "")
    assert pieces[0] == CANAL[: len(pieces[0])]


def test_long_texts_are_windows_that_overlap(model: SpanModel) -> None:
    [windows] = model.read("When?", [LONG])
    assert len(windows) > 1
    assert windows[0].starts[0] == 0
    assert windows[-1].ends[-1] == len(LONG.rstrip())
    for one, other in pairwise(windows):
        assert other.starts[0] < one.ends[-1] < other.ends[-1]


def test_alone_as_in_company(model: SpanModel) -> None:
    tolerance = 1e-4 if isinstance(model, HubSpanModel) else 0.5  # the bundled model's last 8-bit step
    for text, windows in zip(TEXTS, model.read("When?", TEXTS), strict=True):
        [alone] = model.read("When?", [text])
        assert [window.starts.tolist() for window in alone] == [window.starts.tolist() for window in windows]
        for one, other in zip(alone, windows, strict=True):
            np.testing.assert_allclose(one.start_logits, other.start_logits, atol=tolerance)
            np.testing.assert_allclose(one.end_logits, other.end_logits, atol=tolerance)
            assert one.none == pytest.approx(other.none, abs=2 * tolerance)


def test_no_texts_and_an_endless_question(model: SpanModel) -> None:
    assert list(model.read("When?", [])) == []
    [windows] = model.read("why " * 500, [LONG])
    assert best_span(windows, 0, len(LONG)) is not None
    assert windows[-1].ends[-1] == len(LONG.rstrip())


def test_one_thread_at_a_time_is_in_the_tokenizer(folder: Path) -> None:
    """It keeps how it cuts from one call to the next; two at once would now and then cut each other's way."""
    reader = HubSpanModel(str(folder))
    tokenizer, inside, seen = reader._tokenizer, [0], []

    class Watched:
        def __getattr__(self, name: str) -> Any:
            return getattr(tokenizer, name)

        def __call__(self, *texts: Any, **settings: Any) -> Any:
            inside[0] += 1
            seen.append(inside[0])
            sleep(0.01)
            done = tokenizer(*texts, **settings)
            inside[0] -= 1
            return done

    reader._tokenizer = Watched()
    with ThreadPoolExecutor(4) as threads:
        list(threads.map(lambda question: reader.read(question, [CANAL]), ["When?"] * 8))
    assert seen == [1] * 16


@pytest.mark.parametrize(("kind", "null"), [("bert", 0), ("roberta", 0), ("xlnet", -1)])
def test_the_logits_are_the_model_s_own(kind: str, null: int, tmp_path: Path) -> None:
    """And "no answer" is where the checkpoint was taught it: the first token, XLNet's last."""
    made = MAKERS[kind](tmp_path / kind)
    reader = HubSpanModel(str(made))
    [[window], _] = reader.read("When?", [CANAL, LONG])  # LONG: so that there is padding to pass over
    encoded = reader._tokenizer("When?", CANAL, return_tensors="pt")
    with torch.no_grad():
        out = reader._model(**encoded)
    start, end = out.start_logits[0].numpy(), out.end_logits[0].numpy()
    text = np.array([side == 1 for side in encoded.sequence_ids(0)])
    np.testing.assert_allclose(window.start_logits, start[text], atol=1e-4)
    np.testing.assert_allclose(window.end_logits, end[text], atol=1e-4)
    assert window.none == pytest.approx(start[null] + end[null], abs=1e-4)


def test_a_token_of_nothing_but_space_is_empty() -> None:
    starts, ends = _without_spaces("a  b ", np.array([0, 1, 1, 4]), np.array([1, 5, 3, 5]))
    assert list(zip(starts.tolist(), ends.tolist(), strict=True)) == [(0, 1), (3, 4), (1, 1), (4, 4)]


@pytest.mark.parametrize("what", ["weights", "config", "tokenizer"])
def test_a_fingerprint_changes_with_what_matters(what: str, folder: Path, tmp_path: Path) -> None:
    other = tmp_path / folder.name
    other.mkdir()
    for file in folder.iterdir():
        (other / file.name).write_bytes(file.read_bytes())
    first = HubSpanModel(str(folder)).fingerprint
    assert first == HubSpanModel(str(other)).fingerprint
    if what == "weights":
        changed = BertForQuestionAnswering.from_pretrained(other)
        with torch.no_grad():
            changed.qa_outputs.bias += 1
        changed.save_pretrained(other)
    else:
        name, old, new = {
            "config": ("config.json", '"hidden_act": "gelu"', '"hidden_act": "relu"'),
            "tokenizer": ("tokenizer.json", "-8.0", "-7.0"),
        }[what]
        before = (other / name).read_text("utf-8")
        assert old in before
        (other / name).write_text(before.replace(old, new), "utf-8")
    assert first != HubSpanModel(str(other)).fingerprint


def unfit(kind: str, folder: Path) -> Path:
    if kind == "slow":
        return save(folder, CanineForQuestionAnswering(CanineConfig(**BERT)), CanineTokenizer())
    if kind == "damaged":
        (make_bert(folder) / "model.safetensors").write_bytes(b"other")
    if kind == "headless":
        make_bert(folder, BertModel)
    if kind == "nowhere":
        make_pieces(folder, "$A $B", GPT2ForQuestionAnswering, gpt2)
    return folder


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("missing", "."),
        ("damaged", "."),
        ("slow", "no fast tokenizer"),
        ("headless", "not trained to answer: it has no qa_outputs"),
        ("nowhere", 'stands for "no answer"'),
    ],
)
def test_what_cannot_read_is_one_line(
    kind: str, reason: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    made = unfit(kind, tmp_path / kind)
    capfd.readouterr()
    with pytest.raises(
        ModelUnavailable, match=rf"{kind}' cannot be loaded.*{reason}.*--reader bundled"
    ) as problem:
        load_span_model(str(made))
    assert "\n" not in str(problem.value)
    assert "LOAD REPORT" not in capfd.readouterr().err  # transformers' own table of what is missing


@pytest.fixture
def library(tmp_path: Path) -> Path:
    library = Library.create(tmp_path / "library", HashingEmbedder())
    library.build([make_article(id="canal", title="Canal", text=CANAL, source="/canal.txt")])
    return tmp_path / "library"


def test_the_flag_takes_it_on_the_command_line(folder: Path, library: Path, tmp_path: Path) -> None:
    asked = ["ask", "When was the canal opened?", "--library", str(library)]
    done = CliRunner().invoke(main, [*asked, "--threshold", "0", "--json", "--reader", str(folder)])
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["answer"] in CANAL

    nothing = str(tmp_path / "nothing")
    for arguments, environment in (([*asked, "--reader", nothing], {}), (asked, {"MAJLIS_READER": nothing})):
        failed = CliRunner().invoke(main, arguments, env=environment)
        assert failed.exit_code == 1
        assert failed.stderr.startswith(f"majlis: The reader {nothing!r} cannot be loaded")
        assert failed.stderr.count("\n") == 1


def test_a_hub_that_is_not_there_is_asked_once(library: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from assistant.cli import main; main()"]
    asked = ["ask", "When was the canal opened?", "--library", str(library), "--reader", "nosuch"]
    environment = {"HF_HOME": str(tmp_path / "hub"), "HF_ENDPOINT": "http://127.0.0.1:1"}
    done = subprocess.run([*command, *asked], env=os.environ | environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert re.fullmatch(r"majlis: The reader 'nosuch' cannot be loaded \(.*refused\); give .*\n", done.stderr)


def test_an_evaluation_says_which_reader_it_measured(folder: Path, tmp_path: Path) -> None:
    answers = [{"text": "1874", "answer_start": CANAL.index("1874")}]
    asked = {"id": "1", "question": "When was the canal opened?", "answers": answers}
    file = tmp_path / "toy.json"
    data = [{"title": "Canal", "paragraphs": [{"context": CANAL, "qas": [asked]}]}]
    file.write_text(json.dumps({"data": data}), "utf-8")
    arguments = ["eval", "run", str(file), "--embedder", "hashing", "--reader", str(folder), "--json"]
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.stderr
    [report] = json.loads(done.stdout)
    assert report["versions"]["reader"].startswith(HubSpanModel(str(folder)).fingerprint)
