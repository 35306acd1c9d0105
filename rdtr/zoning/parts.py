"""Parts: permits laid over the plan. Which part of which permit lies in which unit, how large, how deep. No verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from rdtr.progress import silent
from rdtr.types import BoolArray, FloatArray, IndexArray, ObjectArray, Progress
from rdtr.zoning.edges import Rings, rings_of
from rdtr.zoning.index import PlanIndex
from rdtr.zoning.laying import lay
from rdtr.zoning.overlap import in_chunks
from rdtr.zoning.slivers import AREA_EPS_M2, settle

__all__ = ["Parts", "lay_over"]


@dataclass(frozen=True, eq=False)
class Parts:
    """Parts of permits, ordered by permit, then by unit; the part outside the plan comes last.

    Attributes
    ----------
    permit, unit
        Shape (m,), int64. The unit number ``len(units)`` means "in no zone of the plan".
    area_m2
        Shape (m,), planar, in the plan's CRS.
    depth_m
        Shape (m,), how far the part reaches into the parcel, up to three tolerances.
    counts
        Shape (m,), False for a boundary sliver.
    near_permit, near_unit, near_depth_m
        Units that a permit does not overlap but that are nearer than the tolerance; depth is minus the distance.
    parcel_area_m2
        Shape (n,), planar; NaN without a geometry.
    covered_m2
        Shape (n,), area in any zone.
    narrow
        Shape (n,), True where every part vanished when shrunk, so that all of them count.
    bounds
        Shape (n, 4), boxes of the permits; NaN without a geometry.
    outside
        The unit number of "in no zone".
    """

    permit: IndexArray
    unit: IndexArray
    area_m2: FloatArray
    depth_m: FloatArray
    counts: BoolArray
    near_permit: IndexArray
    near_unit: IndexArray
    near_depth_m: FloatArray
    parcel_area_m2: FloatArray
    covered_m2: FloatArray
    narrow: BoolArray
    bounds: FloatArray
    outside: int

    def sums(self, weight: FloatArray, where: BoolArray) -> FloatArray:
        """Sum a weight over the parts of each permit, shape (n,)."""
        return np.bincount(self.permit[where], weight[where], len(self.parcel_area_m2)).astype(np.float64)

    def any(self, where: BoolArray) -> BoolArray:
        """Tell for each permit whether any of its parts is meant, shape (n,)."""
        found = np.zeros(len(self.parcel_area_m2), np.bool_)
        found[self.permit[where]] = True
        return found


def lay_over(
    geometry: ObjectArray,
    index: PlanIndex,
    tolerance_m: float,
    *,
    rings: Rings | None = None,
    workers: int | None = None,
    progress: Progress = silent,
) -> Parts:
    """Lay permits over a plan.

    Parameters
    ----------
    geometry
        Shape (n,), polygons in the plan's CRS; None and empty have no part.
    index
        The prepared plan.
    tolerance_m
        A part counts unless it vanishes when the parcel is shrunk by this; 0 counts every part.
    rings
        The same polygons laid out flat, where the caller has done so already.
    workers
        Threads.
    progress
        Called with (done, total).

    Returns
    -------
    Parts
    """
    outside = len(index.units)
    laid_out = rings_of(geometry, "permit") if rings is None else rings
    area, covered = np.full(len(geometry), np.nan), np.zeros(len(geometry))

    def run(start: int, stop: int) -> tuple[Any, ...]:
        return lay(start, stop, laid_out.flat, index.grid.flat, tolerance_m, AREA_EPS_M2, area, covered)

    found = in_chunks(run, len(geometry), workers, progress)
    part, size, near, gap = (_joined(found, k, shape) for k, shape in enumerate(((0, 2), (0, 3), (0, 2), (0, 1))))
    permit, unit, low, high = part[:, 0].copy(), part[:, 1].copy(), size[:, 1], size[:, 2]
    depth = settle(geometry, permit, unit, low, high, index.grid, outside, tolerance_m, workers)
    counts, narrow = _counting(permit, depth, tolerance_m, len(geometry))
    return Parts(
        permit,
        unit,
        size[:, 0].copy(),
        depth,
        counts,
        near[:, 0].copy(),
        near[:, 1].copy(),
        gap[:, 0].copy(),
        area,
        covered,
        narrow,
        laid_out.bounds,
        outside,
    )


def _joined(found: list[tuple[Any, ...]], column: int, empty: tuple[int, int]) -> Any:
    kind = np.int64 if column % 2 == 0 else np.float64
    return np.concatenate([np.empty(empty, kind), *(f[column] for f in found)])


def _counting(permit: IndexArray, depth: FloatArray, tolerance_m: float, n: int) -> tuple[BoolArray, BoolArray]:
    counts = (depth > tolerance_m) | (tolerance_m == 0.0)
    some = np.zeros(n, np.bool_)
    some[permit[counts]] = True
    touched = np.zeros(n, np.bool_)
    touched[permit] = True
    narrow = touched & ~some
    return counts | narrow[permit], narrow
