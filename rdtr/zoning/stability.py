"""How far a zone line may be wrong before the verdict turns. Reads outcomes of parts and their depths, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from rdtr.types import FloatArray, SmallArray
from rdtr.zoning.case import Case, Judgement
from rdtr.zoning.checks.gather import by_presence, deepest

__all__ = ["SHIFTS", "stable_to"]

SHIFTS: Final = 2.0
"""Shifts are tried up to this many tolerances."""

_BITS: Final = np.array([1, 2, 4, 8], np.int8)


def stable_to(case: Case, judgements: Mapping[str, Judgement], verdict: SmallArray) -> FloatArray:
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

    Returns
    -------
    shift_m
        Shape (n,): 0 to twice the tolerance; twice the tolerance where no tried shift changes the verdict; NaN where
        there is no part or no tolerance.
    """
    n, tolerance = len(case), case.tolerance_m
    most = SHIFTS * tolerance
    result = np.where(case.parts.any(np.ones(len(case.parts.permit), np.bool_)) & (tolerance > 0), most, np.nan)
    moving = {d: j for d, j in judgements.items() if j.part_outcome is not None and j.near_outcome is not None}
    depth = {d: deepest(case.parts, j.part_outcome, j.near_outcome) for d, j in moving.items()}  # type: ignore[arg-type]
    fixed = np.max([np.full(n, -1, np.int8), *(j.outcome for d, j in judgements.items() if d not in moving)], axis=0)
    # only a permit with two kinds of outcome in or near it can turn
    several = (
        np.any([np.isfinite(d).sum(axis=1) > 1 for d in depth.values()], axis=0) if depth else np.zeros(n, np.bool_)
    )
    rows = np.flatnonzero(several & (tolerance > 0) & ~case.parts.narrow)
    if not len(rows):
        return result
    some = {d: v[rows] for d, v in depth.items()}
    best = np.full(len(rows), most)
    for at in np.concatenate([v.T for v in some.values()]):  # at most eight depths a permit
        for shift, strict in ((at - tolerance, True), (tolerance - at, False)):
            tried = np.isfinite(at) & (shift >= 0.0) & (shift < best)
            turned = _verdict_at(some, at, strict=strict, fixed=fixed[rows])
            changed = tried & (turned != verdict[rows]) & (turned >= 0)
            best[changed] = shift[changed]
    result[rows] = best
    return result


def _verdict_at(depth: Mapping[str, FloatArray], at: FloatArray, *, strict: bool, fixed: SmallArray) -> SmallArray:
    """Verdict with the parts deeper than `at`; -1 where nothing is left of the parcel, so nothing can be said."""
    outcomes = []
    left = np.zeros(len(at), np.bool_)
    for d in depth.values():
        here = d > at[:, None] if strict else d >= at[:, None]
        left |= here.any(axis=1)
        outcomes.append(by_presence((here * _BITS).sum(axis=1).astype(np.int8)))
    worst: SmallArray = np.max([fixed, *outcomes], axis=0)
    return np.where(left, worst, -1).astype(np.int8)
