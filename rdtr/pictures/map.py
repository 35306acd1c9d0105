"""Plans, reports and audits as maps to move about in, made with folium. Judges nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

import folium
import geopandas as gpd
import shapely

from rdtr import crs
from rdtr.errors import ReportError
from rdtr.pictures.cards import VERDICT_COLORS
from rdtr.tiles.palette import palette
from rdtr.types import Lang
from rdtr.zoning.audit import AuditReport
from rdtr.zoning.audit.catalogue import LEVEL_WORDS
from rdtr.zoning.audit.picture import COLORS
from rdtr.zoning.outcomes import OUTCOMES, WORDS
from rdtr.zoning.plan import Plan
from rdtr.zoning.report import Report

__all__ = ["add_legend", "add_polygons", "audit_map", "base_map", "plan_map", "report_map"]

_TITLES: Final[Mapping[Lang, Mapping[str, str]]] = {
    "id": {"zones": "Zona", "verdicts": "Putusan", "findings": "Temuan"},
    "en": {"zones": "Zones", "verdicts": "Verdicts", "findings": "Findings"},
}
MOST_FEATURES: Final = 20_000
"""A map in a notebook holds every vertex as text; beyond this a browser gives up. Tiles have no such limit."""

_NEAR_M: Final = 0.5  # vertices nearer to a line than this are not worth their text


def plan_map(plan: Plan, *, lang: Lang = "id") -> folium.Map:
    """Draw the zones of a plan, see `rdtr.Plan.explore`."""
    colors = palette(plan)
    zones = plan.zones[["geometry", *(c for c in ("NAMOBJ", "KODBLK") if c in plan.zones)]]
    zones = zones.assign(sub_zona=colors.label, warna=colors.color)
    made = base_map(plan)
    add_polygons(made, zones, plan, _TITLES[lang]["zones"], fill_opacity=0.75)
    add_legend(made, _TITLES[lang]["zones"], [(s.color, f"{s.label} {s.name}".strip()) for s in colors.swatches])
    return made


def report_map(report: Report, *, lang: Lang = "id") -> folium.Map:
    """Draw permits in the colour of their verdicts, see `rdtr.Report.explore`."""
    permits = report.geometries("permits").reset_index(drop=True)
    table = report.permits.reset_index(drop=True)
    said = dict(zip(OUTCOMES, WORDS[lang], strict=True))
    shown = gpd.GeoDataFrame(
        {
            "permit_id": table["permit_id"],
            "putusan" if lang == "id" else "verdict": table["verdict"].astype(object).map(said),
            "m²": table["area_m2"].round(2),
            "warna": table["verdict"].astype(object).map(VERDICT_COLORS),
        },
        geometry=permits.geometry.to_numpy(),
        crs=permits.crs,
    )
    made = base_map(report.case.plan)
    add_polygons(made, shown, report.case.plan, _TITLES[lang]["verdicts"], fill_opacity=0.6)
    add_legend(made, _TITLES[lang]["verdicts"], [(VERDICT_COLORS[v], said[v]) for v in OUTCOMES])
    return made


def audit_map(report: AuditReport, *, lang: Lang = "id") -> folium.Map:
    """Draw the findings of an audit at their places, see `rdtr.AuditReport.explore`."""
    made = base_map(report.plan)
    found = report.findings
    placed = found[~(found.geometry.isna() | found.geometry.is_empty)]
    _limited(len(placed))
    points = shapely.point_on_surface(_degrees(placed, report.plan))
    for point, one in zip(points, placed.itertuples(), strict=True):  # a marker each, as folium wants them
        folium.CircleMarker(
            (point.y, point.x),
            radius=6,
            color=COLORS[one.level],
            fill=True,
            tooltip=escape(str(one.message)),
        ).add_to(made)
    words = LEVEL_WORDS[lang]
    add_legend(made, _TITLES[lang]["findings"], [(COLORS[level], words[level]) for level in words])
    return made


def base_map(plan: Plan) -> folium.Map:
    """Make an empty map over the bounds of a plan; it asks for no tiles of anyone."""
    west, south, east, north = shapely.total_bounds(_degrees(plan.zones, plan))
    made = folium.Map(tiles=None, control_scale=True)
    made.fit_bounds([(south, west), (north, east)])
    return made


def _degrees(frame: gpd.GeoDataFrame, plan: Plan) -> Any:
    return crs.transform(frame.geometry.to_numpy(), plan.crs, crs.parse(4326), plan.identity.crs_policy)


def add_polygons(made: folium.Map, frame: gpd.GeoDataFrame, plan: Plan, name: str, *, fill_opacity: float) -> None:
    """Add polygons in the plan's CRS, each in the colour of its column ``warna``; the other columns are its tool tip."""
    _limited(len(frame))
    if not len(frame):
        return  # folium takes the names of columns from the first feature
    thin = frame.set_geometry(shapely.simplify(frame.geometry.to_numpy(), _NEAR_M), crs=frame.crs)
    degrees = thin.set_geometry(shapely.set_precision(_degrees(thin, plan), 1e-6, "pointwise"), crs=4326)
    columns: Sequence[str] = [c for c in degrees.columns if c not in ("geometry", "warna")]
    folium.GeoJson(
        degrees[~degrees.geometry.isna()],
        name=name,
        style_function=lambda feature: {
            "fillColor": feature["properties"]["warna"],
            "color": "#555555",
            "weight": 0.6,
            "fillOpacity": fill_opacity,
        },
        tooltip=folium.GeoJsonTooltip(list(columns)),
    ).add_to(made)


def _limited(features: int) -> None:
    if features > MOST_FEATURES:
        raise ReportError(
            f"a map in a notebook can hold {MOST_FEATURES:,} features, these are {features:,}; "
            "choose some of them, or serve the plan with rdtr serve"
        )


def add_legend(made: folium.Map, title: str, entries: Sequence[tuple[str, str]]) -> None:
    """Put a box with colours and words over a map."""
    rows = "".join(
        f'<div><span style="display:inline-block;width:14px;height:11px;margin-right:6px;background:{color};'
        f'border:1px solid #777"></span>{escape(text)}</div>'
        for color, text in entries
    )
    box = (
        '<div style="position:absolute;z-index:1000;right:12px;top:12px;max-height:80%;overflow:auto;padding:8px 12px;'
        'background:#fffffff0;border:1px solid #bbb;border-radius:4px;font:12px/1.5 sans-serif">'
        f"<b>{escape(title)}</b>{rows}</div>"
    )
    figure: Any = made.get_root()
    figure.html.add_child(folium.Element(box))
