"""Compiled measuring of one polygon: the owners of a layer near it, and how much of it each covers. No depths, no tables."""

from __future__ import annotations

import numpy as np

from rdtr.jit import kernel, lean_kernel
from rdtr.zoning.depth import MAX_CONVEX_EDGES, convex_sides, incentre, middle
from rdtr.zoning.gridarea import slot_areas
from rdtr.zoning.kernels import edges_of_ring_set, polygon_area
from rdtr.zoning.near import near_edges
from rdtr.zoning.shadow import edges_about, shadow_areas, stand

__all__ = ["measure_one", "place_of", "shape_room"]


@kernel
def shape_room():
    """Room for the shape of one convex polygon: its sides as `convex_sides` and `stand` write them, and its centre."""
    return np.empty((MAX_CONVEX_EDGES, 8), np.float64), np.empty(3, np.float64)


@lean_kernel
def place_of(p, bounds):
    """Where a polygon lies, as `rdtr.zoning.near` wants it."""
    return bounds[p, 0], bounds[p, 1], bounds[p, 2] - bounds[p, 0], bounds[p, 3] - bounds[p, 1]


@lean_kernel
def _convex(p, rings, grid, place, reach, found, shape, areas):
    """Measure a convex polygon from inside; the number of its sides is 0 where that cannot be done."""
    xy, ring_start, ring_sign, polygon_start, _ = rings
    sides, centre = shape
    r = polygon_start[p]
    if polygon_start[p + 1] - r != 1:
        return 0, 0.0, 0, 0, 0
    n, area = convex_sides(xy, ring_start[r], ring_start[r + 1], ring_sign[r], place[0], place[1], sides)
    if n == 0:
        return 0, 0.0, 0, 0, 0
    near, entering, slots = edges_about(grid, place, reach, sides, n, found)
    if near < 0:
        return n, area, near, 0, slots
    if entering and reach > 0.0:
        incentre(sides, n, centre)
    else:  # nothing is as deep as the centre of a polygon that lies in one zone
        middle(sides, n, centre)
    if centre[2] < 0.0:  # as thin as rounding
        return 0, 0.0, 0, 0, 0
    x, y, known = stand(grid, place, sides, n, area, centre[0], centre[1], found, slots)
    if known == -1:
        return 0, 0.0, 0, 0, 0
    if known < 0:
        return n, area, known, 0, slots
    sure = shadow_areas(grid, place, sides, n, area, x, y, found, entering, known, areas)
    return (n, area, near, entering, known) if sure else (0, 0.0, 0, 0, 0)


@lean_kernel
def measure_one(p, rings, edges, grid, place, reach, found, shape, areas):
    """Write how much of a polygon each owner near it covers.

    Returns
    -------
    sides, count, area, near, entering, slots
        The number of sides of a convex polygon, which is then seen from its centre (`rdtr.zoning.shadow`); or 0, and the
        number of its edges, which are written. Its area, and the numbers of edges near it, of those that may enter it, and
        of their owners; minus the room that is wanted as the number of edges where there is too little.
    """
    xy, ring_start, ring_sign, polygon_start, _ = rings
    sides, area, near, entering, slots = _convex(p, rings, grid, place, reach, found, shape, areas)
    if sides > 0:
        return sides, 0, area, near, entering, slots
    near, slots = near_edges(grid, place, reach, found)
    if near < 0:
        return 0, 0, 0.0, near, near, slots
    first, last = polygon_start[p], polygon_start[p + 1]
    count = edges_of_ring_set(xy, ring_start, ring_sign, first, last, place[0], place[1], edges)
    area = polygon_area(edges, count)
    slot_areas(edges, count, area, place[2], place[3], found[1], found[2], near, found[4], slots, areas)
    return 0, count, area, near, near, slots
