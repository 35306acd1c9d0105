"""How deep a zone reaches into a parcel, against GEOS buffers."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from rdtr.zoning.overlap import measure
from rdtr.zoning.pieces import pieces_of


def random_parcels(rng: np.random.Generator, n: int, *, convex: bool) -> np.ndarray:
    shapes = []
    for x, y in rng.uniform(0, 200, (n, 2)):
        if convex:
            shape = shapely.box(x, y, x + rng.uniform(5, 20), y + rng.uniform(5, 30))
        else:  # an L
            w, h = rng.uniform(10, 25, 2)
            shape = shapely.box(x, y, x + w, y + h).difference(shapely.box(x + w / 2, y + h / 2, x + w, y + h))
        shapes.append(shapely.affinity.rotate(shape, rng.uniform(0, 90)))
    return np.array(shapes, dtype=object)


def zones(rng: np.random.Generator) -> np.ndarray:
    cells = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(rng.uniform(0, 220, (60, 2)))))
    return np.array(list(cells), dtype=object)


@pytest.mark.parametrize("convex", [True, False])
def test_depth_is_where_the_shrunk_parcel_leaves_the_zone(convex: bool) -> None:
    rng = np.random.default_rng(2)
    parcels, cells = random_parcels(rng, 150, convex=convex), zones(rng)
    found = measure(parcels, pieces_of(cells), reach=2.5)
    measured = (found.area > 1e-6) & ~np.isnan(found.depth)
    assert measured.sum() > 100
    for k in np.flatnonzero(measured):
        parcel, cell = parcels[found.left[k]], cells[found.right[k]]
        assert found.depth[k] <= found.depth_high[k] + 1e-9
        beyond = parcel.buffer(-(found.depth_high[k] + 5e-3), quad_segs=64)
        # a square centimetre: GEOS simplifies a ring before it shrinks it, so next to the incentre a crumb may stay
        assert shapely.intersection(beyond, cell).area < 1e-4
        within = parcel.buffer(-max(found.depth[k] - 5e-3, 0.0), quad_segs=64)
        assert shapely.intersects(within, cell)
    if convex:
        np.testing.assert_array_equal(found.depth[measured], found.depth_high[measured])


def test_zones_near_a_parcel_are_listed_with_their_distance() -> None:
    parcel = shapely.box(0, 0, 10, 10)
    cells = [
        shapely.box(-5, -5, 8.0, 15),
        shapely.box(8.0, -5, 9.5, 15),
        shapely.box(11.5, 0, 20, 10),
        shapely.box(13, 0, 20, 10),
    ]
    found = measure(np.array([parcel], dtype=object), pieces_of(np.array(cells, dtype=object)), reach=2.5)
    assert found.right.tolist() == [0, 1, 2]
    assert found.depth.tolist() == pytest.approx([5.0, 2.0, -1.5])
    assert found.area.tolist() == pytest.approx([80.0, 15.0, 0.0])


def test_a_strip_along_a_side_has_its_width_as_depth() -> None:
    parcel = shapely.box(0, 0, 20, 10)
    cells = np.array([shapely.box(0, 1, 20, 30), shapely.box(-5, -5, 25, 1)], dtype=object)
    found = measure(np.array([parcel], dtype=object), pieces_of(cells), reach=2.5)
    assert found.depth.tolist() == pytest.approx([5.0, 1.0])
