"""One line cut at the tile as the geometry of a feature. Compiled; knows no layer."""

from __future__ import annotations

import numpy as np

from rdtr.jit import lean_kernel
from rdtr.tiles.rings import LINE_TO, MOVE_TO
from rdtr.tiles.wire import put, zigzag

__all__ = ["cut_line", "put_lines"]


@lean_kernel
def cut_line(xy, first, last, box, path, stop):
    """Cut a line at the box; write its parts rounded, return their number."""
    n, parts, begin = 0, 0, 0
    for i in range(first, last - 1):
        ax, ay, bx, by = float(xy[i, 0]), float(xy[i, 1]), float(xy[i + 1, 0]), float(xy[i + 1, 1])
        dx, dy, low, high = bx - ax, by - ay, 0.0, 1.0
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
        if low > high:
            continue
        if low > 0.0 or n == begin:
            if n - begin > 1:
                stop[parts] = n
                parts += 1
                begin = n
            n = begin
            path[n, 0], path[n, 1] = np.int64(np.rint(ax + low * dx)), np.int64(np.rint(ay + low * dy))
            n += 1
        px, py = np.int64(np.rint(ax + high * dx)), np.int64(np.rint(ay + high * dy))
        if px != path[n - 1, 0] or py != path[n - 1, 1]:
            path[n, 0], path[n, 1] = px, py
            n += 1
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
