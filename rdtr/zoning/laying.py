"""Compiled laying of parcels over a plan: their parts with areas and depths, and what lies near them. Judges nothing."""

from __future__ import annotations

import numpy as np

from rdtr.jit import kernel, lean_kernel
from rdtr.zoning.depth import (
    MAX_CONVEX_EDGES,
    convex_depth_outside,
    convex_depths,
    convex_sides,
    gaps,
    incentre,
)
from rdtr.zoning.gridarea import slot_areas
from rdtr.zoning.kernels import edges_of_ring_set, polygon_area
from rdtr.zoning.near import near_edges, scratch_of
from rdtr.zoning.ridge import MAX_FEATURES, RIDGES, any_depths, features_of, ridge_points

__all__ = ["lay", "overlaps"]

_NOTHING, _EDGES, _NEAR, _PARTS, _CLOSE = 0, 1, 2, 3, 4  # what room is lacking
_ROOM = 64  # edges near a parcel, and its own, before more room is made


@kernel
def _grown(array, size):
    bigger = np.empty((size, array.shape[1]), array.dtype)
    bigger[: len(array)] = array
    return bigger


@kernel
def _tools():
    """Room for the shape of one parcel, as its depths need it: sides, centre, features, ridges, crossings, stretches."""
    features = (np.empty((MAX_FEATURES, 3), np.float64), np.empty((MAX_FEATURES, 2), np.float64))
    searches = (
        np.empty((RIDGES, 3), np.float64),
        np.empty(MAX_FEATURES + 2, np.float64),
        np.empty((64, 2), np.float64),
    )
    return np.empty((MAX_CONVEX_EDGES, 3), np.float64), np.empty(3, np.float64), *features, *searches


@kernel
def _slot_room(room):
    """Room for what is found of each slot: area, bounds of the depth (one more, for no owner), order, part or apart."""
    size = 2 * room + 1
    numbers, truths = (
        (np.empty(size), np.empty(size), np.empty(size)),
        (np.empty(size, np.bool_), np.empty(size, np.bool_)),
    )
    return *numbers, np.empty(size, np.int64), *truths


@lean_kernel
def _depths(p, rings, edges, count, place, found, near, slots, outside, tools, slot_tables):
    """Write bounds of the depth of every real part of polygon p, and of what no zone covers behind them."""
    xy, ring_start, ring_sign, polygon_start, _ = rings
    ox, oy, width, height = place
    _, ends, marks, _, cover, _ = found
    sides, centre, lines, points, ridges, crossings, todos = tools
    _, low, high, _, real, _ = slot_tables
    first, last = polygon_start[p], polygon_start[p + 1]
    shape, around = (edges, count, width, height), (ends, marks, near, cover, slots)
    n_sides, n_lines, n_points, n_ridges = 0, -1, 0, 0
    if last - first == 1:
        n_sides = convex_sides(xy, ring_start[first], ring_start[last], ring_sign[first], ox, oy, sides)
    if n_sides:
        incentre(sides, n_sides, centre)
        if centre[2] < 0.0:  # as thin as rounding
            n_sides = 0
    if not n_sides:
        n_lines, n_points = features_of(xy, ring_start, ring_sign, first, last, ox, oy, lines, points)
        if n_lines > 0:
            n_ridges = ridge_points(edges, count, width, height, lines, n_lines, points, n_points, ridges)
    at = high  # room for what covers a place, until the bounds are written
    if n_sides:
        convex_depths(sides, n_sides, centre, around, real, at, low)
    elif n_lines > 0:
        any_depths(shape, ridges, n_ridges, crossings, todos, around, real, at, low)
    known = n_sides > 0 or n_lines > 0
    for s in range(slots):
        if real[s]:
            low[s], high[s] = (low[s], low[s]) if known else (0.0, np.inf)
    low[slots], high[slots] = 0.0, np.inf
    if outside and n_sides:
        low[slots], high[slots] = convex_depth_outside(sides, n_sides, centre, around)


@lean_kernel
def _sorted_slots(owners, slots, order):
    """Slots in the order of their owners; a parcel has a handful, and a giant one stands in the grid's order nearly so."""
    for s in range(slots):
        at = s
        while at > 0 and owners[order[at - 1]] > owners[s]:
            order[at] = order[at - 1]
            at -= 1
        order[at] = s


