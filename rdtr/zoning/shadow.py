"""Compiled overlap areas of one convex polygon with the owners of the edges that enter it. Other polygons: `gridarea`.

Stand inside the polygon. What covers this place covers all of the polygon, up to the first edge in any direction; behind
an edge lies what is on its other side. So the overlap with an owner is its cover of the place times the polygon's area,
plus, for each edge that enters the polygon, the area of its shadow: what lies behind it, seen from the place, up to the
polygon's border. Edges that stay outside throw their shadow outside. They are most of those near a parcel.

A shadow is a sector of the polygon without the triangle up to the edge. Sectors are told by where their rays leave the
polygon, counted round it from its first corner; a vertex gives the same number for both of its edges, so whatever is
rounded there cancels out. On which side of an edge the place lies is asked with the predicates that its cover was found
with: so a place on an edge is on one side of it, whatever the arithmetic says.
"""

from __future__ import annotations

import numpy as np

from rdtr.jit import lean_kernel
from rdtr.zoning.gridbuild import passes_above, passes_left
from rdtr.zoning.near import boxed, cover_of_place, slot_of_owner

__all__ = ["edges_about", "shadow_areas", "stand"]

_NONE = 1e-9
"""Share of the polygon that a sector may lack, or have too much, by rounding; none of less than half a turn is all of it."""

_THIN = 1e-8
"""Squared distance of the place to the border, as a share of the area, below which the rest of `_NONE` is not sure."""

ROUNDING = 1e-14
"""Share of a polygon's area below which an overlap is the rounding of the sum."""

_BESIDE = (
    1e-6  # metres from an edge within which its side is asked as the cover of the place was; rounding is far smaller
)

_NEAR = 1e-6  # the place stands on a vertex that is nearer by this share than the border; no direction can be told then


@lean_kernel
def _inside(sides, n_sides, ax, ay, bx, by):
    """Where an edge enters and leaves, from 0 to 1 of its way, and by which sides; no side has it outside whole."""
    t0, t1, first, last = 0.0, 1.0, -1, -1
    for i in range(n_sides):
        at0 = sides[i, 0] * ax + sides[i, 1] * ay + sides[i, 2]
        at1 = sides[i, 0] * bx + sides[i, 1] * by + sides[i, 2]
        at = at0 / (at0 - at1)  # looked at only where the signs differ; no branch, it cannot be guessed
        enters, leaves = (at0 < 0.0) & (at > t0), (at0 >= 0.0) & (at1 < 0.0) & (at < t1)
        t0, first = at if enters else t0, i if enters else first
        t1, last = at if leaves else t1, i if leaves else last
    return t0, t1, first, last


@lean_kernel
def _mark(k, left, right, mark, owners, cover, slot_of, slots):
    """Write the slots of the owners of an edge; return the number of slots."""
    mark[0], slots = slot_of_owner(left[k], owners, cover, slot_of, slots)
    mark[1] = -1
    if right[k] >= 0:
        mark[1], slots = slot_of_owner(right[k], owners, cover, slot_of, slots)
    return slots


@lean_kernel
def edges_about(grid, place, reach, sides, n_sides, scratch):
    """Find the edges that enter a convex polygon or come within `reach` of it, each once, in local coordinates.

    Those that enter come first: whoever asks for them then guesses no branch wrong. Where an edge is inside, from 0 to 1 of
    its way, is written behind its ends, and by which sides it enters and leaves to the last two columns of the marks: -1
    where it begins or ends inside. What stays outside leaves before it enters. Last of all comes how far the edge is beyond
    the side that it is farthest beyond: a distance that it is not nearer than, or minus a depth that it does not reach.

    Returns
    -------
    count, entering, slots
        Numbers of edges, of those that enter, and of their owners. Where `scratch` has too little room, count is minus
        the room that is wanted.
    """
    ids, ends, marks, owners, cover, slot_of = scratch
    xy, left, right = grid[0], grid[1], grid[2]
    count, entering, far, slots = boxed(grid, place, reach, ids), 0, len(ids) - 1, 0
    if count < 0 or 2 * count > len(ids):
        return -2 * abs(count), 0, 0
    for h in range(count):
        k = ids[h]
        ax, ay, bx, by = xy[k, 0] - place[0], xy[k, 1] - place[1], xy[k + 1, 0] - place[0], xy[k + 1, 1] - place[1]
        away = -np.inf
        for i in range(n_sides):  # no branch: one that is guessed wrong costs more than all sides
            a, b, c = sides[i, 0], sides[i, 1], sides[i, 2]
            away = max(away, -max(a * ax + b * ay + c, a * bx + b * by + c))
        at = entering if away < 0.0 else far  # what is near is put at the end, until it is known how many enter
        ids[at] = k
        ends[at, 0], ends[at, 1], ends[at, 2], ends[at, 3], ends[at, 6] = ax, ay, bx, by, away
        entering += away < 0.0
        far -= (away >= 0.0) & (away <= reach)
    for h in range(entering):
        slots = _mark(ids[h], left, right, marks[h], owners, cover, slot_of, slots)
        t0, t1, first, last = _inside(sides, n_sides, ends[h, 0], ends[h, 1], ends[h, 2], ends[h, 3])
        ends[h, 4], ends[h, 5], marks[h, 2], marks[h, 3] = t0, t1, first, last
    m = entering
    for h in range(far + 1, len(ids)):
        slots = _mark(ids[h], left, right, marks[m], owners, cover, slot_of, slots)
        ends[m, 0], ends[m, 1], ends[m, 2], ends[m, 3] = ends[h, 0], ends[h, 1], ends[h, 2], ends[h, 3]
        ends[m, 4], ends[m, 5], ends[m, 6] = 0.0, -1.0, ends[h, 6]
        m += 1
    return m, entering, slots


