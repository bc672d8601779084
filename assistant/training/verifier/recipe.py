"""From the data and the shipped reader to the verifier's files; a run that was cut off goes on.

proposals  proposals.jsonl   what the reader proposes, judged (``proposals``)
training   verifier.pt       from the reader's weights on (``network``), in full precision
export     verifier/         the shipped files, the manifest with what made them
"""

import json
import platform
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer
from torch.nn import functional as F

from assistant.readers.spans.bundled import READER_FOLDER, load_bundled
from assistant.training.verifier.export import read_span_graph, write_verifier
from assistant.training.verifier.network import VerifierNetwork, collate_pairs, from_reader
from assistant.training.verifier.pairs import PairRounds, pair_sources, swapped_pairs
from assistant.training.verifier.proposals import collect, read_proposals
from assistant.training.verifier.sources import SHARES, QuestionSource
from index.models import sha256
from index.training.loop import Log, Losses, Schedule, train

SAVE_EVERY = 40  # steps
PACKAGES = ("numpy", "onnxruntime", "tokenizers", "torch", "transformers")


@dataclass(frozen=True, slots=True)
class VerifierRecipe:
    """The numbers of a run."""

    seed: int = 1
    heads: int = 12  # of the reader; its file does not say
    questions: int = 9_000  # that the reader is asked
    swapped: int = 9_000  # questions that also stand with another's answer
    size: int = 16  # pairs of a step
    schedule: Schedule = field(
        default_factory=lambda: Schedule(2_400, rate=1e-4, warm_up=100, fall=0.6, words_rate=1e-3)
    )
    shares: dict[str, tuple[float, float]] = field(default_factory=lambda: dict(SHARES))


class VerifierTraining:
    """One run; its files lie in ``out``."""

    def __init__(
        self, data: Path, out: Path, recipe: VerifierRecipe, log: Log, reader: Path = READER_FOLDER
    ) -> None:
        self.data, self.out, self.recipe, self.log, self.reader = data, out, recipe, log, reader
        out.mkdir(parents=True, exist_ok=True)
        self.proposals = out / "proposals.jsonl"
        self.tokenizer = Tokenizer.from_file(str(reader / "tokenizer.json"))

    def run(self) -> None:
        """Proposes, trains and writes the shipped files, as far as that has not been done."""
        self.propose()
        write_verifier(self.out / "verifier", self.network(), self.tokenizer, self._about())
        self.log(f"export: {self.out / 'verifier'}")

    def propose(self) -> None:
        """The reader's proposals, those that are missing."""
        asked = self.proposals.read_bytes().count(b"\n") if self.proposals.exists() else 0
        if asked < self.recipe.questions:
            collect(self.proposals, self._source, load_bundled(self.reader), self.recipe.questions, self.log)

    def network(self) -> VerifierNetwork:
        """The trained network."""
        torch.manual_seed(self.recipe.seed)
        network = from_reader(read_span_graph((self.reader / "model.onnx").read_bytes()), self.recipe.heads)
        train(
            network,
            lambda: self._losses(network),
            self.recipe.schedule,
            folder=self.out,
            stage="verifier",
            log=self.log,
            table=network.marks,
            words=torch.arange(len(network.marks)),
            save_every=SAVE_EVERY,
        )
        return network

    def _losses(self, network: VerifierNetwork) -> Callable[[int], Losses]:
        sources = pair_sources(self._proposed, self.recipe.seed)
        proposed = len(sources)
        sources += swapped_pairs(self._source, self.recipe.swapped)
        right = sum(one.right for one in sources)
        self.log(f"{proposed} pairs of {len(self._proposed)} questions")
        self.log(f"{len(sources)} with those swapped, {right} of them right")
        rounds = PairRounds(sources, self.tokenizer, self.recipe.size, self.recipe.seed)

        def losses(step: int) -> Losses:
            pairs = rounds.step(step)
            wanted = torch.tensor([float(one.right) for one in pairs])
            # without instructions for half precision that takes twice the time
            with torch.autocast("cpu", enabled=False):
                scores = network(*collate_pairs(pairs))
                return {"answers": F.binary_cross_entropy_with_logits(scores, wanted)}

        return losses

    @cached_property
    def _source(self) -> QuestionSource:
        """The questions of all sets."""
        return QuestionSource(self.data, self.recipe.seed, self.recipe.shares)

    @cached_property
    def _proposed(self) -> list[Any]:
        """The questions of the recipe, with what was proposed."""
        return list(read_proposals(self.proposals))[: self.recipe.questions]

    def _about(self) -> dict[str, Any]:
        """What made the files."""
        recipe = json.dumps(asdict(self.recipe), sort_keys=True)
        parts = ("qa", "mono", "parallel", "lexical")
        paths = [path for part in parts for path in sorted((self.data / part).glob("*.xz"))]
        return {
            "made_by": {
                "recipe": sha256(recipe.encode())[:16],
                "reader": sha256((self.reader / "model.onnx").read_bytes()),
                "proposals": sha256(self.proposals.read_bytes()),
                "versions": {"python": platform.python_version()} | {one: version(one) for one in PACKAGES},
                "data": {f"{path.parent.name}/{path.name}": sha256(path.read_bytes()) for path in paths},
            }
        }
