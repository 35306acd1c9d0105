"""Archives of tiles: what is written is read back, by us and by others; damaged files are refused in words."""

from __future__ import annotations

import gzip
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pyogrio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pmtiles.reader import MmapSource, Reader, all_tiles
from pmtiles.tile import zxy_to_tileid

from rdtr.errors import FileError, RdtrError, TileError
from rdtr.tiles.archive import Archive, ArchiveStats, write_archive
from rdtr.tiles.directory import Directory
from rdtr.tiles.gzips import gunzip, gzipped
from rdtr.tiles.hilbert import MAX_ZOOM, first_id, tile_id, tile_ids, tile_places
from tests.absent import absent

LAYERS = {"name": "Bontang", "vector_layers": [{"id": "zones", "fields": {"KODSZN": "String"}}]}
PLACE: dict[str, Any] = {"metadata": LAYERS, "bounds": (117.4, 0.0, 117.6, 0.2), "center": (117.5, 0.1, 12)}


def write(path: Path, tiles: Any, minzoom: int = 0, maxzoom: int = 17, **options: Any) -> ArchiveStats:
    return write_archive(path, tiles, minzoom=minzoom, maxzoom=maxzoom, **(PLACE | options))


def square(z: int) -> list[tuple[int, int, int, bytes]]:
    """All tiles of one zoom level, each with bytes of its own."""
    side = range(1 << z)
    return [(z, x, y, f"{z}/{x}/{y}".encode()) for x in side for y in side]


addresses = st.integers(0, MAX_ZOOM).flatmap(
    lambda z: st.tuples(st.just(z), st.integers(0, (1 << z) - 1), st.integers(0, (1 << z) - 1))
)


@given(st.lists(addresses, min_size=1, max_size=50))
def test_numbers_are_those_of_the_pmtiles_package_and_lead_back(places: list[tuple[int, int, int]]) -> None:
    z, x, y = np.array(places).T
    expected = [zxy_to_tileid(*place) for place in places]
    assert tile_ids(z, x, y).tolist() == expected
    assert [tile_id(*place) for place in places] == expected
    assert np.array_equal(np.transpose(tile_places(np.array(expected))), places)


@pytest.mark.parametrize("place", [(-1, 0, 0), (27, 0, 0), (3, 8, 0), (3, 0, 8), (3, -1, 0)])
def test_a_place_outside_the_grid_is_named(place: tuple[int, int, int]) -> None:
    with pytest.raises(TileError, match=r"tile -?\d+/-?\d+/\d+ lies outside the grid"):
        tile_ids(*(np.array([value]) for value in place))


def test_a_number_outside_all_zooms_is_refused() -> None:
    with pytest.raises(TileError, match="wanted zoom levels 0 to 26"):
        tile_places(np.array([first_id(MAX_ZOOM + 1)]))


def test_no_tiles_have_no_numbers() -> None:
    none = np.array([], np.int64)
    assert tile_ids(none, none, none).size == 0


@given(st.lists(st.tuples(st.integers(1, 1 << 40), st.integers(0, 1 << 20), st.integers(1, 1 << 31)), min_size=1))
def test_a_directory_comes_back_as_it_was(rows: list[tuple[int, int, int]]) -> None:
    gap, runs, lengths = np.array(rows).T
    ids = np.cumsum(gap + np.concatenate([[0], runs[:-1]]))  # runs never reach the next entry
    entries = Directory(ids, runs, lengths, np.cumsum(lengths[::-1])[::-1].copy())
    again = Directory.from_bytes(entries.to_bytes(), "a")
    for name in ("ids", "runs", "lengths", "offsets"):
        assert np.array_equal(getattr(again, name), getattr(entries, name))


@settings(max_examples=300)
@given(st.binary(max_size=60))
def test_bytes_that_are_no_directory_are_refused_in_words(data: bytes) -> None:
    with suppress(FileError):  # anything else fails the test
        Directory.from_bytes(data, "kota.pmtiles")


