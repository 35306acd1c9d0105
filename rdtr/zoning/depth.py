"""How deep zones reach into a convex parcel: what tells a boundary sliver from a real part. Compiled; draws no buffer.

A part of a parcel vanishes when the parcel is shrunk by t exactly when no point of it is farther than t from the parcel's
boundary; the largest such distance is its depth. In a convex parcel the distance to the boundary is the smallest of
linear functions, so it is concave: over a zone it is largest either at the parcel's incentre, if the zone covers it, or on
an edge of the zone, where the largest value of a concave, piecewise linear function of one variable is found by walking
along it: exact. Other parcels are the affair of `rdtr.zoning.ridge`.
"""

from __future__ import annotations

import numpy as np

from rdtr.jit import lean_kernel, lean_routine
from rdtr.zoning.near import beside, least_known, raise_known

__all__ = ["MAX_CONVEX_EDGES", "convex_depth_outside", "convex_depths", "convex_sides", "incentre", "middle"]

MAX_CONVEX_EDGES = 16
"""The incentre is found by trying triples of sides; beyond this number the general way is cheaper."""

_FLAT = 1e-12  # relative; a turn below it is none, rounding of the coordinates makes such
_AROUND = 1e-9  # sine of an angle below which two sides face each other


@lean_kernel
def convex_sides(xy, start, stop, sign, ox, oy, out):
    """Sides of a convex ring, counterclockwise: inward unit normal and offset, a x + b y + c, and the first corner.

    Returns
    -------
    count, area
        Number of sides, 0 if the ring is not convex, and what it encloses.
    """
    if stop - start - 1 > MAX_CONVEX_EDGES:
        return 0, 0.0
    n, twice = 0, 0.0
    for step in range(stop - start - 1):
        i, j = (start + step, start + step + 1) if sign > 0.0 else (stop - 1 - step, stop - 2 - step)
        x, y = xy[i, 0] - ox, xy[i, 1] - oy
        dx, dy = xy[j, 0] - xy[i, 0], xy[j, 1] - xy[i, 1]
        length2 = dx * dx + dy * dy
        if length2 == 0.0:
            continue
        length = np.sqrt(length2)
        a, b = -dy / length, dx / length
        out[n, 0], out[n, 1], out[n, 2], out[n, 3], out[n, 4] = a, b, -(a * x + b * y), x, y
        twice += x * dy - y * dx
        n += 1
    rounds = 0
    for k in range(n):
        j = k + 1 if k + 1 < n else 0
        if out[k, 0] * out[j, 1] - out[k, 1] * out[j, 0] < -_FLAT:
            return 0, 0.0
        rounds += out[k, 1] >= 0.0 > out[j, 1]
    return (
        (n, twice * 0.5) if n >= 3 and rounds == 1 else (0, 0.0)
    )  # a star turns one way only too, but goes round twice


@lean_kernel
def middle(sides, count, out):
    """Write the mean of the corners of a convex polygon as x, y, and 0."""
    out[0], out[1], out[2] = 0.0, 0.0, 0.0
    for i in range(count):
        out[0] += sides[i, 3] / count
        out[1] += sides[i, 4] / count


@lean_kernel
def incentre(sides, count, out):
    """Centre and radius of the largest circle in a convex polygon, written as x, y, r."""
    out[0], out[1], out[2] = 0.0, 0.0, -1.0
    for i in range(count):
        for j in range(i + 1, count):
            turn = sides[i, 0] * sides[j, 1] - sides[i, 1] * sides[j, 0]
            for k in range(j + 1, count):
                # a circle is held by three sides only if they face it from all around
                on = sides[j, 0] * sides[k, 1] - sides[j, 1] * sides[k, 0]
                back = sides[k, 0] * sides[i, 1] - sides[k, 1] * sides[i, 0]
                if min(turn, on, back) < -_AROUND and max(turn, on, back) > _AROUND:
                    continue
                # a x + b y - r = -c for the three sides, by differences
                a1, b1, c1 = sides[j, 0] - sides[i, 0], sides[j, 1] - sides[i, 1], sides[i, 2] - sides[j, 2]
                a2, b2, c2 = sides[k, 0] - sides[i, 0], sides[k, 1] - sides[i, 1], sides[i, 2] - sides[k, 2]
                det = a1 * b2 - a2 * b1
                if abs(det) < _FLAT:
                    continue
                x, y = (c1 * b2 - c2 * b1) / det, (a1 * c2 - a2 * c1) / det
                r = sides[i, 0] * x + sides[i, 1] * y + sides[i, 2]
                if r <= 0.0:
                    continue
                inside = True
                for m in range(count):
                    if sides[m, 0] * x + sides[m, 1] * y + sides[m, 2] < r - 1e-9 * (1.0 + r):
                        inside = False
                        break
                if inside:  # the largest there is, as no way leads out of it
                    out[0], out[1], out[2] = x, y, r
                    return


