"""Where the distance to the boundary of a parcel that is not convex peaks. Compiled; draws no buffer and no skeleton.

It has no other peaks than the places that are equally far from three of its features, edges and corners that turn inwards,
and have them all around: where none lies on one side, it is deeper to that side. The places are found by trying triples of
features, which is quick for the few features of a parcel; those with many go the way of `rdtr.zoning.slivers`.
"""

from __future__ import annotations

import numpy as np

from rdtr.jit import lean_kernel, lean_routine

__all__ = ["MAX_FEATURES", "RIDGES", "features_of", "inside", "ridge_points", "squared", "squared_from"]

MAX_FEATURES = 20
"""1,140 triples; with more, shrinking the parcel with GEOS is not slower."""

RIDGES = 256
"""Room for ridge points; a polygon of 20 features has a tenth of it."""

_FLAT = 1e-12
_AROUND = 1e-9  # sine of an angle below which two features face each other
_EXACT_M = 1e-6


@lean_kernel
def squared(px, py, x0, y0, x1, y1, inverse2):
    """Squared distance from a point to a segment, whose inverse squared length is known; 0 for one without a length."""
    dx, dy = x1 - x0, y1 - y0
    t = min(max(((px - x0) * dx + (py - y0) * dy) * inverse2, 0.0), 1.0)
    ax, ay = px - (x0 + t * dx), py - (y0 + t * dy)
    return ax * ax + ay * ay


@lean_kernel
def squared_from(edges, e, x, y):
    """Squared distance from a point to an edge of a parcel; roots are drawn where they are needed."""
    return squared(x, y, edges[e, 0], edges[e, 1], edges[e, 2], edges[e, 3], edges[e, 6])


@lean_kernel
def inside(edges, count, x, y):
    """Tell whether a point lies in the polygon of local edges: the edges above it, counted with their sign."""
    winding = 0.0
    for e in range(count):
        x0, x1 = edges[e, 0], edges[e, 2]
        if x0 <= x < x1 and edges[e, 1] + edges[e, 5] * (x - x0) > y:
            winding += edges[e, 4]
    return winding > 0.5


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
        nearest = min(nearest, squared_from(edges, e, x, y))
        if nearest < slack * slack:
            return n
    if not inside(edges, count, x, y):
        return n
    out[n, 0], out[n, 1], out[n, 2] = x, y, np.sqrt(nearest)
    return n + 1


@lean_kernel
def _around(ux, uy, vx, vy, wx, wy, slack):
    """Tell whether three directions leave no half of the plane free: each turns into the next the same way."""
    turn, on, back = ux * vy - uy * vx, vx * wy - vy * wx, wx * uy - wy * ux
    return min(turn, on, back) >= -slack or max(turn, on, back) <= slack


@lean_routine
def _on_line(edges, count, width, height, x, y, ux, uy, r, s, first, second, px, py, out, n):
    """Places x + t u, at the distance r + t s from two features, that are as far from the point p; all three around them.

    A feature is (x, y, 1), a corner, or (-a, -b, 0), an edge: what leads to it from a place q is (x, y) - (0 or 1) q.
    """
    dx, dy = x - px, y - py
    a, b, c = ux * ux + uy * uy - s * s, dx * ux + dy * uy - r * s, dx * dx + dy * dy - r * r
    if abs(a) < _FLAT:
        if abs(b) < _FLAT:
            return n
        roots, middle, half = 1, -c / (2.0 * b), 0.0
    else:
        if b * b - a * c < 0.0:
            return n
        roots, middle, half = 2, -b / a, np.sqrt(b * b - a * c) / a
    for k in range(roots):
        t = middle + (half if k else -half)
        qx, qy, far = x + t * ux, y + t * uy, r + t * s
        one = first[0] - first[2] * qx, first[1] - first[2] * qy
        other = second[0] - second[2] * qx, second[1] - second[2] * qy
        if _around(*one, *other, px - qx, py - qy, _AROUND * (1.0 + far * far)):
            n = _keep(edges, count, width, height, qx, qy, far, out, n)
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
    one, other = (-a1, -b1, 0.0), (-a2, -b2, 0.0)
    for k in range(m):
        px, py = points[k, 0], points[k, 1]
        # as far from a corner as from its own edge is where the two touch in one place: that is no third side
        if abs(a1 * px + b1 * py + c1) > _EXACT_M and abs(a2 * px + b2 * py + c2) > _EXACT_M:
            n = _on_line(edges, count, width, height, x, y, ux, uy, r, s, one, other, px, py, out, n)
    return n


@lean_kernel
def _between_points(edges, count, width, height, lines, lines_count, points, i, j, m, out, n):
    """Places as far from two corners as from an edge, or from a third corner."""
    px, py, qx, qy = points[i, 0], points[i, 1], points[j, 0], points[j, 1]
    x, y, ux, uy = (px + qx) / 2.0, (py + qy) / 2.0, py - qy, qx - px
    for k in range(lines_count):
        a, b, c = lines[k, 0], lines[k, 1], lines[k, 2]
        r, s = a * x + b * y + c, a * ux + b * uy
        n = _on_line(edges, count, width, height, x, y, ux, uy, r, s, (-a, -b, 0.0), (qx, qy, 1.0), px, py, out, n)
    for k in range(j + 1, m):
        vx, vy = points[k, 0] - px, points[k, 1] - py
        det = ux * vx + uy * vy
        if abs(det) > _FLAT:  # on the bisector of p and q, as far from the third as from p
            t = ((vx * vx + vy * vy) / 2.0 - (x - px) * vx - (y - py) * vy) / det
            cx, cy = x + t * ux, y + t * uy
            far = np.hypot(cx - px, cy - py)
            if _around(px - cx, py - cy, qx - cx, qy - cy, points[k, 0] - cx, points[k, 1] - cy, _AROUND * far * far):
                n = _keep(edges, count, width, height, cx, cy, far, out, n)
    return n


@lean_routine
def ridge_points(edges, count, width, height, lines, n_lines, points, n_points, out):
    """Write the places that have three features equally far all around, as x, y, distance; return their number."""
    n = 0
    for i in range(n_lines):
        for j in range(i + 1, n_lines):
            for k in range(j + 1, n_lines):
                if not _around(lines[i, 0], lines[i, 1], lines[j, 0], lines[j, 1], lines[k, 0], lines[k, 1], _AROUND):
                    continue
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
