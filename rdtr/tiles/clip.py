"""Cutting rings at the buffered edge of a tile. Compiled; knows no layer and encodes nothing.

The tile's edge is laid half a unit off the whole-number grid, so that no vertex ever lies on it: every crossing is proper,
and the pieces of a polygon's rings inside can be joined along the edge by one rule. From where a ring leaves the tile, walk
the edge with the polygon on the same side, to where a ring comes in again. Where a ring makes a wide detour outside, whole
runs of vertices that lie beyond one side of the tile are passed over: that changes nothing inside.

Crossings are rounded outwards, so that a vertex of a ring never falls on a place where it was cut.
"""

from __future__ import annotations

import numpy as np

from rdtr.jit import lean_kernel
from rdtr.places import fetch, store

__all__ = ["SHELVES", "chains_of", "join", "shelve"]

SHELVES = 256
"""Stretches of the edge into which many chains are sorted."""

_PER_SIDE = SHELVES / 4.0
_FEW = 12
"""Chains that are looked through one by one: with so few of them most shelves would be empty."""


@lean_kernel
def _place(edge, x, y):
    """Where a point of the edge lies along it: 0..4 from the upper left corner, right, down, left, up."""
    width, height = edge[2] - edge[0], edge[3] - edge[1]
    if y == edge[1]:
        return (x - edge[0]) / width
    if x == edge[2]:
        return 1.0 + (y - edge[1]) / height
    if y == edge[3]:
        return 2.0 + (edge[2] - x) / width
    return 3.0 + (edge[3] - y) / height


@lean_kernel
def _cross(edge, ax, ay, bx, by):
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
            p, q = -dx, ax - edge[0]
        elif side == 1:
            p, q = dx, edge[2] - ax
        elif side == 2:
            p, q = -dy, ay - edge[1]
        else:
            p, q = dy, edge[3] - ay
        if p == 0.0:
            if q < 0.0:
                return 0, 0.0, 0.0, 0.0, 0.0
            continue
        t = q / p
        if p < 0.0 and t > low:
            low = t
            if side < 2:
                low_x, low_y = edge[0] if side == 0 else edge[2], ay + t * dy
            else:
                low_x, low_y = ax + t * dx, edge[1] if side == 2 else edge[3]
        elif p > 0.0 and t < high:
            high = t
            if side < 2:
                high_x, high_y = edge[0] if side == 0 else edge[2], ay + t * dy
            else:
                high_x, high_y = ax + t * dx, edge[1] if side == 2 else edge[3]
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


@lean_kernel
def _rounded(edge, x, y):
    """Round a place on the edge to whole units, outwards."""
    px = np.floor(x) if x == edge[0] else np.ceil(x) if x == edge[2] else np.rint(x)
    py = np.floor(y) if y == edge[1] else np.ceil(y) if y == edge[3] else np.rint(y)
    return np.int64(px), np.int64(py)


@lean_kernel
def chains_of(points, first, last, box, path, size, chain, place, chains):
    """Append the stretches of a ring inside a box to `path`.

    Parameters
    ----------
    points, first, last
        The ring; one of its vertices at least lies outside.
    box
        xmin, ymin, xmax, ymax: the outermost units that lie inside.
    path, size
        Shape (n, 2), whole units from the box's corner `box[0]`, `box[1]`; rows used so far.
    chain, place, chains
        First and last row of each chain in `path`, where they lie along the edge, and how many there are.

    Returns
    -------
    size, chains
        Both counts afterwards.
    """
    left, top, right, bottom = box[0], box[1], box[2], box[3]
    edge = (left - 0.5, top - 0.5, right + 0.5, bottom + 0.5)
    j = first
    while left <= fetch(points, 2 * j) <= right and top <= fetch(points, 2 * j + 1) <= bottom:
        j += 1
    bx, by, b_in = np.int64(fetch(points, 2 * j)), np.int64(fetch(points, 2 * j + 1)), False
    open_chain = False
    for _ in range(last - first):
        ax, ay, a_in = bx, by, b_in
        j += 1
        if j == last:
            j = first
        bx, by = np.int64(fetch(points, 2 * j)), np.int64(fetch(points, 2 * j + 1))
        b_in = left <= bx <= right and top <= by <= bottom
        if not (a_in and b_in):
            if (ax < left and bx < left) or (ax > right and bx > right):
                continue
            if (ay < top and by < top) or (ay > bottom and by > bottom):
                continue
            found, first_x, first_y, second_x, second_y = _cross(edge, float(ax), float(ay), float(bx), float(by))
            for c in range(found):
                x, y = (first_x, first_y) if c == 0 else (second_x, second_y)
                px, py = _rounded(edge, x, y)
                store(path, 2 * size, px - left)
                store(path, 2 * size + 1, py - top)
                end = 1 if open_chain else 0
                chain[chains, end], place[chains, end] = size, _place(edge, x, y)
                chains += end
                open_chain = not open_chain
                size += 1
        if b_in and open_chain:
            store(path, 2 * size, bx - left)
            store(path, 2 * size + 1, by - top)
            size += 1
    return size, chains


