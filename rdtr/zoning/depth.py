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
from rdtr.zoning.near import least_known, raise_known

__all__ = ["MAX_CONVEX_EDGES", "convex_depth_outside", "convex_depths", "convex_sides", "gaps", "incentre", "middle"]

MAX_CONVEX_EDGES = 16
"""The incentre is found by trying triples of sides; beyond this number the general way is cheaper."""

_FLAT = 1e-12  # relative; a turn below it is none, rounding of the coordinates makes such
_AROUND = 1e-9  # sine of an angle below which two sides face each other
_BESIDE, _BACK = 1e-7, 1e-5  # metres beside an edge, and from its end, at which it is asked what lies there


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
def _deepest_near(sides, count, ax, ay, bx, by, best):
    """Largest distance to the boundary along an edge, and where it is, if it is over `best`; else 0."""
    # no place on the edge is farther from a side than the farther end: most edges cannot beat what was found
    bound = np.inf
    for i in range(count):
        at0 = sides[i, 0] * ax + sides[i, 1] * ay + sides[i, 2]
        at1 = sides[i, 0] * bx + sides[i, 1] * by + sides[i, 2]
        bound = min(bound, max(at0, at1))
    if bound <= best:
        return 0.0, 0.0
    return _deepest_on(sides, count, ax, ay, bx, by)


@lean_kernel
def convex_depths(sides, count, centre, around, wanted, depth):
    """Write the depth of each wanted owner in a convex parcel; 0 where they only touch.

    `around` is what `rdtr.zoning.shadow` found of the parcel, seen from its centre: ends, marks, near, cover, slots.
    """
    ends, marks, near, cover, slots = around
    for s in range(slots):
        if wanted[s]:
            depth[s] = centre[2] if cover[s] > 0.0 else 0.0
    for h in range(near):
        t0, t1 = ends[h, 4], ends[h, 5]
        known = least_known(marks, h, wanted, depth) if t0 < t1 else np.inf
        if known < centre[2]:  # nothing is deeper than the centre
            ax, ay, dx, dy = ends[h, 0], ends[h, 1], ends[h, 2] - ends[h, 0], ends[h, 3] - ends[h, 1]
            x0, y0, x1, y1 = ax + t0 * dx, ay + t0 * dy, ax + t1 * dx, ay + t1 * dy
            value = _deepest_near(sides, count, x0, y0, x1, y1, known)[0]
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
        value, t = _deepest_near(sides, count, ax, ay, bx, by, low)
        if value <= low:
            continue
        high = max(high, value)
        length = np.hypot(bx - ax, by - ay)
        back = min(_BACK / length, 0.5)  # at the very end of the edge another one may begin
        t = min(max(t, back), 1.0 - back)
        x, y = ax + t * (bx - ax) + (by - ay) / length * _BESIDE, ay + t * (by - ay) - (bx - ax) / length * _BESIDE
        if _uncovered(around, centre[0], centre[1], x, y):
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
def _gap(edges, count, qx0, qy0, qx1, qy1, reach):
    """Distance from the edges of a parcel to a segment that does not cross them, up to `reach`."""
    best, best2 = reach, reach * reach
    left, right, low, high = min(qx0, qx1), max(qx0, qx1), min(qy0, qy1), max(qy0, qy1)
    for e in range(count):
        x0, y0, x1, y1 = edges[e, 0], edges[e, 1], edges[e, 2], edges[e, 3]
        # boxes that are farther apart hold nothing nearer
        if max(max(x0 - right, left - x1), max(min(y0, y1) - high, low - max(y0, y1))) > best:
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


@lean_kernel
def gaps(shape, reach, around, wanted, out):
    """Write minus the distance from a parcel to each wanted owner, none of which it overlaps; minus `reach` beyond that.

    `shape` is the parcel as edges, count, width, height.
    """
    edges, count, width, height = shape
    ends, marks, near, _, slots = around
    for s in range(slots):
        if wanted[s]:
            out[s] = -reach
    for h in range(near):
        known = -least_known(marks, h, wanted, out)
        if known <= 0.0:
            continue
        qx0, qy0, qx1, qy1 = ends[h, 0], ends[h, 1], ends[h, 2], ends[h, 3]
        away_x = max(-max(qx0, qx1), min(qx0, qx1) - width)
        if max(away_x, max(-max(qy0, qy1), min(qy0, qy1) - height)) > known:
            continue
        raise_known(marks, h, wanted, out, -_gap(edges, count, qx0, qy0, qx1, qy1, known))
