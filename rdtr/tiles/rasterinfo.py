"""What a raster is, for the documents that announce its tiles: where, at which zoom levels, which bands. Draws nothing."""

from __future__ import annotations

import math
from dataclasses import dataclass

from rdtr.tiles.grid import Bounds, Grid
from rdtr.tiles.grid import grid as named_grid
from rdtr.tiles.rasterabout import colormap_of
from rdtr.tiles.rastersource import Raster, fit, key_of, opened, web_key_of
from rdtr.tiles.webblocks import web_blocks

__all__ = ["RasterInfo", "raster_info"]


@dataclass(frozen=True, slots=True)
class RasterInfo:
    """A raster as a map needs to know it.

    Attributes
    ----------
    bounds
        West, south, east, north in degrees.
    minzoom, maxzoom
        From a raster of a few pixels to one whose cells are larger than pixels.
    bands
        Numbers of its bands, alpha left out.
    dtype
        Of its values, such as ``uint8``.
    nodata
        What stands for no data; None where no value does.
    stored
        Format whose tiles are handed on as the file holds them (``webp`` or ``jpg``), else None.
    """

    bounds: Bounds
    minzoom: int
    maxzoom: int
    bands: tuple[int, ...]
    dtype: str
    nodata: float | None
    stored: str | None


def raster_info(raster: Raster, *, grid: str | Grid = "WebMercatorQuad") -> RasterInfo:
    """Return what a raster is.

    Raises
    ------
    FileError
        If the raster is missing, damaged or cannot be placed.
    TileError
        If the grid is not known.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> import numpy as np
    >>> from rdtr.io.raster import write_cog
    >>> with TemporaryDirectory() as folder:
    ...     dem = write_cog(f"{folder}/dem.tif", np.ones((99, 99), np.float32), (5e5, 1e4, 5.1e5, 2e4), "EPSG:9480")
    ...     info = raster_info(dem)
    >>> info.minzoom, info.maxzoom, info.dtype
    (10, 11, 'float32')
    """
    of, key = (named_grid(grid) if isinstance(grid, str) else grid), key_of(raster)
    box, whole = fit(key, of).bounds, of.bounds
    inside = (max(box[0], whole[0]), max(box[1], whole[1]), min(box[2], whole[2]), min(box[3], whole[3]))
    with opened(key) as source:
        dataset, bands = source.dataset, source.color_bands
        side = max(dataset.width, dataset.height)
        cell = max((box[2] - box[0]) / dataset.width, (box[3] - box[1]) / dataset.height)
        dtype, nodata = str(dataset.dtypes[0]), dataset.nodata
    finest = next((m.zoom for m in of.matrices if m.resolution <= cell * 1.16), of.maxzoom)
    coarsest = max(of.minzoom, finest - math.ceil(math.log2(max(side / 64, 1))))
    blocks = web_blocks(web_key_of(raster)) if colormap_of(raster) is None else None
    return RasterInfo(
        of.bounds_lonlat(inside), coarsest, finest, bands, dtype, nodata, None if blocks is None else blocks.format
    )
