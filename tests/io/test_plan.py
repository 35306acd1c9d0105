"""Plans from files, real and made up."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import rdtr
from rdtr.errors import CrsError, FileError, PlanError, RdtrError
from rdtr.io.plan import read_plan
from rdtr.zoning.identity import PlanIdentity
from rdtr.zoning.rules import RuleBook
from tests.io.files import feature, geojson, shapefile, square, zones

RULES = RuleBook.from_tables(
    {
        "activities": pd.DataFrame({"activity_id": ["001"], "name": ["Rumah"], "kbli": [""]}),
        "matrix": pd.DataFrame({"activity_id": ["001"], "R-2": ["I"], "reference": ["Lampiran II"]}),
    }
)


def test_a_zipped_shapefile_becomes_a_plan(tmp_path: Path) -> None:
    shapefile(tmp_path)
    with zipfile.ZipFile(tmp_path / "RDTR Bontang 2026.zip", "w") as archive:
        for file in tmp_path.glob("zones.*"):
            archive.write(file, file.name)
    plan = rdtr.read_plan(tmp_path / "RDTR Bontang 2026.zip", rules=RULES, tolerance_m=1.5)
    assert plan.zones["KODSZN"].tolist() == ["R-2", "K-1"]
    assert (plan.identity.id, plan.identity.tolerance_m, plan.crs.to_epsg()) == ("rdtr-bontang-2026", 1.5, 9480)
    assert plan.rules is RULES
    assert {f.source for f in plan.findings} == {"RDTR Bontang 2026.zip/zones.shp"}


def test_the_same_rows_and_rings_give_the_same_plan_from_every_format(tmp_path: Path) -> None:
    frame, hashes = zones().to_crs(9480), set()
    for name in ("z.gpkg", "z.parquet"):
        frame.to_parquet(tmp_path / name) if name == "z.parquet" else frame.to_file(tmp_path / name)
        hashes.add(read_plan(tmp_path / name).hash)
    assert len(hashes) == 1


def test_who_it_is_may_be_given(tmp_path: Path) -> None:
    path = geojson(tmp_path / "z.geojson", feature(square(), KODSZN="SPU-6"))
    plan = read_plan(path, identity=PlanIdentity("kota", "RDTR Kota", vocabulary="2011"), tolerance_m=3)
    assert (plan.identity.title, plan.identity.vocabulary, plan.identity.tolerance_m) == ("RDTR Kota", "2011", 3.0)
    assert plan.findings.of("CODE_UNKNOWN").items == ()


def test_rules_may_be_a_folder(tmp_path: Path) -> None:
    (tmp_path / "aturan").mkdir()
    RULES.activities.to_csv(tmp_path / "aturan" / "activities.csv", index=False)
    RULES.matrix.to_csv(tmp_path / "aturan" / "matrix.csv", index=False)
    path = geojson(tmp_path / "z.geojson", feature(square(), KODSZN="R-2"))
    assert read_plan(path, rules=tmp_path / "aturan").rules.subzones == ("R-2",)


def test_rows_set_aside_stay_in_the_plan(tmp_path: Path) -> None:
    path = geojson(tmp_path / "z.geojson", feature(square(), KODSZN="R-2"), feature(None, KODSZN="K-1"))
    plan = read_plan(path)
    assert (len(plan.zones), plan.rejected[["KODSZN", "row"]].to_numpy().tolist()) == (1, [["K-1", 2]])


def test_a_package_is_read_as_one(tmp_path: Path) -> None:
    plan = read_plan(geojson(tmp_path / "z.geojson", feature(square(), KODSZN="R-2")), rules=RULES)
    rdtr.write_plan(plan, tmp_path / "kota.rdtr")
    assert read_plan(tmp_path / "kota.rdtr").hash == plan.hash
    assert read_plan(tmp_path / "kota.rdtr", rules=RuleBook.empty(), tolerance_m=9).identity.tolerance_m == 9.0
    with pytest.raises(
        PlanError, match=r"kota.rdtr: a plan package states its own layer; leave it out, or edit plan.toml"
    ):
        read_plan(tmp_path / "kota.rdtr", layer="zones")


@pytest.mark.parametrize(
    "junk", [b"", b"{", b'{"type": "FeatureCollection", "features": []}', b"\x00" * 500, b"PK\x03\x04"]
)
@pytest.mark.parametrize("suffix", [".geojson", ".shp", ".gpkg", ".zip", ".parquet", ".fgb", ".tab", ".json"])
def test_junk_never_gives_anything_but_our_own_error(tmp_path: Path, junk: bytes, suffix: str) -> None:
    (tmp_path / f"z{suffix}").write_bytes(junk)
    (tmp_path / "z.dbf").write_bytes(junk)
    with pytest.raises(RdtrError) as caught:
        read_plan(tmp_path / f"z{suffix}")
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith(f"z{suffix}")


@pytest.mark.parametrize("cut", [0.3, 0.6, 0.95])
@pytest.mark.parametrize("name", ["z.gpkg", "z.fgb", "z.parquet", "z.shp", "z.geojson"])
def test_half_a_file_never_gives_anything_but_our_own_error(tmp_path: Path, name: str, cut: float) -> None:
    path = tmp_path / name
    zones().to_parquet(path) if name == "z.parquet" else zones().to_file(path)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * cut)])
    if name == "z.shp" and cut > 0.9:  # GDAL reads what is left: the row whose shape is gone is set aside
        assert read_plan(path).rejected["row"].tolist() == [2]
        return
    with pytest.raises(RdtrError) as caught:
        read_plan(path)
    assert "\n" not in str(caught.value)


class TestReal:
    def test_bandung(self, shared_data: Path) -> None:
        plan = read_plan(shared_data / "bandung" / "zonasi_rdtr.geojson")
        zones = plan.zones
        assert (len(zones), len(plan.rejected), plan.crs.to_epsg()) == (123, 0, 9488)
        assert zones["KODSZN"].nunique() == 13
        assert zones["KODZON"].tolist()[:2] == ["BJ", "R"]
        assert sorted(zones["KDB"].unique()) == [0.0, 60.0, 70.0, 80.0]
        assert sorted(zones["KLB"].unique()) == [0.0, 2.1, 2.4, 3.0, 4.0]
        assert sorted(zones["KDH"].unique()) == [0.0, 10.0, 20.0]
        assert zones["WADMKC"].unique().tolist() == ["Coblong"]
        assert plan.findings.of("TEXT_TRIMMED").counts() == {"TEXT_TRIMMED": 1}
        assert np.allclose(zones["Shape_Area"], zones.area, rtol=2e-3)

    def test_jakarta(self, shared_data: Path) -> None:
        plan = read_plan(shared_data / "jakarta")
        zones = plan.zones
        assert len(zones) == 25
        assert zones["KODSZN"].tolist()[:7] == ["BJ", "K-3", "R-1", "SPU-2", "K-3", "K-3", "BJ"]
        assert zones["LP2B_2"].isna().all()
        assert set(zones["KKOP_1"].dropna()) == {"K01G"}
        assert plan.findings.counts()["LIMIT_TEXT_UNREAD"] == 4
        numbers = pd.to_numeric(zones["KDB"], errors="coerce")
        assert sorted(numbers.dropna().unique()) == [0.0, 55.0, 60.0]
        assert zones["KDB"].str.startswith("- Luas LP").sum() == 2
        assert "IZN" in zones.columns

    def test_jogja(self, shared_data: Path) -> None:
        plan = read_plan(shared_data / "jogja")
        assert len(plan.zones) == 50
        assert plan.zones["KODSZN"].value_counts().to_dict() == {"JLN": 40, "K": 6, "I": 4}
        assert [dict(f.values)["found"] for f in plan.findings.of("CODE_UNKNOWN")] == ["I", "JLN"]
        big = plan.zones[plan.zones["LUASHA"] > 0.01]  # the layer gives square metres
        assert np.allclose(big["LUASHA"] * 1e4, big.area, rtol=1e-3)

    def test_pesawaran(self, shared_data: Path) -> None:
        plan = read_plan(shared_data / "pesawaran")
        assert len(plan.zones) == 68
        assert plan.zones["KODSZN"].dropna().unique().tolist() == ["P-1", "P-2"]
        assert [dict(f.values)["name"] for f in plan.findings.of("CODE_MISSING")] == [
            "Sempadan Sungai", "Kawasan Industri", "Kawasan Permukiman Perdesaan", "Kawasan Permukiman Perkotaan", "Sungai",
        ]  # fmt: skip
        assert np.allclose(plan.zones["LUASHA"].sum(), plan.zones.area.sum() / 1e4, rtol=2e-3)

    def test_konkep_without_heights(self, shared_data: Path) -> None:
        plan = read_plan(shared_data / "konkep" / "Batas_Desa.shp")
        assert (len(plan.zones), plan.zones.has_z.any(), plan.crs.to_epsg()) == (111, False, 9491)

    def test_kelurahan_of_bontang_lie_in_50_north(self, shared_data: Path) -> None:
        plan = read_plan(shared_data / "bontang" / "batas_kelurahan_bontang.geojson")
        assert (plan.crs.to_epsg(), len(plan.zones)) == (9480, 15)
        assert read_plan(shared_data / "bontang" / "batas_kelurahan_bontang.geojson", crs="tm3").crs.to_epsg() == 23838

    @pytest.mark.parametrize(
        ("file", "options", "error", "words"),
        [
            ("france/41175_PLU_20140603", {}, FileError, r'2 layers could be meant: PRESCRIPTION_SURF \(Polygon\)'),
            ("france/41175_PLU_20140603", {"layer": "ZONE_URBA"}, CrsError, "0603/ZONE_URBA.shp: .* Lambert 93"),
            ("france/tab_latin1", {}, CrsError, "ZONE_URBA_41003.TAB: the coordinates .* Lambert-93"),
            ("france/shp_latin1/PRESCRIPTION_PCT.shp", {}, PlanError, "all 59 rows are Point, zones must be polygons"),
            ("pyshp/REL.zip", {}, CrsError, "REL.zip/REL/releaseArea20090407.shp: the coordinates .* Austria Lambert"),
            ("pyshp/blockgroups.zip", {"source_crs": 4326}, CrsError, r"blockgroups.zip/blockgroups.shp: the coordinates"),
            ("pyshp/empty_zipfile.zip", {}, FileError, r"empty_zipfile.zip: no layer in it, only .txt; wanted .shp"),
            ("pyogrio/curve.gpkg", {}, PlanError, "all 1 rows are LineString, zones must be polygons"),
            ("pyogrio/multisurface.gpkg", {}, CrsError, "multisurface.gpkg: the coordinates .* WGS 84"),
            ("bintan", {}, FileError, r"bintan: no layer in it, only .csv .txt .xlsx; wanted .shp"),
            ("pyogrio/sample.osm.pbf", {}, FileError, "sample.osm.pbf: format '.pbf' is not read; wanted"),
        ],
    )  # fmt: skip
    def test_what_is_refused(
        self, shared_data: Path, file: str, options: dict[str, Any], error: type[RdtrError], words: str
    ) -> None:
        with pytest.raises(error, match=words):
            read_plan(shared_data / file, **options)
