"""Rasters written so that their blocks are web tiles: aligned at every level, nothing known lost, refusals in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from rasterio.enums import ColorInterp

from rdtr.errors import FileError, GeometryError
from rdtr.io.raster import raster_layer, write_cog, write_web_cog

BOUNDS = (555_000.0, 14_000.0, 561_000.0, 18_000.0)
HALF_M = np.pi * 6_378_137.0


def waves(bands: int) -> Any:
    rows, columns = np.mgrid[:400, :600]
    planes = [127 + 120 * np.sin(rows / (20 + 9 * n) + columns / 31) for n in range(bands)]
    return np.array(planes).astype(np.uint8)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return write_cog(tmp_path / "citra.tif", waves(3), BOUNDS, 9480)


@pytest.mark.parametrize("codec", ["webp", "jpeg"])
def test_every_level_lies_on_the_tiles_of_its_zoom(tmp_path: Path, photo: Path, codec: Any) -> None:
    path = write_web_cog(tmp_path / "web.tif", photo, "imagery", codec=codec)
    with rasterio.open(path) as file:
        assert file.crs.to_epsg() == 3857
        assert file.block_shapes[0] == (256, 256)
        assert file.tags(ns="IMAGE_STRUCTURE")["LAYOUT"] == "COG"
        assert file.compression.name == codec
        for shrink in (1, *file.overviews(1)):
            tile = file.transform.a * 256 * shrink
            assert (file.transform.c + HALF_M) / tile % 1 == pytest.approx(0, abs=1e-6)
            assert (HALF_M - file.transform.f) / tile % 1 == pytest.approx(0, abs=1e-6)
            assert file.width % (256 * shrink) == file.height % (256 * shrink) == 0
            assert 2 * HALF_M / tile == pytest.approx(2 ** round(np.log2(2 * HALF_M / tile)))
        assert file.transform.a <= 10.0 * 1.16  # cells of 10 m do not grow by more than 15 %


def test_imagery_looks_the_same_and_is_clear_around(tmp_path: Path, photo: Path) -> None:
    path = write_web_cog(tmp_path / "web.tif", photo, "imagery", quality=95)
    with rasterio.open(path) as file:
        assert file.colorinterp[3] == ColorInterp.alpha
        assert file.read(4)[0, 0] == 0
        (x,), (y,) = rasterio.warp.transform("EPSG:9480", file.crs, [558_005.0], [15_995.0])
        found = next(file.sample([(x, y)]))
    assert found[3] == 255
    assert np.abs(found[:3].astype(int) - waves(3)[:, 200, 300]).max() < 16


def test_no_data_of_imagery_becomes_clear(tmp_path: Path) -> None:
    cells = waves(3)
    cells[:, 100:300, 100:500] = 0
    source = write_cog(tmp_path / "a.tif", cells, BOUNDS, 9480, nodata=0)
    with rasterio.open(write_web_cog(tmp_path / "web.tif", source, "imagery")) as file:
        (x,), (y,) = rasterio.warp.transform("EPSG:9480", file.crs, [558_005.0], [15_995.0])
        assert next(file.sample([(x, y)]))[3] == 0
        assert file.nodata is None


def test_gray_imagery_is_jpeg(tmp_path: Path) -> None:
    source = write_cog(tmp_path / "a.tif", waves(1), BOUNDS, 9480)
    with rasterio.open(write_web_cog(tmp_path / "web.tif", source, "imagery")) as file:
        assert (file.compression.name, file.count) == ("jpeg", 1)


@pytest.mark.parametrize("nodata", [255, None])
def test_classes_stay_whole_and_what_is_around_them_is_no_class(tmp_path: Path, nodata: int | None) -> None:
    levels = np.repeat(np.arange(4, dtype=np.uint8), 150)[None].repeat(400, axis=0)
    source = write_cog(tmp_path / "a.tif", levels, BOUNDS, 9480, nodata=nodata)
    with rasterio.open(write_web_cog(tmp_path / "web.tif", raster_layer("banjir", source), "class")) as file:
        assert file.nodata == 255
        assert np.unique(file.read(1)).tolist() == [0, 1, 2, 3, 255]
        small = file.read(1, out_shape=(file.height // 4, file.width // 4))
        assert set(np.unique(small).tolist()) <= {0, 1, 2, 3, 255}


def test_measures_keep_their_values_and_what_is_around_them_is_not_known(tmp_path: Path) -> None:
    height = np.linspace(0, 100, 400, dtype=np.float32)[:, None].repeat(600, axis=1)
    for nodata in (-9999.0, None):
        source = write_cog(tmp_path / "a.tif", height, BOUNDS, 9480, nodata=nodata)
        with rasterio.open(write_web_cog(tmp_path / "web.tif", source, "continuous")) as file:
            known = file.read(1)[file.dataset_mask() > 0]
            assert known.min() >= 0
            assert known.max() <= 100
            assert known.mean() == pytest.approx(50, abs=1)


def test_the_same_source_gives_the_same_bytes(tmp_path: Path, photo: Path) -> None:
    first, second = (write_web_cog(tmp_path / name, photo, "imagery") for name in ("a.tif", "b.tif"))
    assert first.read_bytes() == second.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.tif", "b.tif", "citra.tif"]


def test_what_cannot_be_written_is_refused_in_words(tmp_path: Path, photo: Path) -> None:
    height = write_cog(tmp_path / "dem.tif", np.zeros((20, 30), np.float32), BOUNDS, 9480)
    with pytest.raises(GeometryError, match="1 bands of float32 are no imagery; wanted 1, 3 or 4 bands of bytes"):
        write_web_cog(tmp_path / "web.tif", height, "imagery")
    with pytest.raises(GeometryError, match="3 bands of uint8 hold no classes"):
        write_web_cog(tmp_path / "web.tif", photo, "class")
    with pytest.raises(FileError, match="there is no such file"):
        write_web_cog(tmp_path / "web.tif", tmp_path / "x.tif", "class")
    broken = tmp_path / "broken.tif"
    broken.write_bytes(photo.read_bytes()[:20_000])
    with pytest.raises(FileError, match=r"cannot be made from broken\.tif"):
        write_web_cog(tmp_path / "web.tif", broken, "imagery")
    polar = write_cog(tmp_path / "polar.tif", waves(3), (-10.0, 80.0, 10.0, 90.0), 4326)
    with pytest.raises(GeometryError, match="reaches to where web maps cannot"):
        write_web_cog(tmp_path / "web.tif", polar, "imagery")
    assert not (tmp_path / "web.tif").exists()
    assert not list(tmp_path.glob(".*"))
