"""What is behind a path, and what is refused before anything is opened."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from rdtr.errors import FileError
from rdtr.io.shapefile import complete_shapefile, geometry_type
from rdtr.io.source import Dataset, check_content, is_package, local_path, opened, unpacked
from rdtr.io.zips import ZipLimits
from tests.io.files import feature, geojson, shapefile, square


def pack(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def labels(path: Path) -> list[str]:
    with opened(path) as datasets:
        return [d.label for d in datasets]


def test_a_loose_file_is_one_dataset(tmp_path: Path) -> None:
    path = geojson(tmp_path / "zones.geojson", feature(square()))
    with opened(path) as (dataset,):
        assert dataset == Dataset(path, "GeoJSON", "zones.geojson")


def test_a_folder_gives_every_layer_file_in_it_and_below(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    shapefile(tmp_path / "a" / "b")
    geojson(tmp_path / "a" / "blok.geojson", feature(square()))
    geojson(tmp_path / "a" / "layer.json", feature(square()))
    (tmp_path / "a" / "legend.json").write_text('{"R-2": "#FFDC00"}')
    assert labels(tmp_path / "a") == ["a/blok.geojson", "a/layer.json", "a/b/zones.shp"]


def test_a_zip_is_unpacked_and_gone_afterwards(tmp_path: Path) -> None:
    shp = shapefile(tmp_path)
    path = pack(tmp_path / "kota.zip", {f"rdtr/{p.name}": p.read_bytes() for p in tmp_path.glob("zones.*")})
    with opened(path) as (dataset,):
        assert (dataset.label, dataset.path.read_bytes()) == ("kota.zip/rdtr/zones.shp", shp.read_bytes())
    assert not dataset.path.exists()


def test_nothing_at_the_path_proposes_a_near_name(tmp_path: Path) -> None:
    geojson(tmp_path / "zones.geojson", feature(square()))
    with pytest.raises(FileError, match=r'there is no such file or folder; did you mean "zones.geojson"\?'):
        local_path(tmp_path / "zones.geojsn")
    with pytest.raises(FileError, match=r"the folder .*nowhere does not exist either"):
        local_path(tmp_path / "nowhere" / "zones.shp")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("zones.kml", "zones.kml: KML carries no attribute table; export the layer to GeoPackage"),
        ("zones.rar", "zones.rar: RAR archives are not read; pack the files as .zip"),
        ("zones.dbf", "zones.dbf: a .dbf is only the table of a shapefile; give the .shp"),
        ("zones.pdf", r"zones.pdf: format '.pdf' is not read; wanted .shp .gpkg"),
        ("zones", "zones: format 'without suffix' is not read"),
    ],
)
def test_other_formats_are_refused_with_what_to_do(tmp_path: Path, name: str, words: str) -> None:
    (tmp_path / name).write_bytes(b"x")
    with pytest.raises(FileError, match=words), opened(tmp_path / name):
        pass


def test_postgis_and_web_addresses_are_refused() -> None:
    with pytest.raises(FileError, match="only a plan is read from PostGIS; export the table to GeoPackage"):
        local_path("postgresql://me@host/db?table=zones")
    with pytest.raises(FileError, match=r"https://a.b/c.zip: only local files are read; download it first"):
        local_path("https://a.b/c.zip")


@pytest.mark.parametrize(
    ("name", "driver", "data", "words"),
    [
        ("z.gpkg", "GPKG", b"<html>Request Rejected", "z.gpkg: not a GeoPackage, it begins with b'<html>Request Re'"),
        ("z.geojson", "GeoJSON", b"<OGRVRTDataSource>", "z.geojson: not GeoJSON, it begins with b'<OGRVRTDataSourc'"),
        ("z.fgb", "FlatGeobuf", b"PK\x03\x04", "z.fgb: not a FlatGeobuf file"),
        ("z.parquet", "Parquet", b"x", "z.parquet: not a Parquet file"),
        ("z.parquet", "Parquet", b"", r"z.parquet: the file is empty \(0 bytes\); copy it again"),
    ],
)
def test_a_file_must_begin_as_its_format_does(tmp_path: Path, name: str, driver: str, data: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(FileError, match=words):
        check_content(Dataset(tmp_path / name, driver, name))


def test_a_folder_without_layers_says_what_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "notes.pdf").write_bytes(b"x")
    (tmp_path / "zones.dbf").write_bytes(b"x")
    with (
        pytest.raises(FileError, match=r"no layer in it, only .dbf .pdf \(the .shp of the .dbf is missing\); wanted"),
        opened(tmp_path),
    ):
        pass


class TestZip:
    def refuse(self, path: Path, words: str, limits: ZipLimits | None = None) -> None:
        with pytest.raises(FileError, match=words), opened(path, limits or ZipLimits()):
            pass

    def test_empty(self, tmp_path: Path) -> None:
        self.refuse(pack(tmp_path / "a.zip", {}), "a.zip: the zip is empty; put the layer's files into it")

    def test_only_litter_of_a_mac_is_empty(self, tmp_path: Path) -> None:
        self.refuse(pack(tmp_path / "a.zip", {"__MACOSX/._zones.shp": b"x", ".DS_Store": b"x"}), "the zip is empty")

    def test_no_zip_at_all(self, tmp_path: Path) -> None:
        (tmp_path / "a.zip").write_bytes(b"<html>Request Rejected</html>")
        self.refuse(tmp_path / "a.zip", "a.zip: is no zip archive, it begins with b'<html>Request Re'; send it again")

    @pytest.mark.parametrize(
        "name", ["../zones.shp", "/etc/zones.shp", "a/../../zones.shp", "..\\zones.shp", "C:\\z.shp"]
    )
    def test_path_outside(self, tmp_path: Path, name: str) -> None:
        self.refuse(
            pack(tmp_path / "a.zip", {name: b"x"}), "points outside the zip; pack the files again without paths"
        )
        assert not (tmp_path.parent / "zones.shp").exists()

    def test_link(self, tmp_path: Path) -> None:
        link = zipfile.ZipInfo("zones.shp")
        link.external_attr = 0o120777 << 16
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            archive.writestr(link, "/etc/passwd")
        self.refuse(tmp_path / "a.zip", "a.zip: 'zones.shp' is a link; pack the file itself")

    def test_bomb_by_ratio(self, tmp_path: Path) -> None:
        path = pack(tmp_path / "a.zip", {"zones.shp": bytes(70 * 1024**2)})
        assert path.stat().st_size < 100_000
        self.refuse(path, r"a.zip: unpacks to 1,0\d\d times its size, as a zip bomb does; at most 200 times is read")

    def test_bomb_by_size(self, tmp_path: Path) -> None:
        path = pack(tmp_path / "a.zip", {"zones.shp": bytes(2000)})
        self.refuse(path, "a.zip: unpacks to 2,000 bytes; at most 1,000 are read", ZipLimits(total_bytes=1000))

    def test_bomb_by_number(self, tmp_path: Path) -> None:
        path = pack(tmp_path / "a.zip", {f"{i}.shp": b"x" for i in range(4)})
        self.refuse(path, "a.zip: 4 files in the zip; at most 3 are read", ZipLimits(members=3))

    def test_a_lying_size_stops_at_what_was_said(self, tmp_path: Path) -> None:
        path = pack(tmp_path / "a.zip", {"zones.shp": bytes(100_000)})
        data = bytearray(path.read_bytes())
        at = data.index(b"PK\x01\x02")
        data[at + 24 : at + 28] = struct.pack("<I", 10)
        path.write_bytes(data)
        self.refuse(path, "a.zip: 'zones.shp' is damaged .*; send the zip again")

    def test_encrypted(self, tmp_path: Path) -> None:
        path = pack(tmp_path / "a.zip", {"zones.shp": b"x"})
        data = bytearray(path.read_bytes())
        data[data.index(b"PK\x01\x02") + 8] |= 1
        path.write_bytes(data)
        self.refuse(path, "a.zip: 'zones.shp' is encrypted; send the zip without a password")

    def test_the_same_name_twice(self, tmp_path: Path) -> None:
        with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
            archive.writestr("zones.shp", b"x")
            archive.writestr("ZONES.SHP", b"y")
        self.refuse(tmp_path / "a.zip", "'ZONES.SHP' stands in the zip twice; keep one")

    def test_damaged_member(self, tmp_path: Path) -> None:
        path = pack(tmp_path / "a.zip", {"zones.shp": bytes(range(256)) * 40})
        data = bytearray(path.read_bytes())
        data[60:80] = bytes(20)
        path.write_bytes(data)
        self.refuse(path, "a.zip: 'zones.shp' is damaged")


class TestPackage:
    def test_a_folder_or_zip_with_plan_toml_is_a_package(self, tmp_path: Path) -> None:
        (tmp_path / "kota.rdtr").mkdir()
        assert not is_package(tmp_path / "kota.rdtr")
        (tmp_path / "kota.rdtr" / "plan.toml").write_text("")
        assert is_package(tmp_path / "kota.rdtr")
        assert is_package(pack(tmp_path / "a.zip", {"plan.toml": b""}))
        assert is_package(pack(tmp_path / "b.zip", {"kota.rdtr/plan.toml": b""}))
        assert not is_package(pack(tmp_path / "c.zip", {"a/b/plan.toml": b""}))
        assert not is_package(geojson(tmp_path / "zones.geojson"))

    def test_unpacked_gives_a_folder_for_either(self, tmp_path: Path) -> None:
        path = pack(tmp_path / "a.zip", {"kota/plan.toml": b"id = 1"})
        with unpacked(path) as folder:
            assert (folder / "kota" / "plan.toml").read_bytes() == b"id = 1"
        with unpacked(tmp_path) as folder:
            assert folder == tmp_path


class TestShapefile:
    def test_missing_dbf_is_refused(self, tmp_path: Path) -> None:
        shp = shapefile(tmp_path)
        shp.with_suffix(".dbf").unlink()
        words = "zones.shp: the file zones.dbf is missing, so no attribute is known; add it beside the .shp"
        with pytest.raises(FileError, match=words):
            complete_shapefile(shp, tmp_path, "zones.shp")

    def test_missing_shx_is_made_again_as_it_was(self, tmp_path: Path) -> None:
        shp = shapefile(tmp_path)
        index = shp.with_suffix(".shx").read_bytes()
        shp.with_suffix(".shx").unlink()
        (tmp_path / "work").mkdir()
        path, findings = complete_shapefile(shp, tmp_path / "work", "zones.shp")
        assert path.with_suffix(".shx").read_bytes() == index
        assert not shp.with_suffix(".shx").exists()  # the folder of the user is not written to
        said = ["zones.shp: the .shx is missing; the index of 2 shapes was made again from the .shp"]
        assert [f.message("en") for f in findings] == said

    def test_missing_shx_beside_another_dbf_is_refused(self, tmp_path: Path) -> None:
        shp = shapefile(tmp_path)
        shp.with_suffix(".shx").unlink()
        shp.write_bytes(shp.read_bytes()[:-10])
        (tmp_path / "work").mkdir()
        with pytest.raises(FileError, match=r"the .shp holds 1 shapes and the .dbf 2 rows; export the layer again"):
            complete_shapefile(shp, tmp_path / "work", "zones.shp")

    def test_names_in_mixed_case_belong_together(self, tmp_path: Path) -> None:
        shp = shapefile(tmp_path)
        shp.with_suffix(".dbf").rename(tmp_path / "Zones.Dbf")
        (tmp_path / "work").mkdir()
        path, findings = complete_shapefile(shp, tmp_path / "work", "zones.shp")
        assert (path.with_suffix(".dbf").exists(), len(findings)) == (True, 0)

    def test_no_shapefile_at_all(self, tmp_path: Path) -> None:
        (tmp_path / "zones.shp").write_bytes(io.BytesIO(b"hello").read())
        with pytest.raises(
            FileError, match=r"zones.shp: not a shapefile, it begins with b'hello'; export the layer again"
        ):
            geometry_type(tmp_path / "zones.shp")
