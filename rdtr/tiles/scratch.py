"""What a thread works on, kept from tile to tile: fresh memory costs more than a small tile. Holds no tiles."""

from __future__ import annotations

import threading
from typing import TypeAlias
from weakref import WeakKeyDictionary

import numpy as np

from rdtr.tiles.attributes import Attributes
from rdtr.tiles.cells import margin_for
from rdtr.tiles.coverage import EXTENT
from rdtr.tiles.drawing import draw_layers
from rdtr.tiles.drawn import Drawn, DrawnLayers
from rdtr.tiles.kept import Arrays
from rdtr.tiles.pile import TOO_LONG
from rdtr.tiles.polygons import bench_of
from rdtr.tiles.sheet import Row, tools_of
from rdtr.tiles.wire import SLACK
from rdtr.types import IndexArray, SmallArray

__all__ = ["Scratch", "desk_of", "scratch"]

_LOCAL = threading.local()
_TAG_BYTES = 8  # of a tag at most: three for its column, five for its value
_Sheet: TypeAlias = tuple[int, int]  # zoom, and margin of the cells
_RING_BYTES = 8  # of a vertex inside a tile at most: two varints of three, and its share of commands


class Scratch:
    """Arrays of one thread, and the layers that it has drawn, as rows of `rdtr.tiles.sheet`.

    Attributes
    ----------
    tile, out
        Where a tile and one of its layers are written.
    pile
        See `rdtr.tiles.pile.add`.
    bench, geometry
        What a polygon or line is cut on, see `rdtr.tiles.polygons.bench_of`, and where it is written.
    counts
        See `rdtr.tiles.tags.meet`.
    """

    def __init__(self) -> None:
        self._widen_out(1 << 16)
        self.counts: IndexArray = np.zeros(5, np.int64)
        self._rows: WeakKeyDictionary[Drawn, dict[_Sheet, Row]] = WeakKeyDictionary()
        self._tables: WeakKeyDictionary[DrawnLayers, dict[_Sheet, IndexArray]] = WeakKeyDictionary()
        self._widen(4096)

    def _widen_out(self, size: int) -> None:
        self._tools: IndexArray | None = None
        self.tile: SmallArray = np.empty(size, np.uint8)
        self.out: SmallArray = np.empty(size, np.uint8)
        # a feature has 32 bytes or more
        features = size >> 5
        self.pile: Arrays = (
            np.empty(size, np.uint8), np.empty((features, 4), np.int64), np.empty((features, 3), np.int64)
        )  # fmt: skip

    def _widen(self, room: int) -> None:
        self._tools = None
        self.bench: Arrays = bench_of(room)
        self.geometry: SmallArray = np.empty(_RING_BYTES * len(self.bench[4]), np.uint8)

    def draw(self, layers: DrawnLayers, z: int, x: int, y: int, buffer: int) -> bytes:
        """Draw a tile, again with more room until it has enough; no bytes where it holds nothing."""
        table = self._table(layers, (z, margin_for(buffer)))
        while True:
            if self._tools is None:
                others = (self.tile, self.out, *self.pile, self.geometry, self.counts)
                self._tools = tools_of(self.bench, others)
            size, room = draw_layers(table, x, y, EXTENT, buffer, self._tools)
            if size >= 0:
                return self.tile[:size].tobytes()
            if size == TOO_LONG:
                self._widen(2 * room)
            else:
                self._widen_out(4 * len(self.out))

    def _table(self, layers: DrawnLayers, sheet: _Sheet) -> IndexArray:
        of = self._tables.get(layers)
        if of is None:
            of = self._tables[layers] = {}
        if sheet not in of:
            rows = [self._row(one, sheet).numbers for one in layers.drawn if sheet[0] >= one.from_zoom]
            of[sheet] = np.stack(rows) if rows else np.empty((0, 0), np.int64)
        return of[sheet]

    def _row(self, one: Drawn, sheet: _Sheet) -> Row:
        of = self._rows.setdefault(one, {})
        if sheet not in of:
            of[sheet] = one.row(*sheet, next(iter(of.values())).desk if of else desk_of(one.attributes))
        return of[sheet]


def desk_of(attributes: Attributes) -> Arrays:
    """Make what the tags of a layer are numbered on, see `rdtr.tiles.tags.meet`; kernels leave it as they find it."""
    values, columns = len(attributes.value_column), len(attributes.key_start) - 1
    combinations = len(attributes.combination_start) - 1
    return (
        np.full(values, -1, np.int32),
        np.full((combinations, 2), -1, np.int32),
        np.empty(values, np.int32),
        np.empty(combinations, np.int32),
        np.empty(_TAG_BYTES * len(attributes.tag_key) + SLACK, np.uint8),
        np.zeros(columns, np.int32),
        np.full(columns, -1, np.int32),
        np.empty(values, np.int32),
        np.empty(_TAG_BYTES * columns + SLACK, np.uint8),
    )


def scratch() -> Scratch:
    """Return this thread's arrays."""
    found: Scratch | None = getattr(_LOCAL, "scratch", None)
    if found is None:
        found = _LOCAL.scratch = Scratch()
    return found
