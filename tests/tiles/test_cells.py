"""What meets each tile: cells against a look at every box, few cells where there are many tiles."""

from __future__ import annotations

import numpy as np
import pytest

import rdtr
from rdtr.tiles.cells import Cells, cells_of, margin_for
from rdtr.tiles.coverage import EXTENT
from rdtr.tiles.vector import vector_tile

ORIGIN = np.array([7 * EXTENT + 100, 3 * EXTENT - 5], np.int64)


def boxes(rng: np.random.Generator, count: int, spread: int, size: int) -> np.ndarray:
    """Some of them with an edge just where a tile, or a tile with its margin, ends."""
    low = rng.integers(0, spread, (count, 2))
    low[: count // 4] -= (low[: count // 4] + ORIGIN) % EXTENT - rng.choice([0, 64, -64, 1, -65], (count // 4, 2))
    return np.hstack([low, low + rng.integers(0, size, (count, 2))]).astype(np.int32)


def listed(cells: Cells, x: int, y: int) -> list[int]:
    left, top, shift, columns, rows, _ = cells.frame.tolist()
    column, row = (x - left) >> shift, (y - top) >> shift
    if not (0 <= column < columns and 0 <= row < rows):
        return []
    cell = row * columns + column
    return cells.item[cells.start[cell] : cells.start[cell + 1]].tolist()


def met(box: np.ndarray, x: int, y: int, margin: int) -> list[int]:
    left, top = x * EXTENT - margin - ORIGIN[0], y * EXTENT - margin - ORIGIN[1]
    right, bottom = left + EXTENT + 2 * margin, top + EXTENT + 2 * margin
    meets = (box[:, 0] <= right) & (box[:, 2] >= left) & (box[:, 1] <= bottom) & (box[:, 3] >= top)
    return np.flatnonzero(meets).tolist()


@pytest.mark.parametrize(("margin", "spread"), [(0, 3 * EXTENT), (64, 3 * EXTENT), (512, 9 * EXTENT)])
def test_a_cell_of_one_tile_lists_just_what_meets_it(margin: int, spread: int) -> None:
    box = boxes(np.random.default_rng(margin), 300, spread, EXTENT)
    cells = cells_of(box, ORIGIN, margin)
    assert cells.frame[2] == 0
    for x in range(4, 19):
        for y in range(15):
            assert listed(cells, x, y) == met(box, x, y, margin)


def test_many_tiles_share_a_cell_that_misses_nothing() -> None:
    box = boxes(np.random.default_rng(1), 200, 900 * EXTENT, EXTENT)
    cells = cells_of(box, ORIGIN, 64)
    assert cells.frame[2] > 0
    assert len(cells.start) <= 2 * len(box) + 4_097
    for k in range(len(box)):
        x, y = ((box[k, :2] + ORIGIN) // EXTENT).tolist()
        assert set(met(box, x, y, 64)) <= set(listed(cells, x, y))


def test_boxes_as_wide_as_the_plan_do_not_fill_the_memory() -> None:
    box = np.tile(np.array([[0, 0, 500 * EXTENT, 500 * EXTENT]], np.int32), (1_000, 1))
    assert len(cells_of(box, ORIGIN, 64).item) <= 8 * len(box) + 4_096


def test_no_boxes_have_no_cells() -> None:
    assert listed(cells_of(np.empty((0, 4), np.int32), ORIGIN, 64), 7, 3) == []


@pytest.mark.parametrize("buffer", [0, 63, 64, 65, 128, 1_000, 100_000])
def test_every_buffer_finds_a_margin_that_is_wide_enough(buffer: int) -> None:
    assert margin_for(buffer) >= max(buffer, 64)


def test_a_wider_buffer_shows_what_lies_farther_away() -> None:
    plan = rdtr.sample_city(parcels=500).plan
    sizes = [len(vector_tile(plan, 16, 54158, 32745, layers=["zones"], buffer=b)) for b in (0, 64, 100, 4_096, 20_000)]
    assert sizes == sorted(sizes)
    assert sizes[0] < sizes[-1]
