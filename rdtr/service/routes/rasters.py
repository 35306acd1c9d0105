"""Rasters of a plan: which there are, TileJSON, legend, the value at a point. Their tiles are in tiles."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response

from rdtr.service.conditional import fresh
from rdtr.service.errors import Problem
from rdtr.service.rasters import info_of, raster_of, rasters_of, value_at
from rdtr.service.state import PlanHere, base_url
from rdtr.service.tilepaths import RASTER_FORMATS, tile_url
from rdtr.tiles.rasterabout import about_of
from rdtr.tiles.rasterlegend import raster_legend
from rdtr.types import Lang
from rdtr.zoning.plan import Plan
from rdtr.zoning.rasters import RasterLayer

__all__ = ["router"]

router = APIRouter(tags=["rasters"])

Base = Annotated[str, Depends(base_url)]


def _raster(plan: PlanHere, name: str) -> RasterLayer:
    found = raster_of(plan, name)
    if found is None:
        known = ", ".join(rasters_of(plan)) or "none"
        raise Problem(404, f"plan {plan.identity.id!r} has no raster {name[:60]!r}; there are: {known}")
    return found


RasterHere = Annotated[RasterLayer, Depends(_raster)]


@router.get("/plans/{plan}/rasters")
def rasters(request: Request, plan: PlanHere, base: Base, lang: Lang = "id") -> Response:
    """List the rasters of a plan."""
    return fresh(
        request, plan, JSONResponse({"rasters": [_summary(plan, one, base, lang) for one in rasters_of(plan).values()]})
    )


@router.get("/plans/{plan}/rasters/{name}/tilejson.json")
def tilejson(request: Request, plan: PlanHere, raster: RasterHere, base: Base) -> Response:
    """Return the TileJSON of a raster's tiles; its addresses have the plan's hash in them."""
    info = info_of(plan, raster)
    suffix = info.stored or "png"
    west, south, east, north = info.bounds
    made = {
        "tilejson": "3.0.0",
        "name": raster.name,
        "scheme": "xyz",
        "tiles": [tile_url(base, plan.identity.id, suffix, version=plan.hash, raster=raster.name)],
        "attribution": plan.identity.regulation,
        "minzoom": info.minzoom,
        "maxzoom": info.maxzoom,
        "bounds": list(info.bounds),
        "center": [(west + east) / 2, (south + north) / 2, info.minzoom],
        "format": suffix,
    }
    return fresh(request, plan, JSONResponse(made))


@router.get("/plans/{plan}/rasters/{name}/legend.json")
def legend(request: Request, plan: PlanHere, raster: RasterHere, lang: Lang = "id") -> Response:
    """Return what the colours of a raster mean."""
    return fresh(request, plan, JSONResponse(raster_legend(raster, lang=lang)))


@router.get("/plans/{plan}/rasters/{name}/point")
def point(
    plan: PlanHere,
    raster: RasterHere,
    lon: Annotated[float, Query(ge=-180, le=180, allow_inf_nan=False)],
    lat: Annotated[float, Query(ge=-90, le=90, allow_inf_nan=False)],
    lang: Lang = "id",
) -> dict[str, Any]:
    """Return the values of a raster at a place; null where nothing is known."""
    return {"name": raster.name, "lon": lon, "lat": lat, **value_at(raster, lon, lat, lang)}


def _summary(plan: Plan, raster: RasterLayer, base: str, lang: Lang) -> dict[str, Any]:
    about = about_of(raster)
    info, here = info_of(plan, raster), f"{base}/plans/{plan.identity.id}/rasters/{raster.name}"
    return {
        "name": raster.name,
        "title": (about.title if lang == "id" else about.title_en) or about.title or raster.name,
        "unit": about.unit,
        "bounds": list(info.bounds),
        "minzoom": info.minzoom,
        "maxzoom": info.maxzoom,
        "bands": len(info.bands),
        "dtype": info.dtype,
        "formats": list(RASTER_FORMATS),
        "stored": info.stored,
        "tilejson": f"{here}/tilejson.json",
        "legend": f"{here}/legend.json",
        "point": f"{here}/point{{?lon,lat}}",
    }
