"""Borders of neighbours that were meant to be one and are not: side by side, walked in opposite ways. Mends nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import shapely

from rdtr.types import FloatArray, IndexArray, ObjectArray
from rdtr.zoning.seams import OUTLINE, Seams

__all__ = ["Loose", "loose_borders"]

_OPPOSITE: Final = -0.985  # cosine: neighbours walk a common border in opposite directions, within ten degrees


@dataclass(frozen=True, slots=True, eq=False)
class Loose:
    """Borders of neighbours that were meant to be one and are not, shape (n,) each.

    Attributes
    ----------
    left, right
        Rows, left < right.
    length_m
        Length of such edges of both.
    shape
        Those edges, as lines.
    facing
        Those edges and the ones they face, which may be much longer.
    """

    left: IndexArray
    right: IndexArray
    length_m: FloatArray
    shape: ObjectArray
    facing: ObjectArray

    def __len__(self) -> int:
        return len(self.length_m)


def loose_borders(seams: Seams, near_m: float) -> Loose:
    """Find seams of two polygons that run side by side.

    Parameters
    ----------
    seams
        Borders that are not shared.
    near_m
        How near each other two of them were meant to be one.

    Returns
    -------
    Loose

    Examples
    --------
    >>> from rdtr.zoning.seams import seams_of
    >>> apart = np.array([shapely.box(0, 0, 5, 9), shapely.box(5.1, 0, 9, 9)], dtype=object)
    >>> loose_borders(seams_of(apart), 0.5).length_m.tolist()
    [18.0]
    """
    real = np.flatnonzero(seams.owner != OUTLINE)
    lines = shapely.linestrings(np.stack([seams.start[real], seams.stop[real]], axis=1))
    one, other = _facing(seams, real, lines, near_m)
    owner = seams.owner[real]
    low, high = np.minimum(owner[one], owner[other]), np.maximum(owner[one], owner[other])
    pairs, shape = _lines_of(low, high, one, lines)
    _, facing = _lines_of(np.tile(low, 2), np.tile(high, 2), np.concatenate([one, other]), lines)
    length = shapely.length(shape).astype(np.float64)
    long = length >= near_m  # a notch at a corner is no border that was meant to be shared
    return Loose(pairs[long, 0], pairs[long, 1], length[long], shape[long], facing[long])


def _lines_of(
    low: IndexArray, high: IndexArray, edge: IndexArray, lines: ObjectArray
) -> tuple[IndexArray, ObjectArray]:
    """Edges of each pair, every one once: the pairs in order, and their lines."""
    rows = np.unique(np.column_stack([low, high, edge]), axis=0)
    pairs, start = np.unique(rows[:, :2], axis=0, return_index=True)
    groups = np.split(rows[:, 2], start[1:]) if len(rows) else []
    return pairs, np.array([shapely.multilinestrings(lines[g]) for g in groups], dtype=object)


def _facing(seams: Seams, real: IndexArray, lines: ObjectArray, near_m: float) -> tuple[IndexArray, IndexArray]:
    """Pairs of seams of two polygons, the second near the middle of the first and running the other way."""
    if not len(real):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    middle = (seams.start[real] + seams.stop[real]) / 2
    one, other = shapely.STRtree(lines).query(shapely.points(middle), predicate="dwithin", distance=near_m)
    length = seams.length[real]
    way = (seams.stop[real] - seams.start[real]) / length[:, None]
    facing = (way[one] * way[other]).sum(axis=1) < _OPPOSITE
    facing &= seams.owner[real][one] != seams.owner[real][other]
    along = ((middle[one] - seams.start[real][other]) * way[other]).sum(axis=1)
    facing &= (along >= 0.0) & (along <= length[other])  # beside it, not beyond its end
    return one[facing].astype(np.int64), other[facing].astype(np.int64)
