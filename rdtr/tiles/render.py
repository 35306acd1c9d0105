"""Zones as pictures, for clients that know no vector tiles: WMTS in QGIS and ArcGIS, maps in PDF. No HTTP, no legend.

Drawn from the generalised rings of the vector tiles, so both show the same borders. Whole-number coordinates of one plane,
patterns that repeat with the tile, and lines drawn from beyond the edge: neighbouring tiles join without a seam.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Final, Literal, TypeAlias, get_args

import numpy as np
import numpy.typing as npt

from rdtr.errors import TileError
from rdtr.tiles.coverage import EXTENT
from rdtr.tiles.grid import Grid
from rdtr.tiles.paint import Floats, Paint, paint_of
from rdtr.tiles.picture import Picture
from rdtr.tiles.pixels import classes, mixed, without_alpha
from rdtr.tiles.png import Pixels
from rdtr.tiles.scanline import CLEAR, fill_centres, fill_shares, stroke
from rdtr.tiles.segments import segments_of
from rdtr.tiles.sources import PolygonSource
from rdtr.tiles.themes import ThemeName
from rdtr.tiles.vector import grid_of, tile_sources
from rdtr.types import IndexArray
from rdtr.zoning.overlap import candidates
from rdtr.zoning.plan import Plan

__all__ = ["SIZES", "ZoneFormat", "zone_image"]

ZoneFormat: TypeAlias = Literal["png", "webp"]

SIZES: Final = (64, 128, 256, 512, 1024, 2048)
"""Pixels a side: powers of two, so that pixels lie on the units of the tile and hatches repeat with it."""

_LINE_PX: Final = 0.9
_LINE_FADES: Final = ((20.0, 0.0), (10.0, 0.22), (2.4, 0.5), (0.6, 0.62))
"""Metres a pixel, how opaque outlines are; looked at on the sample city: at 20 m they would be most of the picture."""

_MARGIN_PX: Final = 2.0  # beyond the tile's edge, for lines
_PIXEL_M: Final = 0.00028  # of scale denominators, OGC Tile Matrix Set 2.0
_MOST_COLOURS: Final = 256


@dataclass(frozen=True, eq=False, slots=True)
class _Window:
    """The segments of a tile and what they belong to."""

    segments: npt.NDArray[np.float64]
    start: IndexArray
    polygon: IndexArray


def zone_image(
    plan: Plan,
    z: int,
    x: int,
    y: int,
    *,
    tms: str | Grid = "WebMercatorQuad",
    size: int = 256,
    format: ZoneFormat = "png",  # noqa: A002 - the word of titiler and of addresses
    theme: ThemeName = "light",
    outlines: bool = True,
    overlays: bool = False,
    antialias: bool = True,
) -> bytes:
    """Draw one tile of the zones in their official colours, clear where the plan says nothing.

    Parameters
    ----------
    plan
        The plan; what is derived for tiles is kept with it.
    z, x, y
        The tile, y from the top.
    tms
        Name of a tile matrix set, or a grid such as `rdtr.tiles.grid.plan_grid` makes.
    size
        Pixels a side, one of `SIZES`.
    format
        ``png``, or ``webp`` (lossless: smaller, but an order slower).
    theme
        ``light``, ``dark`` or ``colorblind``, see `rdtr.tiles.themes`.
    outlines
        Draw thin darker lines between zones; they fade where a pixel is many metres.
    overlays
        Draw the hatches of special provisions, see `rdtr.tiles.overlays`.
    antialias
        Mix colours by the exact share of each pixel's area. Otherwise the zone at a pixel's centre has all of it, and the
        picture is a palette PNG of few colours: several times faster and smaller.

    Returns
    -------
    bytes
        Empty where the tile holds nothing.

    Raises
    ------
    TileError
        For a tile outside the grid, an unknown size, format or theme.

    Examples
    --------
    >>> import rdtr
    >>> plan = rdtr.sample_city(parcels=500).plan
    >>> zone_image(plan, 14, 13539, 8186)[1:4], zone_image(plan, 14, 0, 0)
    (b'PNG', b'')
    >>> zone_image(plan, 14, 13539, 8186, size=300)
    Traceback (most recent call last):
    rdtr.errors.TileError: size 300 cannot be drawn; it is one of 64, 128, 256, 512, 1024, 2048 pixels
    """
    target = grid_of(tms, z, x, y)
    _check(size, format)
    paint = plan.derived(f"tile paint {theme}", lambda p: paint_of(p, theme))
    zones = tile_sources(plan, target).get("zones")
    if not isinstance(zones, PolygonSource):
        return b""
    opaque = _line_opacity(target, z, size) if outlines else 0.0
    draw = _smooth if antialias else _plain
    picture = draw(zones, paint, (z, x, y), size, opaque, overlays)
    return b"" if picture is None else picture.encode(format, _webp)


def _check(size: int, kind: str) -> None:
    if isinstance(size, bool) or size not in SIZES:
        raise TileError(f"size {str(size)[:40]} cannot be drawn; it is one of {', '.join(map(str, SIZES))} pixels")
    if kind not in get_args(ZoneFormat):
        raise TileError(f"format {str(kind)[:40]!r} cannot be made; it is one of {', '.join(get_args(ZoneFormat))}")


def _smooth(
    zones: PolygonSource, paint: Paint, tile: tuple[int, int, int], size: int, opaque: float, hatched: bool
) -> Picture | None:
    """Every pixel by the shares of its area."""
    seen = _window(zones, tile, size, 0.0)
    if not len(seen.polygon):
        return None
    sums = fill_shares(seen.segments, seen.start, paint.inks[paint.swatch[seen.polygon]], size)
    hatched = hatched and not paint.bare[seen.polygon].all()
    held = _held(seen, paint, size) if hatched else _nobody(size)
    lines = stroke(seen.segments, size, _LINE_PX) if opaque else _no_line(size)
    rgba, least, most = mixed(
        sums, held, paint.strength, paint.patterns, paint.hatch_inks, lines, paint.line, np.float32(opaque)
    )
    if most == 0:
        return None
    return Picture(without_alpha(rgba) if least == 255 else rgba)


def _plain(
    zones: PolygonSource, paint: Paint, tile: tuple[int, int, int], size: int, opaque: float, hatched: bool
) -> Picture | None:
    """Every pixel by the zone at its centre."""
    seen = _window(zones, tile, size, 1.0)  # with the pixels beside, to see where a zone ends
    if not len(seen.polygon):
        return None
    held = fill_centres(seen.segments, seen.start, seen.polygon, size + 2)
    strength = paint.strength if hatched else paint.strength[:, :0]
    number, used = classes(held, paint.swatch, len(paint.inks), strength, paint.patterns, opaque > 0.0)
    if not used.any():
        return None
    colors = _colors(paint, opaque)[used]
    if len(used) > _MOST_COLOURS:
        return Picture(colors[number])
    return Picture(number.astype(np.uint8), colors)


def _window(zones: PolygonSource, tile: tuple[int, int, int], size: int, shift_px: float) -> _Window:
    """Segments of a tile whose upper left pixel is moved up and left by so many pixels."""
    level = zones.level(tile[0])
    unit = EXTENT / size
    corner = np.array([tile[1] * EXTENT - level.origin[0], tile[2] * EXTENT - level.origin[1]], np.float64)
    low, high = corner - _MARGIN_PX * unit, corner + EXTENT + _MARGIN_PX * unit
    rows = candidates(np.concatenate([low, high]), level.tree.boxes, level.tree.level_start, level.tree.item)
    rows.sort()
    rings = (level.xy, level.ring_start, level.polygon, level.run_start, level.runs)
    return _Window(*segments_of(rows, rings, corner - shift_px * unit, unit, low, high))


def _held(seen: _Window, paint: Paint, size: int) -> npt.NDArray[np.int32]:
    """Who holds each pixel, of the zones with hatches only."""
    held = fill_centres(seen.segments, seen.start, seen.polygon, size)
    hatched = np.asarray(paint.strength.any(axis=1))
    held[~hatched[held]] = CLEAR
    return held


@cache
def _nobody(size: int) -> npt.NDArray[np.int32]:
    return np.full((size, size), CLEAR, np.int32)


@cache
def _no_line(size: int) -> Floats:
    return np.zeros((size, size), np.float32)


def _line_opacity(of: Grid, z: int, size: int) -> float:
    matrix = of.matrix(z)
    pixel_m = matrix.scale_denominator * _PIXEL_M * matrix.tile_width / size
    metres, opacity = zip(*reversed(_LINE_FADES), strict=True)
    return float(np.interp(math.log2(pixel_m), np.log2(metres), opacity))


def _colors(paint: Paint, opaque: float) -> Pixels:
    """RGBA of the numbers that `classes` gives."""
    fill = paint.inks[:, :3]
    rgb = np.concatenate([np.zeros((1, 3)), fill, fill + (paint.line - fill) * opaque, paint.hatch_inks])
    alpha = np.full((len(rgb), 1), 255.0)
    alpha[0] = 0.0
    return np.rint(np.hstack([rgb, alpha])).astype(np.uint8)


def _webp(pixels: Pixels, driver: str, _exact: bool) -> bytes:
    """Lossless always: flat colours with sharp borders blur and swell otherwise."""
    from rdtr.tiles.encoder import encoded  # loads GDAL, and only WebP needs it

    return encoded(pixels, driver, True)