def test_a_damaged_directory_is_named() -> None:
    for data in (
        b"",
        b"\x01",
        b"\x80",
        b"\x01\x00\x01\x05\x00",
        b"\x02\x00\x01\x03\x01\x05\x05\x01\x00",
        b"\xff" * 12 + b"\x01",
    ):
        with pytest.raises(FileError, match=r"kota.pmtiles: the directory is damaged"):
            Directory.from_bytes(data, "kota.pmtiles")


def test_what_is_written_is_read_back_by_us_and_by_the_pmtiles_package(tmp_path: Path) -> None:
    path, tiles = tmp_path / "kota.pmtiles", square(4) + square(3)
    stats = write(path, tiles)
    assert (stats.tiles, stats.contents, stats.leaves) == (320, 320, 0)
    assert stats.size_bytes == path.stat().st_size
    with path.open("rb") as file, Archive(path) as archive:
        theirs = Reader(MmapSource(file))
        assert all(archive.plain(z, x, y) == data for z, x, y, data in tiles)
        assert all(gzip.decompress(theirs.get(z, x, y)) == data for z, x, y, data in tiles)
        assert theirs.metadata() == archive.metadata == LAYERS
        header = theirs.header()
        assert header["clustered"] is True
        assert (header["min_lon_e7"], header["max_lat_e7"], header["center_zoom"]) == (1174000000, 2000000, 12)
        assert (header["addressed_tiles_count"], header["tile_contents_count"]) == (320, 320)
        assert archive.header.bounds == PLACE["bounds"]
        assert archive.zooms == range(18)
        assert archive.tile(2, 0, 0) is None
        assert archive.tile(17, 5, 5) is None
        assert np.array_equal(archive.tile_numbers(), np.arange(first_id(3), first_id(5)))
        assert "320 mvt tiles, zoom 0-17" in repr(archive)


def test_equal_tiles_are_stored_once_and_equal_neighbours_are_one_entry(tmp_path: Path) -> None:
    path = tmp_path / "laut.pmtiles"
    stats = write(path, [(6, x, y, b"laut" if x < 32 else b"darat") for x in range(64) for y in range(64)])
    assert (stats.tiles, stats.contents, stats.entries) == (4096, 2, 2)
    with Archive(path) as archive, path.open("rb") as file:
        theirs = Reader(MmapSource(file))
        for x in range(64):
            for y in range(64):
                assert gunzip(archive.tile(6, x, y) or b"", 9, "a") == (b"laut" if x < 32 else b"darat")
                assert archive.tile(6, x, y) == theirs.get(6, x, y)


def test_a_large_archive_has_leaf_directories_and_a_root_of_one_request(tmp_path: Path) -> None:
    path, rng = tmp_path / "besar.pmtiles", np.random.default_rng(0)
    ids = np.unique(rng.integers(first_id(12), first_id(14), 60_000))
    rows = list(zip(*(column.tolist() for column in tile_places(ids)), strict=True))
    stats = write(path, [(*row, rng.bytes(int(rng.integers(5, 200)))) for row in rows])
    assert stats.leaves > 1
    with Archive(path) as archive, path.open("rb") as file:
        assert sum(archive.header.root) <= 16_384
        assert np.array_equal(archive.tile_numbers(), ids)
        theirs = Reader(MmapSource(file))
        for row in rows[::3001]:
            assert archive.tile(*row) == theirs.get(*row)
        assert sum(1 for _ in all_tiles(MmapSource(file))) == len(ids)
        offsets = [archive.tile(*row) is not None for row in rows]
        assert all(offsets)


def test_the_order_of_arrival_changes_nothing(tmp_path: Path) -> None:
    tiles = [*square(4), (5, 1, 1, b"4/0/0"), (5, 9, 9, b"4/0/0")]
    first, second = tmp_path / "a.pmtiles", tmp_path / "b.pmtiles"
    write(first, tiles)
    write(second, lambda: iter(tiles[::-1]))
    assert first.read_bytes() == second.read_bytes()


def test_tiles_packed_by_workers_are_stored_as_they_come(tmp_path: Path) -> None:
    write(tmp_path / "a.pmtiles", square(2))
    packed = [(z, x, y, gzipped(data)) for z, x, y, data in square(2)]
    write(tmp_path / "b.pmtiles", packed, given="compressed")
    assert (tmp_path / "a.pmtiles").read_bytes() == (tmp_path / "b.pmtiles").read_bytes()


