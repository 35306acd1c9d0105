"""Times taken in turn, A B A B, so that a busy minute hits everyone; medians of them. Measures nothing by itself."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from statistics import median
from typing import Any

__all__ = ["in_turn", "light_heap", "medians", "seconds_of"]


@contextmanager
def light_heap() -> Iterator[None]:
    """Keep what is already there out of the garbage collector's rounds, as in a process that holds nothing else.

    Measured: with a city of 170,000 parcels alive, reading them again takes twice as long, for the collector's sake alone.
    """
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def seconds_of(function: Callable[[], Any]) -> float:
    """Seconds that one call takes."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def in_turn(
    runs: Mapping[str, Callable[[], float]], *, repeats: int = 3, budget_s: float = 60.0
) -> dict[str, list[float]]:
    """Run all, then all again.

    Parameters
    ----------
    runs
        By name, what returns the seconds it took; one that raises stops all.
    repeats
        Rounds.
    budget_s
        A run that has taken this long in total sits out the later rounds.

    Returns
    -------
    dict
        All times of each.
    """
    taken: dict[str, list[float]] = {name: [] for name in runs}
    with light_heap():
        for _ in range(repeats):
            for name, run in runs.items():
                if sum(taken[name]) < budget_s:
                    taken[name].append(run())
    return taken


def medians(taken: Mapping[str, list[float]]) -> dict[str, float]:
    """Median time of each."""
    return {name: median(times) for name, times in taken.items()}
