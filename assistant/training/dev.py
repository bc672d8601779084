"""How well a network reads: the paragraph that answers given, the words of its best span beside the answer's.

The measure is SQuAD's F1 over folded words: near the published one, and good enough to choose between
checkpoints. ``majlis eval run`` has the published one.
"""

import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer

from assistant.bundled import EncodedSpanModel, Ids
from assistant.spans import Floats, SpanModel, best_span
from assistant.training.model import SpanNetwork
from index.analysis import terms_and_spellings

WAYS = [("en", "en"), ("ar", "ar"), ("en", "ar"), ("ar", "en")]  # question -> paragraph
EVERY = 6  # of the questions one is asked: enough to see whether it gets better


def span_scores(folder: Path, tokenizer: Tokenizer) -> Callable[[SpanNetwork], dict[str, float]]:
    """F1 by ``"en->ar"`` and so on, of a network on the XQuAD files of the folder."""
    sides = {language: _read(folder / f"xquad-dev.{language}.json") for language in ("en", "ar")}
    ids = sorted(sides["en"])[::EVERY]

    def evaluate(network: SpanNetwork) -> dict[str, float]:
        model = in_torch(network, tokenizer)
        return {
            f"{a}->{b}": sum(_f1(model, sides[a][one][0], *sides[b][one][1:]) for one in ids) / len(ids)
            for a, b in WAYS
        }

    return evaluate


def in_torch(network: SpanNetwork, tokenizer: Tokenizer) -> EncodedSpanModel:
    """A network in training as a model that reads."""

    def run(ids: Ids, mask: Ids, passage: Ids) -> Floats:
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
            logits = network(
                torch.tensor(ids).long(), torch.tensor(mask).bool(), torch.tensor(passage).bool()
            )
        read: Floats = logits.float().numpy()
        return read

    return EncodedSpanModel(tokenizer, run, "in training")


def _f1(model: SpanModel, question: str, paragraph: str, answers: list[str]) -> float:
    span = best_span(model.read(question, [paragraph])[0], 0, len(paragraph))
    said = _words(paragraph[span.start : span.end]) if span else Counter()
    return max(_overlap(said, _words(answer)) for answer in answers)


def _overlap(said: Counter[str], gold: Counter[str]) -> float:
    return 2 * (said & gold).total() / max((said.total() + gold.total()), 1)


def _words(text: str) -> Counter[str]:
    return Counter(term for term, _ in terms_and_spellings(text))


def _read(path: Path) -> dict[str, tuple[str, str, list[str]]]:
    articles: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["data"]
    return {
        str(qa["id"]): (qa["question"], paragraph["context"], [answer["text"] for answer in qa["answers"]])
        for article in articles
        for paragraph in article["paragraphs"]
        for qa in paragraph["qas"]
    }
