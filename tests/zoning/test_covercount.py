"""What covers places, by the grid of edges, beside what GEOS says; and places that lie well inside."""

from __future__ import annotations

import numpy as np
import shapely

from rdtr.types import FloatArray, ObjectArray
from rdtr.zoning.covercount import count_cover, inside_points, owners_near, owning_pairs
from rdtr.zoning.edges import rings_of
from rdtr.zoning.grid import grid_of


def layer(count: int, seed: int = 3) -> ObjectArray:
    rng = np.random.default_rng(seed)
    disks = shapely.buffer(shapely.points(rng.uniform(0, 100, (count, 2))), rng.uniform(2, 20, count), quad_segs=5)
    rings = shapely.difference(disks, shapely.buffer(shapely.centroid(disks), 1.0))
    return np.where(rng.uniform(size=count) < 0.5, disks, rings)


def insides(shapes: ObjectArray) -> FloatArray:
    rings = rings_of(shapes)
    return inside_points(rings.xy, rings.ring_start, rings.polygon_start)


def test_the_cover_of_places_is_what_geos_counts() -> None:
    shapes, places = layer(60), np.random.default_rng(4).uniform(-20, 120, (3_000, 2))
    grid = grid_of(shapes)
    counted = shapely.contains_xy(shapes[:, None], *places.T).sum(axis=0)
    assert count_cover(places, grid.flat, grid.owners).tolist() == counted.tolist()


def test_pairs_are_named_where_exactly_two_cover() -> None:
    shapes, places = layer(25), np.random.default_rng(5).uniform(0, 100, (2_000, 2))
    grid = grid_of(shapes)
    covers = shapely.contains_xy(shapes[:, None], *places.T)
    pairs = owning_pairs(places, grid.flat, grid.owners)
    two = covers.sum(axis=0) == 2
    assert two.sum() > 100
    assert (pairs[~two] == -1).all()
    assert pairs[two].tolist() == [np.flatnonzero(c).tolist() for c in covers.T[two]]


def test_no_owner_within_reach_of_an_edge_is_missed() -> None:
    shapes, rng = layer(40), np.random.default_rng(6)
    start = rng.uniform(0, 100, (50, 2))
    stop = start + rng.uniform(-10, 10, (50, 2))
    grid = grid_of(shapes)
    for a, b in zip(start, stop, strict=True):
        near = owners_near(a[None], b[None], 0.5, grid.flat, grid.owners)
        assert near[shapely.dwithin(shapes, shapely.LineString([a, b]), 0.5)].all()


def test_a_place_inside_lies_inside_and_none_is_nowhere() -> None:
    shapes = np.append(layer(200), [None, shapely.Polygon()])
    places = insides(shapes)
    assert shapely.contains_xy(shapes[:200], *places[:200].T).all()
    assert np.isnan(places[200:]).all()


def test_of_a_triangle_with_a_long_needle_of_rounding_the_place_is_in_the_triangle() -> None:
    # the needle is 13 m long and 1e-11 m wide, the triangle a few centimetres; GEOS answers with a place on the border
    face = shapely.Polygon([(555000.5569640177, 14101.004256446864), (555013.4411550772, 14102.392891255515),
                            (555013.435, 14102.45), (555013.5135552731, 14102.400694417669)])  # fmt: skip
    (place,) = insides(np.array([face], dtype=object))
    assert shapely.distance(shapely.boundary(face), shapely.Point(place)) > 0.001
