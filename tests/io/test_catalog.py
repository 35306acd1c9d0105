"""A folder of plans is kept fresh and is never read half way."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from rdtr import Plan, write_plan
from rdtr.errors import FileError
from rdtr.io.catalog import KEPT_VERSIONS, Catalog
from tests.town import make_plan


def _put(folder: Path, name: str, plan: Plan) -> Plan:
    write_plan(plan, folder / name)
    return plan


def test_a_new_package_is_served_at_the_next_look(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path)
    assert not catalog.refresh()
    plan = _put(tmp_path, "a.rdtr", make_plan(id="a"))
    assert catalog.refresh()
    assert catalog.plans["a"].hash == plan.hash
    assert catalog.path("a") == tmp_path / "a.rdtr"


def test_a_replaced_package_gives_the_new_version_and_still_holds_the_old(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path)
    old = _put(tmp_path, "a.rdtr", make_plan(id="a", title="lama"))
    catalog.refresh()
    new = _put(tmp_path, "a.rdtr", make_plan(id="a", title="baru"))
    assert not catalog.refresh()  # seen once: it might still be being copied
    assert catalog.plans["a"].hash == old.hash
    assert catalog.refresh()
    assert catalog.plans["a"].hash == new.hash
    held = catalog.version("a", old.hash)
    assert held is not None
    assert held.identity.title == "lama"


def test_only_the_last_versions_are_held(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path)
    hashes = []
    for turn in range(KEPT_VERSIONS + 1):
        hashes.append(_put(tmp_path, "a.rdtr", make_plan(id="a", title=str(turn))).hash)
        catalog.refresh()
        catalog.refresh()
    held = [catalog.version("a", h) is not None for h in hashes]
    assert held == [False] + [True] * KEPT_VERSIONS


def test_a_broken_version_never_takes_the_place_of_a_good_one(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path)
    good = _put(tmp_path, "a.rdtr", make_plan(id="a"))
    catalog.refresh()
    (tmp_path / "a.rdtr" / "zones.parquet").write_bytes(b"PAR1 half a file")
    catalog.refresh()
    catalog.refresh()
    assert catalog.plans["a"].hash == good.hash
    assert "zones.parquet" in catalog.broken["a.rdtr"]


def test_a_broken_package_is_named_and_the_others_are_served(tmp_path: Path) -> None:
    _put(tmp_path, "a.rdtr", make_plan(id="a"))
    shutil.copytree(tmp_path / "a.rdtr", tmp_path / "b.rdtr")
    (tmp_path / "b.rdtr" / "plan.toml").write_text("no toml [")
    catalog = Catalog(tmp_path)
    catalog.refresh()
    assert list(catalog.plans) == ["a"]
    assert list(catalog.broken) == ["b.rdtr"]


def test_two_packages_with_one_id_are_not_mixed_up(tmp_path: Path) -> None:
    _put(tmp_path, "a.rdtr", make_plan(id="a", title="satu"))
    _put(tmp_path, "b.rdtr", make_plan(id="a", title="dua"))
    catalog = Catalog(tmp_path)
    catalog.refresh()
    assert catalog.plans["a"].identity.title == "satu"
    assert catalog.broken["b.rdtr"] == "b.rdtr: its id 'a' is that of a.rdtr, which is served; give it another id"


def test_a_package_that_is_taken_away_is_no_longer_served(tmp_path: Path) -> None:
    catalog = Catalog(tmp_path)
    _put(tmp_path, "a.rdtr", make_plan(id="a"))
    catalog.refresh()
    shutil.rmtree(tmp_path / "a.rdtr")
    assert catalog.refresh()
    assert not catalog.plans


def test_a_touched_package_with_the_same_content_keeps_the_plan_in_memory(tmp_path: Path) -> None:
    prepared: list[str] = []
    catalog = Catalog(tmp_path, prepare=lambda plan: prepared.append(plan.hash))
    _put(tmp_path, "a.rdtr", make_plan(id="a"))
    catalog.refresh()
    before = catalog.plans["a"]
    os.utime(tmp_path / "a.rdtr" / "plan.toml", (1, 1))
    catalog.refresh()
    catalog.refresh()
    assert catalog.plans["a"] is before


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="there is no such folder; give the folder that holds the plan packages"):
        Catalog(tmp_path / "nowhere")
