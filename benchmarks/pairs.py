"""Areas of pairs as every peer hands them over, and how far two such lists are apart. Measures no area."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from rdtr.types import FloatArray, IndexArray

__all__ = ["AGREE_M2", "Difference", "Pairs", "compare"]

AGREE_M2 = 1e-6
"""Areas nearer than a square millimetre agree."""


@dataclass(frozen=True, eq=False)
class Pairs:
    """Overlap areas; a pair may come in several pieces.

    Attributes
    ----------
    left, right
        Shape (m,), parcel and zone.
    area
        Shape (m,), square metres.
    """

    left: IndexArray
    right: IndexArray
    area: FloatArray


@dataclass(frozen=True)
class Difference:
    """The pair that two lists disagree most about.

    Attributes
    ----------
    m2
        How far apart, square metres.
    parcel, zone
        The pair.
    ours_m2, theirs_m2
        What each says.
    count
        Pairs that are farther apart than `AGREE_M2`.
    """

    m2: float
    parcel: int
    zone: int
    ours_m2: float
    theirs_m2: float
    count: int


def compare(ours: Pairs, theirs: Pairs) -> Difference:
    """Find the largest difference over all pairs that either names; a missing pair has no area.

    Examples
    --------
    >>> one = Pairs(np.array([0, 0]), np.array([1, 1]), np.array([2.0, 3.0]))
    >>> compare(one, Pairs(np.array([0]), np.array([1]), np.array([5.5]))).m2
    0.5
    """
    width = int(max(ours.right.max(initial=0), theirs.right.max(initial=0))) + 1
    keys = [p.left.astype(np.int64) * width + p.right for p in (ours, theirs)]
    unique, inverse = np.unique(np.concatenate(keys), return_inverse=True)
    if not len(unique):
        return Difference(0.0, -1, -1, 0.0, 0.0, 0)
    split = len(keys[0])
    mine = np.bincount(inverse[:split], ours.area, len(unique))
    other = np.bincount(inverse[split:], theirs.area, len(unique))
    apart = np.abs(mine - other)
    k = int(apart.argmax())
    parcel, zone = divmod(int(unique[k]), width)
    return Difference(float(apart[k]), parcel, zone, float(mine[k]), float(other[k]), int((apart > AGREE_M2).sum()))
