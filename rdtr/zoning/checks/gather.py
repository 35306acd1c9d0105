"""From outcomes of parts to the outcome of a permit, in one place for every rule that judges by part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from rdtr.types import FloatArray, IndexArray, SmallArray
from rdtr.zoning.checks.presence import add_present, deepen
from rdtr.zoning.outcomes import ABSENT, CONDITIONAL, PARTIAL, PERMITTED, PROHIBITED, UNDETERMINED
from rdtr.zoning.parts import Parts

__all__ = ["BY_PRESENCE", "by_permit", "by_presence", "deepest", "kinds_near"]

KINDS = (PERMITTED, CONDITIONAL, UNDETERMINED, PROHIBITED)


_BIT: Final = np.array([KINDS.index(k) if k in KINDS else -1 for k in range(PROHIBITED + 1)], np.int8)


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
    add_present(parts.permit, part_outcome, parts.counts, _BIT, present)
    return by_presence(present)


def kinds_near(parts: Parts, part_outcome: SmallArray, near_outcome: SmallArray) -> SmallArray:
    """Kinds of outcome in or near each permit, as bits of `KINDS`, shape (n,)."""
    present = np.zeros(len(parts.parcel_area_m2), np.int8)
    for permit, outcome in ((parts.permit, part_outcome), (parts.near_permit, near_outcome)):
        add_present(permit, outcome, np.ones(len(permit), np.bool_), _BIT, present)
    return present


def deepest(parts: Parts, outcomes: Sequence[tuple[SmallArray, SmallArray]], rows: IndexArray) -> FloatArray:
    """How deep each kind of outcome reaches into some permits, minus the distance where it does not reach them.

    Parameters
    ----------
    parts
        The parts.
    outcomes
        What each of some dimensions says of the parts and of the units near by.
    rows
        Which permits.

    Returns
    -------
    depth_m
        Shape (dimensions, k, 4) for `KINDS`; -inf where a kind is neither in the parcel nor near it.
    """
    place = np.full(len(parts.parcel_area_m2), -1, np.int64)
    place[rows] = np.arange(len(rows))
    depth = np.full((len(outcomes), len(rows), len(KINDS)), -np.inf)
    for of_dimension, (part_outcome, near_outcome) in zip(depth, outcomes, strict=True):
        deepen(parts.permit, part_outcome, parts.depth_m, _BIT, place, of_dimension)
        deepen(parts.near_permit, near_outcome, parts.near_depth_m, _BIT, place, of_dimension)
    return depth
