"""A served folder with the little town's plan in it, and a client without a network."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from starlette.types import Receive, Scope, Send

from rdtr import Plan, SampleCity, sample_city, write_plan
from rdtr.io.catalog import Catalog
from rdtr.io.raster import raster_layer, write_cog
from rdtr.service import Settings, create_app
from rdtr.service.lane import Lane
from rdtr.service.state import Service


@pytest.fixture(scope="session")
def city() -> SampleCity:
    """Return a small made-up city with everything a plan can have."""
    return sample_city(parcels=600)


@pytest.fixture(scope="session")
def served(city: SampleCity, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with one package; read only, tests that change a folder make their own."""
    folder = tmp_path_factory.mktemp("plans")
    rasters = tmp_path_factory.mktemp("rasters")
    for name, raster in city.rasters.items():
        write_cog(rasters / f"{name}.tif", raster.array, raster.bounds, city.plan.crs, nodata=raster.nodata)
    layers = {n: raster_layer(n, rasters / f"{n}.tif", one.about) for n, one in city.rasters.items()}
    write_plan(city.plan.with_layers(layers), folder / "kota.rdtr")
    return folder


@pytest.fixture(scope="session")
def client(served: Path) -> Iterator[TestClient]:
    """Return a client of the service over that folder."""
    with TestClient(create_app(Settings(folder=served, rate_per_minute=0), Catalog(served))) as client:
        yield client


@pytest.fixture(scope="session")
def plan(client: TestClient) -> Plan:
    """Return the plan as the service reads it."""
    service: Service = client.app.state.service  # type: ignore[attr-defined]
    return service.catalog.plans["kota-contoh"]


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the paths that reach the application."""
    seen: list[str] = []
    answer = Lane.__call__

    async def noted(self: Lane, scope: Scope, receive: Receive, send: Send) -> None:
        seen.append(scope.get("path", ""))
        await answer(self, scope, receive, send)

    monkeypatch.setattr(Lane, "__call__", noted)
    return seen
