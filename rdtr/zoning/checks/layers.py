"""What overlay layers and buffers decide: the second half of the overlay rule. Finds no land and measures none.

A layer that the rules speak of and the plan does not have leaves the dimension undetermined: that nothing was hit cannot
be known. Land within a buffer must stay free, so a parcel partly within one is conditional; where nothing else is left of
it, it is prohibited.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from rdtr.errors import RulesError
from rdtr.types import BoolArray, FloatArray, IndexArray, ObjectArray, SmallArray
from rdtr.zoning.case import Batch, Case
from rdtr.zoning.checks.layerhits import measure
from rdtr.zoning.checks.regions import Region, regions
from rdtr.zoning.codes import tidy
from rdtr.zoning.outcomes import ABSENT, CONDITIONAL, PARTIAL, PERMITTED, PROHIBITED, UNDETERMINED

__all__ = ["SCOPE", "LayerHit", "describe_layers", "judge_layers", "scope_of", "worst_of"]

SCOPE: Final = {"WP": "KODEWP", "SWP": "KODSWP", "BLOK": "KODBLK"}
"""Words of a scope and the columns they mean."""

_CODES: Final = {"prohibit": "OVERLAY_PROHIBITS", "condition": "OVERLAY_ASKS", "note": "OVERLAY_NOTES"}


@dataclass(frozen=True, eq=False)
class LayerHit:
    """One region and the permits it hits.

    Attributes
    ----------
    region
        The row of the rules with its land.
    permit, area_m2, whole
        Shape (k,), see `rdtr.zoning.checks.layerhits.LayerHits`.
    outcome
        Shape (k,).
    """

    region: Region
    permit: IndexArray
    area_m2: FloatArray
    whole: BoolArray
    outcome: SmallArray


def scope_of(text: str) -> Mapping[str, frozenset[str]]:
    """Read a scope: columns and the values, in lower case, that they may have.

    Raises
    ------
    RulesError
        If it cannot be read.

    Examples
    --------
    >>> {column: sorted(values) for column, values in scope_of("SWP=A|B BLOK=A.1").items()}
    {'KODSWP': ['a', 'b'], 'KODBLK': ['a.1']}
    """
    scope = {}
    for clause in tidy(text).split():
        match = re.fullmatch(r"(WP|SWP|BLOK)[=:](\S+)", clause, re.IGNORECASE)
        if match is None:
            raise RulesError(f"overlays scope {text!r} is not understood; write for example SWP=A|B BLOK=A.1")
        scope[SCOPE[match[1].upper()]] = frozenset(v.casefold() for v in match[2].split("|"))
    return scope


def judge_layers(case: Case) -> tuple[LayerHit, ...]:
    """Judge every region that the rules name; one of a missing layer hits every permit with a polygon in its scope."""
    hits = (_judged(case, region) for region in regions(case.plan))
    return tuple(hit for hit in hits if len(hit.permit))


def worst_of(case: Case, hits: tuple[LayerHit, ...]) -> SmallArray:
    """Gather the gravest outcome of each permit, shape (n,)."""
    worst = np.full(len(case), ABSENT, np.int8)
    for hit in hits:
        np.maximum.at(worst, hit.permit, hit.outcome)
    return worst


def _judged(case: Case, region: Region) -> LayerHit:
    if region.missing:
        permit = np.flatnonzero(~np.isnan(case.parts.parcel_area_m2) & _in_scope(case, region))
        area = case.parts.parcel_area_m2[permit]
        return LayerHit(
            region, permit, area, np.zeros(len(permit), np.bool_), np.full(len(permit), UNDETERMINED, np.int8)
        )
    found = measure(case, region)
    keep = _in_scope(case, region)[found.permit]
    permit, area, whole = found.permit[keep], found.area_m2[keep], found.whole[keep]
    return LayerHit(region, permit, area, whole, _outcome(case, region, permit, whole))


def _in_scope(case: Case, region: Region) -> BoolArray:
    """Tell which permits have a part that counts where the row holds."""
    scope = scope_of(case.plan.rules.overlays["scope"].iloc[region.row]) if region.table == "overlays" else {}
    units, parts = case.index.units, case.parts
    fits = np.ones(len(units) + 1, np.bool_)
    for column, values in scope.items():
        fits &= np.array([*(str(t).casefold() in values for t in units.texts(column)), False], np.bool_)
    return parts.any(parts.counts & fits[parts.unit])


def _outcome(case: Case, region: Region, permit: IndexArray, whole: BoolArray) -> SmallArray:
    if region.effect == "height":
        height, limit = case.number("height_m")[permit], _limit(case, region)
        return np.where(height > limit, PROHIBITED, np.where(height <= limit, PERMITTED, CONDITIONAL)).astype(np.int8)
    part, entire = {
        "prohibit": (PARTIAL, PROHIBITED),
        "condition": (CONDITIONAL, CONDITIONAL),
        "note": (PERMITTED, PERMITTED),
        "buffer": (CONDITIONAL, PROHIBITED),
    }[region.effect]
    return np.where(whole, entire, part).astype(np.int8)


def _limit(case: Case, region: Region) -> float:
    return float(case.plan.rules.overlays["height_max_m"].iloc[region.row])


def describe_layers(case: Case, hits: tuple[LayerHit, ...], chosen: BoolArray, *, passes: bool) -> Iterator[Batch]:
    """Say which layers and buffers the chosen permits meet, one finding a permit and row of the rules."""
    for hit in hits:
        for code, where in _codes(hit).items():
            if code != "OVERLAY_HEIGHT_KEPT" or passes:
                yield _batch(case, hit, code, np.flatnonzero(where & chosen[hit.permit]))


def _codes(hit: LayerHit) -> dict[str, BoolArray]:
    every = np.ones(len(hit.permit), np.bool_)
    if hit.region.missing:
        return {"LAYER_MISSING": every}
    if hit.region.effect == "buffer":
        return {"BUFFER_WHOLE": hit.whole, "BUFFER_PART": ~hit.whole}
    if hit.region.effect == "height":
        return {
            "OVERLAY_TOO_HIGH": hit.outcome == PROHIBITED,
            "OVERLAY_HEIGHT_ASKED": hit.outcome == CONDITIONAL,
            "OVERLAY_HEIGHT_KEPT": hit.outcome == PERMITTED,
        }
    return {_CODES[hit.region.effect]: every}


def _batch(case: Case, hit: LayerHit, code: str, rows: IndexArray) -> Batch:
    region, permit = hit.region, hit.permit[rows]
    table = case.plan.rules.table(region.table)
    measured, limit, unit = hit.area_m2[rows], np.nan, "m2"
    if code.startswith(("OVERLAY_TOO_HIGH", "OVERLAY_HEIGHT")):
        measured, limit, unit = case.number("height_m")[permit], _limit(case, region), "m"
    more: dict[str, Any] = {"field": region.said, "value": region.value, "text": table["text"].iloc[region.row]}
    return Batch(
        code,
        permit,
        hit.outcome[rows],
        measured,
        limit,
        unit,
        _labels(case, permit),
        str(table["reference"].iloc[region.row]),
        {name: np.full(len(rows), value, dtype=object) for name, value in more.items()},
    )


def _labels(case: Case, permit: IndexArray) -> ObjectArray:
    """Name the sub-zones of the parts that count of each permit."""
    parts = case.parts
    said: dict[int, dict[str, None]] = {int(p): {} for p in permit}
    wanted = np.zeros(len(case), np.bool_)
    wanted[permit] = True
    for row in np.flatnonzero(parts.counts & wanted[parts.permit]):
        said[int(parts.permit[row])].setdefault(str(case.labels[parts.unit[row]]))
    return np.array([", ".join(label for label in said[int(p)] if label) for p in permit], dtype=object)
