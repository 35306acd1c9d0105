"""Runs of vertices with their boxes, so that a tile passes over what lies beyond its edge. Compiled; cuts nothing."""

from __future__ import annotations

import numpy as np

from rdtr.jit import kernel, lean_kernel

__all__ = ["RUN", "contains", "gather", "run_boxes"]

RUN = 64
"""Vertices in a run that is skipped whole."""


@kernel
def run_boxes(points, start):
    """Boxes of runs of `RUN` vertices of every ring that is longer: where each ring's runs start, and the boxes."""
    first = np.empty(len(start), np.int32)
    n = 0
    for r in range(len(start) - 1):
        first[r] = n
        if start[r + 1] - start[r] > RUN:
            n += (start[r + 1] - start[r] + RUN - 1) // RUN
    first[len(start) - 1] = n
    box = np.empty((n, 4), np.int32)
    k = 0
    for r in range(len(start) - 1):
        if start[r + 1] - start[r] <= RUN:
            continue
        for a in range(start[r], start[r + 1], RUN):
            b = min(a + RUN, start[r + 1])
            box[k, 0], box[k, 1] = points[a, 0], points[a, 1]
            box[k, 2], box[k, 3] = box[k, 0], box[k, 1]
            for i in range(a, b):
                box[k, 0], box[k, 2] = min(box[k, 0], points[i, 0]), max(box[k, 2], points[i, 0])
                box[k, 1], box[k, 3] = min(box[k, 1], points[i, 1]), max(box[k, 3], points[i, 1])
            k += 1
    return first, box


@lean_kernel
def contains(points, first, last, x, y):
    """Tell whether a ring goes round a place (by crossings of a ray to the right)."""
    inside = False
    j = last - 1
    for i in range(first, last):
        yi, yj = points[i, 1], points[j, 1]
        if (yi > y) != (yj > y):
            xi, xj = points[i, 0], points[j, 0]
            if x < xi + (y - yi) * (xj - xi) / (yj - yi):
                inside = not inside
        j = i
    return inside


@lean_kernel
def gather(points, first, last, runs, run_first, box, out):
    """Copy a ring without the inside of runs that lie beyond one side of the box; return the number of vertices."""
    n = 0
    k = run_first
    for a in range(first, last, RUN):
        b = min(a + RUN, last)
        beyond = runs[k, 2] < box[0] or runs[k, 0] > box[2] or runs[k, 3] < box[1] or runs[k, 1] > box[3]
        if beyond:
            out[n, 0], out[n, 1] = points[a, 0], points[a, 1]
            n += 1
            if b - a > 1:
                out[n, 0], out[n, 1] = points[b - 1, 0], points[b - 1, 1]
                n += 1
        else:
            for i in range(a, b):
                out[n, 0], out[n, 1] = points[i, 0], points[i, 1]
                n += 1
        k += 1
    return n
