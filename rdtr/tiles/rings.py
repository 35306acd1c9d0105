"""Rings as commands of a vector tile: those of a level encoded beforehand, those that were cut. Compiled; cuts nothing."""

from __future__ import annotations

import numpy as np

from rdtr.jit import kernel, lean_kernel
from rdtr.places import fetch, store
from rdtr.tiles.heads import BYTES, FIRST, HEAD, LAST
from rdtr.tiles.wire import SLACK, copy_short, put, size_of, zigzag

__all__ = [
    "CLOSE_PATH", "LINE_TO", "MOST_MOVE", "MOVE_TO", "SLOTS", "keep", "put_level_ring", "put_ring", "ring_areas",
    "ring_commands", "twice_area",
]  # fmt: skip

MOVE_TO, LINE_TO, CLOSE_PATH = 1, 2, 7

SLOTS = 1_024
"""Into so many the places on a tile's edge are sorted: few enough to stay in the nearest cache."""

MOST_MOVE = 16
"""Bytes of a command to move, at most: its own and two varints."""


@lean_kernel
def twice_area(points, first, last):
    """Twice the signed area of a ring; negative for shells, since y points down."""
    total = np.int64(0)
    ax, ay = np.int64(fetch(points, 2 * last - 2)), np.int64(fetch(points, 2 * last - 1))
    for i in range(first, last):
        bx, by = np.int64(fetch(points, 2 * i)), np.int64(fetch(points, 2 * i + 1))
        total += ax * by - bx * ay
        ax, ay = bx, by
    return total


@kernel
def ring_areas(points, start):
    """Twice the signed area of every ring; negative for shells, since y points down."""
    result = np.empty(len(start) - 1, np.int64)
    for r in range(len(start) - 1):
        result[r] = twice_area(points, start[r], start[r + 1])
    return result


@kernel
def ring_commands(points, start):
    """Encode all rings of a level, but for where each begins: that alone depends on the tile.

    Rings are written backwards, from the last vertex to the first: the specification wants shells clockwise on the screen,
    ours run the other way.

    Returns
    -------
    data, data_start
        Bytes of all rings, with `rdtr.tiles.wire.SLACK` more, and where each ring's start.
    """
    size = np.int64(0)
    for r in range(len(start) - 1):
        size += size_of(np.int64(start[r + 1] - start[r] - 1) << 3 | LINE_TO) + 1
        for i in range(start[r], start[r + 1] - 1):
            for axis in range(2):
                size += size_of(zigzag(np.int64(points[i, axis]) - np.int64(points[i + 1, axis])))
    data, data_start, at = np.zeros(size + SLACK, np.uint8), np.empty(len(start), np.int32), 0
    for r in range(len(start) - 1):
        data_start[r] = at
        at = put(data, at, np.int64(start[r + 1] - start[r] - 1) << 3 | LINE_TO)
        for i in range(start[r + 1] - 2, start[r] - 1, -1):
            at = put(data, at, zigzag(np.int64(points[i, 0]) - np.int64(points[i + 1, 0])))
            at = put(data, at, zigzag(np.int64(points[i, 1]) - np.int64(points[i + 1, 1])))
        data[at] = 1 << 3 | CLOSE_PATH
        at += 1
    data_start[len(start) - 1] = at
    return data, data_start


@lean_kernel
def put_level_ring(geometry, at, heads, data, r, left, top, x, y):
    """Write a ring of a level as it is.

    `left` and `top` are taken off; `x` and `y` are where the ring before ended. Returns the place in `geometry`, and where
    this ring ended.
    """
    h = HEAD * np.int64(r)
    store(geometry, at, 1 << 3 | MOVE_TO)
    at = put(geometry, at + 1, zigzag(fetch(heads, h + LAST) - left - x))
    at = put(geometry, at, zigzag(fetch(heads, h + LAST + 1) - top - y))
    at = copy_short(geometry, at, data, np.int64(fetch(heads, h + BYTES)), np.int64(fetch(heads, h + BYTES + 1)))
    return at, fetch(heads, h + FIRST) - left, fetch(heads, h + FIRST + 1) - top


