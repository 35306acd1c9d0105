"""Polygons to pixels by scan lines: who holds a pixel's centre, exact shares of its area, lines, hatches. Compiled.

Everything works on the segments of a tile's rings in pixels from its upper left corner. Knows no plan and no file.
"""

from __future__ import annotations

import numpy as np

from rdtr.jit import kernel
from rdtr.tiles.clip import RUN

__all__ = ["CLEAR", "classes", "fill_centres", "fill_shares", "mixed", "segments_of", "stroke"]

CLEAR = -1
"""Where no polygon is."""


@kernel
def _passed(runs, k, low, high):
    """How a run of vertices lies to the tile: 0 meets its rows and columns, 1 left of it, 2 never seen from a row of it."""
    if runs[k, 3] < low[1] or runs[k, 1] > high[1] or runs[k, 0] > high[0]:
        return 2
    return 1 if runs[k, 2] < low[0] else 0


@kernel
def _put_segment(points, i, j, corner, unit, low, high, out, n):
    ax, ay, bx, by = points[i, 0], points[i, 1], points[j, 0], points[j, 1]
    if max(ay, by) < low[1] or min(ay, by) > high[1] or min(ax, bx) > high[0]:
        return n
    out[n, 0], out[n, 1] = (ax - corner[0]) / unit, (ay - corner[1]) / unit
    out[n, 2], out[n, 3] = (bx - corner[0]) / unit, (by - corner[1]) / unit
    return n + 1


@kernel
def segments_of(rows, level, corner, unit, low, high):
    """Segments of rings that count for a tile, in pixels.

    Parameters
    ----------
    rows
        Rings whose boxes meet the tile, ascending.
    level
        points, ring_start, polygon of each ring, run_start, runs: see `rdtr.tiles.levels.Level`.
    corner
        Upper left corner of the tile, level units.
    unit
        Level units a pixel.
    low, high
        Corners of the tile with what is looked at beyond its edge, level units.

    Returns
    -------
    segments
        Shape (n, 4), float64: x, y of both ends. What lies above, below or right of the tile is left out, since a row is
        read from the left; a run of vertices left of it has become one segment, which takes part in the same rows.
    start, polygon
        Shape (polygons + 1,) where each polygon's segments start; shape (polygons,) which polygon it is.
    """
    points, ring_start, polygon_of, run_start, runs = level
    room = 0
    for k in range(len(rows)):
        for run in range(run_start[rows[k]], run_start[rows[k] + 1]):
            room += RUN + 1 if _passed(runs, run, low, high) == 0 else 2
    out = np.empty((room, 4), np.float64)
    start, polygon = np.zeros(len(rows) + 1, np.int64), np.empty(len(rows), np.int64)
    n, polygons = 0, 0
    for k in range(len(rows)):
        r = rows[k]
        if polygons == 0 or polygon[polygons - 1] != polygon_of[r]:
            polygon[polygons] = polygon_of[r]
            polygons += 1
        run = run_start[r]
        for a in range(ring_start[r], ring_start[r + 1], RUN):
            b = min(a + RUN, ring_start[r + 1])
            how = _passed(runs, run, low, high)
            if how == 0:
                for i in range(a, b - 1):
                    n = _put_segment(points, i, i + 1, corner, unit, low, high, out, n)
            elif how == 1 and b - a > 1:
                n = _put_segment(points, a, b - 1, corner, unit, low, high, out, n)
            following = b if b < ring_start[r + 1] else ring_start[r]
            n = _put_segment(points, b - 1, following, corner, unit, low, high, out, n)
            run += 1
        start[polygons] = n
    return out[:n], start[: polygons + 1], polygon[:polygons]


