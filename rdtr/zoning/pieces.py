"""Polygons cut into small pieces by halving their boxes: what GEOS is handed of a road body. Measures nothing."""

from __future__ import annotations

from typing import Final

import numpy as np
import shapely

from rdtr.types import FloatArray, IndexArray, ObjectArray
from rdtr.zoning.window import in_window

__all__ = ["MAX_VERTICES", "cut"]

MAX_VERTICES: Final = 128
"""Measured: smaller pieces cost more boxes, larger ones more edges; 64 to 256 are within a tenth of each other."""


def cut(
    geometry: ObjectArray, max_vertices: int = MAX_VERTICES, near: FloatArray | None = None
) -> tuple[ObjectArray, IndexArray]:
    """Cut polygons into parts of at most `max_vertices` vertices by halving their boxes.

    Parameters
    ----------
    geometry
        Shape (n,), polygons and multipolygons; None and empty have no piece.
    max_vertices
        Above this a polygon is halved, again and again.
    near
        Shape (k, 4), boxes; halves of big polygons that meet none of them are left out. None keeps all.

    Returns
    -------
    pieces
        Shape (m,), polygons.
    owner
        Shape (m,), index into `geometry`, ascending.

    Examples
    --------
    >>> disk = np.array([shapely.Point(0, 0).buffer(1, quad_segs=64)], dtype=object)
    >>> len(cut(disk)[0]), len(cut(disk, near=np.array([[0.9, 0.1, 1.0, 0.2]]))[0])
    (4, 1)
    """
    parts, owner = shapely.get_parts(np.asarray(geometry, dtype=object), return_index=True)
    owner = owner.astype(np.int64)
    big = shapely.get_num_coordinates(parts) > max_vertices + 1
    if not big.any():
        return parts, owner
    pieces, owners = [parts[~big]], [owner[~big]]
    # one polygon after the other: GEOS cuts to one box, and only the few big polygons come here
    for polygon, index in zip(parts[big], owner[big], strict=True):
        halves = _halve(polygon if near is None else _without_far_holes(polygon, near), max_vertices, near)
        pieces.append(np.array(halves, dtype=object))
        owners.append(np.full(len(halves), index))
    all_owners = np.concatenate(owners)
    order = np.argsort(all_owners, kind="stable")
    return np.concatenate(pieces)[order], all_owners[order]


def _without_far_holes(polygon: shapely.Polygon, near: FloatArray) -> shapely.Polygon:
    """Fill the holes that meet none of some boxes: a road body is mostly holes, and what is far is thrown away anyhow."""
    shell, *holes = shapely.get_rings(polygon)
    if not holes:
        return polygon
    rings = np.array(holes, dtype=object)
    met = np.unique(shapely.STRtree(shapely.box(*near.T)).query(shapely.box(*shapely.bounds(rings).T))[0])
    return shapely.Polygon(shell, rings[met])


def _halve(polygon: shapely.Polygon, max_vertices: int, near: FloatArray | None) -> list[shapely.Polygon]:
    done: list[shapely.Polygon] = []
    todo = [(polygon, near)]
    while todo:
        shape, wanted = todo.pop()
        xmin, ymin, xmax, ymax = shape.bounds
        if xmax - xmin >= ymax - ymin:
            middle = (xmin + xmax) / 2
            boxes = ((xmin, ymin, middle, ymax), (middle, ymin, xmax, ymax))
        else:
            middle = (ymin + ymax) / 2
            boxes = ((xmin, ymin, xmax, middle), (xmin, middle, xmax, ymax))
        halves = shapely.get_parts([in_window(shape, box) for box in boxes])
        halves = halves[shapely.get_type_id(halves) == 3]
        before = shapely.get_num_coordinates(shape)
        # a star of a hundred needles may not get smaller by halving; then it is small enough as it is
        ended = (shapely.get_num_coordinates(halves) <= max_vertices + 1) | (
            shapely.get_num_coordinates(halves) >= before
        )
        for half, end in zip(halves, ended, strict=True):
            meeting = _meeting(wanted, half.bounds)
            if meeting is not None and not len(meeting):
                continue
            if end:
                done.append(half)
            else:
                todo.append((half, meeting))
    return done


def _meeting(boxes: FloatArray | None, bounds: tuple[float, float, float, float]) -> FloatArray | None:
    if boxes is None:
        return None
    xmin, ymin, xmax, ymax = bounds
    return boxes[(boxes[:, 0] <= xmax) & (boxes[:, 2] >= xmin) & (boxes[:, 1] <= ymax) & (boxes[:, 3] >= ymin)]
