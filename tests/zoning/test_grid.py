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
from rdtr.zoning.gridbuild import ABOVE, BELOW, LEFT, entries
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


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_of_the_cells_in_a_rectangle_that_list_an_edge_one_has_it_from_none_of_the_others(
    seed: int, whole: bool
) -> None:
    rng = np.random.default_rng(seed)
    sizes = rng.choice([1.0, 4.0, 30.0], 40)
    corners = rng.uniform(0, 60, (40, 1, 2)) + rng.normal(0, 1, (40, 3, 2)) * sizes[:, None, None]
    xy = np.round(corners) if whole else corners  # whole metres lie on the lines between cells of a whole width
    xy = xy[
        (xy[:, 0] != xy[:, 1]).any(axis=1) & (xy[:, 1] != xy[:, 2]).any(axis=1) & (xy[:, 2] != xy[:, 0]).any(axis=1)
    ]
    flat = np.concatenate([xy, xy[:, :1]], axis=1).reshape(-1, 2)
    owner = np.where(np.arange(len(flat)) % 4 == 3, -1, 0).astype(np.int32)
    (gx, gy), cell = np.floor(flat.min(axis=0)) - 3.0, 3.0
    nx, ny = (int(n) for n in np.ceil((flat.max(axis=0) - (gx, gy)) / cell) + 1)
    start, entry, origin, _ = entries(flat, owner, gx, gy, cell, nx, ny, 10**6)
    at = np.repeat(np.arange(nx * ny), np.diff(start))
    for _ in range(20):
        i0, j0 = rng.integers(0, (nx, ny))
        i1, j1 = rng.integers((i0, j0), (nx, ny))
        i, j = at % nx, at // nx
        inside = (i0 <= i) & (i <= i1) & (j0 <= j) & (j <= j1)
        known = (origin & LEFT > 0) & (i > i0) | (origin & BELOW > 0) & (j > j0) | (origin & ABOVE > 0) & (j < j1)
        met = np.sort(entry[inside & ~known])
        np.testing.assert_array_equal(met, np.unique(entry[inside]))
