"""From the data and a pretrained base to the reader's weights; a run that was cut off goes on.

tokenizer  tokenizer.json   the base's pieces that the texts need
samples    questions, human and made, with hard negatives (``samples``)
training   <run>.pt         rounds of runs: first from the base on, then from the mean of the round before
export     reader/          the mean of the last round's (Wortsman et al. 2022), as the shipped files
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from tokenizers import Tokenizer

from assistant.training import samples
from assistant.training.dev import span_scores
from assistant.training.export import write_reader
from assistant.training.network import SpanNetwork, join, span_loss
from index.training import data as sets
from index.training.alignment import BilingualLexicon
from index.training.base import PretrainedBase
from index.training.loop import Log, Losses, Schedule, StateDict, mean_state, train
from index.training.vocabulary import cut_vocabulary, make_tokenizer, needed

NOT_NAMES = ("wordnet_omw",)  # of the lexical sets


@dataclass(frozen=True, slots=True)
class Run:
    """One network's training; what several learn from different draws, their mean knows best."""

    name: str
    seed: int
    schedule: Schedule
    switched: tuple[float, float]  # chances that words of a question, of a passage are
    shares: tuple[float, ...]  # of English questions, of Arabic ones, of those made from Arabic and across
    lengths: tuple[int, ...] = (96, 160, 224)  # of a passage in tokens; a step has one
    frozen: int = 0  # layers, from the first on, that stay as they are, and all before them


@dataclass(frozen=True, slots=True)
class Round:
    """Runs from one start; the round's network is the mean of their weights and the start's."""

    runs: tuple[Run, ...]
    start: float = 0.0  # the weight of the start in the mean, beside 1 of each run


def _first(
    name: str, seed: int, steps: int, warm_up: int, fall: float, switched: tuple[float, float], *shares: float
) -> Run:
    """A run from the base."""
    return Run(name, seed, Schedule(steps, rate=2e-4, warm_up=warm_up, fall=fall), switched, shares)


def _later(name: str, seed: int, steps: int, switched: tuple[float, float], *shares: float) -> Run:
    """A run from networks that read already."""
    schedule = Schedule(steps, rate=1e-4, warm_up=50, fall=0.9)
    return Run(name, seed, schedule, switched, shares, lengths=(64, 96, 160, 224), frozen=4)


ROUNDS = (
    Round(
        (
            _first("first", 1, 1450, 100, 0.552, (0.25, 0.2), 0.76, 0.07, 0.17, 0.0),
            _first("second", 2, 560, 60, 0.9, (0.2, 0.0), 0.9, 0.1, 0.0, 0.0),
            _first("third", 3, 200, 20, 1.0, (0.0, 0.0), 0.7, 0.12, 0.18, 0.0),
        )
    ),
    Round(
        (
            _later("fourth", 4, 1500, (0.35, 0.15), 0.88, 0.12, 0.0, 0.0),
            _later("fifth", 5, 1250, (0.5, 0.2), 0.78, 0.12, 0.1, 0.0),
        ),
        start=0.7,
    ),
    Round(
        (
            _later("sixth", 6, 1000, (0.35, 0.35), 0.6, 0.1, 0.05, 0.25),
            _later("seventh", 7, 1000, (0.5, 0.25), 0.65, 0.1, 0.05, 0.2),
        ),
        start=2.0,
    ),
)


@dataclass(frozen=True, slots=True)
class ReaderRecipe:
    """The numbers of all the runs; how samples are drawn has its own, beside it."""

    rounds: tuple[Round, ...] = ROUNDS  # each goes on from the mean of the one before
    seed: int = 1  # of the order of the sentence pairs, and of the head before it learns
    least: int = 2  # times that a piece occurs in the texts, or it is left out
    tokens: int = 4_400  # of a step, padded
    negatives: float = 0.35  # hard negatives for each question


