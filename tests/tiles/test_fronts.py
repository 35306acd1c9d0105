"""Streets and borders: only a street that parts two places is a border of them, drawn along both its sides."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pytest
import shapely

from rdtr import crs
from rdtr.tiles.boundaries import PLACES
from rdtr.tiles.fronts import REACH_M
from rdtr.tiles.grid import Grid, grid, plan_grid
from rdtr.tiles.sources import LineSource
from rdtr.tiles.vector import tile_sources
from rdtr.zoning.plan import Plan
from tests.town import CRS, X, Y, box


def town(blocks: list[tuple[shapely.Polygon, Any, Any]], rest: shapely.Geometry, more: list[Any] | None = None) -> Plan:
    """Blocks with their SWP and blok, and a road body over the rest that has none; WP is I everywhere."""
    rows = [*blocks, (rest, "Tidak Ada", None), *(more or [])]
    zones = gpd.GeoDataFrame(
        {
            "KODSZN": ["R-2"] * len(blocks) + ["BJ"] * (len(rows) - len(blocks)),
            "KODEWP": ["I"] * len(rows),
            "KODSWP": [swp for _, swp, _ in rows],
            "KODBLK": [blok for _, _, blok in rows],
        },
        geometry=[shape for shape, _, _ in rows],
        crs=CRS,
    )
    return Plan.build(zones)


def lines_of(plan: Plan, target: Grid | None = None) -> dict[str, shapely.Geometry]:
    """Lines by level, in metres from the town's corner; every one lies on whole decimetres."""
    target = target or grid()
    source = tile_sources(plan, target)["boundaries"]
    assert isinstance(source, LineSource)
    left, _, right, top = target.tile_bounds(0, 0, 0)
    unit = (right - left) / (4096 << 20)
    xy = np.column_stack([left + source.x * unit, top - source.y * unit])
    lines = np.array(
        [shapely.LineString(xy[a:b]) for a, b in zip(source.line_start, source.line_start[1:], strict=False)]
    )
    moved = crs.transform(lines, target.crs, plan.crs, plan.identity.crs_policy)
    shifted = shapely.transform(moved, lambda at: np.round(at - (X, Y), 1))
    level = source.frame["level"].to_numpy(object)[source.row]
    return {name: shapely.union_all(shifted[level == name]) for name, _ in PLACES if (level == name).any()}


def same(a: shapely.Geometry, b: shapely.Geometry) -> bool:
    """Whether lines cover each other, whichever way they are cut."""
    return bool(shapely.hausdorff_distance(a, b) < 0.2 and abs(a.length - b.length) < 0.5)


def fronts(*ways: list[tuple[float, float]]) -> shapely.Geometry:
    return shapely.union_all([shapely.LineString(way) for way in ways])


def beside(street_m: float, west: Any, east: Any, **more: Any) -> Plan:
    """Two blocks of 100 m by 100 m on both sides of a street, the road body around both too."""
    a, b = box(10, 10, 110, 110), box(110 + street_m, 10, 210 + street_m, 110)
    rest = box(0, 0, 220 + street_m, 120).difference(a).difference(b)
    return town([(a, *west), (b, *east)], rest, **more)


def test_a_street_that_parts_two_swp_is_a_border_along_both_its_sides() -> None:
    found = lines_of(beside(12, ("I.A", "A.1"), ("I.B", "B.1")))["SWP"]
    street = shapely.box(105, 20, 127, 100)
    assert same(found.intersection(street), fronts([(110, 20), (110, 100)], [(122, 20), (122, 100)]))


def test_a_street_inside_a_blok_is_no_border() -> None:
    found = lines_of(beside(12, ("I.A", "A.1"), ("I.A", "A.1")))
    assert not any(line.intersects(shapely.box(105, 20, 127, 100)) for line in found.values())


def test_a_street_inside_a_swp_that_parts_two_blok_is_a_border_of_these() -> None:
    found = lines_of(beside(12, ("I.A", "A.1"), ("I.A", "A.2")))
    street = shapely.box(105, 20, 127, 100)
    assert not found["SWP"].intersects(street)
    assert same(found["BLOK"].intersection(street), fronts([(110, 20), (110, 100)], [(122, 20), (122, 100)]))


@pytest.mark.parametrize(("width", "border"), [(REACH_M - 2, False), (REACH_M + 5, True)])
def test_a_place_beyond_the_reach_does_not_lie_across(width: float, border: bool) -> None:
    found = lines_of(beside(width, ("I.A", "A.1"), ("I.A", "A.1")))["SWP"]
    assert found.intersects(shapely.box(105, 20, 115, 100)) is border


