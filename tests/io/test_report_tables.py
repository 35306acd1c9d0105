from __future__ import annotations

import csv
import json
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest

from rdtr.errors import FileError
from rdtr.zoning.report import Report
from tests.io.checked_town import make_report

VERDICTS = ["permitted", "conditional", "partial", "prohibited", "undetermined"]


@pytest.fixture(scope="module")
def report() -> Report:
    return make_report()


def refuse_constants(text: str) -> None:
    raise AssertionError(f"{text} is not JSON")


def test_csv_comes_with_parts_findings_and_receipt_beside_it(report: Report, tmp_path: Path) -> None:
    report.write(tmp_path / "hasil.csv")
    names = sorted(p.name for p in tmp_path.iterdir())
    assert names == ["hasil.csv", "hasil.findings.csv", "hasil.parts.csv", "hasil.receipt.json"]
    assert pd.read_csv(tmp_path / "hasil.csv")["verdict"].tolist() == VERDICTS
    assert len(pd.read_csv(tmp_path / "hasil.parts.csv")) == len(report.parts)
    assert pd.read_csv(tmp_path / "hasil.findings.csv")["message"].tolist() == report.findings["message"].tolist()
    assert json.loads((tmp_path / "hasil.receipt.json").read_text(encoding="utf-8")) == report.receipt


def test_csv_keeps_every_digit_of_an_area(report: Report, tmp_path: Path) -> None:
    report.write(tmp_path / "hasil.csv")
    with (tmp_path / "hasil.csv").open(encoding="utf-8", newline="") as stream:
        read = [float(row["area_geodesic_m2"]) for row in csv.DictReader(stream)]
    assert read == report.permits["area_geodesic_m2"].tolist()


def test_parquet_gives_the_tables_back_with_the_receipt_in_each(report: Report, tmp_path: Path) -> None:
    report.write(tmp_path / "hasil.parquet")
    for name in ("permits", "parts", "findings"):
        path = tmp_path / ("hasil.parquet" if name == "permits" else f"hasil.{name}.parquet")
        expected = getattr(report, name)
        assert pd.read_parquet(path)["permit_id"].tolist() == expected["permit_id"].tolist()
        assert list(pd.read_parquet(path).columns) == list(expected.columns)
        assert json.loads(pq.read_schema(path).metadata[b"rdtr"]) == report.receipt


def test_json_is_one_document_without_nan(report: Report, tmp_path: Path) -> None:
    report.write(tmp_path / "hasil.json")
    text = (tmp_path / "hasil.json").read_text(encoding="utf-8")
    document = json.loads(text, parse_constant=refuse_constants)
    assert list(document) == ["receipt", "summary", "permits", "parts", "findings"]
    assert document["summary"] == dict.fromkeys(VERDICTS, 1)
    assert [p["verdict"] for p in document["permits"]] == VERDICTS
    assert document["permits"][0]["intensity"] is None
    assert document["findings"][0]["measured"] is None or document["findings"][0]["measured"] >= 0
    assert {type(p["sliver"]) for p in document["parts"]} == {bool}


def test_json_of_the_same_check_is_the_same_bytes(report: Report, tmp_path: Path) -> None:
    report.write(tmp_path / "a.json")
    make_report().write(tmp_path / "b.json")
    assert (tmp_path / "a.json").read_bytes() == (tmp_path / "b.json").read_bytes()


@pytest.mark.parametrize("suffix", ["csv", "parquet", "json", "xlsx", "gpkg", "geojson"])
def test_a_missing_folder_is_named_in_one_line(report: Report, tmp_path: Path, suffix: str) -> None:
    with pytest.raises(FileError, match=r"the folder .*tidak-ada does not exist; make it first$"):
        report.write(tmp_path / "tidak-ada" / f"hasil.{suffix}")


@pytest.mark.parametrize("suffix", ["csv", "parquet", "json", "xlsx", "gpkg", "geojson"])
def test_a_failure_leaves_the_older_file_and_no_rubbish(
    report: Report, tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / f"hasil.{suffix}"
    target.write_text("yang lama", encoding="utf-8")

    def full_disk(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full_disk)
    with pytest.raises(FileError, match="cannot be written"):
        report.write(target)
    monkeypatch.undo()
    assert [p.name for p in tmp_path.iterdir()] == [target.name]
    assert target.read_text(encoding="utf-8") == "yang lama"


@pytest.mark.parametrize("suffix", ["csv", "parquet", "json", "xlsx", "gpkg", "geojson"])
def test_a_folder_in_the_way_is_a_file_error(report: Report, tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"hasil.{suffix}").mkdir()
    with pytest.raises(FileError, match=f"hasil.{suffix}"):
        report.write(tmp_path / f"hasil.{suffix}")
    assert [p.name for p in tmp_path.iterdir()] == [f"hasil.{suffix}"] or suffix in ("csv", "parquet")
