"""Tiles with choices (layers, filter, theme), which are drawn for each request. Tiles without any take the lane."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Header, Path, Query, Request
from fastapi.responses import Response

from rdtr.errors import TileError
from rdtr.service.encodings import coding_of
from rdtr.service.errors import Problem
from rdtr.service.replies import reply_of
from rdtr.service.state import Serving
from rdtr.service.tilemaker import MEDIA_TYPES, grid_of, make_tile
from rdtr.service.tilepaths import Address
from rdtr.tiles.themes import ThemeName

__all__ = ["router"]

router = APIRouter(tags=["tiles"])

_PLACE: Final = "/tiles/{tms}/{z}/{x}/{y}.{suffix}"
_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in MEDIA_TYPES.values()}},
    204: {"description": "Inside the grid, nothing to show"},
    304: {"description": "What the client holds is still so"},
}

Zoom = Annotated[int, Path(ge=0, le=30)]
Place = Annotated[int, Path(ge=0, lt=10**9)]


def _options(
    suffix: str,
    layers: Annotated[str | None, Query(max_length=500, description="Vector layers, separated by commas")] = None,
    filter: Annotated[  # noqa: A002 - the word of OGC API
        str | None, Query(max_length=2_000, description="CQL2 text on the zones' columns")
    ] = None,
    theme: Annotated[ThemeName, Query(description="Of pictures")] = "light",
    size: Annotated[int, Query(description="Pixels of a picture: 64 to 2048, a power of two")] = 256,
    overlays: Annotated[bool, Query(description="Hatches of special provisions in pictures")] = False,
) -> dict[str, Any]:
    """Return what was chosen, of the tile wing's own words."""
    if suffix != "mvt":
        return {"theme": theme, "size": size, "overlays": overlays}
    chosen: dict[str, Any] = {} if layers is None else {"layers": [name.strip() for name in layers.split(",")]}
    return chosen if filter is None else {**chosen, "where": filter}


Options = Annotated[dict[str, Any], Depends(_options)]


@router.get("/plans/{plan}" + _PLACE, response_class=Response, responses=_ANSWERS)
async def tile(
    request: Request,
    service: Serving,
    plan: str,
    tms: str,
    z: Zoom,
    x: Place,
    y: Place,
    suffix: str,
    options: Options,
    accept_encoding: Annotated[str | None, Header()] = None,
) -> Response:
    """Return a tile of the plan in force: all vector layers in one, or the zones as a picture."""
    return await _answer(request, Address(plan, "", "", tms, z, x, y, suffix), service, options, accept_encoding)


@router.get("/plans/{plan}/v/{version}" + _PLACE, response_class=Response, responses=_ANSWERS)
async def tile_of_version(
    request: Request,
    service: Serving,
    plan: str,
    version: str,
    tms: str,
    z: Zoom,
    x: Place,
    y: Place,
    suffix: str,
    options: Options,
    accept_encoding: Annotated[str | None, Header()] = None,
) -> Response:
    """Return a tile of one version of the plan, which never changes."""
    return await _answer(request, Address(plan, version, "", tms, z, x, y, suffix), service, options, accept_encoding)


@router.get("/plans/{plan}/rasters/{name}" + _PLACE, response_class=Response, responses=_ANSWERS)
async def raster(
    request: Request,
    service: Serving,
    plan: str,
    name: str,
    tms: str,
    z: Zoom,
    x: Place,
    y: Place,
    suffix: str,
    accept_encoding: Annotated[str | None, Header()] = None,
) -> Response:
    """Return a tile of a raster that belongs to the plan in force."""
    return await _answer(request, Address(plan, "", name, tms, z, x, y, suffix), service, {}, accept_encoding)


@router.get("/plans/{plan}/v/{version}/rasters/{name}" + _PLACE, response_class=Response, responses=_ANSWERS)
async def raster_of_version(
    request: Request,
    service: Serving,
    plan: str,
    version: str,
    name: str,
    tms: str,
    z: Zoom,
    x: Place,
    y: Place,
    suffix: str,
    accept_encoding: Annotated[str | None, Header()] = None,
) -> Response:
    """Return a tile of a raster of one version of the plan."""
    return await _answer(request, Address(plan, version, name, tms, z, x, y, suffix), service, {}, accept_encoding)


async def _answer(
    request: Request, address: Address, service: Serving, options: dict[str, Any], accepted: str | None
) -> Response:
    if address.suffix not in address.formats:
        raise Problem(406, f"tiles are not made as {address.suffix[:20]!r}; there are {', '.join(address.formats)}")
    coding = coding_of(accepted) if address.suffix == "mvt" else coding_of(accepted, ())
    if coding is None:
        raise Problem(
            406, f"Accept-Encoding: {(accepted or '')[:80]} leaves nothing; there are zstd, br, gzip, identity"
        )
    plan = await service.tiles.plan(address)
    if request.url.query and not address.raster:
        grid_of(plan, address.tms).require(
            address.z, address.x, address.y
        )  # 404; what is refused below was chosen badly
        tile = await service.tiles.uncached(partial(_chosen, plan, address, options, coding))
    else:
        tile = await service.tiles.fetch(plan, address, coding)
    reply = reply_of(tile, coding, forever=bool(address.version), cors=None, private=service.settings.require_key)
    unchanged = (held := request.headers.get("if-none-match")) is not None and reply.is_held(held.encode())
    answer = Response(b"" if unchanged else reply.body, 304 if unchanged else reply.status)
    answer.raw_headers = list(reply.unchanged if unchanged else reply.headers)
    return answer


def _chosen(plan: Any, address: Address, options: dict[str, Any], coding: str) -> Any:
    try:
        tile = make_tile(plan, address, **options)
    except TileError as error:
        raise Problem(422, str(error)) from error
    tile.body(coding)
    return tile
