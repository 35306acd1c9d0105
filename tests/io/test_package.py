from __future__ import annotations

import hashlib
import json
import os
import shutil
import tomllib
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from rdtr.errors import CrsError, FileError, GeometryError, PlanError, RdtrError, RulesError
from rdtr.io import package
from rdtr.io.package import read_package, write_plan
from rdtr.io.rulebook import read_rules
from rdtr.zoning.findings import Finding, Findings
from rdtr.zoning.plan import Plan, PlanIdentity, RasterLayer
from rdtr.zoning.rules import TABLES
from tests.town import X, Y, make_plan, make_rules, make_zones

IDENTITY = PlanIdentity(
    "kota",
    title='RDTR "Kota" Bontang – Wilayah I',
    region_code="6474",
    regulation="Perwali 1/2024",
    regulation_date=date(2024, 1, 31),
    valid_from=date(2024, 2, 1),
    valid_until=date(2044, 1, 31),
    vocabulary="2018",
    kbli_edition="2015",
    tolerance_m=1.5,
    crs_policy="proj",
)
FOUND = (
    Finding("CODE_CANONICALISED", "zones.shp", 118, "KODSZN", {"found": "R2", "code": "R-2"}),
    Finding("CODE_UNKNOWN", "zones.shp", 3, None, {"found": "Z–9", "vocabulary": "2018", "hint": ""}),
)


def make_raster(folder: Path) -> RasterLayer:
    path = folder / "dem asli.TIF"
    path.write_bytes(b"II*\x00" + bytes(range(256)))
    return RasterLayer("dem", path, hashlib.sha256(path.read_bytes()).hexdigest())


def full_plan(folder: Path) -> Plan:
    """A plan in which everything is filled, with values that files like to change."""
    roads = gpd.GeoDataFrame(
        {"name": ["Jl. A", None], "lanes": [2, None], "open": [True, None],
         "since": [pd.Timestamp("2020-01-01 07:30"), pd.NaT]},
        geometry=[shapely.LineString([(X, Y, 1.5), (X + 9, Y, 2.5)]), None],
        crs=9480,
    )  # fmt: skip
    zones = make_zones(
        LUASHA=[0.25, 0.25, np.nan, 0.1],
        COUNT=pd.Series([1, None, 3, 4], dtype=object),
        MIXED=pd.Series([1, "dua", None, 4.5], dtype=object),
        CATEGORY=pd.Categorical(["a", "b", None, "a"]),
    )
    rejected = gpd.GeoDataFrame(
        {"row": [7, 9], "reason": ["geometri kosong", "bukan poligon"], "KODSZN": ["R-2", None]},
        geometry=[None, shapely.Point(X, Y)],
        crs=32650,
    )
    return Plan.build(
        zones,
        IDENTITY,
        rules=make_rules(),
        layers={
            "roads": roads,
            "Sungai & pantai/1": roads.iloc[:1],
            "sungai_pantai_1": roads,
            "dem": make_raster(folder),
        },
        findings=Findings(FOUND),
        rejected=rejected,
    )


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return full_plan(tmp_path)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return write_plan(make_plan(), tmp_path / "kota.rdtr")


def edit(folder: Path, old: str, new: str) -> None:
    path = folder / "plan.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def refusal(path: Path, error: type[RdtrError] = RdtrError) -> str:
    with pytest.raises(error) as refused:
        read_package(path)
    assert "\n" not in str(refused.value)
    return str(refused.value)


# ---- there and back


@pytest.mark.parametrize("names", [("a.rdtr", "b.rdtr"), ("a.zip", "b.zip"), ("a.rdtr", "b.zip"), ("a.zip", "b.rdtr")])
def test_a_plan_keeps_its_hash_through_two_rounds(plan: Plan, tmp_path: Path, names: tuple[str, str]) -> None:
    once = read_package(write_plan(plan, tmp_path / names[0]))
    twice = read_package(write_plan(once, tmp_path / names[1]))
    assert once.hash == plan.hash
    assert twice.hash == plan.hash


