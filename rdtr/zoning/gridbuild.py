"""Compiled making of an edge grid: which cells an edge passes, and what covers the corner of each cell. No queries here.

Every question "on which side does an edge pass a place" is put to one predicate with the same numbers here and in
`rdtr.zoning.near`. So however the arithmetic rounds, the two give the same answer, and a walk from a corner that was
made here to a place that is asked there meets each edge exactly once or exactly not.
"""

from __future__ import annotations

import numpy as np

from rdtr.jit import kernel, lean_kernel

__all__ = ["ABOVE", "BELOW", "LEFT", "corners", "entries", "oriented", "paired", "passes_above", "passes_left"]

_MARGIN = 1e-6
"""Share of a cell by which an edge is listed too widely; rounding is a thousand times smaller."""

LEFT, BELOW, ABOVE = 1, 2, 4
"""Where an edge that a cell lists comes from: which of the cells beside it lists the edge too. See `entries`."""

_PROBES = 64
"""Looks for the other side of an edge; a layer of many equal polygons is not worth more."""


@kernel
def oriented(xy, ring_start, ring_sign, ring_owner):
    """Rings with their polygon on the left, and the owner of the edge that starts at each vertex (-1: none starts)."""
    out = np.empty_like(xy)
    owner = np.empty(len(xy), np.int32)
    for r in range(len(ring_start) - 1):
        start, stop = ring_start[r], ring_start[r + 1]
        for i in range(start, stop):
            k = i if ring_sign[r] > 0 else start + stop - 1 - i
            out[i, 0], out[i, 1] = xy[k, 0], xy[k, 1]
        for i in range(start, stop):
            still = i + 1 < stop and (out[i, 0] != out[i + 1, 0] or out[i, 1] != out[i + 1, 1])
            owner[i] = ring_owner[r] if still else -1
    return out, owner


@lean_kernel
def _hash(x0, y0, x1, y1):
    h = (x0 * 0x9E3779B1) ^ (y0 * 0x85EBCA77) ^ (x1 * 0xC2B2AE3D) ^ (y1 * 0x27D4EB2F)
    return h ^ (h >> 29) ^ (h >> 47)


@kernel
def paired(xy, left):
    """Join edges that two polygons share: one edge with an owner on its left and one on its right (-1: none).

    Both borders of a road and its parcels are stored twice in a layer, so this halves all later work. What lies between
    two polygons of one owner is no border of it and vanishes. `left` is changed.
    """
    right = np.full(len(left), -1, np.int32)
    size = 16
    while size < 2 * len(left):
        size *= 2
    table = np.full(size, -1, np.int32)
    bits = xy.view(np.int64)
    for k in range(len(left)):
        if left[k] < 0:
            continue
        at = _hash(bits[k + 1, 0], bits[k + 1, 1], bits[k, 0], bits[k, 1]) & (size - 1)
        joined = False
        for _ in range(_PROBES):
            m = table[at]
            if m == -1:
                break
            opposite = xy[m, 0] == xy[k + 1, 0] and xy[m, 1] == xy[k + 1, 1]
            if opposite and xy[m + 1, 0] == xy[k, 0] and xy[m + 1, 1] == xy[k, 1] and right[m] < 0 and left[m] >= 0:
                if left[m] == left[k]:
                    left[m] = -1
                else:
                    right[m] = left[k]
                left[k], joined = -1, True
                break
            at = (at + 1) & (size - 1)
        if joined:
            continue
        at = _hash(bits[k, 0], bits[k, 1], bits[k + 1, 0], bits[k + 1, 1]) & (size - 1)
        for _ in range(_PROBES):
            if table[at] == -1:
                table[at] = k
                break
            at = (at + 1) & (size - 1)
    return right


@lean_kernel
def passes_left(ax, ay, bx, by, x, y):
    """Tell whether an edge that crosses the height y does so left of (x, y), or in it."""
    if ax <= x and bx <= x:
        return True
    if ax > x and bx > x:
        return False
    cross = (bx - ax) * (y - ay) - (by - ay) * (x - ax)
    return cross <= 0.0 if by > ay else cross >= 0.0


