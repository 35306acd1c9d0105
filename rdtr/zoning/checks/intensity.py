"""The intensity rule: KDB, KLB, KDH, KTB, height, floors and the smallest lot, per part where zones differ."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from rdtr.types import BoolArray, FloatArray
from rdtr.zoning.case import Batch, Case, Judgement
from rdtr.zoning.checks.limits import Compared, Measure, Part, compare, limited_parts, not_asked
from rdtr.zoning.checks.limits import describe as describe_limit
from rdtr.zoning.outcomes import ABSENT, PROHIBITED, UNDETERMINED

__all__ = ["LimitDetail", "describe", "judge"]

# limit, word, unit, adds up by area, permit column
_MEASURES: Final = (
    (Measure("kdb_max_pct", {"id": "KDB", "en": "KDB"}, "pct", True), "footprint_m2"),
    (Measure("klb_max", {"id": "KLB", "en": "KLB"}, "x", True), "floor_area_m2"),
    (Measure("klb_min", {"id": "KLB", "en": "KLB"}, "x", True), "floor_area_m2"),
    (Measure("kdh_min_pct", {"id": "KDH", "en": "KDH"}, "pct", True), "green_m2"),
    (Measure("ktb_max_pct", {"id": "KTB", "en": "KTB"}, "pct", True), "basement_m2"),
    (Measure("height_max_m", {"id": "tinggi bangunan", "en": "building height"}, "m", False), "height_m"),
    (Measure("floors_max", {"id": "jumlah lantai", "en": "number of floors"}, "n", False), "floors"),
)
_LOT: Final = Measure("lot_area_min_m2", {"id": "luas kaveling", "en": "lot area"}, "m2", False)


@dataclass(frozen=True, eq=False)
class LimitDetail:
    """The parts judged, each measure compared, and permits that would build where nothing can be built."""

    part: Part
    compared: tuple[Compared, ...]
    unbuildable: BoolArray


def judge(case: Case) -> Judgement:
    """Judge the intensity of every permit that states a figure; a figure that is not stated is not judged.

    Ratios are taken of the buildable part of `Case.used_m2`: road bodies and water that count are cut out.
    """
    if not any(case.states(column) for _, column in _MEASURES):
        return _nobody_states(case)
    stated = {column: case.number(column) for _, column in _MEASURES}
    asked = ~np.all([np.isnan(v) for v in stated.values()], axis=0)
    part, share = limited_parts(case, asked), case.buildable_share
    buildable = case.used_m2 * share
    compared = [compare(case, part, m, _figure(m, stated[column], buildable)) for m, column in _MEASURES]
    compared.append(_lot(case, part, asked))
    ground = np.nan_to_num(np.fmax(stated["footprint_m2"], stated["floor_area_m2"]))
    unbuildable = (share == 0.0) & (ground > 0.0)
    unplaced = asked & np.isnan(case.parts.parcel_area_m2)
    outcome = np.max([c.outcome for c in compared], axis=0)
    outcome = np.where(unbuildable, PROHIBITED, np.where(unplaced, UNDETERMINED, outcome))
    return Judgement(outcome.astype(np.int8), detail=LimitDetail(part, tuple(compared), unbuildable))


def _nobody_states(case: Case) -> Judgement:
    nobody = np.broadcast_to(np.False_, len(case))
    compared = tuple(not_asked(measure, len(case)) for measure in (*(m for m, _ in _MEASURES), _LOT))
    detail = LimitDetail(limited_parts(case, nobody), compared, nobody)
    return Judgement(np.full(len(case), ABSENT, np.int8), detail=detail)


def _lot(case: Case, part: Part, asked: BoolArray) -> Compared:
    """The smallest lot; nobody states it in a permit, so rules that are silent about it leave nothing unanswered."""
    lot = compare(case, part, _LOT, np.where(asked, case.used_m2, np.nan))
    return replace(lot, outcome=np.where(lot.known, lot.outcome, np.minimum(lot.outcome, ABSENT)).astype(np.int8))


def _figure(measure: Measure, stated: FloatArray, buildable: FloatArray) -> FloatArray:
    if not measure.budget or np.isnan(stated).all():
        return stated
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(buildable > 0.0, stated / buildable, np.nan)
    return ratio * 100.0 if measure.unit == "pct" else ratio


def describe(case: Case, judgement: Judgement, chosen: BoolArray, *, passes: bool) -> Iterator[Batch]:
    """Say how each stated figure stands to its limit."""
    detail: LimitDetail = judgement.detail
    for compared in detail.compared:
        yield from describe_limit(case, detail.part, compared, chosen, passes=passes)
    permit = np.flatnonzero(detail.unbuildable & chosen)
    yield Batch("NOTHING_BUILDABLE", permit, PROHIBITED, case.parts.parcel_area_m2[permit], 0.0, "m2")
