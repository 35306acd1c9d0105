"""What permits take of a blok: footprints, floors and green of many permits against what its zones hold. Judges none."""

from __future__ import annotations

from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from rdtr.types import FloatArray, IndexArray, ObjectArray
from rdtr.zoning.check import check
from rdtr.zoning.limits import LimitRows, limit_rows
from rdtr.zoning.plan import Plan
from rdtr.zoning.rules import LIMITS

__all__ = ["block_quota"]

_TAKEN: Final = {"footprint": ("footprint_m2", "kdb_max_pct", 0.01), "floor": ("floor_area_m2", "klb_max", 1.0),
                 "green": ("green_m2", "kdh_min_pct", 0.01)}  # fmt: skip
"""Figure of a permit, the limit it is held against, and what makes a ratio of that limit."""


def block_quota(plan: Plan, permits: Any, *, column: str = "KODBLK") -> gpd.GeoDataFrame:
    """Add issued permits up by blok against what the limits of its zones allow.

    A permit's figures are spread over the buildable parts of its parcel by area. The capacity of a blok is the area of its
    buildable zones times the limit of each; where a limit depends on what is not known of vacant land (road class, lot,
    alternative) it is a range.

    Parameters
    ----------
    plan
        The plan.
    permits
        Issued permits with canonical columns, see `rdtr.read_permits`.
    column
        Another column of the zones: KODSWP, KODEWP.

    Returns
    -------
    GeoDataFrame
        One row a blok: the column; buildable_m2 (planar, all its zones but roads and water), permits, parcel_m2 (of them,
        in it). Then of the footprint (KDB) and floor area (KLB) what is taken, ``_m2``, its capacity ``_low_m2`` and
        ``_high_m2``, and ``_share``, taken of the low one; of green (KDH) what the permits provide, ``green_m2``, and
        what the blok must have when it is full, ``green_low_m2`` to ``green_high_m2``, and ``green_share``. NaN where no
        limit is stated for some of its land. The geometry is the blok.

    Examples
    --------
    >>> from rdtr import sample_city
    >>> city = sample_city(parcels=500)
    >>> quota = block_quota(city.plan, city.permits)
    >>> quota["permits"].gt(0).any(), (quota["footprint_m2"] <= quota["parcel_m2"]).all()
    (np.True_, np.True_)
    """
    places, of_unit = _places(plan, column)
    table = _capacity(plan, len(places), of_unit)
    taken = _taken(plan, permits, len(places), of_unit)
    frame = pd.DataFrame({column: places, "buildable_m2": table.pop("buildable_m2"), **taken, **table})
    for name in _TAKEN:
        with np.errstate(invalid="ignore", divide="ignore"):
            frame[f"{name}_share"] = frame[f"{name}_m2"] / frame[f"{name}_low_m2"]
    return gpd.GeoDataFrame(frame, geometry=_shapes(plan, len(places), of_unit), crs=plan.crs)


def _places(plan: Plan, column: str) -> tuple[ObjectArray, IndexArray]:
    """Distinct places and which of them each unit is in; -1 for none and for the outside."""
    texts = plan.index.units.texts(column).astype(str)
    places, number = np.unique(texts, return_inverse=True)
    kept = np.flatnonzero(places != "")
    renumber = np.full(len(places) + 1, -1, np.int64)
    renumber[kept] = np.arange(len(kept))
    return places[kept].astype(object), np.append(renumber[number], -1)


def _capacity(plan: Plan, count: int, of_unit: IndexArray) -> dict[str, FloatArray]:
    units = plan.index.units
    area = np.bincount(units.of_zone, shapely.area(plan.zones.geometry.to_numpy()), len(units))
    area = np.where(units.cut_out, 0.0, area)
    inside = of_unit[:-1] >= 0
    place = of_unit[:-1][inside]
    result = {"buildable_m2": np.bincount(place, area[inside], count).astype(np.float64)}
    rows = plan.derived("limit rows", limit_rows)
    for name, (_, limit, ratio) in _TAKEN.items():
        low, high = _range(rows, LIMITS.index(limit))
        for end, values in (("low", low), ("high", high)):
            # land of a unit without the limit makes the sum unknown, roads and water hold none
            share = np.where(area > 0.0, area * values * ratio, 0.0)[inside]
            result[f"{name}_{end}_m2"] = np.bincount(place, share, count).astype(np.float64)
    return result


def _range(rows: LimitRows, k: int) -> tuple[FloatArray, FloatArray]:
    """Smallest and largest value of a limit in each unit; NaN where one of its variants states none."""
    values = [rows.value[r, k] if len(r) else np.array([np.nan]) for r in rows.of_unit]
    return np.array([np.min(v) for v in values]), np.array([np.max(v) for v in values])


def _taken(plan: Plan, permits: Any, count: int, of_unit: IndexArray) -> dict[str, Any]:
    case = check(plan, permits).case
    parts = case.parts
    cut = np.append(plan.index.units.cut_out, True)[parts.unit]
    row = np.flatnonzero(parts.counts & ~cut)
    permit, place = parts.permit[row], of_unit[parts.unit[row]]
    total = np.bincount(permit, parts.area_m2[row], len(case))
    share = parts.area_m2[row] / total[permit]
    here = place >= 0
    one = pd.DataFrame({"permit": permit[here], "place": place[here]}).drop_duplicates()
    result: dict[str, Any] = {
        "permits": np.bincount(one["place"], minlength=count),
        "parcel_m2": np.bincount(place[here], parts.area_m2[row][here], count).astype(np.float64),
    }
    for name, (column, _, _) in _TAKEN.items():
        figure = np.nan_to_num(case.number(column))[permit] * share
        result[f"{name}_m2"] = np.bincount(place[here], figure[here], count).astype(np.float64)
    return result


def _shapes(plan: Plan, count: int, of_unit: IndexArray) -> ObjectArray:
    zones, place = plan.zones.geometry.to_numpy(), of_unit[:-1][plan.index.units.of_zone]
    # one union a blok, of which a city has some hundreds
    return np.array([shapely.union_all(zones[place == k]) for k in range(count)], dtype=object)
