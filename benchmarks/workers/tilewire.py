"""What workers that make single tiles have in common: each tile timed alone, bytes kept for the check. Knows no engine."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

EXTENT, BUFFER = 4096, 64
HALF = 20037508.342789244


def tile_size(z: int) -> float:
    """Side of a tile in metres of Web Mercator."""
    return 2.0 * HALF / 2**z


def tile_box(z: int, x: int, y: int, margin: float = 0.0) -> tuple[float, float, float, float]:
    """Bounds of a tile, wider by a share of its side."""
    size = tile_size(z)
    left, top = -HALF + x * size, HALF - y * size
    more = margin * size
    return left - more, top - size - more, left + size + more, top + more


def timed(
    make: Callable[[int, int, int], bytes], z: int, tiles: list[list[int]], budget_s: float, keep: str | None
) -> dict[str, Any]:
    """Make tiles until the time is used up, at least one; say how long each took and keep the bytes if asked."""
    each: list[float] = []
    found: list[bytes] = []
    for x, y in tiles:
        start = time.perf_counter()
        data = make(z, x, y)
        each.append(time.perf_counter() - start)
        found.append(bytes(data or b""))
        if sum(each) > budget_s:
            break
    if keep:
        stop = np.cumsum([len(data) for data in found])
        np.savez(keep, data=np.frombuffer(b"".join(found), np.uint8), stop=stop)
    return {"each": each, "bytes": [len(data) for data in found]}
