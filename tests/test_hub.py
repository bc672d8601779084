"""Another reader by one flag: a question-answering checkpoint of transformers, made here."""

from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import BertConfig, BertForQuestionAnswering, PreTrainedTokenizerFast

from assistant.answers import Answer
from assistant.hub import HubSpanModel
from assistant.pipeline import Assistant
from assistant.settings import Settings
from assistant.span_models import load_span_model
from assistant.spans import SpanModel, best_span
from index.articles import make_article
from index.embedding import BUNDLED_FOLDER, HashingEmbedder
from index.errors import ModelUnavailable
from index.library import Library

TEXTS = [
    "",
    "The canal was opened in 1874 by Mary Oakes.",
    "افتُتحت القناة عام 1874.",
    "Stone and water. " * 120,
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A BERT with random weights that reads 64 tokens at once."""
    made = tmp_path_factory.mktemp("hub") / "tiny-qa"
    torch.manual_seed(1)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(BUNDLED_FOLDER / "tokenizer.json"),
        model_max_length=64,
        **{f"{name}_token": f"[{name.upper()}]" for name in ("unk", "sep", "pad", "cls", "mask")},
    )
    from tokenizers.processors import BertProcessing

    vocabulary = tokenizer.get_vocab()
    tokenizer.backend_tokenizer.post_processor = BertProcessing(
        ("[SEP]", vocabulary["[SEP]"]), ("[CLS]", vocabulary["[CLS]"])
    )
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=66,
    )
    BertForQuestionAnswering(config).save_pretrained(made)
    tokenizer.save_pretrained(made)
    return made


@pytest.fixture(scope="module", params=["hub", "bundled"])
def model(request: pytest.FixtureRequest, folder: Path) -> SpanModel:
    return load_span_model(str(folder) if request.param == "hub" else "bundled")


def test_every_letter_is_read(model: SpanModel) -> None:
    for text, windows in zip(TEXTS, model.read("When was it opened?", TEXTS), strict=True):
        assert windows
        read = {
            place
            for window in windows
            for start, end in zip(window.starts, window.ends, strict=True)
            for place in range(start, end)
        }
        unread = {letter for place, letter in enumerate(text) if place not in read and letter.isalnum()}
        assert unread <= set("ال")  # the article is dropped before Arabic is cut into pieces


def test_alone_as_in_company(model: SpanModel) -> None:
    for text, windows in zip(TEXTS, model.read("When?", TEXTS), strict=True):
        [alone] = model.read("When?", [text])
        assert [window.starts.tolist() for window in alone] == [window.starts.tolist() for window in windows]
        for one, other in zip(alone, windows, strict=True):
            assert np.allclose(one.start_logits, other.start_logits, atol=0.5)


def test_no_texts_and_an_endless_question(model: SpanModel) -> None:
    assert model.read("When?", []) == []
    [windows] = model.read("why " * 500, [TEXTS[3]])
    assert best_span(windows, 0, len(TEXTS[3])) is not None


def test_a_fingerprint_changes_with_the_weights(folder: Path, tmp_path: Path) -> None:
    other = BertForQuestionAnswering.from_pretrained(folder)
    with torch.no_grad():
        other.qa_outputs.bias += 1
    other.save_pretrained(tmp_path / "tiny-qa")
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (tmp_path / "tiny-qa" / name).write_bytes((folder / name).read_bytes())
    first, second = HubSpanModel(str(folder)), HubSpanModel(str(tmp_path / "tiny-qa"))
    assert first.fingerprint == HubSpanModel(str(folder)).fingerprint != second.fingerprint


def test_what_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match=r"cannot be loaded.*--reader bundled") as problem:
        load_span_model(str(tmp_path / "nothing"))
    assert "\n" not in str(problem.value)


def test_it_answers_in_the_pipeline(folder: Path, tmp_path: Path) -> None:
    library = Library.create(tmp_path / "library", HashingEmbedder())
    library.build([make_article(id="canal", title="Canal", text=TEXTS[1], source="/canal.txt")])
    settings = Settings(reader=str(folder), threshold=0.0)
    answer: Answer = Assistant(library, settings).answer("When was the canal opened?")
    assert answer.text
    assert answer.text in TEXTS[1]
