"""A packed box tree over the pieces of a plan. It finds candidates, nothing more; built once, read by every thread.

Why not an STRtree of shapely: its query holds the GIL and hands back pairs to sort; this one is walked inside the
kernel, parcel by parcel, so candidates never leave the processor's cache.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rdtr.types import FloatArray, IndexArray

__all__ = ["FANOUT", "BoxTree", "box_tree"]

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
