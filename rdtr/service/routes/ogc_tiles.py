"""OGC API Tiles: which tilesets a collection has, and the grids they lie in. Tiles themselves are those of every map."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from rdtr.errors import TileError
from rdtr.service.collections import Collection
from rdtr.service.documents import refusals
from rdtr.service.errors import Problem
from rdtr.service.routes.ogc import CRS84, CollectionHere, OgcBase, json_only
from rdtr.service.state import Serving
from rdtr.tiles.grid import Grid, grid, grid_names, plan_bounds, plan_grid
from rdtr.tiles.layers import MAXZOOM, MINZOOM
from rdtr.tiles.tilejson import vector_layers
from rdtr.zoning.plan import Plan

__all__ = ["router"]

router = APIRouter(tags=["ogc"], prefix="/ogc")

_GRIDS: Final = ("WebMercatorQuad", "WorldCRS84Quad")
_KINDS: Final = {
    "vector": (("application/vnd.mapbox-vector-tile", "mvt"),),
    "map": (("image/png", "png"), ("image/webp", "webp")),
}


@router.get("/tileMatrixSets", responses=refusals(400))
def tile_matrix_sets(request: Request, service: Serving, base: OgcBase) -> JSONResponse:
    """List the grids in which there are tiles: two of the whole earth, and one of each plan in its own metres."""
    json_only(request)
    own = [plan_grid(plan).name for plan in service.catalog.plans.values()]
    names = [*_GRIDS, *own]
    found = [{"id": n, "links": [_link(f"{base}/tileMatrixSets/{n}", "self", "application/json")]} for n in names]
    return JSONResponse({"tileMatrixSets": found})


@router.get("/tileMatrixSets/{tms}", response_class=Response, responses=refusals(400, 404))
def tile_matrix_set(request: Request, service: Serving, tms: str) -> Response:
    """Return the definition of a grid."""
    json_only(request)
    own = next((g for p in service.catalog.plans.values() if (g := plan_grid(p)).name == tms), None)
    return Response((own or _named(tms)).document, media_type="application/json")


@router.get("/collections/{collection}/tiles", responses=refusals(400, 404))
def tilesets(request: Request, collection: CollectionHere, base: OgcBase) -> JSONResponse:
    """List the vector tilesets of a collection."""
    json_only(request)
    return JSONResponse(_list(collection, base, "vector", f"{base}/collections/{collection.id}/tiles"))


@router.get("/collections/{collection}/tiles/{tms}", responses=refusals(400, 404))
def tileset(request: Request, collection: CollectionHere, base: OgcBase, tms: str) -> JSONResponse:
    """Describe one vector tileset of a collection, with the template of its tiles."""
    json_only(request)
    return JSONResponse(_tileset(collection, base, "vector", _offered(collection.plan, tms)))


@router.get("/collections/{collection}/map/tiles", responses=refusals(400, 404))
def map_tilesets(request: Request, collection: CollectionHere, base: OgcBase) -> JSONResponse:
    """List the tilesets of pictures of a plan's zones."""
    json_only(request)
    _require_zones(collection)
    return JSONResponse(_list(collection, base, "map", f"{base}/collections/{collection.id}/map/tiles"))


@router.get("/collections/{collection}/map/tiles/{tms}", responses=refusals(400, 404))
def map_tileset(request: Request, collection: CollectionHere, base: OgcBase, tms: str) -> JSONResponse:
    """Describe one tileset of pictures of a plan's zones."""
    json_only(request)
    _require_zones(collection)
    return JSONResponse(_tileset(collection, base, "map", _offered(collection.plan, tms)))


def _require_zones(collection: Collection) -> None:
    if collection.layer != "zones":
        raise Problem(404, f"{collection.id}: pictures are drawn of zones only; its tiles are vector tiles")


def _named(tms: str) -> Grid:
    try:
        return grid(tms)
    except TileError as error:
        raise Problem(404, str(error), grids=list(grid_names())[:20]) from error


