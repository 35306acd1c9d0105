"""Rasters of a plan read into memory, as exposure measures them. Draws nothing; the values are those of the file."""

from __future__ import annotations

import numpy as np
import rasterio
from rasterio.errors import RasterioError

from rdtr import crs
from rdtr.errors import CrsError, FileError, GeometryError
from rdtr.zoning.exposure import Grid
from rdtr.zoning.rasters import RasterLayer

__all__ = ["read_grid"]


def read_grid(layer: RasterLayer) -> Grid:
    """Read the first band of a raster.

    Parameters
    ----------
    layer
        A raster of a plan, north up, with a CRS.

    Returns
    -------
    Grid
        Cells are known where the file's mask (nodata, alpha, mask band) says so and the value is a number.

    Raises
    ------
    FileError
        If it cannot be read.
    CrsError
        If the file states no CRS.
    GeometryError
        If the raster is turned: exposure needs rows that run east.
    """
    try:
        with rasterio.open(layer.path) as file:
            values, mask = file.read(1), file.read_masks(1) > 0
            transform, bounds, stated = file.transform, file.bounds, file.crs
    except (RasterioError, OSError) as error:
        raise FileError(f"raster {layer.name}: {layer.path.name} cannot be read ({error}); make it anew") from error
    if stated is None:
        raise CrsError(f"raster {layer.name}: {layer.path.name} states no CRS; write one into it with gdal_edit -a_srs")
    if transform.b or transform.d or transform.e >= 0.0 or transform.a <= 0.0:
        raise GeometryError(f"raster {layer.name}: {layer.path.name} is not north up; warp it with gdalwarp first")
    known = mask & np.isfinite(values) if values.dtype.kind == "f" else mask
    return Grid(values, known, (bounds.left, bounds.bottom, bounds.right, bounds.top), crs.parse(stated.to_wkt()))
