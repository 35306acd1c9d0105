"""Cutting rings at the buffered edge of a tile. Compiled; knows no layer and encodes nothing.

The tile's edge is laid half a unit off the whole-number grid, so that no vertex ever lies on it: every crossing is proper,
and the pieces of a polygon's rings inside can be joined along the edge by one rule. From where a ring leaves the tile, walk
the edge with the polygon on the same side, to where a ring comes in again. Where a ring makes a wide detour outside, whole
runs of vertices that lie beyond one side of the tile are passed over: that changes nothing inside.
"""

from __future__ import annotations

import numpy as np

from rdtr.jit import kernel

__all__ = ["RUN", "clip_polygon", "contains", "run_boxes"]

RUN = 64
"""Vertices in a run that is skipped whole."""


@kernel
def run_boxes(points, start):
    """Boxes of runs of `RUN` vertices of every ring: where each ring's runs start, and the boxes."""
    first = np.empty(len(start), np.int64)
    n = 0
    for r in range(len(start) - 1):
        first[r] = n
        n += (start[r + 1] - start[r] + RUN - 1) // RUN
    first[len(start) - 1] = n
    box = np.empty((n, 4), np.int32)
    k = 0
    for r in range(len(start) - 1):
        for a in range(start[r], start[r + 1], RUN):
            b = min(a + RUN, start[r + 1])
            box[k, 0], box[k, 1] = points[a, 0], points[a, 1]
            box[k, 2], box[k, 3] = box[k, 0], box[k, 1]
            for i in range(a, b):
                box[k, 0], box[k, 2] = min(box[k, 0], points[i, 0]), max(box[k, 2], points[i, 0])
                box[k, 1], box[k, 3] = min(box[k, 1], points[i, 1]), max(box[k, 3], points[i, 1])
            k += 1
    return first, box


@kernel
def contains(points, first, last, x, y):
    """Tell whether a ring goes round a place (by crossings of a ray to the right)."""
    inside = False
    j = last - 1
    for i in range(first, last):
        yi, yj = points[i, 1], points[j, 1]
        if (yi > y) != (yj > y):
            xi, xj = points[i, 0], points[j, 0]
            if x < xi + (y - yi) * (xj - xi) / (yj - yi):
                inside = not inside
        j = i
    return inside


@kernel
def _gather(points, first, last, runs, run_first, box, out):
    """Copy a ring without the inside of runs that lie beyond one side of the box; return the number of vertices."""
    n = 0
    k = run_first
    for a in range(first, last, RUN):
        b = min(a + RUN, last)
        beyond = runs[k, 2] < box[0] or runs[k, 0] > box[2] or runs[k, 3] < box[1] or runs[k, 1] > box[3]
        if beyond:
            out[n, 0], out[n, 1] = points[a, 0], points[a, 1]
            n += 1
            if b - a > 1:
                out[n, 0], out[n, 1] = points[b - 1, 0], points[b - 1, 1]
                n += 1
        else:
            for i in range(a, b):
                out[n, 0], out[n, 1] = points[i, 0], points[i, 1]
                n += 1
        k += 1
    return n


@kernel
def _place(box, x, y):
    """Where a point of the edge lies along it: 0..4 from the upper left corner, right, down, left, up."""
    width, height = box[2] - box[0], box[3] - box[1]
    if y == box[1]:
        return (x - box[0]) / width
    if x == box[2]:
        return 1.0 + (y - box[1]) / height
    if y == box[3]:
        return 2.0 + (box[2] - x) / width
    return 3.0 + (box[3] - y) / height


@kernel
def _cross(box, ax, ay, bx, by):
    """Return how often a segment meets the edge of the box, 0, 1 or 2 times, and where."""
    # in one direction always, so that both neighbours of a border cut it at the same place
    swap = (bx < ax) or (bx == ax and by < ay)
    if swap:
        ax, ay, bx, by = bx, by, ax, ay
    dx, dy = bx - ax, by - ay
    low, high = 0.0, 1.0
    low_x, low_y, high_x, high_y = ax, ay, bx, by
    for side in range(4):
        if side == 0:
            p, q = -dx, ax - box[0]
        elif side == 1:
            p, q = dx, box[2] - ax
        elif side == 2:
            p, q = -dy, ay - box[1]
        else:
            p, q = dy, box[3] - ay
        if p == 0.0:
            if q < 0.0:
                return 0, 0.0, 0.0, 0.0, 0.0
            continue
        t = q / p
        if p < 0.0 and t > low:
            low = t
            if side < 2:
                low_x, low_y = box[0] if side == 0 else box[2], ay + t * dy
            else:
                low_x, low_y = ax + t * dx, box[1] if side == 2 else box[3]
        elif p > 0.0 and t < high:
            high = t
            if side < 2:
                high_x, high_y = box[0] if side == 0 else box[2], ay + t * dy
            else:
                high_x, high_y = ax + t * dx, box[1] if side == 2 else box[3]
    if low >= high:
        return 0, 0.0, 0.0, 0.0, 0.0
    if swap:
        low, high = 1.0 - high, 1.0 - low
        low_x, low_y, high_x, high_y = high_x, high_y, low_x, low_y
    enters, leaves = low > 0.0, high < 1.0
    if enters and leaves:
        return 2, low_x, low_y, high_x, high_y
    if enters:
        return 1, low_x, low_y, 0.0, 0.0
    return (1 if leaves else 0), high_x, high_y, 0.0, 0.0


