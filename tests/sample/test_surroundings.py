"""Existing land use, and the rasters: they fit the plan, mostly."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from rdtr.sample import SampleCity, SampleRaster
from rdtr.sample.tables import column


def cells(raster: SampleRaster, x: float, y: float) -> float:
    xmin, _, xmax, ymax = raster.bounds
    size = (xmax - xmin) / raster.array.shape[1]
    return float(raster.array[int((ymax - y) / size), int((x - xmin) / size)])


def test_land_use_is_named_in_words_of_the_survey(city: SampleCity) -> None:
    assert list(city.land_use.columns) == ["penggunaan", "geometry"]
    assert set(city.land_use["penggunaan"]) <= set(column("existing", "use"))
    assert shapely.is_valid(city.land_use.geometry.to_numpy()).all()


def test_land_use_differs_from_the_plan_in_a_minority(city: SampleCity) -> None:
    zones = city.plan.zones
    housing = zones[zones["KODZON"] == "R"].geometry.to_numpy()
    middles = shapely.point_on_surface(city.land_use.geometry.to_numpy())
    inside, _ = shapely.STRtree(housing).query(middles, predicate="within")
    lived_in = (city.land_use["penggunaan"].iloc[inside] == "Permukiman").mean()
    assert 0.7 < lived_in < 0.95


def test_rasters_are_small_square_and_cover_the_plan(city: SampleCity) -> None:
    xmin, ymin, xmax, ymax = city.plan.zones.total_bounds
    for raster in city.rasters.values():
        west, south, east, north = raster.bounds
        rows, columns = raster.array.shape
        assert (east - west) / columns == pytest.approx((north - south) / rows)
        assert 10.0 <= (east - west) / columns <= 30.0
        assert west < xmin < xmax < east
        assert south < ymin < ymax < north


def test_elevation_falls_from_the_hills_to_the_river_and_the_sea(city: SampleCity) -> None:
    dem = city.rasters["dem"]
    assert dem.array.dtype == np.float32
    assert dem.nodata == -9999.0
    known = dem.array[dem.array != dem.nodata]
    assert -5.0 < known.min() < known.max() < 120.0
    assert 0.02 < (dem.array == dem.nodata).mean() < 0.4
    zones = city.plan.zones
    spots = {
        code: [cells(dem, p.x, p.y) for p in zones.loc[zones["KODSZN"] == code].representative_point()]
        for code in ("BA", "EM", "HL")
    }
    assert np.median(spots["HL"]) > np.median(spots["BA"])
    assert np.median(spots["HL"]) > np.median(spots["EM"])


def test_floods_follow_the_river(city: SampleCity) -> None:
    flood = city.rasters["flood"]
    assert flood.array.dtype == np.uint8
    assert set(np.unique(flood.array)) == {0, 1, 2, 3, 255}
    water = city.plan.zones.loc[city.plan.zones["KODSZN"] == "BA"].representative_point()
    assert {cells(flood, p.x, p.y) for p in water} <= {3.0, 255.0}
    assert (flood.array == 0).mean() > 0.4
