"""A polygon layer cut into small pieces with an index over them: what overlaps are measured against. Measures nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from rdtr.types import FloatArray, IndexArray, ObjectArray, SmallArray
from rdtr.zoning.boxes import BoxTree, box_tree
from rdtr.zoning.edges import rings_of
from rdtr.zoning.kernels import sorted_edges

__all__ = ["MAX_VERTICES", "Pieces", "cut", "pieces_of"]

MAX_VERTICES: Final = 128
"""Measured: smaller pieces cost more boxes, larger ones more edges; 64 to 256 are within a tenth of each other."""


@dataclass(frozen=True, slots=True)
class Pieces:
    """A layer ready for the overlap kernel.

    Attributes
    ----------
    owner
        Shape (pieces,): index of the polygon that each piece was cut from.
    edge_start
        Shape (pieces + 1,).
    left, right
        Shape (edges, 2): end points of each edge, the left one first.
    sign
        Shape (edges,), int8: +1 for an upper edge, -1 for a lower one, 0 for a vertical one.
    tree
        Index over the boxes of the pieces.
    area
        Shape (polygons,): area of each polygon of the layer.
    """

    owner: IndexArray
    edge_start: IndexArray
    left: FloatArray
    right: FloatArray
    sign: SmallArray
    tree: BoxTree
    area: FloatArray

    def __len__(self) -> int:
        return len(self.owner)


def pieces_of(geometry: ObjectArray, max_vertices: int = MAX_VERTICES, what: str = "zone") -> Pieces:
    """Cut a layer into pieces and index them; done once a layer.

    Parameters
    ----------
    geometry
        Shape (n,), polygons and multipolygons; None and empty have no piece.
    max_vertices
        Above this a polygon is halved, again and again.
    what
        What the geometries are, for messages.

    Returns
    -------
    Pieces

    Examples
    --------
    >>> layer = pieces_of(np.array([shapely.box(0, 0, 1, 1), shapely.Point(5, 5).buffer(1, quad_segs=64)], dtype=object))
    >>> layer.owner.tolist()
    [0, 1, 1, 1, 1]
    """
    small, owner = cut(geometry, max_vertices)
    rings = rings_of(small, what)
    edge_start, left, right, sign = sorted_edges(rings.xy, rings.ring_start, rings.sign, rings.polygon_start)
    return Pieces(owner, edge_start, left, right, sign, box_tree(rings.bounds), shapely.area(geometry))


def cut(geometry: ObjectArray, max_vertices: int = MAX_VERTICES) -> tuple[ObjectArray, IndexArray]:
    """Cut polygons into parts of at most `max_vertices` vertices by halving their boxes.

    Returns
    -------
    pieces
        Shape (m,), polygons.
    owner
        Shape (m,), index into `geometry`, ascending.
    """
    parts, owner = shapely.get_parts(np.asarray(geometry, dtype=object), return_index=True)
    owner = owner.astype(np.int64)
    big = shapely.get_num_coordinates(parts) > max_vertices + 1
    if not big.any():
        return parts, owner
    pieces, owners = [parts[~big]], [owner[~big]]
    # one polygon after the other: clip_by_rect takes one box, and only the few big polygons come here
    for polygon, index in zip(parts[big], owner[big], strict=True):
        halves = _halve(polygon, max_vertices)
        pieces.append(np.array(halves, dtype=object))
        owners.append(np.full(len(halves), index))
    all_owners = np.concatenate(owners)
    order = np.argsort(all_owners, kind="stable")
    return np.concatenate(pieces)[order], all_owners[order]


def _halve(polygon: shapely.Polygon, max_vertices: int) -> list[shapely.Polygon]:
    done: list[shapely.Polygon] = []
    todo = [polygon]
    while todo:
        shape = todo.pop()
        xmin, ymin, xmax, ymax = shape.bounds
        if xmax - xmin >= ymax - ymin:
            middle = (xmin + xmax) / 2
            boxes = ((xmin, ymin, middle, ymax), (middle, ymin, xmax, ymax))
        else:
            middle = (ymin + ymax) / 2
            boxes = ((xmin, ymin, xmax, middle), (xmin, middle, xmax, ymax))
        halves = shapely.get_parts([shapely.clip_by_rect(shape, *box) for box in boxes])
        halves = halves[shapely.get_type_id(halves) == 3]
        before = shapely.get_num_coordinates(shape)
        # a star of a hundred needles may not get smaller by halving; then it is small enough as it is
        ended = (shapely.get_num_coordinates(halves) <= max_vertices + 1) | (
            shapely.get_num_coordinates(halves) >= before
        )
        done.extend(halves[ended])
        todo.extend(halves[~ended])
    return done
