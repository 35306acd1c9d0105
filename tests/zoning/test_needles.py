"""Sharp corners and crowded vertices, by hand and beside an arc tangent over all corners at once."""

from __future__ import annotations

import numpy as np
import pytest
import shapely

from rdtr.zoning.edges import rings_of
from rdtr.zoning.needles import crowded_vertices, sharp_corners


def test_a_needle_is_found_with_its_angle_and_the_length_of_its_shorter_edge() -> None:
    # the tip at (110, 5) has edges of 100 and 100.000... m that are 0.5 m apart at the base
    needle = shapely.Polygon([(0, 0), (10, 0), (10, 4.75), (110, 5), (10, 5.25), (10, 10), (0, 10)])
    rings = rings_of(np.array([needle], dtype=object))
    corner, angle, length = sharp_corners(rings.xy, rings.ring_start, 1.0, 1.0)
    assert rings.xy[corner[:, 0]].tolist() == [[110.0, 5.0]]
    assert angle[0] == pytest.approx(np.degrees(2 * np.arctan(0.25 / 100)))
    assert length[0] == pytest.approx(np.hypot(100, 0.25))


@pytest.mark.parametrize("limit", [5.0, 60.0, 120.0])
def test_all_corners_below_a_limit_are_those_of_the_arc_tangent(limit: float) -> None:
    rng = np.random.default_rng(2)
    shapes = np.array([shapely.convex_hull(shapely.multipoints(rng.uniform(0, 9, (n, 2)))) for n in range(3, 60)])
    rings = rings_of(shapes)
    corner, angle, _ = sharp_corners(rings.xy, rings.ring_start, limit, 0.0)
    expected = []
    for ring in shapely.get_rings(shapes):
        xy = np.array(ring.coords)[:-1]
        back, forth = np.roll(xy, 1, axis=0) - xy, np.roll(xy, -1, axis=0) - xy
        cross = back[:, 0] * forth[:, 1] - back[:, 1] * forth[:, 0]
        expected += np.degrees(np.abs(np.arctan2(cross, (back * forth).sum(axis=1)))).tolist()
    below = [a for a in expected if a < limit]
    assert len(corner) == len(below)
    assert angle == pytest.approx(below)


def test_a_vertex_half_a_centimetre_after_another_is_crowded_across_the_start_of_the_ring_too() -> None:
    ring = shapely.Polygon([(0, 0), (10, 0), (10, 10), (10, 10.005), (0, 10), (0, 0.005)])
    rings = rings_of(np.array([ring], dtype=object))
    rows = crowded_vertices(rings.xy, rings.ring_start, 0.01)
    assert rings.xy[rows].tolist() == [[0.0, 0.0], [10.0, 10.005]]
