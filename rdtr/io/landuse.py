"""Existing land use from files: polygons, or a raster of classes; and class tables of one's own. Compares nothing."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd

from rdtr.errors import FileError
from rdtr.io.raster import raster_layer
from rdtr.io.rastergrid import read_grid
from rdtr.io.vector import read_layer
from rdtr.types import PathLike
from rdtr.zoning.exposure import Grid

__all__ = ["read_land_use", "read_table"]

_RASTERS = (".tif", ".tiff", ".vrt")


def read_land_use(path: PathLike) -> gpd.GeoDataFrame | Grid:
    """Read existing land use: a raster by its suffix (.tif, .tiff, .vrt), any vector layer else.

    Raises
    ------
    FileError
        If it cannot be read.
    """
    if Path(path).suffix.casefold() in _RASTERS:
        return read_grid(raster_layer(Path(path).stem, path))
    return read_layer(path)[0]


def read_table(path: PathLike) -> pd.DataFrame:
    """Read a class table from CSV.

    Raises
    ------
    FileError
        If it cannot be read.
    """
    try:
        return pd.read_csv(path, dtype=str, keep_default_na=False)
    except (OSError, ValueError) as error:
        raise FileError(f"{Path(path).name}: the class table cannot be read ({error}); save it as CSV") from error
