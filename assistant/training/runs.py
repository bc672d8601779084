"""The runs of the reader's recipe: their numbers."""

from dataclasses import dataclass

from index.training.loop import Schedule


@dataclass(frozen=True, slots=True)
class Run:
    """One network's training; what several learn from different draws, their mean knows best."""

    name: str
    seed: int
    schedule: Schedule
    swapped: tuple[float, float]  # chances that words of a question, of a passage are
    shares: tuple[float, ...]  # of English questions, of ARCD, of those made from Arabic text and across
    lengths: tuple[int, ...] = (96, 160, 224)  # of a passage in tokens; a step has one
    frozen: int = 0  # layers, from the first on, that stay as they are, and all before them


_FIRST = (
    Run(
        "first",
        seed=1,
        schedule=Schedule(steps=1450, rate=2e-4, warm_up=100, fall=0.552),
        swapped=(0.25, 0.2),
        shares=(0.76, 0.07, 0.17, 0.0),
    ),
    Run(
        "second",
        seed=2,
        schedule=Schedule(steps=560, rate=2e-4, warm_up=60, fall=0.9),
        swapped=(0.2, 0.0),
        shares=(0.9, 0.1, 0.0, 0.0),
    ),
    Run(
        "third",
        seed=3,
        schedule=Schedule(steps=200, rate=2e-4, warm_up=20, fall=1.0),
        swapped=(0.0, 0.0),
        shares=(0.7, 0.12, 0.18, 0.0),
    ),
)


def _later(name: str, seed: int, steps: int, swapped: tuple[float, float], shares: tuple[float, ...]) -> Run:
    """A run from networks that read already."""
    schedule = Schedule(steps, rate=1e-4, warm_up=50, fall=0.9)
    return Run(name, seed, schedule, swapped, shares, lengths=(64, 96, 160, 224), frozen=4)


_SECOND = (
    _later("fourth", 4, 1500, swapped=(0.35, 0.15), shares=(0.88, 0.12, 0.0, 0.0)),
    _later("fifth", 5, 1250, swapped=(0.5, 0.2), shares=(0.78, 0.12, 0.1, 0.0)),
)
_THIRD = (
    _later("sixth", 6, 1000, swapped=(0.35, 0.35), shares=(0.6, 0.1, 0.05, 0.25)),
    _later("seventh", 7, 1000, swapped=(0.5, 0.25), shares=(0.65, 0.1, 0.05, 0.2)),
)


@dataclass(frozen=True, slots=True)
class Round:
    """Runs from one start; the round's network is the mean of their weights and the start's."""

    runs: tuple[Run, ...]
    start: float = 0.0  # the weight of the start in the mean, beside 1 of each run


ROUNDS = (Round(_FIRST), Round(_SECOND, start=0.7), Round(_THIRD, start=2.0))
