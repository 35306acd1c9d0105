"""From outcomes of parts to the outcome of a permit, in one place for every rule that judges by part."""

from __future__ import annotations

from typing import Final

import numpy as np

from rdtr.types import SmallArray
from rdtr.zoning.checks.presence import add_present
from rdtr.zoning.outcomes import ABSENT, CONDITIONAL, PARTIAL, PERMITTED, PROHIBITED, UNDETERMINED
from rdtr.zoning.parts import Parts

__all__ = ["BIT", "BY_PRESENCE", "KINDS", "by_permit", "by_presence"]

KINDS: Final = (PERMITTED, CONDITIONAL, UNDETERMINED, PROHIBITED)
"""Outcomes that a part may have."""

BIT: Final = np.array([KINDS.index(k) if k in KINDS else -1 for k in range(PROHIBITED + 1)], np.int8)
"""Place of each outcome in `KINDS`, -1 for one that no part has."""


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
"""Outcome of a permit for each set of kinds, as bits of `KINDS`."""


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
    add_present(parts.permit, part_outcome, parts.counts, BIT, present)
    return by_presence(present)
