"""Open files kept by each thread for its next tile, the least used closed first. Knows not what is opened."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, Protocol, TypeVar

__all__ = ["Handles"]


class Closable(Protocol):
    """What can be closed."""

    def close(self) -> None:
        """Let go of the file."""


C = TypeVar("C", bound=Closable)
K = TypeVar("K", bound=Hashable)


class Handles(Generic[K, C]):
    """Handles by key, a set of its own for each thread: GDAL's must not be used by two at once.

    Parameters
    ----------
    opened
        Opens what a key names.
    limit
        The most handles a thread keeps.
    """

    def __init__(self, opened: Callable[[K], C], limit: int) -> None:
        self._open = opened
        self._limit = limit
        self._own = threading.local()

    def get(self, key: K) -> C:
        """Return this thread's handle, opened if need be."""
        kept: OrderedDict[K, C] = self._own.__dict__.setdefault("kept", OrderedDict())
        found = kept.get(key)
        if found is None:
            found = kept[key] = self._open(key)
            while len(kept) > self._limit:
                kept.popitem(last=False)[1].close()
        else:
            kept.move_to_end(key)
        return found

    def forget(self, key: K) -> None:
        """Close this thread's handle after a failure, so that the next call opens anew."""
        found = self._own.__dict__.get("kept", {}).pop(key, None)
        if found is not None:
            found.close()