@pytest.mark.parametrize("name", ["a.rdtr", "a.zip"])
def test_nothing_of_a_plan_is_lost(plan: Plan, tmp_path: Path, name: str) -> None:
    again = read_package(write_plan(plan, tmp_path / name))
    assert again.identity == IDENTITY
    assert again.findings == plan.findings
    assert list(again.layers) == list(plan.layers)
    assert again.crs == plan.crs
    # pandas gives text columns a type of its own when it reads them; their values are what counts
    pd.testing.assert_frame_equal(again.zones, plan.zones, check_dtype=False)
    pd.testing.assert_frame_equal(again.rejected, plan.rejected)
    for name in TABLES:
        pd.testing.assert_frame_equal(again.rules.table(name), plan.rules.table(name))
    for name in ("roads", "Sungai & pantai/1", "sungai_pantai_1"):
        layer = again.layers[name]
        assert isinstance(layer, gpd.GeoDataFrame)
        pd.testing.assert_frame_equal(layer, plan.layers[name])
    assert again.layers["roads"].geometry.has_z.tolist() == [True, False]


@pytest.mark.parametrize("name", ["a.rdtr", "a.zip"])
def test_a_raster_is_copied_and_can_be_opened_after_reading(plan: Plan, tmp_path: Path, name: str) -> None:
    package = write_plan(plan, tmp_path / name)
    (tmp_path / "dem asli.TIF").unlink()
    raster = read_package(package).layers["dem"]
    assert isinstance(raster, RasterLayer)
    assert raster.path.read_bytes().startswith(b"II*\x00")
    assert raster.path.suffix == ".tif"
    assert raster.sha256 == plan.layers["dem"].sha256


def test_a_small_plan_makes_a_small_package(written: Path) -> None:
    assert sorted(p.name for p in written.iterdir()) == ["plan.toml", "rules", "zones.parquet"]
    assert tomllib.loads((written / "plan.toml").read_text()) == {
        "format": 1,
        "id": "kota",
        "vocabulary": "2021",
        "kbli_edition": "2020",
        "tolerance_m": 2.5,
        "crs_policy": "null",
        "hash": make_plan().hash,
    }


def test_the_rules_of_a_package_are_a_folder_that_read_rules_reads(written: Path) -> None:
    assert read_rules(written / "rules").activities.equals(make_rules().activities)


def test_the_same_plan_gives_the_same_bytes(plan: Plan, tmp_path: Path) -> None:
    one, two = (write_plan(plan, tmp_path / name).read_bytes() for name in ("a.zip", "b.zip"))
    assert one == two


def test_findings_with_dates_and_numpy_numbers_come_back_with_the_same_words(tmp_path: Path) -> None:
    values = {"found": np.int64(3), "code": date(2024, 1, 31)}
    noticed = Findings((Finding("CODE_CANONICALISED", "a.shp", 1, None, values),))
    plan = Plan.build(make_zones(), findings=noticed)
    again = read_package(write_plan(plan, tmp_path / "a.rdtr"))
    assert [f.message() for f in again.findings] == ['a.shp baris 1: kode "3" dibaca sebagai "31 Januari 2024"']


# ---- whole or not at all


def test_an_existing_package_is_replaced_as_a_whole(plan: Plan, tmp_path: Path) -> None:
    target = write_plan(plan, tmp_path / "kota.rdtr")
    write_plan(make_plan(), target)
    assert sorted(p.name for p in target.iterdir()) == ["plan.toml", "rules", "zones.parquet"]
    assert read_package(target).hash == make_plan().hash
    assert sorted(p.name for p in tmp_path.iterdir()) == ["dem asli.TIF", "kota.rdtr"]


def test_a_plan_can_be_written_over_the_package_it_was_read_from(plan: Plan, tmp_path: Path) -> None:
    target = write_plan(plan, tmp_path / "kota.rdtr")
    again = write_plan(read_package(target), target)
    assert read_package(again).hash == plan.hash


