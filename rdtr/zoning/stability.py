"""How far a zone line may be wrong before the verdict turns. Reads outcomes of parts and their depths, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from rdtr.jit import kernel
from rdtr.types import FloatArray, SmallArray
from rdtr.zoning.case import Case, Judgement
from rdtr.zoning.checks.gather import BY_PRESENCE, deepest, kinds_near
from rdtr.zoning.overlap import in_chunks

__all__ = ["SHIFTS", "stable_to"]

SHIFTS: Final = 2.0
"""Shifts are tried up to this many tolerances."""

_MANY: Final = np.array([bin(present).count("1") > 1 for present in range(len(BY_PRESENCE))])


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
    tolerance = case.tolerance_m
    has_part = case.parts.any(np.ones(len(case.parts.permit), np.bool_))
    result = np.where(has_part & (tolerance > 0.0), SHIFTS * tolerance, np.nan)
    by_part = [(j.part_outcome, j.near_outcome) for j in judgements.values()]
    moving = [(part, near) for part, near in by_part if part is not None and near is not None]
    # only a permit with two kinds of outcome in or near it can turn
    several = np.any([_MANY[kinds_near(case.parts, part, near)] for part, near in moving], axis=0)
    rows = np.flatnonzero(several & has_part & (tolerance > 0.0) & ~case.parts.narrow)
    depth = deepest(case.parts, moving, rows)
    still = [j.outcome[rows] for j in judgements.values() if j.part_outcome is None]
    fixed = np.max([np.full(len(rows), -1, np.int8), *still], axis=0)
    asked = verdict[rows]

    def run(start: int, stop: int) -> FloatArray:
        return smallest_shift(start, stop, depth, fixed, asked, BY_PRESENCE, tolerance, SHIFTS * tolerance)

    result[rows] = np.concatenate([np.empty(0), *in_chunks(run, len(rows), workers)])
    return result


@kernel
def smallest_shift(start, stop, depth, fixed, verdict, by_presence, tolerance, most):
    """Try, for each permit, the shifts at which some kind of outcome appears or vanishes; return the smallest that turns.

    Parameters
    ----------
    start, stop
        Which permits.
    depth
        Shape (dimensions, n, kinds), how deep each kind of outcome reaches; -inf where it is not.
    fixed, verdict
        Shape (n,), the outcome that does not move, and the verdict at the tolerance itself.
    by_presence
        Shape (16,), outcome for each set of kinds.
    tolerance, most
        Metres.
    """
    dimensions, _, kinds = depth.shape
    result = np.full(stop - start, most)
    for p in range(start, stop):
        for place in range(dimensions * kinds):
            tried = depth[place // kinds, p, place % kinds]
            if tried == -np.inf:
                continue
            for inwards in (True, False):
                shift = tried - tolerance if inwards else tolerance - tried
                if shift < 0.0 or shift >= result[p - start]:
                    continue
                turned, left = fixed[p], False
                for d in range(dimensions):
                    present = 0
                    for k in range(kinds):
                        # moved inwards to its depth a kind is gone, moved outwards to it, it is just there
                        if depth[d, p, k] > tried or (not inwards and depth[d, p, k] == tried):
                            present |= 1 << k
                    left = left or present > 0
                    turned = max(turned, by_presence[present])
                # where nothing is left of the parcel, nothing can be said
                if left and turned >= 0 and turned != verdict[p]:
                    result[p - start] = shift
    return result