@lean_kernel
def passes_above(ax, ay, bx, by, x, y):
    """Tell whether an edge that crosses the line at x does so above (x, y)."""
    if ay <= y and by <= y:
        return False
    if ay > y and by > y:
        return True
    # it crosses the height y too, and must answer as it does in `passes_left`
    return passes_left(ax, ay, bx, by, x, y) == ((bx > ax) == (by > ay))


@lean_kernel
def _rows(ay, by, gy, cell, ny):
    low, high = min(ay, by), max(ay, by)
    first, last = int(np.floor((low - gy) / cell - _MARGIN)), int(np.floor((high - gy) / cell + _MARGIN))
    return max(first, 0), min(last, ny - 1)


@lean_kernel
def _columns(ax, ay, bx, by, j, gx, gy, cell, nx):
    """First and last cell of row j that an edge passes."""
    dy = by - ay
    t0, t1 = 0.0, 1.0
    if dy != 0.0:
        t0 = min(max((gy + (j - _MARGIN) * cell - ay) / dy, 0.0), 1.0)
        t1 = min(max((gy + (j + 1 + _MARGIN) * cell - ay) / dy, 0.0), 1.0)
    x0, x1 = ax + t0 * (bx - ax), ax + t1 * (bx - ax)
    low, high = min(x0, x1), max(x0, x1)
    first, last = int(np.floor((low - gx) / cell - _MARGIN)), int(np.floor((high - gx) / cell + _MARGIN))
    return max(first, 0), min(last, nx - 1)


@kernel
def entries(xy, owner, gx, gy, cell, nx, ny, most):
    """List the edges of every cell as (start, edge, origin); nothing where more than `most` entries would be needed.

    The origin tells which cells beside it list the edge too: the one on the left, and the one below, or above of an edge
    that falls to the right. Of the cells in any rectangle that list an edge, exactly one has none of these in the rectangle:
    so what looks through a rectangle meets each edge once. For an edge passes one run of cells in each row, and the runs of
    two rows have a cell in common and go one way.
    """
    start = np.zeros(nx * ny + 1, np.int32)
    total = 0
    for k in range(len(owner)):
        if owner[k] < 0:
            continue
        ax, ay, bx, by = xy[k, 0], xy[k, 1], xy[k + 1, 0], xy[k + 1, 1]
        first_row, last_row = _rows(ay, by, gy, cell, ny)
        for j in range(first_row, last_row + 1):
            first, last = _columns(ax, ay, bx, by, j, gx, gy, cell, nx)
            for i in range(first, last + 1):
                start[j * nx + i + 1] += 1
            total += last - first + 1
        if total > most:
            return start, np.empty(0, np.int32), np.empty(0, np.uint8), False
    for c in range(nx * ny):
        start[c + 1] += start[c]
    entry, origin = np.empty(total, np.int32), np.empty(total, np.uint8)
    for k in range(len(owner) - 1, -1, -1):  # from behind, so that `start` ends as it began and edges ascend
        if owner[k] < 0:
            continue
        ax, ay, bx, by = xy[k, 0], xy[k, 1], xy[k + 1, 0], xy[k + 1, 1]
        rises = (bx >= ax) == (by >= ay)
        first_row, last_row = _rows(ay, by, gy, cell, ny)
        below, here = (1, 0), _columns(ax, ay, bx, by, first_row, gx, gy, cell, nx)
        for j in range(first_row, last_row + 1):
            above = _columns(ax, ay, bx, by, j + 1, gx, gy, cell, nx) if j < last_row else (1, 0)
            first, last = below if rises else above
            for i in range(here[0], here[1] + 1):
                start[j * nx + i + 1] -= 1
                at = start[j * nx + i + 1]
                beside = (BELOW if rises else ABOVE) if first <= i <= last else 0
                entry[at], origin[at] = k, beside | (LEFT if i > here[0] else 0)
            below, here = here, above
    # every start has moved to the one before it
    for c in range(nx * ny):
        start[c] = start[c + 1]
    start[nx * ny] = total
    return start, entry, origin, True


