"""Rows that were set aside for an invalid outline, made valid and taken in again. Mends single polygons, no borders."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from rdtr.crs import parse, transform
from rdtr.types import BoolArray, ObjectArray
from rdtr.zoning.codes import canonical_code, looks_like_code, tidy
from rdtr.zoning.findings import Finding, Findings
from rdtr.zoning.plan import Plan

__all__ = ["restored_rows"]


def restored_rows(plan: Plan) -> tuple[gpd.GeoDataFrame, BoolArray, gpd.GeoDataFrame, Findings]:
    """Mend what can be mended of the rejected rows.

    Parameters
    ----------
    plan
        As it was read.

    Returns
    -------
    zones
        The plan's zones, then the mended ones.
    mended
        Shape (rows,), True for those.
    aside
        Rejected rows that stay so.
    findings
        Those of the plan; of a mended row ``GEOMETRY_REPAIRED`` stands in place of ``GEOMETRY_INVALID``.
    """
    zones, rejected = plan.zones, plan.rejected
    invalid = {f.row: f for f in plan.findings.of("GEOMETRY_INVALID")}
    shapes = rejected.geometry.to_numpy()
    chosen = np.isin(rejected["row"].to_numpy(), [r for r in invalid if r is not None])
    chosen &= np.isin(shapely.get_type_id(shapes), (3, 6))
    if not chosen.any() or rejected.crs is None:
        return zones, np.zeros(len(zones), np.bool_), rejected, plan.findings
    good = _mended(transform(shapes[chosen], parse(rejected.crs), plan.crs, plan.identity.crs_policy))
    usable = shapely.area(good) > 0.0
    rows = np.flatnonzero(chosen)[usable]
    extra = _named(rejected.iloc[rows], plan).set_geometry(gpd.GeoSeries(good[usable], crs=plan.crs))
    extra = extra[[c for c in zones.columns if c in extra.columns]]
    together = gpd.GeoDataFrame(pd.concat([zones, extra], ignore_index=True), geometry="geometry", crs=plan.crs)
    stay = np.ones(len(rejected), np.bool_)
    stay[rows] = False
    numbers = set(rejected["row"].to_numpy()[rows].tolist())
    return together, np.arange(len(together)) >= len(zones), rejected[stay], _findings(plan, numbers)


def _mended(shapes: ObjectArray) -> ObjectArray:
    valid = shapely.make_valid(shapes, method="structure", keep_collapsed=False)
    result = np.empty(len(valid), dtype=object)
    for k, shape in enumerate(valid):  # rows with an invalid outline are few
        parts = shapely.get_parts(shape)
        parts = parts[shapely.get_type_id(parts) == 3]
        result[k] = parts[0] if len(parts) == 1 else shapely.multipolygons(parts)
    return result


def _named(rows: gpd.GeoDataFrame, plan: Plan) -> gpd.GeoDataFrame:
    """Give rows as they were read the names and codes that reading gave to the others."""
    names = {f.field: f.values["column"] for f in plan.findings.of("COLUMN_ALIAS") if f.field in rows.columns}  # noqa: PD011
    named = rows.drop(columns=["row", "reason"]).rename(columns=names).reset_index(drop=True)
    named = named.rename_geometry("geometry") if named.geometry.name != "geometry" else named
    codes = {c: [canonical_code(v) if looks_like_code(v) else tidy(v) or None for v in named[c]]
             for c in ("KODZON", "KODSZN") if c in named.columns}  # fmt: skip
    return named.assign(**codes)


def _findings(plan: Plan, mended: set[int]) -> Findings:
    kept = (f for f in plan.findings if not (f.code == "GEOMETRY_INVALID" and f.row in mended))
    return Findings((*kept, *(Finding("GEOMETRY_REPAIRED", plan.identity.id, row) for row in sorted(mended))))
