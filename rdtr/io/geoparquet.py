"""Layers of a plan package as GeoParquet, exactly as they are: no column, vertex, Z or row is touched."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pyarrow
import pyproj
import shapely

from rdtr.errors import FileError

__all__ = ["read_exact", "write_exact"]

# What geopandas, pyarrow, shapely and pyproj raise for a file that lies; their own families, not just anything.
_TROUBLE = (
    OSError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    pyarrow.ArrowException,
    pyproj.exceptions.ProjError,
    shapely.errors.ShapelyError,
)


def write_exact(frame: gpd.GeoDataFrame, path: Path, what: str) -> None:
    """Write a layer that `rdtr.zoning.plain.plain_frame` has made plain.

    Raises
    ------
    FileError
        If a column is of a kind that Parquet does not have, or the disk does not take it.
    """
    try:
        frame.to_parquet(path, index=False, compression="zstd")
    except _TROUBLE as error:
        raise FileError(f"{what}: cannot be written as GeoParquet ({_first_line(error)})") from error


def read_exact(path: Path, label: str) -> gpd.GeoDataFrame:
    """Read a layer as `write_exact` wrote it.

    Raises
    ------
    FileError
        If it is no GeoParquet, or a broken one.
    """
    try:
        return gpd.read_parquet(path)
    except _TROUBLE as error:
        raise FileError(f"{label}: not a GeoParquet file ({_first_line(error)}); write the layer again") from error


def _first_line(error: BaseException) -> str:
    text = str(error).strip()
    return text.splitlines()[0][:160] if text else type(error).__name__
