"""Rasters in a plan package: exact values kept, a twin for web tiles beside them, what they mean said in words."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import rasterio

from rdtr.errors import FileError, PlanError, RdtrError
from rdtr.io.checksum import file_sha256
from rdtr.io.package import read_package, write_plan
from rdtr.io.raster import raster_layer, write_cog, write_web_cog
from rdtr.tiles.raster import raster_point, raster_statistics, raster_tile
from rdtr.tiles.rasterinfo import raster_info
from rdtr.tiles.webblocks import file_key, web_blocks
from rdtr.zoning.plan import Plan
from rdtr.zoning.rasters import ColorClass, RasterAbout, RasterLayer
from tests.town import X, Y, make_plan

BOUNDS = (X - 1000, Y - 1000, X + 1000, Y + 1000)
DEM = RasterAbout("dem", "Ketinggian tanah", "Ground level", "m", reference="DEMNAS")
RISK = RasterAbout(
    "classes",
    "Rawan longsor",
    classes=(
        ColorClass(0, 2, "#00ff00", "aman; datar", "safe, flat", "Peta A", "C"),
        ColorClass(2, float("inf"), "#ff000080", 'rawan "tinggi"'),
    ),
)


def cells(kind: str) -> Any:
    rows, columns = np.mgrid[:200, :200]
    if kind == "dem":
        return (rows / 7 + columns / 3).astype(np.float32)
    if kind == "classes":
        return (columns // 50).astype(np.uint8)
    return np.stack([rows % 256, columns % 256, (rows + columns) % 256]).astype(np.uint8)


def make(folder: Path, kind: str, about: RasterAbout) -> RasterLayer:
    nodata = {"dem": -9999.0, "classes": 255}.get(kind)
    return raster_layer(kind, write_cog(folder / f"{kind}.tif", cells(kind), BOUNDS, 9480, nodata=nodata), about)


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    rasters = {
        "dem": make(tmp_path, "dem", DEM),
        "classes": make(tmp_path, "classes", RISK),
        "imagery": make(tmp_path, "imagery", RasterAbout("imagery", "Citra 2024")),
    }
    return make_plan().with_layers(rasters)


def raster(plan: Plan, name: str) -> RasterLayer:
    layer = plan.layers[name]
    assert isinstance(layer, RasterLayer)
    return layer


def tile_of(layer: RasterLayer) -> tuple[int, int, int]:
    """A finest tile of its twin that is full of data."""
    blocks = web_blocks(file_key(layer.web)) if layer.web else None
    assert layer.web is not None
    with rasterio.open(layer.web) as file:
        zoom = blocks.zooms[-1] if blocks else round(np.log2(2 * np.pi * 6_378_137 / 256 / file.transform.a))
        size = 2 * np.pi * 6_378_137 / 2**zoom
        x, y = file.bounds.left + file.bounds.right, file.bounds.top + file.bounds.bottom
    return zoom, int((x / 2 + np.pi * 6_378_137) // size), int((np.pi * 6_378_137 - y / 2) // size)


@pytest.mark.parametrize("names", [("a.rdtr", "b.rdtr"), ("a.zip", "b.zip"), ("a.rdtr", "b.zip")])
def test_rasters_keep_their_bytes_their_words_and_the_hash_of_the_plan(
    plan: Plan, tmp_path: Path, names: tuple[str, str]
) -> None:
    once = read_package(write_plan(plan, tmp_path / names[0]))
    twice = read_package(write_plan(once, tmp_path / names[1]))
    assert once.hash == twice.hash == plan.hash
    assert not len(twice.findings)
    for name in plan.layers:
        first, last = raster(plan, name), raster(twice, name)
        assert last.path.read_bytes() == first.path.read_bytes()
        assert last.about == first.about
        assert last.web is not None
        assert last.web.read_bytes() == (raster(once, name).web or last.path).read_bytes()


def test_the_same_rasters_give_the_same_package(plan: Plan, tmp_path: Path) -> None:
    one, two = (write_plan(plan, tmp_path / name).read_bytes() for name in ("a.zip", "b.zip"))
    assert one == two


def test_what_a_raster_means_is_part_of_the_hash_and_where_it_lies_is_not(plan: Plan, tmp_path: Path) -> None:
    dem = raster(plan, "dem")
    assert plan.with_layers({"dem": replace(dem, about=replace(DEM, unit="ft"))}).hash != plan.hash
    moved = dem.path.rename(tmp_path / "pindah.tif")
    assert plan.with_layers({"dem": replace(dem, path=moved, web=moved)}).hash == plan.hash


def test_twins_lie_on_web_tiles_each_in_its_own_way(plan: Plan, tmp_path: Path) -> None:
    package = write_plan(plan, tmp_path / "kota.rdtr")
    ways = {}
    for name in plan.layers:
        with rasterio.open(package / "rasters" / f"{name}.web.tif") as file:
            assert file.crs.to_epsg() == 3857
            ways[name] = (file.dtypes[0], file.compression.name)
    assert ways == {"dem": ("float32", "deflate"), "classes": ("uint8", "deflate"), "imagery": ("uint8", "webp")}


def test_plan_toml_says_what_people_need_to_know(plan: Plan, tmp_path: Path) -> None:
    package = write_plan(plan, tmp_path / "kota.rdtr")
    dem, classes, _ = tomllib.loads((package / "plan.toml").read_text(encoding="utf-8"))["layers"]
    assert dem.items() >= {"kind": "raster", "content": "dem", "title": "Ketinggian tanah", "unit": "m"}.items()
    assert classes["colors"] == "rasters/classes.csv"
    assert (package / "rasters" / "classes.csv").read_text(encoding="utf-8").splitlines()[1] == (
        '0.0,2.0,#00ff00,aman; datar,"safe, flat",Peta A,C'
    )


def test_points_and_statistics_are_those_of_the_exact_file(plan: Plan, tmp_path: Path) -> None:
    read = read_package(write_plan(plan, tmp_path / "kota.rdtr"))
    for name in ("dem", "classes"):
        mine, theirs = raster(read, name), raster(plan, name).path
        assert raster_statistics(mine) == raster_statistics(theirs)
        assert raster_point(mine, 117.0, 0.5) == raster_point(theirs, 117.0, 0.5)
    assert raster_statistics(raster(read, "dem"))[0].max == float(cells("dem").max())


def test_tiles_of_the_web_grid_come_from_the_twin_and_others_from_the_file(plan: Plan, tmp_path: Path) -> None:
    read = read_package(write_plan(plan, tmp_path / "kota.rdtr"))
    photo = raster(read, "imagery")
    assert photo.web is not None
    place = tile_of(photo)
    tile = raster_tile(photo, *place, format="webp")
    assert not tile.empty
    assert tile.bytes in photo.web.read_bytes()  # handed on as stored
    assert raster_info(photo).stored == "webp"
    photo.web.unlink()
    assert not raster_tile(photo, 12, *_degrees_tile(photo), grid="WorldCRS84Quad").empty
    with pytest.raises(FileError, match="there is no such file"):
        raster_tile(photo, *place, format="webp")


def _degrees_tile(layer: RasterLayer) -> tuple[int, int]:
    west, south, east, north = raster_info(replace(layer, web=None)).bounds
    side = 180 / 2**12
    return int(((west + east) / 2 + 180) // side), int((90 - (south + north) / 2) // side)


def test_a_raster_that_is_on_web_tiles_already_is_its_own_twin(plan: Plan, tmp_path: Path) -> None:
    web = write_web_cog(tmp_path / "citra_web.tif", raster(plan, "imagery"), "imagery")
    package = write_plan(make_plan().with_layers({"citra": raster_layer("citra", web)}), tmp_path / "kota.rdtr")
    assert [p.name for p in (package / "rasters").iterdir()] == ["citra.tif"]
    assert (package / "rasters" / "citra.tif").read_bytes() == web.read_bytes()
    assert raster_info(raster(read_package(package), "citra")).stored == "webp"


def test_a_raster_of_which_nothing_is_said_is_judged_by_its_cells(plan: Plan, tmp_path: Path) -> None:
    bare = {name: replace(raster(plan, name), about=RasterAbout()) for name in plan.layers}
    package = write_plan(make_plan().with_layers(bare), tmp_path / "kota.rdtr")
    with rasterio.open(package / "rasters" / "classes.web.tif") as file:
        assert set(np.unique(file.read(1))) <= {0, 1, 2, 3, 255}  # never mixed
    with rasterio.open(package / "rasters" / "imagery.web.tif") as file:
        assert file.compression.name == "webp"


def test_a_raster_that_cannot_lie_on_web_tiles_is_kept_without_a_twin(tmp_path: Path) -> None:
    pole = write_cog(tmp_path / "kutub.tif", cells("dem"), (0, 80, 10, 89.9), 4326)
    fake = tmp_path / "vrt.tif"
    fake.write_text("<VRTDataset/>")
    layers = {"kutub": raster_layer("kutub", pole), "palsu": RasterLayer("palsu", fake, file_sha256(fake))}
    package = write_plan(make_plan().with_layers(layers), tmp_path / "kota.rdtr")
    assert sorted(p.name for p in (package / "rasters").iterdir()) == ["kutub.tif", "palsu.tif"]


def test_a_damaged_raster_stops_the_write(plan: Plan, tmp_path: Path) -> None:
    path = raster(plan, "dem").path
    path.write_bytes(path.read_bytes()[:-4000])
    broken = make_plan().with_layers({"dem": RasterLayer("dem", path, file_sha256(path), DEM)})
    with pytest.raises(FileError, match=r"dem\.web\.tif: cannot be made from dem\.tif"):
        write_plan(broken, tmp_path / "kota.rdtr")
    assert not (tmp_path / "kota.rdtr").exists()


@pytest.mark.parametrize("harm", ["twin changed", "twin gone", "raster changed"])
def test_a_twin_that_is_not_of_its_raster_is_not_used(plan: Plan, tmp_path: Path, harm: str) -> None:
    package = write_plan(plan, tmp_path / "kota.rdtr")
    twin = package / "rasters" / "dem.web.tif"
    if harm == "twin gone":
        twin.unlink()
    else:
        (twin if harm == "twin changed" else package / "rasters" / "dem.tif").write_bytes(b"II*\0 lain")
    read = read_package(package)
    assert raster(read, "dem").web is None
    assert "PACKAGE_RASTER_WEB_UNUSED" in read.findings.counts()
    assert (read.hash == plan.hash) == (harm != "raster changed")


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('content = "dem"', 'content = "peta"', "layer 1: content is 'peta'; wanted one of dem, measure, classes"),
        ('web = "rasters/dem.web.tif"', 'web = "../a.tif"', "leads out of the package"),
        ('colors = "rasters/classes.csv"', 'colors = "../a.csv"', "leads out of the package"),
        ('colors = "rasters/classes.csv"', 'colors = "a.csv"', "names a.csv, which is not there"),
    ],
)
def test_a_plan_toml_that_says_nonsense_of_a_raster_is_refused(
    plan: Plan, tmp_path: Path, old: str, new: str, words: str
) -> None:
    package = write_plan(plan, tmp_path / "kota.rdtr")
    toml = package / "plan.toml"
    text = toml.read_text(encoding="utf-8")
    assert old in text
    toml.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(RdtrError) as refused:
        read_package(package)
    assert words in str(refused.value)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ("low,colour\n1,#000000\n", "column color is missing"),
        ("low,color\n1,#000000\nsatu,#000000\n", "row 2 low: 'satu' is no number"),
        ("low,high,color\n1,nan,#000000\n", "row 1 high: 'nan' is no number"),
    ],
)
def test_a_legend_that_is_none_is_refused(plan: Plan, tmp_path: Path, table: str, words: str) -> None:
    package = write_plan(plan, tmp_path / "kota.rdtr")
    (package / "rasters" / "classes.csv").write_text(table)
    with pytest.raises(PlanError, match=words):
        read_package(package)


def test_words_of_rasters_on_a_vector_layer_are_found(plan: Plan, tmp_path: Path) -> None:
    package = write_plan(make_plan().with_layers({"jalan": make_plan().zones}), tmp_path / "kota.rdtr")
    toml = package / "plan.toml"
    toml.write_text(toml.read_text().replace('name = "jalan"', 'name = "jalan", unit = "m"'))
    assert "PACKAGE_KEY_UNKNOWN" in read_package(package).findings.counts()
