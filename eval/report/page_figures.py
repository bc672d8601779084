"""The figures of a stored report: a bar of outcomes and five charts, each with the words to read it by.

A figure whose numbers the report does not have is empty, and is left out of the page.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from statistics import median
from typing import Any

from eval.measures.answers import percentile
from eval.report.page_charts import Axis, Plot, count_axis, share_axis
from eval.report.stored import Stored

DEPTH = 10
_BINS = 24
_LEG_ORDER = ("hybrid", "lexical", "dense")


def outcome_bar(counts: Mapping[str, int]) -> str:
    """One bar cut by outcome, in the order given; nothing where nothing was counted."""
    total = sum(counts.values())
    if not total:
        return ""
    parts, left = [], 0.0
    for name, count in counts.items():
        width = 1000 * count / total
        if count:
            parts.append(
                f'<rect class="{slug(name)}" x="{left:.2f}" y="0" width="{width:.2f}" height="28">'
                f"<title>{escape(name)}: {count}</title></rect>"
            )
        left += width
    told = ", ".join(f"{name} {count}" for name, count in counts.items() if count)
    return (
        '<svg class="outcomes" viewBox="0 0 1000 28" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(told)}">{"".join(parts)}</svg>'
    )


def figures(report: Stored) -> str:
    """All the charts that the report has numbers for."""
    drawn = [
        success_figure(report["questions"]),
        risk_figure(report.get("confidence") or {}),
        reliability_figure(report.get("confidence") or {}),
        latency_figure(report.get("timings") or {}),
        length_figure(report["questions"]),
    ]
    return "".join(drawn)


def success_figure(questions: Sequence[Mapping[str, Any]]) -> str:
    """success@k for k = 1..10, a line for each retriever."""
    found: dict[str, list[int | None]] = {}
    for question in questions:
        for leg, rank in (question.get("ranks") or {}).items():
            found.setdefault(leg, []).append(rank)
    if not found:
        return ""
    legs = sorted(found, key=lambda leg: (leg not in _LEG_ORDER, leg != "hybrid", leg != "lexical", leg))
    curves = {
        leg: [
            (float(k), sum(rank is not None and rank <= k for rank in found[leg]) / len(found[leg]))
            for k in range(1, DEPTH + 1)
        ]
        for leg in legs
    }
    lowest = min(value for curve in curves.values() for _, value in curve)
    plot = Plot(
        Axis("k", 1, DEPTH, tuple(range(1, DEPTH + 1))),
        share_axis("success@k", min(lowest - 0.02, 0.9) if lowest > 0.3 else 0.0),
        named=True,
    )
    for leg, curve in curves.items():
        kind = leg if leg in _LEG_ORDER else "other"
        plot.line(curve, kind, leg)
        plot.dots(
            curve, kind, [2.6] * len(curve), [f"{leg}: success@{k:.0f} {value:.3f}" for k, value in curve]
        )
    told = ", ".join(
        f"{leg} {curve[0][1]:.3f} at 1 and {curve[-1][1]:.3f} at 10" for leg, curve in curves.items()
    )
    return _figure(
        "Found among the first k",
        "The share of questions whose gold article is among the first k articles, by retriever."
        + (f" The axis begins at {plot.y.low:g}." if plot.y.low else ""),
        plot.svg(f"success@k: {told}"),
    )


def risk_figure(confidence: Mapping[str, Any]) -> str:
    """The share of wrong answers among the most confident, by how many of the questions those are."""
    points = [(coverage, risk) for coverage, risk, *_ in confidence.get("risk_coverage") or []]
    if not points:
        return ""
    plot = Plot(share_axis("coverage"), _risk_axis(max(risk for _, risk in points)))
    plot.line(points, "hybrid")
    radii = [2.2] * len(points)
    titles = [
        f"the most confident {coverage:.0%}: {risk:.1%} wrong"
        + (f", confidence from {rest[0]:.2f}" if rest else "")
        for coverage, risk, *rest in confidence["risk_coverage"]
    ]
    plot.dots(points, "hybrid small", radii, titles)
    area = confidence.get("AURC")
    told = "" if area is None else f" The area below it (AURC) is {area:.3f}; less is better."
    return _figure(
        "Risk and coverage",
        "Were only the most confident answers given: how many of them would be wrong." + told,
        plot.svg(f"risk at full coverage {points[-1][1]:.3f}, at the first point {points[0][1]:.3f}.{told}"),
    )


def reliability_figure(confidence: Mapping[str, Any]) -> str:
    """How often answers of each confidence are right."""
    bins = confidence.get("reliability") or []
    if not bins:
        return ""
    plot = Plot(share_axis("confidence"), share_axis("share right"))
    plot.line([(0, 0), (1, 1)], "ideal")
    points = [(one["confidence"], one["right"]) for one in bins]
    most = max(one["questions"] for one in bins)
    plot.line(points, "hybrid")
    plot.dots(
        points,
        "hybrid",
        [2.5 + 6 * (one["questions"] / most) ** 0.5 for one in bins],
        [
            f"confidence {one['confidence']:.2f}: {one['right']:.0%} of {one['questions']} right"
            for one in bins
        ],
    )
    error = confidence.get("ECE")
    told = "" if error is None else f" The expected calibration error (ECE) is {error:.3f}."
    return _figure(
        "Reliability",
        "Where confidence means what it says, the dots lie on the broken line; a larger dot holds more "
        f"questions.{told}",
        plot.svg(f"right by confidence: {', '.join(f'{x:.2f} {y:.2f}' for x, y in points)}.{told}"),
    )


def latency_figure(timings: Mapping[str, Any]) -> str:
    """How long answers took, with the percentiles of the stages."""
    spent = [float(one) for one in timings.get("by_question_ms") or [] if one is not None]
    if not any(spent):
        return ""
    marks = {name: percentile(spent, share) for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99))}
    plot, beyond = _histogram(spent, "milliseconds", marks["p99"] * 1.15, "ms")
    plot.marks([(value, f"{name} {value:,.0f} ms") for name, value in marks.items()])
    told = ", ".join(f"{name} {value:,.0f} ms" for name, value in marks.items())
    return _figure(
        "Time for an answer",
        "Questions by how long their end-to-end answer took." + beyond,
        plot.svg(f"time for an answer: {told}") + _stages(timings.get("stages_ms") or {}),
    )


def length_figure(questions: Sequence[Mapping[str, Any]]) -> str:
    """How many words the answers have, beside what the gold answers have."""
    said = [len(text.split()) for one in questions if (text := (one.get("answering") or {}).get("text"))]
    golds = [min(len(gold.split()) for gold in one["answers"]) for one in questions if one.get("answers")]
    if not said:
        return ""
    plot, beyond = _histogram(said, "words", max(percentile(said, 0.99) * 1.1, 10), "words")
    marks = [(float(median(said)), f"answers: {median(said):g}")]
    if golds:
        marks.insert(0, (float(median(golds)), f"gold: {median(golds):g}"))
    plot.marks(marks)
    told = "; ".join(label for _, label in marks)
    return _figure(
        "Length of an answer",
        f"Answers by their number of words, and the medians of answers and shortest gold answers.{beyond}",
        plot.svg(f"median words, {told}"),
    )


def slug(name: str) -> str:
    """An outcome's name as a class of the style sheet."""
    return name.replace(" ", "-")


