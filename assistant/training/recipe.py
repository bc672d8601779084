"""From the data and a trained encoder to the reader's weights; a run that was cut off goes on.

samples    questions, human and made, with near misses (``samples``)
training   <stage>.pt       from the encoder's layers on, stage by stage
teaching   <stage>.pt       the mean of the stages' weights (Wortsman et al. 2022a) reads on, its own teacher
export     reader/          the shipped files
"""

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from scipy import sparse  # type: ignore[import-untyped]
from tokenizers import Tokenizer

from assistant.training.dev import span_scores
from assistant.training.distillation import ParallelPassages, taught_loss
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
    """A stretch of training.

    A ``taught`` one starts from the mean of the ends before, which is its teacher too. The mean of its start
    and its end takes their place (Wortsman et al. 2022b: half of the way keeps what was known before).
    """

    name: str
    schedule: Schedule
    taught: bool = False


# The second stage learns its questions by heart; the mean of both ends reads better than either. At a rate
# that does not fall the weights wander about a good place, which is their mean (Izmailov et al. 2018).
STAGES = (
    Stage("first", Schedule(steps=1750, rate=3e-4, words_rate=6e-4, warm_up=80, fall=0.7)),
    Stage("second", Schedule(steps=3200, rate=3e-4, words_rate=6e-4, warm_up=100, fall=0.7)),
    Stage(
        "third",
        Schedule(steps=1000, rate=3e-4, words_rate=6e-4, warm_up=80, fall=0.0, averaged=800),
        taught=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Recipe:
    """The numbers of a run; how samples are drawn and taught has its own, beside it."""

    seed: int = 1
    heads: int = 12
    stages: tuple[Stage, ...] = STAGES
    tokens: int = 4_400  # of a step, padded
    lengths: tuple[int, ...] = (80, 128, 176, 224)  # of a passage in tokens; a step has one
    near: float = 0.35  # near misses for each question
    # English questions, ARCD, made from Arabic paragraphs, made from sentence pairs
    shares: tuple[float, float, float, float] = (0.48, 0.10, 0.34, 0.08)
    pair: int = 40  # code points: shorter sentence pairs ask for nothing
    longest_pair: int = 400  # code points of those that teach
    hard: float = 0.4  # of a taught answer, the rest is the teacher's
    parallel: float = 0.3  # of a taught step's tokens


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
        asked: int = 140,
    ) -> None:
        self.data, self.encoder, self.out, self.recipe, self.log = data, encoder, out, recipe, log
        out.mkdir(parents=True, exist_ok=True)
        self.tokenizer = Tokenizer.from_file(str(encoder / "tokenizer.json"))
        self._evaluate = span_scores(dev, self.tokenizer, asked) if dev else None

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
        learnt: _Learnt | None = None
        ends: list[dict[str, torch.Tensor]] = []
        for number, stage in enumerate(self.recipe.stages):
            teacher = None
            if stage.taught:
                ends = [_mean(ends)]
                network.load_state_dict(ends[0])
                teacher = copy.deepcopy(network).eval()
            path = self.out / f"{stage.name}.pt"
            if trained(path, stage.schedule.steps):
                network.load_state_dict(torch.load(path, weights_only=True)["model"])
                self._score(stage.name, network)
            else:
                learnt = learnt or self._learnt()
                self._train(network, teacher, learnt, stage, self.recipe.seed + number)
            ends.append({name: tensor.clone() for name, tensor in network.state_dict().items()})
            if len(ends) > 1:
                network.load_state_dict(_mean(ends))
                self._score("mean of the stages", network)
                network.load_state_dict(ends[-1])
        network.load_state_dict(_mean(ends))
        return network.eval()

    def _score(self, name: str, network: SpanNetwork) -> None:
        if self._evaluate:
            scores = self._evaluate(network.eval())
            self.log(f"{name}: { {way: round(score, 3) for way, score in scores.items()} }")

    def _train(
        self,
        network: SpanNetwork,
        teacher: SpanNetwork | None,
        learnt: "_Learnt",
        stage: Stage,
        seed: int,
    ) -> None:
        recipe, vocabulary = self.recipe, self.tokenizer.get_vocab()
        ends = vocabulary["[CLS]"], vocabulary["[SEP]"]

        def losses(step: int) -> Losses:
            chance = np.random.default_rng((seed, step))
            samples = batch(learnt.sources, recipe.tokens, recipe.lengths, chance)
            ids, mask, passage = join([(sample.question, sample.passage) for sample in samples], *ends)
            return {"span": span_loss(network(ids, mask, passage), samples, passage)}

        def taught(step: int) -> Losses:
            assert teacher is not None
            chance = np.random.default_rng((seed, step))
            parallel = int(recipe.tokens * recipe.parallel)
            samples = batch(learnt.sources, recipe.tokens - parallel, recipe.lengths, chance)
            return {
                "span": taught_loss(network, teacher, samples, ends, recipe.hard),
                "parallel": learnt.passages.loss(network, teacher, parallel, ends, chance),
            }

        train(
            network,
            taught if teacher else losses,
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

    def _learnt(self) -> "_Learnt":
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
        texts: list[list[int]] = []
        for questions in sets.question_sets(self.data):
            asked = ask(questions, tokens)
            self.log(f"{questions.name}: {len(asked)} questions")
            if questions.name.startswith("arcd"):
                arabic.append(human_questions(asked, to_english, inside, ARABIC_MODES, recipe.near))
            else:
                weight = len(asked) * SET_WEIGHTS.get(questions.name, 1.0)
                draw = human_questions(asked, to_arabic, inside, ENGLISH_MODES, recipe.near)
                english.append((weight, draw))
                texts.extend(one.question for one in asked)
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
        sources = [
            *((share[0] * weight / total, draw) for weight, draw in english),
            *((share[1] / len(arabic), draw) for draw in arabic),
            (share[2], made),
            (share[3], aligned),
        ]
        teaching = [pair for pair in pairs if len(pair.arabic) <= recipe.longest_pair]
        return _Learnt(sources, ParallelPassages(teaching, texts, links, tokens))


@dataclass(frozen=True, slots=True)
class _Learnt:
    sources: list[tuple[float, Draw]]
    passages: ParallelPassages


def _mean(ends: Sequence[Mapping[str, torch.Tensor]]) -> dict[str, torch.Tensor]:
    return {name: torch.stack([end[name] for end in ends]).mean(0) for name in ends[0]}
