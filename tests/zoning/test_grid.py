"""A layer as a grid of its edges: what is asked of it must not depend on how its cells lie."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from rdtr.zoning import grid
from rdtr.zoning.grid import EdgeGrid, grid_of
from rdtr.zoning.overlap import measure


def array(shapes: list[Any]) -> np.ndarray:
    return np.array(shapes, dtype=object)


def matrix(left: np.ndarray, layer: EdgeGrid) -> np.ndarray:
    found = measure(left, layer)
    areas = np.zeros((len(left), layer.owners))
    areas[found.left, found.right] = found.area
    return areas


def checkers(n: int, step: float = 1.0) -> np.ndarray:
    return array([shapely.box(x * step, y * step, (x + 1) * step, (y + 1) * step) for y in range(n) for x in range(n)])


def test_a_border_that_two_polygons_share_is_one_edge() -> None:
    layer = grid_of(checkers(2))
    assert (layer.left >= 0).sum() == 12
    assert (layer.right >= 0).sum() == 4


def test_a_border_inside_one_owner_is_none() -> None:
    layer = grid_of(checkers(2), np.zeros(4, np.int64))
    assert (layer.left >= 0).sum() == 8
    assert matrix(array([shapely.box(0.5, 0.5, 1.5, 1.5)]), layer).tolist() == [[1.0]]


def test_the_areas_of_one_owner_are_summed_and_overlaps_count_twice() -> None:
    layer = grid_of(
        array([shapely.box(0, 0, 2, 2), shapely.box(1, 0, 3, 2), shapely.box(0, 0, 1, 1)]), np.array([0, 0, 1])
    )
    assert matrix(array([shapely.box(0, 0, 3, 2)]), layer).tolist() == [[8.0, 1.0]]
    assert layer.area.tolist() == [8.0, 1.0]


@pytest.mark.parametrize("cell", [0.05, 0.5, 1.0, 1.7, 40.0])
def test_areas_do_not_depend_on_the_cells(cell: float, monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(3)
    shapes = [shapely.Point(*rng.uniform(0, 20, 2)).buffer(rng.uniform(0.5, 6), quad_segs=3) for _ in range(60)]
    holes = [s.difference(t) for s, t in itertools.pairwise(shapes)]
    zones = array([*checkers(12), *(h for h in holes if h.area > 0)])
    parcels = array([*checkers(9, 1.5), *shapes])
    geos = shapely.area(shapely.intersection(parcels[:, None], zones[None, :]))
    monkeypatch.setattr(grid, "_first_cell", lambda *_: cell)
    np.testing.assert_allclose(matrix(parcels, grid_of(zones)), geos, rtol=1e-9, atol=1e-9)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.25, 0.5, 1.0, 2.0, 3.0]), st.sampled_from([0.0, 500_000.0]))
def test_edges_and_corners_on_the_lines_of_the_grid_are_counted_once(seed: int, cell: float, shift: float) -> None:
    rng = np.random.default_rng(seed)

    def triangle() -> shapely.Geometry:
        corners = rng.integers(0, 7, (3, 2)) + shift
        return shapely.Polygon(corners)

    shapes = [t for t in (triangle() for _ in range(12)) if t.area > 0]
    zones = array([*shapes[:8], shapely.box(shift, shift, shift + 3, shift + 4)])
    parcels = array([*shapes[4:], shapely.box(shift + 1, shift + 1, shift + 5, shift + 2)])
    first = grid._first_cell
    grid._first_cell = lambda *_: cell
    try:
        ours = matrix(parcels, grid_of(zones))
    finally:
        grid._first_cell = first
    geos = shapely.area(shapely.intersection(parcels[:, None], zones[None, :]))
    np.testing.assert_allclose(ours, geos, rtol=1e-9, atol=1e-9)


def test_polygons_outside_the_layer_meet_nothing() -> None:
    around = [shapely.box(x, y, x + 1, y + 1) for x in (-50, 1, 50) for y in (-50, 1, 50) if (x, y) != (1, 1)]
    assert not matrix(array(around), grid_of(checkers(3))).any()
    assert matrix(array([shapely.box(-50, -50, 50, 50)]), grid_of(checkers(3))).tolist() == [[1.0] * 9]


def test_a_layer_of_long_edges_gets_wide_cells_instead_of_many_entries() -> None:
    angle = np.linspace(0.1, 3.0, 800)
    needles = [shapely.LineString([(0, 0), (5e3 * np.cos(a), 5e3 * np.sin(a))]).buffer(0.5) for a in angle]
    layer = grid_of(array(needles))
    edges = (layer.left >= 0).sum()
    assert len(layer.entry) <= grid._ENTRIES_AN_EDGE * edges + grid._LEAST
    parcels = array([shapely.box(-100, 700, 200, 800), shapely.box(-1, -1, 1, 1)])
    geos = shapely.area(shapely.intersection(parcels[:, None], array(needles)[None, :]))
    np.testing.assert_allclose(matrix(parcels, layer), geos, rtol=1e-9, atol=1e-8)


def test_a_heap_of_equal_polygons_is_measured_one_by_one() -> None:
    layer = grid_of(array([shapely.box(0, 0, 2, 2)] * 300))
    assert matrix(array([shapely.box(1, 1, 3, 3)]), layer).tolist() == [[1.0] * 300]


def test_a_layer_without_a_polygon_covers_nothing() -> None:
    for empty in ([], [None, shapely.Polygon()]):
        assert not matrix(array([shapely.box(0, 0, 1, 1)]), grid_of(array(empty))).any()
