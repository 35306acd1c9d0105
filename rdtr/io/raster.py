"""Rasters as files: written as cloud optimised GeoTIFF, taken into a plan by name and checksum. Measures nothing."""

from __future__ import annotations

import warnings
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt
import rasterio
import rasterio.shutil
from rasterio._err import CPLE_BaseError  # copying raises it bare, as no other part of rasterio does
from rasterio.crs import CRS
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.transform import Affine

from rdtr.atomic import new_file
from rdtr.crs import parse
from rdtr.errors import FileError, GeometryError
from rdtr.io.checksum import file_sha256
from rdtr.io.webcog import WebKind, web_options, web_source
from rdtr.types import PathLike
from rdtr.zoning.rasters import NOTHING_SAID, RasterAbout, RasterLayer

__all__ = ["Bounds", "Overviews", "WebKind", "raster_layer", "write_cog", "write_web_cog"]

Bounds: TypeAlias = tuple[float, float, float, float]
Overviews: TypeAlias = Literal["nearest", "mode", "average", "bilinear"]
"""How smaller versions are made: ``mode`` or ``nearest`` for classes, ``average`` or ``bilinear`` for measures."""

_TYPES = ("uint8", "uint16", "int16", "int32", "float32", "float64")
_BLOCK = 256  # pixels: one web tile


def write_cog(
    path: PathLike,
    array: npt.NDArray[Any],
    bounds: Bounds,
    crs: Any,
    *,
    nodata: float | None = None,
    overviews: Overviews = "nearest",
) -> Path:
    """Write an array as a cloud optimised GeoTIFF, whole or not at all.

    Parameters
    ----------
    path
        The file to make or to replace; its folder exists.
    array
        Shape (rows, columns) or (bands, rows, columns), the northern row first; uint8, uint16, int16, int32, float32
        or float64.
    bounds
        xmin, ymin, xmax, ymax of the outer edges, in `crs`.
    crs
        EPSG code, WKT or CRS object.
    nodata
        What cells hold where nothing is known; None: every cell is known.
    overviews
        How the smaller versions are made.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    FileError
        If the file cannot be written.
    GeometryError
        If the array or its bounds cannot be a raster, or `nodata` is no value of its type.
    CrsError
        If the CRS is not known.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     grid = np.zeros((2, 3), np.uint8)
    ...     path = write_cog(Path(folder, "flood.tif"), grid, (0, 0, 30, 20), 9480, nodata=255)
    ...     raster_layer("flood", path).name
    'flood'
    """
    target = Path(path)
    bands = _bands(target.name, array)
    _check(target.name, bands, bounds, nodata)
    count, rows, columns = bands.shape
    profile = {
        "driver": "COG",
        "dtype": bands.dtype.name,
        "count": count,
        "height": rows,
        "width": columns,
        "crs": CRS.from_wkt(parse(crs).to_wkt()),
        "transform": _transform(bounds, rows, columns),
        "nodata": nodata,
        "blocksize": _BLOCK,
        "compress": "DEFLATE",
        "predictor": "YES",
        "overview_resampling": overviews.upper(),
    }
    with new_file(target) as place:
        try:
            with rasterio.open(place, "w", **profile) as file:
                file.write(bands)
        except RasterioError as error:
            raise FileError(f"{target}: cannot be written as a GeoTIFF ({error})") from error
    return target


def raster_layer(name: str, path: PathLike, about: RasterAbout = NOTHING_SAID) -> RasterLayer:
    """Take a raster into a plan: its name there, where it is, and the checksum of what it holds.

    Parameters
    ----------
    name
        Such as ``dem`` or ``flood``.
    path
        A georeferenced raster.
    about
        What its values mean.

    Returns
    -------
    RasterLayer

    Raises
    ------
    FileError
        If the file cannot be read as a raster, or says not where it lies.
    """
    file = Path(path)
    if not file.is_file():
        raise FileError(f"{file}: there is no such file; check the path")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)  # said below, as an error
            with rasterio.open(file) as source:
                placed = source.crs is not None
    except RasterioError as error:
        raise FileError(f"{file}: cannot be read as a raster; wanted a GeoTIFF or another format of GDAL") from error
    if not placed:
        raise FileError(f"{file}: the raster has no CRS; write it with one, for example EPSG:9480")
    return RasterLayer(name, file, file_sha256(file), about)


