"""Questions a second, and how long each stage of an answer takes, with one asker or many at once."""

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from time import perf_counter

from assistant.answers import Answer
from assistant.pipeline import Assistant
from eval.measures.answers import percentile
from eval.speed.corpus import Asked

ASKERS = (1, 4, 16)  # at the same time, in one process
PERCENTILES = {"p50": 0.5, "p95": 0.95, "p99": 0.99}


@dataclass(frozen=True, slots=True)
class ExampleRunner:
    """Some questions that were asked: how long it took, and what came of each."""

    seconds: float
    timings_ms: tuple[Mapping[str, float], ...]  # of each answer, by stage
    found: int  # questions for which a passage of the right article was among the hits

    @property
    def rate(self) -> float:
        """Questions a second."""
        return len(self.timings_ms) / self.seconds


def ask(assistant: Assistant, asked: Sequence[Asked], askers: int) -> ExampleRunner:
    """Asks all the questions, so many at a time: whoever has an answer takes the next question."""
    questions = [one.question for one in asked]
    with ThreadPoolExecutor(askers) as pool:
        begun = perf_counter()
        answers = list(pool.map(assistant.answer, questions))
        seconds = perf_counter() - begun
    found = sum(_found(one, answer) for one, answer in zip(asked, answers, strict=True))
    return ExampleRunner(seconds, tuple(answer.timings_ms for answer in answers), found)


def stage_percentiles(rounds: Sequence[ExampleRunner]) -> dict[str, dict[str, float]]:
    """Milliseconds by stage and percentile over all the answers of the rounds."""
    stages: dict[str, list[float]] = {}
    for timings in (timings for asking in rounds for timings in asking.timings_ms):
        for stage, spent in timings.items():
            stages.setdefault(stage, []).append(spent)
    return {
        stage: {name: percentile(spent, share) for name, share in PERCENTILES.items()}
        for stage, spent in stages.items()
    }


def _found(asked: Asked, answer: Answer) -> bool:
    return any(hit.passage.title == asked.title for hit in answer.hits)
