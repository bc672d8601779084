"""From the data and a pretrained base to the reader's weights; a run that was cut off goes on.

tokenizer  tokenizer.json   the base's pieces that the texts need
samples    questions, human and made, with near misses (``samples``)
training   <run>.pt         rounds of runs: first from the base on, then from the mean of the round before
export     reader/          the mean of the last round's (Wortsman et al. 2022), as the shipped files
"""

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from tokenizers import Tokenizer

from assistant.training.base import Base
from assistant.training.dev import span_scores
from assistant.training.export import write_reader
from assistant.training.model import SpanNetwork, join, span_loss
from assistant.training.runs import ROUNDS, Round, Run
from assistant.training.samples import (
    SET_WEIGHTS,
    Asked,
    Draw,
    Swapping,
    Tokens,
    across_questions,
    ask,
    batch,
    human_questions,
    made_questions,
)
from assistant.training.swapping import Lexicon
from assistant.training.vocabulary import make_tokenizer, needed, places_in
from index.training import data as sets
from index.training.loop import Losses, train, trained
from index.training.model import Encoder

WORDS = "embeddings.word_embeddings.weight"
NOT_NAMES = ("wordnet_omw",)  # of the lexical sets


@dataclass(frozen=True, slots=True)
class Recipe:
    """The numbers of all the runs; how samples are drawn has its own, beside it."""

    rounds: tuple[Round, ...] = ROUNDS  # each goes on from the mean of the one before
    seed: int = 1  # of the order of the sentence pairs, and of the head before it learns
    least: int = 2  # times that a piece occurs in the texts, or it is left out
    tokens: int = 4_400  # of a step, padded
    near: float = 0.35  # near misses for each question


