"""Lines cut at a tile: by hand, and as GEOS cuts them but for rounding."""

from __future__ import annotations

import numpy as np
import shapely

from rdtr.tiles.linelevels import line_level_of
from rdtr.tiles.lines import cut_line

BOX = (0, 0, 100, 100)
Line = list[tuple[int, int]]


def cut(line: Line, corner: tuple[int, int] = (0, 0)) -> list[Line]:
    path, stop = np.empty((4 * len(line) + 8, 2), np.int32), np.empty(2 * len(line) + 8, np.int64)
    parts = cut_line(np.array(line, np.int32), 0, len(line), corner, BOX, path, stop)
    starts = [0, *stop[:parts].tolist()]
    return [[(int(x), int(y)) for x, y in path[starts[k] : starts[k + 1]]] for k in range(parts)]


def test_a_line_inside_stays_as_it_is_counted_from_the_corner() -> None:
    assert cut([(10, 10), (50, 20), (90, 90)], corner=(10, 5)) == [[(0, 5), (40, 15), (80, 85)]]


def test_a_line_that_leaves_and_comes_back_has_two_parts() -> None:
    assert cut([(50, 50), (150, 50), (150, 80), (50, 80)]) == [[(50, 50), (100, 50)], [(100, 80), (50, 80)]]


def test_a_line_past_a_corner_or_along_the_outside_is_not_there() -> None:
    assert cut([(-50, 40), (40, -50)]) == []
    assert cut([(-10, -10), (-10, 200), (200, 200)]) == []


def test_a_line_right_through_is_cut_at_both_sides() -> None:
    assert cut([(-100, 0), (200, 100)]) == [[(0, 33), (100, 67)]]


def test_lines_are_cut_as_geos_cuts_them() -> None:
    rng = np.random.default_rng(0)
    met = 0
    for _ in range(300):
        line = rng.integers(-150, 250, (rng.integers(2, 12), 2))
        wanted = shapely.clip_by_rect(shapely.LineString(line), *BOX)
        parts = [shapely.LineString(part) for part in cut([tuple(p) for p in line.tolist()])]
        if not parts:
            assert wanted.length < 2.0
            continue
        met += 1
        assert shapely.hausdorff_distance(shapely.MultiLineString(parts), wanted, densify=0.05) < 2.0
    assert met > 200


def test_a_line_that_falls_on_one_unit_is_not_there_at_that_zoom() -> None:
    x, y = np.array([0, 4, 4096, 8192]), np.array([0, 4, 0, 0])
    start, zoom = np.array([0, 2, 4]), np.zeros(4, np.int8)
    level = line_level_of(x, y, start, np.array([7, 9]), zoom, 10)
    assert level.feature.tolist() == [9]
    assert (level.xy + level.origin).tolist() == [[4, 0], [8, 0]], "1,024 fine units are one at zoom 10"
