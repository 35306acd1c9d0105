"""A check has so many seconds for all of it: reading, measuring, judging and writing."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from rdtr import SampleCity
from rdtr.io.catalog import Catalog
from rdtr.service import Settings, create_app
from rdtr.service.deadlines import Deadline
from rdtr.service.errors import Problem
from rdtr.service.routes.checks import FORMATS

URL = "/plans/kota-contoh/checks"
JSON = {"content-type": "application/geo+json"}


@pytest.fixture(scope="module")
def body(city: SampleCity) -> str:
    return str(city.permits.head(40).to_crs(4326).to_json())


def test_a_check_that_takes_too_long_is_given_up(served: Path, body: str) -> None:
    slow = Settings(folder=served, timeout_s=1e-9, rate_per_minute=0)
    with TestClient(create_app(slow, Catalog(served))) as client:
        answer = client.post(URL, content=body, headers=JSON)
    assert answer.status_code == 503
    assert "longer than 1e-09 s" in answer.json()["detail"]
    assert "given up after reading 40 permits" in answer.json()["detail"]


@pytest.mark.parametrize(("looks", "last"), [(2, "judging 40 permits"), (3, "writing the report of 40 permits")])
def test_the_time_of_judging_and_of_writing_counts_too(
    client: TestClient, body: str, monkeypatch: pytest.MonkeyPatch, looks: int, last: str
) -> None:
    told: list[str] = []

    def late(deadline: Deadline, done: str) -> None:
        told.append(done)
        if len(told) == looks:
            raise Problem(503, done)

    monkeypatch.setattr(Deadline, "measured", lambda *_: None)
    monkeypatch.setattr(Deadline, "require", late)
    answer = client.post(URL, content=body, headers={**JSON, "accept": FORMATS["xlsx"]})
    assert (answer.status_code, answer.json()["detail"]) == (503, last)
