"""Memory given back to the system after heavy work. Measures and frees nothing by itself."""

from __future__ import annotations

import ctypes
import sys

import pyarrow as pa

__all__ = ["give_back"]


def give_back() -> None:
    """Hand memory that is free within the process back to the system, as far as the libraries can.

    Arrow keeps what reading a table used, and glibc the small pieces that GEOS freed: with a million parcels some hundred
    megabytes, which would stand beside what a check needs.

    Examples
    --------
    >>> give_back()
    """
    pa.default_memory_pool().release_unused()
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None
    if trim is not None:  # glibc has it, musl has not
        trim(0)
