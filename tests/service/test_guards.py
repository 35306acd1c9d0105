"""What stands around the routes: keys, rates, sizes, headers, counters, logs."""

from __future__ import annotations

import io
import json
import logging
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from rdtr import SampleCity
from rdtr.io.catalog import Catalog
from rdtr.service import Settings, create_app
from rdtr.service.guards import URL_LIMIT
from rdtr.service.keys import Keys, add_key, remove_key
from rdtr.service.logs import JsonLines

PLAN = "/plans/kota-contoh"
TILE = f"{PLAN}/tiles/WebMercatorQuad/14/13539/8186.mvt"


def client_with(served: Path, **settings: object) -> TestClient:
    return TestClient(create_app(Settings(folder=served, **settings), Catalog(served)))  # type: ignore[arg-type]


@pytest.fixture
def keys(tmp_path: Path) -> dict[str, str]:
    path = tmp_path / "keys"
    return {"path": str(path), **{role: add_key(path, f"a-{role}", role) for role in ("view", "check", "publish")}}  # type: ignore[arg-type]


@pytest.fixture
def permit(city: SampleCity) -> str:
    return city.permits.head(1).to_crs(4326).to_json()


def bearer(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


def test_a_key_file_holds_no_key(keys: dict[str, str]) -> None:
    held = Path(keys["path"]).read_text(encoding="utf-8")
    assert all(keys[role] not in held for role in ("view", "check", "publish"))
    assert Path(keys["path"]).stat().st_mode & 0o077 == 0


def test_looking_needs_no_key_unless_the_operator_says_so(served: Path, keys: dict[str, str]) -> None:
    with client_with(served, keys=Path(keys["path"])) as client:
        assert client.get(PLAN).status_code == client.get(TILE).status_code == 200
    with client_with(served, keys=Path(keys["path"]), require_key=True) as client:
        for path in (PLAN, TILE, "/plans", f"{PLAN}/style.json"):
            refused = client.get(path)
            assert refused.status_code == 401
            assert refused.headers["www-authenticate"] == 'Bearer realm="rdtr"'
            assert refused.headers["content-type"] == "application/problem+json"
            assert client.get(path, headers=bearer("rdtr_guessed")).status_code == 401
            assert client.get(path, headers=bearer(keys["view"])).status_code == 200
            assert client.get(path, headers={"x-api-key": keys["publish"]}).status_code == 200
        assert client.get(TILE, headers=bearer(keys["view"])).headers["cache-control"].startswith("private")
        assert client.get("/healthz").status_code == client.get("/").status_code == 200


def test_checking_follows_the_keys(served: Path, keys: dict[str, str], permit: str) -> None:
    with client_with(served) as client:
        assert client.post(f"{PLAN}/checks", content=permit).status_code == 200
    with client_with(served, keys=Path(keys["path"])) as client:
        assert client.post(f"{PLAN}/checks", content=permit).status_code == 401
        too_little = client.post(f"{PLAN}/checks", content=permit, headers=bearer(keys["view"]))
        assert too_little.status_code == 403
        assert "the key 'a-view' has the role view; this needs check" in too_little.json()["detail"]
        assert client.post(f"{PLAN}/checks", content=permit, headers=bearer(keys["check"])).status_code == 200
    with client_with(served, keys=Path(keys["path"]), open_checks=True) as client:
        assert client.post(f"{PLAN}/checks", content=permit).status_code == 200


def test_a_key_that_was_taken_away_opens_nothing(keys: dict[str, str]) -> None:
    path = Path(keys["path"])
    held = Keys(path)
    assert held.find(keys["check"]) is not None
    remove_key(path, "a-check")
    assert held.find(keys["check"]) is None
    assert held.find(keys["view"]) is not None


def test_too_many_requests_are_told_how_long_to_wait_but_tiles_go_on(served: Path) -> None:
    with client_with(served, rate_per_minute=3) as client:
        statuses = [client.get("/plans").status_code for _ in range(5)]
        assert statuses == [200, 200, 200, 429, 429]
        refused = client.get("/plans")
        assert int(refused.headers["retry-after"]) in range(1, 21)
        assert refused.json()["limit"] == 3
        assert "more than 3 requests a minute" in refused.json()["detail"]
        assert {client.get(TILE).status_code for _ in range(10)} == {200}
        assert client.get("/healthz").status_code == 200


def test_an_endless_address_is_refused_with_the_limit(client: TestClient) -> None:
    answer = client.get(f"/plans?q={'a' * URL_LIMIT}")
    assert (answer.status_code, answer.json()["limit"]) == (414, URL_LIMIT)


@pytest.mark.parametrize("path", ["/plans", "/nowhere", f"{PLAN}/style.json", "/", "/docs", f"{PLAN}/at?lon=x"])
def test_every_answer_keeps_browsers_safe_and_has_a_number(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert len(headers["x-request-id"]) == 16


def test_a_request_number_of_the_client_is_kept_if_it_is_sane(client: TestClient) -> None:
    assert client.get("/plans", headers={"x-request-id": "abc-1"}).headers["x-request-id"] == "abc-1"
    assert client.get("/plans", headers={"x-request-id": "x" * 99}).headers["x-request-id"] != "x" * 99


def test_errors_of_the_framework_are_problem_documents_too(client: TestClient) -> None:
    for method, path, status in (("GET", "/nowhere", 404), ("DELETE", "/plans", 405), ("POST", PLAN, 405)):
        answer = client.request(method, path)
        assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
        assert answer.json()["status"] == status


def test_the_log_has_no_address_and_no_place(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "rdtr.service"):
        client.get(f"{PLAN}/rasters/dem/point?lon=117.5&lat=0.13", headers={"user-agent": "Budi"})
    line = JsonLines().format(next(r for r in caplog.records if getattr(r, "route", "").endswith("/point")))
    told = json.loads(line)
    assert told["route"] == "/plans/{plan}/rasters/{name}/point"
    assert told["status"] == 200
    assert not any(word in line for word in ("117.5", "testclient", "Budi", "127.0.0.1"))


def test_counters_have_few_names_whatever_clients_ask(client: TestClient) -> None:
    def lines() -> set[str]:
        return {line.rpartition(" ")[0] for line in client.get("/metrics").text.splitlines()}

    client.get("/invented/0")
    before = lines() | lines()
    for k in range(50):
        client.get(f"/invented/{k}")
        client.get(f"/plans/invented-{k}")
    after = lines()
    assert len(after) <= len(before) + 14  # one route more, with its histogram
    assert not any("invented" in line for line in after)


def test_counters_are_in_the_format_of_prometheus(client: TestClient) -> None:
    client.get(TILE)
    answer = client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    text = answer.text
    for name in ("rdtr_requests_total", "rdtr_tiles_total", "rdtr_request_seconds", "rdtr_plans", "rdtr_workers"):
        assert f"# TYPE {name} " in text
    for line in io.StringIO(text):
        assert line.startswith("#") or float(line.rpartition(" ")[2]) >= 0.0
    buckets = [
        line for line in text.splitlines() if line.startswith("rdtr_request_seconds_bucket") and 'kind="/plans"' in line
    ]
    counts = [float(line.rpartition(" ")[2]) for line in sorted(buckets, key=_edge)]
    assert counts == sorted(counts)


def _edge(line: str) -> float:
    return float(line.split('le="')[1].split('"')[0])
