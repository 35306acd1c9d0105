"""Publishing a plan by HTTP and by folder: whole or not at all, written down, and picked up without mixing versions."""

from __future__ import annotations

import io
import json
import shutil
import threading
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from rdtr import Plan, SampleCity, write_plan
from rdtr.io.catalog import Catalog
from rdtr.service import Settings, create_app
from rdtr.service.keys import add_key

URL = "/plans/kota-contoh"


def zipped(plan: Plan, folder: Path) -> bytes:
    return Path(write_plan(plan, folder / f"{plan.hash[:8]}.zip")).read_bytes()


def another(plan: Plan, title: str = "Rencana baru") -> Plan:
    return replace(plan, identity=replace(plan.identity, title=title))


@pytest.fixture
def folder(city: SampleCity, tmp_path: Path) -> Path:
    folder = tmp_path / "plans"
    folder.mkdir()
    write_plan(city.plan, folder / "kota.rdtr")
    return folder


@pytest.fixture
def publisher(folder: Path, tmp_path: Path) -> Iterator[TestClient]:
    keys = tmp_path / "keys"
    secret = add_key(keys, "bagian-tata-ruang", "publish")
    settings = Settings(folder=folder, keys=keys, rate_per_minute=0, poll_s=3600)
    headers = {"authorization": f"Bearer {secret}", "content-type": "application/zip"}
    with TestClient(create_app(settings, Catalog(folder)), headers=headers) as client:
        yield client


def audit(folder: Path) -> list[dict[str, str]]:
    path = folder / ".audit.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def test_a_package_takes_the_place_of_the_one_before(
    publisher: TestClient, folder: Path, city: SampleCity, tmp_path: Path
) -> None:
    before, plan = publisher.get(URL).json(), another(city.plan)
    answer = publisher.put(URL, content=zipped(plan, tmp_path))
    assert answer.status_code == 200, answer.text
    assert answer.json()["replaced"] == before["hash"]
    now = publisher.get(URL).json()
    assert (now["title"], now["hash"]) == ("Rencana baru", plan.hash)
    assert [p.name for p in folder.iterdir() if not p.name.startswith(".")] == ["kota.rdtr"]
    told = audit(folder)
    assert [line["event"] for line in told] == ["accepted", "published"]
    assert told[1]["by"] == "bagian-tata-ruang"
    assert (told[1]["replaces"], told[1]["hash"]) == (before["hash"], plan.hash)
    assert told[1]["request_id"] == answer.headers["x-request-id"]


def test_a_plan_that_was_not_there_is_made(
    publisher: TestClient, folder: Path, city: SampleCity, tmp_path: Path
) -> None:
    plan = replace(city.plan, identity=replace(city.plan.identity, id="kota-kedua"))
    answer = publisher.put("/plans/kota-kedua", content=zipped(plan, tmp_path))
    assert (answer.status_code, answer.json()["replaced"]) == (201, None)
    assert publisher.get("/plans/kota-kedua").status_code == 200
    assert (folder / "kota-kedua.rdtr" / "plan.toml").is_file()


def test_a_package_that_was_zipped_with_its_folder_is_taken_too(
    publisher: TestClient, city: SampleCity, tmp_path: Path
) -> None:
    plan = another(city.plan)
    inner = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(zipped(plan, tmp_path))) as old, zipfile.ZipFile(inner, "w") as new:
        for name in old.namelist():
            new.writestr(f"kota/{name}", old.read(name))
    assert publisher.put(URL, content=inner.getvalue()).status_code == 200
    assert publisher.get(URL).json()["hash"] == plan.hash


def test_a_zip_in_the_folder_is_replaced_by_a_zip(
    city: SampleCity, folder: Path, publisher: TestClient, tmp_path: Path
) -> None:
    shutil.rmtree(folder / "kota.rdtr")
    write_plan(city.plan, folder / "kota.zip")
    publisher.app.state.service.catalog.refresh()  # type: ignore[attr-defined]
    plan = another(city.plan)
    assert publisher.put(URL, content=zipped(plan, tmp_path)).status_code == 200
    assert (folder / "kota.zip").is_file()
    assert publisher.get(URL).json()["hash"] == plan.hash


