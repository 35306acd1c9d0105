"""Polygons that pairs of polygons have in common, made with GEOS from small pieces. Finds no pairs, measures nothing."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely

from rdtr.types import BoolArray, FloatArray, IndexArray, ObjectArray
from rdtr.zoning.pieces import cut

__all__ = ["common_of_faces", "common_of_pieces", "common_shapes"]

_AGREE_M2: Final = 1e-6


def common_shapes(geometry: ObjectArray, left: IndexArray, right: IndexArray) -> ObjectArray:
    """Intersect pairs of polygons piece by piece, so that a road body is never handed over whole; shape (n,)."""
    if not len(left):
        return np.empty(0, dtype=object)
    involved = np.unique(np.concatenate([left, right]))
    pieces, owner = cut(geometry[involved], near=_common_boxes(geometry, left, right))
    return common_of_pieces(pieces, involved[owner], left, right)


def common_of_faces(
    faces: ObjectArray, pair: IndexArray, left: IndexArray, right: IndexArray, area: FloatArray
) -> tuple[ObjectArray, BoolArray]:
    """Put the faces together that pairs have in common, where they are as large as the pairs' overlap is known to be.

    Parameters
    ----------
    faces
        Shape (k,), polygons between borders that are not shared.
    pair
        Shape (k, 2): the two that cover each; -1 where that is not known.
    left, right, area
        Shape (n,), ordered by left, then right: the overlaps.

    Returns
    -------
    shape, known
        Shape (n,); where it is not known by its faces, a shape says nothing.
    """
    width = int(max(left.max(initial=0), right.max(initial=0), pair.max(initial=0))) + 1
    key, wanted = pair[:, 0] * width + pair[:, 1], left * width + right
    at = np.searchsorted(wanted, key)
    at = np.minimum(at, max(len(wanted) - 1, 0))
    hit = (pair[:, 0] >= 0) & (wanted[at] == key) if len(wanted) else np.zeros(len(key), np.bool_)
    size = np.bincount(at[hit], shapely.area(faces[hit]), len(left))
    known: BoolArray = np.abs(size - area) <= _AGREE_M2
    hit &= known[at] if len(known) else hit
    return _joined(faces[hit], at[hit], len(left)), known


def common_of_pieces(pieces: ObjectArray, owner: IndexArray, left: IndexArray, right: IndexArray) -> ObjectArray:
    """Intersect pairs of owners, ordered by left, then right, through their pieces; shape (n,)."""
    one, other = shapely.STRtree(pieces).query(pieces, predicate="intersects")
    width = int(owner.max(initial=0)) + 1
    key, wanted = owner[one] * width + owner[other], left * width + right
    at = np.minimum(np.searchsorted(wanted, key), len(wanted) - 1)
    hit = wanted[at] == key
    parts, pair = shapely.get_parts(shapely.intersection(pieces[one[hit]], pieces[other[hit]]), return_index=True)
    polygonal = shapely.get_type_id(parts) == 3
    return _joined(parts[polygonal], at[hit][pair[polygonal]], len(left))


def _common_boxes(geometry: ObjectArray, left: IndexArray, right: IndexArray) -> FloatArray:
    one, other = shapely.bounds(geometry[left]), shapely.bounds(geometry[right])
    return np.hstack([np.maximum(one[:, :2], other[:, :2]), np.minimum(one[:, 2:], other[:, 2:])])


def _joined(parts: ObjectArray, pair: IndexArray, count: int) -> ObjectArray:
    if not count:
        return np.empty(0, dtype=object)
    order = np.argsort(pair, kind="stable")
    groups = np.split(parts[order], np.searchsorted(pair[order], np.arange(1, count)))
    shapes = [g[0] if len(g) == 1 else shapely.union_all(g) for g in groups]
    result = np.empty(count, dtype=object)
    result[:] = shapes
    return result
