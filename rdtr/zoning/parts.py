"""Parts: permits laid over the plan. Which part of which permit lies in which unit, how large, how deep. No verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from rdtr.progress import silent
from rdtr.types import BoolArray, FloatArray, IndexArray, ObjectArray, Progress
from rdtr.zoning.counting import count_of_permits, sum_of_permits, tell_counting
from rdtr.zoning.edges import Layout, Rings, layout_of
from rdtr.zoning.grid import EdgeGrid
from rdtr.zoning.index import PlanIndex
from rdtr.zoning.laying import lay
from rdtr.zoning.slivers import AREA_EPS_M2, settle
from rdtr.zoning.threads import in_chunks

__all__ = ["Columns", "Laid", "Parts", "joined", "lay_over", "lay_rings", "lay_rows"]

Columns = tuple[Any, ...]
"""The columns of `Laid` for some polygons, but for the covered area."""


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
        total = np.zeros(len(self.parcel_area_m2))
        sum_of_permits(self.permit, weight, where, total)
        return total

    def any(self, where: BoolArray) -> BoolArray:
        """Tell for each permit whether any of its parts is meant, shape (n,)."""
        found = np.zeros(len(self.parcel_area_m2), np.bool_)
        found[self.permit[where]] = True
        return found

    def numbers(self) -> tuple[IndexArray, IndexArray]:
        """Count the parts of each permit that count, and its slivers, shape (n,) each."""
        counted, slivers = np.zeros((2, len(self.parcel_area_m2)), np.int64)
        count_of_permits(self.permit, self.counts, counted, slivers)
        return counted, slivers


def lay_over(
    geometry: ObjectArray,
    index: PlanIndex,
    tolerance_m: float,
    *,
    layout: Layout | None = None,
    laid: Laid | None = None,
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
    layout
        The same polygons laid out flat, where the caller has done so already.
    laid
        The same polygons laid over the plan's grid, where that is done already.
    workers
        Threads.
    progress
        Called with (done, total).

    Returns
    -------
    Parts
    """
    outside = len(index.units)
    layout = layout_of(geometry, "permit") if layout is None else layout
    if laid is None:
        rows = np.arange(len(geometry))
        laid = lay_rings(layout.whole(), rows, index.grid, tolerance_m, workers=workers, progress=progress)
    permit, low, high = laid.polygon, laid.depth_low, laid.depth_high
    depth = settle(geometry, permit, laid.owner, low, high, index.grid, outside, tolerance_m, workers)
    counts, narrow = _counting(permit, depth, tolerance_m, len(geometry))
    return Parts(
        permit,
        laid.owner,
        laid.area,
        depth,
        counts,
        laid.near_polygon,
        laid.near_owner,
        laid.near_depth,
        np.where(np.isnan(layout.bounds[:, 0]), np.nan, layout.area),
        laid.covered,
        narrow,
        layout.bounds,
        outside,
    )


@dataclass(frozen=True, eq=False)
class Laid:
    """Polygons laid over a layer; ordered by polygon, then by owner, what no owner covers last.

    Attributes
    ----------
    polygon, owner, area, depth_low, depth_high
        Shape (m,), the parts and bounds of their depth; the owner after the last one means "no owner".
    near_polygon, near_owner, near_depth
        Owners that a polygon does not overlap but that are nearer than the tolerance; depth is minus the distance.
    covered
        Shape (n,), area of each polygon that any owner covers; 0 for those not asked for.
    """

    polygon: IndexArray
    owner: IndexArray
    area: FloatArray
    depth_low: FloatArray
    depth_high: FloatArray
    near_polygon: IndexArray
    near_owner: IndexArray
    near_depth: FloatArray
    covered: FloatArray


def lay_rings(
    rings: Rings,
    rows: IndexArray,
    layer: EdgeGrid,
    tolerance_m: float,
    *,
    which: Literal["all", "touched"] = "all",
    workers: int | None = None,
    progress: Progress = silent,
) -> Laid:
    """Lay some polygons over any layer; see `rdtr.zoning.laying.lay`.

    Parameters
    ----------
    rings
        All polygons, laid out flat.
    rows
        Which of them, ascending.
    layer
        What they are laid over.
    tolerance_m
        Owners nearer than this are listed too; a part alone in its polygon has three of it as depth.
    which
        ``touched``: polygons that no owner is near have no part at all.
    workers
        Threads.
    progress
        Called with (done, total).

    Returns
    -------
    Laid
    """
    covered = np.zeros(len(rings))

    def run(start: int, stop: int) -> Columns:
        return lay_rows(rings, rows[start:stop], layer, tolerance_m, covered, which=which)

    return joined(in_chunks(run, len(rows), workers, progress), covered)


def lay_rows(
    rings: Rings,
    rows: IndexArray,
    layer: EdgeGrid,
    tolerance_m: float,
    covered: FloatArray,
    *,
    first: int = 0,
    which: Literal["all", "touched"] = "all",
) -> Columns:
    """Lay some polygons over a layer in this thread.

    Parameters
    ----------
    rings, rows, layer, tolerance_m, which
        See `lay_rings`.
    covered
        Shape (n,), written for these rows.
    first
        The number of the first polygon of `rings` among all.

    Returns
    -------
    Columns
    """
    touched = which == "touched"
    found: Columns = lay(rows, first, rings.flat, layer.flat, tolerance_m, AREA_EPS_M2, touched, covered)
    return found


def joined(found: list[Columns], covered: FloatArray) -> Laid:
    """Join what `lay_rows` found of one piece after the other; `found` is emptied, lest all of it is there twice."""
    kinds = (np.int64, np.int64, np.float64, np.float64, np.float64, np.int64, np.int64, np.float64)
    nothing = tuple(np.empty(0, kind) for kind in kinds)
    pieces = list(zip(nothing, *found, strict=True))
    found.clear()
    pieces.reverse()
    columns = (np.concatenate(pieces.pop()) for _ in kinds)
    permit, owner, area, low, high, near_permit, near_owner, near_depth = columns
    return Laid(permit, owner, area, low, high, near_permit, near_owner, near_depth, covered)


def _counting(permit: IndexArray, depth: FloatArray, tolerance_m: float, n: int) -> tuple[BoolArray, BoolArray]:
    counts, narrow = np.empty(len(permit), np.bool_), np.zeros(n, np.bool_)
    tell_counting(permit, depth, tolerance_m, counts, narrow)
    return counts, narrow
