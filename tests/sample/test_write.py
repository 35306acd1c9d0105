"""The sample city as files: the plan package holds its rasters, and the same city gives the same package."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import rasterio

import rdtr
from rdtr.sample import SampleCity
from rdtr.sample.write import write_sample
from rdtr.tiles.raster import raster_tile
from rdtr.tiles.rasterinfo import raster_info
from rdtr.zoning.rasters import RasterLayer


def test_the_plan_package_holds_the_rasters_of_the_city(city: SampleCity, tmp_path: Path) -> None:
    plan = rdtr.read_plan(write_sample(city, tmp_path).plan)
    assert not len(plan.findings)
    for name, made in city.rasters.items():
        layer = plan.layers[name]
        assert isinstance(layer, RasterLayer)
        assert layer.about == made.about
        assert layer.web is not None
        with rasterio.open(layer.path) as file:
            assert np.array_equal(file.read(1), made.array)
    assert [plan.layers[name].about.title for name in city.rasters] == ["Ketinggian", "Rawan banjir"]


def test_its_rasters_can_be_drawn_in_their_colours(city: SampleCity, tmp_path: Path) -> None:
    plan = rdtr.read_plan(write_sample(city, tmp_path).plan)
    for name in city.rasters:
        layer = plan.layers[name]
        assert isinstance(layer, RasterLayer)
        west, south, east, north = raster_info(layer).bounds
        side = 360 / 2**12
        x = int(((west + east) / 2 + 180) // side)
        y = int(2**11 - ((south + north) / 2) // side) - 1  # at the equator Mercator is straight
        tile = raster_tile(layer, 12, x, y)
        assert not tile.empty
        assert tile.bytes[25] == 3  # a palette: colours of classes or of a ramp


def test_the_same_city_gives_the_same_hash_and_its_rasters_count(city: SampleCity, tmp_path: Path) -> None:
    one, two = (rdtr.read_plan(write_sample(city, tmp_path / name).plan) for name in ("a", "b"))
    assert one.hash == two.hash
    assert one.hash != city.plan.hash
    assert list(one.layers) == [*city.plan.layers, "dem", "flood", "slope"]
