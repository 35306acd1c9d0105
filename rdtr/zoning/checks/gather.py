"""From outcomes of parts to the outcome of a permit, in one place for every rule that judges by part."""

from __future__ import annotations

from typing import Final

import numpy as np

from rdtr.types import FloatArray, SmallArray
from rdtr.zoning.outcomes import ABSENT, CONDITIONAL, PARTIAL, PERMITTED, PROHIBITED, UNDETERMINED
from rdtr.zoning.parts import Parts

__all__ = ["BY_PRESENCE", "by_permit", "by_presence", "deepest"]

KINDS = (PERMITTED, CONDITIONAL, UNDETERMINED, PROHIBITED)


def _table() -> SmallArray:
    """Outcome for each set of kinds present: bit 0 permitted, 1 conditional, 2 undetermined, 3 prohibited."""
    table = np.full(16, ABSENT, np.int8)
    for present in range(1, 16):
        if present == 8:
            table[present] = PROHIBITED
        elif present & 8:
            table[present] = PARTIAL
        elif present & 4:
            table[present] = UNDETERMINED
        else:
            table[present] = CONDITIONAL if present & 2 else PERMITTED
    return table


BY_PRESENCE: Final = _table()


def by_presence(present: SmallArray) -> SmallArray:
    """Outcome of a permit from the kinds of outcome among its parts that count, as bits of `KINDS`.

    Examples
    --------
    >>> by_presence(np.array([0b0001, 0b1001, 0b1000, 0b0110, 0], np.int8)).tolist()
    [0, 3, 4, 2, -1]
    """
    return BY_PRESENCE[present]


def by_permit(parts: Parts, part_outcome: SmallArray) -> SmallArray:
    """Gather the parts that count: all prohibited is prohibited, some is partial, else the gravest.

    Parameters
    ----------
    parts
        The parts.
    part_outcome
        Shape (m,); ABSENT parts say nothing.

    Returns
    -------
    outcome
        Shape (n,); ABSENT where no part says anything.
    """
    present = np.zeros(len(parts.parcel_area_m2), np.int8)
    for bit, kind in enumerate(KINDS):
        where = parts.counts & (part_outcome == kind)
        present[parts.any(where)] |= 1 << bit
    return by_presence(present)


def deepest(parts: Parts, part_outcome: SmallArray, near_outcome: SmallArray) -> FloatArray:
    """How deep each kind of outcome reaches into each permit, minus the distance where it does not reach it.

    Returns
    -------
    depth_m
        Shape (n, 4) for `KINDS`; -inf where a kind is neither in the parcel nor near it.
    """
    depth = np.full((len(parts.parcel_area_m2), len(KINDS)), -np.inf)
    for column, kind in enumerate(KINDS):
        inside, near = part_outcome == kind, near_outcome == kind
        np.maximum.at(depth[:, column], parts.permit[inside], parts.depth_m[inside])
        np.maximum.at(depth[:, column], parts.near_permit[near], parts.near_depth_m[near])
    return depth