@lean_kernel
def _push(ring, first, n, x, y):
    """Append a vertex to a ring without doubled vertices and spikes; return the row after it."""
    if n > first and fetch(ring, 2 * n - 2) == x and fetch(ring, 2 * n - 1) == y:
        return n
    if n > first + 1 and fetch(ring, 2 * n - 4) == x and fetch(ring, 2 * n - 3) == y:
        return n - 1
    store(ring, 2 * n, x)
    store(ring, 2 * n + 1, y)
    return n + 1


@lean_kernel
def _shelf_of(at):
    return min(np.int64(at * _PER_SIDE), SHELVES - 1)


@lean_kernel
def shelve(place, chains, shelves):
    """Sort chains by where they come in, if they are many.

    Parameters
    ----------
    place, chains
        From `chains_of`.
    shelves
        Room for `SHELVES` and the chains: the first chain on each shelf, and the next one after each chain.
    """
    if chains <= _FEW:
        return
    for s in range(SHELVES):
        shelves[s] = -1
    for d in range(chains - 1, -1, -1):
        s = _shelf_of(place[d, 0])
        shelves[SHELVES + d], shelves[s] = shelves[s], d


@lean_kernel
def _next_of_few(place, chains, c, first):
    at, best, gap = place[c, 1], -1, 5.0
    for d in range(chains):
        ahead = at - place[d, 0]
        if ahead < 0.0:
            ahead += 4.0
        if ahead < gap and (not place[d, 2] or d == first):
            best, gap = d, ahead
    return best, gap


@lean_kernel
def _next_of_many(place, shelves, c, first):
    at, best, gap = place[c, 1], -1, 5.0
    s = _shelf_of(at)
    for step in range(SHELVES + 1):
        d = shelves[s]
        while d >= 0:
            # what lies behind on the own shelf comes last, when all the others were looked through
            if (step or place[d, 0] <= at) and (not place[d, 2] or d == first):
                ahead = at - place[d, 0]
                if ahead < 0.0:
                    ahead += 4.0
                if ahead < gap:
                    best, gap = d, ahead
            d = shelves[SHELVES + d]
        if best >= 0:
            break
        s = s - 1 if s else SHELVES - 1
    return best, gap


@lean_kernel
def _next(place, chains, shelves, c, first):
    """Find the chain that comes in next along the edge, and how far away it is."""
    if chains <= _FEW:
        return _next_of_few(place, chains, c, first)
    return _next_of_many(place, shelves, c, first)


@lean_kernel
def join(path, chain, place, chains, shelves, box, first, ring, begin):
    """Join chains along the edge of the box into one ring: from each exit to the next entry with the polygon on one side.

    A shell runs counter-clockwise in the plane, which on the screen, where y points down, is counter-clockwise too when
    looked at from behind: the edge is walked right along the bottom, up the right side, and so on; that is against `_place`.

    Parameters
    ----------
    path, chain, place, chains, box
        From `chains_of`; `place[:, 2]` tells which chains were used.
    shelves
        From `shelve`.
    first
        A chain that was not used.
    ring, begin
        Where to write the ring, and from which row on.

    Returns
    -------
    stop, may_touch
        The row after the ring, and whether rounding may have made it meet itself on the edge: not so for a single chain
        that does not go all round.
    """
    c, n, joins, corners = first, begin, 0, 0
    width, height = box[2] - box[0] + 1, box[3] - box[1] + 1
    while True:
        place[c, 2] = 1.0
        for k in range(chain[c, 0], chain[c, 1] + 1):
            n = _push(ring, begin, n, np.int64(fetch(path, 2 * k)), np.int64(fetch(path, 2 * k + 1)))
        at = place[c, 1]
        best, gap = _next(place, chains, shelves, c, first)
        joins += 1
        corner = np.ceil(at) - 1.0
        while at - corner < gap:  # corners passed on the way
            k = int(corner) % 4
            n = _push(ring, begin, n, width if k == 1 or k == 2 else -1, height if k == 2 or k == 3 else -1)
            corners += 1
            corner -= 1.0
        if best == first:
            break
        c = best
    while n > begin + 1 and ring[n - 1, 0] == ring[begin, 0] and ring[n - 1, 1] == ring[begin, 1]:
        n -= 1
    return n, joins > 1 or corners > 3
