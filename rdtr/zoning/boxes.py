"""A packed box tree over the pieces of a plan. It finds candidates, nothing more; built once, read by every thread.

Why not an STRtree of shapely: its query holds the GIL and hands back pairs to sort; this one is walked inside the
kernel, parcel by parcel, so candidates never leave the processor's cache.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rdtr.jit import kernel
from rdtr.types import FloatArray, IndexArray

__all__ = ["FANOUT", "BoxTree", "box_tree", "candidates"]

FANOUT = 8


@dataclass(frozen=True, slots=True)
class BoxTree:
    """Boxes in the order of a space-filling curve, and the boxes of every eight of them, up to one.

    Attributes
    ----------
    boxes
        Shape (m, 4): leaves first, then each level above.
    level_start
        Shape (levels + 1,).
    item
        Shape (leaves,): index of the original box of each leaf.
    """

    boxes: FloatArray
    level_start: IndexArray
    item: IndexArray


def box_tree(bounds: FloatArray) -> BoxTree:
    """Pack boxes into a tree.

    Parameters
    ----------
    bounds
        Shape (n, 4), xmin ymin xmax ymax; boxes with NaN are left out.

    Returns
    -------
    BoxTree

    Examples
    --------
    >>> tree = box_tree(np.array([[0., 0., 1., 1.], [5., 5., 6., 6.]]))
    >>> tree.item.tolist(), tree.level_start.tolist()
    ([0, 1], [0, 2, 3])
    """
    item = np.flatnonzero(np.isfinite(bounds).all(axis=1))
    order = np.argsort(_morton(bounds[item]), kind="stable")
    item = item[order]
    levels = [np.ascontiguousarray(bounds[item])]
    while len(levels[-1]) > 1:
        levels.append(_above(levels[-1]))
    start = np.concatenate([[0], np.cumsum([len(level) for level in levels])])
    return BoxTree(np.concatenate(levels), start.astype(np.int64), item.astype(np.int64))


def _above(level: FloatArray) -> FloatArray:
    first = np.arange(0, len(level), FANOUT)
    low = np.minimum.reduceat(level[:, :2], first)
    high = np.maximum.reduceat(level[:, 2:], first)
    return np.hstack([low, high])


def _morton(bounds: FloatArray) -> IndexArray:
    if not len(bounds):
        return np.empty(0, np.int64)
    centre = (bounds[:, :2] + bounds[:, 2:]) / 2
    low, span = centre.min(axis=0), np.ptp(centre, axis=0).max() or 1.0
    cell = ((centre - low) / span * 0xFFFF).astype(np.int64)
    return _spread(cell[:, 0]) | (_spread(cell[:, 1]) << 1)


def _spread(value: IndexArray) -> IndexArray:
    # 16 bits to every second bit of 32
    value = (value | (value << 8)) & 0x00FF00FF
    value = (value | (value << 4)) & 0x0F0F0F0F
    value = (value | (value << 2)) & 0x33333333
    return (value | (value << 1)) & 0x55555555


@kernel
def _grown(array, size):
    bigger = np.empty(size, array.dtype)
    bigger[: len(array)] = array
    return bigger


@kernel
def _candidates(box, boxes, level_start, item, stack, found):
    """Write the leaves whose boxes meet `box`; return their number and the buffer they are in."""
    count = 0
    top = len(level_start) - 2
    if top < 0 or level_start[top + 1] == level_start[top]:
        return count, found
    size = 1
    stack[0, 0], stack[0, 1] = top, 0
    while size:
        size -= 1
        level, index = stack[size, 0], stack[size, 1]
        b = level_start[level] + index
        if boxes[b, 0] > box[2] or boxes[b, 2] < box[0] or boxes[b, 1] > box[3] or boxes[b, 3] < box[1]:
            continue
        if level == 0:
            if count == len(found):
                found = _grown(found, 2 * count)
            found[count] = item[index]
            count += 1
            continue
        first = index * FANOUT
        last = min(first + FANOUT, level_start[level] - level_start[level - 1])
        for child in range(first, last):
            stack[size, 0], stack[size, 1] = level - 1, child
            size += 1
    return count, found


@kernel
def candidates(box, boxes, level_start, item):
    """Return the leaves of a box tree whose boxes meet `box`, in no order."""
    stack = np.empty((FANOUT * (len(level_start) + 1), 2), np.int64)
    count, found = _candidates(box, boxes, level_start, item, stack, np.empty(64, np.int64))
    return found[:count].copy()
