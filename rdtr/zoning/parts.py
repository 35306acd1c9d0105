"""Parts: permits laid over the plan. Which part of which permit lies in which unit, how large, how deep. No verdicts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely

from rdtr.progress import silent
from rdtr.types import BoolArray, FloatArray, IndexArray, ObjectArray, Progress
from rdtr.zoning.index import PlanIndex
from rdtr.zoning.overlap import measure
from rdtr.zoning.slivers import AREA_EPS_M2, WITHIN_TOLERANCES, settle

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
    workers
        Threads.
    progress
        Called with (done, total).

    Returns
    -------
    Parts
    """
    outside = len(index.units)
    found = measure(
        geometry, index.pieces, index.piece_unit, reach=tolerance_m, workers=workers, progress=progress, what="permit"
    )
    real = found.area > AREA_EPS_M2
    permit, unit, area = found.left[real], found.right[real], found.area[real]
    unknown = np.isnan(found.depth[real])
    low, high = np.where(unknown, 0.0, found.depth[real]), np.where(unknown, np.inf, found.depth_high[real])
    covered = np.bincount(permit, area, len(geometry)).astype(np.float64)
    open_area = found.left_area - covered
    open_rows = np.flatnonzero(open_area > np.maximum(AREA_EPS_M2, 1e-9 * found.left_area))
    order = np.argsort(np.concatenate([permit, open_rows]), kind="stable")
    permit = np.concatenate([permit, open_rows])[order]
    unit = np.concatenate([unit, np.full(len(open_rows), outside)])[order]
    area = np.concatenate([area, open_area[open_rows]])[order]
    low = np.concatenate([low, np.zeros(len(open_rows))])[order]
    high = np.concatenate([high, np.full(len(open_rows), np.inf)])[order]
    # a part alone in its parcel is the last to vanish whatever its depth
    alone = np.bincount(permit, minlength=len(geometry))[permit] == 1
    low[alone] = high[alone] = WITHIN_TOLERANCES * tolerance_m
    depth = settle(geometry, permit, unit, low, high, index.pieces, index.piece_unit, outside, tolerance_m, workers)
    near = (found.area <= AREA_EPS_M2) & (found.depth <= 0.0) if tolerance_m > 0 else np.zeros(len(real), np.bool_)
    counts, narrow = _counting(permit, depth, tolerance_m, len(geometry))
    drawn = np.where(shapely.is_missing(geometry) | shapely.is_empty(geometry), np.nan, found.left_area)
    return Parts(
        permit,
        unit,
        area,
        depth,
        counts,
        found.left[near],
        found.right[near],
        found.depth[near],
        drawn,
        covered,
        narrow,
        outside,
    )


def _counting(permit: IndexArray, depth: FloatArray, tolerance_m: float, n: int) -> tuple[BoolArray, BoolArray]:
    counts = (depth > tolerance_m) | (tolerance_m == 0.0)
    some = np.zeros(n, np.bool_)
    some[permit[counts]] = True
    touched = np.zeros(n, np.bool_)
    touched[permit] = True
    narrow = touched & ~some
    return counts | narrow[permit], narrow
