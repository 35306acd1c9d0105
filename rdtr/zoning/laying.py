"""Compiled laying of parcels over a plan: their parts with areas and depths, and what lies near them. Judges nothing."""

from __future__ import annotations

import numpy as np

from rdtr.jit import kernel, lean_kernel
from rdtr.places import store
from rdtr.zoning.anydepth import any_depth_outside, any_depths
from rdtr.zoning.depth import convex_depth_outside, convex_depths, incentre
from rdtr.zoning.gaps import gaps
from rdtr.zoning.measuring import measure_one, place_of, shape_room
from rdtr.zoning.near import scratch_of
from rdtr.zoning.ridge import MAX_FEATURES, RIDGES, features_of, ridge_points

__all__ = ["lay", "overlaps"]

_NOTHING, _EDGES, _NEAR, _PARTS, _CLOSE = 0, 1, 2, 3, 4  # what room is lacking
_ROOM = 64  # edges near a parcel, and its own, before more room is made


@kernel
def _grown(array, size):
    bigger = np.empty(size, array.dtype)
    bigger[: len(array)] = array
    return bigger


@kernel
def _part_room(size):
    """Columns for parts: polygon, owner, area, lower and upper bound of the depth."""
    return np.empty(size, np.int64), np.empty(size, np.int64), np.empty(size), np.empty(size), np.empty(size)


@kernel
def _more_parts(table, size):
    polygon, owner, area, low, high = table
    return _grown(polygon, size), _grown(owner, size), _grown(area, size), _grown(low, size), _grown(high, size)


@kernel
def _first_parts(table, n):
    polygon, owner, area, low, high = table
    return polygon[:n], owner[:n], area[:n], low[:n], high[:n]


@kernel
def _near_room(size):
    """Columns for owners near a polygon or overlapping it: polygon, owner, minus the distance or the area."""
    return np.empty(size, np.int64), np.empty(size, np.int64), np.empty(size)


@kernel
def _more_near(table, size):
    polygon, owner, value = table
    return _grown(polygon, size), _grown(owner, size), _grown(value, size)


@kernel
def _first_near(table, m):
    polygon, owner, value = table
    return polygon[:m], owner[:m], value[:m]


@kernel
def _edge_room(count):
    """Room for the edges of one parcel, see `rdtr.zoning.kernels.edges_of_ring_set`."""
    return np.empty((count, 7), np.float64)


@kernel
def _tools():
    """Room for the shape of one parcel, as its depths need it: features, ridges, crossings, stretches."""
    features = (np.empty((MAX_FEATURES, 3), np.float64), np.empty((MAX_FEATURES, 2), np.float64))
    searches = (
        np.empty((RIDGES, 3), np.float64),
        np.empty(MAX_FEATURES + 2, np.float64),
        np.empty((512, 6), np.float64),
    )
    return *features, *searches


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
def _convex_depths(n_sides, found, entering, slots, outside, shape, slot_tables):
    """Write bounds of the depth of every real part of a convex polygon, and of what no zone covers behind them."""
    sides, centre = shape
    _, low, high, _, real, _ = slot_tables
    around = (found[1], found[2], entering, found[4], slots)
    if centre[2] == 0.0:  # no edge enters, so it was seen from its middle: several zones cover all of it
        incentre(sides, n_sides, centre)
        centre[2] = max(centre[2], 0.0)
    convex_depths(sides, n_sides, centre, around, real, low)
    for s in range(slots):
        if real[s]:
            high[s] = low[s]
    if outside:
        low[slots], high[slots] = convex_depth_outside(sides, n_sides, centre, around)


