"""One polygon of a level as the geometry of a feature: cut at the tile, shells before their holes. Compiled."""

from __future__ import annotations

import numpy as np

from rdtr.jit import kernel, lean_kernel, lean_routine
from rdtr.places import fetch, store
from rdtr.tiles.clip import SHELVES, chains_of, join, shelve
from rdtr.tiles.heads import BEGIN, BYTES, HEAD, HOLE, lies_within
from rdtr.tiles.rings import MOST_MOVE, SLOTS, keep, put_level_ring, put_ring, twice_area
from rdtr.tiles.runs import RUN, contains, gather
from rdtr.tiles.wire import SLACK

__all__ = ["bench_of", "put_cut", "put_untouched", "room_untouched"]


@kernel
def bench_of(room):
    """Arrays on which a polygon of so many vertices is cut.

    Returns
    -------
    bench
        Ring without far runs; path, chains, their places; rings with their ends and areas; rings that were not cut; owners
        of holes; rows of a ring; boxes of rings; shelves of chains; rows by place on the edge.
    """
    return (
        np.empty((room, 2), np.int32),
        np.empty((3 * room + 8, 2), np.int32),  # a segment is cut twice at most
        np.empty((room + 8, 2), np.int64),
        np.empty((room + 8, 3), np.float64),
        np.empty((7 * room + 64, 2), np.int32),  # a chain may be followed by up to four corners
        np.empty(3 * room + 32, np.int64),  # a ring that is kept has three vertices at least
        np.empty(3 * room + 32, np.int64),
        np.empty(room + 8, np.int64),
        np.empty((4 * room + 64, 3), np.int64),
        np.empty(7 * room + 64, np.int64),
        np.empty((3 * room + 32, 4), np.int64),
        np.empty(SHELVES + room + 8, np.int32),
        np.full(SLOTS + 7 * room + 64, -1, np.int32),
    )


@lean_kernel
def room_untouched(level, rows, first, last):
    """How many bytes `put_untouched` writes at most, those that are written beyond for a moment included."""
    heads = level[1]
    size = SLACK
    for k in range(first, last):
        h = HEAD * np.int64(fetch(rows, k))
        size += MOST_MOVE + fetch(heads, h + BYTES + 1) - fetch(heads, h + BYTES)
    return size


@lean_kernel
def put_untouched(geometry, at, level, rows, first, last, corner):
    """Write a polygon that lies inside the tile as the level has it; return the place after it."""
    heads, data = level[1], level[4]
    x, y = np.int64(0), np.int64(0)
    for k in range(first, last):
        at, x, y = put_level_ring(geometry, at, heads, data, fetch(rows, k), corner[0], corner[1], x, y)
    return at


@lean_kernel
def put_cut(geometry, level, rows, first, last, corner, buffer, box, bench):
    """Cut a polygon at the buffered tile and write what is left; return the number of bytes.

    Parameters
    ----------
    geometry
        Where to write; large enough.
    level
        See `rdtr.tiles.mvt.encode_polygons`.
    rows, first, last
        The rings of the polygon that may meet the tile.
    corner, buffer, box
        The tile's corner, its buffer, and the outermost units inside, in the level's units.
    bench
        From `bench_of`.
    """
    points, heads, run_start, runs = level[0], level[1], level[2], level[3]
    work, path, chain, place, ring, stop, area, whole, _, spare, _, shelves, met = bench
    size, chains, held, kept, end, around = 0, 0, 0, 0, 0, 0
    for k in range(first, last):
        r = np.int64(fetch(rows, k))
        h = HEAD * r
        a, b = np.int64(fetch(heads, h + BEGIN)), np.int64(fetch(heads, h + BEGIN + 1))
        if lies_within(heads, rows, k, k + 1, box):
            if fetch(heads, h + HOLE):
                whole[held] = r
                held += 1
                continue
            for i in range(a, b):
                store(ring, 2 * end, fetch(points, 2 * i) - box[0])
                store(ring, 2 * end + 1, fetch(points, 2 * i + 1) - box[1])
                end += 1
            stop[kept], area[kept] = end, twice_area(points, a, b)
            kept += 1
            continue
        before = size
        if b - a <= RUN:
            size, chains = chains_of(points, a, b, box, path, size, chain, place, chains)
        else:
            n = gather(points, a, b, runs, run_start[r], box, work)
            size, chains = chains_of(work, 0, n, box, path, size, chain, place, chains)
        if size == before and fetch(heads, h) < box[0] and fetch(heads, h + 2) > box[2]:
            around += contains(points, a, b, box[0] - 0.5, box[1] - 0.5)
    width, height = box[2] - box[0] + 1, box[3] - box[1] + 1
    shelve(place, chains, shelves)
    for c in range(chains):
        place[c, 2] = 0.0
    for c in range(chains):
        if not place[c, 2]:
            n, may_touch = join(path, chain, place, chains, shelves, box, c, ring, end)
            end, kept = keep(ring, end, n, may_touch, width, height, stop, area, kept, spare, met)
    if not chains and around % 2:  # no border crosses the tile and it lies inside: all of it
        for x, y in ((-1, -1), (-1, height), (width, height), (width, -1)):
            ring[end, 0], ring[end, 1] = x, y
            end += 1
        end, kept = keep(ring, end - 4, end, False, width, height, stop, area, kept, spare, met)
    return _put(geometry, level, corner, buffer, box, bench, kept, held)