@lean_kernel
def _corner_after(ax, ay, bx, by, j, gx, gy, cell, nx):
    """First corner of row line j that lies right of where an edge crosses that line."""
    y = gy + j * cell
    x = ax + (y - ay) / (by - ay) * (bx - ax)
    i = min(max(int(np.ceil((x - gx) / cell)), 0), nx)
    while i > 0 and passes_left(ax, ay, bx, by, gx + (i - 1) * cell, y):
        i -= 1
    while i < nx and not passes_left(ax, ay, bx, by, gx + i * cell, y):
        i += 1
    return i


@kernel
def _events(xy, left, right, gx, gy, cell, nx, ny):
    """Crossings of the row lines, by the corner after which they hold: (start, owner, change)."""
    start = np.zeros(nx * ny + 1, np.int32)
    for turn in range(2):
        if turn == 1:
            for c in range(nx * ny):
                start[c + 1] += start[c]
            of, change = np.empty(start[nx * ny], np.int32), np.empty(start[nx * ny], np.int8)
        for k in range(len(left)):
            if left[k] < 0:
                continue
            ax, ay, bx, by = xy[k, 0], xy[k, 1], xy[k + 1, 0], xy[k + 1, 1]
            first, last = _rows(ay, by, gy, cell, ny)
            for j in range(first, min(last + 1, ny - 1) + 1):
                y = gy + j * cell
                if (ay <= y) == (by <= y):
                    continue
                i = _corner_after(ax, ay, bx, by, j, gx, gy, cell, nx)
                if i >= nx:
                    continue
                if turn == 0:
                    start[j * nx + i + 1] += 1 if right[k] < 0 else 2
                    continue
                down = 1 if by < ay else -1
                start[j * nx + i + 1] -= 1
                at = start[j * nx + i + 1]
                of[at], change[at] = left[k], down
                if right[k] >= 0:
                    start[j * nx + i + 1] -= 1
                    of[at - 1], change[at - 1] = right[k], -down
    for c in range(nx * ny):
        start[c] = start[c + 1]
    start[nx * ny] = len(of)
    return start, of, change


@kernel
def corners(xy, left, right, gx, gy, cell, nx, ny, most):
    """What covers the lower left corner of every cell, and how often: (start, owner, winding).

    A sweep along each row line; nothing where more than `most` would have to be kept.
    """
    event_start, event_owner, change = _events(xy, left, right, gx, gy, cell, nx, ny)
    start = np.zeros(nx * ny + 1, np.int32)
    of, winding = np.empty(1024, np.int32), np.empty(1024, np.int16)
    active, count = np.empty(64, np.int32), np.empty(64, np.int64)
    total = 0
    for j in range(ny):
        n = 0
        for i in range(nx):
            c = j * nx + i
            for e in range(event_start[c], event_start[c + 1]):
                k = 0
                while k < n and active[k] != event_owner[e]:
                    k += 1
                if k == n:
                    if n == len(active):
                        bigger, more = np.empty(2 * n, np.int32), np.empty(2 * n, np.int64)
                        bigger[:n], more[:n] = active, count
                        active, count = bigger, more
                    active[n], count[n] = event_owner[e], 0
                    n += 1
                count[k] += change[e]
                if count[k] == 0:
                    n -= 1
                    active[k], count[k] = active[n], count[n]
            if total + n > len(of):
                if total + n > most:
                    return start, of, winding, False
                size = 2 * (total + n)
                wider, longer = np.empty(size, np.int32), np.empty(size, np.int16)
                wider[:total], longer[:total] = of[:total], winding[:total]
                of, winding = wider, longer
            for k in range(n):
                of[total], winding[total] = active[k], count[k]
                total += 1
            start[c + 1] = total
    return start, of[:total].copy(), winding[:total].copy(), True
