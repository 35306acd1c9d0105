"""Compiled looks into an edge grid: the few edges near a box, in local coordinates, with their owners. No areas here.

`place` is where a polygon lies: the lower left corner of its box, its width and height. Local coordinates count from that
corner, which keeps the last digits of projected metres for the area. The height y = 0 is the polygon's base line.
"""

from __future__ import annotations

import numpy as np

from rdtr.jit import kernel, lean_kernel
from rdtr.places import fetch, store
from rdtr.zoning.gridbuild import ABOVE, BELOW, LEFT, passes_above, passes_left

__all__ = [
    "all_covers",
    "beside",
    "boxed",
    "cover_of_place",
    "covers",
    "least_known",
    "near_edges",
    "raise_known",
    "scratch_of",
    "slot_of_owner",
]

_BESIDE, _BACK = 1e-7, 1e-5  # metres beside an edge, and from its end, at which it is asked what lies there


@kernel
def scratch_of(owners, room):
    """Room for what `near_edges` finds, handed in again and again."""
    return (
        np.empty(room, np.int32),  # edges
        # their ends; of a convex polygon, where, from 0 to 1, they are inside it, and a distance to it, see `edges_about`
        np.empty((room, 7), np.float64),
        # slots of the owners left and right; how passing it changes the cover of the left, or the sides it enters, leaves by
        np.empty((room, 4), np.int32),
        np.empty(2 * room, np.int32),  # owner of each slot
        np.empty(
            2 * room, np.float64
        ),  # how often it covers the start of the base line, or the place that a convex polygon is seen from
        np.empty(owners, np.int32),  # slot of each owner; anything where it has none
    )


@lean_kernel
def _cell_at(value, origin, cell):
    k = int(np.floor((value - origin) / cell))
    while origin + k * cell > value:
        k -= 1
    while origin + (k + 1) * cell <= value:
        k += 1
    return k


@lean_kernel
def _cells_of(grid, place, reach):
    """First and last column, first and last row of the cells that meet a box."""
    gx, gy, cell, nx, ny = grid[8], grid[9], grid[10], grid[11], grid[12]
    ox, oy, width, height = place
    i0, i1 = (
        max(int(np.floor((ox - reach - gx) / cell)), 0),
        min(int(np.floor((ox + width + reach - gx) / cell)), nx - 1),
    )
    j0, j1 = (
        max(int(np.floor((oy - reach - gy) / cell)), 0),
        min(int(np.floor((oy + height + reach - gy) / cell)), ny - 1),
    )
    return i0, i1, j0, j1


@lean_kernel
def _row_of(grid, cells, j):
    """Entries of the cells of a row: the first, the first behind the first cell, and the end.

    And which origins mean that the rows before or after have the edge already, see `rdtr.zoning.gridbuild.entries`.
    """
    i0, i1, j0, j1 = cells
    cell_start, row = grid[3], j * grid[11]
    met = (BELOW if j > j0 else 0) | (ABOVE if j < j1 else 0)
    return cell_start[row + i0], cell_start[row + i0 + 1], cell_start[row + i1 + 1], met


@lean_kernel
def _found(grid, place, reach, ids):
    """Edges that meet the box, or pass the base line between the corner of its cell and the box, each once.

    Where `ids` has no room, minus the room that is wanted.
    """
    xy, entry, origin = grid[0], grid[4], grid[14]
    ox, oy, width, height = place
    x0, y0, x1, y1 = ox - reach, oy - reach, ox + width + reach, oy + height + reach
    cells = _cells_of(grid, place, reach)
    n = 0
    for j in range(cells[2], cells[3] + 1):
        if cells[1] < cells[0]:
            break
        first, second, last, met = _row_of(grid, cells, j)
        if n + last - first > len(ids):
            return -(n + last - first)
        for e in range(first, last):
            k = fetch(entry, e)
            ax, ay, bx, by = fetch(xy, 2 * k), fetch(xy, 2 * k + 1), fetch(xy, 2 * k + 2), fetch(xy, 2 * k + 3)
            # all conditions at once: a branch that is guessed wrong every other time costs more than all of them
            away = ((ax > x1) & (bx > x1)) | ((ay > y1) & (by > y1)) | ((ay < y0) & (by < y0))
            left_of = (ax < x0) & (bx < x0) & ((ay <= oy) == (by <= oy))
            known = (fetch(origin, e) & (met | (LEFT if e >= second else 0))) != 0
            store(ids, n, k)
            n += not (away | left_of | known)
    return n


