"""Checks of single outlines: slivers, parts, spikes, crowded vertices, complexity. No neighbour is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import numpy as np
import shapely

from rdtr.text import number, quantity
from rdtr.types import IndexArray
from rdtr.zoning.audit.found import Found
from rdtr.zoning.audit.scene import Scene
from rdtr.zoning.needles import crowded_vertices, sharp_corners
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


def _zone_at(scene: Scene, vertex: IndexArray) -> IndexArray:
    rings = scene.rings
    ring = np.searchsorted(rings.ring_start, vertex, "right") - 1
    zone: IndexArray = np.searchsorted(rings.polygon_start, ring, "right") - 1
    return zone


def spikes(scene: Scene) -> Iterator[Found]:
    """Needles in outlines: a sharp angle between two edges of some length."""
    xy, limits = scene.rings.xy, scene.limits
    corner, angle, length = sharp_corners(
        xy, scene.rings.ring_start, limits["spike_angle_deg"], limits["spike_length_m"]
    )
    zone = _zone_at(scene, corner[:, 0])
    for k, (here, before, after) in enumerate(corner):
        said = {"id": f"{number(angle[k], 2)}°", "en": f"{number(angle[k], 2, 'en')}°"}
        place = shapely.LineString([xy[before], xy[here], xy[after]])
        values = {"a": scene.called(int(zone[k])), "angle": said}
        yield Found("SPIKE", int(zone[k]), None, float(length[k]), place, values=values)


def vertices(scene: Scene) -> Iterator[Found]:
    """Vertices so near the one before that they add no shape; by zone."""
    distance = scene.limits["vertex_distance_m"]
    close = crowded_vertices(scene.rings.xy, scene.rings.ring_start, distance)
    zone = _zone_at(scene, close)
    limit = {"id": quantity(distance, "m"), "en": quantity(distance, "m", "en")}
    for rows in np.split(close, np.flatnonzero(np.diff(zone)) + 1) if len(close) else ():
        row = int(_zone_at(scene, rows[:1])[0])
        values = {"a": scene.called(row), "limit": limit}
        yield Found(
            "VERTICES_CLOSE", row, None, float(len(rows)), shapely.multipoints(scene.rings.xy[rows]), "", values
        )


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