@pytest.mark.parametrize("sent", ["other id", "no package", "climbs out", "damaged", "no zip"])
def test_what_is_not_sound_changes_nothing(
    publisher: TestClient, folder: Path, city: SampleCity, tmp_path: Path, sent: str
) -> None:
    before = sorted((p.name, p.read_bytes()) for p in folder.rglob("*") if p.is_file())
    whole = zipped(another(city.plan), tmp_path)
    packed = io.BytesIO()
    if sent == "other id":
        plan = replace(city.plan, identity=replace(city.plan.identity, id="lain"))
        packed.write(zipped(plan, tmp_path))
    elif sent == "no package":
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("readme.txt", "halo")
    elif sent == "climbs out":
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr("../../plan.toml", "id = 'kota-contoh'")
    else:
        packed.write(whole[: len(whole) // 2] if sent == "damaged" else b"hello")
    answer = publisher.put(URL, content=packed.getvalue())
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert sorted((p.name, p.read_bytes()) for p in folder.rglob("*") if p.is_file()) == before
    assert audit(folder) == []


def test_without_a_key_for_it_nothing_is_published(
    publisher: TestClient, served: Path, city: SampleCity, tmp_path: Path
) -> None:
    sent = zipped(another(city.plan), tmp_path)
    assert publisher.put(URL, content=sent, headers={"authorization": "Bearer rdtr_x"}).status_code == 401
    with TestClient(create_app(Settings(folder=served), Catalog(served))) as off:
        refused = off.put(URL, content=sent)
    assert refused.status_code == 403
    assert "publishing by HTTP is off here" in refused.json()["detail"]


def test_a_replaced_folder_is_picked_up_and_versions_do_not_mix(
    publisher: TestClient, folder: Path, city: SampleCity
) -> None:
    catalog = publisher.app.state.service.catalog  # type: ignore[attr-defined]
    tile = f"{URL}/tiles/WebMercatorQuad/14/13539/8186.mvt"
    old_url = publisher.get(f"{URL}/tilejson.json").json()["tiles"][0].format(z=14, x=13539, y=8186)
    old = publisher.get(tile).content
    assert publisher.get(old_url).content == old
    smaller = city.plan.zones.iloc[:-20]
    write_plan(Plan.build(smaller, identity=city.plan.identity, rules=city.plan.rules), folder / "kota.rdtr")
    assert catalog.refresh() is False  # seen once: it may still be growing
    assert publisher.get(tile).content == old
    assert catalog.refresh() is True
    new_url = publisher.get(f"{URL}/tilejson.json").json()["tiles"][0].format(z=14, x=13539, y=8186)
    assert new_url != old_url
    assert publisher.get(new_url).content == publisher.get(tile).content != old
    assert publisher.get(old_url).content == old  # who holds the old map goes on with the old map
    sources = publisher.get(f"{URL}/style.json").json()["sources"].values()
    assert [one["tiles"][0].split("/{z}")[0] for one in sources] == [new_url.split("/14/")[0]]


def test_a_version_that_this_worker_does_not_know_is_looked_for_once(
    publisher: TestClient, folder: Path, city: SampleCity
) -> None:
    plan = another(city.plan)
    write_plan(plan, folder / "kota.rdtr")
    answer = publisher.get(f"{URL}/v/{plan.hash}/tiles/WebMercatorQuad/14/13539/8186.mvt")
    assert answer.status_code == 200  # though nobody has looked at the folder since


def test_a_broken_package_is_named_and_the_others_are_served(publisher: TestClient, folder: Path) -> None:
    broken = folder / "rusak.rdtr"
    broken.mkdir()
    (broken / "plan.toml").write_text("id = ", encoding="utf-8")
    publisher.app.state.service.catalog.refresh()  # type: ignore[attr-defined]
    told = publisher.get("/readyz")
    assert (told.status_code, list(told.json()["broken"])) == (200, ["rusak.rdtr"])
    assert publisher.get(URL).status_code == 200


def test_a_version_that_becomes_unreadable_does_not_take_the_place_of_the_good_one(
    publisher: TestClient, folder: Path
) -> None:
    before = publisher.get(URL).json()["hash"]
    (folder / "kota.rdtr" / "zones.parquet").write_bytes(b"PAR1 nonsense")
    catalog = publisher.app.state.service.catalog  # type: ignore[attr-defined]
    catalog.refresh()
    catalog.refresh()
    assert publisher.get(URL).json()["hash"] == before
    assert "kota.rdtr" in publisher.get("/readyz").json()["broken"]


def test_one_tile_is_drawn_once_however_many_ask(publisher: TestClient) -> None:
    tiles = publisher.app.state.service.tiles  # type: ignore[attr-defined]
    before, gate, got = tiles.drawn, threading.Barrier(12), []

    def ask() -> None:
        gate.wait()
        got.append(publisher.get(f"{URL}/tiles/WebMercatorQuad/15/27078/16372.mvt").content)

    threads = [threading.Thread(target=ask) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(got), len(set(got))) == (12, 1)
    assert tiles.drawn - before == 1
