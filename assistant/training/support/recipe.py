"""From the data and the shipped verifier to the support check's network; a run that was cut off goes on.

translations  translations.pt      sentences beside translations and near ones (``translations``)
statements    statements.pt        statements written over passages (``eval.support``), and ``quotes``
export        entailment_model/    the shipped files, the manifest with what made them

The words and the lowest layers stay the verifier's, and are left out of the file: they are read from its own.
"""

import json
import platform
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import torch
from tokenizers import Tokenizer
from torch.nn import functional as F

from assistant.readers.verifier import VERIFIER_FOLDER
from assistant.support.coverage import Claim, cover, stands_in
from assistant.support.entailment import ClaimTokens, ReadClaim
from assistant.training.rounds import LengthRounds
from assistant.training.support.quotes import quoted
from assistant.training.support.translations import ReadPair, question_pairs, translated_pairs
from assistant.training.verifier.export import graph_of, read_verifier_graph
from assistant.training.verifier.measure import area_under_curve
from assistant.training.verifier.network import JudgedPair, VerifierNetwork, collate_pairs, judge_pairs
from eval.support import JudgedSentence, read_sentences
from index.models import sha256
from index.passages import split_article
from index.training.bert import make_bert
from index.training.data import learnt_from
from index.training.export import share_weights, write_manifest
from index.training.graph import Weights
from index.training.loop import Log, Losses, Schedule, train

NAME = "majlis-support-1"
LARGEST_STEP = 59  # of a weight: the verifier has 61, and what is learnt must not be rounded to its grid
PACKAGES = ("numpy", "onnxruntime", "tokenizers", "torch", "transformers")
EVALUATE_EVERY = 300  # steps


@dataclass(frozen=True, slots=True)
class SupportRecipe:
    """The numbers of a run."""

    seed: int = 1
    heads: int = 12  # of the verifier; its file does not say
    translations: Schedule = field(default_factory=lambda: Schedule(700, 1e-4, warm_up=60, fall=0.5))
    together: int = 32  # pairs of a step
    statements: Schedule = field(default_factory=lambda: Schedule(1_300, 1e-4, warm_up=100, fall=0.7))
    joined: int = 3  # times that a joined statement is shown: there are few
    size: int = 16  # statements of a step


class SupportTraining:
    """One run; its files lie in ``out``."""

    def __init__(
        self,
        data: Path,
        sentences: Path,
        out: Path,
        recipe: SupportRecipe,
        log: Log,
        verifier: Path = VERIFIER_FOLDER,
    ) -> None:
        self.data, self.sentences, self.out = data, sentences, out
        self.recipe, self.log, self.verifier = recipe, log, verifier
        out.mkdir(parents=True, exist_ok=True)
        self.tokenizer = Tokenizer.from_file(str(verifier / "tokenizer.json"))
        self._tokens = ClaimTokens(self.tokenizer)

    def run(self) -> None:
        """Trains and writes the shipped files, as far as that has not been done."""
        folder, stored = self.out / "entailment_model", (self.verifier / "model.onnx").read_bytes()
        folder.mkdir(exist_ok=True)
        graph = share_weights(graph_of(self.network(), LARGEST_STEP), stored)
        (folder / "model.onnx").write_bytes(graph)
        write_manifest(folder, ["model.onnx"], self._about())
        self.log(f"export: {folder}")

    def network(self) -> VerifierNetwork:
        """The trained network."""
        torch.manual_seed(self.recipe.seed)
        network = from_verifier(
            read_verifier_graph((self.verifier / "model.onnx").read_bytes()), self.recipe.heads
        )
        self._train(network, "translations", self._translations, self.recipe.together)
        self._train(network, "statements", self._statements, self.recipe.size)
        return network

    def _train(
        self, network: VerifierNetwork, stage: str, pairs: Callable[[], list[JudgedPair]], size: int
    ) -> None:
        held_out = self._judged(read_sentences(self.sentences, "passages"))
        train(
            network,
            lambda: self._losses(network, pairs(), size),
            getattr(self.recipe, stage),
            folder=self.out,
            stage=stage,
            log=self.log,
            evaluate=lambda model: {"area": _area(model, held_out)},
            evaluate_every=EVALUATE_EVERY,
        )

    def _losses(
        self, network: VerifierNetwork, pairs: list[JudgedPair], size: int
    ) -> Callable[[int], Losses]:
        self.log(f"{len(pairs)} pairs, {sum(one.right for one in pairs)} of them right")
        rounds = LengthRounds([len(one.ids) for one in pairs], size, self.recipe.seed)

        def losses(step: int) -> Losses:
            shown = [pairs[row] for row in rounds.step(step)[0]]
            wanted = torch.tensor([float(one.right) for one in shown])
            # without instructions for half precision that takes twice the time
            with torch.autocast("cpu", enabled=False):
                scores = network(*collate_pairs(shown))
                return {"supported": F.binary_cross_entropy_with_logits(scores, wanted)}

        return losses

    def _translations(self) -> list[JudgedPair]:
        return self._read([*translated_pairs(self.data, self.recipe.seed), *question_pairs(self.data)])

    def _statements(self) -> list[JudgedPair]:
        written = read_sentences(self.sentences, "training")
        joined = [one for one in written if one.kind == "joined"] * (self.recipe.joined - 1)
        chance = np.random.default_rng(self.recipe.seed)
        articles = {one.article.id: one.article for one in written}.values()
        own = [claim for article in articles for claim in quoted(article, chance)]
        return self._judged([*written, *joined, *own])

    def _judged(self, sentences: Iterable[JudgedSentence]) -> list[JudgedPair]:
        return self._read((read_claim(one), one.supported) for one in sentences)

    def _read(self, pairs: Iterable[ReadPair]) -> list[JudgedPair]:
        return [JudgedPair(*self._tokens.pair(claim), right) for claim, right in pairs]

    def _about(self) -> dict[str, Any]:
        """What made the files."""
        recipe = json.dumps(asdict(self.recipe), sort_keys=True)
        written = self.sentences / "passages.jsonl"
        return {
            "name": NAME,
            "shares": sha256((self.verifier / "model.onnx").read_bytes()),
            "made_by": {
                "recipe": sha256(recipe.encode())[:16],
                "statements": sha256(written.read_bytes()),
                "versions": {"python": platform.python_version()} | {one: version(one) for one in PACKAGES},
                "data": {
                    f"{path.parent.name}/{path.name}": sha256(path.read_bytes())
                    for path in learnt_from(self.data)
                    if path.parent.name == "parallel" or path.name.startswith("q2q_")
                },
            },
        }


def from_verifier(weights: Weights, heads: int) -> VerifierNetwork:
    """The network as it begins: the weights that ``read_verifier_graph`` gives, and another head."""
    body = {name: value for name, value in weights.items() if name.startswith(("embeddings.", "encoder."))}
    width = len(weights["passage"])
    network = VerifierNetwork(make_bert(body, heads), torch.tensor(weights["passage"]), torch.zeros(2, width))
    network.marks.data = torch.tensor(weights["marks"])
    torch.nn.init.normal_(network.answers.weight, std=0.02)
    return network


def read_claim(one: JudgedSentence) -> ReadClaim:
    """What is read of a sentence that is held against all passages of its article."""
    claim = Claim.of(one.sentence)
    return ReadClaim.of(claim, cover(claim, stands_in(split_article(one.article), lambda _: one.article)))


def _area(network: VerifierNetwork, pairs: list[JudgedPair]) -> float:
    """The chance that a supported statement has a larger number than another."""
    right = np.array([one.right for one in pairs])
    return area_under_curve(judge_pairs(network, pairs).astype(float), right)
