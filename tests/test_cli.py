"""The command line: what it writes, what it says, and how it refuses. Errors are one line and exit 2, never a traceback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
from typer.testing import CliRunner

import rdtr
from rdtr.cli import app, main
from rdtr.cli.demo import chosen, reason
from rdtr.cli.paint import clean
from tests.io.checked_town import make_permits, make_plan, make_report

RDTR = str(Path(sys.executable).with_name("rdtr"))


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("town")
    rdtr.write_plan(make_plan(), folder / "kota")
    make_permits().to_file(folder / "permits.gpkg", engine="pyogrio")
    return folder


def run(*arguments: object) -> str:
    result = CliRunner().invoke(app, [str(a) for a in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    """Run what must be refused; return the one line."""
    with pytest.raises(SystemExit) as stopped:
        main([str(a) for a in arguments])
    out, err = capsys.readouterr()
    assert stopped.value.code == 2
    assert out == ""
    assert err.count("\n") == 1
    assert "Traceback" not in err
    return err


def test_check_counts_verdicts_in_words_and_writes_the_file(town: Path, tmp_path: Path) -> None:
    said = run("check", town / "kota", town / "permits.gpkg", "-o", tmp_path / "hasil.xlsx", "--on", "2026-11-24")
    for word in ("sesuai", "bersyarat", "sesuai sebagian", "tidak sesuai", "tidak dapat dinilai", "24 November 2026"):
        assert word in said
    assert pd.read_excel(tmp_path / "hasil.xlsx", sheet_name="Permohonan", header=1)["permit_id"].tolist() == [
        "P-1", "P-2", "P-3", "P-4", "P-5",
    ]  # fmt: skip


def test_check_speaks_english_when_asked(town: Path, tmp_path: Path) -> None:
    said = run("check", town / "kota", town / "permits.gpkg", "-o", tmp_path / "r.json", "--lang", "en")
    assert "prohibited" in said
    assert "are covered by the plan" in said


def test_the_day_and_the_tolerance_asked_for_stand_in_the_receipt(town: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.json"
    run(
        "check",
        town / "kota",
        town / "permits.gpkg",
        "-o",
        out,
        "--on",
        "2025-02-03",
        "--tolerance",
        "1.5",
        "--workers",
        "1",
    )
    receipt = json.loads(out.read_text(encoding="utf-8"))["receipt"]
    assert (receipt["on"], receipt["tolerance_m"]) == ("2025-02-03", 1.5)


def test_check_takes_loose_layers_a_rule_folder_and_a_stated_crs(town: Path, tmp_path: Path) -> None:
    plan = make_plan()
    zones = plan.zones.set_crs(None, allow_override=True)
    zones.to_parquet(tmp_path / "zones.parquet")
    rdtr.write_rules(plan.rules, tmp_path / "aturan")
    out = tmp_path / "r.csv"
    run(
        "check", tmp_path / "zones.parquet", town / "permits.gpkg", "-o", out,
        "--rules", tmp_path / "aturan", "--source-crs", "EPSG:9480", "--permit-layer", "permits",
    )  # fmt: skip
    assert pd.read_csv(out)["verdict"].tolist() == ["permitted", "conditional", "partial", "prohibited", "undetermined"]


def test_info_shows_zones_with_their_share_and_the_rules(town: Path) -> None:
    said = run("info", town / "kota")
    for text in (
        "Kota Uji",
        "Perwali 1/2024",
        "EPSG:9480",
        make_plan().hash,
        "R-2",
        "25,0 %",
        "1 kegiatan × 3 sub-zona",
    ):
        assert text in said


def test_sample_writes_a_city_that_check_can_read(tmp_path: Path) -> None:
    said = run("sample", tmp_path / "contoh", "--parcels", 60, "--seed", 3)
    assert "60 persil" in said
    assert len(gpd.read_file(tmp_path / "contoh" / "parcels.gpkg")) == 60
    assert sorted(p.name for p in (tmp_path / "contoh" / "rasters").iterdir()) == ["dem.tif", "flood.tif", "slope.tif"]
    out = tmp_path / "r.parquet"
    run("check", tmp_path / "contoh" / "kota-contoh", tmp_path / "contoh" / "permits.gpkg", "-o", out)
    assert len(pd.read_parquet(out)) == 60


def test_sample_written_twice_replaces_itself(tmp_path: Path) -> None:
    run("sample", tmp_path, "--parcels", 20)
    first = rdtr.read_plan(tmp_path / "kota-contoh").hash
    run("sample", tmp_path, "--parcels", 20)
    assert rdtr.read_plan(tmp_path / "kota-contoh").hash == first


def test_demo_shows_every_verdict_two_explanations_and_what_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    said = run("demo", "--parcels", 500)
    for text in ("sesuai sebagian", "Putusan: SESUAI SEBAGIAN", "Putusan: TIDAK SESUAI", "rdtr serve", "Selanjutnya"):
        assert text in said
    (folder,) = tmp_path.iterdir()
    assert (folder / "hasil.xlsx").is_file()
    assert str(folder) in said.replace("\n", "")


def test_the_dozen_shows_every_verdict_that_was_given() -> None:
    permits = make_report().permits
    many = pd.concat([permits.iloc[[0] * 30], permits.iloc[1:]], ignore_index=True)
    picked = chosen(many)
    assert len(picked) == 12
    assert set(picked["verdict"]) == set(permits["verdict"])


def test_the_main_reason_is_of_the_deciding_dimension() -> None:
    report = make_report()
    assert reason(report, "P-4", "id").startswith("Rumah tunggal tidak diizinkan (X) di K-1")
    assert "luar wilayah rencana" in reason(report, "P-5", "id")


def test_a_missing_plan_is_named(town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = refused(capsys, "check", tmp_path / "tidak-ada.shp", town / "permits.gpkg", "-o", tmp_path / "r.csv")
    assert "tidak-ada.shp" in said


def test_an_unknown_suffix_is_refused_before_anything_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(capsys, "check", tmp_path / "no-plan", tmp_path / "no-permits", "-o", tmp_path / "hasil.docx")
    assert (
        "hasil.docx: a report cannot be written as 'docx'; use one of csv, geojson, gpkg, json, parquet, pdf, xlsx"
        in said
    )


def test_a_missing_output_folder_is_refused_before_anything_is_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refused(capsys, "check", tmp_path / "no-plan", tmp_path / "no-permits", "-o", tmp_path / "x" / "hasil.csv")
    assert "does not exist; make it first" in said


def test_a_result_never_replaces_what_it_is_made_from(town: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (town / "permits.gpkg").read_bytes()
    said = refused(capsys, "check", town / "kota", town / "permits.gpkg", "-o", town / "permits.gpkg")
    assert "would replace what is read" in said
    assert (town / "permits.gpkg").read_bytes() == before


@pytest.mark.parametrize("day", ["24-11-2026", "2026-13-01", "besok"])
def test_a_bad_date_is_refused(town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], day: str) -> None:
    said = refused(capsys, "check", town / "kota", town / "permits.gpkg", "-o", tmp_path / "r.csv", "--on", day)
    assert f"'{day}' is no date; write it as 2026-11-24" in said


def test_a_broken_zip_is_refused(town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rusak.zip").write_bytes(b"PK\x03\x04 but no more")
    said = refused(capsys, "check", tmp_path / "rusak.zip", town / "permits.gpkg", "-o", tmp_path / "r.csv")
    assert "rusak.zip" in said


@pytest.mark.parametrize(
    "arguments", [("check",), ("tidak-ada",), ("info",), ("sample", "x", "--parcels", "0"), ("info", "x", "--lang", "fr"),
                  ("check", "a", "b", "-o", "c.csv", "--tolerance", "-1"), ("demo", "--seed", "satu")],
)  # fmt: skip
def test_wrong_use_is_one_line(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    assert "--help" in refused(capsys, *arguments)


def test_stopping_by_the_user_is_quiet_and_130(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(rdtr, "read_plan", interrupted, raising=False)
    with pytest.raises(SystemExit) as stopped:
        main(["info", "x"])
    assert stopped.value.code == 130
    assert capsys.readouterr() == ("", "")


def test_a_bare_call_and_help_show_the_commands() -> None:
    for arguments in ((), ("--help",)):
        said = run(*arguments)
        assert all(command in said for command in ("sample", "info", "check", "demo"))
    assert run("--version").strip() == f"rdtr {rdtr.__version__}"


def test_help_answers_without_loading_pandas() -> None:
    code = "import sys, rdtr.cli; print('pandas' in sys.modules, 'numba' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert said.split() == ["False", "False"]


def test_what_stands_in_a_file_cannot_steer_the_terminal(tmp_path: Path) -> None:
    assert clean("a\x1b[2Jb\r\nc\u202e") == "a [2Jb c "
    ids = ("\x1b[31mP", "P-2", "P-3", "P-4", "P-5")
    assert "\x1b[31m" not in reason(make_report(ids), ids[0], "id")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("info", "{town}/kota"), 0),
        (("info", "tidak-ada.gpkg"), 2),
        (("check", "a", "b", "-o", "c.doc"), 2),
        (("check",), 2),
    ],
)
def test_the_installed_command_keeps_its_exit_codes(town: Path, arguments: tuple[str, ...], code: int) -> None:
    done = subprocess.run(
        [RDTR, *(a.format(town=town) for a in arguments)], capture_output=True, text=True, cwd=town, check=False
    )
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert done.stderr.count("\n") == (1 if code else 0)
    assert bool(done.stdout) == (code == 0)


def test_a_terminal_without_our_letters_still_shows_the_plan(town: Path) -> None:
    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([RDTR, "info", str(town / "kota")], capture_output=True, env=ascii_only, check=False)
    assert done.returncode == 0
    assert b"Kota Uji" in done.stdout


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="needs a folder in which nobody may write")
@pytest.mark.parametrize("suffix", ["xlsx", "csv", "gpkg"])
def test_a_place_that_cannot_be_written_is_one_line(town: Path, suffix: str) -> None:
    arguments = ["check", str(town / "kota"), str(town / "permits.gpkg"), "-o", f"/proc/hasil.{suffix}"]
    done = subprocess.run([RDTR, *arguments], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "cannot be written" in done.stderr


def test_a_file_where_the_sample_should_go_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "kota").write_text("", encoding="utf-8")
    said = refused(capsys, "sample", tmp_path / "kota", "--parcels", 5)
    assert "kota: a file of this name is in the way" in said


def test_tiles_writes_an_archive(town: Path, tmp_path: Path) -> None:
    said = run("tiles", town / "kota", tmp_path / "kota.pmtiles", "--zoom", "13-15")
    assert "ubin" in said
    assert (tmp_path / "kota.pmtiles").read_bytes()[:7] == b"PMTiles"


def test_a_zoom_that_is_no_range_is_refused(town: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = refused(capsys, "tiles", town / "kota", tmp_path / "b.pmtiles", "--zoom", "semua")
    assert "write for example 8-17" in line
