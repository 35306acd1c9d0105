"""Vertices put into straight edges where a neighbour has one, so that both borders are the same. Moves nothing else."""

from __future__ import annotations

import numpy as np
import shapely

from rdtr.types import FloatArray, IndexArray, ObjectArray
from rdtr.zoning.seams import SNAP_M, seams_of, touches_of

__all__ = ["knotted"]


def knotted(geometry: ObjectArray, reach_m: float) -> ObjectArray:
    """Put every vertex that lies on a neighbour's straight edge into that edge.

    Parameters
    ----------
    geometry
        Shape (n,), polygons.
    reach_m
        How far beside the edge a vertex still lies on it; the edge then bends by as much.

    Returns
    -------
    geometry
        Shape (n,); polygons without such an edge are the same objects, as are those that would become invalid.

    Examples
    --------
    >>> squares = [shapely.box(0, 0, 2, 4), shapely.box(2, 0, 4, 2), shapely.box(2, 2, 4, 4)]
    >>> shapely.get_num_coordinates(knotted(np.array(squares, dtype=object), 1e-3)).tolist()
    [6, 5, 5]
    """
    seams = seams_of(geometry)
    touches = touches_of(seams, reach_m)
    owner = seams.owner[touches.edge]
    result = geometry.copy()
    for zone in np.unique(owner):  # one polygon after the other: few have such an edge once a plan is nearly clean
        rows = np.flatnonzero(owner == zone)
        edges = touches.edge[rows]
        shape = _with_vertices(geometry[zone], seams.start[edges], seams.stop[edges], touches.place[rows])
        if shape.is_valid:
            result[zone] = shape
    return result


def _with_vertices(shape: shapely.Geometry, start: FloatArray, stop: FloatArray, place: FloatArray) -> shapely.Geometry:
    """Put places, ordered along their edges, into the edges of a polygon."""
    parts = []
    for part in shapely.get_parts(shape):
        shell, *holes = (_ring(shapely.get_coordinates(r), start, stop, place) for r in shapely.get_rings(part))
        parts.append(shapely.Polygon(shell, holes))
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _ring(xy: FloatArray, start: FloatArray, stop: FloatArray, place: FloatArray) -> FloatArray:
    put: list[FloatArray] = []
    for a, b, p in zip(start, stop, place, strict=True):
        for one, other, order in ((a, b, 1), (b, a, -1)):  # the ring may walk the edge the other way
            found = _edge(xy, one, other)
            if len(found):
                put.append(np.array([found[0], order * np.hypot(*(p - a)), *p]))
                break
    if not put:
        return xy
    rows = np.array(put)
    rows = rows[np.lexsort([rows[:, 1], rows[:, 0]])]
    _, first = np.unique(rows[:, 2:], axis=0, return_index=True)
    rows = rows[np.sort(first)]
    return np.insert(xy, rows[:, 0].astype(np.int64) + 1, rows[:, 2:], axis=0)


def _edge(xy: FloatArray, one: FloatArray, other: FloatArray) -> IndexArray:
    # seams know a vertex by its cell of the matching grid
    near = np.abs(xy[:-1] - one).max(axis=1) <= 2.0 * SNAP_M
    near &= np.abs(xy[1:] - other).max(axis=1) <= 2.0 * SNAP_M
    return np.flatnonzero(near)
