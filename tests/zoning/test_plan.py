from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import pytest
import shapely

from rdtr.errors import CrsError, GeometryError, PlanError, RdtrError, SchemaError
from rdtr.zoning.findings import Finding, Findings
from rdtr.zoning.plan import Plan, PlanIdentity, RasterLayer
from rdtr.zoning.rules import RuleBook
from rdtr.zoning.schema import IDENTITY
from tests.town import box, make_plan, make_rules, make_zones


def roads(**columns: Any) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame({"name": ["Jl. A"], **columns}, geometry=[shapely.LineString([(0, 0), (9, 9)])], crs=9480)


def with_layers(**layers: Any) -> Plan:
    return Plan.build(make_zones(), PlanIdentity("kota"), rules=make_rules(), layers=layers)


# ---- building


def test_missing_identity_columns_are_added_empty_and_come_first() -> None:
    zones = make_plan().zones
    assert tuple(zones.columns[: len(IDENTITY)]) == IDENTITY
    assert zones["WADMKC"].isna().all()
    assert zones.columns[-1] == "geometry"


def test_a_geometry_column_of_another_name_and_any_index_are_accepted() -> None:
    zones = make_zones().rename_geometry("shape").set_index(pd.Index([7, 7, 9, 1]))
    assert make_plan(zones).hash == make_plan().hash


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (None, "zone 2: geometry is missing"),
        (shapely.Polygon(), "zone 2: geometry is empty"),
        (shapely.Point(0, 0), "zone 2: geometry is a Point"),
        (shapely.from_wkt("POLYGON((0 0, 9 9, 9 0, 0 9, 0 0))"), "zone 2: geometry is Self-intersection"),
    ],
)
def test_zones_that_cannot_be_measured_are_refused_by_row_and_reason(bad: Any, words: str) -> None:
    zones = make_zones()
    zones.loc[1, "geometry"] = bad
    with pytest.raises(GeometryError, match=words):
        make_plan(zones)


@pytest.mark.parametrize(
    ("zones", "error", "words"),
    [
        (lambda: make_zones().iloc[:0], PlanError, "there is no usable zone"),
        (lambda: make_zones().to_crs(4326), CrsError, "in degrees"),
        (lambda: make_zones().set_crs(None, allow_override=True), CrsError, "no CRS is stated"),
        (lambda: make_zones().to_crs(3857), CrsError, "distorts areas"),
        (lambda: pd.DataFrame({"KODSZN": ["R-2"]}), SchemaError, "there is no geometry column"),
        (lambda: make_zones()[["KODSZN", "KODSZN", "geometry"]], SchemaError, "column 'KODSZN' stands there twice"),
    ],
)
def test_what_is_no_zoning_layer_is_refused(zones: Callable[[], Any], error: type[RdtrError], words: str) -> None:
    with pytest.raises(error, match=words):
        make_plan(zones())


def test_a_layer_without_a_crs_is_refused_by_its_name() -> None:
    with pytest.raises(CrsError, match="layer roads: no CRS is stated"):
        with_layers(roads=roads().set_crs(None, allow_override=True))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"id": ""}, "id is ''; wanted a short name"),
        ({"id": "a/b"}, "without slash"),
        ({"id": ".hidden"}, "leading dot"),
        ({"id": 7}, "id is 7; wanted a text"),
        ({"vocabulary": "2019"}, "vocabulary is '2019'; wanted one of 2011, 2018, 2021"),
        ({"crs_policy": "guess"}, "wanted one of null, proj"),
        ({"tolerance_m": -1}, "tolerance_m is -1; wanted metres, 0 or more"),
        ({"tolerance_m": float("nan")}, "wanted metres"),
        ({"tolerance_m": "2"}, "wanted metres"),
        ({"valid_from": "2024-01-01"}, "valid_from is '2024-01-01'; wanted a date"),
        ({"valid_from": date(2030, 1, 1), "valid_until": date(2020, 1, 1)}, "comes after valid_until 2020-01-01"),
    ],
)
def test_an_identity_that_makes_no_sense_is_refused(values: dict[str, Any], words: str) -> None:
    with pytest.raises(PlanError, match=words):
        PlanIdentity(**{"id": "kota", **values})


def test_a_time_of_day_is_no_part_of_a_date() -> None:
    assert PlanIdentity("kota", valid_from=datetime(2024, 1, 31, 8)).valid_from == date(2024, 1, 31)


# ---- the hash


def test_the_same_plan_has_the_same_hash() -> None:
    assert make_plan().hash == make_plan().hash
    assert len(make_plan().hash) == 64