@lean_kernel
def _any_depths(p, rings, edges, count, place, found, near, slots, outside, tools, slot_tables):
    """Write bounds of the depth of every real part of polygon p, and of what no zone covers behind them."""
    xy, ring_start, ring_sign, polygon_start, _ = rings
    lines, points, ridges, crossings, todos = tools
    _, low, high, _, real, _ = slot_tables
    around = (found[1], found[2], near, found[4], slots)
    n_lines, n_points = features_of(
        xy, ring_start, ring_sign, polygon_start[p], polygon_start[p + 1], place[0], place[1], lines, points
    )
    if n_lines > 0:
        n_ridges = ridge_points(edges, count, place[2], place[3], lines, n_lines, points, n_points, ridges)
        # `high` is room for what covers a place, until the bounds are written
        shape = (edges, count, place[2], place[3])
        any_depths(shape, ridges, n_ridges, crossings, todos, around, real, high, low)
        if outside:
            low[slots], high[slots] = any_depth_outside(shape, ridges, n_ridges, crossings, todos, around, high)
    for s in range(slots):
        if real[s]:
            low[s], high[s] = (low[s], low[s]) if n_lines > 0 else (0.0, np.inf)
    if outside and n_lines <= 0:
        low[slots], high[slots] = 0.0, np.inf


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
def _lay_one(
    p, name, rings, edges, grid, place, measured, tolerance, least, found, shape, tools, slot_tables, out, n, m
):
    """Lay polygon p, which is measured; return how many parts and near owners are written now, and what is covered."""
    n_sides, count, area, near, entering, slots = measured
    areas, low, _, order, real, apart = slot_tables
    _sorted_slots(found[3], slots, order)
    covered, parts, outside = _parts_of(areas, slots, order, real, area, least)
    alone = parts + outside == 1
    if not alone and tolerance > 0.0:
        if n_sides:
            _convex_depths(n_sides, found, entering, slots, outside, shape, slot_tables)
        else:
            _any_depths(p, rings, edges, count, place, found, near, slots, outside, tools, slot_tables)
    if tolerance > 0.0 and parts < slots:
        for s in range(slots):
            apart[s] = not real[s]
        around = (found[1], found[2], near, found[4], slots)
        outline = (shape[0] if n_sides else edges, n_sides if n_sides else count, place[2], place[3])
        gaps(outline, n_sides > 0, tolerance, around, apart, low)
    full = 3.0 * tolerance if alone or tolerance == 0.0 else -1.0
    rest = area - covered if outside else -1.0
    n, m = _write(name, slots, rest, full, tolerance, found[3], grid[13], slot_tables, out, n, m)
    return n, m, covered


@lean_kernel
def _write(name, slots, rest, full, tolerance, owners, nobody, slot_tables, out, n, m):
    """Write the parts and the near owners of a polygon, with one depth for all where it is known before."""
    areas, low, high, order, real, _ = slot_tables
    polygon, owner, area, lower, upper, near_polygon, near_owner, near_depth = out
    for k in range(slots + 1):
        s = order[k] if k < slots else slots
        if rest > 0.0 if s == slots else real[s]:
            store(polygon, n, name)
            store(owner, n, nobody if s == slots else owners[s])
            store(area, n, rest if s == slots else areas[s])
            # a part alone is the last to vanish whatever its depth
            store(lower, n, full if full >= 0.0 else low[s])
            store(upper, n, full if full >= 0.0 else high[s])
            n += 1
        elif s < slots and tolerance > 0.0 and low[s] > -tolerance:
            store(near_polygon, m, name)
            store(near_owner, m, owners[s])
            store(near_depth, m, low[s])
            m += 1
    return n, m


@lean_kernel
def _lay_rows(
    start,
    first,
    rows,
    rings,
    grid,
    tolerance,
    least,
    touched,
    covered_out,
    edges,
    found,
    shape,
    tools,
    slot_tables,
    out,
    n,
    m,
):
    """Lay polygons one after the other until all are done or a table is full.

    Returns the row to go on with, the lengths of the tables, which room is lacking and how much is wanted of it. The loop
    makes no array and counts no owners of one: two threads that count in the same words wait for each other.
    """
    _, ring_start, _, polygon_start, bounds = rings
    for row in range(start, len(rows)):
        p = rows[row]
        vertices = ring_start[polygon_start[p + 1]] - ring_start[polygon_start[p]]
        if vertices == 0:
            continue
        if vertices > len(edges):
            return row, n, m, _EDGES, vertices
        place = place_of(p, bounds)
        measured = measure_one(p, rings, edges, grid, place, tolerance, found, shape, slot_tables[0])
        near, slots = measured[3], measured[5]
        if near < 0:
            return row, n, m, _NEAR, -near
        if touched and near == 0 and slots == 0:
            continue
        if n + slots + 1 > len(out[0]):
            return row, n, m, _PARTS, n + slots + 1
        if m + slots > len(out[5]):
            return row, n, m, _CLOSE, m + slots
        n, m, covered_out[p] = _lay_one(
            p,
            first + p,
            rings,
            edges,
            grid,
            place,
            measured,
            tolerance,
            least,
            found,
            shape,
            tools,
            slot_tables,
            out,
            n,
            m,
        )
    return len(rows), n, m, _NOTHING, 0


