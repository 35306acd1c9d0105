"""Polygons to pixels by scan lines: who holds a pixel's centre, exact shares of its area, lines. Compiled.

Everything works on the segments of a tile's rings in pixels from its upper left corner. Knows no plan and no file.
"""

from __future__ import annotations

import numpy as np

from rdtr.jit import kernel

__all__ = ["CLEAR", "fill_centres", "fill_shares", "stroke"]

CLEAR = -1
"""Where no polygon is."""


@kernel
def fill_centres(segments, start, polygon, size):
    """Which polygon the centre of each pixel lies in.

    A centre on a border belongs to the polygon right of it or below it, so a coverage leaves no pixel out and gives none
    twice. Where polygons overlap the later one is seen.

    Parameters
    ----------
    segments, start, polygon
        From `rdtr.tiles.segments.segments_of`.
    size
        Pixels a side.

    Returns
    -------
    Shape (size, size), int32; `CLEAR` where there is none.
    """
    held = np.full((size, size), CLEAR, np.int32)
    turns = np.zeros((size, size + 1), np.int32)
    left = np.full(size, size, np.int64)  # of each row, where the first crossing is
    right = np.full(size, -1, np.int64)
    for p in range(len(polygon)):
        top, bottom = size, 0
        for s in range(start[p], start[p + 1]):
            x0, y0, x1, y1 = segments[s, 0], segments[s, 1], segments[s, 2], segments[s, 3]
            sign = 1
            if y1 < y0:  # always downwards, so that both neighbours of a border cross a row at the same place
                x0, y0, x1, y1 = x1, y1, x0, y0
                sign = -1
            first, last = int(max(0.0, np.ceil(y0 - 0.5))), int(min(float(size), np.ceil(y1 - 0.5)))
            if first >= last:
                continue
            top, bottom = min(top, first), max(bottom, last)
            slope = (x1 - x0) / (y1 - y0)
            for row in range(first, last):
                x = np.ceil(x0 + (row + 0.5 - y0) * slope - 0.5)
                column = 0 if x < 0.0 else size if x > size else int(x)
                turns[row, column] += sign
                left[row], right[row] = min(left[row], column), max(right[row], column)
        for row in range(top, bottom):
            inside = 0
            for column in range(left[row], right[row] + 1):
                inside += turns[row, column]
                turns[row, column] = 0
                if inside != 0 and column < size:
                    held[row, column] = polygon[p]
            if inside != 0:  # it goes on beyond the right edge
                for column in range(right[row] + 1, size):
                    held[row, column] = polygon[p]
            left[row], right[row] = size, -1
    return held


@kernel
def fill_shares(segments, start, inks, size):
    """Sum, for each pixel, ink times the exact share of its area over all polygons, as differences along the rows.

    Shares of neighbours are added, not laid over each other, so a pixel that two of them fill has no share of ground left.

    Parameters
    ----------
    segments, start
        From `rdtr.tiles.segments.segments_of`.
    inks
        Shape (polygons, 4), float32: red, green, blue and 1 of each polygon.
    size
        Pixels a side.

    Returns
    -------
    Shape (size, size + 2, 4), float32. The sum of a row up to a column is that pixel's; the last two columns lie beyond.
    """
    sums = np.zeros((size, size + 2, 4), np.float32)
    for p in range(len(start) - 1):
        ink = (inks[p, 0], inks[p, 1], inks[p, 2], inks[p, 3])
        for s in range(start[p], start[p + 1]):
            x0, y0, x1, y1 = segments[s, 0], segments[s, 1], segments[s, 2], segments[s, 3]
            if y1 == y0:
                continue
            sign = 1.0
            if y1 < y0:
                x0, y0, x1, y1, sign = x1, y1, x0, y0, -1.0
            if y0 >= 0.0 and y1 <= size and min(x0, x1) >= 0.0 and max(x0, x1) <= size:
                _add_rows(sums, x0, y0, x1, y1, sign, ink)
            else:
                _add_cut(sums, x0, y0, x1, y1, sign, ink, size)
    return sums


