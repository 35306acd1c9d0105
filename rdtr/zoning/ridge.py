"""How deep zones reach into a parcel that is not convex. Compiled; draws no buffer and no skeleton.

The distance to the boundary has no other peaks than the places that are equally far from three of its features: edges, and
corners that turn inwards. A zone's depth is therefore the largest distance either at such a place, if the zone covers it,
or somewhere on an edge of the zone. The places are found by trying triples of features, which is quick for the few
features of a parcel; those with many go the way of `rdtr.zoning.slivers`.
"""

from __future__ import annotations

import numpy as np

from rdtr.jit import lean_kernel, lean_routine
from rdtr.zoning.near import all_covers, least_known, raise_known

__all__ = ["MAX_FEATURES", "RIDGES", "any_depths", "features_of", "ridge_points"]

MAX_FEATURES = 20
"""1,140 triples; with more, shrinking the parcel with GEOS is not slower."""

RIDGES = 256
"""Room for ridge points; a polygon of 20 features has a tenth of it."""

_FLAT = 1e-12
_EXACT_M = 1e-6
_CLOSE_M = 1e-3  # to which the deepest place on an edge of a zone is searched


@lean_kernel
def _squared(px, py, x0, y0, x1, y1):
    """Squared distance from a point to a segment; roots are drawn where they are needed."""
    dx, dy = x1 - x0, y1 - y0
    length2 = dx * dx + dy * dy
    t = 0.0 if length2 == 0.0 else min(max(((px - x0) * dx + (py - y0) * dy) / length2, 0.0), 1.0)
    ax, ay = px - (x0 + t * dx), py - (y0 + t * dy)
    return ax * ax + ay * ay


@lean_kernel
def _inside(edges, count, x, y):
    """Tell whether a point lies in the polygon of local edges: the edges above it, counted with their sign."""
    winding = 0.0
    for e in range(count):
        x0, x1 = edges[e, 0], edges[e, 2]
        if x0 <= x < x1 and edges[e, 1] + (edges[e, 3] - edges[e, 1]) * ((x - x0) / (x1 - x0)) > y:
            winding += edges[e, 4]
    return winding > 0.5


@lean_kernel
def _nearest(edges, count, x, y):
    best = np.inf
    for e in range(count):
        best = min(best, _squared(x, y, edges[e, 0], edges[e, 1], edges[e, 2], edges[e, 3]))
    return np.sqrt(best)


@lean_kernel
def features_of(xy, ring_start, ring_sign, first, last, ox, oy, lines, points):
    """Write edges as inward unit normals and offsets, and corners that turn inwards; return their numbers, -1 if many."""
    n, m = 0, 0
    for r in range(first, last):
        start, size, sign = ring_start[r], ring_start[r + 1] - ring_start[r] - 1, ring_sign[r]
        if n + size > MAX_FEATURES:
            return -1, 0
        for i in range(start, start + size):
            dx, dy = (xy[i + 1, 0] - xy[i, 0]) * sign, (xy[i + 1, 1] - xy[i, 1]) * sign
            length = np.hypot(dx, dy)
            if length > 0.0:
                a, b = -dy / length, dx / length
                lines[n, 0], lines[n, 1], lines[n, 2] = a, b, -(a * (xy[i, 0] - ox) + b * (xy[i, 1] - oy))
                n += 1
            k = i - 1 if i > start else start + size - 1
            cross = (xy[i, 0] - xy[k, 0]) * (xy[i + 1, 1] - xy[i, 1]) - (xy[i, 1] - xy[k, 1]) * (
                xy[i + 1, 0] - xy[i, 0]
            )
            if cross * sign < 0.0:
                if n + m >= MAX_FEATURES:
                    return -1, 0
                points[m, 0], points[m, 1] = xy[i, 0] - ox, xy[i, 1] - oy
                m += 1
    return (n, m) if n + m <= MAX_FEATURES else (-1, 0)


@lean_routine
def _keep(edges, count, width, height, x, y, r, out, n):
    """Add a place if it is inside and no feature is nearer than r."""
    if not (0.0 < x < width and 0.0 < y < height and r > 0.0) or n == len(out):
        return n
    slack = max(r - _EXACT_M * (1.0 + r), 0.0)
    nearest = np.inf
    for e in range(count):
        nearest = min(nearest, _squared(x, y, edges[e, 0], edges[e, 1], edges[e, 2], edges[e, 3]))
        if nearest < slack * slack:
            return n
    if not _inside(edges, count, x, y):
        return n
    out[n, 0], out[n, 1], out[n, 2] = x, y, np.sqrt(nearest)
    return n + 1


