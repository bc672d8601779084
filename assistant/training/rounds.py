"""Which examples a step is shown: rounds over all, each in another order, like lengths together."""

from collections.abc import Iterator, Sequence

import numpy as np

TOGETHER = 12  # batches that are sorted by length together


class LengthRounds:
    """Steps of ``size`` places in ``lengths``, from a seed; ``shares``: how often one is shown in a round."""

    def __init__(
        self, lengths: Sequence[int], size: int, seed: int, shares: Sequence[float] | None = None
    ) -> None:
        self._lengths, self._size, self._seed = np.array(lengths), size, seed
        self._shares = np.ones(len(lengths)) if shares is None else np.array(shares)
        self._rounds: dict[int, list[list[int]]] = {}

    def step(self, number: int) -> tuple[list[int], np.random.Generator]:
        """The places of a step, and a generator that is its own."""
        around = 0
        while number >= len(self._batches(around)):
            number -= len(self._batches(around))
            around += 1
        return self._batches(around)[number], np.random.default_rng((self._seed, around, number))

    def _batches(self, around: int) -> list[list[int]]:
        if around not in self._rounds:
            self._rounds[around] = list(self._shuffled(np.random.default_rng((self._seed, around))))
        return self._rounds[around]

    def _shuffled(self, chance: np.random.Generator) -> Iterator[list[int]]:
        shown = np.flatnonzero(chance.random(len(self._shares)) < self._shares)
        chance.shuffle(shown)
        several = self._size * TOGETHER
        for start in range(0, len(shown), several):
            part = shown[start : start + several]
            part = part[np.argsort(self._lengths[part], kind="stable")]
            batches = [part[at : at + self._size].tolist() for at in range(0, len(part), self._size)]
            yield from (batches[place] for place in chance.permutation(len(batches)))
