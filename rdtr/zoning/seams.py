"""Seams of a coverage: the borders that no neighbour shares edge by edge, found by matching edges. Makes no polygon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from rdtr.types import BoolArray, FloatArray, IndexArray, ObjectArray
from rdtr.zoning.boxes import BoxTree, box_tree
from rdtr.zoning.edges import Rings, rings_of
from rdtr.zoning.topology_edges import shared_vertices, unmatched_edges, vertices_on_edges

__all__ = ["OUTLINE", "SNAP_M", "Seams", "Touches", "edge_boxes", "numbered", "seams_of", "split_at", "touches_of"]

SNAP_M: Final = 1e-8
"""Vertices of one grid cell of this size are one vertex: what writers of files round away. Coordinates of ten million
metres are themselves known to 2e-9; along a border of 100 m the grid moves an area by at most 1e-6 m2."""

OUTLINE: Final = -2
"""Owner of the edges of a planning area's outline."""


@dataclass(frozen=True, slots=True, eq=False)
class Seams:
    """Edges that are not walked once each way, shape (n, ...) each.

    Attributes
    ----------
    start, stop
        Shape (n, 2), metres; the surplus polygon lies on the left.
    owner
        The polygon on the left, one of them where there are several; `OUTLINE` where only the outline is there.
    jump
        By how much more polygons cover the left side than the right side; the outline counts -1. Never 0.
    edges
        How many different edges the whole coverage has.
    """

    start: FloatArray
    stop: FloatArray
    owner: IndexArray
    jump: IndexArray
    edges: int

    def __len__(self) -> int:
        return len(self.owner)

    @property
    def length(self) -> FloatArray:
        """Length of each edge in metres."""
        return np.hypot(*(self.stop - self.start).T)


@dataclass(frozen=True, slots=True, eq=False)
class Touches:
    """Vertices of one polygon on a straight edge of another, shape (n, ...) each.

    Attributes
    ----------
    place
        Shape (n, 2), metres.
    edge
        Row in the seams.
    along
        Share of the way along that edge.
    away_m
        Distance from it.
    vertex_owner
        The polygon that has the vertex.
    """

    place: FloatArray
    edge: IndexArray
    along: FloatArray
    away_m: FloatArray
    vertex_owner: IndexArray

    def __len__(self) -> int:
        return len(self.edge)

    def chosen(self, rows: BoolArray) -> Touches:
        """Some of them."""
        return Touches(self.place[rows], self.edge[rows], self.along[rows], self.away_m[rows], self.vertex_owner[rows])


def seams_of(geometry: ObjectArray, outline: ObjectArray | None = None, rings: Rings | None = None) -> Seams:
    """Match the edges of polygons and keep those that have no mate.

    Parameters
    ----------
    geometry
        Shape (n,), polygons in a metric CRS; None and empty have no edge; coordinates must be finite.
    outline
        Polygons of the planning area that do not overlap each other. Where a border lies on it edge by edge, it is no
        seam.
    rings
        The same polygons laid out flat, if they are so already.

    Returns
    -------
    Seams

    Examples
    --------
    >>> import shapely
    >>> two = np.array([shapely.box(0, 0, 1, 1), shapely.box(1, 0, 2, 1)], dtype=object)
    >>> len(seams_of(two)), seams_of(two).edges, len(seams_of(two, np.array([shapely.box(0, 0, 2, 1)], dtype=object)))
    (6, 7, 6)
    """
    rings = rings_of(geometry, "zone") if rings is None else rings
    xy, start, sign, owner = rings.xy, rings.ring_start, rings.sign, _ring_owners(rings)
    if outline is not None:
        around = rings_of(outline, "outline")
        xy, start = np.vstack([xy, around.xy]), np.concatenate([start, around.ring_start[1:] + len(xy)])
        # the outline is walked the other way, so that it meets a border as a neighbour would
        sign = np.concatenate([sign, -around.sign])
        owner = np.concatenate([owner, np.full(len(around.sign), OUTLINE, np.int32)])
    vertex, first = numbered(xy)
    edges, ends, counts, sides = unmatched_edges(vertex, len(first), start, sign, owner)
    return _unmatched(edges, ends, counts, sides, xy[first])


def numbered(xy: FloatArray) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
    """Give one number to all vertices that are one, by first appearance; also the row of each first one."""
    x, y = (np.rint(xy[:, axis] / SNAP_M).astype(np.int64) for axis in (0, 1))
    return shared_vertices(x, y)


