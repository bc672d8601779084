"""A figure that was measured several times: its median, and how far it went."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, TypeVar

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Spread:
    """The values of all rounds, in order; at least one."""

    values: tuple[float, ...]

    @classmethod
    def of(cls, values: Iterable[float]) -> "Spread":
        return cls(tuple(values))

    @property
    def median(self) -> float:
        return median(self.values)

    @property
    def least(self) -> float:
        return min(self.values)

    @property
    def most(self) -> float:
        return max(self.values)

    def each(self, change: Callable[[float], float]) -> "Spread":
        """The spread of what each value becomes."""
        return Spread.of(map(change, self.values))

    def to_json(self) -> dict[str, Any]:
        return {"median": self.median, "min": self.least, "max": self.most, "rounds": list(self.values)}


def rotated(items: Sequence[Item], number: int) -> list[Item]:
    """What is compared, in the order of that round: each comes first in turn, so none gains by its place."""
    first = number % len(items)
    return [*items[first:], *items[:first]]
