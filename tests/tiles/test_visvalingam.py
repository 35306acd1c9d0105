"""How much a vertex matters: numbers by hand, with 8 for a square unit off the line, up to 30."""

from __future__ import annotations

import numpy as np
import pytest

from rdtr.tiles.linelevels import line_zooms
from rdtr.tiles.visvalingam import importance, line_importance

NEAR = (8.0, 900.0)
Place = tuple[int, int]


def weights(*lines: list[Place], node: tuple[int, ...] = ()) -> list[float]:
    x, y = np.array([p for line in lines for p in line], np.float64).T
    start = np.concatenate([[0], np.cumsum([len(line) for line in lines])])
    return line_importance(start, np.isin(np.arange(len(x)), node), x, y, NEAR).tolist()


@pytest.mark.parametrize(
    ("middle", "end", "weight", "why"),
    [
        ((10, 10), (20, 0), 100.0, "a corner counts by its area: 20 x 10 / 2"),
        ((1000, 1), (2000, 0), 8.0, "one unit off a long straight line: 8, not the area of 1,000"),
        ((1000, 0), (2000, 0), 0.0, "on the line: nothing"),
        ((1000, 29), (2000, 0), 6728.0, "29 units off: 8 x 29 x 29"),
        ((1000, 30), (2000, 0), 30000.0, "30 units off: the area"),
        ((100, 4), (10, 0), 20.0, "a spike is far off, so its area of 10 x 4 / 2 counts"),
    ],
)
def test_a_vertex_counts_by_the_area_or_less_where_it_lies_near_the_line(
    middle: Place, end: Place, weight: float, why: str
) -> None:
    assert weights([(0, 0), middle, end]) == [np.inf, weight, np.inf], why


def test_nodes_are_always_drawn_and_part_what_is_weighed() -> None:
    line = [(0, 0), (10, 10), (20, 0), (30, 10), (40, 0)]
    assert weights(line, node=(2,)) == [np.inf, 100.0, np.inf, 100.0, np.inf]


def test_a_ring_weighs_its_vertices_as_a_line_from_node_to_node_does() -> None:
    x, y = np.array([(0, 0), (10, 10), (20, 0), (10, -30)], np.float64).T
    ring = importance(np.arange(4), np.array([0, 4]), np.array([True, False, True, False]), x, y, NEAR)
    assert ring.tolist() == [np.inf, 100.0, np.inf, 300.0]


def test_where_lines_meet_both_keep_the_vertex_at_every_zoom() -> None:
    through, side = [(0, 0), (1 << 15, 1), (1 << 16, 0)], [(1 << 15, 1), (1 << 15, 1 << 15)]
    alone, met = (
        line_zooms(*np.array([p for line in lines for p in line]).T, np.cumsum([0, *map(len, lines)]))
        for lines in ([through], [through, side])
    )
    assert alone.tolist() == [0, 20, 0]
    assert met.tolist() == [0, 0, 0, 0, 0]
