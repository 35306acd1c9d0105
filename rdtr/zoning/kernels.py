"""The compiled arithmetic of polygons as rings and edges. Arrays in, arrays out; measures no overlap.

Coordinates are shifted to a polygon's corner before they are multiplied, which keeps the last digits of projected metres
for the area.
"""

from __future__ import annotations

import numpy as np

from rdtr.jit import kernel, lean_kernel

__all__ = ["edges_of_ring_set", "polygon_area", "polygon_measures", "ring_signs", "surely_convex"]

_CLEAR = (
    1e-12  # squared sine of a turn that rounding of projected metres cannot make: 1e-6, a millimetre in a kilometre
)


@kernel
def ring_signs(xy, ring_start, exterior):
    """+1 where the polygon lies left of its ring as stored, -1 where it lies right of it."""
    sign = np.empty(len(ring_start) - 1, np.float64)
    for r in range(len(ring_start) - 1):
        start, stop = ring_start[r], ring_start[r + 1]
        ox, oy = xy[start, 0], xy[start, 1]
        twice = 0.0
        for i in range(start, stop - 1):
            twice += (xy[i, 0] - ox) * (xy[i + 1, 1] - oy) - (xy[i + 1, 0] - ox) * (xy[i, 1] - oy)
        sign[r] = 1.0 if (twice >= 0.0) == exterior[r] else -1.0
    return sign


@kernel
def polygon_measures(xy, ring_start, ring_sign, polygon_start):
    """Box (NaN without a ring) and area of each polygon; shapes (n, 4) and (n,)."""
    n = len(polygon_start) - 1
    bounds, area = np.full((n, 4), np.nan), np.zeros(n)
    for p in range(n):
        first, last = polygon_start[p], polygon_start[p + 1]
        if first == last:
            continue
        start = ring_start[first]
        ox, oy = xy[start, 0], xy[start, 1]
        xmin, ymin, xmax, ymax = ox, oy, ox, oy
        for r in range(first, last):
            twice = 0.0
            for i in range(ring_start[r], ring_start[r + 1] - 1):
                x, y = xy[i, 0], xy[i, 1]
                xmin, xmax, ymin, ymax = min(xmin, x), max(xmax, x), min(ymin, y), max(ymax, y)
                twice += (x - ox) * (xy[i + 1, 1] - oy) - (xy[i + 1, 0] - ox) * (y - oy)
            area[p] += ring_sign[r] * twice * 0.5
        bounds[p, 0], bounds[p, 1], bounds[p, 2], bounds[p, 3] = xmin, ymin, xmax, ymax
    return bounds, area


@lean_kernel
def edges_of_ring_set(xy, ring_start, ring_sign, first, last, ox, oy, out):
    """Write the edges of rings first..last, shifted by (ox, oy), as xl yl xr yr sign slope; return their number."""
    n = 0
    for r in range(first, last):
        for i in range(ring_start[r], ring_start[r + 1] - 1):
            x0, y0, x1, y1 = xy[i, 0] - ox, xy[i, 1] - oy, xy[i + 1, 0] - ox, xy[i + 1, 1] - oy
            upper = (x1 < x0) == (ring_sign[r] > 0)
            out[n, 4] = 0.0 if x0 == x1 else 1.0 if upper else -1.0
            if x0 > x1:
                x0, y0, x1, y1 = x1, y1, x0, y0
            out[n, 0], out[n, 1], out[n, 2], out[n, 3] = x0, y0, x1, y1
            out[n, 5] = 0.0 if x0 == x1 else (y1 - y0) / (x1 - x0)
            n += 1
    return n


@lean_kernel
def polygon_area(edges, count):
    """Area of the polygon whose edges `edges_of_ring_set` wrote."""
    total = 0.0
    for k in range(count):
        total += edges[k, 4] * (edges[k, 2] - edges[k, 0]) * (edges[k, 1] + edges[k, 3]) * 0.5
    return total


@kernel
def surely_convex(xy, ring_start, polygon_start):
    """Tell which polygons are one ring that turns one way only, clearly at every corner, and goes round once.

    Such a ring cannot touch itself, so nothing needs to be asked further. False says nothing.
    """
    convex = np.zeros(len(polygon_start) - 1, np.bool_)
    for p in range(len(polygon_start) - 1):
        first = polygon_start[p]
        if polygon_start[p + 1] - first != 1:
            continue
        start, size = ring_start[first], ring_start[first + 1] - ring_start[first] - 1
        if size < 3 or xy[start, 0] != xy[start + size, 0] or xy[start, 1] != xy[start + size, 1]:
            continue
        sign, rounds, clear = 0.0, 0, True
        for i in range(size):
            a, b, c = start + i, start + i + 1, start + (i + 2 if i + 2 <= size else 1)
            ax, ay, bx, by = xy[b, 0] - xy[a, 0], xy[b, 1] - xy[a, 1], xy[c, 0] - xy[b, 0], xy[c, 1] - xy[b, 1]
            cross, size2 = ax * by - ay * bx, (ax * ax + ay * ay) * (bx * bx + by * by)
            if i == 0:
                sign = 1.0 if cross > 0.0 else -1.0
            # NaN and infinity fail here too
            if not (cross * sign > 0.0 and cross * cross > _CLEAR * size2 and cross * cross < np.inf):
                clear = False
                break
            rounds += ay >= 0.0 > by
        convex[p] = clear and rounds == 1
    return convex