@kernel
def fill_centres(segments, start, polygon, size):
    """Which polygon the centre of each pixel lies in.

    A centre on a border belongs to the polygon right of it or below it, so a coverage leaves no pixel out and gives none
    twice. Where polygons overlap the later one is seen.

    Parameters
    ----------
    segments, start, polygon
        From `segments_of`.
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
        From `segments_of`.
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
        ink = inks[p]
        for s in range(start[p], start[p + 1]):
            x0, y0, x1, y1 = segments[s, 0], segments[s, 1], segments[s, 2], segments[s, 3]
            if y1 < y0:
                _add_segment(sums, x1, y1, x0, y0, -1.0, ink, size)
            elif y0 < y1:
                _add_segment(sums, x0, y0, x1, y1, 1.0, ink, size)
    return sums


@kernel
def _add_segment(sums, x0, y0, x1, y1, sign, ink, size):
    """Add a segment that goes down: cut at the upper, lower, left and right edge; what is left of it counts as on it."""
    slope = (x1 - x0) / (y1 - y0)
    top, bottom = max(y0, 0.0), min(y1, float(size))
    if top >= bottom:
        return
    inner = (top, bottom)
    if slope != 0.0:
        at_left, at_right = y0 - x0 / slope, y0 + (size - x0) / slope
        a, b = min(at_left, at_right), max(at_left, at_right)
        inner = (min(max(a, top), bottom), min(max(b, top), bottom))
    begin = top
    for piece in range(3):
        end = bottom if piece == 2 else inner[piece]
        if end > begin:
            xa = min(max(x0 + slope * (begin - y0), 0.0), float(size))
            xb = min(max(x0 + slope * (end - y0), 0.0), float(size))
            if xa < size or xb < size:
                _add_rows(sums, xa, begin, xb, end, sign, ink)
            begin = end


@kernel
def _add_rows(sums, x0, y0, x1, y1, sign, ink):
    slope = (x1 - x0) / (y1 - y0)
    low, high = min(x0, x1), max(x0, x1)
    for row in range(int(y0), int(np.ceil(y1))):
        a, b = max(y0, float(row)), min(y1, row + 1.0)
        xa = min(max(x0 + slope * (a - y0), low), high)
        xb = min(max(x0 + slope * (b - y0), low), high)
        _add_cells(sums[row], min(xa, xb), max(xa, xb), sign * (b - a), ink)


@kernel
def _add_cells(sums, left, right, height, ink):
    """Add a piece within one row: the trapezoid right of it, cell by cell."""
    first, last = int(left), int(right)
    for column in range(first, last + 1):
        a, b = max(left, float(column)), min(right, column + 1.0)
        part = height if first == last else height * (b - a) / (right - left)
        beyond = part * (0.5 * (a + b) - column)
        for c in range(4):
            sums[column, c] += np.float32((part - beyond) * ink[c])
            sums[column + 1, c] += np.float32(beyond * ink[c])


@kernel
def stroke(segments, size, width):
    """How strongly a line along all segments covers each pixel: full within, fading over one pixel at its sides.

    The strongest segment counts, so a border that two polygons share is not drawn twice as dark.

    Parameters
    ----------
    segments
        From `segments_of`.
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
        dx, dy = x1 - x0, y1 - y0
        square = dx * dx + dy * dy
        if square == 0.0:
            continue
        aside = reach * np.sqrt(square) / dy if dy > 0.0 else np.inf  # along a row, from the line to where it fades
        for row in range(int(max(0.0, np.floor(y0 - reach))), int(min(float(size), np.ceil(y1 + reach)))):
            y = row + 0.5
            low, high = min(x0, x1) - reach, max(x0, x1) + reach
            if dy > 0.0:
                middle = x0 + (y - y0) * dx / dy
                low, high = max(low, middle - aside), min(high, middle + aside)
            for column in range(int(max(0.0, np.floor(low))), int(min(float(size), np.ceil(high)))):
                x = column + 0.5
                t = min(max(((x - x0) * dx + (y - y0) * dy) / square, 0.0), 1.0)
                ox, oy = x - x0 - t * dx, y - y0 - t * dy
                value = most * min(reach - np.sqrt(ox * ox + oy * oy), 1.0)
                if value > covered[row, column]:
                    covered[row, column] = value
    return covered


