"""Polygons that rounding broke: valid again, of the same area, as a whole mend by GEOS would give."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import shapely

from rdtr.tiles.mending import mend

Ring = list[tuple[int, int]]

FIELD: Ring = [(0, 0), (0, 100), (100, 100), (100, 0)]  # a shell: negative area where y points down


def block(x: int, y: int, side: int = 10) -> Ring:
    return [(x, y), (x + side, y), (x + side, y + side), (x, y + side)]


def mended(rings: list[Ring]) -> tuple[shapely.Geometry, list[np.ndarray], int]:
    points = np.concatenate([np.array(r, np.int32) for r in rings])
    start = np.concatenate([[0], np.cumsum([len(r) for r in rings])]).astype(np.int64)
    points, start, polygon, count = mend(points, start, np.zeros(len(rings), np.int64))
    out = [points[a:b] for a, b in pairwise(start)]
    assert (polygon == 0).all()
    shells: list[list[np.ndarray]] = []
    for ring in out:  # as a reader of tiles does: a shell begins a polygon, holes follow
        x, y = ring.astype(float).T
        if (x * np.roll(y, -1) - np.roll(x, -1) * y).sum() < 0:
            shells.append([ring])
        else:
            shells[-1].append(ring)
    return shapely.multipolygons([shapely.Polygon(s[0], s[1:]) for s in shells]), out, count


def by_geos(rings: list[Ring]) -> shapely.Geometry:
    holes = shapely.union_all([shapely.make_valid(shapely.Polygon(r), method="structure") for r in rings[1:]])
    return shapely.make_valid(shapely.Polygon(rings[0]), method="structure").difference(holes)


@pytest.mark.parametrize(
    ("name", "rings"),
    [
        ("holes that overlap", [FIELD, block(20, 20), block(25, 25), block(70, 70)]),
        ("a hole that crosses the shell", [FIELD, block(95, 20), block(70, 70)]),
        ("a hole in a hole", [FIELD, block(20, 20, 30), block(30, 30)]),
        ("a hole outside", [FIELD, block(200, 20), block(70, 70)]),
        ("a shell that crosses itself", [[(0, 0), (100, 100), (100, 0), (0, 100)], block(94, 45, 2)]),
        (
            "four blocks that touch at corners cut off what is between them, with a block in it",
            [FIELD, block(40, 20, 20), block(60, 40, 20), block(40, 60, 20), block(20, 40, 20), block(48, 48, 4)],
        ),
        (
            "a road along the shell that parts it",
            [FIELD, [(40, 0), (60, 0), (60, 100), (40, 100)], block(5, 5), block(80, 80)],
        ),
    ],
)
def test_what_is_broken_becomes_valid_and_covers_the_same(name: str, rings: list[Ring]) -> None:
    shape, _, count = mended(rings)
    assert count == 1, name
    assert shape.is_valid, shapely.is_valid_reason(shape)
    assert shape.symmetric_difference(by_geos(rings)).area == 0.0


def diamond(x: int, y: int, wide: int, high: int) -> Ring:
    return [(x - wide, y), (x, y + high), (x + wide, y), (x, y - high)][::-1]


@pytest.mark.parametrize("seed", range(12))
def test_blocks_at_random_are_cut_out_though_rounding_makes_some_meet_again(seed: int) -> None:
    rng = np.random.default_rng(seed)
    field: Ring = [(0, 0), (0, 300), (300, 300), (300, 0)]
    blocks = [diamond(*rng.integers(9, 291, 2).tolist(), *rng.integers(2, 9, 2).tolist()) for _ in range(500)]
    shape, _, count = mended([field, *blocks])
    truth = by_geos([field, *blocks])
    assert count == 1
    assert shape.is_valid, shapely.is_valid_reason(shape)
    lost = shape.symmetric_difference(truth)
    assert lost.buffer(-1.5).area == 0.0, "no block is lost: borders move by rounding alone"
    assert lost.area < 0.02 * truth.area


def test_rings_that_meet_no_other_stay_as_they_are() -> None:
    alone = [block(x, 70, 3) for x in range(5, 90, 5)]
    _, out, _ = mended([FIELD, block(20, 20), block(25, 25), *alone])
    kept = {tuple(map(tuple, ring.tolist())) for ring in out}
    assert {tuple(ring) for ring in alone} <= kept


def test_a_sound_polygon_is_not_touched() -> None:
    shape, out, count = mended([FIELD, block(20, 20), block(40, 40)])
    assert (count, len(out), shape.area) == (0, 3, 9800.0)


def test_a_hole_whose_shell_vanished_goes() -> None:
    points = np.array([*block(0, 0), *FIELD], np.int32)
    out, start, polygon, count = mend(points, np.array([0, 4, 8]), np.array([0, 1]))
    assert (count, polygon.tolist(), start.tolist(), out.tolist()) == (1, [1], [0, 4], [list(p) for p in FIELD])
