"""Progress of long work as a plain callable; drawing a bar is the command line's affair."""

from __future__ import annotations

from rdtr.types import Progress

__all__ = ["silent"]


def silent(done: int, total: int) -> None:
    """Report nothing; the default of every long function.

    Examples
    --------
    >>> silent(1, 10)
    """


_: Progress = silent
