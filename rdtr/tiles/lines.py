"""One line cut at the tile as the geometry of a feature. Compiled; knows no layer."""

from __future__ import annotations

import numpy as np

from rdtr.jit import lean_kernel
from rdtr.tiles.rings import LINE_TO, MOVE_TO
from rdtr.tiles.wire import put, zigzag

__all__ = ["cut_line", "put_lines"]


@lean_kernel
def _push(path, begin, n, x, y):
    """Append a vertex unless it is the one before; return the row after it."""
    if n > begin and path[n - 1, 0] == x and path[n - 1, 1] == y:
        return n
    path[n, 0], path[n, 1] = x, y
    return n + 1


@lean_kernel
def _inside(box, ax, ay, bx, by):
    """From where to where, in shares of its length, a segment lies in the box; the first is larger if nowhere."""
    dx, dy, low, high = float(bx - ax), float(by - ay), 0.0, 1.0
    for side in range(4):
        p = -dx if side == 0 else dx if side == 1 else -dy if side == 2 else dy
        q = ax - box[0] if side == 0 else box[2] - ax if side == 1 else ay - box[1] if side == 2 else box[3] - ay
        if p == 0.0:
            if q < 0.0:
                low = 2.0
        elif p < 0.0:
            low = max(low, q / p)
        else:
            high = min(high, q / p)
    return low, high


@lean_kernel
def cut_line(points, first, last, corner, box, path, stop):
    """Cut a line at the box.

    Parameters
    ----------
    points, first, last
        The line, whole units.
    corner, box
        The tile's upper left corner, and the outermost units that are drawn.
    path, stop
        Where to write the parts, from the corner on, and where each ends.

    Returns
    -------
    parts
        How many there are.
    """
    left, top = np.int64(corner[0]), np.int64(corner[1])
    n, parts, begin = 0, 0, 0
    bx, by = np.int64(points[first, 0]), np.int64(points[first, 1])
    b_in = box[0] <= bx <= box[2] and box[1] <= by <= box[3]
    for i in range(first + 1, last):
        ax, ay, a_in = bx, by, b_in
        bx, by = np.int64(points[i, 0]), np.int64(points[i, 1])
        b_in = box[0] <= bx <= box[2] and box[1] <= by <= box[3]
        if a_in and b_in:
            if n == begin:
                n = _push(path, begin, n, ax - left, ay - top)
            n = _push(path, begin, n, bx - left, by - top)
            continue
        if (ax < box[0] and bx < box[0]) or (ax > box[2] and bx > box[2]):
            continue
        if (ay < box[1] and by < box[1]) or (ay > box[3] and by > box[3]):
            continue
        low, high = _inside(box, ax, ay, bx, by)
        if low > high:
            continue
        if not a_in:
            if n - begin > 1:
                stop[parts] = n
                parts += 1
                begin = n
            n = begin
        x, y = np.rint(ax + low * (bx - ax)), np.rint(ay + low * (by - ay))
        if n == begin:
            n = _push(path, begin, n, np.int64(x) - left, np.int64(y) - top)
        x, y = np.rint(ax + high * (bx - ax)), np.rint(ay + high * (by - ay))
        n = _push(path, begin, n, np.int64(x) - left, np.int64(y) - top)
    if n - begin > 1:
        stop[parts] = n
        parts += 1
    return parts


@lean_kernel
def put_lines(path, stop, parts, geometry):
    """Write the parts of a line; return the number of bytes."""
    at, x, y = 0, np.int64(0), np.int64(0)
    for p in range(parts):
        first, last = stop[p - 1] if p else 0, stop[p]
        for i in range(first, last):
            if i == first:
                geometry[at] = 1 << 3 | MOVE_TO
                at += 1
            elif i == first + 1:
                at = put(geometry, at, np.int64(last - first - 1) << 3 | LINE_TO)
            at = put(geometry, at, zigzag(path[i, 0] - x))
            at = put(geometry, at, zigzag(path[i, 1] - y))
            x, y = path[i, 0], path[i, 1]
    return at
