"""Where an activity can go: every place of a plan that allows it, found by the rules that judge permits. Draws nothing."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, Final

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from rdtr.errors import PlanError, RulesError
from rdtr.types import BoolArray, FloatArray, IndexArray, ObjectArray, SmallArray
from rdtr.zoning.allowedreport import LETTERS
from rdtr.zoning.checks import overlay, use
from rdtr.zoning.checks.regions import Region, regions
from rdtr.zoning.codes import is_blank
from rdtr.zoning.limits import limit_rows
from rdtr.zoning.outcomes import CONDITIONAL, OUTCOMES, PROHIBITED, UNDETERMINED
from rdtr.zoning.plan import Plan
from rdtr.zoning.rules import LIMITS
from rdtr.zoning.schema import FLAGS
from rdtr.zoning.search import find_activities

__all__ = ["where_allowed"]

_PLACE: Final = ("NAMOBJ", "KODBLK", "KODSWP", "WADMKD", "WADMKC")


def where_allowed(
    plan: Plan,
    activity: str,
    *,
    min_area_m2: float = 0.0,
    exclude: Collection[str] = (),
    undetermined: str = "leave",
) -> gpd.GeoDataFrame:
    """Find every place that allows an activity.

    A place is a zone polygon (each part of a multipart one by itself) less the land that overlay layers and buffers keep
    free. It is listed if the matrix allows the activity there, no flag forbids it, and it is large enough for the
    smallest lot that the limits ask for.

    Parameters
    ----------
    plan
        The plan.
    activity
        Activity id, name or KBLI code; where a code means several activities, all must be allowed.
    min_area_m2
        Smallest area of a place, on the ellipsoid.
    exclude
        Flag columns, such as ``LP2B_2``, whose land is left out whatever the rules make of it.
    undetermined
        What becomes of places of which the rules say nothing: ``leave`` them out, or ``keep`` them with that outcome.
        Silence is never permission.

    Returns
    -------
    GeoDataFrame
        zone (row in ``plan.zones``, counted from 0), KODSZN, NAMOBJ, KODBLK, KODSWP, WADMKD, WADMKC; permission, outcome,
        conditions (codes with blanks between), overlays (flags that ask or note something), area_m2 (on the ellipsoid),
        lot_area_min_m2 (NaN where none is asked), reference, geometry in the plan's CRS. Largest first within the best
        outcome.

    Raises
    ------
    RulesError
        If the activity is not in the rule book; near names are suggested.
    PlanError
        If `exclude` names no flag of the plan, or another parameter cannot be.

    Examples
    --------
    >>> from rdtr import sample_city
    >>> plan = sample_city(parcels=500).plan
    >>> places = where_allowed(plan, "47111", min_area_m2=2_000)
    >>> bool((places["area_m2"] >= 2_000).all()), sorted(set(places["outcome"]))
    (True, ['conditional'])
    """
    _require(plan, min_area_m2, exclude, undetermined)
    rows = _rows(plan, activity)
    detail = plan.derived("every activity", use.every_activity)
    unit_outcome = _unit_outcomes(plan, detail, rows)
    keep = unit_outcome <= (UNDETERMINED if undetermined == "keep" else CONDITIONAL)
    keep &= ~_flagged(plan, exclude)
    of_zone = plan.index.units.of_zone
    zone = np.flatnonzero(keep[of_zone])
    zone, shape, hit = _free(plan, zone, plan.zones.geometry.to_numpy()[zone])
    found = np.maximum(unit_outcome[of_zone[zone]], hit)
    table = _table(plan, detail, rows, zone, shape, found)
    large = (table["area_m2"] >= min_area_m2) & ~(table["area_m2"] < table["lot_area_min_m2"])
    large &= found <= (UNDETERMINED if undetermined == "keep" else CONDITIONAL)
    rank = [OUTCOMES.index(o) for o in table["outcome"]]
    order = np.lexsort((table["zone"], -table["area_m2"], rank))
    return table.iloc[order[large.to_numpy()[order]]].reset_index(drop=True)


def _require(plan: Plan, min_area_m2: float, exclude: Collection[str], undetermined: str) -> None:
    if not (np.isfinite(min_area_m2) and min_area_m2 >= 0.0):
        raise PlanError(f"min_area_m2 is {min_area_m2}; it is an area in square metres, 0 or more")
    if undetermined not in ("leave", "keep"):
        raise PlanError(f"undetermined is {undetermined!r}; wanted 'leave' or 'keep'")
    flags = [c for c in FLAGS if c in plan.index.units.table.columns]
    unknown = sorted(set(exclude) - set(flags))
    if unknown:
        raise PlanError(f"exclude: {unknown[0]!r} is no flag of this plan; it has {', '.join(flags) or 'none'}")


def _rows(plan: Plan, activity: str) -> IndexArray:
    rows = plan.rules.find_activity(activity)
    if not rows:
        near = find_activities(plan, str(activity), limit=3)["name"].tolist()
        hint = f"; did you mean {', '.join(near)}?" if near else "; see plan.rules.activities"
        raise RulesError(f"activity {activity!r} is not in the rule book of plan {plan.identity.id}{hint}")
    return np.array(rows, np.int64)


def _unit_outcomes(plan: Plan, detail: use.UseDetail, rows: IndexArray) -> SmallArray:
    """Gravest of use and flags for each unit, shape (units,)."""
    of_use = detail.outcomes[rows].max(axis=0)[detail.column[:-1]]
    return np.maximum(of_use, overlay.unit_outcomes(plan)[:-1])


def _flagged(plan: Plan, exclude: Collection[str]) -> BoolArray:
    units = plan.index.units
    flagged = np.zeros(len(units), np.bool_)
    for column in exclude:
        flagged |= np.array([not is_blank(v) for v in units.texts(column)], np.bool_)
    return flagged


def _free(plan: Plan, zone: IndexArray, shape: ObjectArray) -> tuple[IndexArray, ObjectArray, SmallArray]:
    """Take the land out that layers forbid, split what is left; with the outcome that other layers give each piece."""
    for region in regions(plan):
        if region.effect in ("prohibit", "buffer") and len(region.land):
            shape = _without(shape, region)
    parts, source = shapely.get_parts(shape, return_index=True)
    solid = (shapely.get_dimensions(parts) == 2) & ~shapely.is_empty(parts)
    parts, zone = parts[solid], zone[source[solid]]
    outcome = np.full(len(parts), -1, np.int8)
    for region in regions(plan):
        met = _met(plan, parts, region)
        outcome[met] = np.maximum(outcome[met], _of_layer(region))
    return zone, parts, outcome


def _without(shape: ObjectArray, region: Region) -> ObjectArray:
    """Cut a region out of the shapes that meet it."""
    left, land = shapely.STRtree(region.land).query(shape, predicate="intersects")
    result = shape.copy()
    for k in np.unique(left):  # only zones at a river or a slope come here
        result[k] = shapely.difference(result[k], shapely.union_all(region.land[land[left == k]]))
    return result


def _met(plan: Plan, parts: ObjectArray, region: Region) -> IndexArray:
    """Find pieces that a layer which asks for something meets; of a raster or a missing layer it may be any piece."""
    if region.missing or region.classes:
        return np.arange(len(parts))
    every = np.concatenate([region.land, region.marks])
    if region.effect in ("note", "buffer") or not len(every):
        return np.empty(0, np.int64)
    if region.effect == "prohibit":
        every = region.marks
    return np.unique(shapely.STRtree(every).query(parts, predicate="intersects")[0])


def _of_layer(region: Region) -> int:
    if region.missing:
        return UNDETERMINED
    if region.effect == "prohibit" and not region.classes:
        return PROHIBITED  # a line or point that forbids: what it leaves of the piece is not known
    return CONDITIONAL if region.effect != "note" else 0


def _table(
    plan: Plan, detail: use.UseDetail, rows: IndexArray, zone: IndexArray, shape: ObjectArray, outcome: SmallArray
) -> gpd.GeoDataFrame:
    units, zones = plan.index.units, plan.zones
    unit = units.of_zone[zone]
    words = _words(plan, detail, rows)
    centre = shapely.centroid(shape)
    scale = plan.index.scale.at(shapely.get_x(centre), shapely.get_y(centre))
    place = {c: zones[c].to_numpy(object)[zone] for c in _PLACE}
    references = "; ".join(dict.fromkeys(r for k in rows if (r := plan.rules.matrix_references[k])))
    columns: dict[str, Any] = {
        "zone": zone,
        "KODSZN": units.label[unit],
        **place,
        "permission": words[0][detail.column[unit]],
        "outcome": np.array(OUTCOMES, dtype=object)[np.maximum(outcome, 0)],
        "conditions": words[1][detail.column[unit]],
        "overlays": _overlays(plan)[unit],
        "area_m2": shapely.area(shape) * scale,
        "lot_area_min_m2": _smallest_lots(plan)[unit],
        "reference": references,
    }
    return gpd.GeoDataFrame(pd.DataFrame(columns), geometry=shape, crs=plan.crs)


def _words(plan: Plan, detail: use.UseDetail, rows: IndexArray) -> tuple[ObjectArray, ObjectArray]:
    """Permission and conditions of the activity in every matrix column."""
    strictest = detail.permission[rows].max(axis=0)
    codes = [
        " ".join(dict.fromkeys(c for k in rows for c in detail.conditions(plan.rules, int(k), column)))
        for column in range(detail.permission.shape[1])
    ]
    return np.array(LETTERS, dtype=object)[strictest], np.array(codes, dtype=object)


def _overlays(plan: Plan) -> ObjectArray:
    hits = overlay.unit_hits(plan)
    return np.array(["; ".join(f"{h.field} = {h.value}" for h in unit) for unit in hits], dtype=object)


def _smallest_lots(plan: Plan) -> FloatArray:
    """Smallest lot that any variant of the limits allows, by unit; NaN where one of them asks for none."""
    limits, k = plan.derived("limit rows", limit_rows), LIMITS.index("lot_area_min_m2")
    lots = [limits.value[rows, k] for rows in limits.of_unit]
    return np.array([np.min(v) if len(v) else np.nan for v in lots])