@lean_kernel
def stand(grid, place, sides, n_sides, area, x, y, scratch, slots):
    """Stand at a place inside the polygon: find what covers it, and the sectors between the corners, seen from it.

    Written to the last columns of the sides: the distance to each, the area of the sectors before its first corner, and
    the inverse of the distance.

    Returns
    -------
    x, y, slots
        The place as it is in the numbers of the layer, and the number of owners: -1 where the place is too near the
        border, minus the room that is wanted, which is never 1, where `scratch` has too little.
    """
    x, y = (place[0] + x) - place[0], (place[1] + y) - place[1]
    total = 0.0
    for i in range(n_sides):
        j = i + 1 if i + 1 < n_sides else 0
        sides[i, 5] = sides[i, 0] * x + sides[i, 1] * y + sides[i, 2]
        sides[i, 6] = total
        if not (sides[i, 5] > 0.0 and sides[i, 5] * sides[i, 5] > _THIN * area):
            return x, y, -1
        sides[i, 7] = 1.0 / sides[i, 5]
        total += ((sides[i, 3] - x) * (sides[j, 4] - y) - (sides[i, 4] - y) * (sides[j, 3] - x)) * 0.5
    return x, y, cover_of_place(grid, place[0] + x, place[1] + y, scratch, slots)


@lean_kernel
def _round_to(sides, n_sides, cx, cy, x, y, side):
    """Area of the sectors from the first corner round to the ray through a place; NaN where it has no direction.

    Where the place is on no side, the side that the ray leaves by is the one that it comes nearest to.
    """
    dx, dy, share = x - cx, y - cy, 1.0
    if side < 0:
        share, side = 0.0, 0
        for i in range(n_sides):  # no branch: which side it is, cannot be guessed
            here = -(sides[i, 0] * dx + sides[i, 1] * dy) * sides[i, 7]
            side = i if here > share else side
            share = max(here, share)
        if not share > _NEAR:
            return np.nan
    return sides[side, 6] + 0.5 / share * ((sides[side, 3] - cx) * dy - (sides[side, 4] - cy) * dx)


@lean_kernel
def _lies_right(ax, ay, bx, by, x, y):
    """Tell whether a place lies right of the edge from a to b, or on it as `cover_of_place` sees it."""
    if (ay <= y) != (by <= y):
        return passes_left(ax, ay, bx, by, x, y) == (by > ay)
    if (ax <= x) != (bx <= x):
        return passes_above(ax, ay, bx, by, x, y) == (bx > ax)
    return (bx - ax) * (y - ay) < (by - ay) * (x - ax)


@lean_kernel
def shadow_areas(grid, place, sides, n_sides, area, x, y, scratch, entering, slots, out):
    """Write the overlap of a convex polygon with each slot, seen from where `stand` stood; False if that is on a vertex."""
    ids, ends, marks, _, cover, _ = scratch
    xy = grid[0]
    for s in range(slots):
        out[s] = cover[s] * area
    after, round_to_end = -1, 0.0  # the edge that goes on inside from the end of the last one
    for h in range(entering):
        t0, t1 = ends[h, 4], ends[h, 5]
        if t0 >= t1:
            continue
        ax, ay, bx, by = ends[h, 0], ends[h, 1], ends[h, 2], ends[h, 3]
        dx, dy = bx - ax, by - ay
        x0, y0, x1, y1 = ax, ay, bx, by
        if marks[h, 2] >= 0:
            x0, y0 = ax + t0 * dx, ay + t0 * dy
        if marks[h, 3] >= 0:
            x1, y1 = ax + t1 * dx, ay + t1 * dy
        start = round_to_end
        if ids[h] != after or marks[h, 2] >= 0:
            start = _round_to(sides, n_sides, x, y, x0, y0, marks[h, 2])
        round_to_end = _round_to(sides, n_sides, x, y, x1, y1, marks[h, 3])
        after = ids[h] + 1 if marks[h, 3] < 0 else -1
        sector = round_to_end - start
        if not np.isfinite(sector):
            return False
        triangle = ((x0 - x) * (y1 - y) - (y0 - y) * (x1 - x)) * 0.5
        cross, k, behind = dx * (y - ay) - dy * (x - ax), ids[h], -1.0  # what the left owner has behind the edge
        right = cross < 0.0
        if abs(cross) < _BESIDE * (abs(dx) + abs(dy)):
            right = _lies_right(xy[k, 0], xy[k, 1], xy[k + 1, 0], xy[k + 1, 1], place[0] + x, place[1] + y)
        if right:
            sector, triangle, behind = -sector, -triangle, 1.0
        if sector < -_NONE * area:
            sector += area
        elif sector > (1.0 - _NONE) * area:
            sector -= area
        out[marks[h, 0]] += behind * (sector - triangle)
        if marks[h, 1] >= 0:
            out[marks[h, 1]] -= behind * (sector - triangle)
    for s in range(slots):
        if out[s] <= ROUNDING * area:
            out[s] = 0.0
    return True