@kernel
def _inside(box, x, y):
    return box[0] < x < box[2] and box[1] < y < box[3]


@kernel
def _chains(ring, n, box, path, size, chain, chains):
    """Append the stretches of a ring inside the box to `path`; `chain` gets their first and last rows.

    Returns the size of `path`, the number of chains, and whether the whole ring lies inside.
    """
    start = -1
    for i in range(n):
        if not _inside(box, ring[i, 0], ring[i, 1]):
            start = i
            break
    if start < 0:
        for i in range(n):
            path[size + i, 0], path[size + i, 1] = ring[i, 0], ring[i, 1]
        return size + n, chains, True
    open_chain = False
    j = start
    bx, by = float(ring[j, 0]), float(ring[j, 1])
    b_in = False
    for _ in range(n):
        ax, ay, a_in = bx, by, b_in
        j += 1
        if j == n:
            j = 0
        bx, by = float(ring[j, 0]), float(ring[j, 1])
        b_in = _inside(box, bx, by)
        if not (a_in and b_in):
            if (ax <= box[0] and bx <= box[0]) or (ax >= box[2] and bx >= box[2]):
                continue
            if (ay <= box[1] and by <= box[1]) or (ay >= box[3] and by >= box[3]):
                continue
            found, first_x, first_y, second_x, second_y = _cross(box, ax, ay, bx, by)
            for c in range(found):
                path[size, 0], path[size, 1] = (first_x, first_y) if c == 0 else (second_x, second_y)
                if open_chain:
                    chain[chains, 1] = size
                    chains += 1
                else:
                    chain[chains, 0] = size
                open_chain = not open_chain
                size += 1
        if open_chain and b_in:
            path[size, 0], path[size, 1] = bx, by
            size += 1
    return size, chains, False


@kernel
def _join(path, chain, chains, place, box, out, size, ring_stop, rings):
    """Join chains along the edge of the box into rings: from each exit to the next entry with the polygon on the same side.

    A shell runs counter-clockwise in the plane, which on the screen, where y points down, is counter-clockwise too when
    looked at from behind: the edge is walked right along the bottom, up the right side, and so on; that is against `_place`.
    """
    for c in range(chains):
        place[c, 0] = _place(box, path[chain[c, 0], 0], path[chain[c, 0], 1])
        place[c, 1] = _place(box, path[chain[c, 1], 0], path[chain[c, 1], 1])
        place[c, 2] = 0.0  # not used yet
    for first in range(chains):
        if place[first, 2]:
            continue
        c = first
        while True:
            place[c, 2] = 1.0
            for k in range(chain[c, 0], chain[c, 1] + 1):
                out[size, 0], out[size, 1] = path[k, 0], path[k, 1]
                size += 1
            at, best, gap = place[c, 1], -1, 5.0
            for d in range(chains):
                ahead = at - place[d, 0]
                if ahead < 0.0:
                    ahead += 4.0
                if ahead < gap and (not place[d, 2] or d == first):
                    best, gap = d, ahead
            if best < 0:
                break
            corner = np.ceil(at) - 1.0
            while at - corner < gap:  # corners passed on the way
                k = int(corner) % 4
                out[size, 0] = box[2] if k == 1 or k == 2 else box[0]
                out[size, 1] = box[3] if k == 2 or k == 3 else box[1]
                size += 1
                corner -= 1.0
            if best == first:
                break
            c = best
        ring_stop[rings] = size
        rings += 1
    return size, rings


@kernel
def clip_polygon(
    points, start, boxes, runs, run_start, ring_rows, count, box, work, path, chain, place, out, ring_stop
):
    """Clip the rings of one polygon; return the number of vertices and of rings written, and of rings that were not cut.

    Rings that were not cut come first.

    Parameters
    ----------
    points, start, boxes, runs, run_start
        The level's rings with their boxes and their runs.
    ring_rows, count
        The polygon's rings that may meet the box.
    box
        Half a unit off the grid.
    work, path, chain, place, out, ring_stop
        Buffers that are large enough.
    """
    chains, size, out_size, rings = 0, 0, 0, 0
    around = 0
    for k in range(count):
        r = ring_rows[k]
        if boxes[r, 0] > box[0] and boxes[r, 1] > box[1] and boxes[r, 2] < box[2] and boxes[r, 3] < box[3]:
            for i in range(start[r], start[r + 1]):
                out[out_size, 0], out[out_size, 1] = points[i, 0], points[i, 1]
                out_size += 1
            ring_stop[rings] = out_size
            rings += 1
            continue
        n = _gather(points, start[r], start[r + 1], runs, run_start[r], box, work)
        before = size
        size, chains, whole = _chains(work, n, box, path, size, chain, chains)
        if whole:
            for i in range(before, size):
                out[out_size, 0], out[out_size, 1] = path[i, 0], path[i, 1]
                out_size += 1
            ring_stop[rings] = out_size
            rings += 1
            size = before
        elif size == before and contains(points, start[r], start[r + 1], box[0], box[1]):
            around += 1
    whole_rings = rings
    if chains:
        out_size, rings = _join(path, chain, chains, place, box, out, out_size, ring_stop, rings)
    elif around % 2:  # no border crosses the tile and it lies inside: all of it
        for x, y in ((box[0], box[1]), (box[0], box[3]), (box[2], box[3]), (box[2], box[1])):
            out[out_size, 0], out[out_size, 1] = x, y
            out_size += 1
        ring_stop[rings] = out_size
        rings += 1
    return out_size, rings, whole_rings
