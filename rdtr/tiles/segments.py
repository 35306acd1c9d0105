"""Segments of a tile's rings in pixels, without those that no row of the picture asks for. Compiled; draws nothing."""

from __future__ import annotations

import numpy as np

from rdtr.jit import kernel
from rdtr.tiles.runs import RUN

__all__ = ["segments_of"]


@kernel
def _passed(runs, k, low, high):
    """How a run of vertices lies to the tile: 0 meets its rows and columns, 1 left of it, 2 never seen from a row of it."""
    if runs[k, 3] < low[1] or runs[k, 1] > high[1] or runs[k, 0] > high[0]:
        return 2
    return 1 if runs[k, 2] < low[0] else 0


@kernel
def _put_segment(points, i, j, corner, unit, low, high, out, n):
    ax, ay, bx, by = points[i, 0], points[i, 1], points[j, 0], points[j, 1]
    if max(ay, by) < low[1] or min(ay, by) > high[1] or min(ax, bx) > high[0]:
        return n
    scale = 1.0 / unit  # a power of two, so nothing is lost
    out[n, 0], out[n, 1] = (ax - corner[0]) * scale, (ay - corner[1]) * scale
    out[n, 2], out[n, 3] = (bx - corner[0]) * scale, (by - corner[1]) * scale
    return n + 1


@kernel
def segments_of(rows, level, corner, unit, low, high):
    """Segments of rings that count for a tile, in pixels.

    Parameters
    ----------
    rows
        Rings whose boxes meet the tile, ascending.
    level
        points, ring_start, polygon of each ring, run_start, runs: see `rdtr.tiles.levels.Level`.
    corner
        Upper left corner of the tile, level units.
    unit
        Level units a pixel.
    low, high
        Corners of the tile with what is looked at beyond its edge, level units.

    Returns
    -------
    segments
        Shape (n, 4), float64: x, y of both ends. What lies above, below or right of the tile is left out, since a row is
        read from the left; a run of vertices left of it has become one segment, which takes part in the same rows.
    start, polygon
        Shape (polygons + 1,) where each polygon's segments start; shape (polygons,) which polygon it is.
    """
    points, ring_start, polygon_of, run_start, runs = level
    room = 0
    for k in range(len(rows)):
        room += ring_start[rows[k] + 1] - ring_start[rows[k]] + 1
        for run in range(run_start[rows[k]], run_start[rows[k] + 1]):
            if _passed(runs, run, low, high):
                room -= RUN - 2 if run + 1 < run_start[rows[k] + 1] else 0
    out = np.empty((room, 4), np.float64)
    start, polygon = np.zeros(len(rows) + 1, np.int64), np.empty(len(rows), np.int64)
    n, polygons = 0, 0
    for k in range(len(rows)):
        r = rows[k]
        if polygons == 0 or polygon[polygons - 1] != polygon_of[r]:
            polygon[polygons] = polygon_of[r]
            polygons += 1
        run = run_start[r]
        for a in range(ring_start[r], ring_start[r + 1], RUN):
            b = min(a + RUN, ring_start[r + 1])
            how = _passed(runs, run, low, high) if run < run_start[r + 1] else 0  # a short ring has no runs
            if how == 0:
                for i in range(a, b - 1):
                    n = _put_segment(points, i, i + 1, corner, unit, low, high, out, n)
            elif how == 1 and b - a > 1:
                n = _put_segment(points, a, b - 1, corner, unit, low, high, out, n)
            following = b if b < ring_start[r + 1] else ring_start[r]
            n = _put_segment(points, b - 1, following, corner, unit, low, high, out, n)
            run += 1
        start[polygons] = n
    return out[:n], start[: polygons + 1], polygon[:polygons]