@pytest.mark.parametrize("name", ["kota.rdtr", "kota.zip"])
def test_a_write_that_fails_half_way_leaves_the_old_package(
    plan: Plan, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = write_plan(make_plan(), tmp_path / name)

    def full_disk(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(package, "write_findings", full_disk)
    with pytest.raises(FileError, match=r"cannot be written \(No space left on device\)"):
        write_plan(plan, target)
    assert read_package(target).hash == make_plan().hash
    assert sorted(p.name for p in tmp_path.iterdir()) == ["dem asli.TIF", name]


def test_if_the_new_package_cannot_be_moved_in_the_old_one_comes_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = write_plan(make_plan(), tmp_path / "kota.rdtr")
    rename = Path.rename

    def stubborn(self: Path, to: Path) -> Path:
        if to == target and 'title = "baru"' in (self / "plan.toml").read_text():
            raise OSError(13, "Permission denied")
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", stubborn)
    with pytest.raises(FileError, match="Permission denied"):
        write_plan(make_plan(title="baru"), target)
    assert read_package(target).identity.title == ""
    assert [p.name for p in tmp_path.iterdir()] == ["kota.rdtr"]


def test_a_folder_that_is_no_package_is_never_touched(tmp_path: Path) -> None:
    folder = tmp_path / "foto"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(b"x")
    with pytest.raises(FileError, match=r"is no plan package \(it has no plan\.toml\)"):
        write_plan(make_plan(), folder)
    assert [p.name for p in folder.iterdir()] == ["a.jpg"]


def test_a_package_with_somebodys_file_in_it_is_not_replaced(written: Path) -> None:
    (written / "catatan.docx").write_bytes(b"x")
    with pytest.raises(FileError, match=r"'catatan\.docx' is no part of a plan package and would be lost"):
        write_plan(make_plan(title="baru"), written)
    assert read_package(written).identity.title == ""


@pytest.mark.parametrize("raw", [b"", b"PK", b"hello"])
def test_a_zip_that_is_no_package_is_not_replaced(tmp_path: Path, raw: bytes) -> None:
    target = tmp_path / "a.zip"
    target.write_bytes(raw)
    with pytest.raises(FileError):
        write_plan(make_plan(), target)
    assert target.read_bytes() == raw


def test_a_file_in_the_way_and_a_missing_parent_are_named(tmp_path: Path) -> None:
    (tmp_path / "kota.rdtr").write_text("x")
    with pytest.raises(FileError, match="a file of this name is in the way"):
        write_plan(make_plan(), tmp_path / "kota.rdtr")
    with pytest.raises(FileError, match="nowhere does not exist; make it first"):
        write_plan(make_plan(), tmp_path / "nowhere" / "kota.rdtr")


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    (tmp_path / "kota.rdtr").mkdir()
    assert read_package(write_plan(make_plan(), tmp_path / "kota.rdtr")).hash == make_plan().hash


@pytest.mark.parametrize(
    ("harm", "words"), [(lambda p: p.unlink(), "is gone"), (lambda p: p.write_bytes(b"other"), "has changed since")]
)
def test_a_raster_that_is_gone_or_has_changed_stops_the_write(
    plan: Plan, tmp_path: Path, harm: Callable[[Path], Any], words: str
) -> None:
    harm(tmp_path / "dem asli.TIF")
    with pytest.raises(FileError, match=words):
        write_plan(plan, tmp_path / "kota.rdtr")
    assert not (tmp_path / "kota.rdtr").exists()


# ---- what people edit


def test_a_plan_toml_written_by_hand_is_enough(written: Path) -> None:
    (written / "plan.toml").write_text(
        '\ufeffid = "kota"\r\nvocabulary = 2021\r\nregion_code = 6474\r\nvalid_from = "2024-02-01"\r\n'
        'valid_until = ""\r\nregulation_date = 2024-01-31T08:00:00\r\ntolerance_m = 2\r\n',
        encoding="utf-8",
        newline="",
    )
    read = read_package(written)
    assert read.identity == PlanIdentity(
        "kota", region_code="6474", valid_from=date(2024, 2, 1), regulation_date=date(2024, 1, 31), tolerance_m=2.0
    )
    assert len(read.findings) == 0


def test_an_edited_package_is_read_and_says_so(written: Path) -> None:
    edit(written, 'id = "kota"', 'id = "kota"\ntitle = "RDTR"')
    read = read_package(written)
    assert read.hash == make_plan(title="RDTR").hash
    assert [f.code for f in read.findings] == ["PACKAGE_EDITED"]


def test_unknown_keys_and_files_are_found_and_not_read(written: Path) -> None:
    edit(written, 'id = "kota"', 'id = "kota"\ntitel = "RDTR"')
    (written / "catatan.txt").write_text("x")
    (written / "layers").mkdir()
    (written / "layers" / "lupa.parquet").write_bytes(b"x")
    (written / ".DS_Store").write_bytes(b"x")
    assert [f.message("en") for f in read_package(written).findings] == [
        'kota.rdtr/plan.toml titel: key "titel" is not known and not read (title?)',
        "kota.rdtr/catatan.txt: the file is not named in plan.toml and is not read",
        "kota.rdtr/layers/lupa.parquet: the file is not named in plan.toml and is not read",
    ]


def test_a_package_without_rules_has_none(written: Path) -> None:
    shutil.rmtree(written / "rules")
    assert len(read_package(written).rules) == 0


@pytest.mark.parametrize("name", ["zones.gpkg", "zones.geojson", "zones.fgb"])
def test_zones_in_another_format_are_taken_in_like_any_layer(written: Path, name: str) -> None:
    (written / "zones.parquet").unlink()
    zones = make_zones(KODSZN=["R.2", "K-1", "RTH-2", "BJ"])
    zones.loc[3, "geometry"] = shapely.Point(X, Y)
    (zones.to_crs(4326) if name.endswith("json") else zones).to_file(written / name)
    read = read_package(written)
    assert sorted(read.zones["KODSZN"]) == ["K-1", "R-2", "RTH-2"]  # FlatGeobuf sorts by place
    assert len(read.rejected) == 1
    assert read.crs.to_epsg() == 9480
    assert {"CODE_CANONICALISED", "GEOMETRY_NOT_POLYGON"} <= set(read.findings.counts())


def test_zones_parquet_in_degrees_is_projected(written: Path) -> None:
    make_zones().to_crs(4326).to_parquet(written / "zones.parquet")
    read = read_package(written)
    assert read.crs.to_epsg() == 9480
    assert read.zones.area.round(3).tolist() == [2500.0, 2500.0, 5000.0, 1000.0]


def test_a_raster_that_was_exchanged_is_found(plan: Plan, tmp_path: Path) -> None:
    package = write_plan(plan, tmp_path / "kota.rdtr")
    (package / "rasters" / "dem.tif").write_bytes(b"other")
    read = read_package(package)
    assert read.hash != plan.hash
    assert set(read.findings.counts()) >= {"PACKAGE_RASTER_CHANGED", "PACKAGE_EDITED"}


def test_a_zip_may_hold_the_folder_instead_of_its_files(written: Path, tmp_path: Path) -> None:
    packed = shutil.make_archive(str(tmp_path / "kirim"), "zip", tmp_path, "kota.rdtr")
    assert read_package(packed).hash == make_plan().hash


# ---- what strangers send


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('id = "kota"\ntitle = RDTR\n', r"plan.toml: not TOML: Invalid value (at line 2, column 9); mend it there"),
        ("", "id is missing"),
        ('id = "a/b"\n', "plan.toml: plan a/b: id is 'a/b'; wanted a short name"),
        ('id = ["kota"]\n', "id is ['kota']; wanted a text"),
        ('id = "k"\nformat = 2\n', "format is 2, newer than the 1 that this rdtr reads; update rdtr"),
        ('id = "k"\nformat = "x"\n', "format is 'x'; wanted 1"),
        ('id = "k"\ntolerance_m = "dua"\n', "tolerance_m is 'dua'; wanted a number of metres"),
        ('id = "k"\ntolerance_m = -1\n', "tolerance_m is -1.0; wanted metres, 0 or more"),
        ('id = "k"\ntolerance_m = inf\n', "wanted metres"),
        ('id = "k"\nvalid_from = "31-01-2024"\n', "valid_from is '31-01-2024'; wanted a date such as 2024-01-31"),
        ('id = "k"\nvalid_from = 2024\n', "valid_from is 2024; wanted a date"),
        ('id = "k"\nvalid_from = 2024-13-01\n', "not TOML"),
        ('id = "k"\nvalid_from = 2044-01-01\nvalid_until = 2024-01-01\n', "comes after valid_until"),
        ('id = "k"\nvocabulary = "2019"\n', "vocabulary is '2019'; wanted one of 2011, 2018, 2021"),
        ('id = "k"\ncrs_policy = "guess"\n', "crs_policy is 'guess'; wanted one of null, proj"),
        ('id = "k"\nregulation = {number = "1"}\n', "regulation is {'number': '1'}; wanted a text"),
        ('id = "k"\nlayers = "roads"\n', "layers is 'roads'; wanted a [[layers]] block"),
        ('id = "k"\n[[layers]]\nname = "roads"\n', "layer 1: file is missing"),
        ('id = "k"\n[[layers]]\nname = "a"\nfile = "a.parquet"\nkind = "3d"\n', "kind is '3d'; wanted vector or raster"),
        ('id = "k"\n' + 2 * '[[layers]]\nname = "a"\nfile = "zones.parquet"\n', "name 'a' is there twice"),
        ('id = "k"\n[[layers]]\nname = "a"\nfile = "a.parquet"\n', "layer 'a' names a.parquet, which is not there"),
        ("a = " + "[" * 5000, "not TOML"),
        ("a = " + "1" * 5000, "not TOML"),
    ],
)  # fmt: skip
def test_a_plan_toml_that_makes_no_sense_is_refused_in_one_line(written: Path, text: str, words: str) -> None:
    (written / "plan.toml").write_text(text)
    assert words in refusal(written)


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b'id = "\xff"', "not UTF-8 (byte 6); save it as UTF-8"),
        (b"#" * 2_000_000, "2,000,000 bytes; at most 1,048,576"),
    ],
)
def test_a_plan_toml_that_is_no_text_is_refused(written: Path, raw: bytes, words: str) -> None:
    (written / "plan.toml").write_bytes(raw)
    assert words in refusal(written, FileError)