def write_web_cog(
    path: PathLike,
    source: PathLike | RasterLayer,
    kind: WebKind,
    *,
    codec: Literal["webp", "jpeg"] = "webp",
    quality: int = 85,
) -> Path:
    """Write a raster again so that its blocks are the tiles of web maps, whole or not at all.

    The result is a cloud optimised GeoTIFF in web Mercator, aligned with WebMercatorQuad at every level, so that
    `rdtr.tiles.raster.raster_tile` reads it without warping and hands on blocks of imagery as they are stored.

    Parameters
    ----------
    path
        The file to make or to replace; its folder exists.
    source
        A georeferenced raster, in any CRS.
    kind
        ``imagery``: 1, 3 or 4 bands of bytes, stored with loss; ``class``: exact, never mixed, its palette kept;
        ``continuous``: exact, mixed between cells.
    codec, quality
        Of imagery. What is not known is clear in ``webp``; ``jpeg`` keeps a mask beside it. Gray imagery is ``jpeg``.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    FileError
        If the source cannot be read or says not where it lies, or the file cannot be written.
    GeometryError
        If the source cannot be what `kind` says.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     flood = write_cog(Path(folder, "flood.tif"), np.ones((20, 30), np.uint8), (0, 0, 30, 20), 9480, nodata=255)
    ...     with rasterio.open(write_web_cog(Path(folder, "web.tif"), flood, "class")) as file:
    ...         file.crs.to_epsg(), file.nodata
    (3857, 255.0)
    """
    target, file = Path(path), source.path if isinstance(source, RasterLayer) else Path(source)
    raster_layer(file.stem, file)  # refuses what is no raster or lies nowhere
    with new_file(target) as place, TemporaryDirectory(dir=target.parent) as folder:  # GDAL leaves drafts if it fails
        draft = Path(folder, target.name)
        try:
            with rasterio.open(file) as dataset, web_source(dataset, kind, target.name) as ready:
                options = web_options(ready, kind, codec, quality, target.name)
                rasterio.shutil.copy(ready, draft, driver="COG", **options)
        except (RasterioError, CPLE_BaseError) as error:
            raise FileError(f"{target}: cannot be made from {file.name} ({error})") from error
        draft.replace(place)
    return target


def _transform(bounds: Bounds, rows: int, columns: int) -> Affine:
    xmin, ymin, xmax, ymax = bounds
    return Affine((xmax - xmin) / columns, 0.0, xmin, 0.0, (ymin - ymax) / rows, ymax)


def _bands(name: str, array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    bands = array[None] if array.ndim == 2 else array
    if bands.ndim != 3 or not bands.size:
        raise GeometryError(f"{name}: an array of shape {array.shape} is no raster; wanted (rows, columns)")
    if bands.dtype.name not in _TYPES:
        raise GeometryError(f"{name}: values of type {bands.dtype} cannot be written; wanted {', '.join(_TYPES)}")
    return bands


def _check(name: str, bands: npt.NDArray[Any], bounds: Bounds, nodata: float | None) -> None:
    xmin, ymin, xmax, ymax = bounds
    if not (np.isfinite(bounds).all() and xmin < xmax and ymin < ymax):
        raise GeometryError(f"{name}: bounds {bounds} enclose nothing; wanted xmin, ymin, xmax, ymax")
    if nodata is None or bands.dtype.kind == "f":
        return
    limits = np.iinfo(bands.dtype)
    if not (limits.min <= nodata <= limits.max and float(nodata).is_integer()):
        raise GeometryError(f"{name}: nodata {nodata} is no value of type {bands.dtype}")
