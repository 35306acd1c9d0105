"""Rasters of a plan in memory: values and masks as the file has them; slopes as GDAL makes them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import rasterio

from rdtr.errors import CrsError, FileError, GeometryError
from rdtr.io.raster import raster_layer, write_cog
from rdtr.io.rastergrid import read_grid
from rdtr.zoning.exposure import slope_of
from tests.absent import absent

BOUNDS = (555_000.0, 14_000.0, 555_640.0, 14_480.0)


def heights(nodata: float = -9999.0) -> np.ndarray:
    y, x = np.mgrid[0:48, 0:64]
    z = (40 * np.sin(x / 9) + 25 * np.cos(y / 7) + x).astype(np.float32)
    z[3, 4] = nodata
    return z


def test_values_bounds_and_unknown_cells_are_those_of_the_file(tmp_path: Path) -> None:
    path = write_cog(tmp_path / "dem.tif", heights(), BOUNDS, 9480, nodata=-9999.0, overviews="average")
    grid = read_grid(raster_layer("dem", path))
    assert (grid.values == heights()).all()
    assert np.argwhere(~grid.known).tolist() == [[3, 4]]
    assert (grid.bounds, grid.cell, grid.crs.to_epsg()) == (BOUNDS, (10.0, 10.0), 9480)


def test_slopes_equal_those_of_gdal(tmp_path: Path) -> None:
    if shutil.which("gdaldem") is None:
        absent("gdaldem")
    path = write_cog(tmp_path / "dem.tif", heights(), BOUNDS, 9480, nodata=-9999.0, overviews="average")
    subprocess.run(["gdaldem", "slope", "-p", "-q", path, tmp_path / "slope.tif"], check=True)
    ours = slope_of(read_grid(raster_layer("dem", path)))
    with rasterio.open(tmp_path / "slope.tif") as file:
        theirs, mask = file.read(1), file.read_masks(1) > 0
    assert (mask == ours.known).all()
    assert np.abs(theirs - ours.values)[mask].max() < 1e-3  # theirs are single precision


def test_raster_that_cannot_be_measured_is_refused_in_words(tmp_path: Path) -> None:
    path = write_cog(tmp_path / "dem.tif", heights(), BOUNDS, 9480)
    layer = raster_layer("dem", path)
    path.write_bytes(b"no raster")
    with pytest.raises(FileError, match="cannot be read"):
        read_grid(layer)
    profile = {"driver": "GTiff", "width": 4, "height": 4, "count": 1, "dtype": "uint8"}
    for name, transform, epsg, error in (
        ("south", rasterio.Affine(1, 0, 5, 0, 1, 9), 9480, GeometryError),
        ("nowhere", rasterio.Affine(1, 0, 5, 0, -1, 9), None, CrsError),
    ):
        file = tmp_path / f"{name}.tif"
        with rasterio.open(file, "w", transform=transform, crs=epsg, **profile) as raster:
            raster.write(np.ones((1, 4, 4), np.uint8))
        good = layer.__class__(name, file, "0" * 64)
        with pytest.raises(error):
            read_grid(good)
