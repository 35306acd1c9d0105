"""What could be approved of each parcel: approvable parts less the land that layers and buffers keep free. No verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import geopandas as gpd
import numpy as np
import shapely

from rdtr.types import BoolArray, FloatArray, IndexArray, ObjectArray
from rdtr.zoning.case import Case, Judgement
from rdtr.zoning.cellland import land_under
from rdtr.zoning.checks.regions import Region
from rdtr.zoning.exposure import grid_of
from rdtr.zoning.overlap import measure
from rdtr.zoning.pieces import cut
from rdtr.zoning.plan import Plan
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
        shapes = np.array([land[int(p)] for p in permit], dtype=object)
        lost = measure(shapes, case.index.grid, what="kept free")
        approved = np.isin(permit[lost.left] * (parts.outside + 1) + lost.right, _keys(case, good))
        area[permit] -= np.bincount(lost.left[approved], lost.area[approved], len(permit))
    return np.maximum(area, 0.0)


def _keys(case: Case, good: BoolArray) -> IndexArray:
    parts = case.parts
    return parts.permit[good] * (parts.outside + 1) + parts.unit[good]


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
    """Land of each permit that must stay free: of layers that prohibit, raster cells among them, and of buffers."""
    parcels = case.permits.geometry.to_numpy()
    permits, shapes = [np.empty(0, np.int64)], [np.empty(0, dtype=object)]
    for hit in judgements["overlay"].detail.layers:
        region = hit.region
        if region.effect == "prohibit" and region.classes and len(hit.permit):
            permits.append(hit.permit)
            shapes.append(_under_cells(case.plan, region, parcels[hit.permit]))
        elif region.effect in ("prohibit", "buffer") and len(region.land):
            pieces, tree = case.plan.derived(f"pieces of {region.table} {region.row}", partial(_pieces, region.land))
            left, piece = tree.query(parcels[hit.permit], predicate="intersects")
            permits.append(hit.permit[left])
            shapes.append(shapely.intersection(parcels[hit.permit[left]], pieces[piece]))
    permit, shape = np.concatenate(permits), np.concatenate(shapes)
    order = np.argsort(permit, kind="stable")
    permit, shape = permit[order], shape[order]
    distinct, start = np.unique(permit, return_index=True)
    stop = np.append(start, len(permit))[1:]
    # only permits that were hit come here, most of them with one piece
    return {
        int(p): _polygon(shape[a] if b - a == 1 else shapely.union_all(shape[a:b]))
        for p, a, b in zip(distinct, start, stop, strict=True)
    }


def _under_cells(plan: Plan, region: Region, parcels: ObjectArray) -> ObjectArray:
    grid = grid_of(plan, region.layer)
    return land_under(grid, grid.classified(region.classes) >= 0, parcels, plan.crs, plan.identity.crs_policy)


def _pieces(land: ObjectArray, _: Plan) -> tuple[ObjectArray, shapely.STRtree]:
    pieces, _owner = cut(land)
    return pieces, shapely.STRtree(pieces)


def _polygon(shape: shapely.Geometry) -> shapely.Geometry:
    """Keep the polygons of a mixed shape; lines and points where two only touch are no land."""
    if shape.geom_type in ("Polygon", "MultiPolygon"):
        return shape
    parts = shapely.get_parts(shape)
    return shapely.multipolygons([p for p in parts if p.geom_type == "Polygon"])
