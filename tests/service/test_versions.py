"""An address with a hash answers from that version while it is held, rasters too, whatever lies on the disk by then."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient

from rdtr import Plan, SampleCity, write_plan
from rdtr.io.catalog import Catalog
from rdtr.io.raster import raster_layer, write_cog
from rdtr.service import Settings, create_app
from rdtr.service.rasters import raster_of, rasters_of, value_at
from rdtr.tiles.grid import grid, plan_bounds

URL = "/plans/kota-contoh"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "plans"
    folder.mkdir()
    return folder


def with_flood(city: SampleCity, depth: int, scratch: Path) -> Plan:
    """Return the plan of the city with a raster that has one value everywhere."""
    flood = city.rasters["flood"]
    path = scratch / f"flood-{depth}.tif"
    write_cog(path, np.full_like(flood.array, depth), flood.bounds, city.plan.crs)
    plan = replace(city.plan, identity=replace(city.plan.identity, title=f"Banjir {depth}"))
    return plan.with_layers({"flood": raster_layer("flood", path)})


@pytest.fixture
def catalog(folder: Path, city: SampleCity, tmp_path: Path) -> Catalog:
    write_plan(with_flood(city, 1, tmp_path), folder / "kota.rdtr")
    catalog = Catalog(folder, prepare=lambda plan: rasters_of(plan) and None)
    catalog.refresh()
    return catalog


def replaced(catalog: Catalog, plan: Plan) -> None:
    write_plan(plan, catalog.folder / "kota.rdtr")
    assert [catalog.refresh(), catalog.refresh()].count(True) == 1


@pytest.fixture
def client(catalog: Catalog) -> Iterator[TestClient]:
    settings = Settings(folder=catalog.folder, rate_per_minute=0, tile_cache_mb=0, poll_s=3600)
    with TestClient(create_app(settings, catalog)) as client:
        yield client


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="only Linux opens again what was replaced")
def test_raster_tiles_of_the_old_version_answer_from_the_old_file(
    client: TestClient, catalog: Catalog, city: SampleCity, tmp_path: Path
) -> None:
    x, y, *_ = grid().tiles_over(plan_bounds(city.plan, grid()), 14)
    place = f"rasters/flood/tiles/WebMercatorQuad/14/{x}/{y}.png"
    old = catalog.plans["kota-contoh"].hash
    before = client.get(f"{URL}/v/{old}/{place}")
    assert (before.status_code, client.get(f"{URL}/{place}").content) == (200, before.content)
    replaced(catalog, with_flood(city, 3, tmp_path))
    new = catalog.plans["kota-contoh"].hash
    now = client.get(f"{URL}/v/{new}/{place}")
    assert now.content != before.content
    assert client.get(f"{URL}/{place}").content == now.content
    again = client.get(f"{URL}/v/{old}/{place}")
    assert (again.status_code, again.content, again.headers["etag"]) == (200, before.content, before.headers["etag"])


def test_values_at_a_place_are_those_of_the_version(catalog: Catalog, city: SampleCity, tmp_path: Path) -> None:
    middle = city.plan.zones.to_crs(4326).union_all().centroid
    old = catalog.plans["kota-contoh"]
    replaced(catalog, with_flood(city, 3, tmp_path))
    found = [raster_of(plan, "flood") for plan in (old, catalog.plans["kota-contoh"])]
    values = [value_at(one, middle.x, middle.y, "id")["value"] for one in found if one is not None]
    assert values == [1, 3]


def handles_on(path: Path) -> int:
    return sum(one.exists() and one.resolve() == path.resolve() for one in Path("/proc/self/fd").iterdir())


def test_a_version_that_nobody_holds_keeps_no_file_open(city: SampleCity, tmp_path: Path) -> None:
    plan = with_flood(city, 1, tmp_path)
    held = rasters_of(plan)
    assert (list(held), len(held), handles_on(tmp_path / "flood-1.tif")) == (["flood"], 1, 1)
    del plan, held
    gc.collect()
    assert handles_on(tmp_path / "flood-1.tif") == 0
