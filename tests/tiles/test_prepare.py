"""Layers kept in a folder: the same tiles from what is read back, and nothing trusted that is cut off or changed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import rdtr
from rdtr.tiles.grid import grid, plan_bounds
from rdtr.tiles.kept import Kept, read_kept, write_kept
from rdtr.tiles.prepare import cache_file, prepare
from rdtr.tiles.vector import kept_of, vector_tile
from rdtr.zoning.plan import Plan

ZOOMS = (11, 16)


@pytest.fixture(scope="module")
def plan() -> Plan:
    return rdtr.sample_city(parcels=800, seed=4).plan


@pytest.fixture
def kept(plan: Plan, tmp_path: Path) -> Path:
    prepare(replace(plan), tmp_path, zoom=ZOOMS)
    return cache_file(plan, tmp_path, grid())


def tiles(plan: Plan) -> list[bytes]:
    found = []
    for z in range(ZOOMS[0], ZOOMS[1] + 1):
        x0, y0, x1, y1 = grid().tiles_over(plan_bounds(plan, grid()), z)
        found += [vector_tile(plan, z, x, y) for x in range(x0, x1 + 1) for y in range(y0, y1 + 1)]
    return found


def made_anew(plan: Plan, folder: Path) -> bool:
    """Whether a start with this folder made a layer rather than read it."""
    before = cache_file(plan, folder, grid()).stat().st_mtime_ns
    prepare(plan, folder, zoom=ZOOMS)
    return cache_file(plan, folder, grid()).stat().st_mtime_ns != before


def test_the_next_start_reads_what_was_made_and_gives_the_same_tiles(plan: Plan, kept: Path) -> None:
    again = replace(plan)
    assert not made_anew(again, kept.parent)
    assert not kept_of(again, grid()).fresh
    assert tiles(again) == tiles(replace(plan))


def test_the_file_is_not_changed_by_tiles_made_from_it(plan: Plan, kept: Path) -> None:
    before = kept.read_bytes()
    again = replace(plan)
    prepare(again, kept.parent, zoom=ZOOMS)
    tiles(again)
    assert kept.read_bytes() == before


@pytest.mark.parametrize("harm", ["empty", "cut", "flipped", "head", "text", "other plan"])
def test_a_file_that_is_broken_or_of_something_else_is_made_anew(plan: Plan, kept: Path, harm: str) -> None:
    data = bytearray(kept.read_bytes())
    if harm == "flipped":
        data[len(data) // 2] ^= 1
    if harm == "head":
        data[40] ^= 0x7F
    kept.write_bytes({"empty": b"", "cut": data[:-100], "text": b"rdtrkept" + b"\xff" * 90}.get(harm, bytes(data)))
    if harm == "other plan":
        write_kept(kept, "another plan", Kept({"zones": (np.zeros(3),)}))
    again = replace(plan)
    assert made_anew(again, kept.parent)
    assert tiles(again) == tiles(replace(plan))
    assert not made_anew(replace(plan), kept.parent), "and is whole afterwards"


def test_more_zooms_than_the_file_has_are_added_to_it(plan: Plan, kept: Path) -> None:
    prepare(replace(plan), kept.parent, zoom=(11, 17))
    found = read_kept(kept, "of something else")
    assert found is None
    assert not made_anew(replace(plan), kept.parent)


def test_a_folder_that_cannot_be_made_keeps_nothing_and_does_no_harm(plan: Plan, tmp_path: Path) -> None:
    in_the_way = tmp_path / "file"
    in_the_way.write_text("")
    own = replace(plan)
    prepare(own, in_the_way / "cache", zoom=ZOOMS)
    assert tiles(own) == tiles(replace(plan))
    assert in_the_way.read_text() == ""


def test_another_plan_and_another_grid_have_files_of_their_own(plan: Plan, tmp_path: Path) -> None:
    other = rdtr.sample_city(parcels=300, seed=5).plan
    names = {cache_file(p, tmp_path, grid(g)) for p in (plan, other) for g in ("WebMercatorQuad", "WorldCRS84Quad")}
    assert len(names) == 4


def test_arrays_of_every_kind_and_shape_come_back(tmp_path: Path) -> None:
    arrays = (np.arange(6, dtype=np.int32).reshape(3, 2), np.empty((0, 4)), np.array([True]), np.zeros(3, np.int8)[::2])
    write_kept(tmp_path / "a", "x", Kept({"some": arrays, "none": ()}))
    back = read_kept(tmp_path / "a", "x")
    assert back is not None
    for a, b in zip(arrays, back.there["some"], strict=True):
        assert (a.dtype, a.shape) == (b.dtype, b.shape)
        assert np.array_equal(a, b)
        assert b.flags.writeable, "kernels are compiled for arrays that could be written to"
