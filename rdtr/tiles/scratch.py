"""What a thread works on, kept from tile to tile: fresh memory costs more than a small tile. Holds no tiles."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeAlias
from weakref import WeakKeyDictionary

import numpy as np

from rdtr.tiles.attributes import Attributes
from rdtr.tiles.mvt import TOO_LONG
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
    bench, geometry
        What a polygon or line is cut on, see `rdtr.tiles.polygons.bench_of`, and where it is written.
    counts
        See `rdtr.tiles.tags.meet`.
    """

    def __init__(self) -> None:
        self.out: SmallArray = np.empty(1 << 16, np.uint8)
        self.counts: IndexArray = np.zeros(3, np.int64)
        self._desks: WeakKeyDictionary[Attributes, Arrays] = WeakKeyDictionary()
        self._widen(4096)

    def _widen(self, room: int) -> None:
        self.bench: Arrays = bench_of(room)
        self.geometry: SmallArray = np.empty(_RING_BYTES * len(self.bench[4]), np.uint8)

    def call(self, encode: Callable[..., tuple[int, int]], *given: Any, attributes: Attributes) -> SmallArray:
        """Call an encoder of `rdtr.tiles.mvt`, again with more room until it has enough; return what it wrote.

        What is returned is overwritten by the next call.
        """
        while True:
            work = (attributes.arrays, self.desk(attributes), self.bench, self.out, self.geometry, self.counts)
            size, room = encode(*given, *work)
            if size >= 0:
                return self.out[:size]
            if size == TOO_LONG:
                self._widen(2 * room)
            else:
                self.out = np.empty(4 * len(self.out), np.uint8)

    def desk(self, attributes: Attributes) -> Arrays:
        """Return where the tags of a layer are numbered, see `rdtr.tiles.tags.meet`; the encoders leave it as it is."""
        if attributes not in self._desks:
            values, combinations = len(attributes.value_start) - 1, len(attributes.combination_start) - 1
            self._desks[attributes] = (
                np.full(values, -1, np.int32),
                np.full((combinations, 2), -1, np.int32),
                np.empty(values, np.int32),
                np.empty(combinations, np.int32),
                np.empty(_TAG_BYTES * len(attributes.tag_key) + 8, np.uint8),
            )
        return self._desks[attributes]


def scratch() -> Scratch:
    """Return this thread's arrays."""
    found: Scratch | None = getattr(_LOCAL, "scratch", None)
    if found is None:
        found = _LOCAL.scratch = Scratch()
    return found
