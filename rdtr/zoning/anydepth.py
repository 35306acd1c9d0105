"""How deep zones reach into a parcel that is not convex. Compiled.

A zone's depth is the largest distance to the parcel's boundary either at one of its peaks, which `rdtr.zoning.ridge` finds,
if the zone covers it, or somewhere on an edge of the zone.
"""

from __future__ import annotations

import numpy as np

from rdtr.jit import lean_kernel, lean_routine
from rdtr.zoning.near import all_covers, beside, least_known, raise_known
from rdtr.zoning.ridge import inside, squared_from

__all__ = ["any_depth_outside", "any_depths"]

_SLICE = 0.05  # of a stretch, the least that is cut off
_CLOSE_M = 1e-3  # to which the deepest place on an edge of a zone is searched


@lean_kernel
def _put(todos, k, low, at_low, one, high, at_high, other):
    todos[k, 0], todos[k, 1], todos[k, 2], todos[k, 3], todos[k, 4], todos[k, 5] = (
        low,
        at_low,
        one,
        high,
        at_high,
        other,
    )


@lean_kernel
def _taken(todos, k):
    return todos[k, 0], todos[k, 1], int(todos[k, 2]), todos[k, 3], todos[k, 4], int(todos[k, 5])


@lean_kernel
def _nearest(edges, count, x, y):
    """Distance to the nearest edge, and which it is."""
    best, nearest = np.inf, -1
    for e in range(count):
        here = squared_from(edges, e, x, y)
        if here < best:
            best, nearest = here, e
    return np.sqrt(best), nearest


@lean_kernel
def _from(edges, e, x, y):
    return np.sqrt(squared_from(edges, e, x, y))


@lean_kernel
def _ends(edges, count, x0, y0, x1, y1):
    """Distances to the nearest edge from both ends of a stretch, which these are, and what nothing between is beyond."""
    best0, one, best1, other, most = np.inf, -1, np.inf, -1, np.inf
    for e in range(count):
        here0, here1 = squared_from(edges, e, x0, y0), squared_from(edges, e, x1, y1)
        one, other = e if here0 < best0 else one, e if here1 < best1 else other
        best0, best1, most = min(best0, here0), min(best1, here1), min(most, max(here0, here1))
    return np.sqrt(best0), one, np.sqrt(best1), other, np.sqrt(most)


@lean_routine
def _deepest_between(edges, count, x0, y0, x1, y1, best, todos):
    """Largest distance to the boundary along a stretch inside the polygon, to a millimetre, and where, if over `best`.

    The distance to an edge is convex along the stretch, so up to the chord of what it is at both ends. So nothing between
    them is deeper than where the chords of the two edges cross that are nearest at one end and at the other: there the
    stretch is cut, and what cannot be deeper is dropped. Straight distances are done with the first cut.
    """
    dx, dy, t = x1 - x0, y1 - y0, -1.0
    at0, one, at1, other, most = _ends(edges, count, x0, y0, x1, y1)
    if most <= best + _CLOSE_M:
        return best, t
    best, t = (at0, 0.0) if at0 > best else (best, t)
    best, t = (at1, 1.0) if at1 > best else (best, t)
    _put(todos, 0, 0.0, at0, one, 1.0, at1, other)
    todo = 1
    while todo:
        todo -= 1
        low, at_low, one, high, at_high, other = _taken(todos, todo)
        rise = _from(edges, other, x0 + low * dx, y0 + low * dy) - at_low
        fall = _from(edges, one, x0 + high * dx, y0 + high * dy) - at_high
        if not rise + fall > 0.0 or todo > len(todos) - 2:  # one edge, or two that are equally far
            continue
        share = rise / (rise + fall)
        if at_low + (at_high + fall - at_low) * share <= best + _CLOSE_M:
            continue
        # no slice is too thin to get shorter, or there might be more of them than room
        at = low + min(max(share, _SLICE), 1.0 - _SLICE) * (high - low)
        here, third = _nearest(edges, count, x0 + at * dx, y0 + at * dy)
        best, t = (here, at) if here > best else (best, t)
        _put(todos, todo, low, at_low, one, at, here, third)
        _put(todos, todo + 1, at, here, third, high, at_high, other)
        todo += 2
    return best, t