@lean_kernel
def _nearest_side(sides, count, x, y):
    """Distance to the nearest side, negative outside, and which it is."""
    value, nearest = np.inf, -1
    for i in range(count):
        at = sides[i, 0] * x + sides[i, 1] * y + sides[i, 2]
        if at < value:
            value, nearest = at, i
    return value, nearest


@lean_kernel
def _deepest_on(sides, count, x0, y0, x1, y1, best):
    """Largest distance to the boundary along a segment, and where it is, if it is over `best`; else anything up to that.

    Between two places the nearest side of neither can be beaten: so nowhere is it deeper than where these two are equally
    far. If one of them is the nearest there too, that is the deepest place; if not, the third tells on which side it lies.
    """
    dx, dy, low, high = x1 - x0, y1 - y0, 0.0, 1.0
    at_low, one = _nearest_side(sides, count, x0, y0)
    at_high, other = _nearest_side(sides, count, x1, y1)
    value, t = (at_low, 0.0) if at_low >= at_high else (at_high, 1.0)
    for _ in range(count):
        if one == other:
            break
        ax, ay, bx, by = x0 + low * dx, y0 + low * dy, x0 + high * dx, y0 + high * dy
        rise = sides[other, 0] * ax + sides[other, 1] * ay + sides[other, 2] - at_low
        fall = sides[one, 0] * bx + sides[one, 1] * by + sides[one, 2] - at_high
        if not rise + fall > 0.0:  # equally far at both ends
            break
        share = rise / (rise + fall)
        if at_low + (at_high + fall - at_low) * share <= max(value, best):
            break
        at = low + share * (high - low)
        here, third = _nearest_side(sides, count, x0 + at * dx, y0 + at * dy)
        if here > value:
            value, t = here, at
        if third in (one, other):
            break
        if sides[third, 0] * dx + sides[third, 1] * dy > 0.0:
            low, at_low, one = at, here, third
        else:
            high, at_high, other = at, here, third
    return value, t


@lean_kernel
def convex_depths(sides, count, centre, around, wanted, depth):
    """Write the depth of each wanted owner in a convex parcel; 0 where they only touch.

    `around` is what `rdtr.zoning.shadow` found to enter the parcel, seen from its centre: ends, marks, count, cover, slots.
    """
    ends, marks, near, cover, slots = around
    for s in range(slots):
        if wanted[s]:
            depth[s] = centre[2] if cover[s] > 0.0 else 0.0
    for h in range(near):
        t0, t1 = ends[h, 4], ends[h, 5]
        known = least_known(marks, h, wanted, depth) if t0 < t1 else np.inf
        if known < min(-ends[h, 6], centre[2]):  # nothing is deeper than the centre
            ax, ay, dx, dy = ends[h, 0], ends[h, 1], ends[h, 2] - ends[h, 0], ends[h, 3] - ends[h, 1]
            x0, y0, x1, y1 = ax + t0 * dx, ay + t0 * dy, ax + t1 * dx, ay + t1 * dy
            value = _deepest_on(sides, count, x0, y0, x1, y1, known)[0]
            if value > known:
                raise_known(marks, h, wanted, depth, value)


@lean_routine
def _uncovered(around, cx, cy, x, y):
    """Tell whether no owner covers a place in the parcel: what covers the centre, changed by the edges on the way to it."""
    ends, marks, near, cover, slots = around
    for s in range(slots):
        total = cover[s]
        for h in range(near):
            side = 1.0 if marks[h, 0] == s else -1.0 if marks[h, 1] == s else 0.0
            if side == 0.0 or ends[h, 4] >= ends[h, 5]:
                continue
            ax, ay, dx, dy = ends[h, 0], ends[h, 1], ends[h, 2] - ends[h, 0], ends[h, 3] - ends[h, 1]
            was_left, is_left = dx * (cy - ay) > dy * (cx - ax), dx * (y - ay) > dy * (x - ax)
            from_left = (x - cx) * (ay - cy) > (y - cy) * (ax - cx)
            to_left = (x - cx) * (ay + dy - cy) > (y - cy) * (ax + dx - cx)
            if was_left != is_left and from_left != to_left:
                total += side if is_left else -side
        if total > 0.0:
            return False
    return True


@lean_routine
def convex_depth_outside(sides, count, centre, around):
    """Depth of what no zone covers in a convex parcel, as a lower and an upper bound; they differ beside overlaps only."""
    ends, marks, near, cover, slots = around
    highest = 0.0
    for s in range(slots):
        highest = max(highest, cover[s])
    if highest <= 0.0:
        return centre[2], centre[2]
    low, high = 0.0, 0.0
    for h in range(near):
        if marks[h, 1] >= 0 or ends[h, 4] >= ends[h, 5]:  # a zone on either side, or none of it inside
            continue
        ax, ay, bx, by = ends[h, 0], ends[h, 1], ends[h, 2], ends[h, 3]
        value, t = _deepest_on(sides, count, ax, ay, bx, by, low)
        if value <= low:
            continue
        high = max(high, value)
        x, y = beside(ax, ay, bx, by, t)
        if _uncovered(around, centre[0], centre[1], x, y):
            low = value
    return low, high
