"""How deep a zone reaches into a parcel: what tells a boundary sliver from a real part. Compiled; no buffer is drawn.

A part of a parcel vanishes when the parcel is shrunk by t exactly when no point of it is farther than t from the parcel's
boundary; the largest such distance is its depth. In a convex parcel the distance to the boundary is the smallest of
linear functions, so it is concave: over a zone it is largest either at the parcel's incentre, if the zone covers it, or on
an edge of the zone, where the largest value of a concave, piecewise linear function of one variable is found by walking
along it: exact. In other parcels the distance to each edge is still convex, which bounds the depth from both sides; where
the bounds do not meet and it matters, `rdtr.zoning.slivers` asks GEOS.
"""

from __future__ import annotations

import numpy as np

from rdtr.jit import kernel

__all__ = [
    "MAX_CONVEX_EDGES",
    "MAX_EDGES",
    "SAMPLES",
    "convex_sides",
    "gap_to_piece",
    "incentre",
    "inner_samples",
    "piece_depth",
    "piece_depth_bounds",
]

MAX_CONVEX_EDGES = 16
"""The incentre is found by trying triples of sides; beyond this number the general way is cheaper."""

MAX_EDGES = 64
"""Beyond this number of edges a parcel that is not convex goes the way of `rdtr.zoning.slivers`."""

SAMPLES = 25
"""Places tried inside a parcel that is not convex, five by five."""

_FLAT = 1e-12  # relative; a turn below it is none, rounding of the coordinates makes such


@kernel
def convex_sides(xy, start, stop, sign, ox, oy, out):
    """Sides of a convex ring as inward unit normals and offsets, a x + b y + c; return their number, 0 if not convex."""
    if stop - start - 1 > MAX_CONVEX_EDGES:
        return 0
    n = 0
    for i in range(start, stop - 1):
        dx, dy = (xy[i + 1, 0] - xy[i, 0]) * sign, (xy[i + 1, 1] - xy[i, 1]) * sign
        length = np.hypot(dx, dy)
        if length == 0.0:
            continue
        a, b = -dy / length, dx / length
        out[n, 0], out[n, 1] = a, b
        out[n, 2] = -(a * (xy[i, 0] - ox) + b * (xy[i, 1] - oy))
        n += 1
    turn = 0.0
    for k in range(n):
        j = k + 1 if k + 1 < n else 0
        cross = (out[k, 0] * out[j, 1] - out[k, 1] * out[j, 0]) * sign
        if cross < -_FLAT:
            return 0
        turn += np.arctan2(cross, out[k, 0] * out[j, 0] + out[k, 1] * out[j, 1])
    return n if n >= 3 and turn < 7.0 else 0  # once round is 2 pi; a star goes round twice


@kernel
def incentre(sides, count, out):
    """Centre and radius of the largest circle in a convex polygon, written as x, y, r."""
    out[0], out[1], out[2] = 0.0, 0.0, -1.0
    for i in range(count):
        for j in range(i + 1, count):
            for k in range(j + 1, count):
                # a x + b y - r = -c for the three sides, by differences
                a1, b1, c1 = sides[j, 0] - sides[i, 0], sides[j, 1] - sides[i, 1], sides[i, 2] - sides[j, 2]
                a2, b2, c2 = sides[k, 0] - sides[i, 0], sides[k, 1] - sides[i, 1], sides[i, 2] - sides[k, 2]
                det = a1 * b2 - a2 * b1
                if abs(det) < _FLAT:
                    continue
                x, y = (c1 * b2 - c2 * b1) / det, (a1 * c2 - a2 * c1) / det
                r = sides[i, 0] * x + sides[i, 1] * y + sides[i, 2]
                if r <= out[2]:
                    continue
                inside = True
                for m in range(count):
                    if sides[m, 0] * x + sides[m, 1] * y + sides[m, 2] < r - 1e-9 * (1.0 + r):
                        inside = False
                        break
                if inside:
                    out[0], out[1], out[2] = x, y, r


@kernel
def _deepest_on(sides, count, x0, y0, x1, y1):
    """Largest distance to the boundary along a segment; negative where all of it is outside."""
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
            return value
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
            return value
        active = follower
        slope = sides[active, 0] * dx + sides[active, 1] * dy
    return value