@lean_kernel
def _crossings(edges, count, x0, y0, x1, y1, out):
    """Write where, from 0 to 1, a segment crosses the polygon's edges, its own ends included, in order."""
    out[0], n = 0.0, 1
    for e in range(count):
        ex, ey = edges[e, 2] - edges[e, 0], edges[e, 3] - edges[e, 1]
        det = (x1 - x0) * ey - (y1 - y0) * ex
        sign = 1.0 if det > 0.0 else -1.0
        along = sign * ((edges[e, 0] - x0) * ey - (edges[e, 1] - y0) * ex)
        across = sign * ((edges[e, 0] - x0) * (y1 - y0) - (edges[e, 1] - y0) * (x1 - x0))
        whole, slack = sign * det, 1e-9 * sign * det
        if 0.0 < along < whole and -slack <= across <= whole + slack:  # a quotient only for the few that cross
            t = along / whole
            at = n
            while out[at - 1] > t:  # a handful: each is put in its place
                out[at] = out[at - 1]
                at -= 1
            out[at] = t
            n += 1
    out[n] = 1.0
    return n + 1


@lean_routine
def _deepest_along(shape, ax, ay, bx, by, best, crossings, todos):
    """Largest distance to the boundary along an edge, where it is inside, and where that is, if over `best`."""
    edges, count, width, height = shape
    dx, dy, t = bx - ax, by - ay, -1.0
    away_x = max(-max(ax, bx), min(ax, bx) - width)
    if max(away_x, max(-max(ay, by), min(ay, by) - height)) > 0.0:
        return best, t
    m = _crossings(edges, count, ax, ay, bx, by, crossings)
    for k in range(m - 1):
        t0, t1 = crossings[k], crossings[k + 1]
        middle = (t0 + t1) / 2
        if inside(edges, count, ax + middle * dx, ay + middle * dy):
            x0, y0, x1, y1 = ax + t0 * dx, ay + t0 * dy, ax + t1 * dx, ay + t1 * dy
            best, at = _deepest_between(edges, count, x0, y0, x1, y1, best, todos)
            t = t0 + at * (t1 - t0) if at >= 0.0 else t
    return best, t


@lean_routine
def any_depths(shape, ridges, n_ridges, crossings, todos, around, wanted, at, depth):
    """Write the depth of each wanted owner in any parcel, to a millimetre; 0 where they only touch.

    `shape` is the parcel as edges, count, width, height; `around` what is near it as ends, marks, near, cover, slots; `at`
    is room for what covers a place.
    """
    ends, marks, near, cover, slots = around
    for s in range(slots):
        if wanted[s]:
            depth[s] = 0.0
    peak = 0.0 if n_ridges else np.inf
    for k in range(n_ridges):
        peak = max(peak, ridges[k, 2])
        all_covers(ends, marks, near, cover, slots, ridges[k, 0], ridges[k, 1], at)
        for s in range(slots):
            if wanted[s] and at[s] > 0.0 and depth[s] < ridges[k, 2]:
                depth[s] = ridges[k, 2]
    for h in range(near):
        known = least_known(marks, h, wanted, depth)
        if known >= peak:  # nothing is deeper, or no owner is wanted
            continue
        best = _deepest_along(shape, ends[h, 0], ends[h, 1], ends[h, 2], ends[h, 3], known, crossings, todos)[0]
        if best > known:
            raise_known(marks, h, wanted, depth, best)


@lean_kernel
def _bare(around, x, y, at):
    """Tell whether no owner covers a place."""
    ends, marks, near, cover, slots = around
    all_covers(ends, marks, near, cover, slots, x, y, at)
    most = 0.0
    for s in range(slots):
        most = max(most, at[s])
    return most <= 0.0


@lean_routine
def any_depth_outside(shape, ridges, n_ridges, crossings, todos, around, at):
    """Depth of what no zone covers in any parcel, as a lower and an upper bound; they differ beside overlaps only."""
    ends, marks, near, _, _ = around
    low, high = 0.0, 0.0
    for k in range(n_ridges):
        if ridges[k, 2] > low and _bare(around, ridges[k, 0], ridges[k, 1], at):
            low = ridges[k, 2]
    for h in range(near):
        if marks[h, 1] >= 0:  # a zone on either side
            continue
        ax, ay, bx, by = ends[h, 0], ends[h, 1], ends[h, 2], ends[h, 3]
        value, t = _deepest_along(shape, ax, ay, bx, by, low, crossings, todos)
        if value <= low:
            continue
        high = max(high, value)
        x, y = beside(ax, ay, bx, by, t)
        if _bare(around, x, y, at):
            low = value
    return low, max(low, high)
