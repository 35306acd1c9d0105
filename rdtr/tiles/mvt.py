"""Polygons, lines and points to the features of a Mapbox Vector Tile. Compiled; knows no plan, no file and no projection."""

from __future__ import annotations

import numpy as np

from rdtr.jit import lean_kernel, lean_routine
from rdtr.places import fetch, store
from rdtr.tiles.features import LINE, POINT, POLYGON
from rdtr.tiles.heads import BEGIN, BYTES, HEAD, HOLE, OWNER, lies_within, look_ahead, look_at_first
from rdtr.tiles.lines import cut_line, put_lines, put_untouched_line
from rdtr.tiles.pile import TOO_LONG, TOO_MUCH, add, enlist, write
from rdtr.tiles.polygons import put_cut, put_untouched, room_untouched
from rdtr.tiles.rings import MOST_MOVE, MOVE_TO
from rdtr.tiles.runs import RUN, gather
from rdtr.tiles.tags import forget
from rdtr.tiles.wire import SLACK, put, zigzag

__all__ = ["encode_lines", "encode_points", "encode_polygons"]


@lean_routine
def encode_polygons(rows, level, corner, extent, buffer, features_of, tags, desk, bench, out, pile, geometry, counts):
    """Encode the polygons that the rings `rows` belong to.

    Parameters
    ----------
    rows
        Rings whose boxes meet the tile, ascending.
    level
        points, heads of rings, starts of runs, their boxes, and the commands of rings: see `rdtr.tiles.levels.Level`.
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
    heads, data = level[1], level[4]
    first_feature, feature_list = features_of
    x, y = corner
    box = (x - buffer, y - buffer, x + extent + buffer, y + extent + buffer)
    look_at_first(heads, rows)
    last = 0
    while last < len(rows):
        k = last
        head = HEAD * np.int64(fetch(rows, k))
        p, total = fetch(heads, head + OWNER), np.int64(0)
        while last < len(rows):
            look_ahead(heads, rows, last, box, data, level[0], tags[0])
            h = HEAD * np.int64(fetch(rows, last))
            if fetch(heads, h + OWNER) != p:
                break
            total += fetch(heads, h + BEGIN + 1) - fetch(heads, h + BEGIN)
            last += 1
        begin, end = fetch(first_feature, p), fetch(first_feature, p + 1)
        if begin == end:
            continue
        if not fetch(heads, head + HOLE) and lies_within(heads, rows, k, last, box):
            at = counts[3]
            there = at + room_untouched(level, rows, k, last) <= len(pile[0])
            if there:  # written where it waits, not copied there
                counts[3] = put_untouched(pile[0], at, level, rows, k, last, corner)
                there = enlist(feature_list, begin, end, p, at, counts[3], pile, tags, desk, counts)
        else:
            if total > len(bench[0]):
                forget(desk, counts)
                return TOO_LONG, total
            bytes_ = put_cut(geometry, level, rows, k, last, corner, buffer, box, bench)
            there = not bytes_ or add(feature_list, begin, end, p, geometry, bytes_, pile, tags, desk, counts)
        if not there:
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
    data = pile[0]
    for k in rows:
        px, py = _rounded(fetch(x, k), shift) - left, _rounded(fetch(y, k), shift) - top
        if px < 0 or px >= extent or py < 0 or py >= extent or not fetch(keep, fetch(row, k)):
            continue
        first = counts[3]
        there = first + MOST_MOVE <= len(data)
        if there:
            store(data, first, 1 << 3 | MOVE_TO)
            counts[3] = put(data, put(data, first + 1, zigzag(px)), zigzag(py))
            there = enlist(row, k, k + 1, k, first, counts[3], pile, tags, desk, counts)
        if not there:
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
        points, heads of lines, feature of each line, starts of runs, their boxes, and the commands of lines: see
        `rdtr.tiles.linelevels.LineLevel`.
    keep
        Which features are drawn.
    corner, extent, buffer, tags, desk, bench, out, pile, geometry, counts
        As `encode_polygons`, and so is what is returned.
    """
    points, heads, feature, run_start, runs, data = level
    work, path, stop = bench[0], bench[4], bench[5]
    x, y = corner
    box = (x - buffer, y - buffer, x + extent + buffer, y + extent + buffer)
    look_at_first(heads, rows)
    for k in range(len(rows)):
        look_ahead(heads, rows, k, box, data, points, tags[0])
        r = np.int64(fetch(rows, k))
        h = HEAD * r
        if not fetch(keep, fetch(heads, h + OWNER)):
            continue
        first, last = np.int64(fetch(heads, h + BEGIN)), np.int64(fetch(heads, h + BEGIN + 1))
        if lies_within(heads, rows, k, k + 1, box):
            at = counts[3]
            there = at + fetch(heads, h + BYTES + 1) - fetch(heads, h + BYTES) + MOST_MOVE + SLACK <= len(pile[0])
            if there:
                counts[3] = put_untouched_line(pile[0], at, level, r, corner)
                there = enlist(feature, r, r + 1, r, at, counts[3], pile, tags, desk, counts)
            if not there:
                forget(desk, counts)
                return TOO_MUCH, 0
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