def _ring_owners(rings: Rings) -> npt.NDArray[np.int32]:
    return np.repeat(np.arange(len(rings), dtype=np.int32), np.diff(rings.polygon_start))


def _unmatched(edges: int, ends: IndexArray, counts: IndexArray, sides: IndexArray, xy: FloatArray) -> Seams:
    net = counts[:, 0] - counts[:, 1]
    rows = np.flatnonzero(net)
    forward = net[rows] > 0
    ends, sides = ends[rows], sides[rows]
    start = np.where(forward, ends[:, 0], ends[:, 1])
    stop = np.where(forward, ends[:, 1], ends[:, 0])
    owner = np.where(forward, sides[:, 0], sides[:, 1])
    return Seams(xy[start], xy[stop], owner, np.abs(net[rows]), edges)


def edge_boxes(seams: Seams, margin: float = 0.0) -> BoxTree:
    """Index the boxes of seams, each grown by a margin."""
    low, high = np.minimum(seams.start, seams.stop) - margin, np.maximum(seams.start, seams.stop) + margin
    return box_tree(np.hstack([low, high]))


def touches_of(seams: Seams, reach_m: float, end_m: float | None = None) -> Touches:
    """Find the vertices of seams that lie on a straight edge of another polygon's seam (T-junctions).

    Parameters
    ----------
    seams
        From `seams_of`.
    reach_m
        How far beside the edge a vertex still counts as lying on it.
    end_m
        How near an end of the edge it does not, as the end is meant; default is `reach_m`.

    Returns
    -------
    Touches
        Ordered by edge, then along it.
    """
    tree = edge_boxes(seams)
    place, owner = np.vstack([seams.start, seams.stop]), np.tile(seams.owner, 2)
    # one vertex of one polygon ends two of its seams
    _, unique = np.unique(np.column_stack([place, owner]), axis=0, return_index=True)
    place, owner = np.ascontiguousarray(place[unique]), owner[unique]
    arrays = (seams.start, seams.stop, tree.boxes, tree.level_start, tree.item)
    vertex, edge, along, away = vertices_on_edges(place, *arrays, reach_m, reach_m if end_m is None else end_m)
    keep = owner[vertex] != seams.owner[edge]
    vertex, edge, along, away = vertex[keep], edge[keep], along[keep], away[keep]
    order = np.lexsort([along, edge])
    vertex = vertex[order]
    return Touches(place[vertex], edge[order], along[order], away[order], owner[vertex])


def split_at(seams: Seams, touches: Touches) -> Seams:
    """Split edges at the vertices on them and match again: what is left is not only a matter of vertices.

    Parameters
    ----------
    seams
        What was split.
    touches
        Vertices so near that going over them does not move the edge.

    Returns
    -------
    Seams
    """
    if not len(touches):
        return seams
    start, stop, edge = _cut(seams, touches)
    vertex, first = numbered(np.vstack([start, stop]))
    xy = np.vstack([start, stop])[first]
    a, b = vertex[: len(edge)].astype(np.int64), vertex[len(edge) :].astype(np.int64)
    forward = a < b
    key = np.minimum(a, b) * len(first) + np.maximum(a, b)
    signed = np.where(forward, seams.jump[edge], -seams.jump[edge])
    unique, inverse = np.unique(key, return_inverse=True)
    net = np.bincount(inverse, signed, len(unique)).astype(np.int64)
    owner = np.full((len(unique), 2), -1, np.int64)
    owner[inverse, np.where(forward, 0, 1)] = seams.owner[edge]
    ends = np.column_stack([unique // len(first), unique % len(first)])
    counts = np.column_stack([np.maximum(net, 0), np.maximum(-net, 0)])
    return _unmatched(seams.edges, ends, counts, owner, xy)


def _cut(seams: Seams, touches: Touches) -> tuple[FloatArray, FloatArray, IndexArray]:
    rows = np.arange(len(seams))
    edge = np.concatenate([rows, touches.edge, rows])
    along = np.concatenate([np.zeros(len(seams)), touches.along, np.ones(len(seams))])
    place = np.vstack([seams.start, touches.place, seams.stop])
    order = np.lexsort([along, edge])
    edge, place = edge[order], place[order]
    same = edge[1:] == edge[:-1]
    start, stop, edge = place[:-1][same], place[1:][same], edge[:-1][same]
    long = (start != stop).any(axis=1)  # two polygons may have a vertex at one place
    return start[long], stop[long], edge[long]
