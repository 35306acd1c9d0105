"""Raster tiles: the pixels that rio-tiler has, blocks handed on as stored, refusals in words."""

from __future__ import annotations

import threading
import warnings
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio
from morecantile import tms
from rasterio.control import GroundControlPoint
from rasterio.crs import CRS
from rasterio.enums import ColorInterp
from rasterio.errors import NotGeoreferencedWarning
from rasterio.io import MemoryFile
from rasterio.transform import Affine
from rio_tiler.errors import NoOverviewWarning
from rio_tiler.io import Reader

from rdtr.errors import FileError, RdtrError, TileError
from rdtr.io.raster import raster_layer, write_cog, write_web_cog
from rdtr.tiles.grid import grid
from rdtr.tiles.raster import raster_point, raster_statistics, raster_tile
from rdtr.tiles.rastercolors import ColorClass, Colormap, colormap, colormap_names
from rdtr.tiles.rasterinfo import raster_info
from rdtr.tiles.tiffblocks import tiff_levels
from rdtr.tiles.webblocks import file_key, web_blocks

BOUNDS = (555_000.0, 14_000.0, 561_000.0, 18_000.0)  # metres of UTM 50N, in Bontang
WEB = tms.get("WebMercatorQuad")
FILES = (
    "cog",
    "cog_cmap",
    "cog_nodata",
    "cog_rgb",
    "cog_uint8_rgb_mask",
    "cog_uint8_rgb_nodata",
    "cog_uint8_rgba",
    "nocog",
)


def picture(data: bytes) -> Any:
    """RGBA of encoded bytes, by GDAL: shape (rows, columns, 4)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with MemoryFile(data) as memory, memory.open() as file:
            planes = file.read()
            if file.colorinterp[0] == ColorInterp.palette:
                return np.array([file.colormap(1).get(n, (0, 0, 0, 0)) for n in range(256)], np.uint8)[planes[0]]
    alpha = planes[-1:] if len(planes) in (2, 4) else np.full_like(planes[:1], 255)
    color = np.repeat(planes[:1], 3, axis=0) if len(planes) < 3 else planes[:3]
    return np.moveaxis(np.concatenate([color, alpha]), 0, -1)


def theirs(path: Path, z: int, x: int, y: int, **options: Any) -> Any:
    """The same tile by rio-tiler as it is."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NoOverviewWarning)
        with Reader(str(path)) as reader:
            return reader.tile(x, y, z, tilesize=options.pop("tilesize", 256), **options)