@pytest.mark.parametrize(
    "file",
    ["../rahasia.parquet", "layers/../../rahasia.parquet", "..\\\\rahasia.parquet", "/etc/passwd", "C:/rahasia.parquet",
     "layers/a\\u0000.parquet"],
)  # fmt: skip
@pytest.mark.parametrize("kind", ["vector", "raster"])
def test_a_layer_that_leads_out_of_the_package_is_refused(written: Path, file: str, kind: str) -> None:
    make_zones().to_parquet(written.parent / "rahasia.parquet")
    edit(written, 'id = "kota"', f'id = "kota"\n[[layers]]\nname = "a"\nkind = "{kind}"\nfile = "{file}"\n[x]')
    assert "leads out of the package" in refusal(written, FileError)


@pytest.mark.parametrize(
    "name", ["plan.toml", "zones.parquet", "rules", "rules/matrix.csv", "rejected.parquet", "findings.json"]
)
def test_a_link_that_leads_out_of_the_package_is_refused(written: Path, tmp_path: Path, name: str) -> None:
    outside = tmp_path / "luar"
    place = written / name
    if place.exists():
        place.rename(outside)
    else:
        outside.write_text("[]")
    place.symlink_to(outside)
    assert "is a link that leads out of the package" in refusal(written, FileError)