CHANGES: dict[str, Callable[[], Plan]] = {
    "id": lambda: make_plan(id="lain"),
    "title": lambda: make_plan(title="RDTR"),
    "regulation": lambda: make_plan(regulation="Perwali 1/2024"),
    "a date": lambda: make_plan(valid_from=date(2024, 1, 1)),
    "the other date": lambda: make_plan(valid_until=date(2024, 1, 1)),
    "vocabulary": lambda: make_plan(vocabulary="2018"),
    "tolerance": lambda: make_plan(tolerance_m=2.0),
    "policy": lambda: make_plan(crs_policy="proj"),
    "a code": lambda: make_plan(make_zones(KODSZN=["R-3", "K-1", "RTH-2", "BJ"])),
    "a missing value": lambda: make_plan(make_zones(KODBLK=["A.1", "A.1", None, None])),
    "a text that looks missing": lambda: make_plan(make_zones(KODBLK=["A.1", "A.1", "A.2", "None"])),
    "a new column": lambda: make_plan(make_zones(LUASHA=[1.0, 1.0, 1.0, 1.0])),
    "a vertex": lambda: make_plan(make_zones(geometry=[box(0, 0, 50, 50 + 1e-9), *make_zones().geometry[1:]])),
    "the order of zones": lambda: make_plan(make_zones().iloc[::-1]),
    "the CRS": lambda: make_plan(make_zones().set_crs(32650, allow_override=True)),
    "a rule": lambda: make_plan(rules=make_rules(conditions=pd.DataFrame({"code": ["T1"], "text": ["b"]}))),
    "no rules": lambda: make_plan(rules=RuleBook.empty()),
    "a layer": lambda: with_layers(roads=roads()),
    "the name of a layer": lambda: with_layers(rivers=roads()),
    "the CRS of a layer": lambda: with_layers(roads=roads().set_crs(9481, allow_override=True)),
    "a value of a layer": lambda: with_layers(roads=roads(lanes=[2])),
    "a raster": lambda: with_layers(dem=RasterLayer("dem", Path("dem.tif"), "0" * 64)),
    "the content of a raster": lambda: with_layers(dem=RasterLayer("dem", Path("dem.tif"), "1" * 64)),
    "a text cut elsewhere": lambda: make_plan(make_zones(KODBLK=["A.1A", ".1", "A.2", None])),
}


def test_any_change_of_content_changes_the_hash() -> None:
    hashes = {"nothing": make_plan().hash, **{name: change().hash for name, change in CHANGES.items()}}
    doubled = [name for name, value in hashes.items() if list(hashes.values()).count(value) > 1]
    assert doubled == []


def test_what_is_no_content_does_not_change_the_hash() -> None:
    noticed = Plan.build(
        make_zones(),
        PlanIdentity("kota"),
        rules=make_rules(),
        findings=Findings((Finding("CODE_MISSING"),)),
        rejected=gpd.GeoDataFrame({"row": [7], "reason": ["kosong"]}, geometry=[None], crs=9480),
    )
    assert noticed.hash == make_plan().hash
    moved = with_layers(dem=RasterLayer("dem", Path("elsewhere.tif"), "0" * 64))
    assert moved.hash == CHANGES["a raster"]().hash


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ([1, 2, 3, 4], [1.0, 2.0, 3.0, 4.0]),
        (pd.Series([1, 2, None, 4], dtype="Int64"), [1.0, 2.0, np.nan, 4.0]),
        (pd.Series([1, 2, None, 4], dtype=object), [1.0, 2.0, np.nan, 4.0]),
        (pd.Series(["a", None, "b", "c"], dtype=object), pd.Series(["a", None, "b", "c"], dtype="string")),
        (pd.Series([None] * 4, dtype=object), [np.nan] * 4),
        ([0.0] * 4, [-0.0] * 4),
    ],
)
def test_the_type_that_a_file_makes_of_a_column_does_not_change_the_hash(one: Any, other: Any) -> None:
    assert make_plan(make_zones(X=one)).hash == make_plan(make_zones(X=other)).hash


def test_a_crs_without_a_code_hashes_the_same_from_its_json() -> None:
    local = pyproj.CRS("+proj=tmerc +lat_0=0 +lon_0=117.5 +k=0.9999 +x_0=200000 +y_0=1500000 +ellps=GRS80 +units=m")
    one = make_plan(make_zones().set_crs(local, allow_override=True))
    two = make_plan(make_zones().set_crs(pyproj.CRS.from_json(local.to_json()), allow_override=True))
    assert one.hash == two.hash


# ---- frozen


def test_a_plan_cannot_be_changed() -> None:
    plan = make_plan()
    with pytest.raises(dataclasses.FrozenInstanceError):
        plan.identity = PlanIdentity("lain")  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        plan.identity.id = "lain"  # type: ignore[misc]
    with pytest.raises(TypeError):
        plan.layers["roads"] = roads()  # type: ignore[index]


def test_what_was_given_and_what_was_handed_out_can_change_without_the_plan() -> None:
    zones, lines = make_zones(), roads()
    aside = gpd.GeoDataFrame({"row": [7], "reason": ["kosong"]}, geometry=[None], crs=9480)
    plan = Plan.build(zones, rules=make_rules(), layers={"roads": lines}, rejected=aside)
    for frame in (zones, lines, aside, plan.zones, plan.layers["roads"], plan.rejected, plan.rules.activities):
        frame[frame.columns[0]] = "changed"
        frame["new"] = 1
    assert plan.zones.iloc[0, 0] == "Perumahan Kepadatan Tinggi"
    assert plan.layers["roads"].iloc[0, 0] == "Jl. A"
    assert plan.rejected.iloc[0, 0] == 7
    assert plan.rules.activities.iloc[0, 0] == "001"
    fresh = Plan.build(make_zones(), rules=make_rules(), layers={"roads": roads()})
    assert plan.hash == fresh.hash


def test_other_rules_make_another_plan_and_leave_this_one() -> None:
    plan = make_plan()
    before = plan.hash
    other = plan.with_rules(RuleBook.empty())
    assert other.hash != before
    assert plan.hash == before
    assert len(plan.rules.activities) == 5


def test_mixed_values_become_text_and_missing_ones_stay_missing() -> None:
    zones = make_plan(make_zones(KDB=pd.Series([60.0, "60 % LP", None, ["a"]], dtype=object))).zones
    assert zones["KDB"].tolist()[:2] == ["60", "60 % LP"]
    assert zones["KDB"].isna().tolist() == [False, False, True, False]


def test_a_plan_shows_itself_in_a_line() -> None:
    assert repr(make_plan(title="RDTR Kota")).startswith("<Plan RDTR Kota: 4 zones, SRGI2013 / UTM zone 50N, ")
