"""Compiled overlap areas of one polygon with the owners of the edges near it. Finds no edges and knows no plan.

Convex polygons go the shorter way of `rdtr.zoning.shadow`; this one is for all.

Walk up from the polygon's base line: what covers a place is what covers the base line below it, changed at every edge in
between. What covers the base line is what covers its start, changed at every edge that passes it. So the overlap with an
owner is its cover of the start times the polygon's area, plus for each edge near it the area of the polygon above that
edge, and for each edge that passes the base line the area of the polygon to the right of it. Of an edge that does both,

    sign ∫ max(0, p(x) - max(0, q(x))) dx    and    the area right of its end below the base line

are taken instead: the place where it passes cancels out, so nothing is ever computed that has to be met twice.
"""

from __future__ import annotations

from rdtr.jit import lean_kernel

__all__ = ["slot_areas"]

ROUNDING = 4e-15
"""Share of a polygon's area below which an overlap is the rounding of the sum."""


@lean_kernel
def _above(px0, py0, px1, py1, p_slope, qx0, qy0, qx1, qy1, q_slope):
    """∫ max(0, p - max(0, q)) dx over the common x-range of two lines given by their ends, p never below zero."""
    low = px0 if px0 > qx0 else qx0
    high = px1 if px1 < qx1 else qx1
    if low >= high:
        return 0.0
    # at its own ends a line has its own value, so edges shared by neighbours cancel to the last bit
    p_low = py0 if low == px0 else py0 + p_slope * (low - px0)
    p_high = py1 if high == px1 else py0 + p_slope * (high - px0)
    q_low = qy0 if low == qx0 else qy0 + q_slope * (low - qx0)
    q_high = qy1 if high == qx1 else qy0 + q_slope * (high - qx0)
    total = 0.0
    if q_low < 0.0 or q_high < 0.0:
        if q_low <= 0.0 and q_high <= 0.0:
            return (high - low) * (p_low + p_high) * 0.5
        share = q_low / (q_low - q_high)
        cut, p_cut = low + share * (high - low), p_low + share * (p_high - p_low)
        if q_low < 0.0:
            total = (cut - low) * (p_low + p_cut) * 0.5
            low, p_low, q_low = cut, p_cut, 0.0
        else:
            total = (high - cut) * (p_cut + p_high) * 0.5
            high, p_high, q_high = cut, p_cut, 0.0
    gap_low, gap_high = p_low - q_low, p_high - q_high
    if gap_low <= 0.0 and gap_high <= 0.0:
        return total
    if gap_low >= 0.0 and gap_high >= 0.0:
        return total + (high - low) * (gap_low + gap_high) * 0.5
    share = gap_low / (gap_low - gap_high)
    if gap_low > 0.0:
        return total + (high - low) * share * gap_low * 0.5
    return total + (high - low) * (1.0 - share) * gap_high * 0.5


@lean_kernel
def _right_of(edges, count, x):
    """Area of the polygon right of a vertical line."""
    total = 0.0
    for e in range(count):
        px0, px1 = edges[e, 0], edges[e, 2]
        if px1 <= x:
            continue
        py0, py1 = edges[e, 1], edges[e, 3]
        low, p_low = px0, py0
        if x > px0:
            low, p_low = x, py0 + edges[e, 5] * (x - px0)
        total += edges[e, 4] * (px1 - low) * (p_low + py1) * 0.5
    return total


@lean_kernel
def _area_above(edges, count, width, ax, ay, bx, by, passed):
    """Area of the polygon above an edge and above the base line, with the sign of what lies left of the edge."""
    if ax < bx:
        qx0, qy0, qx1, qy1, sign = ax, ay, bx, by, 1.0
    else:
        qx0, qy0, qx1, qy1, sign = bx, by, ax, ay, -1.0
    if qx1 <= 0.0 or qx0 >= width or (passed == 0 and qy1 <= 0.0):  # the last: below the base line from its start on
        return 0.0
    slope, total = (qy1 - qy0) / (qx1 - qx0), 0.0
    for e in range(count):
        if edges[e, 2] > qx0 and edges[e, 0] < qx1:
            total += edges[e, 4] * _above(
                edges[e, 0], edges[e, 1], edges[e, 2], edges[e, 3], edges[e, 5], qx0, qy0, qx1, qy1, slope
            )
    return sign * total


@lean_kernel
def slot_areas(edges, count, area, width, height, ends, marks, near, cover, slots, out):
    """Write the overlap of a polygon (local edges, its area, its box) with each slot of `rdtr.zoning.near.near_edges`."""
    for s in range(slots):
        out[s] = cover[s] * area
    for h in range(near):
        ax, ay, bx, by = ends[h, 0], ends[h, 1], ends[h, 2], ends[h, 3]
        if ay <= 0.0 and by <= 0.0:
            continue
        change = 0.0
        if marks[h, 2] != 0:
            below = ax if ay <= 0.0 else bx
            if below <= 0.0:
                change = marks[h, 2] * area
            elif below < width:
                change = marks[h, 2] * _right_of(edges, count, below)
        if ax != bx and (ay < height or by < height):
            change += _area_above(edges, count, width, ax, ay, bx, by, marks[h, 2])
        out[marks[h, 0]] += change
        if marks[h, 1] >= 0:
            out[marks[h, 1]] -= change
    for s in range(slots):
        if out[s] <= ROUNDING * area:
            out[s] = 0.0
