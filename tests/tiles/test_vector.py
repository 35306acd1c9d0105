"""Vector tiles: read back by another decoder, joined at their edges, without gaps between neighbours."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import geopandas as gpd
import mapbox_vector_tile
import numpy as np
import pandas as pd
import pytest
import shapely
from mapbox_vector_tile.Mapbox import vector_tile_pb2
from shapely.geometry import shape

import rdtr
from rdtr import crs
from rdtr.errors import TileError
from rdtr.tiles.grid import grid, plan_grid
from rdtr.tiles.vector import BUFFER, kept_of, tile_sources, vector_tile
from rdtr.zoning.plan import Plan
from tests.town import box, make_plan, make_zones


@pytest.fixture(scope="module")
def city() -> Plan:
    return rdtr.sample_city(parcels=1_500, seed=1).plan


def decode(data: bytes) -> dict[str, Any]:
    return mapbox_vector_tile.decode(data, default_options={"y_coord_down": True})


def zone_shapes(data: bytes) -> list[shapely.Geometry]:
    return [shape(f["geometry"]) for f in decode(data)["zones"]["features"]]


def tiles_of(plan: Plan, z: int, tms: str = "WebMercatorQuad") -> list[tuple[int, int]]:
    g = grid(tms)
    moved = crs.transform(plan.zones.geometry.to_numpy(), plan.crs, g.crs)
    x0, y0, x1, y1 = g.tiles_over(tuple(shapely.total_bounds(moved)), z)
    return [(x, y) for x in range(x0, x1 + 1) for y in range(y0, y1 + 1)]


@pytest.mark.parametrize("z", [10, 11, 12, 13, 14, 15, 16, 17, 19])
def test_every_tile_decodes_into_valid_polygons(city: Plan, z: int) -> None:
    for x, y in tiles_of(city, z)[:60]:
        data = vector_tile(city, z, x, y)
        if not data:
            continue
        for name, layer in decode(data).items():
            assert layer["extent"] == 4096, name
            for feature in layer["features"]:
                geometry = shape(feature["geometry"])
                assert not geometry.is_empty
                assert geometry.is_valid, (z, x, y, name, shapely.is_valid_reason(geometry))


@pytest.mark.parametrize("z", [17, 18])
def test_zones_cover_the_tile_without_gap_or_overlap(city: Plan, z: int) -> None:
    outline = shapely.union_all(city.zones.geometry.to_numpy())
    g = grid()
    moved = crs.transform(np.array([outline], dtype=object), city.crs, g.crs)[0]
    inside = 0
    for x, y in tiles_of(city, z):
        if not moved.contains(shapely.box(*g.tile_bounds(z, x, y)).buffer(g.resolution(z) * 10)):
            continue
        inside += 1
        shapes = zone_shapes(vector_tile(city, z, x, y, layers=["zones"]))
        total, union = sum(s.area for s in shapes), shapely.union_all(shapes)
        side = 4096 + 2 * (BUFFER + 1)  # what is cut is rounded outwards
        assert union.area == pytest.approx(side * side, abs=0.02 * side), "no gap, but for polygons under a unit"
        assert total == pytest.approx(union.area, rel=2e-4), "no overlap"
    assert inside


def test_neighbouring_tiles_agree_on_their_common_edge(city: Plan) -> None:
    z = 15
    there = set(tiles_of(city, z))
    compared = 0
    for x, y in sorted(there):
        if (x + 1, y) not in there:
            continue
        left, right = (vector_tile(city, z, a, y, layers=["zones"], columns=["KODSBL", "label"]) for a in (x, x + 1))
        if not left or not right:
            continue
        strip = shapely.box(4096 - BUFFER, 0, 4096 + BUFFER, 4096)
        for_left = {f["id"]: shape(f["geometry"]) for f in decode(left)["zones"]["features"]}
        for_right = {
            f["id"]: shapely.affinity.translate(shape(f["geometry"]), 4096) for f in decode(right)["zones"]["features"]
        }
        for key in for_left.keys() & for_right.keys():
            a, b = (shapely.intersection(s, strip) for s in (for_left[key], for_right[key]))
            # only where a ring was cut at the far edge of one buffer may rounding differ, by a unit there and less inside
            differ = shapely.symmetric_difference(a, b)
            assert differ.buffer(-0.55, join_style="mitre").is_empty, "nowhere wider than a unit"
            compared += 1
    assert compared > 20


def test_the_same_tile_has_the_same_bytes(city: Plan) -> None:
    x, y = tiles_of(city, 14)[0]
    again = rdtr.sample_city(parcels=1_500, seed=1).plan
    assert vector_tile(city, 14, x, y) == vector_tile(again, 14, x, y)


def test_features_carry_official_columns_colour_and_label(city: Plan) -> None:
    x, y = tiles_of(city, 16)[len(tiles_of(city, 16)) // 2]
    feature = decode(vector_tile(city, 16, x, y))["zones"]["features"][0]["properties"]
    assert {"NAMOBJ", "KODZON", "KODSZN", "KODBLK", "color", "label"} <= feature.keys()
    assert feature["color"].startswith("#")


def test_shells_are_clockwise_on_the_screen_and_holes_follow() -> None:
    ring = box(0, 0, 50, 50).difference(box(20, 20, 30, 30))
    plan = make_plan(make_zones().iloc[:1].set_geometry([ring]))
    z = 18
    found = [zone_shapes(d) for x, y in tiles_of(plan, z) if (d := vector_tile(plan, z, x, y, layers=["zones"]))]
    assert sum(len(s.interiors) for shapes in found for s in shapes if s.geom_type == "Polygon") >= 1
    # mapbox_vector_tile tells shells from holes by winding: a wrong one would give two shells or none
    assert all(s.is_valid for shapes in found for s in shapes)


def test_a_label_point_is_in_one_tile_only_and_in_its_zone(city: Plan) -> None:
    z, seen = 16, []
    for x, y in tiles_of(city, z):
        data = vector_tile(city, z, x, y, layers=["zone_labels"])
        seen += [f["id"] for f in decode(data)["zone_labels"]["features"]] if data else []
    assert len(seen) == len(set(seen)) == len(city.zones)


def test_overlays_are_only_the_flags_that_are_set(city: Plan) -> None:
    values = set()
    for x, y in tiles_of(city, 14):
        data = vector_tile(city, 14, x, y, layers=["overlays"])
        values |= {f["properties"]["value"] for f in decode(data)["overlays"]["features"]} if data else set()
    assert values
    assert "Tidak Ada" not in values


def test_boundaries_are_drawn_at_their_highest_level(city: Plan) -> None:
    levels = {}
    for x, y in tiles_of(city, 14):
        data = vector_tile(city, 14, x, y, layers=["boundaries"])
        for feature in decode(data)["boundaries"]["features"] if data else []:
            levels.setdefault(feature["properties"]["level"], []).append(feature)
    assert set(levels) == {"WP", "SWP", "BLOK"}


@pytest.mark.parametrize("z", [12, 14, 16])
def test_boundaries_lie_on_the_borders_of_the_zones_as_drawn(city: Plan, z: int) -> None:
    on, off = 0, 0
    for x, y in tiles_of(city, z)[:20]:
        data = vector_tile(city, z, x, y, layers=["zones", "boundaries"])
        if not data:
            continue
        borders = shapely.union_all([s.boundary for s in zone_shapes(data)]).buffer(1.5)
        for feature in decode(data).get("boundaries", {"features": []})["features"]:
            line = shape(feature["geometry"])
            on += line.length
            off += line.difference(borders).length
    assert on > 1000
    assert off < 0.01 * on, "but for the vertex where a boundary that meets no other begins"


def test_columns_without_a_value_in_a_tile_are_not_named_in_it_and_values_lie_by_column() -> None:
    zones = make_zones(often=["ya", "ya", "tidak", "ya"], never=[None] * 4, own=[1.5, 2.5, 3.5, 4.5])
    plan = Plan.build(zones)
    x, y = tiles_of(plan, 14)[0]
    tile = vector_tile_pb2.tile()
    tile.ParseFromString(vector_tile(plan, 14, x, y, layers=["zones"], columns=["own", "never", "often"]))
    (layer,) = tile.layers
    assert list(layer.keys) == ["often", "own"], "few values first"
    kinds = [value.HasField("string_value") for value in layer.values]  # noqa: PD011 - of a protocol buffer
    assert kinds == sorted(kinds, reverse=True), "texts of one column, then the numbers of the other"


def test_a_layer_is_laid_out_only_when_it_is_asked_for(city: Plan) -> None:
    plan = replace(city)
    there = tile_sources(plan, grid())
    assert list(there)[:4] == ["zones", "zone_labels", "boundaries", "overlays"]
    assert not kept_of(plan, grid()).there
    x, y = tiles_of(plan, 14)[0]
    vector_tile(plan, 14, x, y, layers=["zones"])
    assert set(kept_of(plan, grid()).there) == {"zones", "zones z14"}


@pytest.mark.parametrize("tms", ["WebMercatorQuad", "WorldCRS84Quad"])
def test_any_tile_matrix_set_serves(city: Plan, tms: str) -> None:
    assert any(vector_tile(city, 13, x, y, tms=tms) for x, y in tiles_of(city, 13, tms))


def test_a_grid_in_the_plans_own_metres_serves(city: Plan) -> None:
    own = plan_grid(city)
    z = own.minzoom + 2
    x0, y0, x1, y1 = own.tiles_over(tuple(city.zones.total_bounds), z)
    assert any(vector_tile(city, z, x, y, tms=own) for x in range(x0, x1 + 1) for y in range(y0, y1 + 1))


def test_columns_and_filter_choose_what_is_drawn(city: Plan) -> None:
    x, y = tiles_of(city, 14)[0]
    data = vector_tile(city, 14, x, y, layers=["zones"], columns=["KODSZN"], where="KODSZN = 'BJ'")
    features = decode(data)["zones"]["features"]
    assert {tuple(f["properties"].items()) for f in features} == {(("KODSZN", "BJ"),)}


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ({"z": 14, "x": -1, "y": 0}, "tile 14/-1/0 is outside"),
        ({"z": 99, "x": 0, "y": 0}, "zoom 99 is not there"),
        ({"z": 14, "x": 0, "y": 0, "layers": ["zonez"]}, "has no layer 'zonez'; it has zones"),
        ({"z": 14, "x": 0, "y": 0, "columns": ["KDOSZN"]}, "layer has no column 'KDOSZN'"),
        ({"z": 14, "x": 0, "y": 0, "where": "KODSZN ="}, "cannot be read as CQL2"),
        ({"z": 14, "x": 0, "y": 0, "where": "a" * 5000}, "at most 4,000"),
        ({"z": 14, "x": 0, "y": 0, "tms": "Nowhere"}, "Nowhere"),
    ],
)
def test_what_cannot_be_drawn_is_refused_with_a_line(city: Plan, call: dict[str, Any], words: str) -> None:
    with pytest.raises(TileError, match=words.replace("(", r"\(")):
        vector_tile(city, **call)


def test_outside_the_plan_a_tile_is_empty(city: Plan) -> None:
    assert vector_tile(city, 14, 0, 0) == b""


def test_values_of_every_kind_arrive_as_what_they_are() -> None:
    zones = make_zones(
        yes=[True, False, True, False],
        whole=[1, -5, 2**53, 0],
        text=["é", "", None, "x"],
        number=[0.5, float("nan"), -1e300, 0.0],
        day=pd.to_datetime(["2026-11-24"] * 4),
        mixed=[1, "a", None, 2.5],
    )
    plan = Plan.build(zones)
    z = 17
    got: dict[str, dict[str, Any]] = {}
    for x, y in tiles_of(plan, z):
        data = vector_tile(plan, z, x, y, layers=["zones"])
        for feature in decode(data)["zones"]["features"] if data else []:
            got[feature["properties"]["KODSZN"]] = feature["properties"]
    assert got["R-2"]["yes"] is True
    assert (got["R-2"]["whole"], got["K-1"]["whole"], got["RTH-2"]["whole"]) == (1, -5, 2**53)
    assert (got["R-2"]["text"], got["R-2"]["number"]) == ("é", 0.5)
    assert "number" not in got["K-1"]
    assert got["R-2"]["day"].startswith("2026-11-24")


def test_a_layer_of_a_plan_with_points_and_lines_is_drawn_too() -> None:
    zones = make_zones()
    places = gpd.GeoDataFrame(
        {"name": ["a", "b"]}, geometry=[box(1, 1, 2, 2).centroid, box(5, 5, 9, 9).exterior], crs=zones.crs
    )
    plan = Plan.build(zones, layers={"places": places})
    assert {"places", "places_lines"} <= tile_sources(plan, grid()).keys()


@pytest.mark.parametrize(("z", "more"), [(10, 1.5), (11, 1.3), (12, 1.2), (13, 1.1)])
def test_small_blocks_keep_their_place_and_colour_at_low_zooms(city: Plan, z: int, more: float) -> None:
    """A block that vanished would be taken by the road around it, and the town would be drawn red."""
    drawn: dict[str, float] = {}
    for x, y in tiles_of(city, z):
        data = vector_tile(city, z, x, y, layers=["zones"], buffer=0)
        for feature in decode(data)["zones"]["features"] if data else []:
            label = feature["properties"]["label"]
            drawn[label] = drawn.get(label, 0.0) + shape(feature["geometry"]).area
    zones = city.zones
    true = zones.area[zones["KODSZN"] == "BJ"].sum() / zones.area.sum()
    # a block of four corners is a little smaller than one with round ones; vanished blocks made the road 2.9 times as wide
    assert true * 0.9 < drawn["BJ"] / sum(drawn.values()) < true * more
