"""A layer at a zoom as one row of numbers: what it is, where its arrays lie. `rdtr.tiles.drawing` reads it.

Python hands a kernel an array in 50 ns, and a tile of nine layers needs three hundred of them: that was half of its time.
So the addresses are written down once a layer, zoom and thread, and a tile hands over one table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from rdtr.tiles.attributes import Attributes
from rdtr.tiles.cells import Cells
from rdtr.tiles.kept import Arrays
from rdtr.types import IndexArray

__all__ = ["LINES", "NUMBERS", "POINTS", "POLYGONS", "WHOLE", "Row", "row_of", "tools_of"]

POLYGONS, LINES, POINTS = 0, 1, 2
"""Kinds of layers."""

NUMBERS: Final = 6
"""Plain numbers at the beginning of a row: kind, origin x and y (of points a shift), bytes of the head, groups of
columns, and `WHOLE`. After them come the address and the length of each array."""

WHOLE: Final = 5
"""Where a row says whether every polygon of the level has a feature, so that the layer draws all that meet a tile."""

_MOST: Final = 31  # arrays of a row

_I1, _U1, _I2, _I4, _I8, _F8 = np.bool_, np.uint8, np.int16, np.int32, np.int64, np.float64
_COMMON: Final = (_U1, _I4, _I4, _I2, _I4, _I2, _I4, _U1, _I4, _U1, _I2)
_DESK: Final = (_I4, _I4, _I4, _I4, _U1, _I4, _I4, _I4, _U1)
_CELLS: Final = (_I8, _I4, _I4, _I4)
_OF_KIND: Final = {
    POLYGONS: (_I4, _I4, _I4, _I4, _U1, _I8, _I8),
    LINES: (_I4, _I4, _I4, _I4, _I4, _U1, _I1),
    POINTS: (_I8, _I8, _I8, _I1),
}


_TOOLS: Final = (
    _I4, _I4, _I8, _F8, _I4, _I8, _I8, _I8, _I8, _I8, _I8, _I4, _I4,  # the bench
    _U1, _U1, _U1, _I8, _I8, _U1, _I8,  # tile, layer, pile, geometry, counts
)  # fmt: skip


@dataclass(frozen=True, eq=False, slots=True)
class Row:
    """Numbers, and the arrays that they point to, which live as long; `desk` is among them."""

    numbers: IndexArray
    held: tuple[np.ndarray, ...]
    desk: Arrays


def row_of(
    kind: int,
    origin: tuple[int, int],
    ends: tuple[bytes, bytes],
    attributes: Attributes,
    desk: Arrays,
    cells: Cells,
    own: Sequence[np.ndarray],
) -> Row:
    """Write down a layer at a zoom.

    Parameters
    ----------
    kind
        `POLYGONS`, `LINES` or `POINTS`.
    origin
        From where its units are counted; of points the first is how many zooms the fine units lie deeper.
    ends
        What stands before and after the features, see `rdtr.tiles.features.ends_of`.
    attributes, desk
        Its columns, and where this thread numbers them.
    cells
        What meets each tile.
    own
        Arrays of the kind: level and features of polygons; level and choice of lines; points and choice.

    Raises
    ------
    TypeError
        For an array of another type than the kernel reads, or one that does not lie in one piece.
    """
    head, tail = ends
    arrays = (np.frombuffer(head + tail, np.uint8), *attributes.arrays, *desk, *cells.arrays, *own)
    wanted = (*_COMMON, *_DESK, *_CELLS, *_OF_KIND[kind])
    numbers = np.zeros(NUMBERS + 2 * _MOST, np.int64)
    whole = kind == POLYGONS and bool((np.diff(own[-2]) > 0).all())
    numbers[:NUMBERS] = kind, *origin, len(head), attributes.groups.shape[1], whole
    places = _places(arrays, wanted, "a layer")
    numbers[NUMBERS : NUMBERS + len(places)] = places
    return Row(numbers, arrays, desk)


def tools_of(bench: Arrays, others: Arrays) -> IndexArray:
    """Write down what a thread works on, for `rdtr.tiles.drawing`, which tells it apart again.

    Parameters
    ----------
    bench
        See `rdtr.tiles.polygons.bench_of`.
    others
        Tile, layer, the three arrays of the pile, geometry, counts. Whoever calls holds them.

    Raises
    ------
    TypeError
        As for `row_of`.
    """
    return _places((*bench, *others), _TOOLS, "the tools")


def _places(arrays: Arrays, wanted: Sequence[Any], what: str) -> IndexArray:
    """Address and length of each array."""
    places = np.empty(2 * len(arrays), np.int64)
    for k, (array, dtype) in enumerate(zip(arrays, wanted, strict=True)):
        if array.dtype != dtype or not array.flags.c_contiguous:
            raise TypeError(
                f"array {k} of {what} is {array.dtype}, contiguous {array.flags.c_contiguous}; wanted {dtype}"
            )
        places[2 * k], places[2 * k + 1] = array.ctypes.data, array.size
    return places
