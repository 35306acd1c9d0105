"""The check: many permits against one plan, in one pass. Puts the rules together; each rule has its own module."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any, Final

import geopandas as gpd
import numpy as np
import shapely

from rdtr import crs
from rdtr.errors import CrsError, PermitError
from rdtr.memory import give_back
from rdtr.progress import silent
from rdtr.types import FloatArray, Progress, SmallArray
from rdtr.zoning.ahead import Ahead
from rdtr.zoning.case import Case, Judgement
from rdtr.zoning.checks import RULES
from rdtr.zoning.edges import Rings, layout_of
from rdtr.zoning.outcomes import UNDETERMINED
from rdtr.zoning.parts import Columns, joined, lay_over, lay_rows
from rdtr.zoning.permits import Normal, normalised
from rdtr.zoning.plan import Plan
from rdtr.zoning.report import Report
from rdtr.zoning.stability import stable_to
from rdtr.zoning.threads import WORTH_A_THREAD, side_by_side

__all__ = ["check"]

_MANY: Final = 500_000
"""Permits from which on it is worth handing back what reading them left behind. Measured: of 170,000 permits that is
50-90 MB, but the pages are asked for again at once, a tenth of the check; of a million it decides whether they fit."""


def check(
    plan: Plan,
    permits: Any,
    *,
    activity: str | None = None,
    on: date | None = None,
    tolerance_m: float | None = None,
    workers: int | None = None,
    progress: Progress = silent,
) -> Report:
    """Judge permits against a plan.

    Parameters
    ----------
    plan
        The plan.
    permits
        A GeoDataFrame with the canonical permit columns (see `rdtr.read_permits`), or one polygon in the plan's CRS.
        Another CRS is brought to the plan's under its policy.
    activity
        Activity id, name or KBLI code for permits that state none; the usual companion of a single polygon.
    on
        The day of judgement. Where the plan is not in force on it, nothing can be found to conform.
    tolerance_m
        Accuracy of the zone lines in metres; default is what the plan declares. It stands in the report.
    workers
        Threads; the result does not depend on it.
    progress
        Called with (done, total) permits.

    Returns
    -------
    Report

    Raises
    ------
    PermitError
        For a table that cannot be judged, such as one with doubled ids.
    CrsError
        If permits have no CRS.

    Examples
    --------
    >>> import pandas as pd
    >>> from rdtr.zoning.rules import RuleBook
    >>> rules = RuleBook.from_tables({
    ...     "activities": pd.DataFrame({"activity_id": ["001"], "name": ["Rumah tunggal"], "kbli": [""]}),
    ...     "matrix": pd.DataFrame({"activity_id": ["001"], "R-2": ["I"], "K-1": ["X"]})})
    >>> zones = gpd.GeoDataFrame({"KODSZN": ["R-2", "K-1"]}, crs=9480,
    ...                          geometry=[shapely.box(0, 0, 50, 50), shapely.box(50, 0, 90, 50)])
    >>> report = check(Plan.build(zones, rules=rules), shapely.box(10, 10, 70, 20), activity="001")
    >>> report.permits.loc[0, ["verdict", "use"]].tolist(), report.parts["area_m2"].tolist()
    (['partial', 'partial'], [400.0, 200.0])
    """
    tolerance = _tolerance(plan, tolerance_m)
    covered: list[FloatArray] = []

    def begin(start: int, rings: Rings) -> Callable[[int, int], Columns]:
        covered.append(np.zeros(len(rings)))
        here, layer = covered[-1], plan.index.grid
        return lambda first, stop: lay_rows(rings, np.arange(first, stop), layer, tolerance, here, first=start)

    with Ahead(begin, workers) as ahead:
        normal = _table(plan, permits, activity, ahead)
        table, layout = normal.table, normal.layout
        if len(table) >= _MANY:
            give_back()
        geometry = table.geometry.to_numpy()
        # what was laid ahead holds only if every shape proved usable
        found = None if layout is None else ahead.found(len(table), progress)
    laid = None if found is None else joined(found, np.concatenate(covered))
    covered.clear()
    layout = layout_of(geometry, "permit") if layout is None else layout
    parts = lay_over(geometry, plan.index, tolerance, layout=layout, laid=laid, workers=workers, progress=progress)
    del laid
    case = Case(plan, table, parts, tolerance, on, normal.coded)
    vars(case)["layout"] = layout
    judgements = _judged(case, workers)
    del vars(case)["layout"], layout, normal
    verdict = _verdict(case, [j.outcome for j in judgements.values()])
    return Report(case, judgements, verdict, stable_to(case, judgements, verdict, workers=workers))


def _tolerance(plan: Plan, given_m: float | None) -> float:
    tolerance = plan.identity.tolerance_m if given_m is None else float(given_m)
    if not (np.isfinite(tolerance) and tolerance >= 0.0):
        raise PermitError(f"tolerance_m is {given_m}; it is a length in metres, 0 or more")
    return tolerance


def _table(plan: Plan, permits: Any, activity: str | None, ahead: Ahead[Columns]) -> Normal:
    if isinstance(permits, shapely.Geometry):
        permits = gpd.GeoDataFrame({"permit_id": ["1"]}, geometry=[permits], crs=plan.crs)
    if not isinstance(permits, gpd.GeoDataFrame):
        raise PermitError(
            f"permits is a {type(permits).__name__}; give a GeoDataFrame, see rdtr.read_permits, or a polygon"
        )
    if permits.crs is None:
        raise CrsError("permits have no CRS; state it with permits.set_crs(...), for example 'EPSG:4326'")
    here = crs.parse(permits.crs)
    begin = here == plan.crs and len(permits) > WORTH_A_THREAD  # fewer are one piece, laid when it is read
    normal = normalised(permits, which="given", watch=ahead.take if begin else None)
    table, layout, coded = normal.table, normal.layout, normal.coded
    if activity is not None:
        said = table["activity"].notna() | table["kbli"].notna()
        table["activity"] = table["activity"].where(said, activity)
        coded = {}
    if here != plan.crs:
        moved = crs.transform(table.geometry.to_numpy(), here, plan.crs, plan.identity.crs_policy)
        table = table.set_geometry(gpd.GeoSeries(moved, index=table.index, crs=plan.crs))
        layout = None
    return Normal(table, layout, coded)


def _judged(case: Case, workers: int | None) -> dict[str, Judgement]:
    """What each rule says; none asks another, so the first, which has most to do, is judged beside the others."""
    first, *others = RULES
    said, beside = side_by_side(
        lambda: first.judge(case),
        lambda: {rule.dimension: rule.judge(case) for rule in others},
        len(case),
        workers=workers,
    )
    return {first.dimension: said, **beside}


def _verdict(case: Case, outcomes: list[SmallArray]) -> SmallArray:
    """The gravest dimension; with none, or on a day on which the plan is not in force, nothing can be said."""
    worst = np.max(outcomes, axis=0)
    if not case.in_force:
        worst = np.maximum(worst, UNDETERMINED)
    return np.where(worst < 0, UNDETERMINED, worst).astype(np.int8)
