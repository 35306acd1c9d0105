"""Compiled looks at what covers places, and what lies near edges, by a grid of edges. Measures no area."""

from __future__ import annotations

import numpy as np

from rdtr.jit import kernel
from rdtr.zoning.near import covers, near_edges, scratch_of

__all__ = ["count_cover", "inside_points", "owners_near", "owning_pairs"]

_ROOM = 64  # edges near a place before more room is made
HEIGHTS = 8  # a face may be a triangle with a needle of rounding at it, longer than itself


@kernel
def count_cover(place, grid, owners):
    """Count how often the owners of a layer cover each place, shape (n,); a place on a border may count either way."""
    cover = np.zeros(len(place), np.int64)
    found = scratch_of(owners, _ROOM)
    for v in range(len(place)):
        box = (place[v, 0], place[v, 1], 0.0, 0.0)
        count, slots = near_edges(grid, box, 0.0, found)
        while count < 0:
            found = scratch_of(owners, -2 * count)
            count, slots = near_edges(grid, box, 0.0, found)
        for s in range(slots):
            cover[v] += np.int64(covers(found[1], found[2], count, found[4], s, 0.0, 0.0))
    return cover


@kernel
def owning_pairs(place, grid, owners):
    """Name the two owners of a layer that cover each place, shape (n, 2), ascending; -1 where they are not exactly two."""
    pair = np.full((len(place), 2), -1, np.int64)
    found = scratch_of(owners, _ROOM)
    for v in range(len(place)):
        box = (place[v, 0], place[v, 1], 0.0, 0.0)
        count, slots = near_edges(grid, box, 0.0, found)
        while count < 0:
            found = scratch_of(owners, -2 * count)
            count, slots = near_edges(grid, box, 0.0, found)
        total, one, other = 0.0, -1, -1
        for s in range(slots):
            cover = covers(found[1], found[2], count, found[4], s, 0.0, 0.0)
            total += cover
            if cover > 0.0:
                one, other = other, found[3][s]
        if total == 2.0 and one >= 0:
            pair[v, 0], pair[v, 1] = min(one, other), max(one, other)
    return pair


@kernel
def owners_near(start, stop, reach, grid, owners):
    """Tell which owners of a layer may lie within `reach` of the edges start -> stop; shape (owners,), some too many."""
    near = np.zeros(owners, np.bool_)
    found = scratch_of(owners, _ROOM)
    for e in range(len(start)):
        x, y = min(start[e, 0], stop[e, 0]), min(start[e, 1], stop[e, 1])
        box = (x, y, max(start[e, 0], stop[e, 0]) - x, max(start[e, 1], stop[e, 1]) - y)
        count, slots = near_edges(grid, box, reach, found)
        while count < 0:
            found = scratch_of(owners, -2 * count)
            count, slots = near_edges(grid, box, reach, found)
        for s in range(slots):
            near[found[3][s]] = True
    return near


@kernel
def _widest(xy, ring_start, first_ring, last_ring, y, crossing):
    """The widest stretch of a polygon at a height that no vertex has: its middle and width."""
    n = 0
    for r in range(first_ring, last_ring):
        for i in range(ring_start[r], ring_start[r + 1] - 1):
            if (xy[i, 1] <= y) != (xy[i + 1, 1] <= y):
                share = (y - xy[i, 1]) / (xy[i + 1, 1] - xy[i, 1])
                crossing[n] = xy[i, 0] + share * (xy[i + 1, 0] - xy[i, 0])
                n += 1
    ordered = np.sort(crossing[:n])
    middle, width = np.nan, -1.0
    for k in range(0, n - 1, 2):
        if ordered[k + 1] - ordered[k] > width:
            middle, width = (ordered[k] + ordered[k + 1]) / 2, ordered[k + 1] - ordered[k]
    return middle, width


@kernel
def inside_points(xy, ring_start, polygon_start, heights=HEIGHTS):
    """Find a place well inside each polygon, shape (n, 2); NaN for one without rings.

    The middle of the widest stretch at the few heights that are farthest from every vertex. GEOS looks at one height only,
    and of a sliver with two vertices near it gives a place that lies on the border by all that numbers can tell.
    """
    place = np.full((len(polygon_start) - 1, 2), np.nan)
    for p in range(len(polygon_start) - 1):
        first, last = ring_start[polygon_start[p]], ring_start[polygon_start[p + 1]]
        if first == last:
            continue
        sorted_y = np.sort(xy[first:last, 1].copy())
        room = sorted_y[1:] - sorted_y[:-1]
        crossing, widest = np.empty(last - first), -1.0
        for k in np.argsort(-room)[:heights]:
            y = sorted_y[k] + room[k] / 2
            middle, width = _widest(xy, ring_start, polygon_start[p], polygon_start[p + 1], y, crossing)
            if width > widest:
                widest, place[p, 0], place[p, 1] = width, middle, y
    return place
