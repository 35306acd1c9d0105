"""Compiled gathering of what parts say: one pass over them instead of one for each kind of outcome. Judges nothing."""

from __future__ import annotations

from rdtr.jit import kernel

__all__ = ["add_present", "deepen"]


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
        if counts[k] and outcome[k] >= 0 and bit_of[outcome[k]] >= 0:
            present[permit[k]] |= 1 << bit_of[outcome[k]]


@kernel
def deepen(permit, outcome, depth_m, bit_of, place, depth):
    """Raise ``depth[place, bit]`` of each part to its depth where that is more.

    Parameters
    ----------
    permit, outcome, depth_m
        Shape (m,), the parts.
    bit_of
        Bit of each outcome, -1 for one that has none.
    place
        Shape (n,), the row of each permit in `depth`, -1 where it is not asked for.
    depth
        Shape (k, kinds), changed.
    """
    for k in range(len(permit)):
        row = place[permit[k]]
        if row < 0 or outcome[k] < 0:
            continue
        bit = bit_of[outcome[k]]
        if bit >= 0 and depth_m[k] > depth[row, bit]:
            depth[row, bit] = depth_m[k]
