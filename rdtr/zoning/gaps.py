"""How near zones are that a parcel does not overlap: what a shift of its border would let in. Compiled.

Two shapes that do not cross are nearest at a corner of one of them. The sides of a convex parcel are told by their normals,
so that most of this is sums of products; other parcels are taken edge by edge.
"""

from __future__ import annotations

import numpy as np

from rdtr.jit import lean_kernel
from rdtr.zoning.near import least_known, raise_known
from rdtr.zoning.ridge import squared, squared_from

__all__ = ["gaps"]


@lean_kernel
def _gap(edges, count, qx0, qy0, qx1, qy1, reach):
    """Distance from the edges of a parcel to a segment that does not cross them, up to `reach`."""
    best, best2 = reach, reach * reach
    dx, dy = qx1 - qx0, qy1 - qy0
    inverse2 = 1.0 / max(dx * dx + dy * dy, 1e-300)
    left, right, low, high = min(qx0, qx1), max(qx0, qx1), min(qy0, qy1), max(qy0, qy1)
    for e in range(count):
        x0, y0, x1, y1 = edges[e, 0], edges[e, 1], edges[e, 2], edges[e, 3]
        # boxes that are farther apart hold nothing nearer
        if max(max(x0 - right, left - x1), max(min(y0, y1) - high, low - max(y0, y1))) > best:
            continue
        # segments that do not cross are nearest at an end of one of them
        d2 = min(
            squared(x0, y0, qx0, qy0, qx1, qy1, inverse2),
            squared(x1, y1, qx0, qy0, qx1, qy1, inverse2),
            squared_from(edges, e, qx0, qy0),
            squared_from(edges, e, qx1, qy1),
        )
        if d2 < best2:
            best2 = d2
            best = np.sqrt(d2)
    return best


@lean_kernel
def _beside(sides, count, i, x, y):
    """Tell whether a place lies between the ends of a side, however far from it."""
    j = i + 1 if i + 1 < count else 0
    a, b, px, py = sides[i, 0], sides[i, 1], sides[i, 3], sides[i, 4]
    along = (x - px) * b - (y - py) * a
    return (along >= 0.0) & (along <= (sides[j, 3] - px) * b - (sides[j, 4] - py) * a)


@lean_kernel
def _convex_gap(sides, count, qx0, qy0, qx1, qy1, reach):
    """Distance from a convex parcel to a segment outside, up to `reach`.

    An end of the segment is as far as the side that it is farthest beyond, if it lies beside that one; if not, a corner is
    nearest to it.
    """
    dx, dy = qx1 - qx0, qy1 - qy0
    share, best2 = 1.0 / max(dx * dx + dy * dy, 1e-300), reach * reach
    beyond0, beyond1, side0, side1 = -np.inf, -np.inf, 0, 0
    for i in range(count):
        a, b, c, x, y = sides[i, 0], sides[i, 1], sides[i, 2], sides[i, 3], sides[i, 4]
        t = min(max(((x - qx0) * dx + (y - qy0) * dy) * share, 0.0), 1.0)
        px, py = x - qx0 - t * dx, y - qy0 - t * dy
        best2 = min(best2, px * px + py * py)
        at0, at1 = -(a * qx0 + b * qy0 + c), -(a * qx1 + b * qy1 + c)
        side0, side1 = i if at0 > beyond0 else side0, i if at1 > beyond1 else side1
        beyond0, beyond1 = max(beyond0, at0), max(beyond1, at1)
    best = np.sqrt(best2)
    if beyond0 < best and _beside(sides, count, side0, qx0, qy0):
        best = max(beyond0, 0.0)
    if beyond1 < best and _beside(sides, count, side1, qx1, qy1):
        best = max(beyond1, 0.0)
    return best


@lean_kernel
def gaps(shape, convex, reach, around, wanted, out):
    """Write minus the distance from a parcel to each wanted owner, none of which it overlaps; minus `reach` beyond that.

    `shape` is the parcel as edges, count, width, height; or, of a convex one, as sides, count, width, height.
    """
    outline, count, width, height = shape
    ends, marks, near, _, slots = around
    for s in range(slots):
        if wanted[s]:
            out[s] = -reach
    for h in range(near):
        known = -least_known(marks, h, wanted, out)
        if known <= 0.0:
            continue
        if convex and ends[h, 4] < ends[h, 5]:  # it enters, by less than an area
            raise_known(marks, h, wanted, out, 0.0)
            continue
        qx0, qy0, qx1, qy1 = ends[h, 0], ends[h, 1], ends[h, 2], ends[h, 3]
        if convex:
            if ends[h, 6] >= known:
                continue
            gap = _convex_gap(outline, count, qx0, qy0, qx1, qy1, known)
        else:
            away_x = max(-max(qx0, qx1), min(qx0, qx1) - width)
            if max(away_x, max(-max(qy0, qy1), min(qy0, qy1) - height)) > known:
                continue
            gap = _gap(outline, count, qx0, qy0, qx1, qy1, known)
        raise_known(marks, h, wanted, out, -gap)