def test_a_package_that_is_reached_by_a_link_is_read(written: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(written)
    assert read_package(tmp_path / "link").hash == make_plan().hash


def test_a_zip_with_a_path_or_a_bomb_in_it_is_refused(written: Path, tmp_path: Path) -> None:
    for name, member, raw in (("out.zip", "../plan.toml", b"x"), ("bomb.zip", "zones.parquet", bytes(80 * 1024**2))):
        with zipfile.ZipFile(tmp_path / name, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.write(written / "plan.toml", "plan.toml")
            archive.writestr(member, raw)
    assert "points outside the zip" in refusal(tmp_path / "out.zip", FileError)
    assert "as a zip bomb does" in refusal(tmp_path / "bomb.zip", FileError)


@pytest.mark.parametrize("name", ["zones.parquet", "rejected.parquet", "layers/roads.parquet"])
@pytest.mark.parametrize(
    "harm",
    [
        lambda raw: b"",
        lambda raw: b"PAR1",
        lambda raw: raw[: len(raw) // 2],
        lambda raw: raw[:200] + bytes(200) + raw[400:],
        lambda raw: b"<html>Request Rejected</html>",
    ],
)
def test_broken_layers_are_refused_in_one_line(
    plan: Plan, tmp_path: Path, name: str, harm: Callable[[bytes], bytes]
) -> None:
    package = write_plan(plan, tmp_path / "kota.rdtr")
    path = package / name
    path.write_bytes(harm(path.read_bytes()))
    assert f"kota.rdtr/{name}: not a GeoParquet file" in refusal(package, FileError)


def test_a_parquet_without_geometry_is_refused(written: Path) -> None:
    pd.DataFrame({"a": [1]}).to_parquet(written / "zones.parquet")
    assert "zones.parquet: not a GeoParquet file" in refusal(written, FileError)


def test_zones_without_a_crs_are_refused(written: Path) -> None:
    make_zones().set_crs(None, allow_override=True).to_parquet(written / "zones.parquet")
    assert "no CRS is stated" in refusal(written, CrsError)


def test_a_layer_without_a_crs_is_refused(plan: Plan, tmp_path: Path) -> None:
    package = write_plan(plan, tmp_path / "kota.rdtr")
    plan.layers["roads"].set_crs(None, allow_override=True).to_parquet(package / "layers" / "roads.parquet")
    assert "layer roads: no CRS is stated" in refusal(package, CrsError)


def test_a_package_without_zones_is_refused(written: Path) -> None:
    (written / "zones.parquet").unlink()
    assert "there is no zones.parquet in it" in refusal(written, PlanError)


def test_two_files_of_zones_are_refused(written: Path) -> None:
    (written / "zones.parquet").unlink()
    for name in ("zones.gpkg", "zones.geojson"):
        make_zones().to_file(written / name)
    assert "zones.geojson and zones.gpkg are both there" in refusal(written, PlanError)


def test_zones_of_which_none_is_usable_are_refused(written: Path) -> None:
    points = make_zones().set_geometry(make_zones().centroid)
    points.to_parquet(written / "zones.parquet")
    assert "zones must be polygons" in refusal(written, PlanError)


def test_broken_rules_are_refused(written: Path) -> None:
    matrix = written / "rules" / "matrix.csv"
    matrix.write_text(matrix.read_text().replace("001,I", "001,Z9"))
    assert "matrix: row 1 (activity 001) column R-2: 'Z9'" in refusal(written, RulesError)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[1]", '[{"source": "a"}]', '[{"code": "X", "row": "1"}]', '[{"code": "X", "values": 3}]', "[" * 9000],
)
def test_broken_findings_are_refused(written: Path, text: str) -> None:
    (written / "findings.json").write_text(text)
    assert "findings.json: not a list of findings" in refusal(written, FileError)


def test_findings_of_another_version_are_kept_by_their_code(written: Path) -> None:
    rows = [{"code": "FROM_THE_FUTURE", "row": 3}, {"code": "CODE_CANONICALISED", "values": {}}]
    (written / "findings.json").write_text(json.dumps(rows))
    unknown = read_package(written).findings
    assert [f.code for f in unknown] == ["PACKAGE_FINDING_UNKNOWN"] * 2
    assert 'finding "FROM_THE_FUTURE" of an earlier reading' in unknown.items[0].message("en")


@pytest.mark.parametrize("name", ["nothing.rdtr", "nothing.zip"])
def test_where_there_is_nothing_it_is_said(tmp_path: Path, name: str) -> None:
    assert "there is no such file or folder" in refusal(tmp_path / name, FileError)


def test_a_folder_or_zip_without_a_plan_toml_is_no_package(tmp_path: Path) -> None:
    folder = tmp_path / "foto"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(b"x")
    packed = shutil.make_archive(str(tmp_path / "foto"), "zip", folder)
    for path in (folder, Path(packed)):
        assert "there is no plan.toml in it, so it is no plan package" in refusal(path, FileError)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_named(written: Path) -> None:
    (written / "plan.toml").chmod(0)
    assert "cannot be opened (Permission denied)" in refusal(written, FileError)


def test_zones_that_fail_only_in_their_shape_are_set_aside(written: Path) -> None:
    zones = make_zones()
    zones.loc[1, "geometry"] = shapely.from_wkt(
        "POLYGON((555000 14000, 555009 14009, 555009 14000, 555000 14009, 555000 14000))"
    )
    with pytest.raises(GeometryError):
        make_plan(zones)
    zones.to_parquet(written / "zones.parquet")
    read = read_package(written)
    assert len(read.zones) == 3
    assert read.rejected["row"].tolist() == [2]
