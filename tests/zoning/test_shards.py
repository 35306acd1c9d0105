"""Shards: big polygons cut near faults and put together again, every vertex that nothing happened to bit by bit the same."""

from __future__ import annotations

from functools import partial
from typing import get_args

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import rdtr
from rdtr.types import ObjectArray
from rdtr.zoning import repair as repairs
from rdtr.zoning.plan import Plan
from rdtr.zoning.repair import Winner
from rdtr.zoning.seams import seams_of
from rdtr.zoning.shards import joined, shards_of
from rdtr.zoning.topology import topology_of
from tests.dirty import dirty_coverage
from tests.town import CRS, X, Y

SIDE = 40


def city(faults: int = 1) -> tuple[ObjectArray, int]:
    """A road body with 40 x 40 round blocks in it, each a zone of 33 vertices, drawn to full precision; some are moved."""
    rng = np.random.default_rng(7)
    places = np.stack(np.meshgrid(np.arange(SIDE), np.arange(SIDE)), axis=-1).reshape(-1, 2) * 30.0 + 20.0
    blocks = shapely.buffer(shapely.points(places + rng.uniform(-1, 1, places.shape) + (X, Y)), 12.0, quad_segs=8)
    road = shapely.Polygon(
        shapely.box(X, Y, X + 30.0 * SIDE + 10.0, Y + 30.0 * SIDE + 10.0).exterior, [b.exterior for b in blocks]
    )
    moved = rng.choice(len(blocks), faults, replace=False)
    blocks[moved] = shapely.transform(blocks[moved], lambda xy: xy + 0.05)
    return np.append(blocks, road), int(moved[0])


def edges(shape: shapely.Geometry) -> set[tuple[float, ...]]:
    """Edges of a polygon, bit by bit, with their direction."""
    rings = shapely.get_rings(shapely.orient_polygons(shape))
    return {(*a, *b) for r in rings for a, b in zip(r.coords[:-1], r.coords[1:], strict=True)}


def plan_of(shapes: ObjectArray) -> Plan:
    codes = ["R-2"] * (len(shapes) - 1) + ["BJ"]
    return Plan.build(gpd.GeoDataFrame({"KODSZN": codes}, geometry=list(shapes), crs=CRS))


def test_a_road_body_that_is_cut_and_joined_is_what_it_was_bit_by_bit() -> None:
    zones, _ = city(faults=30)
    shards = shards_of(zones, seams_of(zones))
    pieces = shards.shape[shards.owner == len(zones) - 1]
    assert len(pieces) > 20
    assert shapely.area(pieces).sum() == pytest.approx(zones[-1].area, abs=1e-6)
    touched = shards.shape.copy()
    touched[-1] = shapely.reverse(touched[-1])  # as if something had been done to it
    again = joined(shards, touched)
    assert edges(again[-1]) == edges(zones[-1])
    assert all(a is b for a, b in zip(again[:-1], zones[:-1], strict=True))


def test_shards_and_their_neighbours_share_every_border_that_was_shared() -> None:
    zones, _ = city(faults=5)
    shards = shards_of(zones, seams_of(zones))
    frame = shapely.LinearRing(zones[-1].exterior.coords)  # no neighbour there; the cuts part it too

    def inner(shapes: ObjectArray) -> int:
        seams = seams_of(shapes)
        return int((shapely.distance(frame, shapely.points((seams.start + seams.stop) / 2)) > 1.0).sum())

    assert inner(shards.shape) == inner(zones) > 100
    before, after = topology_of(zones), topology_of(shards.shape)
    assert after.overlaps.area.sum() == pytest.approx(before.overlaps.area.sum(), abs=1e-6)
    assert after.gaps.area.sum() == pytest.approx(before.gaps.area.sum(), abs=1e-6)
    assert len(after.touches) == len(before.touches)


def test_a_clean_coverage_is_not_cut() -> None:
    zones, _ = city(faults=1)
    zones[:-1] = shapely.polygons([shapely.LinearRing(h.coords) for h in zones[-1].interiors])
    outline = np.array([shapely.Polygon(zones[-1].exterior)], dtype=object)
    assert shards_of(zones, seams_of(zones, outline)).shape is zones


def test_repairing_one_block_leaves_every_edge_of_the_road_but_those_beside_it() -> None:
    zones, moved = city()
    clean, ledger = rdtr.repair(plan_of(zones))
    after = clean.zones.geometry.to_numpy()
    assert topology_of(after).clean
    gone = edges(zones[-1]) - edges(after[-1])
    new = edges(after[-1]) - edges(zones[-1])
    near = shapely.buffer(zones[moved], 0.2)
    assert 0 < len(gone) <= 33
    for x0, y0, x1, y1 in gone | new:
        assert near.contains(shapely.LineString([(x0, y0), (x1, y1)]))
    assert len(edges(zones[-1]) & edges(after[-1])) > 50_000
    assert ledger.features["row"].tolist() == [moved + 1, len(zones)]
    others = np.delete(np.arange(len(zones)), [moved, len(zones) - 1])
    assert shapely.equals_exact(after[others], zones[others], tolerance=0.0).all()


def test_the_larger_zone_wins_by_its_whole_area_not_by_that_of_a_shard() -> None:
    zones, moved = city()
    common = zones[moved].intersection(zones[-1]).area
    clean, ledger = rdtr.repair(plan_of(zones), winner="larger")
    assert clean.zones.geometry.iloc[moved].area == pytest.approx(zones[moved].area - common, abs=1e-6)
    overlaps = ledger.moved[ledger.moved["kind"] == "overlap"]
    assert overlaps[["from_row", "to_row"]].to_numpy().tolist() == [[moved + 1, len(zones)]]
    assert overlaps["area_m2"].sum() == pytest.approx(common, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(get_args(Winner)))
def test_dirty_coverages_come_out_clean_though_every_polygon_is_cut(seed: int, winner: Winner) -> None:
    zones = dirty_coverage(seed)
    codes = {"KODSZN": ["R-2"] * len(zones)}
    plan = Plan.build(gpd.GeoDataFrame(codes, geometry=list(zones), crs=CRS))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repairs, "shards_of", partial(shards_of, big=16))
        clean, ledger = rdtr.repair(plan, winner=winner)
    after = topology_of(clean.zones.geometry.to_numpy())
    assert [len(after.overlaps), len(after.gaps), len(after.touches), len(after.loose)] == [0, 0, 0, 0]
    filled = ledger.moved.loc[ledger.moved["kind"] == "gap", "area_m2"].sum()
    union = shapely.union_all(zones, grid_size=1e-8).area
    assert clean.zones.area.sum() == pytest.approx(union + filled, abs=1e-2)
    assert abs(ledger.change_m2) <= ledger.moved["area_m2"].sum() + 1e-2  # what GEOS may win or lose by rounding
