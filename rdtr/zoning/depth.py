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
from rdtr.zoning.near import covers

__all__ = ["MAX_CONVEX_EDGES", "convex_depth", "convex_depth_outside", "convex_sides", "gap_to_slot", "incentre"]

MAX_CONVEX_EDGES = 16
"""The incentre is found by trying triples of sides; beyond this number the general way is cheaper."""

_FLAT = 1e-12  # relative; a turn below it is none, rounding of the coordinates makes such
_AROUND = 1e-9  # sine of an angle below which two sides face each other
_BESIDE, _BACK = 1e-7, 1e-5  # metres beside an edge, and from its end, at which it is asked what lies there


@lean_kernel
def convex_sides(xy, start, stop, sign, ox, oy, out):
    """Sides of a convex ring as inward unit normals and offsets, a x + b y + c; return their number, 0 if not convex."""
    if stop - start - 1 > MAX_CONVEX_EDGES:
        return 0
    n = 0
    for i in range(start, stop - 1):
        dx, dy = (xy[i + 1, 0] - xy[i, 0]) * sign, (xy[i + 1, 1] - xy[i, 1]) * sign
        length2 = dx * dx + dy * dy
        if length2 == 0.0:
            continue
        length = np.sqrt(length2)
        a, b = -dy / length, dx / length
        out[n, 0], out[n, 1] = a, b
        out[n, 2] = -(a * (xy[i, 0] - ox) + b * (xy[i, 1] - oy))
        n += 1
    rounds = 0
    for k in range(n):
        j = k + 1 if k + 1 < n else 0
        if (out[k, 0] * out[j, 1] - out[k, 1] * out[j, 0]) * sign < -_FLAT:
            return 0
        rounds += out[k, 1] >= 0.0 > out[j, 1]
    return n if n >= 3 and rounds == 1 else 0  # a star turns one way only too, but goes round twice


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
def _deepest_on(sides, count, x0, y0, x1, y1):
    """Largest distance to the boundary along a segment, and where it is; negative where all of it is outside."""
    active, value = 0, np.inf
    for i in range(count):
        d = sides[i, 0] * x0 + sides[i, 1] * y0 + sides[i, 2]
        if d < value:
            active, value = i, d
    dx, dy = x1 - x0, y1 - y0
    slope = sides[active, 0] * dx + sides[active, 1] * dy
    for i in range(count):  # among sides equally near, the one that falls fastest governs
        d = sides[i, 0] * x0 + sides[i, 1] * y0 + sides[i, 2]
        s = sides[i, 0] * dx + sides[i, 1] * dy
        if d <= value and s < slope:
            active, slope = i, s
    t = 0.0
    for _ in range(count):
        if slope <= 0.0 or t >= 1.0:
            return value, t
        step, follower = 1.0 - t, active
        for i in range(count):
            s = sides[i, 0] * dx + sides[i, 1] * dy
            if s >= slope:
                continue
            d = sides[i, 0] * (x0 + t * dx) + sides[i, 1] * (y0 + t * dy) + sides[i, 2]
            reach = (d - value) / (slope - s)
            if reach < step:
                step, follower = max(reach, 0.0), i
        t += step
        value += slope * step
        if follower == active:
            return value, t
        active = follower
        slope = sides[active, 0] * dx + sides[active, 1] * dy
    return value, t


@lean_kernel
def _deepest_near(sides, count, width, height, ax, ay, bx, by, best):
    """Largest distance to the boundary along an edge, and where it is, if it is over `best`; else 0."""
    beside = (ax < 0.0 and bx < 0.0) or (ax > width and bx > width)
    if beside or (ay < 0.0 and by < 0.0) or (ay > height and by > height):
        return 0.0, 0.0
    # no place on the edge is farther from a side than the farther end: most edges cannot beat what was found
    for i in range(count):
        at0 = sides[i, 0] * ax + sides[i, 1] * ay + sides[i, 2]
        at1 = sides[i, 0] * bx + sides[i, 1] * by + sides[i, 2]
        if max(at0, at1) <= best:
            return 0.0, 0.0
    return _deepest_on(sides, count, ax, ay, bx, by)


