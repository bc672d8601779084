"""Charts as shapes for the page's template: axes, lines, dots, bars and marks, coloured by its style sheet.

Coordinates go in as data and come out as the attributes of SVG elements; the template escapes and writes
them. Leaves out everything that these few charts do not need.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

WIDTH, HEIGHT = 380, 240
LEFT, RIGHT, TOP, BOTTOM = 46, 22, 14, 40
NAMES = 62  # room for the names of lines, to the right of them
_FLOOR = HEIGHT - BOTTOM
_APART = 13  # least distance between the names of two lines
_TICKS = 7  # at most, on an axis of powers

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Axis:
    """A range of numbers with the ticks to label on it; logarithmic: equal steps are equal factors."""

    label: str
    low: float
    high: float
    ticks: tuple[float, ...]
    logarithmic: bool = False  # then both ends are above 0

    def share(self, value: float) -> float:
        """Where a value lies on the axis, 0..1; those beyond an end lie at the end."""
        inside = min(max(value, self.low), self.high)
        if self.logarithmic:
            return math.log(inside / self.low) / math.log(self.high / self.low)
        return (inside - self.low) / (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Shape:
    """An SVG element: an attribute that is None is absent; a title is told to whoever points at it."""

    tag: str
    attributes: Mapping[str, str | None]
    text: str = ""
    title: str = ""


@dataclass(slots=True)
class Plot:
    """A chart in the making: draw into it, then take its ``shapes``."""

    x: Axis
    y: Axis
    named: bool = False  # whether lines have names, which need room
    _drawn: list[Shape] = field(default_factory=list)
    _names: list[tuple[float, str, str]] = field(default_factory=list)

    def line(self, points: Sequence[Point], kind: str, name: str = "") -> None:
        """A line through the points, with its name at the end."""
        path = " ".join(f"{self._left(x):.1f},{self._top(y):.1f}" for x, y in points)
        self._drawn.append(_shape("polyline", f"line {kind}", points=path))
        if name and points:
            self._names.append((self._top(points[-1][1]), name, kind))

    def dots(self, points: Sequence[Point], kind: str, radii: Sequence[float], titles: Sequence[str]) -> None:
        """A dot at each point, with its title."""
        self._drawn += [
            _shape("circle", f"dot {kind}", title=title, cx=self._left(x), cy=self._top(y), r=radius)
            for (x, y), radius, title in zip(points, radii, titles, strict=True)
        ]

    def bars(self, bars: Sequence[tuple[float, float, float]], kind: str, titles: Sequence[str]) -> None:
        """A bar for each (from, to, height)."""
        for (start, end, height), title in zip(bars, titles, strict=True):
            left, top = self._left(start), self._top(height)
            width, height = max(0.5, self._left(end) - left - 1), _FLOOR - top
            self._drawn.append(
                _shape("rect", f"bar {kind}", title=title, x=left + 0.5, y=top, width=width, height=height)
            )

    def marks(self, values: Sequence[tuple[float, str]]) -> None:
        """A line across the chart at each x, its label beside it, each lower than the one before."""
        for place, (value, label) in enumerate(values):
            left, top = self._left(value), TOP + 9 + _APART * place
            aside, anchor = (-4, "end") if left > (LEFT + self._right()) * 0.62 else (4, "start")
            self._drawn += [
                _shape("line", "mark", x1=left, x2=left, y1=TOP, y2=_FLOOR),
                _shape("text", "series", label, anchor, x=left + aside, y=top),
            ]

    @property
    def shapes(self) -> list[Shape]:
        """The axes, what was drawn, and the names of the lines."""
        return [*self._axes(), *self._drawn, *self._line_names()]

    def _right(self) -> float:
        return WIDTH - (NAMES if self.named else RIGHT)

    def _left(self, x: float) -> float:
        return LEFT + self.x.share(x) * (self._right() - LEFT)

    def _top(self, y: float) -> float:
        return _FLOOR - self.y.share(y) * (_FLOOR - TOP)

    def _axes(self) -> list[Shape]:
        right, shapes = self._right(), []
        for tick in self.y.ticks:
            top = self._top(tick)
            shapes += [
                _shape("line", "grid", x1=LEFT, x2=right, y1=top, y2=top),
                _shape("text", "", number(tick), "end", x=LEFT - 6, y=top + 3.5),
            ]
        for tick in self.x.ticks:
            shapes.append(_shape("text", "", number(tick), "middle", x=self._left(tick), y=_FLOOR + 15))
        upright = f"translate(11 {(TOP + _FLOOR) / 2:.1f}) rotate(-90)"
        return [
            *shapes,
            _shape("line", "axis", x1=LEFT, x2=right, y1=_FLOOR, y2=_FLOOR),
            _shape("text", "label", self.x.label, "middle", x=(LEFT + right) / 2, y=HEIGHT - 6),
            _shape("text", "label", self.y.label, "middle", transform=upright),
        ]

    def _line_names(self) -> list[Shape]:
        """The names of the lines where these end, moved apart where they would touch."""
        shapes, lowest = [], -math.inf
        waiting = sorted(self._names)
        for place, (top, name, kind) in enumerate(waiting):
            room = _FLOOR - _APART * (len(waiting) - 1 - place)  # the ones below need theirs
            lowest = max(min(top, room), lowest + _APART)
            shapes.append(_shape("text", f"series {kind}", name, x=self._right() + 7, y=lowest + 3.5))
        return shapes


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart with its title, the words to read it by, and what it shows for whoever hears the page."""

    title: str
    words: str
    plot: Plot
    told: str
    stages: Mapping[str, Mapping[str, float]] = field(default_factory=dict)  # percentiles, as a table below