@kernel
def _add_cut(sums, x0, y0, x1, y1, sign, ink, size):
    """Add a segment cut at the upper, lower, left and right edge; what lies left of the tile counts as on its edge."""
    slope = (x1 - x0) / (y1 - y0)
    top, bottom = max(y0, 0.0), min(y1, float(size))
    if top >= bottom:
        return
    first, second = top, bottom
    if slope != 0.0:
        at_left, at_right = y0 - x0 / slope, y0 + (size - x0) / slope
        first = min(max(min(at_left, at_right), top), bottom)
        second = min(max(max(at_left, at_right), top), bottom)
    for begin, end in ((top, first), (first, second), (second, bottom)):
        xa = min(max(x0 + slope * (begin - y0), 0.0), float(size))
        xb = min(max(x0 + slope * (end - y0), 0.0), float(size))
        if end > begin and (xa < size or xb < size):
            _add_rows(sums, xa, begin, xb, end, sign, ink)


@kernel
def _add_rows(sums, x0, y0, x1, y1, sign, ink):
    """Add a segment within the tile that goes down, row by row."""
    slope = (x1 - x0) / (y1 - y0)
    low, high = min(x0, x1), max(x0, x1)
    xa, a = x0, y0
    for row in range(int(y0), int(np.ceil(y1))):
        b = min(y1, row + 1.0)
        xb = min(max(x0 + slope * (b - y0), low), high)
        left, right = min(xa, xb), max(xa, xb)
        height = sign * (b - a)
        first, last = int(left), int(right)
        if first == last:
            _add_cell(sums, row, first, height, height * (0.5 * (left + right) - first), ink)
        else:
            steep = height / (right - left)
            for column in range(first, last + 1):
                low_x, high_x = max(left, float(column)), min(right, column + 1.0)
                part = steep * (high_x - low_x)
                _add_cell(sums, row, column, part, part * (0.5 * (low_x + high_x) - column), ink)
        xa, a = xb, b


@kernel
def _add_cell(sums, row, column, height, beyond, ink):
    """Add the trapezoid right of a piece within one pixel: what of it lies in the pixel, and in those after it."""
    here, after = np.float32(height - beyond), np.float32(beyond)
    sums[row, column, 0] += here * ink[0]
    sums[row, column, 1] += here * ink[1]
    sums[row, column, 2] += here * ink[2]
    sums[row, column, 3] += here * ink[3]
    sums[row, column + 1, 0] += after * ink[0]
    sums[row, column + 1, 1] += after * ink[1]
    sums[row, column + 1, 2] += after * ink[2]
    sums[row, column + 1, 3] += after * ink[3]


@kernel
def stroke(segments, size, width):
    """How strongly a line along all segments covers each pixel: full within, fading over one pixel at its sides.

    The strongest segment counts, so a border that two polygons share is not drawn twice as dark.

    Parameters
    ----------
    segments
        From `rdtr.tiles.segments.segments_of`.
    size
        Pixels a side.
    width
        Pixels; below one the line is fainter instead.

    Returns
    -------
    Shape (size, size), float32, 0 to 1.
    """
    covered = np.zeros((size, size), np.float32)
    most, reach = min(width, 1.0), max(width, 1.0) / 2.0 + 0.5
    for s in range(len(segments)):
        x0, y0, x1, y1 = segments[s, 0], segments[s, 1], segments[s, 2], segments[s, 3]
        if y1 < y0 or (y1 == y0 and x1 < x0):
            x0, y0, x1, y1 = x1, y1, x0, y0
        if max(x0, x1) < -reach or y1 < -reach or y0 > size + reach or min(x0, x1) > size + reach:
            continue
        length = np.hypot(x1 - x0, y1 - y0)
        if length == 0.0:
            continue
        ux, uy = (x1 - x0) / length, (y1 - y0) / length
        aside = reach / uy if uy > 0.0 else np.inf  # along a row, from the line to where it fades
        lean = ux / uy if uy > 0.0 else 0.0
        for row in range(int(max(0.0, np.floor(y0 - reach))), int(min(float(size), np.ceil(y1 + reach)))):
            y = row + 0.5 - y0
            middle = x0 + y * lean
            low = max(min(x0, x1) - reach, middle - aside)
            high = min(max(x0, x1) + reach, middle + aside)
            for column in range(int(max(0.0, np.floor(low))), int(min(float(size), np.ceil(high)))):
                x = column + 0.5 - x0
                along, off = x * ux + y * uy, abs(x * uy - y * ux)
                past = max(-along, along - length)
                if past > 0.0:  # round ends, which join to a corner
                    off = np.sqrt(off * off + past * past)
                value = np.float32(most * min(reach - off, 1.0))
                if value > covered[row, column]:
                    covered[row, column] = value
    return covered
