"""Addresses of tiles, read by hand and written: no router stands in the way of a tile. Opens nothing, draws nothing."""

from __future__ import annotations

from typing import Final, NamedTuple
from urllib.parse import quote, unquote

__all__ = ["DEFAULT_TMS", "RASTER_FORMATS", "ZONE_FORMATS", "Address", "address_of", "tile_url"]

DEFAULT_TMS: Final = "WebMercatorQuad"
ZONE_FORMATS: Final = ("mvt", "png", "webp")
RASTER_FORMATS: Final = ("png", "webp", "jpg")

_DIGITS: Final = 9  # of a row or column; the deepest grid needs eight


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
    """

    plan: str
    version: str
    raster: str
    tms: str
    z: int
    x: int
    y: int
    suffix: str

    @property
    def formats(self) -> tuple[str, ...]:
        """What may be asked for here."""
        return RASTER_FORMATS if self.raster else ZONE_FORMATS


def address_of(path: str) -> Address | None:
    """Read the address of a tile, percent signs and all; None for any other path.

    Examples
    --------
    >>> address_of("/plans/kota/v/1f/tiles/WebMercatorQuad/14/13539/8186.mvt")
    Address(plan='kota', version='1f', raster='', tms='WebMercatorQuad', z=14, x=13539, y=8186, suffix='mvt')
    >>> address_of("/plans/kota/rasters/dem/tiles/WebMercatorQuad/3/1/2.png").raster
    'dem'
    >>> address_of("/plans/kota/tiles/WebMercatorQuad/14/07/1.mvt") is None, address_of("/plans/kota") is None
    (True, True)
    """
    if not path.startswith("/plans/"):
        return None
    parts = path.split("/")[2:]
    plan, version, raster = parts[0], "", ""
    rest = parts[1:]
    if len(rest) > 2 and rest[0] == "v":
        version, rest = rest[1], rest[2:]
    if len(rest) > 2 and rest[0] == "rasters":
        raster, rest = rest[1], rest[2:]
        if not raster:
            return None
    if len(rest) != 5 or rest[0] != "tiles" or not plan:
        return None
    _, tms, z, x, last = rest
    y, _, suffix = last.partition(".")
    if not (_whole(z) and _whole(x) and _whole(y)):
        return None
    return Address(unquote(plan), version, unquote(raster), unquote(tms), int(z), int(x), int(y), suffix)


def _whole(text: str) -> bool:
    """A number written in one way only, so that each tile has one address."""
    return text.isascii() and text.isdigit() and len(text) <= _DIGITS and (text[0] != "0" or text == "0")


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
