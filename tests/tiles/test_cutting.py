"""What cutting a tile is made of: many stretches along the edge found by shelves, short copies, lines laid as they are."""

from __future__ import annotations

import numpy as np
import pytest

from rdtr.tiles.clip import SHELVES, _next_of_few, _next_of_many, shelve
from rdtr.tiles.heads import BEGIN, FIRST, HEAD, HOLE, LAST, OWNER, heads_of
from rdtr.tiles.lines import cut_line, line_commands, put_lines, put_untouched_line
from rdtr.tiles.wire import SLACK, copy_short


def places(rng: np.random.Generator, chains: int, grain: int) -> np.ndarray:
    """Where chains come in and leave; a coarse grain makes some come in at the same place."""
    place = np.zeros((chains, 3))
    place[:, :2] = rng.integers(0, 4 * grain, (chains, 2)) / grain
    place[:, 2] = rng.random(chains) < 0.5
    return place


@pytest.mark.parametrize("grain", [10_000, 64, 8])
@pytest.mark.parametrize("chains", [13, 60, 700])
def test_shelves_find_the_chain_that_a_look_at_all_finds(chains: int, grain: int) -> None:
    place = places(np.random.default_rng(chains + grain), chains, grain)
    shelves = np.empty(SHELVES + chains, np.int32)
    shelve(place, chains, shelves)
    for c in range(chains):
        for first in (0, c, chains - 1):
            assert _next_of_many(place, shelves, c, first) == _next_of_few(place, chains, c, first)


def test_the_only_chain_that_is_left_is_found_from_everywhere() -> None:
    place = places(np.random.default_rng(3), 20, 10_000)
    place[:, 2] = 1.0
    shelves = np.empty(SHELVES + 20, np.int32)
    shelve(place, 20, shelves)
    assert {_next_of_many(place, shelves, c, 7)[0] for c in range(20)} == {7}


@pytest.mark.parametrize("size", [0, 1, 31, 32, 33, 96, 97, 500])
def test_a_short_copy_changes_no_more_than_its_slack(size: int) -> None:
    source = np.arange(1, 1_001).astype(np.uint8)
    target = np.zeros(1_000, np.uint8)
    assert copy_short(target, 5, source, 3, 3 + size) == 5 + size
    assert (target[5 : 5 + size] == source[3 : 3 + size]).all()
    assert not target[:5].any()
    assert not target[5 + size + SLACK :].any()


def test_a_line_inside_a_tile_is_written_as_one_that_is_cut() -> None:
    rng = np.random.default_rng(5)
    size = rng.integers(2, 90, 50)
    start = np.concatenate([[0], np.cumsum(size)]).astype(np.int32)
    points = rng.integers(200, 3_900, (start[-1], 2)).astype(np.int32)
    box = np.array([[*p.min(axis=0), *p.max(axis=0)] for p in np.split(points, start[1:-1])], np.int32)
    data, data_start = line_commands(points, start)
    heads = heads_of(points, start, box, data_start, np.arange(50, dtype=np.int32))
    level = (points, heads, start, start, points, data)
    one, other = np.zeros(2_000, np.uint8), np.zeros(2_000, np.uint8)
    path, stop = np.empty((400, 2), np.int32), np.empty(100, np.int64)
    for r in range(50):
        parts = cut_line(points, start[r], start[r + 1], (100, 60), (0, 0, 4_096, 4_096), path, stop)
        length = put_lines(path, stop, parts, other)
        assert put_untouched_line(one, 0, level, r, (100, 60)) == length
        assert (one[:length] == other[:length]).all()


def test_a_head_tells_what_the_arrays_tell_and_begins_a_line_of_the_cache() -> None:
    points = np.array([[0, 0], [9, 0], [9, 9], [1, 1], [2, 1], [2, 2], [1, 2]], np.int32)
    start, box = np.array([0, 3, 7], np.int32), np.array([[0, 0, 9, 9], [1, 1, 2, 2]], np.int32)
    heads = heads_of(points, start, box, start, np.array([4, 5], np.int32), np.array([False, True]))
    assert heads.shape == (2, HEAD)
    assert heads.ctypes.data % 64 == 0
    assert heads[1, :4].tolist() == [1, 1, 2, 2]
    assert heads[1, [FIRST, FIRST + 1, LAST, LAST + 1]].tolist() == [1, 1, 1, 2]
    assert heads[1, [BEGIN, BEGIN + 1, OWNER, HOLE]].tolist() == [3, 7, 5, 1]