def test_pictures_are_not_packed_twice_and_need_no_layers(tmp_path: Path) -> None:
    path = tmp_path / "citra.pmtiles"
    write(path, [(0, 0, 0, b"\x89PNG")], tile_type="png", metadata={"name": "citra"})
    with Archive(path) as archive:
        assert archive.tile(0, 0, 0) == archive.plain(0, 0, 0) == b"\x89PNG"
        assert (archive.header.compression, archive.header.tile_type) == ("none", "png")


def test_tiles_of_no_bytes_are_left_out_and_counted(tmp_path: Path) -> None:
    stats = write(tmp_path / "a.pmtiles", [(1, 0, 0, b""), (1, 1, 0, b"a")])
    assert (stats.empty, stats.tiles) == (1, 1)


def test_gdal_draws_what_we_wrote(tmp_path: Path) -> None:
    if "PMTiles" not in pyogrio.list_drivers():
        absent("the GDAL of pyogrio knows no PMTiles")
    path = tmp_path / "kota.pmtiles"
    write(path, [(12, 3385, 2046, one_polygon_tile()), (12, 3386, 2046, one_polygon_tile())], 12, 12)
    frame = pyogrio.read_dataframe(path)
    assert frame["KODSZN"].tolist() == ["R-2", "R-2"]
    assert frame.crs == 3857
    side = 2 * 20037508.342789244 / 4096
    assert frame.area.to_numpy() == pytest.approx(side**2 / 4, rel=1e-3)


def test_many_threads_read_one_archive(tmp_path: Path) -> None:
    path, tiles = tmp_path / "kota.pmtiles", square(6)
    write(path, tiles)
    archive, barrier, wrong = Archive(path), threading.Barrier(4), []

    def read() -> None:
        barrier.wait()
        wrong.extend(place for *place, data in tiles if archive.plain(*place) != data)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_an_open_archive_outlives_its_replacement(tmp_path: Path) -> None:
    path = tmp_path / "kota.pmtiles"
    write(path, [(0, 0, 0, b"lama")])
    with Archive(path) as archive:
        write(path, [(0, 0, 0, b"baru")])
        assert archive.plain(0, 0, 0) == b"lama"
    with Archive(path) as archive:
        assert archive.plain(0, 0, 0) == b"baru"


def test_a_failure_leaves_the_old_archive_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "kota.pmtiles"
    write(path, square(1))
    before = path.read_bytes()

    def fail() -> Iterator[tuple[int, int, int, bytes]]:
        yield 0, 0, 0, b"a"
        raise TileError("stopped")

    with pytest.raises(TileError, match="stopped"):
        write(path, fail)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_look_up_takes_microseconds(tmp_path: Path) -> None:
    path, tiles = tmp_path / "kota.pmtiles", square(7)
    write(path, tiles)
    with Archive(path) as archive:
        started = time.perf_counter()
        for z, x, y, _ in tiles:
            archive.tile(z, x, y)
        assert (time.perf_counter() - started) / len(tiles) < 100e-6  # 3 us; a busy machine may be slow


@pytest.mark.parametrize(
    ("tiles", "options", "words"),
    [
        ([], {}, "there is no tile to write"),
        ([(1, 0, 0, b"a"), (1, 0, 0, b"b")], {}, "tile 1/0/0 was given twice with different bytes"),
        ([(1, 2, 0, b"a")], {}, "tile 1/2/0 lies outside the grid"),
        ([(1.5, 2, 0, b"a")], {}, "z, x and y are whole numbers"),
        ([(3, 0, 0, b"a")], {"maxzoom": 2}, "tiles of zoom 3 to 3 were given; the archive stands for 0 to 2"),
        ([(0, 0, 0, b"a")], {"minzoom": 3, "maxzoom": 2}, "zoom levels 3 to 2 are not possible"),
        ([(0, 0, 0, b"a")], {"metadata": {}}, "metadata lacks 'vector_layers'"),
        ([(0, 0, 0, b"a")], {"metadata": LAYERS | {"x": float("nan")}}, "cannot be written as JSON"),
        ([(0, 0, 0, b"a")], {"metadata": LAYERS | {"x": {1}}}, "cannot be written as JSON"),
        ([(0, 0, 0, b"a")], {"bounds": (0, 0, float("nan"), 1)}, "are no place on earth"),
        ([(0, 0, 0, b"a")], {"bounds": (1, 0, 0, 1)}, "are no place on earth"),
        ([(0, 0, 0, b"a")], {"center": (0, 91, 1)}, "center .* is no place on earth"),
    ],
)
def test_tiles_that_cannot_be_an_archive_are_refused(
    tmp_path: Path, tiles: list[Any], options: dict[str, Any], words: str
) -> None:
    with pytest.raises(TileError, match=words):
        write(tmp_path / "a.pmtiles", tiles, **options)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"the folder .*kota does not exist"):
        write(tmp_path / "kota" / "a.pmtiles", square(1))


