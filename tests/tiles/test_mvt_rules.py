"""Every rule of the specification is kept by every tile; the fixtures of the specification's makers judge the judge."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import rdtr
from rdtr.tiles.grid import grid, plan_bounds
from rdtr.tiles.vector import vector_tile
from rdtr.zoning.plan import Plan
from tests.tiles.mvt_rules import violations
from tests.tiles.test_vector_judges import awful
from tests.town import CRS, X, Y, make_zones

STRICTER = {
    "016": "byte for byte the tile of 003, which its makers call broken",
    "057": "has a command of millions of places that are not there",
}
"""Fixtures that their makers call valid and we do not."""


def test_the_fixtures_are_judged_as_their_makers_say(shared_data: Path) -> None:
    wrong, seen = [], 0
    for folder in sorted((shared_data / "mvt" / "fixtures").iterdir()):
        about = json.loads((folder / "info.json").read_text(encoding="utf-8"))
        broken = violations((folder / "tile.mvt").read_bytes())
        seen += 1
        if about["validity"]["v2"] == bool(broken):
            wrong.append(folder.name)
    assert seen > 60
    assert wrong == list(STRICTER)


def tiles_of(plan: Plan, z: int, most: int = 40) -> list[bytes]:
    x0, y0, x1, y1 = grid().tiles_over(plan_bounds(plan, grid()), z)
    places = [(x, y) for x in range(x0, x1 + 1) for y in range(y0, y1 + 1)]
    return [vector_tile(plan, z, x, y) for x, y in places[:most]]


@pytest.mark.parametrize("z", [8, 10, 12, 14, 15, 16, 17, 18])
def test_a_city_keeps_every_rule_at_every_zoom(z: int) -> None:
    plan = rdtr.sample_city(parcels=1_500, seed=1).plan
    tiles = tiles_of(plan, z)
    assert any(tiles)
    assert [violations(tile) for tile in tiles if violations(tile)] == []


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([9, 12, 15, 17, 20]))
def test_awful_polygons_lines_and_points_keep_every_rule(seed: int, z: int) -> None:
    polygon = awful(seed)
    if polygon.is_empty or not polygon.is_valid:
        return
    zones = gpd.GeoDataFrame({"KODSZN": ["R-2"]}, geometry=[polygon], crs=CRS)
    lines = gpd.GeoDataFrame({"n": [1, 2]}, geometry=[polygon.boundary, polygon.centroid], crs=CRS)
    plan = Plan.build(zones, layers={"edges": lines})
    for tile in tiles_of(plan, z, 9):
        assert violations(tile) == []


def test_layers_columns_and_lines_that_could_break_a_rule_do_not() -> None:
    zones = make_zones(empty=["", None, float("nan"), "-"], long=["x" * 5000] * 4)
    still = shapely.LineString([(X, Y), (X, Y + 0.001)])
    there_and_back = shapely.LineString([(X, Y), (X + 90, Y), (X, Y)])
    layers = {
        "kept": gpd.GeoDataFrame({"n": [1, 2]}, geometry=[still, there_and_back], crs=zones.crs),
        "zones": gpd.GeoDataFrame({"n": [1]}, geometry=[still], crs=zones.crs),
    }
    plan = Plan.build(zones, layers=layers)
    x, y, *_ = grid().tiles_over(plan_bounds(plan, grid()), 17)
    for chosen in (None, ["zones", "zones"], ["kept"]):
        tile = vector_tile(plan, 17, x, y, layers=chosen, columns=["KODSZN", "long", "KODSZN"])
        assert violations(tile) == []
