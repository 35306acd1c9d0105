"""Polygons to pixels by scan lines: who holds a pixel's centre, exact shares of its area, lines, hatches. Compiled.

Everything works on the segments of a tile's rings in pixels from its upper left corner. Knows no plan and no file.
"""

from __future__ import annotations

import numpy as np

from rdtr.jit import kernel
from rdtr.tiles.runs import RUN

__all__ = ["CLEAR", "classes", "fill_centres", "fill_shares", "mixed", "segments_of", "stroke", "without_alpha"]

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
    scale = 1.0 / unit  # a power of two, so nothing is lost
    out[n, 0], out[n, 1] = (ax - corner[0]) * scale, (ay - corner[1]) * scale
    out[n, 2], out[n, 3] = (bx - corner[0]) * scale, (by - corner[1]) * scale
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
        room += ring_start[rows[k] + 1] - ring_start[rows[k]] + 1
        for run in range(run_start[rows[k]], run_start[rows[k] + 1]):
            if _passed(runs, run, low, high):
                room -= RUN - 2 if run + 1 < run_start[rows[k] + 1] else 0
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
            how = _passed(runs, run, low, high) if run < run_start[r + 1] else 0  # a short ring has no runs
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


@kernel
def mixed(sums, held, strength, patterns, hatch_inks, lines, line_ink, opacity):
    """Pixels of summed shares, with hatches and lines on them.

    Parameters
    ----------
    sums
        From `fill_shares`.
    held
        Shape (size, size): the polygon of each pixel, whose hatches it gets; negative for none.
    strength
        Shape (polygons, hatches), float32: 0 not hatched, 1 opaque.
    patterns
        Shape (hatches, side, side), float32; they repeat from the tile's corner.
    hatch_inks
        Shape (hatches, 3), float32.
    lines
        From `stroke`.
    line_ink, opacity
        Shape (3,), float32, and how opaque a full line is.

    Returns
    -------
    pixels, least, most
        Shape (size, size, 4), uint8, RGBA; what is clear is 0 throughout. The least and the most opaque alpha.
    """
    size, side = held.shape[0], patterns.shape[1]
    out = np.zeros((size, size, 4), np.uint8)
    least, most = np.uint8(255), np.uint8(0)
    for row in range(size):
        red, green, blue, share = 0.0, 0.0, 0.0, 0.0
        plain = False  # whether the pixel before had neither line nor hatch
        for column in range(size):
            red += sums[row, column, 0]
            green += sums[row, column, 1]
            blue += sums[row, column, 2]
            share += sums[row, column, 3]
            line, polygon = lines[row, column] * opacity, held[row, column]
            if plain and line == 0.0 and polygon < 0 and not _changes(sums, row, column):
                out[row, column] = out[row, column - 1]
                continue
            plain = line == 0.0 and polygon < 0
            if share < 1e-3 and line == 0.0:
                least = np.uint8(0)
                continue
            # where polygons overlap, or thin ones fold over, all count by their share
            r, g, b = (red / share, green / share, blue / share) if share >= 1e-3 else (0.0, 0.0, 0.0)
            alpha = min(max(share, 0.0), 1.0)
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
            most = max(most, out[row, column, 3])
            least = min(least, out[row, column, 3])
            if out[row, column, 3]:
                out[row, column, 0], out[row, column, 1], out[row, column, 2] = _byte(r), _byte(g), _byte(b)
    return out, least, most


@kernel
def without_alpha(rgba):
    """Shape (rows, columns, 3) of the same pixels."""
    out = np.empty((rgba.shape[0], rgba.shape[1], 3), np.uint8)
    for row in range(rgba.shape[0]):
        for column in range(rgba.shape[1]):
            out[row, column, 0] = rgba[row, column, 0]
            out[row, column, 1] = rgba[row, column, 1]
            out[row, column, 2] = rgba[row, column, 2]
    return out


@kernel
def _changes(sums, row, column):
    return (
        sums[row, column, 3] != 0.0
        or sums[row, column, 0] != 0.0
        or sums[row, column, 1] != 0.0
        or sums[row, column, 2] != 0.0
    )


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
    number, used
        Shape (size, size), uint16, rows of `used`; which numbers occur, by the place of their first pixel: 0 clear, then
        the colours, then the colours under a line, then the hatches.
    """
    size, side = held.shape[0] - 2, patterns.shape[1]
    out = np.empty((size, size), np.uint16)
    place = np.full(1 + 2 * swatches + strength.shape[1], -1, np.int64)
    used, count = np.empty(len(place), np.int64), 0
    for row in range(size):
        for column in range(size):
            polygon = held[row + 1, column + 1]
            number = 1 + swatch[polygon] if polygon >= 0 else 0
            for h in range(strength.shape[1] if polygon >= 0 else 0):
                if strength[polygon, h] > 0.0 and patterns[h, row % side, column % side] > 0.5:
                    number = 1 + 2 * swatches + h
            if (outlined and polygon >= 0) and (
                held[row + 1, column + 2] != polygon
                or held[row + 2, column + 1] != polygon
                or held[row + 1, column] < 0
                or held[row, column + 1] < 0
            ):
                number = 1 + swatches + swatch[polygon]
            if place[number] < 0:
                place[number], used[count] = count, number
                count += 1
            out[row, column] = place[number]
    return out, used[:count]