def test_files_that_are_no_archives_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.pmtiles"
    for data, words in [
        (b"", "is empty"),
        (b"PK\x03\x04" * 100, "is no PMTiles archive"),
        (b"PMTiles\x03", "ends within its header"),
        (b"PMTiles\x02" + bytes(200), "of version 2; wanted version 3"),
    ]:
        path.write_bytes(data)
        with pytest.raises(FileError, match=words):
            Archive(path)
    with pytest.raises(FileError, match="there is no such file"):
        Archive(tmp_path / "b.pmtiles")
    with pytest.raises(FileError, match="cannot be read"):
        Archive(tmp_path)


def test_an_archive_cut_off_anywhere_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.pmtiles"
    write(path, square(3))
    whole = path.read_bytes()
    for size in range(1, len(whole)):
        path.write_bytes(whole[:size])
        with pytest.raises(FileError, match=r"is no PMTiles|ends within|cut off"):
            Archive(path)


def test_damage_anywhere_is_an_error_in_words_or_does_no_harm(tmp_path: Path) -> None:
    path, rng = tmp_path / "a.pmtiles", np.random.default_rng(1)
    write(path, square(3))
    whole = path.read_bytes()
    for _ in range(600):
        broken = bytearray(whole)
        broken[int(rng.integers(len(whole)))] = int(rng.integers(256))
        path.write_bytes(broken)
        with suppress(RdtrError), Archive(path) as archive:  # anything else fails the test
            archive.tile_numbers()
            for z, x, y, _data in square(3):
                archive.plain(z, x, y)


def test_a_closed_archive_says_so(tmp_path: Path) -> None:
    write(tmp_path / "a.pmtiles", square(1))
    with Archive(tmp_path / "a.pmtiles") as archive:
        pass
    with pytest.raises(FileError, match="is closed; open it again"):
        archive.tile(1, 0, 0)


def test_a_tile_outside_the_grid_is_no_missing_tile(tmp_path: Path) -> None:
    write(tmp_path / "a.pmtiles", square(1))
    with Archive(tmp_path / "a.pmtiles") as archive, pytest.raises(TileError, match="tile 1/2/0 lies outside"):
        archive.tile(1, 2, 0)


def test_what_unpacks_to_too_much_is_refused() -> None:
    with pytest.raises(FileError, match="unpacks to more than 1,000 bytes"):
        gunzip(gzipped(bytes(2000)), 1000, "a")
    assert gunzip(gzipped(bytes(1000)), 1000, "a") == bytes(1000)


def one_polygon_tile() -> bytes:
    """A vector tile by hand: layer ``zones``, one square over a quarter of the tile, KODSZN = R-2."""

    def part(field: int, data: bytes) -> bytes:
        return bytes([field << 3 | 2, len(data)]) + data

    # move to 0,0; line to 2048,0 2048,2048 0,2048; close
    corners = bytes([9, 0, 0, 26, 0x80, 0x20, 0, 0, 0x80, 0x20, 0xFF, 0x1F, 0, 15])
    feature = part(2, bytes([0, 0])) + bytes([3 << 3, 3]) + part(4, corners)
    layer = part(1, b"zones") + part(2, feature) + part(3, b"KODSZN") + part(4, part(1, b"R-2"))
    return part(3, layer + bytes([5 << 3, 0x80, 0x20, 15 << 3, 2]))
