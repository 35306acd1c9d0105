"""Parcels laid over a plan while further ones are still being read. How they are laid is in `rdtr.zoning.parts`."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from types import TracebackType
from typing import Any

import numpy as np

from rdtr.progress import silent
from rdtr.types import FloatArray, Progress
from rdtr.zoning.edges import Rings
from rdtr.zoning.grid import EdgeGrid
from rdtr.zoning.parts import Laid, joined, lay_rows

__all__ = ["Ahead"]

_Piece = tuple[tuple[Any, ...], FloatArray]


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
        self._threads = workers or os.cpu_count() or 1
        self._pool: ThreadPoolExecutor | None = None
        self._found: list[tuple[Future[_Piece], Callable[[], _Piece]]] = []
        self._rows = 0

    def __enter__(self) -> Ahead:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def take(self, start: int, rings: Rings) -> None:
        """Begin to lay a piece of the table whose first row is `start`; pieces come in order."""
        if self._pool is None:
            self._pool = ThreadPoolExecutor(max(self._threads - 1, 1))
        work = partial(_lay, rings, start, self._layer(), self._tolerance_m)
        self._found.append((self._pool.submit(work), work))
        self._rows = start + len(rings)

    def laid(self, count: int, progress: Progress = silent) -> Laid | None:
        """Wait for a table of so many rows; None where not all of its pieces have come."""
        if self._rows != count:
            return None
        helped = self._helped() if self._threads > 1 else {}
        results = []
        for found, _ in self._found:
            results.append(helped[found] if found in helped else found.result())
            progress(sum(len(covered) for _, covered in results), count)
        return joined([columns for columns, _ in results], np.concatenate([covered for _, covered in results]))

    def _helped(self) -> dict[Future[_Piece], _Piece]:
        """Lay here what no thread has begun, from the last piece on, while these go on with the next ones."""
        return {found: work() for found, work in reversed(self._found) if found.cancel()}


def _lay(rings: Rings, start: int, layer: EdgeGrid, tolerance_m: float) -> _Piece:
    covered = np.zeros(len(rings))
    return lay_rows(rings, np.arange(len(rings)), layer, tolerance_m, covered, first=start), covered
