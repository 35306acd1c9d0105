"""The compiled part of topology: shared vertices, matched edges, vertices on edges. Arrays in, arrays out.

Two neighbours of a clean coverage walk their common border in opposite directions over the same vertices. So every edge
that is walked once each way needs no geometry at all; only the rest does, and in a clean plan that is its outer border.
"""

from __future__ import annotations

import numpy as np

from rdtr.jit import kernel
from rdtr.zoning.boxes import candidates

__all__ = ["shared_vertices", "unmatched_edges", "vertices_on_edges"]


@kernel
def shared_vertices(x, y):
    """Give one number to all equal places (int64 coordinates), by first appearance; also the row of each first one."""
    size = 16
    while size < 2 * len(x):
        size *= 2
    table = np.full(size, -1, np.int32)  # half as wide as an index: more of it stays in the processor's cache
    number, first = np.empty(len(x), np.int32), np.empty(len(x), np.int32)
    count = 0
    for i in range(len(x)):
        mixed = (x[i] * np.int64(-7046029254386353131)) ^ (y[i] * np.int64(-4417276706812531889))
        at = (mixed ^ (mixed >> 29)) & (size - 1)
        while table[at] >= 0 and not (x[first[table[at]]] == x[i] and y[first[table[at]]] == y[i]):
            at = (at + 1) & (size - 1)
        if table[at] < 0:
            table[at] = count
            first[count] = i
            count += 1
        number[i] = table[at]
    return number, first[:count].copy()


@kernel
def unmatched_edges(vertex, count, ring_start, ring_sign, ring_owner):
    """Put the edges of all rings together by their end points and return those that are not walked once each way.

    `vertex` numbers the vertices below `count`. Returns (edges, ends, counts, sides): how many different edges there are,
    and of each unmatched one its ends low < high, how many polygons have it on their left walking low -> high and high ->
    low, and one of either (-1 for none). Edges of no length are left out. The edges of a vertex form a chain: no hashing,
    and vertices with many edges do not occur.
    """
    head = np.full(count, -1, np.int32)
    after, high = np.empty(len(vertex), np.int32), np.empty(len(vertex), np.int32)
    low = np.empty(len(vertex), np.int32)
    counts = np.empty((len(vertex), 2), np.int32)
    sides = np.empty((len(vertex), 2), np.int32)
    n = 0
    for r in range(len(ring_start) - 1):
        for i in range(ring_start[r], ring_start[r + 1] - 1):
            a, b = min(vertex[i], vertex[i + 1]), max(vertex[i], vertex[i + 1])
            if a == b:
                continue
            e = head[a]
            while e >= 0 and high[e] != b:
                e = after[e]
            if e < 0:
                e = n
                low[n], high[n], after[n] = a, b, head[a]
                head[a] = n
                for side in range(2):
                    counts[n, side], sides[n, side] = 0, -1
                n += 1
            side = 0 if (vertex[i] == a) == (ring_sign[r] > 0) else 1
            counts[e, side] += 1
            sides[e, side] = ring_owner[r]
    m = 0
    for e in range(n):
        if counts[e, 0] != counts[e, 1]:
            low[m], high[m] = low[e], high[e]
            for side in range(2):
                counts[m, side], sides[m, side] = counts[e, side], sides[e, side]
            m += 1
    ends = np.empty((m, 2), np.int64)
    ends[:, 0], ends[:, 1] = low[:m], high[:m]
    return n, ends, counts[:m].astype(np.int64), sides[:m].astype(np.int64)


@kernel
def vertices_on_edges(place, a, b, boxes, level_start, item, reach, end):
    """Find the places within `reach` of the inside of straight edges a -> b.

    Returns (place index, edge index, share of the way along the edge, distance). What is within `end` of an end point is not
    on the edge.
    """
    size = 64
    found = np.empty((size, 2), np.int64)
    where = np.empty((size, 2), np.float64)
    n = 0
    box = np.empty(4, np.float64)
    for v in range(len(place)):
        x, y = place[v, 0], place[v, 1]
        box[0], box[1], box[2], box[3] = x - reach, y - reach, x + reach, y + reach
        for e in candidates(box, boxes, level_start, item):
            dx, dy = b[e, 0] - a[e, 0], b[e, 1] - a[e, 1]
            px, py = x - a[e, 0], y - a[e, 1]
            length = np.hypot(dx, dy)
            along = (px * dx + py * dy) / length
            if along <= end or along >= length - end:
                continue
            away = abs(px * dy - py * dx) / length
            if away > reach:
                continue
            if n == size:
                size *= 2
                more, wider = np.empty((size, 2), np.int64), np.empty((size, 2), np.float64)
                more[:n], wider[:n] = found[:n], where[:n]
                found, where = more, wider
            found[n, 0], found[n, 1] = v, e
            where[n, 0], where[n, 1] = along / length, away
            n += 1
    return found[:n, 0].copy(), found[:n, 1].copy(), where[:n, 0].copy(), where[:n, 1].copy()
