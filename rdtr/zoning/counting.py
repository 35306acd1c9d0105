"""Compiled counting of parts: which of them count, and how many of each permit do. Measures nothing."""

from __future__ import annotations

from rdtr.jit import kernel

__all__ = ["count_of_permits", "sum_of_permits", "tell_counting", "tell_unsure"]


@kernel
def tell_unsure(permit, low, high, tolerance_m, close_m, unsure, asked):
    """Write which parts have bounds of their depth that are apart and matter, and set the permits of such parts.

    Parameters
    ----------
    permit, low, high
        Shape (m,), the parts.
    tolerance_m, close_m
        Metres: bounds matter on either side of the tolerance, or farther apart than this.
    unsure
        Shape (m,), bool, written.
    asked
        Shape (n,), bool, all False; set.

    Returns
    -------
    bool
        Whether there is any.
    """
    some = False
    for k in range(len(permit)):
        unsure[k] = (low[k] <= tolerance_m < high[k]) or high[k] - low[k] > close_m
        if unsure[k]:
            asked[permit[k]] = some = True
    return some


@kernel
def tell_counting(permit, depth_m, tolerance_m, counts, narrow):
    """Write which parts reach deeper than the tolerance, and which permits have parts but none that does: all of it counts.

    Parameters
    ----------
    permit, depth_m
        Shape (m,), the parts, ordered by permit.
    tolerance_m
        Metres; with 0 every part counts.
    counts
        Shape (m,), bool, written.
    narrow
        Shape (n,), bool, all False; set.
    """
    start = 0
    while start < len(permit):
        stop, some = start, False
        while stop < len(permit) and permit[stop] == permit[start]:
            counts[stop] = depth_m[stop] > tolerance_m or tolerance_m == 0.0
            some = some or counts[stop]
            stop += 1
        if not some:
            narrow[permit[start]] = True
            counts[start:stop] = True
        start = stop


@kernel
def count_of_permits(permit, counts, counted, others):
    """Count the parts of each permit that count, and those that do not; both are written, shape (n,), int64, all 0."""
    for k in range(len(permit)):
        counted[permit[k]] += counts[k]
        others[permit[k]] += not counts[k]


@kernel
def sum_of_permits(permit, weight, where, total):
    """Add a weight of the parts that are meant to the total of their permits, shape (n,), float64."""
    for k in range(len(permit)):
        total[permit[k]] += weight[k] if where[k] else 0.0  # no branch, which would be guessed wrong
