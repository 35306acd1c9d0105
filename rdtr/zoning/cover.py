"""The kernel under exposure: how much of each grid cell a polygon covers, exactly. Knows no raster file and no class."""

from __future__ import annotations

import numpy as np

from rdtr.jit import kernel

__all__ = ["class_cover"]

_BAND = 1 << 20
"""Cells that are worked on at once: eight megabytes, whatever the polygon's size."""


@kernel
def _row_edge(row, width, xa, xb, dy):
    """Add one edge, cut to one row of cells, to the row's differences of coverage (as font rasterisers do).

    `xa`, `xb` are where it enters and leaves the row, `dy` its signed height; what lies right of it is covered. A
    running sum over the row turns the differences into coverage.
    """
    left, right = min(xa, xb), max(xa, xb)
    first = min(max(int(np.floor(left)), 0), width - 1)
    last = min(max(int(np.ceil(right)), first + 1), width)
    if last == first + 1:  # within one cell: a trapezoid
        part = dy * (0.5 * (xa + xb) - first)
        row[first] += dy - part
        row[first + 1] += part
        return
    slope = dy / (right - left)  # height for each cell crossed
    before = 0.0  # covered in the cells so far, as the running sum will have it
    for cell in range(first, last):
        a, b = max(left, float(cell)), min(right, float(cell + 1))
        # in this cell the edge is a trapezoid, and what it has already passed covers the cell whole
        covered = slope * ((a - left) + (b - a) * (cell + 1 - 0.5 * (a + b)))
        row[cell] += covered - before
        before = covered
    row[last] += dy - before


@kernel
def class_cover(xy, ring_start, sign, polygon_start, classes, count, out):
    """Add up, for each polygon, the cells of each class that it covers.

    Parameters
    ----------
    xy
        Shape (vertices, 2), in cells from the grid's upper left corner, y downwards; closed rings.
    ring_start, sign, polygon_start
        Rings of `xy`, +1 for a ring that is walked so that its inside counts, -1 for a hole or the other way round,
        and rings of polygons.
    classes
        Shape (rows, columns): class of each cell; one below 0 is none. All rings lie within the grid.
    count
        How many classes there are.
    out
        Shape (polygons, count), in cells; added to.
    """
    for p in range(len(polygon_start) - 1):
        first, last = ring_start[polygon_start[p]], ring_start[polygon_start[p + 1]]
        if first == last:
            continue
        x0, x1, y0, y1 = np.inf, -np.inf, np.inf, -np.inf
        for k in range(first, last):
            x0, x1 = min(x0, xy[k, 0]), max(x1, xy[k, 0])
            y0, y1 = min(y0, xy[k, 1]), max(y1, xy[k, 1])
        c0 = min(max(int(np.floor(x0)), 0), classes.shape[1] - 1)
        c1 = min(max(int(np.ceil(x1)), c0 + 1), classes.shape[1])
        r0 = min(max(int(np.floor(y0)), 0), classes.shape[0] - 1)
        r1 = min(max(int(np.ceil(y1)), r0 + 1), classes.shape[0])
        width = c1 - c0
        height = max(1, _BAND // (width + 1))
        for top in range(r0, r1, height):
            bottom = min(top + height, r1)
            band = np.zeros((bottom - top, width + 1))
            for r in range(polygon_start[p], polygon_start[p + 1]):
                for k in range(ring_start[r], ring_start[r + 1] - 1):
                    _edge(band, xy[k, 0] - c0, xy[k, 1] - top, xy[k + 1, 0] - c0, xy[k + 1, 1] - top, sign[r])
            for row in range(bottom - top):
                cover = 0.0
                for column in range(width):
                    cover += band[row, column]
                    kind = classes[top + row, c0 + column]
                    if kind >= 0:
                        out[p, kind] += cover


@kernel
def _edge(band, xa, ya, xb, yb, sign):
    """Add one edge to a band of rows; what lies above or below the band is left to other bands."""
    if ya == yb:
        return
    direction = sign
    if ya > yb:
        xa, ya, xb, yb, direction = xb, yb, xa, ya, -sign
    rows, width = band.shape[0], band.shape[1] - 1
    if yb <= 0.0 or ya >= rows:
        return
    slope = (xb - xa) / (yb - ya)
    row = max(int(np.floor(ya)), 0)
    top = max(ya, 0.0)
    x_top = xa if top == ya else xa + slope * (top - ya)
    while top < yb and row < rows:
        bottom = min(yb, float(row + 1))
        x_bottom = xb if bottom == yb else xa + slope * (bottom - ya)
        _row_edge(band[row], width, x_top, x_bottom, direction * (bottom - top))
        top, x_top, row = bottom, x_bottom, row + 1
