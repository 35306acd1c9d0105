"""The siting rule: setbacks from the road (GSB), the sides and the rear. Buffers along rivers and coasts are not here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from rdtr.types import BoolArray
from rdtr.zoning.case import Batch, Case, Judgement
from rdtr.zoning.checks.limits import Compared, Measure, Part, compare, limited_parts, not_asked
from rdtr.zoning.checks.limits import describe as describe_limit
from rdtr.zoning.outcomes import ABSENT, UNDETERMINED

__all__ = ["SitingDetail", "describe", "judge"]

_MEASURES: Final = (
    (Measure("gsb_min_m", {"id": "GSB", "en": "setback from the road (GSB)"}, "m", False), "setback_front_m"),
    (Measure("side_min_m", {"id": "jarak bebas samping", "en": "side clearance"}, "m", False), "setback_side_m"),
    (Measure("rear_min_m", {"id": "jarak bebas belakang", "en": "rear clearance"}, "m", False), "setback_rear_m"),
)


@dataclass(frozen=True, eq=False)
class SitingDetail:
    """The parts judged and each measure compared."""

    part: Part
    compared: tuple[Compared, ...]


def judge(case: Case) -> Judgement:
    """Judge the setbacks of every permit that states one."""
    if not any(case.states(column) for _, column in _MEASURES):
        return _nobody_states(case)
    stated = {column: case.number(column) for _, column in _MEASURES}
    asked = ~np.all([np.isnan(v) for v in stated.values()], axis=0)
    part = limited_parts(case, asked)
    compared = tuple(compare(case, part, m, stated[column]) for m, column in _MEASURES)
    outcome = np.max([c.outcome for c in compared], axis=0)
    unplaced = asked & np.isnan(case.parts.parcel_area_m2)
    return Judgement(np.where(unplaced, UNDETERMINED, outcome).astype(np.int8), detail=SitingDetail(part, compared))


def _nobody_states(case: Case) -> Judgement:
    part = limited_parts(case, np.broadcast_to(np.False_, len(case)))
    compared = tuple(not_asked(measure, len(case)) for measure, _ in _MEASURES)
    return Judgement(np.full(len(case), ABSENT, np.int8), detail=SitingDetail(part, compared))


def describe(case: Case, judgement: Judgement, chosen: BoolArray, *, passes: bool) -> Iterator[Batch]:
    """Say how each stated setback stands to its limit."""
    detail: SitingDetail = judgement.detail
    for compared in detail.compared:
        yield from describe_limit(case, detail.part, compared, chosen, passes=passes)
