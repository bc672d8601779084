"""Confidence against worked cases and plain definitions."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.measures.calibration import aurc, expected_calibration_error, reliability, risk_coverage

pairs = st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.99, 1.0]), st.booleans()), min_size=1)


def test_risk_over_coverage_by_hand() -> None:
    known = [(0.9, True), (0.8, False), (0.8, True), (0.1, False)]
    assert risk_coverage(known) == [(0.25, 0.0, 0.9), (0.75, 1 / 3, 0.8), (1.0, 0.5, 0.1)]
    assert aurc(known) == pytest.approx((0 + 1 / 2 + 1 / 3 + 2 / 4) / 4)  # of the two at 0.8 the wrong first


def test_the_best_and_the_worst_order() -> None:
    assert aurc([(0.9, True), (0.8, True)]) == 0
    assert aurc([(0.9, False), (0.1, False)]) == 1
    assert aurc([(0.9, True), (0.1, False)]) == 0.25
    assert aurc([(0.9, False), (0.1, True)]) == 0.75


@given(pairs)
def test_each_point_is_what_a_threshold_does(known: list[tuple[float, bool]]) -> None:
    for coverage, risk, threshold in risk_coverage(known):
        kept = [right for confidence, right in known if confidence >= threshold]
        assert coverage == pytest.approx(len(kept) / len(known))
        assert risk == pytest.approx(1 - np.mean(kept))


@given(pairs)
def test_the_area_does_not_depend_on_the_order_of_the_questions(known: list[tuple[float, bool]]) -> None:
    assert aurc(known) == pytest.approx(aurc(known[::-1]))
    assert 0 <= aurc(known) <= 1


def test_bins_by_hand() -> None:
    low, high = reliability([(0.05, False), (0.06, True), (1.0, True)])
    assert (low.low, low.high, low.questions, low.confidence, low.right) == (0.0, 0.1, 2, 0.055, 0.5)
    assert (high.low, high.high, high.questions, high.right) == (0.9, 1.0, 1, 1.0)


def test_expected_calibration_error_by_hand() -> None:
    known = [(0.05, False), (0.15, True), (0.95, True), (0.95, False)]
    assert expected_calibration_error(known) == pytest.approx((0.05 + 0.85 + 2 * 0.45) / 4)
    assert expected_calibration_error([(1.0, True), (0.0, False)]) == 0


@given(pairs)
def test_expected_calibration_error_is_the_weighted_gap(known: list[tuple[float, bool]]) -> None:
    confidence = np.array([confidence for confidence, _ in known])
    right = np.array([right for _, right in known], dtype=float)
    member = np.minimum((confidence * 10).astype(int), 9)
    gap = sum(abs((confidence - right)[member == part].sum()) for part in range(10)) / len(known)
    assert expected_calibration_error(known) == pytest.approx(gap)


def test_of_no_questions_nothing_is_known() -> None:
    assert math.isnan(aurc([]))
    assert math.isnan(expected_calibration_error([]))
    assert risk_coverage([]) == reliability([]) == []
