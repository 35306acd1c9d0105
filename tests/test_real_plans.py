"""Real plans, checked by hand on five parcels each: zones and areas looked up, limits multiplied out beside each case."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import rdtr
from rdtr.zoning.plan import Plan
from tests.jogja import jogja_rules


@pytest.fixture(scope="module")
def bandung(shared_data: Path) -> tuple[Plan, gpd.GeoDataFrame]:
    folder = shared_data / "bandung"
    return rdtr.read_plan(folder / "zonasi_rdtr.geojson"), rdtr.read_permits(folder / "bidang_lahan.geojson")


@pytest.fixture(scope="module")
def jogja(shared_data: Path) -> Plan:
    return rdtr.read_plan(shared_data / "jogja" / "rdtr.geojson", rules=jogja_rules(shared_data))


# sub-zone -> area in m2 (UTM 48S), True where it counts; found with GEOS, the limits are the layer's own
BANDUNG = {
    "BL00002": {"K-2": (317.2682, True)},
    "BL00010": {"BJ": (23.0085, False), "K-2": (491.1507, True)},
    "BL00375": {"BJ": (104.5248, True), "K-2": (516.4274, True)},
    "BL00310": {"R-4": (727.5831, True), "KT": (140.4438, True)},
    "BL00006": {"K-2": (637.8020, True), "": (163.6703, True)},
}


@pytest.mark.parametrize("parcel", BANDUNG)
def test_five_parcels_of_bandung_lie_in_the_zones_found_by_hand(
    bandung: tuple[Plan, gpd.GeoDataFrame], parcel: str
) -> None:
    plan, permits = bandung
    parts = rdtr.check(plan, permits[permits["permit_id"] == parcel]).parts
    found = {
        code: (area, not sliver)
        for code, area, sliver in zip(parts["KODSZN"].fillna(""), parts["area_m2"], parts["sliver"], strict=True)
    }
    assert found.keys() == BANDUNG[parcel].keys()
    for code, (area, counts) in BANDUNG[parcel].items():
        assert found[code] == (pytest.approx(area, abs=1e-4), counts)


@pytest.mark.parametrize(
    ("parcel", "figure", "value", "outcome"),
    [
        # K-2: KDB 80 %, KLB 4, KDH 10 % of 317.2682 = 253.81, 1269.07, 31.73
        ("BL00002", "footprint_m2", 253.8, "permitted"),
        ("BL00002", "footprint_m2", 253.9, "prohibited"),
        ("BL00002", "floor_area_m2", 1269.0, "permitted"),
        ("BL00002", "floor_area_m2", 1269.1, "prohibited"),
        ("BL00002", "green_m2", 31.7, "prohibited"),
        ("BL00002", "green_m2", 31.8, "permitted"),
        # the strip of road is a sliver, so 80 % of all 514.1592 = 411.33
        ("BL00010", "footprint_m2", 411.3, "permitted"),
        ("BL00010", "footprint_m2", 411.4, "prohibited"),
        # the road counts and is cut out: 80 % of 516.4274 = 413.14
        ("BL00375", "footprint_m2", 413.1, "permitted"),
        ("BL00375", "footprint_m2", 413.2, "prohibited"),
        # R-4 80 % and KT 60 %: strictest 60 % of 868.0269 = 520.82, budgets 582.07 + 84.27 = 666.33
        ("BL00310", "footprint_m2", 520.8, "permitted"),
        ("BL00310", "footprint_m2", 600.0, "undetermined"),
        ("BL00310", "footprint_m2", 666.4, "prohibited"),
        # KDH 10 % and 20 %: strictest 173.61, together 72.76 + 28.09 = 100.85
        ("BL00310", "green_m2", 173.7, "permitted"),
        ("BL00310", "green_m2", 120.0, "undetermined"),
        ("BL00310", "green_m2", 100.8, "prohibited"),
        # a fifth lies outside the plan: no limit is known there
        ("BL00006", "footprint_m2", 100.0, "undetermined"),
    ],
)
def test_figures_on_five_parcels_of_bandung_are_judged_as_by_hand(
    bandung: tuple[Plan, gpd.GeoDataFrame], parcel: str, figure: str, value: float, outcome: str
) -> None:
    plan, permits = bandung
    one = permits[permits["permit_id"] == parcel].assign(**{figure: value})
    assert rdtr.check(plan, one).permits["intensity"].tolist() == [outcome]


def test_the_parcels_of_bandung_add_up_and_none_is_lost(bandung: tuple[Plan, gpd.GeoDataFrame]) -> None:
    plan, permits = bandung
    report = rdtr.check(plan, permits)
    assert len(report) == 557
    total = report.parts.groupby("permit_id")["area_m2"].sum().reindex(permits["permit_id"]).to_numpy()
    np.testing.assert_allclose(total, report.permits["area_m2"], rtol=1e-9, atol=1e-6)
    # the source measured its parcels in UTM 48S too
    np.testing.assert_allclose(report.permits["area_m2"], permits["certificate_area_m2"], rtol=1e-6)


# feature, activity, figures, expected (use, intensity); the parcel is the zone polygon itself
JOGJA: list[tuple[str, str, dict[str, Any], str, str | None]] = [
    # I: a shop is T; over 1,001 m2 KDB 80 % of 4,527.12 = 3,621.70, height 16 m
    (
        ".5",
        "Toko",
        {"certificate_area_m2": 4527.12, "footprint_m2": 3621.6, "height_m": 16.0},
        "conditional",
        "permitted",
    ),
    (".5", "Toko", {"certificate_area_m2": 4527.12, "footprint_m2": 3621.8}, "conditional", "prohibited"),
    # K: a shop is I; over 1,001 m2 height 32 m
    (".1", "Toko", {"certificate_area_m2": 2327.05, "height_m": 32.0}, "permitted", "permitted"),
    (".1", "Toko", {"certificate_area_m2": 2327.05, "height_m": 32.5}, "permitted", "prohibited"),
    # the same place on a certificate of 100.4 m2 is in the class of 101-200: 24 m, and 100 m2 touches both: 20 or 24 m
    (".1", "Toko", {"certificate_area_m2": 100.4, "height_m": 24.0}, "permitted", "permitted"),
    (".1", "Toko", {"certificate_area_m2": 100.0, "height_m": 24.0}, "permitted", "undetermined"),
    # I: a home for the aged is X; 101-200 m2 KLB 2.4 x 144.67 = 347.21
    (".2", "Panti Jompo", {"certificate_area_m2": 144.67, "floor_area_m2": 347.2}, "prohibited", "permitted"),
    (".2", "Panti Jompo", {"certificate_area_m2": 144.67, "floor_area_m2": 347.3}, "prohibited", "prohibited"),
    # I: the cell of the car wash is blank: silence is no answer
    (".3", "Pencucian Kendaraan Bermotor", {}, "undetermined", None),
    # roads (JLN) have no column and no limit
    (".44", "Toko", {"certificate_area_m2": 3269.27, "footprint_m2": 1.0}, "undetermined", "undetermined"),
]


@pytest.mark.parametrize(("feature", "activity", "figures", "use", "intensity"), JOGJA)
def test_five_parcels_of_jogja_are_judged_as_by_hand(
    jogja: Plan,
    shared_data: Path,
    feature: str,
    activity: str,
    figures: dict[str, Any],
    use: str,
    intensity: str | None,
) -> None:
    zones = gpd.read_file(shared_data / "jogja" / "rdtr.geojson")
    parcel = zones[zones["id"].str.endswith(f"jogja{feature}")][["geometry"]].assign(activity=activity, **figures)
    row = rdtr.check(jogja, parcel.assign(permit_id="P-1")).permits.iloc[0]
    assert row["use"] == use
    assert (None if pd.isna(row["intensity"]) else row["intensity"]) == intensity