@lean_kernel
def _put(geometry, level, corner, buffer, box, bench, kept, held):
    """Write the rings of a cut polygon, each shell followed by its holes."""
    heads, data = level[1], level[4]
    ring, stop, area, whole = bench[4], bench[5], bench[6], bench[7]
    shells = 0
    for r in range(kept):
        shells += area[r] < 0
    if shells == 0:
        return 0
    if shells > 1 and shells < kept + held:
        return _put_shells(geometry, level, corner, buffer, box, bench, kept, held)
    at, x, y = 0, np.int64(0), np.int64(0)
    for r in range(kept):
        if area[r] < 0:
            at, x, y = put_ring(geometry, at, ring, stop[r - 1] if r else 0, stop[r], buffer, x, y)
    for h in range(held):
        at, x, y = put_level_ring(geometry, at, heads, data, whole[h], corner[0], corner[1], x, y)
    for r in range(kept):
        if area[r] > 0:
            at, x, y = put_ring(geometry, at, ring, stop[r - 1] if r else 0, stop[r], buffer, x, y)
    return at


@lean_routine
def _put_shells(geometry, level, corner, buffer, box, bench, kept, held):
    """Write several shells, each with its holes: those that were not cut first."""
    heads, data = level[1], level[4]
    ring, stop, area, whole, owner = bench[4], bench[5], bench[6], bench[7], bench[8]
    _owners(level, box, bench, kept, held)
    # holes chained by their shell: owner[h, 1] is the next hole, owner[shell, 2] the first one
    for r in range(kept):
        owner[r, 2] = -1
    for h in range(kept + held - 1, -1, -1):
        # in the order in which they are written, those that were not cut come first
        e = h + kept if h < held else h - held
        if e >= kept or area[e] > 0:
            owner[e, 1] = owner[owner[e, 0], 2]
            owner[owner[e, 0], 2] = e
    at, x, y = 0, np.int64(0), np.int64(0)
    for s in range(kept):
        if area[s] > 0:
            continue
        at, x, y = put_ring(geometry, at, ring, stop[s - 1] if s else 0, stop[s], buffer, x, y)
        e = owner[s, 2]
        while e >= 0:
            if e < kept:
                at, x, y = put_ring(geometry, at, ring, stop[e - 1] if e else 0, stop[e], buffer, x, y)
            else:
                r = whole[e - kept]
                at, x, y = put_level_ring(geometry, at, heads, data, r, corner[0], corner[1], x, y)
            e = owner[e, 1]
    return at


@lean_routine
def _owners(level, box, bench, kept, held):
    """Find for every hole the smallest shell round it: `owner[hole, 0]`."""
    points, heads = level[0], level[1]
    ring, stop, area, whole, owner, reach = bench[4], bench[5], bench[6], bench[7], bench[8], bench[10]
    largest = -1
    for s in range(kept):
        if area[s] > 0:
            continue
        if largest < 0 or area[s] < area[largest]:
            largest = s
        first = stop[s - 1] if s else 0
        reach[s, 0], reach[s, 1], reach[s, 2], reach[s, 3] = (
            ring[first, 0],
            ring[first, 1],
            ring[first, 0],
            ring[first, 1],
        )
        for i in range(first, stop[s]):
            reach[s, 0], reach[s, 2] = min(reach[s, 0], ring[i, 0]), max(reach[s, 2], ring[i, 0])
            reach[s, 1], reach[s, 3] = min(reach[s, 1], ring[i, 1]), max(reach[s, 3], ring[i, 1])
    for e in range(kept + held):
        if e < kept:
            if area[e] < 0:
                continue
            i = stop[e - 1] if e else 0
            x, y = (ring[i, 0] + ring[i + 1, 0]) * 0.5, (ring[i, 1] + ring[i + 1, 1]) * 0.5
        else:
            i = fetch(heads, HEAD * whole[e - kept] + BEGIN)
            x = (points[i, 0] + points[i + 1, 0]) * 0.5 - box[0]
            y = (points[i, 1] + points[i + 1, 1]) * 0.5 - box[1]
        # in no other shell, it is in the largest; that one, with its thousands of vertices, is never asked
        owner[e, 0], smallest = largest, area[largest]
        for s in range(kept):
            if area[s] > 0 or area[s] <= smallest:
                continue
            if not (reach[s, 0] <= x <= reach[s, 2] and reach[s, 1] <= y <= reach[s, 3]):
                continue
            if contains(ring, stop[s - 1] if s else 0, stop[s], x, y):
                owner[e, 0], smallest = s, area[s]
