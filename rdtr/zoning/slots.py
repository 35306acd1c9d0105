"""Slots: narrow wedges between two zones that should touch, open to the outside and so no gap. Fills nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely

from rdtr.types import FloatArray, ObjectArray
from rdtr.zoning.faces import MIN_AREA_M2
from rdtr.zoning.loose import Loose
from rdtr.zoning.topology import NEAR_M
from rdtr.zoning.window import in_window

__all__ = ["slots_of"]


def slots_of(geometry: ObjectArray, loose: Loose, near_m: float = NEAR_M) -> Iterator[tuple[Any, tuple[int, int]]]:
    """Find what lies between borders that were meant to be one.

    Parameters
    ----------
    geometry
        Shape (n,), the polygons.
    loose
        Their borders that run side by side.
    near_m
        How far apart those may be.

    Yields
    ------
    shape, (left, right)
        A polygon that neither of the two covers, and the two.
    """
    # one pair after the other: after the overlaps and gaps are gone only a handful is left
    for left, right, lines in zip(loose.left, loose.right, loose.facing, strict=True):
        bridge = _between(shapely.get_coordinates(shapely.get_parts(lines)).reshape(-1, 2, 2), near_m)
        if bridge is None:
            continue
        xmin, ymin, xmax, ymax = bridge.bounds
        near = shapely.STRtree(geometry).query(bridge)
        local = in_window(geometry[near], (xmin - 1.0, ymin - 1.0, xmax + 1.0, ymax + 1.0))
        free = shapely.difference(bridge, shapely.union_all(local))
        parts = shapely.get_parts(free)
        parts = parts[(shapely.get_type_id(parts) == 3) & (shapely.area(parts) >= MIN_AREA_M2)]
        yield from ((part, (int(left), int(right))) for part in parts)


def _between(edges: FloatArray, near_m: float) -> Any:
    """Join the facing stretches of edges by their hulls; None where no two face each other."""
    hulls = []
    for a, b in ((a, b) for k, a in enumerate(edges) for b in edges[k + 1 :]):
        way = (a[1] - a[0]) / np.hypot(*(a[1] - a[0]))
        low, high = sorted(((b - a[0]) @ way).tolist())
        low, high = max(low, 0.0), min(high, float(np.hypot(*(a[1] - a[0]))))
        if high <= low or (b[1] - b[0]) @ way >= 0.0:
            continue
        other = [_at(b, a[0] + s * way, way) for s in (low, high)]
        apart = [np.hypot(*(o - (a[0] + s * way))) for o, s in zip(other, (low, high), strict=True)]
        if min(apart) <= near_m:
            hulls.append(shapely.convex_hull(shapely.multipoints([a[0] + low * way, a[0] + high * way, *other])))
    polygons = [h for h in hulls if h.geom_type == "Polygon"]
    return shapely.union_all(polygons) if polygons else None


def _at(edge: FloatArray, place: FloatArray, way: FloatArray) -> FloatArray:
    """The point of an edge beside a place, seen at right angles to a way."""
    step = edge[1] - edge[0]
    share = np.clip((place - edge[0]) @ way / (step @ way), 0.0, 1.0)
    at: FloatArray = edge[0] + share * step
    return at