@lean_kernel
def boxed(grid, place, reach, ids):
    """Edges that meet the box, each once. Where `ids` has no room, minus the room that is wanted."""
    xy, entry, origin = grid[0], grid[4], grid[14]
    ox, oy, width, height = place
    x0, y0, x1, y1 = ox - reach, oy - reach, ox + width + reach, oy + height + reach
    cells = _cells_of(grid, place, reach)
    n = 0
    for j in range(cells[2], cells[3] + 1):
        if cells[1] < cells[0]:
            break
        first, second, last, met = _row_of(grid, cells, j)
        if n + last - first > len(ids):
            return -(n + last - first)
        for e in range(first, last):
            k = fetch(entry, e)
            ax, ay, bx, by = fetch(xy, 2 * k), fetch(xy, 2 * k + 1), fetch(xy, 2 * k + 2), fetch(xy, 2 * k + 3)
            store(ids, n, k)
            # no branch: one that is guessed wrong every other time costs more than all conditions
            away_x = max(min(ax, bx) - x1, x0 - max(ax, bx))
            away_y = max(min(ay, by) - y1, y0 - max(ay, by))
            known = (fetch(origin, e) & (met | (LEFT if e >= second else 0))) != 0
            n += (max(away_x, away_y) <= 0.0) & (not known)
    return n


@lean_kernel
def cover_of_place(grid, x, y, scratch, slots):
    """Write how often each owner covers a place: the cover of its cell's corner, changed by the edges up and right to it.

    Owners without a slot get one; return the number of slots, or minus the room that is wanted where there is too little.
    """
    _, _, _, owners, cover, slot_of = scratch
    xy, left, right, cell_start, entry, corner_start, corner_owner, winding, gx, gy, cell, nx, ny, _, _ = grid
    i, j = max(_cell_at(x, gx, cell), 0), max(_cell_at(y, gy, cell), 0)
    if i >= nx or j >= ny:
        return slots
    c = j * nx + i
    room = slots + corner_start[c + 1] - corner_start[c] + 2 * (cell_start[c + 1] - cell_start[c])
    if room > len(owners):
        return -room
    for e in range(corner_start[c], corner_start[c + 1]):
        s, slots = slot_of_owner(corner_owner[e], owners, cover, slot_of, slots)
        cover[s] = winding[e]
    x0, y0 = gx + i * cell, gy + j * cell
    for e in range(cell_start[c], cell_start[c + 1]):
        k = fetch(entry, e)
        ax, ay, bx, by = fetch(xy, 2 * k), fetch(xy, 2 * k + 1), fetch(xy, 2 * k + 2), fetch(xy, 2 * k + 3)
        change = 0.0
        if (
            (ax <= x0) != (bx <= x0)
            and passes_above(ax, ay, bx, by, x0, y0)
            and not passes_above(ax, ay, bx, by, x0, y)
        ):
            change += 1.0 if bx > ax else -1.0
        if (ay <= y) != (by <= y) and passes_left(ax, ay, bx, by, x, y) and not passes_left(ax, ay, bx, by, x0, y):
            change += 1.0 if by < ay else -1.0
        if change != 0.0:
            s, slots = slot_of_owner(left[k], owners, cover, slot_of, slots)
            cover[s] += change
            if right[k] >= 0:
                s, slots = slot_of_owner(right[k], owners, cover, slot_of, slots)
                cover[s] -= change
    return slots


@lean_kernel
def slot_of_owner(owner, owners, cover, slot_of, slots):
    """Slot of an owner, a new one if it has none; return it and the number of slots."""
    s = fetch(slot_of, owner)
    if 0 <= s < slots and fetch(owners, s) == owner:
        return s, slots
    store(slot_of, owner, slots)
    store(owners, slots, owner)
    store(cover, slots, 0.0)
    return slots, slots + 1


@lean_kernel
def _climb(grid, ox, oy, i, j, owners, cover, slot_of, slots):
    """Cover of the start of the base line: that of the cell's corner, changed by the edges between the two."""
    xy, left, right, cell_start, entry, corner_start, corner_owner, winding, gx, gy, cell, nx, _, _, _ = grid
    c = j * nx + i
    for e in range(corner_start[c], corner_start[c + 1]):
        s, slots = slot_of_owner(corner_owner[e], owners, cover, slot_of, slots)
        cover[s] = winding[e]
    x, y = gx + i * cell, gy + j * cell
    for e in range(cell_start[c], cell_start[c + 1]):
        k = entry[e]
        ax, bx = xy[k, 0], xy[k + 1, 0]
        if (ax <= x) == (bx <= x):
            continue
        ay, by = xy[k, 1], xy[k + 1, 1]
        if passes_above(ax, ay, bx, by, x, y) and not passes_above(ax, ay, bx, by, x, oy):
            s, slots = slot_of_owner(left[k], owners, cover, slot_of, slots)
            cover[s] += 1.0 if bx > ax else -1.0
            if right[k] >= 0:
                s, slots = slot_of_owner(right[k], owners, cover, slot_of, slots)
                cover[s] -= 1.0 if bx > ax else -1.0
    return slots


