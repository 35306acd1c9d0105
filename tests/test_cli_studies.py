"""The commands where, compare and landuse: what they write, say and refuse."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from typer.testing import CliRunner

import rdtr
from rdtr.cli import app, main
from rdtr.io.raster import write_cog
from tests.town import X, Y, box, make_permits, make_plan, make_zones


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    rdtr.write_plan(make_plan(), folder / "kota")
    rdtr.write_plan(make_plan(make_zones(KODSZN=["R-2", "RTH-2", "RTH-2", "BJ"])), folder / "baru")
    make_permits([box(60, 10, 80, 30)], activity="002").to_file(folder / "permits.gpkg", engine="pyogrio")
    return folder


def run(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(a) for a in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    with pytest.raises(SystemExit) as stopped:
        main([str(a) for a in arguments])
    assert stopped.value.code == 2
    return capsys.readouterr().err


def test_where_lists_places_and_writes_them(town: Path, tmp_path: Path) -> None:
    said = run("where", town / "kota", "Toko", "-o", tmp_path / "di.geojson")
    assert "2 tempat" in said
    assert "bersyarat" in said
    read = json.loads((tmp_path / "di.geojson").read_text(encoding="utf-8"))
    assert [f["properties"]["KODSZN"] for f in read["features"]] == ["K-1", "R-2"]
    assert read["receipt"]["activity"] == "Toko"


def test_where_says_when_there_is_no_place(town: Path, tmp_path: Path) -> None:
    said = run("where", town / "kota", "Toko", "-o", tmp_path / "di.gpkg", "--min-area", "9999", "--lang", "en")
    assert "No place allows it" in said
    assert len(gpd.read_file(tmp_path / "di.gpkg", layer="places")) == 0


def test_compare_counts_changes_hectares_and_flips(town: Path, tmp_path: Path) -> None:
    said = run(
        "compare", town / "kota", town / "baru", "--permits", town / "permits.gpkg", "-o", tmp_path / "beda.gpkg"
    )
    for word in ("kode berubah", "K-1", "RTH-2", "0,2502", "permohonan berganti putusan"):
        assert word in said
    assert gpd.read_file(tmp_path / "beda.gpkg", layer="flips")["permit_id"].tolist() == ["P-1"]
    assert "Nothing differs" in run("compare", town / "kota", town / "kota", "-o", tmp_path / "s.json", "--lang", "en")


def test_refusals_are_one_line_before_any_work(town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(capsys, "where", town / "kota", "tokoo", "-o", tmp_path / "a.gpkg")
    assert "did you mean Toko" in said
    assert said.count("\n") == 1
    assert "cannot be written as 'pdf'" in refused(capsys, "where", "nowhere", "Toko", "-o", tmp_path / "a.pdf")
    assert "does not exist" in refused(capsys, "where", "nowhere", "Toko", "-o", tmp_path / "no" / "a.gpkg")
    path = tmp_path / "sama.gpkg"
    assert "would replace" in refused(capsys, "compare", path, town / "kota", "-o", path)


def test_landuse_says_what_conforms_and_adds_permits_up(town: Path, tmp_path: Path) -> None:
    uses = gpd.GeoDataFrame(
        {"guna": ["Permukiman", "Sawah"]}, geometry=[box(0, 0, 50, 50), box(50, 0, 100, 50)], crs=9480
    )
    uses.to_file(tmp_path / "guna.gpkg", engine="pyogrio")
    out = tmp_path / "hasil.gpkg"
    said = run(
        "landuse",
        town / "kota",
        tmp_path / "guna.gpkg",
        "--column",
        "guna",
        "--issued",
        town / "permits.gpkg",
        "-o",
        out,
    )
    for word in ("sesuai", "transisi", "tanpa data", "0,2502", "penapisan, bukan ketentuan"):
        assert word in said
    assert gpd.read_file(out, layer="quota")["permits"].tolist() == [1, 0]
    assert gpd.read_file(out, layer="parts")["fit"].tolist() == ["conform", "transition"]


def test_landuse_reads_a_raster_and_a_table_of_ones_own(
    town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    values = np.ones((4, 4), np.uint8)
    raster = write_cog(tmp_path / "guna.tif", values, (X, Y, X + 100, Y + 100), 9480, nodata=0)
    (tmp_path / "tabel.csv").write_text("existing,subzones,fit\nsawah,*,conflict\n", encoding="utf-8")
    arguments = ("landuse", town / "kota", raster, "-o", tmp_path / "h.json", "--table", tmp_path / "tabel.csv")
    said = run(*arguments, "--name", "1=Sawah", "--lang", "en")
    assert "not conform" in said
    assert "screening" not in said
    assert "say what its values mean" in refused(capsys, *arguments)
    assert "--name 1=Sawah" in refused(capsys, *arguments, "--name", "satu")
