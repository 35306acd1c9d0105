"""Notes that belong to no single dimension: slivers, land cut out, areas used, what stands in the way of judging."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import numpy as np

from rdtr.types import BoolArray, SmallArray
from rdtr.zoning.case import CERTIFICATE, GEODESIC, Batch, Case, Judgement
from rdtr.zoning.outcomes import UNDETERMINED
from rdtr.zoning.slivers import AREA_EPS_M2

__all__ = ["notes"]

_BASIS: Final = {
    CERTIFICATE: {"id": "luas sertifikat", "en": "certificate"},
    GEODESIC: {"id": "luas geodetik gambar", "en": "drawn, geodesic"},
}


def notes(
    case: Case, verdict: SmallArray, judgements: Mapping[str, Judgement], chosen: BoolArray, *, passes: bool
) -> Iterator[Batch]:
    """Say what should be known about the chosen permits beside the verdicts."""
    yield from _not_in_force(case, chosen)
    yield from _nothing(case, judgements, chosen)
    yield from _areas(case, chosen, passes=passes)
    yield from _parts(case, chosen)


def _not_in_force(case: Case, chosen: BoolArray) -> Iterator[Batch]:
    if not case.in_force:
        identity = case.plan.identity
        values = {"valid_from": identity.valid_from or "…", "valid_until": identity.valid_until or "…", "on": case.on}
        yield Batch("PLAN_NOT_IN_FORCE", np.flatnonzero(chosen), UNDETERMINED, more=values)


def _nothing(case: Case, judgements: Mapping[str, Judgement], chosen: BoolArray) -> Iterator[Batch]:
    unplaced = np.isnan(case.parts.parcel_area_m2)
    absent = np.max([j.outcome for j in judgements.values()], axis=0) < 0
    yield Batch("NO_GEOMETRY", np.flatnonzero(chosen & unplaced), UNDETERMINED)
    yield Batch("NOTHING_TO_JUDGE", np.flatnonzero(chosen & absent & ~unplaced), UNDETERMINED)


def _areas(case: Case, chosen: BoolArray, *, passes: bool) -> Iterator[Batch]:
    placed = chosen & ~np.isnan(case.parts.parcel_area_m2)
    if passes:
        permit = np.flatnonzero(placed)
        basis = np.array([_BASIS[GEODESIC], _BASIS[CERTIFICATE]], dtype=object)[case.by_certificate[permit].astype(int)]
        yield Batch(
            "AREA_USED",
            permit,
            measured=case.used_m2[permit],
            unit="m2",
            more={"basis": basis, "drawn": case.parts.parcel_area_m2[permit], "geodesic": case.geodesic_m2[permit]},
        )
    with np.errstate(invalid="ignore", divide="ignore"):
        difference = 100.0 * (case.used_m2 / case.geodesic_m2 - 1.0)
    # a drawn boundary that is off by the tolerance all round changes the area by about perimeter times tolerance
    perimeter = case.permits.geometry.length.to_numpy()
    beyond = np.abs(case.used_m2 - case.geodesic_m2) > perimeter * case.tolerance_m
    permit = np.flatnonzero(placed & case.by_certificate & beyond)
    yield Batch(
        "AREA_DIFFERS",
        permit,
        measured=case.used_m2[permit],
        limit=case.geodesic_m2[permit],
        unit="m2",
        more={"difference": difference[permit]},
    )
    surplus = case.parts.covered_m2 - case.parts.parcel_area_m2
    permit = np.flatnonzero(placed & (surplus > np.maximum(AREA_EPS_M2, 1e-9 * case.parts.parcel_area_m2)))
    yield Batch("PLAN_OVERLAPS_HERE", permit, measured=surplus[permit], unit="m2")


def _parts(case: Case, chosen: BoolArray) -> Iterator[Batch]:
    parts = case.parts
    cut = np.append(case.index.units.cut_out, False)[parts.unit]
    rows = np.flatnonzero(parts.counts & cut & chosen[parts.permit])
    yield Batch(
        "PART_CUT_OUT", parts.permit[rows], measured=parts.area_m2[rows], unit="m2", label=case.labels[parts.unit[rows]]
    )
    rows = np.flatnonzero(~parts.counts & chosen[parts.permit])
    labels = case.labels[parts.unit[rows]]
    yield Batch(
        "PART_SLIVER",
        parts.permit[rows],
        measured=parts.area_m2[rows],
        unit="m2",
        label=labels,
        more={"depth": parts.depth_m[rows], "tolerance": case.tolerance_m},
    )
    yield Batch("PARCEL_NARROW", np.flatnonzero(chosen & parts.narrow), more={"tolerance": case.tolerance_m})