class ReaderTraining:
    """One run; its files lie in ``out``."""

    def __init__(
        self,
        base: PretrainedBase,
        data: Path,
        out: Path,
        recipe: ReaderRecipe,
        log: Log,
        dev: Path | None = None,
        asked: int = 140,
    ) -> None:
        self.base, self.data, self.out, self.recipe, self.log = base, data, out, recipe, log
        out.mkdir(parents=True, exist_ok=True)
        vocabulary = out / "tokenizer.json"
        if not vocabulary.exists():
            unfinished = out / "tokenizer.partial"
            made = make_tokenizer(needed(base.pieces, sets.texts_in(*self._read), recipe.least))
            made.save(str(unfinished), pretty=False)
            unfinished.replace(vocabulary)
        self.tokenizer = Tokenizer.from_file(str(vocabulary))
        log(f"vocabulary: {self.tokenizer.get_vocab_size()} of {len(base.pieces)} pieces")
        self._evaluate = span_scores(dev, self.tokenizer, asked) if dev else None

    def run(self) -> None:
        """Trains, as far as that has not been done, and writes the shipped files."""
        write_reader(self.out / "reader", self.network(), self.tokenizer)
        self.log(f"export: {self.out / 'reader'}")

    def network(self) -> SpanNetwork:
        """The mean of the last round's networks."""
        network = self._untrained()
        for number, one in enumerate(self.recipe.rounds, start=1):
            ends = [self._trained(run, network) for run in one.runs]
            network.load_state_dict(mean_state(network.state_dict(), one.start, ends))
            if self._evaluate:
                scores = self._evaluate(network)
                shown = {direction: round(score, 3) for direction, score in scores.items()}
                self.log(f"mean of round {number}: {shown}")
        return network

    def _untrained(self) -> SpanNetwork:
        body = cut_vocabulary(self.base.model, self.base.pieces, self.tokenizer)
        torch.manual_seed(self.recipe.seed)
        return SpanNetwork(body)

    def _trained(self, run: Run, start: SpanNetwork) -> StateDict:
        """The weights that a run ends with."""
        network = deepcopy(start)
        freeze(network, run.frozen)
        train(
            network,
            partial(self._losses, network, run),
            run.schedule,
            folder=self.out,
            stage=run.name,
            log=self.log,
            evaluate=self._evaluate,
        )
        return network.state_dict()

    def _losses(self, network: SpanNetwork, run: Run) -> Callable[[int], Losses]:
        vocabulary = self.tokenizer.get_vocab()
        ends = vocabulary["[CLS]"], vocabulary["[SEP]"]
        sources = self._sources(run)

        def losses(step: int) -> Losses:
            chance = np.random.default_rng((run.seed, step))
            drawn = samples.batch(sources, self.recipe.tokens, run.lengths, chance)
            ids, mask, passage = join([(one.question, one.passage) for one in drawn], *ends)
            return {"span": span_loss(network(ids, mask, passage), drawn, passage)}

        return losses

    def _sources(self, run: Run) -> list[tuple[float, samples.Draw]]:
        """The kinds of samples, each with its share of the draws."""
        negatives, tokens = self.recipe.negatives, samples.Tokens(self.tokenizer)
        asked, lexicon = self._learnt
        rates = {
            language: samples.SwitchRates(switch, *run.switched)
            for language, switch in (("en", lexicon.to_arabic), ("ar", lexicon.to_english))
        }
        kinds: dict[str, list[tuple[float, samples.Draw]]] = {"en": [], "ar": []}
        for (name, language), questions in asked.items():
            draw = samples.human_questions(questions, tokens, rates[language], negatives)
            kinds[language].append((len(questions) * samples.SET_WEIGHTS.get(name, 1.0), draw))
        made = samples.cloze_questions(self._read.paragraphs, tokens, rates["ar"], negatives)
        texts = sets.parallel_texts(self.data)
        across = samples.cross_lingual_questions(texts, tokens, lexicon, negatives)
        kinds |= {"made": [(1.0, made)], "across": [(1.0, across)]}
        return [
            (share * weight / sum(weight for weight, _ in draws), draw)
            for share, draws in zip(run.shares, kinds.values(), strict=True)
            for weight, draw in draws
        ]

    @cached_property
    def _learnt(self) -> tuple[dict[tuple[str, str], list[samples.SpanQuestion]], BilingualLexicon]:
        """The questions by their sets' names and languages, and which words stand for each other."""
        asked = {(one.name, one.language): samples.with_negatives(one) for one in self._read.questions}
        for (name, _), questions in asked.items():
            self.log(f"{name}: {len(questions)} questions")
        return asked, BilingualLexicon(self._read.pairs, sets.lexical_pairs(self.data, NOT_NAMES))

    @cached_property
    def _read(self) -> "_Read":
        """The data, where anything is left to do."""
        questions, paragraphs = sets.question_sets(self.data), sets.arabic_paragraphs(self.data)
        return _Read(questions, paragraphs, sets.parallel_pairs(self.data, self.recipe.seed))


class _Read(NamedTuple):
    questions: list[sets.QuestionSet]
    paragraphs: list[str]
    pairs: list[sets.Pair]


def freeze(network: SpanNetwork, layers: int) -> None:
    """Keeps the word embeddings as they are: words that no question shows keep their place beside others.

    With ``layers``, so many of the first ones too, and all that comes before them.
    """
    network.body.embeddings.word_embeddings.requires_grad_(False)
    if layers:
        network.passage.requires_grad_(False)
        network.body.embeddings.requires_grad_(False)
        network.body.encoder.layer[:layers].requires_grad_(False)
