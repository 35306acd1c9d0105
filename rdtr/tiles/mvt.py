"""Polygons, lines and points to the features of a Mapbox Vector Tile. Compiled; knows no plan, no file and no projection."""

from __future__ import annotations

import numpy as np

from rdtr.jit import lean_kernel
from rdtr.tiles.features import LINE, POINT, POLYGON, put_feature
from rdtr.tiles.lines import cut_line, put_lines
from rdtr.tiles.polygons import put_cut, put_untouched
from rdtr.tiles.rings import MOVE_TO
from rdtr.tiles.tags import forget, meet, put_values
from rdtr.tiles.wire import put, zigzag

__all__ = ["TOO_LONG", "TOO_MUCH", "encode_lines", "encode_points", "encode_polygons"]

TOO_MUCH, TOO_LONG = -1, -2
"""What encoders return instead of a size."""
MOST_HEAD = 64
"""Bytes of a feature beside its tags and geometry."""


@lean_kernel
def _lies_within(boxes, rows, first, last, box):
    for k in range(first, last):
        r = rows[k]
        if boxes[r, 0] < box[0] or boxes[r, 1] < box[1] or boxes[r, 2] > box[2] or boxes[r, 3] > box[3]:
            return False
    return True


@lean_kernel
def encode_polygons(rows, level, corner, extent, buffer, features_of, tags, desk, bench, out, geometry, counts):
    """Encode the polygons that the rings `rows` belong to.

    Parameters
    ----------
    rows
        Rings whose boxes meet the tile, ascending.
    level
        points, ring_start, polygon of each ring, boxes of rings, starts of runs, their boxes, which rings are holes, and
        their commands: see `rdtr.tiles.levels.Level`.
    corner, extent, buffer
        The tile's corner in the level's units, its side, and how much is drawn beyond.
    features_of
        Where each polygon's features start, and the features.
    tags, desk, counts
        Of `Attributes`, see `rdtr.tiles.tags.meet`.
    bench, geometry
        What a polygon is cut on, see `rdtr.tiles.polygons.bench_of`, and where it is written.
    out
        Where the layer is written: features, columns, values.

    Returns
    -------
    size, room
        Bytes written; or `TOO_MUCH` for `out`, or `TOO_LONG` for `bench` and the vertices of that polygon.
    """
    start, polygon, boxes, hole = level[1], level[2], level[3], level[6]
    first_feature, feature_list = features_of
    x, y = corner
    box = (x - buffer, y - buffer, x + extent + buffer, y + extent + buffer)
    size, last = 0, 0
    while last < len(rows):
        k = last
        p = polygon[rows[k]]
        total = 0
        while last < len(rows) and polygon[rows[last]] == p:
            total += start[rows[last] + 1] - start[rows[last]]
            last += 1
        if first_feature[p] == first_feature[p + 1]:
            continue
        if total > len(bench[0]):
            forget(desk, counts)
            return TOO_LONG, total
        if not hole[rows[k]] and _lies_within(boxes, rows, k, last, box):
            bytes_ = put_untouched(geometry, level, rows, k, last, corner)
        else:
            bytes_ = put_cut(geometry, level, rows, k, last, corner, buffer, box, bench)
        if not bytes_:
            continue
        for f in range(first_feature[p], first_feature[p + 1]):
            feature = np.int64(feature_list[f])
            tag_bytes = meet(feature, tags, desk, counts)
            if size + bytes_ + tag_bytes + MOST_HEAD > len(out):
                forget(desk, counts)
                return TOO_MUCH, 0
            size = put_feature(out, size, feature, POLYGON, geometry, bytes_, tags, desk, tag_bytes)
    if size:
        size = put_values(out, size, tags, desk, counts)
    forget(desk, counts)
    return size, 0


@lean_kernel
def encode_points(rows, x, y, tags, desk, bench, out, geometry, counts):
    """Encode points given in tile units; the row of a point is its feature. Returns as `encode_polygons` does."""
    size = 0
    for k in range(len(rows)):
        geometry[0] = 1 << 3 | MOVE_TO
        at = put(geometry, 1, zigzag(x[k]))
        at = put(geometry, at, zigzag(y[k]))
        tag_bytes = meet(rows[k], tags, desk, counts)
        if size + at + tag_bytes + MOST_HEAD > len(out):
            forget(desk, counts)
            return TOO_MUCH, 0
        size = put_feature(out, size, rows[k], POINT, geometry, at, tags, desk, tag_bytes)
    if size:
        size = put_values(out, size, tags, desk, counts)
    forget(desk, counts)
    return size, 0


@lean_kernel
def encode_lines(rows, xy, part_start, box, tags, desk, bench, out, geometry, counts):
    """Encode lines given in tile units from its corner; each row of `part_start` is a line and its own feature.

    Returns as `encode_polygons` does.
    """
    path, stop = bench[4], bench[5]
    size = 0
    for k in range(len(rows)):
        first, last = part_start[k], part_start[k + 1]
        if last - first > len(bench[0]):
            forget(desk, counts)
            return TOO_LONG, last - first
        parts = cut_line(xy, first, last, box, path, stop)
        if not parts:
            continue
        at = put_lines(path, stop, parts, geometry)
        tag_bytes = meet(rows[k], tags, desk, counts)
        if size + at + tag_bytes + MOST_HEAD > len(out):
            forget(desk, counts)
            return TOO_MUCH, 0
        size = put_feature(out, size, rows[k], LINE, geometry, at, tags, desk, tag_bytes)
    if size:
        size = put_values(out, size, tags, desk, counts)
    forget(desk, counts)
    return size, 0