@kernel
def mixed(sums, held, strength, patterns, hatch_inks, lines, line_ink):
    """Pixels of summed shares, with hatches and lines on them.

    Parameters
    ----------
    sums
        From `fill_shares`.
    held
        Shape (size, size): the polygon of each pixel, whose hatches it gets.
    strength
        Shape (polygons, hatches), float32: 0 not hatched, 1 opaque.
    patterns
        Shape (hatches, side, side), float32; they repeat from the tile's corner.
    hatch_inks
        Shape (hatches, 3), float32.
    lines
        Shape (size, size), float32: how opaque the line is.
    line_ink
        Shape (3,), float32.

    Returns
    -------
    Shape (size, size, 4), uint8, RGBA; what is clear is 0 throughout.
    """
    size, side = held.shape[0], patterns.shape[1]
    out = np.zeros((size, size, 4), np.uint8)
    for row in range(size):
        red, green, blue, share = 0.0, 0.0, 0.0, 0.0
        for column in range(size):
            red += sums[row, column, 0]
            green += sums[row, column, 1]
            blue += sums[row, column, 2]
            share += sums[row, column, 3]
            line = lines[row, column]
            if share < 1e-3 and line == 0.0:
                continue
            # where polygons overlap, or thin ones fold over, all count by their share
            r, g, b = (red / share, green / share, blue / share) if share >= 1e-3 else (0.0, 0.0, 0.0)
            alpha = min(max(share, 0.0), 1.0)
            polygon = held[row, column]
            if polygon >= 0:
                for h in range(strength.shape[1]):
                    if strength[polygon, h] > 0.0:
                        part = strength[polygon, h] * patterns[h, row % side, column % side]
                        r += (hatch_inks[h, 0] - r) * part
                        g += (hatch_inks[h, 1] - g) * part
                        b += (hatch_inks[h, 2] - b) * part
            if line > 0.0:
                under = alpha * (1.0 - line)
                alpha = line + under
                r = (line_ink[0] * line + r * under) / alpha
                g = (line_ink[1] * line + g * under) / alpha
                b = (line_ink[2] * line + b * under) / alpha
            out[row, column, 3] = _byte(alpha * 255.0)
            if out[row, column, 3]:
                out[row, column, 0], out[row, column, 1], out[row, column, 2] = _byte(r), _byte(g), _byte(b)
    return out


@kernel
def _byte(value):
    return np.uint8(min(max(value, 0.0), 255.0) + 0.5)


@kernel
def classes(held, swatch, swatches, strength, patterns, outlined):
    """Number the pixels of a palette picture.

    Parameters
    ----------
    held
        Shape (size + 2, size + 2): polygons with one pixel more on each side, from `fill_centres`.
    swatch
        Shape (polygons,), the colour of each polygon.
    swatches
        How many colours there are.
    strength, patterns
        As for `mixed`; a pixel is hatched or not, the last hatch is seen.
    outlined
        Whether the last pixel before another polygon, and the first and last before nothing, is a line.

    Returns
    -------
    Shape (size, size), int64: 0 clear; then the colours; then the colours under a line; then the hatches.
    """
    size, side = held.shape[0] - 2, patterns.shape[1]
    out = np.zeros((size, size), np.int64)
    for row in range(size):
        for column in range(size):
            polygon = held[row + 1, column + 1]
            if polygon < 0:
                continue
            number = 1 + swatch[polygon]
            for h in range(strength.shape[1]):
                if strength[polygon, h] > 0.0 and patterns[h, row % side, column % side] > 0.5:
                    number = 1 + 2 * swatches + h
            if outlined and (
                held[row + 1, column + 2] != polygon
                or held[row + 2, column + 1] != polygon
                or held[row + 1, column] < 0
                or held[row, column + 1] < 0
            ):
                number = 1 + swatches + swatch[polygon]
            out[row, column] = number
    return out