@lean_kernel
def near_edges(grid, place, reach, scratch):
    """Find the edges within `reach` of a box and what covers the start of its base line.

    Returns
    -------
    count, slots
        Numbers of edges and of owners; every owner of an edge, and every one that covers the start, has a slot. Where
        `scratch` has too little room, count is minus the room that is wanted. Arrays are not handed back: that would
        cost more, for counting who holds them, than the search.
    """
    ids, ends, marks, owners, cover, slot_of = scratch
    xy, left, right, cell_start, _, corner_start, _, _, gx, gy, cell, nx, ny, _, _ = grid
    ox, oy, _, _ = place
    count = _found(grid, place, reach, ids)
    if count < 0:
        return count, 0
    i, j = max(_cell_at(ox, gx, cell), 0), max(_cell_at(oy, gy, cell), 0)
    slots = 0
    if i < nx and j < ny:
        c = j * nx + i
        room = count + corner_start[c + 1] - corner_start[c] + cell_start[c + 1] - cell_start[c]
        if room > len(ids):
            return -room, 0
        slots = _climb(grid, ox, oy, i, j, owners, cover, slot_of, slots)
    x = gx + i * cell
    for h in range(count):
        k = ids[h]
        ax, ay, bx, by = xy[k, 0], xy[k, 1], xy[k + 1, 0], xy[k + 1, 1]
        marks[h, 0], slots = slot_of_owner(left[k], owners, cover, slot_of, slots)
        marks[h, 1] = -1
        if right[k] >= 0:
            marks[h, 1], slots = slot_of_owner(right[k], owners, cover, slot_of, slots)
        marks[h, 2] = 0
        if (ay <= oy) != (by <= oy) and not passes_left(ax, ay, bx, by, x, oy):
            marks[h, 2] = 1 if by < ay else -1
        ends[h, 0], ends[h, 1], ends[h, 2], ends[h, 3] = ax - ox, ay - oy, bx - ox, by - oy
    return count, slots


@lean_kernel
def covers(ends, marks, count, cover, slot, x, y):
    """How often the owner of a slot covers a local place inside the box."""
    total = cover[slot]
    for h in range(count):
        side = 1.0 if marks[h, 0] == slot else -1.0 if marks[h, 1] == slot else 0.0
        if side == 0.0:
            continue
        ax, ay, bx, by = ends[h, 0], ends[h, 1], ends[h, 2], ends[h, 3]
        if marks[h, 2] != 0 and passes_left(ax, ay, bx, by, x, 0.0):
            total += side * marks[h, 2]
        if (ax <= x) != (bx <= x) and passes_above(ax, ay, bx, by, x, 0.0) and not passes_above(ax, ay, bx, by, x, y):
            total += side if bx > ax else -side
    return total


@lean_kernel
def all_covers(ends, marks, count, cover, slots, x, y, out):
    """Write how often the owner of each slot covers a local place inside the box: `covers` for all in one pass."""
    for s in range(slots):
        out[s] = cover[s]
    for h in range(count):
        ax, ay, bx, by = ends[h, 0], ends[h, 1], ends[h, 2], ends[h, 3]
        change = 0.0
        if marks[h, 2] != 0 and passes_left(ax, ay, bx, by, x, 0.0):
            change += marks[h, 2]
        if (ax <= x) != (bx <= x) and passes_above(ax, ay, bx, by, x, 0.0) and not passes_above(ax, ay, bx, by, x, y):
            change += 1.0 if bx > ax else -1.0
        if change != 0.0:
            out[marks[h, 0]] += change
            if marks[h, 1] >= 0:
                out[marks[h, 1]] -= change


@lean_kernel
def beside(ax, ay, bx, by, t):
    """A place right beside an edge, on its right, at a share of its way but not at its very end, where another may begin."""
    length = np.hypot(bx - ax, by - ay)
    back = min(_BACK / length, 0.5)
    t = min(max(t, back), 1.0 - back)
    return ax + t * (bx - ax) + (by - ay) / length * _BESIDE, ay + t * (by - ay) - (bx - ax) / length * _BESIDE


@lean_kernel
def least_known(marks, h, wanted, known):
    """Smallest of what is known of the wanted owners on either side of an edge; infinite where neither is wanted."""
    least, right = np.inf, marks[h, 1]
    if wanted[marks[h, 0]]:
        least = known[marks[h, 0]]
    if right >= 0 and wanted[right] and known[right] < least:
        least = known[right]
    return least


@lean_kernel
def raise_known(marks, h, wanted, known, value):
    """Raise what is known of the wanted owners on either side of an edge to a value."""
    for side in range(2):
        s = marks[h, side]
        if s >= 0 and wanted[s] and known[s] < value:
            known[s] = value