@lean_routine
def _on_line(edges, count, width, height, x, y, ux, uy, r, s, px, py, out, n):
    """Places x + t u, at the distance r + t s from two features, that are as far from the point p."""
    dx, dy = x - px, y - py
    a, b, c = ux * ux + uy * uy - s * s, dx * ux + dy * uy - r * s, dx * dx + dy * dy - r * r
    if abs(a) < _FLAT:
        if abs(b) < _FLAT:
            return n
        t = -c / (2.0 * b)
        return _keep(edges, count, width, height, x + t * ux, y + t * uy, r + t * s, out, n)
    root = b * b - a * c
    if root < 0.0:
        return n
    root = np.sqrt(root)
    for sign in (-1.0, 1.0):
        t = (-b + sign * root) / a
        n = _keep(edges, count, width, height, x + t * ux, y + t * uy, r + t * s, out, n)
    return n


@lean_kernel
def _between_lines(edges, count, width, height, lines, i, j, points, m, out, n):
    """Places as far from two edges as from a corner."""
    a1, b1, c1, a2, b2, c2 = lines[i, 0], lines[i, 1], lines[i, 2], lines[j, 0], lines[j, 1], lines[j, 2]
    det = a1 * b2 - a2 * b1
    if abs(det) > _FLAT:
        x, y = (b1 * c2 - b2 * c1) / det, (a2 * c1 - a1 * c2) / det
        ux, uy, r, s = (b2 - b1) / det, (a1 - a2) / det, 0.0, 1.0
    elif a1 * a2 + b1 * b2 < 0.0:  # parallel, facing each other
        r, s, ux, uy = (c1 + c2) / 2.0, 0.0, -b1, a1
        x, y = (r - c1) * a1, (r - c1) * b1
    else:
        return n
    for k in range(m):
        n = _on_line(edges, count, width, height, x, y, ux, uy, r, s, points[k, 0], points[k, 1], out, n)
    return n


@lean_kernel
def _between_points(edges, count, width, height, lines, lines_count, points, i, j, m, out, n):
    """Places as far from two corners as from an edge, or from a third corner."""
    px, py, qx, qy = points[i, 0], points[i, 1], points[j, 0], points[j, 1]
    x, y, ux, uy = (px + qx) / 2.0, (py + qy) / 2.0, py - qy, qx - px
    for k in range(lines_count):
        a, b, c = lines[k, 0], lines[k, 1], lines[k, 2]
        r, s = a * x + b * y + c, a * ux + b * uy
        n = _on_line(edges, count, width, height, x, y, ux, uy, r, s, px, py, out, n)
    for k in range(j + 1, m):
        vx, vy = points[k, 0] - px, points[k, 1] - py
        det = ux * vx + uy * vy
        if abs(det) > _FLAT:  # on the bisector of p and q, as far from the third as from p
            t = ((vx * vx + vy * vy) / 2.0 - (x - px) * vx - (y - py) * vy) / det
            cx, cy = x + t * ux, y + t * uy
            n = _keep(edges, count, width, height, cx, cy, np.hypot(cx - px, cy - py), out, n)
    return n


@lean_routine
def ridge_points(edges, count, width, height, lines, n_lines, points, n_points, out):
    """Write the places that are equally far from three features, as x, y, distance; return their number."""
    n = 0
    for i in range(n_lines):
        for j in range(i + 1, n_lines):
            for k in range(j + 1, n_lines):
                # a x + b y - r = -c for the three edges, by differences
                a1, b1, c1 = lines[j, 0] - lines[i, 0], lines[j, 1] - lines[i, 1], lines[i, 2] - lines[j, 2]
                a2, b2, c2 = lines[k, 0] - lines[i, 0], lines[k, 1] - lines[i, 1], lines[i, 2] - lines[k, 2]
                det = a1 * b2 - a2 * b1
                if abs(det) < _FLAT:
                    continue
                x, y = (c1 * b2 - c2 * b1) / det, (a1 * c2 - a2 * c1) / det
                r = lines[i, 0] * x + lines[i, 1] * y + lines[i, 2]
                n = _keep(edges, count, width, height, x, y, r, out, n)
            n = _between_lines(edges, count, width, height, lines, i, j, points, n_points, out, n)
    for i in range(n_points):
        for j in range(i + 1, n_points):
            n = _between_points(edges, count, width, height, lines, n_lines, points, i, j, n_points, out, n)
    return n


