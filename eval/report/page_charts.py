"""Charts as inline SVG: axes, lines, dots, bars and marks, coloured by the page's style sheet.

Coordinates go in as data; what comes out has no script, no style of its own and nothing to fetch, and
names what it shows for whoever hears the page. Leaves out everything that these few charts do not need.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape

WIDTH, HEIGHT = 380, 240
LEFT, RIGHT, TOP, BOTTOM = 46, 22, 14, 40
NAMES = 62  # room for the names of lines, to the right of them
_APART = 13  # least distance between the names of two lines

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Axis:
    """A range of numbers with the ticks to label on it."""

    label: str
    low: float
    high: float
    ticks: tuple[float, ...]

    def share(self, value: float) -> float:
        """Where a value lies on the axis, 0..1; those beyond an end lie at the end."""
        return min(1.0, max(0.0, (value - self.low) / (self.high - self.low)))


@dataclass(slots=True)
class Plot:
    """A chart in the making: draw into it, then take its ``svg``."""

    x: Axis
    y: Axis
    named: bool = False  # whether lines have names, which need room
    _parts: list[str] = field(default_factory=list)
    _names: list[tuple[float, str, str]] = field(default_factory=list)

    def line(self, points: Sequence[Point], kind: str, name: str = "") -> None:
        """A line through the points, with its name at the end."""
        path = " ".join(f"{self._left(x):.1f},{self._top(y):.1f}" for x, y in points)
        self._parts.append(f'<polyline class="line {kind}" points="{path}"/>')
        if name and points:
            self._names.append((self._top(points[-1][1]), name, kind))

    def dots(self, points: Sequence[Point], kind: str, radii: Sequence[float], titles: Sequence[str]) -> None:
        """A dot at each point, which tells its title to whoever points at it."""
        self._parts += [
            f'<circle class="dot {kind}" cx="{self._left(x):.1f}" cy="{self._top(y):.1f}" r="{radius:.1f}">'
            f"<title>{escape(title)}</title></circle>"
            for (x, y), radius, title in zip(points, radii, titles, strict=True)
        ]

    def bars(self, bars: Sequence[tuple[float, float, float]], kind: str, titles: Sequence[str]) -> None:
        """A bar for each (from, to, height)."""
        floor = self._top(self.y.low)
        for (start, end, height), title in zip(bars, titles, strict=True):
            left, right, top = self._left(start), self._left(end), self._top(height)
            self._parts.append(
                f'<rect class="bar {kind}" x="{left + 0.5:.1f}" y="{top:.1f}" '
                f'width="{max(0.5, right - left - 1):.1f}" height="{floor - top:.1f}">'
                f"<title>{escape(title)}</title></rect>"
            )

    def marks(self, values: Sequence[tuple[float, str]]) -> None:
        """A line across the chart at each x, its label beside it, each lower than the one before."""
        for number, (value, label) in enumerate(values):
            left, top = self._left(value), TOP + 9 + 13 * number
            end = left > (LEFT + self._right()) * 0.62
            floor = HEIGHT - BOTTOM
            self._parts.append(
                f'<line class="mark" x1="{left:.1f}" x2="{left:.1f}" y1="{TOP}" y2="{floor}"/>'
                f'<text class="said" x="{left + (-4 if end else 4):.1f}" y="{top}" '
                f'text-anchor="{"end" if end else "start"}">{escape(label)}</text>'
            )

    def svg(self, title: str) -> str:
        """The chart; ``title`` says in words what it shows."""
        return (
            f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title)}">'
            f"{self._axes()}{''.join(self._parts)}{self._line_names()}</svg>"
        )

    def _right(self) -> float:
        return WIDTH - (NAMES if self.named else RIGHT)

    def _left(self, x: float) -> float:
        return LEFT + self.x.share(x) * (self._right() - LEFT)

    def _top(self, y: float) -> float:
        return HEIGHT - BOTTOM - self.y.share(y) * (HEIGHT - BOTTOM - TOP)

    def _axes(self) -> str:
        right, floor = self._right(), HEIGHT - BOTTOM
        parts = []
        for tick in self.y.ticks:
            top = self._top(tick)
            parts.append(
                f'<line class="grid" x1="{LEFT}" x2="{right:.1f}" y1="{top:.1f}" y2="{top:.1f}"/>'
                f'<text x="{LEFT - 6}" y="{top + 3.5:.1f}" text-anchor="end">{number(tick)}</text>'
            )
        for tick in self.x.ticks:
            left = self._left(tick)
            parts.append(f'<text x="{left:.1f}" y="{floor + 15}" text-anchor="middle">{number(tick)}</text>')
        middle = (LEFT + right) / 2
        side = (TOP + floor) / 2
        parts.append(
            f'<line class="axis" x1="{LEFT}" x2="{right:.1f}" y1="{floor}" y2="{floor}"/>'
            f'<text class="label" x="{middle:.1f}" y="{HEIGHT - 6}" text-anchor="middle">'
            f"{escape(self.x.label)}</text>"
            f'<text class="label" transform="translate(11 {side:.1f}) rotate(-90)" text-anchor="middle">'
            f"{escape(self.y.label)}</text>"
        )
        return "".join(parts)

    def _line_names(self) -> str:
        """The names of the lines where these end, moved apart where they would touch."""
        parts, lowest = [], -math.inf
        waiting = sorted(self._names)
        for place, (top, name, kind) in enumerate(waiting):
            room = HEIGHT - BOTTOM - _APART * (len(waiting) - 1 - place)  # the ones below need theirs
            lowest = max(min(top, room), lowest + _APART)
            parts.append(
                f'<text class="said {kind}" x="{self._right() + 7:.1f}" y="{lowest + 3.5:.1f}">'
                f"{escape(name)}</text>"
            )
        return "".join(parts)


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
