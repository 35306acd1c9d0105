"""A site brought as a file, in a real browser: GeoJSON, or a zipped shapefile in metres; the verdict is the library's."""

from __future__ import annotations

import json
import re
import zipfile
from datetime import date
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from playwright.sync_api import Page, Request, expect

import rdtr
from rdtr import Plan
from rdtr.crs import parse, to_geographic, transform
from tests.web.conftest import Open, ready
from tests.web.screen import check, choose, tab

WORDS = {
    "permitted": "Sesuai",
    "conditional": "Bersyarat",
    "partial": "Sesuai sebagian",
    "prohibited": "Tidak sesuai",
    "undetermined": "Tidak dapat dinilai",
}


@pytest.fixture
def site(city: Plan) -> gpd.GeoDataFrame:
    """Return a square of 60 metres in the largest housing zone."""
    zones = city.zones
    largest = zones[zones["KODSZN"] == "R-2"].geometry.iloc[[0]]
    middle = max(largest, key=lambda shape: shape.area).representative_point()
    square = shapely.box(middle.x - 30, middle.y - 30, middle.x + 30, middle.y + 30)
    return gpd.GeoDataFrame({"NAMA": ["Bidang uji"]}, geometry=[square], crs=city.crs)


def as_geojson(site: gpd.GeoDataFrame, folder: Path) -> Path:
    path = folder / "bidang.geojson"
    # WGS 84 and SRGI2013 are one frame here and in every office; PROJ alone would move them by 16 cm
    degrees = site.set_geometry(to_geographic(site.geometry.to_numpy(), site.crs)).set_crs(4326, allow_override=True)
    path.write_text(degrees.to_json(drop_id=True), encoding="utf-8")
    return path


def as_zipped_shapefile(site: gpd.GeoDataFrame, folder: Path) -> Path:
    site.to_file(folder / "bidang.shp")
    path = folder / "bidang.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for part in sorted(folder.glob("bidang.[!z]*")):
            archive.write(part, part.name)
    return path


def upload(page: Page, path: Path) -> None:
    """Give a file to the page as a person does, through the button."""
    tab(page, "Periksa").click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Unggah berkas").click()
    chooser.value.set_files(path)
    page.locator(".site").wait_for()


@pytest.mark.parametrize("written", [as_geojson, as_zipped_shapefile])
def test_an_uploaded_site_gets_the_verdict_of_the_library(
    visit: Open, city: Plan, site: gpd.GeoDataFrame, tmp_path: Path, written: object
) -> None:
    page = ready(visit())
    upload(page, written(site, tmp_path))  # type: ignore[operator]
    expect(page.locator(".site")).to_contain_text(re.compile(r"Bidang ± 3\.[56]\d\d m²"))  # 60 m x 60 m
    choose(page, "rumah tunggal")
    sent: list[Request] = []
    page.on("request", lambda r: sent.append(r) if r.url.partition("?")[0].endswith("/checks") else None)
    verdict = check(page)
    asked = gpd.GeoDataFrame.from_features(json.loads(sent[0].post_data or "")["features"])
    (square,) = transform(asked.geometry.to_numpy(), parse(4326), city.crs)
    assert square.symmetric_difference(site.geometry.iloc[0]).area < 0.1
    table = city.rules.table("activities")
    (activity,) = table.loc[table["name"] == "Rumah tunggal", "activity_id"]
    permit = rdtr.check(city, site, activity=activity, on=date.today()).permits.iloc[0]
    expect(verdict.locator("h2")).to_have_text(WORDS[permit["verdict"]])
