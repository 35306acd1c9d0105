"""How many requests a client may make: a bucket of tokens each, forgotten when full again. Knows no HTTP."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

__all__ = ["Rates"]

_CLIENTS: Final = 20_000  # remembered at once; beyond it those seen longest ago begin anew


class Rates:
    """Tokens by client.

    Parameters
    ----------
    per_minute
        Requests a minute, and at most so many at once; 0 sets no limit.
    clock
        Seconds that only grow.

    Examples
    --------
    >>> rates = Rates(2, clock=lambda: 0.0)
    >>> [rates.wait_s("a") for _ in range(3)], rates.wait_s("b")
    ([0.0, 0.0, 30.0], 0.0)
    """

    def __init__(self, per_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_minute = per_minute
        self._clock = clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait_s(self, client: str) -> float:
        """Take a token; return 0, or in how many seconds there is one again."""
        if not self.per_minute:
            return 0.0
        now, pace = self._clock(), self.per_minute / 60.0
        left, seen = self._left.pop(client, (float(self.per_minute), now))
        left = min(left + (now - seen) * pace, float(self.per_minute))
        wait = 0.0 if left >= 1.0 else (1.0 - left) / pace
        self._left[client] = (left if wait else left - 1.0, now)
        while len(self._left) > _CLIENTS:
            self._left.popitem(last=False)
        return wait
