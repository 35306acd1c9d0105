"""Polygons, lines and points to the features of a Mapbox Vector Tile. Compiled; knows no plan, no file and no projection."""

from __future__ import annotations

from rdtr.jit import lean_kernel, lean_routine
from rdtr.tiles.features import LINE, POINT, POLYGON
from rdtr.tiles.lines import cut_line, put_lines
from rdtr.tiles.pile import TOO_LONG, TOO_MUCH, add, write
from rdtr.tiles.polygons import put_cut, put_untouched
from rdtr.tiles.rings import MOVE_TO
from rdtr.tiles.runs import RUN, gather
from rdtr.tiles.tags import forget
from rdtr.tiles.wire import put, zigzag

__all__ = ["encode_lines", "encode_points", "encode_polygons"]


@lean_kernel
def _lies_within(boxes, rows, first, last, box):
    for k in range(first, last):
        r = rows[k]
        if boxes[r, 0] < box[0] or boxes[r, 1] < box[1] or boxes[r, 2] > box[2] or boxes[r, 3] > box[3]:
            return False
    return True


@lean_routine
def encode_polygons(rows, level, corner, extent, buffer, features_of, tags, desk, bench, out, pile, geometry, counts):
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
    pile
        Where features wait until all are met, see `rdtr.tiles.pile.add`.
    out
        Where the layer is written: features, columns, values.

    Returns
    -------
    size, room
        Bytes written; or `TOO_MUCH` for `out` or `pile`, or `TOO_LONG` for `bench` and the vertices of that polygon.
    """
    start, polygon, boxes, hole = level[1], level[2], level[3], level[6]
    first_feature, feature_list = features_of
    x, y = corner
    box = (x - buffer, y - buffer, x + extent + buffer, y + extent + buffer)
    last = 0
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
        if not add(feature_list, first_feature[p], first_feature[p + 1], p, geometry, bytes_, pile, tags, desk, counts):
            forget(desk, counts)
            return TOO_MUCH, 0
    return write(POLYGON, out, pile, tags, desk, counts), 0


@lean_kernel
def _rounded(fine, shift):
    """The same as `rdtr.tiles.levels.at_zoom`."""
    return (fine + ((1 << shift) >> 1)) >> shift if shift >= 0 else fine << -shift


@lean_routine
def encode_points(rows, points, keep, corner, extent, shift, tags, desk, bench, out, pile, geometry, counts):
    """Encode the points inside a tile.

    Parameters
    ----------
    rows
        Points that may lie in the tile, ascending.
    points
        x, y and feature of each, fine units.
    keep
        Which features are drawn.
    corner, extent
        Of the tile, in units of its zoom. A point on the left or upper edge is inside, one on the others is not.
    shift
        How many zooms the fine units lie deeper.
    tags, desk, bench, out, pile, geometry, counts
        As `encode_polygons`, and so is what is returned.
    """
    x, y, row = points
    left, top = corner
    for k in rows:
        px, py = _rounded(x[k], shift) - left, _rounded(y[k], shift) - top
        if px < 0 or px >= extent or py < 0 or py >= extent or not keep[row[k]]:
            continue
        geometry[0] = 1 << 3 | MOVE_TO
        at = put(geometry, put(geometry, 1, zigzag(px)), zigzag(py))
        if not add(row, k, k + 1, k, geometry, at, pile, tags, desk, counts):
            forget(desk, counts)
            return TOO_MUCH, 0
    return write(POINT, out, pile, tags, desk, counts), 0


@lean_routine
def encode_lines(rows, level, keep, corner, extent, buffer, tags, desk, bench, out, pile, geometry, counts):
    """Encode the lines `rows`, whose boxes meet the tile; each is a feature with the tags of its row in the layer.

    Parameters
    ----------
    rows
        Lines, ascending.
    level
        points, line_start, feature of each line, starts of runs, their boxes: see `rdtr.tiles.linelevels.LineLevel`.
    keep
        Which features are drawn.
    corner, extent, buffer, tags, desk, bench, out, pile, geometry, counts
        As `encode_polygons`, and so is what is returned.
    """
    points, start, feature, run_start, runs = level
    work, path, stop = bench[0], bench[4], bench[5]
    x, y = corner
    box = (x - buffer, y - buffer, x + extent + buffer, y + extent + buffer)
    for k in range(len(rows)):
        r = rows[k]
        first, last = start[r], start[r + 1]
        if not keep[feature[r]]:
            continue
        if last - first > len(work):
            forget(desk, counts)
            return TOO_LONG, last - first
        if last - first <= RUN:
            parts = cut_line(points, first, last, corner, box, path, stop)
        else:
            n = gather(points, first, last, runs, run_start[r], box, work)
            parts = cut_line(work, 0, n, corner, box, path, stop)
        if not parts:
            continue
        at = put_lines(path, stop, parts, geometry)
        if not add(feature, r, r + 1, r, geometry, at, pile, tags, desk, counts):
            forget(desk, counts)
            return TOO_MUCH, 0
    return write(LINE, out, pile, tags, desk, counts), 0