def tile_in(path: Path, zoom: int | None = None, at: tuple[float, float] = (0.4, 0.5)) -> tuple[int, int, int]:
    """A tile within a raster."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NoOverviewWarning)
        with Reader(str(path)) as reader:
            west, south, east, north = reader.get_geographic_bounds(CRS.from_epsg(4326))
            found = WEB.tile(west + at[0] * (east - west), south + at[1] * (north - south), zoom or reader.maxzoom)
    return found.z, found.x, found.y


def waves(bands: int = 3, shape: tuple[int, int] = (400, 600)) -> Any:
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    planes = [127 + 120 * np.sin(rows / (20 + 9 * n) + columns / (31 - 5 * n)) for n in range(bands)]
    return np.array(planes).astype(np.uint8)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    return write_cog(tmp_path / "citra.tif", waves(), BOUNDS, 9480, overviews="average")


@pytest.fixture
def flood(tmp_path: Path) -> Path:
    """Levels 0 to 3 in four columns, no data in the northern quarter."""
    levels = np.repeat(np.arange(4, dtype=np.uint8), 150)[None].repeat(400, axis=0)
    levels[:100] = 255
    return write_cog(tmp_path / "banjir.tif", levels, BOUNDS, 9480, nodata=255)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("finer", [0, 1])
@pytest.mark.parametrize("resampling", ["nearest", "bilinear"])
def test_pixels_of_real_rasters_are_those_of_rio_tiler(
    shared_data: Path, name: str, finer: int, resampling: Any
) -> None:
    path = shared_data / "rasters" / f"riotiler_{name}.tif"
    if name == "cog_cmap":
        resampling = "nearest"  # a palette is not mixed
    z, x, y = tile_in(path)
    z, x, y = z + finer, x << finer, y << finer
    rescale = (0.0, 8000.0) if name in ("cog", "cog_nodata", "nocog") else None
    ours = raster_tile(path, z, x, y, resampling=resampling, rescale=rescale)
    image = theirs(path, z, x, y, resampling_method=resampling, reproject_method=resampling)
    with rasterio.open(path) as file:
        colors = file.colormap(1) if name == "cog_cmap" else None
    if rescale is not None:
        image.rescale(((0, 8000),))
    expected = picture(image.render(img_format="PNG", colormap=colors))
    valid = expected[..., 3] > 0
    got = picture(ours.bytes)
    assert np.array_equal(got[..., 3] > 0, valid)
    assert np.abs(got[valid].astype(int) - expected[valid]).max(initial=0) <= (
        1 if rescale else 0
    )  # they cut, we round
    assert ours.empty == (not valid.any())


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("coarser", [1, 2, 3])
def test_coarse_tiles_show_what_rio_tiler_shows(shared_data: Path, name: str, coarser: int) -> None:
    path = shared_data / "rasters" / f"riotiler_{name}.tif"
    if name in ("cog_cmap", "cog_nodata"):
        coarser = 1  # what is small or ragged differs by the version that is read
    z, x, y = tile_in(path)
    z, x, y = z - coarser, x >> coarser, y >> coarser
    rescale = (0.0, 8000.0) if name in ("cog", "cog_nodata", "nocog") else (0.0, 255.0)
    ours = picture(raster_tile(path, z, x, y, rescale=rescale).bytes)
    image = theirs(path, z, x, y)
    image.rescale((rescale,))
    expected = picture(image.render(img_format="PNG"))
    both = (ours[..., 3] > 0) & (expected[..., 3] > 0)
    assert ((ours[..., 3] > 0) != (expected[..., 3] > 0)).mean() < 0.01
    assert np.abs(ours[both].astype(int) - expected[both]).mean() < 12  # nearest of neighbours, in noisy pictures


def test_a_turned_pixel_grid_in_another_country_is_served(shared_data: Path) -> None:
    path = shared_data / "rasters" / "odc_au-3577.tif"
    tile = raster_tile(path, *tile_in(path))
    assert picture(tile.bytes)[..., 3].any()


@pytest.mark.parametrize(("codec", "kind"), [("webp", "webp"), ("jpeg", "jpg")])
def test_blocks_are_handed_on_with_the_pixels_of_rio_tiler(tmp_path: Path, photo: Path, codec: Any, kind: Any) -> None:
    path = write_web_cog(tmp_path / "web.tif", photo, "imagery", codec=codec)
    blocks, data = web_blocks(file_key(path)), path.read_bytes()
    assert blocks is not None
    assert (blocks.format, blocks.size) == (kind, 256)
    handed = 0
    for zoom in blocks.zooms:
        z, x, y = tile_in(path, zoom)
        for place in ((z, x, y), (z, x + 1, y), (z, x, y + 1)):
            tile = raster_tile(path, *place, format=kind)
            image = theirs(path, *place)
            if tile.empty:
                assert not image.mask.any()
                continue
            handed += 1
            assert tile.bytes[-200:] in data
            got = np.moveaxis(picture(tile.bytes), -1, 0)
            valid = image.mask > 0
            assert np.array_equal(got[:3][:, valid], image.data[:, valid])
            assert kind == "jpg" or np.array_equal(got[3], image.mask)
    assert handed > 4


def test_blocks_of_512_pixels_made_by_others_are_handed_on(shared_data: Path) -> None:
    path = shared_data / "rasters" / "martin_usda_naip_512_jpeg_z5.tif"
    blocks = web_blocks(file_key(path))
    assert blocks is not None
    assert (blocks.format, blocks.size, blocks.zooms) == ("jpg", 512, (13, 14, 15, 16, 17))
    whole = tiff_levels(path.read_bytes())[0]
    handed = np.flatnonzero(whole.counts)[:3].tolist()
    for at in handed:
        place = (17, 21344 + at % 16, 48656 + at // 16)
        tile = raster_tile(path, *place, format="jpg", size=512)
        image = theirs(path, *place, tilesize=512)
        got, valid = np.moveaxis(picture(tile.bytes), -1, 0), image.mask > 0
        assert np.array_equal(got[:3][:, valid], image.data[:, valid])
    assert len(handed) == 3


def test_what_a_block_is_not_is_drawn(tmp_path: Path, photo: Path) -> None:
    path = write_web_cog(tmp_path / "web.tif", photo, "imagery")
    place, data = tile_in(path), path.read_bytes()
    for options in (
        {"format": "png"},
        {"format": "jpg"},
        {"format": "webp", "size": 512},
        {"format": "webp", "bands": [3, 2, 1]},
        {"format": "webp", "rescale": (0, 100)},
        {"format": "webp", "colormap": "terrain"},
    ):
        tile = raster_tile(path, *place, **options)  # type: ignore[arg-type]
        assert not tile.empty
        assert tile.bytes[-200:] not in data


def test_other_grids_are_drawn(photo: Path) -> None:
    of = grid("WorldCRS84Quad")
    x, y, _, _ = of.tiles_over((117.51, 0.13, 117.511, 0.131), 12)
    tile = raster_tile(photo, 12, x, y, grid="WorldCRS84Quad")
    assert picture(tile.bytes).shape == (256, 256, 4)
    assert not tile.empty


def test_neighbours_with_padding_meet_without_a_seam(photo: Path) -> None:
    z, x, y = tile_in(photo)
    left, right = (picture(raster_tile(photo, z, n, y, resampling="bilinear", padding=4).bytes) for n in (x, x + 1))
    step = np.abs(left[:, -1, :3].astype(int) - right[:, 0, :3])
    within = np.abs(np.diff(left[..., :3].astype(int), axis=1))
    assert step.max() <= within.max() + 1


def test_padding_changes_no_pixel_of_nearest(photo: Path) -> None:
    place = tile_in(photo)
    assert raster_tile(photo, *place).bytes == raster_tile(photo, *place, padding=3).bytes


def test_flood_levels_have_their_colours_and_no_data_is_clear(flood: Path) -> None:
    z, x, y = tile_in(flood, 12)
    tile = raster_tile(flood, z, x, y, colormap="flood")
    seen = {tuple(color) for color in picture(tile.bytes).reshape(-1, 4).tolist()}
    wanted = {(0, 0, 0, 0), (0xC6, 0xDB, 0xEF, 255), (0x6B, 0xAE, 0xD6, 255), (0x08, 0x51, 0x9C, 255)}
    assert seen == wanted
    assert tile.bytes[24:26] == bytes([4, 3])  # four bits a pixel, palette
    webp = picture(raster_tile(flood, z, x, y, colormap="flood", format="webp").bytes)
    assert {tuple(color) for color in webp[webp[..., 3] > 0].tolist()} == wanted - {(0, 0, 0, 0)}
    jpeg = picture(raster_tile(flood, z, x, y, colormap="flood", format="jpg").bytes)
    assert (jpeg[0, 0, :3] > 240).all()


def test_classes_of_ones_own_may_be_given(flood: Path) -> None:
    classes = [ColorClass(2, 4, "#ff0000", "Bahaya"), ColorClass(0, 2, "#00ff00")]
    tile = raster_tile(flood, *tile_in(flood, 12), colormap=classes)
    seen = {tuple(color) for color in picture(tile.bytes).reshape(-1, 4).tolist()}
    assert seen == {(0, 0, 0, 0), (255, 0, 0, 255), (0, 255, 0, 255)}


def test_the_file_s_own_palette_is_used_and_not_mixed(tmp_path: Path, flood: Path) -> None:
    path = tmp_path / "palet.tif"
    with rasterio.open(flood) as source:
        profile = source.profile | {"driver": "GTiff"}
        with rasterio.open(path, "w", **profile) as file:
            file.write(source.read())
            file.write_colormap(1, {0: (1, 2, 3, 255), 1: (9, 8, 7, 255), 2: (5, 5, 5, 255), 3: (6, 6, 6, 255)})
    tile = raster_tile(path, *tile_in(path, 12))
    assert {(9, 8, 7, 255), (5, 5, 5, 255), (0, 0, 0, 0)} <= {
        tuple(c) for c in picture(tile.bytes).reshape(-1, 4).tolist()
    }
    web = write_web_cog(tmp_path / "web.tif", path, "class")
    tile = raster_tile(web, *tile_in(web, 12))
    assert (9, 8, 7, 255) in {tuple(c) for c in picture(tile.bytes).reshape(-1, 4).tolist()}
    with pytest.raises(TileError, match="bilinear would mix numbers of its palette; wanted nearest or mode"):
        raster_tile(path, *tile_in(path, 12), resampling="bilinear")


def test_heights_without_a_range_are_stretched_alike_in_all_tiles(tmp_path: Path) -> None:
    height = np.linspace(0, 100, 400, dtype=np.float32)[:, None].repeat(600, axis=1)
    height[:, :50] = np.nan
    path = write_cog(tmp_path / "dem.tif", height, BOUNDS, 9480, overviews="average")
    z, x, y = tile_in(path)
    tile = picture(raster_tile(path, z, x, y).bytes)
    explicit = picture(raster_tile(path, z, x, y, rescale=(2.0, 98.0)).bytes)
    assert np.abs(tile.astype(int) - explicit).max() <= 2
    assert picture(raster_tile(path, *tile_in(path, 12), colormap="terrain").bytes)[..., 3].min() == 0


def test_a_colormap_is_a_palette_and_a_legend() -> None:
    assert colormap_names() == ("flood", "slope", "terrain")
    slope = colormap("slope")
    assert slope.indexes(np.array([0.0, 7.99, 8.0, 44.0, 45.0, 1000.0, -1.0, np.nan])).tolist() == [
        1,
        1,
        2,
        4,
        5,
        5,
        0,
        0,
    ]
    assert colormap("flood").indexes(np.array([0, 3, 4, 255], np.uint8)).tolist() == [1, 4, 0, 0]
    terrain = colormap("terrain")
    assert len(terrain.palette) == 256
    assert terrain.indexes(np.array([-50.0, 9000.0, np.nan])).tolist() == [1, 255, 0]
    assert terrain.palette[255].tolist() == [255, 255, 255, 255]
    assert all(
        each.confidence == "U" and each.reference for name in colormap_names() for each in colormap(name).classes
    )
    assert slope is colormap(slope)


@pytest.mark.parametrize(
    ("classes", "words"),
    [
        ([], "a colormap of 0 classes"),
        ([ColorClass(0, 2, "#000000"), ColorClass(1, 3, "#000000")], "two classes hold the value 1"),
        ([ColorClass(3, 2, "#000000")], "a class from 3 to 2 holds no value"),
        ([ColorClass(0, 1, "red")], "colour 'red' is none"),
    ],
)
def test_classes_that_cannot_be_drawn_are_refused(classes: list[ColorClass], words: str) -> None:
    with pytest.raises(TileError, match=words):
        Colormap.build("class", classes)


def test_a_point_has_the_value_of_its_cell(flood: Path) -> None:
    lon, lat = 117.52, 0.14
    with rasterio.open(flood) as file:
        (x,), (y,) = rasterio.warp.transform("EPSG:4326", file.crs, [lon], [lat])
        expected = next(file.sample([(x, y)]))[0]
    assert raster_point(flood, lon, lat) == (expected,)
    assert raster_point(flood, 117.52, 0.1627) == (None,)  # no data
    assert raster_point(flood, 100.0, 10.0) == (None,)
    with pytest.raises(TileError, match="is no place on earth"):
        raster_point(flood, 500.0, 0.0)


def test_what_a_raster_is_can_be_announced(tmp_path: Path, photo: Path) -> None:
    info = raster_info(photo)
    assert info.bounds == pytest.approx((117.494, 0.126, 117.549, 0.163), abs=1e-3)
    assert (info.minzoom, info.maxzoom, info.bands, info.stored) == (10, 14, (1, 2, 3), None)
    web = raster_info(write_web_cog(tmp_path / "web.tif", photo, "imagery"))
    assert (web.maxzoom, web.bands, web.nodata, web.stored) == (14, (1, 2, 3), None, "webp")


def test_statistics_leave_out_what_is_not_known(flood: Path) -> None:
    (band,) = raster_statistics(raster_layer("banjir", flood))
    assert (band.min, band.max, band.mean, band.valid_share) == (0.0, 3.0, 1.5, 0.75)


def test_statistics_of_a_raster_without_any_value_are_none(tmp_path: Path) -> None:
    path = write_cog(tmp_path / "kosong.tif", np.full((20, 30), 255, np.uint8), BOUNDS, 9480, nodata=255)
    (band,) = raster_statistics(path)
    assert (band.min, band.mean, band.valid_share) == (None, None, 0.0)
    assert raster_tile(path, *tile_in(path, 12)).empty


@pytest.mark.parametrize("kind", ["png", "webp", "jpg"])
def test_a_tile_beside_the_raster_is_empty(flood: Path, kind: Any) -> None:
    tile = raster_tile(flood, 12, 0, 0, format=kind)
    assert tile.empty
    assert kind == "jpg" or not picture(tile.bytes)[..., 3].any()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"format": "gif"}, "format 'gif' cannot be made; wanted png, webp, jpg"),
        ({"colormap": "terain"}, "colormap 'terain' is not known; did you mean 'terrain'"),
        ({"colormap": "xyz"}, "known are flood, slope, terrain"),
        ({"bands": [4]}, "citra.tif: band 4 is not there; it has 1, 2, 3"),
        ({"bands": ["1"]}, "band '1' is not there"),
        ({"bands": [1, 2]}, "2 bands cannot be drawn; wanted one or three"),
        ({"bands": [1, 2, 3], "colormap": "flood"}, "3 bands cannot be drawn; wanted one"),
        ({"resampling": "sinc"}, "resampling 'sinc' is not known"),
        ({"size": 0}, "size 0 cannot be drawn"),
        ({"size": 100_000}, "size 100000 cannot be drawn; wanted 16 to 2048 pixels"),
        ({"padding": -1}, "padding -1 is not possible"),
        ({"rescale": (1, 2, 3)}, "cannot be used; wanted"),
        ({"rescale": (1, float("nan"))}, "cannot be used; wanted"),
        ({"rescale": "abc"}, "cannot be used; wanted"),
        ({"grid": "Mars"}, "Mars"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(photo: Path, options: dict[str, Any], words: str) -> None:
    with pytest.raises(TileError, match=words):
        raster_tile(photo, *tile_in(photo), **options)


@pytest.mark.parametrize("place", [(3, 8, 0), (-1, 0, 0), (2, 0, -1), (99, 0, 0)])
def test_a_place_outside_the_grid_is_refused(photo: Path, place: tuple[int, int, int]) -> None:
    with pytest.raises(TileError, match="grid WebMercatorQuad"):
        raster_tile(photo, *place)


def plain(path: Path, **profile: Any) -> Path:
    """A small GeoTIFF by rasterio, as wrong as asked for."""
    base = {"driver": "GTiff", "dtype": "uint8", "count": 1, "height": 64, "width": 64}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", NotGeoreferencedWarning)
        with rasterio.open(path, "w", **(base | profile)) as file:
            file.write(waves(1, (64, 64)))
    return path


NORTH_UP = Affine(90.0, 0.0, 555_000.0, 0.0, -90.0, 18_000.0)


def test_a_raster_that_lies_nowhere_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="has no CRS; write it with one"):
        raster_tile(plain(tmp_path / "a.tif", transform=NORTH_UP), 0, 0, 0)
    with pytest.raises(FileError, match="says not where it lies"):
        raster_tile(plain(tmp_path / "b.tif", crs="EPSG:32650"), 0, 0, 0)
    with pytest.raises(FileError, match="there is no such file"):
        raster_tile(tmp_path / "c.tif", 0, 0, 0)


@pytest.mark.parametrize("crs", ["EPSG:32650", "EPSG:3857"])
@pytest.mark.parametrize("degrees", [0.0, 30.0, 180.0])
def test_a_turned_raster_lies_where_its_corners_say(tmp_path: Path, crs: str, degrees: float) -> None:
    turned = NORTH_UP @ Affine.rotation(degrees)
    path = plain(tmp_path / "turned.tif", crs=crs, transform=turned)
    values = waves(1, (64, 64))[0]
    for column, row in ((10.5, 20.5), (50.5, 7.5)):
        (lon,), (lat,) = rasterio.warp.transform(crs, "EPSG:4326", *([v] for v in turned @ (column, row)))
        (found,) = raster_point(path, lon, lat)
        near = values[int(row) - 1 : int(row) + 2, int(column) - 1 : int(column) + 2]
        assert found in near
    place = WEB.tile(lon, lat, 14)
    assert not raster_tile(path, 14, place.x, place.y).empty


def control_points(bend: float) -> list[GroundControlPoint]:
    corners = [(0, 0), (0, 64), (64, 0), (64, 64), (32, 32)]
    at = [NORTH_UP @ (column, row) for row, column in corners]
    shift = [0.0, 0.0, 0.0, 0.0, bend]
    return [GroundControlPoint(r, c, x + s, y) for (r, c), (x, y), s in zip(corners, at, shift, strict=True)]


def test_control_points_are_served_if_plane_and_refused_if_bent(tmp_path: Path) -> None:
    straight = plain(tmp_path / "a.tif", gcps=control_points(0.0), crs="EPSG:32650")
    same = plain(tmp_path / "b.tif", crs="EPSG:32650", transform=NORTH_UP)
    place = tile_in(same, 14)
    a, b = (picture(raster_tile(path, *place).bytes) for path in (straight, same))
    assert (a != b).any(axis=-1).mean() < 0.01
    bent = plain(tmp_path / "c.tif", gcps=control_points(900.0), crs="EPSG:32650")
    with pytest.raises(FileError, match=r"control points bend it, by up to \d+\.\d pixels"):
        raster_tile(bent, *place)


def test_a_raster_cut_off_anywhere_is_an_error_in_words(tmp_path: Path, photo: Path) -> None:
    web = write_web_cog(tmp_path / "web.tif", photo, "imagery")
    z, x, y = tile_in(web)
    for source in (photo, web):
        whole = source.read_bytes()
        for share in (0.0, 0.001, 0.01, 0.1, 0.3, 0.6, 0.9):
            path = tmp_path / f"{source.stem}_{share}.tif"
            path.write_bytes(whole[: int(share * len(whole))])
            for kind in ("png", "webp"):
                with suppress(RdtrError):  # anything else fails the test
                    raster_tile(path, z, x, y, format=kind)  # type: ignore[arg-type]
            if share < 0.1:  # smaller versions come first, and may be whole
                with pytest.raises(FileError, match=r"cannot be read|is no raster"):
                    raster_statistics(path)


def test_a_file_that_points_elsewhere_is_not_opened(tmp_path: Path, photo: Path) -> None:
    path = tmp_path / "citra.vrt"
    path.write_text(f"<VRTDataset><SourceFilename>{photo}</SourceFilename></VRTDataset>")
    with pytest.raises(FileError, match="is no raster that is served; wanted a GeoTIFF"):
        raster_tile(path, 0, 0, 0)


def test_block_tables_of_damaged_files_are_no_blocks(tmp_path: Path, photo: Path) -> None:
    web = write_web_cog(tmp_path / "web.tif", photo, "imagery")
    whole, rng = bytearray(web.read_bytes()), np.random.default_rng(2)
    assert tiff_levels(b"") == tiff_levels(b"II*\0") == tiff_levels(b"PK\x03\x04" * 9) == ()
    for _ in range(300):
        broken = bytearray(whole)
        for at in rng.integers(0, 2500, 3):
            broken[at] = int(rng.integers(256))
        for level in tiff_levels(bytes(broken)):
            assert level.offsets.ndim == level.counts.ndim == 1
        path = tmp_path / "broken.tif"
        path.write_bytes(broken)
        blocks = web_blocks.__wrapped__(file_key(path))
        for zoom in blocks.zooms if blocks else ():
            blocks.tile(zoom, *tile_in(web, zoom)[1:])


def test_a_replaced_raster_is_looked_at_again(tmp_path: Path) -> None:
    path = tmp_path / "flood.tif"
    write_cog(path, np.full((50, 50), 1, np.uint8), BOUNDS, 9480)
    assert raster_point(path, 117.52, 0.14) == (1,)
    write_cog(path, np.full((50, 51), 2, np.uint8), BOUNDS, 9480)
    assert raster_point(path, 117.52, 0.14) == (2,)


def test_many_threads_draw_the_same_bytes(tmp_path: Path, photo: Path) -> None:
    web = write_web_cog(tmp_path / "web.tif", photo, "imagery")
    z, x, y = tile_in(photo)
    asked = [(photo, "png"), (web, "webp"), (web, "jpg")]
    expected = [raster_tile(path, z, x, y, format=kind) for path, kind in asked]  # type: ignore[arg-type]
    barrier, wrong = threading.Barrier(4), []

    def draw() -> None:
        barrier.wait()
        for _ in range(5):
            got = [raster_tile(path, z, x, y, format=kind) for path, kind in asked]  # type: ignore[arg-type]
            wrong.extend([1] * (got != expected))

    threads = [threading.Thread(target=draw) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
