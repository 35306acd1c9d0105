"""How deep zones reach into parcels, against GEOS buffers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import shapely

from rdtr.zoning.edges import rings_of
from rdtr.zoning.grid import grid_of
from rdtr.zoning.laying import lay

TOLERANCE = 2.5


def laid(parcels: list[Any] | np.ndarray, cells: list[Any] | np.ndarray) -> tuple[np.ndarray, ...]:
    """Parts (parcel, cell), their area and bounds of depth; near ones, their gap."""
    shapes, layer = np.asarray(parcels, dtype=object), grid_of(np.asarray(cells, dtype=object))
    rows, covered = np.arange(len(shapes)), np.zeros(len(shapes))
    found = lay(rows, 0, rings_of(shapes).flat, layer.flat, TOLERANCE, 1e-6, False, covered)
    columns = slice(0, 2), slice(2, 5), slice(5, 7), slice(7, 8)
    return tuple(np.stack(found[some], axis=1) for some in columns)


def random_parcels(rng: np.random.Generator, n: int, kind: str) -> np.ndarray:
    shapes = []
    for x, y in rng.uniform(0, 200, (n, 2)):
        w, h = rng.uniform(10, 25, 2)
        shape = shapely.box(x, y, x + w, y + h)
        if kind == "L":
            shape = shape.difference(shapely.box(x + w / 2, y + h / 2, x + w, y + h))
        if kind == "U":
            shape = shape.difference(shapely.box(x + w / 4, y + h / 3, x + w / 2, y + h))
        if kind == "with a yard":
            shape = shape.difference(shapely.Point(x + w / 2, y + h / 2).buffer(w / 5, quad_segs=2))
        shapes.append(shapely.affinity.rotate(shape, rng.uniform(0, 90)))
    return np.array(shapes, dtype=object)


def voronoi(rng: np.random.Generator) -> np.ndarray:
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(rng.uniform(0, 220, (60, 2)))))
    return np.array(list(cells), dtype=object)


def require_depth(parcel: shapely.Geometry, cell: shapely.Geometry, depth: float) -> None:
    """Shrunk by a little more the parcel leaves the cell, by a little less it does not."""
    beyond = parcel.buffer(-(depth + 5e-3), quad_segs=64)
    # a square centimetre: GEOS simplifies a ring before it shrinks it, so next to the incentre a crumb may stay
    assert shapely.intersection(beyond, cell).area < 1e-4
    assert shapely.intersects(parcel.buffer(-max(depth - 5e-3, 0.0), quad_segs=64), cell)


@pytest.mark.parametrize("kind", ["box", "L", "U", "with a yard"])
def test_depth_is_where_the_shrunk_parcel_leaves_the_zone(kind: str) -> None:
    rng = np.random.default_rng(2)
    parcels, cells = random_parcels(rng, 150, kind), voronoi(rng)
    part, size, _, _ = laid(parcels, cells)
    several = np.bincount(part[:, 0], minlength=len(parcels))[part[:, 0]] > 1
    assert several.sum() > 100
    for (parcel, cell), (_, low, high) in zip(part[several], size[several], strict=True):
        assert low == high
        require_depth(parcels[parcel], cells[cell], low)


@pytest.mark.parametrize("kind", ["box", "L", "U", "with a yard"])
def test_depth_of_what_no_zone_covers_is_measured_too(kind: str) -> None:
    rng = np.random.default_rng(5)
    parcels, cells = random_parcels(rng, 150, kind), voronoi(rng)
    holes = rng.random(len(cells)) < 0.3
    part, size, _, _ = laid(parcels, cells[~holes])
    gap = shapely.union_all(cells[holes])
    outside = np.flatnonzero((part[:, 1] == (~holes).sum()) & (size[:, 1] < 3 * TOLERANCE))
    assert len(outside) > 20
    beyond = shapely.union_all([gap, shapely.box(-900, -900, 900, 900) - shapely.union_all(cells)])
    for k in outside:
        assert size[k, 1] == size[k, 2]
        require_depth(parcels[part[k, 0]], beyond, size[k, 1])


def test_zones_near_a_parcel_are_listed_with_their_distance() -> None:
    cells = [
        shapely.box(-5, -5, 8.0, 15),
        shapely.box(8.0, -5, 9.5, 15),
        shapely.box(11.5, 0, 20, 10),
        shapely.box(13, 0, 20, 10),
    ]
    part, size, near, gap = laid([shapely.box(0, 0, 10, 10)], cells)
    assert part[:, 1].tolist() == [0, 1, 4]
    assert size[:, 0].tolist() == pytest.approx([80.0, 15.0, 5.0])
    assert size[:, 1].tolist() == pytest.approx([5.0, 2.0, 0.5])
    assert near[:, 1].tolist() == [2]
    assert gap[:, 0].tolist() == pytest.approx([-1.5])


@pytest.mark.parametrize("longest_side", [1000.0, 4.0])
def test_zones_near_convex_parcels_are_as_far_as_geos_says(longest_side: float) -> None:
    rng = np.random.default_rng(7)
    hulls = [
        shapely.convex_hull(shapely.multipoints(rng.uniform(-9, 9, (6, 2)) + at)) for at in rng.uniform(0, 200, (99, 2))
    ]
    hulls = list(shapely.segmentize(hulls, longest_side))  # corners on a side, as surveyors leave them
    cells = np.array(
        [shapely.Point(*at).buffer(rng.uniform(3, 9), quad_segs=1) for at in rng.uniform(0, 200, (400, 2))]
    )
    _, _, near, gap = laid(hulls, cells)
    assert len(near) > 50
    wanted = shapely.distance(np.array(hulls)[near[:, 0]], cells[near[:, 1]])
    np.testing.assert_allclose(-gap[:, 0], wanted, atol=1e-9)


def test_a_zone_that_overlaps_by_less_than_an_area_is_near_by_nothing() -> None:
    _, _, near, gap = laid([shapely.box(0, 0, 10, 10)], [shapely.Polygon([(5, 9.9999), (4.9999, 20), (5.0001, 20)])])
    assert near[:, 1].tolist() == [0]
    assert gap[:, 0].tolist() == [0.0]


def test_a_strip_along_a_side_has_its_width_as_depth() -> None:
    _, size, _, _ = laid([shapely.box(0, 0, 20, 10)], [shapely.box(0, 1, 20, 30), shapely.box(-5, -5, 25, 1)])
    assert size[:, 1].tolist() == pytest.approx([5.0, 1.0])


def test_a_part_alone_is_the_last_to_vanish() -> None:
    _, size, _, _ = laid([shapely.box(0, 0, 20, 10)], [shapely.box(-5, -5, 25, 25)])
    assert size[:, 1:].tolist() == [[3 * TOLERANCE] * 2]


def test_zones_that_both_cover_all_of_a_parcel_reach_to_its_centre() -> None:
    parcel = shapely.Polygon([(8, 4), (8, 8), (12, 8), (12, 4)])
    part, size, _, _ = laid([parcel], [shapely.box(8, 4, 20, 20), parcel, shapely.box(0, 0, 30, 30)])
    assert part[:, 1].tolist() == [0, 1, 2]
    assert size.tolist() == [[16.0, 2.0, 2.0]] * 3


@pytest.mark.parametrize("seed", range(40))
def test_lines_and_corners_through_the_middle_of_convex_parcels_are_measured_as_by_geos(seed: int) -> None:
    """The areas are seen from the middle or the centre of a parcel: both lie on lines and corners of zones here."""
    rng = np.random.default_rng(seed)
    corners = [np.round(rng.uniform(0, 12, (rng.integers(3, 9), 2))) for _ in range(30)]
    hulls = [shapely.convex_hull(shapely.multipoints(c)) for c in corners]
    parcels = [h if rng.random() < 0.5 else h.reverse() for h in hulls if h.geom_type == "Polygon"]
    mean, centre = shapely.get_coordinates(parcels[0])[:-1].mean(axis=0), parcels[1].centroid
    stars = [
        shapely.Polygon([mean, mean + turn * np.array([6, 1]), mean + turn * np.array([1, 7])]) for turn in (1, -1)
    ]
    halves = [shapely.box(-5, -5, centre.x, 20), shapely.box(centre.x, -5, 20, 20), shapely.box(-5, 6, 20, 9)]
    cells = np.array([*stars, *halves, parcels[0], parcels[1]], dtype=object)
    part, size, _, _ = laid(parcels, cells)
    found = np.zeros((len(parcels), len(cells) + 1))
    found[part[:, 0], part[:, 1]] = size[:, 0]
    wanted = shapely.area(shapely.intersection(np.array(parcels)[:, None], cells[None, :]))
    assert np.allclose(found[:, :-1], wanted, rtol=1e-9, atol=2e-6)


def test_a_parcel_with_many_corners_is_bounded_only() -> None:
    round_one = shapely.Point(0, 0).buffer(20, quad_segs=16).difference(shapely.box(0, -3, 30, 3))
    _, size, _, _ = laid([round_one], [shapely.box(-50, -50, -18, 50), shapely.box(-18, -50, 50, 50)])
    assert size[:, 1:].tolist() == [[0.0, np.inf]] * 2
