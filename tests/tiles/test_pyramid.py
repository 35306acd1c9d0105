"""A whole plan in one PMTiles archive."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
import shapely

import rdtr
from rdtr import crs
from rdtr.errors import FileError, TileError
from rdtr.tiles import Archive, vector_tile, write_pmtiles
from rdtr.tiles.grid import grid
from tests.town import make_plan


def test_the_archive_holds_the_tiles_that_are_made_on_demand(tmp_path: Path) -> None:
    plan = rdtr.sample_city(parcels=500).plan
    seen: list[tuple[int, int]] = []
    stats = write_pmtiles(plan, tmp_path / "kota.pmtiles", zoom=(12, 16), progress=lambda d, t: seen.append((d, t)))
    archive = Archive(tmp_path / "kota.pmtiles")
    assert stats.tiles >= 10
    assert seen[-1][0] == seen[-1][1]
    assert {layer["id"] for layer in archive.metadata["vector_layers"]} >= {"zones", "zone_labels"}
    moved = crs.transform(plan.zones.geometry.to_numpy(), plan.crs, grid().crs)
    x0, y0, x1, y1 = grid().tiles_over(tuple(shapely.total_bounds(moved)), 15)
    places = [(15, x, y) for x in range(x0, x1 + 1) for y in range(y0, y1 + 1)]
    wanted = [vector_tile(plan, *place) for place in places]
    assert any(wanted)
    stored = [archive.tile(*place) for place in places]
    assert [gzip.decompress(data) if data else b"" for data in stored] == wanted


def test_the_bytes_do_not_depend_on_the_number_of_threads(tmp_path: Path) -> None:
    plan = make_plan()
    for workers in (1, 3):
        write_pmtiles(plan, tmp_path / f"{workers}.pmtiles", zoom=(14, 18), workers=workers)
    assert (tmp_path / "1.pmtiles").read_bytes() == (tmp_path / "3.pmtiles").read_bytes()


@pytest.mark.parametrize("zoom", [(9, 8), (-1, 4), (0, 99)])
def test_zooms_out_of_order_are_refused(zoom: tuple[int, int], tmp_path: Path) -> None:
    with pytest.raises(TileError, match="is no range within"):
        write_pmtiles(make_plan(), tmp_path / "a.pmtiles", zoom=zoom)
    assert not list(tmp_path.iterdir())


def test_a_place_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError):
        write_pmtiles(make_plan(), tmp_path / "nowhere" / "a.pmtiles", zoom=(14, 14))
