"""Compiled looks at the corners of outlines: needles, and vertices that crowd. Arrays in, arrays out; names no zone."""

from __future__ import annotations

import numpy as np

from rdtr.jit import kernel

__all__ = ["crowded_vertices", "sharp_corners"]


@kernel
def sharp_corners(xy, ring_start, angle_deg, length_m):
    """Find vertices of closed rings where two edges, both of some length, meet at less than an angle.

    Returns (corner, before, after) as rows of `xy`, shape (n, 3), the angle in degrees, and the length of the shorter edge
    in metres.
    """
    found, size = np.empty((64, 3), np.int64), np.empty((64, 2), np.float64)
    n = 0
    for r in range(len(ring_start) - 1):
        last = ring_start[r + 1] - 1
        for i in range(ring_start[r], last):
            before = i - 1 if i > ring_start[r] else last - 1
            bx, by = xy[before, 0] - xy[i, 0], xy[before, 1] - xy[i, 1]
            ax, ay = xy[i + 1, 0] - xy[i, 0], xy[i + 1, 1] - xy[i, 1]
            dot = bx * ax + by * ay
            if dot <= 0.0 and angle_deg <= 90.0:
                continue  # most corners end here, without an arc tangent
            shorter = min(np.hypot(bx, by), np.hypot(ax, ay))
            if shorter < length_m:
                continue
            angle = np.degrees(np.abs(np.arctan2(bx * ay - by * ax, dot)))
            if angle >= angle_deg:
                continue
            if n == len(found):
                more, wider = np.empty((2 * n, 3), np.int64), np.empty((2 * n, 2), np.float64)
                more[:n], wider[:n] = found, size
                found, size = more, wider
            found[n, 0], found[n, 1], found[n, 2] = i, before, i + 1
            size[n, 0], size[n, 1] = angle, shorter
            n += 1
    return found[:n].copy(), size[:n, 0].copy(), size[:n, 1].copy()


@kernel
def crowded_vertices(xy, ring_start, distance_m):
    """Find vertices of closed rings nearer than a distance to the one before, as ascending rows of `xy`; shape (n,)."""
    found = np.empty(64, np.int64)
    n = 0
    for r in range(len(ring_start) - 1):
        last = ring_start[r + 1] - 1
        for i in range(ring_start[r], last):
            before = i - 1 if i > ring_start[r] else last - 1
            dx, dy = xy[before, 0] - xy[i, 0], xy[before, 1] - xy[i, 1]
            if dx * dx + dy * dy >= distance_m * distance_m:
                continue
            if n == len(found):
                more = np.empty(2 * n, np.int64)
                more[:n] = found
                found = more
            found[n] = i
            n += 1
    return found[:n].copy()
