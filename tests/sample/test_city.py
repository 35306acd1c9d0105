"""The city as a whole: the same for the same numbers, of the size that was asked for, at its place."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import numpy as np
import pandas as pd
import pytest
import shapely
from geopandas.testing import assert_geodataframe_equal

import rdtr.sample
from rdtr.crs import parse, to_geographic
from rdtr.errors import PlanError
from rdtr.sample import SampleCity, sample_city
from rdtr.sample.city import _lay_out
from rdtr.sample.frame import Frame
from rdtr.sample.outline import draw_blocks


def test_same_numbers_give_the_same_city(city: SampleCity) -> None:
    again = sample_city(2_000, seed=0)
    assert again.plan.hash == city.plan.hash
    for name in ("permits", "parcels", "land_use"):
        assert_geodataframe_equal(getattr(again, name), getattr(city, name))
    for name, raster in city.rasters.items():
        assert np.array_equal(again.rasters[name].array, raster.array)


def test_another_seed_gives_another_city(city: SampleCity) -> None:
    other = sample_city(2_000, seed=1)
    assert other.plan.hash != city.plan.hash
    assert other.parcels.geometry.iloc[0] != city.parcels.geometry.iloc[0]


@pytest.mark.parametrize("count", [1, 37, 500, 1_234])
def test_there_are_exactly_as_many_parcels_as_asked_for(count: int) -> None:
    city = sample_city(count, seed=3)
    assert len(city.parcels) == len(city.permits) == count


@pytest.mark.parametrize(
    ("count", "seed", "words"),
    [(0, 0, "0 parcels were asked for"), (-5, 0, "wanted 1 to"), (10, -1, "the seed is -1"), (10**8, 0, "wanted 1 to")],
)
def test_a_city_that_cannot_be_is_refused(count: int, seed: int, words: str) -> None:
    with pytest.raises(PlanError, match=words):
        sample_city(count, seed)


def test_the_city_lies_near_bontang_in_srgi2013(city: SampleCity) -> None:
    tables = [city.plan.zones, city.permits, city.parcels, city.land_use, *city.plan.layers.values()]
    assert {table.crs.to_epsg() for table in tables} == {9480}
    middle = shapely.centroid(shapely.MultiPolygon(list(city.parcels.geometry)))
    lon, lat = shapely.get_coordinates(to_geographic([middle], parse(9480)))[0]
    assert abs(lon - 117.5) < 0.02
    assert abs(lat - 0.13) < 0.02


def test_the_plan_says_that_it_is_made_up(city: SampleCity) -> None:
    identity = city.plan.identity
    assert "data buatan" in identity.title
    assert "bukan peraturan" in identity.regulation
    assert identity.vocabulary == "2021"


def test_a_city_of_170_000_parcels_has_the_zones_and_vertices_of_a_real_one() -> None:
    town = _lay_out(8_000.0, 170_000, 0)
    drawn = draw_blocks(town.frame, town.streets, town.uses, 0)
    per_lot = 170_000 / town.lots
    assert 0.9 < per_lot < 1.1
    assert len(drawn.zones) * per_lot > 22_000
    assert shapely.get_num_coordinates(drawn.rings).sum() * per_lot > 500_000


def test_bending_the_town_is_undone_exactly() -> None:
    frame = Frame.of_width(3_000.0, seed=5)
    rng = np.random.default_rng(0)
    u, v = rng.uniform(-500.0, 3_800.0, (2, 1_000))
    back = frame.to_town(*frame.to_map(u, v))
    assert np.abs(np.array(back) - [u, v]).max() < 1e-3


def test_roads_carry_their_class(city: SampleCity) -> None:
    roads = city.plan.layers["roads"]
    assert set(roads["road_class"]) == {"arteri", "kolektor", "lokal", "lingkungan"}
    assert roads.groupby("road_class")["LEBAR_M"].first()["arteri"] == roads["LEBAR_M"].max()
    assert set(roads.geom_type) == {"LineString"}


def test_river_and_coast_lie_where_the_plan_has_them(city: SampleCity) -> None:
    layers, zones = city.plan.layers, city.plan.zones
    river, water = layers["rivers"].geometry.iloc[0], zones[zones["KODSZN"].isin(["BA", "BJ"])].union_all()
    assert river.difference(water.buffer(0.01)).length < 0.02 * river.length
    coast, outline = layers["coast"].geometry.iloc[0], layers["wp"].geometry.iloc[0].exterior
    assert shapely.hausdorff_distance(coast, shapely.intersection(outline, coast.buffer(1.0))) < 2.0


def test_wards_fill_the_plan_without_overlapping(city: SampleCity) -> None:
    wards, outline = city.plan.layers["swp"], city.plan.layers["wp"].geometry.iloc[0]
    assert wards.area.sum() == pytest.approx(outline.area, rel=2e-3)
    assert wards.union_all().area == pytest.approx(outline.area, rel=2e-3)
    assert set(wards["KODSWP"]) == set(city.plan.zones["KODSWP"]) - {"Tidak Ada"}


def test_nothing_that_a_reader_sees_is_blank(city: SampleCity) -> None:
    zones = city.plan.zones.drop(columns=["geometry", "KODUNK"])
    assert not zones.isna().any().any()
    assert not (zones.select_dtypes(exclude="number") == "").any().any()
    assert isinstance(city.plan.zones.index, pd.RangeIndex)


@pytest.mark.parametrize("module", sorted(m.name for m in pkgutil.iter_modules(rdtr.sample.__path__)))
def test_examples_in_the_sample_package_run(module: str) -> None:
    result = doctest.testmod(importlib.import_module(f"rdtr.sample.{module}"))
    assert not result.failed
