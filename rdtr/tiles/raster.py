"""Raster tiles: blocks handed on as stored where they fit, drawn by rio-tiler elsewhere; points and statistics."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from affine import Affine
from rio_tiler import reader
from rio_tiler.errors import PointOutsideBounds, RioTilerError
from rio_tiler.models import ImageData

from rdtr.errors import FileError, TileError
from rdtr.tiles.bandstatistics import BandStatistics, band_statistics
from rdtr.tiles.encoder import encoded
from rdtr.tiles.grid import Bounds, Grid
from rdtr.tiles.grid import grid as named_grid
from rdtr.tiles.picture import CONTENT_TYPES, Format, Picture, Rescale, colored, internal, stretched
from rdtr.tiles.png import Pixels
from rdtr.tiles.rasterabout import colormap_of
from rdtr.tiles.rastercolors import ColorClass, Colormap
from rdtr.tiles.rastercolors import colormap as named_colormap
from rdtr.tiles.rastersource import Raster, Source, fit, grid_crs, key_of, opened, web_key_of
from rdtr.tiles.webblocks import FileKey, web_blocks
from rdtr.types import BoolArray

__all__ = ["BandStatistics", "RasterTile", "Resampling", "raster_point", "raster_statistics", "raster_tile"]

Resampling: TypeAlias = Literal["nearest", "bilinear", "cubic", "cubic_spline", "lanczos", "average", "mode"]

_WEB = "WebMercatorQuad"
_SIZES = (16, 2048)  # pixels a side
_PADDING = 32  # pixels; beyond it the tile beside is read, not a seam mended
_STATISTICS_PX = 1024  # the longest side that is read
_KEEPS_VALUES = ("nearest", "mode")


@dataclass(frozen=True, slots=True)
class RasterTile:
    """A tile as it goes to a browser.

    Attributes
    ----------
    bytes
        The picture; of an empty tile a clear one (JPEG: white).
    content_type
        Such as ``image/png``.
    empty
        True if the raster has nothing to show here.
    """

    bytes: bytes
    content_type: str
    empty: bool


def raster_tile(
    raster: Raster,
    z: int,
    x: int,
    y: int,
    *,
    grid: str | Grid = _WEB,
    format: Format | Literal["jpeg"] = "png",  # noqa: A002 - the word of titiler and of addresses
    size: int = 256,
    bands: Sequence[int] | None = None,
    rescale: Rescale | Sequence[Rescale] | None = None,
    colormap: str | Colormap | Sequence[ColorClass] | None = None,
    resampling: Resampling = "nearest",
    padding: int = 0,
) -> RasterTile:
    """Draw one tile of a raster.

    A tile of WebMercatorQuad that is a block of the file (see `rdtr.io.raster.write_web_cog`), asked for in the block's
    format with no colours or stretch of its own, is handed on as stored. Everything else is read by rio-tiler.

    Parameters
    ----------
    raster
        A raster of a plan, or a file.
    z, x, y
        Which tile.
    grid
        Name of a grid, or one of the plan's own.
    format
        ``png``, ``webp`` or ``jpg``.
    size
        Pixels a side.
    bands
        One band or three; None: red, green and blue, or the first.
    rescale
        (low, high) that become black and white, one for all bands or one each; None: bytes as they are, else the 2nd and
        98th percentile of the whole raster, so that all tiles agree.
    colormap
        ``terrain``, ``slope``, ``flood``, or classes; of one band. None, with all bands and no stretch: what the plan
        says of the raster, see `rdtr.tiles.rasterabout.colormap_of`, or else the palette of the file, if it has one.
    resampling
        How cells become pixels; a palette allows ``nearest`` and ``mode``.
    padding
        Pixels read beyond the edges, against seams of bilinear and smoother resampling.

    Returns
    -------
    RasterTile

    Raises
    ------
    TileError
        If the tile is outside the grid, or format, size, bands, colormap or resampling are not possible.
    FileError
        If the raster is missing, damaged, without CRS, or bent by ground control points.

    Notes
    -----
    JPEG knows no transparency: what is not known is white; in a block handed on it is what the file holds there.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from rdtr.io.raster import write_cog
    >>> with TemporaryDirectory() as folder:
    ...     flood = write_cog(f"{folder}/flood.tif", np.ones((99, 99), np.uint8), (5e5, 1e4, 5.1e5, 2e4), "EPSG:9480")
    ...     tile = raster_tile(flood, 12, 3379, 2046, colormap="flood")
    >>> tile.content_type, tile.empty
    ('image/png', False)
    """
    of = named_grid(grid) if isinstance(grid, str) else grid
    key = web_key_of(raster) if of.name == _WEB else key_of(raster)
    of.require(z, x, y)
    kind = _format(format)
    if colormap is None and bands is None and rescale is None:
        colormap = colormap_of(raster)
    if bands is None and rescale is None and colormap is None and of.name == _WEB:
        stored = _stored(key, kind, size, z, x, y)
        if stored is not None:
            return RasterTile(stored, CONTENT_TYPES[kind], False) if stored else _empty(kind, size)
    _check(size, resampling, padding)
    colors = None if colormap is None else named_colormap(colormap)
    tile, lies = of.tile_bounds(z, x, y), fit(key, of)
    if lies.misses(tile):
        return _empty(kind, size)
    version, once = lies.choice((tile[2] - tile[0]) / size)
    with opened(key, version) as source:
        chosen, own = _bands(source, bands, one=colors is not None), source.colors
        if colors is None and own is not None and rescale is None and resampling not in _KEEPS_VALUES:
            raise TileError(f"{source.label}: {resampling} would mix numbers of its palette; wanted nearest or mode")
        how = {"indexes": chosen, "resampling_method": resampling, "reproject_method": resampling}
        image = _asked(_once if once else _part, source, tile, of, size, padding, **how)
    valid = _valid(image)
    if not valid.any():
        return _empty(kind, size)
    if colors is not None:
        picture = colored(image.data[0], valid, colors)
    elif own is not None and rescale is None:
        picture = internal(image.data[0], valid, own)
    else:
        picture = stretched(image.data, _alpha(image, valid), _ranges(rescale, raster, chosen, image.data.dtype))
    return RasterTile(picture.encode(kind, encoded), CONTENT_TYPES[kind], False)


def raster_point(raster: Raster, lon: float, lat: float) -> tuple[float | None, ...]:
    """Return the value of each band at a place; None where nothing is known, or outside the raster.

    Raises
    ------
    TileError
        If the place is none on earth.
    FileError
        If the raster is missing, damaged or cannot be placed.
    """
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise TileError(f"{lon}, {lat} is no place on earth; wanted longitude and latitude in degrees")
    with opened(key_of(raster)) as source:
        try:
            found = _asked(reader.point, source, coordinates=(lon, lat), indexes=source.color_bands)
        except PointOutsideBounds:
            return (None,) * len(source.color_bands)
        known = ~np.ma.getmaskarray(found.array) & ~np.isnan(found.data.astype(float))
        return tuple(v if ok else None for v, ok in zip(found.data.tolist(), known.tolist(), strict=True))


def raster_statistics(raster: Raster) -> tuple[BandStatistics, ...]:
    """Return what each band of a raster holds; refuses what `raster_tile` refuses of the raster."""
    return _statistics(key_of(raster))


@lru_cache(maxsize=256)
def _statistics(key: FileKey) -> tuple[BandStatistics, ...]:
    with opened(key) as source:
        image = _asked(reader.read, source, max_size=_STATISTICS_PX, indexes=source.color_bands)
    valid = _valid(image)
    return tuple(
        band_statistics(band, plane, valid) for band, plane in zip(source.color_bands, image.data, strict=True)
    )


def _stored(key: FileKey, kind: Format, size: int, z: int, x: int, y: int) -> bytes | None:
    blocks = web_blocks(key)
    return blocks.tile(z, x, y) if blocks is not None and (blocks.format, blocks.size) == (kind, size) else None


def _part(dataset: Any, tile: Bounds, of: Grid, size: int, padding: int, **how: Any) -> ImageData:
    crs = grid_crs(of)
    return reader.part(dataset, tile, height=size, width=size, dst_crs=crs, bounds_crs=crs, padding=padding, **how)


def _once(dataset: Any, tile: Bounds, of: Grid, size: int, padding: int, **how: Any) -> ImageData:
    """Warp in one step: rio-tiler's `part` warps to the raster's own resolution, found anew for each tile, then shrinks."""
    width, height = (tile[2] - tile[0]) / size, (tile[3] - tile[1]) / size
    corner = Affine(width, 0.0, tile[0] - padding * width, 0.0, -height, tile[3] + padding * height)
    whole = {"transform": corner, "width": size + 2 * padding, "height": size + 2 * padding}
    inner = (padding, padding + size)
    return reader.read(dataset, grid_crs(of), size, size, window=(inner, inner), vrt_options=whole, **how)


def _asked(how: Callable[..., Any], source: Source, *what: Any, **options: Any) -> Any:
    try:
        return how(source.dataset, *what, **options)
    except PointOutsideBounds:
        raise
    except RioTilerError as error:
        raise FileError(f"{source.label}: cannot be read here ({error})") from error


def _bands(source: Source, bands: Sequence[int] | None, *, one: bool) -> tuple[int, ...]:
    if bands is None:
        return source.color_bands[: 3 if len(source.color_bands) >= 3 and not one else 1]
    chosen = source.require_bands(tuple(bands))
    if len(chosen) not in ((1,) if one else (1, 3)):
        raise TileError(
            f"{source.label}: {len(chosen)} bands cannot be drawn; wanted one" + ("" if one else " or three")
        )
    return chosen


def _valid(image: ImageData) -> BoolArray:
    """Where a band is known: a colour with one band at nodata is still a colour, as rio-tiler has it."""
    known = ~np.ma.getmaskarray(image.array)
    if image.data.dtype.kind == "f":
        known &= np.isfinite(image.data)
    valid: BoolArray = np.logical_or.reduce(known, axis=0)
    return valid


def _alpha(image: ImageData, valid: BoolArray) -> Pixels:
    if image.alpha_mask is not None and image.alpha_mask.dtype == np.uint8:
        return image.alpha_mask
    return np.where(valid, np.uint8(255), np.uint8(0))


def _ranges(
    rescale: Rescale | Sequence[Rescale] | None, raster: Raster, bands: tuple[int, ...], dtype: np.dtype[Any]
) -> tuple[Rescale, ...] | None:
    if rescale is not None:
        try:
            ranges = np.atleast_2d(np.array(rescale, float))
        except (TypeError, ValueError):
            ranges = np.zeros(0)
        if ranges.shape not in ((1, 2), (len(bands), 2)) or not np.isfinite(ranges).all():
            raise TileError(f"rescale {rescale!r} cannot be used; wanted (low, high), or one pair for each band")
        return tuple((low, high) for low, high in ranges.tolist())
    if dtype == np.uint8:
        return None
    found = {each.band: each for each in raster_statistics(raster)}
    return tuple((found[band].p2 or 0.0, found[band].p98 or 0.0) for band in bands)


def _format(asked: str) -> Format:
    kind: Any = "jpg" if asked == "jpeg" else asked
    if kind not in CONTENT_TYPES:
        raise TileError(f"format {asked!r} cannot be made; wanted {', '.join(CONTENT_TYPES)}")
    return kind


def _check(size: int, resampling: str, padding: int) -> None:
    if isinstance(size, bool) or not isinstance(size, int) or not _SIZES[0] <= size <= _SIZES[1]:
        raise TileError(f"size {size!r} cannot be drawn; wanted {_SIZES[0]} to {_SIZES[1]} pixels")
    if resampling not in get_args(Resampling):
        raise TileError(f"resampling {resampling!r} is not known; known are {', '.join(get_args(Resampling))}")
    if isinstance(padding, bool) or not isinstance(padding, int) or not 0 <= padding <= _PADDING:
        raise TileError(f"padding {padding!r} is not possible; wanted 0 to {_PADDING} pixels")


@lru_cache(maxsize=32)
def _empty(kind: Format, size: int) -> RasterTile:
    _check(size, "nearest", 0)
    clear = Picture(np.zeros((size, size), np.uint8), np.zeros((1, 4), np.uint8))
    return RasterTile(clear.encode(kind, encoded), CONTENT_TYPES[kind], True)
