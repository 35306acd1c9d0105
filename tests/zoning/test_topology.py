"""Overlaps, gaps, T-junctions and borders: numbers by hand, then brute force over random dirty coverages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import rdtr
from rdtr.errors import GeometryError
from rdtr.types import ObjectArray
from rdtr.zoning.grid import grid_of
from rdtr.zoning.seams import seams_of
from rdtr.zoning.suspects import suspects
from rdtr.zoning.topology import Topology, mean_width, topology_of
from tests.dirty import FINE_GRID, brute_gaps, brute_overlaps, dirty_coverage, near_origin

X, Y = 555_000.0, 14_000.0


def box(x0: float, y0: float, x1: float, y1: float) -> shapely.Polygon:
    return shapely.box(X + x0, Y + y0, X + x1, Y + y1)


def shapes(*polygons: shapely.Geometry) -> ObjectArray:
    return np.array(polygons, dtype=object)


def found(*polygons: shapely.Geometry, outline: shapely.Geometry | None = None) -> Topology:
    return topology_of(shapes(*polygons), outline=None if outline is None else shapes(outline))


def test_neighbours_that_share_vertices_are_a_clean_coverage() -> None:
    assert found(box(0, 0, 10, 10), box(10, 0, 20, 10), box(0, 10, 10, 20)).clean


def test_an_overlap_names_its_pair_its_area_and_its_polygon() -> None:
    overlaps = found(box(0, 0, 10, 10), box(50, 0, 60, 10), box(8, 0, 20, 10)).overlaps
    assert (overlaps.left.tolist(), overlaps.right.tolist()) == ([0], [2])
    assert overlaps.area[0] == pytest.approx(20.0, abs=1e-9)
    assert shapely.equals(overlaps.shape[0], box(8, 0, 10, 10))


def test_an_enclosed_hole_is_a_gap_with_the_zones_around_it() -> None:
    ring = [box(0, 0, 30, 10), box(0, 20, 30, 30), box(0, 10, 10, 20), box(20, 10, 30, 20), box(90, 0, 99, 9)]
    gaps = found(*ring).gaps
    assert gaps.area.tolist() == [pytest.approx(100.0, abs=1e-9)]
    assert shapely.equals(gaps.shape[0], box(10, 10, 20, 20))
    assert gaps.around == [(0, 1, 2, 3)]


def test_a_zone_that_lies_in_a_gap_is_no_part_of_it() -> None:
    gaps = found(box(0, 0, 30, 30).difference(box(10, 10, 20, 20)), box(14, 14, 16, 16)).gaps
    assert gaps.area.tolist() == [pytest.approx(96.0, abs=1e-9)]


def test_with_an_outline_the_open_bay_is_a_gap_and_the_spill_lies_beyond() -> None:
    # the outline is 0..20 x 0..10; the zone leaves 15..20 and reaches 2 m below
    topology = found(box(0, -2, 15, 10), outline=box(0, 0, 20, 10))
    assert topology.gaps.area.tolist() == [pytest.approx(50.0, abs=1e-9)]
    assert topology.beyond.area.tolist() == [pytest.approx(30.0, abs=1e-9)]
    assert topology.beyond.around == [(0,)]


def test_without_an_outline_an_open_bay_is_no_gap() -> None:
    bay = found(box(0, 0, 30, 10), box(0, 10, 10, 30), box(20, 10, 30, 30))
    assert len(bay.gaps) == 0


def test_a_hole_of_the_outline_is_no_gap() -> None:
    ring = box(0, 0, 30, 30).difference(box(10, 10, 20, 20))
    assert len(found(ring).gaps) == 1
    assert found(ring, outline=ring).clean


def test_a_vertex_on_a_neighbours_straight_edge_is_a_t_junction_and_neither_gap_nor_overlap() -> None:
    topology = found(box(0, 0, 10, 20), box(10, 0, 20, 10), box(10, 10, 20, 20))
    assert len(topology.touches) == 2  # both right squares end at (10, 10)
    assert set(topology.touches.vertex_owner.tolist()) == {1, 2}
    assert topology.touch_edge_owner.tolist() == [0, 0]
    assert topology.touches.place.tolist() == [[X + 10, Y + 10], [X + 10, Y + 10]]
    assert topology.touches.along.tolist() == [pytest.approx(0.5), pytest.approx(0.5)]
    assert [len(topology.overlaps), len(topology.gaps), len(topology.loose)] == [0, 0, 0]


def test_a_hole_that_touches_its_own_shell_is_no_t_junction() -> None:
    touching = shapely.Polygon([(X, Y), (X + 10, Y), (X + 10, Y + 10), (X, Y + 10)],
                               [[(X, Y + 5), (X + 4, Y + 3), (X + 4, Y + 7)]])  # fmt: skip
    assert len(found(touching).touches) == 0


def test_a_border_drawn_twice_two_centimetres_apart_is_loose() -> None:
    loose = found(box(0, 0, 10, 10), box(10.02, 0, 20, 10)).loose
    assert (loose.left.tolist(), loose.right.tolist()) == ([0], [1])
    assert loose.length_m.tolist() == [pytest.approx(20.0)]


def test_neighbours_along_the_outer_border_are_not_loose() -> None:
    assert len(found(box(0, 0, 0.3, 10), box(0.3, 0, 0.6, 10)).loose) == 0


def test_two_whole_coverages_on_top_of_each_other_overlap_in_every_pair() -> None:
    squares = [box(x, y, x + 10, y + 10) for x in (0, 10, 20) for y in (0, 10, 20)]
    overlaps = found(*squares, *squares).overlaps
    assert overlaps.left.tolist() == list(range(9))
    assert overlaps.right.tolist() == list(range(9, 18))
    assert overlaps.area.sum() == pytest.approx(900.0)


def test_none_and_empty_are_nowhere() -> None:
    topology = topology_of(np.array([None, shapely.Polygon(), box(0, 0, 1, 1)], dtype=object))
    assert topology.clean
    assert topology_of(np.array([], dtype=object)).clean
    assert topology_of(np.array([None], dtype=object)).clean


def test_a_line_is_refused() -> None:
    with pytest.raises(GeometryError, match="zone 1: a LineString was found where a polygon is wanted"):
        topology_of(shapes(shapely.LineString([(0, 0), (1, 1)])))


def test_edges_are_matched_although_writers_rounded_them_differently() -> None:
    nudged = shapely.transform(box(10, 0, 20, 10), lambda xy: xy + 1e-10)
    assert len(seams_of(shapes(box(0, 0, 10, 10), nudged))) == 6


@pytest.mark.parametrize("order", [lambda g: g, lambda g: g[::-1], lambda g: shapely.reverse(g)])
def test_neither_order_nor_direction_of_rings_matters(order: Callable[[ObjectArray], ObjectArray]) -> None:
    polygons = shapes(box(0, 0, 30, 30).difference(box(10, 10, 20, 20)), box(14, 14, 22, 16), box(30, 0, 40, 30))
    topology = topology_of(order(polygons))
    assert sorted(topology.overlaps.area) == [pytest.approx(4.0)]
    assert sorted(topology.gaps.area) == [pytest.approx(88.0)]


def test_the_mean_width_of_a_strip_is_its_width() -> None:
    assert mean_width(shapes(shapely.box(0, 0, 1000, 2)))[0] == pytest.approx(2.0, rel=0.01)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_overlaps_and_gaps_of_dirty_coverages_are_those_of_brute_force(seed: int) -> None:
    coverage = dirty_coverage(seed)
    topology = topology_of(coverage)
    pairs = {(int(i), int(j)): a for i, j, a in zip(topology.overlaps.left, topology.overlaps.right,
                                                    topology.overlaps.area, strict=True)}  # fmt: skip
    expected = brute_overlaps(coverage)
    for pair in pairs.keys() | expected.keys():
        assert pairs.get(pair, 0.0) == pytest.approx(expected.get(pair, 0.0), abs=1e-6)
    np.testing.assert_allclose(shapely.area(topology.overlaps.shape), topology.overlaps.area, atol=1e-6)
    ours, theirs = np.sort(topology.gaps.area), np.sort(shapely.area(brute_gaps(coverage)))
    theirs = theirs[theirs >= 2e-6]
    np.testing.assert_allclose(ours[ours >= 2e-6], theirs, atol=1e-6)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_no_polygon_that_overlaps_another_escapes_suspicion(seed: int, with_outline: bool) -> None:
    coverage = dirty_coverage(seed)
    outline = shapes(shapely.envelope(shapely.union_all(coverage))) if with_outline else None
    may = suspects(coverage, seams_of(coverage, outline), grid_of(coverage))
    guilty = {row for pair, area in brute_overlaps(coverage).items() if area >= 1e-6 for row in pair}
    assert may[sorted(guilty)].all()


def test_a_clean_coverage_in_its_outline_has_no_suspect_and_no_seam() -> None:
    squares = shapes(*(box(x, y, x + 10, y + 10) for x in (0, 10, 20) for y in (0, 10)))
    outline = shapes(shapely.segmentize(box(0, 0, 30, 20), 10.0))  # with a vertex wherever two squares meet
    seams = seams_of(squares, outline)
    assert len(seams) == 0
    assert not suspects(squares, seams, grid_of(squares)).any()
    assert topology_of(squares, outline=outline).clean


def test_polygons_in_the_middle_of_a_doubled_coverage_are_found_though_no_seam_is_near() -> None:
    squares = [box(x, y, x + 10, y + 10) for x in range(0, 90, 10) for y in range(0, 90, 10)]
    overlaps = found(*squares, box(0, 0, 90, 90)).overlaps
    assert overlaps.left.tolist() == list(range(81))
    assert set(overlaps.right.tolist()) == {81}


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_gaps_against_an_outline_are_what_brute_force_subtracts(seed: int) -> None:
    coverage = dirty_coverage(seed)
    outline = shapely.buffer(shapely.envelope(shapely.union_all(coverage)), -7.3, join_style="mitre")
    topology = topology_of(coverage, outline=shapes(outline))
    local, window = near_origin(coverage), near_origin(outline)
    union = shapely.union_all(local, grid_size=FINE_GRID)
    missing, spilt = (shapely.difference(a, b, grid_size=FINE_GRID).area for a, b in ((window, union), (union, window)))
    assert topology.gaps.area.sum() == pytest.approx(missing, abs=1e-6)
    assert topology.beyond.area.sum() == pytest.approx(spilt, abs=1e-6)


def test_the_plan_of_pesawaran_is_a_clean_coverage(shared_data: Path) -> None:
    zones = gpd.read_file(shared_data / "pesawaran" / "POLA_RUANG_DALAM_BWP_4.geojson")
    assert topology_of(rdtr.read_plan(shared_data / "pesawaran").zones.geometry.to_numpy()).clean
    assert len(zones) == 68


def test_the_french_delivery_has_the_overlaps_that_its_readme_states(shared_data: Path) -> None:
    zones = gpd.read_file(shared_data / "france" / "41175_PLU_20140603" / "ZONE_URBA.shp").geometry.to_numpy()
    topology = topology_of(zones)
    assert len(topology.overlaps) == 159
    assert topology.overlaps.area.sum() == pytest.approx(4709.13, abs=0.01)
    gaps = brute_gaps(zones)
    assert len(topology.gaps) == len(gaps)
    assert topology.gaps.area.sum() == pytest.approx(shapely.area(gaps).sum(), abs=1e-5)


def test_the_sample_city_fills_its_planning_area() -> None:
    plan = rdtr.sample_city(parcels=1_000).plan
    outline = plan.layers["wp"].geometry.to_numpy()
    assert topology_of(plan.zones.geometry.to_numpy(), outline=outline).clean
