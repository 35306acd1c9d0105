"""Compiled gathering of what parts say: one pass over them instead of one for each kind of outcome. Judges nothing."""

from __future__ import annotations

import numpy as np

from rdtr.jit import kernel

__all__ = ["add_present", "fill_beside", "looked_up", "tell_said"]


@kernel
def add_present(permit, outcome, counts, bit_of, present):
    """Set the bit of each part's outcome in `present` of its permit; parts that do not count or say nothing set none.

    Parameters
    ----------
    permit, outcome, counts
        Shape (m,), the parts; an outcome below zero says nothing.
    bit_of
        Bit of each outcome, -1 for one that has none.
    present
        Shape (n,), int8, changed.
    """
    for k in range(len(permit)):
        # no branch: one that is guessed wrong costs more than all of it
        bit = bit_of[max(outcome[k], 0)]
        said = counts[k] & (outcome[k] >= 0) & (bit >= 0)
        present[permit[k]] |= said << max(bit, 0)


@kernel
def looked_up(table, row_of_permit, column_of_unit, permit, unit):
    """Outcome of each part in a table: the row of its permit, where -1 is the last one, and the column of its unit."""
    found = np.empty(len(permit), table.dtype)
    for k in range(len(permit)):
        found[k] = table[row_of_permit[permit[k]], column_of_unit[unit[k]]]
    return found


@kernel
def tell_said(permit, outcome, counts, said):
    """Set `said`, shape (n,), bool, of each permit of which a part that counts says something."""
    for k in range(len(permit)):
        if counts[k] and outcome[k] >= 0:
            said[permit[k]] = True


@kernel
def fill_beside(permit, outcome, said, value):
    """Give parts that say nothing a value in permits of which another part says something; `outcome` is changed."""
    for k in range(len(permit)):
        if outcome[k] < 0 and said[permit[k]]:
            outcome[k] = value
