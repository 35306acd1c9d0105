"""Results of studies as files: every format holds what the tables hold."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest

import rdtr
from rdtr.io.studies import FORMATS, write_study
from tests.town import box, make_permits, make_plan, make_zones


@pytest.fixture(scope="module")
def found() -> rdtr.Comparison:
    new = make_zones(KODSZN=["R-2", "RTH-2", "RTH-2", "BJ"], NAMOBJ=["=1+1", "b", "c", "d"])
    permits = make_permits([box(60, 10, 80, 30)], activity="002")
    return rdtr.compare(make_plan(), make_plan(new), permits=permits)


def test_every_format_is_written_by_its_suffix(found: rdtr.Comparison, tmp_path: Path) -> None:
    for kind in FORMATS:
        assert found.write(tmp_path / f"beda.{kind}").is_file()
    with pytest.raises(rdtr.RdtrError, match=r"beda\.pdf: this cannot be written as 'pdf'"):
        found.write(tmp_path / "beda.pdf")


def test_geopackage_has_shapes_as_layers_and_tables_as_tables(found: rdtr.Comparison, tmp_path: Path) -> None:
    path = found.write(tmp_path / "beda.gpkg")
    changes = gpd.read_file(path, layer="changes")
    assert changes["change"].tolist() == found.changes["change"].tolist()
    assert changes.geometry.geom_equals(found.changes.geometry).all()
    assert gpd.read_file(path, layer="flips")["after"].tolist() == ["prohibited"]
    with closing(sqlite3.connect(path)) as connection:
        receipt = dict(connection.execute("SELECT key, value FROM receipt").fetchall())
        flows = connection.execute("SELECT old, new FROM flows").fetchall()
    assert receipt["plan_hash"] == found.old.hash
    assert flows[0] == ("K-1", "RTH-2")


def test_geojson_is_in_degrees_with_the_receipt(found: rdtr.Comparison, tmp_path: Path) -> None:
    read = json.loads(found.write(tmp_path / "beda.geojson").read_text(encoding="utf-8"))
    assert read["receipt"]["new_hash"] == found.new.hash
    lon, lat = read["features"][0]["geometry"]["coordinates"][0][0]
    assert 117.4 < lon < 117.6
    assert 0.1 < lat < 0.2


def test_workbook_has_a_sheet_a_table_and_runs_no_formula(found: rdtr.Comparison, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(found.write(tmp_path / "beda.xlsx"))
    assert book.sheetnames == ["changes", "moves", "flows", "rules", "flips", "receipt"]
    assert [c.value for c in next(book["flows"].iter_rows())] == ["old", "new", "area_ha", "changed"]
    study = _Shown(found.plan, pd.DataFrame({"text": ["=1+1"]}))
    write_study(study, tmp_path / "teks.xlsx")
    assert openpyxl.load_workbook(tmp_path / "teks.xlsx")["shown"]["A2"].data_type == "s"


def test_csv_and_parquet_put_further_tables_beside(found: rdtr.Comparison, tmp_path: Path) -> None:
    found.write(tmp_path / "beda.csv")
    assert pd.read_csv(tmp_path / "beda.flows.csv")["old"].tolist() == found.flows["old"].tolist()
    found.write(tmp_path / "beda.parquet")
    assert gpd.read_parquet(tmp_path / "beda.parquet").crs == found.plan.crs
    assert len(pd.read_parquet(tmp_path / "beda.rules.parquet")) == len(found.rules)


def test_json_holds_every_table_and_no_nan(found: rdtr.Comparison, tmp_path: Path) -> None:
    read = json.loads(found.write(tmp_path / "beda.json").read_text(encoding="utf-8"), parse_constant=pytest.fail)
    assert [row["after"] for row in read["flips"]] == ["prohibited"]


class _Shown:
    def __init__(self, plan: rdtr.Plan, table: pd.DataFrame) -> None:
        self.plan, self.table, self.receipt = plan, table, {"plan": "kota"}

    def tables(self) -> dict[str, pd.DataFrame]:
        return {"shown": self.table}
