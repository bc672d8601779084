"""From the row of a sentence to how likely it is supported: weights that were fitted, in a file.

``python -m assistant.training.support fit`` fits them.
"""

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.support.features import FEATURES, SupportRow
from index.models import sha256

WEIGHTS_FILE = Path(__file__).parent / "weights.json"


@dataclass(frozen=True, slots=True, eq=False)
class SupportWeights:
    """A logistic model over ``FEATURES``; from ``threshold`` on a sentence counts as supported."""

    weights: NDArray[np.float64]
    bias: float
    threshold: float

    @property
    def version(self) -> str:
        """Eight hex digits that change with any of the numbers."""
        return sha256(np.array([*self.weights, self.bias, self.threshold]).tobytes())[:8]

    def score(self, row: SupportRow) -> float:
        """How likely a sentence with that row is supported, 0..1."""
        return float(1 / (1 + np.exp(-(row @ self.weights + self.bias))))


def weights_beside(model: str) -> SupportWeights:
    """The weights where the network is that of the name; of another than the bundled one it decides alone."""
    if model == "bundled":
        return bundled_weights()
    alone = np.array([float(name == "entailed") for name in FEATURES])
    return SupportWeights(alone, 0.0, 0.5)


@lru_cache(maxsize=1)
def bundled_weights() -> SupportWeights:
    """The weights in the package; ``ValueError`` where they were fitted for other features."""
    stored = json.loads(WEIGHTS_FILE.read_text(encoding="utf-8"))
    if tuple(stored["weights"]) != FEATURES:
        raise ValueError(
            f"the weights are of {list(stored['weights'])}, and the features are {list(FEATURES)}"
        )
    return SupportWeights(
        np.array(list(stored["weights"].values())), float(stored["bias"]), float(stored["threshold"])
    )
