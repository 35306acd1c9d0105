"""What drawing a tile has cost lately, by kind of tile, so that cheap ones need no other thread. Draws nothing."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

__all__ = ["SMALL_S", "Costs"]

SMALL_S: Final = 0.00005
"""Seconds of one core. To hand a tile to another thread and back costs 0.04 ms under load; what takes much longer is handed
over, so that other cores work on it and tiles in memory do not wait for it. Time on disk does not count here: blocks of
rasters are mapped into memory, and a page that has to be fetched holds the loop up once."""

_WEIGHT: Final = 0.2  # of the last one in the mean
_MOST: Final = 4_096  # kinds; plans times zooms times formats stay far below


class Costs:
    """Running means of the time on the processor, which does not grow while a thread waits for others.

    Examples
    --------
    >>> costs = Costs()
    >>> costs.small("zoom 14"), costs.note("zoom 14", 0.00001), costs.small("zoom 14")
    (False, None, True)
    """

    def __init__(self) -> None:
        self._mean_s: dict[Hashable, float] = {}

    def small(self, kind: Hashable) -> bool:
        """Whether the kind is known and was cheap lately; the first of a kind may have to build what others use."""
        return self._mean_s.get(kind, SMALL_S) < SMALL_S

    def note(self, kind: Hashable, seconds: float) -> None:
        """Add one to the mean. Threads may do so at once: one of them may be lost, which does no harm."""
        if len(self._mean_s) >= _MOST:
            self.forget()
        known = self._mean_s.get(kind, seconds)
        self._mean_s[kind] = known + _WEIGHT * (seconds - known)

    def forget(self) -> None:
        """Forget all: plans have changed."""
        self._mean_s.clear()
