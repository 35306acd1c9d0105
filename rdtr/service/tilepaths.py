"""Addresses of tiles, read by hand and written: no router stands in the way of a tile. Opens nothing, draws nothing."""

from __future__ import annotations

import re
from typing import Final, NamedTuple
from urllib.parse import quote, unquote

__all__ = ["DEFAULT_TMS", "RASTER_FORMATS", "ZONE_FORMATS", "Address", "address_of", "tile_url"]

DEFAULT_TMS: Final = "WebMercatorQuad"
ZONE_FORMATS: Final = ("mvt", "png", "webp")
RASTER_FORMATS: Final = ("png", "webp", "jpg")

_NUMBER: Final = r"(0|[1-9][0-9]{0,8})"  # written in one way only, so that each tile has one address
_TILE: Final = re.compile(
    r"/plans/([^/?]+)(?:/v/([^/?]+))?(?:/rasters/([^/?]+))?/tiles/([^/?]+)"
    rf"/{_NUMBER}/{_NUMBER}/{_NUMBER}(?:\.([^/?]*))?(?:\?(?:layers=([\w-]+(?:,[\w-]+)*))?)?",
    re.ASCII,
)


class Address(NamedTuple):
    """One tile.

    Attributes
    ----------
    plan
        Id of the plan.
    version
        Hash of the plan in the address; empty: the plan in force.
    raster
        Name of a raster; empty: the plan's vector layers or zones.
    tms
        Name of the grid.
    z, x, y
        As they stand there, not yet looked up in the grid.
    suffix
        Format, as it stands there.
    layers
        Names of the vector layers that were chosen; none: all.
    """

    plan: str
    version: str
    raster: str
    tms: str
    z: int
    x: int
    y: int
    suffix: str
    layers: tuple[str, ...] = ()

    @property
    def formats(self) -> tuple[str, ...]:
        """What may be asked for here."""
        return RASTER_FORMATS if self.raster else ZONE_FORMATS


def address_of(target: str) -> Address | None:
    """Read the address of a tile, percent signs and all; None for any other path, and any query but for layers.

    Examples
    --------
    >>> found = address_of("/plans/kota/v/1f/tiles/WebMercatorQuad/14/13539/8186.mvt?layers=zones,roads")
    >>> found[:4], found[4:]
    (('kota', '1f', '', 'WebMercatorQuad'), (14, 13539, 8186, 'mvt', ('zones', 'roads')))
    >>> address_of("/plans/kota/rasters/dem/tiles/WebMercatorQuad/3/1/2.png").raster
    'dem'
    >>> address_of("/plans/kota/tiles/WebMercatorQuad/14/07/1.mvt") is None, address_of("/plans/kota") is None
    (True, True)
    """
    found = _TILE.fullmatch(target)
    if found is None:
        return None
    plan, version, raster, tms, z, x, y, suffix, layers = found.groups("")
    if layers and (suffix != "mvt" or raster):
        return None
    chosen = tuple(layers.split(",")) if layers else ()
    return Address(unquote(plan), version, unquote(raster), unquote(tms), int(z), int(x), int(y), suffix, chosen)


def tile_url(base: str, plan: str, suffix: str, *, version: str = "", raster: str = "", tms: str = DEFAULT_TMS) -> str:
    """Write the template of addresses, with ``{z}``, ``{x}`` and ``{y}``.

    Examples
    --------
    >>> tile_url("https://example.org", "kota", "mvt", version="1f")
    'https://example.org/plans/kota/v/1f/tiles/WebMercatorQuad/{z}/{x}/{y}.mvt'
    """
    held = f"/v/{version}" if version else ""
    of = f"/rasters/{quote(raster, safe='')}" if raster else ""
    return f"{base}/plans/{quote(plan, safe='')}{held}{of}/tiles/{tms}/{{z}}/{{x}}/{{y}}.{suffix}"
