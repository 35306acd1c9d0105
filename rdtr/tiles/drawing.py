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
from rdtr.tiles.sheet import LINES, NUMBERS, POINTS, POLYGONS, WHOLE
from rdtr.tiles.wire import SLACK, copy, put

__all__ = ["draw_layers"]

_ATTRIBUTES, _DESK, _CELLS, _OWN = 1, 11, 20, 24  # the first array of each


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
def _near(row, x, y, box, buffer):
    """Rings, lines or points that may meet a tile, ascending: rings and lines those whose boxes meet the box."""
    frame, start, item = _longs(row, _CELLS), _ints(row, _CELLS + 1), _ints(row, _CELLS + 2)
    column, line = (x - frame[0]) >> frame[2], (y - frame[1]) >> frame[2]
    if column < 0 or line < 0 or column >= frame[3] or line >= frame[4]:
        return item[:0]
    cell = line * frame[3] + column
    listed = item[start[cell] : start[cell + 1]]
    if row[0] == POINTS or (frame[2] == 0 and buffer == frame[5]):
        return listed
    boxes, rows, n = _table(row, _CELLS + 3, 4), np.empty(len(listed), np.int32), 0
    for r in listed:
        if boxes[r, 0] <= box[2] and boxes[r, 2] >= box[0] and boxes[r, 1] <= box[3] and boxes[r, 3] >= box[1]:
            rows[n] = r
            n += 1
    return rows[:n]


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
        _ints(row, k + 6), _ints(row, k + 7), _bytes(row, k + 8),
    )  # fmt: skip


@kernel
def _features(row):
    return _longs(row, _OWN + 5), _longs(row, _OWN + 6)


@kernel
def _same_polygons(a, b):
    """Whether two layers are polygons of the same level: their vertices lie at the same place in memory."""
    points = NUMBERS + 2 * _OWN
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
    rows = _near(row, x, y, box, buffer)
    if not len(rows):
        return 0, 0
    if row[0] == POLYGONS:
        level = (
            _table(row, k, 2), _ints(row, k + 1), _ints(row, k + 2), _table(row, k + 3, 4), _bytes(row, k + 4),
        )  # fmt: skip
        return encode_polygons(rows, level, corner, extent, buffer, _features(row), *tools)
    if row[0] == LINES:
        lines = (
            _table(row, k, 2), _ints(row, k + 1), _ints(row, k + 2), _ints(row, k + 3), _table(row, k + 4, 4),
            _bytes(row, k + 5),
        )  # fmt: skip
        return encode_lines(rows, lines, _flags(row, k + 6), corner, extent, buffer, *tools)
    points = (_longs(row, k), _longs(row, k + 1), _longs(row, k + 2))
    return encode_points(rows, points, _flags(row, k + 3), (x * extent, y * extent), extent, row[1], *tools)


@kernel
def _wide(tools, k, columns):
    return carray(pointer(tools[2 * k]), (tools[2 * k + 1] // columns, columns), np.int64)


@kernel
def _long(tools, k):
    return carray(pointer(tools[2 * k]), (tools[2 * k + 1],), np.int64)


@kernel
def _int(tools, k):
    return carray(pointer(tools[2 * k]), (tools[2 * k + 1],), np.int32)


@kernel
def _pairs(tools, k):
    return carray(pointer(tools[2 * k]), (tools[2 * k + 1] // 2, 2), np.int32)


@kernel
def _byte(tools, k):
    return carray(pointer(tools[2 * k]), (tools[2 * k + 1],), np.uint8)


@kernel
def _bench(tools):
    places = carray(pointer(tools[6]), (tools[7] // 3, 3), np.float64)
    return (
        _pairs(tools, 0), _pairs(tools, 1), _wide(tools, 2, 2), places, _pairs(tools, 4), _long(tools, 5), _long(tools, 6),
        _long(tools, 7), _wide(tools, 8, 3), _long(tools, 9), _wide(tools, 10, 4), _int(tools, 11), _int(tools, 12),
    )  # fmt: skip


@kernel
def draw_layers(table, x, y, extent, buffer, tools):
    """Draw layers one after the other.

    Parameters
    ----------
    table
        Shape (layers, n), int64: a row each, see `rdtr.tiles.sheet.row_of`. Empty layers write nothing.
    x, y, extent, buffer
        The tile, its side in units, and how much is drawn beyond.
    tools
        See `rdtr.tiles.sheet.tools_of`.

    Returns
    -------
    size, room
        As the encoders do.
    """
    bench, tile, out = _bench(tools), _byte(tools, 13), _byte(tools, 14)
    geometry, counts = _byte(tools, 18), _long(tools, 19)
    pile = (_byte(tools, 15), _wide(tools, 16, 4), _wide(tools, 17, 3))
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
        if at + size + len(ends) + 12 + SLACK > len(tile):
            return TOO_MUCH, 0
        tile[at] = 0x1A
        at = put(tile, at + 1, size + len(ends))
        at = copy(tile, at, ends, 0, row[3])
        if of == k:
            laid = lay_by(pile, at, counts)
        at = copy(tile, at, out, 0, size)
        at = copy(tile, at, ends, row[3], len(ends))
    return at, 0
