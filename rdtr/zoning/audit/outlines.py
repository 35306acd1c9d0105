"""Checks of single outlines: slivers, parts, spikes, crowded vertices, complexity. No neighbour is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
import shapely

from rdtr.text import number, quantity
from rdtr.types import BoolArray, FloatArray, IndexArray, ObjectArray
from rdtr.zoning.audit.found import Found
from rdtr.zoning.audit.scene import Scene
from rdtr.zoning.edges import rings_of
from rdtr.zoning.topology import mean_width

__all__ = ["complexity", "parts", "slivers", "spikes", "vertices"]


def slivers(scene: Scene) -> Iterator[Found]:
    """Zones that are too narrow or too small to be drawn."""
    area, width = shapely.area(scene.geometry), mean_width(scene.geometry)
    narrow = width < scene.limits["zone_width_m"]
    for zone in np.flatnonzero(narrow):
        row = int(zone)
        values = {"a": scene.called(row), "area": float(area[row])}
        yield Found("ZONE_SLIVER", row, None, float(width[row]), scene.geometry[row], values=values)
    for zone in np.flatnonzero(~narrow & (area < scene.limits["zone_area_m2"])):
        row = int(zone)
        values = {"a": scene.called(row)}
        yield Found("ZONE_TINY", row, None, float(area[row]), scene.geometry[row], values=values)


def parts(scene: Scene) -> Iterator[Found]:
    """Zones of several separate parts."""
    count = shapely.get_num_geometries(scene.geometry)
    for zone in np.flatnonzero(count > 1):
        row = int(zone)
        place = shapely.multipoints(shapely.point_on_surface(shapely.get_parts(scene.geometry[row])))
        yield Found("ZONE_PARTS", row, None, float(count[row]), place, values={"a": scene.called(row)})


@dataclass(frozen=True, slots=True, eq=False)
class _Corners:
    """Every vertex of every ring with its neighbours, the closing ones left out; shape (v, ...) each."""

    here: FloatArray
    before: FloatArray
    after: FloatArray
    zone: IndexArray


def _corners(geometry: ObjectArray) -> _Corners:
    rings = rings_of(geometry, "zone")
    zone = np.repeat(np.repeat(np.arange(len(geometry)), np.diff(rings.polygon_start)), np.diff(rings.ring_start))
    row = np.arange(len(rings.xy))
    closing, first = rings.ring_start[1:] - 1, rings.ring_start[:-1]
    previous, following = row - 1, row + 1
    previous[first] = closing - 1
    keep = np.ones(len(row), np.bool_)
    keep[closing] = False
    following[closing] = closing
    rows = row[keep]
    return _Corners(rings.xy[rows], rings.xy[previous[keep]], rings.xy[following[keep]], zone[rows])


def spikes(scene: Scene) -> Iterator[Found]:
    """Needles in outlines: a sharp angle between two edges of some length."""
    corners = _corners(scene.geometry)
    back, forth = corners.before - corners.here, corners.after - corners.here
    dot = (back * forth).sum(axis=1)
    cross = back[:, 0] * forth[:, 1] - back[:, 1] * forth[:, 0]
    angle = np.degrees(np.abs(np.arctan2(cross, dot)))
    length = np.minimum(np.hypot(*back.T), np.hypot(*forth.T))
    sharp = (angle < scene.limits["spike_angle_deg"]) & (length >= scene.limits["spike_length_m"])
    for k in np.flatnonzero(sharp):
        row = int(corners.zone[k])
        said = {"id": f"{number(angle[k], 2)}°", "en": f"{number(angle[k], 2, 'en')}°"}
        place = shapely.LineString([corners.before[k], corners.here[k], corners.after[k]])
        yield Found("SPIKE", row, None, float(length[k]), place, values={"a": scene.called(row), "angle": said})


def vertices(scene: Scene) -> Iterator[Found]:
    """Vertices so near the one before that they add no shape; by zone."""
    corners = _corners(scene.geometry)
    close = np.hypot(*(corners.here - corners.before).T) < scene.limits["vertex_distance_m"]
    limit = {"id": quantity(scene.limits["vertex_distance_m"], "m"),
             "en": quantity(scene.limits["vertex_distance_m"], "m", "en")}  # fmt: skip
    for row, rows in _by_zone(corners.zone, close):
        values = {"a": scene.called(row), "limit": limit}
        yield Found("VERTICES_CLOSE", row, None, float(len(rows)), shapely.multipoints(corners.here[rows]), "", values)


def _by_zone(zone: IndexArray, chosen: BoolArray) -> Iterator[tuple[int, IndexArray]]:
    rows = np.flatnonzero(chosen)
    if not len(rows):
        return
    for group in np.split(rows, np.flatnonzero(np.diff(zone[rows])) + 1):
        yield int(zone[group[0]]), group


def complexity(scene: Scene) -> Iterator[Found]:
    """Zones of very many vertices."""
    count = shapely.get_num_coordinates(scene.geometry)
    limit = _counted(int(scene.limits["complex_vertices"]))
    for zone in np.flatnonzero(count > scene.limits["complex_vertices"]):
        row = int(zone)
        values = {"a": scene.called(row), "limit": limit}
        yield Found("ZONE_COMPLEX", row, None, float(count[row]), scene.spots(np.array([row])), values=values)


@cache
def _counted(count: int) -> dict[str, str]:
    return {"id": quantity(count, "n", "id"), "en": quantity(count, "n", "en")}
