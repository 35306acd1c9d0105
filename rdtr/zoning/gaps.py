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
def _convex_gap(sides, count, qx0, qy0, qx1, qy1, reach):
    """Distance from a convex parcel to a segment outside, up to `reach`."""
    dx, dy = qx1 - qx0, qy1 - qy0
    share, best2 = 1.0 / max(dx * dx + dy * dy, 1e-300), reach * reach
    for i in range(count):
        a, b, c, x, y = sides[i, 0], sides[i, 1], sides[i, 2], sides[i, 3], sides[i, 4]
        t = min(max(((x - qx0) * dx + (y - qy0) * dy) * share, 0.0), 1.0)
        px, py = x - qx0 - t * dx, y - qy0 - t * dy
        best2 = min(best2, px * px + py * py)
        j = i + 1 if i + 1 < count else 0
        length = (sides[j, 3] - x) * b - (sides[j, 4] - y) * a
        # an end of the segment beside this side is as far as the side; beside none, it is as far as a corner
        at0, along0 = a * qx0 + b * qy0 + c, (qx0 - x) * b - (qy0 - y) * a
        at1, along1 = a * qx1 + b * qy1 + c, (qx1 - x) * b - (qy1 - y) * a
        beside0, beside1 = (
            (at0 <= 0.0) & (along0 * (length - along0) >= 0.0),
            (at1 <= 0.0) & (along1 * (length - along1) >= 0.0),
        )
        # no branch: whether it is beside, cannot be guessed
        best2 = min(best2, at0 * at0 if beside0 else best2, at1 * at1 if beside1 else best2)
    return np.sqrt(best2)


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
