"""Models of transformers that tell entailment, made here, in place of the bundled network."""

from pathlib import Path
from typing import Any

import pytest
import torch
from checkpoints import make_bert
from click.testing import CliRunner
from lindham import LINDHAM, hits
from transformers import AutoTokenizer, BertForSequenceClassification, BertModel

from assistant.cli import main
from assistant.question import understand
from assistant.readers import reader_of
from assistant.settings import Settings
from assistant.support import SupportCheck
from assistant.support.entailment import ReadClaim
from assistant.support.hub import HubEntailment
from index.errors import ModelUnavailable

NLI = ("contradiction", "entailment", "neutral")
CLAIM = ReadClaim("It is long.", "Canals", (("The canal is long.", True), ("It rained.", False)))


def made(folder: Path, labels: tuple[str, ...]) -> Path:
    """A network of noise with these labels."""

    def judge(config: Any) -> BertForSequenceClassification:
        config.id2label = dict(enumerate(labels))
        config.label2id = {label: place for place, label in enumerate(labels)}
        return BertForSequenceClassification(config)

    return make_bert(folder, judge)  # type: ignore[arg-type]


def test_entailment_is_taken_against_the_other_labels(tmp_path: Path) -> None:
    folder = made(tmp_path / "nli", NLI)
    [odds] = HubEntailment(str(folder)).log_odds([CLAIM])
    model = BertForSequenceClassification.from_pretrained(folder).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    text = "Canals\nThe canal is long. It rained."
    with torch.inference_mode():
        likely = model(**tokenizer(text, CLAIM.claim, return_tensors="pt")).logits[0].softmax(0)[1]
    assert odds == pytest.approx(float(torch.logit(likely)), abs=1e-4)


def test_one_number_is_that_of_the_supported(tmp_path: Path) -> None:
    network = HubEntailment(str(made(tmp_path / "one", ("LABEL_0",))))
    one, other = network.log_odds([CLAIM, ReadClaim("?", "", (("No.", True),))])
    assert one != other


def test_long_texts_are_cut(tmp_path: Path) -> None:
    network = HubEntailment(str(made(tmp_path / "nli", NLI)))
    long = "Stone and water. " * 120
    assert len(network.log_odds([ReadClaim(long, long, ((long, True),))])) == 1


def test_the_model_decides_in_place_of_the_fitted_weights(tmp_path: Path) -> None:
    check = SupportCheck(str(made(tmp_path / "nli", NLI)))
    passages = [hit.passage for hit in hits("canal", "council")]
    asked = understand("How long is the canal?")
    found = check.check("It is 31 kilometres long.", passages, LINDHAM, asked)
    assert found.supported == (found.score >= 0.5)
    assert found.evidence
    assert not check.check("It is 37 kilometres long.", passages, LINDHAM, asked).supported


def test_answers_that_another_model_checked_are_told_apart(tmp_path: Path) -> None:
    endpoint: dict[str, Any] = {"reader": "llm", "llm_url": "http://127.0.0.1:9/v1", "llm_model": "m"}
    bundled = reader_of(Settings(**endpoint)).fingerprint
    other = reader_of(Settings(**endpoint, llm_support=str(made(tmp_path / "nli", NLI)))).fingerprint
    assert bundled != other
    assert bundled.startswith("llm-m-")


def test_what_tells_no_entailment_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="none of its labels is called entailment: good, bad"):
        HubEntailment(str(made(tmp_path / "mood", ("good", "bad"))))
    with pytest.raises(ModelUnavailable, match="it was not trained to judge: it has no classifier"):
        HubEntailment(str(make_bert(tmp_path / "bare", BertModel)))


def test_a_model_that_is_not_there_is_told_in_one_line(tmp_path: Path) -> None:
    library, article = tmp_path / "library", tmp_path / "a.md"
    article.write_text("# Canal\n\nThe canal of Lindham is 31 kilometres long.\n", encoding="utf-8")
    run = CliRunner()
    assert run.invoke(main, ["index", "build", str(article), "--library", str(library)]).exit_code == 0
    asked = ["ask", "How long is the canal of Lindham?", "--library", str(library), "--reader", "llm"]
    asked += ["--llm-url", "http://127.0.0.1:9/v1", "--llm-model", "m", "--llm-support", str(tmp_path / "no")]
    done = run.invoke(main, asked)
    assert done.exit_code != 0
    assert "--llm-support bundled" in done.output
    assert len(done.output.strip().splitlines()) == 1
