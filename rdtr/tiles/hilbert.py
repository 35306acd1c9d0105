"""Hilbert numbers of tiles, the order of a PMTiles archive: arrays in, arrays out. Knows no files."""

from __future__ import annotations

from functools import cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from rdtr.errors import TileError
from rdtr.types import IndexArray

__all__ = ["MAX_ZOOM", "first_id", "tile_id", "tile_ids", "tile_places"]

Integers: TypeAlias = npt.NDArray[np.integer] | IndexArray

MAX_ZOOM = 26  # beyond it a tile's number no longer fits the 64 bits that readers use
_STEP = 4  # zoom levels looked up at once
_SIDE = 1 << _STEP


def first_id(zoom: int) -> int:
    """Return the number of the first tile of a zoom level: how many tiles all levels above it hold.

    Examples
    --------
    >>> [first_id(zoom) for zoom in range(4)]
    [0, 1, 5, 21]
    """
    return ((1 << 2 * zoom) - 1) // 3


def tile_ids(z: Integers, x: Integers, y: Integers) -> IndexArray:
    """Return the Hilbert number of each tile; empty arrays give an empty array.

    Parameters
    ----------
    z, x, y
        Equally long integer arrays, in the grid of WebMercatorQuad (y runs south).

    Returns
    -------
    int64 array

    Raises
    ------
    TileError
        If a tile lies outside the grid of its zoom level.

    Notes
    -----
    PMTiles specification v3, section 4.1 and its reference code.

    Examples
    --------
    >>> tile_ids(np.array([0, 1, 1, 2]), np.array([0, 0, 1, 3]), np.array([0, 0, 0, 0])).tolist()
    [0, 1, 4, 20]
    """
    z, x, y = (np.asarray(values).astype(np.int64) for values in (z, x, y))
    _check(z, x, y)
    ids = ((np.int64(1) << 2 * z) - 1) // 3
    for bit in range(int(z.max(initial=0)) - 1, -1, -1):
        side = np.int64(1) << bit
        deep = z > bit  # tiles of smaller zoom levels have no such bit yet
        right, down = (x & side) * deep, (y & side) * deep
        ids += ((3 * right) ^ down) << bit
        flip, turn = deep & (down == 0) & (right != 0), deep & (down == 0)
        x, y = np.where(flip, side - 1 - x, x), np.where(flip, side - 1 - y, y)
        x, y = np.where(turn, y, x), np.where(turn, x, y)
    return ids


def tile_places(ids: Integers) -> tuple[IndexArray, IndexArray, IndexArray]:
    """Return z, x, y of each Hilbert number: `tile_ids` backwards.

    Examples
    --------
    >>> [values.tolist() for values in tile_places(np.array([0, 1, 4, 20]))]
    [[0, 1, 1, 2], [0, 0, 1, 3], [0, 0, 0, 0]]
    """
    ids = np.asarray(ids).astype(np.int64)
    starts = np.array([first_id(zoom) for zoom in range(MAX_ZOOM + 2)])
    z = np.searchsorted(starts, ids, side="right") - 1
    if ids.size and (int(ids.min()) < 0 or int(z.max()) > MAX_ZOOM):
        raise TileError(f"a tile number lies outside 0 to {starts[-1] - 1}; wanted zoom levels 0 to {MAX_ZOOM}")
    rest = ids - starts[z]
    x, y = np.zeros_like(ids), np.zeros_like(ids)
    for bit in range(int(z.max(initial=0))):
        side = np.int64(1) << bit
        deep = z > bit
        right = deep & np.right_shift(rest, 1)
        down = deep & (rest ^ right)
        flip, turn = deep & (down == 0) & (right == 1), deep & (down == 0)
        x, y = np.where(flip, side - 1 - x, x), np.where(flip, side - 1 - y, y)
        x, y = np.where(turn, y, x), np.where(turn, x, y)
        x, y, rest = x + right * side, y + down * side, np.right_shift(rest, 2)
    return z.astype(np.int64), x, y


def tile_id(z: int, x: int, y: int) -> int:
    """Return the Hilbert number of one tile of the grid, four zoom levels a look-up: a reader asks one at a time.

    The tile is inside the grid; see `tile_ids` for many tiles and for the check.

    Examples
    --------
    >>> tile_id(2, 3, 0)
    20
    """
    table = _table()
    levels = -(-z // _STEP) * _STEP
    state = (levels - z) & 1  # each leading zero level swaps the axes
    number = 0
    for shift in range(levels - _STEP, -1, -_STEP):
        cell = (state << 2 * _STEP) | ((x >> shift) & (_SIDE - 1)) << _STEP | ((y >> shift) & (_SIDE - 1))
        digits, state = table[cell]
        number = number << 2 * _STEP | digits
    return first_id(z) + number


@cache
def _table() -> tuple[tuple[int, int], ...]:
    """For (state, four bits of x, four bits of y): eight bits of the number, and the next state (1 swap, 2 turn)."""
    cells = ((state, x, y) for state in range(4) for x in range(_SIDE) for y in range(_SIDE))
    return tuple(_walk(state, x, y) for state, x, y in cells)


def _walk(state: int, x: int, y: int) -> tuple[int, int]:
    number = 0
    for bit in range(_STEP - 1, -1, -1):
        right, down = x >> bit & 1, y >> bit & 1
        if state & 2:
            right, down = 1 - right, 1 - down
        if state & 1:
            right, down = down, right
        number = number << 2 | (3 * right ^ down)
        if not down:
            state ^= 1 | 2 * right
    return number, state


def _check(z: IndexArray, x: IndexArray, y: IndexArray) -> None:
    bad = (z < 0) | (z > MAX_ZOOM)
    side = np.int64(1) << np.where(bad, 0, z)
    bad |= (x < 0) | (x >= side) | (y < 0) | (y >= side)
    if bad.any():
        first = int(np.flatnonzero(bad)[0])
        raise TileError(
            f"tile {z[first]}/{x[first]}/{y[first]} lies outside the grid; "
            f"wanted a zoom of 0 to {MAX_ZOOM} and x, y from 0 to 2^zoom - 1"
        )