@lean_kernel
def _parts_of(areas, slots, order, real, area, least):
    """Mark the slots that are parts; return how much they cover, how many they are, and whether something is left."""
    covered, parts = 0.0, 0
    for k in range(slots):
        s = order[k]
        real[s] = areas[s] > least
        if real[s]:
            covered += areas[s]
            parts += 1
    return covered, parts, area - covered > max(least, 1e-9 * area)


@lean_kernel
def _lay_one(p, rings, edges, grid, place, near, slots, tolerance, least, found, tools, slot_tables, out, n, m):
    """Lay polygon p over what is near it; return how many parts and near owners are written now, and what is covered."""
    xy, ring_start, ring_sign, polygon_start, _ = rings
    _, ends, marks, owners, cover, _ = found
    areas, low, high, order, real, apart = slot_tables
    part, size, close, gap = out
    count = edges_of_ring_set(
        xy, ring_start, ring_sign, polygon_start[p], polygon_start[p + 1], place[0], place[1], edges
    )
    area = polygon_area(edges, count)
    slot_areas(edges, count, area, place[2], place[3], ends, marks, near, cover, slots, areas)
    _sorted_slots(owners, slots, order)
    covered, parts, outside = _parts_of(areas, slots, order, real, area, least)
    alone = parts + outside == 1
    if not alone and tolerance > 0.0:
        _depths(p, rings, edges, count, place, found, near, slots, outside, tools, slot_tables)
    if tolerance > 0.0 and parts < slots:
        for s in range(slots):
            apart[s] = not real[s]
        gaps((edges, count, place[2], place[3]), tolerance, (ends, marks, near, cover, slots), apart, low)
    for k in range(slots + 1):
        s = order[k] if k < slots else slots
        if outside if s == slots else real[s]:
            part[n, 0], part[n, 1] = p, grid[13] if s == slots else owners[s]
            size[n, 0] = area - covered if s == slots else areas[s]
            # a part alone is the last to vanish whatever its depth
            size[n, 1] = 3.0 * tolerance if alone or tolerance == 0.0 else low[s]
            size[n, 2] = 3.0 * tolerance if alone or tolerance == 0.0 else high[s]
            n += 1
        elif s < slots and tolerance > 0.0 and low[s] > -tolerance:
            close[m, 0], close[m, 1], gap[m, 0] = p, owners[s], low[s]
            m += 1
    return n, m, covered


@lean_kernel
def _place_of(p, bounds):
    return bounds[p, 0], bounds[p, 1], bounds[p, 2] - bounds[p, 0], bounds[p, 3] - bounds[p, 1]


@lean_kernel
def _lay_rows(
    start, stop, rows, rings, grid, tolerance, least, touched, covered_out, edges, found, tools, slot_tables, out, n, m
):
    """Lay polygons one after the other until all are done or a table is full.

    Returns the row to go on with, the lengths of the tables, which room is lacking and how much is wanted of it. The loop
    makes no array and counts no owners of one: two threads that count in the same words wait for each other.
    """
    _, ring_start, _, polygon_start, bounds = rings
    for row in range(start, stop):
        p = rows[row]
        vertices = ring_start[polygon_start[p + 1]] - ring_start[polygon_start[p]]
        if vertices == 0:
            continue
        if vertices > len(edges):
            return row, n, m, _EDGES, vertices
        place = _place_of(p, bounds)
        near, slots = near_edges(grid, place, tolerance, found)
        if near < 0:
            return row, n, m, _NEAR, -near
        if touched and near == 0 and slots == 0:
            continue
        if n + slots + 1 > len(out[0]):
            return row, n, m, _PARTS, n + slots + 1
        if m + slots > len(out[2]):
            return row, n, m, _CLOSE, m + slots
        n, m, covered_out[p] = _lay_one(
            p, rings, edges, grid, place, near, slots, tolerance, least, found, tools, slot_tables, out, n, m
        )
    return stop, n, m, _NOTHING, 0


