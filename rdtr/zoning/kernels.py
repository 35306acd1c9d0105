"""The compiled arithmetic of polygons as rings and edges. Arrays in, arrays out; measures no overlap.

Coordinates are shifted to a polygon's corner before they are multiplied, which keeps the last digits of projected metres
for the area.
"""

from __future__ import annotations

import numpy as np

from rdtr.jit import kernel, lean_kernel

__all__ = [
    "edges_of_ring_set",
    "lone_rings",
    "polygon_area",
    "polygon_areas",
    "ring_signs",
    "starts_of",
    "surely_convex",
    "surely_simple",
]

_CLEAR = (
    1e-12  # squared sine of a turn that rounding of projected metres cannot make: 1e-6, a millimetre in a kilometre
)


@kernel
def starts_of(owner, n):
    """Where the vertices of each of n polygons start, shape (n + 1,); `owner` is the polygon of each vertex, ascending."""
    start = np.empty(n + 1, np.int64)
    v = 0
    for p in range(n):
        start[p] = v
        while v < len(owner) and owner[v] == p:
            v += 1
    start[n] = v
    return start


@kernel
def lone_rings(xy, start, bounds, area):
    """Measure polygons as if each were one ring, whose vertices start at `start`.

    Returns
    -------
    sign, alone
        Shape (n,): `ring_signs` of that ring, and whether it surely is the only one, as it comes back to its first vertex
        with its last only. Written: its box, NaN without a vertex, and area, which no vertex leaves finite that is not.
    """
    n = len(start) - 1
    sign, alone = np.ones(n), np.ones(n, np.bool_)
    for p in range(n):
        first, last = start[p], start[p + 1]
        if first == last:
            bounds[p, 0], bounds[p, 1], bounds[p, 2], bounds[p, 3], area[p] = np.nan, np.nan, np.nan, np.nan, 0.0
            continue
        ox, oy = xy[first, 0], xy[first, 1]
        xmin, ymin, xmax, ymax, twice, back = ox, oy, ox, oy, 0.0, 0
        for i in range(first, last - 1):
            x, y = xy[i, 0], xy[i, 1]
            xmin, xmax, ymin, ymax = min(xmin, x), max(xmax, x), min(ymin, y), max(ymax, y)
            twice += (x - ox) * (xy[i + 1, 1] - oy) - (xy[i + 1, 0] - ox) * (y - oy)
            back += (x == ox) & (y == oy)
        bounds[p, 0], bounds[p, 1], bounds[p, 2], bounds[p, 3] = xmin, ymin, xmax, ymax
        sign[p], area[p], alone[p] = 1.0 if twice >= 0.0 else -1.0, abs(twice) * 0.5, back == 1
    return sign, alone


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
def polygon_areas(xy, ring_start, ring_sign, polygon_start):
    """Area of each polygon, shape (n,); 0 without a ring."""
    area = np.zeros(len(polygon_start) - 1)
    for p in range(len(area)):
        first, last = polygon_start[p], polygon_start[p + 1]
        for r in range(first, last):
            ox, oy = xy[ring_start[first], 0], xy[ring_start[first], 1]
            twice = 0.0
            for i in range(ring_start[r], ring_start[r + 1] - 1):
                twice += (xy[i, 0] - ox) * (xy[i + 1, 1] - oy) - (xy[i + 1, 0] - ox) * (xy[i, 1] - oy)
            area[p] += ring_sign[r] * twice * 0.5
    return area


@lean_kernel
def edges_of_ring_set(xy, ring_start, ring_sign, first, last, ox, oy, out):
    """Write the edges of rings first..last, shifted by (ox, oy), and return their number.

    Of each: xl yl xr yr, its sign, its slope, and the inverse of its squared length, 0 where it has none.
    """
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
            length2 = (x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0)
            out[n, 6] = 1.0 / length2 if length2 > 0.0 else 0.0
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


_FEW = 32  # vertices; of larger rings GEOS is asked, which sweeps over them instead of trying pairs


@lean_kernel
def _turn(ax, ay, bx, by, cx, cy):
    """+1 where c surely lies left of the line from a to b, -1 where right of it, 0 where rounding may hide which."""
    one, other = (bx - ax) * (cy - ay), (by - ay) * (cx - ax)
    cross = one - other
    # differences and products are rounded to 1e-16 of their own size each
    if abs(cross) <= 1e-14 * (abs(one) + abs(other)):
        return 0
    return 1 if cross > 0.0 else -1


@lean_kernel
def _surely_apart(xy, i, j):
    """Tell whether the edges that start at i and j surely do not meet: a line through one of them lies between, or a box."""
    ax, ay, bx, by = xy[i, 0], xy[i, 1], xy[i + 1, 0], xy[i + 1, 1]
    cx, cy, dx, dy = xy[j, 0], xy[j, 1], xy[j + 1, 0], xy[j + 1, 1]
    if max(ax, bx) < min(cx, dx) or max(cx, dx) < min(ax, bx) or max(ay, by) < min(cy, dy) or max(cy, dy) < min(ay, by):
        return True
    if _turn(ax, ay, bx, by, cx, cy) * _turn(ax, ay, bx, by, dx, dy) > 0:
        return True
    return _turn(cx, cy, dx, dy, ax, ay) * _turn(cx, cy, dx, dy, bx, by) > 0


@lean_kernel
def _surely_goes_on(xy, a, b, c):
    """Tell whether two edges that follow each other surely meet in their common vertex b only."""
    turn = _turn(xy[a, 0], xy[a, 1], xy[b, 0], xy[b, 1], xy[c, 0], xy[c, 1])
    along_x, along_y = (xy[b, 0] - xy[a, 0]) * (xy[c, 0] - xy[b, 0]), (xy[b, 1] - xy[a, 1]) * (xy[c, 1] - xy[b, 1])
    # straight on or nearly so, not back
    return turn != 0 or along_x + along_y > 1e-14 * (abs(along_x) + abs(along_y))


@kernel
def surely_simple(xy, ring_start, polygon_start):
    """Tell which polygons are one small ring that surely neither crosses nor touches itself. False says nothing.

    GEOS takes a microsecond for a parcel of six corners, for the index that it builds; trying all pairs of edges a tenth.
    """
    simple = surely_convex(xy, ring_start, polygon_start)
    for p in range(len(polygon_start) - 1):
        first = polygon_start[p]
        if simple[p] or polygon_start[p + 1] - first != 1:
            continue
        start, stop = ring_start[first], ring_start[first + 1] - 1
        if not 3 <= stop - start <= _FEW or xy[start, 0] != xy[stop, 0] or xy[start, 1] != xy[stop, 1]:
            continue
        sure = _surely_goes_on(xy, stop - 1, start, start + 1)
        for i in range(start, stop - 1):
            sure = sure and _surely_goes_on(xy, i, i + 1, i + 2)
            for j in range(i + 2, stop if i > start else stop - 1):
                if not (sure and _surely_apart(xy, i, j)):
                    sure = False
                    break
            if not sure:
                break
        simple[p] = sure
    return simple
