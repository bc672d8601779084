"""How well a network reads, the paragraph that answers given: F1 of the words of its best span.

``majlis eval run`` measures the reader, whose evidence may choose another sentence than the best span's.
"""

from collections.abc import Callable
from pathlib import Path
from statistics import fmean
from typing import NamedTuple

import torch
from tokenizers import Tokenizer

from assistant.question import Question, understand
from assistant.readers.spans import Logits, SpanModel, best_span
from assistant.readers.spans.bundled import EncodedSpanModel, Inputs
from assistant.readers.wording import answer_range
from assistant.training.examples import spread
from assistant.training.network import SpanNetwork
from eval.measures.answers import f1
from index.training.data import read_squad
from index.training.evaluation import DIRECTIONS, by_id, mlqa_file, xquad_file


class DevQuestion(NamedTuple):
    """A question, the paragraph that answers it in a language, and the answers."""

    question: Question
    paragraph: str
    language: str
    answers: list[str]

    def f1(self, model: SpanModel) -> float:
        """That of the words that are said for the model's best span."""
        whole = 0, len(self.paragraph)
        [windows] = model.read(self.question.text, [self.paragraph])
        span = best_span(windows, *whole)
        if span is None:
            return 0.0
        start, end = answer_range(self.question, self.paragraph, (span.start, span.end), whole)
        return f1(self.paragraph[start:end], self.answers, self.language)


def span_scores(
    folder: Path, tokenizer: Tokenizer, asked: int = 140
) -> Callable[[SpanNetwork], dict[str, float]]:
    """F1 of a network on the XQuAD and MLQA files, by ``"xquad en->ar"`` and so on, and the means.

    At most ``asked`` questions of each direction.
    """
    sets: dict[str, dict[str, list[DevQuestion]]] = {"xquad": {}, "mlqa": {}}
    for a, b in DIRECTIONS:
        xquad, mlqa = (xquad_file(folder, a), xquad_file(folder, b)), mlqa_file(folder, a, b)
        sets["xquad"][f"xquad {a}->{b}"] = _questions(*xquad, b, asked)
        sets["mlqa"][f"mlqa {a}->{b}"] = _questions(mlqa, mlqa, b, asked)

    def evaluate(network: SpanNetwork) -> dict[str, float]:
        model = in_torch(network, tokenizer)
        scores: dict[str, float] = {}
        for name, directions in sets.items():
            found = {way: fmean(one.f1(model) for one in asked) for way, asked in directions.items()}
            scores |= {name: fmean(found.values())} | found
        return scores

    return evaluate


def _questions(asked: Path, answering: Path, language: str, count: int) -> list[DevQuestion]:
    """The questions of a file over the paragraphs that answer those of the same ids in another."""
    read = read_squad(answering)
    texts = {one.id: one.text for one in read_squad(asked).questions}
    questions = by_id(read)
    return [
        DevQuestion(
            understand(texts[one.id]),
            paragraph := read.paragraphs[one.paragraph],
            language,
            [paragraph[start:end] for start, end in one.answers],
        )
        for one in (questions[place] for place in spread(len(questions), count))
    ]


def in_torch(network: SpanNetwork, tokenizer: Tokenizer) -> EncodedSpanModel:
    """A network in training as a model that reads."""

    def run(one: Inputs) -> Logits:
        with torch.inference_mode(), torch.autocast("cpu", torch.bfloat16):
            tokens = torch.tensor(one["ids"]).long()
            logits = network(tokens, torch.ones_like(tokens).bool(), torch.tensor(one["passage"]).bool())
        read: Logits = logits.float().numpy()
        return read

    return EncodedSpanModel(tokenizer, lambda inputs: map(run, inputs), "in training")