def test_a_front_toward_the_edge_of_the_plan_is_the_outer_border_of_its_place() -> None:
    found = lines_of(beside(12, ("I.A", "A.1"), ("I.A", "A.1")))
    assert same(found["WP"], shapely.box(0, 0, 232, 120).exterior), "the road has the WP, the land outside has none"
    assert found["SWP"].intersects(shapely.box(5, 50, 15, 60))


def test_a_street_that_begins_across_leaves_no_dash() -> None:
    blocks = [
        (box(0, 0, 200, 60), "I.A", "A.1"),
        (box(0, 72, 94, 400), "I.A", "A.1"),
        (box(106, 72, 200, 400), "I.A", "A.1"),
    ]
    rest = box(0, 60, 200, 400).difference(shapely.union_all([shape for shape, _, _ in blocks]))
    found = lines_of(town(blocks, rest))
    assert set(found) == {"WP"}


def test_a_narrow_front_at_the_mouth_of_a_street_follows_its_neighbours() -> None:
    low = [box(0, 0, 60, 60), box(72, 0, 84, 60), box(96, 0, 160, 60)]
    high = [box(0, 72, 72, 400), box(84, 72, 160, 400)]
    blocks = [(shape, "I.A", "A.1") for shape in (*low, *high)]
    rest = box(0, 0, 160, 400).difference(shapely.union_all([shape for shape, _, _ in blocks]))
    assert "SWP" not in lines_of(town(blocks, rest))


def test_a_border_that_meets_a_street_ends_there() -> None:
    blocks = [
        (shapely.segmentize(shape, 20), swp, "1")
        for shape, swp in (
            (box(0, 0, 200, 60), "I.A"),
            (box(0, 72, 100, 132), "I.A"),
            (box(100, 72, 200, 132), "I.B"),
        )
    ]
    rest = shapely.segmentize(box(0, 60, 200, 72), 20)
    found = lines_of(town(blocks, rest))["SWP"]
    assert same(found.intersection(shapely.box(80, 80, 120, 125)), fronts([(100, 80), (100, 125)]))
    across = found.intersection(shapely.box(-1, 59, 201, 61))
    assert across.length > 0, "the south side parts A from B somewhere"
    assert across.bounds[0] >= 40, "but not where A lies on both sides"
    assert found.intersection(shapely.box(-1, 71, 99, 73)).length == 0


def test_what_lies_behind_a_second_polygon_without_a_place_counts() -> None:
    a, b = box(0, 0, 100, 60), box(0, 84, 100, 144)
    canal = [(box(0, 66, 100, 78), None, "-")]
    road = shapely.union_all([box(0, 60, 100, 66), box(0, 78, 100, 84)])
    inside = lines_of(town([(a, "I.A", "A.1"), (b, "I.A", "A.1")], road, canal))
    assert set(inside) == {"WP"}, "road and canal lie side by side, without a border between them"
    parted = lines_of(town([(a, "I.A", "A.1"), (b, "I.B", "B.1")], road, canal))["SWP"]
    assert same(parted, fronts([(0, 60), (100, 60)], [(0, 84), (100, 84)]))


def test_borders_between_places_stay_whatever_lies_near() -> None:
    zones = [
        (box(0, 0, 50, 50), "I.A", "A.1"),
        (box(50, 0, 100, 50), "I.B", "B.1"),
        (box(0, 50, 50, 100), "I.A", "A.2"),
    ]
    found = lines_of(town(zones, box(50, 50, 100, 100)))
    assert same(found["SWP"].intersection(shapely.box(40, -1, 60, 49)), fronts([(50, 0), (50, 49)]))
    assert same(found["BLOK"].intersection(shapely.box(0.5, 40, 49.5, 60)), fronts([(0.5, 50), (49.5, 50)]))


def test_a_grid_in_metres_of_the_plan_has_the_same_borders() -> None:
    plan = beside(12, ("I.A", "A.1"), ("I.A", "A.2"))
    web, own = lines_of(plan), lines_of(plan, plan_grid(plan))
    assert set(web) == set(own)
    assert all(same(web[name], own[name]) for name in web)


def test_a_street_bent_and_with_fine_vertices_is_judged_as_one_drawn_plainly() -> None:
    turn = np.linspace(0.0, np.pi / 2, 200)
    arc = np.column_stack([np.cos(turn), np.sin(turn)])
    inner, street, rim = (
        shapely.transform(shapely.Polygon([*(arc * a), *(arc * b)[::-1]]), lambda at: at - (-X, -Y))
        for a, b in ((50, 150), (150, 162), (162, 300))
    )
    assert set(lines_of(town([(inner, "I.A", "A.1"), (rim, "I.A", "A.1")], street))) == {"WP"}
    parted = lines_of(town([(inner, "I.A", "A.1"), (rim, "I.B", "B.1")], street))["SWP"]
    assert parted.length == pytest.approx((150 + 162) * np.pi / 2, rel=1e-3)
