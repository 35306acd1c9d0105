"""What a map needs beside tiles: TileJSON, styles, legends, sprites, WMTS capabilities. The tile wing makes them all."""

from __future__ import annotations

from typing import Annotated, Final, Literal, get_args

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response

from rdtr.service.conditional import fresh
from rdtr.service.errors import Problem
from rdtr.service.state import PlanHere, base_url
from rdtr.service.tilepaths import tile_url
from rdtr.tiles.grid import grid, plan_grid
from rdtr.tiles.legend import legend
from rdtr.tiles.legendsvg import legend_svg
from rdtr.tiles.qml import qml
from rdtr.tiles.sld import sld
from rdtr.tiles.sprite import sprite
from rdtr.tiles.style import style
from rdtr.tiles.themes import ThemeName
from rdtr.tiles.tilejson import tilejson
from rdtr.tiles.wmts import wmts
from rdtr.types import Lang
from rdtr.zoning.plan import Plan

__all__ = ["router"]

router = APIRouter(tags=["map"])

Base = Annotated[str, Depends(base_url)]

_GLYPHS: Final = "/static/glyphs/{fontstack}/{range}.pbf"
_WMTS_GRIDS: Final = ("WebMercatorQuad", "WorldCRS84Quad")


@router.get("/plans/{plan}/tilejson.json")
def tilejson_document(request: Request, plan: PlanHere, base: Base) -> Response:
    """Return the TileJSON of the vector tiles; its addresses have the plan's hash in them."""
    return fresh(request, plan, JSONResponse(tilejson(plan, _tiles(base, plan))))


@router.get("/plans/{plan}/style.json")
def style_document(
    request: Request, plan: PlanHere, base: Base, theme: ThemeName = "light", lang: Lang = "id"
) -> Response:
    """Return the MapLibre style of the plan."""
    made = style(
        plan,
        tiles_url=_tiles(base, plan),
        theme=theme,
        lang=lang,
        glyphs_url=base + _GLYPHS,
        sprite_url=f"{base}/plans/{plan.identity.id}/sprite/{theme}",
    )
    return fresh(request, plan, JSONResponse(made))


@router.get("/plans/{plan}/legend.json")
def legend_document(request: Request, plan: PlanHere, theme: ThemeName = "light", lang: Lang = "id") -> Response:
    """Return the legend as data: groups, zones, sub-zones with colour and area, overlays."""
    return fresh(request, plan, JSONResponse(legend(plan, theme=theme, lang=lang)))


@router.get("/plans/{plan}/legend.svg", response_class=Response)
def legend_picture(
    request: Request,
    plan: PlanHere,
    theme: ThemeName = "light",
    lang: Lang = "id",
    columns: Annotated[int, Query(ge=1, le=6)] = 2,
) -> Response:
    """Return the legend as a picture."""
    drawn = legend_svg(plan, theme=theme, lang=lang, columns=columns)
    return fresh(request, plan, Response(drawn, media_type="image/svg+xml"))


@router.get("/plans/{plan}/sprite/{name}", response_class=Response)
def sprite_file(request: Request, plan: PlanHere, name: str) -> Response:
    """Return a file of the hatches' sprite: ``light.json``, ``light@2x.json`` and so on."""
    stem, _, kind = name.partition(".")
    theme, _, ratio = stem.partition("@")
    if ratio not in ("", "2x") or kind not in ("json", "png") or theme not in get_args(ThemeName):
        known = ", ".join(f"{theme}[@2x].json|png" for theme in get_args(ThemeName))
        raise Problem(404, f"there is no sprite {name[:60]!r}; there are {known}")
    made = sprite(theme, ratio=2 if ratio else 1)  # type: ignore[arg-type]
    answer = JSONResponse(made.index) if kind == "json" else Response(made.png, media_type="image/png")
    return fresh(request, plan, answer)


@router.get("/plans/{plan}/WMTSCapabilities.xml", response_class=Response)
def capabilities(request: Request, plan: PlanHere, base: Base) -> Response:
    """Return the WMTS capabilities: zones as pictures for QGIS, ArcGIS and others."""
    here = f"{base}/plans/{plan.identity.id}"
    urls = {
        kind: f"{here}/tiles/{{TileMatrixSet}}/{{TileMatrix}}/{{TileCol}}/{{TileRow}}.{suffix}"
        for kind, suffix in (("image/png", "png"), ("image/webp", "webp"))
    }
    grids = [*(grid(name) for name in _WMTS_GRIDS), plan_grid(plan)]
    made = wmts(plan, urls, grids=grids, url=f"{here}/WMTSCapabilities.xml", legend_url=f"{here}/legend.svg")
    return fresh(request, plan, Response(made, media_type="application/xml"))


@router.get("/plans/{plan}/style.qml", response_class=Response)
def qgis_style(request: Request, plan: PlanHere, theme: ThemeName = "light", lang: Lang = "id") -> Response:
    """Return the style of the zoning layer for QGIS."""
    return fresh(request, plan, Response(qml(plan, theme=theme, lang=lang), media_type="application/xml"))


@router.get("/plans/{plan}/style.sld", response_class=Response)
def sld_style(
    request: Request,
    plan: PlanHere,
    theme: ThemeName = "light",
    lang: Lang = "id",
    version: Literal["1.0.0", "1.1.0"] = "1.1.0",
) -> Response:
    """Return the style of the zoning layer for GeoServer, MapServer and others."""
    made = sld(plan, version=version, theme=theme, lang=lang)
    return fresh(request, plan, Response(made, media_type="application/vnd.ogc.sld+xml"))


def _tiles(base: str, plan: Plan) -> str:
    return tile_url(base, plan.identity.id, "mvt", version=plan.hash)
