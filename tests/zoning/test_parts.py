"""Permits laid over a plan: the same parts whatever the chunks and threads, and only what is near where that is asked."""

from __future__ import annotations

import sys
import threading

import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

import rdtr
from rdtr.errors import GeometryError
from rdtr.zoning import edges, threads
from rdtr.zoning.ahead import Ahead
from rdtr.zoning.edges import rings_of
from rdtr.zoning.grid import grid_of
from rdtr.zoning.kernels import surely_convex, surely_simple
from rdtr.zoning.parts import lay_rings


def test_a_check_gives_the_same_whatever_the_chunks_and_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    city = rdtr.sample_city(parcels=400, seed=4)
    once = rdtr.check(city.plan, city.permits, workers=1)
    monkeypatch.setattr(threads, "_CHUNK", 7)
    monkeypatch.setattr(edges, "_PIECE", 11)
    monkeypatch.setattr(sys.modules["rdtr.zoning.check"], "WORTH_A_THREAD", 0)
    for workers in (1, 3):
        again = rdtr.check(city.plan, city.permits, workers=workers)
        pd.testing.assert_frame_equal(again.permits, once.permits, check_exact=True)
        pd.testing.assert_frame_equal(again.parts, once.parts, check_exact=True)


@pytest.mark.parametrize("shape", [None, shapely.Polygon([(0, 0), (9, 9), (9, 0), (0, 7)]), shapely.Point(0, 0)])
def test_what_was_laid_ahead_is_thrown_away_where_a_later_shape_cannot_be_used(
    monkeypatch: pytest.MonkeyPatch, shape: shapely.Geometry | None
) -> None:
    city = rdtr.sample_city(parcels=100, seed=4)
    permits = city.permits.copy()
    if shape is not None:  # where it lies in zones
        x, y = permits.geometry.iloc[-1].centroid.coords[0]
        shape = shapely.transform(shape, lambda xy: xy + np.array([x, y]))
    permits.geometry = [*permits.geometry.iloc[:-1], shape]
    once = rdtr.check(city.plan, permits)
    monkeypatch.setattr(edges, "_PIECE", 11)
    monkeypatch.setattr(sys.modules["rdtr.zoning.check"], "WORTH_A_THREAD", 0)
    again = rdtr.check(city.plan, permits)
    pd.testing.assert_frame_equal(again.permits, once.permits, check_exact=True)
    pd.testing.assert_frame_equal(again.parts, once.parts, check_exact=True)
    assert again.permits["verdict"].iloc[-1] == "undetermined"


def test_a_table_that_is_refused_leaves_no_thread_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    city = rdtr.sample_city(parcels=100, seed=4)
    monkeypatch.setattr(edges, "_PIECE", 11)
    before = threading.active_count()
    with pytest.raises(RuntimeError, match="stop"):
        _begin_and_stop(city)
    assert threading.active_count() == before


def _begin_and_stop(city: rdtr.SampleCity) -> None:
    with Ahead(lambda start, rings: lambda first, stop: start + first + len(rings)) as ahead:
        for start, rings in edges.Layout(city.permits.geometry.to_numpy()).pieces():
            assert rings is not None
            ahead.take(start, rings)
        raise RuntimeError("stop")


def test_progress_counts_what_is_laid_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    city = rdtr.sample_city(parcels=100, seed=4)
    monkeypatch.setattr(edges, "_PIECE", 40)
    monkeypatch.setattr(sys.modules["rdtr.zoning.check"], "WORTH_A_THREAD", 0)
    seen: list[tuple[int, int]] = []
    n = len(city.permits)
    rdtr.check(city.plan, city.permits, progress=lambda done, total: seen.append((done, total)))
    done = [d for d, _ in seen]
    assert {total for _, total in seen} == {n}
    assert done == sorted(done)
    assert done[-1] == n


def test_parts_and_what_no_zone_covers_add_up_to_the_parcel() -> None:
    rng = np.random.default_rng(9)
    zones = np.array([shapely.Point(*rng.uniform(0, 50, 2)).buffer(4, quad_segs=4) for _ in range(5)], dtype=object)
    zones[1:] = [z - shapely.union_all(zones[:k]) for k, z in enumerate(zones[1:], 1)]
    parcels = np.array(
        [shapely.box(x, y, x + 9, y + 7) for x in range(0, 50, 5) for y in range(0, 50, 5)], dtype=object
    )
    laid = lay_rings(rings_of(parcels), np.arange(len(parcels)), grid_of(zones), 1.0)
    total = np.bincount(laid.polygon, laid.area, len(parcels))
    np.testing.assert_allclose(total, 63.0, rtol=1e-12)
    geos = shapely.area(shapely.intersection(parcels, shapely.union_all(zones)))
    np.testing.assert_allclose(laid.covered, geos, rtol=1e-9, atol=1e-6)


def test_polygons_that_nothing_is_near_are_passed_over_when_only_touched_ones_are_asked_for() -> None:
    parcels = np.array([shapely.box(0, 0, 4, 4), shapely.box(90, 0, 94, 4), shapely.box(10.5, 0, 14, 4)], dtype=object)
    layer = grid_of(np.array([shapely.box(2, -5, 10, 9)], dtype=object))
    everyone = lay_rings(rings_of(parcels), np.arange(3), layer, 1.0)
    touched = lay_rings(rings_of(parcels), np.arange(3), layer, 1.0, which="touched")
    assert everyone.polygon.tolist() == [0, 0, 1, 2]
    assert touched.polygon.tolist() == [0, 0, 2]
    assert touched.near_depth.tolist() == everyone.near_depth.tolist() == [-0.5]


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(3, 8), st.booleans())
def test_a_ring_that_surely_is_convex_is_valid_for_geos_too(seed: int, n: int, whole: bool) -> None:
    rng = np.random.default_rng(seed)
    xy = rng.integers(0, 5, (n, 2)).astype(float) if whole else rng.uniform(0, 1, (n, 2))
    if rng.random() < 0.5:
        xy = xy[np.argsort(np.arctan2(*(xy - xy.mean(axis=0)).T))]
    ring = shapely.Polygon(xy + 500_000.0)
    rings = rings_of(np.array([ring], dtype=object))
    if surely_convex(rings.xy, rings.ring_start, rings.polygon_start)[0]:
        assert ring.is_valid
        assert ring.convex_hull.area == pytest.approx(ring.area)


