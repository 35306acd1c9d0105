"""Slopes as a raster of their own, made from elevations once and at their own cells. Judges and draws nothing.

Made at the cells of the elevations, not at the pixels of a tile: slopes from coarser pixels are flatter, so that a place
would change its class with the zoom of the map, and the map would say another thing than the check.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from rdtr.io.raster import raster_layer, write_cog
from rdtr.io.rastergrid import read_grid
from rdtr.types import PathLike
from rdtr.zoning.exposure import slope_of
from rdtr.zoning.rasters import RasterAbout, RasterLayer

__all__ = ["write_slope"]

_UNKNOWN: Final = -1.0


def write_slope(path: PathLike, dem: RasterLayer, name: str = "slope") -> RasterLayer:
    """Write the slopes of an elevation raster, in percent, whole or not at all.

    Parameters
    ----------
    path
        The file to make or to replace; its folder exists.
    dem
        Elevations in metres, in a metric CRS, north up.
    name
        Of the new raster in the plan; ``slope`` is what checks look for.

    Returns
    -------
    RasterLayer
        To be put into a plan with `Plan.with_layers`; drawn in the slope classes of the planning guideline.

    Raises
    ------
    FileError
        If the elevations cannot be read, or the file cannot be written.
    CrsError
        If the elevations are in degrees.
    GeometryError
        If they are turned.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> plane = np.tile(np.arange(9.0), (9, 1))  # rises one metre each cell of ten
    >>> with TemporaryDirectory() as folder:
    ...     dem = raster_layer("dem", write_cog(f"{folder}/dem.tif", plane, (5e5, 1e4, 500_090, 10_090), 9480))
    ...     slope = write_slope(f"{folder}/slope.tif", dem)
    ...     read_grid(slope).values[4, 4], slope.about.title
    (np.float32(10.0), 'Kemiringan lereng')
    """
    slopes = slope_of(read_grid(dem))
    cells = np.where(slopes.known, slopes.values, _UNKNOWN).astype(np.float32)
    file = write_cog(path, cells, slopes.bounds, slopes.crs, nodata=_UNKNOWN, overviews="average")
    about = RasterAbout(
        "measure", "Kemiringan lereng", "Slope", "%", "slope", reference=f"{dem.about.title or dem.name}, Horn 1981"
    )
    return raster_layer(name, file, about)
