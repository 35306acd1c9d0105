"""``rdtr audit``: what it says, what it writes, and the exit codes a CI run asks for."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pytest
from typer.testing import CliRunner

import rdtr
from rdtr.cli import app, main
from tests.town import box, make_plan, make_zones


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("audit")
    zones = make_zones()
    zones["geometry"] = [box(0, 0, 60, 50), *zones.geometry.iloc[1:]]
    return rdtr.write_plan(make_plan(zones), folder / "kota")


def run(*arguments: object, code: int = 0) -> str:
    result = CliRunner().invoke(app, [str(a) for a in arguments], catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result.output


def test_findings_are_shown_gravest_first_and_written(plan: Path, tmp_path: Path) -> None:
    said = run("audit", plan, "-o", tmp_path / "t.json", "-o", tmp_path / "t.html", "--on", "2026-11-24")
    assert "OVERLAP" in said
    assert "500,00 m²" in said
    assert said.index("kesalahan") < said.index("peringatan")
    assert json.loads((tmp_path / "t.json").read_text(encoding="utf-8"))["receipt"]["on"] == "2026-11-24"
    assert (tmp_path / "t.html").exists()


def test_a_ci_run_fails_on_the_level_it_asks_for(plan: Path) -> None:
    run("audit", plan, code=0)
    run("audit", plan, "--fail-on", "error", code=1)
    run("audit", plan, "--profile", "topology", "--fail-on", "info", code=1)


def test_the_repair_is_written_with_its_ledger_and_is_sound(plan: Path, tmp_path: Path) -> None:
    said = run("audit", plan, "--repair", tmp_path / "baik", "--winner", "larger")
    assert "polygon" not in said
    assert "poligon berubah" in said
    run("audit", tmp_path / "baik", "--profile", "topology", "--fail-on", "warning", code=0)
    assert gpd.read_file(tmp_path / "baik.perubahan.gpkg", layer="moved").area.sum() == pytest.approx(500.0)


def test_an_outline_can_be_given_as_a_file(plan: Path, tmp_path: Path) -> None:
    gpd.GeoDataFrame(geometry=[box(0, -10, 100, 120)], crs="EPSG:9480").to_file(tmp_path / "wp.gpkg", engine="pyogrio")
    assert "GAP" in run("audit", plan, "--outline", tmp_path / "wp.gpkg", "--lang", "en")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("-o", "t.doc"), "an audit cannot be written so; use one of geojson, gpkg, html, json, xlsx"),
        (("--on", "kemarin"), "'kemarin' is no date"),
        (("--repair", "nowhere/kota"), "does not exist"),
    ],
)
def test_what_cannot_end_well_is_refused_at_once(
    capsys: pytest.CaptureFixture[str], plan: Path, arguments: tuple[str, ...], words: str
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["audit", str(plan), *arguments])
    assert stopped.value.code == 2
    err = capsys.readouterr().err
    assert words in err
    assert err.count("\n") == 1