def number(value: float) -> str:
    """A number as short as it can be read: 0.25, 1, 1,500."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:g}"


def share_axis(label: str, low: float = 0.0) -> Axis:
    """An axis for shares from ``low``, rounded down, to 1."""
    step = 0.2 if low < 0.5 else 0.1 if low < 0.8 else 0.05
    first = math.floor(low / step + 1e-9)
    last = round(1 / step)
    return Axis(label, first * step, 1.0, tuple(round(n * step, 2) for n in range(first, last + 1)))


def count_axis(label: str, high: float, ticks: int = 5) -> Axis:
    """An axis from 0 to at least ``high``, its ticks 1, 2 or 5 times a power of ten apart."""
    rough = max(high, 1.0) / ticks
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(size * power for size in (1, 2, 5, 10) if size * power >= rough - 1e-9)
    step = max(step, 1.0)
    count = math.ceil(max(high, 1.0) / step - 1e-9)
    return Axis(label, 0.0, count * step, tuple(n * step for n in range(count + 1)))


def logarithmic_axis(label: str, values: Sequence[float]) -> Axis:
    """An axis that all the values lie on, what is 0 at its low end; its ends and ticks are round numbers."""
    positive = [value for value in values if value > 0] or [1.0]
    powers = range(math.floor(math.log10(min(positive))) - 1, math.ceil(math.log10(max(positive))) + 2)
    steps = [round(digit * 10.0**power, 12) for power in powers for digit in (1, 2, 5)]
    first = max(n for n, step in enumerate(steps) if step <= min(positive))
    last = max(first + 1, min(n for n, step in enumerate(steps) if step >= max(positive)))
    ticks = steps[first : last + 1]
    if len(ticks) > _TICKS:
        ticks = [step for step in ticks if steps.index(step) % 3 == 0]  # the powers of ten
        ticks = ticks[:: -(-len(ticks) // _TICKS)]
    return Axis(label, steps[first], steps[last], tuple(ticks), logarithmic=True)


def _shape(
    tag: str, kind: str, text: str = "", anchor: str = "", title: str = "", **places: float | str
) -> Shape:
    placed = {name: at if isinstance(at, str) else f"{at:.1f}" for name, at in places.items()}
    return Shape(tag, {"class": kind or None, **placed, "text-anchor": anchor or None}, text, title)
