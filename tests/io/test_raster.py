"""Rasters as files: whole or not at all, the same bytes every time, and bad input refused in words."""

from __future__ import annotations

import doctest
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio.errors import NotGeoreferencedWarning

import rdtr.io.raster
from rdtr.errors import CrsError, FileError, GeometryError
from rdtr.io.checksum import file_sha256
from rdtr.io.raster import raster_layer, write_cog

BOUNDS = (555_000.0, 14_000.0, 561_000.0, 18_000.0)


def grid(dtype: Any = np.float32, shape: tuple[int, ...] = (400, 600)) -> Any:
    return np.arange(np.prod(shape)).reshape(shape).astype(dtype)


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = write_cog(tmp_path / "dem.tif", grid(), BOUNDS, 9480, nodata=-9999.0, overviews="average")
    with rasterio.open(path) as file:
        assert np.array_equal(file.read(1), grid())
        assert tuple(file.bounds) == BOUNDS
        assert file.crs.to_epsg() == 9480
        assert file.nodata == -9999.0


def test_it_is_a_cloud_optimised_geotiff_with_smaller_versions(tmp_path: Path) -> None:
    path = write_cog(tmp_path / "flood.tif", grid(np.uint8, (700, 900)), BOUNDS, "EPSG:9480", nodata=255)
    with rasterio.open(path) as file:
        assert file.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert file.block_shapes == [(256, 256)]
        assert file.overviews(1)


def test_several_bands_are_kept_in_order(tmp_path: Path) -> None:
    path = write_cog(tmp_path / "three.tif", grid(np.uint8, (3, 20, 30)), BOUNDS, 9480)
    with rasterio.open(path) as file:
        assert file.count == 3
        assert file.nodata is None
        assert np.array_equal(file.read(), grid(np.uint8, (3, 20, 30)))


def test_the_same_array_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = (write_cog(tmp_path / name, grid(), BOUNDS, 9480) for name in ("a.tif", "b.tif"))
    assert first.read_bytes() == second.read_bytes()


def test_a_failure_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_cog(tmp_path / "dem.tif", grid(), BOUNDS, 9480)
    before = path.read_bytes()

    def fail(*_: Any, **__: Any) -> None:
        raise rasterio.errors.RasterioIOError("the disk is full")

    monkeypatch.setattr(rdtr.io.raster.rasterio, "open", fail)
    with pytest.raises(FileError, match="the disk is full"):
        write_cog(path, grid() + 1, BOUNDS, 9480)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="does not exist; make it first"):
        write_cog(tmp_path / "nowhere" / "dem.tif", grid(), BOUNDS, 9480)


@pytest.mark.parametrize(
    ("array", "bounds", "nodata", "words"),
    [
        (np.zeros(5), BOUNDS, None, "is no raster"),
        (np.zeros((0, 5)), BOUNDS, None, "is no raster"),
        (np.zeros((2, 2), complex), BOUNDS, None, "complex128 cannot be written"),
        (np.zeros((2, 2)), (1.0, 0.0, 0.0, 1.0), None, "enclose nothing"),
        (np.zeros((2, 2)), (0.0, 0.0, np.nan, 1.0), None, "enclose nothing"),
        (np.zeros((2, 2), np.uint8), BOUNDS, -1, "nodata -1 is no value of type uint8"),
        (np.zeros((2, 2), np.uint8), BOUNDS, np.nan, "nodata nan is no value"),
    ],
)
def test_what_cannot_be_a_raster_is_refused(tmp_path: Path, array: Any, bounds: Any, nodata: Any, words: str) -> None:
    with pytest.raises(GeometryError, match=words):
        write_cog(tmp_path / "x.tif", array, bounds, 9480, nodata=nodata)
    assert not list(tmp_path.iterdir())


def test_an_unknown_crs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CrsError, match="is not known"):
        write_cog(tmp_path / "x.tif", grid(), BOUNDS, "EPSG:1")


def test_a_raster_is_taken_into_a_plan_by_name_and_checksum(tmp_path: Path) -> None:
    path = write_cog(tmp_path / "dem.tif", grid(), BOUNDS, 9480)
    layer = raster_layer("dem", path)
    assert (layer.name, layer.path, layer.sha256) == ("dem", path, file_sha256(path))


def test_a_file_that_is_no_raster_is_refused(tmp_path: Path) -> None:
    text = tmp_path / "dem.tif"
    text.write_text("not a raster")
    with pytest.raises(FileError, match="cannot be read as a raster"):
        raster_layer("dem", text)
    with pytest.raises(FileError, match="there is no such file"):
        raster_layer("dem", tmp_path / "gone.tif")


def test_a_raster_that_does_not_say_where_it_lies_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "dem.tif"
    profile = {"driver": "GTiff", "width": 2, "height": 2, "count": 1, "dtype": "uint8"}
    with pytest.warns(NotGeoreferencedWarning), rasterio.open(path, "w", **profile) as file:
        file.write(np.zeros((1, 2, 2), np.uint8))
    with pytest.raises(FileError, match="has no CRS"):
        raster_layer("dem", path)


def test_examples_run() -> None:
    assert not doctest.testmod(rdtr.io.raster).failed
