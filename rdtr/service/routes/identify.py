"""What holds at a place, and what can be built there. The finding and judging is the library's."""

from __future__ import annotations

import json
from typing import Annotated, Any, Final

import geopandas as gpd
import shapely
from fastapi import APIRouter, Depends, Query
from pydantic import BaseModel

from rdtr.errors import FileError
from rdtr.service.documents import PlanCard, plan_card, refusals
from rdtr.service.errors import Problem
from rdtr.service.rasters import rasters_of, value_at
from rdtr.service.state import PlanHere, Serving
from rdtr.service.uploads import GEOJSON, Upload, body_of, receiver
from rdtr.tiles.palette import palette
from rdtr.types import Lang
from rdtr.zoning.allowed import Allowed, allowed_at
from rdtr.zoning.plan import Plan

__all__ = ["router"]

router = APIRouter(tags=["identify"])

Lon = Annotated[float, Query(ge=-180, le=180, allow_inf_nan=False, description="Degrees east")]
Lat = Annotated[float, Query(ge=-90, le=90, allow_inf_nan=False, description="Degrees north")]

_OWN: Final = ("KODSZN", "name", "zone", "area_m2", "color")
_PLACES: Final = {
    "blok": "KODBLK",
    "wp": "KODEWP",
    "swp": "KODSWP",
    "kelurahan": "WADMKD",
    "kecamatan": "WADMKC",
}


class PlaceDocument(BaseModel):
    """What the plan says of a point; `zone` is null outside the plan."""

    lon: float
    lat: float
    inside: bool
    plan: PlanCard
    zone: dict[str, Any] | None
    more_zones: list[dict[str, Any]]
    limits: list[dict[str, Any]]
    overlays: list[dict[str, Any]]
    blok: str | None
    wp: str | None
    swp: str | None
    kelurahan: str | None
    kecamatan: str | None
    rasters: dict[str, dict[str, Any]]


class AllowedDocument(BaseModel):
    """Every activity of the rule book with its permission at a place."""

    inside: bool
    plan: PlanCard
    zones: list[dict[str, Any]]
    activities: list[dict[str, Any]]
    limits: list[dict[str, Any]]
    overlays: list[dict[str, Any]]
    tolerance_m: float


@router.get("/plans/{plan}/at", responses=refusals(404, 422))
def at(plan: PlanHere, lon: Lon, lat: Lat, lang: Lang = "id") -> PlaceDocument:
    """Tell what holds at a point: zone, blok, limits, special provisions, values of rasters."""
    found = allowed_at(plan, (lon, lat))
    told = found.to_dict(lang)
    zones = [_zone(plan, row) for row in told["zones"]]
    first = zones[0]["attributes"] if zones else {}
    return PlaceDocument(
        lon=lon,
        lat=lat,
        inside=found.inside,
        plan=PlanCard(**plan_card(plan)),
        zone=zones[0] if zones else None,
        more_zones=zones[1:],
        limits=told["limits"],
        overlays=told["overlays"],
        rasters={name: value_at(raster, lon, lat, lang) for name, raster in rasters_of(plan).items()},
        **{word: _text(first.get(column)) for word, column in _PLACES.items()},
    )


@router.get("/plans/{plan}/allowed", responses=refusals(404, 422))
def allowed(plan: PlanHere, lon: Lon, lat: Lat, lang: Lang = "id") -> AllowedDocument:
    """Tell what can be built at a point: every activity with permission, conditions and articles."""
    return _allowed(plan, allowed_at(plan, (lon, lat)), lang)


@router.post("/plans/{plan}/allowed", openapi_extra=body_of(GEOJSON), responses=refusals(400, 404, 413, 415, 422))
def allowed_in(
    plan: PlanHere,
    service: Serving,
    sent: Annotated[Upload, Depends(receiver(GEOJSON))],
    lang: Lang = "id",
) -> AllowedDocument:
    """Tell what can be built on a polygon (GeoJSON): as for a permit that states nothing but its activity."""
    shape = _only_shape(sent, service.settings.max_vertices)
    return _allowed(plan, allowed_at(plan, gpd.GeoSeries([shape], crs=4326)), lang)


def _allowed(plan: Plan, found: Allowed, lang: Lang) -> AllowedDocument:
    return AllowedDocument(**{**found.to_dict(lang), "plan": PlanCard(**plan_card(plan))})


def _zone(plan: Plan, row: dict[str, Any]) -> dict[str, Any]:
    number = int(row["zone"])
    attributes = {name: value for name, value in row.items() if name not in _OWN}
    color = str(palette(plan).color[number])
    own = {"KODSZN": row["KODSZN"], "name": row["name"], "color": color, "area_m2": row["area_m2"]}
    codes = {name: attributes.get(name) for name in ("NAMSZN", "KODZON", "KODBLK")}
    # a feature of the collection of zones has the same number
    return {**own, **codes, "id": number + 1, "attributes": {"KODSZN": row["KODSZN"], **attributes}}


def _text(value: Any) -> str | None:
    return None if value is None or not str(value).strip() else str(value)


def _only_shape(sent: Upload, max_vertices: int) -> shapely.Geometry:
    """The one geometry of a GeoJSON geometry, Feature or FeatureCollection."""
    try:
        document = json.loads(sent.path.read_bytes())
        document = document["features"] if document.get("type") == "FeatureCollection" else [document]
        shapes = [shapely.from_geojson(json.dumps(one.get("geometry", one))) for one in document]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, shapely.errors.ShapelyError) as error:
        said = " ".join(str(error).split())[:120]
        raise FileError(f"{sent.name}: not GeoJSON ({said}); send a polygon") from error
    if len(shapes) != 1:
        raise Problem(422, f"{sent.name}: {len(shapes):,} geometries; what can be built is asked for one polygon")
    count = int(shapely.get_num_coordinates(shapes[0]))
    if count > max_vertices:
        raise Problem(413, f"{sent.name}: {count:,} vertices; at most {max_vertices:,} are taken", limit=max_vertices)
    return shapes[0]