class Training:
    """One run; its files lie in ``out``."""

    def __init__(
        self,
        base: Base,
        data: Path,
        out: Path,
        recipe: Recipe,
        log: Callable[[str], None],
        dev: Path | None = None,
        asked: int = 140,
    ) -> None:
        self.base, self.data, self.out, self.recipe, self.log = base, data, out, recipe, log
        out.mkdir(parents=True, exist_ok=True)
        vocabulary = out / "tokenizer.json"
        if not vocabulary.exists():
            partial = out / "tokenizer.partial"
            made = make_tokenizer(needed(base.pieces, self._texts(), recipe.least))
            made.save(str(partial), pretty=False)
            partial.replace(vocabulary)
        self.tokenizer = Tokenizer.from_file(str(vocabulary))
        log(f"vocabulary: {self.tokenizer.get_vocab_size()} of {len(base.pieces)} pieces")
        self._evaluate = span_scores(dev, self.tokenizer, asked) if dev else None

    def run(self) -> None:
        """Trains, as far as that has not been done, and writes the shipped files."""
        network = self.network()
        write_reader(self.out / "reader", network.weights(), self.base.heads, self.tokenizer)
        self.log(f"export: {self.out / 'reader'}")

    def network(self) -> SpanNetwork:
        """The mean of the last round's networks."""
        network = self._untrained()
        for number, one in enumerate(self.recipe.rounds, start=1):
            ends = [self._trained(run, network) for run in one.runs]
            network.load_state_dict(mean(network.state_dict(), one.start, ends))
            self._score(f"mean of round {number}", network)
        return network.eval()

    def _untrained(self) -> SpanNetwork:
        words = self.base.weights[WORDS][places_in(self.base.pieces, self.tokenizer)]
        weights = self.base.weights | {WORDS: words}
        torch.manual_seed(self.recipe.seed)
        return SpanNetwork(Encoder.from_weights(weights, self.base.heads))

    def _trained(self, run: Run, start: SpanNetwork) -> dict[str, torch.Tensor]:
        """The weights that a run ends with."""
        path = self.out / f"{run.name}.pt"
        network = deepcopy(start)
        if trained(path, run.schedule.steps):
            network.load_state_dict(torch.load(path, weights_only=True)["model"])
            self._score(run.name, network)
        else:
            freeze(network, run.frozen)
            self._train(network, run)
        return network.state_dict()

    def _score(self, name: str, network: SpanNetwork) -> None:
        if self._evaluate:
            scores = self._evaluate(network.eval())
            self.log(f"{name}: { {way: round(score, 3) for way, score in scores.items()} }")

    def _train(self, network: SpanNetwork, run: Run) -> None:
        recipe, vocabulary = self.recipe, self.tokenizer.get_vocab()
        ends = vocabulary["[CLS]"], vocabulary["[SEP]"]
        sources = self._sources(run)

        def losses(step: int) -> Losses:
            chance = np.random.default_rng((run.seed, step))
            samples = batch(sources, recipe.tokens, run.lengths, chance)
            ids, mask, passage = join([(sample.question, sample.passage) for sample in samples], *ends)
            return {"span": span_loss(network(ids, mask, passage), samples, passage)}

        train(
            network,
            losses,
            run.schedule,
            folder=self.out,
            stage=run.name,
            log=self.log,
            evaluate=self._evaluate,
        )

    def _sources(self, run: Run) -> list[tuple[float, Draw]]:
        """The kinds of samples, each with its share of the draws."""
        near, tokens = self.recipe.near, Tokens(self.tokenizer)
        asked, lexicon = self._learnt
        to_arabic, to_english = lexicon.swaps
        swaps = {"en": Swapping(to_arabic, *run.swapped), "ar": Swapping(to_english, *run.swapped)}
        kinds: dict[str, list[tuple[float, Draw]]] = {"en": [], "ar": []}
        for name, questions in asked.items():
            language = "ar" if name.startswith("arcd") else "en"
            weight = len(questions) * SET_WEIGHTS.get(name, 1.0)
            kinds[language].append((weight, human_questions(questions, tokens, swaps[language], near)))
        kinds["made"] = [(1.0, made_questions(self._paragraphs, tokens, swaps["ar"], near))]
        kinds["across"] = [(1.0, across_questions(self._sentences, tokens, lexicon, near))]
        return [
            (share * weight / sum(weight for weight, _ in draws), draw)
            for share, draws in zip(run.shares, kinds.values(), strict=True)
            for weight, draw in draws
        ]

    @cached_property
    def _learnt(self) -> tuple[dict[str, list[Asked]], Lexicon]:
        """The questions by their sets, and which words stand for each other."""
        asked = {questions.name: ask(questions) for questions in self._questions}
        for name, questions in asked.items():
            self.log(f"{name}: {len(questions)} questions")
        return asked, Lexicon.learn(self._pairs, sets.lexical_pairs(self.data, NOT_NAMES))

    @cached_property
    def _questions(self) -> list[sets.QuestionSet]:
        return sets.question_sets(self.data)

    @cached_property
    def _paragraphs(self) -> list[str]:
        return sets.arabic_paragraphs(self.data)

    @cached_property
    def _sentences(self) -> dict[str, list[sets.Pair]]:
        return sets.parallel_texts(self.data)

    @cached_property
    def _pairs(self) -> list[sets.Pair]:
        return sets.parallel_pairs(self.data, self.recipe.seed)

    def _texts(self) -> list[str]:
        """What the pieces are counted in."""
        return [
            *(text for one in self._questions for text in one.paragraphs),
            *(question.text for one in self._questions for question in one.questions),
            *self._paragraphs,
            *(side for pair in self._pairs for side in pair),
        ]


def mean(
    start: dict[str, torch.Tensor], weight: float, ends: Sequence[dict[str, torch.Tensor]]
) -> dict[str, torch.Tensor]:
    """The mean of the ends' weights, each counted once, and the start's; what none changed stays exactly."""
    whole = weight + len(ends)
    return {
        name: value + torch.stack([end[name] - value for end in ends]).sum(0) / whole
        for name, value in start.items()
    }


def freeze(network: SpanNetwork, layers: int) -> None:
    """Keeps the word embeddings as they are: words that no question shows keep their place beside others.

    With ``layers``, so many of the first ones too, and all that comes before them.
    """
    network.body.words.requires_grad_(False)
    if layers:
        network.passage.requires_grad_(False)
        network.body.embeddings.requires_grad_(False)
        for layer in list(network.body.encoder["layer"].children())[:layers]:
            layer.requires_grad_(False)