@lean_kernel
def convex_depth(sides, count, centre, width, height, ends, marks, near, cover, slot):
    """Depth of one owner in a convex parcel; 0 where they only touch."""
    if covers(ends, marks, near, cover, slot, centre[0], centre[1]) > 0.0:
        return centre[2]
    best = 0.0
    for h in range(near):
        if marks[h, 0] == slot or marks[h, 1] == slot:
            ax, ay, bx, by = ends[h, 0], ends[h, 1], ends[h, 2], ends[h, 3]
            best = max(best, _deepest_near(sides, count, width, height, ax, ay, bx, by, best)[0])
    return best


@lean_kernel
def _uncovered(ends, marks, near, cover, slots, x, y):
    for s in range(slots):  # noqa: SIM110 - the compiler knows no all()
        if covers(ends, marks, near, cover, s, x, y) > 0.0:
            return False
    return True


@lean_routine
def convex_depth_outside(sides, count, centre, width, height, ends, marks, near, cover, slots):
    """Depth of what no zone covers in a convex parcel, as a lower and an upper bound; they differ beside overlaps only."""
    if _uncovered(ends, marks, near, cover, slots, centre[0], centre[1]):
        return centre[2], centre[2]
    low, high = 0.0, 0.0
    for h in range(near):
        if marks[h, 1] >= 0:  # a zone on either side
            continue
        ax, ay, bx, by = ends[h, 0], ends[h, 1], ends[h, 2], ends[h, 3]
        value, t = _deepest_near(sides, count, width, height, ax, ay, bx, by, low)
        if value <= low:
            continue
        high = max(high, value)
        length = np.hypot(bx - ax, by - ay)
        back = min(_BACK / length, 0.5)  # at the very end of the edge another one may begin
        t = min(max(t, back), 1.0 - back)
        x, y = ax + t * (bx - ax) + (by - ay) / length * _BESIDE, ay + t * (by - ay) - (bx - ax) / length * _BESIDE
        if _uncovered(ends, marks, near, cover, slots, x, y):
            low = value
    return low, high


@lean_kernel
def _point_segment_squared(px, py, x0, y0, x1, y1):
    dx, dy = x1 - x0, y1 - y0
    length2 = dx * dx + dy * dy
    t = 0.0 if length2 == 0.0 else min(max(((px - x0) * dx + (py - y0) * dy) / length2, 0.0), 1.0)
    ax, ay = px - (x0 + t * dx), py - (y0 + t * dy)
    return ax * ax + ay * ay


@lean_kernel
def gap_to_slot(edges, count, width, height, reach, ends, marks, near, slot):
    """Distance from a parcel to an owner that it does not overlap, up to `reach`."""
    best, best2 = reach, reach * reach
    for h in range(near):
        if marks[h, 0] != slot and marks[h, 1] != slot:
            continue
        qx0, qy0, qx1, qy1 = ends[h, 0], ends[h, 1], ends[h, 2], ends[h, 3]
        left, right, low, high = min(qx0, qx1), max(qx0, qx1), min(qy0, qy1), max(qy0, qy1)
        if right < -best or left > width + best or high < -best or low > height + best:
            continue
        for e in range(count):
            x0, y0, x1, y1 = edges[e, 0], edges[e, 1], edges[e, 2], edges[e, 3]
            # boxes that are farther apart hold nothing nearer
            if x0 - right > best or left - x1 > best or min(y0, y1) - high > best or low - max(y0, y1) > best:
                continue
            # segments that do not cross are nearest at an end of one of them
            d2 = min(
                _point_segment_squared(x0, y0, qx0, qy0, qx1, qy1),
                _point_segment_squared(x1, y1, qx0, qy0, qx1, qy1),
                _point_segment_squared(qx0, qy0, x0, y0, x1, y1),
                _point_segment_squared(qx1, qy1, x0, y0, x1, y1),
            )
            if d2 < best2:
                best2 = d2
                best = np.sqrt(d2)
    return best
