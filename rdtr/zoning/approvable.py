"""What could be approved of each parcel: approvable parts less the land that layers and buffers keep free. No verdicts."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import shapely

from rdtr.types import BoolArray, FloatArray, IndexArray, ObjectArray
from rdtr.zoning.case import Case, Judgement
from rdtr.zoning.locate import zone_finder
from rdtr.zoning.shapes import approvable

__all__ = ["approvable_area", "without_forbidden"]


def approvable_area(case: Case, judgements: Mapping[str, Judgement]) -> FloatArray:
    """Measure what could be approved of each permit, m² in the plan's CRS, shape (n,).

    Parts are added up as they were measured; only for permits with land that a layer or a buffer keeps free are shapes
    made, since the two may lie over each other.
    """
    parts = case.parts
    good = approvable(case, judgements)
    area = parts.sums(parts.area_m2, good)
    land = _forbidden(case, judgements)
    permit = np.array([p for p in land if area[p] > 0.0], np.int64)
    if len(permit):
        shapes = _good_land(case, good, permit)
        free = shapely.difference(shapes, np.array([land[int(p)] for p in permit], dtype=object))
        area[permit] = np.minimum(area[permit], shapely.area(free))
    return area


def without_forbidden(frame: gpd.GeoDataFrame, case: Case, judgements: Mapping[str, Judgement]) -> gpd.GeoDataFrame:
    """Cut the land that layers and buffers keep free out of shapes by ``permit_id``; what vanishes is left out."""
    land = _forbidden(case, judgements)
    if not land:
        return frame
    ids = case.permits["permit_id"].to_numpy(object)
    by_id = {ids[p]: shape for p, shape in land.items()}
    shapes = [
        shapely.difference(g, by_id[p]) if p in by_id else g
        for p, g in zip(frame["permit_id"], frame.geometry, strict=True)
    ]
    cut = frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))
    return cut[~cut.geometry.is_empty].reset_index(drop=True)


def _forbidden(case: Case, judgements: Mapping[str, Judgement]) -> dict[int, shapely.Geometry]:
    """Land that must stay free, by permit: of layers that prohibit, and of buffers."""
    shapes: dict[int, list[shapely.Geometry]] = {}
    parcels = case.permits.geometry.to_numpy()
    for hit in judgements["overlay"].detail.layers:
        region = hit.region
        if region.effect in ("prohibit", "buffer") and len(region.land):
            left, land = shapely.STRtree(region.land).query(parcels[hit.permit], predicate="intersects")
            for p, k in zip(hit.permit[left], land, strict=True):  # only permits that were hit
                shapes.setdefault(int(p), []).append(region.land[k])
    return {p: shapely.union_all(some) for p, some in shapes.items()}


def _good_land(case: Case, good: BoolArray, permit: IndexArray) -> ObjectArray:
    """Intersect some parcels with the zones of their approvable parts, shape (k,)."""
    parts, finder = case.parts, zone_finder(case.plan)
    width = parts.outside + 1
    wanted = np.unique(parts.permit[good] * width + parts.unit[good])
    parcels = case.permits.geometry.to_numpy()[permit]
    left, zone = finder.tree.query(parcels)
    key = permit[left] * width + case.index.units.of_zone[zone]
    meant = np.isin(key, wanted)
    left, zone = left[meant], zone[meant]
    shape = shapely.intersection(parcels[left], finder.shapes[zone])
    return np.array([shapely.union_all(shape[left == k]) for k in range(len(permit))], dtype=object)
