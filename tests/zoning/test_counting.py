"""Which parts of a permit count, and how many."""

from __future__ import annotations

import numpy as np
import pytest

from rdtr.zoning.counting import count_of_permits, tell_counting

PERMIT = np.array([0, 0, 2, 2, 3], np.int64)  # the second permit has no part
DEPTH_M = np.array([9.0, 2.5, 2.0, 0.5, 3.0])


@pytest.mark.parametrize(
    ("tolerance_m", "expected", "narrow"),
    [
        (2.5, [True, False, True, True, True], [False, False, True, False]),  # what only reaches the tolerance vanishes
        (0.0, [True] * 5, [False] * 4),
        (10.0, [True] * 5, [True, False, True, True]),
        (0.7, [True, True, True, False, True], [False] * 4),
    ],
)
def test_a_part_counts_unless_it_vanishes_before_another(
    tolerance_m: float, expected: list[bool], narrow: list[bool]
) -> None:
    counts, is_narrow = np.empty(5, np.bool_), np.zeros(4, np.bool_)
    tell_counting(PERMIT, DEPTH_M, tolerance_m, counts, is_narrow)
    assert (counts.tolist(), is_narrow.tolist()) == (expected, narrow)


def test_parts_of_each_permit_are_counted() -> None:
    counted, others = np.zeros((2, 4), np.int64)
    count_of_permits(PERMIT, np.array([True, False, True, True, False]), counted, others)
    assert (counted.tolist(), others.tolist()) == ([1, 0, 2, 0], [1, 0, 0, 1])