def _risk_axis(highest: float) -> Axis:
    step = 0.2 if highest > 0.5 else 0.1 if highest > 0.2 else 0.05
    count = max(1, -(-highest // step))
    return Axis("risk", 0.0, count * step, tuple(round(n * step, 2) for n in range(int(count) + 1)))


def _histogram(values: Sequence[float], label: str, wanted: float, unit: str) -> tuple[Plot, str]:
    """The plot, and the words about values that are larger than it shows."""
    axis = count_axis(label, wanted)
    whole = unit == "words"
    bins = min(_BINS, int(axis.high)) if whole else _BINS
    width = axis.high / bins
    width = float(max(1, -(-axis.high // bins))) if whole else width
    counts = Counter(int(value // width) for value in values)
    shown = {place: count for place, count in counts.items() if place * width < axis.high}
    beyond = len(values) - sum(shown.values())
    plot = Plot(axis, count_axis("questions", 1.25 * max(shown.values(), default=1), ticks=4))
    places = sorted(shown)
    plot.bars(
        [(place * width, (place + 1) * width, shown[place]) for place in places],
        "hybrid",
        [f"{place * width:,.0f} to {(place + 1) * width:,.0f} {unit}: {shown[place]}" for place in places],
    )
    return plot, f" {beyond} more lie beyond the right edge." if beyond else ""


def _stages(stages: Mapping[str, Mapping[str, float]]) -> str:
    rows = "".join(
        f'<tr><th scope="row">{escape(stage)}</th>'
        + "".join(
            f"<td>{values[name]:,.1f}</td>" if name in values else "<td>–</td>" for name in _PERCENTILES
        )
        + "</tr>"
        for stage, values in stages.items()
        if values
    )
    if not rows:
        return ""
    heads = "".join(f'<th scope="col">{name}</th>' for name in _PERCENTILES)
    return (
        f'<table class="stages"><thead><tr><th scope="col">stage, ms</th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table>"
    )


_PERCENTILES = ("p50", "p95", "p99")


def _figure(title: str, caption: str, drawn: str) -> str:
    return f"<figure><figcaption><h3>{title}</h3><p>{escape(caption)}</p></figcaption>{drawn}</figure>"
