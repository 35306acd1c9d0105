"""From the address of a tile to its bytes, by the tile wing. Keeps nothing, knows no HTTP."""

from __future__ import annotations

from typing import Any, Final

from rdtr.errors import TileError
from rdtr.service.rasters import raster_of
from rdtr.service.tilepaths import DEFAULT_TMS, Address
from rdtr.service.tilestore import Tile
from rdtr.tiles import raster_tile, vector_tile, zone_image
from rdtr.tiles.grid import Grid, grid, plan_grid
from rdtr.zoning.plan import Plan

__all__ = ["MEDIA_TYPES", "grid_of", "make_tile"]

MEDIA_TYPES: Final = {
    "mvt": "application/vnd.mapbox-vector-tile",
    "png": "image/png",
    "webp": "image/webp",
    "jpg": "image/jpeg",
}


def grid_of(plan: Plan, name: str) -> Grid:
    """Return a grid by its name; the plan's own one is known by its name too.

    Raises
    ------
    TileError
        If there is none of this name.
    """
    if name == DEFAULT_TMS:  # nearly every tile: the plan's own grid is never called so
        return grid()
    own = plan_grid(plan)
    return own if name == own.name else grid(name)


def make_tile(plan: Plan, address: Address, **options: Any) -> Tile:
    """Draw a tile; what its grid does not have is refused, what holds nothing is an empty tile.

    Parameters
    ----------
    plan
        The plan of the address.
    address
        Its format is one of `Address.formats`.
    options
        Of `vector_tile` or `zone_image`.

    Raises
    ------
    TileError
        For a tile outside the grid, or a raster that the plan does not have.
    """
    target = grid_of(plan, address.tms)
    place = (address.z, address.x, address.y)
    kind: Any = address.suffix
    if address.raster:
        return _raster(plan, address, target)
    if address.layers:
        options = {"layers": address.layers, **options}
    if kind == "mvt":
        return Tile(vector_tile(plan, *place, tms=target, **options), MEDIA_TYPES[kind], squeezable=True)
    return Tile(zone_image(plan, *place, tms=target, format=kind, **options), MEDIA_TYPES[kind], squeezable=False)


def _raster(plan: Plan, address: Address, target: Grid) -> Tile:
    raster = raster_of(plan, address.raster)
    if raster is None:
        raise TileError(f"plan {plan.identity.id} has no raster {address.raster[:60]!r}")
    kind: Any = address.suffix
    made = raster_tile(raster, address.z, address.x, address.y, grid=target, format=kind)
    return Tile(b"" if made.empty else made.bytes, made.content_type, squeezable=False)
