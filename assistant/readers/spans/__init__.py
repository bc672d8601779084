"""Spans: where in a text a reading model sees the answer, or sees that there is none.

A model reads a question and a text together, the text in overlapping windows, and says of every token how
likely the answer starts and ends there, beside one place that stands for "no answer here" (Devlin et al.
2019, section 4.3). A span's score is its logits less those of no answer: log odds, one scale for all texts.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Logits = NDArray[np.float32]

LONGEST = 40  # tokens of an answer
_EDGES = 12  # starts and ends of a window that are paired


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a text as a model read it; arrays have one entry a token.

    ``starts`` and ``ends`` are the tokens' ranges in the text, in code points.
    """

    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    start_logits: Logits
    end_logits: Logits
    none: float  # the two logits of "no answer here", added up


@dataclass(frozen=True, slots=True)
class Span:
    """A range of the text, half-open, with its log odds against "no answer here".

    ``certain`` is its share, as a probability, among the spans of the range that it is the best of.
    """

    start: int
    end: int
    score: float
    certain: float


class SpanModel(Protocol):
    """Reads texts for the answer to a question: for each text, as they are read, its windows, at least one.

    Equal ``fingerprint``: equal windows. Every token of every text is in one of its windows.
    """

    @property
    def fingerprint(self) -> str: ...

    def read(self, question: str, texts: Sequence[str]) -> Iterable[list[Window]]: ...


def best_span(windows: Sequence[Window], low: int, high: int) -> Span | None:
    """The best span of a text within the range ``low`` to ``high``; none where no token lies in it."""
    best: Span | None = None
    for window in windows:
        inside = np.flatnonzero(
            (window.starts >= low) & (window.ends <= high) & (window.starts < window.ends)
        )
        if not len(inside):
            continue
        starts = inside[np.argsort(-window.start_logits[inside], kind="stable")[:_EDGES]]
        ends = inside[np.argsort(-window.end_logits[inside], kind="stable")[:_EDGES]]
        scores = window.start_logits[starts][:, None] + window.end_logits[ends][None, :] - window.none
        apart = ends[None, :] - starts[:, None]
        scores = np.where((apart >= 0) & (apart < LONGEST), scores, -np.inf)
        at = np.unravel_index(int(scores.argmax()), scores.shape)
        if np.isfinite(scores[at]) and (best is None or scores[at] > best.score):
            start, end = int(window.starts[starts[at[0]]]), int(window.ends[ends[at[1]]])
            best = Span(start, end, float(scores[at]), 1 / float(np.exp(scores - scores[at]).sum()))
    return best


def load_span_model(name: str = "bundled") -> SpanModel:
    """The reading model of that name; ``ModelUnavailable`` says why there is none."""
    if name == "bundled":
        from assistant.readers.spans.bundled import load_bundled

        return load_bundled()
    from assistant.readers.spans.hub import HubSpanModel

    return HubSpanModel(name)
