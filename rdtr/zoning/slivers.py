"""Depths that the kernel could only bound, settled by shrinking the parcel step by step with GEOS. No verdicts."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import shapely

from rdtr.types import BoolArray, FloatArray, IndexArray, ObjectArray
from rdtr.zoning.counting import tell_unsure
from rdtr.zoning.grid import EdgeGrid
from rdtr.zoning.overlap import measure

__all__ = ["AREA_EPS_M2", "STEPS", "WITHIN_TOLERANCES", "settle", "thresholds"]

AREA_EPS_M2 = 1e-6
"""Areas below a square millimetre are none: the kernel and GEOS agree to this."""

STEPS = 5
"""Steps within one tolerance at which a depth is tested where it is not known exactly."""

WITHIN_TOLERANCES = 3
"""Depths matter up to the tolerance itself plus a shift of twice the tolerance."""

_CLOSE_M = 0.1
"""Depths of parcels that are not convex are known to this; where the tolerance lies between the bounds, GEOS decides."""


def thresholds(tolerance_m: float) -> FloatArray:
    """Depths that are tested, ascending; one of them is the tolerance itself.

    Examples
    --------
    >>> thresholds(2.5)[:6].tolist()
    [0.5, 1.0, 1.5, 2.0, 2.5, 3.0]
    """
    return np.arange(1, WITHIN_TOLERANCES * STEPS + 1) * tolerance_m / STEPS


def settle(
    geometry: ObjectArray,
    permit: IndexArray,
    unit: IndexArray,
    low: FloatArray,
    high: FloatArray,
    layer: EdgeGrid,
    outside: int,
    tolerance_m: float,
    workers: int | None = None,
) -> FloatArray:
    """Settle the depths of parts whose bounds are apart and matter.

    The part that surely reaches deepest keeps its lower bound: whatever its depth, it is the last to vanish, and where
    all parts have vanished nothing can be said.

    Parameters
    ----------
    geometry
        Shape (n,), the parcels.
    permit, unit, low, high
        Shape (m,), the parts with their bounds of depth, ordered by permit.
    layer
        The edges of the plan; its owners are the units.
    outside
        The unit number that stands for "in no zone".
    tolerance_m
        The plan's declared accuracy.
    workers
        Threads.

    Returns
    -------
    depth
        Shape (m,); settled ones are the first threshold at which the part has vanished, at most the last one.
    """
    unsure, asked = np.empty(len(permit), np.bool_), np.zeros(len(geometry), np.bool_)
    if not tell_unsure(permit, low, high, tolerance_m, _CLOSE_M, unsure, asked):
        return low
    depth = low.copy()
    rows = np.flatnonzero(asked[permit])  # all parts of the few permits that have an unsure one
    deepest = _surely_deepest(permit[rows], low[rows], high[rows])
    open_rows = rows[unsure[rows] & ~(deepest & (low[rows] > tolerance_m))]
    if not len(open_rows):
        return depth
    steps = thresholds(tolerance_m)
    alive_to = np.searchsorted(steps, low[open_rows], "left")  # steps below the lower bound leave something
    gone_from = np.searchsorted(steps, high[open_rows], "left")  # steps from the upper bound on leave nothing
    while (going := np.flatnonzero(alive_to < gone_from)).size:
        rows, middle = open_rows[going], (alive_to[going] + gone_from[going]) // 2
        tries, local = np.unique(permit[rows] * len(steps) + middle, return_inverse=True)
        shrunk = _shrink(geometry[tries // len(steps)], steps[tries % len(steps)], workers)
        alive = _alive(shrunk, local, unit[rows], layer, outside, workers)
        alive_to[going] = np.where(alive, middle + 1, alive_to[going])
        gone_from[going] = np.where(alive, gone_from[going], middle)
    depth[open_rows] = np.minimum(steps[np.minimum(gone_from, len(steps) - 1)], high[open_rows])
    return depth


def _surely_deepest(permit: IndexArray, low: FloatArray, high: FloatArray) -> BoolArray:
    """Parts whose lower bound is not under the upper bound of any other part of the same permit."""
    order = np.lexsort((-high, permit))
    first = np.concatenate([[True], permit[order][1:] != permit[order][:-1]])
    start = np.flatnonzero(first)
    top = np.full(len(order), -np.inf)  # the highest bound among the others
    group = np.cumsum(first) - 1
    second = np.where(start + 1 < np.append(start[1:], len(order)), np.minimum(start + 1, len(order) - 1), -1)
    highest = high[order][start]
    runner_up = np.where(second >= 0, high[order][second], -np.inf)
    top[order] = np.where(first, runner_up[group], highest[group])
    return low >= top


def _shrink(geometry: ObjectArray, distance: FloatArray, workers: int | None) -> ObjectArray:
    count = workers or os.cpu_count() or 1
    cuts = np.linspace(0, len(geometry), max(1, min(count * 4, len(geometry) // 256)) + 1).astype(int)
    with ThreadPoolExecutor(count) as pool:  # GEOS works outside the GIL
        shrunk = pool.map(lambda a, b: shapely.buffer(geometry[a:b], -distance[a:b]), cuts[:-1], cuts[1:])
        return np.concatenate(list(shrunk))


def _alive(
    shrunk: ObjectArray,
    local: IndexArray,
    unit: IndexArray,
    layer: EdgeGrid,
    outside: int,
    workers: int | None,
) -> BoolArray:
    found = measure(shrunk, layer, workers=workers, what="shrunk parcel")
    covered = np.bincount(found.left, found.area, len(shrunk))
    width = outside + 1
    hit = found.left[found.area > AREA_EPS_M2] * width + found.right[found.area > AREA_EPS_M2]
    inside: BoolArray = np.isin(local * width + unit, hit)
    uncovered = found.left_area[local] - covered[local] > AREA_EPS_M2
    return np.where(unit == outside, uncovered, inside)
