"""One line cut at the tile as the geometry of a feature. Compiled; knows no layer."""

from __future__ import annotations

import numpy as np

from rdtr.jit import kernel, lean_kernel
from rdtr.places import fetch, store
from rdtr.tiles.heads import BYTES, FIRST, HEAD
from rdtr.tiles.rings import LINE_TO, MOVE_TO
from rdtr.tiles.wire import SLACK, copy_short, put, size_of, zigzag

__all__ = ["cut_line", "line_commands", "put_lines", "put_untouched_line"]


@kernel
def line_commands(points, start):
    """Encode all lines of a level, but for where each begins: that alone depends on the tile.

    Returns
    -------
    data, data_start
        Bytes of all lines, with `rdtr.tiles.wire.SLACK` more, and where each line's start.
    """
    size = np.int64(0)
    for r in range(len(start) - 1):
        size += size_of(np.int64(start[r + 1] - start[r] - 1) << 3 | LINE_TO)
        for i in range(start[r] + 1, start[r + 1]):
            for axis in range(2):
                size += size_of(zigzag(np.int64(points[i, axis]) - np.int64(points[i - 1, axis])))
    data, data_start, at = np.zeros(size + SLACK, np.uint8), np.empty(len(start), np.int32), 0
    for r in range(len(start) - 1):
        data_start[r] = at
        at = put(data, at, np.int64(start[r + 1] - start[r] - 1) << 3 | LINE_TO)
        for i in range(start[r] + 1, start[r + 1]):
            at = put(data, at, zigzag(np.int64(points[i, 0]) - np.int64(points[i - 1, 0])))
            at = put(data, at, zigzag(np.int64(points[i, 1]) - np.int64(points[i - 1, 1])))
    data_start[len(start) - 1] = at
    return data, data_start


@lean_kernel
def put_untouched_line(geometry, at, level, r, corner):
    """Write a line that lies inside the tile as the level has it; return the place after it."""
    heads, data, h = level[1], level[5], HEAD * np.int64(r)
    store(geometry, at, 1 << 3 | MOVE_TO)
    at = put(geometry, at + 1, zigzag(fetch(heads, h + FIRST) - corner[0]))
    at = put(geometry, at, zigzag(fetch(heads, h + FIRST + 1) - corner[1]))
    return copy_short(geometry, at, data, np.int64(fetch(heads, h + BYTES)), np.int64(fetch(heads, h + BYTES + 1)))


@lean_kernel
def _push(path, begin, n, x, y):
    """Append a vertex unless it is the one before; return the row after it."""
    if n > begin and fetch(path, 2 * n - 2) == x and fetch(path, 2 * n - 1) == y:
        return n
    store(path, 2 * n, x)
    store(path, 2 * n + 1, y)
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
    bx, by = np.int64(fetch(points, 2 * first)), np.int64(fetch(points, 2 * first + 1))
    b_in = box[0] <= bx <= box[2] and box[1] <= by <= box[3]
    for i in range(first + 1, last):
        ax, ay, a_in = bx, by, b_in
        bx, by = np.int64(fetch(points, 2 * i)), np.int64(fetch(points, 2 * i + 1))
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
