"""Vertices put into straight edges where a neighbour has one, so that both borders are the same. Moves nothing else."""

from __future__ import annotations

import numpy as np
import shapely

from rdtr.types import BoolArray, FloatArray, IndexArray, ObjectArray
from rdtr.zoning.faces import MIN_AREA_M2
from rdtr.zoning.ragged import ragged
from rdtr.zoning.seams import Seams, Touches, numbered, seams_of, touches_of

__all__ = ["knotted", "knotted_at"]


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
    return knotted_at(geometry, seams, touches_of(seams, reach_m))


def knotted_at(geometry: ObjectArray, seams: Seams, touches: Touches) -> ObjectArray:
    """Put some of the vertices that lie on straight edges into those edges.

    Parameters
    ----------
    geometry
        Shape (n,), polygons.
    seams
        Their borders that are not shared.
    touches
        Which vertices on which of them, ordered by edge, then along it.

    Returns
    -------
    geometry
        Shape (n,), as from `knotted`.
    """
    result = geometry.copy()
    owner = seams.owner[touches.edge]
    zones = np.unique(owner)
    if not len(zones):
        return result
    flat = ragged(geometry[zones])
    after, touch = _positions(flat.xy, flat.polygon, flat.closing, np.searchsorted(zones, owner), seams, touches)
    shapes = flat.with_vertices(after, touches.place[touch])
    for k in np.flatnonzero(~shapely.is_valid(shapes)):  # very few
        shapes[k] = _mended(shapes[k], geometry[zones[k]])
    result[zones] = shapes
    return result


def _mended(shape: shapely.Geometry, before: shapely.Geometry) -> shapely.Geometry:
    """Join parts that a knot showed to share a border; the shape before, where that is not all that is wrong."""
    mended = shapely.make_valid(shape, method="structure", keep_collapsed=False)
    right = mended.geom_type in ("Polygon", "MultiPolygon") and abs(mended.area - before.area) < MIN_AREA_M2
    return mended if right else before


def _positions(
    xy: FloatArray, polygon: IndexArray, closing: BoolArray, owner: IndexArray, seams: Seams, touches: Touches
) -> tuple[IndexArray, IndexArray]:
    """After which vertex each place comes, ascending, and which touch it is; each place once a polygon."""
    ends = np.vstack([seams.start[touches.edge], seams.stop[touches.edge]])
    # seams know a vertex by its cell of the matching grid
    number, _ = numbered(np.vstack([xy, ends, touches.place]))
    number = number.astype(np.int64)
    v, k = len(xy), len(touches)
    here = np.flatnonzero(~closing)
    a, b, places = number[v : v + k], number[v + k : v + 2 * k], number[v + 2 * k :]
    one, other = np.concatenate([number[here], a, b]), np.concatenate([number[here + 1], b, a])
    of = np.concatenate([polygon[here], owner, owner])
    _, edge = np.unique(one * len(number) + other, return_inverse=True)
    key = of * (int(edge.max(initial=0)) + 1) + edge
    order = np.argsort(key[: len(here)], kind="stable")
    ordered = key[: len(here)][order]
    wanted = key[len(here) :]  # the ring may walk the edge either way
    at = np.minimum(np.searchsorted(ordered, wanted), len(ordered) - 1)
    hit = ordered[at] == wanted
    after, touch = here[order[at[hit]]], np.tile(np.arange(k), 2)[hit]
    nearest = np.argsort(touches.away_m[touch], kind="stable")  # a tip has two edges within reach; one gets the vertex
    _, first = np.unique(np.column_stack([owner[touch], places[touch]])[nearest], axis=0, return_index=True)
    rows = nearest[first]
    along = np.hypot(*(touches.place[touch[rows]] - xy[after[rows]]).T)
    rows = rows[np.lexsort([along, after[rows]])]
    return after[rows], touch[rows]