@kernel
def piece_depth(sides, count, centre, ox, oy, width, height, left, right, sign, first, last):
    """Depth of one piece in a convex parcel; 0 where they only touch."""
    best = 0.0
    winding = 0
    cx, cy = centre[0], centre[1]
    for f in range(first, last):
        qx0, qy0, qx1, qy1 = left[f, 0] - ox, left[f, 1] - oy, right[f, 0] - ox, right[f, 1] - oy
        if sign[f] != 0 and qx0 <= cx < qx1 and qy0 + (qy1 - qy0) * ((cx - qx0) / (qx1 - qx0)) > cy:
            winding += sign[f]
        if qx1 < 0.0 or qx0 > width or (qy0 < 0.0 and qy1 < 0.0) or (qy0 > height and qy1 > height):
            continue
        # no place on the edge is farther from a side than the farther end: most edges cannot beat what was found
        bound = np.inf
        for i in range(count):
            at0 = sides[i, 0] * qx0 + sides[i, 1] * qy0 + sides[i, 2]
            at1 = sides[i, 0] * qx1 + sides[i, 1] * qy1 + sides[i, 2]
            bound = min(bound, max(at0, at1))
            if bound <= best:
                break
        if bound > best:
            best = max(best, _deepest_on(sides, count, qx0, qy0, qx1, qy1))
    return centre[2] if winding > 0 else best


@kernel
def _point_segment(px, py, x0, y0, x1, y1):
    dx, dy = x1 - x0, y1 - y0
    length2 = dx * dx + dy * dy
    t = 0.0 if length2 == 0.0 else min(max(((px - x0) * dx + (py - y0) * dy) / length2, 0.0), 1.0)
    return np.hypot(px - (x0 + t * dx), py - (y0 + t * dy))


@kernel
def _point_segment_squared(px, py, x0, y0, x1, y1):
    dx, dy = x1 - x0, y1 - y0
    length2 = dx * dx + dy * dy
    t = 0.0 if length2 == 0.0 else min(max(((px - x0) * dx + (py - y0) * dy) / length2, 0.0), 1.0)
    ax, ay = px - (x0 + t * dx), py - (y0 + t * dy)
    return ax * ax + ay * ay


@kernel
def gap_to_piece(edges, count, ox, oy, width, height, reach, left, right, first, last):
    """Distance from a parcel to a piece that it does not overlap, up to `reach`."""
    best, best2 = reach, reach * reach
    for f in range(first, last):
        qx0, qx1 = left[f, 0] - ox, right[f, 0] - ox
        if qx1 < -best or qx0 > width + best:
            continue
        qy0, qy1 = left[f, 1] - oy, right[f, 1] - oy
        if max(qy0, qy1) < -best or min(qy0, qy1) > height + best:
            continue
        low, high = min(qy0, qy1), max(qy0, qy1)
        for e in range(count):
            x0, y0, x1, y1 = edges[e, 0], edges[e, 1], edges[e, 2], edges[e, 3]
            # boxes that are farther apart hold nothing nearer
            if x0 - qx1 > best or qx0 - x1 > best or min(y0, y1) - high > best or low - max(y0, y1) > best:
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


@kernel
def _inside(edges, count, x, y):
    """Tell whether a point lies in the polygon of local edges: the edges above it, counted with their sign."""
    winding = 0.0
    for e in range(count):
        x0, x1 = edges[e, 0], edges[e, 2]
        if x0 <= x < x1 and edges[e, 1] + (edges[e, 3] - edges[e, 1]) * ((x - x0) / (x1 - x0)) > y:
            winding += edges[e, 4]
    return winding > 0.5


@kernel
def _nearest(edges, count, x, y):
    best = np.inf
    for e in range(count):
        best = min(best, _point_segment(x, y, edges[e, 0], edges[e, 1], edges[e, 2], edges[e, 3]))
    return best


@kernel
def inner_samples(edges, count, width, height, out):
    """Write places inside a polygon with their distance to its boundary; return their number."""
    n, side = 0, int(np.sqrt(len(out)))
    for i in range(side):
        for j in range(side):
            # shifted off the middle lines, which run along the edges of right-angled parcels
            x, y = width * (i + 0.47) / side, height * (j + 0.53) / side
            if _inside(edges, count, x, y):
                out[n, 0], out[n, 1], out[n, 2] = x, y, _nearest(edges, count, x, y)
                n += 1
    return n


