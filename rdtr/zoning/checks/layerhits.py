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
from rdtr.zoning.grid import EdgeGrid
from rdtr.zoning.grid import grid_of as edge_grid
from rdtr.zoning.overlap import measure as measure_overlaps
from rdtr.zoning.parts import lay_rings
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
    land = _on_land(case, region, candidates)
    touched = np.zeros(len(case), np.bool_)
    touched[_meeting(case, region.marks, candidates)] = True
    permit = np.flatnonzero(touched | ((land.area > AREA_EPS_M2) & land.counts))
    parcel, area = parts.parcel_area_m2[permit], land.area[permit]
    whole = touched[permit] | (parcel - area <= np.maximum(_WHOLE * parcel, AREA_EPS_M2)) | land.fills[permit]
    return LayerHits(permit, np.where(touched[permit], parcel, area), whole)


def _meeting(case: Case, marks: ObjectArray, candidates: IndexArray) -> IndexArray:
    """Permits that lines or points meet deeper inside than the tolerance."""
    if not len(marks):
        return np.empty(0, np.int64)
    tree, shapes = shapely.STRtree(marks), case.permits.geometry.to_numpy()
    met = candidates[np.unique(tree.query(shapes[candidates], predicate="intersects")[0])]
    inner = tree.query(_cores(shapes[met], case.tolerance_m), predicate="intersects")[0]
    return np.asarray(met[np.unique(inner)])


@dataclass(frozen=True, eq=False)
class _Land:
    """Land of a region in every permit, shape (n,) each: area, whether it counts, whether what it leaves free does not."""

    area: FloatArray
    counts: BoolArray
    fills: BoolArray


def _on_land(case: Case, region: Region, candidates: IndexArray) -> _Land:
    n, tolerance = len(case), case.tolerance_m
    none = np.zeros(n, np.bool_)
    if not len(region.land):
        return _Land(np.zeros(n), none, none)
    owner = np.zeros(len(region.land), np.int64)
    layer = case.plan.derived(f"land of {region.table} {region.row}", lambda _: edge_grid(region.land, owner))
    laid = lay_rings(case.rings, candidates, layer, tolerance, which="touched")
    deep = np.full((n, 2), -np.inf)  # of the land, and of what is free
    unsure = none.copy()
    for column in (0, 1):
        rows = laid.owner == column
        deep[laid.polygon[rows], column] = laid.depth_low[rows]
        bounded = (laid.depth_low <= tolerance) & (laid.depth_high > tolerance)
        unsure[laid.polygon[rows & bounded]] = True
    narrow = deep.max(axis=1) <= tolerance
    counts = (deep[:, 0] > tolerance) | narrow | (tolerance == 0.0)
    fills = np.isfinite(deep[:, 1]) & (deep[:, 1] <= tolerance) & ~narrow
    rows = np.flatnonzero(unsure)  # parcels of many corners: shrunk by GEOS
    counts[rows], fills[rows] = _shrunk(case.permits.geometry.to_numpy()[rows], layer, tolerance)
    return _Land(laid.covered, counts, fills)


def _shrunk(shapes: ObjectArray, layer: EdgeGrid, tolerance_m: float) -> tuple[BoolArray, BoolArray]:
    """Tell where land is left in the shrunk parcel, and where nothing but land is left."""
    cores = _cores(shapes, tolerance_m)
    found = measure_overlaps(cores, layer)
    inside = np.bincount(found.left, found.area, len(cores))
    return inside > AREA_EPS_M2, shapely.area(cores) - inside <= AREA_EPS_M2


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


def _cores(shapes: ObjectArray, tolerance_m: float) -> ObjectArray:
    cores = shapely.buffer(shapes, -tolerance_m, join_style="mitre")
    return np.where(shapely.is_empty(cores), shapes, cores)
