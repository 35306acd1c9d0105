"""What a tile asks first of a ring or a line, side by side in one line of the processor's cache. Compiled; draws nothing.

A tile looks at some hundred of them all over the memory of a zoom. Box, ends and place in arrays of their own were five
waits for the memory each, which took longer than all that is done with them.
"""

from __future__ import annotations

import numpy as np

from rdtr.jit import lean_kernel
from rdtr.places import fetch
from rdtr.tiles.memory import soon
from rdtr.types import BoolArray, IndexArray

__all__ = [
    "BEGIN", "BYTES", "FIRST", "HEAD", "HOLE", "LAST", "OWNER", "heads_of", "lies_within", "look_ahead", "look_at_first",
]  # fmt: skip

HEAD = 16
"""Numbers of a head, of which the first four are its box."""

FIRST, LAST, BEGIN, BYTES, OWNER, HOLE = 4, 6, 8, 10, 12, 13
"""Where x and y of its first and last vertex stand; from where to where its vertices and its commands lie; whose it is; and
whether it is a hole."""

_LINE = 64  # bytes of a line of the cache
_AHEAD = 8  # heads: about as many as are looked at while one is fetched


def heads_of(
    points: np.ndarray,
    start: IndexArray,
    box: np.ndarray,
    data_start: IndexArray,
    owner: IndexArray,
    hole: BoolArray | None = None,
) -> np.ndarray:
    """Put together what tiles ask first.

    Parameters
    ----------
    points, start
        Vertices, and where those of each ring or line start.
    box
        Shape (n, 4).
    data_start
        Where the commands of each start.
    owner
        Shape (n,), the polygon of each ring or the feature of each line.
    hole
        Shape (n,), which rings are holes.

    Returns
    -------
    heads
        Shape (n, `HEAD`), int32, each beginning where a line of the cache does.
    """
    count = len(start) - 1
    room = np.zeros(count * HEAD + _LINE // 4, np.int32)
    skip = -room.ctypes.data % _LINE // 4
    heads = room[skip : skip + count * HEAD].reshape(count, HEAD)
    heads[:, :FIRST] = box
    heads[:, FIRST : FIRST + 2] = points[start[:-1]]
    heads[:, LAST : LAST + 2] = points[start[1:] - 1]
    heads[:, BEGIN], heads[:, BEGIN + 1] = start[:-1], start[1:]
    heads[:, BYTES], heads[:, BYTES + 1] = data_start[:-1], data_start[1:]
    heads[:, OWNER] = owner
    heads[:, HOLE] = False if hole is None else hole
    return heads


@lean_kernel
def lies_within(heads, rows, first, last, box):
    """Whether the boxes of rows, from one to another, lie in a box."""
    for k in range(first, last):
        h = HEAD * np.int64(fetch(rows, k))
        if fetch(heads, h) < box[0] or fetch(heads, h + 1) < box[1]:
            return False
        if fetch(heads, h + 2) > box[2] or fetch(heads, h + 3) > box[3]:
            return False
    return True


@lean_kernel
def look_at_first(heads, rows):
    """Have fetched the heads of the rows that `look_ahead` comes too late for."""
    for k in range(min(2 * _AHEAD, len(rows))):
        soon(heads, HEAD * np.int64(fetch(rows, k)))


@lean_kernel
def look_ahead(heads, rows, k, box, data, points, groups):
    """Have fetched what is asked some rows later: the head of one, and what is read of one before it.

    That are the commands of what lies in the box, the vertices of what is cut, and what its owner says in `groups`, of which
    the owner's number tells at least about where that is.
    """
    if k + 2 * _AHEAD < len(rows):
        soon(heads, HEAD * np.int64(fetch(rows, k + 2 * _AHEAD)))
    if k + _AHEAD < len(rows):
        h = HEAD * np.int64(fetch(rows, k + _AHEAD))
        soon(groups, groups.shape[1] * np.int64(fetch(heads, h + OWNER)))
        if lies_within(heads, rows, k + _AHEAD, k + _AHEAD + 1, box):
            soon(data, fetch(heads, h + BYTES))
        else:
            soon(points, 2 * np.int64(fetch(heads, h + BEGIN)))