def _offered(plan: Plan, tms: str) -> Grid:
    found = next((g for g in _grids(plan) if g.name == tms), None)
    if found is None:
        raise Problem(404, f"tileset {tms[:60]!r} is not there; there are {', '.join(g.name for g in _grids(plan))}")
    return found


def _grids(plan: Plan) -> list[Grid]:
    return [*(grid(name) for name in _GRIDS), plan_grid(plan)]


def _list(of: Collection, base: str, kind: str, here: str) -> dict[str, Any]:
    found = [
        {**_about(of, base, kind, one), "links": [_link(f"{here}/{one.name}", "self", "application/json")]}
        for one in _grids(of.plan)
    ]
    return {"tilesets": found, "links": [_link(here, "self", "application/json")]}


def _about(of: Collection, base: str, kind: str, one: Grid) -> dict[str, Any]:
    return {
        "title": f"{of.plan.identity.title or of.plan.identity.id}: {of.layer}, {one.name}",
        "dataType": kind,
        "crs": one.crs_uri,
        "tileMatrixSetURI": f"http://www.opengis.net/def/tilematrixset/OGC/1.0/{one.name}"
        if one.name in _GRIDS
        else f"{base}/tileMatrixSets/{one.name}",
    }


def _tileset(of: Collection, base: str, kind: str, one: Grid) -> dict[str, Any]:
    path = "map/tiles" if kind == "map" else "tiles"
    here, root = f"{base}/collections/{of.id}", base.removesuffix("/ogc")
    tiles = f"{root}/plans/{quote(of.plan.identity.id, safe='')}/tiles/{one.name}"
    layers = f"?layers={quote(of.layer)}" if kind == "vector" else ""
    templates = [
        {**_link(f"{tiles}/{{tileMatrix}}/{{tileCol}}/{{tileRow}}.{suffix}{layers}", "item", media), "templated": True}
        for media, suffix in _KINDS[kind]
    ]
    west, south, east, north = plan_bounds(of.plan)
    scheme = "http://www.opengis.net/def/rel/ogc/1.0/tiling-scheme"
    return {
        **_about(of, base, kind, one),
        "boundingBox": {"lowerLeft": [west, south], "upperRight": [east, north], "crs": CRS84},
        "tileMatrixSetLimits": _limits(of.plan, one, kind),
        "layers": [_layer(layer) for layer in vector_layers(of.plan) if layer["id"] == of.layer],
        "links": [
            _link(f"{here}/{path}/{one.name}", "self", "application/json"),
            _link(f"{base}/tileMatrixSets/{one.name}", scheme, "application/json"),
            *templates,
        ],
    }


def _limits(plan: Plan, one: Grid, kind: str) -> list[dict[str, Any]]:
    bounds = plan_bounds(plan, one)
    deepest = MAXZOOM if kind == "vector" else MAXZOOM + 3  # pictures may go deeper than what maps enlarge themselves
    first = MINZOOM if one.name in _GRIDS else one.minzoom
    found = []
    for zoom in range(max(first, one.minzoom), min(deepest, one.maxzoom) + 1):
        xmin, ymin, xmax, ymax = one.tiles_over(bounds, zoom)
        row = {"tileMatrix": str(zoom), "minTileRow": ymin, "maxTileRow": ymax, "minTileCol": xmin, "maxTileCol": xmax}
        found.append(row)
    return found


def _layer(layer: dict[str, Any]) -> dict[str, Any]:
    types = {"Number": "number", "Boolean": "boolean"}
    fields = {name: {"type": types.get(kind, "string")} for name, kind in layer["fields"].items()}
    schema = {"type": "object", "properties": fields}
    return {"id": layer["id"], "dataType": "vector", "description": layer["description"], "propertiesSchema": schema}


def _link(href: str, rel: str, kind: str) -> dict[str, str]:
    return {"href": href, "rel": rel, "type": kind}
