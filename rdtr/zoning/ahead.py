"""Parcels laid over a plan while further ones are still being read. How they are laid is in `rdtr.zoning.parts`."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final

import numpy as np

from rdtr.progress import silent
from rdtr.types import FloatArray, Progress
from rdtr.zoning.edges import Rings
from rdtr.zoning.grid import EdgeGrid
from rdtr.zoning.parts import Laid, joined, lay_rows

__all__ = ["Ahead"]

_SHARE: Final = 2048  # polygons; once all are read the rest is shared out in so many, lest one thread waits for another


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """Polygons from a row of the table on, how much of each is covered, which is written, and what they lie over."""

    start: int
    rings: Rings
    covered: FloatArray
    layer: EdgeGrid


_Part = tuple[_Piece, int, int]  # of a piece the polygons from here to there
_Found = tuple[int, tuple[Any, ...]]  # a row and the columns from there on


class Ahead:
    """Pieces of a table laid in threads as they come; a context, at whose end nothing of it runs any more.

    Reading the shapes of many parcels needs Python's lock, laying them does not: so the two go on side by side. Who reads
    lends a hand afterwards: so no more threads are at work than there are processors, which would be in each other's way.

    Parameters
    ----------
    layer
        Hands out what the parcels are laid over; asked when the first piece comes.
    tolerance_m
        See `rdtr.zoning.parts.lay_rings`.
    workers
        Threads; default is the number of processors.

    Examples
    --------
    >>> import shapely
    >>> from rdtr.zoning.edges import rings_of
    >>> from rdtr.zoning.grid import grid_of
    >>> layer = grid_of(np.array([shapely.box(0, 0, 9, 9)], dtype=object))
    >>> with Ahead(lambda: layer, 1.0) as ahead:
    ...     ahead.take(0, rings_of(np.array([shapely.box(1, 1, 3, 2)], dtype=object)))
    ...     ahead.laid(1).area.tolist(), ahead.laid(2)
    ([2.0], None)
    """

    def __init__(self, layer: Callable[[], EdgeGrid], tolerance_m: float, workers: int | None = None) -> None:
        self._layer, self._tolerance_m = layer, tolerance_m
        self._helpers = (workers or os.cpu_count() or 1) - 1
        self._pool = ThreadPoolExecutor(self._helpers) if self._helpers else None  # which starts no thread by itself
        self._begun: list[tuple[_Piece, Future[list[_Found]] | None]] = []
        self._done: list[int] = []  # numbers of polygons laid

    def __enter__(self) -> Ahead:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        self._begun.clear()  # and with it the pieces

    def take(self, start: int, rings: Rings) -> None:
        """Begin to lay a piece of the table whose first row is `start`; pieces come in order."""
        piece = _Piece(start, rings, np.zeros(len(rings)), self._layer())
        alone = deque([(piece, 0, len(rings))])
        self._begun.append((piece, self._pool.submit(self._lay, alone) if self._pool else None))

    def laid(self, count: int, progress: Progress = silent) -> Laid | None:
        """Wait for a table of so many rows; None where not all of its pieces have come."""
        if sum(len(piece.rings) for piece, _ in self._begun) != count:
            return None
        found = self._finished(lambda: progress(sum(self._done), count))
        found.sort(key=lambda one: one[0])
        return joined([columns for _, columns in found], np.concatenate([piece.covered for piece, _ in self._begun]))

    def _finished(self, tell: Callable[[], None]) -> list[_Found]:
        """Share out what no thread has begun, lend a hand, and gather what all have found."""
        rest = [piece for piece, future in self._begun if future is None or future.cancel()]
        shares = deque(
            (piece, first, min(first + _SHARE, len(piece.rings)))
            for piece in rest
            for first in range(0, len(piece.rings), _SHARE)
        )
        helping = [self._pool.submit(self._lay, shares) for _ in range(self._helpers)] if self._pool else []
        found = self._lay(shares, tell)
        for future in (*(f for _, f in self._begun if f is not None and not f.cancelled()), *helping):
            found += future.result()
            tell()
        return found

    def _lay(self, shares: deque[_Part], tell: Callable[[], None] | None = None) -> list[_Found]:
        """Lay one share after the other until none is left."""
        found = []
        while (part := _next(shares)) is not None:
            piece, first, stop = part
            rows = np.arange(first, stop)
            columns = lay_rows(piece.rings, rows, piece.layer, self._tolerance_m, piece.covered, first=piece.start)
            found.append((piece.start + first, columns))
            self._done.append(stop - first)
            if tell is not None:
                tell()
        return found


def _next(shares: deque[_Part]) -> _Part | None:
    try:
        return shares.popleft()
    except IndexError:  # another thread took the last one
        return None
