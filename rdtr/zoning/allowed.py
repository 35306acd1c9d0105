"""What can be built at a place: every activity of the plan judged at once, by the rules that judge permits."""

from __future__ import annotations

from datetime import date
from typing import Any, Final, TypeAlias

import geopandas as gpd
import numpy as np
import shapely

from rdtr import crs
from rdtr.errors import CrsError, GeometryError, PermitError
from rdtr.types import SmallArray
from rdtr.zoning.allowedreport import Allowed
from rdtr.zoning.case import Case
from rdtr.zoning.checks import overlay, use
from rdtr.zoning.checks.gather import KINDS, by_presence
from rdtr.zoning.locate import zone_finder
from rdtr.zoning.outcomes import UNDETERMINED
from rdtr.zoning.parts import lay_over
from rdtr.zoning.permits import normalise
from rdtr.zoning.plan import Plan

__all__ = ["Allowed", "Place", "allowed_at"]

Place: TypeAlias = tuple[float, float] | shapely.Geometry | gpd.GeoSeries | gpd.GeoDataFrame

_HALF_M: Final = 0.01
"""A point is judged as the square of two centimetres around it: no map is drawn finer."""


def allowed_at(plan: Plan, place: Place, *, tolerance_m: float | None = None, on: date | None = None) -> Allowed:
    """Tell what can be built at a place: every activity with its permission, conditions and limits.

    The answer for a polygon is that of `rdtr.check` for a permit that states nothing but an activity; it comes from the
    same rules and cannot differ from it.

    Parameters
    ----------
    plan
        The plan.
    place
        ``(longitude, latitude)`` in degrees; or a point or polygon in the plan's CRS; or a GeoSeries or GeoDataFrame of
        one such geometry in its own CRS.
    tolerance_m
        Accuracy of the zone lines in metres, by which boundary slivers are told; default is what the plan declares. At a
        point every zone counts that is there.
    on
        The day of judgement. Where the plan is not in force on it, nothing can be found to conform.

    Returns
    -------
    Allowed

    Raises
    ------
    GeometryError
        If the place is neither a point nor a polygon, is empty or invalid.
    CrsError
        If coordinates do not exist in the plan's CRS, or a series has no CRS.
    PermitError
        If `tolerance_m` is no length.

    Examples
    --------
    >>> from rdtr import sample_city
    >>> plan = sample_city(parcels=500).plan
    >>> house = plan.zones.query("KODSZN == 'R-3'").geometry.iloc[0]
    >>> here = allowed_at(plan, house.representative_point())
    >>> here.zones["KODSZN"].tolist(), here.activities.loc[0, ["name", "permission"]].tolist()
    (['R-3'], ['Rumah tunggal', 'I'])
    """
    geometry, is_point = _shape(plan, place)
    tolerance = 0.0 if is_point else plan.identity.tolerance_m if tolerance_m is None else float(tolerance_m)
    if not (np.isfinite(tolerance) and tolerance >= 0.0):
        raise PermitError(f"tolerance_m is {tolerance_m}; it is a length in metres, 0 or more")
    table = gpd.GeoDataFrame({"permit_id": ["1"]}, geometry=[geometry], crs=plan.crs)
    if not is_point:
        table = _whole(normalise(table, source="place"))
    parts = lay_over(table.geometry.to_numpy(), plan.index, tolerance, workers=1)
    case = Case(plan, table, parts, tolerance, on)
    detail = plan.derived("every activity", use.every_activity)
    zones = zone_finder(plan).at(geometry) if is_point else None
    judged = overlay.judge(case)
    of_use = _use_outcomes(case, detail)
    return Allowed(case, detail, of_use, judged, _verdict(case, of_use, int(judged.outcome[0])), zones)


def _shape(plan: Plan, place: Place) -> tuple[shapely.Geometry, bool]:
    """Bring a place into the plan's CRS; a point becomes its square."""
    if isinstance(place, gpd.GeoSeries | gpd.GeoDataFrame):
        geometry = _moved(plan, _only(place.geometry), place.crs)
    elif isinstance(place, shapely.Geometry):
        geometry = place
    else:
        geometry = _moved(plan, _point(place), 4326)
    if geometry is None or geometry.is_empty or geometry.geom_type not in ("Point", "Polygon", "MultiPolygon"):
        kind = "missing" if geometry is None else "empty" if geometry.is_empty else f"a {geometry.geom_type}"
        raise GeometryError(f"place is {kind}; give (longitude, latitude), a point or a polygon")
    if geometry.geom_type != "Point":
        return geometry, False
    x, y = geometry.x, geometry.y
    return shapely.box(x - _HALF_M, y - _HALF_M, x + _HALF_M, y + _HALF_M), True


def _only(series: gpd.GeoSeries) -> shapely.Geometry:
    if len(series) != 1:
        raise GeometryError(f"place has {len(series)} geometries; ask for one, or judge a table with rdtr.check")
    return series.iloc[0]


def _point(place: Any) -> shapely.Point:
    try:
        lon, lat = (float(v) for v in place)
    except (TypeError, ValueError):
        raise GeometryError(f"place is {place!r}; give (longitude, latitude) in degrees, or a geometry") from None
    if not (abs(lon) <= 180.0 and abs(lat) <= 90.0):
        raise CrsError(f"place is {lon}, {lat}; a pair is (longitude, latitude) in degrees; metres go as shapely.Point")
    return shapely.Point(lon, lat)


def _moved(plan: Plan, geometry: shapely.Geometry, source: Any) -> shapely.Geometry:
    if source is None:
        raise CrsError("place has no CRS; state it with set_crs(...), for example 'EPSG:4326'")
    return crs.transform(np.array([geometry], dtype=object), crs.parse(source), plan.crs, plan.identity.crs_policy)[0]


def _whole(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    if table.geometry.isna().any():
        why = "; ".join(f.message("en") for f in table.attrs["findings"])
        raise GeometryError(f"{why or 'place cannot be used'}; draw it anew")
    return table


def _use_outcomes(case: Case, detail: use.UseDetail) -> SmallArray:
    """Gather the parts that count for every activity at once, shape (activities,)."""
    parts = case.parts
    columns = np.unique(detail.column[parts.unit[parts.counts]])
    here = detail.outcomes[:, columns]
    present = np.zeros(len(here), np.int8)
    for bit, kind in enumerate(KINDS):
        present |= (here == kind).any(axis=1).astype(np.int8) << bit
    return by_presence(present)


def _verdict(case: Case, of_use: SmallArray, of_overlay: int) -> SmallArray:
    """Combine the two dimensions that an activity alone has; intensity and siting wait for a building."""
    worst = np.maximum(of_use, of_overlay)
    if not case.in_force:
        worst = np.maximum(worst, UNDETERMINED)
    return np.where(worst < 0, UNDETERMINED, worst).astype(np.int8)
