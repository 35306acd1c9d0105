"""Work shared out to threads, which pays for kernels and long loops of numpy: both work outside Python's lock."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from rdtr.progress import silent
from rdtr.types import Progress

__all__ = ["WORTH_A_THREAD", "in_chunks", "side_by_side"]

T = TypeVar("T")
S = TypeVar("S")

WORTH_A_THREAD: Final = 8192
"""Polygons or rows up to which another thread costs more than it brings."""

_CHUNK: Final = WORTH_A_THREAD
_TOO_MANY: Final = 500_000


def in_chunks(
    run: Callable[[int, int], T], count: int, workers: int | None = None, progress: Progress = silent
) -> list[T]:
    """Call ``run(start, stop)`` for chunks of a range, in threads.

    Examples
    --------
    >>> in_chunks(lambda start, stop: stop - start, 10_000)
    [8192, 1808]
    """
    if count <= _CHUNK:
        results = [run(0, count)] if count else []
        progress(count, count)
        return results
    starts = range(0, count, _CHUNK)
    results = []
    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        for result in pool.map(lambda start: run(start, min(start + _CHUNK, count)), starts):
            results.append(result)
            progress(min(len(results) * _CHUNK, count), count)
    return results


def side_by_side(one: Callable[[], T], other: Callable[[], S], rows: int, *, workers: int | None = None) -> tuple[T, S]:
    """Call two functions about so many rows at once, neither of which waits for the other.

    Of few rows they are called one after the other; of very many too: what both need at once would not fit.

    Examples
    --------
    >>> side_by_side(lambda: 1 + 1, lambda: "two", 10_000)
    (2, 'two')
    """
    if workers == 1 or not WORTH_A_THREAD < rows < _TOO_MANY:
        return one(), other()
    with ThreadPoolExecutor(1) as pool:
        begun = pool.submit(one)
        said = other()
        return begun.result(), said
