"""The charts of a stored report, each with the words to read it by.

A figure whose numbers the report does not have is None, and is left out of the page.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Any

from eval.measures.answers import percentile
from eval.report import percentiles
from eval.report.charts import Axis, Figure, Plot, count_axis, share_axis
from eval.report.stored import Stored

DEPTH = 10
_BINS = 24
_RETRIEVERS = ("hybrid", "lexical", "dense")  # those with a colour, in the order of their lines


def figures(report: Stored) -> list[Figure]:
    """All the charts that the report has numbers for."""
    confidence = report.get("confidence") or {}
    drawn = (
        success_figure(report["questions"]),
        risk_figure(confidence),
        reliability_figure(confidence),
        latency_figure(report.get("timings") or {}),
        length_figure(report["questions"]),
    )
    return [figure for figure in drawn if figure]


def success_figure(questions: Sequence[Mapping[str, Any]]) -> Figure | None:
    """success@k for k = 1..10, a line for each retriever."""
    found: dict[str, list[int | None]] = {}
    for question in questions:
        for retriever, rank in (question.get("ranks") or {}).items():
            found.setdefault(retriever, []).append(rank)
    if not found:
        return None
    known = [name for name in _RETRIEVERS if name in found]
    curves = {
        name: [
            (float(k), sum(rank is not None and rank <= k for rank in found[name]) / len(found[name]))
            for k in range(1, DEPTH + 1)
        ]
        for name in [*known, *sorted(set(found) - set(known))]
    }
    lowest = min(value for curve in curves.values() for _, value in curve)
    plot = Plot(
        Axis("k", 1, DEPTH, tuple(range(1, DEPTH + 1))),
        share_axis("success@k", min(lowest - 0.02, 0.9) if lowest > 0.3 else 0.0),
        named=True,
    )
    for name, curve in curves.items():
        kind = name if name in known else "other"
        plot.line(curve, kind, name)
        titles = [f"{name}: success@{k:.0f} {value:.3f}" for k, value in curve]
        plot.dots(curve, kind, [2.6] * len(curve), titles)
    told = ", ".join(
        f"{name} {curve[0][1]:.3f} at 1 and {curve[-1][1]:.3f} at {DEPTH}" for name, curve in curves.items()
    )
    return Figure(
        "Found among the first k",
        "The share of questions whose gold article is among the first k articles, by retriever."
        + (f" The axis begins at {plot.y.low:g}." if plot.y.low else ""),
        plot,
        f"success@k: {told}",
    )


def risk_figure(confidence: Mapping[str, Any]) -> Figure | None:
    """The share of wrong answers among the most confident, by how many of the questions those are."""
    points = [(coverage, risk) for coverage, risk, *_ in confidence.get("risk_coverage") or []]
    if not points:
        return None
    highest = max(risk for _, risk in points)
    step = 0.2 if highest > 0.5 else 0.1 if highest > 0.2 else 0.05
    count = max(1, int(-(-highest // step)))
    axis = Axis("risk", 0.0, count * step, tuple(round(n * step, 2) for n in range(count + 1)))
    plot = Plot(share_axis("coverage"), axis)
    plot.line(points, "hybrid")
    titles = [
        f"the most confident {coverage:.0%}: {risk:.1%} wrong"
        + (f", confidence from {rest[0]:.2f}" if rest else "")
        for coverage, risk, *rest in confidence["risk_coverage"]
    ]
    plot.dots(points, "hybrid small", [2.2] * len(points), titles)
    area = confidence.get("AURC")
    told = "" if area is None else f" The area below it (AURC) is {area:.3f}; less is better."
    return Figure(
        "Risk and coverage",
        "Were only the most confident answers given: how many of them would be wrong." + told,
        plot,
        f"risk at full coverage {points[-1][1]:.3f}, at the first point {points[0][1]:.3f}.{told}",
    )


def reliability_figure(confidence: Mapping[str, Any]) -> Figure | None:
    """How often answers of each confidence are right."""
    bins = confidence.get("reliability") or []
    if not bins:
        return None
    plot = Plot(share_axis("confidence"), share_axis("share right"))
    plot.line([(0, 0), (1, 1)], "ideal")
    points = [(one["confidence"], one["right"]) for one in bins]
    most = max(one["questions"] for one in bins)
    plot.line(points, "hybrid")
    titles = [
        f"confidence {one['confidence']:.2f}: {one['right']:.0%} of {one['questions']} right" for one in bins
    ]
    plot.dots(points, "hybrid", [2.5 + 6 * (one["questions"] / most) ** 0.5 for one in bins], titles)
    error = confidence.get("ECE")
    told = "" if error is None else f" The expected calibration error (ECE) is {error:.3f}."
    return Figure(
        "Reliability",
        "Where confidence means what it says, the dots lie on the broken line; a larger dot holds more "
        f"questions.{told}",
        plot,
        f"right by confidence: {', '.join(f'{x:.2f} {y:.2f}' for x, y in points)}.{told}",
    )


def latency_figure(timings: Mapping[str, Any]) -> Figure | None:
    """How long answers took, with the percentiles of the stages."""
    spent = [float(one) for one in timings.get("by_question_ms") or [] if one is not None]
    if not any(spent):
        return None
    shown = percentiles(spent)
    plot, beyond = _histogram(spent, "milliseconds", shown["p99"] * 1.15)
    marks = [(value, f"{name} {value:,.0f} ms") for name, value in shown.items()]
    plot.marks(marks)
    return Figure(
        "Time for an answer",
        "Questions by how long their end-to-end answer took." + beyond,
        plot,
        f"time for an answer: {', '.join(label for _, label in marks)}",
        {stage: values for stage, values in (timings.get("stages_ms") or {}).items() if values},
    )


def length_figure(questions: Sequence[Mapping[str, Any]]) -> Figure | None:
    """How many words the answers have, beside what the gold answers have."""
    given = [len(text.split()) for one in questions if (text := (one.get("answering") or {}).get("text"))]
    golds = [min(len(gold.split()) for gold in one["answers"]) for one in questions if one.get("answers")]
    if not given:
        return None
    plot, beyond = _histogram(given, "words", max(percentile(given, 0.99) * 1.1, 10))
    marks = [
        (float(median(words)), f"{name}: {median(words):g}")
        for name, words in (("gold", golds), ("answers", given))
        if words
    ]
    plot.marks(marks)
    return Figure(
        "Length of an answer",
        f"Answers by their number of words, and the medians of answers and shortest gold answers.{beyond}",
        plot,
        f"median words, {'; '.join(label for _, label in marks)}",
    )


def _histogram(values: Sequence[float], label: str, wanted: float) -> tuple[Plot, str]:
    """The plot, and the words about values that are larger than it shows; bars of words are whole words."""
    axis = count_axis(label, wanted)
    if label == "words":
        width = float(max(1, -(-axis.high // min(_BINS, int(axis.high)))))
    else:
        width = axis.high / _BINS
    counts = Counter(int(value // width) for value in values)
    shown = {place: counts[place] for place in sorted(counts) if place * width < axis.high}
    beyond = len(values) - sum(shown.values())
    plot = Plot(axis, count_axis("questions", 1.25 * max(shown.values(), default=1), ticks=4))
    unit = "words" if label == "words" else "ms"
    plot.bars(
        [(place * width, (place + 1) * width, count) for place, count in shown.items()],
        "hybrid",
        [f"{p * width:,.0f} to {(p + 1) * width:,.0f} {unit}: {count}" for p, count in shown.items()],
    )
    return plot, f" {beyond} more lie beyond the right edge." if beyond else ""
