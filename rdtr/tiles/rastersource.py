"""Rasters opened for tiles: once a thread, GDAL set as a server should, what cannot be placed refused. Draws nothing."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import rasterio
from rasterio.crs import CRS
from rasterio.enums import ColorInterp
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.transform import Affine, from_gcps
from rasterio.vrt import WarpedVRT
from rasterio.warp import transform_bounds

from rdtr.errors import FileError, TileError
from rdtr.rasterformats import raster_driver
from rdtr.tiles.grid import Bounds, Grid
from rdtr.tiles.handles import Handles
from rdtr.tiles.webblocks import FileKey, file_key
from rdtr.types import PathLike
from rdtr.zoning.plan import RasterLayer

__all__ = ["Fit", "Raster", "Source", "fit", "grid_crs", "key_of", "opened", "web_key_of"]

Raster: TypeAlias = RasterLayer | PathLike

_GDAL = {
    "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",  # a folder of a thousand files is not listed for each that is opened
    "GDAL_CACHEMAX": 256,  # megabytes of decoded blocks, all threads together
    "GDAL_NUM_THREADS": "1",  # one request, one thread: the server runs many requests
    "GDAL_PAM_ENABLED": "NO",  # never write beside a raster
    "VSI_CACHE": "TRUE",
    "VSI_CACHE_SIZE": 5_000_000,
}
_HANDLES = 16  # open files a thread; 16 threads then hold 256 of the usual 1,024
_GCP_OFF_PX = 1.0


@dataclass(frozen=True, eq=False, slots=True)
class Source:
    """An open raster, north up.

    Attributes
    ----------
    dataset
        Of rasterio; used by one thread only.
    label
        What messages call it.
    """

    dataset: Any
    label: str
    _stack: ExitStack = field(repr=False)

    def close(self) -> None:
        """Let go of the file."""
        self._stack.close()

    @property
    def color_bands(self) -> tuple[int, ...]:
        """Numbers of the bands that are not alpha."""
        interp = self.dataset.colorinterp
        return tuple(n for n, what in zip(self.dataset.indexes, interp, strict=True) if what != ColorInterp.alpha)

    @property
    def colors(self) -> dict[int, tuple[int, int, int, int]] | None:
        """RGBA by value where the file has a palette, else None."""
        one = len(self.color_bands) == 1 and self.dataset.dtypes[0] == "uint8"
        if not one or self.dataset.colorinterp[0] != ColorInterp.palette:
            return None
        found: dict[int, tuple[int, int, int, int]] = self.dataset.colormap(1)
        return found

    def require_bands(self, bands: tuple[int, ...]) -> tuple[int, ...]:
        """Refuse a band that is not there.

        Raises
        ------
        TileError
            Naming it.
        """
        for band in bands:
            if isinstance(band, bool) or not isinstance(band, int) or band not in self.color_bands:
                raise TileError(
                    f"{self.label}: band {band!r} is not there; it has {', '.join(map(str, self.color_bands))}"
                )
        return bands


def key_of(raster: Raster) -> FileKey:
    """Return what tells the file of a raster from any other.

    Raises
    ------
    FileError
        If it is not there.
    """
    return file_key(raster.path if isinstance(raster, RasterLayer) else Path(raster))


def web_key_of(raster: Raster) -> FileKey:
    """Return the file that tiles of WebMercatorQuad are drawn from: the twin of a raster of a plan, or itself.

    Raises
    ------
    FileError
        If it is not there.
    """
    twin = raster.web if isinstance(raster, RasterLayer) else None
    return key_of(raster) if twin is None else file_key(twin)


@contextmanager
def opened(key: FileKey, version: int = -1) -> Iterator[Source]:
    """Give this thread's open raster; failures of GDAL become errors with the name of the file.

    Parameters
    ----------
    key
        Which file.
    version
        Which of its smaller versions, see `Fit.choice`; -1: the full one.

    Raises
    ------
    FileError
        If it cannot be opened, placed or read.
    """
    try:
        with rasterio.Env(**_GDAL):
            yield _handles.get((key, version))
    except (RasterioError, OSError, ValueError) as error:
        _handles.forget((key, version))
        raise FileError(
            f"{key[0]}: cannot be read as a raster ({error}); the file may be damaged, make it again"
        ) from error


@lru_cache(maxsize=64)
def grid_crs(of: Grid) -> CRS:
    """Return the CRS of a grid as rasterio wants it."""
    code = of.crs.to_epsg()
    return CRS.from_epsg(code) if code else CRS.from_wkt(of.crs.to_wkt())


@dataclass(frozen=True, slots=True)
class Fit:
    """How a raster lies in a grid.

    Attributes
    ----------
    bounds
        Its box in the grid's units; the whole grid where it reaches to where the grid cannot.
    cell
        Size of a cell in the grid's units; 0 where nothing has to be warped, or it is not known.
    shrinks
        By how much each smaller version is smaller.
    opens
        True if a smaller version can be opened by itself.
    """

    bounds: Bounds
    cell: float = 0.0
    shrinks: tuple[int, ...] = ()
    opens: bool = False

    def misses(self, tile: Bounds) -> bool:
        """True if nothing of the raster lies in a tile."""
        own = self.bounds
        return tile[2] <= own[0] or own[2] <= tile[0] or tile[3] <= own[1] or own[3] <= tile[1]

    def choice(self, pixel: float) -> tuple[int, bool]:
        """Return which version serves pixels of a size (-1: the full one), and whether it can be warped in one step.

        That is the smallest whose cells are no larger than the pixels: warping the full one costs 4 times as much for
        each version that is passed over.
        """
        if not self.cell:
            return -1, False
        shrink = pixel / self.cell
        if self.opens:
            return sum(each <= shrink for each in self.shrinks) - 1, True
        return -1, shrink < 2.0 or not self.shrinks


@lru_cache(maxsize=512)
def fit(key: FileKey, of: Grid) -> Fit:
    """Return how a raster lies in a grid.

    Raises
    ------
    FileError
        If it cannot be opened or placed.
    """
    with opened(key) as source:
        dataset, crs = source.dataset, grid_crs(of)
        if dataset.crs == crs:
            return Fit(tuple(dataset.bounds))
        box = transform_bounds(dataset.crs, crs, *dataset.bounds, densify_pts=21)
        if not np.isfinite(box).all():
            return Fit(of.bounds)
        cell = max((box[2] - box[0]) / dataset.width, (box[3] - box[1]) / dataset.height)
        return Fit(box, cell, tuple(dataset.overviews(1)), not isinstance(dataset, WarpedVRT))


def _open(asked: tuple[FileKey, int]) -> Source:
    key, version = asked
    with ExitStack() as stack:
        dataset = stack.enter_context(_dataset(Path(key[0]), version))
        gcps, gcp_crs = dataset.gcps
        if dataset.crs is None and gcp_crs is None:
            raise FileError(f"{key[0]}: the raster has no CRS; write it with one, for example EPSG:9480")
        if gcps:
            dataset = stack.enter_context(_unbent(dataset, gcps, gcp_crs, key[0]))
        elif dataset.transform.is_identity:
            raise FileError(f"{key[0]}: the raster says not where it lies; write it with its bounds")
        elif dataset.transform.b or dataset.transform.d or dataset.transform.e > 0:
            dataset = stack.enter_context(
                WarpedVRT(dataset, **_upright(dataset, dataset.transform, dataset.crs), **_mask_options(dataset))
            )  # turned or south up
        return Source(dataset, Path(key[0]).name, stack.pop_all())


_quiet = threading.Lock()  # filters of warnings belong to the process


def _dataset(path: Path, version: int) -> Any:
    options = {} if version < 0 else {"overview_level": version}
    with _quiet, warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)  # said above, as an error
        return rasterio.open(path, driver=_driver(path), **options)


def _driver(path: Path) -> str:
    driver = raster_driver(path)
    if driver is not None:
        return driver
    raise FileError(
        f"{path}: is no raster that is served; wanted a GeoTIFF, JPEG 2000, PNG, JPEG, Imagine or ASCII grid"
    )


def _unbent(dataset: Any, gcps: list[Any], crs: CRS, label: str) -> WarpedVRT:
    """Place a raster by its ground control points, where one affine transform fits them all."""
    transform = from_gcps(gcps)
    off = [np.subtract(~transform @ (point.x, point.y), (point.col, point.row)) for point in gcps]
    worst = float(np.abs(off).max())
    if worst > _GCP_OFF_PX:
        raise FileError(
            f"{label}: its ground control points bend it, by up to {worst:.1f} pixels from a plane fit; "
            "straighten it first (gdalwarp)"
        )
    place = {"src_crs": crs, "src_transform": transform} | _upright(dataset, transform, crs)
    return WarpedVRT(dataset, **place, **_mask_options(dataset))


def _upright(dataset: Any, turned: Affine, crs: CRS) -> dict[str, Any]:
    """The box around a turned raster, with cells of its size; GDAL's own proposal leaves one turned by 180 degrees."""
    columns, rows = dataset.width, dataset.height
    x, y = np.array([turned @ corner for corner in ((0, 0), (columns, 0), (0, rows), (columns, rows))]).T
    cell = min(np.hypot(turned.a, turned.d), np.hypot(turned.b, turned.e))
    width, height = (max(1, round(float(np.ptp(side) / cell))) for side in (x, y))
    box = Affine(np.ptp(x) / width, 0.0, x.min(), 0.0, -np.ptp(y) / height, y.max())
    return {"crs": crs, "transform": box, "width": width, "height": height}


def _mask_options(dataset: Any) -> dict[str, Any]:
    if dataset.nodata is not None:
        return {"src_nodata": dataset.nodata, "nodata": dataset.nodata}
    return {"add_alpha": ColorInterp.alpha not in dataset.colorinterp}


_handles: Handles[tuple[FileKey, int], Source] = Handles(_open, _HANDLES)