@lean_routine
def _deepest_between(edges, count, x0, y0, x1, y1, best, todos):
    """Largest distance to the boundary along a stretch inside the polygon, to a millimetre, if over `best`.

    The distance to each edge is convex along the stretch, so on any part of it no edge is farther than at that part's
    ends: the smallest such bound over the edges tells which halves can be dropped.
    """
    todos[0, 0], todos[0, 1], todo = 0.0, 1.0, 1
    best = max(best, _nearest(edges, count, x0, y0), _nearest(edges, count, x1, y1))
    while todo:
        todo -= 1
        low, high = todos[todo, 0], todos[todo, 1]
        ax, ay, bx, by = x0 + low * (x1 - x0), y0 + low * (y1 - y0), x0 + high * (x1 - x0), y0 + high * (y1 - y0)
        enough, bound = (best + _CLOSE_M) ** 2, np.inf
        for e in range(count):
            ex0, ey0, ex1, ey1 = edges[e, 0], edges[e, 1], edges[e, 2], edges[e, 3]
            bound = min(bound, max(_squared(ax, ay, ex0, ey0, ex1, ey1), _squared(bx, by, ex0, ey0, ex1, ey1)))
            if bound <= enough:
                break
        if bound <= enough or todo > len(todos) - 2:
            continue
        middle = (low + high) / 2
        best = max(best, _nearest(edges, count, (ax + bx) / 2, (ay + by) / 2))
        todos[todo, 0], todos[todo, 1], todos[todo + 1, 0], todos[todo + 1, 1] = low, middle, middle, high
        todo += 2
    return best


@lean_kernel
def _crossings(edges, count, x0, y0, x1, y1, out):
    """Write where, from 0 to 1, a segment crosses the polygon's edges, its own ends included, in order."""
    out[0], n = 0.0, 1
    for e in range(count):
        ex, ey = edges[e, 2] - edges[e, 0], edges[e, 3] - edges[e, 1]
        det = (x1 - x0) * ey - (y1 - y0) * ex
        if det == 0.0:
            continue
        t = ((edges[e, 0] - x0) * ey - (edges[e, 1] - y0) * ex) / det
        s = ((edges[e, 0] - x0) * (y1 - y0) - (edges[e, 1] - y0) * (x1 - x0)) / det
        if 0.0 < t < 1.0 and -1e-9 <= s <= 1.0 + 1e-9:
            at = n
            while out[at - 1] > t:  # a handful: each is put in its place
                out[at] = out[at - 1]
                at -= 1
            out[at] = t
            n += 1
    out[n] = 1.0
    return n + 1


@lean_routine
def any_depths(shape, ridges, n_ridges, crossings, todos, around, wanted, at, depth):
    """Write the depth of each wanted owner in any parcel, to a millimetre; 0 where they only touch.

    `shape` is the parcel as edges, count, width, height; `around` what is near it as ends, marks, near, cover, slots; `at`
    is room for what covers a place.
    """
    edges, count, width, height = shape
    ends, marks, near, cover, slots = around
    for s in range(slots):
        if wanted[s]:
            depth[s] = 0.0
    for k in range(n_ridges):
        all_covers(ends, marks, near, cover, slots, ridges[k, 0], ridges[k, 1], at)
        for s in range(slots):
            if wanted[s] and at[s] > 0.0 and depth[s] < ridges[k, 2]:
                depth[s] = ridges[k, 2]
    for h in range(near):
        known = least_known(marks, h, wanted, depth)
        if known == np.inf:
            continue
        ax, ay, bx, by = ends[h, 0], ends[h, 1], ends[h, 2], ends[h, 3]
        away_x = max(-max(ax, bx), min(ax, bx) - width)
        if max(away_x, max(-max(ay, by), min(ay, by) - height)) > 0.0:
            continue
        best, m = known, _crossings(edges, count, ax, ay, bx, by, crossings)
        for k in range(m - 1):
            t0, t1 = crossings[k], crossings[k + 1]
            middle, dx, dy = (t0 + t1) / 2, bx - ax, by - ay
            if _inside(edges, count, ax + middle * dx, ay + middle * dy):
                x0, y0, x1, y1 = ax + t0 * dx, ay + t0 * dy, ax + t1 * dx, ay + t1 * dy
                best = _deepest_between(edges, count, x0, y0, x1, y1, best, todos)
        if best > known:
            raise_known(marks, h, wanted, depth, best)
