"""The compiled arithmetic of overlaps: rings, edges, the sum of trapezoid overlaps. Arrays in, arrays out; no geometry.

Almost everywhere the indicator of a polygon is the signed sum of the indicators of the trapezoids between its edges and a
base line: +1 for an upper edge, -1 for a lower one. So the area of P ∩ Q is the sum over pairs of edges of

    sign(e) sign(f) ∫ max(0, min(e(x), f(x)) - y0) dx      over their common x-range,

with y0 the lowest y of P. Nothing is noded, so nothing can fail; holes and multi-parts need no case of their own.
Coordinates are shifted to P's corner first, which keeps the last digits of projected metres for the area.
"""

from __future__ import annotations

import numpy as np

from rdtr.jit import kernel

__all__ = ["edges_of_ring_set", "pair_area", "polygon_area", "ring_signs", "sorted_edges"]


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
def sorted_edges(xy, ring_start, ring_sign, polygon_start):
    """Edges of polygons with their left end first, and whether each is an upper (+1) or a lower (-1) edge."""
    count = 0
    for r in range(len(ring_start) - 1):
        count += ring_start[r + 1] - ring_start[r] - 1
    left = np.empty((count, 2), np.float64)
    right = np.empty((count, 2), np.float64)
    sign = np.empty(count, np.int8)
    edge_start = np.empty(len(polygon_start), np.int64)
    n = 0
    for p in range(len(polygon_start) - 1):
        edge_start[p] = n
        for r in range(polygon_start[p], polygon_start[p + 1]):
            for i in range(ring_start[r], ring_start[r + 1] - 1):
                x0, y0, x1, y1 = xy[i, 0], xy[i, 1], xy[i + 1, 0], xy[i + 1, 1]
                if x0 <= x1:
                    left[n, 0], left[n, 1], right[n, 0], right[n, 1] = x0, y0, x1, y1
                else:
                    left[n, 0], left[n, 1], right[n, 0], right[n, 1] = x1, y1, x0, y0
                sign[n] = 0 if x0 == x1 else (1 if (x1 < x0) == (ring_sign[r] > 0) else -1)
                n += 1
    edge_start[len(polygon_start) - 1] = n
    return edge_start, left, right, sign


@kernel
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


@kernel
def polygon_area(edges, count):
    """Area of the polygon whose edges `edges_of_ring_set` wrote."""
    total = 0.0
    for k in range(count):
        total += edges[k, 4] * (edges[k, 2] - edges[k, 0]) * (edges[k, 1] + edges[k, 3]) * 0.5
    return total


@kernel
def _under_both(px0, py0, px1, py1, p_slope, qx0, qy0, qx1, qy1, q_slope):
    """∫ max(0, min(p, q)) dx over the common x-range of two lines given by their ends, p never below zero."""
    low = px0 if px0 > qx0 else qx0
    high = px1 if px1 < qx1 else qx1
    if low >= high:
        return 0.0
    # at its own ends a line has its own value, so edges shared by neighbours cancel to the last bit
    p_low = py0 if low == px0 else py0 + p_slope * (low - px0)
    p_high = py1 if high == px1 else py0 + p_slope * (high - px0)
    q_low = qy0 if low == qx0 else qy0 + q_slope * (low - qx0)
    q_high = qy1 if high == qx1 else qy0 + q_slope * (high - qx0)
    if q_low <= 0.0 and q_high <= 0.0:
        return 0.0
    if q_low < 0.0 or q_high < 0.0:  # only the stretch where q is above the base line counts
        share = q_low / (q_low - q_high)
        cut, p_cut = low + share * (high - low), p_low + share * (p_high - p_low)
        if q_low < 0.0:
            low, p_low, q_low = cut, p_cut, 0.0
        else:
            high, p_high, q_high = cut, p_cut, 0.0
    width = high - low
    gap_low, gap_high = p_low - q_low, p_high - q_high
    if gap_low <= 0.0 and gap_high <= 0.0:
        return width * (p_low + p_high) * 0.5
    if gap_low >= 0.0 and gap_high >= 0.0:
        return width * (q_low + q_high) * 0.5
    share = gap_low / (gap_low - gap_high)
    middle = p_low + share * (p_high - p_low)
    if gap_low < 0.0:
        return width * (share * (p_low + middle) + (1.0 - share) * (middle + q_high)) * 0.5
    return width * (share * (q_low + middle) + (1.0 - share) * (middle + p_high)) * 0.5


@kernel
def _area_between(edges, count, x0, x1):
    """Area of the polygon between two vertical lines."""
    total = 0.0
    for e in range(count):
        px0, px1 = edges[e, 0], edges[e, 2]
        low = px0 if px0 > x0 else x0
        high = px1 if px1 < x1 else x1
        if low >= high:
            continue
        py0, py1 = edges[e, 1], edges[e, 3]
        p_slope = edges[e, 5]
        p_low = py0 if low == px0 else py0 + p_slope * (low - px0)
        p_high = py1 if high == px1 else py0 + p_slope * (high - px0)
        total += edges[e, 4] * (high - low) * (p_low + p_high) * 0.5
    return total


@kernel
def pair_area(edges, count, area, width, height, ox, oy, left, right, sign, first, last):
    """Area of the overlap of a polygon (local edges, its area, its box) with the piece whose edges are first..last."""
    near = False
    winding = 0.0  # of the polygon's lower left box corner, from the edges above it; tells inside from outside
    total = 0.0
    for f in range(first, last):
        if sign[f] == 0:
            continue
        qx0, qx1 = left[f, 0] - ox, right[f, 0] - ox
        if qx1 <= 0.0 or qx0 >= width:
            continue
        qy0, qy1 = left[f, 1] - oy, right[f, 1] - oy
        if qy0 <= 0.0 and qy1 <= 0.0:
            continue
        if qy0 >= height and qy1 >= height and qx0 <= 0.0 and qx1 >= width:
            winding += sign[f]  # passes over the whole polygon
            continue
        near = True
        if qy0 >= height and qy1 >= height:  # above the whole polygon: what counts is the polygon below it
            total += sign[f] * _area_between(edges, count, qx0, qx1)
            continue
        under, q_slope = 0.0, (qy1 - qy0) / (qx1 - qx0)
        for e in range(count):
            if edges[e, 2] > qx0 and edges[e, 0] < qx1:
                under += edges[e, 4] * _under_both(
                    edges[e, 0], edges[e, 1], edges[e, 2], edges[e, 3], edges[e, 5], qx0, qy0, qx1, qy1, q_slope
                )
        total += sign[f] * under
    return winding * area + total if near else winding * area
