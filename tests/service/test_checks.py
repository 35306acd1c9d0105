"""Checks over HTTP: the same report as the library, whatever the permits come in and the report goes out as."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio
import pytest
import shapely
from fastapi.testclient import TestClient
from pypdf import PdfReader

from rdtr import Report, SampleCity, check, read_permits, read_plan
from rdtr.io.catalog import Catalog
from rdtr.io.report.plain import rows_of
from rdtr.service import Settings, create_app
from rdtr.service.routes.checks import FORMATS

URL = "/plans/kota-contoh/checks"
JSON = {"content-type": "application/geo+json"}


@pytest.fixture(scope="module")
def permits(city: SampleCity) -> gpd.GeoDataFrame:
    return city.permits.head(40).to_crs(4326)


@pytest.fixture(scope="module")
def body(permits: gpd.GeoDataFrame) -> str:
    return permits.to_json(drop_id=True)


@pytest.fixture(scope="module")
def report(served: Path, body: str, tmp_path_factory: pytest.TempPathFactory) -> Report:
    """Return what the library says of the same bytes."""
    path = tmp_path_factory.mktemp("permits") / "p.geojson"
    path.write_text(body, encoding="utf-8")
    return check(read_plan(served / "kota.rdtr"), read_permits(path))


@pytest.fixture(scope="module")
def strict(served: Path) -> Iterator[TestClient]:
    """Return a client of a service that takes almost nothing."""
    settings = Settings(folder=served, max_permits=3, max_vertices=50, max_body_mb=1, rate_per_minute=0)
    with TestClient(create_app(settings, Catalog(served))) as client:
        yield client


def rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [dict(zip(frame.columns, row, strict=True)) for row in rows_of(frame)]


def without_labels(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{k: v for k, v in row.items() if not k.endswith("_label")} for row in told]


def test_json_has_every_number_of_the_library(client: TestClient, body: str, report: Report) -> None:
    answer = client.post(URL, content=body, headers=JSON)
    told = answer.json()
    assert answer.headers["content-type"] == "application/json"
    assert without_labels(told["permits"]) == rows(report.permits)
    assert without_labels(told["parts"]) == rows(report.parts)
    assert told["findings"] == rows(report.findings)
    assert told["receipt"] == report.receipt
    assert told["summary"] == report.summary().to_dict()
    assert told["plan"]["hash"] == report.case.plan.hash


def test_ten_thousand_permits_at_once_give_the_numbers_of_the_library(
    client: TestClient, city: SampleCity, tmp_path: Path
) -> None:
    some = pd.concat([city.permits.to_crs(4326)] * (10_000 // len(city.permits) + 1), ignore_index=True).head(10_000)
    some["permit_id"] = [f"N-{k:05}" for k in range(10_000)]
    path = tmp_path / "p.geojson"
    path.write_text(some.to_json(drop_id=True), encoding="utf-8")
    expected = check(city.plan, read_permits(path))
    told = client.post(URL, content=path.read_bytes(), headers=JSON).json()
    assert without_labels(told["permits"]) == rows(expected.permits)
    assert len(told["parts"]) == len(expected.parts)
    assert sum(p["area_m2"] for p in told["parts"]) == pytest.approx(expected.parts["area_m2"].sum(), rel=1e-12)
    assert told["explain"] == {}


def test_few_permits_are_explained_line_by_line_with_the_article(client: TestClient, city: SampleCity) -> None:
    one = city.permits.head(1).to_crs(4326)
    for lang in ("id", "en"):
        told = client.post(f"{URL}?lang={lang}", content=one.to_json(), headers=JSON).json()
        permit_id = one["permit_id"].iloc[0]
        explained = told["explain"][permit_id]
        report = check(city.plan, one)
        assert explained["text"].splitlines()[0] == report.explain(permit_id, lang).splitlines()[0]
        assert explained["title"] == told["permits"][0]["verdict_label"]
        found = report.findings_in(lang, permit_id=permit_id, passes=True)
        assert sorted(line["text"] for line in explained["lines"]) == sorted(found["message"])
        assert any(line["reference"] for line in explained["lines"])


def test_lines_stream_a_permit_a_line_with_its_parts_and_findings(
    client: TestClient, body: str, report: Report
) -> None:
    answer = client.post(URL, content=body, headers={**JSON, "accept": "application/x-ndjson"})
    head, *lines = [json.loads(line) for line in answer.text.splitlines()]
    assert head["receipt"] == report.receipt
    assert [line["permit_id"] for line in lines] == report.permits["permit_id"].tolist()
    parts = [{"permit_id": line["permit_id"], **part} for line in lines for part in line["parts"]]
    assert without_labels(parts) == rows(report.parts)[: len(parts)] == rows(report.parts)
    findings = [{"permit_id": line["permit_id"], **f} for line in lines for f in line["findings"]]
    assert [f["message"] for f in findings] == report.findings["message"].tolist()


def test_geojson_draws_the_parts_in_degrees_and_what_could_be_approved(
    client: TestClient, body: str, report: Report
) -> None:
    answer = client.post(URL, content=body, headers={**JSON, "accept": "application/geo+json"})
    assert answer.headers["content-type"] == "application/geo+json"
    read = gpd.read_file(io.BytesIO(answer.content))
    parts = read[read["kind"] == "part"].to_crs(report.case.plan.crs)
    assert parts["area_m2"].tolist() == pytest.approx(report.parts["area_m2"].tolist())
    assert parts.area.to_numpy() == pytest.approx(report.parts["area_m2"].to_numpy(), abs=0.05)
    approvable = read[read["kind"] == "approvable"]
    assert approvable["permit_id"].tolist() == report.geometries("approvable")["permit_id"].tolist()
    assert all(shapely.is_ccw(g.exterior) for g in read.geometry.explode(index_parts=False) if not g.is_empty)


def test_the_workbook_is_the_one_that_the_library_writes(client: TestClient, body: str, report: Report) -> None:
    answer = client.post(f"{URL}?format=xlsx", content=body, headers=JSON)
    assert answer.headers["content-disposition"] == 'attachment; filename="hasil-kota-contoh.xlsx"'
    book = openpyxl.load_workbook(io.BytesIO(answer.content), read_only=True)
    ids = [row[0] for row in book["Permohonan"].iter_rows(min_row=3, max_col=1, values_only=True)]
    assert ids == report.permits["permit_id"].tolist()


@pytest.mark.parametrize("suffix", [".gpkg", ".zip", ".geojson", ".fgb", ".parquet"])
def test_files_give_the_same_verdicts(
    client: TestClient, permits: gpd.GeoDataFrame, report: Report, tmp_path: Path, suffix: str
) -> None:
    path = tmp_path / f"permohonan{suffix}"
    if suffix == ".zip":
        pyogrio.write_dataframe(permits, tmp_path / "permohonan.gpkg")
        with zipfile.ZipFile(path, "w") as archive:
            archive.write(tmp_path / "permohonan.gpkg", "permohonan.gpkg")
    elif suffix == ".parquet":
        permits.to_parquet(path)
    else:
        pyogrio.write_dataframe(permits, path)
    by_form = client.post(URL, files={"file": (path.name, path.read_bytes())})
    assert by_form.status_code == 200, by_form.text
    told = {p["permit_id"]: p["verdict"] for p in by_form.json()["permits"]}
    assert told == dict(zip(report.permits["permit_id"], report.permits["verdict"], strict=True))
    raw = client.post(URL, content=path.read_bytes(), headers={"content-type": "application/octet-stream"})
    assert {p["permit_id"]: p["verdict"] for p in raw.json()["permits"]} == told


def test_a_lone_geometry_with_an_activity_is_a_permit(client: TestClient, city: SampleCity) -> None:
    shape = city.permits.to_crs(4326).geometry.iloc[0]
    told = client.post(f"{URL}?activity=4711&on=2026-11-24", content=shapely.to_geojson(shape), headers=JSON).json()
    assert len(told["permits"]) == 1
    assert told["permits"][0]["use"] is not None
    assert told["receipt"]["on"] == "2026-11-24"
    assert any("permit_id" in note for note in told["notes"])  # that it was numbered


def test_the_tolerance_is_taken_and_told(client: TestClient, body: str) -> None:
    assert client.post(f"{URL}?tolerance_m=0", content=body, headers=JSON).json()["receipt"]["tolerance_m"] == 0.0
    refused = client.post(f"{URL}?tolerance_m=-1", content=body, headers=JSON)
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")


@pytest.mark.parametrize(
    ("sent", "headers", "status", "words"),
    [
        (b"", JSON, 422, "the body is empty"),
        (b"{", JSON, 422, "cannot be read"),
        (b'{"type":"FeatureCollection","features":[]}', JSON, 422, "not a single permit"),
        (b"[1, 2]", JSON, 422, "not GeoJSON"),
        (b"<html>", {"content-type": "text/html"}, 415, "the media type 'text/html' is not taken; send .geojson .zip"),
        (b"\x00\x01", {"content-type": "application/octet-stream"}, 415, "what the body is is not taken"),
        (b"PK\x05\x06" + b"\0" * 18, {"content-type": "application/zip"}, 422, "the zip is empty"),
        (b"PK junk", {"content-type": "application/zip"}, 422, "is damaged; send it again"),
        (b"--x", {"content-type": "multipart/form-data"}, 422, "the form cannot be read"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(
    client: TestClient, sent: bytes, headers: dict[str, str], status: int, words: str
) -> None:
    answer = client.post(URL, content=sent, headers=headers)
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, words in answer.json()["detail"]) == (status, True), answer.text


def test_coordinates_with_axes_exchanged_are_refused_with_a_guess(client: TestClient, body: str) -> None:
    swapped = gpd.read_file(io.StringIO(body))
    swapped.geometry = shapely.transform(swapped.geometry.to_numpy(), lambda xy: xy[:, ::-1])
    answer = client.post(URL, content=swapped.to_json(), headers=JSON)
    assert answer.status_code == 422
    assert "look swapped" in answer.json()["detail"]


def test_a_zip_that_climbs_out_of_its_folder_is_refused(client: TestClient, body: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../naik.geojson", body)
    answer = client.post(URL, content=packed.getvalue(), headers={"content-type": "application/zip"})
    assert answer.status_code == 422
    assert "points outside the zip" in answer.json()["detail"]


def test_a_zip_bomb_is_refused_before_it_is_unpacked(strict: TestClient) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("p.geojson", b" " * (40 * 1024**2))
    answer = strict.post(URL, content=packed.getvalue(), headers={"content-type": "application/zip"})
    assert answer.status_code == 413
    assert "unpacks to 41,943,040 bytes; at most 16,777,216 are read" in answer.json()["detail"]


def test_a_file_name_is_not_believed(client: TestClient, body: str) -> None:
    answer = client.post(URL, files={"file": ("../../etc/pass wd\x00<script>.geojson", body)})
    assert answer.status_code == 200
    shell = client.post(URL, files={"file": ("a.vrt", b"<OGRVRTDataSource>")})
    assert shell.status_code == 415
    assert "the format '.vrt' is not taken" in shell.json()["detail"]


@pytest.mark.parametrize("lying", ["5000000", "nonsense"])
def test_too_large_a_body_is_refused_with_the_limit(strict: TestClient, lying: str) -> None:
    def endless() -> Iterator[bytes]:
        yield from [b" " * 65_536] * 40

    headers = {**JSON, "content-length": lying} if lying.isdigit() else JSON
    answer = strict.post(URL, content=endless(), headers=headers)
    assert answer.status_code == 413
    assert answer.json()["limit"] == 1024**2


def test_too_many_permits_or_vertices_are_refused_with_the_limit(strict: TestClient, city: SampleCity) -> None:
    four = strict.post(URL, content=city.permits.head(4).to_crs(4326).to_json(), headers=JSON)
    assert (four.status_code, four.json()["limit"]) == (413, 3)
    assert "4 permits; at most 3 are checked in one request" in four.json()["detail"]
    round_one = shapely.Point(117.5, 0.13).buffer(1e-4, 30)
    many = strict.post(URL, content=shapely.to_geojson(round_one), headers=JSON)
    assert many.status_code == 422
    assert "121 vertices; at most 50 are taken" in many.json()["detail"]


def test_a_format_that_is_not_made_is_refused_with_those_that_are(client: TestClient, body: str) -> None:
    answer = client.post(URL, content=body, headers={**JSON, "accept": "image/png"})
    assert answer.status_code == 406
    assert all(kind in answer.json()["detail"] for kind in FORMATS.values())
    assert client.post(f"{URL}?format=dwg", content=body, headers=JSON).status_code == 406
    many = client.post(f"{URL}?format=pdf", content=body, headers=JSON)
    assert (many.status_code, "made for one permit, here are 40" in many.json()["detail"]) == (406, True)


def test_the_openapi_document_says_what_may_be_sent_and_what_comes_back(client: TestClient) -> None:
    told = client.get("/openapi.json").json()["paths"]["/plans/{plan}/checks"]["post"]
    assert set(told["requestBody"]["content"]) >= {"application/geo+json", "application/zip", "multipart/form-data"}
    assert set(told["responses"]["200"]["content"]) == set(FORMATS.values())
    assert "application/problem+json" in told["responses"]["413"]["content"]


def test_one_permit_comes_as_a_pdf(client: TestClient, permits: gpd.GeoDataFrame, report: Report) -> None:
    answer = client.post(
        URL, content=permits.head(1).to_json(), headers={**JSON, "accept": "application/pdf, application/json;q=0.5"}
    )
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'attachment; filename="hasil-kota-contoh.pdf"'
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    assert report.permits["permit_id"].iloc[0] in text
    assert report.case.plan.hash in text


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_register_kept_as_a_table_is_checked(
    client: TestClient, permits: gpd.GeoDataFrame, report: Report, tmp_path: Path, suffix: str
) -> None:
    table = pd.DataFrame(permits.drop(columns="geometry")).assign(wkt=permits.geometry.to_wkt(rounding_precision=-1))
    path = tmp_path / f"register{suffix}"
    if suffix == ".csv":
        table.to_csv(path, index=False)
    else:
        table.to_excel(path, index=False)
    told = client.post(URL, files={"file": (path.name, path.read_bytes())}).json()
    assert [p["verdict"] for p in told["permits"]] == report.permits["verdict"].tolist()
