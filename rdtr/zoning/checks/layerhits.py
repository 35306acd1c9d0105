"""Which permits lie on the land that overlay layers and buffers speak of, and with how much of it. Decides nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import geopandas as gpd
import numpy as np
import shapely

from rdtr.types import BoolArray, FloatArray, IndexArray, ObjectArray
from rdtr.zoning.case import Case
from rdtr.zoning.checks.regions import Region
from rdtr.zoning.exposure import class_shares, grid_of
from rdtr.zoning.overlap import overlap_areas
from rdtr.zoning.plan import Plan
from rdtr.zoning.slivers import AREA_EPS_M2

__all__ = ["LayerHits", "measure"]

_WHOLE: Final = 1e-6
"""Share that may be missing of a parcel that lies on such land as a whole: rounding of two files."""


@dataclass(frozen=True, eq=False)
class LayerHits:
    """Permits that one region hits.

    Attributes
    ----------
    permit
        Shape (k,), ascending.
    area_m2
        Shape (k,): land of the permit in the region; of lines and points, which have none, the whole parcel.
    whole
        Shape (k,), True where nothing of the parcel is free.
    """

    permit: IndexArray
    area_m2: FloatArray
    whole: BoolArray


def measure(case: Case, region: Region) -> LayerHits:
    """Find the permits that a region of shapes hits by more than the tolerance.

    A hit counts unless it vanishes when the parcel is shrunk by the tolerance, as for boundary slivers of zones; in a
    parcel too narrow to be shrunk every hit counts.
    """
    if region.classes:
        return _cells(case, region)
    parts = case.parts
    candidates = np.flatnonzero(parts.any(region.near[parts.unit]))
    shapes = case.permits.geometry.to_numpy()[candidates]
    area, touched = _areas(shapes, region)
    met = np.flatnonzero((area > AREA_EPS_M2) | touched)
    met = met[_counts(shapes[met], area[met], region, case.tolerance_m)]
    permit = candidates[met]
    parcel = parts.parcel_area_m2[permit]
    free = parcel - area[met]
    whole = touched[met] | (free <= np.maximum(_WHOLE * parcel, AREA_EPS_M2))
    whole |= _vanishes(shapes[met], free, region, case.tolerance_m) & ~whole
    return LayerHits(permit, np.where(touched[met], parcel, area[met]), whole)


def _cells(case: Case, region: Region) -> LayerHits:
    """Measure the cells of a raster under each parcel; the rim within the tolerance is left out."""
    plan, parcel = case.plan, case.parts.parcel_area_m2
    permit = np.flatnonzero(~np.isnan(parcel))
    shapes = case.permits.geometry.to_numpy()[permit]
    area = _meant(plan, region, shapes)
    met = np.flatnonzero(area > AREA_EPS_M2)
    inner = _meant(plan, region, _cores(shapes[met], case.tolerance_m))
    met = met[inner > AREA_EPS_M2]
    permit = permit[met]
    free = parcel[permit] - area[met]
    return LayerHits(permit, area[met], free <= np.maximum(_WHOLE * parcel[permit], AREA_EPS_M2))


def _meant(plan: Plan, region: Region, shapes: ObjectArray) -> FloatArray:
    """Area in m² of the shapes under the values that are meant, shape (n,)."""
    share = class_shares(
        gpd.GeoSeries(shapes, crs=plan.crs),
        grid_of(plan, region.layer),
        region.classes,
        policy=plan.identity.crs_policy,
    )
    return share[:, :-1].sum(axis=1) * shapely.area(shapes)


def _areas(shapes: ObjectArray, region: Region) -> tuple[FloatArray, BoolArray]:
    area, touched = np.zeros(len(shapes)), np.zeros(len(shapes), np.bool_)
    if len(region.land):
        left, _, shared = overlap_areas(shapes, region.land)
        area = np.bincount(left, shared, len(shapes)).astype(np.float64)
    if len(region.marks):
        touched[shapely.STRtree(region.marks).query(shapes, predicate="intersects")[0]] = True
    return area, touched


def _counts(shapes: ObjectArray, area: FloatArray, region: Region, tolerance_m: float) -> BoolArray:
    """Tell which hits reach deeper into the parcel than the tolerance; shrinking is asked only where it can matter."""
    # the rim that shrinking takes away is no larger than perimeter times tolerance
    sure = (area > shapely.length(shapes) * tolerance_m) | (tolerance_m == 0.0)
    doubtful = np.flatnonzero(~sure)
    inner, touched = _areas(_cores(shapes[doubtful], tolerance_m), region)
    sure[doubtful] = (inner > AREA_EPS_M2) | touched
    return sure


def _vanishes(shapes: ObjectArray, free: FloatArray, region: Region, tolerance_m: float) -> BoolArray:
    """Tell where the land that is left free vanishes when the parcel is shrunk."""
    gone = np.zeros(len(shapes), np.bool_)
    doubtful = np.flatnonzero((free <= shapely.length(shapes) * tolerance_m) & (free > 0.0))
    if len(doubtful) and len(region.land):
        cores = _cores(shapes[doubtful], tolerance_m)
        left, _, shared = overlap_areas(cores, region.land)
        inside = np.bincount(left, shared, len(cores))
        gone[doubtful] = shapely.area(cores) - inside <= AREA_EPS_M2
    return gone


def _cores(shapes: ObjectArray, tolerance_m: float) -> ObjectArray:
    cores = shapely.buffer(shapes, -tolerance_m, join_style="mitre")
    return np.where(shapely.is_empty(cores), shapes, cores)
