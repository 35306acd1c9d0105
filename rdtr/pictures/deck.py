"""Plans and audits as maps that the graphics card draws, made with lonboard: every vertex, no basemap. Judges nothing.

A map of folium holds each vertex as text and gives up at some ten thousand zones; here they go to the browser as columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from lonboard import BaseLayer, Map, PathLayer, PolygonLayer, ScatterplotLayer

from rdtr import crs
from rdtr.tiles.palette import palette
from rdtr.types import Lang
from rdtr.zoning.audit import AuditReport
from rdtr.zoning.audit.picture import COLORS
from rdtr.zoning.plan import Plan

__all__ = ["audit_deck", "plan_deck"]

_NO_BASEMAP: Any = {"basemap": None}  # lonboard would ask another host for one
_ALPHA = 190
_BORDER = (85, 85, 85, 255)


def plan_deck(plan: Plan, *, lang: Lang = "id") -> Map:
    """Draw the zones of a plan in their official colours, see `rdtr.Plan.explore`."""
    colors = palette(plan)
    label = "sub-zona" if lang == "id" else "sub-zone"
    zones = plan.zones[["geometry", *(c for c in ("NAMOBJ", "KODBLK") if c in plan.zones)]]
    return _map([_polygons(zones.assign(**{label: colors.label}), plan, _rgba([str(c) for c in colors.color]))])


def audit_deck(report: AuditReport, *, lang: Lang = "id") -> Map:
    """Draw the findings of an audit over pale zones, see `rdtr.AuditReport.explore`."""
    plan, found = report.plan, report.findings_in(lang)
    pale = np.tile(np.array([222, 222, 214, 255], np.uint8), (len(plan.zones), 1))
    layers: list[BaseLayer] = [_polygons(plan.zones[["geometry"]], plan, pale)]
    dimension = shapely.get_dimensions(found.geometry.to_numpy())
    for dimensions, layer in ((2, _areas), (1, _lines), (0, _points)):
        some = found[dimension == dimensions]
        if len(some):
            shown = _degrees(some[["code", "level", "message", "geometry"]], plan)
            layers.append(layer(shown, _rgba([COLORS[level] for level in some["level"]])))
    return _map(layers)


def _map(layers: Sequence[BaseLayer]) -> Map:
    return Map(layers, **_NO_BASEMAP)


def _areas(shown: gpd.GeoDataFrame, color: npt.NDArray[np.uint8]) -> BaseLayer:
    return PolygonLayer.from_geopandas(
        shown, auto_downcast=False, get_fill_color=color, get_line_color=color, line_width_min_pixels=2
    )


def _lines(shown: gpd.GeoDataFrame, color: npt.NDArray[np.uint8]) -> BaseLayer:
    return PathLayer.from_geopandas(shown, auto_downcast=False, get_color=color, width_min_pixels=2)


def _points(shown: gpd.GeoDataFrame, color: npt.NDArray[np.uint8]) -> BaseLayer:
    return ScatterplotLayer.from_geopandas(shown, auto_downcast=False, get_fill_color=color, radius_min_pixels=5)


def _polygons(frame: gpd.GeoDataFrame, plan: Plan, color: npt.NDArray[np.uint8]) -> PolygonLayer:
    return PolygonLayer.from_geopandas(
        _degrees(frame, plan),
        auto_downcast=False,
        get_fill_color=color,
        get_line_color=_BORDER,
        line_width_min_pixels=0.5,
    )


def _degrees(frame: gpd.GeoDataFrame, plan: Plan) -> gpd.GeoDataFrame:
    shapes = crs.transform(frame.geometry.to_numpy(), plan.crs, crs.parse(4326), plan.identity.crs_policy)
    return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=4326))


def _rgba(colors: Sequence[str]) -> npt.NDArray[np.uint8]:
    """Colours as lonboard wants them, shape (n, 4)."""
    return np.array([[*bytes.fromhex(c.lstrip("#")[:6]), _ALPHA] for c in colors], np.uint8).reshape(-1, 4)
