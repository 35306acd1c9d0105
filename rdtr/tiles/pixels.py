"""Pixels from what covers them: colours mixed by share, hatches and lines; or one class a pixel. Compiled; fills nothing."""

from __future__ import annotations

import numpy as np

from rdtr.jit import kernel

__all__ = ["classes", "mixed", "without_alpha"]


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
