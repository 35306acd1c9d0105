"""What meets each tile of a zoom, listed beforehand: rings, lines or points by cell of a grid. Draws nothing.

A tree had to be walked for every tile, and what it found to be sorted: a quarter of the time in which a tile was drawn. A
cell is a tile, or a square of tiles where there are many more of those than boxes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from rdtr.jit import kernel
from rdtr.tiles.coverage import EXTENT
from rdtr.tiles.kept import Arrays
from rdtr.types import IndexArray

__all__ = ["Cells", "cells_of", "margin_for"]

_LEAST_MARGIN: Final = 64
"""Units: `rdtr.tiles.vector.BUFFER`, with which nearly all tiles are drawn."""

_CELLS_EACH, _TIMES_EACH, _SOME = 2, 8, 4_096
"""A box has so many cells, and lies in so many, in the mean; and there may be some more, where there are few boxes."""


@dataclass(frozen=True, eq=False)
class Cells:
    """Boxes by cell.

    Attributes
    ----------
    frame
        int64: column and row of the first cell's first tile, by how much a tile's are shifted to the right, columns and rows
        of cells, and the margin: a cell lists what lies so many units beyond it too.
    start
        Shape (cells + 1,), int32, row by row.
    item
        int32: boxes of each cell, ascending.
    box
        Shape (boxes, 4), int32: the boxes themselves, for cells of many tiles list more than a tile meets.
    """

    frame: IndexArray
    start: np.ndarray
    item: np.ndarray
    box: np.ndarray

    @property
    def arrays(self) -> Arrays:
        """What `rdtr.tiles.drawing` reads."""
        return self.frame, self.start, self.item, self.box


def margin_for(buffer: int) -> int:
    """Return the margin that the cells of tiles with such a buffer have: one for many buffers.

    Examples
    --------
    >>> [margin_for(buffer) for buffer in (0, 64, 65, 500)]
    [64, 64, 128, 512]
    """
    return max(_LEAST_MARGIN, 1 << max(buffer - 1, 0).bit_length())


def cells_of(box: np.ndarray, origin: IndexArray, margin: int) -> Cells:
    """List boxes by cell.

    Parameters
    ----------
    box
        Shape (n, 4), int32, tile units of a zoom from `origin`; its edges are part of it.
    origin
        Shape (2,), int64.
    margin
        Units beyond a tile that count as part of it, that edge included.

    Returns
    -------
    Cells
        Of no boxes: no cells.

    Examples
    --------
    >>> cells = cells_of(np.array([[0, 0, 10, 10], [4090, 0, 5000, 10]], np.int32), np.zeros(2, np.int64), 64)
    >>> cells.frame.tolist(), cells.start.tolist(), cells.item.tolist()
    ([-1, -1, 0, 3, 2, 64], [0, 1, 3, 4, 5, 7, 8], [0, 0, 1, 1, 0, 0, 1, 1])
    """
    if not len(box):
        return Cells(np.array([0, 0, 0, 0, 0, margin]), np.zeros(1, np.int32), np.empty(0, np.int32), box)
    low = -((margin - box[:, :2] - origin) // EXTENT) - 1
    high = (box[:, 2:] + origin + margin) // EXTENT
    first = low.min(axis=0)
    low, high = low - first, high - first
    shift, most = 0, high.max(axis=0)
    while not _fits(low >> shift, high >> shift, most >> shift):
        shift += 1
    columns, rows = (int(n) + 1 for n in most >> shift)
    start, item = _lists(low >> shift, high >> shift, columns, rows)
    return Cells(np.array([*first.tolist(), shift, columns, rows, margin], np.int64), start, item, box)


def _fits(low: IndexArray, high: IndexArray, most: IndexArray) -> bool:
    cells = float(most[0] + 1) * float(most[1] + 1)
    listed = float((high - low + 1).astype(np.float64).prod(axis=1).sum())
    return cells <= _CELLS_EACH * len(low) + _SOME and listed <= _TIMES_EACH * len(low) + _SOME


@kernel
def _lists(low, high, columns, rows):
    start = np.zeros(columns * rows + 1, np.int32)
    for k in range(len(low)):
        for y in range(low[k, 1], high[k, 1] + 1):
            for x in range(low[k, 0], high[k, 0] + 1):
                start[y * columns + x + 1] += 1
    for c in range(columns * rows):
        start[c + 1] += start[c]
    item, at = np.empty(start[columns * rows], np.int32), start.copy()
    for k in range(len(low)):
        for y in range(low[k, 1], high[k, 1] + 1):
            for x in range(low[k, 0], high[k, 0] + 1):
                c = y * columns + x
                item[at[c]] = k
                at[c] += 1
    return start, item