@lean_kernel
def put_ring(geometry, at, ring, first, last, buffer, x, y):
    """Write a ring that was cut; `buffer` is taken off. Returns as `put_level_ring` does."""
    store(geometry, at, 1 << 3 | MOVE_TO)
    at += 1
    for i in range(last - 1, first - 1, -1):
        px, py = np.int64(fetch(ring, 2 * i)) - buffer, np.int64(fetch(ring, 2 * i + 1)) - buffer
        at = put(geometry, at, zigzag(px - x))
        at = put(geometry, at, zigzag(py - y))
        x, y = px, py
        if i == last - 1:
            at = put(geometry, at, np.int64(last - first - 1) << 3 | LINE_TO)
    store(geometry, at, 1 << 3 | CLOSE_PATH)
    return at + 1, x, y


@lean_kernel
def _slot(x, y):
    return (x * 31 + y * 17) & (SLOTS - 1)


@lean_kernel
def _is_at(ring, k, x, y):
    return fetch(ring, 2 * k) == x and fetch(ring, 2 * k + 1) == y


@lean_kernel
def _touch(ring, first, last, width, height, spare, met):
    """Find where rounding made a ring meet itself on the tile's edge; return the rows of the shortest loop, or -1.

    The second row is the first that comes back to a place, so the loop between the two does not meet itself.
    """
    n, i, j = 0, np.int64(-1), np.int64(-1)
    for k in range(first, last):
        x, y = np.int64(fetch(ring, 2 * k)), np.int64(fetch(ring, 2 * k + 1))
        if not (x == -1 or x == width or y == -1 or y == height):
            continue
        slot = _slot(x, y)
        at = np.int64(fetch(met, slot))
        while at >= 0 and not _is_at(ring, fetch(spare, at), x, y):
            at = np.int64(fetch(met, SLOTS + at))
        if at >= 0:
            i, j = fetch(spare, at), np.int64(k)
            break
        store(spare, n, k)
        store(met, SLOTS + n, fetch(met, slot))
        store(met, slot, n)
        n += 1
    for a in range(n):
        k = fetch(spare, a)
        store(met, _slot(np.int64(fetch(ring, 2 * k)), np.int64(fetch(ring, 2 * k + 1))), -1)
    return i, j


@lean_kernel
def _keep_whole(ring, first, last, stop, area, kept):
    twice = twice_area(ring, first, last)
    if last - first >= 3 and twice != 0:
        stop[kept], area[kept] = last, twice
        return last, kept + 1
    return first, kept


@lean_kernel
def _reverse(ring, first, last):
    i, j = first, last - 1
    while i < j:
        for axis in range(2):
            ring[i, axis], ring[j, axis] = ring[j, axis], ring[i, axis]
        i, j = i + 1, j - 1


@lean_kernel
def keep(ring, first, last, may_touch, width, height, stop, area, kept, spare, met):
    """Keep a ring that was cut, in several where it meets itself on the tile's edge; drop what has no area.

    Parameters
    ----------
    ring, first, last
        The ring.
    may_touch
        Whether it can meet itself.
    width, height
        Of the buffered tile: the edge lies at -1 and there.
    stop, area, kept
        Rings kept so far: where each ends, twice its area, and how many there are.
    spare
        Room for as many rows as the ring has.
    met
        `SLOTS` times -1, and room for as many rows as the ring has: rows by their place on the edge. Left as it was found.

    Returns
    -------
    stop, kept
        Where the last ring that was kept ends, and how many there are.
    """
    i, j = np.int64(-1), np.int64(-1)
    if may_touch:
        i, j = _touch(ring, first, last, width, height, spare, met)
    while i >= 0:
        # the loop changes places with what comes before it, and is kept; what is left is asked again
        _reverse(ring, first, i)
        _reverse(ring, i, j)
        _reverse(ring, first, j)
        loop = first + j - i
        end, kept = _keep_whole(ring, first, loop, stop, area, kept)
        if end < loop:  # not kept: the others close up
            for k in range(loop, last):
                ring[first + k - loop, 0], ring[first + k - loop, 1] = ring[k, 0], ring[k, 1]
            last -= loop - first
        first = end
        i, j = _touch(ring, first, last, width, height, spare, met)
    return _keep_whole(ring, first, last, stop, area, kept)
