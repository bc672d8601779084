"""From the data and a trained encoder to the reader's weights; a run that was cut off goes on.

samples    questions, human and made, with near misses (``samples``)
training   <stage>.pt       from the encoder's layers on, stage by stage
export     reader/          the shipped files: the mean of the stages' weights (Wortsman et al. 2022)
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from scipy import sparse  # type: ignore[import-untyped]
from tokenizers import Tokenizer

from assistant.training.dev import span_scores
from assistant.training.export import write_reader
from assistant.training.model import SpanNetwork, join, span_loss
from assistant.training.samples import (
    ARABIC_MODES,
    ENGLISH_MODES,
    SET_WEIGHTS,
    Draw,
    Tokens,
    aligned_questions,
    ask,
    batch,
    human_questions,
    made_questions,
)
from index.training import data as sets
from index.training.alignment import Swap
from index.training.loop import Losses, Schedule, train, trained
from index.training.model import Encoder
from index.training.vocabulary import arabic_pieces, inside_words


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of training, at whose end the rate has fallen to nothing."""

    name: str
    schedule: Schedule


# The second stage learns its questions by heart; the mean of both ends reads better than either.
STAGES = (
    Stage("first", Schedule(steps=1750, rate=3e-4, words_rate=6e-4, warm_up=80, fall=0.7)),
    Stage("second", Schedule(steps=3200, rate=3e-4, words_rate=6e-4, warm_up=100, fall=0.7)),
)


@dataclass(frozen=True, slots=True)
class Recipe:
    """Every number that shapes the result; the defaults made the shipped reader."""

    seed: int = 1
    heads: int = 12
    stages: tuple[Stage, ...] = STAGES
    tokens: int = 4_400  # of a step, padded
    lengths: tuple[int, ...] = (80, 128, 176, 224)  # of a passage in tokens; a step has one
    near: float = 0.35  # near misses for each question
    # English questions, ARCD, made from Arabic paragraphs, made from sentence pairs
    shares: tuple[float, float, float, float] = (0.48, 0.10, 0.34, 0.08)
    pair: int = 40  # code points: shorter sentence pairs ask for nothing


class Training:
    """One run: ``encoder`` is the output folder of ``python -m index.training``."""

    def __init__(
        self,
        data: Path,
        encoder: Path,
        out: Path,
        recipe: Recipe,
        log: Callable[[str], None],
        dev: Path | None = None,
    ) -> None:
        self.data, self.encoder, self.out, self.recipe, self.log = data, encoder, out, recipe, log
        out.mkdir(parents=True, exist_ok=True)
        self.tokenizer = Tokenizer.from_file(str(encoder / "tokenizer.json"))
        self._evaluate = span_scores(dev, self.tokenizer) if dev else None

    def run(self) -> None:
        """Trains, as far as that has not been done, and writes the shipped files."""
        network = self.network()
        tokenizer = self.encoder / "tokenizer.json"
        write_reader(self.out / "reader", network.weights(), self.recipe.heads, tokenizer)
        self.log(f"export: {self.out / 'reader'}")

    def network(self) -> SpanNetwork:
        """The trained network."""
        stored = torch.load(self._newest(), weights_only=True)["model"]
        network = SpanNetwork(
            Encoder.from_weights({n: t.numpy() for n, t in stored.items()}, self.recipe.heads)
        )
        sources: list[tuple[float, Draw]] | None = None
        ends = []
        for number, stage in enumerate(self.recipe.stages):
            path = self.out / f"{stage.name}.pt"
            if trained(path, stage.schedule.steps):
                network.load_state_dict(torch.load(path, weights_only=True)["model"])
                self._score(stage.name, network)
            else:
                sources = sources or self._sources()
                self._train(network, sources, stage, self.recipe.seed + number)
            ends.append({name: tensor.clone() for name, tensor in network.state_dict().items()})
        network.load_state_dict({n: torch.stack([end[n] for end in ends]).mean(0) for n in ends[0]})
        self._score("mean of the stages", network)
        return network.eval()

    def _score(self, name: str, network: SpanNetwork) -> None:
        if self._evaluate:
            scores = self._evaluate(network.eval())
            self.log(f"{name}: { {way: round(score, 3) for way, score in scores.items()} }")

    def _train(
        self, network: SpanNetwork, sources: list[tuple[float, Draw]], stage: Stage, seed: int
    ) -> None:
        vocabulary = self.tokenizer.get_vocab()
        first, last = vocabulary["[CLS]"], vocabulary["[SEP]"]

        def losses(step: int) -> Losses:
            chance = np.random.default_rng((seed, step))
            samples = batch(sources, self.recipe.tokens, self.recipe.lengths, chance)
            ids, mask, passage = join(samples, first, last)
            return {"span": span_loss(network(ids, mask, passage), samples, passage)}

        train(
            network,
            losses,
            stage.schedule,
            table=network.body.words,
            words=torch.tensor(arabic_pieces(self.tokenizer)),
            folder=self.out,
            stage=stage.name,
            log=self.log,
            evaluate=self._evaluate,
            evaluate_every=450,
        )

    def _newest(self) -> Path:
        """The encoder's last stage."""
        return max(self.encoder.glob("*.pt"), key=lambda path: path.stat().st_mtime)

    def _sources(self) -> list[tuple[float, Draw]]:
        recipe, tokens = self.recipe, Tokens(self.tokenizer)
        size = self.tokenizer.get_vocab_size()
        with np.load(self.encoder / "alignment.npz") as stored:
            links = sparse.csr_array(
                (stored["data"], stored["indices"], stored["indptr"]), shape=(size, size)
            )
        to_arabic, to_english = Swap(links), Swap(links.T.tocsr())
        inside = inside_words(self.tokenizer)
        english: list[tuple[float, Draw]] = []
        arabic: list[Draw] = []
        for questions in sets.question_sets(self.data):
            asked = ask(questions, tokens)
            self.log(f"{questions.name}: {len(asked)} questions")
            if questions.name.startswith("arcd"):
                arabic.append(human_questions(asked, to_english, inside, ARABIC_MODES, recipe.near))
            else:
                weight = len(asked) * SET_WEIGHTS.get(questions.name, 1.0)
                draw = human_questions(asked, to_arabic, inside, ENGLISH_MODES, recipe.near)
                english.append((weight, draw))
        total = sum(weight for weight, _ in english)
        paragraphs = sets.arabic_paragraphs(self.data)
        every = sets.parallel_pairs(self.data, recipe.seed)
        pairs = [pair for pair in every if len(pair.arabic) >= recipe.pair]
        sides = {
            "en": [tokens.ids(pair.english)[:64] for pair in pairs],
            "ar": [tokens.ids(pair.arabic)[:64] for pair in pairs],
        }
        made = made_questions(paragraphs, tokens, to_english, recipe.near)
        aligned = aligned_questions(sides, links, inside, tokens, recipe.near)
        share = recipe.shares
        return [
            *((share[0] * weight / total, draw) for weight, draw in english),
            *((share[1] / len(arabic), draw) for draw in arabic),
            (share[2], made),
            (share[3], aligned),
        ]
