"""The compiled part of topology: shared vertices, matched edges, vertices on edges, cover of places. Arrays in, arrays out.

Two neighbours of a clean coverage walk their common border in opposite directions over the same vertices. So every edge
that is walked once each way needs no geometry at all; only the rest does, and in a clean plan that is its outer border.
"""

from __future__ import annotations

import numpy as np

from rdtr.jit import kernel
from rdtr.zoning.overlap import candidates

__all__ = ["count_cover", "match_edges", "shared_vertices", "vertices_on_edges"]


@kernel
def _slots(count):
    size = 16
    while size < 2 * count:
        size *= 2
    return size


@kernel
def shared_vertices(x, y):
    """Give one number to all equal places (int64 coordinates), by first appearance; also the row of each first one."""
    mask = _slots(len(x)) - 1
    table = np.full(mask + 1, -1, np.int64)
    number = np.empty(len(x), np.int64)
    first = np.empty(len(x), np.int64)
    count = 0
    for i in range(len(x)):
        mixed = (x[i] * np.int64(-7046029254386353131)) ^ (y[i] * np.int64(-4417276706812531889))
        at = (mixed ^ (mixed >> 29)) & mask
        while table[at] >= 0 and not (x[first[table[at]]] == x[i] and y[first[table[at]]] == y[i]):
            at = (at + 1) & mask
        if table[at] < 0:
            table[at] = count
            first[count] = i
            count += 1
        number[i] = table[at]
    return number, first[:count].copy()


@kernel
def match_edges(vertex, ring_start, ring_sign, ring_owner):
    """Put the edges of all rings together by their end points.

    Returns (low, high, forward, backward, left, right): `forward` counts the polygons left of low -> high, `backward`
    those right of it; `left` and `right` name one of them, -1 for none. Edges of no length are left out.
    """
    mask = _slots(len(vertex)) - 1
    table = np.full(mask + 1, -1, np.int64)
    ends = np.empty((len(vertex), 2), np.int64)
    counts = np.zeros((len(vertex), 2), np.int32)
    sides = np.full((len(vertex), 2), -1, np.int64)
    n = 0
    for r in range(len(ring_start) - 1):
        for i in range(ring_start[r], ring_start[r + 1] - 1):
            a, b = vertex[i], vertex[i + 1]
            if a == b:
                continue
            low, high = min(a, b), max(a, b)
            mixed = (low * np.int64(-7046029254386353131)) ^ (high * np.int64(-4417276706812531889))
            at = (mixed ^ (mixed >> 29)) & mask
            while table[at] >= 0 and not (ends[table[at], 0] == low and ends[table[at], 1] == high):
                at = (at + 1) & mask
            e = table[at]
            if e < 0:
                e = table[at] = n
                ends[n, 0], ends[n, 1] = low, high
                n += 1
            side = 0 if (a < b) == (ring_sign[r] > 0) else 1
            counts[e, side] += 1
            sides[e, side] = ring_owner[r]
    return ends[:n], counts[:n], sides[:n]


@kernel
def vertices_on_edges(place, a, b, boxes, level_start, item, reach):
    """Find the places within `reach` of the inside of straight edges a -> b.

    Returns (place index, edge index, share of the way along the edge, distance). End points of an edge are not on it.
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
            if along <= reach or along >= length - reach:
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


@kernel
def count_cover(place, boxes, level_start, item, edge_start, left, right, sign):
    """Count how many polygons cover each place; a place on the seam of two pieces of one polygon counts once."""
    cover = np.zeros(len(place), np.int64)
    box = np.empty(4, np.float64)
    for v in range(len(place)):
        x, y = place[v, 0], place[v, 1]
        box[0], box[1], box[2], box[3] = x, y, x, y
        for q in candidates(box, boxes, level_start, item):
            # the edges above a place, upper ones +1 and lower ones -1, sum to one inside and to none outside
            for f in range(edge_start[q], edge_start[q + 1]):
                if left[f, 0] <= x < right[f, 0]:
                    share = (x - left[f, 0]) / (right[f, 0] - left[f, 0])
                    if left[f, 1] + share * (right[f, 1] - left[f, 1]) > y:
                        cover[v] += sign[f]
    return cover