def test_convex_rings_are_known_and_stars_dents_and_flat_corners_are_not() -> None:
    star = shapely.Polygon([(np.cos(k * 4 * np.pi / 5), np.sin(k * 4 * np.pi / 5)) for k in range(5)])
    dent = shapely.Polygon([(0, 0), (4, 0), (4, 4), (2, 1), (0, 4)])
    flat = shapely.Polygon([(0, 0), (2, 0), (4, 0), (4, 4), (0, 4)])
    shapes = np.array([shapely.box(0, 0, 1, 1), shapely.box(0, 0, 1, 1).reverse(), star, dent, flat], dtype=object)
    rings = rings_of(shapes)
    assert surely_convex(rings.xy, rings.ring_start, rings.polygon_start).tolist() == [True, True, False, False, False]


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(3, 10), st.booleans(), st.booleans())
def test_a_ring_that_surely_is_simple_is_valid_for_geos_too(seed: int, n: int, whole: bool, round_it: bool) -> None:
    rng = np.random.default_rng(seed)
    xy = rng.integers(0, 5, (n, 2)).astype(float) if whole else rng.uniform(0, 1, (n, 2))
    if round_it:
        xy = xy[np.argsort(np.arctan2(*(xy - xy.mean(axis=0)).T))]
    ring = shapely.Polygon(xy + 500_000.0)
    rings = rings_of(np.array([ring], dtype=object))
    if surely_simple(rings.xy, rings.ring_start, rings.polygon_start)[0]:
        assert ring.is_valid


def test_parcels_with_dents_and_flat_corners_are_simple_without_asking_geos() -> None:
    ell = shapely.Polygon([(0, 0), (9, 0), (9, 4), (4, 4), (4, 9), (0, 9)])
    flat = shapely.Polygon([(0, 0), (2, 0), (4, 0), (4, 4), (0, 4)])
    shapes = np.array([ell, ell.reverse(), flat, shapely.transform(ell, lambda xy: xy + 9e6)], dtype=object)
    rings = rings_of(shapes)
    assert surely_simple(rings.xy, rings.ring_start, rings.polygon_start).all()


def test_what_crosses_touches_or_turns_back_is_left_to_geos() -> None:
    bow_tie = [(0, 0), (4, 4), (4, 0), (0, 3)]
    star = [(np.cos(k * 4 * np.pi / 5), np.sin(k * 4 * np.pi / 5)) for k in range(5)]
    touching = [(0, 0), (4, 0), (4, 4), (2, 0), (0, 4)]
    spike = [(0, 0), (4, 0), (4, 4), (4, 9), (4, 4), (0, 4)]
    twice = [(0, 0), (4, 0), (4, 0), (4, 4), (0, 4)]  # a doubled vertex is valid, but not surely
    shapes = [shapely.Polygon(ring) for ring in (bow_tie, star, touching, spike, twice)]
    shapes += [shapely.box(0, 0, 9, 9) - shapely.box(1, 1, 2, 2), shapely.Point(0, 0).buffer(9, quad_segs=16)]
    shapes[-1] = shapely.difference(shapes[-1], shapely.box(0, 0, 9, 9))  # too many corners to try all pairs
    rings = rings_of(np.array(shapes, dtype=object))
    assert not surely_simple(rings.xy, rings.ring_start, rings.polygon_start).any()


@pytest.mark.parametrize("size", [1, 2, 100])
def test_polygons_laid_out_piece_by_piece_are_the_same(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    hole = shapely.box(0, 0, 9, 9) - shapely.box(1, 1, 2, 2)
    eight = shapely.Polygon([(0, 0), (2, 1), (2, -1), (0, 0), (-2, 1), (-2, -1)])  # comes back to its start on the way
    several = shapely.MultiPolygon([hole, shapely.box(20, 0, 21, 1)])
    alone = shapely.MultiPolygon([shapely.box(5, 5, 6, 8)])
    shapes = np.array([hole, None, eight, shapely.Polygon(), several, alone, shapely.box(0, 0, 1, 1)], dtype=object)
    monkeypatch.setattr(edges, "_PIECE", size)
    rings = rings_of(shapes)
    assert np.diff(rings.polygon_start).tolist() == [2, 0, 1, 0, 3, 1, 1]
    assert np.diff(rings.ring_start).tolist() == [5, 5, 7, 5, 5, 5, 5, 5]
    np.testing.assert_array_equal(rings.xy, shapely.get_coordinates(shapes))
    np.testing.assert_array_equal(rings.bounds, shapely.bounds(shapes))
    assert rings.area.tolist() == [
        80.0,
        0.0,
        0.0,
        0.0,
        81.0,
        3.0,
        1.0,
    ]  # the halves of the eight go round opposite ways


def test_the_row_of_what_is_no_polygon_is_said_whatever_the_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edges, "_PIECE", 2)
    shapes = np.array([shapely.box(0, 0, 1, 1)] * 3 + [shapely.Point(0, 0)], dtype=object)
    with pytest.raises(GeometryError, match="zone 4: a Point was found where a polygon is wanted"):
        rings_of(shapes, "zone")
