"""Checks of borders: overlaps, gaps, outline, wards, joins. Each turns what the topology found into findings."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import shapely

from rdtr.text import quantity
from rdtr.types import FloatArray, IndexArray, ObjectArray
from rdtr.zoning.audit.found import Found
from rdtr.zoning.audit.scene import Scene
from rdtr.zoning.grid import grid_of
from rdtr.zoning.overlap import measure
from rdtr.zoning.topology import Region, mean_width

__all__ = ["gaps", "joins", "outline", "overlaps", "wards"]

_SAME = 1e-9  # share of the larger polygon; two drawings of one polygon differ by rounding only


def _width(value: float) -> dict[str, str]:
    return {"id": quantity(value, "m", "id"), "en": quantity(value, "m", "en")}


def overlaps(scene: Scene) -> Iterator[Found]:
    """Pairs of zones that lie on top of each other: in part, as a sliver, one inside the other, or the same twice."""
    found = scene.topology.overlaps
    area, width = shapely.area(scene.geometry), mean_width(found.shape)
    for k in np.flatnonzero(found.area >= scene.limits["min_area_m2"]):
        i, j = int(found.left[k]), int(found.right[k])
        code, a, b = _kind(area, i, j, float(found.area[k]), narrow=bool(width[k] < scene.limits["sliver_width_m"]))
        values = {"a": scene.called(a), "b": scene.called(b), "width": _width(float(width[k]))}
        yield Found(code, a, b, float(found.area[k]), found.shape[k], values=values)


def _kind(area: FloatArray, i: int, j: int, common: float, *, narrow: bool) -> tuple[str, int, int]:
    small, large = (i, j) if area[i] <= area[j] else (j, i)
    if common >= area[large] * (1.0 - _SAME):
        return "ZONE_DOUBLED", i, j
    if common >= area[small] * (1.0 - _SAME):
        return "ZONE_COVERED", small, large
    return ("OVERLAP_SLIVER" if narrow else "OVERLAP"), i, j


def gaps(scene: Scene) -> Iterator[Found]:
    """Places that no zone covers: enclosed ones, and with an outline all inside it."""
    yield from _regions(scene, scene.topology.gaps, "GAP", "GAP_SLIVER")


def outline(scene: Scene) -> Iterator[Found]:
    """Places beyond the outline that zones cover."""
    yield from _regions(scene, scene.topology.beyond, "OUTLINE_BEYOND", "OUTLINE_BEYOND_SLIVER")


def _regions(scene: Scene, region: Region, wide: str, narrow: str) -> Iterator[Found]:
    width = mean_width(region.shape)
    for k in np.flatnonzero(region.area >= scene.limits["min_area_m2"]):
        around = region.around[k]
        values = {"around": scene.called_all(around), "width": _width(float(width[k]))}
        code = narrow if width[k] < scene.limits["sliver_width_m"] else wide
        first = around[0] if around else None
        second = around[1] if len(around) > 1 else None
        yield Found(code, first, second, float(region.area[k]), region.shape[k], values=values)


def wards(scene: Scene) -> Iterator[Found]:
    """Zones that lie, by more than a share, outside the polygon of the ward they are marked with."""
    if scene.wards is None:
        return
    codes, shapes = scene.wards
    marked = scene.texts("KODSWP")
    known = np.isin(marked.astype(str), codes.astype(str))
    # zones that name no ward, such as the road body of a whole town, are not laid over the wards at all
    inside = np.zeros(len(marked))
    inside[known] = _inside_own(scene.geometry[known], marked[known], codes, shapes)
    area = shapely.area(scene.geometry)
    for zone in np.flatnonzero(known & (area - inside > scene.limits["ward_share"] * area)):
        row = int(zone)
        values = {"a": scene.called(row), "found": marked[row]}
        place = shapely.MultiPoint([shapely.point_on_surface(scene.geometry[row])])
        yield Found("WARD_DISAGREES", row, None, float(area[row] - inside[row]), place, "KODSWP", values)


def _inside_own(geometry: ObjectArray, marked: ObjectArray, codes: ObjectArray, shapes: ObjectArray) -> FloatArray:
    found = measure(geometry, grid_of(shapes, what="ward"))
    own = marked[found.left] == codes[found.right]
    return np.bincount(found.left[own], found.area[own], len(geometry)).astype(np.float64)


def joins(scene: Scene) -> Iterator[Found]:
    """Vertices without a mate on a neighbour's straight edge, and borders drawn twice side by side; by pair of zones."""
    touches, edge_owner = scene.topology.touches, scene.topology.touch_edge_owner
    for rows in _groups(edge_owner, touches.vertex_owner):
        a, b = int(edge_owner[rows[0]]), int(touches.vertex_owner[rows[0]])
        place = shapely.multipoints(touches.place[rows])
        yield Found("T_JUNCTION", a, b, float(len(rows)), place, values={"a": scene.called(a), "b": scene.called(b)})
    loose = scene.topology.loose
    for k in range(len(loose)):
        a, b = int(loose.left[k]), int(loose.right[k])
        values = {"a": scene.called(a), "b": scene.called(b)}
        yield Found("BORDER_NOT_SHARED", a, b, float(loose.length_m[k]), loose.shape[k], values=values)


def _groups(one: IndexArray, other: IndexArray) -> list[IndexArray]:
    if not len(one):
        return []
    _, inverse = np.unique(np.column_stack([one, other]), axis=0, return_inverse=True)
    order = np.argsort(inverse.ravel(), kind="stable")
    return np.split(order, np.flatnonzero(np.diff(inverse.ravel()[order])) + 1)
