"""Charts: data lie where the axes say, ticks are round numbers that hold every value."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eval.report.charts import Axis, Plot, count_axis, logarithmic_axis, share_axis


def test_a_chart_puts_data_where_it_belongs() -> None:
    plot = Plot(Axis("x", 0, 10, (0, 10)), Axis("y", 0, 1, (0, 1)))
    plot.line([(0, 0), (10, 1), (20, 2)], "a")
    (line,) = [shape.attributes["points"] for shape in plot.shapes if shape.tag == "polyline"]
    points = [tuple(map(float, point.split(","))) for point in str(line).split()]
    ticks = {
        s.text: s.attributes.get("x") for s in plot.shapes if s.attributes.get("text-anchor") == "middle"
    }
    assert points[0][0] == float(ticks["0"])
    assert points[1][0] == float(ticks["10"])
    assert points[0][1] > points[1][1]  # up is more
    assert points[2] == points[1]  # beyond the end is at the end


def test_names_of_lines_that_end_together_are_kept_apart() -> None:
    plot = Plot(Axis("x", 0, 1, ()), Axis("y", 0, 1, ()), named=True)
    for name in ("one", "two", "three"):
        plot.line([(0, 0.0), (1, 0.0)], name, name)
    tops = sorted(
        float(shape.attributes["y"]) for shape in plot.shapes if shape.text in ("one", "two", "three")
    )
    assert len(tops) == 3
    assert min(b - a for a, b in itertools.pairwise(tops)) >= 12
    assert tops[-1] <= 240 - 40 + 4


@pytest.mark.parametrize("high", [0, 1, 7, 33.3, 100, 1234, 98_765])
def test_ticks_of_counts_reach_the_highest(high: float) -> None:
    axis = count_axis("n", high)
    assert axis.high >= max(high, 1)
    assert axis.ticks[0] == 0
    assert axis.ticks[-1] == axis.high
    assert 2 <= len(axis.ticks) <= 7
    assert all(tick == int(tick) for tick in axis.ticks)


@pytest.mark.parametrize(("low", "ticks"), [(0.0, 6), (0.55, 6), (0.83, 5)])
def test_ticks_of_shares_end_at_one(low: float, ticks: int) -> None:
    axis = share_axis("share", low)
    assert axis.low <= low
    assert (axis.ticks[-1], len(axis.ticks)) == (1.0, ticks)


@settings(deadline=None)
@given(st.lists(st.floats(1e-6, 1e9), min_size=1, max_size=8))
def test_a_logarithmic_axis_holds_every_value_between_round_ends(values: list[float]) -> None:
    axis = logarithmic_axis("seconds", values)
    assert axis.low <= min(values) * (1 + 1e-9)
    assert max(values) <= axis.high * (1 + 1e-9)
    assert axis.low < axis.high
    assert 1 <= len(axis.ticks) <= 7
    assert all(axis.low <= tick <= axis.high for tick in axis.ticks)


@settings(deadline=None)
@given(st.floats(0.01, 10), st.floats(1.1, 10))
def test_equal_factors_are_equal_steps(start: float, factor: float) -> None:
    axis = Axis("seconds", 0.001, 10_000, (), logarithmic=True)
    steps = [axis.share(start * factor**n) for n in range(4)]
    assert np.diff(steps) == pytest.approx([steps[1] - steps[0]] * 3)
    assert axis.share(0) == 0
