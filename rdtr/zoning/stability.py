"""How far a zone line may be wrong before the verdict turns. Reads outcomes of parts and their depths, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from rdtr.jit import kernel, lean_kernel
from rdtr.types import FloatArray, SmallArray
from rdtr.zoning.case import Case, Judgement
from rdtr.zoning.checks.gather import BIT, BY_PRESENCE, KINDS
from rdtr.zoning.outcomes import ABSENT
from rdtr.zoning.threads import in_chunks

__all__ = ["SHIFTS", "stable_to"]

SHIFTS: Final = 2.0
"""Shifts are tried up to this many tolerances."""

_KINDS: Final = len(KINDS)


def stable_to(
    case: Case, judgements: Mapping[str, Judgement], verdict: SmallArray, *, workers: int | None = None
) -> FloatArray:
    """Find the smallest shift of the parcel boundary, inwards or outwards, that changes the verdict.

    A part with depth d counts while d > tolerance; moving the boundary by s makes it count while d > tolerance ± s, and
    lets in units nearer than s - tolerance. Only the use and overlay dimensions move with it; figures stay as judged.

    Parameters
    ----------
    case
        The case.
    judgements
        By dimension; those that judge by part take part.
    verdict
        Shape (n,), the verdict at the tolerance itself.
    workers
        Threads.

    Returns
    -------
    shift_m
        Shape (n,): 0 to twice the tolerance; twice the tolerance where no tried shift changes the verdict; NaN where
        there is no part or no tolerance.
    """
    parts, tolerance = case.parts, case.tolerance_m
    by_part = [(j.part_outcome, j.near_outcome) for j in judgements.values()]
    moving = [(part, near) for part, near in by_part if part is not None and near is not None]
    inside, near = np.array([part for part, _ in moving]), np.array([near for _, near in moving])
    still = [j.outcome for j in judgements.values() if j.part_outcome is None]
    fixed = np.max([np.full(len(case), ABSENT, np.int8), *still], axis=0)

    def run(start: int, stop: int) -> FloatArray:
        return smallest_shifts(
            start,
            stop,
            (parts.permit, inside, parts.depth_m),
            (parts.near_permit, near, parts.near_depth_m),
            parts.narrow,
            fixed,
            verdict,
            BIT,
            BY_PRESENCE,
            tolerance,
            SHIFTS * tolerance,
        )

    return np.concatenate([np.empty(0), *in_chunks(run, len(case), workers)])


@kernel
def smallest_shifts(start, stop, inside, near, narrow, fixed, verdict, bit_of, by_presence, tolerance, most):
    """Find, for some permits, the smallest shift at which their verdict turns.

    Parameters
    ----------
    start, stop
        Which permits.
    inside, near
        What lies in permits, and near them: permit, shape (m,), ascending; outcome, shape (dimensions, m); and depth,
        shape (m,), minus the distance where it is outside.
    narrow
        Shape (n,), True where all parts count whatever the shift.
    fixed, verdict
        Shape (n,), the outcome that does not move, and the verdict at the tolerance itself.
    bit_of
        Kind of each outcome, -1 for one that is none.
    by_presence
        Shape (16,), outcome for each set of kinds.
    tolerance, most
        Metres.
    """
    result = np.empty(stop - start)
    # how deep each kind of outcome reaches, by dimension; -inf where it is not
    depth = np.empty((len(inside[1]), _KINDS))
    k, h = np.searchsorted(inside[0], start), np.searchsorted(near[0], start)
    for p in range(start, stop):
        depth[:] = -np.inf
        first = k
        k = _deepened(p, inside, k, bit_of, depth)
        some = k > first and tolerance > 0.0
        h = _deepened(p, near, h, bit_of, depth)
        result[p - start] = most if some else np.nan
        # only a permit with two kinds of outcome in or near it can turn
        if some and not narrow[p] and _several(depth):
            result[p - start] = _first_turn(depth, fixed[p], verdict[p], by_presence, tolerance, most)
    return result


@lean_kernel
def _deepened(p, table, k, bit_of, depth):
    """Raise the depth of each kind to that of the rows of one permit, which begin at k; return where the next one begins."""
    permit, outcome, depth_m = table
    while k < len(permit) and permit[k] == p:
        for d in range(len(outcome)):
            bit = bit_of[outcome[d, k]] if outcome[d, k] >= 0 else -1
            if bit >= 0:
                depth[d, bit] = max(depth[d, bit], depth_m[k])
        k += 1
    return k


@lean_kernel
def _several(depth):
    for d in range(len(depth)):
        kinds = 0
        for k in range(_KINDS):
            kinds += depth[d, k] > -np.inf
        if kinds > 1:
            return True
    return False


@lean_kernel
def _first_turn(depth, fixed, verdict, by_presence, tolerance, most):
    """Try the shifts at which some kind of outcome appears or vanishes; return the smallest that turns the verdict."""
    result = most
    for place in range(len(depth) * _KINDS):
        tried = depth[place // _KINDS, place % _KINDS]
        if tried == -np.inf:
            continue
        for inwards in (True, False):
            shift = tried - tolerance if inwards else tolerance - tried
            if shift < 0.0 or shift >= result:
                continue
            turned, left = fixed, False
            for d in range(len(depth)):
                present = 0
                for k in range(_KINDS):
                    # moved inwards to its depth a kind is gone, moved outwards to it, it is just there
                    if depth[d, k] > tried or (not inwards and depth[d, k] == tried):
                        present |= 1 << k
                left = left or present > 0
                turned = max(turned, by_presence[present])
            # where nothing is left of the parcel, nothing can be said
            if left and turned >= 0 and turned != verdict:
                result = shift
    return result
