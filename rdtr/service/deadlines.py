"""How long one check may take, from the first byte read to the first byte sent. Ends no thread: it is asked on the way."""

from __future__ import annotations

import time
from collections.abc import Callable

from rdtr.service.errors import Problem

__all__ = ["Deadline"]


class Deadline:
    """A moment after which a check is given up at the next place where it asks.

    Parameters
    ----------
    seconds
        From now; 0 sets no limit.
    clock
        Seconds that only grow.

    Examples
    --------
    >>> now = iter([0.0, 1.0, 3.0])
    >>> deadline = Deadline(2.0, clock=lambda: next(now))
    >>> deadline.require("reading the permits")
    >>> deadline.measured(7, 40)
    Traceback (most recent call last):
    rdtr.service.errors.Problem: the check took longer than 2 s, the most that one may take; it was given up after \
measuring 7 of 40 permits; send fewer permits at once
    """

    def __init__(self, seconds: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds, self._clock = seconds, clock
        self._end = clock() + seconds

    def require(self, done: str) -> None:
        """Go on, if there is time left.

        Raises
        ------
        Problem
            503 with the limit, and what was done last.
        """
        if self._seconds and self._clock() > self._end:
            raise Problem(
                503,
                f"the check took longer than {self._seconds:g} s, the most that one may take; it was given up after {done}; "
                "send fewer permits at once",
                limit=self._seconds,
            )

    def measured(self, done: int, total: int) -> None:
        """Go on measuring, as the progress of a check; see `require`."""
        self.require(f"measuring {done:,} of {total:,} permits")