@kernel
def _deepest_between(edges, count, x0, y0, x1, y1, best):
    """Largest distance to the boundary along a stretch inside the polygon, to a millimetre, if over `best`.

    The distance to each edge is convex along the stretch, so on any part of it no edge is farther than at that part's
    ends: the smallest such bound over the edges tells which halves can be dropped.
    """
    lows, highs = np.empty(64), np.empty(64)
    lows[0], highs[0], todo = 0.0, 1.0, 1
    best = max(best, _nearest(edges, count, x0, y0), _nearest(edges, count, x1, y1))
    while todo:
        todo -= 1
        low, high = lows[todo], highs[todo]
        ax, ay, bx, by = x0 + low * (x1 - x0), y0 + low * (y1 - y0), x0 + high * (x1 - x0), y0 + high * (y1 - y0)
        bound = np.inf
        for e in range(count):
            ex0, ey0, ex1, ey1 = edges[e, 0], edges[e, 1], edges[e, 2], edges[e, 3]
            bound = min(
                bound, max(_point_segment(ax, ay, ex0, ey0, ex1, ey1), _point_segment(bx, by, ex0, ey0, ex1, ey1))
            )
        if bound <= best + 1e-3 or todo > 60:
            continue
        middle = (low + high) / 2
        best = max(best, _nearest(edges, count, (ax + bx) / 2, (ay + by) / 2))
        lows[todo], highs[todo], lows[todo + 1], highs[todo + 1] = low, middle, middle, high
        todo += 2
    return best


@kernel
def _crossings(edges, count, x0, y0, x1, y1, out):
    """Write where, from 0 to 1, a segment crosses the polygon's edges, its own ends included, in order."""
    out[0], out[1], n = 0.0, 1.0, 2
    for e in range(count):
        ex, ey = edges[e, 2] - edges[e, 0], edges[e, 3] - edges[e, 1]
        det = (x1 - x0) * ey - (y1 - y0) * ex
        if det == 0.0:
            continue
        t = ((edges[e, 0] - x0) * ey - (edges[e, 1] - y0) * ex) / det
        s = ((edges[e, 0] - x0) * (y1 - y0) - (edges[e, 1] - y0) * (x1 - x0)) / det
        if 0.0 < t < 1.0 and -1e-9 <= s <= 1.0 + 1e-9:
            out[n] = t
            n += 1
    out[:n].sort()
    return n


@kernel
def _raise_bounds(edges, count, x, y, bounds):
    for e in range(count):
        bounds[e] = max(bounds[e], _point_segment(x, y, edges[e, 0], edges[e, 1], edges[e, 2], edges[e, 3]))


@kernel
def piece_depth_bounds(edges, count, samples, n_samples, ox, oy, width, height, left, right, sign, first, last):
    """Depth of one piece in any parcel, as a lower and an upper bound.

    Lower: the deepest place on the piece's edges inside the parcel, or a sample inside both. Upper: if every corner of
    the part is within t of one same edge, so is all of it. For a strip along a side, the usual sliver, the two meet.
    """
    low = 0.0
    bounds = np.zeros(count, np.float64)
    crossings = np.empty(count + 2, np.float64)
    local = np.empty((last - first, 5), np.float64)
    n = 0
    for f in range(first, last):
        qx0, qy0, qx1, qy1 = left[f, 0] - ox, left[f, 1] - oy, right[f, 0] - ox, right[f, 1] - oy
        local[n, 0], local[n, 1], local[n, 2], local[n, 3], local[n, 4] = qx0, qy0, qx1, qy1, sign[f]
        n += 1
        if qx1 < 0.0 or qx0 > width or (qy0 < 0.0 and qy1 < 0.0) or (qy0 > height and qy1 > height):
            continue
        m = _crossings(edges, count, qx0, qy0, qx1, qy1, crossings)
        for k in range(m - 1):
            a, b = crossings[k], crossings[k + 1]
            middle = (a + b) / 2
            dx, dy = qx1 - qx0, qy1 - qy0
            if not _inside(edges, count, qx0 + middle * dx, qy0 + middle * dy):
                continue
            ax, ay, bx, by = qx0 + a * dx, qy0 + a * dy, qx0 + b * dx, qy0 + b * dy
            _raise_bounds(edges, count, ax, ay, bounds)
            _raise_bounds(edges, count, bx, by, bounds)
            low = _deepest_between(edges, count, ax, ay, bx, by, low)
    for e in range(count):
        for end in range(2):  # corners of the parcel inside the piece
            x, y = edges[e, 2 * end], edges[e, 2 * end + 1]
            if _inside(local, n, x, y):
                _raise_bounds(edges, count, x, y, bounds)
    for k in range(n_samples):
        if samples[k, 2] > low and _inside(local, n, samples[k, 0], samples[k, 1]):
            low = samples[k, 2]
    return low, max(low, np.min(bounds))
