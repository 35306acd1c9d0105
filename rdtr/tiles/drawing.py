"""All layers of a tile in one call: arrays found by their address, each layer encoded, put one after the other. Compiled.

A row of the table is a layer, see `rdtr.tiles.sheet`. Whoever calls holds the arrays.
"""

from __future__ import annotations

import numpy as np
from numba import carray  # type: ignore[attr-defined] # it is there, untold

from rdtr.jit import kernel
from rdtr.tiles.laid import encode_laid, lay_by
from rdtr.tiles.memory import pointer
from rdtr.tiles.mvt import encode_lines, encode_points, encode_polygons
from rdtr.tiles.pile import TOO_MUCH
from rdtr.tiles.sheet import LINES, NUMBERS, POLYGONS, WHOLE
from rdtr.tiles.wire import copy, put
from rdtr.zoning.boxes import candidates

__all__ = ["draw_layers"]

_ATTRIBUTES, _DESK, _OWN = 1, 11, 19  # the first array of each


@kernel
def _flags(row, k):
    return carray(pointer(row[NUMBERS + 2 * k]), (row[NUMBERS + 2 * k + 1],), np.bool_)


@kernel
def _bytes(row, k):
    return carray(pointer(row[NUMBERS + 2 * k]), (row[NUMBERS + 2 * k + 1],), np.uint8)


@kernel
def _shorts(row, k):
    return carray(pointer(row[NUMBERS + 2 * k]), (row[NUMBERS + 2 * k + 1],), np.int16)


@kernel
def _ints(row, k):
    return carray(pointer(row[NUMBERS + 2 * k]), (row[NUMBERS + 2 * k + 1],), np.int32)


@kernel
def _longs(row, k):
    return carray(pointer(row[NUMBERS + 2 * k]), (row[NUMBERS + 2 * k + 1],), np.int64)


@kernel
def _table(row, k, columns):
    return carray(pointer(row[NUMBERS + 2 * k]), (row[NUMBERS + 2 * k + 1] // max(columns, 1), columns), np.int32)


@kernel
def _near(row, box, total):
    """Rings or lines, of so many in all, whose boxes meet the box, ascending."""
    k = _OWN
    rows = candidates(box, _table(row, k, 4), _longs(row, k + 1), _ints(row, k + 2))
    if len(rows) * 8 < total:
        rows.sort()
        return rows
    met = np.zeros(total, np.bool_)  # a good part of them: counted through rather than sorted
    for r in rows:
        met[r] = True
    n = 0
    for r in range(total):
        if met[r]:
            rows[n] = r
            n += 1
    return rows


@kernel
def _tags(row):
    k = _ATTRIBUTES
    return (
        _table(row, k, row[4]), _ints(row, k + 1), _shorts(row, k + 2), _ints(row, k + 3), _shorts(row, k + 4),
        _ints(row, k + 5), _bytes(row, k + 6), _ints(row, k + 7), _bytes(row, k + 8),
        _shorts(row, k + 9),
    )  # fmt: skip


@kernel
def _desk(row):
    k = _DESK
    return (
        _ints(row, k), _table(row, k + 1, 2), _ints(row, k + 2), _ints(row, k + 3), _bytes(row, k + 4), _ints(row, k + 5),
        _ints(row, k + 6), _ints(row, k + 7),
    )  # fmt: skip


@kernel
def _features(row):
    return _longs(row, _OWN + 12), _longs(row, _OWN + 13)


@kernel
def _same_polygons(a, b):
    """Whether two layers are polygons of the same level: their vertices lie at the same place in memory."""
    points = NUMBERS + 2 * (_OWN + 3)
    return a[0] == POLYGONS and b[0] == POLYGONS and a[points] == b[points]


@kernel
def _asked_again(table, k):
    """Whether a layer draws all polygons that meet the tile, and one that comes later lies on them too."""
    if table[k, WHOLE]:
        for later in range(k + 1, len(table)):
            if _same_polygons(table[k], table[later]):
                return True
    return False


@kernel
def _draw(row, x, y, extent, buffer, bench, out, pile, geometry, counts):
    k = _OWN
    tools = (_tags(row), _desk(row), bench, out, pile, geometry, counts)
    corner = (x * extent - row[1], y * extent - row[2])
    box = (corner[0] - buffer, corner[1] - buffer, corner[0] + extent + buffer, corner[1] + extent + buffer)
    if row[0] == POLYGONS:
        polygon = _ints(row, k + 5)
        rows = _near(row, box, len(polygon))
        if not len(rows):
            return 0, 0
        level = (
            _table(row, k + 3, 2), _ints(row, k + 4), polygon, _table(row, k + 6, 4), _ints(row, k + 7),
            _table(row, k + 8, 4), _flags(row, k + 9), (_bytes(row, k + 10), _ints(row, k + 11)),
        )  # fmt: skip
        return encode_polygons(rows, level, corner, extent, buffer, _features(row), *tools)
    if row[0] == LINES:
        feature = _ints(row, k + 5)
        rows = _near(row, box, len(feature))
        if not len(rows):
            return 0, 0
        lines = (_table(row, k + 3, 2), _ints(row, k + 4), feature, _ints(row, k + 6), _table(row, k + 7, 4))
        return encode_lines(rows, lines, _flags(row, k + 8), corner, extent, buffer, *tools)
    points = (_longs(row, k), _longs(row, k + 1), _longs(row, k + 2))
    return encode_points(points, _flags(row, k + 3), (x * extent, y * extent), extent, row[1], *tools)


@kernel
def draw_layers(table, x, y, extent, buffer, bench, tile, out, pile, geometry, counts):
    """Draw layers one after the other.

    Parameters
    ----------
    table
        Shape (layers, n), int64: a row each, see `rdtr.tiles.sheet.row_of`. Empty layers write nothing.
    x, y, extent, buffer
        The tile, its side in units, and how much is drawn beyond.
    bench, out, pile, geometry, counts
        See `rdtr.tiles.mvt.encode_polygons`.
    tile
        Where the tile is written.

    Returns
    -------
    size, room
        As the encoders do.
    """
    at, laid, of = 0, 0, -1
    for k in range(len(table)):
        row = table[k]
        if of >= 0 and _same_polygons(table[of], row):
            size, room = encode_laid(laid, _features(row), _tags(row), _desk(row), out, tile, pile, counts)
        else:
            size, room = _draw(row, x, y, extent, buffer, bench, out, pile, geometry, counts)
        if size < 0:
            return size, room
        if _asked_again(table, k):
            of, laid = k, 0
        if size == 0:
            continue
        ends = _bytes(row, 0)
        if at + size + len(ends) + 12 > len(tile):
            return TOO_MUCH, 0
        tile[at] = 0x1A
        at = put(tile, at + 1, size + len(ends))
        at = copy(tile, at, ends, 0, row[3])
        if of == k:
            laid = lay_by(pile, at, counts)
        at = copy(tile, at, out, 0, size)
        at = copy(tile, at, ends, row[3], len(ends))
    return at, 0
