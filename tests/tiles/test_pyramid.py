"""A whole plan in one PMTiles archive."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path

import mapbox_vector_tile
import pytest
import shapely

import rdtr
from rdtr import crs
from rdtr.errors import FileError, TileError
from rdtr.tiles import Archive, vector_tile, write_pmtiles
from rdtr.tiles.grid import grid
from rdtr.tiles.hilbert import tile_places
from tests.absent import absent
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


def test_layers_choose_what_is_written_and_described(tmp_path: Path) -> None:
    plan = make_plan()
    write_pmtiles(plan, tmp_path / "a.pmtiles", zoom=(16, 17), layers=["zone_labels", "zones"])
    archive = Archive(tmp_path / "a.pmtiles")
    assert {layer["id"] for layer in archive.metadata["vector_layers"]} == {"zones", "zone_labels"}
    for z, x, y in zip(*tile_places(archive.tile_numbers()), strict=True):
        assert archive.plain(int(z), int(x), int(y)) == vector_tile(plan, z, x, y, layers=["zone_labels", "zones"])
    with pytest.raises(TileError, match="has no layer 'roadz'; it has zones"):
        write_pmtiles(plan, tmp_path / "b.pmtiles", zoom=(16, 17), layers=["roadz"])
    assert not (tmp_path / "b.pmtiles").exists()


def test_tippecanoe_reads_every_feature_of_every_tile(tmp_path: Path) -> None:
    plan = rdtr.sample_city(parcels=500).plan
    write_pmtiles(plan, tmp_path / "kota.pmtiles", zoom=(14, 15))
    decoder = Path(sys.executable).with_name("tippecanoe-decode")
    if not decoder.exists():
        absent("the package tippecanoe is not installed")
    done = subprocess.run([decoder, tmp_path / "kota.pmtiles"], capture_output=True, text=True, check=True)
    tiles = [(tile["properties"], tile["features"]) for tile in json.loads(done.stdout)["features"]]
    archive = Archive(tmp_path / "kota.pmtiles")
    assert len(tiles) == archive.header.addressed
    for at, layers in tiles:
        own = mapbox_vector_tile.decode(archive.plain(at["zoom"], at["x"], at["y"]))
        read = {layer["properties"]["layer"]: layer["features"] for layer in layers}
        assert {name: len(features) for name, features in read.items()} == {
            n: len(v["features"]) for n, v in own.items()
        }
        wanted = {f["id"]: f["properties"] for f in own["zones"]["features"]}
        assert {f["id"]: f["properties"] for f in read["zones"]} == wanted
