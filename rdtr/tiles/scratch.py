"""What a thread works on, kept from tile to tile: fresh memory costs more than a small tile. Holds no tiles."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

import numpy as np

from rdtr.tiles.attributes import Attributes
from rdtr.tiles.pile import TOO_LONG
from rdtr.tiles.polygons import bench_of
from rdtr.types import IndexArray, SmallArray

__all__ = ["Scratch", "scratch"]

Arrays: TypeAlias = tuple[np.ndarray, ...]

_LOCAL = threading.local()
_TAG_BYTES = 8  # of a tag at most: three for its column, five for its value
_RING_BYTES = 8  # of a vertex inside a tile at most: two varints of three, and its share of commands


class Scratch:
    """Arrays of one thread.

    Attributes
    ----------
    out
        Where a layer is written.
    pile
        See `rdtr.tiles.pile.add`.
    bench, geometry
        What a polygon or line is cut on, see `rdtr.tiles.polygons.bench_of`, and where it is written.
    counts
        See `rdtr.tiles.tags.meet`.
    """

    def __init__(self) -> None:
        self._widen_out(1 << 16)
        self.counts: IndexArray = np.zeros(4, np.int64)
        self._desks: WeakKeyDictionary[Attributes, Arrays] = WeakKeyDictionary()
        self._widen(4096)

    def _widen_out(self, size: int) -> None:
        self.out: SmallArray = np.empty(size, np.uint8)
        self.pile: Arrays = (
            np.empty(size, np.uint8),
            np.empty((size >> 5, 3), np.int64),
        )  # a feature has 32 bytes or more

    def _widen(self, room: int) -> None:
        self.bench: Arrays = bench_of(room)
        self.geometry: SmallArray = np.empty(_RING_BYTES * len(self.bench[4]), np.uint8)

    def call(self, encode: Callable[..., tuple[int, int]], *given: Any, attributes: Attributes) -> SmallArray:
        """Call an encoder of `rdtr.tiles.mvt`, again with more room until it has enough; return what it wrote.

        What is returned is overwritten by the next call.
        """
        desk = self.desk(attributes)
        while True:
            size, room = encode(
                *given, attributes.arrays, desk, self.bench, self.out, self.pile, self.geometry, self.counts
            )
            if size >= 0:
                return self.out[:size]
            if size == TOO_LONG:
                self._widen(2 * room)
            else:
                self._widen_out(4 * len(self.out))

    def desk(self, attributes: Attributes) -> Arrays:
        """Return where the tags of a layer are numbered, see `rdtr.tiles.tags.meet`; the encoders leave it as it is."""
        found = self._desks.get(attributes)
        if found is None:
            values, columns = len(attributes.value_column), len(attributes.key_start) - 1
            combinations = len(attributes.combination_start) - 1
            found = self._desks[attributes] = (
                np.full(values, -1, np.int32),
                np.full((combinations, 2), -1, np.int32),
                np.empty(values, np.int32),
                np.empty(combinations, np.int32),
                np.empty(_TAG_BYTES * len(attributes.tag_key) + 8, np.uint8),
                np.zeros(columns, np.int32),
                np.full(columns, -1, np.int32),
                np.empty(values, np.int32),
            )
        return found


def scratch() -> Scratch:
    """Return this thread's arrays."""
    found: Scratch | None = getattr(_LOCAL, "scratch", None)
    if found is None:
        found = _LOCAL.scratch = Scratch()
    return found