@kernel
def lay(start, stop, rows, rings, grid, tolerance, least, touched, covered_out):
    """Lay the polygons rows[start:stop] over a layer.

    Parameters
    ----------
    start, stop, rows
        Which polygons.
    rings
        `flat` of `rdtr.zoning.edges.Rings`.
    grid
        `flat` of `rdtr.zoning.grid.EdgeGrid`.
    tolerance
        Metres. Owners nearer than this are listed too; a part alone in its polygon has three of it as depth. With 0
        depths are not measured.
    least
        Square metres up to which an overlap is none.
    touched
        True to pass over polygons that no owner is near, as if they were not asked for.
    covered_out
        Written: how much of each polygon the owners cover.

    Returns
    -------
    part, near
        Shape (m, 2) each: polygon and owner, ordered so; the owner after the last one is "no owner".
    size
        Shape (m, 3): area, lower and upper bound of the depth of each part.
    gap
        Shape (m, 1): minus the distance.
    """
    part, size = np.empty((2 * (stop - start) + 16, 2), np.int64), np.empty((2 * (stop - start) + 16, 3), np.float64)
    close, gap = np.empty((stop - start + 16, 2), np.int64), np.empty((stop - start + 16, 1), np.float64)
    row, n, m, room = start, 0, 0, _ROOM
    edges, found, tools, slot_tables = np.empty((_ROOM, 6)), scratch_of(grid[13], room), _tools(), _slot_room(room)
    while True:
        row, n, m, lack, wanted = _lay_rows(
            row,
            stop,
            rows,
            rings,
            grid,
            tolerance,
            least,
            touched,
            covered_out,
            edges,
            found,
            tools,
            slot_tables,
            (part, size, close, gap),
            n,
            m,
        )
        if lack == _NOTHING:
            return part[:n], size[:n], close[:m], gap[:m]
        if lack == _NEAR:
            found, slot_tables = scratch_of(grid[13], 2 * wanted), _slot_room(2 * wanted)
        elif lack == _EDGES:
            edges = np.empty((wanted, 6), np.float64)
        elif lack == _PARTS:
            part, size = _grown(part, 2 * wanted), _grown(size, 2 * wanted)
        else:
            close, gap = _grown(close, 2 * wanted), _grown(gap, 2 * wanted)


@lean_kernel
def _measure_rows(start, stop, rows, rings, grid, area_out, edges, found, areas, order, pair, size, n):
    """Measure polygons one after the other until all are done or a table is full; see `_lay_rows`."""
    xy, ring_start, ring_sign, polygon_start, bounds = rings
    for row in range(start, stop):
        p = rows[row]
        first_ring, last_ring = polygon_start[p], polygon_start[p + 1]
        if first_ring == last_ring:
            continue
        vertices = ring_start[last_ring] - ring_start[first_ring]
        if vertices > len(edges):
            return row, n, _EDGES, vertices
        place = _place_of(p, bounds)
        near, slots = near_edges(grid, place, 0.0, found)
        if near < 0:
            return row, n, _NEAR, -near
        if n + slots > len(pair):
            return row, n, _PARTS, n + slots
        count = edges_of_ring_set(xy, ring_start, ring_sign, first_ring, last_ring, place[0], place[1], edges)
        area_out[p] = polygon_area(edges, count)
        slot_areas(edges, count, area_out[p], place[2], place[3], found[1], found[2], near, found[4], slots, areas)
        _sorted_slots(found[3], slots, order)
        for k in range(slots):
            if areas[order[k]] > 0.0:
                pair[n, 0], pair[n, 1], size[n, 0] = p, found[3][order[k]], areas[order[k]]
                n += 1
    return stop, n, _NOTHING, 0


@kernel
def overlaps(start, stop, rows, rings, grid, area_out):
    """Measure the polygons rows[start:stop] against a layer: pairs (m, 2), ordered, with their areas (m, 1); no depths."""
    pair, size = np.empty((4 * (stop - start) + 16, 2), np.int64), np.empty((4 * (stop - start) + 16, 1), np.float64)
    row, n = start, 0
    edges, found = np.empty((_ROOM, 6), np.float64), scratch_of(grid[13], _ROOM)
    areas, order = np.empty(2 * _ROOM), np.empty(2 * _ROOM, np.int64)
    while True:
        row, n, lack, wanted = _measure_rows(
            row, stop, rows, rings, grid, area_out, edges, found, areas, order, pair, size, n
        )
        if lack == _NOTHING:
            return pair[:n], size[:n]
        if lack == _EDGES:
            edges = np.empty((wanted, 6), np.float64)
        elif lack == _NEAR:
            found = scratch_of(grid[13], 2 * wanted)
            areas, order = np.empty(4 * wanted), np.empty(4 * wanted, np.int64)
        else:
            pair, size = _grown(pair, 2 * wanted), _grown(size, 2 * wanted)
