"""Polygons worked on in threads while further ones are still being read. What is done with them is handed in."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Final, Generic, TypeVar

from rdtr.progress import silent
from rdtr.types import Progress
from rdtr.zoning.edges import Rings

__all__ = ["Ahead"]

_SHARE: Final = 2048  # polygons; once all are read the rest is shared out in so many, lest one thread waits for another

T = TypeVar("T")

_Work = Callable[[int, int], T]  # what is to be done with the polygons of a piece from here to there
_Piece = tuple[int, int, _Work[T]]  # its first row, how many polygons, and the work
_Part = tuple[_Piece[T], int, int]
_Found = tuple[int, T]  # a row and what was found from there on


class Ahead(Generic[T]):
    """Pieces of a table worked on in threads as they come; a context, at whose end nothing of it runs any more.

    Reading the shapes of many polygons needs Python's lock, measuring them does not: so the two go on side by side. Who
    reads lends a hand afterwards: so no more threads are at work than there are processors, which would be in each other's
    way.

    Parameters
    ----------
    begin
        Called with the first row and the rings of each piece; hands out what works on the polygons of it from one to
        another, which is called in any thread.
    workers
        Threads; default is the number of processors.

    Examples
    --------
    >>> import numpy as np
    >>> import shapely
    >>> from rdtr.zoning.edges import rings_of
    >>> with Ahead(lambda start, rings: lambda first, stop: rings.area[first:stop].tolist()) as ahead:
    ...     ahead.take(0, rings_of(np.array([shapely.box(1, 1, 3, 2)], dtype=object)))
    ...     ahead.found(1), ahead.found(2)
    ([[2.0]], None)
    """

    def __init__(self, begin: Callable[[int, Rings], _Work[T]], workers: int | None = None) -> None:
        self._begin = begin
        self._helpers = (workers or os.cpu_count() or 1) - 1
        self._pool = ThreadPoolExecutor(self._helpers) if self._helpers else None  # which starts no thread by itself
        self._begun: list[tuple[_Piece[T], Future[list[_Found[T]]] | None]] = []
        self._done: list[int] = []  # numbers of polygons

    def __enter__(self) -> Ahead[T]:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
        self._begun.clear()  # and with it the pieces

    def take(self, start: int, rings: Rings) -> None:
        """Begin with a piece of the table whose first row is `start`; pieces come in order."""
        piece = start, len(rings), self._begin(start, rings)
        alone = deque([(piece, 0, len(rings))])
        self._begun.append((piece, self._pool.submit(self._work_on, alone) if self._pool else None))

    def found(self, count: int, progress: Progress = silent) -> list[T] | None:
        """Wait for a table of so many rows and return what was found, in order; None where not all pieces have come."""
        if sum(size for (_, size, _), _ in self._begun) != count:
            return None
        found = self._finished(lambda: progress(sum(self._done), count))
        found.sort(key=lambda one: one[0])
        return [what for _, what in found]

    def _finished(self, tell: Callable[[], None]) -> list[_Found[T]]:
        """Share out what no thread has begun, lend a hand, and gather what all have found."""
        rest = [piece for piece, future in self._begun if future is None or future.cancel()]
        shares = deque(
            (piece, first, min(first + _SHARE, piece[1])) for piece in rest for first in range(0, piece[1], _SHARE)
        )
        helping = [self._pool.submit(self._work_on, shares) for _ in range(self._helpers)] if self._pool else []
        found = self._work_on(shares, tell)
        for future in (*(f for _, f in self._begun if f is not None and not f.cancelled()), *helping):
            found += future.result()
            tell()
        return found

    def _work_on(self, shares: deque[_Part[T]], tell: Callable[[], None] | None = None) -> list[_Found[T]]:
        """Work on one share after the other until none is left."""
        found = []
        while (part := _next(shares)) is not None:
            (start, _, work), first, stop = part
            found.append((start + first, work(first, stop)))
            self._done.append(stop - first)
            if tell is not None:
                tell()
        return found


def _next(shares: deque[_Part[T]]) -> _Part[T] | None:
    try:
        return shares.popleft()
    except IndexError:  # another thread took the last one
        return None