@kernel
def lay(rows, first, rings, grid, tolerance, least, touched, covered_out):
    """Lay some polygons over a layer.

    Parameters
    ----------
    rows, first
        Which polygons, and the number that the first one of `rings` goes by.
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
    polygon, owner, area, depth_low, depth_high
        Shape (m,) each: the parts, ordered by polygon, then by owner; the owner after the last one is "no owner".
    near_polygon, near_owner, near_depth
        Shape (k,) each: owners near a polygon, and minus the distance.
    """
    parts, close = _part_room(2 * len(rows) + 16), _near_room(len(rows) // 2 + 16)
    row, n, m, room = 0, 0, 0, _ROOM
    edges, found, shape, tools = _edge_room(_ROOM), scratch_of(grid[13], room), shape_room(), _tools()
    slot_tables = _slot_room(room)
    while True:
        row, n, m, lack, wanted = _lay_rows(
            row,
            first,
            rows,
            rings,
            grid,
            tolerance,
            least,
            touched,
            covered_out,
            edges,
            found,
            shape,
            tools,
            slot_tables,
            parts + close,
            n,
            m,
        )
        if lack == _NOTHING:
            return _first_parts(parts, n) + _first_near(close, m)
        if lack == _NEAR:
            found, slot_tables = scratch_of(grid[13], 2 * wanted), _slot_room(2 * wanted)
        elif lack == _EDGES:
            edges = _edge_room(wanted)
        elif lack == _PARTS:
            parts = _more_parts(parts, 2 * wanted)
        else:
            close = _more_near(close, 2 * wanted)


@lean_kernel
def _measure_rows(start, first, rows, rings, grid, area_out, edges, found, shape, areas, order, out, n):
    """Measure polygons one after the other until all are done or a table is full; see `_lay_rows`."""
    polygon, owner, size = out
    _, ring_start, _, polygon_start, bounds = rings
    for row in range(start, len(rows)):
        p = rows[row]
        vertices = ring_start[polygon_start[p + 1]] - ring_start[polygon_start[p]]
        if vertices == 0:
            continue
        if vertices > len(edges):
            return row, n, _EDGES, vertices
        place = place_of(p, bounds)
        _, _, area_out[p], near, _, slots = measure_one(p, rings, edges, grid, place, 0.0, found, shape, areas)
        if near < 0:
            return row, n, _NEAR, -near
        if n + slots > len(polygon):
            return row, n, _PARTS, n + slots
        _sorted_slots(found[3], slots, order)
        for k in range(slots):
            if areas[order[k]] > 0.0:
                polygon[n], owner[n], size[n] = first + p, found[3][order[k]], areas[order[k]]
                n += 1
    return len(rows), n, _NOTHING, 0


@kernel
def overlaps(rows, first, rings, grid, area_out):
    """Measure polygons against a layer: polygon, owner, area, shape (m,) each, ordered; no depths. See `lay`."""
    table = _near_room(4 * len(rows) + 16)
    row, n = 0, 0
    edges, found, shape = _edge_room(_ROOM), scratch_of(grid[13], _ROOM), shape_room()
    areas, order = np.empty(2 * _ROOM), np.empty(2 * _ROOM, np.int64)
    while True:
        row, n, lack, wanted = _measure_rows(
            row, first, rows, rings, grid, area_out, edges, found, shape, areas, order, table, n
        )
        if lack == _NOTHING:
            return _first_near(table, n)
        if lack == _EDGES:
            edges = _edge_room(wanted)
        elif lack == _NEAR:
            found = scratch_of(grid[13], 2 * wanted)
            areas, order = np.empty(4 * wanted), np.empty(4 * wanted, np.int64)
        else:
            table = _more_near(table, 2 * wanted)
