"""Compiled looks at what covers places, and what lies near edges, by a grid of edges. Measures no area."""

from __future__ import annotations

import numpy as np

from rdtr.jit import kernel
from rdtr.zoning.near import covers, near_edges, scratch_of

__all__ = ["count_cover", "owners_near"]

_ROOM = 64  # edges near a place before more room is made


@kernel
def count_cover(place, grid):
    """Count how often the owners of a layer cover each place, shape (n,); a place on a border may count either way."""
    cover = np.zeros(len(place), np.int64)
    found = scratch_of(grid[13], _ROOM)
    for v in range(len(place)):
        box = (place[v, 0], place[v, 1], 0.0, 0.0)
        count, slots = near_edges(grid, box, 0.0, found)
        while count < 0:
            found = scratch_of(grid[13], -2 * count)
            count, slots = near_edges(grid, box, 0.0, found)
        for s in range(slots):
            cover[v] += np.int64(covers(found[1], found[2], count, found[4], s, 0.0, 0.0))
    return cover


@kernel
def owners_near(start, stop, reach, grid):
    """Tell which owners of a layer may lie within `reach` of the edges start -> stop; shape (owners,), some too many."""
    near = np.zeros(grid[13], np.bool_)
    found = scratch_of(grid[13], _ROOM)
    for e in range(len(start)):
        x, y = min(start[e, 0], stop[e, 0]), min(start[e, 1], stop[e, 1])
        box = (x, y, max(start[e, 0], stop[e, 0]) - x, max(start[e, 1], stop[e, 1]) - y)
        count, slots = near_edges(grid, box, reach, found)
        while count < 0:
            found = scratch_of(grid[13], -2 * count)
            count, slots = near_edges(grid, box, reach, found)
        for s in range(slots):
            near[found[3][s]] = True
    return near
